"""What publishers may expect of us: robots.txt read and honoured, each of TRAC's files asked for once a day."""

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pytest_httpserver import HTTPServer
from rich.console import Console
from werkzeug import Request, Response

from figures.registry import BORDER, PUBLISHERS, SOURCES
from flows.configuration.settings import Settings, load_settings
from flows.context import Line
from flows.pipeline import open_line, run_line
from flows.show import formats
from replica.editions import edition
from replica.publisher import ROBOTS, TRAC, TRAC_PATHS
from replica.trac import population_table
from storage.engine import reading
from storage.read import journal, reads
from storage.write import ledger, releases
from tests.databases import new_sqlite
from tests.flows.conftest import Clock
from tests.looks import look

if TYPE_CHECKING:
    from tests.flows.conftest import Desk

DAY = edition("05232025").published_on


def _installed(home: Path, server: HTTPServer) -> tuple[Settings, Line, Clock]:
    """One source at a server that a test writes the answers of."""
    home.mkdir(exist_ok=True)
    address = server.url_for("").rstrip("/")
    (home / "onrecord.toml").write_text(
        f'[fetch]\ncontact = "test@localhost"\nattempts = 2\nprivate_hosts = ["{address.removeprefix("http://")}"]\n'
        f'[sources.trac_population]\naddress = "{address}/immigration/t.json"\n',
        encoding="utf-8",
    )
    new_sqlite(home)
    clock = Clock(open_line(load_settings(home)).clock())
    clock.set(DAY)
    settings = load_settings(home)
    line = replace(open_line(settings, clock), sleep=lambda seconds: None, ops_channels=["screen"])
    return settings, line, clock


@pytest.fixture
def server(httpserver: HTTPServer) -> HTTPServer:
    httpserver.expect_request("/immigration/t.json").respond_with_data(
        population_table(DAY), content_type="application/json"
    )
    return httpserver


def _asked(server: HTTPServer) -> list[str]:
    return [request.path for request, _ in server.log]


def _robots(server: HTTPServer, text: str = "", status: int = 200) -> None:
    server.expect_request("/robots.txt").respond_with_data(text, status=status, content_type="text/plain")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", 200),
        ("User-agent: *\nDisallow: /cgi-bin/", 200),
        ("no", 404),
        ("no", 403),
        ("no", 410),
        ("<html><body>Not found</body></html>", 200),
    ],
)
def test_what_robots_txt_leaves_open_is_fetched(tmp_path: Path, server: HTTPServer, text: str, status: int) -> None:
    _robots(server, text, status)
    settings, line, _ = _installed(tmp_path / "home", server)
    assert look(settings, line, "trac_population").state == "new"
    assert _asked(server) == ["/robots.txt", "/immigration/t.json"]


def test_what_robots_txt_forbids_is_not_asked_for_and_told_once(tmp_path: Path, server: HTTPServer) -> None:
    _robots(server, "User-agent: onrecord\nDisallow: /immigration/")
    settings, line, clock = _installed(tmp_path / "home", server)
    for _ in range(3):
        outcome = look(settings, line, "trac_population")
        clock.now += timedelta(days=1)
        assert outcome.state == "failed"
    address = server.url_for("").rstrip("/")
    assert outcome.notes == (
        f"{address}/immigration/t.json was not asked for: {address}/robots.txt says 'Disallow: /immigration/', and "
        "that holds for us. Ask the publisher for leave, or set enabled = false under [sources.trac_population] in "
        "the configuration.",
    )
    assert set(_asked(server)) == {"/robots.txt"}
    with reading(line.database) as connection:
        last = journal.last_fetch(connection, f"{address}/immigration/t.json")
        messages = ledger.messages(connection)
    assert last is not None
    assert (last["outcome"], last["status"]) == ("not_asked", None)
    assert [m["subject"] for m in messages] == ["trac_population: an address does not answer as it should"]


