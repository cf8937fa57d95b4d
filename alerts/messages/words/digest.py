"""The weekly digest, on one screen: what moved, what is next, what cannot be judged and why, and proof of life.

A run of long ago is no proof of life: where no look at a source has ended well of late, the digest begins with that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from alerts.claims.model import Claim
from alerts.forms.hysteresis import rules_of
from alerts.forms.verdicts import on_ladder
from alerts.messages.message import Item, Message
from alerts.messages.words.claim_sentences import month_said, speaker
from alerts.messages.words.few_words import cut
from alerts.messages.words.flips import next_flip, progress
from alerts.messages.words.measured_figure import amount, counted
from alerts.messages.words.state_words import state_said
from alerts.source_states import age
from figures.periods import spoken, washington_day
from figures.records import Figure

NEAREST, SHOWN_MOVES, SHOWN_UNJUDGED = 3, 6, 4
_WHY_WORDS = 18
# What stands in the way of judging; what is over, or can never be judged, is no news of a week.
_NOT_JUDGED = ("quality_hold", "data_missing", "not_held")


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
    """All that a digest is made of. `rows` are the newest standing verdicts, `cells` the figures in their evidence,
    `moved` what the desk was told, a line for each claim.
    """

    claims: Mapping[str, Claim]
    rows: Sequence[Mapping[str, Any]]
    cells: Mapping[str, Sequence[Figure]]
    pulses: Sequence[Pulse]
    moved: Sequence[str]
    muted: Sequence[str]  # what was muted since the last week, each with the reason
    troubles: Sequence[str]  # disabled channels, messages that wait


def digest_key(now: datetime) -> str:
    """The week as it is counted in Washington: one digest for each."""
    year, week, _ = washington_day(now).isocalendar()
    return f"digest:{year}-W{week:02}"


def nearest(rows: Sequence[Mapping[str, Any]], claims: Mapping[str, Claim]) -> list[Mapping[str, Any]]:
    """The claims nearest to a change, nearest first. What is held back is not judged, and not among them."""

    def way(row: Mapping[str, Any]) -> float:
        return progress(row, rules_of(claims[row["claim_id"]].words.test.form))

    judged = [row for row in rows if row["claim_id"] in claims and row["state"] == row["underlying"] and way(row) > 0]
    return sorted(judged, key=lambda row: (-way(row), row["claim_id"]))[:NEAREST]


def digest_message(week: Week, now: datetime) -> Message:
    silent = [pulse for pulse in week.pulses if not pulse.lives]
    sections = (
        _section("No proof of life", _no_life(silent, now)),
        _section("What moved", _moved(week), "Nothing moved."),
        _section("What is next", _next(week, now), "No claim."),
        _section("What cannot be judged", _unjudged(week)),
        _section("Muted this week", [("Muted", words) for words in week.muted]),
        _section("Not delivered", [("Waits", words) for words in week.troubles]),
        _section(
            "The last signs of life" if silent else "Proof of life",
            [_pulse(pulse, now) for pulse in week.pulses],
            "No source is watched.",
        ),
    )
    return Message(
        key=digest_key(now),
        audience="desk",
        subject=f"The week on record: {_subject(week, silent)}",
        items=tuple(section for section in sections if section.facts),
        footer=f"As known on {spoken(washington_day(now))}. Once a week; onrecord verdicts shows every answer.",
        severity="notice" if silent else "info",
    )


def _subject(week: Week, silent: Sequence[Pulse]) -> str:
    if silent:
        more = f" and {len(silent) - 1} more sources" if len(silent) > 1 else ""
        return f"no look at {silent[0].source}{more} has ended well of late"
    if not week.moved:
        return "nothing moved"
    more = f" (and {len(week.moved) - 1} more)" if len(week.moved) > 1 else ""
    return f"{week.moved[0].rstrip('.')}{more}"


def _no_life(silent: Sequence[Pulse], now: datetime) -> list[tuple[str, str]]:
    """Of each source that shows no life when it was last looked at, and what that means; nothing when all live."""
    if not silent:
        return []
    facts = []
    for pulse in silent:
        words = "No look has ended well yet."
        if pulse.last_good:
            days = (washington_day(now) - washington_day(pulse.last_good)).days
            words = f"The last look that ended well was on {_moment(pulse.last_good)}, {days} days ago."
        facts.append((pulse.source, words))
    means = "What is said here of these sources is as old as their last look. The operators know why: onrecord status."
    return [*facts, ("What this means", means)]


def _section(heading: str, facts: Sequence[tuple[str, str]], nothing: str = "") -> Item:
    """A part of the digest. Where there is nothing it says so in the words given; without them it has no facts."""
    none = ((heading, nothing),) if nothing else ()
    return Item(heading, "", "", "", tuple(facts) or none, (), "")


def _moved(week: Week) -> list[tuple[str, str]]:
    shown = [("Moved", words) for words in week.moved[:SHOWN_MOVES]]
    more = len(week.moved) - SHOWN_MOVES
    return [*shown, ("More", f"{more} more; onrecord messages")] if more > 0 else shown


def _next(week: Week, now: datetime) -> list[tuple[str, str]]:
    return [_near(row, week, now) for row in nearest(week.rows, week.claims)]


def _near(row: Mapping[str, Any], week: Week, now: datetime) -> tuple[str, str]:
    claim = week.claims[row["claim_id"]]
    unit = claim.words.test.unit
    figure = amount(row["measured"], unit, counted(claim))
    flip = next_flip(row, unit, rules_of(claim.words.test.form))
    said = f"{speaker(claim)}, {month_said(claim)}"
    through = f" (figures through {_aged(date.fromisoformat(row['edition']), now)})" if row["edition"] else ""
    return f"{claim.words.title} ({said})", f"{figure}: {state_said(row['underlying'])}{through}. {flip}".strip()


def _unjudged(week: Week) -> list[tuple[str, str]]:
    found = [row for row in week.rows if row["state"] in _NOT_JUDGED and row["claim_id"] in week.claims]
    found.sort(key=lambda row: (not on_ladder(row["underlying"]), row["claim_id"]))
    shown = [(week.claims[row["claim_id"]].words.title, _as_sentence(row["words"])) for row in found[:SHOWN_UNJUDGED]]
    missing = sorted(set(week.claims) - {row["claim_id"] for row in week.rows})
    more = len(found) - SHOWN_UNJUDGED + len(missing)
    return [*shown, ("More", f"{more} more; onrecord verdicts")] if more > 0 else shown


def _as_sentence(words: str) -> str:
    shown = cut(words, _WHY_WORDS)
    return shown if shown != words else f"{words.rstrip('.')}."


def _pulse(pulse: Pulse, now: datetime) -> tuple[str, str]:
    run = f"{_moment(pulse.last_run)} ({pulse.outcome.replace('_', ' ')})" if pulse.last_run else "never"
    release = f"{pulse.last_release}, public since {_moment(pulse.released)}" if pulse.released else "none yet"
    through = f"; figures through {_aged(pulse.newest_day, now)}" if pulse.newest_day else ""
    return pulse.source, f"last run {run}; last release {release}{through}."


def _aged(day: date, now: datetime) -> str:
    return f"{spoken(day)}, {age(day, washington_day(now))} old"


def _moment(at: datetime | None) -> str:
    return f"{spoken(washington_day(at))}" if at else "never"
