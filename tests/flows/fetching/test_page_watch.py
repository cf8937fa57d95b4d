"""What each look saw of the page: recorded as it was, told when a link is gone, closed when that is over."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from figures.registry import ICE
from flows.configuration.settings import Settings, load_settings
from flows.context import Line
from flows.pipeline import open_line
from flows.show.standing import standing
from replica.editions import edition
from replica.workbooks import build
from scrapers.ice.page import MOST_UNKNOWN
from storage.engine import reading, writing
from storage.read import journal
from storage.write import ledger
from tests.databases import new_sqlite
from tests.looks import look

FOLDER = "/doclib/detention/"
MAY = "FY25_detentionStats05232025.xlsx"
JUNE = "FY25_detentionStats06202025.xlsx"
YEAR = "FY24_detentionStats.xlsx"
START = datetime(2025, 5, 24, tzinfo=UTC)
NO_EDITION = b"PK\x03\x04" + bytes(9000) + b"PK\x05\x06" + bytes(18)
FILES = {name: build(edition(key)) for name, key in ((MAY, "05232025"), (JUNE, "06202025"), (YEAR, "FY24"))}


class Site:
    """A page that links what a test says, and a look at it, a day after the one before."""

    def __init__(self, home: Path, server: HTTPServer) -> None:
        self.server = server
        self.looks = 0
        home.mkdir()
        address = server.url_for("").rstrip("/")
        (home / "onrecord.toml").write_text(
            f'[fetch]\ncontact = "test@localhost"\nprivate_hosts = ["{address.removeprefix("http://")}"]\n'
            f'[sources.ice]\naddress = "{address}/detain"\n',
            encoding="utf-8",
        )
        new_sqlite(home)
        self.settings: Settings = load_settings(home)
        made = open_line(self.settings, lambda: START + timedelta(days=self.looks))
        self.line: Line = replace(made, sleep=lambda seconds: None, ops_channels=["screen"])
        self.files = FILES

    def look(self, *names: str, more: str = "", status: int = 200) -> str:
        """The check about the page that is open after the look."""
        self.looks += 1
        self.server.clear()
        self.server.expect_request("/robots.txt").respond_with_data("", status=404)
        links = "".join(f'<a href="{FOLDER}{name}">workbook</a>' for name in names)
        page = f"<html><body>{more}{links}</body></html>"
        self.server.expect_request("/detain").respond_with_data(page, content_type="text/html", status=status)
        for name, content in self.files.items():
            self.server.expect_request(FOLDER + name).respond_with_data(content)
        for name in set(names) - set(self.files):
            self.server.expect_request(FOLDER + name).respond_with_data("", status=404)
        look(self.settings, self.line, "ice")
        open_now = [f for f in self.found() if f.lifted_at is None]
        return ", ".join(f.check for f in open_now if f.check.startswith("page_"))

    def found(self) -> list[journal.StoredFinding]:
        with reading(self.line.database) as connection:
            return journal.findings(connection, stage="look")

    def subjects(self) -> list[str]:
        with reading(self.line.database) as connection:
            return [m["subject"] for m in ledger.messages(connection) if m["key"].startswith("trouble:")]

    def removed(self) -> list[str]:
        return [f.found.rpartition("/")[2] for f in self.found() if f.check == "link_removed" and f.lifted_at is None]


@pytest.fixture
def site(tmp_path: Path, httpserver: HTTPServer) -> Site:
    return Site(tmp_path / "home", httpserver)


def test_each_look_says_how_the_page_stands_against_the_look_before(site: Site) -> None:
    assert site.look(MAY) == "page_seen"
    assert site.look(MAY) == "page_unchanged"
    first = site.found()[-1]
    assert site.look(MAY) == "page_unchanged"
    assert site.found()[-1] == first  # the same again is not recorded again
    assert site.look(MAY, more="<p>A notice.</p>") == "page_changed"
    assert site.look(MAY, more="<p>A notice.</p>") == "page_unchanged"
    assert site.look(MAY, YEAR) == "page_new_file"
    assert [f.lifted_because for f in site.found()][:-1] == ["the next look saw something else"] * 4
    assert site.subjects() == []


def test_a_link_that_goes_is_told_once_and_closed_when_it_is_back(site: Site) -> None:
    site.look(MAY, YEAR)
    for _ in range(3):
        assert site.look(MAY) in ("page_changed", "page_unchanged")
        assert site.removed() == [YEAR]
    assert site.subjects() == ["ice: a link is gone from the page"]
    site.look(MAY, YEAR)
    assert site.removed() == []
    site.look(MAY)
    assert site.subjects() == ["ice: a link is gone from the page"] * 2


def test_a_current_file_that_goes_without_a_newer_one_is_told_and_closed_by_the_newer_one(site: Site) -> None:
    site.look(MAY, YEAR)
    site.look(YEAR)
    assert site.removed() == [MAY]
    site.look(JUNE, YEAR)
    assert site.removed() == []
    assert site.subjects()[0] == "ice: a link is gone from the page"


def test_a_newer_file_in_the_place_of_the_older_is_no_removal(site: Site) -> None:
    site.look(MAY, YEAR)
    assert site.look(JUNE, YEAR) == "page_new_file"
    assert site.removed() == []


def test_a_page_that_does_not_answer_is_no_changed_page(site: Site) -> None:
    site.look(MAY, YEAR)
    for status in (403, 404, 500):
        assert site.look(MAY, status=status) == "page_seen"
    with reading(site.line.database) as connection:
        found = [f.check for f in journal.findings(connection, stage="fetch")]
    assert found == ["refused", "file_gone"]
    site.look(MAY, YEAR)
    assert site.removed() == []


def test_a_page_against_robots_is_told_as_one_and_is_no_changed_page(site: Site) -> None:
    site.look(MAY, YEAR)
    assert site.look(more="<title>Just a moment...</title>") == "page_seen"
    with reading(site.line.database) as connection:
        found = [f.check for f in journal.findings(connection, stage="fetch", open_only=True)]
    assert found == ["bot_page"]
    assert site.subjects() == ["ice: a page for people or against robots is served in place of what was asked for"]
    site.look(MAY, YEAR)
    with reading(site.line.database) as connection:
        assert journal.findings(connection, stage="fetch", open_only=True) == []


def test_a_look_that_died_before_it_was_recorded_is_made_good_by_the_next(site: Site) -> None:
    """The page was fetched and archived; what it meant was not recorded. The removal is not lost."""
    site.look(MAY, YEAR)
    site.look(MAY)
    with writing(site.line.database) as connection:
        connection.exec_driver_sql("DELETE FROM finding WHERE stage = 'look' AND id > 1")
        connection.exec_driver_sql("UPDATE finding SET lifted_at = NULL, lifted_by = NULL WHERE stage = 'look'")
        connection.exec_driver_sql("DELETE FROM delivery")
        connection.exec_driver_sql("DELETE FROM message")
    assert site.look(MAY) == "page_changed"
    assert site.removed() == [YEAR]
    assert site.subjects() == ["ice: a link is gone from the page"]


def test_a_page_with_three_hundred_odd_links_is_one_message_and_one_line_of_the_status(site: Site) -> None:
    odd = "".join(f'<a href="{FOLDER}odd{number}.xls">odd</a>' for number in range(300))
    for _ in range(2):
        site.look(MAY, more=odd)
    assert site.subjects() == ["ice: 300 links that are not understood"]
    site.look(MAY, more=odd + f'<a href="{FOLDER}another.xls">odd</a>')
    assert site.subjects()[1:] == ["ice: a link that is not understood"]
    with reading(site.line.database) as connection:
        state = standing(connection, [ICE], site.line.clock(), timedelta(days=2))
    (line,) = [words for words in state["attention"] if "is no .xlsx file" in words]
    assert line.endswith(", and 300 more of this kind: onrecord status --json lists them)")


def test_a_page_with_three_hundred_unknown_names_is_one_message_and_few_of_them_are_asked_for(site: Site) -> None:
    odd = [f"odd{number}.xlsx" for number in range(300)]
    site.files |= dict.fromkeys(odd, NO_EDITION)
    for _ in range(2):
        site.look(MAY, *odd)
    assert site.subjects() == ["ice: a link that is not understood"]
    with reading(site.line.database) as connection:
        (many,) = [f for f in journal.findings(connection, open_only=True) if f.check == "many_unknown_names"]
        assert len(journal.findings(connection, stage="read", open_only=True)) == MOST_UNKNOWN
    assert "The page links 300 workbooks with names of no known shape" in many.words


def test_files_that_fail_alike_in_one_look_are_one_message(site: Site) -> None:
    years = [f"FY{year}_detentionStats.xlsx" for year in range(19, 25)]
    for _ in range(2):
        site.look(MAY, *years)  # only one of the year-end files is there
    assert site.subjects() == ["ice: 5 files or pages are gone"]
    with reading(site.line.database) as connection:
        gone = [f.expected for f in journal.findings(connection, stage="fetch", open_only=True)]
    assert len(gone) == 5


def test_links_that_go_together_are_one_message(site: Site) -> None:
    years = [f"FY{year}_detentionStats.xlsx" for year in range(19, 25)]
    site.files |= dict.fromkeys(years, NO_EDITION)
    site.look(MAY, *years)
    site.look(MAY)
    assert site.subjects() == ["ice: 6 files that are no editions", "ice: 6 links are gone from the page"]
