"""The Internet Archive's index of captures: how it is asked, what it answers, where a capture's bytes are.

The interface is that of the Wayback CDX server (https://github.com/internetarchive/wayback/tree/master/wayback-cdx-server):
a JSON list whose first row names the fields, and when there is more, an empty row and a key to go on with.
"""

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from scrapers.errors import DriftError, NotReadableError
from scrapers.web.json_limits import require_room

FIELDS = ("timestamp", "original", "mimetype", "statuscode", "digest", "length")
ROWS_AT_ONCE = 5000
REVISIT = "warc/revisit"
_STAMP = "%Y%m%d%H%M%S"
_DIGEST = re.compile(r"[A-Z2-7]{32}")


@dataclass(frozen=True, slots=True)
class Capture:
    """One capture as the index lists it. `status` is None for a revisit: the same bytes as before were seen again."""

    at: datetime
    original: str
    media_type: str
    status: int | None
    digest: str  # SHA-1 of the body, in base 32

    @property
    def stamp(self) -> str:
        return self.at.strftime(_STAMP)

    @property
    def is_revisit(self) -> bool:
        return self.media_type == REVISIT


@dataclass(frozen=True, slots=True)
class IndexPage:
    """One answer of the index. `unreadable` are rows that are no captures as declared; `resume_key` ends as ""."""

    captures: tuple[Capture, ...]
    unreadable: tuple[str, ...]
    resume_key: str


def index_url(base: str, url: str, *, prefix: bool, options: Sequence[tuple[str, str]], resume_key: str = "") -> str:
    """The question for the captures of an address, or of all that begin with it. `options` may be given repeatedly."""
    asked = [
        ("url", url),
        ("matchType", "prefix" if prefix else "exact"),
        ("output", "json"),
        ("fl", ",".join(FIELDS)),
        *options,
        ("limit", str(ROWS_AT_ONCE)),
        ("showResumeKey", "true"),
        *([("resumeKey", resume_key)] if resume_key else []),
    ]
    return f"{base.rstrip('/')}/cdx/search/cdx?{urlencode(asked)}"


def capture_url(base: str, capture: Capture) -> str:
    """The bytes as they were captured, without the archive's banner and rewritten links."""
    return f"{base.rstrip('/')}/web/{capture.stamp}id_/{capture.original}"


def _rows(content: bytes, where: str) -> list[list[Any]]:
    try:
        require_room(content, where)
        rows = json.loads(content)
    except (ValueError, RecursionError, NotReadableError) as error:
        raise DriftError(where, "a JSON list of captures", f"no JSON ({error})") from error
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise DriftError(where, "a JSON list of rows", type(rows).__name__)
    return rows


def _key_apart(body: list[list[Any]], where: str) -> tuple[list[list[Any]], str]:
    """The captures, and the key to go on with that follows an empty row; '' where there is none."""
    if len(body) < 2 or body[-2] != []:
        return body, ""
    *captures, _, last = body
    if len(last) != 1 or not isinstance(last[0], str) or not last[0]:
        raise DriftError(where, "a key to go on with after an empty row", str(last)[:200])
    return captures, last[0]


def read_index(content: bytes, where: str) -> IndexPage:
    """Raises DriftError when the answer is not laid out as declared. A single odd row is told, not fatal."""
    rows = _rows(content, where)
    if not rows:
        return IndexPage((), (), "")
    if tuple(rows[0]) != FIELDS:
        raise DriftError(where, f"the fields {', '.join(FIELDS)}", str(rows[0])[:200])
    body, key = _key_apart(rows[1:], where)
    read = [(_capture(row), row) for row in body]
    odd = tuple(json.dumps(row)[:200] for capture, row in read if capture is None)
    return IndexPage(tuple(filter(None, (capture for capture, _ in read))), odd, key)


def _capture(row: list[Any]) -> Capture | None:
    if len(row) != len(FIELDS) or not all(isinstance(field, str) for field in row):
        return None
    stamp, original, media_type, status, digest, _ = row
    if not re.fullmatch(r"\d{14}", stamp, re.ASCII) or not _DIGEST.fullmatch(digest) or not _is_address(original):
        return None
    if not re.fullmatch(r"\d{3}|-", status, re.ASCII):
        return None
    try:
        at = datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
    return Capture(at, original, media_type, None if status == "-" else int(status), digest)


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    plain = text.isascii() and text.isprintable() and " " not in text and len(text) <= 500
    return plain and parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc


def digest_of(content: bytes) -> str:
    """The hash of a body as the index writes it."""
    return base64.b32encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode()
