"""Everything else, through Apprise: one service's address, which holds its secrets and is never said or logged."""

import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal, Self
from urllib.parse import unquote

from pydantic import model_validator

from alerts.channels.channel_settings import ChannelKind, ChannelSettings, Means, require, variable
from alerts.messages.invisible_characters import harmless
from alerts.messages.message import DeliveryError, Message

_TITLE: Final = 250
_REASON: Final = 300
_LONGEST_SECONDS: Final = 120.0
_SHORTEST_SECRET: Final = 4
_LOGGERS: Final = ("apprise", "urllib3.connectionpool", "urllib3.connection")


class NotTakenError(Exception):
    """A message was not handed over, or nobody knows; why, in words without the address or any part of it."""

    def __init__(self, words: str, *, permanent: bool, may_have_arrived: bool = False) -> None:
        super().__init__(words)
        self.permanent = permanent
        self.may_have_arrived = may_have_arrived


EXAMPLE: Final = """\
# Anything that Apprise writes to (https://github.com/caronc/apprise): one service for each channel, plain text.
[[channels]]
name = "teams"
kind = "apprise"
address_env = "ONRECORD_APPRISE_ADDRESS"
"""


class AppriseSettings(ChannelSettings):
    kind: Literal["apprise"]
    address_env: Annotated[str, variable("ONRECORD_APPRISE_ADDRESS")] = ""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        require(self, "address_env")
        return self


@dataclass(frozen=True, slots=True)
class AppriseService:
    """Sends messages as a title and plain text to the one service that `address` names.

    One, because Apprise says of several only that not all went well: another try would tell the healthy ones twice.
    """

    name: str
    address: str = field(repr=False)
    proxy: str = field(default="", repr=False)

    def send(self, message: Message) -> None:
        """Hand the message over; returns when Apprise says that the service took it.

        DeliveryError, permanent when Apprise does not understand the address; not permanent when the service did not
        take the message, with what Apprise said of it, without the address or any part of it.
        """
        from alerts.messages.rendering import as_bare_text, bare  # takes long; every command reads settings

        title, body = bare(message.subject)[:_TITLE], as_bare_text(message)
        refused: NotTakenError | None = None
        try:
            if self.proxy:
                _hand_over_through(self.proxy, self.address, title, body)
            else:
                hand_over(self.address, title, body)
        except NotTakenError as error:
            refused = error
        if refused is not None:
            raise DeliveryError(
                f"{self.name}: {refused}", permanent=refused.permanent, may_have_arrived=refused.may_have_arrived
            )


def hand_over(address: str, title: str, body: str) -> None:
    """Give a message to the service at `address`. Raises NotTakenError."""
    # Imported here: it takes longer than most commands run.
    from apprise import Apprise, NotifyFormat

    sender = Apprise()
    with _unlogged():
        understood = len(address.split()) == 1 and sender.add(address)
    if not understood:
        raise NotTakenError(
            "this is no one address that Apprise knows; see its list of services, and give each service a channel of "
            "its own",
            permanent=True,
        )
    with _unlogged() as said:
        taken = sender.notify(body=body, title=title, body_format=NotifyFormat.TEXT)
    if not taken:
        reason = _without_secrets("; ".join(said), address)
        raise NotTakenError(f"the service did not take the message: {reason}", permanent=False)


def _hand_over_through(proxy: str, address: str, title: str, body: str) -> None:
    job = json.dumps({"proxy": proxy, "address": address, "title": title, "body": body})
    command = [sys.executable, "-P", "-m", "alerts.channels.apprise_process"]
    try:
        done = subprocess.run(  # noqa: S603 - our own module; nothing from outside is among its arguments
            command, input=job, capture_output=True, text=True, timeout=_LONGEST_SECONDS, check=False
        )
        answer = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        words = "Apprise's process did not say what became of the message"
        raise NotTakenError(words, permanent=False, may_have_arrived=True) from None
    if answer:
        raise NotTakenError(answer["reason"], permanent=answer["permanent"])


def _without_secrets(words: str, address: str) -> str:
    """What Apprise said, or that it is not repeated because it holds a part of the address."""
    scheme, _, rest = address.partition("://")
    parts = [part for piece in (rest, unquote(rest)) for part in re.split(r"[/?&=:@,]+", piece)]
    if any(part in words for part in parts if len(part) >= _SHORTEST_SECRET and part not in ("localhost", "127.0.0.1")):
        return f"Apprise's reason holds a part of the {harmless(scheme)} address and is not repeated"
    return harmless(words)[:_REASON] or "Apprise gave no reason"


@contextmanager
def _unlogged() -> Iterator[list[str]]:
    """Keeps what this delivery writes out of the logs, and gives its warnings and errors instead."""
    # Apprise hands the work to a thread with a copy of this context, and leaves it running when it takes too long: so
    # the filters stay, and know by the context whose words they see.
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_elsewhere)
    said: list[str] = []
    token = _DELIVERY.set(said)
    try:
        yield said
    finally:
        _DELIVERY.reset(token)


def _elsewhere(record: logging.LogRecord) -> bool:
    said = _DELIVERY.get()
    if said is None:
        return True
    if record.name == "apprise" and record.levelno >= logging.WARNING:
        said.append(record.getMessage())
    return False


_DELIVERY: Final[ContextVar[list[str] | None]] = ContextVar("delivery", default=None)


def _opened(settings: AppriseSettings, means: Means) -> AppriseService:
    return AppriseService(settings.name, means.secret(settings.address_env), means.proxy)


# Where an address leads is known to Apprise alone.
KIND = ChannelKind(AppriseSettings, _opened, None, EXAMPLE)
