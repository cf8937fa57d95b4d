"""From a source's page to its archived files: one look at a source, and what came of it.

The order of the stages is in `flows/pipeline.py`; what becomes of an archived file is in `flows/intake.py`.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from alerts.messages.words.publisher_troubles import LAID_OUT_ANEW, ODD_LINK
from figures.records import Finding, Listing, Media, Source, Target
from flows.clock_back import ClockError, require_forward
from flows.context import Line, Outcome
from flows.exclusive import alone
from flows.fetching.border_gate import confirm
from flows.fetching.get_and_archive import STAGE, Got, get_and_archive, record_failure
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
from flows.intake import Document, Taken
from scrapers.errors import DriftError, FetchError, NotReadableError
from storage.engine import reading, writing
from storage.read import journal, reads
from storage.write import runs
from storage.write.findings import settle
from storage.write.releases import Known

_LOG = logging.getLogger("onrecord.look")

# Year-end files change once a year or less; one look a week is enough.
YEAR_END_EVERY = timedelta(days=7)
# The files without which a look has failed. Others are taken where they can be had.
MISSED = ("current", "year_end")


@dataclass(slots=True)
class Look:
    """One look at one source, and what came of it so far. `before` is when the last one began, `resting` why the source
    is not looked at today.
    """

    source: Source
    line: Line
    before: datetime | None = None
    resting: str = ""
    new: list[str] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    faults: list[tuple[str, FetchError]] = field(default_factory=list)
    refused: list[Finding] = field(default_factory=list)
    failed: bool = False
    answers: int = 0
    outcome: Outcome = field(init=False)

    def __post_init__(self) -> None:
        self.outcome = Outcome(self.source.id, "failed", (), ("ended before it was done",))
        if self.resting:
            self.outcome = Outcome(self.source.id, "not_asked", (), (self.resting,))

    def took(self, target: Target, taken: Taken) -> None:
        """Note what came of a file."""
        self.new += [target.name] if taken.new else []
        self.held += [target.name] if taken.new and taken.words else []
        self.notes += taken.words


@contextmanager
def looking(source: Source, address: str, line: Line) -> Iterator[Look]:
    """One look at one source, recorded from its beginning. What the publisher does wrong ends it, and is its outcome.

    Raises BusyError when another process looks at the source.
    """
    with alone(line, f"watch:{source.id}", f"a look at {source.id}"):
        if why_not := rests(source, line):
            yield Look(source, line, resting=why_not)
            return
        with writing(line.database) as connection:
            look = Look(source, line, runs.last_start(connection, source.id))
            run = runs.start_run(connection, source.id, line.clock(), line.worker())
        _LOG.info("%s: looking at %s", source.id, address)
        try:
            yield look
            look.outcome = _settled(look)
        except (ClockError, FetchError, DriftError, NotReadableError) as error:
            look.outcome = Outcome(source.id, "failed", (), (str(error),))
        finally:
            note_state(source, address, line)
            with writing(line.database) as connection:
                outcome = look.outcome
                runs.finish_run(connection, run, line.clock(), outcome.state, "; ".join(outcome.notes))
            _LOG.info("%s: %s", source.id, outcome.state.replace("_", " "))


@contextmanager
def noting_faults(look: Look, target: Target) -> Iterator[None]:
    """A file that the publisher does not give, or that is none of its editions, is noted and stops no other."""
    try:
        yield
    except FetchError as error:
        look.faults.append((target.url, error))
        look.failed = look.failed or target.role in MISSED
        look.notes.append(str(error))
    except NotReadableError as error:
        look.refused.append(not_taken(target, error))
        look.failed = look.failed or target.role in MISSED
        look.notes += [look.refused[-1].words] if target.role in MISSED else []


def discover(look: Look, address: str) -> Sequence[Target]:
    """The files of a source that are to be asked for now. Raises FetchError, DriftError and ClockError.

    Witnesses, which speak of other files, come before them.
    """
    if look.resting:
        return []
    require_forward(look.source.id, look.before, look.line.clock())
    targets = sorted(_linked(look, address), key=lambda each: each.role != "witness")
    return [target for target in targets if not _left_alone(look.source, target, look.line)]


def _linked(look: Look, address: str) -> Sequence[Target]:
    source, line = look.source, look.line
    if source.discover is None:
        return [Target(address, PurePosixPath(unquote(urlsplit(address).path)).name, "current")]
    try:
        page = _get(source, address, "html", line)
    except FetchError as error:
        if source.declared is not None and source.declared.state == "ended":
            note_quietly(source, address, error, line)
            look.answers += 1
            return []
        tell_of_faults(source, [(address, error)], line)
        raise
    try:
        listing: Listing = source.discover(page.content, address)
    except DriftError as error:
        finding = Finding("page_drift", "warn", "release", (), error.expected, error.found, str(error))
        tell_of_page(source, LAID_OUT_ANEW, [finding], address, line)
        raise
    look.answers += not page.not_asked
    findings = [*listing.findings, *page_changes(source, address, page.content, line)]
    observe_page(source, address, page.sha256, listing, line)
    with writing(line.database) as connection:
        said = [finding.words for finding in findings]
        settle(connection, source.id, "discover", said, "the page no longer shows it", line.clock())
    tell_of_page(source, ODD_LINK, findings, address, line)
    return listing.targets


def _left_alone(source: Source, target: Target, line: Line) -> bool:
    """Whether a file need not be asked for: it is only watched, or stands as it was when we got it."""
    lately = target.role == "year_end" and _looked_lately(source, target, line)
    if lately or target.role == "linked" or stands_as_fetched(source, target, line):
        settle_size(source, target, line)
        return True
    return False


def fetch_and_archive(look: Look, target: Target) -> Document:
    """A file that a source links, fetched where it is to be asked for, and archived. Raises FetchError."""
    got = _get(look.source, target.url, look.source.media, look.line)
    look.answers += not got.not_asked
    look.notes += [got.not_asked] if got.not_asked else []
    known = known_since(look.source, target, got.sha256, Known(got.first_seen, "fetched", target.url), look.line)
    return Document(look.source, got.sha256, got.content, target, known)


def _settled(look: Look) -> Outcome:
    """Tell of what the publisher did wrong, and close what it does no longer."""
    source, line = look.source, look.line
    confirm(source, line)
    tell_of_faults(source, look.faults, line)
    tell_of_refused(source, look.refused, line)
    if not look.faults:
        with writing(line.database) as connection:
            because = "every address that is asked for now answers"
            settle(connection, source.id, STAGE, [], because, line.clock())
            still = [finding.words for finding in look.refused]
            settle(connection, source.id, STAGE_READ, still, "the address gives something else now", line.clock())
    state = "failed" if look.failed else "new" if look.new else "unchanged" if look.answers else "not_asked"
    return Outcome(source.id, state, tuple(look.new), tuple(look.notes), tuple(look.held))


def _looked_lately(source: Source, target: Target, line: Line) -> bool:
    """Whether a file was fetched within the week and stored: a run that died in between is made good at the next."""
    with reading(line.database) as connection:
        last = journal.last_good_fetch(connection, target.url)
        if last is None or reads.release_of(connection, source.id, last["sha256"]) is None:
            return False
    return bool(last["at"] > line.clock() - YEAR_END_EVERY)


def _get(source: Source, url: str, media: Media, line: Line) -> Got:
    """The bytes of an address as it gives them now, or as it gave them today where it is asked once a day."""
    with reading(line.database) as connection:
        last = journal.last_good_fetch(connection, url)
        seen = journal.first_seen(connection, url, last["sha256"]) if last is not None else None
    why_not = asked_today(source, url, last, line)
    if last is not None and seen is not None and why_not:
        return Got(last["sha256"], line.archive.get(last["sha256"]), seen, why_not)
    try:
        require_allowed(source, url, line)
    except FetchError as error:
        record_failure(source.id, url, error, line)
        raise
    return get_and_archive(source.id, url, media, line, last=last)
