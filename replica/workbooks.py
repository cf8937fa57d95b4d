"""Builds an edition's workbook: the sheets, cells and words of ICE's layout of that time, from figures on record."""

import io
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import lru_cache

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from replica import atd
from replica.editions import Edition, Stated
from replica.grids import Cells, Rows, write
from replica.layouts import AGENCY, LAYOUTS, STATUTE
from replica.notes import Note

_ABOUT = (
    "This file is a rebuilt copy for rehearsals. Its figures are those that ICE published in the edition named here.",
    "It holds the sheets on detention and on alternatives to detention, and the dates that footnotes state.",
    "Facilities, time in custody, bonds, segregation and semiannual tables were published too and are left out.",
    "Footnotes that begin with 'In our words' stand where ICE defines its terms; the words are not ICE's.",
    "Blank cells were blank, zeros were zeros. Figures of a running year may change in a later edition.",
)
# The list of facilities is built without facilities: what stands above it, by row and first column.
_FACILITY_HEADINGS = {
    (3, 1): "ICE FACILITIES DATA, {year}",
    (5, 9): "Facility Average Length of Stay",
    (5, 10): "{fy} ADP: Detainee Classification Level",
    (5, 14): "{fy} ADP: Criminality",
    (5, 18): "{fy} ADP: ICE Threat Level",
    (5, 22): "{fy} ADP: Mandatory",
    (5, 23): "Contract Facility Inspections Information",
    (6, 1): "Data Source: ICE Integrated Decision Support (IIDS), {day}",
}
_FACILITY_COLUMNS = (
    *("Name", "Address", "City", "State", "Zip", "AOR", "Type Detailed", "Male/Female"),
    *("{fy} ALOS", "Level A", "Level B", "Level C", "Level D"),
    *("Male Crim", "Male Non-Crim", "Female Crim", "Female Non-Crim"),
    *("ICE Threat Level 1", "ICE Threat Level 2", "ICE Threat Level 3", "No ICE Threat Level"),
    *("Mandatory", "Guaranteed Minimum"),
    # The year-end file of FY2024 says FY25 here too.
    *("Last Inspection Type", "Last Inspection End Date", "Pending FY25 Inspection"),
    *("Last Inspection Standard", "Last Final Rating"),
)


@lru_cache(maxsize=64)
def build(edition: Edition) -> bytes:
    """The workbook as XLSX; the same edition gives the same bytes, created at noon UTC on its day.

    Sheets in order: Header, ATD, a hidden detention sheet if the edition has one, the detention sheet, facilities
    (header only), Footnotes. A table without figures is left out. Raises KeyError when a layout of the edition is
    not declared, ValueError when what was added to it has no room in its layout.
    """
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    noon = datetime.combine(edition.published_on, time(12), tzinfo=UTC)
    book.set_properties({"title": edition.file_name, "created": noon})
    tables = _tables(edition)
    _header(book.add_worksheet("Header"), edition)
    _fill(book.add_worksheet(atd.title(edition)), atd.cells(edition, tables))
    if edition.hidden is not None:
        sheet = book.add_worksheet(edition.hidden.sheet_title)
        sheet.hide()
        _fill(sheet, _detention(edition.hidden, _tables(edition.hidden)))
    _fill(book.add_worksheet(edition.sheet_title), _detention(edition, tables))
    _fill(book.add_worksheet(_facilities_title(edition)), _facilities(edition))
    _footnotes(book.add_worksheet("Footnotes"), edition)
    book.close()
    return content.getvalue()


def _tables(edition: Edition) -> dict[str, Rows]:
    tables: dict[str, dict[tuple[str, str], int | float | None]] = {}
    for (table, row, column), figure in edition.figures.items():
        tables.setdefault(table, {})[row, column] = figure
    return dict(tables)


def _fill(sheet: Worksheet, cells: Cells) -> None:
    for (row, column), value in sorted(cells.items()):
        if isinstance(value, str):
            sheet.write_string(row - 1, column - 1, value)
        else:
            sheet.write_number(row - 1, column - 1, value)


def _header(sheet: Worksheet, edition: Edition) -> None:
    lines = ("ICE Detention Statistics", f"{edition.file_name}, {edition.published_on.isoformat()}", *_ABOUT)
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line)


def _detention(edition: Edition, tables: Mapping[str, Rows]) -> Cells:
    cells: Cells = {(1, 1): AGENCY, (2, 1): STATUTE, (3, 1): f"ICE DETENTION DATA, {edition.year_label}"}
    for block in LAYOUTS[edition.layout].blocks:
        if block.table in tables:
            title = block.title.format(year=edition.year_label, first=f"FY{edition.fiscal_year - 2}")
            write(cells, block, tables[block.table], title, block.row)
    return cells


def _facilities_title(edition: Edition) -> str:
    return f"Facilities {'EOFY' if edition.year_end else 'FY'}{edition.fiscal_year % 100:02d}"


def _facilities(edition: Edition) -> Cells:
    fy = f"FY{edition.fiscal_year % 100:02d}"
    words = {"fy": fy, "year": f"{fy} YEAR END" if edition.year_end else fy, "day": _us(edition.facilities)}
    cells: Cells = {at: text.format(**words) for at, text in _FACILITY_HEADINGS.items()}
    for column, text in enumerate(_FACILITY_COLUMNS, start=1):
        cells[7, column] = text.format(**words)
    return cells


def _footnotes(sheet: Worksheet, edition: Edition) -> None:
    sheet.write_string(0, 0, AGENCY)
    sheet.write_string(1, 0, STATUTE)
    sheet.write_string(2, 0, "ICE FOOTNOTES")
    sheet.write_string(3, 0, "Term")
    sheet.write_string(3, 1, "Definition")
    for note in LAYOUTS[edition.layout].notes:
        if note.section:
            years = {"fy": f"FY{edition.fiscal_year}", "prior": f"FY{edition.fiscal_year - 1}"}
            sheet.write_string(note.row - 1, 0, note.section.format(**years))
        if note.sentence:
            sheet.write_string(note.row - 1, 1, _sentence(edition, note))


def _sentence(edition: Edition, note: Note) -> str:
    if note.dates is None:
        return note.sentence
    stated: Stated = getattr(edition, note.dates)
    return note.sentence.format(
        year=edition.year_label, through=_us(stated.through), run=_us(stated.run), eid=_us(stated.eid)
    )


def _us(day: date) -> str:
    return f"{day:%m/%d/%Y}"
