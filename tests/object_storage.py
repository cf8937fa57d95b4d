"""An object storage on loopback for tests: moto's S3 server, and a front that does wrong what real ones do wrong."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import ClassVar

import pytest

KEYS = {
    "AWS_ACCESS_KEY_ID": "AKIDOFTHETESTS",
    "AWS_SECRET_ACCESS_KEY": "a-secret-of-the-tests",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}
_NUMBERS = count(1)


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of an S3 server; one for each process of the test run."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@dataclass
class Storage:
    """An S3 service: `make` and `lose` do with its buckets what its owner does."""

    endpoint_url: str
    server: str

    def make(self) -> str:
        """The name of a new bucket."""
        name = f"bucket-{next(_NUMBERS)}"
        assert self.asked("PUT", f"/{name}") == 200
        return name

    def lose(self, bucket: str) -> None:
        assert self.asked("DELETE", f"/{bucket}") == 204

    def lose_all(self, bucket: str) -> None:
        """The bucket with all that is in it."""
        from moto.backends import get_backend  # it serves in this process

        for name in list(get_backend("s3")["123456789012"]["aws"].buckets[bucket].keys.keys()):
            assert self.asked("DELETE", f"/{bucket}/{name}") == 204
        self.lose(bucket)

    def overwrite(self, path: str, content: bytes) -> None:
        assert self.asked("PUT", path, content) == 200

    def asked(self, method: str, path: str, content: bytes = b"") -> int:
        connection = http.client.HTTPConnection(self.server.removeprefix("http://"), timeout=10)
        # moto takes the service from the credential's scope; nothing is signed.
        scope = "AWS4-HMAC-SHA256 Credential=x/20250101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=x"
        connection.request(method, path, content, {"Authorization": scope})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status


@pytest.fixture
def storage(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> Storage:
    """A sound object storage, with credentials in the environment as an operator sets them."""
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    return Storage(s3_server, s3_server)


@dataclass
class Front:
    """What stands before the server. `fault` is what it does wrong: '', or one of those in `_Handler`.

    `only` are the methods that it does wrong with; `asked` is what was asked of it.
    """

    address: str = ""
    server: str = ""
    fault: str = ""
    only: tuple[str, ...] = ("GET", "PUT")
    asked: list[str] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)


class _Handler(BaseHTTPRequestHandler):
    front: ClassVar[Front]
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Said by `asked`."""

    def _answer(self) -> None:
        front = self.front
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        front.asked.append(f"{self.command} {self.path}")
        fault = front.fault if self.command in front.only else ""
        if fault == "stalled":
            front.over.wait(30)
            self.close_connection = True
            return
        if fault == "503":
            self._send(503, {}, b"")
            return
        if fault == "lost on the way" and self.command == "PUT":  # said to be stored, and is not
            self._send(200, {}, b"")
            return
        if fault == "altered" and self.command == "PUT":
            body = body[:-1] + b"?"
        status, headers, content = self._from_server(body)
        if fault == "altered" and self.command == "GET" and status == 200:
            content = content[:-1] + b"?"
        self._send(status, headers, content, cut=fault == "truncated" and self.command == "GET")

    def _from_server(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection(self.front.server.removeprefix("http://"), timeout=20)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "expect")}
        connection.request(self.command, self.path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        kept = ("content-type", "etag", "last-modified")
        return answer.status, {n: v for n, v in answer.getheaders() if n.lower() in kept}, content

    def _send(self, status: int, headers: dict[str, str], content: bytes, *, cut: bool = False) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content[: len(content) // 2] if cut else content)
        self.close_connection = self.close_connection or cut

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _answer  # noqa: N815 - as the base class looks for them


@contextmanager
def faulty_front(server: str) -> Iterator[Front]:
    front = Front(server=server)
    handler = type("Handler", (_Handler,), {"front": front})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        running.daemon_threads = True
        front.address = f"http://127.0.0.1:{running.server_port}"
        thread = threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield front
        front.over.set()
        running.shutdown()
        thread.join()


@pytest.fixture
def front(storage: Storage) -> Iterator[Front]:
    with faulty_front(storage.server) as standing:
        yield standing
