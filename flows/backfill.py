"""History for a fresh install: dated captures of ICE's page and workbooks from the Internet Archive.

The line of a run with the archive in the publisher's place: find, fetch, archive, parse, check, store, and at the end
the claims judged in the past. The time of a capture is `known_at`; the time of the backfill never is. What was fetched
is recorded before it is acted upon: stopped at any point, a second backfill goes on and ends in the same content.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial

from alerts.claims.model import Claim
from checks.known_hashes import Witness, check_missing, check_witnesses
from figures.mishaps import Mishap, attempt
from figures.periods import spoken, washington_day
from figures.records import Finding, Source, Target
from flows.fetching.archive_manners import RefusedCaptureError, Shelf, Visitor
from flows.intake import Document, take
from flows.judging.judge import judge_past
from flows.judging.missing_editions import note_listed
from scrapers.errors import DriftError, FetchError, NotReadableError
from scrapers.ice import captures as ice_captures
from scrapers.ice.captures import Skipped, Wanted
from scrapers.web.wayback import Capture, capture_url
from scrapers.xlsx.reader import Workbook
from storage.engine import UNUSABLE, reading, writing
from storage.read import journal, reads
from storage.write import runs
from storage.write.findings import record_new_findings, settle
from storage.write.releases import Known

QUIET = "a past edition, from the archive"
STAGE = "backfill"
# An archive that fails so often in a row is down: the rest is left for the next backfill.
PATIENCE = 3
# Workbooks that the page linked outside ICE's folder: there has been none with a name of ours.
MOST_ELSEWHERE = 20


@dataclass(frozen=True, slots=True)
class Span:
    """Which captures are taken, by their day in Washington; None is open."""

    since: date | None = None
    until: date | None = None

    def holds(self, day: date) -> bool:
        return (self.since is None or day >= self.since) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Found:
    """What the archive's index offers: workbooks and captures of the page, in order of time, and what is left out."""

    workbooks: tuple[Wanted, ...]
    pages: tuple[Capture, ...]
    skipped: tuple[Skipped, ...]
    unreadable: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """What a backfill is to do. `on_step` is told of each capture before it is taken: (number, of how many, words)."""

    source: Source
    visitor: Visitor
    shelf: Shelf
    witnesses: Sequence[Witness]
    span: Span
    on_step: Callable[[int, int, str], None]


@dataclass(slots=True)
class Backfilled:
    """What a backfill came to. `findings` says what needs a person, `stopped` why it ended early ("": it did not)."""

    found: Found
    new: list[str] = field(default_factory=list)
    held_already: int = 0
    witnessed: int = 0
    held_back: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    missing: list[Finding] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)  # captures on which something of ours failed
    moved: list[datetime] = field(default_factory=list)
    stopped: str = ""


class _DownError(Exception):
    """The archive does not answer any more."""


def find(visitor: Visitor, source: Source, span: Span) -> Found:
    """What the archive has. Raises FetchError when it does not answer, DriftError when its index is laid out anew."""
    captures, odd = _listed(visitor, source.captures, ice_captures.WORKBOOK_OPTIONS, prefix=True)
    pages, odd_pages = _listed(visitor, source.address, ice_captures.PAGE_OPTIONS, prefix=False)
    # Chosen before the span cuts: the earliest capture dates the bytes, whatever part of the past is asked for.
    workbooks, skipped = ice_captures.choose(captures)
    return Found(
        tuple(w for w in workbooks if span.holds(washington_day(w.capture.at))),
        tuple(sorted((p for p in pages if span.holds(washington_day(p.at))), key=lambda p: p.at)),
        tuple(s for s in skipped if span.holds(washington_day(s.capture.at))),
        (*odd, *odd_pages),
    )


def _listed(
    visitor: Visitor, url: str, options: Sequence[tuple[str, str]], *, prefix: bool
) -> tuple[list[Capture], list[str]]:
    captures: list[Capture] = []
    odd: list[str] = []
    for some, unreadable in visitor.listing(url, options, prefix=prefix):
        captures.extend(some)
        odd.extend(unreadable)
    return captures, odd


