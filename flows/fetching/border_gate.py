"""What is stored beside a release of CBP's or OHSS's: gathered here, and held against it by
`checks/sources/border_documents.py`. A file stands beside its witness, an edition beside the one before, one publisher
beside the other. What is found holds the release where the two must be equal.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from checks.boundary import asked
from checks.sources.border_documents import (
    BY_AREA,
    BY_STATE,
    COUNTERPARTS,
    UNCONFIRMED,
    Beside,
    against_counterpart,
    against_editions,
    without_confirmation,
    witnessed,
)
from checks.sources.cbp_pairs import ABSENT, AGREES, THE_FIGURES_OF
from figures.mishaps import Mishap, attempt
from figures.records import Finding, Observation, Source
from figures.registry import SOURCES
from flows.context import Line
from scrapers.cbp.encounter_file_names import FileName, read_name
from storage.archive import Archive
from storage.engine import SPOKEN_TO, Transaction, reading, writing
from storage.read import journal, reads
from storage.read.holds import Holds, open_holds
from storage.read.reads import StoredRelease
from storage.write.findings import renew_findings, set_state

FILES, TABLE, OHSS = "cbp_encounters", "cbp_apprehensions", "ohss"
ENCOUNTERS = "cbp.encounters"
# The pages whose files by state and of the southwest are fetched to check files by area.
WITNESSED = (FILES, "cbp_southwest")
STAGE, BESIDE = "between", "witness"


def gate(connection: Transaction, source: str, release_id: int, archive: Archive, at: datetime) -> None:
    """Renew what is found between a release that is new, or has moved in time, and those beside it."""
    if not SOURCES[source].held_beside:
        return
    releases = reads.releases(connection, source)
    place = next(n for n, each in enumerate(releases) if each.id == release_id)
    for release in _touched(releases, place):
        _renew_between(connection, release, releases, at)
    mine = read_name(releases[place].name) if source == FILES else None
    for release, _ in _of_edition(releases, mine):
        _renew_witness(connection, release, releases, archive, at)
    if source in (FILES, TABLE):
        tables = reads.releases(connection, TABLE)
        for release in tables[-1:]:
            _renew_between(connection, release, tables, at)


def confirm(source: Source, line: Line) -> None:
    """Ask again about files by area whose witness was missing, or has come or changed since the last good look."""
    if source.id not in WITNESSED:
        return
    with reading(line.database) as connection:
        again = list(_to_be_asked_again(connection, source.id))
    for release in again:
        with writing(line.database) as connection:
            _renew_witness(connection, release, reads.releases(connection, FILES), line.archive, line.clock())


def _to_be_asked_again(connection: Transaction, source: str) -> Iterator[StoredRelease]:
    """The files by area that wait for a witness, or of whose edition one has come."""
    found = journal.findings(connection, stage=BESIDE, open_only=True)
    waiting = {f.release_id for f in found if f.check in (ABSENT, UNCONFIRMED)}
    come = set(_editions_since_last_look(connection, source))
    for release in reads.releases(connection, FILES):
        file = read_name(release.name)
        if file is not None and file.kind == BY_AREA and (release.id in waiting or file.edition in come):
            yield release


def _editions_since_last_look(connection: Transaction, source: str) -> Iterator[tuple[int, int]]:
    """The editions of which a page has given a witness, or other bytes of one, since the last look that ended well."""
    good = journal.last_runs(connection, source)["good"]
    for url, sha256 in journal.newest_bytes(connection, source).items():
        file = read_name(_name_at(url))
        turned = (
            journal.first_seen(connection, url, sha256),
            journal.last_other_bytes(connection, url, sha256),
        )
        if file is not None and (good is None or any(at and at > good["finished_at"] for at in turned)):
            yield file.edition


def _name_at(url: str) -> str:
    return PurePosixPath(unquote(urlsplit(url).path)).name


def _kind(name: str) -> str:
    """The kind of file that a name says; "" where it says none."""
    file = read_name(name)
    return file.kind if file else ""


def _of_edition(releases: Sequence[StoredRelease], mine: FileName | None) -> Iterator[tuple[StoredRelease, FileName]]:
    """The files of the edition that a name is of, each with what its own name says."""
    for release in releases:
        file = read_name(release.name)
        if file is not None and mine is not None and file.edition == mine.edition:
            yield release, file


def _touched(releases: Sequence[StoredRelease], place: int) -> Iterator[StoredRelease]:
    """The release itself, and the next of each kind after it, which is held against it."""
    yield releases[place]
    kinds: set[str] = set()
    for release in releases[place + 1 :]:
        if (kind := _kind(release.name)) not in kinds:
            kinds.add(kind)
            yield release


def _renew_between(
    connection: Transaction, release: StoredRelease, releases: Sequence[StoredRelease], at: datetime
) -> None:
    stated = reads.observations(connection, release.id)
    check = "ohss" if release.source == OHSS else "cbp"
    found = asked(check, stated, _between, connection, release, releases, stated, let_through=SPOKEN_TO)
    renew_findings(connection, release.source, release.id, STAGE, found, at)
    set_state(connection, release.id)


def _between(
    connection: Transaction, release: StoredRelease, releases: Sequence[StoredRelease], stated: Sequence[Observation]
) -> Iterator[Finding]:
    before = _before(connection, release, releases)
    if release.source == FILES:
        return against_editions(stated, before)
    how = COUNTERPARTS[release.source]
    return against_counterpart(stated, before, _newest(connection, FILES, {ENCOUNTERS}, how.kinds), how)


def _before(connection: Transaction, release: StoredRelease, releases: Sequence[StoredRelease]) -> list[Beside]:
    """The last clean release of each kind and another edition before one, the newest first."""
    same = {each.id for each, _ in _of_edition(releases, read_name(release.name))}
    holds = open_holds(connection, {each.id for each in releases})
    found: dict[str, StoredRelease] = {}
    for other in reversed([each for each in releases if each.position < release.position]):
        if other.id not in same and other.id not in holds.releases:
            found.setdefault(_kind(other.name), other)
    return [_beside(connection, each, holds) for each in found.values()]


def _newest(connection: Transaction, source: str, metrics: set[str], kinds: Sequence[str]) -> list[Beside]:
    """The newest clean file of the first of some kinds that there is."""
    releases = reads.releases(connection, source)
    holds = open_holds(connection, {each.id for each in releases})
    for kind in kinds:
        for release in reversed(releases):
            if _kind(release.name) == kind and release.id not in holds.releases:
                return [_beside(connection, release, holds, metrics)]
    return []


def _beside(connection: Transaction, release: StoredRelease, holds: Holds, metrics: set[str] | None = None) -> Beside:
    stated = reads.observations(connection, release.id, metrics)
    clean = [o for o in stated if not holds.on(release.id, o.table, o.locator)]
    return Beside(release.name, _kind(release.name), clean)


def _renew_witness(
    connection: Transaction,
    release: StoredRelease,
    releases: Sequence[StoredRelease],
    archive: Archive,
    at: datetime,
) -> None:
    """What the other files of its edition say of a file. One by area is held until the file by state has confirmed it,
    unless an earlier one was confirmed: then that the witness is missing is told.
    """
    mine = read_name(release.name)
    if mine is None or not release.years:
        return
    stated = reads.observations(connection, release.id)
    found: list[Finding] = []
    unread: list[str] = []
    by_state: list[Finding] = []
    for other in _witnesses(connection, release, mine, releases, archive, unread):
        said = asked("cbp", stated, witnessed, stated, other, let_through=SPOKEN_TO)
        found += said
        by_state += said if other.kind == BY_STATE else []
    if mine.kind == BY_AREA:
        is_first = not _confirmed(connection) - {release.id}
        found += without_confirmation(release.name, found, by_state, unread, is_first=is_first)
    renew_findings(connection, release.source, release.id, BESIDE, found, at)
    set_state(connection, release.id)


def _witnesses(
    connection: Transaction,
    release: StoredRelease,
    mine: FileName,
    releases: Sequence[StoredRelease],
    archive: Archive,
    unread: list[str],
) -> Iterator[Beside]:
    """The other files of an edition: those that are stored and came before it, and those that were fetched to check.

    What keeps one of the latter from being read is added to `unread`.
    """
    stored = [each for each, file in _of_edition(releases, mine) if file.kind != mine.kind and each.years]
    for other in stored:
        if mine.kind == BY_AREA or other.position < release.position:
            yield Beside(other.name, _kind(other.name), reads.observations(connection, other.id))
    if mine.kind == BY_AREA:
        yield from _read_to_check(connection, mine, {other.sha256 for other in stored}, archive, unread)


def _read_to_check(
    connection: Transaction, mine: FileName, stored: Collection[str], archive: Archive, unread: list[str]
) -> Iterator[Beside]:
    """The files that were fetched to check one by area, each once, without those that are `stored`, by sha256."""
    seen = set(stored)
    for name, sha256, file in _fetched_to_check(connection, mine):
        if sha256 in seen:
            continue
        seen.add(sha256)
        parsed = attempt(partial(SOURCES[FILES].parse, archive.get(sha256), name))  # a witness stops no other file
        if isinstance(parsed, Mishap):
            unread.append(f"{name} could not be read: {parsed.words or parsed.short}")
        else:
            yield Beside(name, file.kind, parsed.observations)


def _fetched_to_check(connection: Transaction, mine: FileName) -> Iterator[tuple[str, str, FileName]]:
    """(name, sha256, what the name says) of each file of an edition that was fetched to check the one by area."""
    for source in WITNESSED:
        for url, sha256 in journal.newest_bytes(connection, source).items():
            file = read_name(_name_at(url))
            if file is not None and file.edition == mine.edition and file.kind != BY_AREA:
                yield _name_at(url), sha256, file


def _confirmed(connection: Transaction) -> set[int]:
    """The files by area that a file by state has confirmed, and no other of their edition contradicts."""
    found = [f for f in journal.findings(connection, stage=BESIDE, open_only=True) if f.source == FILES]
    odd = {f.release_id for f in found if f.severity == "hold"}
    agreed = {f.release_id for f in found if f.check == AGREES and _is_by_state_of_area(f)}
    return {number for number in agreed - odd if number is not None}


def _is_by_state_of_area(agreed: journal.StoredFinding) -> bool:
    """Whether a file by state was found to agree with one by area."""
    other = agreed.expected.removeprefix(THE_FIGURES_OF)
    return (_kind(agreed.release_name), _kind(other)) == (BY_AREA, BY_STATE)
