"""Between which paces a count since 1 October was to be expected: from the intervals before, and from other flows.

Three paces say what to expect of the newest interval: that of the interval before, that of the last weeks, and the one
that the other flows of the same days suggest (people booked in, booked out and held). What is expected lies between the
lowest and the highest of the three, and beyond them by as much as paces vary. Limits: `checks/catalogue.py`.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from checks.catalogue import limit
from figures.metrics.metric import metric_of
from figures.periods import fiscal_year, fiscal_year_end

CHECK = "pace_beyond_usual"
HELD = "ice.detained{agency=all, criminality=all}"
BOOK_INS = "ice.book_ins{agency=all}"
REMOVALS = "ice.removals{group=all}"
BOOK_OUTS = "ice.final_book_outs{facility_type=all}"
RELEASES = "ice.final_releases{facility_type=all}"
# What each count is called in a sentence.
COUNTS: Mapping[str, str] = {
    REMOVALS: "ICE removals",
    BOOK_INS: "book-ins",
    "ice.book_ins{agency=ICE}": "book-ins of people ICE arrested",
    "ice.book_ins{agency=CBP}": "book-ins of people CBP arrested",
    BOOK_OUTS: "book-outs",
    RELEASES: "final releases",
}
READ = frozenset({*COUNTS, HELD})
METRICS = frozenset(map(metric_of, READ))
# What else counts the same people: what is added and what is taken off, a day.
Flow = tuple[Sequence[str], Sequence[str]]
# The counts whose pace is judged, with the flows beside them: the first that an edition states. Since February 2024
# every way out is a book-out; before, people who left otherwise than by release show in the change of people held only.
FLOWS: Mapping[str, Sequence[Flow]] = {
    REMOVALS: (((BOOK_OUTS,), ()), ((BOOK_INS,), (HELD, RELEASES))),
    BOOK_INS: (((BOOK_OUTS, HELD), ()), ((RELEASES, REMOVALS, HELD), ())),
    BOOK_OUTS: (((BOOK_INS,), (HELD,)),),
    RELEASES: (((BOOK_INS,), (HELD,)),),
}
# Counts that stand in no sum. The others have parts and months that add to them.
ALONE = frozenset({REMOVALS})
_FORTNIGHT = 14
Said = Mapping[str, tuple[date, float]]


class Mark(NamedTuple):
    """A count through a day, the edition that says so, and what it says of all counts: (last day, figure) by series."""

    day: date
    value: float
    name: str
    said: Said


class Interval(NamedTuple):
    """What lies between two marks of a fiscal year; the first may be its eve."""

    first: Mark
    last: Mark

    @property
    def days(self) -> int:
        return (self.last.day - self.first.day).days

    @property
    def pace(self) -> float:
        return (self.last.value - self.first.value) / self.days

    def of(self, series: str) -> float | None:
        """What another series added a day between the same two editions, by its own days; None where one is silent."""
        before, after = self.first.said.get(series), self.last.said.get(series)
        if before is None or after is None or after[0] <= before[0]:
            return None
        return (after[1] - before[1]) / (after[0] - before[0]).days


@dataclass(frozen=True, slots=True)
class Expected:
    """Between which paces a count was to be expected, and the paces that say so, by the words for them."""

    low: float
    high: float
    paces: Mapping[str, float]

    def outside(self, pace: float) -> bool:
        return not self.low <= pace <= self.high


def intervals(marks: Sequence[Mark]) -> list[Interval]:
    """From the newest mark back, each a fortnight or longer but for the first of a year."""
    found: list[Interval] = []
    end = len(marks) - 1
    while end > 0:
        start = end - 1
        while start > 0 and (marks[end].day - marks[start].day).days < _FORTNIGHT:
            start -= 1
        found.append(Interval(marks[start], marks[end]))
        end = start
    return found[::-1]


def expected(series: str, before: Sequence[Interval], newest: Interval) -> Expected | None:
    """What the intervals before let expect of the newest; None where they do not say.

    The interval before counts by itself: one that stood out and yet is clean was acknowledged by somebody, and what
    comes after a turn of policy is held against it.
    """
    recent = [interval for interval in before if interval.pace > 0]
    by_flows = _by_flows(series, recent, newest)
    if not recent or (by_flows is None and series not in ALONE):
        return None  # sums hold what has parts: only the other flows can raise a doubt beyond them
    found = {"the interval before": recent[-1].pace, f"the last {limit(CHECK, 'weeks'):g} weeks": _level(recent)}
    if by_flows is not None:
        found["what the other flows suggest"] = by_flows
    apart = math.exp(_width(series, recent, newest))
    return Expected(min(found.values()) / apart, max(found.values()) * apart, found)


def _level(recent: Sequence[Interval]) -> float:
    """The pace of the last weeks: of as many intervals as they take."""
    days, amount = 0, 0.0
    for interval in reversed(recent):
        days, amount = days + interval.days, amount + interval.pace * interval.days
        if days >= 7 * limit(CHECK, "weeks"):
            break
    return amount / days


def _width(series: str, recent: Sequence[Interval], newest: Interval) -> float:
    """How far a pace may lie from those that are expected, as a logarithm.

    A rate varies, the less the longer it is taken over, and the world drifts: some times both. Where the intervals
    before were wilder than those of FY2024, by their own spread. At most a factor of two, unless what is known of the
    pace is old; and a factor of two where a year is closed, which brings late entries.
    """
    gap = (newest.first.day - recent[-1].last.day).days
    most = math.log(limit(CHECK, "old" if recent[-1].days + gap > limit(CHECK, "recent") else "factor"))
    closing = newest.last.day == fiscal_year_end(fiscal_year(newest.last.day))
    if series not in ALONE or len(recent) < 2 or closing:
        return most
    noise = max(limit(CHECK, "noise"), _spread(recent)) ** 2 * _FORTNIGHT / newest.days
    drift = limit(CHECK, "drift") ** 2 * ((newest.days + recent[-1].days) / 2 + gap)
    return min(most, limit(CHECK, "times") * math.sqrt(noise + drift))


def _spread(recent: Sequence[Interval]) -> float:
    """The variation of a fortnight's pace by the steps between the last intervals; no single one decides it."""
    last = recent[-int(limit(CHECK, "steps")) - 1 :]
    steps = [
        abs(math.log(b.pace / a.pace)) / math.sqrt(_FORTNIGHT / a.days + _FORTNIGHT / b.days) for a, b in pairwise(last)
    ]
    return 1.4826 * median(steps) if len(steps) > 2 else 0.0


