"""A real HTTP server to be asked by tests."""

import pytest_httpserver


class HTTPServer(pytest_httpserver.HTTPServer):
    """As pytest-httpserver's, but that it ends when it is told to, not half a second later."""

    def thread_target(self) -> None:
        assert self.server is not None
        self.server.serve_forever(poll_interval=0.02)
