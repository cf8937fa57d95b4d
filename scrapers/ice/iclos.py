"""The `ICLOS and Detainees` sheet: how long those in custody had been there, in the middle and at the end of a month.

Two tables under the same three header rows: year (written once), month (over two columns), `mid` and `end`.
"""

import calendar
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, pairwise, product
from typing import NamedTuple

from figures.periods import Period, instant, spoken
from figures.records import Dims, Finding, Observation
from scrapers.errors import DriftError
from scrapers.ice.list_sheets import HEADINGS, drift, new_row, noted, overwritten, require_room, rows_down
from scrapers.xlsx.blocks import Block, Context, Position, Statement, figure, joined, odd_cells
from scrapers.xlsx.labels import Words, is_blank, label, words
from scrapers.xlsx.reader import Sheet, address, locator

DAYS, PEOPLE = "iclos", "iclos_detainees"
TITLES = {DAYS: "Average In Custody Length of Stay (ICLOS)", PEOPLE: "Detainees"}
HEADER_ROWS = 3
HEADER_WITHIN = 4  # `Population` stands three rows below either title
# FRC was renamed FSC in 2021, `Post-Determination ...` was renamed in 2022: the figures of past months stayed the same.
POPULATIONS = {
    **{f"Adult Facility {who}": "adult" for who in ("Individuals", "Aliens")},
    **{f"{center} Facility {who}": "family_center" for center in ("FRC", "FSC") for who in ("Individuals", "Aliens")},
    **{
        f"Post-Determination for Adult Facility {who} with {positive} Fear Claim": "adult_positive_fear"
        for who in ("Individuals", "Aliens")
        for positive in ("Positive", "Postive")
    },
    "Single Adults with a Positive Fear Determination Still in Custody": "adult_positive_fear",
    **{
        f"Post-Determination for {center} Facility {who} with {positive} Fear Claim": "family_center_positive_fear"
        for center in ("FRC", "FSC")
        for who in ("Individuals", "Aliens")
        for positive in ("Positive", "Postive")
    },
    "Family Units with a Positive Fear Determination Still in Custody": "family_center_positive_fear",
    "Total": "all",
}
LENGTHS = {
    "0-180 Days": "0_to_180_days",
    "181-365 Days": "181_to_365_days",
    "366-730 Days": "366_to_730_days",
    "More than 730 Days": "over_730_days",
    "Total": "all",
}
LONGEST_HALF_MONTH = 16  # from the 15th to the 31st
_EITHER = Words({**POPULATIONS, **LENGTHS})
_POPULATIONS = Words(POPULATIONS)
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


def read(sheet: Sheet, context: Context) -> Block:
    """Both tables. One that is not laid out as declared is a finding; the other is still read."""
    blocks = [_table(sheet, context, table) for table in (DAYS, PEOPLE)]
    block = joined([*blocks, noted(sheet, HEADINGS)])
    observations, findings = _to_come(block.observations, context.statement("iclos"))
    kept, lost = overwritten(observations, context.year)
    return Block(tuple(kept), (*block.findings, *findings, *lost, *odd_cells(kept, context.severity)), block.used)


def _table(sheet: Sheet, context: Context, table: str) -> Block:
    try:
        head = _head(sheet, table)
        rows = list(_days_rows(sheet, head) if table == DAYS else _people_rows(sheet, head))
        _require(sheet, head, table, rows)
        require_room(sheet, (head.row, head.column), len(rows), len(head.columns))
    except DriftError as error:
        return Block(findings=(drift(error, table, context),))
    run = context.statement("iclos")
    observations = []
    for row in rows:
        for c, column in head.columns.items() if row.dims else ():
            stated = Statement(column.day, run.run if run else None, column.locator)
            period = instant(column.day)
            observations.append(figure(sheet, (row.at, c), f"ice.{table}", row.dims, period, table, context, stated))
    used = {*head.used, *product([row.at for row in rows], [head.column, *head.columns])}
    new = chain.from_iterable(row.new for row in rows)
    return Block(tuple(observations), (*head.findings, *new), frozenset(used))


@dataclass(frozen=True, slots=True)
class Row:
    """A row with its meaning; without dims it is the heading of a section."""

    at: int
    dims: Dims
    new: tuple[Finding, ...] = ()


def _head(sheet: Sheet, table: str) -> Head:
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


def _is_december(day: date | None) -> bool:
    return day is not None and day.month == 12


