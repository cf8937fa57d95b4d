"""What a publisher may expect of us before we ask: its robots.txt is read and honoured, a file is asked for once a day.

RFC 9309: without a robots.txt (status 4xx) everything may be fetched; one that cannot be reached (5xx, no answer)
forbids everything until it can; one that was read counts for a day.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from figures.periods import WASHINGTON, washington_day
from figures.records import Source
from flows.context import Line
from flows.fetching.get_and_archive import get_and_archive, still_held
from scrapers.errors import DisallowedError, FetchError, NotAskedError
from scrapers.web.responses import shown
from scrapers.web.robots import MAX_BYTES, forbidding, robots_url, rules_for
from storage.engine import reading
from storage.read import journal

RULES_LAST = timedelta(hours=24)
ABSENT = "absent"


def asked_today(source: Source, url: str, last: Mapping[str, Any] | None, line: Line) -> str:
    """Why a file is not asked for again today, in words; "" when it may be. `last` is its last good answer.

    The day is Washington's. A request that failed does not count.
    """
    if not source.once_a_day or line.again:
        return ""
    if last is None or washington_day(last["at"]) != washington_day(line.clock()):
        return ""
    when = last["at"].astimezone(WASHINGTON)
    return (
        f"{shown(url)} was asked for today at {when:%H:%M} (Washington), and {source.publisher} is asked once a day "
        "for each file; what was got then is used. `onrecord run --again` asks all the same."
    )


def require_allowed(source: Source, url: str, line: Line) -> None:
    """Raises DisallowedError when the site's robots.txt asks us to leave the address alone, NotAskedError when its
    robots.txt cannot be reached. Asks for robots.txt at most once a day, and records it.
    """
    where = robots_url(url)
    content = _rules_at(source, where, line)
    forbidden = forbidding(rules_for(content), url) if content is not None else None
    if forbidden is not None:
        raise DisallowedError(
            f"{shown(url)} was not asked for: {shown(where)} says {forbidden.words[:200]!r}, and that holds for us. "
            f"Ask the publisher for leave, or set enabled = false under [sources.{source.id}] in the configuration."
        )


def _rules_at(source: Source, where: str, line: Line) -> bytes | None:
    """The bytes of a robots.txt; None when the site has none."""
    with reading(line.database) as connection:
        last = journal.last_fetch(connection, where)
        good = journal.last_good_fetch(connection, where)
    if last is not None and _still_counts(last, line):
        if last["outcome"] == ABSENT:
            return None
        if (content := still_held(line, last["sha256"])) is not None:
            return content
    try:
        # One byte more tells whether the last line is whole.
        asking = replace(line, policy=replace(line.policy, max_bytes=MAX_BYTES + 1, cut=True))
        return get_and_archive(source.id, where, "text", asking, last=good, failed_as=_absent_or_failed).content
    except FetchError as error:
        if _absent_or_failed(error) == ABSENT:
            return None
        raise NotAskedError(
            f"{error} Without its robots.txt nothing is asked of this site in this run (RFC 9309).", transient=True
        ) from error


def _still_counts(last: Mapping[Any, Any], line: Line) -> bool:
    return bool(last["outcome"] != "failed" and last["at"] > line.clock() - RULES_LAST)


def _absent_or_failed(error: FetchError) -> str:
    is_absent = error.status is not None and 400 <= error.status < 500 and error.status != 429
    return ABSENT if is_absent else "failed"
