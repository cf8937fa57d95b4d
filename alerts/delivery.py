"""Draining the outbox: an attempt is recorded before it is made, its outcome after it. Each message carries its key.

Nothing is given up: what a channel did not take is tried again, ever more seldom. A channel that refuses us for good is
disabled, its messages wait, and the operators are told through another.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from alerts.channels.channel_settings import Channel
from alerts.messages.message import DeliveryError, LeftOutError, Message, message_from_json
from alerts.messages.words.channel_faults import disabled_message, failing_message, perhaps_again, refused_message
from storage.engine import Database, Transaction, writing
from storage.write import ledger, message_contents, mutes

# When a channel fails, the next tries come after these waits, then once a day; after the last the operators are told.
# A message for a channel that is not configured was refused by nobody: it waits on.
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
    timedelta(hours=24),
)


def enqueue(
    connection: Transaction, message: Message, as_of: datetime, at: datetime, channels: Sequence[str], quiet: str = ""
) -> int | None:
    """Put a message into the outbox, once per key, and return its number. None when it is there already.

    A quiet message is kept with its reason and sent to nobody.
    """
    return ledger.enqueue(
        connection, message.key, message.audience, message.subject, message.to_json(), as_of, at, channels, quiet
    )


@dataclass(frozen=True, slots=True)
class Sent:
    """How one attempt ended; `retry_at` is None when it was sent, refused, or waits for its channel to be mended."""

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
    operators: Sequence[str] = (),
    fingerprint: Callable[[str], str] = str,
) -> list[Sent]:
    """Give every due message to its channel, once each.

    `operators` are the channels that hear of a channel's trouble (all others when it is left out); `fingerprint` gives
    for a channel's name what a change of its settings is told by.
    """
    outcomes: list[Sent] = []
    after = 0
    while True:
        with writing(engine) as connection:
            due = ledger.take_due(connection, clock(), even_if_waiting=even_if_waiting, after=after)
            claims = message_contents.claims_of(connection, due.message_id) if due else ()
        if due is None:
            return outcomes
        after = due.delivery_id
        trouble = _Trouble(operators or tuple(channels), fingerprint)
        outcomes.append(_attempt(engine, due, channels.get(due.channel), claims, clock, trouble))


@dataclass(frozen=True, slots=True)
class _Trouble:
    """Who is told of a channel that does not work, and how its settings are known again."""

    operators: Sequence[str]
    fingerprint: Callable[[str], str]

    def tell(self, connection: Transaction, about: str, message: Message, at: datetime) -> None:
        others = [name for name in self.operators if name != about]
        enqueue(connection, message, at, at, others)


def _attempt(
    engine: Database,
    due: ledger.Due,
    channel: Channel | None,
    claims: tuple[str, ...],
    clock: Callable[[], datetime],
    trouble: _Trouble,
) -> Sent:
    ended = _given(due, channel, claims)
    at = clock()
    with writing(engine) as connection:
        if not isinstance(ended, DeliveryError):
            outcome, detail = ended
            ledger.finish(connection, due, at, outcome, detail)
            return Sent(due.key, due.channel, outcome, detail, None)
        if ended.permanent:
            return _refused(connection, due, ended, at, trouble)
        return _to_try_again(connection, due, ended, at, trouble, is_configured=channel is not None)


def _given(due: ledger.Due, channel: Channel | None, claims: tuple[str, ...]) -> tuple[str, str] | DeliveryError:
    """Give a message to its channel: how that ended with its detail, or why the channel did not take it."""
    if channel is None:
        words = f"channel {due.channel!r} is not in the configuration; add it again or the message waits"
        return DeliveryError(words, permanent=False)
    try:
        message = replace(message_from_json(due.body), claims=claims)
        return "sent", channel.send(perhaps_again(message) if due.may_have_arrived else message) or ""
    except LeftOutError as left_out:
        return "left_out", str(left_out)
    except DeliveryError as raised:
        return raised


def _to_try_again(
    connection: Transaction,
    due: ledger.Due,
    error: DeliveryError,
    at: datetime,
    trouble: _Trouble,
    *,
    is_configured: bool,
) -> Sent:
    """The message waits for its next try; when the waits are at their end the operators are told of the channel."""
    retry_at = at + WAITS[min(due.attempts, len(WAITS)) - 1]
    ended = "unanswered" if error.may_have_arrived else "failed"
    ledger.finish(connection, due, at, ended, str(error), retry_at)
    if is_configured and due.attempts == len(WAITS) + 1:
        last_sent = message_contents.last_sent(connection, due.channel)
        message = failing_message(due.channel, due.key, due.attempts, str(error), last_sent, at)
        trouble.tell(connection, due.channel, message, at)
    return Sent(due.key, due.channel, "failed", str(error), retry_at)


def _refused(connection: Transaction, due: ledger.Due, error: DeliveryError, at: datetime, trouble: _Trouble) -> Sent:
    """A channel that refuses us is given nothing more, its messages wait; a refused message is at its end."""
    words = str(error)
    if error.about == "message":
        ledger.finish(connection, due, at, "refused", words)
        trouble.tell(connection, due.channel, refused_message(due.channel, due.key, words, at), at)
    else:
        ledger.finish(connection, due, at, "refused", words, at)
        if mutes.disable(connection, due.channel, words, trouble.fingerprint(due.channel), at):
            trouble.tell(connection, due.channel, disabled_message(due.channel, words, at), at)
    return Sent(due.key, due.channel, "refused", words, None)
