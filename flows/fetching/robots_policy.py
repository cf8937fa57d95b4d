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
from scrapers.errors import DisallowedError, FetchError, NotAskedError
from scrapers.web.fetch import Response, Validators, fetch
from scrapers.web.responses import shown
from scrapers.web.robots import MAX_BYTES, forbidding, robots_url, rules_for
from storage.engine import reading, writing
from storage.read import journal
from storage.write import releases

RULES_LAST = timedelta(hours=24)
ABSENT = "absent"


def asked_today(source: Source, url: str, line: Line) -> str:
    """Why a file is not asked for again today, in words; "" when it may be.

    The day is Washington's. A request that failed does not count.
    """
    if not source.once_a_day or line.again:
        return ""
    with reading(line.database) as connection:
        last = journal.last_good_fetch(connection, url)
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
        return None if last["outcome"] == ABSENT else line.archive.get(last["sha256"])
    validators = Validators(good["etag"], good["last_modified"]) if good else None
    try:
        # One byte more tells whether the last line is whole.
        policy = replace(line.policy, max_bytes=MAX_BYTES + 1, cut=True)
        answer = fetch(where, "text", validators, policy, line.sleep)
    except FetchError as error:
        absent = 400 <= (error.status or 0) < 500 and error.status != 429
        _record(source, where, ABSENT if absent else "failed", error, line)
        if absent:
            return None
        raise NotAskedError(
            f"{error} Without its robots.txt nothing is asked of this site in this run (RFC 9309).", transient=True
        ) from error
    return _kept(source, where, answer, good, line)


def _still_counts(last: Mapping[Any, Any], line: Line) -> bool:
    return bool(last["outcome"] != "failed" and last["at"] > line.clock() - RULES_LAST)


def _kept(source: Source, where: str, answer: Response, good: Mapping[Any, Any] | None, line: Line) -> bytes:
    """The bytes that were answered, archived and recorded. `good` is the last answer of the address."""
    etag, last_modified = answer.etag, answer.last_modified
    if answer.content is None and good is not None:
        etag, last_modified = etag or good["etag"], last_modified or good["last_modified"]
        content, sha256, outcome = line.archive.get(good["sha256"]), good["sha256"], "not_modified"
    else:
        content = answer.content or b""
        sha256 = line.archive.put(content)
        outcome = "unchanged" if good and good["sha256"] == sha256 else "new"
    now = line.clock()
    with writing(line.database) as connection:
        releases.record_document(connection, sha256, len(content), "text", now)
        releases.record_fetch(
            connection,
            source.id,
            where,
            now,
            outcome,
            status=answer.status,
            sha256=sha256,
            etag=etag,
            last_modified=last_modified,
        )
    return content


def _record(source: Source, where: str, outcome: str, error: FetchError, line: Line) -> None:
    with writing(line.database) as connection:
        releases.record_fetch(
            connection, source.id, where, line.clock(), outcome, status=error.status, detail=str(error)
        )
