"""Claims in lists: by how they stand, and what moved lately."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from alerts.forms.verdicts import UNMOVED
from figures.periods import washington_day
from pages.claim_texts import Text, texts_of
from pages.facts.claim_facts import ClaimFacts, Stance
from pages.sentences import deciding, figure, figure_sentence
from pages.states import LABELS, label
from pages.words import Words, noted

UNJUDGED: Final = noted("not judged yet")


@dataclass(frozen=True, slots=True)
class Listed:
    """A claim in one entry."""

    address: str
    title: Text
    speaker: str
    said: str
    figure: str


@dataclass(frozen=True, slots=True)
class Move:
    """What moved: which claim, since when, from which figure to which, and how it stands since."""

    day: date
    address: str
    title: Text
    before: str
    after: str
    state: str


def said(claim: ClaimFacts, words: Words) -> str:
    """When it was said, as well as it is known."""
    text = claim.claim.words
    if text.said_day == "month":
        return words.month(text.said_on)
    day = words.day(text.said_on)
    return words.say("about %(day)s") % {"day": day} if text.said_day == "about" else day


def by_state(claims: Iterable[ClaimFacts], words: Words) -> list[tuple[str, str, list[Listed]]]:
    """Code of the state, its name and its claims: first those that have moved furthest."""
    groups: dict[str, list[Listed]] = {}
    for each in claims:
        stance = each.now("standing")
        groups.setdefault(stance.shown if stance else "", []).append(_listed(each, stance, words))
    named = [(state, _capital(label(state, words)), groups[state]) for state in LABELS if state in groups]
    return [*named, *([("unjudged", _capital(words.say(UNJUDGED)), groups[""])] if "" in groups else [])]


def _listed(each: ClaimFacts, stance: Stance | None, words: Words) -> Listed:
    text = each.claim.words
    told = figure_sentence(each.claim, stance, words) if stance else ""
    return Listed(f"claims/{text.id}/", texts_of(each.claim, words).title, text.speaker, said(each, words), told)


def moves(claims: Iterable[ClaimFacts], most: int, words: Words) -> list[Move]:
    """The newest changes of how claims stand, the newest first. What cannot be judged has not moved."""
    found: list[tuple[Stance, str, Move]] = []
    for each in claims:
        standing = [stance for stance in each.stances if stance.answer == "standing"]
        for before, after in pairwise(standing):
            if before.state != after.state and after.state not in UNMOVED:
                found.append((after, each.claim.id, _move(each, before, after, words)))
    found.sort(key=lambda pair: (pair[0].as_of, pair[1]), reverse=True)
    return [move for _, _, move in found[:most]]


def _move(each: ClaimFacts, before: Stance, after: Stance, words: Words) -> Move:
    def told(stance: Stance) -> str:
        of = deciding(each.claim, stance)
        return figure(of.value, of.unit, words) if of else ""

    title, state = texts_of(each.claim, words).title, label(after.shown, words)
    return Move(washington_day(after.as_of), f"claims/{each.claim.id}/", title, told(before), told(after), state)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
