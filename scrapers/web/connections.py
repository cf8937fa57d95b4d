"""Connections that go only where they may, and that end when their time is up. Built on urllib3."""

import re
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import (
    ConnectTimeoutError,
    IncompleteRead,
    LocationParseError,
    LocationValueError,
    ProxyError,
)
from urllib3.exceptions import TimeoutError as NoAnswerError

from scrapers.web.public_addresses import is_public

_TUNNEL_REFUSED = re.compile(r"Tunnel connection failed: ([0-9]{3})")


class PrivateAddressError(Exception):
    """A host is at an address that is not of the public Internet, and is not allowed by name."""


def host_and_port(host: str, port: int) -> str:
    """As it is written in `private_hosts`: `127.0.0.1:8123`, `[::1]:8123`, `replica:80`."""
    bare = host.strip("[]").lower()
    return f"[{bare}]:{port}" if ":" in bare else f"{bare}:{port}"


def is_named(host: str, port: int, private_hosts: frozenset[str]) -> bool:
    return host_and_port(host, port) in {entry.lower() for entry in private_hosts}


class Deadline:
    """Bounds a request with its redirects and its body: when the time is up, its connections are cut.

    A socket's timeout is for one read, and a server that sends a byte now and then never meets it. Looking up a
    host name is not cut: the system's resolver has its own limits.
    """

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        self._timer.join()
        for sock in self._sockets:
            sock.close()

    @property
    def left(self) -> float:
        return max(0.0, self._end - time.monotonic())

    @property
    def passed(self) -> bool:
        return self.left == 0

    def watch(self, sock: socket.socket) -> None:
        """Cut this connection at the end, whatever is wrapped around it by then."""
        with self._lock:
            # A second handle on the same connection: TLS takes the first one over, a handshake can drip too.
            self._sockets.append(sock.dup())
        if self.passed:
            self._cut()

    def _cut(self) -> None:
        with self._lock:
            for sock in self._sockets:
                try:
                    sock.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # the other side has closed it already


def guarded_pools(private_hosts: frozenset[str], deadline: Deadline) -> dict[str, type[HTTPConnectionPool]]:
    """Pool classes for `PoolManager.pool_classes_by_scheme`. Their connections raise PrivateAddressError before
    anything is sent to a host that has an address that is not public, unless `private_hosts` names it.
    """

    class Http(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _open(self, private_hosts, deadline)

    class Https(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _open(self, private_hosts, deadline)

    class HttpPool(HTTPConnectionPool):
        ConnectionCls = Http

    class HttpsPool(HTTPSConnectionPool):
        ConnectionCls = Https

    return {"http": HttpPool, "https": HttpsPool}


def _open(connection: HTTPConnection, private_hosts: frozenset[str], deadline: Deadline) -> socket.socket:
    host = connection.host
    where = host_and_port(host, connection.port)
    allowed = is_named(host, connection.port, private_hosts)
    try:
        found = socket.getaddrinfo(host, connection.port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise LocationParseError(host) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if not allowed:
        for address in addresses:
            require_public(where, address)
    # The addresses just looked at are the ones connected to: the name is not looked up again.
    sock = _first_that_answers(connection, addresses, deadline)
    try:
        if not allowed:
            require_public(where, str(sock.getpeername()[0]))
        for option in connection.socket_options or ():
            sock.setsockopt(*option)
        deadline.watch(sock)
    except (PrivateAddressError, OSError):
        sock.close()
        raise
    return sock


def _first_that_answers(connection: HTTPConnection, addresses: list[str], deadline: Deadline) -> socket.socket:
    trouble: OSError = OSError("the name has no address")
    for address in addresses:
        wait = min(connection.timeout or deadline.left, deadline.left)
        if wait == 0:
            break
        try:
            sock = socket.create_connection((address, connection.port), wait)
        except OSError as error:
            trouble = error
            continue
        sock.settimeout(connection.timeout)
        return sock
    if isinstance(trouble, TimeoutError) or deadline.passed:
        raise ConnectTimeoutError(connection, "no connection in time") from trouble
    raise trouble


def require_public(where: str, address: str) -> None:
    """Raises PrivateAddressError unless the IP address is public; `where` is the host as `private_hosts` names it."""
    if not is_public(address):
        raise PrivateAddressError(
            f"the private address {address} was refused: only hosts of the public Internet are fetched from. "
            f'If this one is meant, add "{where}" to private_hosts under [fetch] in the configuration'
        )


def _known_trouble(cause: BaseException) -> tuple[str, bool] | None:
    match cause:
        case ssl.SSLCertVerificationError():
            return f"the server's certificate could not be verified ({cause.verify_message})", False
        case LocationValueError():
            return "the host name in the address cannot be used", False
        case socket.gaierror():
            return f"the host name could not be looked up ({cause.strerror})", True
        case IncompleteRead():
            return f"the body ended after {cause.partial:,} bytes, {cause.expected:,} before its announced end", True
        case NoAnswerError() | TimeoutError():
            return "no answer in time", True
    return None


def trouble(error: BaseException) -> tuple[str, bool]:
    """What went wrong with a connection, in words without addresses, and whether trying again may help."""
    causes = list(_causes(error))
    if known := next(filter(None, map(_known_trouble, causes)), None):
        return known
    if through_proxy := [cause for cause in causes if isinstance(cause, ProxyError)]:
        return _proxy_trouble(through_proxy[0])
    for cause in causes:
        if isinstance(cause, OSError) and cause.strerror:
            return f"the connection failed ({cause.strerror})", True
    return f"the connection broke off ({type(causes[-1]).__name__})", True


def _proxy_trouble(error: ProxyError) -> tuple[str, bool]:
    refused = _TUNNEL_REFUSED.search(str(error.original_error))
    if refused:
        return f"the proxy did not let us through (status {refused[1]})", refused[1] not in ("403", "405", "407")
    return "could not connect to the proxy", True


def _causes(error: BaseException) -> Iterator[BaseException]:
    """From the outermost error to what began it. Few, so that a circle ends."""
    for _ in range(10):
        yield error
        # Through a proxy urllib3 hands its cause on as an argument alone.
        inner = error.__cause__ or error.__context__ or next(iter(error.args), None)
        if not isinstance(inner, BaseException):
            return
        error = inner
