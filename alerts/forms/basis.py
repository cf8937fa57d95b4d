"""What one answer to a claim rests on, and the verdicts that every form may give."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

from alerts.claims.hedges import Accepted, accepted, understated
from alerts.claims.parts import SHOWN_DAYS, Accept
from alerts.forms.daily_rates import Bridge, Rate
from alerts.forms.evidence import Knowledge, Unheld
from alerts.forms.verdicts import MOST_DAYS_OF_Z, Answer, Reading, Verdict, truth
from figures.metrics.catalogue import METRICS
from figures.metrics.metric import metric_of
from figures.periods import PeriodKind, fiscal_year, fiscal_year_start, spoken, washington_day
from figures.records import Figure

STATE_DAYS = 28  # the state follows a window of at least this length: 14-day rates are too noisy to alert on
FORTNIGHT = timedelta(days=14)
# Counts lie a fortnight apart: what lies further apart than three weeks may have one between that is not held here.
MANY = timedelta(days=21)
# How long before a claim a level may have been counted. The longest silences from 2020 to 2025 were 57 days, and counts
# are published up to two weeks after their day; what is older says nothing of the day of the claim.
GREATEST_AGE = timedelta(days=92)
# How long before an edition its people are counted: five days mostly since 2024.
COUNTED_BEFORE = timedelta(days=5)
# How long after its last day an edition may come that covers a day; a year's end takes two months.
COMES_WITHIN = timedelta(days=60)


class NotHeldError(Exception):
    """An answer that rests on an edition that was public and is not held here."""

    def __init__(self, unheld: Unheld) -> None:
        super().__init__(unheld.name)
        self.unheld = unheld


class UnsettledError(NotHeldError):
    """How the world stands goes by a total over days whose editions were public and are not held here: whether they
    decide is told by the answers at both ends of what they may hold.
    """


@dataclass(frozen=True, slots=True)
class Said:
    """What a form is told of the claim around its test. `is_bound`: the claim is wider than what the series counts."""

    claim: str
    on: date
    is_bound: bool
    own_series: str


@dataclass(frozen=True, slots=True)
class Basis:
    """One answer's knowledge, cut at its instant. `said_at` is when the claim is taken to have been made."""

    said: Said
    answer: Answer
    known: Knowledge
    as_of: datetime
    said_at: datetime
    series: str  # the series judged on: the claim's own, or the one that stands in
    # What days whose editions are not held here are taken to hold in a total; "" until that is found to be asked.
    unheld_days: Literal["", "as_bridged", "low", "high"] = ""

    @property
    def today(self) -> date:
        return washington_day(self.as_of)

    @property
    def year(self) -> date:
        """The first day of the fiscal year of its instant."""
        return fiscal_year_start(fiscal_year(self.today))

    def points(self, series: str, kind: PeriodKind) -> Sequence[Figure]:
        """The clean figures that may be used: with hindsight, revised ones of no later period than was known then."""
        points = self.known.clean(series, kind)
        if self.answer != "revised":
            return points
        then = self.known.at(self.said_at).clean(series, kind)
        return [f for f in points if then and day(f) <= day(then[-1])]

    def verdict(self, state: str, words: str = "", **fields: Any) -> Verdict:
        return Verdict(self.said.claim, self.answer, state, words=words, **fields)

    def missing(self, what: str, since: date | None = None, until: date | None = None) -> Verdict:
        """Nothing was published. Raises NotHeldError where an edition that came from `since` to `until`, and so may
        say it, was public and is not held here.
        """
        if since is not None:
            self.must_hold(since, until)
        return self.verdict("data_missing", what)

    def bridged(self, span: tuple[date, date] | None) -> None:
        """Raises NotHeldError where the days between two counts, over which a figure is taken to go evenly, are many
        and an edition between them is not held here. How the world stands is said with what was left out.
        """
        if span is not None and self.answer != "standing" and span[1] - span[0] > MANY:
            self.must_hold(span[0] + FORTNIGHT, span[1])

    def crossed(self, rate: Rate | None) -> Rate | None:
        """A rate as it is. Raises NotHeldError as `bridged` does, for each of the spans that it crosses."""
        for bridge in rate.bridges if rate else ():
            self.bridged((bridge.start, bridge.end))
        return rate

    def settled(self, total: Rate) -> Rate:
        """A total as it is. Where it tells how the world stands, days that it bridges and whose editions are not held
        here count as `unheld_days` says. Raises UnsettledError while that says nothing.
        """
        asked = total.bridges if self.answer == "standing" else ()
        unheld = {bridge: found for bridge in asked if (found := self._unheld_within(bridge))}
        if not unheld or self.unheld_days == "as_bridged":
            return total
        if not self.unheld_days:
            raise UnsettledError(next(iter(unheld.values())))
        return total.at(self.unheld_days, unheld)

    def _unheld_within(self, bridge: Bridge) -> Unheld | None:
        """An edition that would make a bridge shorter and is not held here. The last of a fiscal year may come when the
        next has begun.
        """
        if bridge.end - bridge.start <= MANY:
            return None
        last = bridge.end + COMES_WITHIN if bridge.gap_days else bridge.end
        source, year = METRICS[metric_of(self.series)].source, fiscal_year(bridge.end)
        found = self.known.unheld_between(source, bridge.start + FORTNIGHT, last)
        return next((each for each in found if each.day <= bridge.end or each.fiscal_year == year), None)

    def must_hold(self, first: date, last: date | None, series: str = "") -> None:
        """Raises NotHeldError where an edition of a series, its own if none is named, that was public from a day to
        another is not held here.
        """
        source = METRICS[metric_of(series or self.series)].source
        found = self.known.unheld_between(source, first, last)
        if found:
            raise NotHeldError(found[0])

    def must_hold_newest_of_then(self) -> None:
        """Raises NotHeldError where the newest edition that was public when the claim was made is not held here."""
        source = METRICS[metric_of(self.series)].source
        unheld = self.known.at(self.said_at).newer_unheld(source)
        if unheld is not None:
            raise NotHeldError(unheld)

    def not_yet(self, what: str, due: date, since: date | None = None, **fields: Any) -> Verdict:
        """Not published yet. Raises NotHeldError where an edition of `since` or later was public and is not held."""
        if since is not None:
            self.must_hold(since, None)
        when = f"It can be told from {spoken(due)} on."
        if due <= self.today:
            when = f"The figure was due from {spoken(due)} on, and is not held here yet."
        return self.verdict("not_yet_testable", f"{what} {when}", due=due, **fields)


