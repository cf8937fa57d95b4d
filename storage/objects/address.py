"""`s3://bucket/prefix`: where in an object storage things are kept."""

import re
from dataclasses import dataclass

from storage.archive import ArchiveError

SCHEME = "s3://"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX = re.compile(r"[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*")
_EXAMPLE = "s3://newsroom-archive/onrecord"


@dataclass(frozen=True, slots=True)
class BucketAddress:
    """A bucket, and what the keys in it begin with ("" for nothing)."""

    bucket: str
    prefix: str

    def __str__(self) -> str:
        return f"{SCHEME}{self.bucket}" + (f"/{self.prefix}" if self.prefix else "")

    def within(self, name: str) -> "BucketAddress":
        """The address of a part of it."""
        return BucketAddress(self.bucket, f"{self.prefix}/{name}".strip("/"))


def is_bucket(address: str) -> bool:
    return address.startswith(SCHEME)


def read_address(text: str) -> BucketAddress:
    """Raises ArchiveError, without repeating what may be a secret, when the text is no such address."""
    if "@" in text:
        raise ArchiveError(
            f"holds a name or a password. Write the address without them, such as {_EXAMPLE}; "
            "credentials come from the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY) or a profile of the SDK"
        )
    bucket, _, prefix = text.removeprefix(SCHEME).partition("/")
    prefix = prefix.rstrip("/")
    usable = is_bucket(text) and _BUCKET.fullmatch(bucket) and (not prefix or _PREFIX.fullmatch(prefix))
    if not usable or {"..", "."} & set(prefix.split("/")):
        raise ArchiveError(f"{text!r} is no address of a bucket; write one such as {_EXAMPLE}")
    return BucketAddress(bucket, prefix)
