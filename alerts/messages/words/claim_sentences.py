"""What is said of a claim's figure: how much it is, of what, when, how far from what was stated, and how it did then.

Every sentence is made from the verdict's own numbers, so that none can contradict the figure beside it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from alerts.forms.verdicts import Reading, Verdict
from alerts.messages.words.state_words import state_said
from figures.metrics.catalogue import METRICS
from figures.metrics.metric import metric_of
from figures.periods import spoken

if TYPE_CHECKING:
    from alerts.claims.model import Claim  # whoever only needs words waits for no model of a claim's file

# A target's state follows the window of this name; the shorter one that is measured beside it does not decide.
DECIDES: Final = "newest window"
# How a hedge is said before its number; a number that stands bare has none.
_HEDGES: Final[Mapping[str, str]] = {"bare": "", "exactly": "", "minimum": "a minimum of "}
_WINDOWED: Final = ("cumulative", "rate", "projection", "comparison", "target_rate")
_SPEAKER_WORDS: Final = 6
# How a figure stands to a claim that counts more than is published: no difference can be stated.
_BOUNDS: Final[Mapping[str, str]] = {"bound_respected": "a part of", "bound_violated": "more than the whole of"}


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
    if claim.words.test.form in _WINDOWED and verdict.readings:
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


def speaker(claim: "Claim") -> str:
    """Who said it, without roles and companions: `Axios`, `Department of Homeland Security`."""
    name = claim.words.speaker.partition(" (")[0].partition(",")[0].split()
    return " ".join(name[:_SPEAKER_WORDS])


def month_said(claim: "Claim") -> str:
    return f"{claim.words.said_on:%B %Y}"


def stated(claim: "Claim") -> str:
    """The claim's own number or word as it was said: `“almost 49,000”`, `70 %`, `“roughly the same”`."""
    test = claim.words.test
    hedge, value = test.hedged, test.number
    if test.form.startswith("target"):
        return f"the goal of {value:,.0f}"
    if test.form == "range":
        return test.said_range
    if value is not None:
        number = f"{value:,g}" if abs(value) < 1000 else f"{value:,.0f}"
        unit = {"percent": " %", "points": " points"}.get(test.unit, "")
        words = f"{_HEDGES.get(hedge, f'{hedge} ' if hedge else '')}{number}{unit}"
        return _quoted(words, claim)
    return _quoted(hedge, claim) if hedge else f"“{claim.words.title}”"


def _quoted(words: str, claim: "Claim") -> str:
    said = f"{claim.words.quote} {claim.words.title}".casefold()
    return f"“{words}”" if words.casefold() in said and not words[:1].isdigit() else words


def percent(part: float) -> str:
    """A part of something in percent: one decimal under ten, so that 5 % and 5.4 % are two."""
    size = abs(100 * part)
    return f"{size:.0f} %" if size >= 10 else f"{size:.1f} %"


def off_short(of: Measured) -> str:
    """How far and on which side, for a subject: `15 % above`, `15.6 points below`, `34 % of`."""
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


def headline(claim: "Claim", verdict: Verdict) -> str:
    """The subject: the new figure, the difference, the claim's own number, who and when."""
    who = f"({speaker(claim)}, {month_said(claim)})"
    of = measured(claim, verdict)
    test = claim.words.test
    if of is None:
        return f"“{claim.words.title}” {state_said(verdict.state)} {who}"
    if claim.words.is_watch:
        return f"{verdict.words} (watch: {claim.words.title})"
    if test.form.startswith("target"):
        return f"{of.amount}, {_attained(of, verdict)} {stated(claim)} {who}"
    if test.form == "comparison":
        return f"{_compared(claim, of)}, {_more_or_less(of)}, against {stated(claim)} {who}"
    if test.form == "share":
        return f"{_share(claim, of)}, {off_short(of)} {stated(claim)} {who}"
    if test.form == "trend":
        return f"{_moved(of)}, against {stated(claim)} {who}"
    if test.form == "change":
        return f"{_best(verdict)}, against {stated(claim)} {who}"
    if of.stated and verdict.state in _BOUNDS:
        return f"{of.amount} {of.when}, {_BOUNDS[verdict.state]} {stated(claim)} {who}"
    if not of.stated:
        return f"{_figures(claim, verdict, of)}: “{claim.words.title}” {state_said(verdict.state)} {who}"
    return f"{of.amount} {of.when}, {off_short(of)} {_against(claim)} {who}"


def first_sentence(claim: "Claim", verdict: Verdict, *, in_short: bool = False) -> str:
    """As the subject, in full: it is true of the figure in evidence. In short without the day, whose month stands in
    the subject.
    """
    who = f"({speaker(claim)})" if in_short else f"({speaker(claim)}, {claim.words.said})"
    of = measured(claim, verdict)
    test = claim.words.test
    if of is None:
        return f"“{claim.words.title}” {who} {state_said(verdict.state)}."
    if claim.words.is_watch:
        return f"{verdict.words} (watch “{claim.words.title}”: {verdict.rule})."
    if test.form.startswith("target"):
        return f"{_were(of)} {of.when}: {_attained(of, verdict)} {stated(claim)} {who}."
    if test.form == "comparison":
        return f"{_compared(claim, of)} {of.when}: {_more_or_less(of)}, against {stated(claim)} {who}."
    if test.form == "share":
        return f"{_share(claim, of)} {of.when}: {off_long(of)} {stated(claim)} {who}."
    if test.form == "change":
        return f"{_best(verdict)}, against {stated(claim)} {who}."
    if test.form == "trend":
        return f"{_moved(of)} {of.when.replace('on ', 'by ')}, against {stated(claim)} {who}."
    if of.stated and verdict.state in _BOUNDS:
        return f"{_were(of)} {of.when}: {_BOUNDS[verdict.state]} {stated(claim)} {who}."
    if not of.stated:
        return f"{_figures(claim, verdict, of)}: “{claim.words.title}” {who} {state_said(verdict.state)}."
    return f"{_were(of)} {of.when}: {off_long(of)} {_against(claim)} {who}."


