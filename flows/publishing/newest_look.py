"""What the pages call now: an instant of the database, and not of the clock."""

from datetime import datetime

from storage.engine import Transaction
from storage.read import journal, reads


class NothingKnownError(Exception):
    """A database that knows of no look and no release: a site of it would show nothing."""


def as_of(connection: Transaction) -> datetime:
    """When the newest look ended or the newest release came out, whichever is later.

    Raises NothingKnownError where there has been neither.
    """
    runs = (row["ended"] for row in journal.every_last_run(connection).values())
    looked = [row["finished_at"] for row in runs if row is not None and row["finished_at"]]
    known: list[datetime] = [*looked, *(release.known_at for release in reads.releases(connection))]
    if not known:
        raise NothingKnownError("Nothing is known yet that a site could show. Type `onrecord run` first.")
    return max(known)
