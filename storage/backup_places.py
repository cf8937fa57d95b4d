"""Where backups are kept: a folder, or a bucket (`storage.objects.bucket.Bucket`). Each name is written once."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from storage.archive import ArchiveError

INCOMING = ".incoming-"


class BackupPlace(Protocol):
    """Named files, each there whole or not at all. What goes wrong with the place is an ArchiveError."""

    def where(self, name: str) -> str:
        """The place of a file, for people."""

    def read(self, name: str) -> bytes | None:
        """The bytes of a file; None when there is none."""

    def create(self, name: str, content: bytes) -> bool:
        """Write a file under a name that is free; False when it is taken."""

    def create_from(self, name: str, file: Path) -> bool:
        """As `create`, of a file that need not fit into memory."""

    def read_into(self, name: str, file: Path) -> bool:
        """Write the bytes into a file; False when there are none."""

    def names(self, within: str = "") -> Iterator[str]:
        """The names of the files in a folder and below, in order."""


@dataclass(frozen=True, slots=True)
class FolderPlace:
    """A folder whose files are their owner's alone (mode 600)."""

    root: Path

    def where(self, name: str) -> str:
        return str(self.root / name)

    def read(self, name: str) -> bytes | None:
        try:
            return (self.root / name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ArchiveError(f"{self.where(name)} cannot be read: {error.strerror or error}.") from error

    def create(self, name: str, content: bytes) -> bool:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "content"
            file.write_bytes(content)
            return self.create_from(name, file)

    def create_from(self, name: str, file: Path) -> bool:
        target = self.root / name
        try:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if target.exists():
                return False
            handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=INCOMING)
            try:
                with os.fdopen(handle, "wb") as written, file.open("rb") as read:
                    shutil.copyfileobj(read, written)
                    written.flush()
                    os.fsync(written.fileno())
                Path(temporary).rename(target)
            finally:
                Path(temporary).unlink(missing_ok=True)
        except OSError as error:
            raise ArchiveError(f"{self.where(name)} cannot be written: {error.strerror or error}.") from error
        return True

    def read_into(self, name: str, file: Path) -> bool:
        try:
            shutil.copyfile(self.root / name, file)
        except FileNotFoundError:
            return False
        except OSError as error:
            raise ArchiveError(f"{self.where(name)} cannot be read: {error.strerror or error}.") from error
        return True

    def names(self, within: str = "") -> Iterator[str]:
        for path in sorted((self.root / within).rglob("*")):
            if path.is_file() and not path.name.startswith(INCOMING):
                yield path.relative_to(self.root).as_posix()
