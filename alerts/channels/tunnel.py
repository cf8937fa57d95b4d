"""A connection through an HTTP proxy, by CONNECT, for what speaks no HTTP itself."""

import re
import socket
from base64 import b64encode
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

_LONGEST_ANSWER: Final = 16 * 1024
_STATUS: Final = re.compile(rb"HTTP/1\.[01] ([0-9]{3})")


class ProxyRefusedError(OSError):
    """The proxy did not let us through, in words without its address."""


def connect_through(proxy: str, host: str, port: int, timeout: float) -> socket.socket:
    """A connection to `host` through the proxy at `proxy`; `timeout` in seconds holds for each step.

    Raises ProxyRefusedError when the proxy does not let us through, other OSErrors for the network.
    """
    parts = urlsplit(proxy)
    try:
        name = host.encode("idna").decode("ascii")
    except UnicodeError:
        raise ProxyRefusedError("this host name cannot be asked of a proxy") from None
    try:
        connection = socket.create_connection((parts.hostname or "", parts.port or 80), timeout)
    except OSError as error:
        raise ProxyRefusedError("could not connect to the proxy") from error
    place = f"[{name}]:{port}" if ":" in name else f"{name}:{port}"
    try:
        connection.sendall(f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n{_login(parts)}\r\n".encode("ascii"))
        said = _STATUS.match(_head(connection))
    except OSError:
        connection.close()
        raise
    if said is None or said[1] != b"200":
        connection.close()
        answer = f"status {said[1].decode()}" if said else "an answer that is no HTTP"
        raise ProxyRefusedError(f"the proxy did not let us through ({answer})")
    return connection


def _login(proxy: SplitResult) -> str:
    if not proxy.username:
        return ""
    pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return f"Proxy-Authorization: Basic {b64encode(pair.encode()).decode()}\r\n"


def _head(connection: socket.socket) -> bytes:
    """The answer up to its empty line and not one byte more: what follows is the mail server's."""
    head = bytearray()
    while not head.endswith(b"\r\n\r\n"):
        byte = connection.recv(1)
        if not byte or len(head) > _LONGEST_ANSWER:
            break
        head += byte
    return bytes(head)
