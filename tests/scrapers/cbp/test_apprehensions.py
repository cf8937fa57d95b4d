"""CBP's table of Border Patrol apprehensions: groups of rows with labels that repeat, months to come, odd headings."""

import re
from datetime import date
from pathlib import Path

import pytest

from checks.document.document_suite import document
from figures.records import Parsed
from replica.cbp_files import FINAL_2026, RUNNING_2026, apprehended
from replica.cbp_pages import table_page
from scrapers.cbp.apprehensions import parse
from scrapers.errors import DriftError
from scrapers.web.markup import tables
from tests.border import PageTables

AUGUST = RUNNING_2026[-1]
PAGE = "extract-nationwide-encounters-page-2026-09-16.html"
GROUPS = (
    "Nationwide Total Apprehensions",
    "Southwest Border Total Apprehensions",
    "Northern Border Total Apprehensions",
)


def every_locator_opens(content: bytes, parsed: Parsed) -> None:
    opened = PageTables(content)
    for o in parsed.observations:
        assert opened.at(o.locator) == o.raw, o.locator
        assert o.value == (None if o.raw == "-" else int(o.raw.replace(",", "")))
        heading = o.period_locator.rpartition("/")[2]
        assert heading in opened.tables[0][0]
        assert o.locator.endswith(f"/{heading}")
    assert len({o.locator for o in parsed.observations}) == len(parsed.observations) == 108


def test_the_published_table_is_read_cell_by_cell(shared_data: Path) -> None:
    content = (shared_data / "cbp" / PAGE).read_bytes()
    parsed = parse(content, PAGE)
    every_locator_opens(content, parsed)
    assert (parsed.findings, document(parsed), parsed.fiscal_year) == ((), [], 2026)
    assert f"{parsed.modified_at:%Y-%m-%d}" == "2026-09-17"  # the end of the 16th in Washington
    wanted = "html:table[1]/Southwest Border Total Apprehensions/At Entry/Aug-26"
    (entry,) = (o for o in parsed.observations if o.locator == wanted)
    assert (entry.value, entry.series) == (7624, "cbp.apprehensions{region=southwest, where=at_entry}")
    assert (entry.period.start, entry.period.end, entry.unit) == (date(2026, 8, 1), date(2026, 8, 31), "apprehensions")
    # At large is a part of the southwest's total: 17.5 % in October 2025, 14.0 % in August 2026.
    shares = [
        _of(parsed, "southwest", "at_large", month) / _of(parsed, "southwest", "all", month)
        for month in (date(2025, 10, 1), date(2026, 8, 1))
    ]
    assert [f"{share:.1%}" for share in shares] == ["17.5%", "14.0%"]


def _of(parsed: Parsed, region: str, where: str, month: date) -> float:
    series = f"cbp.apprehensions{{region={region}, where={where}}}"
    (one,) = (o for o in parsed.observations if o.series == series and o.period.start == month)
    assert one.value is not None
    return one.value


def test_a_row_is_named_by_its_group() -> None:
    content = table_page(AUGUST)
    parsed = parse(content, "page")
    every_locator_opens(content, parsed)
    counted = apprehended(AUGUST)[-1]
    assert _of(parsed, "southwest", "all", date(2026, 8, 1)) == counted["Southwest Land Border"]
    assert _of(parsed, "northern", "all", date(2026, 8, 1)) == counted["Northern Land Border"]
    assert _of(parsed, "all", "all", date(2026, 8, 1)) == sum(counted.values())
    parts = {
        (r, w): _of(parsed, r, w, date(2026, 8, 1))
        for r in ("all", "southwest", "northern")
        for w in ("at_entry", "at_large")
    }
    assert len(set(parts.values())) == 6
    assert document(parsed) == []


def test_a_dash_is_a_month_to_come_and_no_zero() -> None:
    parsed = parse(table_page(RUNNING_2026[1]), "page")
    to_come = [o for o in parsed.observations if o.status == "to_come"]
    assert len(to_come) == 9 * 10
    assert {(o.value, o.raw, o.period.end) for o in to_come} == {(None, "-", None)}
    assert min(o.period.start for o in to_come if o.period.start) == date(2025, 12, 1)
    assert parsed.findings == ()
    whole = parse(table_page(FINAL_2026), "page")
    assert {o.status for o in whole.observations} == {"reported"}


def test_a_dash_before_a_month_with_numbers_is_said() -> None:
    row = rb"(<em>At Entry</em></th><td>)[\d,]+"
    content = re.sub(row, rb"\1-", table_page(AUGUST), count=1)
    parsed = parse(content, "page")
    (gap,) = (o for o in parsed.observations if o.status == "suppressed")
    (said,) = parsed.findings
    assert gap.locator == f"html:table[1]/{GROUPS[0]}/At Entry/Oct-25"
    assert (said.check, said.severity, said.scope) == ("figure_blank", "warn", (gap.locator,))


def test_irregular_headings_are_months_all_the_same() -> None:
    content = table_page(FINAL_2026, irregular=True)
    assert b"June-26" in content
    parsed = parse(content, "page")
    every_locator_opens(content, parsed)
    regular = parse(table_page(FINAL_2026), "page")
    assert [(o.series, o.period, o.value) for o in parsed.observations] == [
        (o.series, o.period, o.value) for o in regular.observations
    ]
    for odd in (b"Sept-26", b"September 2026", b"Sep. 26"):
        assert parse(table_page(FINAL_2026).replace(b"Sep-26", odd), "page").observations[11].period.end == date(
            2026, 9, 30
        )


