"""A loopback stand-in for the Internet Archive: its index of captures and the captures themselves.

It answers as https://github.com/internetarchive/wayback/tree/master/wayback-cdx-server says: rows sorted by address and
time, filters, collapsing of neighbours, a limit with a key to go on with. Troubles of the real one can be ordered.
"""

import base64
import hashlib
import json
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from replica.editions import Edition
from replica.workbooks import build

FILES = "https://www.ice.gov/doclib/detention/"
PAGE = "https://www.ice.gov/detain/detention-management"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REVISIT = "warc/revisit"
_INDEX = "/cdx/search/cdx"
_CAPTURE = re.compile(r"/web/(\d{14})id_/(.+)")
_PATIENCE_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Captured:
    """One line of the index with the bytes behind it. `sent` is what is served where that differs, cut at `cut`."""

    at: datetime
    original: str
    media_type: str
    status: str
    content: bytes
    digest: str
    sent: bytes
    location: str = ""

    @property
    def stamp(self) -> str:
        return self.at.astimezone(UTC).strftime("%Y%m%d%H%M%S")

    @property
    def key(self) -> str:
        """The address as the index sorts it: host backwards, without scheme, in small letters."""
        parts = urlsplit(self.original)
        host = ",".join(reversed((parts.hostname or "").removeprefix("www.").split(".")))
        return f"{host}){parts.path}{'?' + parts.query if parts.query else ''}".casefold()


@dataclass(frozen=True, slots=True)
class Trouble:
    """What becomes of a request: a status with a Retry-After, or (`cut`) an answer that ends before its time."""

    status: int = 0
    retry_after: str = ""
    cut: bool = False


class Wayback:
    """Serves what was captured, on a free port of 127.0.0.1, while its `with` block lasts.

    `most_at_once` is the largest number of requests that were under way together. `rows_at_once` is the archive's own
    limit on an answer of the index, below which no client gets.
    """

    def __init__(self, rows_at_once: int = 100_000) -> None:
        self.rows_at_once = rows_at_once
        self.requests: list[str] = []
        self.most_at_once = 0
        self._captures: list[Captured] = []
        self._troubles: list[Trouble] = []
        self._under_way = 0
        self._lock = threading.Lock()
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="wayback", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
        self._server = self._thread = None

    @property
    def address(self) -> str:
        """`http://127.0.0.1:PORT`. Raises RuntimeError outside the `with` block."""
        if self._server is None:
            raise RuntimeError("the stand-in is not serving; its address is known inside its `with` block")
        return f"http://127.0.0.1:{self._server.server_port}"

    def capture(self, edition: Edition, at: datetime, *, name: str = "") -> bytes:
        """An edition as its workbook was captured. Returns the bytes."""
        content = build(edition)
        self.capture_bytes(FILES + (name or edition.file_name), at, content)
        return content

    def capture_bytes(
        self,
        original: str,
        at: datetime,
        content: bytes,
        media_type: str = XLSX,
        *,
        sent: bytes | None = None,
    ) -> None:
        """Any bytes at an address. With `sent`, what is served is not what the index lists."""
        served = content if sent is None else sent
        self._captures.append(Captured(at, original, media_type, "200", content, _digest(content), served))

    def revisit(self, edition: Edition, at: datetime) -> None:
        """The same bytes seen again: the index lists no status, the bytes are served from the earlier capture."""
        content = build(edition)
        self._captures.append(Captured(at, FILES + edition.file_name, REVISIT, "-", content, _digest(content), content))

    def redirect(self, original: str, at: datetime, location: str) -> None:
        """An address that answered with a redirect when it was captured."""
        self._captures.append(Captured(at, original, "text/html", "302", b"", _digest(b""), b"", location))

    def trouble(self, *troubles: Trouble) -> None:
        """What becomes of the next requests, one each, in order; afterwards all is well again."""
        with self._lock:
            self._troubles.extend(troubles)

    def _begin(self, path: str) -> Trouble | None:
        with self._lock:
            self._under_way += 1
            self.most_at_once = max(self.most_at_once, self._under_way)
            self.requests.append(path)
            return self._troubles.pop(0) if self._troubles else None

    def _end(self) -> None:
        with self._lock:
            self._under_way -= 1

    def _index(self, query: Sequence[tuple[str, str]]) -> bytes:
        asked = dict(query)
        fields = asked["fl"].split(",")
        rows = sorted(self._captures, key=lambda c: (c.key, c.stamp))
        rows = [c for c in rows if _matches(c, asked["url"], asked.get("matchType", "exact"))]
        for name, value in query:
            if name == "filter":
                rows = [c for c in rows if _passes(c, value)]
        for name, value in query:
            if name == "collapse":
                rows = _collapsed(rows, value)
        start = int(asked["resumeKey"].partition("-")[2]) if "resumeKey" in asked else 0
        limit = min(int(asked.get("limit", self.rows_at_once)), self.rows_at_once)
        shown = rows[start : start + limit]
        answer: list[list[str]] = [fields, *([_field(c, name) for name in fields] for c in shown)] if shown else []
        if asked.get("showResumeKey") == "true" and start + limit < len(rows):
            answer += [[], [f"key-{start + limit}"]]
        return json.dumps(answer).encode()

    def _captured(self, stamp: str, original: str) -> Captured | None:
        return next((c for c in self._captures if (c.stamp, c.original) == (stamp, original)), None)


