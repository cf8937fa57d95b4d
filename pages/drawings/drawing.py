"""A chart as an SVG: the points of the mail's picture, drawn wide for a desk and narrow for a phone.

Shapes and places alone are worked out here, in the units of the drawing; `layout/chart.svg.j2` writes them. Each mark
differs from the others by its shape and not by its colour alone.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import median
from typing import Final, NamedTuple

from alerts.messages.message import Chart, Dot
from pages.sentences import figure, stated_figure
from pages.words import Words

_LETTER: Final = 0.65  # of a letter's height is how wide one is, about
_USUAL_GAP: Final = 35  # days over which a line is drawn; over more only where all points lie far apart
_MONTHS_APART: Final = (1, 2, 3, 6, 12, 24, 48)


@dataclass(frozen=True, slots=True)
class Size:
    """How large a drawing is, and its letters: at least 11 of a phone's points."""

    name: str
    width: int
    height: int
    letters: float
    ticks: int


WIDE: Final = Size("wide", 720, 380, 13, 6)
NARROW: Final = Size("narrow", 340, 300, 11.5, 4)


class Place(NamedTuple):
    """A point of the drawing, with what it says."""

    x: float
    y: float
    words: str = ""


class Box(NamedTuple):
    x: float
    y: float
    width: float
    height: float


