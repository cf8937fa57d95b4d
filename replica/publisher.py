"""A loopback stand-in for the publishers over HTTP: ICE's page and workbooks, TRAC's tables and page, CBP's listing,
table and files.
"""

import hashlib
import html
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, unquote, urlsplit

from replica import cbp_pages
from replica.cbp_files import CbpEdition
from replica.editions import Edition
from replica.trac import table_of
from replica.trac_page import facts_page
from replica.trac_tables import atd_table, book_ins_table, facilities_table
from replica.workbooks import build

PAGE = "/detain/detention-management"
FILES = "/doclib/detention/"
TRAC = "/immigration/detentionstats/pop_agen_table.json"
TRAC_FACTS = "/immigration/quickfacts/detention.html"
# Every file of TRAC's by its path, and how it is made.
TRAC_FILES: Mapping[str, Callable[[Sequence[Edition]], bytes]] = {
    TRAC: table_of,
    "/immigration/detentionstats/book_in_agen_program_table.json": book_ins_table,
    "/immigration/detentionstats/facilities.json": facilities_table,
    "/immigration/detentionstats/atd_pop_table.json": atd_table,
    TRAC_FACTS: facts_page,
}
TRAC_PATHS = tuple(TRAC_FILES)
ROBOTS = "/robots.txt"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ALLOWED = b"User-agent: *\nDisallow: /admin/\n"
# A client that connects and says nothing must not keep the server from closing.
_PATIENCE_SECONDS = 10


class Publisher:
    """Serves what was published, on a free port of 127.0.0.1, while its `with` block lasts.

    The ICE page links the year-end files, then the newest edition of a running year; an older one is linked no
    more but still answers under its URL. TRAC's tables hold every edition published so far. The two other links
    of the page, to a workbook and a PDF of no concern, lead to 404.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._published: list[Edition] = []
        self._restated: list[Edition] = []
        self._files: dict[str, _Resource] = {}
        self._border: list[CbpEdition] = []
        self._border_files: dict[str, bytes] = {}
        self._requests: list[tuple[str, str, int]] = []
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="replica", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()  # waits for answers under way: they still need the address
        self._server = self._thread = None

    @property
    def address(self) -> str:
        """`http://127.0.0.1:PORT`, without a slash. Raises RuntimeError outside the `with` block."""
        if self._server is None:
            raise RuntimeError("the replica is not serving; its address is known inside `with Publisher() as replica:`")
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def requests(self) -> list[tuple[str, str, int]]:
        """Every request answered so far, in order: method, path with query as the client wrote it, status."""
        with self._lock:
            return list(self._requests)

    def publish(self, edition: Edition, *, restated: Edition | None = None, by_trac: bool = True) -> None:
        """Make this edition the newest. One with a file name that was used before takes that file's place.

        TRAC restates it, or `restated` in its place; not `by_trac`: TRAC does not load it.
        """
        resource = _Resource(build(edition), _XLSX, edition.published_on)
        with self._lock:
            self._files[edition.file_name] = resource
            self._published.append(edition)
            if by_trac:
                self._restated.append(restated or edition)

    def publish_border(self, edition: CbpEdition) -> None:
        """Let CBP's listings link an edition's files, and its table reach so far."""
        made = cbp_pages.files_of(edition)
        with self._lock:
            self._border.append(edition)
            self._border_files |= made

    def restate(self, edition: Edition) -> None:
        """Let TRAC load an edition, or load it anew, while ICE publishes nothing."""
        with self._lock:
            self._restated.append(edition)

    def _record(self, method: str, path: str, status: int) -> None:
        with self._lock:
            self._requests.append((method, path, status))

    def _resource(self, path: str) -> "_Resource | None":
        with self._lock:
            published, restated, files = tuple(self._published), tuple(self._restated), dict(self._files)
        day = published[-1].published_on if published else None
        if path == PAGE:
            return _Resource(_page(self.address, published, files), "text/html; charset=utf-8", day)
        if path in TRAC_FILES:
            media = "text/html; charset=utf-8" if path == TRAC_FACTS else "application/json"
            return _Resource(TRAC_FILES[path](restated), media, day)
        if border := self._border_resource(path):
            return border
        if path == ROBOTS:
            return _Resource(_ALLOWED, "text/plain; charset=utf-8", None)
        return files.get(unquote(path.removeprefix(FILES))) if path.startswith(FILES) else None

    def _border_resource(self, path: str) -> "_Resource | None":
        with self._lock:
            editions, files = tuple(self._border), dict(self._border_files)
        if not editions:
            return None
        day = editions[-1].posted
        if path in cbp_pages.LISTED:
            page = cbp_pages.listing(editions, cbp_pages.LISTED[path], files)
            return _Resource(page, "text/html; charset=utf-8", day)
        if path == cbp_pages.TABLE:
            return _Resource(cbp_pages.table_page(editions[-1]), "text/html; charset=utf-8", day)
        return _Resource(files[path], "text/csv", day) if path in files else None


@dataclass(frozen=True, slots=True)
class _Resource:
    content: bytes
    media_type: str
    modified: date | None

    @property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.content).hexdigest()[:32]}"'

    @property
    def modified_at(self) -> datetime | None:
        return datetime.combine(self.modified, time(16), tzinfo=UTC) if self.modified else None


def _page(address: str, published: tuple[Edition, ...], files: dict[str, _Resource]) -> bytes:
    """The page in the manner of ICE's. Year-end links come first, so that the order of links misleads."""
    year_end = list({e.file_name: e for e in published if e.year_end}.values())
    current = [e for e in published if not e.year_end][-1:]
    items = [_link(address + FILES + quote(e.file_name), _words(e, files)) for e in (*year_end, *current)]
    items.insert(0, _link(f"{address}{FILES}Over72HourFacilities.xlsx", "Over 72 Hour Facilities (22 KB)"))
    items.append(_link(f"{address}{FILES}visitor-guide.pdf", "Guide for Visitors (410 KB)"))
    updated = ""
    if published:
        day = published[-1].published_on
        updated = f'<p>Updated: <time datetime="{day.isoformat()}T12:00:00Z">{day:%m/%d/%Y}</time></p>\n'
    return (
        "<!DOCTYPE html>\n"
        '<html lang="en"><head><meta charset="utf-8"><title>Detention Management</title></head>\n'
        f"<body><main>\n<h1>Detention Management</h1>\n{updated}"
        f'<h2 id="stats">Detention Statistics</h2>\n<ul>\n{"".join(items)}</ul>\n</main></body></html>\n'
    ).encode()


