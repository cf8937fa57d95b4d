"""What the commands that keep our data do and say."""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from flows.configuration.archive_settings import ArchiveSettings, archive_at
from flows.configuration.settings import load_settings
from flows.keeping.archive_copy import copy_archive
from flows.keeping.backup import back_up, place_at
from flows.keeping.manifest import FOLDER, BackupError
from flows.keeping.restore import restore as restore_backup
from flows.keeping.snapshot import write_snapshot
from flows.pipeline import clock
from storage.engine import open_database, require_current
from storage.schema import REVISION


def copy(from_: str, to: str, profile: str) -> int:
    """Copy an archive into another; "" is the archive itself. Returns 1 when a file is faulty on one side."""
    settings = load_settings()
    here, there = (archive_at(at, settings.archive, profile) if at else settings.open_archive() for at in (from_, to))
    with _progress("Copying") as progress:
        done = copy_archive(here, there, progress)
    for fault in done.faults:
        sys.stderr.write(f"{fault}\n")
    sys.stdout.write(
        f"{done.copied} files copied, {done.there_already} were there already, {len(done.faults)} missing or altered.\n"
    )
    if not done.faults:
        again = f"onrecord verify --at {to}" if to else "onrecord verify"
        sys.stdout.write(f"All of them were hashed there. To look again at any time: {again}\n")
    return 1 if done.faults else 0


def backup(to: str, profile: str) -> int:
    """Make a backup in a folder or a bucket. Returns 1 when the archive has lost a file, which the backup lacks too."""
    settings = load_settings()
    place = place_at(to, settings.archive, profile)
    with _progress("Backing up") as progress:
        name, manifest = back_up(settings, place, clock(), progress)
    claims = sum(file.name.startswith("claims/") for file in manifest.files)
    size = sum(file.size for file in manifest.files) / 1e6
    _say(f"Backup {name}: {place.files.where(f'{FOLDER}/{name}')}")
    _say(
        f"It holds the database ({manifest.database}), the configuration and {claims} files of claims, {size:,.1f} MB "
        f"in all, and rests on {len(manifest.archived)} raw files, which are hashed there."
    )
    _say("Not in it: the secrets in the environment (such as /etc/onrecord/secrets.env). Keep them elsewhere.")
    _warn_of(manifest.faults, "The backup is made, and lacks these raw files, which the archive has lost:")
    return 1 if manifest.faults else 0


def restore(from_: str, made: str, configuration: Path | None, profile: str) -> int:
    """Restore a backup into an empty place. Returns 1 when it lacks raw files."""
    settings = load_settings()
    place = place_at(from_, _archive_settings(configuration) if configuration else settings.archive, profile)
    with _progress("Restoring") as progress:
        done = restore_backup(settings, place, made, configuration, progress)
    _say(f"Restored backup {done.name} into {settings.home}: the database, the configuration, the claims,")
    _say(f"and {done.archived} raw files, each with the sha256 of its name.")
    _say("What to do next:")
    if done.manifest.migration != REVISION:
        _say("  - The backup is of an older version: onrecord init brings the database up to date.")
    _say("  - Set the secrets that the configuration names, where onrecord runs.")
    _say("  - Look whether all is well: onrecord doctor, onrecord verify, onrecord status")
    _warn_of(done.faults, "The backup lacks these raw files:")
    return 1 if done.faults else 0


def snapshot(to: Path) -> None:
    database = open_database(load_settings().database_url.get_secret_value(), create=False)
    require_current(database)
    file, count = write_snapshot(database, to)
    _say(f"{count:,} figures: {file}")
    _say("Show it with deploy/datasette/metadata.yaml, and start Datasette again to see this one (docs/runbook.md).")


def _archive_settings(configuration: Path) -> ArchiveSettings:
    """What a configuration says of the archive, wherever its file lies."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            shutil.copyfile(configuration, Path(folder) / "onrecord.toml")
        except OSError as error:
            raise BackupError(f"{configuration} cannot be read: {error.strerror or error}.") from error
        return load_settings(Path(folder)).archive


@contextmanager
def _progress(doing: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on the terminal; nothing where nobody looks."""
    columns, console = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()), Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as shown:
        task = shown.add_task(doing, total=None)
        yield lambda at, total: shown.update(task, completed=at, total=total)


def _warn_of(faults: tuple[str, ...], heading: str) -> None:
    if faults:
        sys.stderr.write("\n  ".join((heading, *faults)) + "\n")


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
