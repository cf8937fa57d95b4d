"""Taking in archived bytes: parse, check, store, and say what is to be said, in one transaction.

Nothing that fails here is the end of a source. A reader, a check or the storing that fails is a finding on the release,
which holds what it guards.
"""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from checks.boundary import COULD_NOT_RUN, asked, could_not_run
from checks.document.document_suite import document
from checks.source_errors import source_errors
from figures.mishaps import Mishap, attempt
from figures.records import Finding, Parsed, Source, Target
from flows.context import Line
from flows.documents import read_again, read_document
from flows.failed_checks import tell_failed_checks
from flows.recheck import recheck
from flows.release_news import tell_of_release
from storage.engine import UNUSABLE, Transaction, reading, writing
from storage.read import journal, reads
from storage.write import releases
from storage.write.findings import add_findings, renew_findings
from storage.write.releases import Known

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
    read = partial(read_again, document.source, document.content)
    store = partial(_store, document, line, quiet, extra)
    with uncollected() if parsed is not None else nullcontext():
        taken = attempt(partial(store, parsed or Parsed((), ()), read), UNUSABLE)
        if isinstance(taken, Mishap):
            unread = Parsed((), (could_not_run(f"storing of {document.source.id}", taken, (), None),))
            return store(unread, lambda name: unread)  # noqa: ARG005 - whatever its name
        return taken


def _store(document: Document, line: Line, quiet: str, extra: Sequence[Finding], parsed: Parsed, read: Read) -> Taken:
    now, source, sha256 = line.clock(), document.source, document.sha256
    with writing(line.database) as connection:
        stored = releases.store_release(
            connection, source.id, sha256, document.target, document.known, parsed, source.parser, now
        )
        if stored.renamed:
            parsed = read(stored.name)
            releases.reread_release(connection, source.id, stored.release_id, parsed, source.parser)
        if stored.created or stored.renamed:
            check_document(connection, source.id, stored.release_id, sha256, parsed, now)
        add_findings(connection, source.id, stored.release_id, "name", extra, now)
        if stored.since is not None:
            is_read = {stored.release_id: parsed.observations} if stored.created else None
            recheck(connection, source.id, stored.since, now, is_read)
        if stored.created:
            tell_of_release(connection, source, stored.release_id, parsed.observations, line, quiet)
        tell_failed_checks(connection, source.id, line.claims, now, line.ops_channels)
        findings = journal.findings(connection, release_id=stored.release_id, open_only=True)
    holds = tuple(finding.words for finding in findings if finding.severity == "hold")
    failed = tuple(finding.words for finding in findings if finding.check == COULD_NOT_RUN)
    return Taken(stored.created, holds if stored.created else (), failed)


def check_document(
    connection: Transaction, source: str, release_id: int, sha256: str, parsed: Parsed, at: datetime
) -> None:
    """Renew what a document says against itself, and what is on record of it."""
    known_errors = asked("source_errors", (), source_errors, sha256, parsed.observations)
    renew_findings(connection, source, release_id, "parse", parsed.findings, at)
    renew_findings(connection, source, release_id, "document", document(parsed), at)
    renew_findings(connection, source, release_id, "register", known_errors, at)
