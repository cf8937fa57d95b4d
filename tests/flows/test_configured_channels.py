"""From the configuration to channels: what each needs, who hears what, and what is left out."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from alerts.channels.apprise_service import AppriseService
from alerts.channels.channel_table import CHANNELS
from alerts.channels.pictures import PublishedCharts
from alerts.channels.slack import SlackWebhook
from alerts.channels.slack_app import SlackApp
from alerts.delivery import Sent, deliver
from alerts.messages.message import SEVERITIES, DeliveryError, LeftOutError, Message, Severity
from alerts.messages.words.publisher_troubles import FILE_GONE, trouble_message
from flows.configuration.settings import Settings, SettingsError, load_settings
from flows.configuration.template import configuration
from flows.notifying.configured_channels import Choosing, Unusable, build_channels, channel_names
from storage.engine import Database, reading, writing
from storage.write import ledger, message_contents

NOON = datetime(2025, 5, 23, 12, tzinfo=UTC)


def configured(home: Path, text: str) -> Settings:
    (home / "onrecord.toml").write_text(text, encoding="utf-8")
    return load_settings(home)


def channel(**keys: object) -> str:
    rows = [
        f"{name} = {str(value).lower() if isinstance(value, bool) else repr(value)}" for name, value in keys.items()
    ]
    return "\n".join(["[[channels]]", *rows, ""])


def refusal(home: Path, text: str) -> str:
    with pytest.raises(SettingsError) as caught:
        configured(home, text)
    return str(caught.value)


def test_each_kind_is_built_with_its_secret_and_the_charts_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"HOOK": "https://hooks.slack.com/x", "TOKEN": "xoxb-1", "ADDRESS": "json://a.example"}.items():
        monkeypatch.setenv(name, value)
    settings = configured(
        tmp_path,
        channel(name="hook", kind="slack", webhook_env="HOOK")
        + channel(name="app", kind="slack_app", channel="C1", token_env="TOKEN")
        + channel(name="teams", kind="apprise", address_env="ADDRESS")
        + '[charts]\nfolder = "www"\naddress = "https://charts.example/onrecord"\n',
    )
    charts = PublishedCharts(tmp_path / "www", "https://charts.example/onrecord")
    assert build_channels(settings) == {
        "hook": SlackWebhook("hook", "https://hooks.slack.com/x", charts=charts),
        "app": SlackApp("app", "C1", "xoxb-1", charts=charts),
        "teams": AppriseService("teams", "json://a.example"),
    }


@pytest.mark.parametrize("kind", ["slack", "slack_app", "apprise"])
def test_a_missing_secret_is_named_and_the_messages_wait(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NOT_SET", raising=False)
    keys = {"slack": "webhook_env", "slack_app": "token_env", "apprise": "address_env"}
    more = {"channel": "C1"} if kind == "slack_app" else {}
    settings = configured(
        tmp_path, channel(name="x", kind=kind, minimum_severity="alert", **{keys[kind]: "NOT_SET"}, **more)
    )
    built = build_channels(settings)["x"]
    assert isinstance(built, Choosing)
    assert built.channel == Unusable("x", "channel 'x': the environment variable NOT_SET is not set")
    with pytest.raises(DeliveryError) as caught:
        built.send(trouble_message("ice", FILE_GONE, [("the page is gone", "")], NOON))
    assert not caught.value.permanent


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (channel(name="x", kind="slack_app", token_env="T"), "channel 'x' of kind slack_app also needs channel"),
        (channel(name="x", kind="apprise"), "channel 'x' of kind apprise also needs address_env"),
        (
            channel(name="x", kind="console", minimum_severity="loud"),
            "channels.minimum_severity: is 'loud'; write one of info, notice, alert",
        ),
        ('[charts]\nfolder = "www"\n', "onrecord.toml:1: charts: needs both folder and address, or neither"),
        ('[charts]\nfolder = "www"\naddress = "javascript:x"\n', "'javascript:x' is no http or https address"),
        ('[charts]\nfolder = "www"\naddress = "https://a.example/<b>"\n', "is no http or https address"),
    ],
)
def test_what_is_configured_wrongly_is_named(tmp_path: Path, text: str, words: str) -> None:
    assert words in refusal(tmp_path, text)


def test_each_audience_has_its_channels(tmp_path: Path) -> None:
    settings = configured(
        tmp_path,
        channel(name="a", kind="console", audience=["desk"])
        + channel(name="b", kind="console", audience=["ops"], minimum_severity="alert"),
    )
    assert channel_names(settings, "desk") == ["a"]
    assert channel_names(settings, "ops") == ["b"] == channel_names(settings, "sources")


@pytest.mark.parametrize("minimum", SEVERITIES)
@pytest.mark.parametrize("severity", SEVERITIES)
def test_a_channel_takes_what_weighs_enough(
    tmp_path: Path, minimum: Severity, severity: Severity, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = configured(tmp_path, channel(name="a", kind="console", minimum_severity=minimum))
    built = build_channels(settings)["a"]
    message = Message("k", "desk", "subject", (), "f", severity)
    if SEVERITIES.index(severity) >= SEVERITIES.index(minimum):
        built.send(message)
        assert "subject" in capsys.readouterr().out
    else:
        with pytest.raises(LeftOutError, match=f"of severity {severity}; a takes {minimum} and above"):
            built.send(message)
        assert capsys.readouterr().out == ""


def _queue(database: Database, message: Message, *channels: str) -> None:
    with writing(database) as connection:
        body = message.to_json()
        ledger.enqueue(connection, message.key, message.audience, message.subject, body, NOON, NOON, channels)


def _states(database: Database) -> Mapping[tuple[str, str], tuple[str, str]]:
    with reading(database) as connection:
        return {(m["key"], m["channel"]): (m["state"], m["answer"]) for m in ledger.messages(connection)}


def test_what_a_channel_does_not_ask_for_is_recorded_as_left_out_and_never_tried_again(
    tmp_path: Path, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = configured(
        tmp_path,
        channel(name="all", kind="console") + channel(name="grave", kind="console", minimum_severity="alert"),
    )
    _queue(database, Message("quiet", "desk", "q", (), "f", "notice"), "all", "grave")
    _queue(database, Message("loud", "desk", "l", (), "f", "alert"), "all", "grave")
    sent = deliver(database, build_channels(settings), lambda: NOON)
    assert Sent("quiet", "grave", "left_out", "of severity notice; grave takes alert and above", None) in sent
    assert _states(database) == {
        ("quiet", "all"): ("sent", ""),
        ("quiet", "grave"): ("left_out", "of severity notice; grave takes alert and above"),
        ("loud", "all"): ("sent", ""),
        ("loud", "grave"): ("sent", ""),
    }
    assert deliver(database, build_channels(settings), lambda: NOON, even_if_waiting=True) == []
    assert capsys.readouterr().out.count("key: loud") == 2


def _said(claim: str) -> Mapping[str, object]:
    return {
        "news": "n" * 32,
        "claim_id": claim,
        "claim_sha256": "0" * 64,
        "answer": "standing",
        "as_of": NOON,
        "change": "departed",
        "state": "far",
        "floor": 0.0,
        "undone_because": "",
    }


def test_a_channel_takes_news_of_the_claims_that_it_asks_for_and_what_is_of_none(
    tmp_path: Path, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = configured(
        tmp_path, channel(name="seeds", kind="console", claims=["seed-*"]) + channel(name="all", kind="console")
    )
    for key, claims in {"one": ["seed-1"], "other": ["trac-1"], "both": ["trac-1", "seed-1"], "none": []}.items():
        _queue(database, Message(key, "desk", key, (), "f"), "seeds", "all")
        with writing(database) as connection:
            (number,) = [row["id"] for row in ledger.messages(connection) if row["key"] == key][:1]
            message_contents.record(connection, number, [_said(claim) for claim in claims])
    deliver(database, build_channels(settings), lambda: NOON)
    states = _states(database)
    assert {key: states[key, "seeds"] for key in ("one", "other", "both", "none")} == {
        "one": ("sent", ""),
        "other": ("left_out", "about trac-1; seeds takes seed-*"),
        "both": ("sent", ""),
        "none": ("sent", ""),
    }
    assert {states[key, "all"] for key in ("one", "other", "both", "none")} == {("sent", "")}


def test_the_correction_of_a_message_goes_where_its_claim_is_asked_for(tmp_path: Path, database: Database) -> None:
    settings = configured(tmp_path, channel(name="seeds", kind="console", claims=["seed-*"]))
    for key in ("alert", "correction"):
        _queue(database, Message(key, "desk", key, (), "f"), "seeds")
    with writing(database) as connection:
        ids = {row["key"]: row["id"] for row in ledger.messages(connection)}
        message_contents.record(connection, ids["alert"], [_said("trac-1")])
        said = message_contents.of_messages(connection, [ids["alert"]])
        message_contents.undo(connection, [row["id"] for row in said], NOON, "why", ids["correction"])
        assert message_contents.claims_of(connection, ids["correction"]) == ("trac-1",)
    outcomes = deliver(database, build_channels(settings), lambda: NOON)
    assert {(sent.key, sent.outcome) for sent in outcomes} == {("correction", "left_out")}


def test_a_pattern_of_claims_is_checked_by_the_file_and_by_doctor(tmp_path: Path) -> None:
    from flows.cli.care.doctor import channels_fault

    said = refusal(tmp_path, channel(name="x", kind="console", claims=["SEED 1"]))
    assert "channels.claims: 'SEED 1' is no pattern of claims' ids; write ids or patterns such as" in said
    settings = configured(tmp_path, channel(name="x", kind="console", claims=["sead-4*", "seed-*"]))
    assert channels_fault(settings).startswith("channel 'x': 'sead-4*' fits no claim; nearest: seed-4-almost-49000")


def test_what_was_left_out_of_a_message_that_was_taken_is_recorded(database: Database, httpserver: HTTPServer) -> None:
    from dataclasses import replace

    from tests.alerts.messages.test_rendering import CHARTED
    from tests.alerts.slack import API, TOKEN, Slack

    slack = Slack(httpserver, fails={"files.getUploadURLExternal": "missing_scope"})
    app = replace(SlackApp("app", "C0123456789", TOKEN), api=httpserver.url_for(API))
    _queue(database, CHARTED, "app")
    deliver(database, {"app": app}, lambda: NOON)
    ((state, answer),) = _states(database).values()
    assert state == "sent"
    assert answer.startswith("a chart was not attached, its words are in the thread: Slack answered missing_scope")
    assert deliver(database, {"app": app}, lambda: NOON, even_if_waiting=True) == []
    assert len(slack.messages) == 2


def test_every_channel_of_the_template_can_be_used_as_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What somebody gets who takes the comment marks away."""
    for line in configuration("desk@example.org").splitlines():
        if found := re.search(r'_env = "(\w+)"', line):
            monkeypatch.setenv(found[1], "https://hooks.slack.example/x")
    setting = re.compile(r"# (\[\[?[a-z_.]+\]\]?|[a-z_]+ = .*)")
    text = "\n".join(setting.sub(r"\1", line) for line in configuration("desk@example.org").splitlines())
    settings = configured(tmp_path, text)
    assert [channel.kind for channel in settings.channels] == list(CHANNELS)
    assert settings.charts.address == "https://charts.example.org/onrecord"
    assert not [built for built in build_channels(settings).values() if isinstance(built, Unusable)]
