"""What a claim's page is made from: the claim, how it was judged each time, its chart, and what was taken back."""

from dataclasses import dataclass
from datetime import date, datetime

from alerts.claims.model import Claim
from alerts.forms.verdicts import Answer
from alerts.messages.message import Chart


@dataclass(frozen=True, slots=True)
class Piece:
    """One figure that a verdict rests on, down to the cell. `role` is judged_on, stands_in or second_witness."""

    role: str
    series: str
    value: float | None
    start: date | None
    end: date | None
    file: str
    locator: str
    sha256: str
    url: str
    known_on: date
    credit: str


@dataclass(frozen=True, slots=True)
class OtherReading:
    """One way to read the figures: what it is called, what it measures and how that is judged."""

    name: str
    measured: float
    state: str
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Stance:
    """How one answer stood from an instant on, as it is recorded, and what moved it there.

    `deviation` is from the stated number, `size` how far off the figures are by the measure that the state follows.
    `state` is what is said; `underlying` what it would be without a hold. `edition` is the day of the newest figure.
    """

    answer: Answer
    as_of: datetime
    state: str
    underlying: str
    edition: date | None
    measured: float | None
    low: float | None
    high: float | None
    z: float | None
    deviation: float | None
    size: float | None
    evidence: tuple[Piece, ...]
    readings: tuple[OtherReading, ...]
    moved_by: str
    moved_by_file: str
    moved_by_sha256: str

    @property
    def shown(self) -> str:
        """The state by which it is told: what is near and yet not within what the wording accepts is no match."""
        return "near_and_outside" if self.state == "near" and self.outside else self.state

    @property
    def outside(self) -> bool:
        """Whether the figure is not within what the wording accepts."""
        if self.measured is None:
            return False
        return (self.low is not None and self.measured < self.low) or (
            self.high is not None and self.measured > self.high
        )


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What a message said of the claim and does not stand any more; `correction` is the message that said so, or ""."""

    said_on: date
    answer: Answer
    state: str
    undone_at: datetime
    because: str
    key: str
    correction: str


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """One claim on record. `stances` are in order of time, those that were judged again later left out."""

    claim: Claim
    stances: tuple[Stance, ...] = ()
    chart: Chart | None = None
    taken_back: tuple[TakenBack, ...] = ()
    disputed_by: tuple[str, ...] = ()

    def now(self, answer: Answer) -> Stance | None:
        """The newest stance of an answer."""
        return next((stance for stance in reversed(self.stances) if stance.answer == answer), None)
