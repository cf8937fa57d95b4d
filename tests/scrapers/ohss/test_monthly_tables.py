"""OHSS's monthly tables: headings found by name at two depths, marks in place of numbers, as-of dates, two editions."""

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from checks.document.document_suite import document
from checks.sources.cbp_pairs import ohss_allowed, revisions
from figures.metrics.catalogue import METRICS
from figures.periods import Period
from figures.records import Observation, Parsed
from replica.ohss import FIRST, SECOND, workbook
from scrapers.errors import DriftError, NotReadableError
from scrapers.ohss.monthly_sheets import SHEETS
from scrapers.ohss.monthly_tables import parse
from tests.border import ohss_file, shown_cells
from tests.ohss_edition import second_edition

NAME = "2024_1108_ohss_immigration-enforcement-and-legal-processes-tables-july-2024.xlsx"
Edited = Callable[[bytes, Callable[[openpyxl.Workbook], object]], bytes]
ARRESTS, REPATRIATIONS = "ERO Arrests by Criminality", "DHS Repats by Type"
TABLES = {kept.table for kept in SHEETS}


@pytest.fixture(scope="module")
def first() -> bytes:
    return workbook(FIRST)


@pytest.fixture(scope="module")
def published(shared_data: Path) -> bytes:
    return ohss_file(shared_data).read_bytes()


def values(parsed: Parsed) -> dict[tuple[str, Period], tuple[float | None, str]]:
    return {(o.series, o.period): (o.value, o.status) for o in parsed.observations}


def one(parsed: Parsed, locator: str) -> Observation:
    (found,) = (o for o in parsed.observations if o.locator == locator)
    return found


def test_every_cell_of_the_kept_sheets_is_read_where_it_stands(first: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(first))
    assert len(book.sheetnames) == 35
    parsed = parse(first, NAME)
    assert (parsed.findings, parsed.leftovers, document(parsed)) == ((), (), [])
    shown_cells(first, parsed.observations)
    figures = 0
    for kept in SHEETS:
        mine = [o for o in parsed.observations if o.table == kept.table]
        assert {o.dims for o in mine} == set(kept.headings.values())
        assert {tuple(name for name, _ in o.dims) for o in mine} == {tuple(sorted(METRICS[kept.metric].dims))}
        figures += len(kept.headings) * (2 * 13 + 11)
    assert len(parsed.observations) == figures


def test_periods_and_days(first: bytes) -> None:
    parsed = parse(first, NAME)
    assert (parsed.fiscal_year, parsed.run_date) == (2024, date(2024, 8, 30))
    assert {o.run_date for o in parsed.observations} == {date(2024, 8, 30)}
    series = "ohss.dhs_removals{agency=all}"
    periods = [o.period for o in parsed.observations if o.series == series]
    assert periods[0] == Period("fiscal_year", date(2021, 10, 1), date(2022, 9, 30))
    assert periods[1] == Period("month", date(2021, 10, 1), date(2021, 10, 31))
    assert Period("fiscal_year_to_date", date(2023, 10, 1), date(2024, 7, 31)) in periods
    assert periods[-1] == Period("month", date(2024, 7, 1), date(2024, 7, 31))


def test_x_and_na_are_no_numbers_and_no_zeros(first: bytes) -> None:
    parsed = parse(first, NAME)
    marked = {(o.raw, o.status, o.value) for o in parsed.observations if o.status != "reported"}
    assert marked == {("X", "not_applicable", None), ("NA", "not_available", None)}
    types = {dict(o.dims)["type"] for o in parsed.observations if o.status == "not_applicable"}
    assert types == {"title_42_expulsion", "administrative_withdrawal"}


def test_headings_of_one_name_are_told_apart_by_the_heading_above(first: bytes) -> None:
    parsed = parse(first, NAME)
    withdrawals = [o for o in parsed.observations if "withdrawal" in dict(o.dims).get("type", "")]
    columns = {dict(o.dims)["type"]: o.locator.removeprefix(f"xlsx:{REPATRIATIONS}!")[0] for o in withdrawals}
    assert columns == {"enforcement_withdrawal": "L", "administrative_withdrawal": "Q"}


