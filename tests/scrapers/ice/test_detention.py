"""ICE's workbook read through the source's own `parse`: replica editions as they are, and with faults put in."""

import calendar
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pytest
from openpyxl import Workbook as Book
from openpyxl.worksheet.worksheet import Worksheet

from figures.periods import MONTHS, Period, fiscal_year_start
from figures.records import Observation, Parsed
from figures.registry import SOURCES
from replica.editions import Edition, Place, edition, editions
from replica.layouts import LAYOUTS
from replica.workbooks import build
from scrapers.errors import DriftError, NotAnEditionError
from tests.looped import for_each

MAY = edition("05232025")
BUILT = build(MAY)
SHEET = "Detention FY25"
TABLES = ("detained_by_disposition", "detained_by_criminality", "book_ins_by_month", "removals")
Edit = Callable[[Book], object]
Edited = Callable[[bytes, Edit], bytes]
Figure = tuple[str, Period, float | None]

DISPOSITIONS = {
    "Total": "all",
    "Expedited Removal (I-860)": "expedited_removal",
    "Notice to Appear (I-862)": "notice_to_appear",
    "Reinstatement of Deport Order (I-871)": "reinstatement",
    "Other": "other",
}
CRIMINALITY = {
    "Total": "all",
    "Convicted Criminal": "convicted",
    "Pending Criminal Charges": "pending",
    "Other Immigration Violator": "other",
}
FACILITIES = {"FSC": "family_center", "Adult": "adult", "Total": "all"}
AGENCIES = {"ICE": "ICE", "CBP": "CBP", "Total": "all"}
every_edition = for_each("one", editions, lambda one: one.key)


def _parse(content: bytes, name: str = MAY.file_name) -> Parsed:
    return SOURCES["ice"].parse(content, name)


@cache
def _plain() -> Parsed:
    """The edition of May without any fault."""
    return _parse(BUILT)


def _series(table: str, row: str, column: str) -> str:
    """The series under which a figure of the replica's record must come out."""
    if table == "detained_by_disposition":
        return f"ice.detained_by_disposition{{disposition={DISPOSITIONS[row]}, facility_type={FACILITIES[column]}}}"
    if table == "detained_by_criminality":
        metric = "ice.detained_share" if column.startswith("Percent ") else "ice.detained"
        agency = AGENCIES[column.removeprefix("Percent ")]
        return f"{metric}{{agency={agency}, criminality={CRIMINALITY[row]}}}"
    if table == "book_ins_by_month":
        return f"ice.book_ins{{agency={AGENCIES[row]}}}"
    return "ice.removals{group=all}" if row == "Total" else "ice.removals_famu{group=famu}"


def _cells(one: Edition) -> Iterator[tuple[str, str, str, str, float | None]]:
    """(table, row, column, address, value) of every cell of the four tables, from the record and the layout alone."""
    for block in LAYOUTS[one.layout].blocks:
        if block.table not in TABLES:
            continue
        places = [place for place in one.figures if place[0] == block.table]
        rows = list(dict.fromkeys(row for _, row, _ in places))
        columns = []
        for name in dict.fromkeys(column for _, _, column in places):
            columns.extend([name, f"Percent {name}"] if name in block.shares else [name])
        for down, row in enumerate(rows):
            for right, column in enumerate(columns):
                value = one.figures[block.table, row, column.removeprefix("Percent ")]
                if column.startswith("Percent "):
                    total = one.figures[block.table, row, "Total"]
                    value = value / total if value is not None and total else None
                letter = chr(64 + block.figures_column + right)
                yield block.table, row, column, f"{letter}{block.row + 2 + down}", value


def _as_written(value: float) -> float:
    """XlsxWriter writes a number with 16 digits."""
    return value if isinstance(value, int) else float(f"{value:.16G}")


