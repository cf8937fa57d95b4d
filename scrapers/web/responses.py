"""Whether an answer of a publisher is to be believed: its status, and its first bytes. The words for when it is not."""

import html
import re
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit, urlunsplit

from figures.records import Media
from scrapers.errors import BlockedError, FetchError
from scrapers.file_kinds import BEFORE_TEXT, ZIP_BEGINS, is_page, is_whole_zip

CORRECT = "If it has moved, correct its address in the configuration."
_BY_HAND = (
    "Open it in a browser; if it opens there, ask the publisher to admit our User-Agent, or download it and hand it "
    "in with `onrecord import`."
)
# The smallest workbook of ICE on record has 124 KB; a stub or an error dressed as one stays under 5 KB.
SMALLEST_WORKBOOK = 5 * 1024
# The pages that stop robots are short; a long page that has such words is about them.
LONGEST_CHALLENGE = 32 * 1024
_CHALLENGE = re.compile(
    r"<(title|h1)[^>]*>\s*(access denied|just a moment|pardon our interruption)"
    r"|reference #\s*[0-9a-f]+\.[0-9a-f]+\."  # Akamai's refusal: "Reference #18.2d8f1502.1700000000.1a2b3c"
    r"|pardon our interruption"
    r"|sec-if-cpt|bm-verify=|_incapsula_resource|cdn-cgi/challenge-platform"
    r"|enable javascript and cookies to continue|checking your browser",
    re.IGNORECASE,
)
_HTTP_DATE = re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT", re.ASCII)


def shown(url: str) -> str:
    """An address as it may be told: without user, password, query or fragment."""
    try:
        parts = urlsplit(without_user(url))
    except ValueError:
        return "an address that cannot be read"
    # Without a host, what looks like a path may be a user and a password.
    text = f"{parts.scheme}://{parts.netloc}{parts.path}" if parts.netloc else f"{parts.scheme}:..."
    return "".join(letter if letter.isprintable() else "?" for letter in text)[:300]


def without_user(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def judge_status(status: int, retry_after: str, now: float, where: str) -> None:
    """Raises BlockedError or FetchError unless the status is 200.

    `retry_after` is the header as sent or "", `now` the time in seconds since 1970, `where` begins the error's text.
    """
    if status == 200:
        return
    if status == 403:
        raise BlockedError(f"{where}: the publisher refused us (status 403). {_BY_HAND}", status=status)
    if status in (404, 410):
        raise FetchError(
            f"{where}: gone (status {status}). Look for the file on the publisher's page. {CORRECT}",
            transient=False,
            status=status,
        )
    if status == 429 or 500 <= status < 600:
        words = "the publisher asks us to slow down" if status == 429 else "the publisher's server failed"
        wait = _seconds(retry_after, now)
        raise FetchError(f"{where}: {words} (status {status}).", transient=True, status=status, retry_after=wait)
    raise FetchError(
        f"{where}: answered with status {status}, expected 200. Open the address in a browser. {CORRECT}",
        transient=False,
        status=status,
    )


def _seconds(text: str, now: float) -> float | None:
    """Seconds to wait, from seconds or from a date. What is neither is ignored: our own pauses hold then."""
    if re.fullmatch(r"[0-9]{1,9}", text.strip()):
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now) if _HTTP_DATE.fullmatch(text.strip()) else None
    except ValueError:
        return None


def _wrong(content: bytes, media: Media) -> str:
    """What a file of this kind does not begin with, or lacks; '' when it may be one."""
    if media == "json" and content.lstrip(BEFORE_TEXT)[:1] not in (b"[", b"{"):
        return f"not JSON: it begins with {content[:16]!r}, expected [ or {{"
    if media == "csv" and not _begins_as_csv(content):
        return f"not a CSV file: it begins with {content[:16]!r}, expected a line of column names with commas"
    if media == "xlsx" and not content.startswith(ZIP_BEGINS):
        return f"not an xlsx workbook: it begins with {content[:16]!r}, expected {ZIP_BEGINS!r}"
    if media == "xlsx" and len(content) <= SMALLEST_WORKBOOK:
        return f"too small for a workbook: {len(content):,} bytes, expected more than {SMALLEST_WORKBOOK:,}"
    return ""


def judge_content(content: bytes, media: Media, where: str) -> None:
    """Raises BlockedError for a page meant for people or against robots, FetchError for what is not `media` at all.

    A file that has no end was cut on its way, and is worth another attempt.
    """
    if media in ("html", "text"):
        _refuse_challenge(content, where)
        return
    if is_page(content):
        words = f"{where}: a page for people was served in place of the file (status 200). {_BY_HAND}"
        raise BlockedError(words, status=200)
    if words := _cut(content, media):
        raise FetchError(f"{where}: {words}; the download was cut off.", transient=True, status=200)
    if wrong := _wrong(content, media):
        raise FetchError(f"{where}: {wrong}. Open the address in a browser. {CORRECT}", transient=False, status=200)


def _cut(content: bytes, media: Media) -> str:
    """How a file that begins as it should ends without its end; "" where it has one."""
    if media == "xlsx" and content.startswith(ZIP_BEGINS) and not is_whole_zip(content):
        return f"the {len(content):,} bytes begin as a workbook does, and the record that ends one is missing"
    if media == "csv" and _begins_as_csv(content) and not content.endswith(b"\n"):
        return f"the {len(content):,} bytes end in the middle of a line, with {content[-16:]!r}"
    begins, ends = content.lstrip(BEFORE_TEXT)[:1], content.rstrip(BEFORE_TEXT)[-1:]
    if media == "json" and begins in (b"[", b"{") and ends != {b"[": b"]", b"{": b"}"}[begins]:
        return f"the {len(content):,} bytes begin as JSON does, and end with {content[-16:]!r}"
    return ""


def _begins_as_csv(content: bytes) -> bool:
    return b"\0" not in content[:1024] and b"," in content[:1024].partition(b"\n")[0]


def _refuse_challenge(content: bytes, where: str) -> None:
    if len(content) > LONGEST_CHALLENGE:
        return
    sign = _CHALLENGE.search(html.unescape(content.replace(b"\0", b"").decode("utf-8", "replace")))
    if sign:
        words = f"{where}: a page that stops robots was served in place of the page (status 200; it has "
        raise BlockedError(f"{words}{' '.join(sign[0].split())!r}). {_BY_HAND}", status=200)
