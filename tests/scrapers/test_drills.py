"""Drift drills: a workbook is changed as publishers change them. The figures stay the same, or something is said.

Fewer or different figures without a word are the one outcome that must not be.
"""

import io
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook as Book
from openpyxl.worksheet.worksheet import Worksheet

from checks.document import document
from figures.records import Finding, Parsed
from replica.editions import edition
from replica.workbooks import build
from scrapers.errors import DriftError, NotReadableError
from scrapers.ice_workbook import parse

NAME = "FY25_detentionStats05232025.xlsx"
Drill = Callable[[Book], None]


def _detention(book: Book) -> Worksheet:
    return next(
        sheet for sheet in book.worksheets if sheet.title.startswith("Detention") and sheet.sheet_state == "visible"
    )


def _find(sheet: Worksheet, text: str) -> tuple[int, int]:
    """The first cell whose text begins so, as (row, column)."""
    return next(
        (c.row, c.column) for row in sheet.iter_rows() for c in row if str(c.value or "").strip().startswith(text)
    )


def drop_sheet(title: str) -> Drill:
    return lambda book: book.remove(next(s for s in book.worksheets if title in s.title))


def rename_header(old: str, new: str) -> Drill:
    def drill(book: Book) -> None:
        sheet = _detention(book)
        sheet.cell(*_find(sheet, old)).value = new

    return drill


def insert_row(book: Book) -> None:
    _unmerged(_detention(book)).insert_rows(18)


def insert_column(book: Book) -> None:
    _unmerged(_detention(book)).insert_cols(1)


def _unmerged(sheet: Worksheet) -> Worksheet:
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    return sheet


def swap_columns(*, with_header: bool) -> Drill:
    """The columns of ICE and CBP among the people held."""

    def drill(book: Book) -> None:
        sheet = _detention(book)
        top, _ = _find(sheet, "ICE Currently Detained by Criminality")
        for row in range(top + (1 if with_header else 2), top + 6):
            ice, cbp = sheet.cell(row, 2), sheet.cell(row, 4)
            ice.value, cbp.value = cbp.value, ice.value

    return drill


def blank_column(book: Book) -> None:
    sheet = _detention(book)
    top, _ = _find(sheet, "ICE Currently Detained by Criminality")
    for row in range(top + 2, top + 6):
        sheet.cell(row, 2).value = None


def shift_block(book: Book) -> None:
    """The removals block moves down two rows."""
    sheet = _unmerged(_detention(book))
    row, column = _find(sheet, "ICE Removals")
    last = sheet.max_column
    letters = (openpyxl.utils.get_column_letter(column), openpyxl.utils.get_column_letter(last))
    sheet.move_range(f"{letters[0]}{row}:{letters[1]}{row + 3}", rows=2)


def reorder_rows(book: Book) -> None:
    sheet = _detention(book)
    top, left = _find(sheet, "ICE Initial Book-Ins by Arresting Agency and Month")
    first, second = top + 3, top + 4
    for column in range(left, left + 14):
        one, other = sheet.cell(first, column), sheet.cell(second, column)
        one.value, other.value = other.value, one.value


def unknown_row(book: Book) -> None:
    sheet = _detention(book)
    top, left = _find(sheet, "ICE Currently Detained by Criminality")
    for column, value in enumerate(("Traffic Violator", 1, 0.5, 1, 0.5, 2), start=left):
        sheet.cell(top + 6, column).value = value


def duplicate_block(book: Book) -> None:
    sheet = _detention(book)
    row, column = _find(sheet, "ICE Removals")
    below = sheet.max_row + 5
    for r in range(4):
        for c in range(4):
            sheet.cell(below + r, column + c).value = sheet.cell(row + r, column + c).value


def hide_behind_stale(book: Book) -> None:
    """The real sheet is hidden and last year's stands in its place."""
    real = _detention(book)
    stale = book.copy_worksheet(real)
    real.sheet_state = "hidden"
    stale.title = "Detention FY24"
    stale["A3"].value = "ICE DETENTION DATA, FY2024"


def move_figure_up(book: Book) -> None:
    """One row of figures slips by one."""
    sheet = _detention(book)
    top, left = _find(sheet, "ICE Currently Detained by Criminality")
    for row in range(top + 5, top + 2, -1):
        for column in range(left + 1, left + 6):
            sheet.cell(row, column).value = sheet.cell(row - 1, column).value