def _columns(sheet: Sheet, rows: HeaderRows, label_column: int) -> tuple[dict[int, Column], list[Finding]]:
    columns: dict[int, Column] = {}
    findings: list[Finding] = []
    last = max(c for r, c in sheet.cells if r in rows)
    year, month, named, before = 0, 0, "", None
    for c in range(label_column + 1, last + 1):
        half = _half(sheet, (rows.halves, c))
        over = sheet.cells.get((rows.months, c))
        if label(over) or half == "mid":
            month, named = _MONTHS.meaning(over) or 0, locator(sheet.title, rows.months, c)
        written = _year(sheet, (rows.years, c))
        if not written and (month, half) == (1, "mid") and _is_december(before):
            # 02022026 writes 2025 over its last year and nothing over the January that follows.
            findings.append(_year_unwritten(named, year + 1))
            written = year + 1
        year = written or year
        day = _day(sheet, (rows.halves, c), year, month, half)
        if day <= (before or date.min):
            raise DriftError(locator(sheet.title, rows.halves, c), f"a day after {spoken(before or day)}", spoken(day))
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


def _labels(sheet: Sheet, head: Head, known: Words[str]) -> Iterator[tuple[int, str, bool]]:
    """(row, label, whether it has figures) of the rows below the header, down to the end of the list."""
    for row in rows_down(sheet, (head.row + 1, head.column), head.columns, known=known):
        value = sheet.cells[row, head.column]
        filled = any(not is_blank(sheet.cells.get((row, c))) for c in head.columns)
        yield row, known.find(value) or label(value), filled


def _days_rows(sheet: Sheet, head: Head) -> Iterator[Row]:
    for row, name, _ in _labels(sheet, head, _POPULATIONS):
        new = () if name in POPULATIONS else (new_row(sheet, (row, head.column), name, DAYS, POPULATIONS),)
        yield Row(row, (("population", POPULATIONS.get(name, name)),), new)


def _people_rows(sheet: Sheet, head: Head) -> Iterator[Row]:
    """Population names are rows without figures; `Total` is both the last population and the last row of each."""
    population = ""
    for row, name, filled in _labels(sheet, head, _EITHER):
        at = (row, head.column)
        if not filled and (name not in LENGTHS or name == "Total"):
            population = POPULATIONS.get(name, name)
            yield Row(row, (), () if name in POPULATIONS else (new_row(sheet, at, name, PEOPLE, POPULATIONS),))
            continue
        if not population:
            raise DriftError(locator(sheet.title, *at), "the name of a population first", repr(name))
        new = () if name in LENGTHS else (new_row(sheet, at, name, PEOPLE, LENGTHS),)
        yield Row(row, (("length", LENGTHS.get(name, name)), ("population", population)), new)


def _require(sheet: Sheet, head: Head, table: str, rows: Sequence[Row]) -> None:
    where = locator(sheet.title, head.row, head.column)
    meant = [row.dims for row in rows if row.dims]
    twice = [dims for dims in meant if meant.count(dims) > 1]
    if twice:
        raise DriftError(where, f"each row of {table} once", f"{dict(twice[0])} again")
    total: Dims = (("population", "all"),) if table == DAYS else (("length", "all"), ("population", "all"))
    if total not in meant:
        raise DriftError(where, f"the row Total of {table}", f"rows {[dict(dims) for dims in meant]}")
    if table == PEOPLE:
        _require_lengths(meant, where)


def _require_lengths(meant: Sequence[Dims], where: str) -> None:
    for population in dict.fromkeys(dict(dims)["population"] for dims in meant):
        lengths = {dict(dims)["length"] for dims in meant if ("population", population) in dims}
        if missing := {*LENGTHS.values()} - lengths:
            raise DriftError(where, f"rows {sorted(LENGTHS)} for {population}", f"none for {sorted(missing)}")


def _to_come(
    observations: Iterable[Observation], statement: Statement | None
) -> tuple[list[Observation], list[Finding]]:
    """A half-month after the stated day that shows nothing but zeros had not come; one with figures is said."""
    kept = list(observations)
    if statement is None:
        return kept, []
    after = [o for o in kept if o.status != "not_current" and _ends_after(o.period, statement.through)]
    filled = {o.period for o in after if o.value}
    empty = _empty(after, filled)
    findings = [_after(period, after, statement) for period in sorted(filled)]
    return [o._replace(value=None, status="to_come") if o.locator in empty else o for o in kept], findings


def _empty(after: Iterable[Observation], filled: Collection[Period]) -> set[str]:
    """The cells of periods without any figure, but those that ICE suppressed."""
    return {o.locator for o in after if o.period not in filled and o.status != "suppressed"}


def _ends_after(period: Period, day: date) -> bool:
    return period.end is not None and period.end > day


def _after(period: Period, after: Sequence[Observation], statement: Statement) -> Finding:
    where = tuple(o.locator for o in after if o.period == period)
    day = spoken(period.end) if period.end else ""
    said = (
        f"{where[0]}: figures of {day} stand here, but {statement.locator} says that data run through "
        f"{spoken(statement.through)}."
    )
    return Finding("after_stated_day", "note", "cells", where, f"{statement.through} or earlier", day, said)
