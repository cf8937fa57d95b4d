"""ICE held against TRAC: read both, compare, record what came of it, hold what is in dispute, tell what is new.

What is recorded are findings of the stage `reconcile`, renewed each time: the same knowledge changes nothing. A dispute
that a later release settles is lifted with that reason; what a person lifted stays lifted.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, datetime

from alerts.claims.model import Claim
from alerts.delivery import enqueue
from alerts.messages.message import Message, Proof
from alerts.messages.words.figures_told import KNOWN_BY
from alerts.messages.words.sources import Disagreement, DisputedCell, Held, disagreement_message, settled_message
from checks.sources.disputes import (
    CHECKS,
    EXCHANGED,
    Dispute,
    disputes,
    note_on_book,
    note_on_table,
    on_ice,
    on_trac,
)
from checks.sources.paired_tables import TABLES, Source, TableResult, reconcile_tables, renamed
from checks.sources.pairing import UNDATED_BY, Book, Row, book_of, rows_of
from checks.sources.reconcile import Reconciliation, reconcile
from figures.metrics.catalogue import METRICS, RESTATED_BY
from figures.metrics.metric import ALL
from figures.periods import fiscal_year, spoken, washington_day
from figures.records import Finding, Observation
from flows.dispute_sides import side_of
from scrapers.ice.places.facility_names import identify, own_id
from scrapers.registry import ICE, SOURCES
from storage.engine import Database, Transaction, writing
from storage.read import journal, reads
from storage.write.findings import lift, record_findings, set_state

STAGE = "reconcile"
((OURS, THEIRS),) = RESTATED_BY.items()
SETTLED = "a later release settled it"
_AGENCIES = {"ICE": "arrested by ICE", "CBP": "arrested by CBP", ALL: "both agencies"}
_Said = tuple[str, str, str]
Reader = Callable[[Transaction, int, set[str]], Sequence[Observation]]


@dataclass(frozen=True, slots=True)
class Known:
    """Both sides as stored: ICE's releases in order of publication, the newest of TRAC's that has rows."""

    releases: Mapping[int, reads.StoredRelease]
    observations: Mapping[int, Sequence[Observation]]
    books: tuple[Book, ...]
    rows: tuple[Row, ...]
    trac: reads.StoredRelease | None
    others: tuple[tuple[reads.StoredRelease, Observation], ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a reconciliation found, the messages it queued, and from which instant on verdicts rest on other holds."""

    found: Reconciliation
    tables: tuple[TableResult, ...]
    messages: tuple[Message, ...]
    since: datetime | None


def hold_against(
    database: Database, claims: Sequence[Claim], now: datetime, channels: Sequence[str], quiet: str = ""
) -> Outcome:
    """Reconcile all that is known, in one transaction. Safe to repeat."""
    with writing(database) as connection:
        known = gather(connection)
        seen = washington_day(known.trac.known_at) if known.trac else washington_day(now)
        found = reconcile(known.rows, known.books, seen)
        tables = compared_tables(known, found)
        open_before = [f for f in journal.findings(connection, open_only=True) if f.check in CHECKS]
        by_person = lifted_by_person(connection, now)
        in_dispute = disputes(found, tables)
        wanted, sides = holds_of(connection, known, in_dispute, by_person)
        for release_id, note in notes_of(known, found, washington_day(now)):
            wanted.setdefault(release_id, []).append(note)
        since = _renew(connection, open_before, wanted, now)
        holds = journal.findings(connection, stage=STAGE, severities=("hold",), open_only=True)
        numbers = {_said(f): f.id for f in reversed(holds)}
        before = {_said(f) for f in open_before if f.severity == "hold"} | by_person
        fresh = [d for d in in_dispute if not {_said(on_ice(d)), _said(on_trac(d))} & before]
        gone = _gone(open_before, wanted)
        messages = []
        if fresh:
            told = [_told(d, known, sides[id(d)], claims, numbers) for d in fresh]
            messages.append(disagreement_message(told, now))
        if gone:
            messages.append(settled_message(gone, now))
        for message in messages:
            enqueue(connection, message, now, now, channels, quiet)
    return Outcome(found, tuple(tables), tuple(messages), since)


def _said(finding: Finding | journal.StoredFinding) -> _Said:
    return finding.check, finding.expected, finding.found


def _undated(connection: Transaction) -> dict[int, list[journal.StoredFinding]]:
    """By release, what is open and says that its stated day is not to be used."""
    doubts: dict[int, list[journal.StoredFinding]] = {}
    for finding in journal.findings(connection, open_only=True):
        if finding.release_id is not None and finding.check in UNDATED_BY:
            doubts.setdefault(finding.release_id, []).append(finding)
    return doubts


def _key(release_id: int | None, finding: Finding | journal.StoredFinding) -> tuple[object, ...]:
    return release_id, finding.severity, *_said(finding), finding.scope


