"""A webhook gets signed JSON, once for each attempt, and neither its address nor its secret is ever said."""

import hashlib
import hmac
import json
import logging
import traceback
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from alerts.channels.webhook import Webhook, payload
from alerts.messages.message import DeliveryError, message_from_json
from tests.alerts.messages.test_rendering import CHARTED, MESSAGE

NOON = datetime(2025, 6, 20, 12, tzinfo=UTC)
SECRET = "s1gning-s3cret-of-the-newsroom"
PATH = "/hooks/s3cretPath"
DOCS = Path(__file__).parents[3] / "docs" / "channels.md"


def hook(server: HTTPServer) -> Webhook:
    return Webhook("newsroom", server.url_for(PATH), SECRET, clock=lambda: NOON)


def failure(channel: Webhook) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        channel.send(MESSAGE)
    assert SECRET not in "".join(traceback.format_exception(caught.value)) + repr(channel)
    assert "s3cretPath" not in "".join(traceback.format_exception(caught.value)) + repr(channel)
    return caught.value


def test_the_message_arrives_whole_and_its_signature_can_be_checked_as_the_docs_say(httpserver: HTTPServer) -> None:
    """The example of the docs is run as it stands there."""
    example = DOCS.read_text("utf-8").partition("```python\n")[2].partition("```")[0]
    names: dict[str, object] = {}
    exec(example, names)  # our own page
    genuine = names["genuine"]
    assert callable(genuine)
    answers: list[bool] = []

    def take(request: Request) -> Response:
        body, headers = request.get_data(), dict(request.headers)
        stamp = NOON.timestamp()
        answers.append(genuine(body, headers, SECRET, stamp + 299))
        answers.append(genuine(body + b" ", headers, SECRET, stamp))
        answers.append(genuine(body, headers, "another-secret", stamp))
        answers.append(genuine(body, headers, SECRET, stamp + 301))
        answers.append(genuine(body, {**headers, "X-Onrecord-Timestamp": str(int(stamp) + 1)}, SECRET, stamp))
        answers.append(genuine(body, {}, SECRET, stamp))
        return Response(status=204)

    httpserver.expect_request(PATH, method="POST").respond_with_handler(take)
    message = replace(CHARTED, claims=("seed-4", "trac-1"))
    hook(httpserver).send(message)
    assert answers == [True, False, False, False, False, False]
    (request,) = [request for request, _ in httpserver.log]
    assert request.headers["Content-Type"] == "application/json; charset=utf-8"
    said = json.loads(request.get_data())
    assert (said["version"], said["claims"]) == (1, ["seed-4", "trac-1"])
    assert message_from_json(said) == CHARTED
    assert request.get_data() == payload(message)


def test_the_signature_is_hmac_sha256_of_time_and_body(httpserver: HTTPServer) -> None:
    httpserver.expect_request(PATH).respond_with_data("")
    hook(httpserver).send(MESSAGE)
    (request,) = [request for request, _ in httpserver.log]
    signed = b"1750420800." + request.get_data()
    assert request.headers["X-Onrecord-Timestamp"] == "1750420800"
    expected = hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    assert request.headers["X-Onrecord-Signature"] == f"v1={expected}"


def test_an_answer_that_may_pass_is_waited_for_and_a_refusal_is_for_good(httpserver: HTTPServer) -> None:
    outcomes: Mapping[int, tuple[bool, str]] = {
        301: (False, "channel"),
        400: (True, "channel"),
        404: (True, "channel"),
        408: (False, "channel"),
        413: (True, "message"),
        429: (False, "channel"),
        500: (False, "channel"),
        503: (False, "channel"),
    }
    for status, (permanent, about) in outcomes.items():
        httpserver.clear()
        headers = {"Retry-After": "30", "Location": httpserver.url_for("/elsewhere")}
        httpserver.expect_request(PATH).respond_with_data(SECRET, status, headers)
        error = failure(hook(httpserver))
        assert str(error) == (
            f"newsroom: the webhook answered with status {status}, expected 200 to 299; it asks to wait 30 s"
        )
        assert (error.permanent, error.about) == (permanent, about), status
        assert len(httpserver.log) == 1, "a redirect is not followed"


def test_secrets_go_to_https_or_this_machine_alone_and_a_short_one_signs_nothing(httpserver: HTTPServer) -> None:
    for url in ("http://hooks.example/x", "ftp://127.0.0.1/x", "hooks.example", "", "http://[::1"):
        error = failure(replace(hook(httpserver), url=url))
        assert error.permanent
        assert "the address is not https://, and not http:// on this machine" in str(error)
    error = failure(replace(hook(httpserver), secret="short"))
    assert error.permanent
    assert "fewer than 16 characters" in str(error)
    assert httpserver.log == []


def test_nothing_of_address_or_secret_is_logged(httpserver: HTTPServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    httpserver.expect_request(PATH).respond_with_data("no", 500)
    failure(hook(httpserver))
    logged = "\n".join(record.getMessage() for record in caplog.records if record.name != "werkzeug")
    assert SECRET not in logged
    assert "s3cretPath" not in logged


def test_who_does_not_answer_is_told_apart_from_who_may_have_taken_it(httpserver: HTTPServer) -> None:
    nobody = failure(replace(hook(httpserver), url="http://127.0.0.1:9/s3cretPath"))
    assert str(nobody) == "newsroom: no connection to the webhook; is the network up?"
    assert not nobody.permanent
    assert not nobody.may_have_arrived
