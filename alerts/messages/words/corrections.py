"""What is said when an alert that was sent no longer stands: what not to use, why, what is known, what we wait for."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from alerts.messages.message import Item, Message, Proof
from alerts.messages.words.claim_news import WARNED, subject_of
from alerts.messages.words.few_words import CORRECTION_WORDS, HOW, WHY, also_anew, cut, fitted, in_few_words, words_over
from figures.periods import spoken, washington_day

_REASON_WORDS = 16
_LEAST_WORDS = 5  # of a reason, however much else there is to say
NO_LONGER = "no longer relied on: "
HEADING = "An earlier message of ours should not be used"


@dataclass(frozen=True, slots=True)
class Undone:
    """One item of an alert that no longer stands: its place there, the claim, why, how the claim stands now, and what
    is waited for.

    `relied_on` are the cells, each with the sha256 of its file, that are relied on as before.
    """

    place: int
    claim: str
    title: str
    because: str
    now: str
    waits_for: str
    relied_on: frozenset[tuple[str, str]] = frozenset()


def correction(corrected: Message, undone: Sequence[Undone], sent: datetime, at: datetime) -> Message:
    """To those who got an alert: which of its items no longer stand. `sent` is when the alert was written."""
    digest = hashlib.sha256("|".join([corrected.key, *sorted(each.claim for each in undone)]).encode()).hexdigest()
    more = f" (and {len(undone) - 1} more)" if len(undone) > 1 else ""
    title = f"Correction, do not use: {_said(corrected, undone[0].place)}{more}"
    items = in_few_words(tuple(_item(corrected, each, sent) for each in undone), title)
    items = (_with_reasons(items, undone[0], title), *items[1:])
    return Message(
        key=f"correction:{digest[:32]}",
        audience=corrected.audience,
        subject=title,
        items=fitted(items, title, CORRECTION_WORDS),
        footer=f"Corrects {corrected.key}, sent {washington_day(sent)}. As known on {spoken(washington_day(at))}.",
        severity="alert",
    )


def _said(corrected: Message, place: int) -> str:
    """What an item said, in a line; messages of before there were such lines have their heading."""
    was = corrected.items[place]
    if place == 0 and was.lead:
        return corrected.subject.partition(" (and ")[0].removeprefix(WARNED)
    return was.brief.rstrip(".") or was.heading


def _item(corrected: Message, undone: Undone, sent: datetime) -> Item:
    was = corrected.items[undone.place]
    day = spoken(washington_day(sent))
    it_said = was.lead or " ".join([was.heading, *(words for label, words in was.facts if label == "Now")])
    return Item(
        heading=HEADING,
        claim=was.claim,
        said=was.said,
        claim_url=was.claim_url,
        facts=_reasons(undone, _REASON_WORDS),
        proofs=tuple(sorted((_marked(proof, undone) for proof in was.proofs), key=_is_relied_on)),
        caveat="",
        lead=f"Do not use our message of {day} on “{undone.title}”.",
        made=was.made.partition(". ")[0].rstrip(".") + "." if was.made else "",
        claim_id=was.claim_id,
        details=(
            ("It said", it_said),
            ("History", f"onrecord verdicts --history {undone.claim}"),
            ("Mute", f"onrecord silence {undone.claim} --because WHY --until DAY"),
        ),
        brief=f"do not use “{undone.title}” either.",
        also=f"do not use “{undone.title}” either",
    )


def _reasons(undone: Undone, most: int) -> tuple[tuple[str, str], ...]:
    """Why, what is known now, what is waited for: each of the first two in at most so many words."""
    return (
        ("Why it no longer stands", cut(undone.because, most)),
        ("Now", cut(undone.now, most)),
        ("We wait for", undone.waits_for),
    )


def _with_reasons(items: Sequence[Item], undone: Undone, title: str) -> Item:
    """The first item with its reasons as long as there is room for: how the claim did when made gives way before them,
    and what has no room is said below.
    """
    first, most = items[0], _REASON_WORDS
    if words_over(items, title) > 0 and first.made:
        it_said, *others = first.details
        first = replace(first, made="", details=(it_said, (HOW, first.made), *others))
    while words_over((first, *items[1:]), title) > 0 and most > _LEAST_WORDS:
        most -= 1
        first = replace(first, facts=_reasons(undone, most))
    is_cut = len(undone.because.split()) > most
    return replace(first, details=((WHY, undone.because), *first.details)) if is_cut else first


def _is_relied_on(proof: Proof) -> bool:
    return not proof.figure.startswith(NO_LONGER)


def _marked(proof: Proof, undone: Undone) -> Proof:
    """A cell of the alert, marked when it is not relied on any more."""
    if (proof.sha256, proof.cell) in undone.relied_on:
        return proof
    value = f"{NO_LONGER}{proof.value}" if proof.value else ""
    return replace(proof, figure=f"{NO_LONGER}{proof.figure}", value=value)


def remaining(message: Message, places: Sequence[int], key: str) -> Message:
    """What is left of an alert that was not sent yet when some of its items are undone."""
    items = tuple(also_anew(message.items[place]) for place in places)
    title = subject_of(items[0], len(items))
    if items[0].lead:  # messages of before there were such sentences are told as they were
        items = fitted(in_few_words(items, title), title)
    return replace(message, key=key, subject=title, items=items)


def stands_after_all(said: date, withdrawn: date) -> str:
    """How news begins that was told, withdrawn, and is told again."""
    return f"Our message of {spoken(said)}, withdrawn on {spoken(withdrawn)}, stands."