def _digest(content: bytes) -> str:
    return base64.b32encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode()


def _matches(capture: Captured, url: str, match: str) -> bool:
    wanted = Captured(capture.at, url, "", "", b"", "", b"").key
    return capture.key.startswith(wanted) if match == "prefix" else capture.key == wanted


def _passes(capture: Captured, text: str) -> bool:
    """A filter `[!]field:regular expression`, which must match the whole field."""
    name, _, pattern = text.removeprefix("!").partition(":")
    return (re.fullmatch(pattern, _field(capture, name)) is not None) != text.startswith("!")


def _collapsed(rows: Sequence[Captured], text: str) -> list[Captured]:
    """Neighbours that agree in a field, or in its first letters (`timestamp:6`), are one: the first."""
    name, _, length = text.partition(":")
    kept: list[Captured] = []
    before: tuple[str, ...] = ()
    for row in rows:
        now = (_field(row, name)[: int(length)] if length else _field(row, name),)
        if now != before:
            kept.append(row)
        before = now
    return kept


def _field(capture: Captured, name: str) -> str:
    return {
        "urlkey": capture.key,
        "timestamp": capture.stamp,
        "original": capture.original,
        "mimetype": capture.media_type,
        "statuscode": capture.status,
        "digest": capture.digest,
        "length": str(len(capture.sent)),
    }[name]


class _Server(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self, wayback: Wayback) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.wayback = wayback


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    server_version = "replica"
    sys_version = ""
    timeout = _PATIENCE_SECONDS

    def do_GET(self) -> None:
        trouble = self.server.wayback._begin(self.path)
        try:
            if trouble is not None and trouble.status:
                self._answer(trouble.status, "text/plain", b"", {"Retry-After": trouble.retry_after})
                return
            self._serve(cut=trouble is not None and trouble.cut)
        finally:
            self.server.wayback._end()

    def _serve(self, *, cut: bool) -> None:
        parts = urlsplit(self.path)
        if parts.path == _INDEX:
            self._answer(200, "application/json", self.server.wayback._index(parse_qsl(parts.query)), {}, cut=cut)
            return
        named = _CAPTURE.fullmatch(self.path)
        captured = self.server.wayback._captured(*named.groups()) if named else None
        if captured is None:
            self._answer(404, "text/plain", b"The stand-in has no such capture.", {})
        elif captured.location:
            self._answer(302, captured.media_type, b"", {"Location": captured.location})
        else:
            self._answer(200, captured.media_type, captured.sent, {}, cut=cut)

    def _answer(self, status: int, media_type: str, body: bytes, headers: dict[str, str], *, cut: bool = False) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": media_type, "Content-Length": str(len(body)), **headers}.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)
        if cut:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """No access log on stderr; `Wayback.requests` is the record."""
