"""What the operators are told of holds that stand again: a decision was for some days, and they are over."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from alerts.message import Item, Message
from figures.periods import spoken, washington_day


class Hold(Protocol):
    """A hold as stored; `id` is the number by which it is lifted."""

    @property
    def id(self) -> int: ...
    @property
    def release_name(self) -> str: ...
    @property
    def words(self) -> str: ...


class Lifted(Protocol):
    """The decision that had lifted it."""

    @property
    def id(self) -> int: ...
    @property
    def author(self) -> str: ...
    @property
    def because(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def until(self) -> date | None: ...


def stands_again_message(found: Sequence[tuple[Hold, Lifted]], as_of: datetime) -> Message:
    """To the operators: which holds stand again, who had lifted them and why, and how to lift them anew."""
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    digest = hashlib.sha256("|".join(f"{hold.id}:{lifted.id}" for hold, lifted in found).encode()).hexdigest()[:32]
    return Message(
        key=f"again:{digest}",
        audience="ops",
        subject=f"{found[0][0].release_name}: a hold stands again{more}",
        items=tuple(_item(hold, lifted) for hold, lifted in found),
        footer=f"As known on {spoken(washington_day(as_of))}. onrecord held shows every open hold.",
    )


def _item(hold: Hold, lifted: Lifted) -> Item:
    through = f" through {spoken(lifted.until)}" if lifted.until else ""
    facts = (
        ("Why it is held", hold.words),
        (
            "Who had lifted it",
            f"{lifted.author} on {spoken(washington_day(lifted.at))}{through}: {lifted.because}",
        ),
        ("To lift it again", f'onrecord unhold {hold.id} --because "..."'),
    )
    caveat = "Held figures are stored and shown, and no claim is judged on them."
    return Item(f"Held back again: {hold.release_name}", "", "", "", facts, (), caveat)