def test_a_second_edition_with_deeper_headings_gives_the_same_figures_but_those_that_changed(first: bytes) -> None:
    before, after = parse(first, NAME), parse(workbook(SECOND), "second.xlsx")
    assert (after.findings, document(after), after.run_date) == ((), [], date(2024, 10, 7))
    was, now = values(before), values(after)
    months = {key for key in was if key[1].kind == "month"}
    changed = {key for key in months if was[key] != now[key]}
    assert {series for series, _ in changed} == {f"ohss.removals_and_returns{{agency={a}}}" for a in ("all", "CBP")}
    assert {period.start for _, period in changed} == {date(2024, 7, 1)}
    (note,) = revisions(after.observations, before.observations, NAME, ohss_allowed)
    assert (note.check, note.severity) == ("revised", "note")
    assert note.words.startswith("2 figures moved, of 1 month: ohss.removals_and_returns{agency=CBP} of July 2024 is ")
    assert f"in {NAME}" in note.words


def test_the_published_edition_is_read_cell_by_cell(published: bytes) -> None:
    parsed = parse(published, NAME)
    assert (parsed.findings, parsed.leftovers, document(parsed)) == ((), (), [])
    shown_cells(published, parsed.observations)
    assert len(parsed.observations) == 141 * sum(len(kept.headings) for kept in SHEETS)
    assert one(parsed, "xlsx:DHS Repats by Type!E135").value == 597440
    assert one(parsed, "xlsx:DHS Repats by Type!C135").value == 674880
    assert one(parsed, "xlsx:DHS Repats by Type!E135").series == "ohss.repatriations{type=title_8_enforcement}"
    assert one(parsed, "xlsx:ERO Arrests by Criminality!J135").series == "ohss.arrests{criminality=pending}"


def test_a_second_edition_of_the_published_one_differs_where_it_was_changed(published: bytes) -> None:
    second = second_edition(published)
    before, after = parse(published, NAME), parse(second.content, "second.xlsx")
    assert (after.findings, after.run_date) == ((), date(2024, 10, 7))
    shown_cells(second.content, after.observations)
    was, now = values(before), values(after)
    assert was.keys() == now.keys()
    changed = {o.locator: o.value for o in after.observations if was[o.series, o.period] != (o.value, o.status)}
    assert changed == second.changed
    assert document(after) == []
    (note,) = revisions(after.observations, before.observations, NAME, ohss_allowed)
    assert "is 24,990 (xlsx:ICE ERO R&R by Arrest Agcy!C145) and 22,940 in" in note.words


def test_a_sheet_that_is_laid_out_otherwise_is_held_and_the_others_are_read(first: bytes, edited: Edited) -> None:
    def write(title: str, cell: str, value: object) -> Callable[[openpyxl.Workbook], object]:
        return lambda book: setattr(book[title][cell], "value", value)

    drills: dict[str, tuple[Callable[[openpyxl.Workbook], object], str]] = {
        "a sheet is gone": (lambda book: book.remove(book[ARRESTS]), "one sheet with the title"),
        "a sheet is there twice": (lambda book: book.copy_worksheet(book[ARRESTS]), "Copy'"),
        "a title of another table": (write(ARRESTS, "A2", "ERO Arrests: Fiscal Years 2022 to 2024"), "found none"),
        "a heading of another name": (write(ARRESTS, "D4", "Convicted"), "Convicted Criminals / Total Convicted 0"),
        "a heading twice": (write(ARRESTS, "E4", "Felons"), "Felons 2 times"),
        "no headings of labels": (write(ARRESTS, "A4", "Year"), "headings 'Fiscal Year' and 'Month'"),
        "a year that is none": (write(ARRESTS, "A5", "2022 (revised)"), "a fiscal year such as 2023"),
        "a year that is skipped": (write(ARRESTS, "A5", 2021), "fiscal years in a row"),
        "an early year that runs": (write(ARRESTS, "A5", "2022 YTD"), "only the last year running"),
        "a month twice": (write(ARRESTS, "B7", "October"), "months from October on"),
        "a month of another name": (write(ARRESTS, "B7", "Nov"), "a month below it"),
        "a month that is gone": (lambda book: book[ARRESTS].delete_rows(7), "months from October on"),
        "a row without a month": (write(ARRESTS, "B10", None), "no figure below the last month"),
    }  # fmt: skip
    whole = parse(first, NAME)
    for what, (drill, words) in drills.items():
        parsed = parse(edited(first, drill), NAME)
        (held,) = [f for f in parsed.findings if f.severity == "hold"]
        assert (held.check, held.scope) == ("layout_drift", ("ohss_arrests",)), what
        assert words in held.words, (what, held.words)
        assert held.words.endswith("Nothing of this table was read.")
        assert {o.table for o in parsed.observations} == TABLES - {"ohss_arrests"}
        assert [o for o in parsed.observations] == [o for o in whole.observations if o.table != "ohss_arrests"]


