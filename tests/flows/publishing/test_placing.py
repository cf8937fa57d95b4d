"""The site's folder holds the old site or the new one, whole, whatever happens."""

import json
import multiprocessing
import os
import signal
import stat
import time
from hashlib import sha256
from pathlib import Path

import pytest

from flows.publishing.placing import MANIFEST, PlacingError, put_in_place
from pages.page import Page

TEXT = "text/plain"


def _site(version: str, many: int = 40) -> list[Page]:
    """A page that never changes, and many that tell their version."""
    changing = [Page(f"claims/{n}/", TEXT, f"{version} {n}".encode() * 200) for n in range(many)]
    return [Page("", TEXT, version.encode()), Page("site.css", TEXT, b"the same"), *changing]


def _files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def _require_whole(folder: Path) -> str:
    """The version of the site, of which every file is there as the manifest lists it."""
    found = _files(folder.resolve())
    listed = json.loads(found.pop(MANIFEST))["files"]
    assert {name: sha256(body).hexdigest() for name, body in found.items()} == {
        name: entry["sha256"] for name, entry in listed.items()
    }
    version = found["index.html"].decode()
    assert all(body.startswith(version.encode()) for name, body in found.items() if name.startswith("claims/"))
    return version


def test_a_site_is_made_and_made_again(tmp_path: Path) -> None:
    folder = tmp_path / "public" / "site"
    first = put_in_place(_site("one"), folder)
    assert (first.files, first.written, first.removed) == (42, 42, 0)
    assert _require_whole(folder) == "one"
    css = (folder / "site.css").stat()
    second = put_in_place(_site("two", many=30), folder)
    assert (second.files, second.written, second.removed) == (32, 31, 10)
    assert _require_whole(folder) == "two"
    assert (folder / "site.css").stat().st_ino == css.st_ino
    assert (folder / "site.css").stat().st_mtime_ns == css.st_mtime_ns
    assert len(list((tmp_path / "public" / ".site.builds").iterdir())) == 1


def test_nothing_is_written_when_nothing_changed(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    put_in_place(_site("one"), folder)

    def state() -> list[tuple[str, int, int]]:
        paths = sorted([tmp_path, *tmp_path.rglob("*")])
        return [(str(p), p.lstat().st_ino, p.lstat().st_mtime_ns) for p in paths]

    before = state()
    again = put_in_place(_site("one"), folder)
    assert (again.written, again.removed, state()) == (0, 0, before)


def test_everybody_may_read_the_site_whatever_we_keep_to_ourselves(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        put_in_place(_site("one"), tmp_path / "public" / "site")
    finally:
        os.umask(before)
    for path in (tmp_path / "public").rglob("*"):
        if not path.is_symlink():
            assert stat.S_IMODE(path.stat().st_mode) == (0o755 if path.is_dir() else 0o644), path


def test_a_file_that_was_damaged_is_mended(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    put_in_place(_site("one"), folder)
    (folder / "claims" / "3" / "index.html").write_bytes(b"")
    assert put_in_place(_site("one"), folder).written == 1
    assert _require_whole(folder) == "one"


def test_what_somebody_else_put_there_stays(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    put_in_place(_site("one"), folder)
    (folder / "CNAME").write_text("example.org")
    put_in_place(_site("two"), folder)
    assert (folder / "CNAME").read_text() == "example.org"
    put_in_place(_site("one"), folder)
    assert (folder / "CNAME").read_text() == "example.org"


def test_an_empty_folder_is_taken_and_no_other(tmp_path: Path) -> None:
    empty, full, file = tmp_path / "empty", tmp_path / "full", tmp_path / "file"
    empty.mkdir()
    put_in_place(_site("one"), empty)
    assert _require_whole(empty) == "one"
    full.mkdir()
    (full / "thesis.txt").write_text("mine")
    file.write_text("mine")
    led = tmp_path / "led"
    led.symlink_to(full)
    for taken in (full, file, led):
        with pytest.raises(PlacingError, match="Name a folder that is empty or not there yet"):
            put_in_place(_site("one"), taken)
    assert (full / "thesis.txt").read_text() == "mine"


@pytest.mark.parametrize("address", ["../out.html", "/etc/x", "a/../../x", "", MANIFEST])
def test_no_page_leads_out_of_the_site_or_takes_the_place_of_another(tmp_path: Path, address: str) -> None:
    with pytest.raises(ValueError, match="cannot be the address"):
        put_in_place([Page("", TEXT, b"one"), Page(address, TEXT, b"two")], tmp_path / "site")
    assert not (tmp_path / "site").exists()


def _make_for_ever(folder: Path) -> None:
    for n in range(1_000_000):
        put_in_place(_site(("one", "two")[n % 2]), folder)


def _wait_for_another(folder: Path, before: str) -> None:
    """Until a new build has taken its place: the process is in the midst of its work."""
    deadline = time.monotonic() + 60
    while str(folder.readlink()) == before:
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_a_kill_at_any_moment_leaves_the_old_site_or_the_new_one(tmp_path: Path) -> None:
    folder, builds = tmp_path / "site", tmp_path / ".site.builds"
    put_in_place(_site("one"), folder)
    begun = 0
    for kill in range(25):
        before = str(folder.readlink())
        process = multiprocessing.get_context("fork").Process(target=_make_for_ever, args=(folder,))
        process.start()
        _wait_for_another(folder, before)
        time.sleep(0.0013 * kill)
        assert process.pid
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        begun += len(list(builds.iterdir())) > 1
        assert _require_whole(folder) in ("one", "two")
    assert begun > 5  # most were killed while they wrote
    put_in_place(_site("three"), folder)
    assert _require_whole(folder) == "three"
    assert [p.name for p in builds.iterdir()] == [folder.resolve().name]
