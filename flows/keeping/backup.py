"""`onrecord backup`: the database, the configuration, the claims and the archive, under one manifest.

In a place lie an archive, which all backups share, and a folder for each backup. The manifest is written last: what has
none was broken off, and is no backup.
"""

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from flows.configuration.archive_settings import ArchiveSettings, archive_at, bucket_at
from flows.configuration.settings import Settings
from flows.keeping.archive_copy import copy_archive
from flows.keeping.manifest import ARCHIVE, FOLDER, MANIFEST, BackupError, Kept, Manifest
from storage.archive import Archive
from storage.backup_places import BackupPlace, FolderPlace
from storage.database_copy import kind_of, write_copy
from storage.engine import open_database, reading, require_current
from storage.objects.address import is_bucket
from storage.read import journal
from storage.schema import REVISION

DATABASE = {"sqlite": "onrecord.db", "postgresql": "onrecord.dump"}
CONFIGURATION = "onrecord.toml"
CLAIMS = "claims"


@dataclass(frozen=True, slots=True)
class Place:
    """Where backups lie: the files of each, and the archive that they share."""

    files: BackupPlace
    archive: Archive


def place_at(address: str, settings: ArchiveSettings, profile: str = "") -> Place:
    """A folder, or a bucket at the configured service, or at that of a profile of the SDK's."""
    archive = archive_at(f"{address.rstrip('/')}/{ARCHIVE}", settings, profile)
    if not is_bucket(address):
        return Place(FolderPlace(Path(address).expanduser().absolute()), archive)
    return Place(bucket_at(address, settings, profile), archive)


def back_up(
    settings: Settings, place: Place, at: datetime, progress: Callable[[int, int], None]
) -> tuple[str, Manifest]:
    """Make a backup and return its name and manifest. Raises BackupError, ArchiveError and DatabaseError.

    The database is copied first: every file that it names is in the archive by then. A file that the archive has lost
    is named in the manifest and stops nothing: a backup without it is better than none.
    """
    name = f"{at:%Y%m%dT%H%M%SZ}"
    url = settings.database_url.get_secret_value()
    kind = kind_of(url)
    database = open_database(url, create=False)
    require_current(database)
    files: list[Kept] = []
    with tempfile.TemporaryDirectory(prefix="onrecord-backup-") as folder:
        copy = Path(folder) / DATABASE[kind]
        try:
            write_copy(database, copy)
            with reading(database) as connection:
                recorded = journal.documents(connection)
        finally:
            database.dispose()
        files.append(_keep(place.files, name, copy.name, copy))
    for part, file in _configuration(settings.home):
        files.append(_keep(place.files, name, part, file))
    done = copy_archive(settings.open_archive(), place.archive, progress)
    archived = tuple(place.archive.held())
    missing = [f"missing: {place.archive.where(sha256)}" for sha256 in sorted(set(recorded) - set(archived))]
    manifest = Manifest(
        made_at=at.isoformat(),
        onrecord=version("onrecord"),
        database=kind,
        migration=REVISION,
        files=tuple(files),
        archived=archived,
        faults=(*done.faults, *missing),
    )
    if not place.files.create(f"{FOLDER}/{name}/{MANIFEST}", manifest.text()):
        raise _taken(place.files, f"{FOLDER}/{name}/{MANIFEST}")
    return name, manifest


def _configuration(home: Path) -> Iterator[tuple[str, Path]]:
    """What a person wrote: the configuration and the claims. The password of the Prefect server is made anew."""
    if (home / CONFIGURATION).exists():
        yield CONFIGURATION, home / CONFIGURATION
    for file in sorted((home / CLAIMS).glob("*")):
        if file.is_file():
            yield f"{CLAIMS}/{file.name}", file


def _keep(files: BackupPlace, name: str, part: str, file: Path) -> Kept:
    """Write a file of a backup, and read it back."""
    target = f"{FOLDER}/{name}/{part}"
    sha256, size = digest(file), file.stat().st_size
    if not files.create_from(target, file):
        raise _taken(files, target)
    with tempfile.TemporaryDirectory(prefix="onrecord-backup-") as folder:
        back = Path(folder) / "back"
        if not files.read_into(target, back) or digest(back) != sha256:
            raise BackupError(f"{files.where(target)} does not give back what was written. Run the backup again.")
    return Kept(part, size, sha256)


def _taken(files: BackupPlace, target: str) -> BackupError:
    return BackupError(f"{files.where(target)} is there already: another backup is being made. Run it again.")


def digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
