"""Everything else, through Apprise: against a server on this machine that Apprise writes JSON to."""

import logging
import traceback
from dataclasses import replace

import pytest
from pytest_httpserver import HTTPServer

from alerts.channels.apprise_service import AppriseService
from alerts.messages.message import DeliveryError, Message
from alerts.messages.rendering import as_bare_text
from tests.alerts.channels.test_channels import MESSAGE, SHA, free_port

PATH = "/hooks/s3cretTokenOfTheDesk"


def service(server: HTTPServer, scheme: str = "json") -> AppriseService:
    return AppriseService("teams", f"{scheme}://desk:pa55word@{server.host}:{server.port}{PATH}")


def failure(channel: AppriseService, message: Message = MESSAGE) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        channel.send(message)
    return caught.value


def test_apprise_gets_a_title_and_plain_text(httpserver: HTTPServer) -> None:
    httpserver.expect_request(PATH, method="POST").respond_with_data("ok")
    service(httpserver).send(MESSAGE)
    (request, _) = httpserver.log[0]
    got = request.get_json()
    assert got["title"] == "Moved far: people held – 48,870"
    assert got["message"].strip() == as_bare_text(MESSAGE).strip()
    assert SHA[:12] in got["message"]
    assert "key: claim:0123abcd" in got["message"]


@pytest.mark.parametrize("status", [400, 404, 500, 503])
def test_what_a_service_does_not_take_is_a_failed_attempt_with_its_reason(httpserver: HTTPServer, status: int) -> None:
    httpserver.expect_request(PATH).respond_with_data("", status=status)
    error = failure(service(httpserver))
    assert str(error).startswith("teams: the service did not take the message: ")
    assert str(status) in str(error)
    assert not error.permanent


def test_a_service_that_is_down() -> None:
    error = failure(AppriseService("teams", f"json://127.0.0.1:{free_port()}/s3cret"))
    assert str(error).startswith("teams: the service did not take the message: ")
    assert not error.permanent


def test_its_secrets_are_never_said_nor_logged(httpserver: HTTPServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    channel = service(httpserver)
    httpserver.expect_request(PATH).respond_with_data("", status=500)
    error = failure(channel)
    told = repr(channel) + repr(error) + "".join(traceback.format_exception(error))
    told += "\n".join(record.getMessage() for record in caplog.records if record.name != "werkzeug")
    assert "s3cret" not in told
    assert "pa55word" not in told


def test_a_reason_that_repeats_the_address_is_not_repeated() -> None:
    from alerts.channels.apprise_service import _without_secrets

    address = "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js"
    for words in ("no such webhook JHMHI8qBe7bk2ZwO5U711o3dV_js", "4174216298 is gone"):
        assert _without_secrets(words, address) == (
            "Apprise's reason holds a part of the discord address and is not repeated"
        )
    assert _without_secrets("Failed to send: error=404.", address) == "Failed to send: error=404."
    assert _without_secrets("", address) == "Apprise gave no reason"
    assert "pa ss" not in _without_secrets("log-in of pa ss refused", "mailto://me:pa%20ss@mail.example")


@pytest.mark.parametrize(
    "address", ["", "no address", "s3cret", "nosuchservice://s3cret", "json://a.example json://b.example"]
)
def test_an_address_that_names_no_one_service_is_refused_for_good(address: str) -> None:
    error = failure(AppriseService("teams", address))
    assert str(error) == (
        "teams: this is no one address that Apprise knows; see its list of services, "
        "and give each service a channel of its own"
    )
    assert error.permanent


def test_no_markup_and_no_call_reaches_a_chat(httpserver: HTTPServer) -> None:
    httpserver.expect_request(PATH).respond_with_data("ok")
    hostile = "**x** `y` [ice.gov](http://evil.example) <@U123> @everyone \x1b[31m\u202e\r\n\u2028# title"
    service(httpserver).send(replace(MESSAGE, subject=hostile))
    got = httpserver.log[0][0].get_json()
    assert got["title"] == "∗∗x∗∗ ’y’ [ice.gov] (http://evil.example) ‹@ U123› @ everyone [31m   # title"
    assert got["message"].splitlines()[0] == got["title"]
