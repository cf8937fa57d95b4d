"""A claim whose judging fails: recorded, told to the operators once, closed when it can be judged. Others go on."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from alerts.delivery import enqueue
from alerts.messages.words.claim_files import claim_fault_message
from figures.mishaps import Mishap
from figures.records import Finding
from storage.engine import Database, Transaction, reading, writing
from storage.read import journal
from storage.write.findings import record_new_findings, settle

# In the place of a source: what is found is about a file of ours and of no publisher.
SOURCE = "claims"
READING, JUDGING = "claim_files", "judge"
NOT_READ, NOT_JUDGED = "claim_not_read", "claim_not_judged"


def note_file_faults(database: Database, faults: Sequence[str], now: datetime) -> list[str]:
    """Keep which files of claims cannot be used, and close what was found of those that can. Returns what is new."""
    found = [Finding(NOT_READ, "warn", "release", (), "a claim that can be judged", "none", words) for words in faults]
    with writing(database) as connection:
        settle(connection, SOURCE, READING, [each.words for each in found], "it can be used", now)
        return [each.words for each in record_new_findings(connection, SOURCE, READING, found, now)]


def note_claim_faults(connection: Transaction, failed: Mapping[str, Mishap], now: datetime) -> None:
    """Keep which claims could not be judged just now, and close what was found of those that could."""
    found = [
        Finding(NOT_JUDGED, "warn", "release", (), "a verdict", mishap.short, f"{claim} cannot be judged: {mishap}.")
        for claim, mishap in sorted(failed.items())
    ]
    settle(connection, SOURCE, JUDGING, [each.words for each in found], "it can be judged", now)
    record_new_findings(connection, SOURCE, JUDGING, found, now)


def tell_claim_faults(database: Database, now: datetime, channels: Sequence[str]) -> None:
    """One message for all claims that cannot be judged, told again when another one cannot. Safe to repeat."""
    with reading(database) as connection:
        found = [
            (each.id, each.words)
            for check in (NOT_READ, NOT_JUDGED)
            for each in journal.findings(connection, check=check, open_only=True)
        ]
    if found:
        with writing(database) as connection:
            enqueue(connection, claim_fault_message(found, now), now, now, channels)
