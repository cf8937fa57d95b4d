"""What a look at a publisher's page saw: recorded at each look, so that days without a release can be told apart."""

from alerts.delivery import enqueue
from alerts.words import trouble_message
from checks.landing_page import LINK_REMOVED, PAGE_CHECKS, linked_again, of_page, removed_links
from figures.records import Listing, Source
from flows.line import Line
from scrapers.errors import BlockedError, DriftError, FetchError
from storage import journal
from storage.engine import Transaction, writing
from storage.findings import lift, record_findings, record_new_findings

STAGE = "look"


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
        found = of_page(sha256, listing, before_sha256, before)
        newest = seen[-1] if seen else None
        if newest is None or (newest.check, newest.found) != (found.check, found.found) or newest.lifted_at:
            lift(connection, [f.id for f in seen], "onrecord", "the next look saw something else", now)
            record_findings(connection, source.id, None, STAGE, [found], now)
        over = [
            f.id
            for f in mine
            if f.check == LINK_REMOVED and f.lifted_at is None and linked_again(f.found, f.expected, listing, before)
        ]
        lift(connection, over, "onrecord", "it is linked again, or a newer file took its place", now)
        for gone in record_new_findings(connection, source.id, STAGE, removed_links(listing, before), now):
            _tell(connection, source, gone.words, gone.found, line)


def _listing(source: Source, address: str, sha256: str, line: Line) -> Listing | None:
    if not sha256 or source.discover is None:
        return None
    try:
        return source.discover(line.archive.get(sha256), address)
    except DriftError:  # it was understood then; today's reader does not, and there is nothing to compare with
        return None


def _tell(connection: Transaction, source: Source, words: str, url: str, line: Line) -> None:
    now = line.clock()
    message = trouble_message(source.id, "a link is gone from the page", words, url, now)
    enqueue(connection, message, now, now, line.ops_channels)


def fetch_fault(error: FetchError) -> tuple[str, str]:
    """What an address did in place of answering: the check's name, and in words."""
    if error.status in (404, 410):
        return "file_gone", "a file or page is gone"
    if isinstance(error, BlockedError) and error.status == 200:
        return "bot_page", "a page for people or against robots is served in place of what was asked for"
    if isinstance(error, BlockedError):
        return "refused", "the publisher refuses us"
    return "fetch_failed", "an address does not answer as it should"
