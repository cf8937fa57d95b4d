"""How each source stands, from looks, releases and findings."""

from collections import Counter
from collections.abc import Sequence

from figures.periods import washington_day
from figures.records import Source
from flows.fetching.source_states import stands
from flows.lateness import watched
from pages.facts.source_facts import SourceFacts
from storage.engine import Transaction
from storage.read import journal, publication, reads
from storage.read.copies import copies


def source_facts(connection: Transaction, sources: Sequence[Source]) -> tuple[SourceFacts, ...]:
    """In the order given."""
    runs, releases, known = journal.every_last_run(connection), reads.releases(connection), stands(connection)
    days = publication.newest_days(connection, [source.headline for source in sources])
    awaited = {one.id: each.expected for each in watched(connection, sources) for one in each.sources}
    held = Counter(found.source for found in journal.findings(connection, severities=("hold",), open_only=True))
    found = []
    for source in sources:
        good, ended = runs[source.id]["good"], runs[source.id]["ended"]
        repeated = set(copies(connection, source.id))
        mine = [release for release in releases if release.source == source.id]
        published = [washington_day(release.known_at) for release in mine if release.id not in repeated]
        expected, standing = awaited.get(source.id), known.get(source.id)
        found.append(
            SourceFacts(
                id=source.id,
                title=source.title,
                publisher=source.publisher,
                attribution=source.attribution,
                last_look=good["finished_at"] if good else None,
                failing=bool(ended and ended["outcome"] == "failed"),
                last_release=max(published, default=None),
                newest_day=days.get(source.headline),
                due=expected.due if expected else None,
                late=expected.late if expected else None,
                state=standing.stand.state if standing else "live",
                state_since=standing.stand.since if standing else None,
                releases=len(mine),
                held=held[source.id],
            )
        )
    return tuple(found)
