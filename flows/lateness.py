"""A silent source is told once, and the record is closed when it speaks again."""

from collections.abc import Sequence
from datetime import date, datetime

from alerts.source_words import late_message
from checks.lateness import late
from figures.periods import washington_day
from figures.records import Source
from storage import ledger, reads, writes
from storage.engine import Database, writing

STAGE = "lateness"
SPOKE = "the source has newer figures"


def tell_late(database: Database, sources: Sequence[Source], now: datetime, channels: Sequence[str]) -> list[str]:
    """Record and tell each source that has become late. Returns the keys of the new messages."""
    told = []
    with writing(database) as connection:
        for source in sources:
            newest: date | None = reads.newest_day(connection, source.headline)
            finding = late(source.title, newest, washington_day(now)) if newest else None
            writes.settle(connection, source.id, STAGE, [finding.words] if finding else [], SPOKE, now)
            if newest is None or finding is None:
                continue
            writes.record_new_findings(connection, source.id, STAGE, [finding], now)
            message = late_message(source.id, source.title, finding.words, newest, now)
            body = message.to_json()
            if ledger.enqueue(connection, message.key, message.audience, message.subject, body, now, now, channels):
                told.append(message.key)
    return told
