"""A look while the archive cannot keep what it brings: no figure is stored, the operators are told, nothing is lost."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flows.context import Line
from flows.pipeline import run_line
from replica.editions import edition
from storage.archive import FolderArchive
from storage.engine import reading
from storage.objects.address import BucketAddress
from storage.objects.bucket import open_bucket
from storage.objects.local_cache import LocalCache
from storage.objects.object_archive import ObjectArchive
from storage.read import reads
from storage.write import ledger
from tests.object_storage import KEYS, Front, Storage

if TYPE_CHECKING:
    from tests.flows.conftest import Desk

KEY = "05232025"
# What the storage does, and the words that the operators read.
FAULTS = {
    "stalled": "did not answer in time, also when asked again",
    "truncated": "broke off in the middle of its answer",
    "503": "answered 503, also when asked again",
    "altered": "does not hold the bytes that its name says",
    "lost bucket": "there is no bucket",
}


@pytest.fixture
def bucket(storage: Storage) -> str:
    return storage.make()


@pytest.fixture
def line(desk: "Desk", front: Front, bucket: str, request: pytest.FixtureRequest) -> Line:
    """The line with its archive in a bucket behind the front. A storage that stalls is waited for a second."""
    seconds = 1 if "stalled" in request.node.name else 30
    opened = open_bucket(BucketAddress(bucket, "onrecord"), front.address, seconds)
    archive = ObjectArchive(opened, LocalCache(desk.settings.home / "archive-cache"))
    line = replace(desk.line, archive=archive, ops_channels=["screen"])
    desk.publisher.publish(edition(KEY))
    desk.clock.set(edition(KEY).published_on)
    return line


def _stored(line: Line) -> tuple[list[str], list[str]]:
    """The releases that are stored, and the subjects and words of what operators were told."""
    with reading(line.database) as connection:
        releases = [release.name for release in reads.releases(connection)]
        told = [f"{m['subject']} {m['body']}" for m in ledger.outbox(connection) if m["audience"] == "ops"]
    return releases, told


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_is_stored_the_operators_are_told_and_the_next_look_recovers(
    desk: "Desk", line: Line, front: Front, storage: Storage, bucket: str, fault: str
) -> None:
    if fault == "lost bucket":
        storage.lose(bucket)
    else:
        front.fault = fault
    (failed,) = run_line(desk.settings, line, ["ice"])
    assert (failed.state, failed.new) == ("failed", ())
    assert FAULTS[fault] in " ".join(failed.notes)
    assert f"s3://{bucket}/onrecord" in " ".join(failed.notes)
    releases, told = _stored(line)
    assert releases == []
    (words,) = [each for each in told if FAULTS[fault] in each]
    assert "A run failed" in words
    assert not [secret for secret in KEYS.values() if secret in words and len(secret) > 12]

    front.fault = ""
    front.over.set()
    if fault == "lost bucket":
        assert storage.asked("PUT", f"/{bucket}") == 200
    elif fault == "altered":  # what was stored altered is taken away by hand, as the message says
        archive = line.archive
        assert isinstance(archive, ObjectArchive)
        for name in list(archive.bucket.names()):
            assert storage.asked("DELETE", f"/{bucket}/onrecord/{name}") == 204
    (well,) = run_line(desk.settings, line, ["ice"])
    assert (well.state, len(well.new)) == ("new", 1)
    assert _stored(line)[0] == list(well.new)
    with reading(line.database) as connection:
        (release,) = reads.releases(connection)
    assert line.archive.fault(release.sha256) == ""


def test_a_machine_whose_archive_lacks_files_fetches_them_again(desk: "Desk", tmp_path: Path) -> None:
    """Two machines on one database, each with a folder of its own: the second has nothing of what the first fetched."""
    desk.publisher.publish(edition(KEY))
    desk.clock.set(edition(KEY).published_on)
    (first,) = run_line(desk.settings, desk.line, ["ice"])
    second = replace(desk.line, archive=FolderArchive(tmp_path / "second"))
    (again,) = run_line(desk.settings, second, ["ice"])
    assert (first.state, again.state) == ("new", "unchanged")
    with reading(desk.line.database) as connection:
        (release,) = reads.releases(connection)
    assert second.archive.get(release.sha256) == desk.line.archive.get(release.sha256)


def test_a_second_machine_reads_what_the_first_put_into_the_bucket(
    desk: "Desk", line: Line, storage: Storage, bucket: str
) -> None:
    run_line(desk.settings, line, ["ice"])
    other = ObjectArchive(open_bucket(BucketAddress(bucket, "onrecord"), storage.endpoint_url))
    (again,) = run_line(desk.settings, replace(line, archive=other), ["ice"])
    assert again.state == "unchanged"
    shutil.rmtree(desk.settings.home / "archive-cache")
    with reading(line.database) as connection:
        (release,) = reads.releases(connection)
    assert line.archive.get(release.sha256) == other.get(release.sha256)
