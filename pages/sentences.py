"""What is said of a claim's figure, in the reader's language: how much, of what, when, how far from what was claimed.

Every sentence is made from the numbers of the recorded verdict, so that none can contradict the figure beside it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from alerts.claims.model import Claim
from figures.metrics.catalogue import METRICS
from figures.metrics.metric import metric_of
from pages.facts.claim_facts import OtherReading, Stance
from pages.words import Words, noted

_PARTS: Final[Mapping[str, str]] = {
    "convicted": noted("With a conviction"),
    "convicted or charged": noted("With a conviction or a charge"),
    "no conviction": noted("Without a conviction"),
    "no record": noted("Without a conviction or a charge"),
}
_SHOWN: Final = (1.0, 0.1, 0.01, 0.001)  # the smallest step with so many decimals
# Of what is over newer figures say nothing.
OVER: Final = ("none", "superseded")
# A target's state follows the window of this name; a shorter one that is measured beside it does not decide.
_DECIDES = "newest window"
CHANGES = ("trend", "composition", "change")
_WINDOWED = ("cumulative", "rate", "projection", "comparison", "target_rate", "change")


@dataclass(frozen=True, slots=True)
class Deciding:
    """The figure that a verdict follows: how much, from when to when, and the number that was stated, where one was."""

    value: float
    unit: str
    start: date | None
    end: date | None
    stated: float | None

    @property
    def difference(self) -> float | None:
        return None if self.stated is None else self.value - self.stated


def deciding(claim: Claim, stance: Stance) -> Deciding | None:
    """None where nothing was measured."""
    if stance.measured is None:
        return None
    unit, stated = claim.words.test.unit, stated_number(claim)
    reading = _deciding_reading(claim, stance)
    if reading is not None:
        return Deciding(reading.measured, unit, reading.start, reading.end, stated)
    starts, ends = {piece.start for piece in stance.evidence}, {piece.end for piece in stance.evidence}
    if len(starts) == len(ends) == 1:
        return Deciding(stance.measured, unit, starts.pop(), ends.pop(), stated)
    return Deciding(stance.measured, unit, stance.edition, stance.edition, stated)


def _deciding_reading(claim: Claim, stance: Stance) -> OtherReading | None:
    form = claim.words.test.form
    if form == "target_rate":
        found = next((each for each in stance.readings if each.name.startswith(_DECIDES)), None)
        if found is not None:
            return found
    if form in _WINDOWED and stance.readings and stance.readings[0].measured == stance.measured:
        return stance.readings[0]
    return None


def stated_number(claim: Claim) -> float | None:
    """The number that the claim states, where one number can stand for it."""
    test = claim.words.test
    if test.form == "comparison":
        return 1.0
    yardsticks = getattr(test, "yardsticks", ())
    value = yardsticks[0].value if yardsticks else getattr(test, "value", None)
    return float(value) if isinstance(value, int | float) else None


def counted(claim: Claim, words: Words) -> str:
    """What the claim's series counts: `people held`, `people booked in by ICE`."""
    series = claim.words.test.series
    if not series:
        return ""
    noun = words.borrowed(METRICS[metric_of(series)].noun)
    by = next((name for name in ("ICE", "CBP") if re.search(rf"agency={name}[,}}]", series)), "")
    return words.say("%(noun)s by %(agency)s") % {"noun": noun, "agency": by} if by else noun


def amount(value: float, unit: str, noun: str, words: Words) -> str:
    """`48,870 people held`, `698.7 people booked in a day`, `1.013 times`, `70.3%`."""
    if unit == "ratio":
        return words.say("%(number)s times") % {"number": words.number(value, 3)}
    if unit == "percent":
        return words.percent(value / 100, 1)
    if unit.endswith("a day"):
        return words.say("%(number)s %(noun)s a day") % {"number": words.number(value, 1), "noun": noun}
    return f"{words.number(value)} {noun}"


