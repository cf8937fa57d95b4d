"""The one way in for bytes: ask for them, archive them, record the attempt, and only then hand them out.

Publishers' pages and files, robots.txt, and the index and captures of the Internet Archive come this way. An answer is
archived before it is recorded, and recorded before anybody reads it: a run that dies in between loses nothing.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alerts.messages.invisible_characters import one_line
from figures.records import Media
from flows.context import Line
from scrapers.errors import FetchError, NotAskedError
from scrapers.web.fetch import Response, Validators, fetch
from scrapers.web.wayback import digest_of
from storage.archive import MissingError
from storage.engine import writing
from storage.read import journal
from storage.write import releases
from storage.write.findings import settle

STAGE = "fetch"
_LOG = logging.getLogger("onrecord.fetch")


@dataclass(frozen=True, slots=True)
class Got:
    """Bytes with the hash under which they are archived and the instant at which their address first gave them.

    `not_asked` says why they are those of an earlier request; '' when they are not.
    """

    sha256: str
    content: bytes
    first_seen: datetime
    not_asked: str = ""


def failed(error: FetchError) -> str:
    """How an attempt is recorded that gave nothing."""
    return "not_asked" if isinstance(error, NotAskedError) else "failed"


def get_and_archive(
    source: str,
    url: str,
    media: Media,
    line: Line,
    *,
    last: Mapping[str, Any] | None = None,
    digest: str = "",
    failed_as: Callable[[FetchError], str] = failed,
) -> Got:
    """What an address gives, archived and recorded. Raises FetchError, which is recorded as `failed_as` says.

    `last` is the last good answer of the address: it lets the publisher answer "not modified". Bytes that are not those
    of `digest` are archived and recorded as a failed attempt, so that they are asked for again.
    """
    try:
        response = _asked(url, media, line, last)
        if response.content is None and last is None:
            raise FetchError(f"{url}: 304 without our asking", transient=False, status=304)
    except FetchError as error:
        record_failure(source, url, error, line, failed_as)
        raise
    sha256, content, outcome = _archived(response, last, line)
    wrong = f"not the bytes of the digest {digest}" if digest and digest != digest_of(content) else ""
    validators = _validators(response, last if outcome == "not_modified" else None)
    _log(source, url, wrong or outcome.replace("_", " "), content, sha256)
    now = line.clock()
    with writing(line.database) as connection:
        releases.record_document(connection, sha256, len(content), media, now)
        releases.record_fetch(
            connection,
            source,
            url,
            now,
            "failed" if wrong else outcome,
            status=response.status,
            sha256=sha256,
            etag=validators.etag,
            last_modified=validators.last_modified,
            detail=wrong,
        )
        settle(connection, source, STAGE, [], "the address answers again", now, expected=f"an answer from {url}")
        return Got(sha256, content, journal.first_seen(connection, url, sha256) or now)


def _log(source: str, url: str, said: str, content: bytes, sha256: str) -> None:
    _LOG.info("%s: fetched %s (%s, %d bytes, sha256 %s)", source, one_line(url), said, len(content), sha256)


def still_held(line: Line, sha256: str) -> bytes | None:
    """The bytes of an earlier answer; None where this machine's archive has none: then they are asked for anew.

    So it is where several machines with archives of their own share a database, and after a loss.
    """
    try:
        return line.archive.get(sha256)
    except MissingError:
        return None


def _asked(url: str, media: Media, line: Line, last: Mapping[str, Any] | None) -> Response:
    """What an address answers; all of it where "not modified" would speak of bytes that are not held here."""
    validators = Validators(last["etag"], last["last_modified"]) if last else None
    response = fetch(url, media, validators, line.policy, line.sleep)
    if response.content is None and last is not None and still_held(line, last["sha256"]) is None:
        return fetch(url, media, None, line.policy, line.sleep)
    return response


def _archived(response: Response, last: Mapping[str, Any] | None, line: Line) -> tuple[str, bytes, str]:
    """(sha256, bytes, outcome) of an answer; the bytes of "not modified" are those of the last one."""
    if response.content is None and last is not None:
        return last["sha256"], line.archive.get(last["sha256"]), "not_modified"
    content = response.content or b""
    sha256 = line.archive.put(content)
    return sha256, content, "unchanged" if last and last["sha256"] == sha256 else "new"


def _validators(response: Response, same: Mapping[str, Any] | None) -> Validators:
    """What an answer says of its file. What the publisher does not say again of one that is the `same` still holds."""
    if same is None:
        return Validators(response.etag, response.last_modified)
    return Validators(response.etag or same["etag"], response.last_modified or same["last_modified"])


def record_failure(
    source: str, url: str, error: FetchError, line: Line, failed_as: Callable[[FetchError], str] = failed
) -> None:
    """Keep that an address gave nothing, and why."""
    _LOG.info("%s: not fetched: %s", source, one_line(str(error)))
    with writing(line.database) as connection:
        releases.record_fetch(
            connection, source, url, line.clock(), failed_as(error), status=error.status, detail=str(error)
        )
