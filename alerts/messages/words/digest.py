"""The weekly digest: which claims are nearest to flipping, how all stand, what was muted, and proof of life.

A run of long ago is no proof of life: where no look at a source has ended well of late, the digest begins with that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from alerts.claims.model import Claim
from alerts.forms.flips import next_flip, progress
from alerts.messages.message import Item, Message
from alerts.messages.words.claim_news import proof
from alerts.source_states import age
from figures.periods import spoken, washington_day
from figures.records import Figure

NEAREST = 5


@dataclass(frozen=True, slots=True)
class Pulse:
    """The signs of life of one source: its last run, its last look that ended well, its last release, how far its
    figures go. `lives` says whether that look is recent enough.
    """

    source: str
    last_run: datetime | None
    outcome: str
    last_good: datetime | None
    lives: bool
    last_release: str
    released: datetime | None
    newest_day: date | None


@dataclass(frozen=True, slots=True)
class Week:
    """All that a digest is made of. `rows` are the newest standing verdicts, `cells` the figures in their evidence."""

    claims: Mapping[str, Claim]
    rows: Sequence[Mapping[str, Any]]
    cells: Mapping[str, Sequence[Figure]]
    pulses: Sequence[Pulse]
    muted: Sequence[str]  # what was muted since the last week, each with the reason
    troubles: Sequence[str]  # disabled channels, messages that wait


def digest_key(now: datetime) -> str:
    """The week as it is counted in Washington: one digest for each."""
    year, week, _ = washington_day(now).isocalendar()
    return f"digest:{year}-W{week:02}"


def nearest(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The claims nearest to flipping, nearest first. What is held back is not judged, and not among them."""
    judged = [row for row in rows if row["state"] == row["underlying"] and progress(row) > 0]
    return sorted(judged, key=lambda row: (-progress(row), row["claim_id"]))[:NEAREST]


def digest_message(week: Week, now: datetime) -> Message:
    first = nearest(week.rows)
    silent = [pulse for pulse in week.pulses if not pulse.lives]
    items = [_no_life(silent, now)] if silent else []
    items += [_near_item(row, week, now) for row in first if row["claim_id"] in week.claims]
    items.append(_plain_item("How all claims stand", _states(week)))
    if week.muted:
        items.append(_plain_item("Muted this week", [("Muted", words) for words in week.muted]))
    if week.troubles:
        items.append(_plain_item("Not delivered", [("Waits", words) for words in week.troubles]))
    heading = "The last signs of life" if silent else "Proof of life"
    items.append(_plain_item(heading, [_pulse(pulse, now) for pulse in week.pulses]))
    title = week.claims[first[0]["claim_id"]].words.title if first and first[0]["claim_id"] in week.claims else ""
    subject = f"nearest to flipping, {title}" if title else "no claim is near a flip"
    if silent:
        more = f" and {len(silent) - 1} more sources" if len(silent) > 1 else ""
        subject = f"no look at {silent[0].source}{more} has ended well of late"
    return Message(
        key=digest_key(now),
        audience="desk",
        subject=f"The week on record: {subject}",
        items=tuple(items),
        footer=f"As known on {spoken(washington_day(now))}. Once a week; onrecord verdicts shows every answer.",
        severity="notice" if silent else "info",
    )


def _no_life(silent: Sequence[Pulse], now: datetime) -> Item:
    facts = []
    for pulse in silent:
        words = "No look has ended well yet."
        if pulse.last_good:
            days = (washington_day(now) - washington_day(pulse.last_good)).days
            words = f"The last look that ended well was on {_moment(pulse.last_good)}, {days} days ago."
        facts.append((pulse.source, words))
    means = "What is said here of these sources is as old as their last look. The operators know why: onrecord status."
    return _plain_item("No proof of life", [*facts, ("What this means", means)])


def _near_item(row: Mapping[str, Any], week: Week, now: datetime) -> Item:
    claim = week.claims[row["claim_id"]]
    words = claim.words
    facts = [("Now", f"{row['words']}."), ("Stands at", f"{row['state'].replace('_', ' ')}.")]
    days = [day for figure in week.cells.get(row["claim_id"], ()) if (day := figure.period.end)]
    if days:
        facts.append(("Newest figure", f"of {_aged(max(days), now)}."))
    if flip := next_flip(row, words.test.unit):
        facts.append(("Next", flip))
    return Item(
        heading=f"Near a flip: {words.title}",
        claim=words.quote,
        said=f"{words.speaker}, {spoken(words.said_on)}",
        claim_url=words.source,
        facts=tuple(facts),
        proofs=tuple(proof(figure) for figure in week.cells.get(row["claim_id"], ())),
        caveat=words.caveat,
    )


def _plain_item(heading: str, facts: Sequence[tuple[str, str]]) -> Item:
    return Item(heading, "", "", "", tuple(facts), (), "")


def _states(week: Week) -> list[tuple[str, str]]:
    by_state: dict[str, list[str]] = {}
    for row in week.rows:
        by_state.setdefault(row["state"].replace("_", " "), []).append(row["claim_id"])
    judged = [(f"{state[:1].upper()}{state[1:]}", ", ".join(names)) for state, names in sorted(by_state.items())]
    missing = sorted(set(week.claims) - {row["claim_id"] for row in week.rows})
    return [*judged, *([("Not judged yet", ", ".join(missing))] if missing else [])]


def _pulse(pulse: Pulse, now: datetime) -> tuple[str, str]:
    run = f"{_moment(pulse.last_run)} ({pulse.outcome.replace('_', ' ')})" if pulse.last_run else "never"
    release = f"{pulse.last_release}, public since {_moment(pulse.released)}" if pulse.released else "none yet"
    through = f"; figures through {_aged(pulse.newest_day, now)}" if pulse.newest_day else ""
    return pulse.source, f"last run {run}; last release {release}{through}."


def _aged(day: date, now: datetime) -> str:
    return f"{spoken(day)}, {age(day, washington_day(now))} old"


def _moment(at: datetime | None) -> str:
    return f"{spoken(washington_day(at))}" if at else "never"