def _figures(claim: "Claim", verdict: Verdict, of: Measured) -> str:
    """Where there is no one number to set beside the claim: the figures of each part."""
    if claim.words.test.form == "composition":
        return "; ".join(f"{each.name} {each.measured:+.0f} %" for each in verdict.readings)
    return f"{of.amount} {of.when}".rstrip()


def _against(claim: "Claim") -> str:
    test = claim.words.test
    return f"the {test.stated:,.0f} of “{claim.words.title}”" if test.form == "threshold" else stated(claim)


def _best(verdict: Verdict) -> str:
    """Of a change the pair of days that fits best."""
    return verdict.words.partition("; ")[0]


def _were(of: Measured) -> str:
    """`56,397 people were held`, `1,032.2 people a day were booked in by ICE`."""
    head, middle, tail = of.amount.partition("people ")
    if not middle:
        return of.amount
    daily = tail.endswith(" a day")
    return f"{head}people{' a day' if daily else ''} were {tail.removesuffix(' a day')}"


def _attained(of: Measured, verdict: Verdict) -> str:
    if not of.stated:
        return ""
    if verdict.state == "missed":
        return f"{of.stated - of.value:,.0f} short of"
    return f"{100 * of.value / of.stated:.0f} % of"


def _compared(claim: "Claim", of: Measured) -> str:
    pace, other = claim.words.test.compared
    return f"{of.what[:1].upper()}{of.what[1:]}{pace} at {of.value:.3f} times {other}"


def _more_or_less(of: Measured) -> str:
    return f"{percent(of.value - 1)} {'more' if of.value > 1 else 'less'}" if of.value != 1 else "the same"


def _share(claim: "Claim", of: Measured) -> str:
    return f"{of.value:.1f} % of {of.what} {claim.words.test.part_of}"


def _moved(of: Measured) -> str:
    went = "up" if of.value > 0 else "down"
    return f"{of.what[:1].upper()}{of.what[1:]} {went} {abs(of.value):.1f} %"


def when_made(claim: "Claim", made: Verdict | None, *, in_short: bool = False) -> str:
    """How the claim did when it was made, or why that cannot be said. In short without the figure of then."""
    if claim.words.is_watch:
        return "A watch of your own: nobody claimed it."
    if made is None:
        return "How it did when it was made was not judged here."
    of = None if in_short else measured(claim, made)
    beside = f": {amount(of.value, of.unit, of.what)} {of.when}".rstrip() if of else ""
    if claim.words.test.form.startswith("target"):
        goal = claim.words.test.number
        start = f"; then {percent(of.value / goal)} of it was reached" if of and goal else ""
        return f"A goal is neither right nor wrong when set{start}."
    return _state_when_made(made, beside)


def _state_when_made(made: Verdict, beside: str) -> str:
    """`beside` is the figure of then."""
    match made.state:
        case "holds" | "holds_marginal" | "understated" | "outside":
            return f"When made it {state_said(made.state)}{beside}."
        case "depends_on_definition" if made.readings:
            fit = sum(each.state in ("holds", "holds_marginal", "consistent", "understated") for each in made.readings)
            fitting = f"{fit} of {len(made.readings)} readings fit"
            return f"Whether it was right when made depends on the definition: {fitting}."
        case "depends_on_definition" | "depends_on_date":
            return f"Whether it was right when made {state_said(made.state)}."
        case "consistent" | "inconsistent" | "bound_respected" | "bound_violated" | "confirmed_later" | "not_confirmed":
            return f"As of when it was made, it {state_said(made.state)}{beside}."
        case _:
            return f"When made it {state_said(made.state).replace('cannot', 'could not')}."


def _far(claim: "Claim", verdict: Verdict, of: Measured) -> str:
    """How far a figure is from the claim, in few words: `23 % above`, of a goal `98 % of`."""
    if verdict.state in _BOUNDS:
        return f"{_BOUNDS[verdict.state]} it"
    return _attained(of, verdict) if claim.words.test.form.startswith("target") else off_short(of)


def also(claim: "Claim", verdict: Verdict) -> str:
    """A claim in a few words, beside others: `46,000 (Tom Homan): 23 % above`."""
    if claim.words.is_watch:
        return f"{claim.words.title}: {state_said(verdict.state)}"
    of = measured(claim, verdict)
    far = _far(claim, verdict, of).removesuffix(" of") if of else ""
    return f"{stated(claim)} ({speaker(claim)}): {far or state_said(verdict.state)}"


def brief(claim: "Claim", verdict: Verdict, made: Verdict | None) -> str:
    """A claim in one line, beside another: `46,000 (Tom Homan, March 2025): 23 % above; when made it was right.`"""
    if claim.words.is_watch:
        return f"{claim.words.title}: {verdict.words}."
    of = measured(claim, verdict)
    is_goal = claim.words.test.form.startswith("target")
    far = f"{_far(claim, verdict, of)}{' it' if is_goal else ''}" if of else ""
    how = "a goal" if is_goal else f"when made it {state_said(made.state)}" if made else "not judged when made"
    figure = f"{of.amount}, {far}" if of and far else state_said(verdict.state)
    return f"{stated(claim)} ({speaker(claim)}, {month_said(claim)}): {figure}; {how}."
