"""The raw bytes, by content: the only truth. Nothing is read by our code before it lies here."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path


class ArchiveError(Exception):
    """The archive cannot be written, or does not hold what it should. The run stops."""


@dataclass(frozen=True, slots=True)
class Archive:
    """A folder of files named by their sha256, written once and never changed."""

    root: Path

    def path(self, sha256: str) -> Path:
        return self.root / sha256[:2] / sha256[2:]

    def put(self, content: bytes) -> str:
        """Store bytes and return their sha256. Atomic and on disk before it returns; storing twice changes nothing."""
        sha256 = hashlib.sha256(content).hexdigest()
        target = self.path(sha256)
        try:
            if target.exists():
                if hashlib.sha256(target.read_bytes()).hexdigest() == sha256:
                    return sha256
                raise ArchiveError(
                    f"{target} does not hold the bytes that its name says. Restore it from a backup; "
                    "move it away only if there is none."
                )
            target.parent.mkdir(parents=True, exist_ok=True)
            _write(target, content)
        except OSError as error:
            raise ArchiveError(f"The archive cannot be written at {target}: {error.strerror or error}") from error
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes of a hash. Raises ArchiveError when they are missing or altered."""
        target = self.path(sha256)
        try:
            content = target.read_bytes()
        except OSError as error:
            raise ArchiveError(f"{target} cannot be read: {error.strerror or error}") from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise ArchiveError(f"{target} has been altered: its content no longer has the hash in its name.")
        return content


def _write(target: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".incoming-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o444)
        temporary.rename(target)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    for folder in (target.parent, target.parent.parent):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
