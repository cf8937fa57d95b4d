"""What the operators are told of holds: what is held back and which claims rest on it, and what stands again.

Each names the figures, the claims, the hold's number and the command that lifts it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from alerts.message import Item, Message, Proof
from figures.periods import spoken, washington_day

CAVEAT = "Held figures are stored and shown, and no claim is judged on them."
# What is shown of many: examples. `onrecord held` lists all.
SHOWN_FIGURES, SHOWN_CLAIMS, SHOWN_CELLS, SHOWN_HOLDS = 4, 12, 4, 3
_LONGEST = 600


class Lifted(Protocol):
    """The decision that had lifted a hold."""

    @property
    def id(self) -> int: ...
    @property
    def author(self) -> str: ...
    @property
    def because(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def until(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A hold as it is told: `number` lifts it, `figures` are those that claims rest on, else the first that it holds;
    `count` says how many it holds in all. `claims` are titles with ids.
    """

    number: int
    check: str
    release: str
    scope: tuple[str, ...]
    words: str
    expected: str
    found: str
    figures: tuple[Proof, ...]
    count: int
    claims: tuple[str, ...]


def held_message(source: str, name: str, sha256: str, url: str, holds: Sequence[HeldBack], as_of: datetime) -> Message:
    """To the operators: what of a release is held back, and why. Holds of one check share an item."""
    kinds: dict[str, list[HeldBack]] = {}
    for hold in holds:
        kinds.setdefault(hold.check, []).append(hold)
    items = [_held_item(some, Proof(f"check {check}", name, "", sha256, url, "")) for check, some in kinds.items()]
    checks = "+".join(sorted(kinds))
    return Message(
        key=f"held:{source}:{sha256[:16]}:{checks}"[:190],
        audience="ops",
        subject=f"{name}: figures held back ({len(holds)})",
        items=tuple(items),
        footer=f"As known on {spoken(washington_day(as_of))}. onrecord held shows every open hold.",
    )


def _held_item(holds: Sequence[HeldBack], file: Proof) -> Item:
    first, more = holds[0], len(holds) - SHOWN_HOLDS
    why = [("Why", _cut(hold.words)) for hold in holds[:SHOWN_HOLDS]]
    if more > 0:
        why.append(("More of this kind", f"{more} more holds by the same check; onrecord held lists them."))
    expected = () if len(holds) > 1 else (("Expected", _cut(first.expected)), ("Found", _cut(first.found)))
    facts = (*why, *facts_of(holds), *expected, *_lift(holds))
    proofs = dict.fromkeys(proof for hold in holds[:SHOWN_HOLDS] for proof in hold.figures)
    return Item(_heading(holds), "", "", "", facts, (*proofs, file), CAVEAT)


def _heading(holds: Sequence[HeldBack]) -> str:
    if any(not hold.scope for hold in holds):
        return "Held back: the whole release"
    scope = list(dict.fromkeys(each for hold in holds for each in hold.scope))
    more = f" and {len(scope) - SHOWN_CELLS} more" if len(scope) > SHOWN_CELLS else ""
    return f"Held back: {', '.join(scope[:SHOWN_CELLS])}{more}"


def facts_of(holds: Sequence[HeldBack]) -> tuple[tuple[str, str], ...]:
    """The figures that are held and the claims that rest on them."""
    shown = list(dict.fromkeys(proof for hold in holds for proof in hold.figures))[:SHOWN_FIGURES]
    more = sum(hold.count for hold in holds) - len(shown)
    said = [f"{proof.value} {proof.period} ({proof.cell})" for proof in shown]
    figures = "; ".join(said) + (f"; {more:,} more" if more > 0 else "") if said else "No number was read."
    return ("Figures held back", figures), (
        "Claims that rest on them",
        claims_words([c for h in holds for c in h.claims]),
    )


def claims_words(claims: Sequence[str]) -> str:
    named = list(dict.fromkeys(claims))
    more = f"; {len(named) - SHOWN_CLAIMS} more" if len(named) > SHOWN_CLAIMS else ""
    return "; ".join(named[:SHOWN_CLAIMS]) + more if named else "None on record."


def _lift(holds: Sequence[HeldBack]) -> tuple[tuple[str, str], ...]:
    numbers = [hold.number for hold in holds]
    if len(numbers) == 1:
        return (("To lift it", lift_command(numbers[0])),)
    listed = ", ".join(map(str, numbers[:SHOWN_FIGURES])) + (" and more" if len(numbers) > SHOWN_FIGURES else "")
    return (("To lift one", f"{lift_command(numbers[0])}    The numbers: {listed}."),)


def lift_command(number: int) -> str:
    return f'onrecord unhold {number} --because "..."'


def stands_again_message(found: Sequence[tuple[HeldBack, Lifted]], as_of: datetime) -> Message:
    """To the operators: which holds stand again, who had lifted them and why, and how to lift them anew."""
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    pairs = "|".join(f"{hold.number}:{lifted.id}" for hold, lifted in found)
    return Message(
        key=f"again:{hashlib.sha256(pairs.encode()).hexdigest()[:32]}",
        audience="ops",
        subject=f"{found[0][0].release}: a hold stands again{more}",
        items=tuple(_again_item(hold, lifted) for hold, lifted in found),
        footer=f"As known on {spoken(washington_day(as_of))}. onrecord held shows every open hold.",
    )


def _again_item(hold: HeldBack, lifted: Lifted) -> Item:
    through = f" through {spoken(lifted.until)}" if lifted.until else ""
    facts = (
        ("Why it is held", _cut(hold.words)),
        *facts_of([hold]),
        (
            "Who had lifted it",
            f"{lifted.author} on {spoken(washington_day(lifted.at))}{through}: {lifted.because}",
        ),
        ("To lift it again", lift_command(hold.number)),
    )
    return Item(f"Held back again: {hold.release}", "", "", "", facts, hold.figures, CAVEAT)


def failed_check_message(
    source: str, what: str, words: str, files: Sequence[str], holds: Sequence[HeldBack], as_of: datetime
) -> Message:
    """To the operators, once: a check or a reader of ours that could not run, and what is held back for it.

    `words` are those of the first of the `files` that it could not run on, `holds` what it holds of the first few.
    """
    more = f" and {len(files) - SHOWN_HOLDS} more" if len(files) > SHOWN_HOLDS else ""
    facts = (
        ("What happened", _cut(words)),
        ("On which files", f"{', '.join(files[:SHOWN_HOLDS])}{more}."),
        *(facts_of(holds) if holds else ()),
        ("What to do", "This is a fault of onrecord: report it with these words. Once mended, run onrecord rebuild."),
        *(_lift(holds) if holds else ()),
    )
    heading = f"The {what} could not run"
    digest = hashlib.sha256(f"{what}|{as_of.isoformat()}".encode()).hexdigest()[:16]
    return Message(
        key=f"could-not-run:{source}:{digest}",
        audience="ops",
        subject=f"{source}: the {what} could not run",
        items=(Item(heading, "", "", "", facts, tuple(p for hold in holds for p in hold.figures), CAVEAT),),
        footer=f"Seen on {spoken(washington_day(as_of))}. This is told once, until it runs on every file again.",
        severity="alert",
    )


def _cut(words: str) -> str:
    return words if len(words) <= _LONGEST else words[:_LONGEST].rpartition(" ")[0] + " ..."
