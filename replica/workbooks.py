"""Builds an edition's workbook: the sheets, cells and words of ICE's layout of that time, from figures on record."""

import io
from datetime import UTC, date, datetime, time

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from replica.editions import Edition, Stated
from replica.layouts import AGENCY, LAYOUTS, STATUTE, Block, Note

# Excel rows; only the facility table's header, no facilities.
_FACILITY_HEADER = 7
_ABOUT = (
    "This file is a rebuilt copy for rehearsals. Its figures are those that ICE published in the edition named here.",
    "It holds the blocks on people detained, book-ins, book-outs and removals, and the dates that footnotes state.",
    "Average stays, facilities, monitoring outside detention and bonds were published too and are left out.",
    "Blank cells were blank, zeros were zeros. Figures of a running year may change in a later edition.",
)
_FACILITY_COLUMNS = ("Name", "Address", "City", "State", "Zip", "AOR", "Type Detailed", "Male/Female")


def build(edition: Edition) -> bytes:
    """The workbook as XLSX; the same edition gives the same bytes, created at noon UTC on its day.

    Sheets in order: Header, a hidden detention sheet if the edition has one, the detention sheet, facilities
    (header only), Footnotes. Raises KeyError when the edition's layout is not declared.
    """
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    noon = datetime.combine(edition.published_on, time(12), tzinfo=UTC)
    book.set_properties({"title": edition.file_name, "created": noon})
    _header(book.add_worksheet("Header"), edition)
    if edition.hidden is not None:
        sheet = book.add_worksheet(edition.hidden.sheet_title)
        sheet.hide()
        _detention(sheet, edition.hidden)
    _detention(book.add_worksheet(edition.sheet_title), edition)
    _facilities(book.add_worksheet(_facilities_title(edition)), edition)
    _footnotes(book.add_worksheet("Footnotes"), edition)
    book.close()
    return content.getvalue()


def _header(sheet: Worksheet, edition: Edition) -> None:
    lines = ("ICE Detention Statistics", f"{edition.file_name}, {edition.published_on.isoformat()}", *_ABOUT)
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line)


def _detention(sheet: Worksheet, edition: Edition) -> None:
    sheet.write_string(0, 0, AGENCY)
    sheet.write_string(1, 0, STATUTE)
    sheet.write_string(2, 0, f"ICE DETENTION DATA, {edition.year_label}")
    for block in LAYOUTS[edition.layout].blocks:
        _block(sheet, edition, block)


def _block(sheet: Worksheet, edition: Edition, block: Block) -> None:
    mine = [(row, column) for table, row, column in edition.figures if table == block.table]
    rows = list(dict.fromkeys(row for row, _ in mine))
    columns = list(dict.fromkeys(column for _, column in mine))
    headers = [
        header for name in columns for header in ((name, f"Percent {name}") if name in block.shares else (name,))
    ]
    top, left, right = block.row - 1, block.column - 1, block.figures_column - 1
    sheet.write_string(top, left, block.title.format(year=edition.year_label))
    sheet.write_string(top + 1, left, block.corner)
    for at, header in enumerate(headers, start=right):
        sheet.write_string(top + 1, at, header)
    for down, row in enumerate(rows, start=top + 2):
        sheet.write_string(down, left, block.spelling.get(row, row))
        for at, header in enumerate(headers, start=right):
            value = _value(edition, block, row, header)
            if value is not None:
                sheet.write_number(down, at, value)


def _value(edition: Edition, block: Block, row: str, header: str) -> int | float | None:
    name = header.removeprefix("Percent ")
    figure = edition.figures.get((block.table, row, name))
    if name == header or name not in block.shares:
        return figure
    total = edition.figures.get((block.table, row, "Total"))
    # A share of nobody is no number; the cell stays blank.
    return figure / total if figure is not None and total else None


def _facilities_title(edition: Edition) -> str:
    return f"Facilities {'EOFY' if edition.year_end else 'FY'}{edition.fiscal_year % 100:02d}"


def _facilities(sheet: Worksheet, edition: Edition) -> None:
    year_end = " YEAR END" if edition.year_end else ""
    sheet.write_string(2, 0, f"ICE FACILITIES DATA, FY{edition.fiscal_year % 100:02d}{year_end}")
    for column, name in enumerate(_FACILITY_COLUMNS):
        sheet.write_string(_FACILITY_HEADER - 1, column, name)


def _footnotes(sheet: Worksheet, edition: Edition) -> None:
    sheet.write_string(0, 0, AGENCY)
    sheet.write_string(1, 0, STATUTE)
    sheet.write_string(2, 0, "ICE FOOTNOTES")
    sheet.write_string(3, 0, "Term")
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
