"""How a claim is judged, and what would change how it stands, in the reader's language and in numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from alerts.forms.hysteresis import CALM, CALM_EDITIONS, Rules, rules_of
from alerts.forms.verdicts import FAR_Z, MATERIAL_Z
from pages.facts.claim_facts import ClaimFacts, Stance
from pages.sentences import accepted, counted, figure, stated_figure, stated_number
from pages.words import Words

_ON_LADDER: Final = ("near", "drifting", "far")
_GOALS: Final = ("met", "approaching", "short")
_SAME: Final = 1e-9


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
    test = facts.claim.words.test
    state = stance.underlying if stance.state == "quality_hold" else stance.state
    if state in _ON_LADDER and not rules_of(test.form).resolves and (edges := _edges(facts, stance)):
        yield from _along(state, edges, words)
    if state in _GOALS and stance.low is not None:
        shown = {"number": stated_figure(stance.low, test.unit, words)}
        yield words.say("The goal counts as reached at %(number)s or more.") % shown
    if stance.state == "quality_hold":
        yield words.say("It is judged again when a sound file is published, or when somebody lifts the hold.")


@dataclass(frozen=True, slots=True)
class _Edges:
    """From where on a figure is off: the stated number, the unit, and on which sides the wording accepts no figure."""

    stated: float
    unit: str
    below: bool
    above: bool
    rules: Rules

    def told(self, size: float, words: Words) -> dict[str, str]:
        """The two figures that are so far off."""
        by = 100 * size if self.unit == "percent" else size * self.stated
        low, high = (figure(edge, self.unit, words) for edge in (self.stated - by, self.stated + by))
        return {"low": low, "high": high}


def _edges(facts: ClaimFacts, stance: Stance) -> _Edges | None:
    """None where the state does not follow how far the figure is from the stated number."""
    test, stated = facts.claim.words.test, stated_number(facts.claim)
    if not stated or stance.measured is None or stance.size is None:
        return None
    off = abs(stance.measured - stated) / (100 if test.unit == "percent" else stated)
    if test.unit == "ratio" or abs(off - stance.size) > _SAME:
        return None
    return _Edges(stated, test.unit, stance.low is not None, stance.high is not None, rules_of(test.form))


def _along(state: str, edges: _Edges, words: Words) -> Iterator[str]:
    """The next state away from the claim, and the way back."""
    if state in ("near", "drifting"):
        size, usual = (edges.rules.material, MATERIAL_Z) if state == "near" else (edges.rules.far, FAR_Z)
        shown = edges.told(size, words)
        yield _further(state, edges, words) % shown
        if edges.unit != "percent":
            many = words.number(usual)
            yield words.say("That is so only at least %(many)s usual movements away.") % {"many": many}
    if state in ("drifting", "far") and edges.rules.recovers:
        size = CALM * (edges.rules.far if state == "far" else edges.rules.material)
        shown = edges.told(size, words) | {"many": words.number(CALM_EDITIONS)}
        yield (
            words.say("It counts as nearer after %(many)s files in a row with figures between %(low)s and %(high)s.")
            % shown
        )


def _further(state: str, edges: _Edges, words: Words) -> str:
    if edges.below and edges.above:
        near = words.say("It counts as moved at %(low)s or less, or at %(high)s or more.")
        off = words.say("It counts as moved far at %(low)s or less, or at %(high)s or more.")
    elif edges.below:
        near = words.say("It counts as moved at %(low)s or less.")
        off = words.say("It counts as moved far at %(low)s or less.")
    else:
        near = words.say("It counts as moved at %(high)s or more.")
        off = words.say("It counts as moved far at %(high)s or more.")
    return near if state == "near" else off
