"""What the line needs from outside, how its stages are run, and what one look along it comes to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import sleep as real_sleep
from typing import Literal, Protocol, TypeVar

from alerts.claims.model import Claim
from scrapers.web.fetch import Policy
from storage.archive import Archive
from storage.engine import Database
from storage.workers import UNNAMED, Worker

Stage = Literal["look", "reconcile", "judge", "publish", "deliver"]
Made = TypeVar("Made")


class Around(Protocol):
    """How a stage is run: as it is, or as a task of Prefect's. A look names its source."""

    def __call__(self, stage: Stage, work: Callable[[], Made], source: str = "") -> Made: ...


class BusyError(Exception):
    """Another process does the same work; the message says which."""


@dataclass(frozen=True, slots=True)
class Line:
    """What the line needs from outside: where to keep things, how to fetch, whom to tell, and the time."""

    database: Database
    archive: Archive
    policy: Policy
    ops_channels: Sequence[str]
    clock: Callable[[], datetime]
    sleep: Callable[[float], None] = real_sleep
    again: bool = False  # ask also for files that were asked for today
    source_channels: Sequence[str] = ()  # whom to tell of the sources themselves
    claims: Callable[[], Sequence[Claim]] = tuple  # which claims may rest on what is held back
    worker: Callable[[], Worker] = lambda: UNNAMED  # recorded with each run


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run of one source came to, and in words what happened.

    `state` is `new`, `unchanged`, `failed`, `not_asked` when every file had been asked for that day, or `busy` when
    another process was looking: then this one did nothing. `held` are those of the new files that a check holds back,
    in whole or in part.
    """

    source: str
    state: str
    new: tuple[str, ...]
    notes: tuple[str, ...]
    held: tuple[str, ...] = ()
