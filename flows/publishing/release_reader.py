"""Releases and the calendar as the pages show them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain

from figures.periods import washington_day
from figures.publication import Law
from figures.records import Source
from figures.registry import SOURCES
from flows.lateness import Watched, watched
from flows.publishing.figures_reader import FiguresRead
from pages.facts.release_facts import (
    CalendarFacts,
    FindingFacts,
    LawFacts,
    PublishedDay,
    ReleaseFacts,
    SilenceFacts,
)
from storage.engine import Transaction
from storage.read import journal, reads
from storage.read.copies import copies
from storage.read.journal import StoredFinding, scope_of
from storage.read.reads import StoredRelease

# What a release's page lists of what checks found: a file may have hundreds of notes.
MOST_FINDINGS = 60
_WEIGHT = {"hold": 0, "warn": 1, "note": 2}


def addresses(releases: Sequence[StoredRelease]) -> dict[int, str]:
    """The page of each release: its hash, with its source where another source published the same bytes."""
    taken: dict[str, int] = {}
    for release in releases:
        taken.setdefault(release.sha256, release.id)
    return {
        release.id: f"releases/{release.sha256}{'' if taken[release.sha256] == release.id else '-' + release.source}/"
        for release in releases
    }


def release_facts(connection: Transaction, figures: FiguresRead) -> tuple[ReleaseFacts, ...]:
    """In order of publication."""
    stored = reads.releases(connection)
    sizes, found = journal.documents(connection), defaultdict[int | None, list[StoredFinding]](list)
    for finding in journal.findings(connection):
        found[finding.release_id].append(finding)
    repeated = set(chain.from_iterable(copies(connection, source) for source in {r.source for r in stored}))
    address = addresses(stored)
    return tuple(
        _release(connection, r, address[r.id], sizes[r.sha256], figures, found[r.id], repeats=r.id in repeated)
        for r in stored
    )


def _release(
    connection: Transaction,
    release: StoredRelease,
    address: str,
    size: int,
    figures: FiguresRead,
    found: Sequence[StoredFinding],
    *,
    repeats: bool,
) -> ReleaseFacts:
    source = SOURCES[release.source]
    listed = sorted(found, key=lambda f: (f.lifted_at is not None, _WEIGHT[f.severity], f.id))
    return ReleaseFacts(
        address=address,
        source=release.source,
        title=source.title,
        publisher=source.publisher,
        attribution=source.attribution,
        name=release.name,
        names=tuple(sorted(set(reads.names(connection, release.id)) - {release.name})),
        url=release.url,
        sha256=release.sha256,
        size=size,
        known_at=release.known_at,
        known_by=release.known_by,
        known_detail=release.known_detail,
        fiscal_year=release.fiscal_year,
        run_date=release.run_date,
        held=release.state == "held",
        repeats=repeats,
        changes=figures.changes_of(release.id),
        restated=figures.restated_by(release.id),
        findings=tuple(_finding(f, source) for f in listed[:MOST_FINDINGS]),
    )


def words_of(finding: StoredFinding, source: Source) -> str:
    """What it says; "" of a publisher who keeps his texts to himself: it may quote them."""
    return finding.words if source.republish == "all" else ""


def _finding(finding: StoredFinding, source: Source) -> FindingFacts:
    return FindingFacts(
        check=finding.check,
        severity=finding.severity,
        scope=scope_of(finding),
        words=words_of(finding, source),
        found_on=washington_day(finding.at),
        lifted_on=washington_day(finding.lifted_at) if finding.lifted_at else None,
        lifted_because=finding.lifted_because or "",
    )


def calendar_facts(
    connection: Transaction, sources: Sequence[Source], laws: Mapping[str, Law]
) -> tuple[CalendarFacts, ...]:
    """Each publisher that has published here, in order of the registry."""
    address = addresses(reads.releases(connection))
    return tuple(
        _calendar(each, address, laws.get(each.name)) for each in watched(connection, sources) if each.calendar
    )


def _calendar(of: Watched, address: Mapping[int, str], law: Law | None) -> CalendarFacts:
    return CalendarFacts(
        id=of.name,
        publisher=of.publisher,
        days=tuple(
            PublishedDay(each.day, each.name, address[each.release.id] if each.release else "") for each in of.calendar
        ),
        seen=of.seen,
        silences=tuple(SilenceFacts(each.since, each.until, each.days, each.reached) for each in of.silences()),
        due=of.expected.due if of.expected else None,
        late=of.expected.late if of.expected else None,
        law=LawFacts(law.words, law.citation, law.url, law.checked) if law else None,
    )
