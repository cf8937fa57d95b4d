"""The outbox: an attempt is recorded before it is made, its outcome after it. Each message carries its key."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from alerts.message import DeliveryError, Message, message_from_json
from storage import ledger
from storage.engine import Database, Transaction, writing

# When a channel fails, the next tries come after these waits; then it is given up and said so.
# A message for a channel that is not configured was refused by nobody: it waits on.
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
    timedelta(hours=24),
)


class Channel(Protocol):
    """A way out. `send` returns when the other side has taken the message, else raises DeliveryError."""

    @property
    def name(self) -> str: ...

    def send(self, message: Message) -> None: ...


def enqueue(
    connection: Transaction, message: Message, as_of: datetime, at: datetime, channels: Sequence[str], quiet: str = ""
) -> bool:
    """Put a message into the outbox, once per key. False when it is there already.

    A quiet message is kept with its reason and sent to nobody.
    """
    return ledger.enqueue(
        connection, message.key, message.audience, message.subject, message.to_json(), as_of, at, channels, quiet
    )


@dataclass(frozen=True, slots=True)
class Sent:
    """How one attempt ended; `retry_at` is None when it was sent or given up."""

    key: str
    channel: str
    outcome: str
    detail: str
    retry_at: datetime | None


def deliver(
    engine: Database,
    channels: Mapping[str, Channel],
    clock: Callable[[], datetime],
    *,
    even_if_waiting: bool = False,
) -> list[Sent]:
    """Give every due message to its channel, once each."""
    outcomes: list[Sent] = []
    after = 0
    while True:
        with writing(engine) as connection:
            due = ledger.take_due(connection, clock(), even_if_waiting=even_if_waiting, after=after)
        if due is None:
            return outcomes
        after = due.delivery_id
        outcomes.append(_attempt(engine, due, channels.get(due.channel), clock))


def _attempt(engine: Database, due: ledger.Due, channel: Channel | None, clock: Callable[[], datetime]) -> Sent:
    retry_at: datetime | None = None
    outcome, detail = "sent", ""
    if channel is None:
        outcome = "failed"
        detail = f"channel {due.channel!r} is not in the configuration; add it again or the message waits"
    else:
        try:
            channel.send(message_from_json(due.body))
        except DeliveryError as error:
            outcome, detail = ("refused" if error.permanent else "failed"), str(error)
    if outcome == "failed":
        if channel is None or due.attempts <= len(WAITS):
            retry_at = clock() + WAITS[min(due.attempts, len(WAITS)) - 1]
        else:
            outcome, detail = "refused", f"given up after {due.attempts} attempts: {detail}"
    with writing(engine) as connection:
        ledger.finish(connection, due.delivery_id, clock(), outcome, detail, retry_at)
    return Sent(due.key, due.channel, outcome, detail, retry_at)