def test_a_cell_that_is_no_number_is_held_and_has_no_value(first: bytes, edited: Edited) -> None:
    for value, status in (("D", "suppressed"), ("1,230", "suppressed"), (-10, "reported"), (12.5, "reported")):
        content = edited(first, lambda book, value=value: setattr(book[ARRESTS]["C40"], "value", value))
        parsed = parse(content, NAME)
        where = f"xlsx:{ARRESTS}!C40"
        held = [f for f in parsed.findings if f.check == "not_a_number"]
        assert [(f.severity, f.scope) for f in held] == [("hold", (where,))], value
        assert one(parsed, where).status == status
        assert one(parsed, where).value == (None if status == "suppressed" else value)
    blank = parse(edited(first, lambda book: setattr(book[ARRESTS]["C40"], "value", None)), NAME)
    assert (one(blank, f"xlsx:{ARRESTS}!C40").status, blank.findings) == ("blank", ())


def test_a_title_of_another_month_is_held(first: bytes, edited: Edited) -> None:
    def retitle(book: openpyxl.Workbook) -> None:
        cell = book[ARRESTS]["A2"]
        cell.value = str(cell.value).replace("July", "August")

    (held,) = parse(edited(first, retitle), NAME).findings
    assert (held.check, held.severity, held.scope) == ("title_month", "hold", ("ohss_arrests",))
    assert "the title names August 2024, the last row is of July 2024" in held.words


def test_notes_without_a_day_or_with_two_are_said(first: bytes, edited: Edited) -> None:
    for new, found in (
        ("soon", "none"),
        ("July 30, 2024; current as of August 30, 2024", "August 30, 2024, July 30, 2024"),
    ):

        def rewrite(book: openpyxl.Workbook, new: str = new) -> None:
            for (cell,) in book[ARRESTS].iter_rows(min_row=40, max_col=1):
                if isinstance(cell.value, str):
                    cell.value = cell.value.replace("August 30, 2024", new)

        parsed = parse(edited(first, rewrite), NAME)
        (said,) = parsed.findings
        assert (said.check, said.severity, said.found) == ("undated_block", "warn", found)
        assert {o.run_date for o in parsed.observations if o.table == "ohss_arrests"} == {None}


def test_a_new_column_is_said_and_left(first: bytes, edited: Edited) -> None:
    def add(book: openpyxl.Workbook) -> None:
        sheet = book[ARRESTS]
        for row, value in ((4, "Gang Members"), (5, 120), (6, 10)):
            sheet.cell(row, 12).value = value

    parsed = parse(edited(first, add), NAME)
    (said,) = parsed.findings
    assert (said.check, said.severity, said.found) == ("new_column", "warn", "Gang Members")
    assert [(left.locator.rpartition("!")[2], left.raw) for left in parsed.leftovers] == [
        ("L4", "Gang Members"),
        ("L5", "120"),
        ("L6", "10"),
    ]


def test_what_is_no_edition_is_refused(edited: Edited, first: bytes) -> None:
    for content in (b"", b"PK\x03\x04 cut off", b"<html>", first[:5000]):
        with pytest.raises(NotReadableError):
            parse(content, NAME)

    def leave_contents(book: openpyxl.Workbook) -> None:
        for title in book.sheetnames[1:]:
            book.remove(book[title])

    with pytest.raises(DriftError, match="at least one sheet of OHSS's monthly tables"):
        parse(edited(first, leave_contents), NAME)
