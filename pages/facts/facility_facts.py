"""What a facility's page is made from: the rows that lists of facilities have for it, and what TRAC says of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Edition:
    """The file in which a list stands, and since when the public could read it."""

    source: str
    name: str
    sha256: str
    known_at: datetime
    position: int


class Cell(NamedTuple):
    """A figure: `value` is None where the publisher gave no number, `text` is what the cell shows."""

    value: float | None
    text: str
    column: str
    held: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of one list. `day` is the day of the list, `since` the first day of its averages; None: not stated.

    `cells` are its figures by what they count: `alos`, `level A`, `male criminal`, `threat none`, `mandatory`,
    `minimum`.
    """

    edition: Edition
    sheet: str
    row: int
    since: date | None
    day: date | None
    cells: Mapping[str, Cell]

    @property
    def key(self) -> tuple[str, str, int]:
        """Which row of all lists it is."""
        return self.edition.sha256, self.sheet, self.row


@dataclass(frozen=True, slots=True)
class Wording:
    """Words that lists say of a facility, from one list to another without a change. `why` says of a name why it is
    taken to be the same facility.
    """

    words: tuple[str, ...]
    first: Listed
    last: Listed
    why: str = ""


@dataclass(frozen=True, slots=True)
class Restated:
    """What TRAC says of a facility for a day. `minimum` are the beds paid for, `place` is where it stands in
    the file.
    """

    day: date
    people: float | None
    minimum: float | None
    edition: Edition
    place: str


@dataclass(frozen=True, slots=True)
class FacilityFacts:
    """One facility. `name` is the newest published one, `place` where its page lies below `facilities/`.

    `listed` begins with the newest list. `said` holds words by what they describe (`name`, `address`, `type` and so
    on), `inspections` by which inspection is meant, both newest first and of lists that are not held back. `newest` is
    the day of the newest list of all, whether it has the facility or not.
    """

    id: str
    name: str
    city: str
    state: str
    place: str
    newest: date | None
    on_newest: bool
    listed: tuple[Listed, ...]
    said: Mapping[str, tuple[Wording, ...]]
    inspections: Mapping[str, tuple[Wording, ...]]
    restated: tuple[Restated, ...]