def _period(one: Edition, table: str, column: str) -> Period:
    if table.startswith("detained"):
        return Period("instant", one.docket.through, one.docket.through)
    first = fiscal_year_start(one.fiscal_year)
    if column not in MONTHS:
        through = one.removals.through if table == "removals" else one.book_ins.through
        return Period("fiscal_year_to_date", first, through)
    number = list(calendar.month_abbr).index(column)
    start = date(one.fiscal_year - (number >= 10), number, 1)
    last = start.replace(day=calendar.monthrange(start.year, number)[1])
    return Period("month", start, min(last, one.book_ins.through) if one.book_ins.through >= start else None)


def _footnote(one: Edition, table: str) -> str:
    words = {"book_ins_by_month": "{fy} ICE Initial Book-Ins", "removals": "{fy} ICE Removals"}
    section = words.get(table, "ICE Currently Detained Population Breakdown")
    (row,) = (note.row for note in LAYOUTS[one.layout].notes if note.section == section)
    return f"xlsx:Footnotes!B{row}"


def _mine(parsed: Parsed) -> list[Observation]:
    return [o for o in parsed.observations if o.table in TABLES]


def _figures(parsed: Parsed) -> list[Figure]:
    return sorted(((o.series, o.period, o.value) for o in _mine(parsed)), key=repr)


def _at(parsed: Parsed, cell: str, sheet: str = SHEET) -> Observation:
    (found,) = (o for o in parsed.observations if o.locator == f"xlsx:{sheet}!{cell}")
    return found


def _holds(parsed: Parsed) -> set[tuple[str, tuple[str, ...]]]:
    """What is held of the four tables, with the check that holds it."""
    return {
        (f.check, f.scope)
        for f in parsed.findings
        if f.severity == "hold" and (not f.scope or f.scope_kind == "cells" or set(f.scope) & set(TABLES))
    }


def _with(figures: dict[Place, int | float | None], **changes: Any) -> bytes:
    return build(replace(MAY, figures={**MAY.figures, **figures}, **changes))


def _sheet(book: Book) -> Worksheet:
    sheet: Worksheet = book[SHEET]
    return sheet


def _write(cell: str, value: object, sheet: str = SHEET) -> Edit:
    def edit(book: Book) -> None:
        book[sheet][cell] = value

    return edit


@every_edition
def test_every_figure_is_read_with_its_cell_its_value_and_its_period(one: Edition) -> None:
    parsed = _parse(build(one), one.file_name)
    by_cell = {o.locator: o for o in _mine(parsed)}
    for table, row, column, cell, value in _cells(one):
        found = by_cell.pop(f"xlsx:{one.sheet_title}!{cell}")
        stated = {"book_ins_by_month": one.book_ins, "removals": one.removals}.get(table, one.docket)
        to_come = _period(one, table, column).end is None and not value
        assert found.series == _series(table, row, column), cell
        assert found.value == (None if to_come or value is None else _as_written(value)), cell
        assert found.status == ("to_come" if to_come else "blank" if value is None else "reported"), cell
        assert found.raw == ("" if value is None else str(_as_written(value))), cell
        assert found.period == _period(one, table, column), cell
        assert (found.period_locator, found.run_date) == (_footnote(one, table), stated.run), cell
        assert (found.table, found.fiscal_year) == (table, one.fiscal_year), cell
    assert by_cell == {}
    assert _holds(parsed) == set()
    assert parsed.fiscal_year == one.fiscal_year
    assert parsed.run_date == max(one.docket.run, one.book_ins.run, one.removals.run)
    assert parsed.modified_at is not None
    assert parsed.modified_at.date() == one.published_on


def test_parsing_twice_gives_the_same() -> None:
    assert _parse(build(MAY)) == _plain()


def test_a_month_to_come_has_no_value_though_its_cell_shows_0() -> None:
    june = _at(_plain(), "R20")
    assert (june.raw, june.value, june.status) == ("0", None, "to_come")
    assert june.period == Period("month", date(2025, 6, 1), None)


def test_a_month_that_is_over_and_shows_0_is_a_figure() -> None:
    april = _at(_parse(_with({("book_ins_by_month", "CBP", "Apr"): 0})), "P21")
    assert (april.raw, april.value, april.status) == ("0", 0.0, "reported")


