"""Made-up editions of OHSS's monthly tables, in the publisher's form: 35 sheets, six with figures that are read.

The figures are made, multiples of ten that add up as the published ones do; sheets, titles, headings, footnote digits,
`X`, `NA` and the notes are those of the edition of July 2024. The second edition is a month longer, restates a month,
has other citizenships, other as-of dates and one more row of headings.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import xlsxwriter

MONTHS = (
    "October",
    "November",
    "December",
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
)
# Sheets of citizenships, credible fear and parole: nobody reads them, and they are chosen anew each month.
_OTHER_SHEETS = (
    "SWB Encounters by Citizenship",
    "SWB Encounters by Family Status",
    "SWB Enc by Sector+Field Ofc",
    "Nationwide USBP",
    "Nationwide OFO",
    "SWB USBP",
    "CBP One Appointments",
    "CBP SWB Book-Outs by Agency",
    "CBP SWB Book-Outs by Family",
    "CBP SWB Book-Outs by Citp",
    "ERO Arrests by Citizenship",
    "ICE Book-Ins by Citizenship",
    "ICE Book-Ins by Criminality",
    "ICE Book-Outs by Criminality",
    "ICE Book-Outs by Arrest Agency",
    "ICE ERO R&R by Citizenship",
    "ICE ERO R&R by Criminality",
    "DHS Removals by Criminality",
    "DHS Removals by Citizenship",
    "DHS Enf Returns by Citizenship",
    "DHS Adm Returns by Citizens",
    "SWB CF Filed by Citp",
    "SWB CF Completed by Result",
    "Nationwide CF Filed by Citp",
    "Nationwide CF by Result",
    "CHNV I-134",
    "CHNV Travel Authorization",
    "CHNV Paroles",
)
_AGENCIES = (("", "Total"), ("", "CBP"), ("", "ICE"))
_REGIONS = ("Total", "SW Land Border", "Northern Land Border", "Coastal Border", "Air Ports of Entry")


@dataclass(frozen=True, slots=True)
class _Table:
    """`headings` are (heading above, heading); `parts` says by place which columns a column is the sum of."""

    sheet: str
    title: str
    headings: Sequence[tuple[str, str]]
    parts: Mapping[int, Sequence[int]]
    marks: Mapping[int, str]  # by place: what stands in place of a number


_TABLES = (
    _Table(
        "CBP Encounter by Type + Region",
        "Nationwide CBP Encounters by Encounter Type and Region",
        [
            (above, heading)
            for above in ("Total CBP", "Enforcement Encounters1", "Administrative Encounters2")
            for heading in _REGIONS
        ],
        {
            **{place: (place + 5, place + 10) for place in range(1, 5)},
            5: (6, 7, 8, 9),
            10: (11, 12, 13, 14),
            0: (5, 10),
        },
        {},
    ),
    _Table(
        "ERO Arrests by Criminality",
        "ERO Administrative Arrests by Criminality",
        (
            ("", "Total"),
            ("Convicted Criminals", "Total Convicted"),
            ("Convicted Criminals", "Aggravated Felons"),
            ("Convicted Criminals", "Felons"),
            ("Convicted Criminals", "Misdemeanors"),
            ("Convicted Criminals", "Other/ Unknown"),
            ("Non-Criminal", "Total Non-Criminal"),
            ("Non-Criminal", "Pending Criminal Charges"),
            ("Non-Criminal", "Other Immigration Violators"),
        ),
        {1: (2, 3, 4, 5), 6: (7, 8), 0: (1, 6)},
        {},
    ),
    _Table(
        "ICE Book-Ins by Arrest Agency",
        "Book-Ins to ICE Detention by Initial Arresting Agency",
        _AGENCIES,
        {0: (1, 2)},
        {},
    ),
    _Table(
        "ICE ERO R&R by Arrest Agcy",
        "ICE ERO Removals and Returns by Initial Arresting Agency",
        _AGENCIES,
        {0: (1, 2)},
        {},
    ),
    _Table(
        "DHS Repats by Type",
        "DHS Repatriations by Type",
        (
            ("Total Repatriations", "Total Repatriations3"),
            ("Total Repatriations", "Total Title 8 Repatriations4"),
            ("Total Repatriations", "Title 8 Enforcement Repatriations5"),
            ("Total Repatriations", "Title 42 Expulsions6"),
            ("DHS Removals1", "Total Removals"),
            ("DHS Removals1", "Expedited Removals"),
            ("DHS Removals1", "Reinstatements of Removal Orders"),
            ("DHS Removals1", "Other Removals"),
            ("DHS Enforcement Returns2", "Total Enforcement Returns"),
            ("DHS Enforcement Returns2", "Withdrawals7"),
            ("DHS Enforcement Returns2", "Voluntary Returns"),
            ("DHS Enforcement Returns2", "Voluntary Departures"),
            ("DHS Enforcement Returns2", "Other Enforcement Returns8"),
            ("DHS Administrative Returns2", "Total Administrative Returns"),
            ("DHS Administrative Returns2", "Withdrawals9"),
            ("DHS Administrative Returns2", "Crew Members Detained"),
        ),
        {4: (5, 6, 7), 8: (9, 10, 11, 12), 13: (15,), 2: (4, 8), 1: (2, 13), 0: (1,)},
        {3: "X", 14: "X"},
    ),
    _Table(
        "DHS Removals by Arrest Agcy",
        "DHS Removals by Initial Arresting Agency",
        _AGENCIES,
        {},
        {},
    ),
)
# A total restated for one month in the second edition, as ICE's removals of July 2024 were.
RESTATED = ("ICE ERO R&R by Arrest Agcy", 2024, "July", 1)
_NOT_AVAILABLE = ("ERO Arrests by Criminality", 2022, frozenset({2, 3, 4, 5}))


@dataclass(frozen=True, slots=True)
class OhssEdition:
    """`last` is the newest month of the running year, `deeper` puts one more row of headings over each table."""

    last: date
    as_of: date
    citizenships: Sequence[str]
    deeper: bool = False
    restated: bool = False
    first_year: int = 2022


FIRST = OhssEdition(date(2024, 7, 31), date(2024, 8, 30), ("Mexico", "Guatemala", "Honduras"))
SECOND = OhssEdition(
    date(2024, 8, 31), date(2024, 10, 7), ("Mexico", "Venezuela", "Ecuador"), deeper=True, restated=True
)


def workbook(edition: OhssEdition) -> bytes:
    """The edition's bytes."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    contents = book.add_worksheet("TOC")
    contents.write_column(0, 0, ["Office of Homeland Security Statistics", "Click link for corresponding tab:"])
    for table in _TABLES:
        _write(book.add_worksheet(table.sheet), table, edition)
    for name in _OTHER_SHEETS:
        sheet = book.add_worksheet(name)
        sheet.write_row(1, 0, [f"{name}: Fiscal Years 2014 to 2024 YTD ({edition.last:%B %Y})"])
        sheet.write_row(2, 0, ["Fiscal Year", "Month", "Total", *edition.citizenships])
        sheet.write_row(3, 0, [edition.last.year, "Total", 30, *(10 for _ in edition.citizenships)])
    book.close()
    return out.getvalue()


