"""The line: discover, fetch, archive, parse, check, store. The page to read first; plain Python, no Prefect.

What is judged and told afterwards is in `flows/judging/judge.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from alerts.messages.words.publisher_troubles import LAID_OUT_ANEW, ODD_LINK
from figures.records import Finding, Listing, Media, Source, Target
from flows.clock_back import ClockError, require_forward
from flows.context import Line, Outcome
from flows.exclusive import alone
from flows.fetching.border_gate import confirm
from flows.fetching.listed import known_since, page_changes, rests, settle_size, stands_as_fetched
from flows.fetching.page_watch import (
    STAGE_READ,
    not_taken,
    note_quietly,
    observe_page,
    tell_of_faults,
    tell_of_page,
    tell_of_refused,
)
from flows.fetching.robots_policy import asked_today, require_allowed
from flows.fetching.source_states import note_state
from flows.intake import take
from scrapers.errors import DriftError, FetchError, NotAskedError, NotReadableError
from scrapers.web.fetch import Validators, fetch
from storage.engine import reading, writing
from storage.read import journal, reads
from storage.write import releases, runs
from storage.write.findings import settle
from storage.write.releases import Known

# Year-end files change once a year or less; one look a week is enough.
YEAR_END_EVERY = timedelta(days=7)
# Without these a look has failed.
MISSED = ("current", "year_end")


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
    if why_not := rests(source, line):
        return Outcome(source.id, "not_asked", (), (why_not,))
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
        note_state(source, address, line)
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
    targets, answers = _discover(source, address, line)
    failed = False
    # What speaks of other files comes before them.
    for target in sorted(targets, key=lambda each: each.role != "witness"):
        if _left_alone(source, target, line):
            settle_size(source, target, line)
            continue
        try:
            got = _get(source, target.url, source.media, line)
        except FetchError as error:
            faults.append((target.url, error))
            failed = failed or target.role in MISSED
            notes.append(str(error))
            continue
        answers += not got.not_asked
        notes += [got.not_asked] if got.not_asked else []
        if target.role == "witness":
            continue
        known = known_since(source, target, got.sha256, Known(got.first_seen, "fetched", target.url), line)
        try:
            taken = take(source, got.sha256, got.content, target, known, line)
        except NotReadableError as error:
            refused.append(not_taken(target, error))
            failed = failed or target.role in MISSED
            notes += [refused[-1].words] if target.role in MISSED else []
            continue
        if taken.new:
            new.append(target.name)
        notes.extend(taken.words)
    confirm(source, line)
    tell_of_faults(source, faults, line)
    tell_of_refused(source, refused, line)
    if not faults:
        _settle_addresses(source, refused, line)
    state = "failed" if failed else "new" if new else "unchanged" if answers else "not_asked"
    return Outcome(source.id, state, tuple(new), tuple(notes))


def _left_alone(source: Source, target: Target, line: Line) -> bool:
    """Whether a file need not be asked for: it is only watched, or stands as it was when we got it."""
    if target.role == "year_end" and _looked_lately(source, target, line):
        return True
    return target.role == "linked" or stands_as_fetched(source, target, line)


def _discover(source: Source, address: str, line: Line) -> tuple[Sequence[Target], int]:
    """(the files to look at, how many answers that took)."""
    if source.discover is None:
        return [Target(address, PurePosixPath(unquote(urlsplit(address).path)).name, "current")], 0
    try:
        page = _get(source, address, "html", line)
    except FetchError as error:
        if source.declared is not None and source.declared.state == "ended":
            note_quietly(source, address, error, line)
            return [], 1
        tell_of_faults(source, [(address, error)], line)
        raise
    try:
        listing: Listing = source.discover(page.content, address)
    except DriftError as error:
        finding = Finding("page_drift", "warn", "release", (), error.expected, error.found, str(error))
        tell_of_page(source, LAID_OUT_ANEW, [finding], address, line)
        raise
    findings = [*listing.findings, *page_changes(source, address, page.content, line)]
    observe_page(source, address, page.sha256, listing, line)
    with writing(line.database) as connection:
        said = [finding.words for finding in findings]
        settle(connection, source.id, "discover", said, "the page no longer shows it", line.clock())
    tell_of_page(source, ODD_LINK, findings, address, line)
    return listing.targets, int(not page.not_asked)


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
        releases.record_document(connection, sha256, len(content), media, now)
        releases.record_fetch(
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
        releases.record_fetch(connection, source.id, url, line.clock(), outcome, status=error.status, detail=str(error))
