"""Daily rates from counts that start on 1 October: always a difference of two clean editions of one fiscal year.

A count is never subtracted across 1 October. The days that the last edition of an old year does not cover are bridged
by the rates beside them, as a range, and said.
"""

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import reduce

from figures.periods import PeriodKind, fiscal_year, fiscal_year_end, fiscal_year_start
from figures.records import Figure

ONE_DAY = timedelta(days=1)
BESIDE_GAP = 14  # the rates beside a gap are those of so many days or more
WIDEST_GAP = 92  # a year's end takes two months; what is longer than three the rates beside it cannot bridge


@dataclass(frozen=True, slots=True)
class Rate:
    """`amount` over `days`, the period `start`..`end` inclusive.

    `gap_days` of it are covered by no edition: `gap` is what the amount has for them, `gap_low` and `gap_high` what the
    rates beside them give. `bridges` are the spans between two counts that would be shorter if there were editions
    within them.
    """

    amount: float
    days: int
    start: date
    end: date
    gap_days: int
    figures: tuple[Figure, ...]
    formula: str
    interpolated: bool = False
    bridges: tuple[tuple[date, date], ...] = ()
    gap: float = 0.0
    gap_low: float = 0.0
    gap_high: float = 0.0

    @property
    def without_gap(self) -> float:
        return self.amount - self.gap

    @property
    def low(self) -> float:
        return self.without_gap + self.gap_low

    @property
    def high(self) -> float:
        return self.without_gap + self.gap_high

    @property
    def per_day(self) -> float:
        return self.amount / self.days


def _value(figure: Figure) -> float:
    if figure.value is None:
        raise ValueError(f"{figure.locator} of {figure.release_name} has no number")
    return figure.value


def _end(figure: Figure) -> date:
    if figure.period.end is None:
        raise ValueError(f"{figure.locator} of {figure.release_name} has no day")
    return figure.period.end


def _difference(later: Figure, earlier: Figure | None) -> Rate:
    """Between two editions, or from 1 October where `earlier` is None."""
    end = _end(later)
    start = _end(earlier) + ONE_DAY if earlier else fiscal_year_start(fiscal_year(end))
    days = (end - start).days + 1
    amount = _value(later) - (_value(earlier) if earlier else 0.0)
    figures = (later, earlier) if earlier else (later,)
    return Rate(amount, days, start, end, 0, figures, _formula([figures], days))


def _formula(parts: Sequence[tuple[Figure, ...]], days: int) -> str:
    """`(157,948 - 85,769) / 98 days`: each part is a later count and, where there is one, the earlier one."""
    terms = [" - ".join(f"{_value(figure):,.0f}" for figure in part) for part in parts]
    amount = " + ".join(terms)
    return f"({amount}) / {days} days" if " " in amount else f"{amount} / {days} days"


def newest_interval(points: Sequence[Figure], at_least: int) -> Rate | None:
    """The shortest interval of at least so many days that ends with the newest edition.

    `points` are clean fiscal-year-to-date figures by last day. None when no edition lies far enough back.
    """
    if not points:
        return None
    last = points[-1]
    year = fiscal_year(_end(last))
    for earlier in reversed(points[:-1]):
        if fiscal_year(_end(earlier)) != year:
            break
        if (_end(last) - _end(earlier)).days >= at_least:
            found = _difference(last, earlier)
            return replace(found, bridges=((_end(earlier), _end(last) - timedelta(days=at_least)),))
    whole = _difference(last, None)
    before = fiscal_year_start(year) - ONE_DAY
    bridges = ((before, _end(last) - timedelta(days=at_least)),)
    return replace(whole, bridges=bridges) if whole.days >= at_least else None


def since(points: Sequence[Figure], start: date) -> Rate | None:
    """Everything from `start` to the newest edition. None unless an edition ends on the day before `start`."""
    at_year_start = start == fiscal_year_start(fiscal_year(start))
    has_base = at_year_start or any(_end(f) == start - ONE_DAY for f in points)
    if not has_base or not points or _end(points[-1]) < start:
        return None
    return between(points, start, _end(points[-1]))


def whole_year(points: Sequence[Figure], year: int) -> Rate | None:
    """A complete fiscal year by its own number of days (FY2024 has 366). None until an edition covers 30 September."""
    last = next((f for f in points if _end(f) == fiscal_year_end(year)), None)
    return _difference(last, None) if last else None


@dataclass(frozen=True, slots=True)
class _Mark:
    """A count since 1 October through one day: read, split evenly between two editions, or carried on over a gap."""

    value: float
    figures: tuple[Figure, ...]
    formula: str
    interpolated: bool = False
    bridge: tuple[tuple[date, date], ...] = ()
    gap_days: int = 0
    gap: float = 0.0
    gap_low: float = 0.0
    gap_high: float = 0.0


_NOTHING = _Mark(0.0, (), "")


