"""Every key of the configuration is checked when it is read: file, line, what was found, what to write."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.channels import channel_settings as channel_rules
from alerts.channels.mail import mail_address
from alerts.channels.slack_app import slack_channel
from flows.cli.app import app
from flows.cli.user_faults import told
from flows.configuration import value_rules as values
from flows.configuration.settings import SettingsError, load_settings
from flows.configuration.template import configuration, contact_into

SECRET = "T0PS3CR3T"
# What stands in the file, and what is said of which line of it.
WRONG = [
    ('contact = "x"', "1: contact: is no setting here; it belongs under [fetch]"),
    ("[chanels]", "1: chanels: is no setting; did you mean channels?"),
    ("[fetch]\n[fetch]", "2: this is no TOML: "),
    ("[fetch]\ncontact = you@example.org", "2: this is no TOML: "),
    ("[[fetch]]", "1: fetch: must be a table; write [fetch] on a line of its own, with one bracket on each side"),
    ('[fetch]\n\ncontact = "a b"', "3: fetch.contact: 'a b' cannot go into a request header"),
    ("[fetch]\natempts = 3", "2: fetch.atempts: is no setting; did you mean attempts?"),
    ("[fetch]\nattempts = 0", "2: fetch.attempts: is 0; write a number that is at least 1"),
    ("[fetch]\nattempts = 11", "2: fetch.attempts: is 11; write a number that is at most 10"),
    ('[fetch]\nmax_megabytes = "many"', "2: fetch.max_megabytes: is 'many'; write a whole number"),
    ('[fetch]\nprivate_hosts = "a:1"', "2: fetch.private_hosts: must be a list, also where it has one entry; write"),
    ('[fetch]\nprivate_hosts = ["a"]', "2: fetch.private_hosts: 'a' is no host with a port"),
    ('[archive]\naddress = "s3://me:geheim@bucket"', "2: archive.address: holds a name or a password"),
    ('[archive]\naddress = "https://objects.example"', "2: archive.address: 'https://objects.example' is no address"),
    ('[backfill]\naddress = "web.archive.org"', "2: backfill.address: 'web.archive.org' is no http or https address"),
    ('[backfill]\npause_seconds = "x"', "2: backfill.pause_seconds: is 'x'; write a number"),
    ("[sources.ise]\nenabled = true", "1: sources.ise: 'ise' is no source; nearest: ice; there are ice, trac_"),
    ("[sources.ice]\nenabled = 'perhaps'", "2: sources.ice.enabled: is 'perhaps'; write true or false"),
    ("[sources.ice]\nadress = 'https://a.example'", "2: sources.ice.adress: is no setting; did you mean address?"),
    ('[sources.ice]\naddress = "ftp://a.example"', "2: sources.ice.address: 'ftp://a.example' is no http or https"),
    ('[schedule]\n# daily\ncron = "every day"', "3: schedule.cron: 'every day' is no time that cron knows (not five"),
    ('[schedule]\ncron = "15 19 * *"', "2: schedule.cron: '15 19 * *' is no time that cron knows"),
    ('[schedule]\ncron = "61 19 * * *"', "2: schedule.cron: '61 19 * * *' is no time that cron knows (Bad minute)"),
    ('[schedule]\ndigest_cron = "0 0 31 2 *"', "2: schedule.digest_cron: '0 0 31 2 *' is "),
    ('[schedule]\ntimezone = "Eastern"', "2: schedule.timezone: 'Eastern' is no time zone; nearest: US/Eastern, "),
    (
        '[schedule]\ntimezone = "New York"',
        "2: schedule.timezone: 'New York' is no time zone; nearest: America/New_York",
    ),
    ('[schedule]\ntimezone = "../UTC"', "2: schedule.timezone: '../UTC' is no time zone"),
    ("[schedule]\nlook_within_hours = 3", "2: schedule.look_within_hours: is no setting here; it belongs under [heart"),
    ("[schedule]\nprefect_port = 80", "2: schedule.prefect_port: is 80; write a number that is at least 1024"),
    ('[claims]\nshipped = ["sead-4*"]', "2: claims.shipped: 'sead-4*' fits no shipped claim; nearest: seed-4-almost"),
    ('[charts]\nfolder = "www"', "1: charts: needs both folder and address, or neither"),
    ('[channels]\nname = "a"', "1: channels: must be a list of tables; write [[channels]], with two brackets"),
    ('[[channels]]\nname = "a"', "1: channels.kind: is missing; add a line kind = ..."),
    ('[[channels]]\nname = "a b"\nkind = "console"', "2: channels.name: is 'a b'; write 1 to 60 letters, digits"),
    ('[[channels]]\nname = "a"\nkind = "slak"', "3: channels.kind: is 'slak'; write one of console, slack, slack_app,"),
    (
        '[[channels]]\nname = "a"\nkind = "mail"',
        "1: channels: the channel 'a' of kind mail also needs host, sender, to",
    ),
    (
        '[[channels]]\nname = "a"\nkind = "console"\n\n[[channels]]\nname = "a"\nkind = "console"',
        "6: channels.name: is 'a', as that of another channel",
    ),
    (
        '[[channels]]\nname = "a"\nkind = "console"\nhost = "smtp.example.org"',
        "4: channels.host: is for channels of kind mail, not console; delete the line",
    ),
    (
        '[[channels]]\nname = "a"\nkind = "slack_app"\ntoken_env = "T"\nchannel = "#general"',
        "5: channels.channel: '#general' is no channel's id",
    ),
    (
        '[[channels]]\nname = "a"\nkind = "mail"\nhost = "smtp://a.example"\nsender = "me"\nto = ["you"]',
        "4: channels.host: 'smtp://a.example' is no host's name",
    ),
    (
        '[[channels]]\nname = "a"\nkind = "mail"\nhost = "a.example"\nsender = "me"\nto = ["a@b.example", "you"]',
        "6: channels.to: 'you' is no mail address; write user@host or Name <user@host>",
    ),
]
# Secrets in the place of their variables, under the right name and under others.
EXPOSED = [
    (f'[heartbeat]\nurl_env = "https://hc.example/{SECRET}"', "2: heartbeat.url_env: holds an address, which is the"),
    (f'[heartbeat]\nurl = "https://hc.example/{SECRET}"', "2: heartbeat.url: is no setting; did you mean url_env?"),
    (
        f'[[channels]]\nname = "a"\nkind = "slack"\nwebhook_env = "https://hooks.example/{SECRET}"',
        "4: channels.webhook_",
    ),
    (
        f'[[channels]]\nname = "a"\nkind = "slack"\nwebhook = "https://hooks.example/{SECRET}"',
        "did you mean webhook_env",
    ),
    (f'[[channels]]\nname = "a"\nkind = "slack"\nwebhook_env = ["{SECRET}"]', "4: channels.webhook_env: write a text"),
    (f'[[channels]]\nname = "a"\nkind = "slack_app"\ntoken_env = "xoxb-{SECRET}"', "holds no name of a variable"),
    (f'[[channels]]\nname = "a"\nkind = "mail"\npassword = "{SECRET}"', "Write password_env, and the name of the envi"),
    (f'[[channels]]\nname = "a"\nkind = "apprise"\naddress_env = "json://u:{SECRET}@a.example"', 'such as "ONRECORD_A'),
    (f'[[channels]]\nname = "a"\nkind = "https://hooks.example/{SECRET}"', "3: channels.kind: write one of console"),
    (f'[fetch]\nattempts = {{webhook = "{SECRET}"}}', "2: fetch.attempts: write a whole number"),
    (f'[sources.ice]\naddress = "https://u:{SECRET}@a.example"', "2: sources.ice.address: holds a name or password"),
    ('[[channels]]\nname = "a"\nkind = "slack"\nwebhook_env = "$HOOK"', "4: channels.webhook_env: holds a dollar sign"),
]


def _refusal(home: Path, text: str) -> str:
    (home / "onrecord.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_settings(home)
    assert caught.value.__cause__ is None or SECRET not in repr(caught.value.__cause__)
    return str(caught.value)


@pytest.mark.parametrize(("text", "words"), WRONG)
def test_what_is_wrong_is_told_with_file_line_and_what_to_write(tmp_path: Path, text: str, words: str) -> None:
    said = _refusal(tmp_path, text)
    assert f"{tmp_path / 'onrecord.toml'}:{words}" in said


@pytest.mark.parametrize(("text", "words"), EXPOSED)
def test_a_secret_in_the_place_of_its_variable_is_explained_and_not_repeated(
    tmp_path: Path, text: str, words: str
) -> None:
    said = _refusal(tmp_path, text)
    assert words in said
    assert SECRET not in said


def test_a_file_that_cannot_be_read_is_named_and_never_taken_for_one_that_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "onrecord.toml"
    file.write_bytes(b'[fetch]\ncontact = "\xe9@b.example"  # ' + SECRET.encode())
    for words in ("byte 19 is no UTF-8; save the file as UTF-8", "cannot be read: it is no file"):
        with pytest.raises(SettingsError) as caught:
            load_settings(tmp_path)
        assert str(caught.value) == f"{file}: {words}"
        assert SECRET not in repr(caught.value.__cause__)
        if file.is_file():
            file.unlink()
            file.mkdir()


def test_the_file_alone_says_what_belongs_into_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ONRECORD_FETCH", "FETCH", "ONRECORD_CLAIMS", "CLAIMS"):
        monkeypatch.setenv(name, '{"attempts": 9, "shipped": []}')
    settings = load_settings(tmp_path)
    assert settings.fetch.attempts == 4
    assert settings.claims.shipped == ("*",)


def test_every_fault_is_told_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    text = '[schedule]\ncron = "every day"\ntimezone = "Eastern"\n[[channels]]\nname = "a"\nkind = "x"\nurl = 1\n'
    said = _refusal(tmp_path, text).splitlines()
    assert [line.split(":")[1] for line in said] == ["2", "3", "6", "7"]


def test_serve_and_doctor_say_so_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ONRECORD_HOME", str(tmp_path))
    (tmp_path / "onrecord.toml").write_text('[fetch]\ncontact = "a@b.example"\n[schedule]\ncron = "every day"\n')
    for command, code in ((["serve"], 2), (["run", "--direct"], 2), (["status"], 2), (["doctor"], 1)):
        assert told(lambda command=command: app(command, standalone_mode=False)) == code
        out, err = capsys.readouterr()
        assert "onrecord.toml:4: schedule.cron: 'every day' is no time that cron knows" in out + err
    assert not (tmp_path / "onrecord.db").exists()


def test_what_is_taken_for_a_time_is_one_for_prefect_too() -> None:
    taken = [
        "15 19 * * *",
        "*/10 * * * mon-fri",
        "0 9 1,15 1-6 *",
        "0 9 L * *",
        "30 6 * JAN SUN",
        "0 0 * * 5#2",
        "5 4 * * 7",
    ]
    zones = ["America/New_York", "US/Eastern", "UTC", "EST", "Asia/Kathmandu"]
    for text in taken:
        assert values.cron(text) == text
    for name in zones:
        assert values.timezone(name) == name
    script = (
        "import json, sys\n"
        "from prefect.client.schemas.schedules import CronSchedule\n"
        "taken, zones = json.loads(sys.argv[1])\n"
        "[CronSchedule(cron=text, timezone=zone) for text in taken for zone in zones]\n"
    )
    subprocess.run([sys.executable, "-c", script, json.dumps([taken, zones])], check=True, timeout=120)
    for text in ("0 9 LW * *", "0 9 * * 5L", "@daily", "0 9 * * * *"):
        with pytest.raises(ValueError, match="is no time that cron knows"):
            values.cron(text)


@given(st.text(max_size=30) | st.text("0123456789*/,-LW#?MONJA ", max_size=20))
def test_no_text_breaks_a_check(text: str) -> None:
    for check in (
        values.cron,
        values.web_address,
        channel_rules.host,
        values.host_and_port,
        mail_address,
        slack_channel,
        values.contact,
        values.source,
        channel_rules.variable("X").func,
    ):
        try:
            assert check(text) == text
        except ValueError as error:
            assert len(str(error)) > 20  # noqa: PT017 - each may refuse, in words


def test_an_empty_home_variable_is_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_HOME", "")
    assert load_settings().home == Path("~/.onrecord").expanduser()


def test_a_password_written_for_its_variable_is_not_told_by_doctor(tmp_path: Path) -> None:
    from flows.notifying.configured_channels import build_channels

    (tmp_path / "onrecord.toml").write_text(
        '[[channels]]\nname = "a"\nkind = "mail"\nhost = "a.example"\nsender = "a@b.example"\nto = ["a@b.example"]\n'
        'username = "u"\npassword_env = "hunter2"\n'
    )
    said = repr(build_channels(load_settings(tmp_path)))
    assert "is it the secret itself?" in said
    assert "hunter2" not in said


def test_the_template_can_be_used_as_it_is_and_with_every_example(tmp_path: Path) -> None:
    text = configuration("a@b.example")
    (tmp_path / "onrecord.toml").write_text(text, encoding="utf-8")
    assert load_settings(tmp_path).fetch.contact == "a@b.example"
    commented = [line for line in text.splitlines() if line.startswith("# ") and (" = " in line or line[2] == "[")]
    whole = "\n".join(line.removeprefix("# ") if line in commented else line for line in text.splitlines())
    (tmp_path / "onrecord.toml").write_text(whole, encoding="utf-8")
    assert len(load_settings(tmp_path).channels) == 6


def test_a_second_init_fills_the_empty_contact_or_says_where_to_write_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("ONRECORD_HOME", str(home))
    monkeypatch.delenv("ONRECORD_DATABASE_URL", raising=False)
    file = home / "onrecord.toml"

    def init(*words: str) -> str:
        assert told(lambda: app(["init", *words], standalone_mode=False)) == 0
        return capsys.readouterr().out

    init()
    empty = file.read_text()
    assert load_settings().fetch.contact == ""
    assert f"Wrote the address into line 5 of {file}." in init("--contact", "a@b.example")
    assert file.read_text() == empty.replace('contact = ""', 'contact = "a@b.example"')
    filled = file.read_text()
    assert f"{file} is there already and is left as it is: it has this address." in init("--contact", "a@b.example")
    said = init("--contact", "c@d.example")
    assert 'the address was not written, since there is one. Write in line 5 there: contact = "c@d.example"' in said
    assert f"{file} is there already and is left as it is.\n" in init()
    assert file.read_text() == filled


@pytest.mark.parametrize("text", ["", "[fetch]\nattempts = 3\n", "fetch = {attempts = 3}\n"])
def test_an_address_without_a_key_is_not_written_and_that_is_said(tmp_path: Path, text: str) -> None:
    file = tmp_path / "onrecord.toml"
    file.write_text(text)
    words = 'the address was not written. Write it there, under [fetch]: contact = "a@b.example"'
    assert contact_into(file, "a@b.example").endswith(words)
    assert file.read_text() == text


def test_filling_the_contact_keeps_comments_line_ends_and_mode(tmp_path: Path) -> None:
    file = tmp_path / "onrecord.toml"
    file.write_bytes(b"# mine\r\n[fetch]\r\n  contact = ''  # ask Ann\r\nattempts = 3\r\n")
    file.chmod(0o600)
    assert contact_into(file, "a@b.example").startswith("Wrote the address into line 3")
    assert file.read_bytes() == b'# mine\r\n[fetch]\r\n  contact = "a@b.example"  # ask Ann\r\nattempts = 3\r\n'
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["onrecord.toml"]
