"""A real HTTP proxy on loopback: CONNECT and plain requests, with a log-in where one is asked for."""

import base64
import select
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import urlsplit


@dataclass
class Proxy:
    """What was asked of it, in order. `inside` says where a name that only the proxy knows leads."""

    address: str = ""
    login: str = ""
    inside: dict[str, tuple[str, int]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def with_login(self, login: str) -> str:
        return self.address.replace("http://", f"http://{login}@")


class _Handler(BaseHTTPRequestHandler):
    proxy: ClassVar[Proxy]
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Said by `asked`."""

    def _may(self) -> bool:
        expected = "Basic " + base64.b64encode(self.proxy.login.encode()).decode()
        if self.proxy.login and self.headers.get("Proxy-Authorization") != expected:
            self.proxy.refused.append(f"{self.command} {self.path}")
            self.send_response(407)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return False
        self.proxy.asked.append(f"{self.command} {self.path}")
        return True

    def _connected(self, host: str, port: int) -> socket.socket:
        return socket.create_connection(self.proxy.inside.get(host, (host, port)), 10)

    def do_CONNECT(self) -> None:
        self.close_connection = True
        if not self._may():
            return
        host, _, port = self.path.rpartition(":")
        with self._connected(host.strip("[]"), int(port)) as there:
            self.connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            self._relay(there)

    def _relay(self, there: socket.socket) -> None:
        ends = {self.connection: there, there: self.connection}
        while True:
            for ready in select.select([*ends], [], [], 20)[0] or [None]:
                content = ready.recv(65536) if ready else b""
                if ready is None or not content:
                    return
                ends[ready].sendall(content)

    def do_GET(self) -> None:
        self.close_connection = True
        if not self._may():
            return
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        kept = [(n, v) for n, v in self.headers.items() if n.lower() not in ("proxy-authorization", "connection")]
        head = f"{self.command} {parts.path or '/'}{'?' + parts.query if parts.query else ''} HTTP/1.1\r\n"
        head += "".join(f"{name}: {value}\r\n" for name, value in [*kept, ("Connection", "close")])
        with self._connected(parts.hostname or "", parts.port or 80) as there:
            there.sendall(head.encode() + b"\r\n" + body)
            while content := there.recv(65536):
                self.connection.sendall(content)

    do_POST = do_HEAD = do_GET  # noqa: N815 - as the base class looks for them


@contextmanager
def loopback_proxy(login: str = "", inside: Mapping[str, tuple[str, int]] | None = None) -> Iterator[Proxy]:
    proxy = Proxy(login=login, inside=dict(inside or {}))
    handler = type("Handler", (_Handler,), {"proxy": proxy})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        proxy.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield proxy
        server.shutdown()
        thread.join()