def _added(one: _Mark, other: _Mark) -> _Mark:
    """Two counts together, of one year and of the next; the newest figures first."""
    return _Mark(
        one.value + other.value,
        (*other.figures, *one.figures),
        f"{one.formula} + {other.formula}",
        one.interpolated or other.interpolated,
        (*one.bridge, *other.bridge),
        one.gap_days + other.gap_days,
        one.gap + other.gap,
        one.gap_low + other.gap_low,
        one.gap_high + other.gap_high,
    )


def _of_year(points: Sequence[Figure], year: int) -> list[Figure]:
    return [f for f in points if fiscal_year(_end(f)) == year]


def _through(points: Sequence[Figure], year: int, day: date) -> _Mark | None:
    """The count of a fiscal year through a day. None when no edition reaches so far."""
    if day < fiscal_year_start(year):
        return _NOTHING
    of_year = _of_year(points, year)
    after = next((f for f in of_year if _end(f) >= day), None)
    if after is None:
        return _carried_on(points, year, day)
    if _end(after) == day:
        return _Mark(_value(after), (after,), f"{_value(after):,.0f}")
    before = next((f for f in reversed(of_year) if _end(f) < day), None)
    return _split_evenly(before, after, year, day)


def _split_evenly(before: Figure | None, after: Figure, year: int, day: date) -> _Mark:
    """Between two counts of a year, or 1 October and the first of them."""
    start, low = (_end(before), _value(before)) if before else (fiscal_year_start(year) - ONE_DAY, 0.0)
    elapsed, span = (day - start).days, (_end(after) - start).days
    value = low + (_value(after) - low) * elapsed / span
    formula = f"({low:,.0f} + {elapsed}/{span} x ({_value(after):,.0f} - {low:,.0f}))"
    return _Mark(value, (after, before) if before else (after,), formula, True, ((start, _end(after)),))


def _carried_on(points: Sequence[Figure], year: int, day: date) -> _Mark | None:
    """Beyond the last edition of a year that is over: at the newest rate before the gap; the rate after it is the other
    end of the range. None while the year may have another edition.
    """
    of_year = _of_year(points, year)
    is_over = any(fiscal_year(_end(f)) > year for f in points)
    if not of_year or not is_over or (day - _end(of_year[-1])).days > WIDEST_GAP:
        return None
    last = of_year[-1]
    before = newest_interval(of_year, BESIDE_GAP) or _difference(last, None)
    after = _first_rate(_of_year(points, year + 1))
    beside = (before.per_day, after.per_day if after else before.per_day)
    days = (day - _end(last)).days
    formula = f"{_value(last):,.0f} + {days} x {before.per_day:,.1f}"
    gap, spans = days * before.per_day, ((_end(last), fiscal_year_end(year)),)
    low, high = days * min(beside), days * max(beside)
    return _Mark(_value(last) + gap, before.figures, formula, False, spans, days, gap, low, high)


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
        upper.gap_days - lower.gap_days,
        tuple(dict.fromkeys((*upper.figures, *lower.figures))),
        f"({upper.formula}) / {days} days",
        upper.interpolated or lower.interpolated,
        (*upper.bridge, *lower.bridge),
        upper.gap - lower.gap,
        upper.gap_low - lower.gap_high,
        upper.gap_high - lower.gap_low,
    )


def complete(points: Sequence[Figure], by: PeriodKind) -> list[Figure]:
    """Of months the complete ones: a running one is no step."""
    return [f for f in points if by != "month" or (_end(f) + ONE_DAY).day == 1]


def stretches(start: date, end: date) -> Iterator[tuple[date, date]]:
    """The first and the last day that a window has of each calendar month."""
    day = start
    while day <= end:
        last = min(end, day.replace(day=calendar.monthrange(day.year, day.month)[1]))
        yield day, last
        day = last + ONE_DAY


def of_months(points: Sequence[Figure], start: date, end: date) -> Rate | None:
    """The month cells of a window of whole months, or to a day at which a running month's cell ends.

    `points` are clean month figures by last day. No revision of earlier months is in it.
    """
    found: list[Figure] = []
    for first, last in stretches(start, end):
        cell = next((f for f in points if _end(f) == last and f.period.start == first.replace(day=1)), None)
        if cell is None or first.day != 1:
            return None
        found.append(cell)
    days = (end - start).days + 1
    formula = _formula([(f,) for f in found], days)
    return Rate(sum(_value(f) for f in found), days, start, end, 0, tuple(reversed(found)), formula)


def of_two_editions(points: Sequence[Figure], start: date, end: date) -> Rate | None:
    """TRAC's way: of the first month what is beyond the cell of the edition that ends before `start`, then cells."""
    first = start.replace(day=1)
    rest = of_months(points, first, end)
    early = next((f for f in points if _end(f) == start - ONE_DAY and f.period.start == first), None)
    if rest is None or (early is None and start != first):
        return None
    if early is None:
        return rest
    days = (end - start).days + 1
    cells = rest.formula.partition(" / ")[0].strip("()").split(" + ")
    cells[0] = f"({cells[0]} - {_value(early):,.0f})"
    return Rate(
        rest.amount - _value(early), days, start, end, 0, (*rest.figures, early), f"({' + '.join(cells)}) / {days} days"
    )
