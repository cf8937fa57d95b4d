"""What a backup says of itself: the last file that is written, without which there is no backup."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from figures.plain import as_json
from storage.backup_places import BackupPlace
from storage.database_copy import Kind

FORMAT = 1
FOLDER = "backups"
MANIFEST = "manifest.json"
ARCHIVE = "archive"  # beside the folder of backups, and shared by them
_NAME = re.compile(r"\d{8}T\d{6}Z")


class BackupError(Exception):
    """A backup cannot be made or restored as wished; the message says what was found and what to do."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of a backup, by its name there."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`files` are the database, the configuration and the claims, `archived` the hashes of the raw files, `faults` what
    was wrong with the archive then. `migration` is where the database stood.
    """

    made_at: str
    onrecord: str
    database: Kind
    migration: str
    files: tuple[Kept, ...]
    archived: tuple[str, ...]
    faults: tuple[str, ...]
    format: int = FORMAT

    def text(self) -> bytes:
        return (as_json(self) + "\n").encode()


def backups(place: BackupPlace) -> list[str]:
    """The names of the backups that are whole, oldest first."""
    found = (name.split("/") for name in place.names(FOLDER) if name.endswith(f"/{MANIFEST}"))
    return sorted(parts[1] for parts in found if len(parts) == 3 and _NAME.fullmatch(parts[1]))


def read_manifest(place: BackupPlace, name: str) -> Manifest:
    """Raises BackupError when there is none, or it is none of ours, or of a later format."""
    where = place.where(f"{FOLDER}/{name}/{MANIFEST}")
    content = place.read(f"{FOLDER}/{name}/{MANIFEST}")
    if content is None:
        there = ", ".join(backups(place)) or "none"
        raise BackupError(f"There is no whole backup at {where}. Whole backups there: {there}.")
    try:
        given = json.loads(content)
        if given["format"] != FORMAT:
            raise BackupError(f"{where} is of a later format than this version reads: install the one that made it.")
        return _manifest(given)
    except (ValueError, TypeError, KeyError) as error:
        raise BackupError(f"{where} is no manifest of a backup; it was altered. Take another one: --made.") from error


def _manifest(given: Mapping[str, Any]) -> Manifest:
    files = tuple(Kept(**each) for each in given["files"])
    lists = {name: tuple(map(str, given[name])) for name in ("archived", "faults")}
    return Manifest(**{**given, **lists, "files": files})
