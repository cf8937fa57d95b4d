"""CBP's and OHSS's releases held against what is stored: a file against its witness, an edition against the one before,
one publisher against the other. What is found stands beside the release, and holds it where the two must be equal.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from checks.boundary import asked
from checks.sources.cbp_pairs import (
    THE_FIGURES_OF,
    apprehensions_against,
    closed_years,
    ohss_against_cbp,
    ohss_allowed,
    revisions,
    witness,
)
from figures.mishaps import Mishap, attempt
from figures.records import Finding, Observation, Severity, Source
from flows.context import Line
from scrapers.cbp.encounter_file_names import FileName, read_name
from scrapers.registry import SOURCES
from storage.archive import Archive
from storage.engine import SPOKEN_TO, Transaction, reading, writing
from storage.read import journal, reads
from storage.read.holds import Holds, open_holds
from storage.read.reads import StoredRelease
from storage.write.findings import renew_findings, set_state

FILES, TABLE, OHSS = "cbp_encounters", "cbp_apprehensions", "ohss"
# The pages whose files by state and of the southwest are fetched to check files by area.
WITNESSED = (FILES, "cbp_southwest")
STAGE, BESIDE = "between", "witness"
AGREES, ABSENT, UNCONFIRMED = "witness_agrees", "witness_absent", "never_confirmed"


@dataclass(frozen=True, slots=True)
class _Other:
    """A document that another is held against: its figures without those that are held, and what its name says."""

    name: str
    figures: Sequence[Observation]
    file: FileName | None


def gate(connection: Transaction, source: str, release_id: int, archive: Archive, at: datetime) -> None:
    """Renew what is found between a release that is new, or has moved in time, and those beside it."""
    if source not in (FILES, TABLE, OHSS):
        return
    releases = reads.releases(connection, source)
    place = next(n for n, each in enumerate(releases) if each.id == release_id)
    for release in _touched(releases, place):
        _renew_between(connection, release, releases, at)
    if source == FILES:
        mine = read_name(releases[place].name)
        for release in releases:
            file = read_name(release.name)
            if file is not None and mine is not None and file.edition == mine.edition:
                _renew_witness(connection, release, releases, archive, at)
    if source in (FILES, TABLE):
        for release in reads.releases(connection, TABLE)[-1:]:
            _renew_between(connection, release, reads.releases(connection, TABLE), at)


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
        if file is not None and file.kind == "aor" and (release.id in waiting or file.edition in come):
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


def _touched(releases: Sequence[StoredRelease], place: int) -> Iterator[StoredRelease]:
    """The release itself, and the next of each kind after it, which is held against it."""
    yield releases[place]
    kinds: set[str] = set()
    for release in releases[place + 1 :]:
        file = read_name(release.name)
        if (kind := file.kind if file else "") not in kinds:
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
        yield from _against_editions(stated, before)
    elif release.source == TABLE:
        for other in before[:1]:
            yield from revisions(stated, other.figures, other.name)
        for other in _newest(connection, FILES, {"cbp.encounters"}, "aor", "sbo"):
            yield from apprehensions_against(stated, other.figures, other.name)
    else:
        for other in before[:1]:
            yield from revisions(stated, other.figures, other.name, ohss_allowed)
        for other in _newest(connection, FILES, {"cbp.encounters"}, "state", "aor"):
            yield from ohss_against_cbp(stated, other.figures, other.name)


def _against_editions(stated: Sequence[Observation], before: Sequence[_Other]) -> Iterator[Finding]:
    """Against the last edition of the same kind of file; what years that are over say, against each kind."""
    tables = {o.table for o in stated}
    alike = [other for other in before if tables & {o.table for o in other.figures}]
    for other in before:
        yield from closed_years(stated, other.figures, other.name)
    for other in (alike or before)[:1]:
        yield from revisions(stated, other.figures, other.name)


def _before(connection: Transaction, release: StoredRelease, releases: Sequence[StoredRelease]) -> list[_Other]:
    """The last clean release of each kind and another edition before one, the newest first."""
    mine = read_name(release.name)
    found: dict[str, StoredRelease] = {}
    holds = open_holds(connection, {each.id for each in releases})
    for other in reversed([each for each in releases if each.position < release.position]):
        file = read_name(other.name)
        is_same = mine is not None and file is not None and file.edition == mine.edition
        if not is_same and other.id not in holds.releases:
            found.setdefault(file.kind if file else "", other)
    return [_other(connection, each, holds) for each in found.values()]


def _newest(connection: Transaction, source: str, metrics: set[str], *kinds: str) -> list[_Other]:
    """The newest clean file of the first of some kinds that there is."""
    releases = reads.releases(connection, source)
    holds = open_holds(connection, {each.id for each in releases})
    for kind in kinds:
        for release in reversed(releases):
            file = read_name(release.name)
            if file is not None and file.kind == kind and release.id not in holds.releases:
                return [_other(connection, release, holds, metrics)]
    return []


def _other(connection: Transaction, release: StoredRelease, holds: Holds, metrics: set[str] | None = None) -> _Other:
    stated = reads.observations(connection, release.id, metrics)
    clean = [o for o in stated if not holds.on(release.id, o.table, o.locator)]
    return _Other(release.name, clean, read_name(release.name))


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
        said = asked("cbp", stated, _witnessed, stated, other, let_through=SPOKEN_TO)
        found += said
        by_state += said if other.file is not None and other.file.kind == "state" else []
    if mine.kind == "aor":
        found += _without_confirmation(connection, release, found, by_state, unread)
    renew_findings(connection, release.source, release.id, BESIDE, found, at)
    set_state(connection, release.id)


def _witnessed(stated: Sequence[Observation], other: _Other) -> list[Finding]:
    return witness(stated, other.figures, other.name, same_edition=True)


def _witnesses(
    connection: Transaction,
    release: StoredRelease,
    mine: FileName,
    releases: Sequence[StoredRelease],
    archive: Archive,
    unread: list[str],
) -> Iterator[_Other]:
    """The other files of an edition: those that are stored and came before it, and those that were fetched to check.

    What keeps one of the latter from being read is added to `unread`.
    """
    seen: set[str] = set()
    for other in releases:
        file = read_name(other.name)
        if file is not None and file.edition == mine.edition and file.kind != mine.kind and other.years:
            seen.add(other.sha256)
            if mine.kind == "aor" or other.position < release.position:
                yield _Other(other.name, reads.observations(connection, other.id), file)
    if mine.kind != "aor":
        return
    for name, sha256, file in _fetched_to_check(connection, mine):
        if sha256 not in seen:
            seen.add(sha256)
            parsed = attempt(partial(SOURCES[FILES].parse, archive.get(sha256), name))  # a witness stops no other file
            if isinstance(parsed, Mishap):
                unread.append(f"{name} could not be read: {parsed.words or parsed.short}")
            else:
                yield _Other(name, parsed.observations, file)


def _fetched_to_check(connection: Transaction, mine: FileName) -> Iterator[tuple[str, str, FileName]]:
    """(name, sha256, what the name says) of each file of an edition that was fetched to check the one by area."""
    for source in WITNESSED:
        for url, sha256 in journal.newest_bytes(connection, source).items():
            file = read_name(_name_at(url))
            if file is not None and file.edition == mine.edition and file.kind != "aor":
                yield _name_at(url), sha256, file


def _without_confirmation(
    connection: Transaction,
    release: StoredRelease,
    found: Sequence[Finding],
    by_state: Sequence[Finding],
    unread: Sequence[str],
) -> Iterator[Finding]:
    """What follows for a file by area that the file by state of its edition did not confirm."""
    wanted = "the file by state of the same edition"
    until = " No file by area was ever confirmed here: it is held until one is."
    is_first = not any(number != release.id for number in _confirmed(connection))
    if not by_state:
        words = f"{release.name} was not held against the file by state of its edition, which is not at hand."
        words += "".join(f" {each}." for each in unread)
        severity: Severity = "hold" if is_first else "warn"
        yield Finding(ABSENT, severity, "release", (), wanted, "none", words + until * is_first)
    elif is_first and (all(f.check != AGREES for f in by_state) or any(f.severity == "hold" for f in found)):
        words = f"{release.name} and another file of its edition do not say the same."
        yield Finding(UNCONFIRMED, "hold", "release", (), wanted, "another", words + until)


def _confirmed(connection: Transaction) -> set[int]:
    """The files by area that a file by state has confirmed, and no other of their edition contradicts."""
    found = [f for f in journal.findings(connection, stage=BESIDE, open_only=True) if f.source == FILES]
    odd = {f.release_id for f in found if f.severity == "hold"}
    agreed = {f.release_id for f in found if f.check == AGREES and _is_by_state_of_area(f)}
    return {number for number in agreed - odd if number is not None}


def _is_by_state_of_area(agreed: journal.StoredFinding) -> bool:
    """Whether a file by state was found to agree with one by area."""
    mine, other = read_name(agreed.release_name), read_name(agreed.expected.removeprefix(THE_FIGURES_OF))
    return mine is not None and other is not None and (mine.kind, other.kind) == ("aor", "state")