def test_when_robots_txt_opens_again_the_file_is_fetched(tmp_path: Path, server: HTTPServer) -> None:
    rules = ["User-agent: *\nDisallow: /", "User-agent: *\nAllow: /"]
    server.expect_request("/robots.txt").respond_with_handler(lambda _: Response(rules[0]))
    settings, line, clock = _installed(tmp_path / "home", server)
    assert look(settings, line, "trac_population").state == "failed"
    rules.pop(0)
    assert look(settings, line, "trac_population").state == "failed"  # what was read counts for a day
    clock.now += timedelta(days=1)
    assert look(settings, line, "trac_population").state == "new"
    with reading(line.database) as connection:
        assert journal.findings(connection, severities=("warn",), open_only=True) == []


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_robots_txt_that_cannot_be_reached_forbids_everything_for_this_run(
    tmp_path: Path, server: HTTPServer, status: int
) -> None:
    _robots(server, "no", status)
    settings, line, clock = _installed(tmp_path / "home", server)
    outcome = look(settings, line, "trac_population")
    assert outcome.state == "failed"
    assert f"(status {status})" in outcome.notes[0]
    assert outcome.notes[0].endswith("Without its robots.txt nothing is asked of this site in this run (RFC 9309).")
    assert _asked(server) == ["/robots.txt"] * 2
    server.clear()
    server.expect_request("/immigration/t.json").respond_with_data(population_table(DAY))
    _robots(server, "", 404)
    clock.now += timedelta(minutes=1)
    assert look(settings, line, "trac_population").state == "new"


def test_a_robots_txt_that_cannot_be_read_forbids_everything(tmp_path: Path, server: HTTPServer) -> None:
    _robots(server, "<title>Just a moment</title>")
    settings, line, _ = _installed(tmp_path / "home", server)
    assert look(settings, line, "trac_population").state == "failed"
    assert "/immigration/t.json" not in _asked(server)


def test_a_redirect_of_robots_txt_is_followed(tmp_path: Path, server: HTTPServer) -> None:
    server.expect_request("/robots.txt").respond_with_data("", status=301, headers={"Location": "/r"})
    server.expect_request("/r").respond_with_data("User-agent: *\nDisallow: /immigration")
    settings, line, _ = _installed(tmp_path / "home", server)
    assert "'Disallow: /immigration'" in look(settings, line, "trac_population").notes[0]


def test_robots_txt_is_archived_and_asked_for_once_a_day_by_all_sources(desk: "Desk") -> None:
    desk.publisher.publish(edition("05232025"))
    desk.clock.set(DAY)
    outcomes = run_line(desk.settings, desk.line, desk.settings.enabled())
    assert {o.source: o.state for o in outcomes} == dict.fromkeys(desk.settings.enabled(), "new")
    paths = [path for _, path, _ in desk.publisher.requests]
    assert paths.count(ROBOTS) == 1
    with reading(desk.line.database) as connection:
        last = journal.last_good_fetch(connection, desk.publisher.address + ROBOTS)
    assert last is not None
    assert desk.line.archive.get(last["sha256"]).startswith(b"User-agent: *")


def test_each_file_of_tracs_is_asked_for_once_a_day_and_again_when_told_so(desk: "Desk") -> None:
    desk.publisher.publish(edition("05232025"))
    desk.clock.set(DAY)
    desk.clock.now -= timedelta(hours=6)
    run_line(desk.settings, desk.line, PUBLISHERS["trac"])
    asked = len(desk.publisher.requests)
    desk.clock.now += timedelta(hours=5)
    outcomes = run_line(desk.settings, desk.line, PUBLISHERS["trac"])
    assert {o.state for o in outcomes} == {"not_asked"}
    assert outcomes[0].notes == (
        f"{desk.publisher.address}{TRAC} was asked for today at 17:59 (Washington), and Transactional Records Access "
        "Clearinghouse (TRAC) is asked once a day for each file; what was got then is used. `onrecord run --again` "
        "asks all the same.",
    )
    assert len(desk.publisher.requests) == asked
    again = run_line(desk.settings, replace(desk.line, again=True), PUBLISHERS["trac"])
    assert {o.state for o in again} == {"unchanged"}
    assert sorted(desk.publisher.requests[asked:]) == sorted(("GET", path, 304) for path in TRAC_PATHS)
    desk.clock.now += timedelta(hours=2)  # the next day in Washington
    assert look(desk.settings, desk.line, "trac_atd").state == "unchanged"


