"""Whoever opens a file of TRAC's at a locator finds the text that we say stands there; nothing is left over."""

import json
import re
from collections.abc import Callable
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from figures.records import Parsed
from figures.registry import SOURCES
from replica.editions import editions
from replica.trac import population_table
from replica.trac_page import facts_page
from replica.trac_tables import atd_table, book_ins_table, facilities_table

MADE: dict[str, Callable[[], bytes]] = {
    "trac_population": lambda: population_table(date(2025, 12, 31)),
    "trac_book_ins": lambda: book_ins_table(editions()),
    "trac_facilities": lambda: facilities_table(editions()),
    "trac_atd": lambda: atd_table(editions()),
    "trac_quickfacts": lambda: facts_page(editions()),
}
REAL = {
    "trac_population": "pop_agen_table.2026-07-11.json",
    "trac_book_ins": "book_in_agen_program_table.2026-07-11.json",
    "trac_facilities": "facilities.2026-07-09.two_releases.json",
    "trac_atd": "atd_pop_table.2026-07-11.two_releases.json",
    "trac_quickfacts": "quickfacts_reconstructed.html",
}
DAYS = r"(?:0\d|1[0-2])/[0-3]\d/20\d\d|01[A-Z]{3}\d\d|[A-Z][a-z]+ (?:\d{1,2}, )?20\d\d"
# How many figures a row has, counted from the published layout; a row Total of facilities has no type and no zip.
EACH = {"trac_population": 12, "trac_book_ins": 5, "trac_facilities": 4, "trac_atd": 2}


class _Page(HTMLParser):
    """Every card's text and bold texts, white space folded, by another parser than the one under test."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.text: dict[str, list[str]] = {}
        self.bold: dict[str, list[str]] = {}
        self._at: list[str] = []  # the anchor of each open div, "" before its link
        self._strong = False
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href") or ""
        if tag == "div":
            self._at.append(self._at[-1] if self._at else "")
        if tag == "a" and href.startswith("#detention_"):
            self._at[-1] = href.removeprefix("#")
            self.text[self._at[-1]], self.bold[self._at[-1]] = [], []
        self._strong = tag == "strong"
        if self._strong:
            self.bold[self._at[-1]].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "div":
            self._at.pop()
        self._strong = False

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if words and self._at and self._at[-1]:
            self.text[self._at[-1]].append(words)
            if self._strong:
                self.bold[self._at[-1]][-1] += words

    def at(self, place: str) -> str:
        bold = re.fullmatch(r"html:#(\w+)/strong\[(\d+)\]", place)
        if bold:
            return self.bold[bold[1]][int(bold[2]) - 1]
        text = re.fullmatch(r"html:#(\w+)/text\[(\d+):(\d+)\]", place)
        assert text, place
        return " ".join(self.text[text[1]])[int(text[2]) : int(text[3])]


def _opener(source: str, content: bytes) -> Callable[[str], str]:
    if source == "trac_quickfacts":
        return _Page(content).at
    rows = json.loads(content)

    def at(place: str) -> str:
        kind, row, field = place.split("/")
        assert kind == "json:"
        value = rows[int(row)][field]
        return "" if value is None else str(value)

    return at


def _every_locator_opens(source: str, content: bytes) -> Parsed:
    parsed = SOURCES[source].parse(content, "t")
    opened = _opener(source, content)
    assert parsed.observations
    for o in parsed.observations:
        assert opened(o.locator) == o.raw
        assert re.fullmatch(DAYS, opened(o.period_locator)), o.period_locator
    places = [o.locator for o in parsed.observations]
    assert len(set(places)) == len(places)
    assert parsed.leftovers == ()
    if source in EACH:
        rows = json.loads(content)
        totals = sum(row.get("name") == "Total" for row in rows)
        assert len(places) == EACH[source] * len(rows) - 2 * totals
    return parsed


@pytest.mark.parametrize("source", MADE)
def test_locators_open_the_replicas_files(source: str) -> None:
    _every_locator_opens(source, MADE[source]())


@pytest.mark.parametrize("source", MADE)
def test_locators_open_the_real_files(source: str, shared_data: Path) -> None:
    parsed = _every_locator_opens(source, (shared_data / "trac" / REAL[source]).read_bytes())
    explained = {"trac_book_ins": [("month_missing", "no Sep-24")]}
    assert [(f.check, f.found) for f in parsed.findings] == explained.get(source, [])


def test_locators_open_a_page_with_odd_white_space_and_without_bold_text() -> None:
    content = facts_page(editions()).replace(b"<strong>", b"<b>").replace(b"</strong>", b"</b>")
    content = content.replace(b" in ICE detention", b"\n\t in   ICE\n detention").replace(b"<p>", b"\n <p>\n ")
    parsed = SOURCES["trac_quickfacts"].parse(content, "t")
    opened = _Page(content).at
    assert {o.locator.partition("/")[2][:5] for o in parsed.observations} == {"text["}
    assert all(opened(o.locator) == o.raw for o in parsed.observations)
    assert "61,226" in {o.raw for o in parsed.observations}


def test_a_state_that_is_blank_stays_blank_and_is_a_series_of_its_own() -> None:
    rows = json.loads(facilities_table(editions()))
    at = next(i for i, row in enumerate(rows) if row["name"] == "STEWART DETENTION CENTER")
    rows[at]["detention_facility_state"] = ""
    parsed = SOURCES["trac_facilities"].parse(json.dumps(rows).encode(), "t")
    (moved,) = [o for o in parsed.observations if o.locator == f"json:/{at}/count"]
    assert dict(moved.dims)["state"] == ""
    assert moved.series == "trac.facility_population{city=LUMPKIN, facility=STEWART DETENTION CENTER, state=}"
    assert (moved.value, moved.raw) == (1903, "1,903".rjust(20))
