"""What one answer to a claim rests on, and the verdicts that every form may give."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from alerts.claims import Claim
from alerts.claims_parts import SHOWN_DAYS, Accept
from alerts.hedges import Accepted, accepted, understated
from alerts.knowledge import Knowledge
from alerts.rates import Rate
from alerts.verdicts import Answer, Reading, Verdict, truth
from figures.periods import PeriodKind, spoken, washington_day
from figures.records import Figure

STATE_DAYS = 28  # the state follows a window of at least this length: 14-day rates are too noisy to alert on
FORTNIGHT = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Basis:
    """One answer's knowledge, cut at its instant. `said_at` is when the claim is taken to have been made."""

    claim: Claim
    answer: Answer
    known: Knowledge
    as_of: datetime
    said_at: datetime
    series: str  # the series judged on: the claim's own, or the one that stands in

    @property
    def today(self) -> date:
        return washington_day(self.as_of)

    def points(self, series: str, kind: PeriodKind) -> Sequence[Figure]:
        """The clean figures that may be used: with hindsight, revised ones of no later period than was known then."""
        points = self.known.clean(series, kind)
        if self.answer != "revised":
            return points
        then = self.known.at(self.said_at).clean(series, kind)
        return [f for f in points if then and day(f) <= day(then[-1])]

    def verdict(self, state: str, words: str = "", **fields: Any) -> Verdict:
        return Verdict(self.claim.id, self.answer, state, words=words, **fields)

    def missing(self, what: str) -> Verdict:
        return self.verdict("data_missing", what)

    def not_yet(self, what: str, due: date, **fields: Any) -> Verdict:
        return self.verdict("not_yet_testable", f"{what} It can be told from {spoken(due)} on.", due=due, **fields)


Judge = Callable[[Any, Basis], Verdict]


def within(interval: Accepted, measured: float) -> dict[str, Any]:
    """The fields of a verdict that say what was measured and what the wording accepts of it."""
    return {
        "measured": measured,
        "accept_low": interval.low,
        "accept_high": interval.high,
        "gap": interval.gap(measured),
    }


def day(figure: Figure) -> date:
    return figure.period.end or date.min


def own(accept: Accept | None) -> Accepted | None:
    return Accepted(accept.low, accept.high, accept.low, accept.high, accept.because) if accept else None


def interval_of(test: Any) -> Accepted:
    """The editor's interval where there is one, else the hedge table's."""
    return own(test.accept) or accepted(test.value, test.hedge)


def truth_of(value: float, interval: Accepted, test: Any) -> str:
    """Whether a number was right, and whether `more than` said too little."""
    found = truth(value, interval)
    said_too_little = found == "holds" and test.accept is None and understated(value, test.value, test.hedge)
    return "understated" if said_too_little else found


def reading(name: str, rate: Rate, measured: float, interval: Accepted, state: str, formula: str) -> Reading:
    if rate.gap_days:
        formula += f", leaving out {rate.gap_days} days that no edition covers"
    return Reading(name, measured, interval.low, interval.high, state, formula, rate.start, rate.end)


def once(*rates: Rate) -> tuple[Figure, ...]:
    return tuple(dict.fromkeys(figure for rate in rates for figure in rate.figures))


def usual_movement(sigma: float, basis: Basis, newest: date) -> float:
    """The usual movement over the days from the snapshot that the claim could rest on to a day."""
    then = basis.known.at(basis.said_at).clean(basis.claim.words.test.series, "instant")
    start = day(then[-1]) if then else basis.claim.words.said_on
    return float(sigma * (max(SHOWN_DAYS, (newest - start).days) / SHOWN_DAYS) ** 0.5)


def capped(verdict: Verdict, testability: str) -> Verdict:
    """What only stands in for the thing said can be consistent with a claim or not; it cannot make it true."""
    if testability != "proxy":
        return verdict
    match verdict.state:
        case "holds" | "holds_marginal" | "understated" | "near":
            return replace(verdict, state="consistent", size=0.0, nearness=0.0)
        case "outside" | "drifting" | "far":
            return replace(verdict, state="inconsistent", size=0.0, nearness=0.0)
        case _:
            return verdict
