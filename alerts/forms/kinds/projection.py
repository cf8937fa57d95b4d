"""A projection: on pace for so many."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import ClassVar, Literal

from pydantic import Field

from alerts.claims import hedges
from alerts.claims.parts import Accept, Counted, Hedge, Text, Variation, Window
from alerts.forms import daily_rates
from alerts.forms.basis import COMES_WITHIN, Basis, interval_of, once, truth_of, within
from alerts.forms.daily_rates import Rate
from alerts.forms.form import OfWindow
from alerts.forms.verdicts import Verdict, distance
from figures.periods import PeriodKind, spoken, washington_day


class ProjectionTest(OfWindow):
    """Where a window will end if the pace stays. Resolved once, by the first edition that covers the due day."""

    MENU: ClassVar[Mapping[str, str]] = {"projection": "on pace for so many"}

    form: Literal["projection"]
    series: Counted
    unit: Text
    value: float = Field(gt=0)
    hedge: Hedge
    accept: Accept | None = None
    over: Window
    through: date
    noise: Variation

    @property
    def needed(self) -> tuple[str, ...]:
        return (self.series,)

    @property
    def kinds(self) -> tuple[PeriodKind, ...]:
        return ("month",)

    @property
    def stated(self) -> float | None:
        return self.value

    def judge(self, basis: Basis) -> Verdict:
        """First whether it is the arithmetic that was stated; then, once, what came of it, by the first to tell."""
        start, due = self.over.start, self.over.end
        resolved = daily_rates.of_months(basis.known.clean(self.series, "month"), start, due)
        if basis.answer != "at_claim" and resolved is not None and washington_day(basis.as_of) >= due:
            return _resolved(self, basis, resolved)
        then = basis.known.at(basis.said_at).clean(self.series, "month")
        so_far = daily_rates.of_months(then, start, self.through)
        if so_far is None:
            what = f"No clean edition of {self.series} ran through {spoken(self.through)} then."
            return basis.missing(what, self.through, self.through + COMES_WITHIN)
        days, left = (due - start).days + 1, (due - self.through).days
        y = so_far.per_day * days
        interval = interval_of(self.value, self.hedge, self.accept)
        formula = f"{so_far.formula} x {days} days"
        words = f"{formula} = {y:,.0f} {self.unit}"
        margin = 2 * self.noise.cv_of(max(left, 14)) * so_far.per_day * left
        needed = max(0.0, self.value - so_far.amount) / left if left else 0.0
        fields = {
            "measured": y,
            "accept_low": interval.low,
            "accept_high": interval.high,
            "deviation": y / self.value - 1,
            "rule": interval.rule,
            "edition": so_far.end.isoformat(),
            "evidence": so_far.figures,
            "difference": y - self.value,
            "formula": formula,
            "fan": (y - margin, y + margin),
            "needed": needed,
        }
        if abs(y / self.value - 1) > hedges.GRACE:
            return basis.verdict("outside", f"{words}, which is not the {self.value:,.0f} that was said", **fields)
        words += f", the arithmetic as stated; {y - margin:,.0f} to {y + margin:,.0f} at the pace of then."
        return basis.not_yet(words, due + timedelta(days=1), due, **fields)


def _resolved(test: ProjectionTest, basis: Basis, now: Rate) -> Verdict:
    """What came of it. How it stands is told once, by the first edition that covers the day, and stays."""
    final = now
    if basis.answer == "standing":
        seen = sorted(
            {f.known_at for f in basis.known.vintages(test.series) if (f.period.end or date.min) >= test.over.end}
        )
        for instant in seen:
            first = daily_rates.of_months(
                basis.known.at(instant).clean(test.series, "month"), test.over.start, test.over.end
            )
            if first is not None:
                final = first
                break
    y, interval = final.amount, interval_of(test.value, test.hedge, test.accept)
    deviation = y / test.value - 1
    z = deviation / test.noise.cv_of(max(14, (test.over.end - test.through).days))
    state, nearness = distance(interval.contains(y), deviation, z)
    return basis.verdict(
        state if basis.answer == "standing" else truth_of(y, interval, test.value, test.hedge, test.accept),
        f"It came to {y:,.0f} {test.unit} from {spoken(final.start)} to {spoken(final.end)}",
        **within(interval, y),
        deviation=deviation,
        z=z,
        rule=interval.rule,
        edition=final.end.isoformat(),
        size=abs(deviation),
        nearness=nearness,
        evidence=once(final),
        difference=y - test.value,
        formula=final.formula.partition(" / ")[0],
    )
