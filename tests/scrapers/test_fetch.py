import gzip
import socket
import ssl
import threading
import traceback
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
import requests
import trustme
from werkzeug import Request
from werkzeug import Response as Answer

from figures.records import Media
from scrapers.answers import LONGEST_CHALLENGE, SMALLEST_WORKBOOK
from scrapers.connections import host_and_port
from scrapers.errors import BlockedError, FetchError
from scrapers.fetch import MAX_REDIRECTS, Policy, Response, Validators, fetch
from scrapers.public_addresses import is_public
from tests.server import HTTPServer

AGENT = "onrecord/test (+mailto:desk@example.org)"
ZIP_END = b"PK\x05\x06" + bytes(18)
WORKBOOK = b"PK\x03\x04" + b"sheet" * 2000 + ZIP_END
MEGABYTE = 1024 * 1024
NOW = 1_750_000_000.0
AKAMAI = (
    b"<HTML><HEAD>\n<TITLE>Access Denied</TITLE>\n</HEAD><BODY>\n<H1>Access Denied</H1>\nYou don't have permission "
    b'to access "http&#58;&#47;&#47;publisher&#46;example&#47;" on this server.<P>\nReference&#32;&#35;18&#46;2d8f1502'
    b"&#46;1700000000&#46;1a2b3c\n</BODY>\n</HTML>"
)


