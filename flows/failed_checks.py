"""A check or a reader that could not run: told to the operators once for each source, until it runs again.

What is asked of all sources together, their comparison and the watch over silences, is asked here too: where it fails,
what it said before stands, and judging goes on.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from alerts.claims import Claim
from alerts.delivery import enqueue
from alerts.hold_words import SHOWN_HOLDS, HeldBack, failed_check_message
from checks.asking import COULD_NOT_RUN
from figures.mishaps import Mishap, attempt
from figures.records import Finding
from flows.held_figures import held_back
from storage import journal, reads
from storage.engine import SPOKEN_TO, Database, Transaction, writing
from storage.findings import record_new_findings, settle
from storage.journal import StoredFinding

STAGE = "checks"
OURSELVES = "onrecord"
T = TypeVar("T")


def unless_it_fails(
    what: str, run: Callable[[], T], database: Database, now: datetime, channels: Sequence[str]
) -> T | None:
    """What a check of several sources gives; None when it fails, which is kept and told once until it runs again."""
    done = attempt(run, SPOKEN_TO)
    expected = f"an answer of the {what}"
    with writing(database) as connection:
        if not isinstance(done, Mishap):
            settle(connection, OURSELVES, STAGE, [], "it runs again", now, expected=expected)
            return done
        words = (
            f"The {what} could not run: {done.short}. What it said before stands, and the claims are judged on that."
        )
        found = Finding(COULD_NOT_RUN, "warn", "release", (), expected, done.short, words)
        for _ in record_new_findings(connection, OURSELVES, STAGE, [found], now):
            message = failed_check_message(OURSELVES, what, f"{words} {done}", ["all sources together"], [], now)
            enqueue(connection, message, now, now, channels)
    return None


def tell_failed_checks(
    connection: Transaction,
    source: str,
    claims: Callable[[], Sequence[Claim]],
    now: datetime,
    channels: Sequence[str],
) -> None:
    """Record which checks of a source cannot run on some release, and tell the operators of each that is new."""
    failing = settle_failed_checks(connection, source, now)
    about = [_finding(source, expected) for expected in failing]
    for fresh in record_new_findings(connection, source, STAGE, about, now):
        mine = failing[fresh.expected]
        holds = [hold for each in mine[:SHOWN_HOLDS] for hold in _held(connection, each, claims())]
        files = [each.release_name for each in mine]
        message = failed_check_message(source, _what(fresh.expected), mine[0].words, files, holds, now)
        enqueue(connection, message, now, now, channels)


def settle_failed_checks(connection: Transaction, source: str, now: datetime) -> dict[str, list[StoredFinding]]:
    """Close the record of checks that run on every release again, so that they are told when they fail again.

    Returns those that cannot run, each with the findings on the releases that it could not run on.
    """
    failing: dict[str, list[StoredFinding]] = {}
    for each in journal.findings(connection, open_only=True, check=COULD_NOT_RUN):
        if each.source == source and each.release_id is not None:
            failing.setdefault(each.expected, []).append(each)
    still = [_finding(source, expected).words for expected in failing]
    settle(connection, source, STAGE, still, "it runs on every release again", now)
    return failing


def _held(connection: Transaction, finding: StoredFinding, claims: Sequence[Claim]) -> list[HeldBack]:
    release = next(r for r in reads.releases(connection, finding.source) if r.id == finding.release_id)
    holds = [finding] if finding.severity == "hold" else []
    return held_back(holds, release, reads.figures_of(connection, release), claims)


def _what(expected: str) -> str:
    return expected.removeprefix("an answer of the ")


def _finding(source: str, expected: str) -> Finding:
    words = f"The {_what(expected)} could not run on a release of {source}; onrecord held shows what is held for it."
    return Finding(COULD_NOT_RUN, "warn", "release", (), expected, source, words)
