"""A new edition beside the one before it: each figure with what its series said last, and what was to be expected.

The figures before are those of the last clean edition of each table, of the same fiscal year or else of the year before
it (`storage.read.previous.before`).
"""

import calendar
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from figures.periods import Period
from figures.records import Earlier, Observation
from figures.removal_rules import windowed
from figures.values import same

# Tables that are not compared: their sums are held against each other and against others within the document, and they
# are half of a workbook's figures.
NOT_COMPARED = frozenset({"facility_levels", "facility_threat", "iclos_detainees"})
# Below these a figure may be any multiple of what it was.
COMPARABLE: Mapping[str, float] = {"people": 10, "beds": 5, "average people": 1, "days": 1, "fraction": 0.02}
# The first days of a month hang on the weekday, and averages over them grow with it.
FIRST_DAYS = 5


class Pair(NamedTuple):
    """A figure and what its series said before. `apart` is the logarithm of new over expected; None where the two
    cannot be compared in this way: zeros, small numbers of a period that runs, the first days of a month.
    """

    new: Observation
    old: Earlier
    apart: float | None


@dataclass(frozen=True, slots=True)
class Compared:
    """`pairs` and what was stated `before`, by table; `same_year` names the tables that have it from their own fiscal
    year; `last` is the name of the edition before.
    """

    pairs: Mapping[str, Sequence[Pair]]
    before: Mapping[str, Sequence[Earlier]]
    same_year: frozenset[str]
    last: str


def compare(current: Iterable[Observation], earlier: Sequence[Earlier]) -> Compared:
    """`current`: what an edition states as its own. `earlier`: as described above, one edition for each table."""
    before: dict[str, list[Earlier]] = defaultdict(list)
    old: dict[tuple[str, object], Earlier] = {}
    is_windowed = {table: windowed(table) for table in {each.table for each in earlier}}
    part = cache(part_of_period)
    for each in earlier:
        before[each.table].append(each)
        old.setdefault((each.series, part(each.period, restates=is_windowed[each.table])), each)
    pairs: dict[str, list[Pair]] = defaultdict(list)
    years: dict[str, int | None] = {}
    for o in current:
        restates = is_windowed.get(o.table)  # None: a table that no edition before has
        if restates is None or o.value is None or o.status != "reported":
            continue
        years[o.table] = o.fiscal_year
        found = old.get((o.series, part(o.period, restates=restates)))
        if found is not None:
            pairs[o.table].append(Pair(o, found, _apart(o, found)))
    return Compared(pairs, before, _of_the_same_year(years, before), _name_of_most(earlier))


def _of_the_same_year(years: Mapping[str, int | None], before: Mapping[str, Sequence[Earlier]]) -> frozenset[str]:
    """The tables whose edition before is of their own fiscal year."""
    return frozenset(table for table, year in years.items() if before[table][0].fiscal_year == year)


def _name_of_most(earlier: Iterable[Earlier]) -> str:
    names = Counter(each.release_name for each in earlier)
    return names.most_common(1)[0][0] if names else ""


def part_of_period(period: Period, *, restates: bool) -> object:
    """What the periods of two editions must share for their figures to be of the same thing."""
    if period.kind in ("month", "quarter", "fiscal_year"):
        return period.kind, period.start
    return (period.kind, period.end) if restates else (period.kind, None)


def _apart(new: Observation, old: Earlier) -> float | None:
    value = new.value or 0.0
    if same(value, old.value) and new.period == old.period:
        return 0.0 if value else None
    smaller = min(value, old.value)
    if smaller <= 0 or smaller < _least(new, old):
        return None
    # What is counted since 1 October begins anew with the year: only what is of one day can be compared across it.
    if new.fiscal_year != old.fiscal_year and new.period.kind == "fiscal_year_to_date":
        return None
    growth = _growth(new, old)
    return None if growth is None else math.log(value / old.value / growth)


def _least(new: Observation, old: Earlier) -> float:
    """What is restated of a period that is over stays as it is, however small; a count of another day does not."""
    return 0.0 if closed(new.period) and new.period == old.period else COMPARABLE.get(new.unit, 1.0)


def _growth(new: Observation, old: Earlier) -> float | None:
    """By how much a figure grows of itself because its period has run on; None where that cannot be said."""
    now, then = new.period, old.period
    if now == then or now.kind not in ("month", "fiscal_year_to_date"):
        return 1.0
    days, had = _days(now), _days(then)
    if not (days and had) or min(days, had) < (FIRST_DAYS if now.kind == "month" else 1):
        return None
    if new.unit == "people":
        return days / had
    return None if now.kind == "month" and new.unit == "days" else 1.0


def _days(period: Period) -> int | None:
    return (period.end - period.start).days + 1 if period.start and period.end else None


def closed(period: Period) -> bool:
    """Whether a period is over and stated whole."""
    if period.kind == "month":
        return period.end is not None and period.end.day == calendar.monthrange(period.end.year, period.end.month)[1]
    return period.kind in ("quarter", "fiscal_year") and period.end is not None
