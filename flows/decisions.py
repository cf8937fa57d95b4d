"""What a person decides about a hold: recorded first, then acted upon, and what follows from it judged again.

A crash at any point loses nothing: a decision whose consequences were not judged yet is found and judged at the next
run. A decision with a last day is over by itself at the first run after it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from alerts.claims.model import Claim
from alerts.delivery import enqueue
from alerts.messages.words.holds import HeldBack, stands_again_message
from figures.periods import spoken, washington_day
from flows.history.recheck import recheck_after
from flows.judging.held_figures import held_back
from flows.judging.judge import judge, judge_past
from storage.engine import Database, Transaction, writing
from storage.read import journal, reads
from storage.read.journal import StoredFinding
from storage.write import decisions
from storage.write.decisions import Decision
from storage.write.findings import set_state

# Verdicts of the past that a decision changes are put right without a word: the desk is told how things stand now.
QUIET = "judged again after a decision about a hold"
LONGEST = 1000


class DecisionError(Exception):
    """A decision that cannot be taken as it was asked for, and what can be done."""


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision, and how many messages to the desk followed from it."""

    decision: Decision
    messages: int


def unhold(
    database: Database,
    claims: Sequence[Claim],
    number: int,
    author: str,
    because: str,
    until: date | None,
    now: datetime,
    channels: Sequence[str],
) -> Decided:
    """Lift a hold, for good or through the day `until`, and judge again what rests on it since its release was public.

    Raises DecisionError when there is no such open hold, or who or why is missing.
    """
    author, because = _words(author, "the author"), _words(because, "--because")
    if until is not None and until < washington_day(now):
        raise DecisionError(f"--until {until} is over already; name a day from today on, or leave it out")
    with writing(database) as connection:
        finding = _open(connection, number)
        if finding.severity != "hold" or finding.release_id is None:
            raise DecisionError(f"{number} holds nothing back; `onrecord held` lists the holds")
        since = _public_since(connection, finding)
        made = decisions.record(connection, "unhold", finding, author, because, now, until, since)
        _carry_over(connection, now)
    return _followed(database, claims, made, now, channels)


def acknowledge(database: Database, number: int, author: str, because: str, now: datetime) -> Decision:
    """Keep that somebody has seen a finding. Nothing is lifted; it no longer asks for attention.

    Raises DecisionError when there is no such open finding, it was seen before, or who or why is missing.
    """
    author, because = _words(author, "the author"), _words(because, "--because")
    with writing(database) as connection:
        finding = _open(connection, number)
        for decision in decisions.decisions(connection, in_force=True):
            if decision.kind == "acknowledge" and decision.about(finding):
                raise DecisionError(f"{number} is acknowledged already, {_by(decision)}")
        made = decisions.record(connection, "acknowledge", finding, author, because, now, None, None)
        return _decision(connection, made)


def take_back(
    database: Database,
    claims: Sequence[Claim],
    number: int,
    author: str,
    because: str,
    now: datetime,
    channels: Sequence[str],
) -> Decided:
    """End the newest decision that counts for a finding: a lifted hold stands again, a seen one asks for attention.

    Raises DecisionError when no decision about it counts.
    """
    author, because = _words(author, "the author"), _words(because, "--because")
    with writing(database) as connection:
        finding = _finding(connection, number)
        mine = [d for d in decisions.decisions(connection, in_force=True) if d.about(finding)]
        if not mine:
            raise DecisionError(f"There is no decision about {number} to take back; `onrecord held --all` lists them")
        newest = mine[-1]
        since = _public_since(connection, finding) if newest.kind == "unhold" else None
        decisions.end(connection, newest.id, author, because, now, since)
        _carry_over(connection, now)
    return _followed(database, claims, newest.id, now, channels)


def _standing_again(connection: Transaction, now: datetime) -> list[journal.StoredFinding]:
    """The holds that stand again once ended decisions no longer lift them."""
    again = {finding.id for finding in _carry_over(connection, now)}
    return [f for f in journal.findings(connection, severities=("hold",), open_only=True) if f.id in again]


