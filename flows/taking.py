"""Taking in archived bytes: parse, check, store, and say what is to be said, in one transaction.

Nothing that fails here is the end of a source. A reader, a check or the storing that fails is a finding on the release,
which holds what it guards.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from checks.asking import COULD_NOT_RUN, asked, could_not_run
from checks.document import document
from checks.source_errors import source_errors
from figures.mishaps import Mishap, attempt
from figures.records import Finding, Parsed, Source, Target
from flows.documents import read_again, read_document
from flows.failed_checks import tell_failed_checks
from flows.history import recheck
from flows.line import Line
from flows.release_news import tell_of_release
from storage import journal, reads, writes
from storage.engine import UNUSABLE, Transaction, reading, writing
from storage.findings import add_findings, renew_findings
from storage.writes import Known


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of archived bytes: whether they were new, what is to be said of it, and what could not run on them."""

    new: bool
    words: tuple[str, ...]
    failed: tuple[str, ...]


def take(
    source: Source,
    sha256: str,
    content: bytes,
    target: Target,
    known: Known,
    line: Line,
    quiet: str = "",
    extra: Sequence[Finding] = (),
    at_hand: Parsed | None = None,
) -> Taken:
    """Take in what was archived under its sha256. `extra` are findings about its name or its capture, `at_hand` is what
    was read of it already.

    What cannot be stored as it was read is stored as a release without figures, held as a whole. Raises
    NotReadableError for what is no edition of the publisher's; then nothing is stored.
    """
    with reading(line.database) as connection:
        stored_before = reads.release_of(connection, source.id, sha256)
    parsed = Parsed((), ()) if stored_before else at_hand or read_document(source, content, target.name)
    store = partial(_store, source, sha256, target, known, line, quiet, extra)
    taken = attempt(lambda: store(parsed, partial(read_again, source, content)), UNUSABLE)
    if isinstance(taken, Mishap):
        unread = Parsed((), (could_not_run(f"storing of {source.id}", taken, (), None),))
        return store(unread, lambda name: unread)  # noqa: ARG005 - whatever its name
    return taken


def _store(
    source: Source,
    sha256: str,
    target: Target,
    known: Known,
    line: Line,
    quiet: str,
    extra: Sequence[Finding],
    parsed: Parsed,
    read: Callable[[str], Parsed],
) -> Taken:
    now = line.clock()
    with writing(line.database) as connection:
        stored = writes.store_release(connection, source.id, sha256, target, known, parsed, source.parser, now)
        if stored.renamed:
            parsed = read(stored.name)
            writes.reread_release(connection, source.id, stored.release_id, parsed, source.parser)
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
