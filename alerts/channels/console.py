"""The way out that needs no account: standard output, or a given stream."""

import sys
from dataclasses import dataclass
from typing import TextIO

from alerts.messages.message import DeliveryError, Message
from alerts.messages.rendering import as_text


@dataclass(frozen=True, slots=True)
class Console:
    """Writes messages as plain text. Without a stream it is standard output, as that is when sending."""

    name: str
    stream: TextIO | None = None

    def send(self, message: Message) -> None:
        """Write the message and an empty line. DeliveryError, not permanent, when the stream does not take it."""
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
