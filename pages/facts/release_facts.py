"""What the pages of releases and the calendar are made from."""

from dataclasses import dataclass
from datetime import date, datetime

from figures.records import KnownBy


@dataclass(frozen=True, slots=True)
class TableChange:
    """How many figures of a table a release states for the first time, states otherwise, repeats or no longer states;
    and how many of them are held back.
    """

    table: str
    new: int
    revised: int
    removed: int
    unchanged: int
    held: int


@dataclass(frozen=True, slots=True)
class Restated:
    """A figure that a release states otherwise than the one before it, for the same days."""

    series: str
    unit: str
    start: date | None
    end: date | None
    before: float
    after: float
    locator: str


@dataclass(frozen=True, slots=True)
class FindingFacts:
    """What a check found. `words` is "" where they may quote a publisher who keeps his texts to himself."""

    check: str
    severity: str
    scope: str
    words: str
    found_on: date
    lifted_on: date | None
    lifted_because: str


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """One published file. `address` is its page; `repeats` says that it shows what one before it showed."""

    address: str
    source: str
    title: str
    publisher: str
    attribution: str
    name: str
    names: tuple[str, ...]
    url: str
    sha256: str
    size: int
    known_at: datetime
    known_by: KnownBy
    known_detail: str
    fiscal_year: int | None
    run_date: date | None
    held: bool
    repeats: bool
    changes: tuple[TableChange, ...] = ()
    restated: tuple[Restated, ...] = ()
    findings: tuple[FindingFacts, ...] = ()

    def count(self, kind: str) -> int:
        """Figures of a kind of change in all tables."""
        return sum(getattr(change, kind) for change in self.changes)


@dataclass(frozen=True, slots=True)
class PublishedDay:
    """A day on which something was published; `address` is the release's page, "" for one that is not held here."""

    day: date
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class SilenceFacts:
    """The days between two releases; `until` is None for the silence that lasts. `stages` are due, late, silent."""

    since: date
    until: date | None
    days: int
    stages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LawFacts:
    """What the law asks, where, and until when somebody looked."""

    words: str
    citation: str
    url: str
    checked: date


@dataclass(frozen=True, slots=True)
class CalendarFacts:
    """When a publisher published, oldest first, up to the day of the last look, and when the next release is due."""

    id: str
    publisher: str
    days: tuple[PublishedDay, ...]
    seen: date | None
    silences: tuple[SilenceFacts, ...]
    due: date | None
    late: date | None
    law: LawFacts | None
