"""What is to be reached: the fields that targets share, and how far each is attained.

A target says nothing of the past: what was measured when it was set is where it starts from, and is no verdict. How far
it is attained is asked of how the world stands, on figures of days after it was set.
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import ClassVar

from pydantic import Field, field_validator

from alerts.claims import hedges
from alerts.claims.hedges import Accepted
from alerts.claims.parts import Accept, Text
from alerts.forms.basis import COMES_WITHIN, STATE_DAYS, Basis, day, own
from alerts.forms.daily_rates import ONE_DAY, Rate, complete
from alerts.forms.form import OF_THEN, Form, Sentence
from alerts.forms.verdicts import Answer, Verdict
from alerts.forms.windows import RULES, newest_rate, rule_of
from figures.periods import spoken

APPROACHING = 0.80
_OF_THE_PAST = "A target says nothing of the past: how far it is attained is asked of the time after it was set"


class OfTarget(Form):
    """A number to be reached from below: met from 95 % of it on, whatever word stands before it."""

    IS_GOAL: ClassVar[bool] = True
    SENTENCE: ClassVar[Sentence] = Sentence(
        "{amount}, {attained} {stated} {who}", "{were} {when}: {attained} {stated} {who}"
    )

    unit: Text
    value: float = Field(gt=0)
    accept: Accept | None = None

    @field_validator("accept")
    @classmethod
    def _is_reached_from_below(cls, accept: Accept | None) -> Accept | None:
        if accept and (accept.low is None or accept.low <= 0 or accept.high is not None):
            raise ValueError("a target is accepted from low on, without high")
        return accept

    @property
    def number(self) -> float | None:
        return self.value

    @property
    def interval(self) -> Accepted:
        return own(self.accept) or hedges.target(self.value)

    @property
    def of_own_period(self) -> frozenset[Answer]:
        return OF_THEN

    @property
    def given_while_held(self) -> frozenset[Answer]:
        return OF_THEN


def attained(value: float, target: float, interval: Accepted) -> tuple[str, float]:
    """met, approaching or short, and how close to the threshold of the next further state."""
    shortfall = max(0.0, target - value)
    if interval.contains(value):
        allowed = target - (interval.low or 0.0)
        return "met", shortfall / allowed if shortfall else 0.0
    missing = shortfall / (target * (1 - APPROACHING))
    return ("approaching", missing) if value >= APPROACHING * target else ("short", 1.0)


def base_of(series: str, since: date, basis: Basis) -> date | None:
    """The last day of the newest edition before a day: counts after it are of that day or later, or nearly."""
    kind, _ = RULES[rule_of(series)]
    ends = (day(f) for f in complete(basis.points(series, kind), kind))
    return max((end for end in ends if end < since), default=None)


def window_since(series: str, since: date, basis: Basis) -> Rate | None:
    """The newest window of four weeks or more of whole editions, or of a closed month, that was counted since a day.

    The first may begin up to one edition earlier. None while there is none.
    """
    rule = rule_of(series)
    base = base_of(series, since, basis)
    points = [f for f in basis.points(series, RULES[rule][0]) if day(f) >= (base or since)]
    found = newest_rate(rule, points, STATE_DAYS)
    if found is None or found.start < (base + ONE_DAY if base else since):
        return None
    return basis.crossed(found)


def starting_point(measured: Verdict, due: date) -> Verdict:
    """What was measured when a target was set, without a state of its own."""
    said = f"{measured.words} when it was set. {_OF_THE_PAST}" if measured.measured is not None else _OF_THE_PAST
    return replace(
        measured,
        state="not_yet_testable",
        words=said,
        gap=None,
        deviation=None,
        difference=None,
        size=0.0,
        nearness=0.0,
        readings=(),
        due=due,
    )


def too_early(since: date, basis: Basis) -> Verdict:
    """Of the time after the target was set nothing can be said yet."""
    due = since + timedelta(days=STATE_DAYS)
    what = f"No window of {STATE_DAYS} days or more since {spoken(since)} was public yet."
    if basis.today > due + COMES_WITHIN:
        return basis.missing(what, since)
    return basis.not_yet(what, due)
