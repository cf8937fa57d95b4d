"""Watching over ourselves: the dead man's switch, runs that fail half, and what `onrecord status` makes of it."""

import logging
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import trustme
from rich.console import Console
from sqlalchemy.exc import OperationalError

from alerts.channels.channel_settings import ChannelSettings
from alerts.channels.dead_man import DeadMan
from alerts.messages.message import DeliveryError
from figures.registry import SOURCES
from flows import heartbeat
from flows.configuration.settings import HeartbeatSettings, SourceSettings
from flows.notifying.configured_channels import channel_names
from flows.pipeline import run_line
from flows.show.standing import standing
from flows.show.status import print_standing
from replica.editions import edition
from storage.engine import reading, writing
from storage.write import heartbeats, ledger, runs
from tests.server import HTTPServer

if TYPE_CHECKING:
    from tests.flows.conftest import Desk

SECRET = "/0b9c-s3cret-of-the-switch"
BOTH = ["ice", "trac_population"]
CHANNELS = tuple(ChannelSettings(name=name, kind="console", audience=(name,)) for name in ("desk", "ops", "sources"))


@pytest.fixture
def switch(tmp_path: Path) -> Iterator[tuple[HTTPServer, str]]:
    """A dead man's switch over https, and the file of the authority that it is to be trusted by."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with HTTPServer(host="127.0.0.1", port=0, ssl_context=context) as server:
        yield server, str(tmp_path / "ca.pem")


@pytest.fixture
def pinging(desk: "Desk", switch: tuple[HTTPServer, str], monkeypatch: pytest.MonkeyPatch) -> "Desk":
    """The newsroom with a switch, two publishers and a channel for each audience."""
    server, ca_file = switch
    monkeypatch.setenv("ONRECORD_TEST_HEARTBEAT", server.url_for(SECRET))
    configured = HeartbeatSettings(url_env="ONRECORD_TEST_HEARTBEAT", ca_file=ca_file)
    sources = {**desk.settings.sources}
    sources |= {s: SourceSettings(enabled=False) for s in SOURCES if s not in BOTH}
    desk.settings = replace(desk.settings, heartbeat=configured, sources=sources, channels=CHANNELS)
    desk.line = replace(desk.line, ops_channels=channel_names(desk.settings, "ops"))
    desk.publisher.publish(edition("05232025"))
    desk.clock.set(date(2025, 5, 28))
    return desk


def _asked(switch: tuple[HTTPServer, str]) -> list[str]:
    return [request.path.removeprefix(SECRET) for request, _ in switch[0].log]


def _run(desk: "Desk", names: list[str] | None = None) -> list[str]:
    return [o.state for o in run_line(desk.settings, desk.line, names or BOTH)]


def _last(desk: "Desk") -> heartbeats.Heartbeat:
    with reading(desk.line.database) as connection:
        found = heartbeats.last(connection)
    assert found is not None
    return found


def _said(desk: "Desk") -> list[tuple[str, str, str]]:
    with reading(desk.line.database) as connection:
        return [(m["audience"], m["channel"], m["subject"]) for m in ledger.messages(connection)]


def _break(desk: "Desk", source: str) -> None:
    broken = SourceSettings(address=f"{desk.publisher.address}/gone")
    desk.settings = replace(desk.settings, sources={**desk.settings.sources, source: broken})


def test_a_run_that_went_well_is_told_at_its_beginning_and_its_end(
    pinging: "Desk", switch: tuple[HTTPServer, str], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    switch[0].expect_request(SECRET + "/start").respond_with_data("OK")
    switch[0].expect_request(SECRET).respond_with_data("OK")
    assert _run(pinging) == ["new", "new"]
    assert _asked(switch) == ["/start", ""]
    beat = _last(pinging)
    assert (beat.looked_at, beat.failed, beat.ping, beat.detail) == (tuple(BOTH), (), "sent", "")
    out, err = capfd.readouterr()
    ours = [record.getMessage() for record in caplog.records if record.name != "werkzeug"]  # the switch's own log
    assert len(ours) > 3
    assert SECRET not in "".join(ours) + out + err
    assert SECRET not in repr(pinging.settings) + repr(DeadMan(switch[0].url_for(SECRET)))


@pytest.mark.parametrize(
    ("status", "headers", "words"),
    [
        (500, {}, "heartbeat start: answered with status 500, expected 200"),
        (302, {"Location": "https://127.0.0.1/elsewhere"}, "heartbeat start: answered with status 302, expected 200"),
    ],
)
def test_a_ping_that_fails_is_recorded_and_fails_no_run(
    pinging: "Desk", switch: tuple[HTTPServer, str], status: int, headers: Mapping[str, str], words: str
) -> None:
    for path in (SECRET, SECRET + "/start"):
        switch[0].expect_request(path).respond_with_data("no", status=status, headers=headers)
    assert _run(pinging) == ["new", "new"]
    beat = _last(pinging)
    assert beat.ping == "failed"
    assert beat.detail == f"{words}; {words.replace('start', 'success')}"
    assert _asked(switch) == ["/start", ""]  # no redirect was followed
    with reading(pinging.line.database) as connection:
        state = standing(connection, [], pinging.clock.now, timedelta(hours=36))
    assert state["attention"] == [f"The last heartbeat was not taken: {beat.detail}"]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1:1/s3cret", "the heartbeat's address is not an https:// address"),
        ("https://[broken/s3cret", "the heartbeat's address is not an https:// address"),
        ("https://127.0.0.1:1/s3cret", "heartbeat success: no connection; is the network up?"),
    ],
)
def test_only_https_is_spoken_and_the_address_is_never_said(url: str, words: str) -> None:
    with pytest.raises(DeliveryError) as raised:
        DeadMan(url).ping("success")
    assert str(raised.value) == words
    assert "s3cret" not in repr(raised.value) + repr(raised.value.__context__)


def test_a_certificate_that_nobody_vouches_for_is_not_spoken_to(switch: tuple[HTTPServer, str]) -> None:
    with pytest.raises(DeliveryError, match="the certificate was not accepted"):
        DeadMan(switch[0].url_for(SECRET)).ping("success")
    assert _asked(switch) == []


def test_a_query_of_the_address_stays_at_its_end(switch: tuple[HTTPServer, str]) -> None:
    switch[0].expect_request("/a/fail", query_string="create=1").respond_with_data("OK")
    DeadMan(switch[0].url_for("/a") + "?create=1", switch[1]).ping("fail")
    assert switch[0].log[0][0].full_path == "/a/fail?create=1"


def test_a_secret_that_is_missing_is_recorded_by_the_name_of_its_variable(
    pinging: "Desk", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ONRECORD_TEST_HEARTBEAT")
    assert _run(pinging) == ["new", "new"]
    assert _last(pinging).ping == "failed"
    assert "the environment variable ONRECORD_TEST_HEARTBEAT is not set" in _last(pinging).detail


def test_a_run_that_failed_half_is_told_to_the_operators_once_and_its_end_too(
    pinging: "Desk", switch: tuple[HTTPServer, str]
) -> None:
    for path in ("", "/start", "/fail"):
        switch[0].expect_request(SECRET + path).respond_with_data("OK")
    _run(pinging)
    working = pinging.settings
    _break(pinging, "ice")
    for _ in range(3):
        assert _run(pinging)[0] == "failed"
    assert _asked(switch)[-2:] == ["/start", "/fail"]
    assert _last(pinging).failed == ("ice",)
    half = ("ops", "ops", "A run failed half: ice could not be looked at")
    assert _said(pinging).count(half) == 1
    pinging.settings = working
    for _ in range(2):
        _run(pinging)
    again = ("ops", "ops", "Every source can be looked at again")
    assert _said(pinging).count(again) == 1
    assert _asked(switch)[-2:] == ["/start", ""]
    about_us = [(audience, channel) for audience, channel, subject in _said(pinging) if "failed half" in subject]
    assert about_us == [("ops", "ops")]
    assert all(audience == channel for audience, channel, _ in _said(pinging) if channel)


def test_the_runs_of_two_publishers_are_seen_together(pinging: "Desk") -> None:
    """Each publisher has runs of its own: what the other's last look came to is known all the same."""
    pinging.settings = replace(pinging.settings, heartbeat=HeartbeatSettings())
    _break(pinging, "ice")
    _run(pinging, ["ice"])
    assert _said(pinging)[-1][2] == "A run failed: ice could not be looked at"
    _run(pinging, ["trac_population"])
    assert _last(pinging).failed == ("ice",)
    assert [s for _, _, s in _said(pinging) if s.startswith("A run failed")] == [
        "A run failed: ice could not be looked at"
    ]
    assert _last(pinging).ping == "none"


