"""Publishers and channels that misbehave: a clear record and message, nothing stored is lost, nothing is sent twice."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from alerts.delivery import deliver
from flows.configuration.settings import Settings, load_settings
from flows.context import Line, Made, Stage
from flows.notifying.configured_channels import build_channels
from flows.pipeline import open_line, run_line
from replica.editions import edition
from replica.trac import population_table
from replica.workbooks import build
from storage.engine import reading
from storage.read import journal, reads
from storage.write import ledger
from tests.databases import new_sqlite
from tests.looks import look

if TYPE_CHECKING:
    from tests.flows.conftest import Desk

FILE = "/doclib/detention/FY25_detentionStats05232025.xlsx"
PAGE = f'<html><body><a href="{FILE}">Detention FY 2025 YTD</a></body></html>'
HELD = "ice.detained{agency=all, criminality=all}"
NOW = datetime(2025, 5, 24, tzinfo=UTC)
ODD = "an address does not answer as it should"
BOT_PAGE = "a page for people or against robots is served in place of what was asked for"


def _installed(home: Path, address: str, extra: str = "", **policy: Any) -> tuple[Settings, Line]:
    home.mkdir(exist_ok=True)
    host = address.removeprefix("http://")
    (home / "onrecord.toml").write_text(
        f'[fetch]\ncontact = "test@localhost"\nattempts = 2\nprivate_hosts = ["{host}"]\n'
        f'[sources.ice]\naddress = "{address}/detain"\n'
        f'[sources.trac_population]\naddress = "{address}/trac.json"\n{extra}',
        encoding="utf-8",
    )
    new_sqlite(home)
    settings = load_settings(home)
    line = replace(open_line(settings, lambda: NOW), sleep=lambda seconds: None)
    quick = replace(line.policy, read_timeout=0.5, total_timeout=3.0, **policy)
    return settings, replace(line, policy=quick, ops_channels=["screen"])


@pytest.fixture
def server(httpserver: HTTPServer) -> HTTPServer:
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    httpserver.expect_request("/detain").respond_with_data(PAGE, content_type="text/html")
    httpserver.expect_request("/trac.json").respond_with_data(
        population_table(edition("05232025").published_on), content_type="application/json"
    )
    return httpserver


def _html(_: Request) -> Response:
    return Response("<html><title>Access Denied</title></html>" + " " * 6000, content_type="text/html")


def _too_large(_: Request) -> Response:
    def body() -> Iterator[bytes]:
        yield b"PK\x03\x04"
        for _ in range(300):
            yield b"0" * 1024 * 1024

    return Response(body(), content_type="application/octet-stream")


def _elsewhere(_: Request) -> Response:
    return Response(status=302, headers={"Location": "http://169.254.169.254/latest/meta-data"})


def _status(code: int, **headers: str) -> Callable[[Request], Response]:
    return lambda _: Response("no", status=code, headers={k.replace("_", "-"): v for k, v in headers.items()})


@pytest.mark.parametrize(
    ("answer", "words", "told"),
    [
        (_html, "a page for people was served in place of the file", ("bot_page", BOT_PAGE)),
        (_too_large, "over the limit of 4,194,304 bytes", ("fetch_failed", ODD)),
        (_elsewhere, "private address", ("fetch_failed", ODD)),
        (_status(403), "403", ("refused", "the publisher refuses us")),
        (_status(404), "404", ("file_gone", "a file or page is gone")),
        (_status(410), "410", ("file_gone", "a file or page is gone")),
        (_status(429, Retry_After="1"), "429", None),
        (_status(500), "500", None),
    ],
)
def test_a_file_that_does_not_come_is_recorded_and_told_once(
    tmp_path: Path,
    server: HTTPServer,
    answer: Callable[[Request], Response],
    words: str,
    told: tuple[str, str] | None,
) -> None:
    server.expect_request(FILE).respond_with_handler(answer)
    settings, line = _installed(tmp_path / "home", server.url_for("").rstrip("/"), max_bytes=4 * 1024 * 1024)
    for _ in range(3):
        outcome = look(settings, line, "ice")
        assert outcome.state == "failed"
        assert words in " ".join(outcome.notes)
    with reading(line.database) as connection:
        runs = journal.last_runs(connection, "ice")
        messages = ledger.messages(connection)
        found = journal.findings(connection, open_only=True, stage="fetch")
        assert reads.releases(connection) == []
    assert runs["last"] is not None
    assert words in runs["last"]["detail"]
    assert runs["good"] is None
    assert len(messages) == (1 if told else 0)
    if told:
        assert messages[0]["subject"] == f"ice: {told[1]}"
        assert told[0] in [f.check for f in found]
        assert words in json.dumps(messages[0]["body"])


def test_an_address_that_answers_again_and_fails_again_is_told_again(tmp_path: Path, server: HTTPServer) -> None:
    settings, line = _installed(tmp_path / "home", server.url_for("").rstrip("/"))
    for n, answer in enumerate((_status(404), None, _status(404))):
        server.clear()
        server.expect_request("/robots.txt").respond_with_data("", status=404)
        server.expect_request("/detain").respond_with_data(PAGE, content_type="text/html")
        if answer is None:
            server.expect_request(FILE).respond_with_data(build(edition("05232025")))
        else:
            server.expect_request(FILE).respond_with_handler(answer)
        line = replace(line, clock=lambda n=n: NOW + timedelta(days=n))  # type: ignore[misc]
        look(settings, line, "ice")
    with reading(line.database) as connection:
        assert len(ledger.messages(connection)) == 2
        assert len(reads.figures(connection, [HELD])) == 1  # what was stored stays


@contextmanager
def _raw(answer: bytes, *, then_wait: bool) -> Iterator[str]:
    """A server that says exactly these bytes, and then closes or stalls."""
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            try:
                client, _ = listener.accept()
            except OSError:
                return
            with client:
                client.recv(65536)
                client.sendall(answer)
                if then_wait:
                    stop.wait(2)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        stop.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


@pytest.mark.parametrize(
    ("answer", "then_wait", "words"),
    [
        (b'HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n[{"date": "05/18/2025"', False, "before its announced end"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n[", True, "no answer in time"),
        (b"", True, "no answer in time"),
    ],
)
def test_a_body_that_breaks_off_or_stalls_ends_in_bounded_time(
    tmp_path: Path, answer: bytes, then_wait: bool, words: str
) -> None:
    with _raw(answer, then_wait=then_wait) as address:
        settings, line = _installed(tmp_path / "home", address)
        outcome = look(settings, line, "trac_population")
    assert outcome.state == "failed"
    assert words in outcome.notes[0]


def test_json_that_is_none_is_archived_and_told_once_and_becomes_no_release(tmp_path: Path, server: HTTPServer) -> None:
    server.clear()
    server.expect_request("/robots.txt").respond_with_data("", status=404)
    server.expect_request("/trac.json").respond_with_data("[{]", content_type="application/json")
    settings, line = _installed(tmp_path / "home", server.url_for("").rstrip("/"))
    outcome = look(settings, line, "trac_population")
    assert outcome.state == "failed"
    assert "trac.json is not JSON" in outcome.notes[0]
    assert "is not taken" in outcome.notes[0]
    look(settings, line, "trac_population")
    with reading(line.database) as connection:
        assert reads.releases(connection) == []
        messages = ledger.messages(connection)
        (open_finding,) = journal.findings(connection, open_only=True, stage="read")
        kept = journal.last_good_fetch(connection, f"{server.url_for('/trac.json')}")
    assert kept is not None
    assert line.archive.get(kept["sha256"]) == b"[{]"
    assert [m["subject"] for m in messages] == ["trac_population: a file that is no edition"]
    assert open_finding.check == "not_taken"
    server.clear()
    server.expect_request("/robots.txt").respond_with_data("", status=404)
    server.expect_request("/trac.json").respond_with_data(
        population_table(edition("05232025").published_on), content_type="application/json"
    )
    assert look(settings, replace(line, again=True), "trac_population").state == "new"
    with reading(line.database) as connection:
        assert journal.findings(connection, open_only=True, stage="read") == []


def test_a_source_that_fails_does_not_stop_the_other(tmp_path: Path, server: HTTPServer) -> None:
    server.expect_request(FILE).respond_with_handler(_status(403))
    settings, line = _installed(tmp_path / "home", server.url_for("").rstrip("/"))
    outcomes = run_line(settings, line, ["ice", "trac_population"])
    assert [o.state for o in outcomes] == ["failed", "new"]
    with reading(line.database) as connection:
        assert len(reads.figures(connection, ["trac.detained{agency=all, criminality=all}"])) > 1


def test_a_fault_that_nobody_foresaw_is_raised_after_the_other_sources_have_run(desk: "Desk") -> None:
    desk.publisher.publish(edition("05232025"))
    desk.clock.set(edition("05232025").published_on)

    def stumble(stage: Stage, work: Callable[[], Made], source: str = "") -> Made:
        if source == "ice":
            raise ZeroDivisionError("a fault of ours")
        return work()

    with pytest.raises(ZeroDivisionError, match="a fault of ours"):
        run_line(desk.settings, desk.line, ["ice", "trac_population"], stumble)
    with reading(desk.line.database) as connection:
        assert [r.source for r in reads.releases(connection)] == ["trac_population"]


def test_a_page_without_workbooks_is_told_and_the_figures_stay(tmp_path: Path, server: HTTPServer) -> None:
    server.expect_request(FILE).respond_with_data(build(edition("05232025")))
    settings, line = _installed(tmp_path / "home", server.url_for("").rstrip("/"))
    assert look(settings, line, "ice").state == "new"
    server.clear()
    server.expect_request("/detain").respond_with_data("<html><p>We have moved.</p></html>", content_type="text/html")
    outcome = look(settings, line, "ice")
    assert outcome.state == "failed"
    assert "expected a link to a detention statistics workbook" in outcome.notes[0]
    with reading(line.database) as connection:
        assert [m["subject"] for m in ledger.messages(connection)] == ["ice: the page is laid out anew"]
        assert len(reads.figures(connection, [HELD])) == 1


SLACK = '[[channels]]\nname = "desk"\nkind = "slack"\nwebhook_env = "ONRECORD_TEST_WEBHOOK"\n'
MAIL = (
    '[[channels]]\nname = "desk"\nkind = "mail"\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
    'sender = "onrecord@example.org"\nto = ["desk@example.org"]\n'
)


def _queue(line: Line, key: str) -> None:
    from alerts.messages.words.publisher_troubles import FILE_GONE, trouble_message
    from storage.engine import writing

    message = trouble_message("ice", FILE_GONE, [("words", "https://example.org")], NOW)
    with writing(line.database) as connection:
        ledger.enqueue(connection, key, "ops", message.subject, message.to_json(), NOW, NOW, ["desk"])


def test_slack_that_answers_500_and_then_200_gets_the_message_once(
    tmp_path: Path, server: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONRECORD_TEST_WEBHOOK", server.url_for("/hook"))
    server.expect_ordered_request("/hook").respond_with_data("server error", status=500)
    server.expect_ordered_request("/hook").respond_with_data("ok")
    settings, line = _installed(tmp_path / "home", server.url_for("").rstrip("/"), SLACK)
    _queue(line, "one")
    channels = build_channels(settings)
    (first,) = deliver(line.database, channels, lambda: NOW)
    assert (first.outcome, first.retry_at) == ("failed", NOW + timedelta(minutes=1))
    assert deliver(line.database, channels, lambda: NOW) == []
    (second,) = deliver(line.database, channels, lambda: NOW + timedelta(minutes=2))
    assert second.outcome == "sent"
    assert deliver(line.database, channels, lambda: NOW + timedelta(days=9)) == []
    assert len(server.log) == 2


def test_a_mail_server_that_is_down_is_tried_again_and_said(tmp_path: Path, server: HTTPServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings, line = _installed(tmp_path / "home", server.url_for("").rstrip("/"), MAIL.format(port=port))
    _queue(line, "one")
    (attempt,) = deliver(line.database, build_channels(settings), lambda: NOW)
    assert attempt.outcome == "failed"
    assert attempt.retry_at is not None
    with reading(line.database) as connection:
        (message,) = ledger.messages(connection)
    assert (message["state"], message["attempts"]) == ("pending", 1)
    assert "127.0.0.1" in message["answer"]


def test_a_channel_without_its_secret_keeps_its_messages(tmp_path: Path, server: HTTPServer) -> None:
    settings, line = _installed(tmp_path / "home", server.url_for("").rstrip("/"), SLACK)
    _queue(line, "one")
    (attempt,) = deliver(line.database, build_channels(settings), lambda: NOW)
    assert attempt.outcome == "failed"
    assert "the environment variable ONRECORD_TEST_WEBHOOK is not set" in attempt.detail
