"""The line: discover, fetch, archive, parse, check, store. The page to read first; plain Python, no Prefect.

What is judged and told afterwards is in `flows/judge.py`.
"""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from alerts.delivery import enqueue
from alerts.message import Message
from alerts.source_words import revised_message
from alerts.words import held_message, trouble_message
from checks.document import document
from checks.revisions import CHECK as REVISED
from checks.source_errors import source_errors
from figures.records import Finding, Listing, Media, Parsed, Source, Target
from flows.alone import alone
from flows.clock import ClockError, require_forward
from flows.courtesy import asked_today, require_allowed
from flows.history import recheck
from flows.line import Line, Outcome
from flows.looking import fetch_fault, observe_page
from scrapers.errors import DriftError, FetchError, NotAskedError, NotReadableError
from scrapers.fetch import Validators, fetch
from storage import journal, reads, runs, writes
from storage.engine import Transaction, reading, writing
from storage.findings import add_findings, record_new_findings, renew_findings, settle
from storage.writes import Known

# Year-end files change once a year or less; one look a week is enough.
YEAR_END_EVERY = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class _Got:
    sha256: str
    content: bytes
    first_seen: datetime
    not_asked: str = ""  # why the bytes are those of an earlier request


def watch(source: Source, address: str, line: Line) -> Outcome:
    """One look at one source, recorded from its beginning. Raises BusyError when another one is under way."""
    with alone(line, f"watch:{source.id}", f"a look at {source.id}"):
        return _recorded_look(source, address, line)


def _recorded_look(source: Source, address: str, line: Line) -> Outcome:
    with writing(line.database) as connection:
        before = runs.last_start(connection, source.id)
        run = runs.start_run(connection, source.id, line.clock())
    outcome = Outcome(source.id, "failed", (), ("ended before it was done",))
    try:
        require_forward(source.id, before, line.clock())
        outcome = _look(source, address, line)
    except (ClockError, FetchError, DriftError, NotReadableError) as error:
        outcome = Outcome(source.id, "failed", (), (str(error),))
    finally:
        with writing(line.database) as connection:
            runs.finish_run(connection, run, line.clock(), outcome.state, "; ".join(outcome.notes))
    return outcome


def _look(source: Source, address: str, line: Line) -> Outcome:
    new: list[str] = []
    notes: list[str] = []
    failed, asked = False, 0
    for target in _discover(source, address, line):
        if target.role == "year_end" and _looked_lately(source, target, line):
            continue
        try:
            got = _get(source, target.url, source.media, line)
        except FetchError as error:
            failed = True
            notes.append(str(error))
            continue
        asked += not got.not_asked
        notes += [got.not_asked] if got.not_asked else []
        known = Known(got.first_seen, "fetched", target.url)
        stored, words = ingest(source, got.sha256, got.content, target, known, line)
        if stored:
            new.append(target.name)
        notes.extend(words)
    if not failed:
        with writing(line.database) as connection:
            because = "every address that is asked for now answers"
            settle(connection, source.id, "fetch", [], because, line.clock())
    state = "failed" if failed else "new" if new else "unchanged" if asked else "not_asked"
    return Outcome(source.id, state, tuple(new), tuple(notes))


def _discover(source: Source, address: str, line: Line) -> Sequence[Target]:
    if source.discover is None:
        return [Target(address, PurePosixPath(unquote(urlsplit(address).path)).name, "current")]
    page = _get(source, address, "html", line)
    try:
        listing: Listing = source.discover(page.content, address)
    except DriftError as error:
        finding = Finding("page_drift", "warn", "release", (), error.expected, error.found, str(error))
        _tell(source, "the page is laid out anew", finding, address, line)
        raise
    observe_page(source, address, page.sha256, listing, line)
    with writing(line.database) as connection:
        said = [finding.words for finding in listing.findings]
        settle(connection, source.id, "discover", said, "the page no longer shows it", line.clock())
    for finding in listing.findings:
        what = "a link that is not understood" if finding.severity == "warn" else ""
        _tell(source, what, finding, address, line)
    return listing.targets


def _looked_lately(source: Source, target: Target, line: Line) -> bool:
    """Whether a file was fetched within the week and stored: a run that died in between is made good at the next."""
    with reading(line.database) as connection:
        last = journal.last_good_fetch(connection, target.url)
        if last is None or reads.release_of(connection, source.id, last["sha256"]) is None:
            return False
    return bool(last["at"] > line.clock() - YEAR_END_EVERY)


def _get(source: Source, url: str, media: Media, line: Line) -> _Got:
    """Fetch conditionally, archive, and only then hand out the bytes; every attempt is recorded."""
    with reading(line.database) as connection:
        last = journal.last_good_fetch(connection, url)
    why_not = asked_today(source, url, line)
    if last is not None and why_not:
        return _Got(last["sha256"], line.archive.get(last["sha256"]), _first_seen(url, last["sha256"], line), why_not)
    validators = Validators(last["etag"], last["last_modified"]) if last else None
    try:
        require_allowed(source, url, line)
        response = fetch(url, media, validators, line.policy, line.sleep)
    except FetchError as error:
        _record_failure(source, url, error, line)
        raise
    now = line.clock()
    if response.content is None:
        if last is None:
            raise FetchError(f"{url}: 304 without our asking", transient=False, status=304)
        sha256, outcome, content = last["sha256"], "not_modified", line.archive.get(last["sha256"])
    else:
        content = response.content
        sha256 = line.archive.put(content)
        outcome = "unchanged" if last and last["sha256"] == sha256 else "new"
    with writing(line.database) as connection:
        writes.record_document(connection, sha256, len(content), media, now)
        writes.record_fetch(
            connection,
            source.id,
            url,
            now,
            outcome,
            status=response.status,
            sha256=sha256,
            etag=response.etag or (last["etag"] if last and outcome == "not_modified" else None),
            last_modified=response.last_modified
            or (last["last_modified"] if last and outcome == "not_modified" else None),
        )
        settle(connection, source.id, "fetch", [], "the address answers again", now, expected=f"an answer from {url}")
    return _Got(sha256, content, _first_seen(url, sha256, line))


