"""A connection to a mail server through an HTTP proxy, by CONNECT, as both of smtplib's classes take it."""

import re
import smtplib
import socket
import ssl
from base64 import b64encode
from typing import Any, Final
from urllib.parse import unquote, urlsplit

_LONGEST_ANSWER: Final = 16 * 1024
_STATUS: Final = re.compile(rb"HTTP/1\.[01] ([0-9]{3})")


class ProxyRefusedError(OSError):
    """The proxy did not let us through, in words without its address."""


class TunnelledSMTP(smtplib.SMTP):
    """An SMTP connection through `proxy`."""

    def __init__(self, proxy: str, host: str, port: int, timeout: float) -> None:
        self._proxy = proxy
        super().__init__(host, port, timeout=timeout)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return connect_through(self._proxy, host, port, timeout)


class TunnelledSMTPS(smtplib.SMTP_SSL):
    """An SMTP connection through `proxy` that is encrypted from its first byte."""

    def __init__(self, proxy: str, host: str, port: int, timeout: float, context: ssl.SSLContext) -> None:
        self._proxy, self._name = proxy, host
        super().__init__(host, port, timeout=timeout, context=context)

    def _get_socket(self, host: str, port: int, timeout: float) -> Any:
        return self.context.wrap_socket(connect_through(self._proxy, host, port, timeout), server_hostname=self._name)


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
    try:
        place = f"[{name}]:{port}" if ":" in name else f"{name}:{port}"
        login = ""
        if parts.username:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            login = f"Proxy-Authorization: Basic {b64encode(pair.encode()).decode()}\r\n"
        connection.sendall(f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n{login}\r\n".encode("ascii"))
        status = _STATUS.match(_head(connection))
        if status is None or status[1] != b"200":
            said = f"status {status[1].decode()}" if status else "an answer that is no HTTP"
            raise ProxyRefusedError(f"the proxy did not let us through ({said})")
    except BaseException:
        connection.close()
        raise
    return connection


def _head(connection: socket.socket) -> bytes:
    """The answer up to its empty line and not one byte more: what follows is the mail server's."""
    head = bytearray()
    while not head.endswith(b"\r\n\r\n"):
        byte = connection.recv(1)
        if not byte or len(head) > _LONGEST_ANSWER:
            break
        head += byte
    return bytes(head)