def gather(connection: Transaction, as_of: datetime | None = None, read: Reader = reads.observations) -> Known:
    """What is compared: the figures of both sides and what is doubtful about a workbook's day. Of what was public at an
    instant; None: of all.
    """
    wanted = {OURS, *(table.ours for table in TABLES)}
    doubts = _undated(connection)
    trac, rows = _newest(connection, SOURCES_OF_TRAC[THEIRS], {THEIRS}, as_of, read)
    if trac is None:
        return Known({}, {}, (), (), None, ())
    releases = {release.id: release for release in _public(connection, ICE.id, as_of)}
    observations = {id_: read(connection, id_, wanted) for id_ in releases}
    books = [book for release in releases.values() if (book := _book(release, observations[release.id], doubts))]
    others: list[tuple[reads.StoredRelease, Observation]] = []
    for source in sorted({s for metric, s in SOURCES_OF_TRAC.items() if metric != THEIRS}):
        metrics = {name for table in TABLES for name in (table.theirs, table.dated_by) if name}
        release, more = _newest(connection, source, metrics, as_of, read)
        others += [(release, o) for o in more] if release else []
    return Known(releases, observations, tuple(books), tuple(rows_of(rows)), trac, tuple(others))


# TRAC's sources by the metric that each is known for.
SOURCES_OF_TRAC = {source.headline: source.id for source in SOURCES.values() if source.headline.startswith("trac.")}


def _book(
    release: reads.StoredRelease, observations: Sequence[Observation], doubts: Mapping[int, list[journal.StoredFinding]]
) -> Book | None:
    held = [o for o in observations if o.metric == OURS]
    tables = {o.table for o in held}
    about = [f for f in doubts.get(release.id, ()) if f.scope_kind == "release" or tables & set(f.scope)]
    posted = washington_day(release.known_at)
    return book_of(release.id, release.name, posted, held, {f.check: f.words for f in about})


def _public(connection: Transaction, source: str, as_of: datetime | None) -> list[reads.StoredRelease]:
    return [r for r in reads.releases(connection, source) if as_of is None or r.known_at <= as_of]


def _newest(
    connection: Transaction, source: str, metrics: set[str], as_of: datetime | None, read: Reader
) -> tuple[reads.StoredRelease | None, Sequence[Observation]]:
    """The newest release of a source in which there is something to read."""
    for release in reversed(_public(connection, source, as_of)):
        if observations := read(connection, release.id, metrics):
            return release, observations
    return None, []


def compared_tables(known: Known, found: Reconciliation) -> list[TableResult]:
    row = {c.pair.book.release_id: dated.row.date for dated in found.dates for c in dated.comparisons}
    sources = [
        Source(r.id, r.name, washington_day(r.known_at), row.get(r.id), known.observations[r.id])
        for r in known.releases.values()
    ]
    return reconcile_tables([_as_ice_names_it(o) for _, o in known.others], sources)


def _as_ice_names_it(observation: Observation) -> Observation:
    """TRAC's facility under the identity that the same published name has in ICE's list."""
    dims = dict(observation.dims)
    if "city" not in dims or dims["facility"] == ALL or observation.period.end is None:
        return observation
    place = dims["facility"], dims["city"], dims["state"]
    listed = identify(*place, fiscal_year(observation.period.end))
    return renamed(observation, (("facility", listed.facility if listed else own_id(*place)),))


def lifted_by_person(connection: Transaction, by: datetime) -> set[_Said]:
    """The disputes whose holds a person had lifted by an instant."""
    return {
        _said(f)
        for f in journal.findings(connection, severities=("hold",))
        if f.check in CHECKS and f.lifted_at and f.lifted_at <= by and f.lifted_by != "onrecord"
    }


def holds_of(
    connection: Transaction, known: Known, in_dispute: Sequence[Dispute], by_person: Set[_Said]
) -> tuple[dict[int, list[Finding]], dict[int, Held]]:
    """The holds on either side by release, and for each dispute which side is held. What a person lifted is not."""
    faults = [f for f in journal.findings(connection, severities=("hold",), open_only=True) if f.check not in CHECKS]
    wanted: dict[int, list[Finding]] = {}
    sides: dict[int, Held] = {}
    for dispute in in_dispute:
        release = _trac_release(known, dispute)
        side = sides[id(dispute)] = side_of(dispute, release.id, faults)
        if side != "trac":
            wanted.setdefault(dispute.release_id, []).append(on_ice(dispute))
        if side != "ice":
            for release_id, finding in _on_every_vintage(connection, dispute, release.id):
                wanted.setdefault(release_id, []).append(finding)
    return {id_: [f for f in held if _said(f) not in by_person] for id_, held in wanted.items()}, sides