def _first_seen(url: str, sha256: str, line: Line) -> datetime:
    with reading(line.database) as connection:
        return journal.first_seen(connection, url, sha256) or line.clock()


def _record_failure(source: Source, url: str, error: FetchError, line: Line) -> None:
    with writing(line.database) as connection:
        outcome = "not_asked" if isinstance(error, NotAskedError) else "failed"
        writes.record_fetch(connection, source.id, url, line.clock(), outcome, status=error.status, detail=str(error))
    if not error.transient:
        check, what = fetch_fault(error)
        finding = Finding(check, "warn", "release", (), f"an answer from {url}", str(error.status), str(error))
        _tell(source, what, finding, url, line, stage="fetch")


def _tell(source: Source, what: str, finding: Finding, url: str, line: Line, stage: str = "discover") -> None:
    """Record a finding, and tell the operators of it, once until it is settled."""
    with writing(line.database) as connection:
        fresh = record_new_findings(connection, source.id, stage, [finding], line.clock())
        if what and fresh:
            _enqueue(connection, trouble_message(source.id, what, finding.words, url, line.clock()), line)


def _enqueue(connection: Transaction, message: Message, line: Line, quiet: str = "") -> None:
    channels = line.source_channels if message.audience == "sources" else line.ops_channels
    enqueue(connection, message, line.clock(), line.clock(), channels, quiet)


@contextmanager
def _uncollected() -> Iterator[None]:
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


def ingest(
    source: Source,
    sha256: str,
    content: bytes,
    target: Target,
    known: Known,
    line: Line,
    quiet: str = "",
    extra: Sequence[Finding] = (),
) -> tuple[bool, list[str]]:
    """Parse, check and store archived bytes in one transaction. (whether they were new, what is to be said)."""
    with reading(line.database) as connection:
        stored_before = reads.release_of(connection, source.id, sha256)
    if stored_before:
        return _store(source, sha256, content, target, known, line, quiet, extra, Parsed((), ()))
    with _uncollected():
        parsed = read_document(source, content, target.name)
        return _store(source, sha256, content, target, known, line, quiet, extra, parsed)


def _store(
    source: Source,
    sha256: str,
    content: bytes,
    target: Target,
    known: Known,
    line: Line,
    quiet: str,
    extra: Sequence[Finding],
    parsed: Parsed,
) -> tuple[bool, list[str]]:
    now = line.clock()
    with writing(line.database) as connection:
        stored = writes.store_release(connection, source.id, sha256, target, known, parsed, source.parser, now)
        if stored.renamed:
            parsed = read_document(source, content, stored.name)
            writes.reread_release(connection, source.id, stored.release_id, parsed, source.parser)
        if stored.created or stored.renamed:
            renew_findings(connection, source.id, stored.release_id, "parse", parsed.findings, now)
            renew_findings(connection, source.id, stored.release_id, "document", document(parsed), now)
            known_errors = source_errors(sha256, parsed.observations)
            renew_findings(connection, source.id, stored.release_id, "register", known_errors, now)
        add_findings(connection, source.id, stored.release_id, "name", extra, now)
        if stored.since is not None:
            read = {stored.release_id: parsed.observations} if stored.created else None
            recheck(connection, source.id, stored.since, now, read)
        holds = _tell_of_release(connection, source, sha256, target, known, line, quiet, stored)
    return stored.created, [hold.words for hold in holds] if stored.created else []


def _tell_of_release(
    connection: Transaction,
    source: Source,
    sha256: str,
    target: Target,
    known: Known,
    line: Line,
    quiet: str,
    stored: writes.Stored,
) -> list[journal.StoredFinding]:
    """Queue what is to be said of a release that is new: what is held, what it revised. Returns the open holds."""
    findings = journal.findings(connection, release_id=stored.release_id, severities=("hold", "warn"), open_only=True)
    holds = [finding for finding in findings if finding.severity == "hold"]
    revised = [finding.words for finding in findings if finding.check == REVISED]
    if stored.created and holds:
        _enqueue(connection, held_message(source.id, target.name, sha256, target.url, holds, known.at), line, quiet)
    if stored.created and revised:
        _enqueue(connection, revised_message(target.name, sha256, target.url, revised, known.at), line, quiet)
    return holds


def read_document(source: Source, content: bytes, name: str) -> Parsed:
    """What cannot be read at all is stored as a release without figures, held as a whole, and told."""
    try:
        return source.parse(content, name)
    except DriftError as error:
        words = f"{name} is not laid out as declared: {error}. Nothing of it was read."
        finding = Finding("layout_drift", "hold", "release", (), error.expected, error.found, words)
    except NotReadableError as error:
        words = f"{name} cannot be read: {error}."
        finding = Finding("not_readable", "hold", "release", (), f"a readable {source.media} file", str(error), words)
    return Parsed((), (finding,))
