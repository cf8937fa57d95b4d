"""Asking history again: from an instant on, each release against what was clean and public before it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from checks.history import METRICS_WITH_HISTORY, against_history
from checks.prose import changed
from figures.records import Finding, Observation
from storage import reads, writes
from storage.engine import Transaction

PROSE = "ice.footnote"


def recheck(
    connection: Transaction,
    source: str,
    since: datetime,
    at: datetime,
    read: Mapping[int, Sequence[Observation]] | None = None,
) -> None:
    """Renew what history says of every release of a source from `since` on, in order of publication.

    An older edition that comes in late takes its place in the past: only what came after it is looked at again.
    `read` spares reading back what was read from a release just now.
    """
    asked = {*METRICS_WITH_HISTORY, PROSE}
    for release in reads.releases(connection, source, since):
        earlier = reads.clean_before(connection, source, release, METRICS_WITH_HISTORY)
        stated = (read or {}).get(release.id)
        if stated is None:
            observations = reads.observations(connection, release.id, asked)
        else:
            observations = reads.in_order(o for o in stated if o.metric in asked)
        counted = [o for o in observations if o.metric != PROSE]
        found = against_history(counted, release.fiscal_year, earlier, release.known_at)
        found += _prose(connection, source, release, [o for o in observations if o.metric == PROSE])
        writes.renew_findings(connection, source, release.id, "history", found, at)
        writes.set_state(connection, release.id)


def _prose(
    connection: Transaction, source: str, release: reads.StoredRelease, texts: Sequence[Observation]
) -> list[Finding]:
    new = [(o.locator, o.raw) for o in texts if o.status == "text"]
    if not new:
        return []
    name, before = reads.texts_before(connection, source, release, PROSE)
    return changed(new, before, name) if before else []