def test_a_switch_that_knows_no_start_and_fail_hears_of_good_runs_alone(
    pinging: "Desk", switch: tuple[HTTPServer, str]
) -> None:
    simple = replace(
        pinging.settings, heartbeat=pinging.settings.heartbeat.model_copy(update={"start_and_fail": False})
    )
    pinging.settings = simple
    switch[0].expect_request(SECRET).respond_with_data("OK")
    _run(pinging)
    _break(pinging, "ice")
    _run(pinging)
    assert _asked(switch) == [""]
    assert _last(pinging).detail == "a run that failed is not told, only its absence"


def test_a_run_that_breaks_off_is_told_as_failed_and_leaves_no_heartbeat(
    pinging: "Desk", switch: tuple[HTTPServer, str]
) -> None:
    for path in ("/start", "/fail"):
        switch[0].expect_request(SECRET + path).respond_with_data("OK")
    with writing(pinging.line.database) as connection:
        connection.exec_driver_sql("ALTER TABLE claim RENAME TO claim_lost")
    with pytest.raises(OperationalError):
        _run(pinging)
    assert _asked(switch) == ["/start", "/fail"]
    with reading(pinging.line.database) as connection:
        assert heartbeats.last(connection) is None


def _state(desk: "Desk", hours: int = 0) -> dict[str, Any]:
    now = desk.clock.now + timedelta(hours=hours)
    with reading(desk.line.database) as connection:
        return standing(connection, [SOURCES[name] for name in BOTH], now, timedelta(hours=36))


