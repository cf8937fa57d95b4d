"""Years that are over: a year-end file that was not brought up to date, and figures of a closed year that change."""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from checks.catalogue import limit
from checks.document.dates import DRAWN_EACH_TIME
from checks.history.balance import FACILITY_TABLES
from checks.history.compare import Compared, Pair
from figures.periods import spoken
from figures.records import Finding, Observation, Severity
from figures.removal_rules import windowed

SHORT, CHANGED = "year_end_short", "closed_year_changed"
_OF_THE_YEAR = DRAWN_EACH_TIME | set(FACILITY_TABLES)
_NAMING_THE_YEAR = frozenset({"book_ins_by_month", "adp"})
# A copy that was saved again has its last digits rounded.
_SAME = 1e-9
_SHOWN = 4


def year_end(
    current: Sequence[Observation],
    compared: Compared,
    published: date,
    frozen: Sequence[Observation],
    frozen_before: Sequence[Observation],
) -> list[Finding]:
    """Findings about one edition. `frozen` are its figures of sheets that are of a year gone by, `frozen_before` those
    of the edition before.
    """
    return [*_short(current, published), *_changed(compared), *_frozen(frozen, frozen_before)]


def _last_day(year: int) -> date:
    return date(year, 9, 30)


def _short(current: Sequence[Observation], published: date) -> Iterator[Finding]:
    """Weeks after the year's end a file of that year has no table that runs to an earlier day."""
    year = next((o.fiscal_year for o in current if o.table in _NAMING_THE_YEAR and o.fiscal_year), None)
    if year is None or published <= _last_day(year) + timedelta(days=limit(SHORT, "days")):
        return
    ends = _ends(current, year)  # a file of a year that is over is rare
    short = {table: end for table, end in ends.items() if end < _last_day(year)}
    if not short:
        return
    # Where all of it stops short the file is an old one under a new name, and right for its day.
    severity: Severity = "hold" if len(short) < len(ends) else "warn"
    tables = tuple(sorted(short))
    days = ", ".join(map(spoken, sorted(set(short.values()))))
    words = (
        f"Fiscal year {year} was over on {spoken(_last_day(year))}, but {', '.join(tables)} run through {days}: the "
        "year-end file was not brought up to date there."
    )
    found = ", ".join(map(str, sorted(set(short.values()))))
    yield Finding(SHORT, severity, "table", tables, _last_day(year).isoformat(), found, words)


def _ends(current: Iterable[Observation], year: int) -> dict[str, date]:
    """The last day of each table of a fiscal year."""
    ends: dict[str, date] = {}
    for o in current:
        if o.table in _OF_THE_YEAR and o.fiscal_year == year and o.period.kind != "month" and o.period.end:
            ends[o.table] = max(o.period.end, ends.get(o.table, date.min))
    return ends


def _changed(compared: Compared) -> Iterator[Finding]:
    """A year that was stated whole in the edition before, and in this one: it is locked, and nothing of it moves."""
    if not any(_stated_whole_twice(compared.pairs.get(table, ())) for table in _NAMING_THE_YEAR):
        return
    for table, pairs in sorted(compared.pairs.items()):
        if windowed(table) or not _stated_whole_twice(pairs):
            continue
        moved = list(filter(_moved, pairs))
        if moved:
            said = [(p.new, p.old.locator, p.old.value) for p in moved]
            yield _finding("hold", table, said, moved[0].old.release_name)


def _moved(pair: Pair) -> bool:
    return pair.old.period == pair.new.period and not _same(pair.new.value or 0.0, pair.old.value)


def _stated_whole_twice(pairs: Iterable[Pair]) -> bool:
    """Whether a table stated the year whole in both editions."""
    return any(_is_whole_year(pair.new) and pair.old.period == pair.new.period for pair in pairs)


def _is_whole_year(o: Observation) -> bool:
    whole = o.period.kind == "fiscal_year_to_date" and o.fiscal_year is not None
    return whole and o.period.end == _last_day(o.fiscal_year or 0)


def _frozen(frozen: Sequence[Observation], before: Sequence[Observation]) -> Iterator[Finding]:
    """A sheet of a year gone by is carried along as it is (`ATD EOFY23`, through all of FY2024)."""
    old = {(o.locator, o.series): o for o in before}
    moved: dict[str, list[tuple[Observation, str, float]]] = defaultdict(list)
    for o in frozen:
        was = old.get((o.locator, o.series))
        if was is not None and was.value is not None and not _same(o.value, was.value):
            moved[o.table].append((o, was.locator, was.value))
    for table, some in sorted(moved.items()):
        yield _finding("warn", table, some, "the edition before")


def _same(one: float | None, other: float) -> bool:
    return one is not None and math.isclose(one, other, rel_tol=_SAME)


def _finding(severity: Severity, table: str, moved: list[tuple[Observation, str, float]], before: str) -> Finding:
    said = "; ".join(f"{new.locator} from {was:,.10g} to {new.raw or 'blank'}" for new, _, was in moved[:_SHOWN])
    more = f"; {len(moved) - _SHOWN} more" if len(moved) > _SHOWN else ""
    figures = "1 figure" if len(moved) == 1 else f"{len(moved)} figures"
    words = f"{table}: {figures} of a closed year changed since {before}: {said}{more}. A closed year is locked."
    cells = tuple(new.locator for new, _, _ in moved)
    return Finding(CHANGED, severity, "cells", cells, f"the figures of {before}", f"{len(moved)} changed", words)
