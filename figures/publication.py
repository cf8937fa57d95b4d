"""How a publisher publishes: its rhythm, as it is declared or learnt, and what the law says of it."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from figures.periods import spoken

CountedBy = Literal["release", "newer_day"]


@dataclass(frozen=True, slots=True)
class Law:
    """What the law says about publication, where it says so, and the last day on which somebody looked."""

    words: str
    citation: str
    url: str
    checked: date

    @property
    def sentence(self) -> str:
        return f"{self.words} ({self.citation}; checked until {spoken(self.checked)}): {self.url}"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """After how many days without a release the next is due, and after how many it is late."""

    due: int
    late: int
    because: str


@dataclass(frozen=True, slots=True)
class Learning:
    """From how much history a rhythm is learnt, and how."""

    window_days: int
    at_least: int
    turns_at_least: int
    correction_days: int
    late_quantile: float
    late_at_most: int
    late_floor: int


@dataclass(frozen=True, slots=True)
class Monthly:
    """A publisher that keeps to days of the month: the next release is due on `due` of the month after the last one,
    and late on `late`. After one of September, which the turn of the fiscal year follows, both are days of their own,
    `[month, day]`.
    """

    due: int
    late: int
    turn_due: tuple[int, int]
    turn_late: tuple[int, int]
    because: str
    turn_because: str


@dataclass(frozen=True, slots=True)
class Rules:
    """How a publisher publishes: its rhythm in days, or the days of the month that it keeps to.

    Without `learning` a rhythm is the declared one.
    """

    counted_by: CountedBy
    declared: Rhythm | None = None
    turn: Rhythm | None = None
    learning: Learning | None = None
    law: Law | None = None
    follows: str = ""
    off_by_days: int = 0
    monthly: Monthly | None = None
