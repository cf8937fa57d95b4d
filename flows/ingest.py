"""The line: discover, fetch, archive, parse, check, store. The page to read first; plain Python, no Prefect.

What is judged and told afterwards is in `flows/judge.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from alerts.trouble_words import LAID_OUT_ANEW, ODD_LINK
from figures.records import Finding, Listing, Media, Source, Target
from flows.alone import alone
from flows.clock import ClockError, require_forward
from flows.courtesy import asked_today, require_allowed
from flows.line import Line, Outcome
from flows.looking import STAGE_READ, not_taken, observe_page, tell_of_faults, tell_of_page, tell_of_refused
from flows.taking import take
from scrapers.errors import DriftError, FetchError, NotAskedError, NotReadableError
from scrapers.fetch import Validators, fetch
from storage import journal, reads, runs, writes
from storage.engine import reading, writing
from storage.findings import settle
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


def _settle_addresses(source: Source, refused: Sequence[Finding], line: Line) -> None:
    """Every address answered: what was said of one that did not, or gave no edition, is over."""
    with writing(line.database) as connection:
        because = "every address that is asked for now answers"
        settle(connection, source.id, "fetch", [], because, line.clock())
        still = [finding.words for finding in refused]
        settle(connection, source.id, STAGE_READ, still, "the address gives something else now", line.clock())


def _look(source: Source, address: str, line: Line) -> Outcome:
    new: list[str] = []
    notes: list[str] = []
    faults: list[tuple[str, FetchError]] = []
    refused: list[Finding] = []
    failed, answers = False, 0
    for target in _discover(source, address, line):
        if target.role == "year_end" and _looked_lately(source, target, line):
            continue
        try:
            got = _get(source, target.url, source.media, line)
        except FetchError as error:
            faults.append((target.url, error))
            failed = failed or target.role != "other"
            notes.append(str(error))
            continue
        answers += not got.not_asked
        notes += [got.not_asked] if got.not_asked else []
        known = Known(got.first_seen, "fetched", target.url)
        try:
            taken = take(source, got.sha256, got.content, target, known, line)
        except NotReadableError as error:
            refused.append(not_taken(target, error))
            failed = failed or target.role != "other"
            notes += [refused[-1].words] if target.role != "other" else []
            continue
        if taken.new:
            new.append(target.name)
        notes.extend(taken.words)
    tell_of_faults(source, faults, line)
    tell_of_refused(source, refused, line)
    if not faults:
        _settle_addresses(source, refused, line)
    state = "failed" if failed else "new" if new else "unchanged" if answers else "not_asked"
    return Outcome(source.id, state, tuple(new), tuple(notes))


def _discover(source: Source, address: str, line: Line) -> Sequence[Target]:
    if source.discover is None:
        return [Target(address, PurePosixPath(unquote(urlsplit(address).path)).name, "current")]
    try:
        page = _get(source, address, "html", line)
    except FetchError as error:
        tell_of_faults(source, [(address, error)], line)
        raise
    try:
        listing: Listing = source.discover(page.content, address)
    except DriftError as error:
        finding = Finding("page_drift", "warn", "release", (), error.expected, error.found, str(error))
        tell_of_page(source, LAID_OUT_ANEW, [finding], address, line)
        raise
    observe_page(source, address, page.sha256, listing, line)
    with writing(line.database) as connection:
        said = [finding.words for finding in listing.findings]
        settle(connection, source.id, "discover", said, "the page no longer shows it", line.clock())
    tell_of_page(source, ODD_LINK, listing.findings, address, line)
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
