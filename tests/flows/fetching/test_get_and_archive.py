"""What is kept of an address from one answer to the next."""

from dataclasses import replace
from typing import TYPE_CHECKING

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from flows.fetching.get_and_archive import get_and_archive
from storage.engine import reading
from storage.read import journal

if TYPE_CHECKING:
    from tests.flows.conftest import Desk


def test_what_is_not_said_again_of_a_file_that_is_the_same_still_holds(desk: "Desk", httpserver: HTTPServer) -> None:
    """A server may leave the validators out of "not modified" (RFC 9110, 15.4.5): the next request has them still."""
    asked: list[str | None] = []

    def answer(request: Request) -> Response:
        asked.append(request.headers.get("If-None-Match"))
        if asked[-1] == '"one"':
            return Response(status=304)
        return Response("{}", content_type="application/json", headers={"ETag": '"one"'})

    httpserver.expect_request("/file").respond_with_handler(answer)
    host = f"{httpserver.host}:{httpserver.port}"
    line = replace(desk.line, policy=replace(desk.line.policy, private_hosts=frozenset({host})))
    for _ in range(3):
        with reading(line.database) as connection:
            last = journal.last_good_fetch(connection, f"http://{host}/file")
        got = get_and_archive("trac_population", f"http://{host}/file", "json", line, last=last)
        assert got.content == b"{}"
    assert asked == [None, '"one"', '"one"']


def test_other_bytes_do_not_keep_the_validators_of_those_before_them(desk: "Desk", httpserver: HTTPServer) -> None:
    answers = [({"ETag": '"one"'}, "{}"), ({}, "[]"), ({}, "[]")]
    asked: list[str | None] = []

    def answer(request: Request) -> Response:
        headers, body = answers[len(asked)]
        asked.append(request.headers.get("If-None-Match"))
        return Response(body, content_type="application/json", headers=headers)

    httpserver.expect_request("/file").respond_with_handler(answer)
    host = f"{httpserver.host}:{httpserver.port}"
    line = replace(desk.line, policy=replace(desk.line.policy, private_hosts=frozenset({host})))
    for _ in answers:
        with reading(line.database) as connection:
            last = journal.last_good_fetch(connection, f"http://{host}/file")
        get_and_archive("trac_population", f"http://{host}/file", "json", line, last=last)
    assert asked == [None, '"one"', None]