def test_figures_after_the_day_that_is_stated_keep_their_value_without_an_end() -> None:
    """06052025 runs through 31 May and counts nine people of June."""
    one = edition("06052025")
    parsed = _parse(build(one), one.file_name)
    june = [_at(parsed, cell) for cell in ("R20", "R21", "R22")]
    assert [(o.value, o.status) for o in june] == [(9.0, "reported"), (6.0, "reported"), (3.0, "reported")]
    assert {o.period for o in june} == {Period("month", date(2025, 6, 1), None)}
    assert _holds(parsed) == set()


HIDDEN = replace(edition("FY24"), sheet_title="Detention EOFY2020", fiscal_year=2020)


def test_a_hidden_sheet_before_the_real_one_is_never_taken_as_current() -> None:
    parsed = _parse(build(replace(MAY, hidden=HIDDEN)))
    hidden = [o for o in _mine(parsed) if o.locator.startswith("xlsx:Detention EOFY2020!")]
    assert len(hidden) == len(list(_cells(HIDDEN)))
    assert {(o.status, o.fiscal_year) for o in hidden} == {("not_current", 2020)}
    assert {o.period.end for o in hidden if o.period.kind != "month"} == {None}
    assert _at(parsed, "P29", "Detention EOFY2020").value == 271_484
    current = [o for o in _mine(parsed) if o not in hidden]
    assert [(o.series, o.value) for o in current] == [(o.series, o.value) for o in _mine(_plain())]
    assert (parsed.fiscal_year, _holds(parsed)) == (2025, set())
    assert "sheet 'Detention EOFY2020' is hidden; its figures are kept under FY2020 and are not taken as current." in [
        f.words for f in parsed.findings
    ]


def test_blanks_and_marks_of_a_hidden_sheet_are_not_current_either(edited: Edited) -> None:
    def blank(book: Book) -> None:
        book["Detention EOFY2020"]["B10"] = None
        book["Detention EOFY2020"]["B11"] = "-"
        book["Detention EOFY2020"]["B12"] = "see note"

    parsed = _parse(edited(build(replace(MAY, hidden=HIDDEN)), blank))
    assert {_at(parsed, cell, "Detention EOFY2020").status for cell in ("B10", "B11", "B12")} == {"not_current"}
    assert _holds(parsed) == set()


def test_a_visible_sheet_of_an_earlier_year_is_no_current_sheet() -> None:
    """FY21_detentionStats10282021 showed the sheet of the year before."""
    name = "FY26_detentionStats11202025.xlsx"
    parsed = _parse(BUILT, name)
    assert _holds(parsed) == {("no_current_sheet", ())}
    assert {o.status for o in _mine(parsed)} == {"not_current"}
    assert parsed.fiscal_year is None
    words = [f.words for f in parsed.findings]
    assert f"{name}: sheet 'Detention FY25' is not the current one; its figures are kept under FY2025 only." in words
    assert f"{name} holds no detention sheet that can be taken as current; nothing of it is judged on." in words


def test_two_visible_sheets_of_one_year_are_no_choice(edited: Edited) -> None:
    def copy(book: Book) -> None:
        book.copy_worksheet(_sheet(book)).title = "Detention FY2025"

    parsed = _parse(edited(BUILT, copy))
    assert _holds(parsed) == {("no_current_sheet", ())}
    assert {o.status for o in _mine(parsed)} == {"not_current"}


def test_the_year_of_the_sheet_counts_and_not_the_one_in_the_name() -> None:
    """FY24_detentionStats11152024 held FY2025."""
    name = "FY24_detentionStats11152024.xlsx"
    one = edition("01162025")
    parsed = _parse(build(one), name)
    assert (parsed.fiscal_year, _holds(parsed)) == (2025, set())
    assert {o.fiscal_year for o in _mine(parsed)} == {2025}
    notes = {f.check: (f.severity, f.words) for f in parsed.findings}
    assert notes["name_year"] == (
        "note",
        f"{name} is named FY2024 but holds FY2025; the sheet's own year is used.",
    )


def test_a_name_of_no_known_shape_holds_nothing_back() -> None:
    parsed = _parse(BUILT, "download.xlsx")
    assert (parsed.fiscal_year, _holds(parsed), _figures(parsed)) == (2025, set(), _figures(_plain()))


