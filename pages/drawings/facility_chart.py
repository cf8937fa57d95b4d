"""The people held in a facility through time, drawn: a line for each fiscal year, because averages begin anew."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

WIDTH: Final = 340
HEIGHT: Final = 190
_LEFT: Final = 46
_RIGHT: Final = 12
_TOP: Final = 14
_BOTTOM: Final = 24


class Point(NamedTuple):
    """An average since 1 October: since when, to which day, how many people."""

    since: date
    day: date
    people: float


class Mark(NamedTuple):
    """A line of the axis, with its value or year."""

    at: float
    value: float


@dataclass(frozen=True, slots=True)
class FacilityChart:
    """`lines` are points in units of the drawing, one line for each year; `others` are what TRAC says.

    `first` and `last` are the days at its edges.
    """

    first: date
    last: date
    lines: tuple[tuple[tuple[float, float], ...], ...]
    others: tuple[tuple[float, float], ...]
    rows: tuple[Mark, ...]
    years: tuple[Mark, ...]


def facility_chart(points: Sequence[Point], others: Sequence[tuple[date, float]]) -> FacilityChart | None:
    """None where there are less than two days to draw."""
    days = sorted({point.day for point in points} | {day for day, _ in others})
    if len(days) < 2:
        return None
    most = max([point.people for point in points] + [people for _, people in others])
    step = _step(most)
    top = max(1, math.ceil(most / step)) * step

    def at(day: date, people: float) -> tuple[float, float]:
        across = (day - days[0]).days / (days[-1] - days[0]).days
        x = _LEFT + (WIDTH - _LEFT - _RIGHT) * across
        return round(x, 1), round(HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * people / top, 1)

    lines: dict[date, list[tuple[float, float]]] = {}
    for point in sorted(points):
        lines.setdefault(point.since, []).append(at(point.day, point.people))
    return FacilityChart(
        first=days[0],
        last=days[-1],
        lines=tuple(tuple(line) for line in lines.values()),
        others=tuple(at(day, people) for day, people in sorted(others)),
        rows=tuple(Mark(at(days[0], n * step)[1], n * step) for n in range(round(top / step) + 1)),
        years=tuple(Mark(at(day, 0)[0], day.year) for day in _firsts(days[0], days[-1])),
    )


def _firsts(first: date, last: date) -> list[date]:
    """The days on which fiscal years begin."""
    starts = [date(year, 10, 1) for year in range(first.year, last.year + 1)]
    return [day for day in starts if first <= day <= last]


def _step(most: float) -> float:
    """Between the lines of the axis: 1, 2 or 5 times a power of ten, three to six lines."""
    rough = max(most, 1.0) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
