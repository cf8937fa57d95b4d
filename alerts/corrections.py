"""What is said when an alert that was sent no longer stands: which one, what it said, why, and how things are."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from alerts.message import Item, Message, Proof
from alerts.words import subject_of
from figures.periods import spoken, washington_day

HEADING = "Correction: an earlier alert no longer stands"
SHORT = "Correction, an alert no longer stands"


@dataclass(frozen=True, slots=True)
class Undone:
    """One item of an alert that no longer stands: its place there, the claim, why, and how the claim stands now.

    `relied_on` are the cells, each with the sha256 of its file, that are relied on as before.
    """

    place: int
    claim: str
    title: str
    because: str
    now: str
    relied_on: frozenset[tuple[str, str]] = frozenset()


def correction(corrected: Message, undone: Sequence[Undone], sent: datetime, at: datetime) -> Message:
    """To those who got an alert: which of its items no longer stand. `sent` is when the alert was written."""
    items = tuple(_item(corrected, each, sent) for each in undone)
    digest = hashlib.sha256("|".join([corrected.key, *sorted(each.claim for each in undone)]).encode()).hexdigest()
    return Message(
        key=f"correction:{digest[:32]}",
        audience=corrected.audience,
        subject=subject_of(replace(items[0], heading=SHORT), undone[0].title, len(undone)),
        items=items,
        footer=f"Corrects {corrected.key}, {corrected.subject!r}. As known on {spoken(washington_day(at))}. "
        f"Why: onrecord verdicts --history {undone[0].claim}",
        severity="alert",
    )


def _item(corrected: Message, undone: Undone, sent: datetime) -> Item:
    was = corrected.items[undone.place]
    said = next((words for label, words in was.facts if label == "Now"), "")
    return Item(
        heading=HEADING,
        claim=was.claim,
        said=was.said,
        claim_url=was.claim_url,
        facts=(
            ("Corrects", f"{corrected.key}, of {spoken(washington_day(sent))}."),
            ("It said", f"{was.heading}. {said}".strip()),
            ("Why it no longer stands", undone.because),
            ("Now", undone.now),
        ),
        proofs=tuple(_marked(proof, undone) for proof in was.proofs),
        caveat=was.caveat,
    )


def _marked(proof: Proof, undone: Undone) -> Proof:
    """A cell of the alert, marked when it is not relied on any more."""
    if (proof.sha256, proof.cell) in undone.relied_on:
        return proof
    value = f"no longer relied on: {proof.value}" if proof.value else ""
    return replace(proof, figure=f"no longer relied on: {proof.figure}", value=value)


def remaining(message: Message, places: Sequence[int], titles: Mapping[int, str], key: str) -> Message:
    """What is left of an alert that was not sent yet when some of its items are undone."""
    items = tuple(message.items[place] for place in places)
    return replace(message, key=key, subject=subject_of(items[0], titles[places[0]], len(items)), items=items)
