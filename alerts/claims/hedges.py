"""From a stated number and its hedge word to the interval that a fair checker accepts. Thresholds are judgement
calls, kept as data; every interval carries the rule that gave it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

# Revisions of a closed month reach 0.4 % in 2025-26.
GRACE = 0.005
WIDEST_BARE = 0.05
WIDEST_ABOUT = 0.10
NARROWEST_ABOUT = 0.02
NARROWEST_SIDE = 0.01
SAME_MARGIN = 0.05
SIGNIFICANT = 0.10
SIGNIFICANT_Z = 3.0
MET = 0.95
POINTS_BARE = 2.5
POINTS_ABOUT = 5.0
# `More than` says too little when the figure is two grains and a tenth beyond it.
VAGUE = 0.05
UNDERSTATED_GRAINS, UNDERSTATED_R = 2, 0.10


@dataclass(frozen=True, slots=True)
class Accepted:
    """The accepted interval, None where it has no edge. `core_*` are the edges without grace for revisions.

    With `beyond_edge` the edges themselves are not accepted: `more than 41,500` is not met by 41,500.
    """

    low: float | None
    high: float | None
    core_low: float | None
    core_high: float | None
    rule: str
    beyond_edge: bool = False

    def contains(self, value: float) -> bool:
        return self._inside(value, self.low, self.high)

    def contains_without_grace(self, value: float) -> bool:
        return self._inside(value, self.core_low, self.core_high)

    def gap(self, value: float) -> float:
        """How far a value lies beyond the nearer edge, with its sign; 0 inside."""
        if self.low is not None and value < self.low:
            return value - self.low
        if self.high is not None and value > self.high:
            return value - self.high
        return 0.0

    def is_settled(self, counted: float) -> bool:
        """Whether a count that can only grow is past the last edge, so that more of it changes nothing."""
        return self.contains_without_grace(counted) if self.high is None else counted > self.high

    def _inside(self, value: float, low: float | None, high: float | None) -> bool:
        if self.beyond_edge and value in (low, high):
            return False
        return (low is None or value >= low) and (high is None or value <= high)


def grain(value: float) -> float:
    """The largest of 1 or 5 times a power of ten that divides the stated number: 49,000 has 1,000, 41,500 has 500."""
    whole = round(abs(value))
    if whole == 0 or abs(abs(value) - whole) > 1e-9:
        return 1.0
    best, power = 1, 1
    while whole % power == 0:
        best = 5 * power if whole % (5 * power) == 0 else power
        power *= 10
    return float(best)


def half_grain(value: float) -> float:
    return min(grain(value) / 2, WIDEST_BARE * abs(value))


def _bare(c: float) -> Accepted:
    core = half_grain(c)
    h = max(core, GRACE * abs(c))  # a number that is not round is read as exact
    rule = "bare number: within half of what it is rounded to, at most 5 %, at least 0.5 % for revisions"
    return Accepted(c - h, c + h, c - core, c + core, rule)


def _exactly(c: float) -> Accepted:
    e = GRACE * abs(c)
    return Accepted(c - e, c + e, c, c, "exact number: within 0.5 % for revisions")


def _about(c: float) -> Accepted:
    h = max(min(2 * half_grain(c), WIDEST_ABOUT * abs(c)), NARROWEST_ABOUT * abs(c))
    return Accepted(c - h, c + h, c - h, c + h, "about: within what it is rounded to, between 2 % and 10 %")


def _almost(c: float) -> Accepted:
    low = c - max(half_grain(c), NARROWEST_SIDE * abs(c))
    rule = "almost: below the number by at most half of what it is rounded to, 0.5 % grace above"
    return Accepted(low, c + GRACE * abs(c), low, c, rule)


def _just_over(c: float) -> Accepted:
    high = c + max(half_grain(c), NARROWEST_SIDE * abs(c))
    rule = "just over: above the number by at most half of what it is rounded to, 0.5 % grace below"
    return Accepted(c - GRACE * abs(c), high, c, high, rule)


def _more_than(c: float) -> Accepted:
    return Accepted(c, None, c, None, "more than: anything above the number", beyond_edge=True)


def _at_least(c: float) -> Accepted:
    return Accepted(c - GRACE * abs(c), None, c, None, "at least: the number or more, 0.5 % grace below")


def _under(c: float) -> Accepted:
    return Accepted(None, c, None, c, "under: anything below the number", beyond_edge=True)


def _at_most(c: float) -> Accepted:
    return Accepted(None, c + GRACE * abs(c), None, c, "at most: the number or less, 0.5 % grace above")


HEDGES: Mapping[str, Callable[[float], Accepted]] = {
    "bare": _bare,
    "exactly": _exactly,
    "about": _about,
    "almost": _almost,
    "just over": _just_over,
    "more than": _more_than,
    "at least": _at_least,
    "under": _under,
    "at most": _at_most,
}

# Other words for the same: what stands left is read as what stands right.
SAME_AS: Mapping[str, str] = {
    "around": "about",
    "roughly": "about",
    "some": "about",
    "~": "about",
    "nearly": "almost",
    "just under": "almost",
    "close to": "almost",
    "over": "more than",
    "topped": "more than",
    "minimum": "at least",
    "fewer than": "under",
    "up to": "at most",
    "no more than": "at most",
    "in line with": "roughly the same",
    "far more than": "significantly more than",
}
WORDS = (*HEDGES, *(word for word, same in SAME_AS.items() if same in HEDGES))

# How many times, in words; any other whole number k is k +/- 0.5.
TIMES: Mapping[str, tuple[float, float]] = {"double": (1.75, 2.25), "triple": (2.5, 3.5)}


@dataclass(frozen=True, slots=True)
class Change:
    """What a word for a change asks for: the smallest relative change, the largest, the usual movements beyond."""

    least: float
    most: float | None
    z: float
    rule: str


CHANGES: Mapping[str, Change] = {
    "plain": Change(0.01, None, 1.5, "plain verb: beyond 1 % and one and a half usual movements"),
    "slightly": Change(0.01, 0.05, 0.0, "slightly: between 1 % and 5 % in the stated direction"),
    "significantly": Change(SIGNIFICANT, None, SIGNIFICANT_Z, "significantly: at least 10 % and three usual movements"),
    "plummet or soar": Change(0.25, None, 3.0, "plummet, soar: at least 25 % and three usual movements"),
}


def accepted(value: float, hedge: str) -> Accepted:
    """The interval of a number under a hedge word. Raises KeyError for a word that the table does not have."""
    return HEDGES[SAME_AS.get(hedge, hedge)](value)


def accepted_points(value: float, hedge: str) -> Accepted:
    """The interval of a percentage, in points: half of a grain is at most 2.5 points, `about` is 5 points."""
    word = SAME_AS.get(hedge, hedge)
    h = min(grain(value) / 2, POINTS_BARE)
    if word == "bare":
        return Accepted(
            value - h, value + h, value - h, value + h, "share: within half of what it is rounded to, 2.5 points"
        )
    if word == "about":
        low, high = value - POINTS_ABOUT, value + POINTS_ABOUT
        return Accepted(low, high, low, high, "about, of a share: within 5 points")
    if word == "almost":
        low = value - max(h, NARROWEST_SIDE * value)
        return Accepted(low, value + GRACE * value, low, value, "almost, of a share: up to 2.5 points below it")
    if word == "just over":
        high = value + max(h, NARROWEST_SIDE * value)
        return Accepted(value - GRACE * value, high, value, high, "just over, of a share: up to 2.5 points above it")
    return HEDGES[word](value)


def fraction(percent: float, hedge: str = "bare") -> Accepted:
    """Half, a third, three in four, in percent: within 5 points, on the side that the word leaves open."""
    word = SAME_AS.get(hedge, hedge)
    low, high, grace = percent - POINTS_ABOUT, percent + POINTS_ABOUT, GRACE * percent
    if word in ("bare", "about"):
        return Accepted(low, high, low, high, "a fraction in words: within 5 points")
    if word == "almost":
        rule = "almost, of a fraction in words: up to 5 points below it"
        return Accepted(low, percent + grace, low, percent, rule)
    if word == "just over":
        rule = "just over, of a fraction in words: up to 5 points above it"
        return Accepted(percent - grace, high, percent, high, rule)
    return HEDGES[word](percent)


def times(value: float, word: str = "") -> Accepted:
    """How many times: double is 1.75 to 2.25, any larger whole number k is k +/- 0.5."""
    low, high = TIMES.get(word, TIMES["double"] if value == 2 else (value - 0.5, value + 0.5))
    rule = f"{word or f'{value:g} times'}: a rounded ratio, {low:g} to {high:g}"
    return Accepted(low, high, low, high, rule)


def between(low: float, high: float) -> Accepted:
    """From a to b: half a grain of each end around it."""
    a, b = low - half_grain(low), high + half_grain(high)
    return Accepted(a, b, a, b, "range: below and above it by half of what its ends are rounded to")


def mirrored(interval: Accepted) -> Accepted:
    """The same below zero: what a fall by so much accepts."""
    low, high, core_low, core_high = (
        None if edge is None else -edge for edge in (interval.high, interval.low, interval.core_high, interval.core_low)
    )
    return Accepted(low, high, core_low, core_high, interval.rule, interval.beyond_edge)


def widened(interval: Accepted) -> Accepted:
    """Where the first or last day of a window is vague: both edges 5 % wider."""
    low, high, core_low, core_high = (
        None if edge is None else edge * factor
        for edge, factor in (
            (interval.low, 1 - VAGUE),
            (interval.high, 1 + VAGUE),
            (interval.core_low, 1 - VAGUE),
            (interval.core_high, 1 + VAGUE),
        )
    )
    rule = f"{interval.rule}; both edges {VAGUE:.0%} wider, since the window is vague"
    return Accepted(low, high, core_low, core_high, rule, interval.beyond_edge)


def understated(value: float, stated: float, hedge: str) -> bool:
    """Whether `more than` says too little: two grains and 10 % beyond the number."""
    if SAME_AS.get(hedge, hedge) != "more than":
        return False
    beyond = value - stated
    return beyond >= UNDERSTATED_GRAINS * grain(stated) and beyond >= UNDERSTATED_R * abs(stated)


def target(value: float) -> Accepted:
    """A target is met from 95 % of it on."""
    low = MET * value
    return Accepted(low, None, low, None, f"target: met from {MET:.0%} on")


def roughly_the_same(cv: float) -> Accepted:
    """A ratio near 1: within 5 %, or within twice the usual variation of rates over such a window."""
    margin = max(SAME_MARGIN, 2 * cv)
    rule = f"roughly the same: ratio within 5 % or 2 x {cv:.1%} (usual variation of the window), whichever is larger"
    return Accepted(1 - margin, 1 + margin, 1 - margin, 1 + margin, rule)


def percent_off(percent: float, hedge: str) -> Accepted:
    """So many percent above, or (below 0) below, as a ratio: the direction binds, `about` is a point or more."""
    size = accepted_points(abs(percent), hedge)
    low, high = size.low or 0.0, size.high or 100.0
    if SAME_AS.get(hedge, hedge) == "about":
        margin = min(POINTS_ABOUT, max(1.0, abs(percent) / 2))
        low, high = abs(percent) - margin, abs(percent) + margin
    low, high = max(0.0, low) / 100, high / 100
    edges = (1 + low, 1 + high) if percent > 0 else (1 - high, 1 - low)
    side = "above" if percent > 0 else "below"
    rule = f"{hedge} {abs(percent):g} percent {side}: the direction binds, within {100 * (high - low) / 2:g} points"
    return Accepted(*edges, *edges, rule, beyond_edge=True)


def significantly_more_than(value: float, sigma: float) -> Accepted:
    """At least a tenth more, and beyond three times the usual 14-day change."""
    low = value + max(value * SIGNIFICANT, SIGNIFICANT_Z * sigma)
    rule = "significantly more than: at least 10 % and three usual 14-day changes above the number"
    return Accepted(low, None, low, None, rule)
