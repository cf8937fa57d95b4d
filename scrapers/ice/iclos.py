"""The `ICLOS and Detainees` sheet: how long those in custody had been there, in the middle and at the end of a month.

Two tables under the same three header rows: year (written once), month (over two columns), `mid` and `end`.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, product

from figures.periods import Period, instant, spoken
from figures.records import Dims, Finding, Observation
from scrapers.errors import DriftError
from scrapers.ice.iclos_header import DAYS, PEOPLE, Head, header
from scrapers.ice.list_sheets import HEADINGS, drift, new_row, noted, overwritten, require_room, rows_down
from scrapers.xlsx.blocks import Block, Context, Statement, figure, joined, odd_cells
from scrapers.xlsx.labels import Words, is_blank, label
from scrapers.xlsx.reader import Sheet, locator

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
_EITHER = Words({**POPULATIONS, **LENGTHS})
_POPULATIONS = Words(POPULATIONS)


def read(sheet: Sheet, context: Context) -> Block:
    """Both tables. One that is not laid out as declared is a finding; the other is still read."""
    blocks = [_table(sheet, context, table) for table in (DAYS, PEOPLE)]
    block = joined([*blocks, noted(sheet, HEADINGS)])
    observations, findings = _to_come(block.observations, context.statement("iclos"))
    kept, lost = overwritten(observations, context.year)
    return Block(tuple(kept), (*block.findings, *findings, *lost, *odd_cells(kept, context.severity)), block.used)


def _table(sheet: Sheet, context: Context, table: str) -> Block:
    try:
        head = header(sheet, table)
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
