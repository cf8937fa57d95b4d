"""The header of the `ICLOS and Detainees` sheet: three rows of years, months, and `mid` and `end`."""

import calendar
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise, product
from typing import NamedTuple

from figures.periods import spoken
from figures.records import Finding
from scrapers.errors import DriftError
from scrapers.xlsx.blocks import Position
from scrapers.xlsx.labels import Words, is_blank, label, words
from scrapers.xlsx.reader import Sheet, address, locator

DAYS, PEOPLE = "iclos", "iclos_detainees"
TITLES = {DAYS: "Average In Custody Length of Stay (ICLOS)", PEOPLE: "Detainees"}
HEADER_ROWS = 3
HEADER_WITHIN = 4  # `Population` stands three rows below either title
LONGEST_HALF_MONTH = 16  # from the 15th to the 31st
_TITLES = {table: words([title]) for table, title in TITLES.items()}
_POPULATION, _HALVES = words(["Population"]), words(["mid", "end"])
_MONTHS = Words({name: number for number, name in enumerate(calendar.month_name) if name})


@dataclass(frozen=True, slots=True)
class Column:
    """A half-month: its day, and the cell of the month's name."""

    day: date
    locator: str


class HeaderRows(NamedTuple):
    """The rows of the years, of the months and of `mid` and `end`."""

    years: int
    months: int
    halves: int


@dataclass(frozen=True, slots=True)
class Head:
    """`row` is the last of the three header rows, `column` that of the row labels."""

    row: int
    column: int
    columns: Mapping[int, Column]
    used: frozenset[Position]
    findings: tuple[Finding, ...]


def header(sheet: Sheet, table: str) -> Head:
    """The header of a table of the sheet. Raises DriftError when it is not laid out as declared."""
    anchors = sorted(at for at, value in sheet.cells.items() if value in _TITLES[table])
    if len(anchors) != 1:
        where = ", ".join(address(*at) for at in anchors) or "nowhere"
        raise DriftError(f"sheet {sheet.title!r}", f"the title {TITLES[table]!r} exactly once", where)
    row, column = anchors[0]
    tops = [r for r in range(row + 1, row + 1 + HEADER_WITHIN) if sheet.cells.get((r, column)) in _POPULATION]
    if len(tops) != 1:
        raise DriftError(locator(sheet.title, row, column), "`Population` once in the rows below the title", f"{tops}")
    rows = _header_rows(sheet, tops[0], column)
    columns, findings = _columns(sheet, rows, column)
    used = {(row, column), *(sheet.cells.keys() & {*product(rows, (column, *columns))})}
    return Head(rows.halves, column, columns, frozenset(used), tuple(findings))


def _header_rows(sheet: Sheet, top: int, column: int) -> HeaderRows:
    """The three rows from `Population` on that hold anything beside it; a blank one between them is none."""
    filled = sorted({r for (r, c), value in sheet.cells.items() if r >= top and c > column and not is_blank(value)})
    if len(filled) < HEADER_ROWS or filled[HEADER_ROWS - 1] > top + HEADER_ROWS:
        where = locator(sheet.title, top, column)
        raise DriftError(where, "rows of years, of months, and of `mid` and `end`", f"rows {filled[:HEADER_ROWS]}")
    return HeaderRows(*filled[:HEADER_ROWS])


def _columns(sheet: Sheet, rows: HeaderRows, label_column: int) -> tuple[dict[int, Column], list[Finding]]:
    columns: dict[int, Column] = {}
    findings: list[Finding] = []
    last = max(c for r, c in sheet.cells if r in rows)
    year, month, named, before = 0, 0, "", date.min
    for c in range(label_column + 1, last + 1):
        half = _half(sheet, (rows.halves, c))
        over = sheet.cells.get((rows.months, c))
        if label(over) or half == "mid":
            month, named = _MONTHS.meaning(over) or 0, locator(sheet.title, rows.months, c)
        written = _year(sheet, (rows.years, c))
        if not written and (month, half, before.month) == (1, "mid", 12):
            # 02022026 writes 2025 over its last year and nothing over the January that follows.
            findings.append(_year_unwritten(named, year + 1))
            written = year + 1
        year = written or year
        day = _day(sheet, (rows.halves, c), year, month, half)
        if day <= before:
            raise DriftError(locator(sheet.title, rows.halves, c), f"a day after {spoken(before)}", spoken(day))
        columns[c], before = Column(day, named), day
    if not columns:
        raise DriftError(locator(sheet.title, rows.years, label_column), "columns headed `mid` and `end`", "none")
    extra = _headless_end(sheet, rows.halves, columns, last)
    about = [*_gaps(sheet, rows.halves, columns), *_headless(sheet, rows.halves, extra)]
    return {**columns, **extra}, [*findings, *about]


def _half(sheet: Sheet, at: Position) -> str:
    value = sheet.cells.get(at)
    return _HALVES.find(value) or label(value)


def _year(sheet: Sheet, at: Position) -> int:
    value = sheet.cells.get(at)
    if value is None:
        return 0
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else label(value) or str(value)
    if not re.fullmatch(r"20\d\d\d{0,2}", text) or (len(text) > 4 and not isinstance(value, str)):
        raise DriftError(locator(sheet.title, *at), "a year", repr(value))
    return int(text[:4])  # a footnote's digit may be glued to a text


def _day(sheet: Sheet, at: Position, year: int, month: int, half: str) -> date:
    if not year or not month or half not in ("mid", "end"):
        found = f"{half!r} under month {month or 'unknown'} of year {year or 'unknown'}"
        raise DriftError(locator(sheet.title, *at), "`mid` or `end` under the name of a month and a year", found)
    return date(year, month, 15 if half == "mid" else calendar.monthrange(year, month)[1])


def _year_unwritten(where: str, year: int) -> Finding:
    said = f"{where}: no year is written over this January; it follows December and is taken as {year}."
    return Finding("year_unwritten", "note", "cells", (where,), str(year), "none", said)


def _gaps(sheet: Sheet, row: int, columns: Mapping[int, Column]) -> Iterator[Finding]:
    """Half-months follow one another; each figure keeps the day of its own header where one was left out."""
    for (_, one), (c, other) in pairwise(columns.items()):
        if (other.day - one.day).days <= LONGEST_HALF_MONTH:
            continue
        where = locator(sheet.title, row, c)
        said = f"{where}: {spoken(other.day)} follows {spoken(one.day)}; the columns between them are missing."
        yield Finding("half_month_missing", "warn", "cells", (where,), "each half-month", spoken(other.day), said)


def _headless_end(sheet: Sheet, row: int, columns: Mapping[int, Column], last: int) -> dict[int, Column]:
    """The column right of the last `mid`: published without its `end` over figures of the same month."""
    day, c = columns[last].day, last + 1
    if day.day != 15 or not any(isinstance(sheet.cells.get((r, c)), float | int) for r in range(row + 1, row + 4)):
        return {}
    return {c: replace(columns[last], day=day.replace(day=calendar.monthrange(day.year, day.month)[1]))}


def _headless(sheet: Sheet, row: int, extra: Mapping[int, Column]) -> Iterator[Finding]:
    for c, column in extra.items():
        where = locator(sheet.title, row, c)
        said = f"{where}: the last column has no header; it follows `mid` and is taken as {spoken(column.day)}."
        yield Finding("header_missing", "note", "cells", (where,), "end", "none", said)
