"""`[archive]` in the configuration: where the raw bytes are kept."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from flows.configuration.value_rules import WebAddress
from storage.archive import Archive, ArchiveError, FolderArchive
from storage.objects.address import is_bucket, read_address

if TYPE_CHECKING:
    from storage.objects.bucket import Bucket


def bucket_address(text: str) -> str:
    """`s3://bucket/prefix`, "" for the folder of the home."""
    if text:
        try:
            return str(read_address(text))
        except ArchiveError as error:
            raise ValueError(str(error)) from None
    return text


class ArchiveSettings(BaseModel):
    """The folder `archive` of the home, where `address` is empty; else a bucket, at the service of `endpoint_url`."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    address: Annotated[str, AfterValidator(bucket_address)] = ""
    endpoint_url: WebAddress = ""


def open_archive(settings: ArchiveSettings, home: Path) -> Archive:
    """The archive that the configuration names. Raises ArchiveError where it needs the extra [s3], not installed."""
    if not settings.address:
        return FolderArchive(home / "archive")
    from storage.objects.bucket import open_bucket
    from storage.objects.local_cache import LocalCache
    from storage.objects.object_archive import ObjectArchive

    bucket = open_bucket(read_address(settings.address), settings.endpoint_url)
    return ObjectArchive(bucket, LocalCache(home / "archive-cache"))


def archive_at(place: str, settings: ArchiveSettings, profile: str = "") -> Archive:
    """An archive anywhere: in a bucket (s3://...), or in a folder. Nothing is cached."""
    if not is_bucket(place):
        return FolderArchive(Path(place).expanduser().absolute())
    from storage.objects.object_archive import ObjectArchive

    return ObjectArchive(bucket_at(place, settings, profile))


def bucket_at(address: str, settings: ArchiveSettings, profile: str = "") -> "Bucket":
    """A bucket of the configured service; with a profile of the SDK's, of the service that this names."""
    from storage.objects.bucket import open_bucket

    return open_bucket(read_address(address), "" if profile else settings.endpoint_url, profile=profile)