class Waits(list[float]):
    """Stands in for the sleep: keeps what was to be waited."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


@pytest.fixture
def waits() -> Waits:
    return Waits()


def policy_for(*hosts: str, **changes: Any) -> Policy:
    settings: dict[str, Any] = {"connect_timeout": 2.0, "read_timeout": 2.0, "total_timeout": 5.0, **changes}
    return Policy(AGENT, private_hosts=frozenset(hosts), **settings)


@pytest.fixture
def policy(httpserver: HTTPServer) -> Policy:
    return policy_for(f"{httpserver.host}:{httpserver.port}")


class Raw:
    """A server that speaks bytes: each connection is handed to `talk`; what was read is kept in `heard`."""

    def __init__(self, talk: Callable[["Raw", socket.socket], None], host: str = "127.0.0.1") -> None:
        self.talk = talk
        self.stop = threading.Event()
        self.connections = 0
        self.heard = b""
        self.sent = 0
        self.listener = socket.create_server((host, 0))
        self.listener.settimeout(0.05)
        self.host = f"{host}:{self.listener.getsockname()[1]}"
        self.url = f"http://{self.host}/file.xlsx"
        self.thread = threading.Thread(target=self.serve)

    def serve(self) -> None:
        while not self.stop.is_set():
            try:
                connection, _ = self.listener.accept()
            except TimeoutError:
                continue
            self.connections += 1
            with connection, suppress(OSError):
                connection.settimeout(5)
                self.talk(self, connection)

    def hear(self, connection: socket.socket) -> None:
        request = b""
        while b"\r\n\r\n" not in request:
            piece = connection.recv(4096)
            if not piece:
                return
            request += piece
            self.heard += piece

    def say(self, connection: socket.socket, words: bytes) -> None:
        connection.sendall(words)
        self.sent += len(words)


@contextmanager
def raw(talk: Callable[[Raw, socket.socket], None], host: str = "127.0.0.1") -> Iterator[Raw]:
    server = Raw(talk, host)
    server.thread.start()
    try:
        yield server
    finally:
        server.stop.set()
        server.thread.join()
        server.listener.close()


def saying(*pieces: bytes) -> Callable[[Raw, socket.socket], None]:
    def talk(server: Raw, connection: socket.socket) -> None:
        server.hear(connection)
        for piece in pieces:
            server.say(connection, piece)

    return talk


DROPS = 60


def dripping(before: bytes, drop: bytes, hears: bool = True) -> Callable[[Raw, socket.socket], None]:
    """Drops that come faster than the read timeout, for 3 seconds: only a bound on the whole ends it sooner."""

    def talk(server: Raw, connection: socket.socket) -> None:
        if hears:
            server.hear(connection)
        server.say(connection, before)
        for _ in range(DROPS):
            server.say(connection, drop)
            if server.stop.wait(0.05):
                return

    return talk


def answering(*answers: Answer) -> Callable[[Request], Answer]:
    """One answer after the other; the last one for ever."""
    left = list(answers)
    return lambda request: left.pop(0) if len(left) > 1 else left[0]


def failure(url: str, media: Media, policy: Policy, **more: Any) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetch(url, media, None, policy, more.pop("sleep", Waits()), **more)
    return caught.value


# What is asked


def test_a_workbook_comes_whole_with_what_it_says_of_itself(httpserver: HTTPServer, policy: Policy) -> None:
    headers = {"ETag": '"a1"', "Last-Modified": "Thu, 01 May 2025 16:00:00 GMT"}
    httpserver.expect_request("/f.xlsx").respond_with_data(WORKBOOK, 200, headers, "application/VND.x; charset=binary")
    url = httpserver.url_for("/f.xlsx")
    got = fetch(url, "xlsx", None, policy)
    assert got == Response(url, 200, WORKBOOK, "application/vnd.x", '"a1"', "Thu, 01 May 2025 16:00:00 GMT")
    assert "PK" not in repr(got)


@pytest.mark.parametrize(
    ("media", "body", "accept"),
    [
        ("xlsx", WORKBOOK, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("json", b"[1]", "application/json"),
        ("html", b"<!DOCTYPE html><title>Detention Management</title>", "text/html"),
    ],
)
def test_we_say_who_we_are_and_what_we_want(
    httpserver: HTTPServer, policy: Policy, media: Media, body: bytes, accept: str
) -> None:
    httpserver.expect_request("/f").respond_with_data(body)
    fetch(httpserver.url_for("/f"), media, None, policy)
    headers = httpserver.log[-1][0].headers
    assert headers["User-Agent"] == AGENT
    assert headers["Accept"].split(",")[0] == accept
    assert headers["Accept-Encoding"] == "identity"
    assert "If-None-Match" not in headers
    assert "If-Modified-Since" not in headers


def test_not_modified_is_an_answer_without_bytes(httpserver: HTTPServer, policy: Policy) -> None:
    asked = {"If-None-Match": '"a1"', "If-Modified-Since": "Thu, 01 May 2025 16:00:00 GMT"}
    httpserver.expect_request("/f", headers=asked).respond_with_data(b"", 304, {"ETag": '"a1"'})
    validators = Validators('"a1"', "Thu, 01 May 2025 16:00:00 GMT")
    got = fetch(httpserver.url_for("/f"), "xlsx", validators, policy)
    assert (got.status, got.content, got.etag, got.last_modified) == (304, None, '"a1"', None)


@pytest.mark.parametrize("validators", [None, Validators(None, None), Validators("", "")])
def test_not_modified_without_our_asking_is_an_error(
    httpserver: HTTPServer, policy: Policy, validators: Validators | None
) -> None:
    httpserver.expect_request("/f").respond_with_data(b"", 304)
    with pytest.raises(FetchError, match="answered with status 304, expected 200") as caught:
        fetch(httpserver.url_for("/f"), "xlsx", validators, policy)
    assert not caught.value.transient


@pytest.mark.parametrize("etag", [b'"' + b"a" * 2000 + b'"', b'"\xe9"', b'"a\tb"'])
def test_a_validator_that_could_break_a_request_is_not_kept(etag: bytes) -> None:
    head = b"HTTP/1.1 200 OK\r\nETag: " + etag + b"\r\nContent-Length: 3\r\n\r\n"
    with raw(saying(head, b"[1]")) as server:
        assert fetch(server.url, "json", None, policy_for(server.host)).etag is None


def test_the_environment_has_no_say(
    httpserver: HTTPServer, policy: Policy, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password hunter2\n")
    monkeypatch.setenv("NETRC", str(netrc))
    httpserver.expect_request("/f").respond_with_data(b"{}")
    with raw(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n[66]")) as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://{proxy.host}")
        monkeypatch.setenv("no_proxy", "")
        assert fetch(httpserver.url_for("/f"), "json", None, policy).content == b"{}"
        assert proxy.connections == 0
    assert "Authorization" not in httpserver.log[-1][0].headers


# Refusals and retries


def test_403_is_a_refusal_and_is_not_tried_again(httpserver: HTTPServer, policy: Policy, waits: Waits) -> None:
    httpserver.expect_request("/f").respond_with_data(AKAMAI, 403)
    error = failure(httpserver.url_for("/f"), "xlsx", policy, sleep=waits)
    assert isinstance(error, BlockedError)
    assert (error.status, error.transient, waits, len(httpserver.log)) == (403, False, [], 1)
    assert str(error) == (
        f"{httpserver.url_for('/f')}: the publisher refused us (status 403). Open it in a browser; if it opens there, "
        "ask the publisher to admit our User-Agent, or download it and hand it in with `onrecord import`."
    )


@pytest.mark.parametrize("status", [404, 410])
def test_a_file_that_is_gone_is_not_tried_again(
    httpserver: HTTPServer, policy: Policy, waits: Waits, status: int
) -> None:
    httpserver.expect_request("/f").respond_with_data(b"", status)
    error = failure(httpserver.url_for("/f"), "xlsx", policy, sleep=waits)
    assert (error.status, error.transient, waits, len(httpserver.log)) == (status, False, [], 1)
    assert not isinstance(error, BlockedError)
    assert str(error) == (
        f"{httpserver.url_for('/f')}: gone (status {status}). Look for the file on the publisher's page. If it has "
        "moved, correct its address in the configuration."
    )


@pytest.mark.parametrize("status", [400, 401, 451, 202, 206, 300])
def test_any_other_status_is_told_and_not_tried_again(
    httpserver: HTTPServer, policy: Policy, waits: Waits, status: int
) -> None:
    httpserver.expect_request("/f").respond_with_data(WORKBOOK, status)
    error = failure(httpserver.url_for("/f"), "xlsx", policy, sleep=waits)
    assert (error.status, error.transient, waits) == (status, False, [])
    assert f"answered with status {status}, expected 200" in str(error)


@pytest.mark.parametrize(
    ("asked", "waited"),
    [
        ("7", [7.0]),
        (formatdate(NOW + 30, usegmt=True), [30.0]),
        (formatdate(NOW - 30, usegmt=True), [1.0]),
        ("0", [1.0]),
        (formatdate(NOW + 30), [1.0]),  # "-0000": a date that does not say where
        ("soon", [1.0]),
        ("-5", [1.0]),
        ("9" * 5000, [1.0]),
        ("Mon, 99 Xyz 2025 99:00:00 GMT", [1.0]),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_honoured(
    httpserver: HTTPServer, policy: Policy, waits: Waits, status: int, asked: str, waited: list[float]
) -> None:
    busy = Answer(b"", status, {"Retry-After": asked})
    httpserver.expect_request("/f").respond_with_handler(answering(busy, Answer(WORKBOOK)))
    assert fetch(httpserver.url_for("/f"), "xlsx", None, policy, waits, lambda: NOW).content == WORKBOOK
    assert waits == waited


@pytest.mark.parametrize("asked", ["3600", formatdate(NOW + 3600, usegmt=True)])
def test_a_wait_that_is_too_long_ends_the_attempts(
    httpserver: HTTPServer, policy: Policy, waits: Waits, asked: str
) -> None:
    httpserver.expect_request("/f").respond_with_data(b"", 429, {"Retry-After": asked})
    error = failure(httpserver.url_for("/f"), "xlsx", policy, sleep=waits, clock=lambda: NOW)
    assert (error.status, error.transient, error.retry_after, waits) == (429, True, 3600.0, [])
    assert str(error) == (
        f"{httpserver.url_for('/f')}: the publisher asks us to slow down (status 429). Tried once. It asks us to come "
        "back in 3600 seconds, and we wait 120 at most. The next run tries again."
    )


def test_a_server_that_recovers_is_forgiven(httpserver: HTTPServer, policy: Policy, waits: Waits) -> None:
    httpserver.expect_request("/f").respond_with_handler(answering(Answer(b"", 500), Answer(WORKBOOK)))
    assert fetch(httpserver.url_for("/f"), "xlsx", None, policy, waits).status == 200
    assert waits == [1.0]


def test_a_server_that_does_not_recover_is_given_up(httpserver: HTTPServer, policy: Policy, waits: Waits) -> None:
    httpserver.expect_request("/f").respond_with_data(b"", 500)
    error = failure(httpserver.url_for("/f"), "xlsx", policy, sleep=waits)
    assert (error.status, error.transient, waits, len(httpserver.log)) == (500, True, [1.0, 2.0, 4.0], 4)
    assert str(error) == (
        f"{httpserver.url_for('/f')}: the publisher's server failed (status 500). Tried 4 times. The next run tries "
        "again."
    )


def test_our_own_pauses_have_a_limit(httpserver: HTTPServer, waits: Waits) -> None:
    httpserver.expect_request("/f").respond_with_data(b"", 500)
    policy = policy_for(f"{httpserver.host}:{httpserver.port}", attempts=6, longest_wait=5.0)
    failure(httpserver.url_for("/f"), "xlsx", policy, sleep=waits)
    assert waits == [1.0, 2.0, 4.0, 5.0, 5.0]


# Connections that fail


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def test_a_refused_connection_is_tried_again_and_told(waits: Waits) -> None:
    host = f"127.0.0.1:{closed_port()}"
    error = failure(f"http://{host}/f", "xlsx", policy_for(host, attempts=2), sleep=waits)
    assert (error.transient, error.status, waits) == (True, None, [1.0])
    assert str(error) == (
        f"http://{host}/f: the connection failed (Connection refused). Tried 2 times. The next run tries again."
    )


def test_a_name_that_is_not_known_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> list[Any]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    error = failure("https://publisher.example/f", "xlsx", policy_for(attempts=1))
    assert error.transient
    assert "the host name could not be looked up (Name or service not known). Tried once." in str(error)


def test_a_server_that_says_nothing_is_not_waited_for() -> None:
    def talk(server: Raw, connection: socket.socket) -> None:
        server.stop.wait(3)

    with raw(talk) as server:
        error = failure(server.url, "xlsx", policy_for(server.host, read_timeout=0.2, attempts=1))
    assert error.transient
    assert "no answer in time" in str(error)


def test_a_body_that_stalls_is_not_waited_for() -> None:
    def talk(server: Raw, connection: socket.socket) -> None:
        saying(b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n", WORKBOOK[:100])(server, connection)
        server.stop.wait(3)

    with raw(talk) as server:
        error = failure(server.url, "xlsx", policy_for(server.host, read_timeout=0.2, attempts=1))
    assert error.transient
    assert "no answer in time" in str(error)


@pytest.mark.parametrize(
    ("scheme", "before", "drop", "hears"),
    [
        ("http", b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\nPK\x03\x04", b"x", True),
        ("http", b"HTTP/1.1 200 OK\r\n\r\n[", b"1,", True),
        ("http", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0", True),
        ("http", b"HTTP/1.1 302 Found\r\nX-Slow: ", b"x", True),
        ("https", b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc", b"\x00", False),
    ],
    ids=["announced body", "unannounced body", "chunk size", "header", "TLS handshake"],
)
def test_a_drip_is_cut_when_the_time_is_up(scheme: str, before: bytes, drop: bytes, hears: bool) -> None:
    with raw(dripping(before, drop, hears)) as server:
        policy = policy_for(server.host, read_timeout=1.0, connect_timeout=1.0, total_timeout=0.4, attempts=1)
        error = failure(f"{scheme}://{server.host}/f", "json", policy)
        assert server.sent < len(before) + DROPS * len(drop)
    assert error.transient
    assert "not done within 0.4 seconds; given up. Tried once." in str(error)


def test_a_body_that_ends_early_is_tried_again(waits: Waits) -> None:
    with raw(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 20004\r\n\r\n", WORKBOOK)) as server:
        error = failure(server.url, "xlsx", policy_for(server.host, attempts=2), sleep=waits)
    assert error.transient
    assert waits == [1.0]
    assert "the body ended after 10,026 bytes, 9,978 before its announced end" in str(error)


def test_chunks_that_end_early_are_an_error() -> None:
    with raw(saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n", WORKBOOK[:0x1000])) as server:
        error = failure(server.url, "xlsx", policy_for(server.host, attempts=1))
    assert error.transient
    assert "the connection broke off" in str(error)


def test_an_empty_body_is_tried_again(httpserver: HTTPServer, policy: Policy, waits: Waits) -> None:
    httpserver.expect_request("/f").respond_with_handler(answering(Answer(b""), Answer(WORKBOOK)))
    assert fetch(httpserver.url_for("/f"), "xlsx", None, policy, waits).content == WORKBOOK
    httpserver.expect_request("/empty").respond_with_data(b"")
    error = failure(httpserver.url_for("/empty"), "json", policy)
    assert error.transient
    assert "an empty file (status 200). Tried 4 times." in str(error)


# Size


def test_a_body_announced_as_too_large_is_not_read(waits: Waits) -> None:
    with raw(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 314572800\r\n\r\n")) as server:
        error = failure(server.url, "xlsx", policy_for(server.host), sleep=waits)
    assert (error.transient, waits) == (False, [])
    assert str(error) == (
        f"{server.url}: over the limit of 16,777,216 bytes (314,572,800 bytes announced). If the file is meant to be "
        "that large, raise max_megabytes under [fetch] in the configuration."
    )


def test_a_body_that_grows_too_large_is_left_near_the_limit() -> None:
    piece = b"10000\r\n" + b"PK\x03\x04" * 0x4000 + b"\r\n"

    def talk(server: Raw, connection: socket.socket) -> None:
        server.hear(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while server.sent < 300 * MEGABYTE:
            server.say(connection, piece)

    with raw(talk) as server:
        error = failure(server.url, "xlsx", policy_for(server.host, max_bytes=MEGABYTE))
    assert not error.transient
    assert "over the limit of 1,048,576 bytes (still more to come)" in str(error)
    assert server.sent < 32 * MEGABYTE  # what the system's buffers took


def test_a_body_at_the_limit_is_taken(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/f").respond_with_data(WORKBOOK)
    host = f"{httpserver.host}:{httpserver.port}"
    url = httpserver.url_for("/f")
    assert fetch(url, "xlsx", None, policy_for(host, max_bytes=len(WORKBOOK))).content == WORKBOOK
    assert "over the limit" in str(failure(url, "xlsx", policy_for(host, max_bytes=len(WORKBOOK) - 1)))


def test_the_limit_is_on_what_comes_out_of_a_compressed_body(httpserver: HTTPServer, policy: Policy) -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(MEGABYTE)) for _ in range(300)) + packer.flush()
    assert len(bomb) < MEGABYTE
    httpserver.expect_request("/bomb").respond_with_data(bomb, 200, {"Content-Encoding": "gzip"})
    small = policy_for(*policy.private_hosts, max_bytes=MEGABYTE)
    error = failure(httpserver.url_for("/bomb"), "xlsx", small)
    assert "over the limit of 1,048,576 bytes (still more to come)" in str(error)


def test_a_body_that_is_compressed_all_the_same_is_unpacked(httpserver: HTTPServer, policy: Policy) -> None:
    httpserver.expect_request("/f").respond_with_data(gzip.compress(WORKBOOK), 200, {"Content-Encoding": "gzip"})
    assert fetch(httpserver.url_for("/f"), "xlsx", None, policy).content == WORKBOOK


def test_an_encoding_we_cannot_read_is_told(httpserver: HTTPServer, policy: Policy) -> None:
    httpserver.expect_request("/f").respond_with_data(WORKBOOK, 200, {"Content-Encoding": "compress"})
    assert "sent in the encoding 'compress', asked for none" in str(failure(httpserver.url_for("/f"), "xlsx", policy))


def test_the_body_of_a_redirect_is_not_read() -> None:
    def talk(server: Raw, connection: socket.socket) -> None:
        server.hear(connection)
        connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\n\r\n")
        while server.sent < 300 * MEGABYTE:
            server.say(connection, bytes(MEGABYTE))

    with raw(talk) as server:
        assert "found 'file'" in str(failure(server.url, "xlsx", policy_for(server.host)))
    assert server.sent < 32 * MEGABYTE  # what the system's buffers took


# Redirects and private addresses


def to(location: str, status: int = 302) -> Answer:
    return Answer(b"", status, {"Location": location})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(httpserver: HTTPServer, policy: Policy, status: int) -> None:
    httpserver.expect_request("/old/f").respond_with_handler(answering(to("../new/f", status)))
    httpserver.expect_request("/new/f").respond_with_data(WORKBOOK)
    got = fetch(httpserver.url_for("/old/f"), "xlsx", None, policy)
    assert (got.url, got.content) == (httpserver.url_for("/new/f"), WORKBOOK)


def test_as_many_redirects_as_allowed_and_no_more(httpserver: HTTPServer, policy: Policy, waits: Waits) -> None:
    httpserver.expect_request("/0").respond_with_data(b"[]")
    for number in range(1, MAX_REDIRECTS + 2):
        httpserver.expect_request(f"/{number}").respond_with_handler(answering(to(f"/{number - 1}")))
    assert fetch(httpserver.url_for(f"/{MAX_REDIRECTS}"), "json", None, policy).content == b"[]"
    error = failure(httpserver.url_for(f"/{MAX_REDIRECTS + 1}"), "json", policy, sleep=waits)
    assert (error.transient, waits) == (False, [])
    assert "more than 5 redirects" in str(error)


def test_a_redirect_loop_ends(httpserver: HTTPServer, policy: Policy) -> None:
    httpserver.expect_request("/f").respond_with_handler(answering(to("/f")))
    assert "more than 5 redirects" in str(failure(httpserver.url_for("/f"), "xlsx", policy))
    assert len(httpserver.log) == MAX_REDIRECTS + 1


def test_a_redirect_to_a_private_address_is_refused(httpserver: HTTPServer, policy: Policy, waits: Waits) -> None:
    with raw(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")) as inside:
        httpserver.expect_request("/f").respond_with_handler(answering(to(f"http://{inside.host}/admin")))
        error = failure(httpserver.url_for("/f"), "json", policy, sleep=waits)
        assert inside.connections == 0
    assert (error.transient, waits) == (False, [])
    assert str(error) == (
        f"http://{inside.host}/admin (redirected from {httpserver.url_for('/f')}): the private address 127.0.0.1 was "
        "refused: only hosts of the public Internet are fetched from. If this one is meant, add "
        f'"{inside.host}" to private_hosts under [fetch] in the configuration.'
    )


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.2:{port}/",
        "http://10.0.0.1/",
        "http://[::1]:{port}/",
        "http://[::ffff:127.0.0.1]:{port}/",
        "http://0.0.0.0:{port}/",
        "http://2130706433:{port}/",
        "http://0x7f.1:{port}/",
        "https://192.168.1.1/",
    ],
)
def test_no_spelling_of_a_private_address_passes(httpserver: HTTPServer, policy: Policy, target: str) -> None:
    httpserver.expect_request("/f").respond_with_handler(answering(to(target.format(port=httpserver.port))))
    assert "was refused: only hosts of the public Internet" in str(failure(httpserver.url_for("/f"), "json", policy))
    assert len(httpserver.log) == 1


def resolving(monkeypatch: pytest.MonkeyPatch, **names: str) -> None:
    """Let the system's resolver give these addresses, for names written with _ in place of each dot."""
    known = {name.replace("_", "."): address for name, address in names.items()}
    real = socket.getaddrinfo

    def lookup(host: str, *rest: Any, **more: Any) -> Any:
        return real(known.get(host, host), *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)


