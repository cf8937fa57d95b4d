"""What is held back, and every correction that was sent."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from alerts.claims.model import Claim
from alerts.messages.message import message_from_json
from figures.periods import washington_day
from figures.registry import SOURCES
from flows.held_back import Hold, holds
from flows.publishing.release_reader import addresses, words_of
from pages.facts.said_facts import CorrectedItem, CorrectionFacts, HeldFacts
from storage.engine import Transaction
from storage.read import reads
from storage.read.journal import scope_of
from storage.write import ledger

_CORRECTION = "correction:"


def held_facts(connection: Transaction, claims: Sequence[Claim]) -> tuple[HeldFacts, ...]:
    """The open holds on releases, newest release first."""
    address = addresses(reads.releases(connection))
    titles = {claim.id: claim.words.title for claim in claims}
    return tuple(_held(hold, address, titles) for hold in holds(connection, claims, lifted=False))


def _held(hold: Hold, address: dict[int, str], titles: dict[str, str]) -> HeldFacts:
    finding = hold.finding
    return HeldFacts(
        release=finding.release_name,
        address=address[finding.release_id or 0],
        source=SOURCES[finding.source].title,
        public_since=washington_day(hold.public_since),
        found_on=washington_day(finding.at),
        check=finding.check,
        scope=scope_of(finding),
        words=words_of(finding, SOURCES[finding.source]),
        seen=hold.state.startswith("seen"),
        claims=tuple((claim, titles[claim]) for claim in hold.claims),
    )


def correction_facts(connection: Transaction, claims: Sequence[Claim]) -> tuple[CorrectionFacts, ...]:
    """To the desk, in the order in which they were sent. One that no channel has taken was not sent.

    What is said of nothing but claims that are not among these, the desk's own watches, is left out.
    """
    outbox, shown = ledger.outbox(connection), {claim.id for claim in claims}
    about = _claims_of(outbox)
    found = []
    for row in outbox:
        named = about.get(row["key"], {})
        mine = tuple(claim for claim in named if claim in shown)
        if _is_correction(row) and (sent := _sent_at(row)) and (mine or not named):
            found.append(_correction(row, sent, mine))
    return tuple(sorted(found, key=lambda correction: (correction.sent_at, correction.key)))


def _is_correction(row: Mapping[str, Any]) -> bool:
    return row["audience"] == "desk" and str(row["key"]).startswith(_CORRECTION)


def _claims_of(outbox: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, None]]:
    """By the key of a correction: the claims of which something does not stand any more, each once, in order."""
    found: dict[str, dict[str, None]] = {}
    for notice in (notice for row in outbox for notice in row["notices"]):
        found.setdefault(notice["correction"] or "", {})[notice["claim"]] = None
    return found


def _correction(row: Mapping[str, Any], sent: datetime, claims: tuple[str, ...]) -> CorrectionFacts:
    message = message_from_json(row["body"])
    items = tuple(CorrectedItem(item.claim, item.facts) for item in message.items)
    return CorrectionFacts(row["key"], message.subject, sent, items, claims)


def _sent_at(row: Mapping[str, Any]) -> datetime | None:
    """When the first channel took it."""
    taken = [tried["at"] for each in row["deliveries"] for tried in each["attempts"] if tried["outcome"] == "sent"]
    return min(taken, default=None)
