"""robots.txt on servers of our own: what is asked, what is recorded of it, and where a redirect may not lead."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from flows.configuration.settings import Settings, load_settings
from flows.context import Line
from flows.pipeline import open_line
from replica.editions import edition
from replica.trac import population_table
from scrapers.web.robots import MAX_BYTES
from storage import schema
from storage.engine import reading
from tests.databases import new_sqlite
from tests.flows.conftest import Clock
from tests.looks import look
from tests.server import HTTPServer

DAY = edition("05232025").published_on
SOURCE, FILE, ROBOTS = "trac_population", "/immigration/t.json", "/robots.txt"


def _installed(home: Path, address: str) -> tuple[Settings, Line, Clock]:
    home.mkdir()
    (home / "onrecord.toml").write_text(
        f'[fetch]\ncontact = "test@localhost"\nattempts = 2\nprivate_hosts = ["{address.removeprefix("http://")}"]\n'
        f'[sources.{SOURCE}]\naddress = "{address}{FILE}"\n',
        encoding="utf-8",
    )
    new_sqlite(home)
    settings = load_settings(home)
    clock = Clock(open_line(settings).clock())
    clock.set(DAY)
    return settings, replace(open_line(settings, clock), sleep=lambda seconds: None), clock


def _address(server: HTTPServer) -> str:
    return server.url_for("").rstrip("/")


def _serve(server: HTTPServer, text: str, status: int = 200) -> None:
    server.expect_request(ROBOTS).respond_with_data(text, status=status, content_type="text/plain")
    server.expect_request(FILE).respond_with_data(population_table(DAY), content_type="application/json")


def _recorded(line: Line) -> Sequence[tuple[str, str, int | None]]:
    fetch = schema.fetch
    with reading(line.database) as connection:
        rows = connection.execute(select(fetch.c.url, fetch.c.outcome, fetch.c.status).order_by(fetch.c.id)).all()
    return [("/" + url.split("/", 3)[3], outcome, status) for url, outcome, status in rows]


@pytest.mark.parametrize(
    ("text", "status", "recorded"),
    [
        ("User-agent: *\nDisallow: /cgi-bin/", 200, [(ROBOTS, "new", 200), (FILE, "new", 200)]),
        ("none", 404, [(ROBOTS, "absent", 404), (FILE, "new", 200)]),
        ("User-agent: *\nDisallow: /", 200, [(ROBOTS, "new", 200), (FILE, "not_asked", None)]),
        ("down", 503, [(ROBOTS, "failed", 503), (FILE, "not_asked", None)]),
        ("#" * (MAX_BYTES + 1), 200, [(ROBOTS, "new", 200), (FILE, "new", 200)]),
        ("User-agent: *\nDisallow: /\n" + "#" * 2 * MAX_BYTES, 200, [(ROBOTS, "new", 200), (FILE, "not_asked", None)]),
        ("#" * 2 * MAX_BYTES + "\nUser-agent: *\nDisallow: /", 200, [(ROBOTS, "new", 200), (FILE, "new", 200)]),
    ],
    ids=["allowed", "absent", "forbidden", "unreachable", "large", "large and forbidden", "forbidden beyond"],
)
def test_every_request_and_every_one_not_made_is_on_record(
    tmp_path: Path, httpserver: HTTPServer, text: str, status: int, recorded: list[tuple[str, str, int | None]]
) -> None:
    _serve(httpserver, text, status)
    settings, line, _ = _installed(tmp_path / "home", _address(httpserver))
    look(settings, line, SOURCE)
    assert _recorded(line) == recorded
    asked = {request.path for request, _ in httpserver.log}
    assert (FILE in asked) == ((FILE, "new", 200) in recorded)


def test_a_site_that_does_not_answer_is_not_asked_for_the_file(tmp_path: Path) -> None:
    gone = HTTPServer(port=0)
    gone.start()
    address = _address(gone)
    gone.stop()
    settings, line, _ = _installed(tmp_path / "home", address)
    outcome = look(settings, line, SOURCE)
    assert outcome.state == "failed"
    assert outcome.notes[0].endswith("Without its robots.txt nothing is asked of this site in this run (RFC 9309).")
    assert [(url, how) for url, how, _ in _recorded(line)] == [(ROBOTS, "failed"), (FILE, "not_asked")]


def test_a_robots_txt_that_leads_to_a_private_address_is_not_followed(tmp_path: Path, httpserver: HTTPServer) -> None:
    with HTTPServer(port=0) as inside:
        inside.expect_request("/admin").respond_with_data("User-agent: *\nAllow: /")
        httpserver.expect_request(ROBOTS).respond_with_data(
            "", status=302, headers={"Location": inside.url_for("/admin")}
        )
        httpserver.expect_request(FILE).respond_with_data(population_table(DAY))
        settings, line, _ = _installed(tmp_path / "home", _address(httpserver))
        outcome = look(settings, line, SOURCE)
        assert (outcome.state, inside.log) == ("failed", [])
    assert "was refused" in outcome.notes[0]
    assert FILE not in {request.path for request, _ in httpserver.log}


def test_a_redirect_that_never_ends_forbids_the_file(tmp_path: Path, httpserver: HTTPServer) -> None:
    httpserver.expect_request(ROBOTS).respond_with_data("", status=302, headers={"Location": ROBOTS})
    settings, line, _ = _installed(tmp_path / "home", _address(httpserver))
    assert "more than 5 redirects" in look(settings, line, SOURCE).notes[0]
    assert FILE not in {request.path for request, _ in httpserver.log}


def test_a_second_run_of_the_day_asks_nothing_and_records_nothing(tmp_path: Path, httpserver: HTTPServer) -> None:
    _serve(httpserver, "", 404)
    settings, line, clock = _installed(tmp_path / "home", _address(httpserver))
    clock.now -= timedelta(hours=6)
    assert look(settings, line, SOURCE).state == "new"
    before, asked = _recorded(line), len(httpserver.log)
    clock.now += timedelta(hours=5)
    outcome = look(settings, line, SOURCE)
    assert outcome.state == "not_asked"
    assert f"{_address(httpserver)}{FILE} was asked for today at 17:59 (Washington)" in outcome.notes[0]
    assert (_recorded(line), len(httpserver.log)) == (before, asked)
    look(settings, replace(line, again=True), SOURCE)
    assert [request.path for request, _ in httpserver.log][asked:] == [FILE]
    assert _recorded(line)[len(before) :] == [(FILE, "unchanged", 200)]


def test_an_absent_robots_txt_is_asked_for_again_the_next_day(tmp_path: Path, httpserver: HTTPServer) -> None:
    _serve(httpserver, "", 404)
    settings, line, clock = _installed(tmp_path / "home", _address(httpserver))
    look(settings, line, SOURCE)
    clock.now += timedelta(days=1, seconds=1)
    look(settings, line, SOURCE)
    assert [how for url, how, _ in _recorded(line) if url == ROBOTS] == ["absent", "absent"]