def backfill(job: Job, claims: Sequence[Claim], desk_channels: Sequence[str]) -> Backfilled:
    """Everything of the span that the archive has, stored, and the claims judged on it as of then.

    Raises FetchError and DriftError when the archive's index cannot be had; what was stored before stays.
    """
    line, name = job.shelf.line, f"backfill:{job.source.id}"
    with writing(line.database) as connection:
        before = journal.last_runs(connection, name)["last"]
        run = runs.start_run(connection, name, line.clock(), line.worker())
    outcome, words = "failed", "ended before it was done"
    try:
        done = _take_all(job, find(job.visitor, job.source, job.span))
        if before is not None and before["outcome"] not in ("new", "unchanged"):
            done.moved.extend(_captured(job))  # an earlier backfill may have ended before it judged
        if done.moved:
            now = line.clock()
            judge_past(line.database, claims, min(done.moved), now, now, desk_channels, QUIET)
        _close(job, done)
        outcome, words = "failed" if done.stopped else "new" if done.new else "unchanged", done.stopped
    except (FetchError, DriftError) as error:
        words = str(error)
        raise
    finally:
        with writing(line.database) as connection:
            runs.finish_run(connection, run, line.clock(), outcome, words)
    return done


def _captured(job: Job) -> list[datetime]:
    with reading(job.shelf.line.database) as connection:
        return [r.known_at for r in reads.releases(connection, job.source.id) if r.known_by == "wayback"]


def _take_all(job: Job, found: Found) -> Backfilled:
    """The page first, since it may link workbooks elsewhere; then each workbook, in the order of publication."""
    done, line = Backfilled(found), job.shelf.line
    with writing(line.database) as connection:
        before = {r.sha256: r.known_at for r in reads.releases(connection, job.source.id)}
        note_listed(connection, [wanted.name for wanted in found.workbooks], line.clock())
    in_a_row = 0
    try:
        for name, capture, take in _steps(job, done, before):
            in_a_row = 0 if _guarded(done, name, capture, take) else in_a_row + 1
            if in_a_row >= PATIENCE:
                raise _DownError(f"the archive failed {PATIENCE} times in a row: {done.failed[-1]}")
    except _DownError as error:
        done.stopped = str(error)
    return done


def _steps(
    job: Job, done: Backfilled, before: Mapping[str, datetime]
) -> Iterator[tuple[str, Capture, Callable[[], object]]]:
    elsewhere: set[str] = set()
    linked: set[str] = set()
    for number, capture in enumerate(done.found.pages):
        job.on_step(number, _total(done), f"the page of {spoken(washington_day(capture.at))}")
        yield "the page", capture, partial(_look_for_links, job, capture, elsewhere, linked)
    with writing(job.shelf.line.database) as connection:
        note_listed(connection, linked, job.shelf.line.clock())
    if elsewhere:
        done.found = _with_elsewhere(job, done.found, sorted(elsewhere)[:MOST_ELSEWHERE])
    for number, wanted in enumerate(done.found.workbooks, len(done.found.pages)):
        job.on_step(number, _total(done), f"{wanted.name} of {spoken(washington_day(wanted.capture.at))}")
        yield wanted.name, wanted.capture, partial(_take, job, done, wanted, before)


def _total(done: Backfilled) -> int:
    return len(done.found.pages) + len(done.found.workbooks)


def _guarded(done: Backfilled, name: str, capture: Capture, take: Callable[[], object]) -> bool:
    """Take one capture. What is wrong with it is said and stops no other; False when the archive did not answer."""
    try:
        done_with = attempt(take, (RefusedCaptureError, NotReadableError, FetchError, *UNUSABLE))
        if isinstance(done_with, Mishap):
            done.broken.append(f"{name}: {done_with}")
    except (RefusedCaptureError, NotReadableError) as error:
        done.findings.append(_refused(name, capture, str(error)))
    except FetchError as error:
        if error.status in (200, 404, 410):  # an answer, but not of what was captured
            done.findings.append(_refused(name, capture, str(error)))
            return True
        done.failed.append(f"{name}: {error}")
        if error.retry_after:
            raise _DownError(str(error)) from error
        return False
    return True


def _refused(name: str, capture: Capture, why: str) -> Finding:
    words = f"{name}: the capture of {capture.at:%Y-%m-%d %H:%M} UTC is not taken: {why.rstrip('.')}."
    return Finding("capture_refused", "warn", "release", (), f"the bytes of {capture.digest}", capture.stamp, words)