def _write(sheet: "xlsxwriter.worksheet.Worksheet", table: _Table, edition: OhssEdition) -> None:
    sheet.write(0, 0, "Return to Table of Contents.")
    sheet.write(
        1,
        0,
        f"{table.title}: Fiscal Years {edition.first_year} to {edition.last.year} YTD ({edition.last:%B %Y})",
    )
    at = 2
    if edition.deeper:
        sheet.write(at, 2, "Rounded to the nearest ten")
        at += 1
    above = [heading for heading, _ in table.headings]
    if any(above):
        for place, heading in enumerate(above):
            if heading and (not place or above[place - 1] != heading):
                sheet.write(at, 2 + place, heading)
        at += 1
    sheet.write_row(at, 0, ["Fiscal Year", "Month", *(heading for _, heading in table.headings)])
    for label, month, cells in _rows(table, edition):
        at += 1
        sheet.write_row(at, 0, [label, month])
        sheet.write_row(at, 2, cells)
    notes = (
        "X Not applicable.",
        "Notes: cells are rounded to the nearest ten, totals may not sum. Data are current as of "
        f"{edition.as_of:%B} {edition.as_of.day}, {edition.as_of.year}; later reports may update them.",
    )
    sheet.write_column(at + 1, 0, notes)


def _rows(table: _Table, edition: OhssEdition) -> Iterator[tuple[int | str | None, str, list[int | str]]]:
    """(label of the year or None, `Total` or a month, the cells of each column)."""
    for year in range(edition.first_year, edition.last.year + 1):
        running = year == edition.last.year
        months = [m for n, m in enumerate(MONTHS) if not running or n <= (edition.last.month + 2) % 12]
        counted = [_month(table, edition, year, month) for month in months]
        label = f"{year} YTD" if running else year
        yield label, "Total", _marked(table, year, [sum(column) for column in zip(*counted, strict=True)])
        for month, counts in zip(months, counted, strict=True):
            yield None, month, _marked(table, year, counts)


def _month(table: _Table, edition: OhssEdition, year: int, month: str) -> list[int]:
    if table.sheet == "DHS Removals by Arrest Agcy":  # the removals of the sheet of types, split by agency
        total = _month(next(t for t in _TABLES if t.sheet == "DHS Repats by Type"), edition, year, month)[4]
        return [total, total - 500, 500]
    place = MONTHS.index(month)
    counts = [10 * (80 + (31 * year + 17 * place + 13 * column) % 70) for column in range(len(table.headings))]
    if edition.restated and RESTATED[:3] == (table.sheet, year, month):
        counts[RESTATED[3]] += 100
    for column, parts in table.parts.items():
        counts[column] = sum(counts[part] for part in parts)
    return counts


def _marked(table: _Table, year: int, counts: Sequence[int]) -> list[int | str]:
    sheet, until, unavailable = _NOT_AVAILABLE
    missing = unavailable if (table.sheet, year) == (sheet, until) else frozenset()
    return [table.marks.get(n, "NA" if n in missing else count) for n, count in enumerate(counts)]
