"""Past editions from local files, in order of publication, judged after each.

The time of the import is never the time since which an edition is known.
"""

import csv
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

from alerts.claims.model import Claim
from checks.history.repeats import SAME_FIGURES
from figures.mishaps import Mishap, attempt
from figures.periods import end_of_day
from figures.records import Finding, Media, Source, Target
from flows.context import Line
from flows.documents import read_document
from flows.intake import Document, take, uncollected
from flows.judging.judge import judge_past
from flows.notifying.failed_checks import unless_it_fails
from flows.reconcile import hold_against
from scrapers.errors import NotReadableError
from scrapers.file_kinds import what_else
from storage.engine import UNUSABLE, reading, writing
from storage.read import journal, reads
from storage.write import releases
from storage.write.releases import Known

# What `what_else` says of a file that may be of a medium.
_EXPECTED: Mapping[Media, tuple[str, ...]] = {
    "xlsx": ("",),
    "csv": ("a table in text (CSV)",),
    "html": ("a web page (HTML)", "an XML file"),  # a part of a page that was saved begins with any tag
    "json": ("a JSON file",),
    "text": ("a text file",),
}
QUIET = "a past edition, imported"
MAX_FILE = 16 * 1024 * 1024
T = TypeVar("T")


class ImportFileError(Exception):
    """A file that cannot be imported, and why; the others are."""


@dataclass(frozen=True, slots=True)
class Stated:
    """One row of a manifest: what is stated of a file."""

    name: str
    day: date
    sha256: str