def test_a_total_that_its_parts_do_not_give_is_held_by_its_cells() -> None:
    """The page of FY2024 has one: nationwide in August 2024, ten people apart. Nothing else of the page is held."""
    content = table_page(AUGUST)
    first = re.search(rb"<strong>Nationwide Total Apprehensions</strong></th><td>([\d,]+)", content)
    assert first
    total = int(first[1].replace(b",", b""))
    parsed = parse(content.replace(first[1], f"{total - 10:,}".encode(), 1), "page")
    (held,) = document(parsed)
    assert (held.check, held.severity, held.scope_kind) == ("apprehensions_total", "hold", "cells")
    assert held.scope == tuple(f"html:table[1]/{GROUPS[0]}/{part}Oct-25" for part in ("", "At Entry/", "At Large/"))
    assert held.words.startswith(f"October 2025: {held.scope[0]} says {total - 10:,}, its parts")


def test_a_nationwide_count_below_its_borders_is_held() -> None:
    content = table_page(AUGUST)
    rows = re.findall(rb"<tr><th scope=\"row\">.*?</tr>", content)
    nationwide, southwest = rows[:3], rows[3:6]
    for row, other in zip(nationwide, southwest, strict=True):
        label, _, cells = row.partition(b"</th>")
        content = content.replace(row, label + b"</th>" + other.partition(b"</th>")[2], 1)
        assert cells
    held = document(parse(content, "page"))
    assert {f.check for f in held} == {"apprehensions_regions"}
    assert all(f.severity == "hold" and len(f.scope) == 3 for f in held)


def test_tables_within_tables_are_tables_of_their_own() -> None:
    """However deep a page nests them, no text is read twice."""
    page = table_page(AUGUST)
    table = page[page.index(b"<table") : page.index(b"</table>") + 8]
    nested = b"<table><tr><td>" * 40 + table + b"</td></tr></table>" * 40
    parsed = parse(page.replace(table, nested), "page")
    assert {o.locator.partition("/")[0] for o in parsed.observations} == {"html:table[41]"}
    assert [o.value for o in parsed.observations] == [o.value for o in parse(page, "page").observations]
    assert {cell.text for outer in tables(page.replace(table, nested))[:40] for row in outer for cell in row} == {""}


def test_another_layout_is_refused_with_words() -> None:
    page = table_page(AUGUST)
    table = page[page.index(b"<table") : page.index(b"</table>") + 8]
    nationwide = b"<strong>Nationwide Total Apprehensions</strong>"
    a_row, a_count, a_dash = rb"<tr><th scope=\"row\"><em>At Entry.*?</tr>", rb"<td>[\d,]+</td>", rb"<td>-</td>"

    whole_table = table_page(FINAL_2026)
    a_year = [f"{m}-26" for m in ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")]
    of_calendar_year = whole_table
    for old, new in zip(re.findall(rb"<span>(...-2\d)</span>", whole_table), a_year, strict=True):
        of_calendar_year = of_calendar_year.replace(b"<span>" + old, b"<span>_" + new.encode(), 1)
    of_calendar_year = of_calendar_year.replace(b"<span>_", b"<span>")

    def with_first(pattern: bytes, new: bytes) -> bytes:
        return re.sub(pattern, new, page, count=1)

    for content, words in (
        (page.replace(table, b""), "expected one table that begins with 'Monthly Totals', found 0 of 0"),
        (page.replace(table, table + table), "found 2 of 2 tables"),
        (page.replace(b"Monthly Totals", b"Totals"), "found 0 of 1 tables"),
        (page.replace(b"Nov-25", b"Oct-25"), "expected months in a row from October on"),
        (page.replace(b"Jan-26", b"Jan-25"), "expected months in a row"),
        (of_calendar_year, "expected months in a row from October on, such as Oct-25, found Jan-26, Feb-26"),
        (page.replace(b"Sep-26", b"FYTD"), "expected months in a row"),
        (page.replace(b"Northern Border", b"Coastal Border"), "found 'Coastal Border Total"),
        (page.replace(nationwide, b"<em>At Large</em>"), "found 'At Large'"),
        (page.replace(b"Northern Border", b"Southwest Border"), "three groups of three rows, each once"),
        (with_first(a_row, b""), "three groups of three rows"),
        (with_first(a_row, rb"\g<0>\g<0>"), "three groups of three rows"),
        (with_first(a_dash, b""), "rows of as many cells as the header has"),
        (page.replace(b"<td>-</td>", b'<td colspan="2">-</td>', 1), "rows of as many cells"),
        (with_first(a_count, b"<td>-3</td>"), f"html:table[1]/{GROUPS[0]}/Oct-25: expected a whole number"),
        (with_first(a_count, b"<td>3.5</td>"), "found '3.5'"),
        (with_first(a_count, b"<td>32,80</td>"), "found '32,80'"),
        (with_first(a_count, b"<td></td>"), "found ''"),
        (b"\x00\xff", "found 0 of 0 tables"),
    ):
        assert content != page
        with pytest.raises(DriftError, match=re.escape(words)):
            parse(content, "page")