def test_a_public_name_with_a_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, publisher_example="127.0.0.1")
    with raw(saying()) as inside:
        port = inside.host.partition(":")[2]
        error = failure(f"http://publisher.example:{port}/f", "json", policy_for(inside.host))
        assert inside.connections == 0
    assert f'add "publisher.example:{port}" to private_hosts' in str(error)


def test_a_name_that_is_allowed_may_be_private(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch, replica_example="127.0.0.1")
    with raw(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]")) as inside:
        port = inside.host.partition(":")[2]
        policy = policy_for(f"Replica.Example:{port}")
        assert fetch(f"http://replica.EXAMPLE:{port}/f", "json", None, policy).content == b"[]"


def test_a_private_peer_behind_a_public_address_hears_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name has a public address when it is looked at, and the connection ends at a private one nevertheless."""
    monkeypatch.setattr(socket, "getaddrinfo", _rebinding(socket.getaddrinfo))
    with raw(lambda server, connection: server.hear(connection)) as inside:
        port = inside.host.partition(":")[2]
        error = failure(f"http://publisher.example:{port}/f", "json", policy_for())
    assert "the private address 127.0.0.1 was refused" in str(error)
    assert (inside.connections, inside.heard) == (1, b"")


def _rebinding(real: Callable[..., Any]) -> Callable[..., Any]:
    def lookup(host: str, port: int, *rest: Any, **more: Any) -> Any:
        if host == "publisher.example":
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", port))]
        return real("127.0.0.1", port, *rest, **more)

    return lookup


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::808:808", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.251", False),
        ("232.1.1.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::127.0.0.1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:169.254.169.254", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b:1::808:808", False),
        ("2002:7f00:1::", False),
        ("2001:0:4136:e378::", False),
        ("2001:db8::1", False),
        ("fc00::1", False),
        ("fe80::1", False),
        ("fe80::1%lo", False),
        ("fec0::1", False),
        ("ff02::1", False),
        ("ff0e::1", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_hosts_are_written_as_in_the_configuration() -> None:
    assert host_and_port("Replica", 80) == "replica:80"
    assert host_and_port("::1", 8123) == host_and_port("[::1]", 8123) == "[::1]:8123"


@pytest.fixture
def authority(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> trustme.CA:
    """One whose certificates are trusted while the test runs."""
    made = trustme.CA()
    made.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setattr(requests.adapters, "DEFAULT_CA_BUNDLE_PATH", str(tmp_path / "ca.pem"))
    return made


def tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", "127.0.0.1").configure_cert(context)
    return context


@pytest.fixture
def secure(authority: trustme.CA) -> Iterator[HTTPServer]:
    with HTTPServer("127.0.0.1", 0, ssl_context=tls(authority)) as server:
        yield server


def test_a_file_comes_over_tls(secure: HTTPServer) -> None:
    secure.expect_request("/f").respond_with_data(WORKBOOK)
    policy = policy_for(f"127.0.0.1:{secure.port}")
    assert fetch(secure.url_for("/f"), "xlsx", None, policy).content == WORKBOOK
    assert "private address 127.0.0.1" in str(failure(secure.url_for("/f"), "xlsx", policy_for()))


def test_a_certificate_that_is_not_trusted_is_not_tried_again(waits: Waits) -> None:
    with HTTPServer("127.0.0.1", 0, ssl_context=tls(trustme.CA())) as server:
        policy = policy_for(f"127.0.0.1:{server.port}")
        error = failure(server.url_for("/f"), "xlsx", policy, sleep=waits)
    assert (error.transient, waits) == (False, [])
    assert "the server's certificate could not be verified" in str(error)


@pytest.mark.parametrize("named", [(True, False), (False, True)])
def test_a_redirect_from_https_to_http_is_refused(
    secure: HTTPServer, httpserver: HTTPServer, named: tuple[bool, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    resolving(monkeypatch, publisher_example="127.0.0.1")
    there = httpserver.url_for("/f") if named[1] else "http://publisher.example/f"
    policy = policy_for(f"127.0.0.1:{secure.port}", f"{httpserver.host}:{httpserver.port}")
    secure.expect_request("/f").respond_with_handler(answering(to(there)))
    httpserver.expect_request("/f").respond_with_data(WORKBOOK)
    if named[1]:
        # Both are named: between hosts of our own it is allowed.
        assert fetch(secure.url_for("/f"), "xlsx", None, policy).url == there
        return
    error = failure(secure.url_for("/f"), "xlsx", policy)
    assert not error.transient
    assert f"redirects from https to {there}, where anyone on the way could change the file; refused" in str(error)


def test_a_redirect_from_https_to_what_is_no_address_is_told(authority: trustme.CA) -> None:
    context = tls(authority)
    answer = saying(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:99999/\r\nContent-Length: 0\r\n\r\n")

    def talk(server: Raw, connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as wrapped:
            answer(server, wrapped)

    with raw(talk) as server:
        error = failure(f"https://{server.host}/f", "xlsx", policy_for(server.host))
    assert "this is no address of a file" in str(error)


def test_a_redirect_from_http_to_https_is_followed(secure: HTTPServer, httpserver: HTTPServer) -> None:
    httpserver.expect_request("/f").respond_with_handler(answering(to(secure.url_for("/f"))))
    secure.expect_request("/f").respond_with_data(WORKBOOK)
    policy = policy_for(f"127.0.0.1:{secure.port}", f"{httpserver.host}:{httpserver.port}")
    assert fetch(httpserver.url_for("/f"), "xlsx", None, policy).content == WORKBOOK


# Addresses


@pytest.mark.parametrize("scheme", ["file", "ftp", "gopher", "data", "httpx"])
def test_only_http_and_https_are_fetched(httpserver: HTTPServer, policy: Policy, scheme: str) -> None:
    error = failure(f"{scheme}:///etc/passwd", "xlsx", policy)
    assert not error.transient
    assert f"only http and https are fetched, found '{scheme}'" in str(error)
    httpserver.expect_request("/f").respond_with_handler(answering(to(f"{scheme}:///etc/passwd")))
    assert f"found '{scheme}'" in str(failure(httpserver.url_for("/f"), "xlsx", policy))


@pytest.mark.parametrize(
    "url",
    ["http://", "https:///f", "http://[::1/f", "http://publisher.example:99999/f", f"http://{'a' * 70}.example/f"],
)
def test_what_is_no_address_is_told(url: str, waits: Waits) -> None:
    error = failure(url, "xlsx", policy_for(), sleep=waits)
    assert (error.transient, waits) == (False, [])
    assert "this is no address of a file" in str(error) or "the host name in the address cannot be used" in str(error)


@pytest.mark.parametrize("location", [b"http://[::1/f", b"/\xff\xfe", b"http://publisher.example:99999/"])
def test_a_redirect_to_what_is_no_address_is_told(location: bytes) -> None:
    with raw(saying(b"HTTP/1.1 302 Found\r\nLocation: " + location + b"\r\nContent-Length: 0\r\n\r\n")) as server:
        error = failure(server.url, "xlsx", policy_for(server.host))
    assert not error.transient
    assert "an address that cannot be read" in str(error) or "this is no address of a file" in str(error)


SECRETS = ("hunter2", "s3cret", "somebody")


def secret_url(host: str) -> str:
    return f"http://somebody:hunter2@{host}/f?token=s3cret#s3cret"


def told(error: FetchError) -> str:
    """All that a log could show of it."""
    return "".join(traceback.format_exception(error)) + repr(error)


@pytest.mark.parametrize("status", [200, 302, 403, 404, 418, 500])
def test_no_secret_of_an_address_is_told(httpserver: HTTPServer, policy: Policy, status: int) -> None:
    location = {"Location": "//somebody:hunter2@127.0.0.2/s?token=s3cret"} if status == 302 else {}
    httpserver.expect_request("/f").respond_with_data(b"<html>", status, location)
    text = told(failure(secret_url(f"{httpserver.host}:{httpserver.port}"), "xlsx", policy))
    assert [secret for secret in SECRETS if secret in text] == []
    assert httpserver.url_for("/f") in text


def test_no_secret_is_told_when_there_is_no_answer() -> None:
    with raw(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nPK")) as server:
        for host in (f"127.0.0.1:{closed_port()}", server.host, "127.0.0.2", "[::1", f"{'a' * 70}.example"):
            text = told(failure(secret_url(host), "xlsx", policy_for(host, attempts=2)))
            assert [secret for secret in SECRETS if secret in text] == []
    with HTTPServer("127.0.0.1", 0, ssl_context=tls(trustme.CA())) as untrusted:
        host = f"127.0.0.1:{untrusted.port}"
        text = told(failure(secret_url(host).replace("http:", "https:"), "xlsx", policy_for(host)))
        assert [secret for secret in SECRETS if secret in text] == []
    text = told(failure("file:somebody:hunter2@x", "xlsx", policy_for()))
    assert [secret for secret in SECRETS if secret in text] == []


def test_the_address_of_the_answer_has_no_password(httpserver: HTTPServer, policy: Policy) -> None:
    httpserver.expect_request("/f").respond_with_data(b"[]")
    got = fetch(f"http://somebody:hunter2@{httpserver.host}:{httpserver.port}/f?page=1", "json", None, policy)
    assert got.url == httpserver.url_for("/f") + "?page=1"


# What was served


HTML = b"\xef\xbb\xbf\n<!DOCTYPE html><html><body>Please enable cookies." + b" " * 9000 + b"</body></html>"


@pytest.mark.parametrize("media", ["xlsx", "json"])
@pytest.mark.parametrize(
    "body",
    [HTML, AKAMAI, b"<html></html>", b'<?xml version="1.0"?><html xmlns="x">', HTML.decode().encode("utf-16")],
    ids=["html", "akamai", "short", "xhtml", "utf-16"],
)
def test_a_page_in_place_of_a_file_is_a_refusal(
    httpserver: HTTPServer, policy: Policy, waits: Waits, media: Media, body: bytes
) -> None:
    httpserver.expect_request("/f").respond_with_data(body, 200, content_type="application/vnd.ms-excel")
    error = failure(httpserver.url_for("/f"), media, policy, sleep=waits)
    assert isinstance(error, BlockedError)
    assert (error.status, error.transient, waits) == (200, False, [])
    assert "a page for people was served in place of the file (status 200)" in str(error)
    assert "hand it in with `onrecord import`" in str(error)


@pytest.mark.parametrize(
    ("media", "body", "words"),
    [
        ("xlsx", b"\xd0\xcf\x11\xe0" + bytes(9000), "not an xlsx workbook: it begins with b'\\xd0\\xcf\\x11\\xe0"),
        ("xlsx", b"<Error>NoSuchKey</Error>", "not an xlsx workbook: it begins with b'<Error>NoSuchKey'"),
        (
            "xlsx",
            WORKBOOK[: SMALLEST_WORKBOOK - 22] + ZIP_END,
            "too small for a workbook: 5,120 bytes, expected more than 5,120",
        ),
        ("json", b"callback([1])", "not JSON: it begins with b'callback([1])', expected [ or {"),
        ("json", b" \n ", "not JSON"),
        ("json", WORKBOOK, "not JSON"),
    ],
)
def test_what_is_not_the_file_is_told(
    httpserver: HTTPServer, policy: Policy, waits: Waits, media: Media, body: bytes, words: str
) -> None:
    httpserver.expect_request("/f").respond_with_data(body)
    error = failure(httpserver.url_for("/f"), media, policy, sleep=waits)
    assert not isinstance(error, BlockedError)
    assert (error.status, error.transient, waits) == (200, False, [])
    assert words in str(error)


@pytest.mark.parametrize(
    ("media", "whole", "cut"),
    [
        ("xlsx", WORKBOOK, WORKBOOK[:-22]),
        ("xlsx", WORKBOOK, WORKBOOK[:-1]),
        ("xlsx", WORKBOOK, WORKBOOK[:4]),
        ("xlsx", WORKBOOK, WORKBOOK[:-22] + b"PK\x05\x06"),
        ("json", b'[{"date": "05/18/2025"}]\n', b'[{"date": "05/18/2025"}'),
        ("json", b'{"rows": []}', b'{"rows": []'),
    ],
)
def test_a_file_without_its_end_is_a_cut_download_and_tried_again(
    httpserver: HTTPServer, policy: Policy, waits: Waits, media: Media, whole: bytes, cut: bytes
) -> None:
    """A server that says nothing of the length, and closes in mid-file, looks like one that is done."""
    httpserver.expect_ordered_request("/f").respond_with_data(cut)
    httpserver.expect_ordered_request("/f").respond_with_data(whole)
    assert fetch(httpserver.url_for("/f"), media, None, policy, waits).content == whole
    assert waits == [1.0]
    httpserver.clear()
    httpserver.expect_request("/f").respond_with_data(cut)
    error = failure(httpserver.url_for("/f"), media, policy, sleep=waits)
    assert (error.status, error.transient) == (200, True)
    assert "the download was cut off" in str(error)


def test_what_lies_beyond_a_limit_is_left_unread_where_that_is_asked_for(
    httpserver: HTTPServer, policy: Policy
) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data(b"#" * 5000, content_type="text/plain")
    url = httpserver.url_for("/robots.txt")
    short = replace(policy, max_bytes=1000, cut=True)
    assert fetch(url, "text", None, short).content == b"#" * 1000
    assert "over the limit of 1,000 bytes" in str(failure(url, "text", replace(policy, max_bytes=1000)))


@pytest.mark.parametrize(
    ("media", "body"),
    [
        ("xlsx", WORKBOOK[: SMALLEST_WORKBOOK - 21] + ZIP_END),
        ("xlsx", WORKBOOK[:-2] + b"\x05\x00" + b"notes"),
        ("json", b'\xef\xbb\xbf \r\n{"a": "<html>"}'),
        ("json", "[1]".encode("utf-16")),
        ("html", b"<p>The union said Access Denied was the title of its report. Reference # 7</p>"),
        ("html", b"<html>" + AKAMAI + b" " * LONGEST_CHALLENGE),
    ],
)
def test_what_looks_right_is_taken_as_it_came(
    httpserver: HTTPServer, policy: Policy, media: Media, body: bytes
) -> None:
    httpserver.expect_request("/f").respond_with_data(body)
    assert fetch(httpserver.url_for("/f"), media, None, policy).content == body


@pytest.mark.parametrize(
    ("body", "sign"),
    [
        (AKAMAI, "Access Denied"),
        (b"<html><body>Reference&#32;&#35;18&#46;2d8f1502&#46;1700000000&#46;1a2b3c</body></html>", "Reference #18."),
        (b"<html><title>Pardon Our Interruption</title>", "Pardon Our Interruption"),
        (b"<html><body><h2>Pardon Our Interruption...</h2>", "Pardon Our Interruption"),
        (b'<html><div id="sec-if-cpt-container"></div>', "sec-if-cpt"),
        (b'<meta http-equiv="refresh" content="5; URL=\'/?bm-verify=AAQ\'">', "bm-verify="),
        (b"<html><title>Just a moment...</title>", "Just a moment"),
        (b'<script src="/_Incapsula_Resource?SWJIYLWA=7"></script>', "_Incapsula_Resource"),
    ],
)
def test_a_page_against_robots_is_a_refusal(
    httpserver: HTTPServer, policy: Policy, waits: Waits, body: bytes, sign: str
) -> None:
    httpserver.expect_request("/page").respond_with_data(body, 200, content_type="text/html")
    error = failure(httpserver.url_for("/page"), "html", policy, sleep=waits)
    assert isinstance(error, BlockedError)
    assert (error.status, error.transient, waits) == (200, False, [])
    assert "a page that stops robots was served in place of the page (status 200; it has " in str(error)
    assert sign in str(error)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts open files where the system shows them")
def test_nothing_is_left_open(httpserver: HTTPServer, policy: Policy) -> None:
    httpserver.expect_request("/f").respond_with_handler(answering(to("/g")))
    httpserver.expect_request("/g").respond_with_data(b"", 404)
    failure(httpserver.url_for("/f"), "json", policy)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(20):
        failure(httpserver.url_for("/f"), "json", policy)
    assert len(list(Path("/proc/self/fd").iterdir())) < before + 20