def figure(value: float, unit: str, words: Words) -> str:
    """The number alone, as a table has it."""
    if unit == "percent":
        return words.percent(value / 100, 1)
    return words.number(value, _decimals(unit))


def _decimals(unit: str) -> int:
    """How many decimals a figure of a unit is shown with."""
    return 3 if unit == "ratio" else 1 if unit == "percent" or unit.endswith("a day") else 0


def stated_figure(value: float, unit: str, words: Words) -> str:
    """A number as it was stated: without decimals that nobody said."""
    decimals = next(n for n in range(4) if n == 3 or abs(round(value, n) - value) < 1e-9)
    return words.percent(value / 100, decimals) if unit == "percent" else words.number(value, decimals)


def span(start: date | None, end: date | None, words: Words) -> str:
    """`on 15 June 2025`, `from 18 May to 14 June 2025`, "" for no day."""
    if end is None:
        return ""
    if start is None or start == end:
        return words.say("on %(day)s") % {"day": words.day(end)}
    first = words.day_of_year(start) if start.year == end.year else words.day(start)
    return words.say("from %(first)s to %(last)s") % {"first": first, "last": words.day(end)}


def short_span(start: date | None, end: date | None, words: Words) -> str:
    """As `span`, for tables: `18 May 2025`, `18 May 2025 – 14 June 2025`."""
    if end is None:
        return ""
    return words.short_day(end) if start in (None, end) else f"{words.short_day(start)} – {words.short_day(end)}"


def figure_sentence(claim: Claim, stance: Stance, words: Words) -> str:
    """`48,870 people held on 18 May 2025: 130 fewer (−0.3%) than the 49,000 that was claimed.`; "" for no figure."""
    of = deciding(claim, stance)
    if of is None or (stance.answer == "standing" and stance.state in OVER):
        return ""
    due = _due(claim, of)
    if due:
        shown = {"amount": _what(claim, of, words), "day": words.day(due)}
        said = words.say("At the pace that was known, %(amount)s by %(day)s") % shown
    else:
        said = f"{_what(claim, of, words)} {_when(claim, of, words)}".strip()
    said = said[:1].upper() + said[1:]
    far = off(claim, of, words)
    return f"{said}: {far}." if far else f"{said}."


def _due(claim: Claim, of: Deciding) -> date | None:
    """The day by which a total or a projection is asked for, where the figure is not yet of that day."""
    over = getattr(claim.words.test, "over", None)
    if over is None or claim.words.test.form not in ("projection", "target_total") or of.end is None:
        return None
    end: date = over.end
    return end if of.end < end else None


def _when(claim: Claim, of: Deciding, words: Words) -> str:
    """A change has come about by a day; all else is of a day or of a time."""
    if claim.words.test.form in CHANGES and of.end and (of.start is None or of.start == of.end):
        return words.say("by %(day)s") % {"day": words.day(of.end)}
    if of.unit.endswith("a day") and of.end and of.start == of.end:  # a rate is of no single day
        return words.say("in the days up to %(day)s") % {"day": words.day(of.end)}
    return span(of.start, of.end, words)


def _what(claim: Claim, of: Deciding, words: Words) -> str:
    noun, form = counted(claim, words), claim.words.test.form
    number = amount(of.value, of.unit, noun, words)
    if form == "share":
        shown = {"part": part_counted(claim, words), "share": number, "noun": noun}
        return words.say("%(part)s: %(share)s of %(noun)s") % shown
    if form == "ratio":
        return words.say("%(number)s times what it is compared with") % {"number": words.number(of.value, 3)}
    if form == "comparison":
        return _compared(claim, of, noun, words)
    if of.unit == "percent" and form in CHANGES:
        went = words.say("%(noun)s up %(size)s") if of.value > 0 else words.say("%(noun)s down %(size)s")
        return went % {"noun": noun, "size": words.percent(abs(of.value) / 100, 1)}
    return number


def part_counted(claim: Claim, words: Words) -> str:
    """Of a share the part that it counts."""
    return words.say(_PARTS[str(getattr(claim.words.test, "definition", ""))])


