"""What the pages call now: an instant of the database, and not of the clock."""

from datetime import UTC, datetime

from storage.engine import Transaction
from storage.read import journal, reads


def as_of(connection: Transaction) -> datetime:
    """When the newest look ended or the newest release came out, whichever is later; the year 1 for neither."""
    runs = (row["ended"] for row in journal.every_last_run(connection).values())
    looked = [row["finished_at"] for row in runs if row is not None and row["finished_at"]]
    published = [release.known_at for release in reads.releases(connection)]
    return max((*looked, *published), default=datetime.min.replace(tzinfo=UTC))
