"""A target of a rate: so many a day to be reached. That a target was set is another statement."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import ClassVar, Literal

from pydantic import Field

from alerts.claims.parts import SHOWN_DAYS, Counted
from alerts.forms.attainment import OfTarget, attained, base_of, starting_point, too_early, window_since
from alerts.forms.basis import STATE_DAYS, Basis, once, reading, within
from alerts.forms.daily_rates import ONE_DAY, Rate
from alerts.forms.verdicts import Reading, Verdict
from alerts.forms.windows import RULES, newest_rate, rule_of
from figures.periods import PeriodKind, spoken


class TargetTest(OfTarget):
    """A rate to be reached; of a range (`up_to`) only the lower end binds.

    `proxy_share`: the series runs between this share of the claimed quantity and all of it.
    """

    MENU: ClassVar[Mapping[str, str]] = {"target_rate": "so many a day to be reached"}
    OVER_A_WINDOW: ClassVar[bool] = True

    form: Literal["target_rate"]
    series: Counted
    hedge: Literal["bare", "at least", "minimum"] = "bare"
    up_to: float | None = None
    since: date
    proxy_share: float = Field(gt=0, le=1)

    @property
    def hedged(self) -> str:
        return self.hedge

    @property
    def needed(self) -> tuple[str, ...]:
        return (self.series,)

    @property
    def kinds(self) -> tuple[PeriodKind, ...]:
        return (RULES[rule_of(self.series)][0],)

    def judge(self, basis: Basis) -> Verdict:
        """By windows of four weeks or more since the day it was set; the lower end of what is measured decides."""
        if basis.answer != "standing":
            due = self.since + timedelta(days=STATE_DAYS)
            shown = self._newest(basis)
            if shown is None:
                return starting_point(basis.verdict("data_missing"), due)
            return starting_point(self._measured(shown, "not_yet_testable", 0.0, basis), due)
        window = window_since(self.series, self.since, basis)
        if window is None:
            return too_early(self.since, basis)
        verdict = self._measured(window, *attained(window.per_day, self.value, self.interval), basis)
        early = (self.since - window.start).days
        begins = f"; the window begins {early} days before the target was set" if early > 0 else ""
        upper = f"; the upper end of {self.up_to:,.0f} does not bind" if self.up_to else ""
        return replace(verdict, words=verdict.words + begins + upper, readings=self._readings(window, basis))

    def _measured(self, rate: Rate, state: str, nearness: float, basis: Basis) -> Verdict:
        y, missed = rate.per_day, 1 - self.proxy_share
        band = f" ({y / self.proxy_share / self.value:.0%} if the series misses {missed:.0%} of it)" if missed else ""
        return basis.verdict(
            state,
            f"{y:,.1f} {self.unit} from {spoken(rate.start)} to {spoken(rate.end)}, "
            f"{y / self.value:.0%} of the target{band}",
            **within(self.interval, y),
            deviation=(y - self.value) / self.value,
            rule=self.interval.rule,
            edition=rate.end.isoformat(),
            size=max(0.0, 1 - y / self.value),
            nearness=nearness,
            evidence=once(rate),
            difference=y - self.value,
            formula=rate.formula,
            needed=max(0.0, self.value - y),
        )

    def _readings(self, window: Rate, basis: Basis) -> tuple[Reading, ...]:
        """The window that decides first, below it the newest two weeks and all the time since."""
        found = (
            (f"newest window of {STATE_DAYS} days or more", window),
            ("newest interval", self._newest(basis)),
            ("since the target was set", self._since_set(window, basis)),
        )
        return tuple(
            reading(name, rate, rate.per_day, self.interval, self._state_of(rate), rate.formula)
            for name, rate in found
            if rate is not None
        )

    def _newest(self, basis: Basis) -> Rate | None:
        """The newest two weeks or more, or the newest closed month."""
        rule = rule_of(self.series)
        return newest_rate(rule, basis.points(self.series, RULES[rule][0]), SHOWN_DAYS)

    def _since_set(self, window: Rate, basis: Basis) -> Rate | None:
        """All the time from the edition before the day it was set."""
        base = base_of(self.series, self.since, basis)
        kind, made = RULES[rule_of(self.series)]
        return made(basis.points(self.series, kind), base + ONE_DAY, window.end) if base else None

    def _state_of(self, rate: Rate) -> str:
        return attained(rate.per_day, self.value, self.interval)[0]