@pytest.mark.parametrize("title", ["detention fy25", " Detention  FY2025 ", "Detention EOFY25", "Detention FY25 YTD"])
def test_the_sheet_is_known_however_its_title_is_written(title: str) -> None:
    parsed = _parse(build(replace(MAY, sheet_title=title)))
    assert (parsed.fiscal_year, _holds(parsed), _figures(parsed)) == (2025, set(), _figures(_plain()))
    assert _mine(parsed)[0].locator.startswith(f"xlsx:{title}!")


def _keep(book: Book, *titles: str) -> None:
    for title in book.sheetnames:
        if title not in titles:
            book.remove(book[title])


def test_a_workbook_without_a_detention_sheet_has_no_current_one(edited: Edited) -> None:
    """Other sheets may still be read; nothing of the edition is judged on."""
    parsed = _parse(edited(BUILT, lambda book: book.remove(_sheet(book))))
    assert ("no_current_sheet", ()) in _holds(parsed)
    assert (parsed.fiscal_year, _mine(parsed)) == (None, [])


def test_a_workbook_of_sheets_that_say_nothing_is_none_of_the_editions(edited: Edited) -> None:
    with pytest.raises(
        NotAnEditionError,
        match=r"^too little in it is known of ICE's detention statistics: its sheets are 'Header', 'Footnotes',",
    ):
        _parse(edited(BUILT, lambda book: _keep(book, "Header", "Footnotes")))


def test_a_detention_sheet_without_any_figure_is_drift(edited: Edited) -> None:
    def clear(book: Book) -> None:
        _keep(book, SHEET, "Footnotes")
        _sheet(book).delete_rows(1, 300)

    with pytest.raises(DriftError, match="expected at least one figure"):
        _parse(edited(BUILT, clear))


# Footnotes: B65 removals, B71 docket, B79 book-ins.
BLOCKS = pytest.mark.parametrize(
    ("cell", "tables"),
    [
        ("B71", {"detained_by_disposition", "detained_by_criminality"}),
        ("B79", {"book_ins_by_month"}),
        ("B65", {"removals"}),
    ],
)


def _undated(parsed: Parsed, tables: set[str]) -> None:
    assert _holds(parsed) == {("undated_block", (table,)) for table in tables}
    for o in _mine(parsed):
        assert (o.period.end is None and o.period_locator == "") is (o.table in tables) or o.status == "to_come"
        assert (o.run_date is None) is (o.table in tables)
    assert [o.raw for o in _mine(parsed)] == [o.raw for o in _mine(_plain())]


@BLOCKS
def test_a_block_without_a_date_is_held_and_no_other(edited: Edited, cell: str, tables: set[str]) -> None:
    _undated(_parse(edited(BUILT, _write(cell, None, "Footnotes"))), tables)


@BLOCKS
def test_a_block_with_two_dates_is_held_and_no_other(edited: Edited, cell: str, tables: set[str]) -> None:
    def twice(book: Book) -> None:
        notes = book["Footnotes"]
        row = int(cell[1:])
        notes[f"B{row + 1}"] = str(notes[cell].value).replace("05/1", "04/1")

    parsed = _parse(edited(BUILT, twice))
    _undated(parsed, tables)
    assert any("the footnotes state different days" in f.words for f in parsed.findings)


@BLOCKS
def test_a_block_with_a_date_of_another_year_is_held_and_no_other(edited: Edited, cell: str, tables: set[str]) -> None:
    def last_year(book: Book) -> None:
        book["Footnotes"][cell] = str(book["Footnotes"][cell].value).replace("2025 (", "2024 (")

    parsed = _parse(edited(BUILT, last_year))
    _undated(parsed, tables)
    assert any(f"(xlsx:Footnotes!{cell}), which is no day of FY2025" in f.words for f in parsed.findings)


def test_a_workbook_without_footnotes_dates_nothing_and_holds_every_table(edited: Edited) -> None:
    _undated(_parse(edited(BUILT, lambda book: book.remove(book["Footnotes"]))), set(TABLES))


