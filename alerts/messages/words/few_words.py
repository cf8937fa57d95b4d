"""How many words a message about claims may have, and what gives way where it has more. What gives way is named."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from alerts.messages.invisible_characters import harmless
from alerts.messages.message import Item, Proof

CAREFUL: Final = "Careful"
WARNS: Final = "a check warns of these very figures"
_MUTE: Final = "Mute"
WHY: Final = "Why in full"
WARNING: Final = "The warning"
HOW: Final = "How the claim did"
_KEPT: Final = (_MUTE, WHY, WARNING, HOW)  # however little room there is
_GIVE_WAY: Final = (CAREFUL, "Before", "New", "Check")
# A message is read on the way: so many words before its details, and in all. What does not fit is named.
TOP_WORDS, ALL_WORDS = 90, 180
CORRECTION_WORDS = 192  # what we said, and why not to use it, is said in full
_MORE_ROOM: Final = 30  # cells, and the first detail, may take more room than others
_PLACE_WORDS: Final = 9  # where a figure stands
_MORE_WORDS: Final = 6  # `Also moved:` and `2 more, see below`
_SEE_BELOW: Final = "more, see below"
_PAGE_WORDS: Final = 4  # the link to the claim's page, which a message gets on its way out


def _words(*texts: str) -> int:
    return sum(len(harmless(text).split()) for text in texts)


def cut(words: str, most: int) -> str:
    """The first of some words, with `...` for the others."""
    kept = words.split()
    return words if len(kept) <= most else f"{' '.join(kept[:most])} ..."


def in_few_words(items: Sequence[Item], title: str) -> tuple[Item, ...]:
    """The items with as many of the others named above the details as there is room for, and how many more there are
    where there is room for that: the subject says it, too. Below, each has its line.
    """
    first, others = items[0], items[1:]
    named = _named(others, _room_above(first, title) - _MORE_WORDS)
    also = [*named, *("" for _ in others[len(named) :])]
    return first, *(replace(other, also=words) for other, words in zip(others, also, strict=True))


def also_anew(item: Item) -> Item:
    """An item for another message: how many more there were is not said again."""
    return replace(item, also="") if item.also.endswith(_SEE_BELOW) else item


def words_over(items: Sequence[Item], title: str) -> int:
    """By how many words that cannot give way is more than there is room for above the details; below 0 for room."""
    return (_MORE_WORDS if len(items) > 1 else 0) - _room_above(items[0], title)


def _room_above(first: Item, title: str) -> int:
    """For how many words there is room above the details, beside those that cannot give way."""
    must = [fact for fact in first.facts if fact[0] not in _GIVE_WAY or fact[1].startswith(WARNS)]
    return TOP_WORDS - _PAGE_WORDS - _words(title, first.lead, first.made, *(words for fact in must for words in fact))


def _named(others: Sequence[Item], room: int) -> list[str]:
    """As many of the others in few words as there is room for; the last says how many more there are."""
    if room < 0:
        return []
    named: list[str] = []
    for other in others:
        room -= _words(other.also)
        if room < 0 or not other.also:
            break
        named.append(other.also)
    left = len(others) - len(named)
    if left:
        more = f"{left} {_SEE_BELOW}"
        named = [*named[:-1], f"{named[-1]}; {more}"] if named else [more]
    return named


def fitted(items: Sequence[Item], title: str, most: int = ALL_WORDS) -> tuple[Item, ...]:
    """The items with as much beside the first as a message has room for, above the details and in all."""
    items = with_room_above(items, title)
    first = items[0]
    must = [fact for fact in first.details if fact[0] in _KEPT or fact == first.details[-1]]
    used = sum(_words(*said) for said in ((first.said, *_above(items, title)), *first.facts, *must))
    others = _others(items[1:], most - used)
    used += sum(_words("Also moved:", each.brief) for each in others)
    # The claim is named in the subject: its words give way before the cell.
    cell = sum(map(_of_cell, first.proofs[:1]))
    quote = first.claim if used + _words(first.claim) + cell <= most + _MORE_ROOM else ""
    used += _words(quote)
    cells = _shown(first, most + _MORE_ROOM - used)
    details = [fact for fact in first.details if fact not in must]
    kept = _with_room_below(details, most - used - sum(cells))
    return replace(first, claim=quote, details=(*kept, *must), shown=len(cells)), *others


def _others(others: Sequence[Item], room: int) -> Sequence[Item]:
    """The others with their lines; where these have no room, without how each claim did when it was made."""
    if sum(_words("Also moved:", each.brief) for each in others) <= room:
        return others
    return [replace(each, brief=f"{figure_alone(each.brief)}.") for each in others]


def figure_alone(brief: str) -> str:
    """The line of a claim without how it did when it was made."""
    return re.split(r"; (?:when made it|the same when made|not judged when made)", brief)[0].rstrip(".")


def _shown(item: Item, room: int) -> list[int]:
    """The words of each cell that is shown: of the first, and of more as long as there is room."""
    shown: list[int] = []
    for proof in item.proofs[: item.shown]:
        words = _of_cell(proof)
        if shown and sum(shown) + words > room:
            break
        shown.append(words)
    return shown


def _with_room_below(details: Sequence[tuple[str, str]], room: int) -> Iterator[tuple[str, str]]:
    """The details that have room; the first, which says what the wording accepts, may take more than others."""
    for n, fact in enumerate(details):
        if _words(*fact) <= room + (0 if n else _MORE_ROOM):
            room -= _words(*fact)
            yield fact


def _of_cell(proof: Proof) -> int:
    """The words of a figure with its sheet, cell, file, hash and address."""
    return _words(proof.value or proof.figure, proof.period, proof.file, proof.credit) + _PLACE_WORDS


def with_room_above(items: Sequence[Item], title: str, *, for_page: bool = False) -> tuple[Item, ...]:
    """The items, the first of them without what has no room above the details. How to hear no more of it is then said
    below, and at the last how the claim did when it was made.
    """
    first, others = items[0], items[1:]
    most = TOP_WORDS - (_PAGE_WORDS if for_page else 0)
    facts = _with_room(first.facts, most - _words(*_above(items, title)))
    below = tuple(fact for fact in first.facts if fact[0] == _MUTE and fact not in facts)
    details = (*first.details[:-1], *below, *first.details[-1:])
    if first.made and _words(*_above(items, title)) + sum(_words(*fact) for fact in facts) > most:
        first, details = replace(first, made=""), ((HOW, first.made), *details)
    return replace(first, facts=facts, details=details), *others


def _above(items: Sequence[Item], title: str) -> tuple[str, ...]:
    """What is said above the details beside the facts of the first."""
    also = [each.also for each in items[1:] if each.also]
    return title, items[0].lead, items[0].made, *("Also moved:" for _ in also[:1]), *also


def _with_room(facts: Sequence[tuple[str, str]], room: int) -> tuple[tuple[str, str], ...]:
    """The facts without those that give way, the caveat first, until what is left has room."""
    kept = list(facts)
    for label in (*_GIVE_WAY, _MUTE):
        over = sum(_words(*fact) for fact in kept) > room
        kept = [fact for fact in kept if not over or fact[0] != label or fact[1].startswith(WARNS)]
    return tuple(kept)
