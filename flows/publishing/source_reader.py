"""How each source stands, from looks, releases and findings."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any

from alerts.source_states import Standing
from checks.sources.lateness import Expected
from figures.periods import washington_day
from figures.records import Source
from flows.fetching.source_states import stands
from flows.lateness import watched
from pages.facts.source_facts import SourceFacts
from storage.engine import Transaction
from storage.read import journal, publication, reads
from storage.read.copies import copies
from storage.read.reads import StoredRelease

RunRow = Mapping[Any, Any]


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of all sources, by the source's id."""

    runs: Mapping[str, Mapping[str, RunRow | None]]
    releases: Sequence[StoredRelease]
    repeated: frozenset[int]
    days: Mapping[str, date]
    awaited: Mapping[str, Expected | None]
    stands: Mapping[str, Standing]
    held: Mapping[str, int]


def source_facts(connection: Transaction, sources: Sequence[Source]) -> tuple[SourceFacts, ...]:
    """In the order given."""
    held = Counter(found.source for found in journal.findings(connection, severities=("hold",), open_only=True))
    known = _Known(
        runs=journal.every_last_run(connection),
        releases=reads.releases(connection),
        repeated=frozenset(chain.from_iterable(copies(connection, source.id) for source in sources)),
        days=publication.newest_days(connection, [source.headline for source in sources]),
        awaited={one.id: each.expected for each in watched(connection, sources) for one in each.sources},
        stands=stands(connection),
        held=held,
    )
    return tuple(_of(source, known) for source in sources)


def _of(source: Source, known: _Known) -> SourceFacts:
    ended = known.runs[source.id]["ended"]
    mine = [release for release in known.releases if release.source == source.id]
    expected, standing = known.awaited.get(source.id), known.stands.get(source.id)
    return SourceFacts(
        id=source.id,
        title=source.title,
        publisher=source.publisher,
        attribution=source.attribution,
        last_look=_ended_at(known.runs[source.id]["good"]),
        failing=bool(ended and ended["outcome"] == "failed"),
        last_release=_newest(mine, known.repeated),
        newest_day=known.days.get(source.headline),
        due=expected.due if expected else None,
        late=expected.late if expected else None,
        state=standing.stand.state if standing else "live",
        state_since=standing.stand.since if standing else None,
        releases=len(mine),
        held=known.held.get(source.id, 0),
    )


def _ended_at(run: RunRow | None) -> datetime | None:
    return run["finished_at"] if run else None


def _newest(releases: Iterable[StoredRelease], repeated: Collection[int]) -> date | None:
    """The day of the newest release that is no copy of another."""
    return max((washington_day(each.known_at) for each in releases if each.id not in repeated), default=None)
