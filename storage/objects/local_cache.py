"""Copies on this machine of what lies in object storage: nothing is lost where they are."""

import hashlib
import logging
import os
from dataclasses import dataclass
from pathlib import Path

from storage.archive import ArchiveError, FolderArchive

# Years of every publisher's files: 65 of ICE's workbooks are 85 MB.
LIMIT_BYTES = 1024 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class LocalCache:
    """A folder of files named by their sha256, of at most `limit` bytes: what was not used for longest makes way."""

    folder: Path
    limit: int = LIMIT_BYTES

    def get(self, sha256: str) -> bytes | None:
        """The bytes of a hash; None when they are not here, or no longer what they were: then they are dropped."""
        path = self._path(sha256)
        try:
            content = path.read_bytes()
            if hashlib.sha256(content).hexdigest() != sha256:
                path.unlink(missing_ok=True)
                return None
            os.utime(path)  # used now
        except OSError:
            return None  # it is asked for where it is kept
        return content

    def put(self, content: bytes) -> None:
        """Keep bytes here. Where this machine cannot, that is logged: they are safe where they came from."""
        try:
            FolderArchive(self.folder).put(content)
            self._make_way()
        except (ArchiveError, OSError) as error:
            logging.getLogger("onrecord.archive").warning("Nothing is kept in %s: %s", self.folder, error)

    def _path(self, sha256: str) -> Path:
        return FolderArchive(self.folder).path(sha256)

    def _make_way(self) -> None:
        found = [(path, path.stat()) for path in self.folder.glob("??/*")]
        held = sum(state.st_size for _, state in found)
        for path, state in sorted(found, key=lambda each: each[1].st_mtime):
            if held <= self.limit:
                return
            path.unlink(missing_ok=True)
            held -= state.st_size