def _link(url: str, words: str) -> str:
    return f'<li><a href="{html.escape(url)}">{html.escape(words)}</a></li>\n'


def _words(edition: Edition, files: dict[str, _Resource]) -> str:
    year = f"FY {edition.fiscal_year}{'' if edition.year_end else ' YTD'}"
    size = max(1, round(len(files[edition.file_name].content) / 1024))
    return f"Detention {year}, Alternatives to Detention {year} and Facilities {year}, Footnotes ({size} KB)"


class _Server(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self, publisher: Publisher) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.publisher = publisher


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    server_version = "replica"
    sys_version = ""
    timeout = _PATIENCE_SECONDS

    def do_GET(self) -> None:
        resource = self._headers()
        if resource is not None:
            self.wfile.write(resource.content)

    def do_HEAD(self) -> None:
        self._headers()

    def _headers(self) -> _Resource | None:
        """Send status and headers; return the resource when a body belongs to them."""
        resource = self.server.publisher._resource(urlsplit(self.path).path)
        if resource is None:
            self.send_error(HTTPStatus.NOT_FOUND, explain="Nothing was published under this address.")
            return None
        unchanged = _unchanged(resource, self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since"))
        self.send_response(HTTPStatus.NOT_MODIFIED if unchanged else HTTPStatus.OK)
        self.send_header("ETag", resource.etag)
        if resource.modified_at is not None:
            self.send_header("Last-Modified", format_datetime(resource.modified_at, usegmt=True))
        if not unchanged:
            self.send_header("Content-Type", resource.media_type)
            self.send_header("Content-Length", str(len(resource.content)))
        self.end_headers()
        return None if unchanged else resource

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:  # noqa: ARG002 - as inherited
        """Called for every answer before its headers leave, so that a client never sees an answer not yet counted."""
        # A request line that cannot be read has neither method nor path.
        self.server.publisher._record(self.command or "", getattr(self, "path", ""), int(code))

    def log_message(self, format: str, *args: Any) -> None:
        """No access log on stderr; `Publisher.requests` is the record."""


def _unchanged(resource: _Resource, etags: str | None, since: str | None) -> bool:
    """Whether the client holds this very content. If-None-Match decides alone when it is sent (RFC 9110, 13.2.2)."""
    if etags is not None:
        held = {tag.strip().removeprefix("W/") for tag in etags.split(",")}
        return "*" in held or resource.etag in held
    if since is None or resource.modified_at is None:
        return False
    try:
        moment = parsedate_to_datetime(since)
    except ValueError:
        return False  # a date that cannot be read is to be ignored (RFC 9110, 13.1.3)
    return resource.modified_at <= (moment if moment.tzinfo else moment.replace(tzinfo=UTC))
