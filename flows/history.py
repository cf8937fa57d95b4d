"""Asking history again: from an instant on, each release against the clean figures that were public before it."""

from datetime import datetime

from checks.history import against_history
from storage import reads, writes
from storage.engine import Transaction


def recheck(connection: Transaction, source: str, since: datetime, at: datetime) -> None:
    """Renew what history says of every release of a source from `since` on, in order of publication.

    An older edition that comes in late takes its place in the past: only what came after it is looked at again.
    """
    for release in reads.releases(connection, source, since):
        writes.forget_history_findings(connection, release.id)
        earlier = reads.clean_before(connection, source, release)
        observations = reads.observations(connection, release.id)
        found = against_history(observations, release.fiscal_year, earlier, release.known_at)
        lifted = {
            (f.check, f.expected, f.found)
            for f in reads.findings(connection, release_id=release.id)
            if f.lifted_at is not None
        }
        fresh = [f for f in found if (f.check, f.expected, f.found) not in lifted]
        writes.record_findings(connection, source, release.id, "history", fresh, at)
        writes.set_state(connection, release.id)
