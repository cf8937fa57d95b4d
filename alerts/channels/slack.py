"""Slack, by an incoming webhook. Whoever has the webhook's address can post, so the address is never said or logged."""

import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

from alerts.message import DeliveryError, Message
from alerts.rendering import as_slack

_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
_ANSWER_BYTES: Final = 1_000
_CODE: Final = re.compile(r"[a-z]+(?:_[a-z]+){0,8}")
_WORTH_ANOTHER_TRY: Final = (408, 425, 429)
# Refused for what is in it: the webhook takes others.
_ABOUT_THE_MESSAGE: Final = ("invalid_blocks", "invalid_payload", "msg_too_long", "no_text")
# urllib3 writes the path of a request, which is the secret, to these.
_LOGGERS: Final = ("urllib3.connectionpool", "urllib3.connection", "urllib3.util.retry")
_ADVICE: Final = {
    "action_prohibited": "an administrator of the workspace forbids this webhook to post",
    "channel_is_archived": "unarchive the Slack channel, or make a webhook for another",
    "channel_not_found": "the Slack channel is gone; make a webhook for another",
    "invalid_blocks": "a fault of onrecord: please report it with the message's key",
    "invalid_payload": "a fault of onrecord: please report it with the message's key",
    "invalid_token": "the webhook's address is not complete; copy it from Slack again",
    "no_service": "the webhook was removed or switched off; make a new one in Slack",
    "no_team": "the workspace is gone, or the webhook's address is not complete",
    "posting_to_general_channel_denied": "choose another Slack channel, or let this webhook post to the general one",
}


@dataclass(frozen=True, slots=True)
class SlackWebhook:
    """Posts messages to `webhook`; `timeout` in seconds holds for connecting and for each read."""

    name: str
    webhook: str = field(repr=False)
    timeout: float = 15.0

    def send(self, message: Message) -> None:
        """Post the message; returns when Slack says `ok`. Redirects are not followed, nor is a proxy taken from the
        environment.

        DeliveryError, permanent when Slack refuses the message or the webhook (4xx save 408, 425, 429) or when the
        webhook is no https address; not permanent for everything else.
        """
        if not _may_be_used(self.webhook):
            raise DeliveryError(
                f"{self.name}: the webhook is not an https:// address; copy it from Slack again", permanent=True
            )
        payload = as_slack(message)
        trouble, status, answer, wait = "", 0, "", ""
        try:
            with _unlogged(), requests.Session() as session:
                session.trust_env = False
                status, answer, wait = _post(session, self, payload)
        except (requests.RequestException, HTTPError, OSError, UnicodeError) as error:
            trouble = _trouble(error, self.timeout)
        # Raised out here, so that no traceback leads to an exception that holds the address.
        if trouble:
            raise DeliveryError(f"{self.name}: {trouble}", permanent=False)
        if status == 200 and answer == "ok":
            return
        permanent = 400 <= status < 500 and status not in _WORTH_ANOTHER_TRY
        raise DeliveryError(
            f"{self.name}: {_words(self, status, answer, wait)}",
            permanent=permanent,
            about="message" if status == 413 or answer in _ABOUT_THE_MESSAGE else "channel",
        )


def _may_be_used(webhook: str) -> bool:
    try:
        parts = urlsplit(webhook)
    except ValueError:  # brackets that are no IPv6 address
        return False
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    )


def _post(session: requests.Session, channel: SlackWebhook, payload: dict[str, Any]) -> tuple[int, str, str]:
    """Status, the beginning of the answer, and the seconds Slack asks to wait ("" when it does not)."""
    with session.post(
        channel.webhook, json=payload, timeout=channel.timeout, allow_redirects=False, stream=True
    ) as response:
        answer = response.raw.read(_ANSWER_BYTES, decode_content=True).decode("utf-8", "replace").strip()
        return response.status_code, answer, response.headers.get("Retry-After", "")


def _trouble(error: Exception, timeout: float) -> str:
    if isinstance(error, requests.Timeout | ReadTimeoutError):
        return f"Slack did not answer within {timeout:g} s"
    if isinstance(error, requests.exceptions.SSLError):
        return "no secure connection: the certificate of Slack's server was not accepted"
    if isinstance(error, requests.ConnectionError):
        return "no connection to Slack; is the network up?"
    return f"the request failed ({type(error).__name__})"


def _words(channel: SlackWebhook, status: int, answer: str, wait: str) -> str:
    # Only Slack's own short codes are repeated: a page of somebody in between might hold the address.
    if not _CODE.fullmatch(answer) or answer in channel.webhook:
        return f"status {status} with an answer that is none of Slack's" + _pause(wait)
    advice = f": {_ADVICE[answer]}" if answer in _ADVICE else ""
    return f"Slack answered {status} {answer}{advice}{_pause(wait)}"


def _pause(wait: str) -> str:
    return f"; it asks to wait {wait} s" if re.fullmatch(r"[0-9]{1,6}", wait) else ""


@contextmanager
def _unlogged() -> Iterator[None]:
    """Keeps what this thread's request writes about itself out of the logs; other threads log on."""
    thread = threading.get_ident()

    def elsewhere(record: logging.LogRecord) -> bool:
        return record.thread != thread

    loggers = [logging.getLogger(name) for name in _LOGGERS]
    for logger in loggers:
        logger.addFilter(elsewhere)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(elsewhere)
