"""Files and the calendar, what is held back, corrections: what their pages say."""

import csv
import io
import re
from dataclasses import replace

from pages.building import build
from pages.drawings.year_strips import LEFT, strips
from pages.facts.site_facts import Facts
from tests.pages.facts_at_hand import FACTS, NOW, SITE
from tests.pages.more_facts import CALENDAR, FIRST, NEXT, SECOND

QUIET = replace(FACTS, claims=())


def _site(facts: Facts = QUIET) -> dict[str, str]:
    return {p.address: p.body.decode() for p in build(facts, SITE) if "gzip" not in p.media and "png" not in p.media}


def _words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_file_says_since_when_it_is_known_and_how() -> None:
    site = _site()
    first, second = _words(site[f"releases/{FIRST}/"]), _words(site[f"releases/{SECOND}/"])
    assert "Public since 6 June 2025, 14:00 (we fetched it then)" in first
    assert "Public since 20 June 2025 (stated by whoever handed the file in)" in second
    assert f"Hash (SHA-256) {SECOND}" in second
    assert "A check holds figures of it back." in second
    assert "A check holds" not in first


def test_a_file_says_what_it_changed_by_table_and_what_was_restated() -> None:
    page = _words(_site()[f"releases/{SECOND}/"])
    assert "detained 1 1 1 1,200 1" in page
    assert "2 Jun 2025 700.5 721.5 3.0% xlsx:Detention FY25!F2" in page
    assert "holds figures back , totals , xlsx:Detention FY25!F16: It does not add up." in page
    assert "Lifted on 21 June 2025. read again" in page
    assert "The publisher keeps its texts" in page


def test_the_calendar_says_what_the_law_asks_when_the_next_is_due_and_how_long_it_was_silent() -> None:
    page = _words(_site()["releases/"])
    assert "The newest file was 1 day old at the last look that ended well, 21 June 2025." in page
    assert "The next one is due from 4 July 2025 on, and late from 7 July 2025 on." in page
    assert "The longest silence took 47 days." in page
    assert "The law asks for it (8 U.S.C. 1378a). Read until 1 June 2025: uscode.house.gov" in page
    assert "20 Apr 2025 6 Jun 2025 47 later than usual, late missed.xlsx (not held here)" in page
    assert "El silencio más largo duró 47 días." in _words(_site()["es/releases/"])


def test_each_day_from_the_first_file_to_the_last_look_has_its_silence() -> None:
    rows = list(csv.reader(io.StringIO(_site()["releases/ice.csv"], newline="")))
    assert rows[1] == ["2025-04-20", "0", "missed.xlsx"]
    assert rows[-1] == ["2025-06-21", "1", NEXT.name]
    assert len(rows) == 1 + 63


def test_a_strip_has_a_stroke_for_each_day_and_a_line_below_what_was_late() -> None:
    (row,) = strips(CALENDAR).rows
    assert row.year == 2025
    assert row.days.count("M") == 3
    april = LEFT + 201  # 20 April is day 202 of a fiscal year
    assert row.days.startswith(f"M{april + 1} ")
    assert row.late.startswith(f"M{april} ")
    assert row.late.endswith("h47")
    assert (row.left, row.wide) == (april, 63)


def test_what_is_held_says_since_when_why_and_what_waits() -> None:
    page = _words(_site()["held/"])
    assert "1 hold is open." in page
    assert (
        "The file is public since 20 June 2025; the check found it on 20 June 2025. A person has looked at it." in page
    )
    assert "It does not add up. ( totals )" in page
    assert "What waits No quota" in page
    assert "Nothing is held back." in _words(_site(replace(QUIET, held=()))["held/"])
    assert "Hay 1 retención abierta." in _words(_site()["es/held/"])


def test_a_correction_says_what_does_not_stand_and_why() -> None:
    page = _words(_site()["corrections/"])
    assert "14 June 2025: Correction, an alert no longer stands: almost 49,000" in page
    assert "Why it no longer stands The cell is held back." in page
    assert "No correction has been sent." in _words(_site(replace(QUIET, corrections=()))["corrections/"])


def test_a_site_without_any_figure_is_whole() -> None:
    site = _site(Facts(as_of=NOW))
    for address, said in (
        ("series/", "No figures are stored yet."),
        ("releases/", "No publisher has published here yet."),
        ("data/", "No figures are stored yet."),
    ):
        assert said in _words(site[address])