def test_a_request_that_failed_does_not_count(tmp_path: Path, server: HTTPServer) -> None:
    _robots(server)
    answers = [Response("no", status=500)] * 2
    server.clear()
    _robots(server)

    def answer(_: Request) -> Response:
        return answers.pop() if answers else Response(population_table(DAY))

    server.expect_request("/immigration/t.json").respond_with_handler(answer)
    settings, line, _ = _installed(tmp_path / "home", server)
    assert look(settings, line, "trac_population").state == "failed"
    assert look(settings, line, "trac_population").state == "new"


def test_bytes_of_today_that_were_not_stored_are_stored_without_asking(
    desk: "Desk", monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.publisher.publish(edition("05232025"))
    desk.clock.set(DAY)

    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patched:
        patched.setattr(releases, "store_release", crash)
        with pytest.raises(RuntimeError, match="power cut"):
            look(desk.settings, desk.line, "trac_book_ins")
    asked = len(desk.publisher.requests)
    assert look(desk.settings, desk.line, "trac_book_ins").state == "new"
    assert len(desk.publisher.requests) == asked
    with reading(desk.line.database) as connection:
        assert [r.source for r in reads.releases(connection)] == ["trac_book_ins"]


def test_the_habit_can_be_set_for_a_source(desk: "Desk") -> None:
    file = desk.settings.config_file
    file.write_text(file.read_text().replace("[sources.trac_atd]\n", "[sources.trac_atd]\nonce_a_day = false\n"))
    settings = load_settings(desk.settings.home)
    desk.publisher.publish(edition("05232025"))
    desk.clock.set(DAY)
    assert [look(settings, desk.line, "trac_atd").state for _ in range(2)] == ["new", "unchanged"]


def test_a_publisher_stands_for_its_enabled_sources(desk: "Desk") -> None:
    assert desk.settings.chosen(["trac"]) == list(PUBLISHERS["trac"])
    assert desk.settings.chosen([]) == [name for name in SOURCES if name not in {s.id for s in BORDER}]
    assert desk.settings.chosen(["trac_atd", "trac"])[0] == "trac_atd"
    assert len(desk.settings.chosen(["trac_atd", "trac"])) == 5
    file = desk.settings.config_file
    file.write_text(file.read_text().replace("[sources.trac_atd]\n", "[sources.trac_atd]\nenabled = false\n"))
    assert "trac_atd" not in load_settings(desk.settings.home).chosen(["trac"])


def test_every_source_says_what_may_be_handed_on() -> None:
    assert {source.id: source.republish for source in SOURCES.values()} == {
        "ice": "all",
        **dict.fromkeys(PUBLISHERS["trac"], "figures"),
        **dict.fromkeys((*PUBLISHERS["cbp"], *PUBLISHERS["ohss"]), "all"),
    }
    assert all("TRAC" in SOURCES[name].attribution for name in PUBLISHERS["trac"])


def test_tracs_figures_are_shown_with_their_source_and_day(desk: "Desk") -> None:
    desk.publisher.publish(edition("05232025"))
    desk.clock.set(DAY)
    look(desk.settings, desk.line, "trac_population")
    look(desk.settings, desk.line, "ice")
    with reading(desk.line.database) as connection:
        (theirs,) = reads.figures(connection, ["trac.detained{agency=all, criminality=all}"])
        (ices,) = reads.figures(connection, ["ice.detained{agency=all, criminality=all}"])
    named = "Transactional Records Access Clearinghouse (TRAC), tracreports.org"
    assert formats.figure_object(theirs)["attribution"] == f"{named}, as of 18 May 2025"
    assert formats.figure_object(ices)["attribution"] == ""
    console = Console(file=io.StringIO(), width=200)
    formats.print_trace(theirs, "archived", [], desk.clock.now, console)
    formats.print_vintages([theirs], desk.clock.now, console)
    said = console.file.getvalue()  # type: ignore[attr-defined]
    assert f"  source: {named}, as of 18 May 2025\n" in said
    assert f"Source: {named}; each figure as of the end of its period.\n" in said
    console = Console(file=io.StringIO(), width=200)
    formats.print_trace(ices, "archived", [], desk.clock.now, console)
    formats.print_vintages([ices], desk.clock.now, console)
    assert "source" not in console.file.getvalue().lower()  # type: ignore[attr-defined]
