"""Counts of windows from the cells of months: what was published for each, without the revisions of others."""

import calendar
from collections.abc import Iterator, Sequence
from datetime import date

from alerts.forms.daily_rates import ONE_DAY, Rate, end_of, formula_of, value_of
from figures.records import Figure


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
        cell = next((f for f in points if end_of(f) == last and f.period.start == first.replace(day=1)), None)
        if cell is None or first.day != 1:
            return None
        found.append(cell)
    days = (end - start).days + 1
    formula = formula_of([(f,) for f in found], days)
    return Rate(sum(value_of(f) for f in found), days, start, end, tuple(reversed(found)), formula)


def of_two_editions(points: Sequence[Figure], start: date, end: date) -> Rate | None:
    """TRAC's way: of the first month what is beyond the cell of the edition that ends before `start`, then cells."""
    first = start.replace(day=1)
    rest = of_months(points, first, end)
    early = next((f for f in points if end_of(f) == start - ONE_DAY and f.period.start == first), None)
    if rest is None or (early is None and start != first):
        return None
    if early is None:
        return rest
    days = (end - start).days + 1
    cells = rest.formula.partition(" / ")[0].strip("()").split(" + ")
    cells[0] = f"({cells[0]} - {value_of(early):,.0f})"
    return Rate(
        rest.amount - value_of(early), days, start, end, (*rest.figures, early), f"({' + '.join(cells)}) / {days} days"
    )
