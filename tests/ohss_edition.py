"""A second edition of OHSS's monthly tables, built from a published one: only one edition is at hand.

Figures of the last months are changed, the citizenships of other sheets are exchanged, each table's headings stand one
row deeper under one more level, and the notes are of a later day. What is changed is given back, to be looked for.
"""

import io
from dataclasses import dataclass

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

AS_OF = ("August 30, 2024", "October 7, 2024")
# (sheet, column heading in the lowest row, month, by how much): a removal total that rises by 8.9 %, with its parts.
CHANGES = (
    ("ICE ERO R&R by Arrest Agcy", "Total", "July", 2050),
    ("ICE ERO R&R by Arrest Agcy", "CBP", "July", 2050),
    ("ICE Book-Ins by Arrest Agency", "Total", "June", 10),
    ("ICE Book-Ins by Arrest Agency", "ICE", "June", 10),
)


@dataclass(frozen=True)
class Second:
    """`changed` has by locator the new number of each figure that differs from the first edition."""

    content: bytes
    changed: dict[str, int]


def second_edition(first: bytes) -> Second:
    book = openpyxl.load_workbook(io.BytesIO(first))
    for sheet in book.worksheets:
        if any(_label(sheet, row) == "Fiscal Year" for row in range(2, 6)):
            _deepen(sheet)
            _exchange_citizenships(sheet)
        for row in range(1, sheet.max_row + 1):
            cell = sheet.cell(row, 1)
            if isinstance(cell.value, str):
                cell.value = cell.value.replace(*AS_OF)
    changed: dict[str, int] = {}
    for title, heading, month, by in CHANGES:
        sheet = book[title]
        column = next(c.column for c in sheet[_headings(sheet)] if c.value == heading)
        year = max(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 2).value == "Total")
        at = next(row for row in range(year, sheet.max_row + 1) if sheet.cell(row, 2).value == month)
        for row in (year, at):  # the year so far has the month's change too
            cell = sheet.cell(row, column)
            cell.value += by
            changed[f"xlsx:{title}!{cell.coordinate}"] = int(cell.value)
    out = io.BytesIO()
    book.save(out)
    return Second(out.getvalue(), changed)


def _label(sheet: Worksheet, row: int) -> object:
    return sheet.cell(row, 1).value


def _headings(sheet: Worksheet) -> int:
    return next(row for row in range(1, 10) if _label(sheet, row) == "Fiscal Year")


def _deepen(sheet: Worksheet) -> None:
    """One more row of headings below the title, over all columns of figures."""
    ranges = [str(merged) for merged in sheet.merged_cells.ranges]
    for merged in ranges:
        sheet.unmerge_cells(merged)
    sheet.insert_rows(3)
    sheet.cell(3, 3).value = "Rounded to the nearest ten"


def _exchange_citizenships(sheet: Worksheet) -> None:
    row = _headings(sheet)
    for column in range(3, sheet.max_column + 1):
        if sheet.cell(row, column).value == "Guatemala":
            sheet.cell(row, column).value = "Venezuela"
