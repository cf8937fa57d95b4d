"""What a page states of the files that it links, and what follows: which are asked for, since when each was public."""

from datetime import datetime, timedelta

from checks.sources.landing_page import PAGE_CHECKS
from checks.sources.listed import size_differs
from figures.periods import end_of_day, washington_day
from figures.records import Finding, Source, Target
from flows.context import Line
from scrapers.errors import DriftError
from storage.archive import MissingError
from storage.engine import Transaction, reading, writing
from storage.read import journal, reads
from storage.write.findings import renew_findings, set_state
from storage.write.releases import Known

STAGE = "listed"


def rests(source: Source, line: Line) -> str:
    """Why a source is not looked at today, in words; "" when it is. One that is asked once in so many days rests in
    between, whatever came of the last look.
    """
    if source.every_days <= 1 or line.again:
        return ""
    with reading(line.database) as connection:
        last = journal.every_last_run(connection)[source.id]["last"]
    if last is None or line.clock() - last["started_at"] >= timedelta(days=source.every_days, hours=-12):
        return ""
    return (
        f"{source.title}: looked at on {washington_day(last['started_at'])} and once in {source.every_days} days. "
        "`onrecord run --again` looks all the same."
    )


def stands_as_fetched(source: Source, target: Target, line: Line) -> bool:
    """Whether the page states of a file what it stated when we got it: posted no later, and as large. It is not asked
    for then.
    """
    if target.posted is None or target.size is None:
        return False
    with reading(line.database) as connection:
        last = journal.last_good_fetch(connection, target.url)
        if last is None or journal.size_of(connection, last["sha256"]) != target.size:
            return False
        if target.role != "witness" and reads.release_of(connection, source.id, last["sha256"]) is None:
            return False
    return target.posted <= washington_day(last["at"])


def known_since(source: Source, target: Target, sha256: str, known: Known, line: Line) -> Known:
    """The end of the day on which the page says that a file was posted, where that is before our first look at it.

    A day that is stated after all dates nothing: bytes that are stored already stay where they are, and bytes that took
    the place of others which we got from there on that day or later are as new as our look.
    """
    if target.posted is None or end_of_day(target.posted) >= known.at:
        return known
    with reading(line.database) as connection:
        if reads.release_of(connection, source.id, sha256) is not None:
            return known
        other = journal.last_other_bytes(connection, target.url, sha256)
    if other is not None and washington_day(other) >= target.posted:
        return known
    return Known(end_of_day(target.posted), "posted", f"{target.posted}, by the page that links {target.url}")


def note_size(connection: Transaction, source: str, release_id: int, target: Target, size: int, at: datetime) -> None:
    """Hold a release while the page states another size of it."""
    if target.size is not None:
        found = size_differs(target, size)
        renew_findings(connection, source, release_id, STAGE, [found] if found else [], at)
        set_state(connection, release_id)


def settle_size(source: Source, target: Target, line: Line) -> None:
    """Lift the hold on a file that has the size that the page states of it by now."""
    if target.size is None:
        return
    with writing(line.database) as connection:
        last = journal.last_good_fetch(connection, target.url)
        release = reads.release_of(connection, source.id, last["sha256"]) if last else None
        if last is not None and release is not None:
            size = journal.size_of(connection, last["sha256"])
            note_size(connection, source.id, release, target, size, line.clock())


def page_changes(source: Source, address: str, content: bytes, line: Line) -> list[Finding]:
    """What cannot be right about a page beside the one that the last look saw."""
    if source.changes is None:
        return []
    with reading(line.database) as connection:
        seen = [f for f in journal.findings(connection, stage="look") if f.source == source.id]
    before = [f.found for f in seen if f.check in PAGE_CHECKS]
    if not before:
        return []
    try:
        return source.changes(content, line.archive.get(before[-1]), address, washington_day(line.clock()))
    except (DriftError, MissingError):  # today's reader does not understand the page of then, or it is not held here
        return []
