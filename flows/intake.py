"""Taking in archived bytes: parse, check, store, and say what is to be said, in one transaction.

Nothing that fails here is the end of a source. A reader, a check or the storing that fails is a finding on the release,
which holds what it guards.
"""

import gc
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from alerts.messages.invisible_characters import one_line
from checks.boundary import COULD_NOT_RUN, asked, could_not_run, is_of_a_place
from checks.document.document_suite import document
from checks.places.renames import note
from checks.source_errors import source_errors
from figures.mishaps import Mishap, attempt
from figures.records import Finding, Parsed, Source, Target
from flows.context import Line
from flows.documents import read_again, read_document
from flows.fetching.border_gate import gate
from flows.fetching.listed import note_size
from flows.history.facility_identities import names_of_new, under_facilities
from flows.history.past import Past, ask_history, gather_past
from flows.history.recheck import STAGE as HISTORY
from flows.history.recheck import recheck
from flows.notifying.failed_checks import tell_failed_checks
from flows.notifying.release_news import tell_of_release
from storage.engine import SPOKEN_TO, UNUSABLE, Transaction, reading, writing
from storage.read import journal, reads
from storage.read.release_order import StoredRelease
from storage.write import releases
from storage.write.findings import add_findings, record_stages, renew_findings, said_once
from storage.write.releases import Known, NewRelease, as_read

_LOG = logging.getLogger("onrecord.take")
# So many holds of one release are written to the log; `onrecord held` has them all.
_LOGGED = 20

# What is in the document under the name that it is given.
Read = Callable[[str], Parsed]


