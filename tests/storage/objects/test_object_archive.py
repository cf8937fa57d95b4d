"""The archive in object storage, against a real S3 server on loopback."""

import hashlib
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from storage.archive import Archive, ArchiveError, FolderArchive
from storage.objects.address import BucketAddress, read_address
from storage.objects.bucket import open_bucket
from storage.objects.local_cache import LocalCache
from storage.objects.object_archive import ObjectArchive
from tests.object_storage import KEYS, Front, Storage


@pytest.fixture
def bucket(storage: Storage) -> str:
    return storage.make()


@pytest.fixture
def archive(storage: Storage, bucket: str) -> ObjectArchive:
    return ObjectArchive(open_bucket(BucketAddress(bucket, "newsroom/onrecord"), storage.endpoint_url))


def _behind(front: Front, bucket: str, cache: LocalCache | None = None, seconds: float = 30) -> ObjectArchive:
    return ObjectArchive(open_bucket(BucketAddress(bucket, ""), front.address, seconds), cache)


@pytest.mark.parametrize("kind", ["folder", "bucket"])
def test_both_archives_keep_the_same_promises(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    archive: Archive = FolderArchive(tmp_path) if kind == "folder" else request.getfixturevalue("archive")
    sha256 = archive.put(b"a workbook")
    assert sha256 == hashlib.sha256(b"a workbook").hexdigest()
    assert archive.put(b"a workbook") == sha256
    other = archive.put(b"another")
    assert archive.get(sha256) == b"a workbook"
    assert list(archive.held()) == sorted([sha256, other])
    assert (archive.fault(sha256), archive.fault("ab" * 32)) == ("", "missing")
    assert archive.unfinished() == []
    assert archive.where(sha256).endswith(f"/{sha256[:2]}/{sha256[2:]}")
    with pytest.raises(ArchiveError, match=f"{'ab' * 31}.*(cannot be read|is missing)"):
        archive.get("ab" * 32)


def test_an_object_is_written_once_and_other_bytes_under_its_name_are_an_error(
    storage: Storage, bucket: str, archive: ObjectArchive
) -> None:
    sha256 = archive.put(b"48,870 people")
    assert archive.bucket.create(f"{sha256[:2]}/{sha256[2:]}", b"other bytes") is False
    assert archive.get(sha256) == b"48,870 people"
    storage.overwrite(f"/{bucket}/newsroom/onrecord/{sha256[:2]}/{sha256[2:]}", b"47,870 people")
    for call in (lambda: archive.put(b"48,870 people"), lambda: archive.get(sha256)):
        with pytest.raises(ArchiveError) as raised:
            call()
        assert str(raised.value) == (
            f"s3://{bucket}/newsroom/onrecord/{sha256[:2]}/{sha256[2:]} does not hold the bytes that its name says: "
            f"the sha256 of what was read is {hashlib.sha256(b'47,870 people').hexdigest()}. Where this stays, look at "
            "the object, bring it back from a copy, and delete it only if there is none."
        )
    assert archive.fault(sha256) == "altered"


def test_what_was_read_once_is_not_asked_for_again(front: Front, storage: Storage, tmp_path: Path) -> None:
    archive = _behind(front, storage.make(), LocalCache(tmp_path))
    sha256 = archive.put(b"a workbook")
    front.asked.clear()
    assert archive.get(sha256) == b"a workbook"
    assert front.asked == []


@pytest.mark.parametrize("damage", ["gone", "altered"])
def test_bytes_that_are_missing_here_are_fetched_again(
    front: Front, storage: Storage, tmp_path: Path, damage: str
) -> None:
    archive = _behind(front, storage.make(), LocalCache(tmp_path))
    sha256 = archive.put(b"a workbook")
    path = tmp_path / sha256[:2] / sha256[2:]
    path.chmod(0o600)
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(b"a work")
    front.asked.clear()
    assert archive.get(sha256) == b"a workbook"
    assert front.asked == [f"GET /{archive.bucket.address.bucket}/{sha256[:2]}/{sha256[2:]}"]
    assert path.read_bytes() == b"a workbook"


def test_the_cache_is_bounded_and_what_was_not_used_for_longest_makes_way(tmp_path: Path) -> None:
    cache = LocalCache(tmp_path, limit=250)
    contents = [bytes([number]) * 100 for number in range(4)]
    names = [hashlib.sha256(content).hexdigest() for content in contents]
    for number, content in enumerate(contents[:2]):
        cache.put(content)
        os.utime(tmp_path / names[number][:2] / names[number][2:], (number, number))
    assert cache.get(names[0]) == contents[0]  # used now
    cache.put(contents[2])
    assert [cache.get(name) is not None for name in names] == [True, False, True, False]


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(
    storage: Storage, bucket: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "cache").write_text("in the way")
    where = BucketAddress(bucket, "")
    archive = ObjectArchive(open_bucket(where, storage.endpoint_url), LocalCache(tmp_path / "cache"))
    assert archive.get(archive.put(b"a workbook")) == b"a workbook"
    assert "Nothing is kept in" in caplog.text


FAULTS = {
    "stalled": "did not answer in time, also when asked again. Nothing is lost; the next run asks anew.",
    "503": "answered 503, also when asked again. Nothing is lost; the next run asks anew.",
    "truncated": "broke off in the middle of its answer, also when asked again. The next run asks anew.",
    "altered": "does not hold the bytes that its name says: the sha256 of what was read is",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_storage_is_told_in_plain_words_and_loses_nothing(front: Front, storage: Storage, fault: str) -> None:
    archive = _behind(front, storage.make(), seconds=0.5 if fault == "stalled" else 30)
    before = archive.put(b"before the fault")
    front.fault = fault
    where = f"s3://{archive.bucket.address.bucket}/"
    with pytest.raises(ArchiveError) as raised:
        archive.get(before)
    assert str(raised.value).startswith(where)
    assert FAULTS[fault] in str(raised.value)
    _no_secret(raised.value)
    if fault in ("stalled", "503"):
        with pytest.raises(ArchiveError, match="cannot be read"):
            archive.put(b"during the fault")
    front.fault = ""
    front.over.set()
    assert archive.get(before) == b"before the fault"
    assert archive.get(archive.put(b"during the fault")) == b"during the fault"


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("503", "cannot be written: .* answered 503"),
        ("lost on the way", "was written and cannot be found there"),
        ("altered", "does not hold the bytes that its name says"),
    ],
)
def test_bytes_that_did_not_arrive_whole_are_not_called_stored(
    front: Front, storage: Storage, fault: str, words: str
) -> None:
    archive = _behind(front, storage.make())
    front.fault, front.only = fault, ("PUT",)
    with pytest.raises(ArchiveError, match=words) as raised:
        archive.put(b"a workbook")
    _no_secret(raised.value)


