"""A target of a level: so many to be reached on one day."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from alerts.claims.parts import Held
from alerts.forms.attainment import OfTarget, attained, starting_point
from alerts.forms.basis import FORTNIGHT, Basis, day, within
from alerts.forms.verdicts import Verdict
from figures.periods import PeriodKind, spoken
from figures.records import Figure


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
        if basis.answer != "standing":
            measured = self._measured(points[-1], basis) if points else basis.verdict("data_missing")
            return starting_point(measured, basis.said.on)
        since = [f for f in points if day(f) >= basis.said.on]
        if not since:
            what = f"No clean figure of {self.series} of a day after the target was set was public."
            return basis.not_yet(what, basis.said.on + FORTNIGHT)
        return self._measured(since[-1], basis)

    def _measured(self, newest: Figure, basis: Basis) -> Verdict:
        y, on, interval = newest.value or 0.0, day(newest), self.interval
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
