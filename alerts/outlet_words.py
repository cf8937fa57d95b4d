"""What the operators are told of a channel that does not work, always through another."""

import hashlib
from dataclasses import replace
from datetime import datetime

from alerts.message import Item, Message
from figures.periods import spoken, washington_day


def disabled_message(channel: str, words: str, at: datetime) -> Message:
    what = f"{channel}: nothing is sent there any more"
    facts = (
        ("What happened", f"The channel refused us for good: {words}"),
        ("What is kept", "Its messages wait in the outbox and are sent when it is enabled."),
        ("What to do", f"Mend its settings; changed settings enable it, or: onrecord channels --enable {channel}"),
    )
    return _message("disabled", what, facts, f"{channel}|{at.isoformat()}", at)


def failing_message(channel: str, key: str, attempts: int, words: str, last_sent: int, at: datetime) -> Message:
    """Once for each outage: `last_sent` is the number of the last attempt that the channel took, 0 for none."""
    what = f"{channel}: a message has failed {attempts} times"
    facts = (
        ("What happened", f"{key} could not be delivered: {words}"),
        ("What is kept", "It waits in the outbox and is tried once a day, as are others that fail there meanwhile."),
        (
            "What to do",
            f"See every attempt: onrecord messages {key}    Try the channel: onrecord channels test {channel}",
        ),
    )
    return _message("failing", what, facts, f"{channel}|{last_sent}", at)


def refused_message(channel: str, key: str, words: str, at: datetime) -> Message:
    what = f"{channel}: a message was refused"
    facts = (
        ("What happened", f"{key} was refused for good, the channel itself works: {words}"),
        ("What is kept", f"The message stays readable: onrecord messages {key}"),
    )
    return _message("refused", what, facts, f"{channel}|{key}", at)


AGAIN = (
    "You may have this message already: an earlier attempt to send it did not report back. The same key is the same."
)


def perhaps_again(message: Message) -> Message:
    """A message that may have come before, which says so."""
    return replace(message, footer=f"{AGAIN} {message.footer}")


def _message(kind: str, what: str, facts: tuple[tuple[str, str], ...], about: str, at: datetime) -> Message:
    digest = hashlib.sha256(about.encode()).hexdigest()[:16]
    return Message(
        key=f"channel-{kind}:{digest}",
        audience="ops",
        subject=what,
        items=(Item(what, "", "", "", facts, (), ""),),
        footer=f"Seen on {spoken(washington_day(at))}. onrecord channels shows how each stands.",
        severity="alert",
    )
