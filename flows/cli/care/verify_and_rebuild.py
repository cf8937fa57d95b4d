"""`onrecord verify` and `onrecord rebuild`: whether the archive is whole, and all that is derived, derived anew."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from figures.records import Source
from figures.registry import SOURCES
from flows.configuration.archive_settings import archive_at
from flows.configuration.settings import load_settings
from flows.documents import read_again
from flows.history.recheck import recheck
from flows.intake import check_document
from flows.notifying.failed_checks import settle_failed_checks
from flows.pipeline import clock
from flows.show import printing
from storage.archive import Archive
from storage.engine import Database, DatabaseError, open_database, reading, require_current, writing
from storage.read import journal, reads
from storage.write import releases as writes

_WHAT_TO_DO = (
    "Bring them back from a copy of the archive: onrecord archive copy --from COPY. Figures that rest on them cannot "
    "be shown to anybody."
)


@dataclass(frozen=True, slots=True)
class Verified:
    """What a look at the archive found: (sha256, fault) of files, those without a record, writes that never ended."""

    documents: int
    faults: tuple[tuple[str, str], ...]
    unrecorded: tuple[str, ...]
    unfinished: tuple[str, ...]


def verify_archive(database: Database, archive: Archive) -> Verified:
    """Hash every file of the archive against the record of documents."""
    with reading(database) as connection:
        recorded = journal.documents(connection)
    unrecorded = tuple(sha256 for sha256 in archive.held() if sha256 not in recorded)
    found = [(sha256, archive.fault(sha256)) for sha256 in (*recorded, *unrecorded)]
    unfinished = tuple(archive.unfinished())
    return Verified(len(recorded), tuple(each for each in found if each[1]), unrecorded, unfinished)


def rebuild_source(database: Database, archive: Archive, source: Source, at: datetime) -> int:
    """Read every release of a source anew from the archive and ask history again, as one step. Returns how many.

    Raises ArchiveError when a file is missing or altered; then nothing has changed.
    """
    with writing(database) as connection:
        releases = reads.releases(connection, source.id)
        for release in releases:
            parsed = read_again(source, archive.get(release.sha256), release.name)
            writes.reread_release(connection, source.id, release.id, parsed, source.parser)
            check_document(connection, source.id, release.id, release.sha256, parsed, at)
        if releases:
            recheck(connection, source.id, releases[0].known_at, at)
            settle_failed_checks(connection, source.id, at)
    return len(releases)


def rebuild_all(database: Database, archive: Archive, sources: Mapping[str, Source], at: datetime) -> dict[str, int]:
    with reading(database) as connection:
        named = {release.source for release in reads.releases(connection)}
    if strange := sorted(named - set(sources)):
        raise DatabaseError(f"There are releases of {', '.join(strange)}, which this version does not know")
    return {name: rebuild_source(database, archive, sources[name], at) for name in sources if name in named}


def verify(at: str, profile: str, *, as_json: bool) -> int:
    """Print what is missing or altered in the archive, or in a copy of it elsewhere. Returns 1 when something is."""
    settings = load_settings()
    database = open_database(settings.database_url.get_secret_value(), create=False)
    require_current(database)
    archive = archive_at(at, settings.archive, profile) if at else settings.open_archive()
    found = verify_archive(database, archive)
    if as_json:
        printing.print_json(found)
        return 1 if found.faults else 0
    for sha256, fault in found.faults:
        _say(f"{fault}: {archive.where(sha256)}")
    for sha256 in found.unrecorded:
        _say(f"no record names it (a run ended just after storing it): {archive.where(sha256)}")
    for path in found.unfinished:
        _say(f"a write that never ended, may be deleted: {path}")
    _say(f"{found.documents} documents, {len(found.faults)} missing or altered.")
    if found.faults:
        _say(_WHAT_TO_DO)
    return 1 if found.faults else 0


def rebuild() -> None:
    settings = load_settings()
    database = open_database(settings.database_url.get_secret_value(), create=False)
    require_current(database)
    for name, count in rebuild_all(database, settings.open_archive(), SOURCES, clock()).items():
        _say(f"{name}: {count} releases read anew.")
    _say("Claims are judged on the figures at the next run.")


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