def test_figures_without_a_date_keep_their_zeros() -> None:
    """What is to come cannot be known where no day is stated."""
    parsed = _parse(build(replace(MAY, book_ins=replace(MAY.book_ins, through=date(2024, 5, 17)))))
    june = _at(parsed, "R20")
    assert (june.value, june.status, june.period.end) == (0.0, "reported", None)


@pytest.mark.parametrize("mark", ["-", " - ", "*", "#N/A", "N/A", "\xa0", "\xa0\xa0"])
def test_a_known_mark_in_place_of_a_number_is_suppressed(edited: Edited, mark: str) -> None:
    parsed = _parse(edited(BUILT, _write("P30", mark)))
    assert (_at(parsed, "P30").value, _at(parsed, "P30").status) == (None, "suppressed")
    assert _holds(parsed) == set()


def test_a_blank_cell_is_blank() -> None:
    blank = _at(_parse(_with({("removals", "Removals with a FAMU Identifier", "Total"): None})), "P30")
    assert (blank.value, blank.status, blank.raw) == (None, "blank", "")


@pytest.mark.parametrize("value", ["169,956", "see footnote", "0", True, date(2025, 5, 1)])
def test_another_text_where_a_number_belongs_is_held(edited: Edited, value: object) -> None:
    parsed = _parse(edited(BUILT, _write("P29", value)))
    found = _at(parsed, "P29")
    assert (found.value, found.status) == (None, "suppressed")
    assert _holds(parsed) == {("not_a_number", ("xlsx:Detention FY25!P29",))}
    words = [f.words for f in parsed.findings if f.check == "not_a_number"]
    assert words == [
        f"xlsx:Detention FY25!P29 holds {found.raw!r} where a number belongs; it is stored without a value."
    ]


def test_a_text_in_a_month_to_come_is_held_too(edited: Edited) -> None:
    parsed = _parse(edited(BUILT, _write("R20", "1,234")))
    assert _at(parsed, "R20").value is None
    assert _holds(parsed) == {("not_a_number", ("xlsx:Detention FY25!R20",))}


def test_a_negative_count_is_held() -> None:
    parsed = _parse(_with({("removals", "Total", "Total"): -5}))
    assert _at(parsed, "P29").value == -5
    assert _holds(parsed) == {("negative", ("xlsx:Detention FY25!P29",))}


def test_a_number_is_kept_to_its_last_digit(edited: Edited) -> None:
    found = _at(_parse(edited(BUILT, _write("P29", 169956.125))), "P29")
    assert (found.value, found.raw) == (169956.125, "169956.125")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("A23", "Other Immigration Violator1"),
        ("A20", "Total  "),
        ("A21", "Convicted\xa0Criminal"),
        ("I22", "ICE"),
        ("F19", "Total*"),
        ("B9", "FRC"),
        ("A13", "Reinstatment of Deport Order (I-871)"),
        ("A8", "ICE Currently Detained by Processing Disposition and Facility Type: FY2025"),
        ("A18", "ICE Currently Detained by Criminality and Arresting Agency FY2025 YTD"),
        ("A18", "ICE Currently Detained by Criminality and  Arresting Agency : EOFY2025 "),
        ("N27", "ICE Removals"),
    ],
)
def test_footnote_marks_blanks_and_renamings_change_nothing(edited: Edited, cell: str, text: str) -> None:
    parsed = _parse(edited(BUILT, _write(cell, text)))
    assert (_figures(parsed), _holds(parsed)) == (_figures(_plain()), set())


@pytest.mark.parametrize("label", [f"Removals with {a} {f} Detention" for a in ("a", "an") for f in ("FRC", "FSC")])
def test_family_centers_and_family_units_are_two_series(edited: Edited, label: str) -> None:
    """On 7 December 2023 the second row began to count something else: 24 became 11,897."""
    parsed = _parse(edited(BUILT, _write("N30", label)))
    assert _at(parsed, "P30").series == "ice.removals_family_center{group=family_center}"
    assert _at(_plain(), "P30").series == "ice.removals_famu{group=famu}"


