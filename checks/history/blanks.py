"""A number that the edition before states, and this one leaves blank in a row that it keeps."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from checks.catalogue import limit
from checks.history.compare import Compared, part_of_period
from figures.cells import row_of
from figures.records import Earlier, Finding, Observation, Severity
from figures.removal_rules import windowed

CHECK = "number_gone_blank"
# Contracts end and places hold nobody who has left yet: in these a blank is mostly an answer, and is told only.
MOSTLY_RIGHT = frozenset({"facility_beds", "facility_stay"})
_SHOWN = 4
Gone = tuple[Observation, Earlier | Observation]


def blanks(current: Sequence[Observation], compared: Compared) -> Iterator[Finding]:
    """One finding for each table and severity. A blank cell that is held does not say that its figure is gone."""
    blank = [o for o in current if o.status == "blank" and o.table in compared.before]
    empty = {(o.series, part_of_period(o.period, restates=windowed(o.table))): o for o in blank}
    months = _new_months(blank, current)
    for table in sorted({o.table for o in blank}):
        gone = list(_had_numbers(table, empty, compared))
        told = {new.locator for new, _ in gone}
        gone += [(new, before) for new, before in months.get(table, ()) if new.locator not in told]
        yield from _findings(table, gone, current)


def _had_numbers(table: str, empty: Mapping[tuple[str, object], Observation], compared: Compared) -> Iterator[Gone]:
    """Blank cells of a table whose figure the edition before states. `empty` holds them by series and period."""
    named = {series for series, _ in empty}
    restates = windowed(table)
    for old in compared.before[table]:
        if old.series in named and old.value:
            new = empty.get((old.series, part_of_period(old.period, restates=restates)))
            # What is counted since 1 October, and who is held, begin anew with the year.
            if new and (old.fiscal_year == new.fiscal_year or restates):
                yield new, old


def _new_months(blank: Sequence[Observation], current: Sequence[Observation]) -> dict[str, list[Gone]]:
    """Months without a number in a row that has one for the month before, where the month has numbers in other rows."""
    found: dict[str, list[Gone]] = defaultdict(list)
    for table in {o.table for o in blank if o.period.kind == "month"}:
        months = _months(table, current)
        begun = {o.period.start for o in months if o.value}
        found[table] += [
            (o, before)
            for before, o in _successive(months)
            if o.status == "blank" and o.period.start in begun and before.value
        ]
    return found


def _months(table: str, current: Iterable[Observation]) -> list[Observation]:
    return [o for o in current if o.table == table and o.period.kind == "month" and o.period.start]


def _successive(months: Iterable[Observation]) -> Iterator[tuple[Observation, Observation]]:
    """Each month of a series beside the one before it."""
    by_series: dict[str, list[Observation]] = defaultdict(list)
    for o in sorted(months, key=lambda o: o.period.start or date.min):
        by_series[o.series].append(o)
    for some in by_series.values():
        yield from pairwise(some)


def _findings(table: str, gone: Sequence[Gone], current: Iterable[Observation]) -> Iterator[Finding]:
    if not gone:
        return
    filled, most = _filled(table, current), _most_people(gone)
    by_severity: dict[Severity, list[Gone]] = defaultdict(list)
    for new, old in gone:
        row = row_of(new.locator)
        # A row that is left blank as a whole is mostly one in which nobody is left.
        at_stake, name = ((old.value or 0.0), "held") if row in filled else (most[row], "row")
        held = at_stake >= limit(CHECK, name) and table not in MOSTLY_RIGHT
        by_severity["hold" if held else "warn"].append((new, old))
    for severity, some in sorted(by_severity.items()):
        yield _finding(table, severity, sorted(some, key=lambda each: -(each[1].value or 0.0)))


def _filled(table: str, current: Iterable[Observation]) -> set[tuple[str, int]]:
    """The rows of a table that hold a number."""
    return {row_of(o.locator) for o in current if o.table == table and o.value is not None}


def _most_people(gone: Iterable[Gone]) -> Mapping[tuple[str, int], float]:
    """The most people that a cell of each row had."""
    most: dict[tuple[str, int], float] = defaultdict(float)
    for new, old in gone:
        if new.unit == "people":
            most[row_of(new.locator)] = max(most[row_of(new.locator)], old.value or 0.0)
    return most


def _finding(table: str, severity: Severity, gone: Sequence[Gone]) -> Finding:
    said = "; ".join(f"{new.locator}, where {old.value:,.10g} stood in {old.locator}" for new, old in gone[:_SHOWN])
    more = f"; {len(gone) - _SHOWN} more" if len(gone) > _SHOWN else ""
    cells = "one cell is" if len(gone) == 1 else f"{len(gone)} cells are"
    since = {old.release_name for _, old in gone if isinstance(old, Earlier)}
    where = f"{min(since)} has a number" if since else "there is a number of the month before"
    words = f"{table}: {cells} blank where {where}: {said}{more}."
    scope = tuple(new.locator for new, _ in gone)
    return Finding(CHECK, severity, "cells", scope, f"{gone[0][1].value:.10g}", "blank", words)