def end_expired(
    database: Database, now: datetime, channels: Sequence[str], claims: Sequence[Claim] = ()
) -> list[Decision]:
    """End the decisions whose last day is over, and tell the operators which holds stand again. Safe to repeat.

    `claims` are those that may rest on what is held.
    """
    today = washington_day(now)
    with writing(database) as connection:
        over = [d for d in decisions.decisions(connection, in_force=True) if d.until is not None and d.until < today]
        for decision in over:
            since = _public_since(connection, decision)
            decisions.end(connection, decision.id, "onrecord", "its last day is over", now, since)
        pairs = [(finding, d) for finding in _standing_again(connection, now) for d in over if d.about(finding)]
        if told := [(_held(connection, finding, claims), decision) for finding, decision in pairs]:
            enqueue(connection, stands_again_message(told, now), now, now, channels)
    return over


def _held(connection: Transaction, finding: StoredFinding, claims: Sequence[Claim]) -> HeldBack:
    release = next(r for r in reads.releases(connection, finding.source) if r.id == finding.release_id)
    return held_back([finding], release, reads.figures_of(connection, release), claims)[0]


def judge_followed(database: Database, claims: Sequence[Claim], now: datetime, channels: Sequence[str]) -> int:
    """Judge again what follows from decisions: as things stand now, which is told, then the past, quietly.

    Returns how many messages were queued. Nothing is done when no decision waits for it.
    """
    with writing(database) as connection:
        waiting = [d for d in decisions.decisions(connection) if d.judge_from is not None]
    if not waiting:
        return 0
    since = min(d.judge_from for d in waiting if d.judge_from is not None)
    told = judge(database, claims, now, now, channels)
    judge_past(database, claims, since, now - timedelta(microseconds=1), now, channels, QUIET)
    with writing(database) as connection:
        decisions.judged(connection, [d.id for d in waiting])
    return len(told)


def _followed(
    database: Database, claims: Sequence[Claim], number: int, now: datetime, channels: Sequence[str]
) -> Decided:
    messages = judge_followed(database, claims, now, channels)
    with writing(database) as connection:
        return Decided(_decision(connection, number), messages)


def _carry_over(connection: Transaction, now: datetime) -> list[StoredFinding]:
    """Bring the holds into line with the decisions, and ask history again of what rests on their releases."""
    changed = decisions.carry_over(connection)
    touched: dict[str, set[int]] = {}
    for finding in changed:
        if finding.release_id is not None:
            touched.setdefault(finding.source, set()).add(finding.release_id)
    for source, releases in sorted(touched.items()):
        for release_id in sorted(releases):
            set_state(connection, release_id)
        recheck_after(connection, source, releases, now)
    return changed


def _open(connection: Transaction, number: int) -> StoredFinding:
    finding = _finding(connection, number)
    if finding.lifted_at is not None:
        raise DecisionError(
            f"{number} was lifted on {spoken(washington_day(finding.lifted_at))} by {finding.lifted_by}: "
            f"{finding.lifted_because}. `onrecord takeback {number}` takes a decision back"
        )
    return finding


def _finding(connection: Transaction, number: int) -> StoredFinding:
    found = journal.findings(connection, number=number)
    if not found:
        raise DecisionError(f"There is no finding {number}; `onrecord held --all` lists the holds with their numbers")
    return found[0]


def _public_since(connection: Transaction, finding: StoredFinding | Decision) -> datetime | None:
    """Since when the release of a finding is public; of one that is said of several, the first of them."""
    releases = reads.releases(connection, finding.source)
    if finding.stage in decisions.RESTATED:
        same = {
            f.release_id
            for f in journal.findings(connection, stage=finding.stage)
            if (f.source, f.check, f.expected, f.found)
            == (finding.source, finding.check, finding.expected, finding.found)
        }
    else:
        same = {finding.release_id}
    return min((release.known_at for release in releases if release.id in same), default=None)


def _decision(connection: Transaction, number: int) -> Decision:
    return next(decision for decision in decisions.decisions(connection) if decision.id == number)


def _by(decision: Decision) -> str:
    return f"by {decision.author} on {spoken(washington_day(decision.at))}: {decision.because}"


def _words(text: str, what: str) -> str:
    said = text.strip()
    if not said:
        raise DecisionError(f"{what} is empty; a decision is kept with who took it and why")
    if len(said) > LONGEST or not said.isprintable():
        raise DecisionError(f"{what} must be one line of at most {LONGEST} letters that can be printed")
    return said
