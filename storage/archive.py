"""The raw bytes, by content: the only truth. Nothing is read by our code before it lies here."""

import hashlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

INCOMING = ".incoming-"


class ArchiveError(Exception):
    """The archive cannot be written, or does not hold what it should. The run stops."""


class MissingError(ArchiveError):
    """The archive has no bytes of a hash."""


class AlteredError(ArchiveError):
    """The archive has other bytes under a hash than those it was made of."""


class Archive(Protocol):
    """Bytes under their sha256, written once and never changed. It is a folder (`FolderArchive`) or lies in object
    storage (`storage.objects.object_archive.ObjectArchive`). Whatever goes wrong is an ArchiveError.
    """

    def put(self, content: bytes) -> str:
        """Store bytes and return their sha256. They are safe when it returns; storing twice changes nothing."""

    def get(self, sha256: str) -> bytes:
        """The bytes of a hash, as they were stored. Raises MissingError and AlteredError when there are none such."""

    def fault(self, sha256: str) -> str:
        """What is wrong with the bytes of a hash: `missing`, `altered`, `unreadable`, or '' when nothing is."""

    def held(self) -> Iterator[str]:
        """The hashes of what is stored, in order."""

    def unfinished(self) -> Sequence[str]:
        """Where writes lie that never ended; nothing refers to them."""

    def where(self, sha256: str) -> str:
        """The place of the bytes of a hash, for people: a path or an address."""


@dataclass(frozen=True, slots=True)
class FolderArchive:
    """A folder of files named by their sha256."""

    root: Path

    def path(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256[2:]

    def where(self, sha256: str) -> str:
        return str(self.path(sha256))

    def put(self, content: bytes) -> str:
        """Store bytes and return their sha256. Atomic and on disk before it returns; storing twice changes nothing."""
        sha256 = hashlib.sha256(content).hexdigest()
        target = self.path(sha256)
        try:
            if target.exists():
                if hashlib.sha256(target.read_bytes()).hexdigest() == sha256:
                    return sha256
                raise AlteredError(
                    f"{target} does not hold the bytes that its name says. Restore it from a backup; "
                    "move it away only if there is none."
                )
            _make_folder(target.parent)
            _write(target, content)
        except OSError as error:
            raise ArchiveError(f"The archive cannot be written at {target}: {error.strerror or error}") from error
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes of a hash. Raises ArchiveError when they are missing or altered."""
        target = self.path(sha256)
        try:
            content = target.read_bytes()
        except FileNotFoundError as error:
            raise MissingError(f"{target} cannot be read: {error.strerror}") from error
        except OSError as error:
            raise ArchiveError(f"{target} cannot be read: {error.strerror or error}") from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise AlteredError(f"{target} has been altered: its content no longer has the hash in its name.")
        return content

    def fault(self, sha256: str) -> str:
        """What is wrong with the bytes of a hash: `missing`, `altered`, `unreadable`, or '' when they are as stored."""
        try:
            content = self.path(sha256).read_bytes()
        except FileNotFoundError:
            return "missing"
        except OSError as error:
            return f"unreadable: {error.strerror or error}"
        return "" if hashlib.sha256(content).hexdigest() == sha256 else "altered"

    def held(self) -> Iterator[str]:
        """The hashes that files are named by, in order. Writes that never ended are not among them."""
        for path in sorted(self.root.glob("??/*")):
            if not path.name.startswith(INCOMING):
                yield path.parent.name + path.name

    def unfinished(self) -> Sequence[str]:
        """What a crash in the middle of a write left behind; nothing refers to it."""
        return sorted(str(path) for path in self.root.glob(f"??/{INCOMING}*"))


def _make_folder(folder: Path) -> None:
    """A folder that outlasts a power cut: each level that is new is made known to the one above."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync(folder.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(target: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=INCOMING)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o400)
        temporary.rename(target)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    _sync(target.parent)
