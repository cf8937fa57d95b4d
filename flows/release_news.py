"""What is said of a release when it comes in: what is held back of it, and which closed periods it restates."""

from collections.abc import Sequence

from alerts.delivery import enqueue
from alerts.hold_words import held_message
from alerts.source_words import revised_message
from checks.asking import COULD_NOT_RUN
from checks.revisions import CHECK as REVISED
from figures.records import Observation, Source
from flows.held_figures import held_back
from flows.line import Line
from storage import journal, reads
from storage.engine import Transaction


def tell_of_release(
    connection: Transaction, source: Source, release_id: int, stated: Sequence[Observation], line: Line, quiet: str
) -> None:
    """Queue what is to be said of a release that is new; `stated` are its figures.

    A check of ours that could not run is told apart, since it is no fault of the release.
    """
    release = next(r for r in reads.releases(connection, source.id) if r.id == release_id)
    findings = journal.findings(connection, release_id=release_id, severities=("hold", "warn"), open_only=True)
    holds = [f for f in findings if f.severity == "hold" and f.check != COULD_NOT_RUN]
    revised = [f.words for f in findings if f.check == REVISED]
    now, name, at = line.clock(), release.name, release.known_at
    if holds:
        told = held_back(holds, release, stated, line.claims())
        message = held_message(source.id, name, release.sha256, release.url, told, at)
        enqueue(connection, message, now, now, line.ops_channels, quiet)
    if revised:
        message = revised_message(name, release.sha256, release.url, revised, at)
        enqueue(connection, message, now, now, line.source_channels, quiet)