def _look_for_links(job: Job, capture: Capture, elsewhere: set[str], linked: set[str]) -> None:
    """Add the names that the page linked, and the addresses of workbooks outside ICE's folder."""
    _, content = job.shelf.bytes_of(job.visitor, capture, "html")
    if job.source.discover is None:
        return
    try:
        listing = job.source.discover(content, job.source.address)
    except DriftError:
        return  # a page of another time links no workbook with a name of ours; it is archived all the same
    linked.update(target.name for target in listing.targets)
    urls = [target.url for target in listing.targets]
    elsewhere.update(ice_captures.linked_elsewhere(urls, job.source.captures))


def _with_elsewhere(job: Job, found: Found, urls: Sequence[str]) -> Found:
    captures = [capture for url in urls for capture in _listed(job.visitor, url, (), prefix=False)[0]]
    workbooks, skipped = ice_captures.choose([*(w.capture for w in found.workbooks), *captures])
    inside = tuple(w for w in workbooks if job.span.holds(washington_day(w.capture.at)))
    return replace(found, workbooks=inside, skipped=(*found.skipped, *skipped))


def _take(job: Job, done: Backfilled, wanted: Wanted, before: Mapping[str, datetime]) -> None:
    capture, base = wanted.capture, job.visitor.base
    sha256, content = job.shelf.bytes_of(job.visitor, capture, "xlsx")
    Workbook(content)  # one that cannot be opened was cut short when it was captured: no release of the publisher's
    findings = check_witnesses(wanted.name, sha256, washington_day(capture.at), job.witnesses)
    url = capture_url(base, capture)
    known = Known(capture.at, "wayback", f"captured {capture.at:%Y-%m-%d %H:%M:%S} UTC, {url}")
    target = Target(url, wanted.name, "current")
    taken = take(Document(job.source, sha256, content, target, known), job.shelf.line, QUIET, findings)
    if taken.new or capture.at < before.get(sha256, capture.at):
        done.moved.append(capture.at)
    if taken.new:
        done.new.append(wanted.name)
    else:
        done.held_already += 1
    done.witnessed += findings[0].check == "witness"
    if taken.words:
        more = f" And {len(taken.words) - 1} more." if len(taken.words) > 1 else ""
        done.held_back.append(f"{wanted.name}: {taken.words[0]}{more}")
    done.broken.extend(f"{wanted.name}: {words}" for words in taken.failed)
    done.findings.extend(f for f in findings if f.severity == "warn")


def _is_of_no_release(finding: Finding) -> bool:
    return finding.check != "witness_differs"


def _in_span(job: Job) -> list[Witness]:
    return [w for w in job.witnesses if job.span.holds(w.first_archived or w.edition_date)]


def _close(job: Job, done: Backfilled) -> None:
    """Say what the archive did not have, and keep what concerns no release; what is true no longer is settled."""
    line = job.shelf.line
    with writing(line.database) as connection:
        held = {r.sha256 for r in reads.releases(connection, job.source.id)}
        note_listed(connection, [wanted.name for wanted in done.found.workbooks], line.clock())
        if not done.stopped and not done.failed:
            done.missing = check_missing(held, {w.name for w in done.found.workbooks}, _in_span(job))
        done.findings.extend(_about_skipped(done.found))
        about = [*filter(_is_of_no_release, done.findings), *done.missing]
        if job.span == Span() and not done.stopped:
            said = [finding.words for finding in about]
            settle(connection, job.source.id, STAGE, said, "a later backfill no longer finds it", line.clock())
        record_new_findings(connection, job.source.id, STAGE, about, line.clock())


def _about_skipped(found: Found) -> Iterator[Finding]:
    """A page for people in a workbook's place matters where nothing else was captured; a name of a new shape always."""
    have = {wanted.name for wanted in found.workbooks}
    for why, severity, words in (
        ("not_a_workbook", "warn", "was captured only as a page for people or as some other kind of file"),
        ("redirect", "note", "was captured only as a redirect"),
        ("unknown_name", "note", "has a name of no known shape; the shapes stand in scrapers/ice/file_names.py"),
    ):
        for name in sorted({s.name for s in found.skipped if s.why == why} - have):
            text = f"{name!r} {words}; nothing of it was taken."
            yield Finding(why, "warn" if severity == "warn" else "note", "release", (), "a workbook", name, text)
    if found.unreadable:
        text = f"{len(found.unreadable)} rows of the archive's index are no captures as declared: {found.unreadable[0]}"
        yield Finding("odd_index_row", "warn", "release", (), "a capture", found.unreadable[0], text)
