"""A bucket of an object storage, by s3fs: read, write once, list. Each call ends within a limit of time.

s3fs is imported when a bucket is opened: who keeps the archive in a folder need not have it.
"""

import base64
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

from storage.archive import ArchiveError
from storage.objects.address import BucketAddress
from storage.objects.service_faults import ABSENT, THERE_ALREADY, cause_of, fault_words

T = TypeVar("T")
CONNECT_SECONDS = 10
READ_SECONDS = 20  # without a byte from the service
CALL_SECONDS = 120  # for one object, all tries together
FILE_SECONDS = 3600  # for a whole database
TRIES = 3


@dataclass(frozen=True, slots=True)
class Bucket:
    """The objects below an address. Every fault is an ArchiveError that says what was found, where, and what to do."""

    address: BucketAddress
    endpoint_url: str
    seconds: float = CALL_SECONDS
    _files: Any = field(default=None, repr=False, compare=False)

    def where(self, name: str) -> str:
        """The address of an object, for people."""
        return str(self.address.within(name))

    def read(self, name: str) -> bytes | None:
        """The bytes of an object; None when there is none."""
        content: bytes | None = self._asked("read", name, lambda path: self._files.cat_file(path, timeout=self.seconds))
        return content

    def create(self, name: str, content: bytes) -> bool:
        """Store bytes under a name that is free. False when it is taken: nothing is changed then.

        The service is told the sha256, and refuses bytes that were altered on their way.
        """
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode()

        def store(path: str) -> bool:
            self._files.pipe_file(path, content, mode="create", ChecksumSHA256=digest, timeout=self.seconds)
            return True

        return bool(self._asked("written", name, store, no_object=THERE_ALREADY))

    def create_from(self, name: str, file: Path) -> bool:
        """As `create`, of a file that need not fit into memory."""

        def store(path: str) -> bool:
            self._files.put_file(str(file), path, mode="create", timeout=FILE_SECONDS)
            return True

        return bool(self._asked("written", name, store, no_object=THERE_ALREADY))

    def read_into(self, name: str, file: Path) -> bool:
        """Write the bytes of an object into a file. False when there is no such object."""

        def load(path: str) -> bool:
            self._files.get_file(path, str(file), timeout=FILE_SECONDS)
            return True

        return bool(self._asked("read", name, load))

    def names(self, within: str = "") -> Iterator[str]:
        """The names of the objects below a part of the address, in order."""
        root = f"{self.address.bucket}/{self.address.prefix}".rstrip("/")
        below = f"{root}/{within}".rstrip("/")

        def listed(path: str) -> list[str]:
            return list(self._files.find(path, timeout=FILE_SECONDS))

        for path in sorted(self._asked("listed", within, listed, at=below) or []):
            yield path.removeprefix(f"{root}/")

    def _asked(
        self,
        what: str,
        name: str,
        call: Callable[[str], T],
        *,
        no_object: frozenset[str] = ABSENT,
        at: str = "",
    ) -> T | None:
        """What a call gives; None where the service answers with one of the codes in `no_object`."""
        within = self.address.within(name)
        try:
            return call(at or f"{within.bucket}/{within.prefix}")
        except _raised() as error:
            cause = cause_of(error)
            if cause.code in no_object:
                return None
            words = fault_words(cause, self.address.bucket, self.endpoint_url)
        # Out here, so that nothing that the service sent, or that was sent to it, is part of the error.
        raise ArchiveError(f"{self.where(name)} cannot be {what}: {words}")


def open_bucket(address: BucketAddress, endpoint_url: str, seconds: float = CALL_SECONDS, profile: str = "") -> Bucket:
    """A bucket, without asking anything of the service. Credentials are those that the SDK finds by itself, or those
    of one of its profiles, which may name another service, too.

    Raises ArchiveError where s3fs is not installed.
    """
    require_s3(str(address))
    import s3fs

    files = s3fs.S3FileSystem(
        endpoint_url=endpoint_url or None,
        **({"profile": profile} if profile else {}),
        skip_instance_cache=True,
        use_listings_cache=False,
        max_concurrency=1,  # an object is asked for once, and not for its size before
        config_kwargs={
            "connect_timeout": CONNECT_SECONDS,
            "read_timeout": min(READ_SECONDS, seconds),
            "retries": {"total_max_attempts": TRIES, "mode": "standard"},
        },
    )
    files.retries = 2  # of answers that break off in their middle, which the SDK does not ask for again
    return Bucket(address, endpoint_url, seconds, files)


def require_s3(address: str) -> None:
    if find_spec("s3fs") is None:
        raise ArchiveError(
            f"{address} is in object storage, which needs s3fs; it is not installed with onrecord: "
            "pipx install --force '.[s3]' in the folder of onrecord's source, or pip install 'onrecord[s3]'."
        )


def _raised() -> tuple[type[Exception], ...]:
    """What s3fs lets through: its own translations are OSErrors, the rest are those of the SDK below it."""
    from botocore.exceptions import BotoCoreError
    from s3fs.core import S3_RETRYABLE_ERRORS

    return (OSError, BotoCoreError, *S3_RETRYABLE_ERRORS)