@dataclass(frozen=True, slots=True)
class Document:
    """Archived bytes of a source, which file they are, and since when the public could read them."""

    source: Source
    sha256: str
    content: bytes = field(repr=False)
    target: Target
    known: Known


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of archived bytes: whether they were new, what is to be said of it, and what could not run on them."""

    new: bool
    words: tuple[str, ...]
    failed: tuple[str, ...]


@contextmanager
def uncollected() -> Iterator[None]:
    """While a new document is read and stored, without Python's search for objects that hold each other.

    A figure is a tuple of plain values, of which none ever holds itself; walking over all of them again and again, in
    vain, took a sixth of the time of an import. What is not needed any more is let go at once all the same.
    """
    # What a request left behind does hold itself. It goes now: taken for old below, it would hardly be looked at again.
    gc.collect(1)
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        # What is left is taken for old at once: the next search need not walk over what a release leaves behind.
        gc.freeze()
        gc.unfreeze()
        if was_on:
            gc.enable()


def take(
    document: Document, line: Line, quiet: str = "", extra: Sequence[Finding] = (), at_hand: Parsed | None = None
) -> Taken:
    """Parse a document and take it in, as the line does. `at_hand` is what was read of it already.

    Raises NotReadableError for what is no edition of the publisher's; then nothing is stored.
    """
    return gather_check_and_store(document, at_hand or parse(document, line), line, quiet, extra)


def parse(document: Document, line: Line) -> Parsed | None:
    """What is in a document; None for one that is stored already, of which nothing is read again.

    Raises NotReadableError for what is no edition of the publisher's.
    """
    with reading(line.database) as connection:
        if reads.release_of(connection, document.source.id, document.sha256) is not None:
            return None
    with uncollected():
        return read_document(document.source, document.content, document.target.name)


def gather_check_and_store(
    document: Document, parsed: Parsed | None, line: Line, quiet: str = "", extra: Sequence[Finding] = ()
) -> Taken:
    """In one transaction: gather what is known, check against it, store figures and findings, queue what is to be said.

    `parsed` is None for a document that is stored already; `extra` are findings about its name or its capture. What
    cannot be stored as it was read is stored as a release without figures, held as a whole.
    """
    with uncollected() if parsed is not None else nullcontext():
        take_in = partial(_take_in, document, line, quiet, extra)
        taken = attempt(partial(take_in, parsed, partial(read_again, document.source, document.content)), UNUSABLE)
        if isinstance(taken, Mishap):
            unread = Parsed((), (could_not_run(f"storing of {document.source.id}", taken, (), None),))
            return take_in(unread, lambda name: unread)  # noqa: ARG005 - whatever its name
        return taken


def _take_in(
    document: Document, line: Line, quiet: str, extra: Sequence[Finding], parsed: Parsed | None, read: Read
) -> Taken:
    with writing(line.database) as connection:
        stored = reads.releases(connection, document.source.id)
        if parsed is None or any(release.sha256 == document.sha256 for release in stored):
            return _see_again(connection, document, line, extra, read)
        known = gather_known(connection, document, parsed, stored)
        found = check(document, parsed, known, extra)
        number = store(connection, document, parsed, known, found, line)
        _hold_beside(connection, document, number, line, moved=True)
        release = replace(known.release, id=number)
        findings = journal.findings(connection, release_id=number, open_only=True)
        tell_of_release(connection, document.source, release, findings, parsed.observations, line, quiet)
        tell_failed_checks(connection, document.source.id, line.claims, line.clock(), line.ops_channels)
    taken = _taken(findings, new=True)
    _log(document, release, len(parsed.observations), taken)
    return taken


def _log(document: Document, release: StoredRelease, figures: int, taken: Taken) -> None:
    name, known = one_line(document.target.name), f"{release.known_at:%Y-%m-%d %H:%M}"
    _LOG.info("%s: stored %s: %d figures, known since %s UTC", document.source.id, name, figures, known)
    for words in taken.words[:_LOGGED]:
        _LOG.info("%s: held: %s", document.source.id, one_line(words))
    if len(taken.words) > _LOGGED:
        _LOG.info("%s: held: %d more", document.source.id, len(taken.words) - _LOGGED)


@dataclass(frozen=True, slots=True)
class KnownBefore:
    """What is known of a new release before it is stored: its place and names, and what history has before it.

    `unnamed` is what kept its names from being told.
    """

    new: NewRelease
    past: Past
    unnamed: Mishap | None

    @property
    def release(self) -> StoredRelease:
        return self.new.release


def gather_known(
    connection: Transaction, document: Document, parsed: Parsed, stored: Sequence[StoredRelease]
) -> KnownBefore:
    """What is known before a release that is new; `stored` are those of its source. Writes nothing."""
    source, target = document.source.id, document.target
    new = as_read(connection, source, document.sha256, target, document.known, parsed, stored)
    names = attempt(partial(names_of_new, connection, new.release, parsed.observations), SPOKEN_TO)
    unnamed = names if isinstance(names, Mishap) else None
    if not isinstance(names, Mishap):
        new = replace(new, names=names, figures=under_facilities(parsed.observations, names))
    return KnownBefore(new, gather_past(connection, new.release, new.figures, new.shown), unnamed)


def check(document: Document, parsed: Parsed, known: KnownBefore, extra: Sequence[Finding]) -> dict[str, list[Finding]]:
    """What all checks say of a new release, by stage, each finding once. Writes nothing."""
    found = _of_document(document.sha256, parsed) | {"name": list(extra)}
    others = [finding for said in found.values() for finding in said_once(said) if finding.severity == "hold"]
    named = [note(*name) for name in known.new.names]
    if known.unnamed is not None:
        named.insert(0, could_not_run("check names", known.unnamed, known.past.stated, is_of_a_place))
    found[HISTORY] = ask_history(
        known.past, named, lambda here: [*others, *(each for each in here if each.severity == "hold")]
    )
    return {stage: said_once(said) for stage, said in found.items()}


def store(
    connection: Transaction,
    document: Document,
    parsed: Parsed,
    known: KnownBefore,
    found: Mapping[str, Sequence[Finding]],
    line: Line,
) -> int:
    """Write a new release with its figures and findings, and ask again those that come after it. Returns its number."""
    source, now = document.source, line.clock()
    is_held = any(finding.severity == "hold" for said in found.values() for finding in said)
    new = replace(known.new, release=replace(known.release, state="held" if is_held else "accepted"))
    about = document.sha256, document.target, document.known, parsed, source.parser, now
    stored = releases.store_release(connection, source.id, *about, new)
    record_stages(connection, source.id, stored.release_id, found, now)
    if not new.is_newest:
        read, named = {stored.release_id: new.figures}, {stored.release_id: new.names}
        recheck(connection, source.id, known.release.known_at, now, read, named)
    return stored.release_id


def _see_again(connection: Transaction, document: Document, line: Line, extra: Sequence[Finding], read: Read) -> Taken:
    """Bytes that are stored already: their name is noted, and an earlier instant moves them back in the past."""
    now, source, sha256 = line.clock(), document.source, document.sha256
    about = document.target, document.known, Parsed((), ()), source.parser, now
    stored = releases.store_release(connection, source.id, sha256, *about)
    if stored.renamed:
        parsed = read(stored.name)
        releases.reread_release(connection, source.id, stored.release_id, parsed, source.parser)
        check_document(connection, source.id, stored.release_id, sha256, parsed, now)
    add_findings(connection, source.id, stored.release_id, "name", extra, now)
    if stored.since is not None:
        recheck(connection, source.id, stored.since, now)
    _hold_beside(connection, document, stored.release_id, line, moved=stored.since is not None)
    tell_failed_checks(connection, source.id, line.claims, now, line.ops_channels)
    return _taken(journal.findings(connection, release_id=stored.release_id, open_only=True), new=False)


def _hold_beside(connection: Transaction, document: Document, number: int, line: Line, *, moved: bool) -> None:
    """Hold a release against what its page states of it and, where it is new or has moved, against those beside it."""
    source, now = document.source.id, line.clock()
    note_size(connection, source, number, document.target, journal.size_of(connection, document.sha256), now)
    if moved:
        gate(connection, source, number, line.archive, now)


def _taken(findings: Sequence[journal.StoredFinding], *, new: bool) -> Taken:
    holds = tuple(finding.words for finding in findings if finding.severity == "hold")
    failed = tuple(finding.words for finding in findings if finding.check == COULD_NOT_RUN)
    return Taken(new, holds if new else (), failed)


def check_document(
    connection: Transaction, source: str, release_id: int, sha256: str, parsed: Parsed, at: datetime
) -> None:
    """Renew what a document says against itself, and what is on record of it."""
    for stage, found in _of_document(sha256, parsed).items():
        renew_findings(connection, source, release_id, stage, found, at)


def _of_document(sha256: str, parsed: Parsed) -> dict[str, list[Finding]]:
    """What a document says against itself, and what is on record of it, by stage."""
    known_errors = asked("source_errors", (), source_errors, sha256, parsed.observations)
    return {"parse": list(parsed.findings), "document": document(parsed), "register": known_errors}