@dataclass(frozen=True, slots=True)
class PastFile:
    """A file with its place in the past."""

    path: Path
    name: str
    content: bytes
    known: Known
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A file whose place in the past is known, without its bytes: many large files do not lie in memory at once."""

    path: Path
    name: str
    sha256: str
    known: Known
    findings: tuple[Finding, ...]

    def read(self) -> bytes:
        """The bytes once more. Raises ImportFileError when they are others by now."""
        try:
            content = self.path.read_bytes()
        except OSError as error:
            raise ImportFileError(f"{self.path}: {error.strerror or error}") from error
        if hashlib.sha256(content).hexdigest() != self.sha256:
            raise ImportFileError(f"{self.path}: it changed while it was imported; import it again")
        return content


@dataclass(frozen=True, slots=True)
class Imported:
    name: str
    known: Known
    new: bool
    words: tuple[str, ...]
    failed: tuple[str, ...] = ()  # what of ours could not run on it


def read_manifest(path: Path) -> Mapping[str, Stated]:
    """By file name: `file`, `edition_date` (ISO) and, where given, `published_name` and `sha256` of a CSV.

    Raises ImportFileError naming the line that cannot be used.
    """
    stated: dict[str, Stated] = {}
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = csv.DictReader(file)
            missing = {"file", "edition_date"} - set(rows.fieldnames or ())
            if missing:
                raise ImportFileError(f"{path}: the columns {', '.join(sorted(missing))} are missing")
            for row in rows:
                try:
                    day = date.fromisoformat(row["edition_date"])
                except ValueError as error:
                    raise ImportFileError(f"{path}, line {rows.line_num}: edition_date: {error}") from error
                name = row.get("published_name") or row["file"]
                stated[row["file"]] = Stated(name, day, (row.get("sha256") or "").casefold())
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ImportFileError(f"{path}: {error}") from error
    return stated


def place(source: Source, path: Path, manifest: Mapping[str, Stated]) -> PastFile:
    """Since when the public could read a file: as the manifest states, else by its name and properties.

    Raises ImportFileError when the file cannot be read or is no workbook, differs from the manifest's hash, or carries
    no date at all.
    """
    try:
        if path.stat().st_size > MAX_FILE:
            raise ImportFileError(f"{path}: larger than {MAX_FILE:,} bytes; no file of a publisher is")
        content = path.read_bytes()
    except OSError as error:
        raise ImportFileError(f"{path}: {error.strerror or error}") from error
    if (words := what_else(content)) not in _EXPECTED[source.media]:
        expected = "a workbook of ICE's" if source.id == "ice" else f"{source.media} of {source.title}"
        raise ImportFileError(f"{path}: this is {words or 'a workbook'}, where {expected} is expected")
    stated = manifest.get(path.name)
    if stated is None:
        return _by_itself(source, path, content)
    sha256 = hashlib.sha256(content).hexdigest()
    if stated.sha256 and stated.sha256 != sha256:
        raise ImportFileError(f"{path}: sha256 {sha256} is not the {stated.sha256} that the manifest states")
    known = Known(end_of_day(stated.day), "stated", f"edition_date {stated.day} of the manifest")
    return PastFile(path, stated.name, content, known, ())


def _by_itself(source: Source, path: Path, content: bytes) -> PastFile:
    try:
        dated = source.dated(content, path.name) if source.dated else None
    except NotReadableError as error:
        raise ImportFileError(f"{path}: {error}") from error
    if dated is None:
        raise ImportFileError(f"{path}: neither its name nor its properties say when; list it in a --manifest")
    known = Known(end_of_day(dated.day), dated.by, dated.day.isoformat())
    return PastFile(path, path.name, content, known, dated.findings)


def import_files(
    source: Source,
    paths: Sequence[Path],
    manifest: Mapping[str, Stated],
    claims: Sequence[Claim],
    line: Line,
    desk_channels: Sequence[str],
    *,
    alert: bool,
    on_error: Callable[[ImportFileError], None],
) -> Iterator[Imported]:
    """Import files in order of publication, yielding each; then judge the claims on what was known after each.

    Messages are kept quiet unless `alert` is set: they are about the past. A file that cannot be taken ends no other.
    """
    files = []
    for path in paths:
        try:
            files.append(_unless_it_fails(path, partial(_waiting, source, path, manifest)))
        except ImportFileError as error:
            on_error(error)
    quiet = "" if alert else QUIET
    files.sort(key=lambda file: (file.known.at, file.name))
    first = None
    for file in files:
        try:
            imported = _unless_it_fails(file.path, partial(_import, source, file, line, quiet))
        except ImportFileError as error:
            on_error(error)
            continue
        first = first or file.known.at
        yield imported
    if first is not None:
        judge_past(line.database, claims, first, line.clock(), line.clock(), desk_channels, quiet)


def _waiting(source: Source, path: Path, manifest: Mapping[str, Stated]) -> _Waiting:
    file = place(source, path, manifest)
    return _Waiting(path, file.name, hashlib.sha256(file.content).hexdigest(), file.known, file.findings)


def _unless_it_fails(path: Path, take: Callable[[], T]) -> T:
    """What comes of a file. Raises ImportFileError for whatever fails on it, except for a database that is gone."""
    done = attempt(take, (ImportFileError, *UNUSABLE))
    if isinstance(done, Mishap):
        raise ImportFileError(f"{path}: onrecord failed on it: {done}. Please report this.") from done.error
    return done


def reconcile_past(
    claims: Sequence[Claim], line: Line, desk_channels: Sequence[str], about_sources: Sequence[str], *, alert: bool
) -> None:
    """Hold what was imported against TRAC, and judge again from the first instant that rests on other holds now."""
    quiet = "" if alert else QUIET
    now = line.clock()
    compare = partial(hold_against, line.database, claims, now, about_sources, quiet)
    outcome = unless_it_fails("comparison of ICE and TRAC", compare, line.database, now, line.ops_channels)
    if outcome is not None and outcome.since:
        judge_past(line.database, claims, outcome.since, now, now, desk_channels, quiet)


@uncollected()
def _import(source: Source, file: _Waiting, line: Line, quiet: str) -> Imported:
    """Raises ImportFileError for a file that is no edition of the publisher's; nothing of it is kept."""
    content, sha256 = file.read(), file.sha256
    with reading(line.database) as connection:
        is_known = reads.release_of(connection, source.id, sha256) is not None
    try:
        read = None if is_known else read_document(source, content, file.name)
    except NotReadableError as error:
        raise ImportFileError(f"{file.path}: {error}") from error
    line.archive.put(content)
    with writing(line.database) as connection:
        releases.record_document(connection, sha256, len(content), source.media, line.clock())
    document = Document(source, sha256, content, Target("", file.name, "current"), file.known)
    taken = take(document, line, quiet, file.findings, read)
    said = [finding.words for finding in file.findings]
    repeated = _repeated(source, sha256, line) if taken.new else []
    return Imported(file.name, file.known, taken.new, (*said, *repeated, *taken.words), taken.failed)


def _repeated(source: Source, sha256: str, line: Line) -> list[str]:
    """That a file says what another one says, in other bytes: whoever imports it will want to know."""
    with reading(line.database) as connection:
        release = reads.release_of(connection, source.id, sha256)
        found = journal.findings(connection, release_id=release, open_only=True)
    return [finding.words for finding in found if finding.check == SAME_FIGURES]
