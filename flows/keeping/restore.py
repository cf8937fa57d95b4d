"""`onrecord restore`: a backup, put into an empty place. Everything is fetched and hashed before anything is in place.

It may be stopped at any point: what was fetched waits in `.restoring`, and the same restore goes on.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flows.configuration.home_folder import OURS
from flows.configuration.settings import Settings, load_settings
from flows.keeping.backup import CLAIMS, CONFIGURATION, DATABASE, Place, digest
from flows.keeping.manifest import FOLDER, MANIFEST, BackupError, Kept, Manifest, backups, read_manifest
from storage.archive import AlteredError, Archive, MissingError
from storage.database_copy import is_empty, kind_of, read_copy
from storage.schema import REVISION

STAGED = ".restoring"


@dataclass(frozen=True, slots=True)
class Restored:
    """The backup that was restored, how many raw files it brought, and those that it lacks."""

    name: str
    manifest: Manifest
    archived: int
    faults: tuple[str, ...]


def restore(
    settings: Settings,
    place: Place,
    made: str,
    configuration: Path | None,
    progress: Callable[[int, int], None],
) -> Restored:
    """Put a backup, the newest unless `made` names one, into the home and database of `settings`, which must be empty.

    `configuration` takes the place of the backup's, where the archive is to be elsewhere. Raises BackupError,
    ArchiveError and DatabaseError; the same restore goes on from there.
    """
    name = made or _newest(place)
    manifest = read_manifest(place.files, name)
    _require_fit(manifest, settings)
    staged = settings.home / STAGED
    faults: tuple[str, ...] = ()
    if not _is_staged(staged, manifest) or not is_empty(settings.database_url.get_secret_value()):
        require_empty(settings)
        faults = _stage(place, name, manifest, staged, configuration, progress)
    _put_in_place(settings, staged, manifest)
    return Restored(name, manifest, len(manifest.archived) - len(faults), (*manifest.faults, *faults))


def _stage(
    place: Place,
    name: str,
    manifest: Manifest,
    staged: Path,
    configuration: Path | None,
    progress: Callable[[int, int], None],
) -> tuple[str, ...]:
    """Fetch all of a backup into a folder of the home. Returns what it lacks, in words."""
    for file in manifest.files:
        _fetch(place, name, file, staged)
    if configuration:
        shutil.copyfile(configuration, staged / CONFIGURATION)
    archive = load_settings(staged).open_archive()  # a folder is moved with all else, a bucket stays where it is
    faults = _bring_archive(place.archive, archive, manifest, progress)
    (staged / MANIFEST).write_bytes(manifest.text())
    return faults


def require_empty(settings: Settings) -> None:
    """Raises BackupError when anything of ours is there: a restore replaces nothing."""
    home = settings.home
    there = sorted({path.name for pattern in OURS for path in home.glob(pattern)})
    if there:
        raise BackupError(
            f"{home} is not empty: {', '.join(there)}. A restore replaces nothing: move them away, or set "
            "ONRECORD_HOME to another folder."
        )
    if not is_empty(settings.database_url.get_secret_value()):
        raise BackupError(
            "The database that ONRECORD_DATABASE_URL names is not empty. A restore replaces nothing: make a new "
            "database and name that."
        )


def _newest(place: Place) -> str:
    found = backups(place.files)
    if not found:
        raise BackupError(
            f"There is no whole backup at {place.files.where(FOLDER)}. One that was broken off has no {MANIFEST}."
        )
    return found[-1]


def _require_fit(manifest: Manifest, settings: Settings) -> None:
    kind = kind_of(settings.database_url.get_secret_value())
    if kind != manifest.database:
        names = {"sqlite": "an SQLite file", "postgresql": "a PostgreSQL database"}
        raise BackupError(
            f"The backup holds {names[manifest.database]}, and ONRECORD_DATABASE_URL names {names[kind]}. "
            f"Set it to {names[manifest.database]} that is empty."
        )
    if manifest.migration > REVISION:
        raise BackupError(
            f"The backup was made by onrecord {manifest.onrecord}, at migration {manifest.migration}; this version "
            f"knows those up to {REVISION}. Install the version that made it."
        )


def _is_staged(staged: Path, manifest: Manifest) -> bool:
    """Whether this very backup was fetched whole before, by a restore that was stopped while it put it in place."""
    try:
        return (staged / MANIFEST).read_bytes() == manifest.text()
    except FileNotFoundError:
        return False


def _fetch(place: Place, name: str, file: Kept, staged: Path) -> None:
    target, source = staged / file.name, f"{FOLDER}/{name}/{file.name}"
    if staged not in target.resolve().parents:
        raise BackupError(f"The manifest names {file.name!r}, which is no file of a backup; it was altered.")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not place.files.read_into(source, target):
        raise BackupError(f"{place.files.where(source)} is missing. Take another backup: --made.")
    if digest(target) != file.sha256:
        raise BackupError(f"{place.files.where(source)} was altered: its sha256 is not that of the manifest.")
    target.chmod(0o600)


def _bring_archive(
    here: Archive, there: Archive, manifest: Manifest, progress: Callable[[int, int], None]
) -> tuple[str, ...]:
    """Copy the raw files of a backup. What it lacks is returned in words, and stops nothing."""
    held, faults = set(there.held()), []
    for number, sha256 in enumerate(manifest.archived, 1):
        try:
            if sha256 not in held or there.fault(sha256):
                there.put(here.get(sha256))
        except (MissingError, AlteredError) as error:
            faults.append(str(error))
        progress(number, len(manifest.archived))
    return tuple(faults)


def _put_in_place(settings: Settings, staged: Path, manifest: Manifest) -> None:
    """The database last: without it nothing runs."""
    for name in ("archive", CLAIMS, CONFIGURATION):
        if (staged / name).exists():
            (staged / name).rename(settings.home / name)
    (settings.home / CLAIMS).mkdir(mode=0o700, exist_ok=True)
    read_copy(staged / DATABASE[manifest.database], settings.database_url.get_secret_value())
    shutil.rmtree(staged)
