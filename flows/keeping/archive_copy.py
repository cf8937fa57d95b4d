"""`onrecord archive copy`: an archive, file by file, into another one. It may be stopped and repeated at any point."""

from collections.abc import Callable
from dataclasses import dataclass

from storage.archive import AlteredError, Archive, MissingError


@dataclass(frozen=True, slots=True)
class Copied:
    """How many files were copied, how many were there already, and what is wrong with those that are not whole."""

    copied: int
    there_already: int
    faults: tuple[str, ...]


def copy_archive(here: Archive, there: Archive, progress: Callable[[int, int], None]) -> Copied:
    """Copy what `there` does not hold yet, and hash what it holds. Each file is read back when it was written.

    A file that is missing or altered on one side stops no other. Raises ArchiveError when one side cannot be used.
    `progress` hears how many files of how many are done.
    """
    held, names = set(there.held()), list(here.held())
    copied, faults = 0, []
    for number, sha256 in enumerate(names, 1):
        try:
            if sha256 not in held:
                there.put(here.get(sha256))
                copied += 1
            elif fault := there.fault(sha256):
                faults.append(f"{fault}: {there.where(sha256)}")
        except (MissingError, AlteredError) as error:
            faults.append(str(error))
        progress(number, len(names))
    return Copied(copied, len(held.intersection(names)), tuple(faults))
