"""What a look at a publisher's page saw: recorded at each look, so that days without a release can be told apart."""

from collections.abc import Sequence
from datetime import datetime

from alerts.delivery import enqueue
from alerts.messages.words.publisher_troubles import (
    BOT_PAGE,
    FILE_GONE,
    LINK_GONE,
    NO_EDITION,
    ODD_ANSWER,
    REFUSED,
    Trouble,
    trouble_message,
)
from checks.sources.landing_page import LINK_REMOVED, PAGE_CHECKS, linked_again, of_page, removed_links
from figures.records import Finding, Listing, Severity, Source, Target
from flows.context import Line
from scrapers.errors import BlockedError, DriftError, FetchError, NotReadableError
from storage.archive import MissingError
from storage.engine import Transaction, writing
from storage.read import journal
from storage.write.findings import lift, record_findings, record_new_findings

STAGE, STAGE_READ = "look", "read"


def observe_page(source: Source, address: str, sha256: str, listing: Listing, line: Line) -> None:
    """Record how the page stands against the last look that was recorded, and tell of links that were removed.

    One step: a look that died before it is made good by the next, which compares with the same page.
    """
    now = line.clock()
    with writing(line.database) as connection:
        mine = [f for f in journal.findings(connection, stage=STAGE) if f.source == source.id]
        seen = [f for f in mine if f.check in PAGE_CHECKS]
        before_sha256 = seen[-1].found if seen else ""
        before = _listing(source, address, before_sha256, line)
        _record_page(connection, source, seen, of_page(sha256, listing, before_sha256, before), now)
        _lift_linked_again(connection, mine, listing, before, now)
        gone = record_new_findings(connection, source.id, STAGE, removed_links(listing, before), now)
        _tell(connection, source, LINK_GONE, [(each.words, each.found) for each in gone], line)


def _record_page(
    connection: Transaction, source: Source, seen: Sequence[journal.StoredFinding], found: Finding, now: datetime
) -> None:
    """Record how the page stands, in the place of what was `seen` of it before, unless that says the same."""
    if seen and not _differs(seen[-1], found):
        return
    lift(connection, [f.id for f in seen], "onrecord", "the next look saw something else", now)
    record_findings(connection, source.id, None, STAGE, [found], now)


def _differs(recorded: journal.StoredFinding, found: Finding) -> bool:
    same = (recorded.check, recorded.found) == (found.check, found.found)
    return not same or recorded.lifted_at is not None


def _lift_linked_again(
    connection: Transaction,
    recorded: Sequence[journal.StoredFinding],
    listing: Listing,
    before: Listing | None,
    now: datetime,
) -> None:
    missed = [f for f in recorded if f.check == LINK_REMOVED and f.lifted_at is None]
    over = [f.id for f in missed if linked_again(f.found, f.expected, listing, before)]
    lift(connection, over, "onrecord", "it is linked again, or a newer file took its place", now)


def _listing(source: Source, address: str, sha256: str, line: Line) -> Listing | None:
    if not sha256 or source.discover is None:
        return None
    try:
        return source.discover(line.archive.get(sha256), address)
    except (DriftError, MissingError):  # today's reader does not understand it, or it is not held here
        return None


def tell_of_page(source: Source, what: Trouble, findings: Sequence[Finding], address: str, line: Line) -> None:
    """Record what was found on a page; the operators hear of what needs a look in one message, until it is settled."""
    with writing(line.database) as connection:
        fresh = record_new_findings(connection, source.id, "discover", findings, line.clock())
        _tell(connection, source, what, [(f.words, address) for f in fresh if f.severity == "warn"], line)


def tell_of_faults(source: Source, faults: Sequence[tuple[str, FetchError]], line: Line) -> None:
    """Record what addresses did in place of answering in one look; the operators hear of each kind once, until settled.

    What passes by itself is in the journal of requests alone.
    """
    kinds: dict[Trouble, list[Finding]] = {}
    for url, error in faults:
        if not error.transient:
            check, what = fetch_fault(error)
            found = Finding(check, "warn", "release", (), f"an answer from {url}", str(error.status), str(error))
            kinds.setdefault(what, []).append(found)
    with writing(line.database) as connection:
        for what, findings in kinds.items():
            fresh = record_new_findings(connection, source.id, "fetch", findings, line.clock())
            told = [(f.words, f.expected.removeprefix("an answer from ")) for f in fresh]
            _tell(connection, source, what, told, line)


def note_quietly(source: Source, url: str, error: FetchError, line: Line) -> None:
    """Record what an address did in place of answering, where nothing is awaited of it: nobody is told."""
    check, _ = fetch_fault(error)
    found = Finding(check, "note", "release", (), f"an answer from {url}", str(error.status), str(error))
    with writing(line.database) as connection:
        record_new_findings(connection, source.id, "fetch", [found], line.clock())


def not_taken(target: Target, error: NotReadableError) -> Finding:
    """That a file is none of the publisher's editions: its bytes are archived, and no release is made of them."""
    severity: Severity = "note" if target.role == "other" else "warn"
    words = f"{target.name} ({target.url}) is not taken: {error}."
    return Finding("not_taken", severity, "release", (), "an edition", target.url, words)


def tell_of_refused(source: Source, refused: Sequence[Finding], line: Line) -> None:
    """Record which files of one look are no editions; the operators hear of those that should be, until settled."""
    with writing(line.database) as connection:
        fresh = record_new_findings(connection, source.id, STAGE_READ, refused, line.clock())
        told = [(f.words, f.found) for f in fresh if f.severity == "warn"]
        _tell(connection, source, NO_EDITION, told, line)


def _tell(connection: Transaction, source: Source, what: Trouble, found: Sequence[tuple[str, str]], line: Line) -> None:
    now = line.clock()
    if found:
        enqueue(connection, trouble_message(source.id, what, found, now), now, now, line.ops_channels)


def fetch_fault(error: FetchError) -> tuple[str, Trouble]:
    """What an address did in place of answering: the check's name, and in words."""
    if error.status in (404, 410):
        return "file_gone", FILE_GONE
    if isinstance(error, BlockedError) and error.status == 200:
        return "bot_page", BOT_PAGE
    if isinstance(error, BlockedError):
        return "refused", REFUSED
    return "fetch_failed", ODD_ANSWER
