"""A calendar as a picture: one strip for each fiscal year, a stroke for each day on which something was published."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from figures.periods import fiscal_year, fiscal_year_start
from pages.facts.release_facts import CalendarFacts

LEFT: Final = 54
ROW: Final = 24
HEAD: Final = 20
WIDTH: Final = LEFT + 366


@dataclass(frozen=True, slots=True)
class Strip:
    """A fiscal year: where it stands, its strokes, and the stretches in which a release was late, as SVG paths; and
    from where to where there is anything to tell.
    """

    year: int
    top: int
    days: str
    late: str
    left: int
    wide: int


@dataclass(frozen=True, slots=True)
class Strips:
    """A publisher's years, the newest above; `marks` are the first days of months that are named, with their place."""

    width: int
    height: int
    rows: tuple[Strip, ...]
    marks: tuple[tuple[date, int], ...]


def strips(of: CalendarFacts) -> Strips:
    """From the year of the first release to that of the last look."""
    last = max([each.day for each in of.days] + ([of.seen] if of.seen else []))
    years = range(fiscal_year(last), fiscal_year(of.days[0].day) - 1, -1)
    late = list(_late(of, last))
    rows = tuple(
        _strip(year, HEAD + n * ROW, [each.day for each in of.days], late, last) for n, year in enumerate(years)
    )
    first = fiscal_year_start(years[0])
    marks = tuple(
        (day, LEFT + (day - first).days) for day in (first, date(first.year + 1, 4, 1), date(first.year + 1, 7, 1))
    )
    return Strips(WIDTH, HEAD + len(rows) * ROW, rows, marks)


def _late(of: CalendarFacts, last: date) -> Iterator[tuple[date, date]]:
    """The silences that were late, from their first day to their last."""
    for silence in of.silences:
        if "late" in silence.stages:
            yield silence.since, silence.until or last


def _strip(year: int, top: int, days: Sequence[date], late: Sequence[tuple[date, date]], last: date) -> Strip:
    first, end = fiscal_year_start(year), fiscal_year_start(year + 1) - timedelta(days=1)
    strokes = "".join(
        f"M{LEFT + (day - first).days + 1} {top + 2}v14" for day in sorted(set(days)) if first <= day <= end
    )
    bars = []
    for since, until in late:
        begin, stop = max(since, first), min(until, end)
        if begin < stop:
            bars.append(f"M{LEFT + (begin - first).days} {top + 19}h{(stop - begin).days}")
    begin, stop = max(days[0], first), min(last, end)
    return Strip(year, top, strokes, "".join(bars), LEFT + (begin - first).days, (stop - begin).days + 1)
