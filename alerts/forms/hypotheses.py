"""What a total would be under a named hypothesis, and what totals that were given one after another imply.

All of it is told beside a verdict. A hypothesis that reproduces a total proves nothing of how it was counted.
"""

import calendar
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated, NamedTuple

from pydantic import Field

from alerts.claims.parts import Counted, Strict, Text
from alerts.forms import daily_rates
from alerts.forms.basis import Basis
from alerts.forms.month_cells import stretches
from alerts.forms.verdicts import Reading
from alerts.forms.windows import RULES, rule_of
from figures.metrics.catalogue import METRICS
from figures.metrics.metric import metric_of
from figures.periods import spoken
from figures.records import Figure

ONE_DAY = timedelta(days=1)


class Hypothesis(Strict):
    """What a total would be if it were the sum of some series: told beside it, by this name, and never as a finding.

    The days of the month in which the window begins count by the daily rate of the month after, those of the month in
    which it ends by its own.
    """

    words: Text
    series: Annotated[tuple[Counted, ...], Field(min_length=2)]
    within: float = Field(default=0.05, gt=0, lt=1)
    because: Text


class Amount(NamedTuple):
    """How many from one day to another, with the formula and the cells."""

    value: float
    formula: str
    figures: tuple[Figure, ...]


def supposed(
    of: Hypothesis, stated: float, start: date, end: date, basis: Basis
) -> tuple[Reading, tuple[Figure, ...]] | None:
    """The sum of the series of a hypothesis over a window, against the stated total.

    None where nothing of one of them was published; raises NotHeldError where that is only not held here.
    """
    found = _amounts(of, start, end, basis)
    if found is None:
        return None
    y = sum(part.value for part in found)
    off = y / stated - 1
    state = "consistent" if abs(off) <= of.within else "inconsistent"
    name = f"hypothesis, no finding: {of.words} ({off:+.1%} against what was said)"
    formula = " + ".join(f"[{part.formula}]" for part in found)
    low, high = (stated * (1 + sign * of.within) for sign in (-1, 1))
    reading = Reading(name, y, low, high, state, formula, start, end)
    return reading, tuple(figure for part in found for figure in part.figures)


def _amounts(of: Hypothesis, start: date, end: date, basis: Basis) -> list[Amount] | None:
    parts = [amount(series, start, end, basis, turned=True) for series in of.series]
    for series, part in zip(of.series, parts, strict=True):
        if part is None:
            basis.must_hold(end.replace(day=1), None, series)
    found = [part for part in parts if part is not None]
    return found if len(found) == len(parts) else None


def ceiling(of: Sequence[str], basis: Basis, first: date, last: date) -> float | None:
    """How many a day all the series of a ceiling counted together; None where one of them is not known."""
    parts = [amount(series, first, last, basis) for series in of]
    found = [part.value for part in parts if part is not None]
    return sum(found) / ((last - first).days + 1) if found and len(found) == len(parts) else None


class Statement(Strict):
    """Another total that the same speaker gave, counted from the same day: paces between statements follow."""

    said_on: date
    value: float = Field(gt=0)


class _Given(NamedTuple):
    """A total on the day on which it was given."""

    on: date
    total: float


def paces(said: Iterable[Statement], series: str, most: Sequence[str], basis: Basis) -> list[Reading]:
    """How fast it went between consecutive statements, beside a series and the series of a ceiling; a total cannot
    fall. Raises ValueError for two totals of one day: no pace lies between them.
    """
    given = sorted(_Given(each.said_on, each.value) for each in said if each.said_on <= basis.today)
    return [_pace(earlier, later, series, most, basis) for earlier, later in pairwise(given)]


def _pace(earlier: _Given, later: _Given, series: str, ceiling_of: Sequence[str], basis: Basis) -> Reading:
    """From the day after one statement, since that day is in its total, to the day of the next."""
    start, end = earlier.on + ONE_DAY, later.on
    days = (later.on - earlier.on).days
    if days == 0:
        raise ValueError(f"two totals were given on {spoken(later.on)}; keep one of them in statements")
    pace = (later.total - earlier.total) / days
    kind, made = RULES[rule_of(series)]
    counted = made(basis.known.clean(series, kind), start, end)
    least = counted.per_day if counted else None
    most = ceiling(ceiling_of, basis, start, end) if pace > 0 else None
    name = f"implied pace a day from {spoken(start)} to {spoken(end)}"
    if pace < 0:
        fell = f"fell from {earlier.total:,.0f} on {spoken(earlier.on)} to {later.total:,.0f} on {spoken(later.on)}"
        name = f"The speaker's total {fell}"
    formula = f"({later.total:,.0f} - {earlier.total:,.0f}) / {days} days"
    formula += f"; the series counts [{counted.formula}] = {least:,.1f} a day" if counted else ""
    formula += f"; all that its ceiling counts together is {most:,.1f} a day" if most is not None else ""
    return Reading(name, pace, least, most, _state_of_pace(pace, least, most), formula, start, end)


def _state_of_pace(pace: float, least: float | None, most: float | None) -> str:
    if pace < 0 or (most is not None and pace > most):
        return "inconsistent"
    return "consistent" if pace >= (least or 0.0) else "bound_violated"


def amount(series: str, start: date, end: date, basis: Basis, *, turned: bool = False) -> Amount | None:
    """How many of a series from one day to another, both included; None where that is not known. `turned`: the day that
    it begins on changed what was counted, so that the month before it ends says nothing of its rest.
    """
    if METRICS[metric_of(series)].cumulative:
        rate = basis.crossed(daily_rates.between(basis.known.clean(series, "fiscal_year_to_date"), start, end))
        return Amount(rate.amount, rate.formula.partition(" / ")[0], rate.figures) if rate else None
    return _by_months(basis.known.clean(series, "month"), start, end, turned=turned)


def _by_months(points: Sequence[Figure], start: date, end: date, *, turned: bool) -> Amount | None:
    """Whole months as they are, some days of a month by its daily rate; where a window that `turned` begins within a
    month, by that of the month after.
    """
    months = {f.period.start: f for f in points if f.value is not None}
    value, terms, figures = 0.0, [], []
    for first, last in stretches(start, end):
        is_rest = first.day > 1 and last < end  # of the month in which the window begins
        counted_by = _next_month(first) if turned and is_rest else first.replace(day=1)
        figure = months.get(counted_by)
        if figure is None or figure.value is None:
            return None
        count, term, days = figure.value, f"{figure.value:,.0f}", (last - first).days + 1
        if days < _days_in(first):
            count, term = count * days / _days_in(counted_by), f"{days}/{_days_in(counted_by)} x {term}"
        value += count
        terms.append(term)
        figures.append(figure)
    return Amount(value, " + ".join(terms), tuple(dict.fromkeys(reversed(figures))))


def _days_in(month: date) -> int:
    return calendar.monthrange(month.year, month.month)[1]


def _next_month(day: date) -> date:
    """The first day of the month after that of a day."""
    return day.replace(day=1) + timedelta(days=_days_in(day))