def _by_flows(series: str, recent: Sequence[Interval], newest: Interval) -> float | None:
    """The pace that the other flows of the same days suggest, by how the two stood to each other lately.

    None where an edition does not state them, or they hardly have to do with each other: in 2021 removals were a small
    rest of large numbers.
    """
    flow, now = next(((flow, pace) for flow in FLOWS[series] if (pace := _flow(flow, newest))), (None, None))
    if flow is None or now is None:
        return None
    last = recent[-int(limit(CHECK, "ratios")) :]
    ratios = [math.log(interval.pace / other) for interval in last if (other := _flow(flow, interval))]
    # What may raise a doubt by itself asks for more of them than what only widens what is expected.
    if len(ratios) < (1 if series in ALONE else limit(CHECK, "enough")):
        return None
    middle = median(ratios)
    alike = max(middle - min(ratios), max(ratios) - middle) <= limit(CHECK, "alike")
    return now * math.exp(middle) if alike else None


def _flow(flow: Flow, interval: Interval) -> float | None:
    """What a flow came to a day; None where a part of it is not stated, or it comes to nothing."""
    plus, minus = ([interval.of(series) for series in part] for part in flow)
    if None in plus or None in minus:
        return None
    pace = sum(each or 0.0 for each in plus) - sum(each or 0.0 for each in minus)
    return pace if pace > 0 else None
