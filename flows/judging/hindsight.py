"""What was known at each instant of the past, without hindsight.

Which figures are held back today may rest on what came out later: a table of TRAC's that contradicts an older workbook,
a re-issue that settled it, a person who lifted a hold. Here each instant has the holds that what was public then gave.
What a check says of a release rests on that release and those before it, and stands for all instants.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import chain

from alerts.claims.model import Claim
from alerts.forms.evidence import Agreement, Doubt, Knowledge, Unheld, collect
from checks.sources.disputes import CHECKS, WITNESS, disputes
from checks.sources.reconcile import reconcile
from figures.periods import washington_day
from figures.records import Figure, Finding, Observation
from flows.judging.hold_changes import doubts
from flows.judging.judge import held_release, series_of
from flows.judging.missing_border_files import unheld_cbp
from flows.judging.missing_editions import OLDER, unheld
from flows.reconcile import (
    SOURCES_OF_TRAC,
    THEIRS,
    Reader,
    compared_tables,
    gather,
    holds_of,
    lifted_by_person,
    notes_of,
)
from storage.engine import Transaction
from storage.read import journal, reads, vintages
from storage.read.holds import Holds

Said = Sequence[journal.StoredFinding | Finding]


@dataclass(frozen=True, slots=True)
class _Beside:
    """What is known beside figures and holds, for all instants."""

    doubts: tuple[Doubt, ...]
    unheld: tuple[Unheld, ...]


def _instants(releases: Iterable[reads.StoredRelease], claims: Iterable[Claim], until: datetime) -> list[datetime]:
    """In order, when something came out or a claim went on record."""
    instants = {r.known_at for r in releases} | {claim.on_record_at for claim in claims}
    return sorted(i for i in instants if i <= until)


def _first_of(source: str, releases: Iterable[reads.StoredRelease]) -> datetime:
    """Since when anything of a source was public; the end of time where nothing was."""
    return min((r.known_at for r in releases if r.source == source), default=datetime.max.replace(tzinfo=UTC))


def _held_then(
    own: Iterable[journal.StoredFinding], instant: datetime
) -> dict[int, list[journal.StoredFinding | Finding]]:
    """The findings that were not lifted by an instant, by release."""
    said: dict[int, list[journal.StoredFinding | Finding]] = {}
    for finding in own:
        if finding.release_id is not None and (finding.lifted_at is None or finding.lifted_at > instant):
            said.setdefault(finding.release_id, []).append(finding)
    return said


def known_then(
    connection: Transaction, claims: Sequence[Claim], until: datetime
) -> Iterator[tuple[datetime, Knowledge]]:
    """In order, each instant at which something came out or a claim went on record, and what was known by then."""
    figures = vintages.history(connection, set(chain.from_iterable(map(series_of, claims))), until)
    stored = reads.releases(connection)
    releases = [release for release in stored if release.known_at <= until]
    findings = journal.known_findings(connection, [OLDER])
    own = [f for f in findings if f.severity == "hold" and _of_a_check(f)]
    not_held = (*unheld(connection, stored, findings), *unheld_cbp(connection))
    beside = _Beside(tuple(doubts(findings)), not_held)
    read = _remembering()
    two_sources_since = _first_of(SOURCES_OF_TRAC[THEIRS], releases)
    for instant in _instants(releases, claims, until):
        said = _held_then(own, instant)
        disputes = _between_sources(connection, instant, read) if instant >= two_sources_since else {}
        for release_id, found in disputes.items():
            said.setdefault(release_id, []).extend(found)
        yield instant, _knowledge(figures, [r for r in releases if r.known_at <= instant], said, beside, instant)


def _of_a_check(finding: journal.StoredFinding) -> bool:
    """A hold by a check of one release, that stands or that a person has lifted."""
    renewed = finding.lifted_at is not None and finding.lifted_by == "onrecord"
    return finding.release_id is not None and finding.check not in CHECKS and not renewed


def _between_sources(connection: Transaction, instant: datetime, read: Reader) -> Mapping[int, list[Finding]]:
    """What ICE held against TRAC gave on what was public: the holds of disputes, and the second witnesses."""
    known = gather(connection, instant, read)
    if known.trac is None:
        return {}
    found = reconcile(known.rows, known.books, washington_day(known.trac.known_at))
    disputed = disputes(found, compared_tables(known, found))
    wanted, _ = holds_of(connection, known, disputed, lifted_by_person(connection, instant))
    for release_id, note in notes_of(known, found, washington_day(instant)):
        if note.check == WITNESS:
            wanted.setdefault(release_id, []).append(note)
    return wanted


def _remembering() -> Reader:
    """Reads each release once: its figures do not change while we look."""
    kept: dict[tuple[int, frozenset[str]], Sequence[Observation]] = {}

    def read(connection: Transaction, release_id: int, metrics: set[str]) -> Sequence[Observation]:
        key = release_id, frozenset(metrics)
        if key not in kept:
            kept[key] = reads.observations(connection, release_id, metrics)
        return kept[key]

    return read


def _figures_then(figures: Iterable[Figure], holds: Holds) -> Iterator[Figure]:
    """Figures as they stood under some holds."""
    for figure in figures:
        if figure.status == "removed":
            if not holds.on_table(figure.release_id, figure.table):  # a release that is held back drops nothing
                yield figure
            continue
        now = holds.on(figure.release_id, figure.table, figure.locator)
        yield figure if figure.held == now else replace(figure, held=now)


def _knowledge(
    figures: Sequence[Figure],
    releases: Sequence[reads.StoredRelease],
    said: Mapping[int, Said],
    beside: _Beside,
    instant: datetime,
) -> Knowledge:
    held = {id_: [f for f in found if f.severity == "hold"] for id_, found in said.items()}
    then = list(_figures_then((f for f in figures if f.known_at <= instant), _holds(held)))
    agreed = [
        Agreement(id_, frozenset(f.scope), date.fromisoformat(f.found))
        for id_, found in said.items()
        for f in found
        if f.check == WITNESS
    ]
    known = [held_release(release, held.get(release.id, [])) for release in releases]
    return collect(then, known, agreed, doubts=beside.doubts, unheld=beside.unheld)


def _holds(held: Mapping[int, Said]) -> Holds:
    def scoped(kind: str) -> frozenset[tuple[int, str]]:
        return frozenset(
            (id_, each) for id_, found in held.items() for f in found if f.scope_kind == kind for each in f.scope
        )

    whole = frozenset(id_ for id_, found in held.items() if any(f.scope_kind == "release" for f in found))
    return Holds(whole, scoped("table"), scoped("cells"))
