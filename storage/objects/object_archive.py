"""The archive in object storage: objects named by their sha256, written once, read through a cache of this machine."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from storage.archive import AlteredError, ArchiveError, MissingError
from storage.objects.bucket import Bucket
from storage.objects.local_cache import LocalCache

_NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{62}")


@dataclass(frozen=True, slots=True)
class ObjectArchive:
    """As `storage.archive.Archive` promises, in a bucket. `cache` saves asking again for what was read here before."""

    bucket: Bucket
    cache: LocalCache | None = None

    def where(self, sha256: str) -> str:
        return self.bucket.where(_name(sha256))

    def put(self, content: bytes) -> str:
        """Store bytes and return their sha256. They were read back from the bucket, and are the same, when it returns.

        Who stores the same bytes at the same time is in nobody's way. Other bytes under the name are an error.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        if self._stored(sha256) is None:
            self.bucket.create(_name(sha256), content)
            if self._stored(sha256) is None:
                raise ArchiveError(
                    f"{self.where(sha256)} was written and cannot be found there. The run stores nothing that rests on "
                    "it. Ask whoever runs the object storage; the next run tries again."
                )
        if self.cache:
            self.cache.put(content)
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes of a hash. Raises ArchiveError when they are missing or altered, or cannot be had."""
        content = self.cache.get(sha256) if self.cache else None
        if content is not None:
            return content
        content = self._stored(sha256)
        if content is None:
            raise MissingError(
                f"{self.where(sha256)} is missing. Bring it back from a copy: onrecord archive copy --from COPY."
            )
        if self.cache:
            self.cache.put(content)
        return content

    def fault(self, sha256: str) -> str:
        """What is wrong with the bytes in the bucket, whatever the cache has."""
        content = self.bucket.read(_name(sha256))
        if content is None:
            return "missing"
        return "" if hashlib.sha256(content).hexdigest() == sha256 else "altered"

    def held(self) -> Iterator[str]:
        return (name.replace("/", "") for name in self.bucket.names() if _NAME.fullmatch(name))

    def unfinished(self) -> Sequence[str]:
        """None: an object is there whole or not at all."""
        return []

    def _stored(self, sha256: str) -> bytes | None:
        """The bytes that the bucket has for a hash; None when it has none. Raises ArchiveError for other bytes."""
        content = self.bucket.read(_name(sha256))
        if content is None or hashlib.sha256(content).hexdigest() == sha256:
            return content
        raise AlteredError(
            f"{self.where(sha256)} does not hold the bytes that its name says: the sha256 of what was read is "
            f"{hashlib.sha256(content).hexdigest()}. Where this stays, look at the object, bring it back from a copy, "
            "and delete it only if there is none."
        )


def _name(sha256: str) -> str:
    return f"{sha256[:2]}/{sha256[2:]}"
