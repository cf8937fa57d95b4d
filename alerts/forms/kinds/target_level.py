"""A target of a level: so many to be reached on one day."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from alerts.claims.parts import Held
from alerts.forms.attainment import OfTarget, attained
from alerts.forms.basis import Basis, day, within
from alerts.forms.verdicts import Verdict
from figures.periods import PeriodKind, spoken


class TargetLevelTest(OfTarget):
    """A level to be reached."""

    MENU: ClassVar[Mapping[str, str]] = {"target_level": "a level to be reached"}

    form: Literal["target_level"]
    series: Held

    @property
    def needed(self) -> tuple[str, ...]:
        return (self.series,)

    @property
    def kinds(self) -> tuple[PeriodKind, ...]:
        return ("instant",)

    def judge(self, basis: Basis) -> Verdict:
        points = basis.points(self.series, "instant")
        if not points:
            return basis.missing(f"No clean figure of {self.series} was public.")
        newest, interval = points[-1], self.interval
        y, on = newest.value or 0.0, day(newest)
        state, nearness = attained(y, self.value, interval)
        return basis.verdict(
            state,
            f"{y:,.0f} {self.unit} on {spoken(on)}, {y / self.value:.0%} of {self.value:,.0f}",
            **within(interval, y),
            deviation=(y - self.value) / self.value,
            rule=interval.rule,
            edition=on.isoformat(),
            size=max(0.0, 1 - y / self.value),
            nearness=nearness,
            evidence=(newest,),
            difference=y - self.value,
            formula=f"{y:,.0f} / {self.value:,.0f}",
            needed=max(0.0, self.value - y),
        )