def test_status_asks_for_attention_for_a_reason_and_for_no_other(pinging: "Desk") -> None:
    pinging.settings = replace(pinging.settings, heartbeat=HeartbeatSettings())
    assert _state(pinging)["attention"] == [
        f"{name}: no look has ended well yet; onrecord run makes one" for name in BOTH
    ]
    _run(pinging)
    assert _state(pinging)["attention"] == []
    assert _state(pinging, hours=36)["attention"] == []
    assert _state(pinging, hours=37)["attention"] == [
        f"{name}: the last good look was on 2025-05-29 03:59 UTC; is onrecord serve running?" for name in BOTH
    ]
    working = pinging.settings
    _break(pinging, "ice")
    _run(pinging)
    failed, page = _state(pinging)["attention"]
    assert failed.startswith("ice: the last look failed: ")
    assert "gone (status 404)" in page
    pinging.settings = working
    _run(pinging)
    with writing(pinging.line.database) as connection:
        runs.start_run(connection, "ice", pinging.clock.now)
    assert _state(pinging)["attention"] == []
    assert _state(pinging, hours=2)["attention"] == ["ice: the look that began on 2025-05-29 03:59 UTC never ended"]


def test_status_has_every_source_with_its_looks_what_is_due_and_what_is_open(pinging: "Desk") -> None:
    pinging.settings = replace(pinging.settings, heartbeat=HeartbeatSettings())
    _run(pinging)
    state = _state(pinging)
    ice = state["sources"][0]
    now = pinging.clock.now
    assert (ice["last_try"], ice["last_outcome"], ice["last_checked"], ice["last_changed"]) == (now, "new", now, now)
    assert (ice["next_due"]["due"], ice["stage"], ice["days_of_silence"]) == (date(2025, 6, 12), "", 0)
    assert (ice["open_holds"], ice["open_findings"]) == (0, 0)
    assert state["heartbeat"]["looked_at"] == BOTH
    assert state["undelivered"] == []


def test_nothing_from_outside_acts_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    finding = {"id": 1, "source": "ice", "release": "", "check": "c", "what": "the whole release"}
    state = {
        "attention": ["ice: \x1b[2J [red]gone[/red]"],
        "heartbeat": None,
        "sources": [],
        "holds": [{**finding, "words": "\x1b[2J"}],
        "findings": [],
        "acknowledged": 0,
        "undelivered": [],
    }
    print_standing(state, Console(width=200))
    printed = capsys.readouterr().out
    assert "\x1b" not in printed
    assert "  - ice: ?[2J [red]gone[/red]\n" in printed


def test_messages_that_do_not_get_out_ask_for_attention(pinging: "Desk") -> None:
    pinging.settings = replace(pinging.settings, heartbeat=HeartbeatSettings())
    _run(pinging)
    with writing(pinging.line.database) as connection:
        ledger.enqueue(connection, "k", "ops", "s", {"items": []}, pinging.clock.now, pinging.clock.now, ["gone"])
        due = ledger.take_due(connection, pinging.clock.now)
        assert due is not None
        ledger.finish(connection, due, pinging.clock.now, "failed", "down", pinging.clock.now)
    state = _state(pinging)
    assert state["attention"] == ["gone: 1 messages could not be delivered"]
    assert [(row["channel"], row["audience"], row["answer"]) for row in state["undelivered"]] == [
        ("gone", "ops", "down")
    ]
    assert heartbeat.begin(pinging.settings) == ""
