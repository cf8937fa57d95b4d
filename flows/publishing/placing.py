"""The site's folder, put in place whole: what a reader sees is all of the old site or all of the new one.

The folder is a symbolic link to one of two builds that lie beside it. A new build takes its place when a link is
renamed over it, which is one step for the file system. A folder cannot be renamed over another: that takes two steps,
and a process that dies between them leaves nothing. What has not changed is linked into the new build and not written
again; when nothing has changed there is no new build. Files are compared with what they should be, and not with a
list: what a power cut damages is mended by the next run.
"""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from figures.plain import as_json
from pages.page import Page, file_of

MANIFEST = "manifest.json"
_MAKING = "making"
Listed = dict[str, dict[str, object]]


class PlacingError(Exception):
    """A folder that the site cannot be put into: which one, why, and what to do."""


@dataclass(frozen=True, slots=True)
class Placed:
    """What came of it: how many files the site has, of what size together, how many were written and removed."""

    folder: Path
    files: int
    size: int
    written: int
    removed: int


def put_in_place(pages: Iterable[Page], folder: Path) -> Placed:
    """Make `folder` hold these pages and a manifest of them, and what others put beside an earlier site of ours.

    Raises PlacingError when the folder cannot be taken, and ValueError when two pages have one address or one leads
    out of the site.
    """
    builds = folder.parent / f".{folder.name}.builds"
    _require_ours(folder)
    _make_folder(builds)
    with _alone(builds):
        before = folder.resolve() if (folder / MANIFEST).is_file() else None
        return _put(pages, folder, builds, before)


def _require_ours(folder: Path) -> None:
    """A link of ours, an empty folder, or nothing yet."""
    if folder.is_symlink():
        free = not folder.exists() or (folder / MANIFEST).is_file()
    else:
        free = not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
    if not free:
        raise PlacingError(
            f"{folder} holds something that is no site of onrecord's. Name a folder that is empty or not there yet."
        )


@contextmanager
def _alone(builds: Path) -> Iterator[None]:
    """One process at a time; another waits. The lock ends with its process, however that ends."""
    held = os.open(builds, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _put(pages: Iterable[Page], folder: Path, builds: Path, before: Path | None) -> Placed:
    _clear(builds, before)
    making = builds / _MAKING
    try:
        listed, written, size = _write_changed(pages, making, before)
        old = _listed(before)
        removed = len(set(old) - set(listed))
        if before is None or written or removed:
            _carry_over(making, before, listed, old)
            _write(making / MANIFEST, as_json({"files": dict(sorted(listed.items()))}).encode() + b"\n")
            build = making.rename(builds / ("b" if before == builds.resolve() / "a" else "a"))
            _lead(folder, build)
            before = build
    finally:
        _clear(builds, before)
    return Placed(folder, len(listed), size, written, removed)


def _write_changed(pages: Iterable[Page], making: Path, before: Path | None) -> tuple[Listed, int, int]:
    """Returns the manifest's entries of all pages, how many were written, and the size of all."""
    listed: Listed = {}
    written = size = 0
    for page in pages:
        name = file_of(page.address)
        if name in listed or name == MANIFEST:
            raise ValueError(f"{page.address!r} cannot be the address of a page: it is another's")
        if ".." in Path(name).parts or Path(name).is_absolute():
            raise ValueError(f"{page.address!r} cannot be the address of a page: it leads out of the site")
        digest = hashlib.sha256(page.body).hexdigest()
        listed[name] = {"bytes": len(page.body), "media": page.media, "sha256": digest}
        size += len(page.body)
        if before is None or not _is_same(before / name, page.body):
            _write(making / name, page.body)
            written += 1
    return listed, written, size


def _is_same(file: Path, body: bytes) -> bool:
    try:
        return file.read_bytes() == body
    except OSError:
        return False


def _listed(build: Path | None) -> Mapping[str, object]:
    """The files of a build by its manifest; none where it cannot be read, and then all there counts as others'."""
    try:
        return dict(json.loads((build / MANIFEST).read_text("utf-8"))["files"]) if build else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _carry_over(making: Path, before: Path | None, listed: Listed, old: Mapping[str, object]) -> None:
    """Link what has not changed, and what somebody else put there."""
    for path in sorted(before.rglob("*")) if before else ():
        name = path.relative_to(before).as_posix() if before else ""
        target = making / name
        is_theirs = name not in old and name != MANIFEST
        if (path.is_file() or path.is_symlink()) and not target.exists() and (name in listed or is_theirs):
            _make_folder(target.parent)
            os.link(path, target, follow_symlinks=False)


def _write(file: Path, body: bytes) -> None:
    _make_folder(file.parent)
    file.write_bytes(body)
    file.chmod(0o644)  # our own files are for nobody else; these are


def _make_folder(folder: Path) -> None:
    if not folder.exists():
        _make_folder(folder.parent)
        folder.mkdir()
        folder.chmod(0o755)


def _lead(folder: Path, build: Path) -> None:
    """Let the folder lead to a build, in one step."""
    if folder.is_dir() and not folder.is_symlink():
        folder.rmdir()  # it is empty: nobody misses a site there
    link = build.parent / "next"
    link.symlink_to(Path(build.parent.name) / build.name)
    link.replace(folder)


def _clear(builds: Path, kept: Path | None) -> None:
    """Remove what is not in place: the build before, and what a process left that died."""
    for path in builds.iterdir():
        if path.is_symlink():
            path.unlink()
        elif kept is None or path.name != kept.name:
            shutil.rmtree(path)