def within(interval: Accepted, measured: float) -> dict[str, Any]:
    """The fields of a verdict that say what was measured and what the wording accepts of it."""
    return {
        "measured": measured,
        "accept_low": interval.low,
        "accept_high": interval.high,
        "gap": interval.gap(measured),
    }


def kind_of(series: str) -> PeriodKind:
    """The kind of period that a level is published for: one day, or as an average since 1 October."""
    return "fiscal_year_to_date" if METRICS[metric_of(series)].unit.startswith("average") else "instant"


def day(figure: Figure) -> date:
    return figure.period.end or date.min


def own(accept: Accept | None) -> Accepted | None:
    return Accepted(accept.low, accept.high, accept.low, accept.high, accept.because) if accept else None


def interval_of(value: float, hedge: str, accept: Accept | None) -> Accepted:
    """The editor's interval where there is one, else the hedge table's."""
    return own(accept) or accepted(value, hedge)


def truth_of(measured: float, interval: Accepted, value: float, hedge: str, accept: Accept | None) -> str:
    """Whether a number was right, and whether `more than` said too little."""
    found = truth(measured, interval)
    said_too_little = found == "holds" and accept is None and understated(measured, value, hedge)
    return "understated" if said_too_little else found


def reading(name: str, rate: Rate, measured: float, interval: Accepted, state: str, formula: str) -> Reading:
    if rate.gap_days:
        formula += f", {rate.gap_days} days that no file held here covers bridged by the rates beside them"
    return Reading(name, measured, interval.low, interval.high, state, formula, rate.start, rate.end)


def bridged_words(rate: Rate) -> str:
    """What stands in a total for days that no file held here covers, and the total without; '' where there are none."""
    if not rate.gap_days:
        return ""
    return (
        f", with the {rate.gap_days} days that no file held here covers ({rate.low:,.0f} to {rate.high:,.0f} by the "
        f"rates beside them); {rate.without_gap:,.0f} without them"
    )


def once(*rates: Rate) -> tuple[Figure, ...]:
    return tuple(dict.fromkeys(figure for rate in rates for figure in rate.figures))


def usual_movement(sigma: float, basis: Basis, newest: date) -> float:
    """The usual movement over the days, at most 28, from the snapshot that the claim could rest on to a day."""
    series, at = basis.said.own_series, basis.known.at(basis.said_at)
    then = at.clean(series, kind_of(series))
    start = day(then[-1]) if then else basis.said.on
    unheld = at.newer_unheld(METRICS[metric_of(series)].source)
    if unheld is not None:  # what it could rest on is not held here, but when that was counted is known well enough
        start = max(start, unheld.day - COUNTED_BEFORE)
    days = min(max(SHOWN_DAYS, (newest - start).days), MOST_DAYS_OF_Z)
    return float(sigma * (days / SHOWN_DAYS) ** 0.5)


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
