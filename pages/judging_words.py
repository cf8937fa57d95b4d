"""How a claim is judged, and what would change how it stands, in the reader's language and in numbers."""

from collections.abc import Iterator

from alerts.forms.hysteresis import CALM, CALM_EDITIONS
from alerts.forms.verdicts import FAR_R, FAR_Z, MATERIAL_R, MATERIAL_Z
from pages.facts.claim_facts import ClaimFacts, Stance
from pages.sentences import accepted, counted, figure, stated_figure, stated_number
from pages.words import Words

_ON_LADDER = ("near", "drifting", "far")
_GOALS = ("met", "approaching", "short")


def how_judged(facts: ClaimFacts, words: Words) -> Iterator[str]:
    """What is held against what, sentence by sentence."""
    claim = facts.claim
    noun = counted(claim, words)
    stance = facts.now("standing")
    if not noun:
        yield words.say("No published figure can test this claim. What is said of it is kept here all the same.")
        return
    yield words.say("It is held against this count: %(noun)s.") % {"noun": noun}
    match claim.words.testability:
        case "proxy":
            yield words.say("What was said is not published. This count stands in for it.")
        case "bound":
            yield words.say("What was said counts more than this. The count can only show that it was too low.")
    if stance is not None and (within := accepted(stance, claim.words.test.unit, words)):
        yield within


def what_would_change(facts: ClaimFacts, words: Words) -> Iterator[str]:
    """From which figure on it stands otherwise; nothing where no newer figure can change it."""
    stance = facts.now("standing")
    if stance is None:
        return
    state = stance.underlying if stance.state == "quality_hold" else stance.state
    if state in _ON_LADDER and facts.claim.words.test.unit not in ("ratio", "percent"):
        yield from _further(facts, stance, state, words)
    if state in _GOALS and stance.low is not None:
        number = stated_figure(stance.low, facts.claim.words.test.unit, words)
        yield words.say("The goal counts as reached at %(number)s or more.") % {"number": number}
    if stance.state == "quality_hold":
        yield words.say("It is judged again when a sound file is published, or when somebody lifts the hold.")


def _further(facts: ClaimFacts, stance: Stance, state: str, words: Words) -> Iterator[str]:
    """The edges of the next state away from the claim, and of the one nearer to it, as figures."""
    stated, unit = stated_number(facts.claim), facts.claim.words.test.unit
    if not stated or stance.measured is None:
        return

    def between(part: float) -> dict[str, str]:
        return {"low": figure(stated * (1 - part), unit, words), "high": figure(stated * (1 + part), unit, words)}

    usual = words.say("where that is outside what the wording accepts and at least %(many)s usual movements away.")
    if state == "near":
        edge = words.say("It counts as moved at %(low)s or less, or at %(high)s or more,") % between(MATERIAL_R)
        yield f"{edge} {usual % {'many': words.number(MATERIAL_Z)}}"
    if state == "drifting":
        edge = words.say("It counts as moved far at %(low)s or less, or at %(high)s or more,") % between(FAR_R)
        yield f"{edge} {usual % {'many': words.number(FAR_Z)}}"
    if state in ("drifting", "far"):
        shown = between(CALM * (FAR_R if state == "far" else MATERIAL_R)) | {"many": words.number(CALM_EDITIONS)}
        yield (
            words.say("It counts as nearer after %(many)s files in a row with figures between %(low)s and %(high)s.")
            % shown
        )
