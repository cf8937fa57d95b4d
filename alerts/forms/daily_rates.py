"""Daily rates from counts that start on 1 October: always a difference of two clean editions of one fiscal year.

A count is never subtracted across 1 October; a sum over the turn of the year leaves out the days that the last
edition of the old year does not cover, and says so.
"""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from figures.periods import PeriodKind, fiscal_year, fiscal_year_end, fiscal_year_start
from figures.records import Figure

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rate:
    """`amount` over `days`, the period `start`..`end` inclusive; `gap_days` of it are covered by no edition.

    `bridges` are the spans between two counts that would be shorter if there were editions within them.
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
    first = fiscal_year(start)
    at_year_start = start == fiscal_year_start(first)
    base = None if at_year_start else next((f for f in points if _end(f) == start - ONE_DAY), None)
    later = [f for f in points if _end(f) >= start]
    if not later or (base is None and not at_year_start):
        return None
    end = _end(later[-1])
    parts, bridges = [], []
    for year in range(first, fiscal_year(end) + 1):
        of_year = [f for f in later if fiscal_year(_end(f)) == year]
        if not of_year:
            return None
        parts.append(_difference(of_year[-1], base if year == first else None))
        if year < fiscal_year(end):
            bridges.append((_end(of_year[-1]), fiscal_year_end(year)))
    days = sum(part.days for part in parts)
    gap = (end - start).days + 1 - days
    figures = tuple(figure for part in reversed(parts) for figure in part.figures)
    formula = _formula([part.figures for part in parts], days)
    return Rate(sum(part.amount for part in parts), days, start, end, gap, figures, formula, bridges=tuple(bridges))


def whole_year(points: Sequence[Figure], year: int) -> Rate | None:
    """A complete fiscal year by its own number of days (FY2024 has 366). None until an edition covers 30 September."""
    last = next((f for f in points if _end(f) == fiscal_year_end(year)), None)
    return _difference(last, None) if last else None


@dataclass(frozen=True, slots=True)
class _Mark:
    """A count since 1 October through one day: read, or split evenly between two editions."""

    value: float
    figures: tuple[Figure, ...]
    formula: str
    interpolated: bool
    bridge: tuple[tuple[date, date], ...] = ()


def _through(of_year: Sequence[Figure], year: int, day: date) -> _Mark | None:
    """The count through a day, of the editions of one fiscal year. None when no edition reaches so far."""
    if day < fiscal_year_start(year):
        return _Mark(0.0, (), "", False)
    after = next((f for f in of_year if _end(f) >= day), None)
    if after is None:
        return None
    if _end(after) == day:
        return _Mark(_value(after), (after,), f"{_value(after):,.0f}", False)
    before = next((f for f in reversed(of_year) if _end(f) < day), None)
    start, low = (_end(before), _value(before)) if before else (fiscal_year_start(year) - ONE_DAY, 0.0)
    elapsed, span = (day - start).days, (_end(after) - start).days
    value = low + (_value(after) - low) * elapsed / span
    formula = f"({low:,.0f} + {elapsed}/{span} x ({_value(after):,.0f} - {low:,.0f}))"
    return _Mark(value, (after, before) if before else (after,), formula, True, ((start, _end(after)),))


def between(points: Sequence[Figure], start: date, end: date) -> Rate | None:
    """Everything from `start` to `end`, both included; where no edition ends there, split evenly between two.

    Across 1 October the days after the last edition of the old year are left out, and counted in `gap_days`. None when
    no edition reaches `end`, or a year has none.
    """
    amount, gap, interpolated = 0.0, 0, False
    figures: list[Figure] = []
    terms: list[str] = []
    bridges: list[tuple[date, date]] = []
    for year in range(fiscal_year(start), fiscal_year(end) + 1):
        of_year = [f for f in points if fiscal_year(_end(f)) == year]
        last = end if year == fiscal_year(end) else min(_end(of_year[-1]), fiscal_year_end(year)) if of_year else end
        upper = _through(of_year, year, last)
        lower = _through(of_year, year, start - ONE_DAY) if year == fiscal_year(start) else _Mark(0.0, (), "", False)
        if upper is None or lower is None or not of_year:
            return None
        amount += upper.value - lower.value
        interpolated |= upper.interpolated or lower.interpolated
        gap += 0 if year == fiscal_year(end) else (fiscal_year_end(year) - last).days
        turn = [] if year == fiscal_year(end) else [(last, fiscal_year_end(year))]
        bridges += [*upper.bridge, *lower.bridge, *turn]
        figures = [*upper.figures, *lower.figures, *figures]
        terms.append(f"{upper.formula} - {lower.formula}" if lower.formula else upper.formula)
    days = (end - start).days + 1 - gap
    formula = f"({' + '.join(terms)}) / {days} days"
    once = tuple(dict.fromkeys(figures))
    return Rate(amount, days, start, end, gap, once, formula, interpolated, tuple(bridges))


def complete(points: Sequence[Figure], by: PeriodKind) -> list[Figure]:
    """Of months the complete ones: a running one is no step."""
    return [f for f in points if by != "month" or (_end(f) + ONE_DAY).day == 1]


def of_months(points: Sequence[Figure], start: date, end: date) -> Rate | None:
    """The month cells of a window of whole months, or to a day at which a running month's cell ends.

    `points` are clean month figures by last day. No revision of earlier months is in it.
    """
    found: list[Figure] = []
    day = start
    while day <= end:
        last = min(end, day.replace(day=calendar.monthrange(day.year, day.month)[1]))
        cell = next((f for f in points if _end(f) == last and f.period.start == day.replace(day=1)), None)
        if cell is None or day.day != 1:
            return None
        found.append(cell)
        day = last + ONE_DAY
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
