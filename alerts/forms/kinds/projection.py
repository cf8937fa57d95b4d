"""A projection: on pace for so many."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import ClassVar, Literal

from pydantic import Field

from alerts.claims import hedges
from alerts.claims.hedges import Accepted
from alerts.claims.parts import SHOWN_DAYS, Accept, Counted, Hedge, Text, Variation, Window
from alerts.forms.basis import (
    COMES_WITHIN,
    STATE_DAYS,
    Basis,
    bridged_words,
    day,
    interval_of,
    once,
    truth_of,
    within,
)
from alerts.forms.daily_rates import Rate
from alerts.forms.form import OfWindow
from alerts.forms.verdicts import Verdict, distance
from alerts.forms.windows import RULES, first_over, newest_rate, rule_of
from figures.periods import PeriodKind, spoken


class ProjectionTest(OfWindow):
    """Where a window will end if the pace stays. Resolved once, by the first edition that covers the due day.

    `through`: the day through which the figures ran that it was worked out from; without it no arithmetic was stated,
    and none is checked. `rule`: by `months` (cells) or by the `difference` of counts since 1 October.
    """

    MENU: ClassVar[Mapping[str, str]] = {"projection": "on pace for so many"}
    OVER_A_WINDOW: ClassVar[bool] = True

    form: Literal["projection"]
    series: Counted
    unit: Text
    value: float = Field(gt=0)
    hedge: Hedge
    accept: Accept | None = None
    over: Window
    through: date | None = None
    noise: Variation
    rule: Literal["months", "difference"] = "months"

    @property
    def needed(self) -> tuple[str, ...]:
        return (self.series,)

    @property
    def kinds(self) -> tuple[PeriodKind, ...]:
        return (RULES[self._counted_by][0],)

    @property
    def _counted_by(self) -> str:
        return rule_of(self.series, self.rule)

    @property
    def hedged(self) -> str:
        return self.hedge

    @property
    def number(self) -> float | None:
        return self.value

    @property
    def interval(self) -> Accepted:
        return interval_of(self.value, self.hedge, self.accept)

    def judge(self, basis: Basis) -> Verdict:
        """First whether it is the arithmetic that was stated; then, once, what came of it, by the first to tell."""
        final = self._final(basis)
        return self._as_stated(basis) if final is None else self._resolved(final, basis)

    def _final(self, basis: Basis) -> Rate | None:
        """What came of it, as the first edition has it that covers its last day, with hindsight the newest."""
        if basis.answer == "at_claim" or basis.today < self.over.end:
            return None
        kind, made = RULES[self._counted_by]
        newest = basis.crossed(made(basis.known.clean(self.series, kind), self.over.start, self.over.end))
        if newest is None or basis.answer != "standing":
            return newest
        return first_over(self.series, self.over, basis, self._counted_by) or newest

    def _as_stated(self, basis: Basis) -> Verdict:
        kind, made = RULES[self._counted_by]
        then = basis.known.at(basis.said_at).clean(self.series, kind)
        through = self.through or (day(then[-1]) if then else basis.said.on)
        so_far = made(then, self.over.start, through) if through >= self.over.start else None
        if so_far is None:
            what = f"No clean file of {self.series} ran through {spoken(through)} then."
            return basis.missing(what, through, through + COMES_WITHIN)
        if self.through is not None:
            return self._pending(so_far, None, basis)
        basis.must_hold_newest_of_then()  # the pace of then is that of the newest edition of then
        return self._pending(so_far, newest_rate(self._counted_by, then, STATE_DAYS), basis)

    def _pending(self, so_far: Rate, pace: Rate | None, basis: Basis) -> Verdict:
        """By the arithmetic that was stated; where none was, by the newest pace of then."""
        start, due = self.over.start, self.over.end
        days, left = (due - start).days + 1, (due - so_far.end).days
        per_day = pace.per_day if pace else so_far.per_day
        y = so_far.amount + per_day * left
        formula = f"{so_far.formula} x {days} days"
        if pace:
            formula = f"{so_far.formula.partition(' / ')[0]} + {left} days x [{pace.formula}]"
        margin = 2 * self.noise.cv_of(max(left, SHOWN_DAYS)) * per_day * left
        fields = {
            "measured": y,
            "accept_low": self.interval.low,
            "accept_high": self.interval.high,
            "deviation": y / self.value - 1,
            "rule": self.interval.rule,
            "edition": so_far.end.isoformat(),
            "evidence": once(so_far, *([pace] if pace else [])),
            "difference": y - self.value,
            "formula": formula,
            "fan": (y - margin, y + margin),
            "needed": max(0.0, self.value - so_far.amount) / left if left else 0.0,
        }
        words, fan = f"{formula} = {y:,.0f} {self.unit}", f"{y - margin:,.0f} to {y + margin:,.0f}"
        if self.through is None:
            words += f", if the pace of then stays; {fan} by how it varies."
        elif abs(y / self.value - 1) > hedges.GRACE and not hedges.accepted(self.value, self.hedge).contains(y):
            return basis.verdict("outside", f"{words}, which is not the {self.value:,.0f} that was said", **fields)
        else:
            words += f", the arithmetic as stated; {fan} at the pace of then."
        return basis.not_yet(words, due + timedelta(days=1), due, **fields)

    def _resolved(self, final: Rate, basis: Basis) -> Verdict:
        """What came of it. How it stands is told once, by the first edition that covers the day, and stays."""
        y, interval = final.amount, self.interval
        deviation = y / self.value - 1
        left = (self.over.end - (self.through or basis.said.on)).days
        z = deviation / self.noise.cv_of(max(SHOWN_DAYS, left))
        state, nearness = distance(interval.contains(y), deviation, z)
        right = truth_of(y, interval, self.value, self.hedge, self.accept)
        came = f"It came to {y:,.0f} {self.unit} from {spoken(final.start)} to {spoken(final.end)}"
        return basis.verdict(
            state if basis.answer == "standing" else right,
            came + bridged_words(final),
            **within(interval, y),
            deviation=deviation,
            z=z,
            rule=interval.rule,
            edition=final.end.isoformat(),
            size=abs(deviation),
            nearness=nearness,
            evidence=once(final),
            difference=y - self.value,
            formula=final.formula.partition(" / ")[0],
        )
