"""A target of a total: so many to be reached by a day."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Literal

from pydantic import model_validator

from alerts.claims.parts import Counted, Window
from alerts.forms.attainment import OfTarget, attained, starting_point, too_early, window_since
from alerts.forms.basis import COMES_WITHIN, STATE_DAYS, Basis, bridged_words, once, reading, within
from alerts.forms.daily_rates import ONE_DAY, Rate
from alerts.forms.derived_series import usual_variation
from alerts.forms.verdicts import Verdict
from alerts.forms.windows import RULES, can_be_covered, first_over, newest_rate, rule_of, uncovered
from figures.periods import PeriodKind, spoken


class TargetTotalTest(OfTarget):
    """A total to be reached between two days: the pace it needs against the pace there is."""

    MENU: ClassVar[Mapping[str, str]] = {"target_total": "so many to be reached by a day"}

    form: Literal["target_total"]
    series: Counted
    over: Window

    @model_validator(mode="after")
    def _in_whole_months(self) -> "TargetTotalTest":
        if not can_be_covered(self.series, self.over.start, self.over.end):
            raise ValueError(f"{self.series} is counted by month: over must begin and end with a month")
        return self

    @property
    def needed(self) -> tuple[str, ...]:
        return (self.series,)

    @property
    def kinds(self) -> tuple[PeriodKind, ...]:
        return (RULES[rule_of(self.series)][0],)

    def judge(self, basis: Basis) -> Verdict:
        """By the pace since it was set against what the days that are left still need; after its day, once."""
        if basis.answer != "standing":
            rule = rule_of(self.series)
            pace = newest_rate(rule, basis.points(self.series, RULES[rule][0]), STATE_DAYS)
            if pace is None:
                return starting_point(basis.verdict("data_missing"), self.over.end)
            return starting_point(self._on_pace(pace, self._begun(pace, basis), basis), self.over.end)
        start, end = self.over.start, self.over.end
        if (final := self._frozen(basis)) is not None:
            return final
        first = max(start, basis.said.on)
        window = window_since(self.series, first, basis)
        if window is None:
            return too_early(first, basis)
        last = min(window.end, end)
        so_far = self._counted(start, last, basis)
        if so_far is None:
            return basis.missing(uncovered(self.series, start, last), start, last + COMES_WITHIN)
        return self._on_pace(window, basis.settled(so_far), basis)

    def _begun(self, pace: Rate, basis: Basis) -> Rate | None:
        """What was done of it when it was set, where its window had begun by then."""
        start, end = self.over.start, self.over.end
        return self._counted(start, min(pace.end, end), basis) if pace.end >= start else None

    def _counted(self, start: date, end: date, basis: Basis) -> Rate | None:
        kind, made = RULES[rule_of(self.series)]
        return made(basis.points(self.series, kind), start, end)

    def _on_pace(self, window: Rate, so_far: Rate | None, basis: Basis) -> Verdict:
        """Where the total ends if the pace of a window stays."""
        start, end = self.over.start, self.over.end
        interval, pace = self.interval, window.per_day
        done = so_far.amount if so_far else 0.0
        left = (end - (so_far.end if so_far else start - ONE_DAY)).days
        needed = max(0.0, self.value - done) / left if left else 0.0
        y = done + pace * left
        state, nearness = attained(y, self.value, interval)
        margin = 2 * (usual_variation(self.series, window.days) or 0.0) * pace * left
        words = f"{done:,.0f} from {spoken(start)} to {spoken(so_far.end)}; " if so_far else ""
        words += (
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

    def _frozen(self, basis: Basis) -> Verdict | None:
        """What came of it, by the first edition that covers its day; None while there is none."""
        first = first_over(self.series, self.over, basis, rule_of(self.series))
        if first is None:
            return None
        y, interval = first.amount, self.interval
        off = self.value - y
        came = f"It came to {y:,.0f} {self.unit} from {spoken(first.start)} to {spoken(first.end)}"
        state = "reached" if interval.contains(y) else "missed"
        words = f"{came}, missed by {off:,.0f}" if state == "missed" else f"{came}, {y / self.value:.0%} of the target"
        return basis.verdict(
            state,
            words + bridged_words(first),
            **within(interval, y),
            deviation=(y - self.value) / self.value,
            rule=interval.rule,
            edition=first.end.isoformat(),
            size=max(0.0, 1 - y / self.value),
            evidence=once(first),
            difference=y - self.value,
            formula=first.formula.partition(" / ")[0],
        )
