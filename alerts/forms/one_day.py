"""What is counted on one day: the fields that tests of levels share, and the count that an answer rests on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pydantic import model_validator

from alerts.claims.hedges import Accepted
from alerts.claims.parts import AnySeries, Held, Movement, StandIn, Text, known_metric
from alerts.forms.basis import FORTNIGHT, GREATEST_AGE, Basis, day, kind_of, usual_movement, within
from alerts.forms.form import Form
from alerts.forms.verdicts import Verdict, distance
from figures.periods import PeriodKind, spoken, washington_day
from figures.records import Figure

INTERNAL = "The number was an internal count, which nobody outside can verify"


class MayBeStoodInFor(Form):
    """Judged by one series; another publisher's figure of the same thing may stand in for it."""

    series: AnySeries
    unit: Text
    stand_in: StandIn | None = None

    @model_validator(mode="after")
    def _stand_in_says_the_same(self) -> "MayBeStoodInFor":
        if self.stand_in is None:
            return self
        other = self.stand_in.series
        (mine, dims), (theirs, others) = known_metric(self.series), known_metric(other)
        if theirs.id.partition(".")[0] == mine.id.partition(".")[0]:
            raise ValueError(f"stand_in.series {other!r} comes from the source that it is to stand in for")
        if (theirs.unit, theirs.cumulative, others) != (mine.unit, mine.cumulative, dims):
            raise ValueError(f"stand_in.series {other!r} does not count what {self.series} counts")
        return self

    @property
    def needed(self) -> tuple[str, ...]:
        return (self.series, self.stand_in.series) if self.stand_in else (self.series,)

    @property
    def may_stand_in(self) -> StandIn | None:
        return self.stand_in


class OfOneDay(MayBeStoodInFor):
    """A level of one series on one day."""

    series: Held
    noise: Movement

    @property
    def kinds(self) -> tuple[PeriodKind, ...]:
        return (kind_of(self.series),)


@dataclass(frozen=True, slots=True)
class Count:
    """A value for one day with its cells: counted on that day, or taken from the two counts around it."""

    value: float
    on: date
    words: str
    formula: str
    evidence: tuple[Figure, ...]


def count_of(on: date | None, unit: str, interval: Accepted, basis: Basis) -> Count | Verdict:
    """The count of the day that a claim names, else the newest; how the world stands is asked of the newest."""
    if on and basis.answer != "standing":
        return _on(on, unit, interval, basis)
    return newest_count(unit, basis)


def newest_count(unit: str, basis: Basis) -> Count | Verdict:
    points = basis.points(basis.series, kind_of(basis.series))
    if not points:
        return basis.missing(f"No clean figure of {basis.said.own_series} was public.")
    newest, said_on = points[-1], washington_day(basis.said_at)
    if basis.answer != "standing" and said_on - day(newest) > GREATEST_AGE:
        days = (said_on - day(newest)).days
        return basis.missing(
            f"The newest count that is held here is of {spoken(day(newest))}, {days} days before the claim: it says "
            "nothing of that day."
        )
    return _counted(newest, unit)


def _counted(figure: Figure, unit: str) -> Count:
    y, on = figure.value or 0.0, day(figure)
    return Count(y, on, f"{y:,.0f} {unit} on {spoken(on)}", f"{y:,.0f}", (figure,))


def _on(on: date, unit: str, interval: Accepted, basis: Basis) -> Count | Verdict:
    """The count of a named day; between two counts the one that fits, or the line between them."""
    points = basis.known.clean(basis.series, kind_of(basis.series))
    exact = next((f for f in points if day(f) == on), None)
    if exact:
        return _counted(exact, unit)
    before, after = _around(points, on)
    if after is None:
        known = f"the newest was {before.value:,.0f} on {spoken(day(before))}" if before else "none was"
        return basis.not_yet(f"No count of {spoken(on)} or later was public; {known}.", on + FORTNIGHT, since=on)
    if before is None:
        what = f"No clean figure of {basis.said.own_series} before {spoken(on)} is held here."
        return basis.missing(what, on - FORTNIGHT, day(after))
    basis.bridged((day(before), day(after)))
    return _interpolated(before, after, on, interval, unit)


def _around(points: Sequence[Figure], on: date) -> tuple[Figure | None, Figure | None]:
    """The last count before a day and the first after it."""
    before = next((f for f in reversed(points) if day(f) < on), None)
    return before, next((f for f in points if day(f) > on), None)


def _interpolated(before: Figure, after: Figure, on: date, interval: Accepted, unit: str) -> Count:
    low, high = before.value or 0.0, after.value or 0.0
    elapsed, span = (on - day(before)).days, (day(after) - day(before)).days
    line = low + (high - low) * elapsed / span
    fits = [(value, on_day) for value, on_day in ((low, day(before)), (high, day(after))) if interval.contains(value)]
    words = (
        f"{line:,.0f} {unit} on {spoken(on)}, interpolated between {low:,.0f} on {spoken(day(before))} and {high:,.0f} "
        f"on {spoken(day(after))}"
    )
    formula = f"({low:,.0f} + {elapsed}/{span} x ({high:,.0f} - {low:,.0f}))"
    if interval.contains(line) or not fits:
        return Count(line, on, words, formula, (before, after))
    value, fitting = fits[0]
    return Count(value, on, f"{words}; the count of {spoken(fitting)} fits", f"{value:,.0f}", (before, after))


def against_stated(
    found: Count, stated: float, right: str, interval: Accepted, sigma: float, basis: Basis, *, internal: bool
) -> Verdict:
    """A count against a stated number; `right` is the word for what the claim was when it was made."""
    y = found.value
    deviation, z = (y - stated) / stated, (y - stated) / usual_movement(sigma, basis, found.on)
    state, nearness = distance(interval.contains(y), deviation, z)
    return basis.verdict(
        state if basis.answer == "standing" else right,
        f"{found.words}. {INTERNAL}" if internal else found.words,
        **within(interval, y),
        deviation=deviation,
        z=z,
        rule=interval.rule,
        edition=found.on.isoformat(),
        size=abs(deviation),
        nearness=nearness,
        evidence=found.evidence,
        difference=y - stated,
        formula=f"{found.formula} - {stated:,.0f} = {y - stated:+,.0f}; z {z:.1f} over the days since the count that "
        f"the claim could rest on, {(y - stated) / sigma:.1f} over 14 days",
    )
