"""A silent publisher is told once, and the record is closed when it speaks again."""

from collections.abc import Sequence
from datetime import date, datetime

from alerts.source_words import late_message
from checks.lateness import late
from figures.periods import washington_day
from figures.records import Finding, Source
from scrapers.registry import ICE
from storage import ledger, reads, writes
from storage.engine import Database, Transaction, writing

STAGE = "lateness"
SPOKE = "the publisher has newer figures"


def tell_late(database: Database, sources: Sequence[Source], now: datetime, channels: Sequence[str]) -> str:
    """Record every publisher that is late, and tell of those that have become so. Returns the message's key, or ''.

    A publisher speaks by the newest of its tables. While ICE is late, nobody who restates it is expected to have more.
    """
    with writing(database) as connection:
        found = {publisher: _look(connection, publisher, sources, now) for publisher in _publishers(sources)}
        fresh = [finding for finding, is_new in found.values() if finding and is_new]
        ice = found.get(ICE.publisher, (None, False))[0]
        told = [finding for finding in fresh if ice is None or finding is ice]
        if not told:
            return ""
        message = late_message([(f.words, f.found) for f in told], now)
        ledger.enqueue(
            connection, message.key, message.audience, message.subject, message.to_json(), now, now, channels
        )
        return message.key


def _publishers(sources: Sequence[Source]) -> list[str]:
    return list(dict.fromkeys(source.publisher for source in sources))


def _look(
    connection: Transaction, publisher: str, sources: Sequence[Source], now: datetime
) -> tuple[Finding | None, bool]:
    """What is to be said of a publisher, and whether it is said for the first time."""
    mine = [source for source in sources if source.publisher == publisher]
    days: list[date] = [day for source in mine if (day := reads.newest_day(connection, source.headline))]
    finding = late(publisher, max(days), washington_day(now)) if days else None
    writes.settle(connection, mine[0].id, STAGE, [finding.words] if finding else [], SPOKE, now)
    if finding is None:
        return None, False
    return finding, bool(writes.record_new_findings(connection, mine[0].id, STAGE, [finding], now))