def test_the_older_header_of_removals_is_known(edited: Edited) -> None:
    def until_2023(book: Book) -> None:
        _sheet(book)["N28"], _sheet(book)["P28"] = None, "Removals"

    parsed = _parse(edited(BUILT, until_2023))
    assert (_figures(parsed), _holds(parsed)) == (_figures(_plain()), set())


def test_a_new_row_is_stored_under_its_own_label_and_said() -> None:
    parsed = _parse(_with({("detained_by_disposition", "Paroled", "Total"): 7}))
    assert _at(parsed, "D15").value == 7
    assert _at(parsed, "D15").series == ("ice.detained_by_disposition{disposition=Paroled, facility_type=all}")
    (finding,) = [f for f in parsed.findings if f.check == "new_row_label"]
    assert (finding.severity, finding.scope) == ("warn", ("xlsx:Detention FY25!A15",))
    assert finding.words == (
        "xlsx:Detention FY25!A15: the row 'Paroled' is new in detained_by_disposition; "
        "it is stored under its own label."
    )


def _delete(*cells: str) -> Edit:
    def edit(book: Book) -> None:
        for cell in cells:
            _sheet(book)[cell] = None

    return edit


def _copy_title(book: Book) -> None:
    _sheet(book)["A60"] = _sheet(book)["A18"].value


def _drop_row(first: str, last: str, row: int, end: int) -> Edit:
    """Take a row out of a block and close the gap, in the columns of the block only."""

    def edit(book: Book) -> None:
        for at in range(row, end):
            for old, new in zip(
                _sheet(book)[f"{first}{at + 1}:{last}{at + 1}"][0],
                _sheet(book)[f"{first}{at}:{last}{at}"][0],
                strict=True,
            ):
                new.value = old.value
        for cell in _sheet(book)[f"{first}{end}:{last}{end}"][0]:
            cell.value = None

    return edit


@pytest.mark.parametrize(
    ("table", "edit"),
    [
        ("detained_by_criminality", _delete("A18")),
        ("detained_by_criminality", _write("A18", "ICE Detained by Criminality: FY2025")),
        ("detained_by_criminality", _copy_title),
        ("detained_by_criminality", _write("D19", "CBP/OFO")),
        ("detained_by_criminality", _write("A19", "Status")),
        ("detained_by_criminality", _write("G19", "Other agencies")),
        ("detained_by_criminality", _write("D19", "ICE")),
        ("detained_by_criminality", _delete("D19")),
        ("detained_by_criminality", _delete("A19", "B19", "C19", "D19", "E19", "F19")),
        ("detained_by_criminality", _drop_row("A", "F", 21, 23)),
        ("detained_by_criminality", _delete("A21")),
        ("detained_by_criminality", _write("A22", "Convicted Criminal")),
        ("detained_by_criminality", _write("A20", "All")),
        ("detained_by_disposition", _write("C9", "Adults")),
        ("detained_by_disposition", _drop_row("A", "D", 10, 14)),
        ("detained_by_disposition", _write("A12", "Other")),
        ("book_ins_by_month", _write("L19", "December")),
        ("book_ins_by_month", _delete("V19")),
        ("book_ins_by_month", _drop_row("I", "V", 22, 22)),
        ("removals", _delete("N27")),
        ("removals", _write("N29", "All removals")),
        ("removals", _write("N30", "Total")),
        ("removals", _write("P28", "Count")),
    ],
)
def test_a_table_that_is_not_as_declared_is_held_and_the_others_are_read(
    edited: Edited, table: str, edit: Edit
) -> None:
    parsed = _parse(edited(BUILT, edit))
    assert _holds(parsed) == {("layout_drift", (table,))}
    assert {o.table for o in _mine(parsed)} == set(TABLES) - {table}
    others = [f for f in _mine(_plain()) if f.table != table]
    assert [(o.locator, o.value) for o in _mine(parsed)] == [(o.locator, o.value) for o in others]


