"""A target of a total: so many to be reached by a day."""

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar, Literal

from alerts.claims.parts import Counted, Window
from alerts.forms.attainment import OfTarget, attained
from alerts.forms.basis import COMES_WITHIN, STATE_DAYS, Basis, once, reading, within
from alerts.forms.daily_rates import between, newest_interval
from alerts.forms.derived_series import usual_variation
from alerts.forms.verdicts import Verdict
from figures.periods import PeriodKind, spoken


class TargetTotalTest(OfTarget):
    """A total to be reached between two days: the pace it needs against the pace there is."""

    MENU: ClassVar[Mapping[str, str]] = {"target_total": "so many to be reached by a day"}

    form: Literal["target_total"]
    series: Counted
    over: Window

    @property
    def needed(self) -> tuple[str, ...]:
        return (self.series,)

    @property
    def kinds(self) -> tuple[PeriodKind, ...]:
        return ("fiscal_year_to_date",)

    def judge(self, basis: Basis) -> Verdict:
        """By its pace: the newest four weeks against what the days that are left still need."""
        points = basis.points(self.series, "fiscal_year_to_date")
        window = basis.crossed(newest_interval(points, STATE_DAYS))
        if window is None:
            return basis.missing(f"No two clean editions of {self.series} lie {STATE_DAYS} days apart.", basis.year)
        start, end = self.over.start, self.over.end
        last = min(window.end, end)
        so_far = basis.crossed(between(points, start, last)) if last >= start else None
        if last >= start and so_far is None:
            what = f"No clean editions of {self.series} cover {spoken(start)} to {spoken(last)}."
            return basis.missing(what, start, last + COMES_WITHIN)
        interval = self.interval
        done, left = so_far.amount if so_far else 0.0, (end - max(last, start - timedelta(days=1))).days
        needed = max(0.0, self.value - done) / left if left else 0.0
        pace = window.per_day
        y = done + pace * left
        state, nearness = attained(y, self.value, interval)
        margin = 2 * (usual_variation(self.series, window.days) or 0.0) * pace * left
        words = (
            f"{done:,.0f} from {spoken(start)} to {spoken(last)}; " if so_far else f"Not begun before {spoken(start)}; "
        ) + (
            f"{needed:,.0f} a day are needed for {self.value:,.0f} by {spoken(end)}, the pace of the newest "
            f"{window.days} days is {pace:,.0f} a day: {y:,.0f}, {y / self.value:.0%}"
        )
        rates = [(f"newest window of {STATE_DAYS} days or more", window), *([("so far", so_far)] if so_far else [])]
        return basis.verdict(
            state,
            words,
            **within(interval, y),
            deviation=(y - self.value) / self.value,
            rule=interval.rule,
            edition=window.end.isoformat(),
            size=max(0.0, 1 - y / self.value),
            nearness=nearness,
            readings=tuple(reading(name, each, each.amount, interval, state, each.formula) for name, each in rates),
            evidence=once(*(each for _, each in rates)),
            difference=y - self.value,
            formula=f"{done:,.0f} + {left} days x [{window.formula}]",
            due=end,
            fan=(y - margin, y + margin),
            needed=needed,
        )
