"""A program of one's own: each message as JSON, signed, posted to an address. docs/channels.md shows the other side.

Whoever has the address can post there, whoever has the signing secret can speak for us: neither is said or logged.
"""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Final, Literal, Self

from pydantic import model_validator

from alerts.channels.channel_settings import ChannelKind, ChannelSettings, Means, require, variable
from alerts.channels.https_post import WORTH_ANOTHER_TRY, NoAnswer, may_be_used, post
from alerts.channels.reach import reach_web
from alerts.messages.message import DeliveryError, Message
from figures.plain import as_json

EXAMPLE: Final = """\
# A program of your own: JSON by POST, signed with the secret; docs/channels.md shows how to check the signature.
[[channels]]
name = "newsroom"
kind = "webhook"
audience = ["desk"]
claims = ["seed-*"]
url_env = "ONRECORD_WEBHOOK_URL"
secret_env = "ONRECORD_WEBHOOK_SECRET"
"""
VERSION: Final = 1
SHORTEST_SECRET: Final = 16
_ANSWER_BYTES: Final = 1_000


class WebhookSettings(ChannelSettings):
    kind: Literal["webhook"]
    url_env: Annotated[str, variable("ONRECORD_WEBHOOK_URL")] = ""
    secret_env: Annotated[str, variable("ONRECORD_WEBHOOK_SECRET")] = ""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        require(self, "url_env", "secret_env")
        return self


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Webhook:
    """Posts messages to `url`, signed with `secret`; `timeout` in seconds holds for connecting and for each read."""

    name: str
    url: str = field(repr=False)
    secret: str = field(repr=False)
    timeout: float = 15.0
    proxy: str = field(default="", repr=False)
    clock: Callable[[], datetime] = field(default=_utc_now, repr=False)

    def send(self, message: Message) -> None:
        """Post the message; returns when the other side answers with a status from 200 to 299.

        DeliveryError, permanent when it refuses (4xx save 408, 425, 429), when the address is neither https nor of this
        machine, or when the secret is too short; not permanent for everything else, a redirect included.
        """
        if fault := _fault(self):
            raise DeliveryError(f"{self.name}: {fault}", permanent=True)
        body = payload(message)
        stamp = str(int(self.clock().timestamp()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "X-Onrecord-Timestamp": stamp,
            "X-Onrecord-Signature": f"v1={signature(self.secret, stamp, body)}",
        }
        answer = post(
            self.url, self.timeout, _ANSWER_BYTES, headers=headers, data=body, proxy=self.proxy, whom="the webhook"
        )
        if isinstance(answer, NoAnswer):
            raise DeliveryError(
                f"{self.name}: {answer.words}", permanent=False, may_have_arrived=answer.may_have_arrived
            )
        if not 200 <= answer.status < 300:
            # What it says is not repeated: it may hold the address.
            raise DeliveryError(
                f"{self.name}: the webhook answered with status {answer.status}, expected 200 to 299{answer.pause}",
                permanent=400 <= answer.status < 500 and answer.status not in WORTH_ANOTHER_TRY,
                about="message" if answer.status == 413 else "channel",
            )


def payload(message: Message) -> bytes:
    """The body: the message as an object, UTF-8. The same message is the same bytes each time."""
    return as_json({"version": VERSION, "claims": message.claims, **message.to_json()}).encode()


def signature(secret: str, stamp: str, body: bytes) -> str:
    """The HMAC-SHA256 of time and body, in hexadecimal. With the time in it, an old request cannot be played again."""
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _fault(channel: Webhook) -> str:
    if not may_be_used(channel.url):
        return "the address is not https://, and not http:// on this machine; nothing was sent"
    if len(channel.secret) < SHORTEST_SECRET:
        return f"the signing secret has fewer than {SHORTEST_SECRET} characters; make one by `openssl rand -hex 32`"
    return ""


def _opened(settings: WebhookSettings, means: Means) -> Webhook:
    url, secret = means.secret(settings.url_env), means.secret(settings.secret_env)
    return Webhook(settings.name, url, secret, proxy=means.proxy)


def _reach(channel: Webhook) -> str:
    return _fault(channel) or reach_web(channel.url, channel.proxy)


KIND = ChannelKind(WebhookSettings, _opened, _reach, EXAMPLE)
