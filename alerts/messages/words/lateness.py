"""What people are told of a publisher's silence: that it is late, that it is silent, and what came when it spoke."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from alerts.messages.message import Item, Message, Proof
from alerts.source_states import OLD, months
from figures.periods import spoken, washington_day

_TABLES = 12
_HEADINGS = {"late": "is late", "silent": "is silent"}


@dataclass(frozen=True, slots=True)
class Quiet:
    """A stage of a silence that is to be told: `words` say what happened, `law` what the law asks for ("" if nothing),
    `looks` what our own looks found. `name` is the publisher's short one, for the key.
    """

    name: str
    publisher: str
    stage: Literal["late", "silent"]
    since: date
    words: str
    law: str
    looks: str
    followed: str = ""  # who published on `since` what this publisher is expected to restate


@dataclass(frozen=True, slots=True)
class Spoke:
    """The end of a silence: the release that ended it, the one before, and by table how many figures it changed.

    `held` says in words what of the release is held back.
    """

    name: str
    publisher: str
    since: date
    release: Proof
    day: date
    before: str
    counts: Mapping[str, Mapping[str, int]]
    turned: bool
    held: Sequence[str]
    followed: str = ""


def silence_message(quiet: Quiet, as_of: datetime) -> Message:
    """That a publisher is late or silent: each stage once for each silence, which its key says."""
    days = (washington_day(as_of) - quiet.since).days
    said = f"nothing new since {spoken(quiet.since)}"
    if quiet.followed:
        said = f"what {quiet.followed} published on {spoken(quiet.since)} is not shown"
    heading = f"{quiet.publisher} {_HEADINGS[quiet.stage]}: {said} ({days} days)"
    if days >= OLD:
        heading = f"{quiet.publisher} has been silent for {months(days)}: {said} ({days} days)"
    facts = [("What happened", quiet.words)]
    if quiet.law:
        facts.append(("What the law says", quiet.law))
    facts += [
        ("Our looks", quiet.looks),
        ("What this means", "Nothing is known of the time since: no figure has moved, and no claim by itself."),
    ]
    return Message(
        key=f"silence:{quiet.name}:{quiet.since}:{quiet.stage}",
        audience="sources",
        subject=heading,
        items=(Item(heading, "", "", "", tuple(facts), (), ""),),
        footer=f"As known on {spoken(washington_day(as_of))}. onrecord due lists every silence and what is due.",
    )


def spoke_message(spoke: Spoke, as_of: datetime) -> Message:
    """That a silence is over, and what the release that ended it changed."""
    days = (spoke.day - spoke.since).days
    did = f"restated what {spoke.followed} published" if spoke.followed else "published again"
    heading = f"{spoke.publisher} {did} after {days} days: {spoke.release.file}"
    facts = [
        ("How long", f"From {spoken(spoke.since)} to {spoken(spoke.day)}, {days} days."),
        ("What it changed", _changed(spoke)),
        ("Held back", " ".join(spoke.held) or "Nothing of it."),
    ]
    if tables := _by_table(spoke.counts):
        facts.insert(2, ("By table", tables))
    return Message(
        key=f"spoke:{spoke.name}:{spoke.since}:{spoke.release.sha256[:16]}",
        audience="sources",
        subject=heading,
        items=(Item(heading, "", "", "", tuple(facts), (spoke.release,), ""),),
        footer=f"As known on {spoken(washington_day(as_of))}. onrecord diff shows each figure that changed.",
    )


def _changed(spoke: Spoke) -> str:
    if not spoke.before:
        return "There is no earlier release to compare it with."
    totals = {kind: sum(counts.get(kind, 0) for counts in spoke.counts.values()) for kind in _KINDS}
    turned = " The fiscal year turned between the two: most tables begin anew." if spoke.turned else ""
    return f"Against {spoke.before}: {_counted(totals)}.{turned}"


_KINDS = ("new", "revised", "removed", "unchanged")


def _counted(counts: Mapping[str, int]) -> str:
    said = [f"{counts[kind]:,} {kind}" for kind in _KINDS if counts.get(kind)]
    return ", ".join(said) or "no figure"


def _by_table(counts: Mapping[str, Mapping[str, int]]) -> str:
    moved = {
        table: {kind: each[kind] for kind in _KINDS[:3] if each.get(kind)}
        for table, each in counts.items()
        if any(each.get(kind) for kind in _KINDS[:3])
    }
    most = sorted(moved.items(), key=lambda item: (-sum(item[1].values()), item[0]))
    more = f"; {len(most) - _TABLES} more tables" if len(most) > _TABLES else ""
    return "; ".join(f"{table}: {_counted(each)}" for table, each in most[:_TABLES]) + more + "." if most else ""


def looks_words(well: Sequence[datetime], failed: Sequence[datetime]) -> str:
    """What our own looks since the last release say of it: a silence is only what a look has seen."""
    if not well:
        return "No look since then ended well; see onrecord status."
    times = "once" if len(well) == 1 else f"{len(well):,} times"
    words = f"We have looked {times} since then and found nothing newer, last on {spoken(washington_day(well[-1]))}."
    return words + (f" {len(failed):,} more looks failed." if failed else "")