def _trac_release(known: Known, dispute: Dispute) -> reads.StoredRelease:
    cells = {(d.theirs.table, d.theirs.locator) for d in dispute.differences}
    for release, observation in known.others:
        if (observation.table, observation.locator) in cells:
            return release
    if known.trac is None:
        raise LookupError(f"no release of TRAC's holds {', '.join(cell for _, cell in sorted(cells))}")
    return known.trac


def _on_every_vintage(connection: Transaction, dispute: Dispute, newest: int) -> Iterable[tuple[int, Finding]]:
    """TRAC restates its history: the figure in dispute stands in its earlier tables too, and is held there as well."""
    finding = on_trac(dispute)
    values = {(d.theirs.series, d.theirs.period.key): d.theirs.value for d in dispute.differences}
    cells: dict[int, list[str]] = {}
    for figure in reads.figures(connection, {series for series, _ in values}):
        key = figure.series, figure.period.key
        if key in values and figure.value == values[key] and figure.release_id != newest:
            cells.setdefault(figure.release_id, []).append(figure.locator)
    yield newest, finding
    for release_id, locators in cells.items():
        yield release_id, replace(finding, scope=tuple(locators))


def notes_of(known: Known, found: Reconciliation, today: date) -> Iterable[tuple[int, Finding]]:
    for booked in found.books if known.trac else ():
        if note := note_on_book(booked, today):
            yield booked.book.release_id, note
    if known.trac and (note := note_on_table(found)):
        yield known.trac.id, note


def _renew(
    connection: Transaction,
    before: Sequence[journal.StoredFinding],
    wanted: Mapping[int, Sequence[Finding]],
    now: datetime,
) -> datetime | None:
    """Record what is new and lift what is over. Returns the earliest instant of a release whose holds changed."""
    said = {_key(f.release_id, f): f for f in before}
    kept = {_key(id_, f) for id_, findings in wanted.items() for f in findings}
    over = [said[key] for key in said.keys() - kept]
    lift(connection, [f.id for f in over], "onrecord", SETTLED, now)
    releases = {release.id: release for release in reads.releases(connection)}
    new = {id_: [f for f in findings if _key(id_, f) not in said] for id_, findings in wanted.items()}
    for id_, findings in new.items():
        record_findings(connection, releases[id_].source, id_, STAGE, findings, now)
    changed = releases.keys() & (_held(new) | {f.release_id for f in over if f.severity == "hold"})
    for id_ in sorted(changed):
        set_state(connection, id_)
    return min((releases[id_].known_at for id_ in changed), default=None)


def _held(findings: Mapping[int, Sequence[Finding]]) -> set[int | None]:
    """The releases that findings hold."""
    return {id_ for id_, some in findings.items() if any(f.severity == "hold" for f in some)}


def _gone(before: Sequence[journal.StoredFinding], wanted: Mapping[int, Sequence[Finding]]) -> list[str]:
    """What was said of disputes that are over, once each."""
    still = {_said(f) for findings in wanted.values() for f in findings}
    return list(dict.fromkeys(f.words for f in before if f.severity == "hold" and _said(f) not in still))


def _told(
    dispute: Dispute, known: Known, held: Held, claims: Sequence[Claim], numbers: Mapping[_Said, int]
) -> Disagreement:
    trac = _trac_release(known, dispute)
    ice = known.releases[dispute.release_id]
    cells = tuple(
        DisputedCell(
            _what(each.theirs),
            each.value,
            each.theirs.value or 0.0,
            (*(_proof(o, ice) for o in each.ours), _proof(each.theirs, trac)),
        )
        for each in dispute.differences
    )
    series = {o.series for each in dispute.differences for o in (*each.ours, each.theirs)}
    titles = tuple(claim.words.title for claim in claims if not series.isdisjoint(claim.needed))
    mine = [numbers[said] for said in (_said(on_ice(dispute)), _said(on_trac(dispute))) if said in numbers]
    exchanged = dispute.check == EXCHANGED
    return Disagreement(exchanged, dispute.table, dispute.day, dispute.paired, cells, held, titles, tuple(mine))


def _what(observation: Observation) -> str:
    """Which figure, in words: `arrested by ICE, convicted`."""
    dims = dict(observation.dims)
    agency = _AGENCIES.get(dims.pop("agency", ""), "")
    rest = [f"all {name}" if value == ALL else value for name, value in sorted(dims.items())]
    return ", ".join(part for part in (agency, *rest) if part)


def _proof(observation: Observation, release: reads.StoredRelease) -> Proof:
    noun = METRICS[observation.metric].noun
    day = spoken(observation.period.end) if observation.period.end else "a day that is not stated"
    return Proof(
        figure=f"{observation.value or 0.0:,.10g} {noun}, {day}: {observation.series}",
        file=release.name,
        cell=observation.locator,
        sha256=release.sha256,
        url=release.url,
        public_since=f"public since {spoken(washington_day(release.known_at))} ({KNOWN_BY[release.known_by]})",
    )
