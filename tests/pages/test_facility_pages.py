"""A facility's page and the indexes that lead to it: the words, the numbers, the places of the numbers."""

import gzip
import html
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from pages.drawings.facility_chart import Point, facility_chart
from pages.facts.facility_facts import FacilityFacts, Listed, Wording
from pages.facts.release_facts import ReleaseFacts
from pages.kinds.facility_pages import facility_pages
from pages.page import HTML
from pages.words import words_of
from tests.pages.facilities_at_hand import ALONE, FACILITIES, FILE, GONE, NEWEST, QUAY, RELEASE, TABLE
from tests.pages.facts_at_hand import FACTS, SITE


def _pages(facilities: Iterable[FacilityFacts] = FACILITIES, releases: tuple[ReleaseFacts, ...] = ()) -> dict[str, str]:
    facts = replace(FACTS, facilities=lambda: iter(facilities), releases=releases)
    made = list(facility_pages(facts, SITE, words_of("en", "", first=True)))
    assert {page.media for page in made} == {HTML}
    assert list(facility_pages(facts, SITE, words_of("es", "es/", first=False))) == []
    return {page.address: page.body.decode() for page in made}


def _text(page: str) -> str:
    inline = re.sub(r"</?(?:strong|small|a|span)\b[^>]*>", "", page)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", inline))).strip()


def test_every_facility_has_its_page_in_every_language_with_an_index_by_state() -> None:
    assert sorted(_pages()) == sorted(
        f"{language}facilities/{place}"
        for language in ("", "es/")
        for place in ("", "pa/", "tx/", *(facility.place for facility in FACILITIES))
    )


def test_the_first_sentence_says_how_many_since_when_to_when_and_by_whom() -> None:
    pages = _pages()
    assert (
        "From 1 October 2024 to 9 June 2025, 201.0 people were held here on an average day, by ICE's newest list."
    ) in _text(pages[f"facilities/{QUAY.place}"])
    assert (
        "Del 1 de octubre de 2024 al 9 de junio de 2025 hubo aquí 201.0 personas detenidas en un día promedio"
    ) in _text(pages[f"es/facilities/{QUAY.place}"])
    assert "ICE's newest list, of 9 June 2025, does not have this facility. The last one that does: 9 Jun 2025." in (
        _text(pages[f"facilities/{GONE.place}"])
    )
    assert "12.0 people were held here on an average day, TRAC says for 9 June 2025." in (
        _text(pages[f"facilities/{ALONE.place}"])
    )


def test_each_day_leads_to_the_file_the_sheet_the_row_and_the_columns() -> None:
    page = _pages()[f"facilities/{QUAY.place}"]
    assert '<a href="#list-2">9 Jun 2025</a>' in page
    line = re.search(r'<tr id="list-2">(.*?)</tr>', page, re.DOTALL)
    assert line
    assert _text(line[1]).split() == [
        *("9", "Jun", "2025", "FY25_detentionStats06202025.xlsx", "(abababababab)"),
        *("Facilities", "FY25", "157", "I–W", "20", "Jun", "2025"),
    ]
    assert "json:/12/count" in page


def test_a_file_leads_to_the_page_of_its_release() -> None:
    page = _pages(releases=(RELEASE,))[f"facilities/{QUAY.place}"]
    assert f'<a href="../../../{RELEASE.address}index.html">{FILE.name}</a>' in page
    assert f"{TABLE.name} (efefefefefef)" in _text(page)


def test_what_is_held_back_says_so_and_another_split_is_summed_in_its_place() -> None:
    page = _pages()[f"facilities/{QUAY.place}"]
    assert re.search(r">27 May 2025</a></th><td class=\"number\">160\.0</td>", page)
    assert page.count("<small>held back</small>") == 4
    nothing = {name: cell._replace(held=True) for name, cell in NEWEST.cells.items()}
    page = _pages([replace(QUAY, listed=(replace(NEWEST, cells=nothing),), said={}, inspections={})])[
        f"facilities/{QUAY.place}"
    ]
    assert re.search(r">9 Jun 2025</a></th><td class=\"number\">– <small>held back</small></td>", page)
    assert "people were held here on an average day, by" not in page


