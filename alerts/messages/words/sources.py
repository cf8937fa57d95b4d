"""What people are told of the sources themselves: that two disagree, that it is settled."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from alerts.messages.message import Item, Message, Proof
from alerts.messages.words.figures_told import CREDIT
from alerts.messages.words.holds import lift_command
from figures.periods import spoken, washington_day

Held = Literal["both", "ice", "trac"]
_HELD: dict[Held, str] = {
    "both": (
        "These figures of both sources are kept from being judged on until a later release of either settles it. "
        "Every other figure of the two releases is judged on as before."
    ),
    "ice": (
        "Only ICE's figures: the workbook contradicts itself or its past, or was corrected since, TRAC's row stands "
        "and may be judged on."
    ),
    "trac": "Only TRAC's figures: its table contradicts itself, the workbook does not and may be judged on.",
}
_SHOWN = 12
REVISED_KEY = "revised"  # what the keys of messages about revisions begin with
_RESTATES = " restates the past in "


@dataclass(frozen=True, slots=True)
class DisputedCell:
    """One figure in dispute, with the cells that show it on either side."""

    what: str  # "arrested by ICE, convicted"
    ours: float
    theirs: float
    proofs: tuple[Proof, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A release of ICE's and TRAC's table that differ for one day; `claims` are the titles of those that rest on it,
    `numbers` those of the holds, ICE's first.
    """

    exchanged: bool
    table: str
    day: date
    paired: str
    cells: tuple[DisputedCell, ...]
    held: Held
    claims: tuple[str, ...]
    numbers: tuple[int, ...] = ()


def disagreement_message(found: Sequence[Disagreement], as_of: datetime) -> Message:
    """One message for everything that was found to be in dispute at one time."""
    first = found[0]
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return Message(
        key=_key(
            "disagree", [f"{d.table}|{d.day}|{c.what}|{c.ours}|{c.theirs}" for d in found for c in d.cells], as_of
        ),
        audience="sources",
        subject=f"{_heading(first)}{more}",
        items=tuple(_item(each) for each in found),
        footer=f"As known on {spoken(washington_day(as_of))}. onrecord reconcile shows every pair. {CREDIT}",
        severity="alert",
    )


def _heading(found: Disagreement) -> str:
    if found.exchanged:
        return f"ICE's and CBP's figures seem to be exchanged: {found.table}, {spoken(found.day)}"
    return f"ICE and TRAC disagree: {found.table}, {spoken(found.day)}"


def _item(found: Disagreement) -> Item:
    shown, left = found.cells[:_SHOWN], len(found.cells[_SHOWN:])
    differs = [f"{cell.what}: {cell.ours:,.10g} in ICE's workbook, {cell.theirs:,.10g} at TRAC" for cell in shown]
    # A table of areas on 5 June 2025 differed in 112 figures: a thousand lines of proof are read by nobody.
    more = f"; {left} more, all with their cells in onrecord reconcile --json" if left else ""
    facts = [
        ("What differs", f"{'; '.join(differs)}{more}."),
        ("How the two were paired", f"{found.paired[:1].upper()}{found.paired[1:]}."),
        ("Held back", _HELD[found.held]),
        ("Claims that rest on these figures", f"{'; '.join(found.claims) or 'None on record'}."),
        *(("To believe one side and lift its hold", lift_command(number)) for number in found.numbers),
    ]
    if found.exchanged:
        facts.insert(1, ("Why this is suspected", "The totals agree, and each figure is the other agency's at TRAC."))
    return Item(
        heading=_heading(found),
        claim="",
        said="",
        claim_url="",
        facts=tuple(facts),
        proofs=tuple(dict.fromkeys(proof for cell in shown for proof in cell.proofs)),
        caveat="TRAC restates ICE's workbooks. A disagreement is about the two files, not about the world.",
    )


def settled_message(words: Sequence[str], as_of: datetime) -> Message:
    """That disputes are over: what was said of each when it was found."""
    items = tuple(
        Item(
            "Settled: ICE and TRAC no longer disagree here",
            "",
            "",
            "",
            (
                ("What was in dispute", each),
                ("Now", "A later release of one of them settled it; figures that turned out wrong stay held."),
            ),
            (),
            "",
        )
        for each in words
    )
    more = f" ({len(words)})" if len(words) > 1 else ""
    return Message(
        key=_key("settled", words, as_of),
        audience="sources",
        subject=f"Settled: ICE and TRAC no longer disagree{more}",
        items=items,
        footer=f"As known on {spoken(washington_day(as_of))}. onrecord reconcile shows every pair. {CREDIT}",
    )


def revised_message(name: str, sha256: str, url: str, moved: Sequence[str], as_of: datetime) -> Message:
    """That a release moved closed periods beyond their own record: `moved` names tables, cells and figures."""
    items = tuple(
        Item(
            "Closed periods moved by more than usual",
            "",
            "",
            "",
            (
                ("What moved", words),
                (
                    "What this means",
                    "The publisher restated its own past. For this alone nothing is held back: newer figures stand.",
                ),
            ),
            (),
            "Closed periods move a little in every file; what is usual is what each series did before.",
        )
        for words in moved
    )
    source = f" {url}" if url else ""
    return Message(
        key=_key(REVISED_KEY, [sha256, *moved], as_of),
        audience="sources",
        subject=restates(name, len(moved)),
        items=items,
        footer=f"As known on {spoken(washington_day(as_of))}. {name}, sha256 {sha256}.{source}",
    )


def restates(subject: str, tables: int) -> str:
    """The subject of such a message, from the file's name or from another such subject."""
    name = subject.rpartition(_RESTATES)[0] or subject
    return f"{name}{_RESTATES}{f'{tables} tables' if tables > 1 else 'one table'}"


def _key(kind: str, parts: Sequence[str], as_of: datetime) -> str:
    digest = hashlib.sha256("\n".join((as_of.isoformat(), *parts)).encode()).hexdigest()
    return f"{kind}:{digest[:32]}"
