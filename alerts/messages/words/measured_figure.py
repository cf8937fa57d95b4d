"""The figure that a claim is told by: how much it is, of what, when, and how far from what was stated."""

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from alerts.forms.verdicts import Reading, Verdict
from figures.metrics.catalogue import METRICS
from figures.metrics.metric import metric_of
from figures.periods import spoken

if TYPE_CHECKING:
    from alerts.claims.model import Claim  # whoever only needs words waits for no model of a claim's file

# A target's state follows the window of this name; the shorter one that is measured beside it does not decide.
DECIDES: Final = "newest window"


@dataclass(frozen=True, slots=True)
class Measured:
    """The figure that decides: `what` it counts, `when`, and by how much it differs from the number that was stated."""

    value: float
    unit: str
    what: str
    when: str
    stated: float | None

    @property
    def amount(self) -> str:
        return amount(self.value, self.unit, self.what)

    @property
    def difference(self) -> float | None:
        return None if self.stated is None else self.value - self.stated


def amount(value: float, unit: str, what: str = "") -> str:
    """A measured value as it is said: `48,870 people held`, `698.7 people a day`, `1.013 times`, `70.3 %`."""
    if unit == "ratio":
        return f"{value:.3f} times"
    if unit == "percent":
        return f"{value:.1f} %"
    if unit == "points":
        return f"{value:+.1f} points"
    daily = unit.endswith("a day")
    counted = f"{what} a day" if what and daily else what or unit
    return f"{value:,.1f} {counted}" if daily else f"{value:,.0f} {counted}"


def counted(claim: "Claim", verdict: Verdict | None = None) -> str:
    """What the claim's series counts, or the one that stands in for it: `people held`, `people booked in by ICE`."""
    stands_in = verdict is not None and verdict.stand_in and verdict.evidence
    series = verdict.evidence[0].series if verdict is not None and stands_in else claim.words.test.series
    noun = METRICS[metric_of(series)].noun
    by = next((name for name in ("ICE", "CBP") if re.search(rf"agency={name}[,}}]", series)), "")
    return f"{noun} by {by}" if by else noun


def measured(claim: "Claim", verdict: Verdict) -> Measured | None:
    """The figure that decides a verdict; None where nothing was measured."""
    if verdict.measured is None:
        return None
    unit = claim.words.test.unit
    stated = None if verdict.difference is None else verdict.measured - verdict.difference
    deciding = _deciding(verdict)
    if deciding is not None:
        return Measured(deciding.measured, unit, counted(claim, verdict), span(deciding.start, deciding.end), stated)
    return Measured(verdict.measured, unit, counted(claim, verdict), _when(claim, verdict), stated)


def _deciding(verdict: Verdict) -> Reading | None:
    if verdict.state not in ("met", "approaching", "short"):
        return None
    return next((each for each in verdict.readings if each.name.startswith(DECIDES)), None)


def _when(claim: "Claim", verdict: Verdict) -> str:
    if claim.words.test.OVER_A_WINDOW and verdict.readings:
        return span(verdict.readings[0].start, verdict.readings[0].end)
    periods = {figure.period for figure in verdict.evidence}
    if len(periods) == 1 and (only := next(iter(periods))).start and only.end and only.start != only.end:
        return span(only.start, only.end)
    return f"on {spoken(date.fromisoformat(verdict.edition))}" if verdict.edition else ""


def span(start: date, end: date) -> str:
    """`from 18 May to 14 June 2025`: the year once where it is one."""
    if start == end:
        return f"on {spoken(end)}"
    first = f"{start.day} {start:%B}" if start.year == end.year else spoken(start)
    return f"from {first} to {spoken(end)}"


def percent(part: float) -> str:
    """A part of something in percent: one decimal under ten, so that 5 % and 5.4 % are two."""
    size = abs(100 * part)
    return f"{size:.0f} %" if size >= 10 else f"{size:.1f} %"


def off_short(of: Measured) -> str:
    """How far and on which side, for a subject: `15 % above`, `15.6 points below`."""
    difference = of.difference
    if difference is None or not of.stated:
        return ""
    side = "above" if difference > 0 else "below"
    if not difference:
        return "the same as"
    size = f"{abs(difference):.1f} points" if of.unit == "percent" else percent(difference / of.stated)
    return f"{size} {side}"


def off_long(of: Measured) -> str:
    """How far and on which side, for a sentence: `7,397 more (+15 %) than`, `15.6 points above`."""
    difference = of.difference
    if difference is None or not of.stated:
        return ""
    if of.unit in ("percent", "ratio") or not difference:
        return off_short(of)
    size = f"{abs(difference):,.1f}" if of.unit.endswith("a day") else f"{abs(difference):,.0f}"
    word, sign = ("more", "+") if difference > 0 else ("fewer", "−")
    return f"{size} {word} ({sign}{percent(difference / of.stated)}) than"


def attained(of: Measured, verdict: Verdict) -> str:
    """How much of a goal is reached: `98 % of`, and once its day is over `626,000 short of`."""
    if not of.stated:
        return ""
    if verdict.state == "missed":
        return f"{of.stated - of.value:,.0f} short of"
    return f"{100 * of.value / of.stated:.0f} % of"