def test_an_index_sums_the_newest_list_alone() -> None:
    pages = _pages()
    row = re.search(r"<tr><th[^>]*><a[^>]*>Texas</a></th>(.*?)</tr>", pages["facilities/"], re.DOTALL)
    assert row
    assert _text(row[1]).split() == ["1", "201.0", "2"]
    held = replace(NEWEST, cells={name: cell._replace(held=True) for name, cell in NEWEST.cells.items()})
    index = _pages([replace(QUAY, listed=(held, GONE.listed[1]))])["facilities/"]
    assert "0.0" in _text(index)
    assert "160.0" not in _text(index)
    assert "On ICE" in pages["facilities/tx/"]
    assert "Pensilvania" in pages["es/facilities/"]


def test_hostile_words_of_a_list_arrive_harmless() -> None:
    evil = "<script>alert(1)</script>\u202e"
    said = {"name": (Wording((evil,), NEWEST, NEWEST, evil),), "type": (Wording((evil,), NEWEST, NEWEST),)}
    cells = {**NEWEST.cells, "minimum": NEWEST.cells["minimum"]._replace(value=None, text=evil)}
    listed = (replace(NEWEST, sheet=evil, cells=cells),)
    facility = replace(QUAY, name=evil, city=evil, said={}, inspections={}, listed=listed, state=evil, place="x/y/")
    for page in _pages([facility, replace(QUAY, said=said)]).values():
        assert "<script" not in page
        assert "\u202e" not in page


def test_a_page_of_ten_years_keeps_within_fifteen_kilobytes() -> None:
    listed = tuple(_moved(NEWEST, n) for n in range(240))
    facility = replace(QUAY, listed=listed, said={"name": (Wording(("QUAY",), listed[-2], listed[0]),)})
    releases = tuple(
        replace(RELEASE, address=f"releases/{n * 7919**9:064x}/", sha256=f"{n * 7919**9:064x}") for n in range(240)
    )
    page = _pages([facility], releases)[f"facilities/{QUAY.place}"]
    assert page.count("<tr") > 4 * 104
    assert "Of lists before" in page
    assert {day for day in re.findall(r'href="#(list-\d+)"', page)} == set(re.findall(r'id="(list-\d+)"', page))
    assert len(gzip.compress(page.encode())) < 15_000


def _moved(listed: Listed, n: int) -> Listed:
    day = date(2034, 9, 1) - timedelta(days=15 * n)
    cells = {
        name: cell._replace(value=(cell.value or 0) + (n * 37 + at * 61) % 409 / 10)
        for at, (name, cell) in enumerate(listed.cells.items())
    }
    edition = replace(listed.edition, name=f"FY_detentionStats{day:%m%d%Y}.xlsx", sha256=f"{n * 7919**9:064x}")
    since = date(day.year - (day.month < 10), 10, 1)
    return replace(listed, edition=edition, row=8 + n, since=since, day=day, cells=cells)


def test_a_chart_begins_a_new_line_with_each_fiscal_year_and_its_axis_at_zero() -> None:
    years = (date(2023, 10, 1), date(2024, 10, 1))
    points = [Point(since, since + timedelta(days=days), 90.0 + days) for since in years for days in (100, 30)]
    chart = facility_chart(points, [(date(2025, 1, 9), 195.0)])
    assert chart is not None
    assert [len(line) for line in chart.lines] == [2, 2]
    assert all(line == tuple(sorted(line)) for line in chart.lines)
    assert [mark.value for mark in chart.rows] == [0, 50, 100, 150, 200]
    assert [mark.value for mark in chart.years] == [2024]
    assert facility_chart(points[:1], []) is None