def blank_row_inside(book: Book) -> None:
    """A blank row splits the table by release reason."""
    sheet = _unmerged(_detention(book))
    row, _ = _find(sheet, "Order of Recognizance")
    sheet.insert_rows(row)


def drop_block(title: str, rows: int) -> Drill:
    def drill(book: Book) -> None:
        sheet = _detention(book)
        row, column = _find(sheet, title)
        for r in range(row, row + rows):
            for c in range(column, column + 14):
                if not isinstance(sheet.cell(r, c), openpyxl.cell.cell.MergedCell):
                    sheet.cell(r, c).value = None

    return drill


SAME = {insert_row, insert_column, shift_block, reorder_rows}
DRILLS: dict[str, Drill] = {
    "drop the detention sheet": drop_sheet("Detention"),
    "drop the footnotes": drop_sheet("Footnotes"),
    "rename a header": rename_header("Convicted Criminal", "Convicted Person"),
    "rename a title": rename_header("ICE Removals", "ICE Repatriations"),
    "insert a row": insert_row,
    "insert a column": insert_column,
    "swap two columns with their headers": swap_columns(with_header=True),
    "swap two columns alone": swap_columns(with_header=False),
    "blank a column": blank_column,
    "shift a block": shift_block,
    "reorder rows": reorder_rows,
    "add an unknown row": unknown_row,
    "duplicate a block": duplicate_block,
    "hide the real sheet behind a stale one": hide_behind_stale,
    "move a row by one": move_figure_up,
    "a blank row inside a table": blank_row_inside,
    "drop the average population": drop_block("ICE Average Daily Population by Arresting", 14),
    "drop the removals": drop_block("ICE Removals", 4),
}


def _changed(content: bytes, drill: Drill) -> bytes:
    # Shares are formulas in early 2021; without data_only their values would be lost in saving.
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    drill(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _figures(parsed: Parsed) -> set[tuple[object, ...]]:
    """Saving again may change the last digit of a fraction."""
    return {
        (o.series, o.period, None if o.value is None else float(f"{o.value:.12g}"), o.status)
        for o in parsed.observations
        if o.metric != "ice.footnote"
    }


def _said(parsed: Parsed) -> set[tuple[str, str]]:
    findings: list[Finding] = [*parsed.findings, *document(parsed)]
    return {(f.check, f.words) for f in findings if f.severity in ("hold", "warn")}


@lru_cache(maxsize=2)
def _before(content: bytes, name: str) -> Parsed:
    return parse(content, name)


def _drilled(content: bytes, name: str, drill: Drill) -> str:
    """`same`, `said` or `refused`; fails when figures went or changed without a word."""
    before = _before(content, name)
    try:
        after = parse(_changed(content, drill), name)
    except (DriftError, NotReadableError):
        return "refused"
    if _said(after) - _said(before):
        return "said"
    assert _figures(after) == _figures(before), "figures went or changed without a word"
    return "same"


@pytest.mark.parametrize("drill", DRILLS.values(), ids=DRILLS.keys())
def test_a_built_workbook_is_read_the_same_or_it_is_said(drill: Drill) -> None:
    outcome = _drilled(build(edition("05232025")), NAME, drill)
    assert (outcome == "same") if drill in SAME else outcome in ("said", "refused", "same")


@pytest.mark.parametrize(
    "file",
    [
        "FY21_detention-stats_0301.xlsx",
        pytest.param("FY22_detentionStats04282022.xlsx", marks=pytest.mark.slow),
        pytest.param("FY25_detentionStats05232025.xlsx", marks=pytest.mark.slow),
    ],
)
@pytest.mark.parametrize("drill", DRILLS.values(), ids=DRILLS.keys())
def test_a_real_workbook_is_read_the_same_or_it_is_said(shared_data: Path, file: str, drill: Drill) -> None:
    content = (shared_data / "ice" / "workbooks" / file).read_bytes()
    _drilled(content, file, drill)


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_file_is_refused(kept: float) -> None:
    content = build(edition("05232025"))
    with pytest.raises(NotReadableError):
        parse(content[: int(len(content) * kept)], NAME)