def test_drift_says_where_what_and_what_was_expected(edited: Edited) -> None:
    parsed = _parse(edited(BUILT, _write("D19", "CBP/OFO")))
    (finding,) = [f for f in parsed.findings if f.scope == ("detained_by_criminality",)]
    assert finding.words == (
        "xlsx:Detention FY25!A19: expected a header of detained_by_criminality with "
        "['CBP', 'ICE', 'Percent CBP', 'Percent ICE', 'Total'], found "
        "['Criminality', 'ICE', 'Percent ICE', 'CBP/OFO', 'Percent CBP', 'Total']. "
        "Nothing of detained_by_criminality was read."
    )


def test_columns_and_rows_in_another_order_give_the_same_figures(edited: Edited) -> None:
    def reorder(book: Book) -> None:
        sheet = _sheet(book)
        for row in range(19, 24):
            values = [cell.value for cell in sheet[f"B{row}:F{row}"][0]]
            for cell, value in zip(sheet[f"B{row}:F{row}"][0], reversed(values), strict=True):
                cell.value = value
        for column in "ABCDEF":
            sheet[f"{column}20"].value, sheet[f"{column}23"].value = (
                sheet[f"{column}23"].value,
                sheet[f"{column}20"].value,
            )

    parsed = _parse(edited(BUILT, reorder))
    assert (_figures(parsed), _holds(parsed)) == (_figures(_plain()), set())
    assert _at(parsed, "B23").series == "ice.detained{agency=all, criminality=all}"
    assert _at(parsed, "F20").series == "ice.detained{agency=ICE, criminality=other}"


def test_a_sheet_that_moved_gives_the_same_figures_in_their_new_cells(edited: Edited) -> None:
    def shift(book: Book) -> None:
        _sheet(book).insert_rows(6, 3)
        _sheet(book).insert_cols(1, 2)

    parsed = _parse(edited(BUILT, shift))
    assert (_figures(parsed), _holds(parsed)) == (_figures(_plain()), set())
    assert _at(parsed, "H23").series == "ice.detained{agency=all, criminality=all}"
    assert (_at(parsed, "H23").value, _at(_plain(), "F20").value) == (48_870, 48_870)


def test_a_column_put_between_two_blocks_gives_the_same_figures(edited: Edited) -> None:
    parsed = _parse(edited(BUILT, lambda book: _sheet(book).insert_cols(8)))
    assert (_figures(parsed), _holds(parsed)) == (_figures(_plain()), set())
    assert _at(parsed, "W20").series == "ice.book_ins{agency=all}"


def test_the_footnotes_may_move_too(edited: Edited) -> None:
    parsed = _parse(edited(BUILT, lambda book: book["Footnotes"].insert_rows(10, 4)))
    assert (_figures(parsed), _holds(parsed)) == (_figures(_plain()), set())
    assert _at(parsed, "P29").period_locator == "xlsx:Footnotes!B69"


def test_nothing_above_a_block_pushes_figures_into_another(edited: Edited) -> None:
    """A row put into the left block moves the whole sheet; every figure still says what it said."""
    parsed = _parse(edited(BUILT, lambda book: _sheet(book).insert_rows(15, 2)))
    assert (_figures(parsed), _holds(parsed)) == (_figures(_plain()), set())


def test_a_prior_year_of_zeros_is_overwritten_and_an_empty_month_is_a_figure() -> None:
    """FY2025 editions of December 2024 show 0 for all of FY2024; a month without requests in it would be a zero."""
    figures = dict(MAY.figures)
    prior = [key for key in figures if key[0] == "parole_requested" and key[1] == "FY2024"]
    emptied = replace(MAY, figures={**figures, **dict.fromkeys(prior, 0)})
    parsed = _parse(build(emptied))
    gone = [o for o in parsed.observations if o.status == "overwritten"]
    assert {(o.metric, o.value) for o in gone} == {("ice.parole_requested", 0.0)}
    assert len(gone) == len(prior) == 13
    assert [f.check for f in parsed.findings if f.check == "history_overwritten"] == ["history_overwritten"]
    one_month = replace(MAY, figures={**figures, ("parole_requested", "FY2024", "Nov"): 0})
    assert "overwritten" not in {o.status for o in _parse(build(one_month)).observations}