def other_period(claim: Claim, words: Words) -> str:
    """What a comparison compares with."""
    year = getattr(claim.words.test, "against_fiscal_year", None)
    return words.say("fiscal year %(year)s") % {"year": year} if year else words.say("the other period")


def _compared(claim: Claim, of: Deciding, noun: str, words: Words) -> str:
    test = claim.words.test
    other = other_period(claim, words)
    if getattr(test, "measure", "rate") == "rate":
        said = words.say("%(noun)s, a day: %(number)s times those of %(other)s")
    else:
        said = words.say("%(noun)s: %(number)s times those of %(other)s")
    return said % {"noun": noun, "number": words.number(of.value, 3), "other": other}


def off(claim: Claim, of: Deciding, words: Words) -> str:
    """How far and on which side: `7,397 more (+15%) than the 49,000 that was claimed`; "" without a stated number."""
    if of.difference is None or not of.stated:
        return ""
    stated = stated_figure(of.stated, of.unit, words)
    if claim.words.test.form.startswith("target"):
        share = words.percent(of.value / of.stated)
        return words.say("%(share)s of the goal of %(stated)s") % {"share": share, "stated": stated}
    if claim.words.test.form == "comparison":
        size = words.percent(abs(of.difference), 1)
        return (words.say("%(size)s more") if of.difference > 0 else words.say("%(size)s less")) % {"size": size}
    if abs(of.difference) < 1e-9:
        return words.say("exactly the %(stated)s that was claimed") % {"stated": stated}
    if abs(of.difference) < _SHOWN[_decimals(of.unit)] / 2:
        return words.say("when rounded, the %(stated)s that was claimed") % {"stated": stated}
    if of.unit == "percent":
        return _off_in_points(of.difference, stated, words)
    return _off_in_figures(claim, of.difference, of, stated, words)


def _off_in_points(difference: float, stated: str, words: Words) -> str:
    above = words.say("%(size)s points above the %(stated)s that was claimed")
    below = words.say("%(size)s points below the %(stated)s that was claimed")
    return (above if difference > 0 else below) % {"size": words.number(abs(difference), 1), "stated": stated}


def _off_in_figures(claim: Claim, difference: float, of: Deciding, stated: str, words: Words) -> str:
    part = abs(difference) / (of.stated or 1.0)
    shown = {
        "size": figure(abs(difference), of.unit, words),
        "share": words.percent(part, 0 if part >= 0.1 else 1 if part >= 0.0005 else 2),
        "stated": stated,
    }
    if claim.words.test.form == "threshold":
        more = words.say("%(size)s more (+%(share)s) than %(stated)s, which it was measured against")
        fewer = words.say("%(size)s fewer (−%(share)s) than %(stated)s, which it was measured against")
    else:
        more = words.say("%(size)s more (+%(share)s) than the %(stated)s that was claimed")
        fewer = words.say("%(size)s fewer (−%(share)s) than the %(stated)s that was claimed")
    return (more if difference > 0 else fewer) % shown


def accepted(stance: Stance, unit: str, words: Words) -> str:
    """What the wording accepts, in a sentence; "" where it has no edge."""
    low, high = stance.low, stance.high
    if stance.state in (*OVER, "not_yet_testable"):
        return ""
    if low is None and high is None:
        return ""
    if high is None:
        return words.say("The wording accepts %(low)s or more.") % {"low": stated_figure(low or 0.0, unit, words)}
    if low is None:
        if high < 0:
            return words.say("The wording accepts a fall of %(size)s or more.") % {
                "size": stated_figure(-high, unit, words)
            }
        return words.say("The wording accepts up to %(high)s.") % {"high": stated_figure(high, unit, words)}
    shown = {"low": stated_figure(low, unit, words), "high": stated_figure(high, unit, words)}
    if shown["low"] == shown["high"]:
        return words.say("The wording accepts %(low)s alone.") % shown
    return words.say("The wording accepts %(low)s to %(high)s.") % shown
