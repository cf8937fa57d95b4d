"""Daily rates from counts that start on 1 October: always a difference of two clean editions of one fiscal year.

A count is never subtracted across 1 October. The days that the last edition of an old year does not cover are bridged
by the rates beside them, as a range, and said.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import reduce
from typing import Literal

from figures.periods import PeriodKind, fiscal_year, fiscal_year_end, fiscal_year_start
from figures.records import Figure

ONE_DAY = timedelta(days=1)
BESIDE_GAP = 14  # the rates beside a gap are those of so many days or more
WIDEST_GAP = 92  # a year's end takes two months; what is longer than three the rates beside it cannot bridge


@dataclass(frozen=True, slots=True)
class Bridge:
    """A span between two counts that an edition within it would make shorter.

    `amount` is what is taken of it: `low` at least, `high` at most. `gap_days` of it are covered by no edition and go
    by the rates beside them; where there are none, what both counts say of the span is split evenly.
    """

    start: date
    end: date
    amount: float = 0.0
    low: float = 0.0
    high: float = 0.0
    gap_days: int = 0

    @property
    def subtracted(self) -> "Bridge":
        return Bridge(self.start, self.end, -self.amount, -self.high, -self.low, -self.gap_days)


@dataclass(frozen=True, slots=True)
class Rate:
    """`amount` over `days`, the period `start`..`end` inclusive.

    `bridges` are the spans that it goes over. `gap_days` of it are covered by no edition: `gap` is what the amount has
    for them, `low` and `high` what it would be by the rates beside them.
    """

    amount: float
    days: int
    start: date
    end: date
    figures: tuple[Figure, ...]
    formula: str
    interpolated: bool = False
    bridges: tuple[Bridge, ...] = ()

    def at(self, end: Literal["low", "high"], bridges: Collection[Bridge]) -> "Rate":
        """The same, where some of its bridges hold as little, or as much, as they may."""
        moved = sum((bridge.low if end == "low" else bridge.high) - bridge.amount for bridge in bridges)
        return replace(self, amount=self.amount + moved)

    @property
    def _gaps(self) -> list[Bridge]:
        return [bridge for bridge in self.bridges if bridge.gap_days]

    @property
    def gap_days(self) -> int:
        return sum(bridge.gap_days for bridge in self._gaps)

    @property
    def gap(self) -> float:
        return sum(bridge.amount for bridge in self._gaps)

    @property
    def without_gap(self) -> float:
        return self.amount - self.gap

    @property
    def low(self) -> float:
        return self.without_gap + sum(bridge.low for bridge in self._gaps)

    @property
    def high(self) -> float:
        return self.without_gap + sum(bridge.high for bridge in self._gaps)

    @property
    def per_day(self) -> float:
        return self.amount / self.days


def value_of(figure: Figure) -> float:
    if figure.value is None:
        raise ValueError(f"{figure.locator} of {figure.release_name} has no number")
    return figure.value


def end_of(figure: Figure) -> date:
    if figure.period.end is None:
        raise ValueError(f"{figure.locator} of {figure.release_name} has no day")
    return figure.period.end


def _difference(later: Figure, earlier: Figure | None) -> Rate:
    """Between two editions, or from 1 October where `earlier` is None."""
    end = end_of(later)
    start = end_of(earlier) + ONE_DAY if earlier else fiscal_year_start(fiscal_year(end))
    days = (end - start).days + 1
    amount = value_of(later) - (value_of(earlier) if earlier else 0.0)
    figures = (later, earlier) if earlier else (later,)
    return Rate(amount, days, start, end, figures, formula_of([figures], days))


def formula_of(parts: Sequence[tuple[Figure, ...]], days: int) -> str:
    """`(157,948 - 85,769) / 98 days`: each part is a later count and, where there is one, the earlier one."""
    terms = [" - ".join(f"{value_of(figure):,.0f}" for figure in part) for part in parts]
    amount = " + ".join(terms)
    return f"({amount}) / {days} days" if " " in amount else f"{amount} / {days} days"


def newest_interval(points: Sequence[Figure], at_least: int) -> Rate | None:
    """The shortest interval of at least so many days that ends with the newest edition.

    `points` are clean fiscal-year-to-date figures by last day. None when no edition lies far enough back.
    """
    if not points:
        return None
    last = points[-1]
    year = fiscal_year(end_of(last))
    for earlier in reversed(points[:-1]):
        if fiscal_year(end_of(earlier)) != year:
            break
        if (end_of(last) - end_of(earlier)).days >= at_least:
            found = _difference(last, earlier)
            return replace(found, bridges=(Bridge(end_of(earlier), end_of(last) - timedelta(days=at_least)),))
    whole = _difference(last, None)
    before = fiscal_year_start(year) - ONE_DAY
    bridge = Bridge(before, end_of(last) - timedelta(days=at_least))
    return replace(whole, bridges=(bridge,)) if whole.days >= at_least else None


def since(points: Sequence[Figure], start: date) -> Rate | None:
    """Everything from `start` to the newest edition. None unless an edition ends on the day before `start`."""
    at_year_start = start == fiscal_year_start(fiscal_year(start))
    has_base = at_year_start or any(end_of(f) == start - ONE_DAY for f in points)
    if not has_base or not points or end_of(points[-1]) < start:
        return None
    return between(points, start, end_of(points[-1]))


def whole_year(points: Sequence[Figure], year: int) -> Rate | None:
    """A complete fiscal year by its own number of days (FY2024 has 366). None until an edition covers 30 September."""
    last = next((f for f in points if end_of(f) == fiscal_year_end(year)), None)
    return _difference(last, None) if last else None


@dataclass(frozen=True, slots=True)
class _Mark:
    """A count since 1 October through one day: read, split evenly between two editions, or carried on over a gap."""

    value: float
    figures: tuple[Figure, ...]
    formula: str
    interpolated: bool = False
    bridges: tuple[Bridge, ...] = ()


_NOTHING = _Mark(0.0, (), "")


def _added(one: _Mark, other: _Mark) -> _Mark:
    """Two counts together, of one year and of the next; the newest figures first."""
    return _Mark(
        one.value + other.value,
        (*other.figures, *one.figures),
        f"{one.formula} + {other.formula}",
        one.interpolated or other.interpolated,
        (*one.bridges, *other.bridges),
    )


def _of_year(points: Sequence[Figure], year: int) -> list[Figure]:
    return [f for f in points if fiscal_year(end_of(f)) == year]


def _through(points: Sequence[Figure], year: int, day: date) -> _Mark | None:
    """The count of a fiscal year through a day. None when no edition reaches so far."""
    if day < fiscal_year_start(year):
        return _NOTHING
    of_year = _of_year(points, year)
    after = next((f for f in of_year if end_of(f) >= day), None)
    if after is None:
        return _carried_on(points, year, day)
    if end_of(after) == day:
        return _Mark(value_of(after), (after,), f"{value_of(after):,.0f}")
    before = next((f for f in reversed(of_year) if end_of(f) < day), None)
    return _split_evenly(before, after, year, day)


def _split_evenly(before: Figure | None, after: Figure, year: int, day: date) -> _Mark:
    """Between two counts of a year, or 1 October and the first of them."""
    start, low = (end_of(before), value_of(before)) if before else (fiscal_year_start(year) - ONE_DAY, 0.0)
    elapsed, span = (day - start).days, (end_of(after) - start).days
    between_them = value_of(after) - low
    until_day = between_them * elapsed / span
    formula = f"({low:,.0f} + {elapsed}/{span} x ({value_of(after):,.0f} - {low:,.0f}))"
    bridge = Bridge(start, end_of(after), until_day, min(0.0, between_them), max(0.0, between_them))
    return _Mark(low + until_day, (after, before) if before else (after,), formula, True, (bridge,))


def _carried_on(points: Sequence[Figure], year: int, day: date) -> _Mark | None:
    """Beyond the last edition of a year that is over: at the newest rate before the gap; the rate after it is the other
    end of the range. None while the year may have another edition.
    """
    of_year = _of_year(points, year)
    is_over = any(fiscal_year(end_of(f)) > year for f in points)
    if not of_year or not is_over or (day - end_of(of_year[-1])).days > WIDEST_GAP:
        return None
    last = of_year[-1]
    before = newest_interval(of_year, BESIDE_GAP) or _difference(last, None)
    after = _first_rate(_of_year(points, year + 1))
    beside = (before.per_day, after.per_day if after else before.per_day)
    days = (day - end_of(last)).days
    formula = f"{value_of(last):,.0f} + {days} x {before.per_day:,.1f}"
    gap, low, high = (days * per_day for per_day in (before.per_day, min(beside), max(beside)))
    bridge = Bridge(end_of(last), fiscal_year_end(year), gap, low, high, days)
    return _Mark(value_of(last) + gap, before.figures, formula, bridges=(bridge,))


def _first_rate(of_year: Sequence[Figure]) -> Rate | None:
    """The first rate of a year, since 1 October, that is long enough to stand beside a gap."""
    rates = (_difference(f, None) for f in of_year)
    return next((rate for rate in rates if rate.days >= BESIDE_GAP), None)


def between(points: Sequence[Figure], start: date, end: date) -> Rate | None:
    """Everything from `start` to `end`, both included; where no edition ends there, split evenly between two.

    The days after the last edition of an old year are bridged by the rates beside them. None when no edition reaches
    `end`, a year has none, or `end` comes before `start`.
    """
    if end < start:
        return None
    years = range(fiscal_year(start), fiscal_year(end) + 1)
    lower = _through(points, years[0], start - ONE_DAY)
    uppers = [_through(points, year, min(end, fiscal_year_end(year))) for year in years]
    marks = [mark for mark in uppers if mark is not None]
    if lower is None or len(marks) < len(years):
        return None
    return _after(lower, marks, start, end)


def _after(lower: _Mark, marks: Sequence[_Mark], start: date, end: date) -> Rate:
    """The count after the lower mark, up to that of each year. What the lower may have more, the total has less."""
    first = replace(marks[0], formula=f"{marks[0].formula} - {lower.formula}") if lower.formula else marks[0]
    upper, days = reduce(_added, [first, *marks[1:]]), (end - start).days + 1
    return Rate(
        upper.value - lower.value,
        days,
        start,
        end,
        tuple(dict.fromkeys((*upper.figures, *lower.figures))),
        f"({upper.formula}) / {days} days",
        upper.interpolated or lower.interpolated,
        (*upper.bridges, *(bridge.subtracted for bridge in lower.bridges)),
    )


def complete(points: Sequence[Figure], by: PeriodKind) -> list[Figure]:
    """Of months the complete ones: a running one is no step."""
    return [f for f in points if by != "month" or (end_of(f) + ONE_DAY).day == 1]
