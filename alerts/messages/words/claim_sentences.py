"""What is said of a claim and its figure, as a subject, in full, in a line, and of how the claim did when it was made.

Every sentence is made from the verdict's own numbers, so that none can contradict the figure beside it. How a form's
figure is told is said by its class: `SENTENCE`, whose words are filled in here.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from alerts.forms.form import Sentence
from alerts.forms.verdicts import Verdict
from alerts.messages.words.measured_figure import Measured, attained, measured, off_long, off_short, percent
from alerts.messages.words.state_words import state_said

if TYPE_CHECKING:
    from alerts.claims.model import Claim  # whoever only needs words waits for no model of a claim's file

# How a hedge is said before its number; a number that stands bare has none.
_HEDGES: Final[Mapping[str, str]] = {"bare": "", "exactly": "", "minimum": "a minimum of "}
_SPEAKER_WORDS: Final = 6
# How a figure stands to a claim that counts more than is published: no difference can be stated.
_BOUNDS: Final[Mapping[str, str]] = {"bound_respected": "a part of", "bound_violated": "more than the whole of"}
# What is told in place of a form's own sentence.
_UNMEASURED: Final = Sentence("“{title}” {state} {who}", "“{title}” {who} {state}")
_WITHOUT_NUMBER: Final = Sentence("{figure}: “{title}” {state} {who}", "{figure}: “{title}” {who} {state}")
_OF_A_PART: Final = Sentence("{amount} {when}, {bound} {stated} {who}", "{were} {when}: {bound} {stated} {who}")


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
    if test.IS_GOAL:
        return f"the goal of {value:,.0f}"
    if test.said_range:
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


def headline(claim: "Claim", verdict: Verdict) -> str:
    """The subject: the new figure, the difference, the claim's own number, who and when."""
    return _told(claim, verdict, f"({speaker(claim)}, {month_said(claim)})").subject


def first_sentence(claim: "Claim", verdict: Verdict, *, in_short: bool = False) -> str:
    """As the subject, in full: it is true of the figure in evidence. In short without the day, whose month stands in
    the subject.
    """
    who = f"({speaker(claim)})" if in_short else f"({speaker(claim)}, {claim.words.said})"
    return f"{_told(claim, verdict, who).in_full}."


def _told(claim: "Claim", verdict: Verdict, who: str) -> Sentence:
    """The sentence of a claim's form with the words of its figure in it."""
    of, title, state = measured(claim, verdict), claim.words.title, state_said(verdict.state)
    always = {"who": who, "title": title, "state": state, "stated": stated(claim), **claim.words.test.told_with}
    if of is None:
        return _filled(_UNMEASURED, always)
    return _filled(_sentence(claim, verdict, of), {**always, **_of_verdict(verdict), **_of_figure(of, verdict)})


def _sentence(claim: "Claim", verdict: Verdict, of: Measured) -> Sentence:
    own = claim.words.test.SENTENCE
    if own.needs_number and not of.stated:
        return _WITHOUT_NUMBER
    return _OF_A_PART if own.needs_number and verdict.state in _BOUNDS else own


def _filled(sentence: Sentence, words: Mapping[str, str]) -> Sentence:
    return Sentence(sentence.subject.format_map(words), sentence.in_full.format_map(words))


def _of_verdict(verdict: Verdict) -> Mapping[str, str]:
    return {
        "found": verdict.words,
        "best": verdict.words.partition("; ")[0],  # of a change the pair of days that fits best
        "rule": verdict.rule,
        "parts": "; ".join(f"{each.name} {each.measured:+.0f} %" for each in verdict.readings),
        "bound": _BOUNDS.get(verdict.state, ""),
    }


def _of_figure(of: Measured, verdict: Verdict) -> Mapping[str, str]:
    return {
        "amount": of.amount,
        "were": _were(of),
        "what": of.what,
        "What": f"{of.what[:1].upper()}{of.what[1:]}",
        "when": of.when,
        "by_when": of.when.replace("on ", "by "),
        "figure": f"{of.amount} {of.when}".rstrip(),
        "off": off_short(of),
        "off_in_full": off_long(of),
        "attained": attained(of, verdict),
        "more_or_less": _more_or_less(of),
        "moved": f"{'up' if of.value > 0 else 'down'} {abs(of.value):.1f} %",
    }


def _were(of: Measured) -> str:
    """`56,397 people were held`, `1,032.2 people a day were booked in by ICE`."""
    head, middle, tail = of.amount.partition("people ")
    if not middle:
        return of.amount
    daily = tail.endswith(" a day")
    return f"{head}people{' a day' if daily else ''} were {tail.removesuffix(' a day')}"


def _more_or_less(of: Measured) -> str:
    return f"{percent(of.value - 1)} {'more' if of.value > 1 else 'less'}" if of.value != 1 else "the same"


def when_made(claim: "Claim", made: Verdict | None, *, in_short: bool = False) -> str:
    """How the claim did when it was made, or why that cannot be said. In short without the figure of then."""
    if claim.words.is_watch:
        return "A watch of your own: nobody claimed it."
    if made is None:
        return "How it did when it was made was not judged here."
    of = None if in_short else measured(claim, made)
    beside = f": {of.amount} {of.when}".rstrip() if of else ""
    if claim.words.test.IS_GOAL:
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
    return attained(of, verdict) if claim.words.test.IS_GOAL else off_short(of)


def also(claim: "Claim", verdict: Verdict) -> str:
    """A claim in a few words, beside others: `46,000 (Tom Homan): 23 % above`."""
    if claim.words.is_watch:
        return f"{claim.words.title}: {state_said(verdict.state)}"
    of = measured(claim, verdict)
    far = _far(claim, verdict, of).removesuffix(" of") if of else ""
    return f"{stated(claim)} ({speaker(claim)}): {far or state_said(verdict.state)}"


def _how_when_made(made: Verdict | None, now: str) -> str:
    """How the claim did when it was made, beside what is said of it now."""
    if made is None:
        return "not judged when made"
    return "the same when made" if state_said(made.state) == now else f"when made it {state_said(made.state)}"


def brief(claim: "Claim", verdict: Verdict, made: Verdict | None) -> str:
    """A claim in one line, beside another: `46,000 (Tom Homan, March 2025): 23 % above; when made it was right.`"""
    if claim.words.is_watch:
        return f"{claim.words.title}: {verdict.words}."
    of = measured(claim, verdict)
    is_goal = claim.words.test.IS_GOAL
    far = f"{_far(claim, verdict, of)}{' it' if is_goal else ''}" if of else ""
    figure = f"{of.amount}, {far}" if of and far else state_said(verdict.state)
    how = "a goal" if is_goal else _how_when_made(made, figure)
    return f"{stated(claim)} ({speaker(claim)}, {month_said(claim)}): {figure}; {how}."
