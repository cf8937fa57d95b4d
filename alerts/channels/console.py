"""The way out that needs no account: standard output, or a given stream."""

import sys
from dataclasses import dataclass
from typing import Literal, TextIO

from alerts.channels.channel_settings import ChannelKind, ChannelSettings, Means
from alerts.messages.message import DeliveryError, Message

EXAMPLE = """\
[[channels]]
name = "console"
kind = "console"
"""


class ConsoleSettings(ChannelSettings):
    kind: Literal["console"]


@dataclass(frozen=True, slots=True)
class Console:
    """Writes messages as plain text. Without a stream it is standard output, as that is when sending."""

    name: str
    stream: TextIO | None = None

    def send(self, message: Message) -> None:
        """Write the message and an empty line. DeliveryError, not permanent, when the stream does not take it."""
        from alerts.messages.rendering import as_text  # takes long to import, and settings are read by every command

        stream = sys.stdout if self.stream is None else self.stream
        # A terminal may not know our quotation marks: shown as \u201c they still say what they are.
        encoding = stream.encoding or "utf-8"
        text = as_text(message).encode(encoding, "backslashreplace").decode(encoding)
        try:
            stream.write(f"{text}\n")
            stream.flush()
        except (OSError, ValueError) as error:  # ValueError: the stream is closed
            raise DeliveryError(
                f"{self.name}: the output did not take the message ({error}); is it closed or its disk full?",
                permanent=False,
            ) from error


def _opened(settings: ConsoleSettings, means: Means) -> Console:  # noqa: ARG001 - it needs nothing else
    return Console(settings.name)


def _reach(channel: Console) -> str:  # noqa: ARG001 - it is always there
    return ""


KIND = ChannelKind(ConsoleSettings, _opened, _reach, EXAMPLE)
