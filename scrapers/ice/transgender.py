"""The `Trans. Detainee Pop.` sheet (June 2021 to January 2025): one list of book-ins, people held, and areas.

Its own title states the fiscal year and the day: `ICE Transgender* Detainee Population FY 2022 YTD:  as of 06/08/22.`
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from figures.periods import Period, fiscal_year_end, fiscal_year_start, fiscal_year_to_date, instant
from figures.records import Dims, Finding
from scrapers.errors import DriftError
from scrapers.ice.list_sheets import (
    HEADINGS,
    Notes,
    guarded,
    new_row,
    noted,
    nothing_below,
    rows_down,
    says_nothing,
    undated,
    words,
)
from scrapers.xlsx.blocks import Block, Context, Position, Statement, figure, odd_cells
from scrapers.xlsx.labels import Words, label
from scrapers.xlsx.labels import words as words_of
from scrapers.xlsx.reader import Sheet, address, locator

TABLE = "transgender"
NOTES: Notes = (
    *HEADINGS,
    ("self_identification", words(r"Data are based on an individual['’]?s self-identification as transgender")),
)
HEADER_WITHIN = 3
COUNT_HEADERS = words_of(["Count", "County"])  # so written in 2021 to 2023
BOOK_INS, DETAINED = "ice.transgender_book_ins", "ice.transgender_detained"
BY_AREA = {BOOK_INS: "ice.transgender_book_ins_by_area", DETAINED: "ice.transgender_detained_by_area"}
# Row label without its year, in lower case: (metric, value of final_order; or `areas` for the total over the areas).
# An empty metric stands for the one of the rows above: EOFY2024 writes `With Final Order` below the book-ins.
AREAS = "areas"
ROWS: Mapping[str, tuple[str, str]] = {
    "total book-ins": (BOOK_INS, "all"),
    "book-ins with final order": (BOOK_INS, "with"),
    "book-ins without final order": (BOOK_INS, "without"),
    "book-ins final order status unknown": (BOOK_INS, "unknown"),
    "book-in location/area of responsibility total": (BOOK_INS, AREAS),
    "currently detained": (DETAINED, "all"),
    "currently detained total": (DETAINED, "all"),
    "total current in ice custody location/area of responsibility": (DETAINED, "all"),
    "currently detained with final order": (DETAINED, "with"),
    "currently detained without final order": (DETAINED, "without"),
    "currently detained final order status unknown": (DETAINED, "unknown"),
    "current in ice custody with final order": (DETAINED, "with"),
    "current in ice custody without final order": (DETAINED, "without"),
    "current in ice custody final order status unknown": (DETAINED, "unknown"),
    "currently detained location/area of responsibility total": (DETAINED, AREAS),
    "with final order": ("", "with"),
    "without final order": ("", "without"),
    "final order status unknown": ("", "unknown"),
}
# Areas were written without the words `Area of Responsibility` in 2021.
# fmt: off
AREA_NAMES = frozenset({
    "Atlanta", "Baltimore", "Boston", "Buffalo", "Chicago", "Dallas", "Denver", "Detroit", "El Paso", "Harlingen",
    "Houston", "Los Angeles", "Miami", "New Orleans", "New York City", "Newark", "Philadelphia", "Phoenix",
    "Salt Lake City", "San Antonio", "San Diego", "San Francisco", "Seattle", "St. Paul", "Washington",
})
# fmt: on
_TITLE = re.compile(
    r"^ICE (?:Detained )?Transgender\*? (?:Detainee )?Population\b.*?\bFY\s*(?P<year>20\d{2})\b", re.IGNORECASE
)
_AS_OF = re.compile(r"\bas of (\S+?)[.*]*$|(?<![\d/])(\d{1,2}/\d{1,2}/\d{2,4})[.*]*$", re.IGNORECASE)
_DAY = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})$")
_YEAR_HEADER = re.compile(r"^FY\s*(20\d{2})\d{0,2}(?: YTD)?$", re.IGNORECASE)
_YEAR_TAIL = re.compile(r" for FY\s*(?:20\d{2}|\d{2})\d{0,2}$", re.IGNORECASE)
_AREA_TAIL = re.compile(r"\s*Area of Responsibility$", re.IGNORECASE)
_ROWS, _AREAS = Words(ROWS), words_of(AREA_NAMES)
_YEAR_ENDED = re.compile(r"\bEOFY\s*\d{2,4}\b")


@dataclass(frozen=True, slots=True)
class Title:
    """`stated` is the day that the title gives, or why it gives none; `ended`: the sheet is of the end of a year."""

    at: Position
    year: int
    stated: date | str
    ended: bool


@dataclass(frozen=True, slots=True)
class Row:
    at: int
    metric: str
    dims: Dims
    new: tuple[Finding, ...] = ()


def read(sheet: Sheet, context: Context) -> Block:
    """The rows of the list. A layout that is not as declared is a finding, and so is an area that is there twice."""
    block = guarded(_read, sheet, context, TABLE)
    return replace(block, used=block.used | noted(sheet, NOTES).used)


def _is_total(row: Row) -> bool:
    return row.metric == BOOK_INS and ("final_order", "all") in row.dims


def _read(sheet: Sheet, context: Context) -> Block:
    title = _title(sheet)
    of_year = replace(context, year=title.year)
    header = _header(sheet, title)
    rows = list(_rows(sheet, header))
    once, twice = _once(sheet, header, rows)
    if not any(map(_is_total, once)):
        expected = f"the row `Total Book-Ins` in {TABLE}"
        raise DriftError(locator(sheet.title, *header), expected, f"{[dict(row.dims) for row in once]}")
    column = header[1] + 1
    observations = [
        figure(sheet, (row.at, column), row.metric, row.dims, *_dated(sheet, row, title, of_year)) for row in once
    ]
    used = {title.at, header, (header[0], column), *((row.at, c) for row in once for c in (header[1], column))}
    endless = [o for o in observations if o.period.end is None]
    reason = title.stated if isinstance(title.stated, str) else "the title states a day of another fiscal year"
    findings = [*_years(sheet, title, header, context), *twice, *chain.from_iterable(row.new for row in once)]
    findings.extend(undated(endless, reason, f"a day of FY{title.year}", context))
    findings.extend(odd_cells(observations, context.severity))
    return Block(tuple(observations), tuple(findings), frozenset(used))


def _title(sheet: Sheet) -> Title:
    found = sorted(at for at, value in sheet.cells.items() if _TITLE.match(label(value)))
    if len(found) != 1:
        where = ", ".join(address(*at) for at in found) or "nowhere"
        raise DriftError(f"sheet {sheet.title!r}", "the title `ICE Transgender Detainee Population FY ...` once", where)
    text = label(sheet.cells[found[0]])
    match = _TITLE.match(text)
    year = int(match["year"]) if match else 0
    return Title(found[0], year, _stated(text, year, locator(sheet.title, *found[0])), _ended(sheet, year))


def _ended(sheet: Sheet, year: int) -> bool:
    return any(int(text[-2:]) == year % 100 for text in _YEAR_ENDED.findall(sheet.title))


def _stated(text: str, year: int, where: str) -> date | str:
    written = _AS_OF.search(text)
    if written is None:
        return f"{where} states no day"
    said = written[1] or written[2]
    match = _DAY.match(said)
    if match is None:
        return f"{where} says `as of {said}`, which is no day"
    month, number, of = (int(part) for part in match.groups())
    try:
        day = date(of % 2000 + 2000, month, number)
    except ValueError:
        return f"{where} says `as of {said}`, which is no day"
    if not fiscal_year_start(year) <= day <= fiscal_year_end(year):
        return f"{where} says `as of {said}`, which is no day of FY{year}"
    return day


def _header(sheet: Sheet, title: Title) -> Position:
    row, column = title.at
    for at in range(row + 1, row + 1 + HEADER_WITHIN):
        texts = [label(sheet.cells.get((at, c))) for c in (column, column + 1)]
        if not any(texts):
            continue
        if not _YEAR_HEADER.match(texts[0]) or sheet.cells.get((at, column + 1)) not in COUNT_HEADERS:
            raise DriftError(locator(sheet.title, at, column), "a header with a fiscal year and `Count`", f"{texts}")
        return at, column
    raise DriftError(locator(sheet.title, row, column), "a header with a fiscal year and `Count` below", "blank rows")


def _rows(sheet: Sheet, header: Position) -> Iterator[Row]:
    """The rows down to the first without a label. Areas belong to the rows above them: book-ins, else people held."""
    column = header[1]

    def ends(row: int) -> bool:
        return _is_note(str(sheet.cells[row, column]))

    current, last = "", header[0]
    for row in rows_down(sheet, (header[0] + 1, column), [column + 1], ends=ends):
        last, name = row, label(sheet.cells[row, column])
        metric, value = _ROWS.meaning(_YEAR_TAIL.sub("", name)) or (None, "")
        if metric is None:
            if not current:
                raise DriftError(locator(sheet.title, row, column), "`Total Book-Ins` first", repr(name))
            area, new = _area(sheet, (row, column), name)
            yield Row(row, BY_AREA[current], (("area", area),), new)
        else:
            current = metric or current
            if not current:
                raise DriftError(locator(sheet.title, row, column), "`Total Book-Ins` first", repr(name))
            if value == AREAS:
                yield Row(row, BY_AREA[current], (("area", "all"),))
            else:
                yield Row(row, current, (("final_order", value),))
    nothing_below(sheet, range(last + 1, 1 + max(r for r, _ in sheet.cells)), (column + 1,), TABLE)


def _is_note(text: str) -> bool:
    """Since 2024 the note follows the list without a blank row."""
    return says_nothing(text, (rule for _, rule in NOTES))


def _area(sheet: Sheet, at: Position, name: str) -> tuple[str, tuple[Finding, ...]]:
    bare = _AREA_TAIL.sub("", name)
    if known := _AREAS.find(bare):
        return known, ()
    if bare != name:
        return bare, ()
    return name, (new_row(sheet, at, name, TABLE, (*ROWS, *AREA_NAMES)),)


def _once(sheet: Sheet, header: Position, rows: list[Row]) -> tuple[list[Row], list[Finding]]:
    """Rows that stand there once; two rows of one meaning (Philadelphia in EOFY2024) are not read."""
    meant = [(row.metric, row.dims) for row in rows]
    findings = []
    for metric, dims in dict.fromkeys(key for key in meant if meant.count(key) > 1):
        where = tuple(
            locator(sheet.title, row.at, c)
            for row in rows
            if (row.metric, row.dims) == (metric, dims)
            for c in (header[1], header[1] + 1)
        )
        said = f"{where[0]} and {where[-2]} are rows of one meaning ({dims[0][1]}); neither is read."
        findings.append(Finding("duplicate_row", "warn", "cells", where, "each row once", "the row again", said))
    return [row for row in rows if meant.count((row.metric, row.dims)) == 1], findings


def _dated(sheet: Sheet, row: Row, title: Title, context: Context) -> tuple[Period, str, Context, Statement | None]:
    """Book-ins count from 1 October; the list of a year's end covers it to 30 September."""
    is_flow = row.metric in (BOOK_INS, BY_AREA[BOOK_INS])
    through = title.stated if isinstance(title.stated, date) else None
    if through is None and title.ended and is_flow:
        through = fiscal_year_end(title.year)
    period = fiscal_year_to_date(title.year, through) if is_flow else instant(through)
    return period, TABLE, context, Statement(through, None, locator(sheet.title, *title.at)) if through else None


def _years(sheet: Sheet, title: Title, header: Position, context: Context) -> Iterator[Finding]:
    """The title's year is used; a header or a workbook of another year is said."""
    where = locator(sheet.title, *title.at)
    match = _YEAR_HEADER.match(label(sheet.cells[header]))
    if match and int(match[1]) != title.year:
        place = locator(sheet.title, *header)
        said = f"{place} says FY{match[1]} where the title says FY{title.year}; the title's year is used."
        yield Finding("year_contradicted", "note", "cells", (place,), f"FY{title.year}", f"FY{match[1]}", said)
    if title.year != context.year:
        said = f"{where} is of FY{title.year} in a sheet of FY{context.year}; the title's year is used."
        yield Finding("year_contradicted", "note", "cells", (where,), f"FY{context.year}", f"FY{title.year}", said)