class Key(NamedTuple):
    """An entry of the legend: its mark, its words, where it stands."""

    mark: str
    words: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that the template writes. `plot` is where values are drawn; between `runs` nothing was published for long."""

    size: Size
    plot: Box
    rows: tuple[Place, ...]
    columns: tuple[Place, ...]
    bands: tuple[Box, ...]
    stated: float | None
    said: Place
    said_anchor: str
    runs: tuple[tuple[Place, ...], ...]
    earlier: tuple[Place, ...]
    held: tuple[Place, ...]
    newest: Place
    keys: tuple[Key, ...]
    height: float
    note: str


def drawn(chart: Chart, size: Size, words: Words) -> Drawing:
    """The drawing of a chart with at least one point."""
    lowest, highest, step = _values(chart, size)
    sign = "%" if chart.unit == "percent" else ""
    labels = [words.number(value, _decimals_of_step(step)) + sign for value in _steps(lowest, highest, step)]
    left = 8 + max(len(label) for label in labels) * size.letters * _LETTER
    newest = figure(chart.points[-1][1], chart.unit, words)
    right = 14 + len(newest) * size.letters * 1.15 * _LETTER
    top = size.letters * 3.2
    plot = Box(left, top, size.width - left - right, size.height - top - size.letters * 2)
    first, last = _days(chart)

    def x(day: date) -> float:
        return round(plot.x + plot.width * (day - first).days / max(1, (last - first).days), 1)

    def y(value: float) -> float:
        return round(plot.y + plot.height * (1 - (value - lowest) / (highest - lowest)), 1)

    def place(dot: Dot) -> Place:
        return Place(x(_day(dot)), y(dot[1]), f"{words.short_day(_day(dot))}: {figure(dot[1], chart.unit, words)}")

    said = date.fromisoformat(chart.said_on)
    keys = tuple(_keys(chart, size, words))
    return Drawing(
        size=size,
        plot=plot,
        rows=tuple(
            Place(left - 6, y(value), label) for value, label in zip(_steps(lowest, highest, step), labels, strict=True)
        ),
        columns=tuple(Place(x(day), plot.y + plot.height, label) for day, label in _months(first, last, size, words)),
        bands=tuple(_bands(chart, plot, x, y)),
        stated=None if chart.stated is None else y(chart.stated),
        said=Place(x(said), plot.y, words.say("said %(day)s") % {"day": words.short_day(said)}),
        said_anchor="start" if x(said) < plot.x + plot.width / 2 else "end",
        runs=tuple(tuple(place(dot) for dot in run) for run in _runs(chart.points)),
        earlier=tuple(place(dot) for dot in chart.earlier),
        held=tuple(place(dot) for dot in chart.held),
        newest=place(chart.points[-1])._replace(words=newest),
        keys=keys,
        height=(keys[-1].y if keys else size.height) + size.letters,
        note="" if lowest <= 0 <= highest else words.say("The axis does not start at zero."),
    )


def _day(dot: Dot) -> date:
    return date.fromisoformat(dot[0])


def _days(chart: Chart) -> tuple[date, date]:
    """The first and the last day that are drawn, with a little room beside them."""
    days = [_day(dot) for dot in (*chart.points, *chart.held, *chart.earlier)] + [date.fromisoformat(chart.said_on)]
    room = timedelta(days=max(2, round((max(days) - min(days)).days * 0.03)))
    return min(days) - room, max(days) + room


def _values(chart: Chart, size: Size) -> tuple[float, float, float]:
    """The lowest and the highest value of the axis, and the step between its lines: 1, 2 or 5 times a power of ten."""
    shown = [value for _, value in (*chart.points, *chart.earlier, *chart.held)]
    shown += [edge for edge in (chart.stated, chart.low, chart.high) if edge is not None]
    shown += [edge for _, *edges in chart.bands for edge in edges if edge is not None]
    span = (max(shown) - min(shown)) or abs(max(shown)) or 1.0
    rough = span / (size.ticks - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    return math.floor(min(shown) / step) * step, math.ceil(max(shown) / step + 0.05) * step, step


def _steps(lowest: float, highest: float, step: float) -> list[float]:
    return [lowest + step * n for n in range(round((highest - lowest) / step) + 1)]


def _decimals_of_step(step: float) -> int:
    return max(0, -math.floor(math.log10(step) + 1e-9))


def _months(first: date, last: date, size: Size, words: Words) -> Iterator[tuple[date, str]]:
    """The first days of months, so far apart that their names fit."""
    months = [date(year, month, 1) for year in range(first.year, last.year + 1) for month in range(1, 13)]
    within = [day for day in months if first <= day <= last]
    apart = next((n for n in _MONTHS_APART if len(within) / n <= size.ticks), _MONTHS_APART[-1])
    for day in within:
        if (day.year * 12 + day.month - 1) % apart == 0:
            yield day, words.short_month(day)


def _bands(chart: Chart, plot: Box, x: Callable[[date], float], y: Callable[[float], float]) -> Iterator[Box]:
    """What the wording accepted, each step from its day to that of the next."""
    steps = chart.bands or ((chart.points[0][0], chart.low, chart.high),)
    ends = [*(x(date.fromisoformat(day)) for day, _, _ in steps[1:]), round(plot.x + plot.width, 1)]
    for (day, low, high), end in zip(steps, ends, strict=True):
        if low is None and high is None:
            continue
        begin = max(plot.x, x(date.fromisoformat(day)))
        over = plot.y if high is None else max(plot.y, y(high))
        under = plot.y + plot.height if low is None else min(plot.y + plot.height, y(low))
        yield Box(round(begin, 1), over, round(max(end - begin, 0.0), 1), round(max(under - over, 1.0), 1))


def _runs(points: Sequence[Dot]) -> list[list[Dot]]:
    """Runs of points, between which nothing was published for long: a gap is drawn as a gap."""
    steps = [(_day(later) - _day(earlier)).days for earlier, later in pairwise(points)]
    most = max(_USUAL_GAP, 2 * median(steps)) if steps else _USUAL_GAP
    runs = [[points[0]]]
    for point, step in zip(points[1:], steps, strict=True):
        if step > most:
            runs.append([])
        runs[-1].append(point)
    return runs


def _keys(chart: Chart, size: Size, words: Words) -> Iterator[Key]:
    """The legend, in as many lines as it takes."""
    told = [("line", words.say("as known"))]
    if chart.stated is not None:
        told.append(
            ("stated", words.say("claim: %(number)s") % {"number": stated_figure(chart.stated, chart.unit, words)})
        )
    if any(edge is not None for _, *edges in (*chart.bands, ("", chart.low, chart.high)) for edge in edges):
        told.append(("band", words.say("what the wording accepts")))
    if chart.earlier:
        told.append(("earlier", words.say("published before, revised since")))
    if chart.held:
        told.append(("held", words.say("held back")))
    told.append(("newest", words.say("newest")))
    x, y = 4.0, size.height + size.letters * 1.2
    for mark, text in told:
        width = 30 + len(text) * size.letters * _LETTER
        if x > 4.0 and x + width > size.width:
            x, y = 4.0, y + size.letters * 1.6
        yield Key(mark, text, round(x, 1), round(y, 1))
        x += width + 10
