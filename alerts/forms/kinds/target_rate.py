"""A target of a rate: so many a day to be reached. That a target was set is another statement."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import ClassVar, Literal

from pydantic import Field

from alerts.claims import hedges
from alerts.claims.hedges import Accepted
from alerts.claims.parts import SHOWN_DAYS, Counted
from alerts.forms.attainment import OfTarget, attained
from alerts.forms.basis import STATE_DAYS, Basis, day, once, own, reading, within
from alerts.forms.daily_rates import newest_interval, since
from alerts.forms.verdicts import Verdict
from figures.periods import PeriodKind, spoken


class TargetTest(OfTarget):
    """A rate to be reached; of a range (`up_to`) only the lower end binds.

    `proxy_share`: the series runs between this share of the claimed quantity and all of it.
    """

    MENU: ClassVar[Mapping[str, str]] = {"target_rate": "so many a day to be reached"}

    form: Literal["target_rate"]
    series: Counted
    hedge: Literal["bare", "at least", "minimum"] = "bare"
    up_to: float | None = None
    since: date
    proxy_share: float = Field(gt=0, le=1)

    @property
    def needed(self) -> tuple[str, ...]:
        return (self.series,)

    @property
    def kinds(self) -> tuple[PeriodKind, ...]:
        return ("fiscal_year_to_date",)

    @property
    def interval(self) -> Accepted:
        asked = hedges.target(self.value) if self.hedge == "bare" else hedges.accepted(self.value, self.hedge)
        return own(self.accept) or asked

    def judge(self, basis: Basis) -> Verdict:
        points = basis.points(self.series, "fiscal_year_to_date")
        shown = basis.crossed(newest_interval(points, SHOWN_DAYS))
        window = basis.crossed(newest_interval(points, STATE_DAYS))
        if shown is None or window is None:
            return basis.missing(f"No two clean editions of {self.series} lie {STATE_DAYS} days apart.", basis.year)
        interval = self.interval
        rates = [("newest interval", shown), (f"newest window of {STATE_DAYS} days or more", window)]
        base = max((day(f) for f in points if day(f) < self.since), default=None)
        total_ = since(points, base + timedelta(days=1)) if base else None
        if total_:
            rates.append(("since the target was set", total_))
        y = shown.per_day
        state, nearness = attained(window.per_day, self.value, interval)
        missed = 1 - self.proxy_share
        band = f" ({y / self.proxy_share / self.value:.0%} if the series misses {missed:.0%} of it)" if missed else ""
        upper = f"; the upper end of {self.up_to:,.0f} does not bind" if self.up_to else ""
        return basis.verdict(
            state,
            f"{y:,.1f} {self.unit} from {spoken(shown.start)} to {spoken(shown.end)}, "
            f"{y / self.value:.0%} of the target{band}{upper}",
            **within(interval, y),
            deviation=(y - self.value) / self.value,
            rule=interval.rule,
            edition=shown.end.isoformat(),
            size=max(0.0, 1 - window.per_day / self.value),
            nearness=nearness,
            readings=tuple(
                reading(
                    name, each, each.per_day, interval, attained(each.per_day, self.value, interval)[0], each.formula
                )
                for name, each in rates
            ),
            evidence=once(shown, window),
            difference=y - self.value,
            formula=shown.formula,
            needed=max(0.0, self.value - y),
        )
