import hashlib
import os
from pathlib import Path

import pytest

from storage.archive import ArchiveError, FolderArchive


def test_bytes_come_back_by_their_hash(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path / "archive")
    sha256 = archive.put(b"a workbook")
    assert sha256 == hashlib.sha256(b"a workbook").hexdigest()
    assert archive.get(sha256) == b"a workbook"


def test_storing_twice_writes_once(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path)
    sha256 = archive.put(b"same")
    before = archive.path(sha256).stat().st_mtime_ns
    assert archive.put(b"same") == sha256
    assert archive.path(sha256).stat().st_mtime_ns == before
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [sha256[2:]]


def test_an_altered_file_is_never_handed_out(tmp_path: Path) -> None:
    archive = FolderArchive(tmp_path)
    sha256 = archive.put(b"48,870 people")
    path = archive.path(sha256)
    path.chmod(0o644)
    path.write_bytes(b"47,870 people")
    with pytest.raises(ArchiveError, match="has been altered"):
        archive.get(sha256)
    with pytest.raises(ArchiveError, match="Restore it from a backup"):
        archive.put(b"48,870 people")


def test_a_missing_file_is_said_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="cannot be read: No such file"):
        FolderArchive(tmp_path).get("ab" * 32)


@pytest.mark.parametrize("name", ["file-in-the-way"])
def test_what_cannot_be_written_stops_the_run(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("not a folder")
    with pytest.raises(ArchiveError, match="cannot be written"):
        FolderArchive(tmp_path / name).put(b"bytes")


def test_a_crash_before_the_rename_leaves_nothing_under_a_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ArchiveError, match="No space left on device"):
        FolderArchive(tmp_path).put(b"bytes")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