def test_a_lost_bucket_is_named_and_what_to_do(storage: Storage, bucket: str, archive: ObjectArchive) -> None:
    storage.lose(bucket)
    for call in (lambda: archive.put(b"x"), lambda: archive.get("ab" * 32), lambda: list(archive.held())):
        with pytest.raises(ArchiveError) as raised:
            call()
        assert f"there is no bucket {bucket} at {storage.endpoint_url}. Mend the address, or make the bucket" in str(
            raised.value
        )


def test_a_service_that_is_down_is_told(storage: Storage) -> None:
    with socket.socket() as nobody:  # bound, and it listens to nobody
        nobody.bind(("127.0.0.1", 0))
        archive = ObjectArchive(
            open_bucket(BucketAddress("newsroom", ""), f"http://127.0.0.1:{nobody.getsockname()[1]}")
        )
        with pytest.raises(ArchiveError, match=r"could not connect to http://127\.0\.0\.1"):
            archive.get("ab" * 32)


def test_missing_credentials_are_told(storage: Storage, bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    archive = ObjectArchive(open_bucket(BucketAddress(bucket, ""), storage.endpoint_url))
    with pytest.raises(ArchiveError, match="the SDK found no credentials"):
        archive.put(b"x")


def test_no_secret_is_shown(archive: ObjectArchive) -> None:
    archive.put(b"x")
    shown = repr(archive) + str(archive)
    assert not [value for value in (KEYS["AWS_ACCESS_KEY_ID"], KEYS["AWS_SECRET_ACCESS_KEY"]) if value in shown]


def _no_secret(error: BaseException) -> None:
    assert (error.__cause__, error.__context__) == (None, None)
    assert KEYS["AWS_ACCESS_KEY_ID"] not in str(error)
    assert KEYS["AWS_SECRET_ACCESS_KEY"] not in str(error)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("s3://key:geheim@bucket/prefix", "holds a name or a password"),
        ("s3://Bucket", "is no address of a bucket; write one such as s3://newsroom-archive/onrecord"),
        ("s3://", "is no address of a bucket"),
        ("https://bucket/prefix", "is no address of a bucket"),
        ("s3://bucket/../other", "is no address of a bucket"),
        ("s3://bucket/a//b", "is no address of a bucket"),
        ("s3://bucket/a?versionId=1", "is no address of a bucket"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_its_secret(text: str, words: str) -> None:
    with pytest.raises(ArchiveError, match=words) as raised:
        read_address(text)
    assert "geheim" not in str(raised.value)


def test_an_address_is_read() -> None:
    assert read_address("s3://newsroom/a/b/") == BucketAddress("newsroom", "a/b")
    assert str(read_address("s3://newsroom")) == "s3://newsroom"


def test_s3fs_is_not_imported_where_the_archive_is_a_folder(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from flows.configuration.settings import load_settings;"
        f"load_settings(Path({str(tmp_path)!r})).open_archive().put(b'x'); print('s3fs' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_without_the_extra_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.objects.bucket.find_spec", lambda name: None)
    with pytest.raises(ArchiveError) as raised:
        open_bucket(BucketAddress("newsroom", ""), "")
    assert str(raised.value) == (
        "s3://newsroom is in object storage, which needs s3fs; it is not installed with onrecord: "
        "pipx install --force '.[s3]' in the folder of onrecord's source, or pip install 'onrecord[s3]'."
    )
