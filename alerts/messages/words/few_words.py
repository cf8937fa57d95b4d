"""How many words a message about claims may have, and what gives way where it has more. What gives way is named."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from alerts.messages.invisible_characters import harmless
from alerts.messages.message import Item

CAREFUL: Final = "Careful"
WARNS: Final = "a check warns of these very figures"
_GIVE_WAY: Final = (CAREFUL, "Before", "New", "Check")
# A message is read on the way: so many words before its details, and in all. What does not fit is named.
TOP_WORDS, ALL_WORDS = 90, 180
MOST_WORDS, _PROOF_WORDS = 210, 20  # cells may take more room than other details
_MORE_WORDS: Final = 6  # `Also moved:` and `2 more, see below`


def _words(*texts: str) -> int:
    return sum(len(harmless(text).split()) for text in texts)


def in_few_words(items: Sequence[Item], title: str) -> tuple[Item, ...]:
    """The items with as many of the others named above the details as there is room for, and how many more there are.

    Below, each has its line.
    """
    first, others = items[0], items[1:]
    must = [fact for fact in first.facts if fact[0] not in _GIVE_WAY or fact[1].startswith(WARNS)]
    room = TOP_WORDS - _words(title, first.lead, first.made, *(words for fact in must for words in fact)) - _MORE_WORDS
    named = _named(others, room)
    also = [*named, *("" for _ in others[len(named) :])]
    return first, *(replace(other, also=words) for other, words in zip(others, also, strict=True))


def _named(others: Sequence[Item], room: int) -> list[str]:
    """As many of the others in few words as there is room for; the last says how many more there are."""
    named: list[str] = []
    for other in others:
        room -= _words(other.also)
        if room < 0:
            break
        named.append(other.also)
    left = len(others) - len(named)
    if left:
        more = f"{left} more, see below"
        named = [*named[:-1], f"{named[-1]}; {more}"] if named else [more]
    return named


def fitted(items: Sequence[Item], title: str) -> tuple[Item, ...]:
    """The items with as much beside the first as a message has room for, above the details and in all."""
    first, others = items[0], items[1:]
    top = _words(title, first.lead, first.made, *("Also moved:" for _ in others[:1]), *(each.also for each in others))
    facts = _with_room(first.facts, TOP_WORDS - top)
    used = (
        top + sum(_words(*fact) for fact in facts) + _words(first.claim, first.said, *(each.brief for each in others))
    )
    shown = min(len(first.proofs), max(1, (MOST_WORDS - used) // _PROOF_WORDS), first.shown)
    left = ALL_WORDS - used - _PROOF_WORDS * shown - _words(*first.details[-1])
    kept: list[tuple[str, str]] = []
    for n, fact in enumerate(first.details[:-1]):
        if _words(*fact) <= left + (0 if n else MOST_WORDS - ALL_WORDS):  # the first says what the wording accepts
            left -= _words(*fact)
            kept.append(fact)
    return replace(first, facts=facts, details=(*kept, first.details[-1]), shown=shown), *others


def _with_room(facts: Sequence[tuple[str, str]], room: int) -> tuple[tuple[str, str], ...]:
    """The facts without those that give way, the caveat first, until what is left has room."""
    kept = list(facts)
    for label in _GIVE_WAY:
        over = sum(_words(*fact) for fact in kept) > room
        kept = [fact for fact in kept if not over or fact[0] != label or fact[1].startswith(WARNS)]
    return tuple(kept)
