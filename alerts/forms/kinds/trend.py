"""A trend: rising or falling over a window."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, pairwise
from statistics import median
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from alerts.claims import hedges
from alerts.claims.hedges import Accepted
from alerts.claims.parts import AnySeries
from alerts.forms.basis import COMES_WITHIN, Basis, day, within
from alerts.forms.daily_rates import complete
from alerts.forms.form import Form, Sentence
from alerts.forms.verdicts import MATERIAL_R, MATERIAL_Z, Verdict
from figures.periods import PeriodKind, spoken
from figures.records import Figure


@dataclass(frozen=True, slots=True)
class _Movement:
    """How many percent a series moved over some figures. `usual` is the usual relative movement over so many steps,
    `asked` what the verb asks for, `as_said` whether it moved so.
    """

    used: Sequence[Figure]
    percent: float
    usual: float
    asked: Accepted
    as_said: bool


class TrendTest(Form):
    """A movement over a window, by months or by days of counting: its sign, its size, or step by step.

    `step_noise` is the usual relative movement of one step, fixed at the day of the claim. Without `until` the
    window ends with the newest figure; for what was right when said, with the newest of then.
    """

    MENU: ClassVar[Mapping[str, str]] = {"trend": "rising, falling"}
    SENTENCE: ClassVar[Sentence] = Sentence(
        "{What} {moved}, against {stated} {who}", "{What} {moved} {by_when}, against {stated} {who}"
    )

    form: Literal["trend"]
    series: AnySeries
    unit: Literal["percent"]
    direction: Literal["up", "down"]
    verb: Literal["plain", "slightly", "significantly", "plummet or soar"]
    method: Literal["last_minus_first", "theil_sen", "in_a_row"] = "last_minus_first"
    by: Literal["month", "instant"]
    start: date
    until: date | None = None
    steps: int | None = Field(default=None, ge=2)
    step_noise: float = Field(gt=0, lt=1)

    @model_validator(mode="after")
    def _steps_in_a_row(self) -> "TrendTest":
        if (self.method == "in_a_row") != (self.steps is not None):
            raise ValueError("steps says how many in a row, and belongs to that method alone")
        return self

    @property
    def needed(self) -> tuple[str, ...]:
        return (self.series,)

    @property
    def kinds(self) -> tuple[PeriodKind, ...]:
        return (self.by,)

    @property
    def _sign(self) -> int:
        return 1 if self.direction == "up" else -1

    @property
    def _fewest(self) -> int:
        """How many figures it takes at least."""
        return max(2, (self.steps or 1) + 1)

    def judge(self, basis: Basis) -> Verdict:
        points = self._points(basis)
        if len(points) < self._fewest or not points[0].value:
            what = f"Too few clean figures of {self.series} since {spoken(self.start)} were public."
            return basis.missing(what, self.start, self.until and self.until + COMES_WITHIN)
        if self.by == "instant":
            for earlier, later in pairwise([self.start, *map(day, points)]):
                basis.bridged((earlier, later))
        moved = self._moved(points[-(self.steps + 1) :] if self.steps else points)
        first, last = moved.used[0], moved.used[-1]
        how = "a steady slope" if self.method == "theil_sen" else f"{len(moved.used) - 1} steps"
        ends = f"from {first.value:,.0f} ({_spoken(first)}) to {last.value:,.0f} ({_spoken(last)})"
        return basis.verdict(
            self._state(moved, basis),
            f"{moved.percent:+.1f} % {ends}, {how}",
            **within(moved.asked, moved.percent),
            z=moved.percent / 100 / moved.usual,
            rule=moved.asked.rule,
            edition=day(last).isoformat(),
            size=0.0 if moved.as_said else abs(moved.asked.gap(moved.percent)) / 100,
            evidence=(last, first) if self.method == "last_minus_first" else tuple(reversed(moved.used)),
            formula=f"{last.value:,.0f} / {first.value:,.0f} - 1",
        )

    def _points(self, basis: Basis) -> list[Figure]:
        """The figures of the window; how the world stands is asked beyond its end."""
        points = [f for f in complete(basis.points(self.series, self.by), self.by) if day(f) >= self.start]
        if self.until is None or basis.answer == "standing":
            return points
        return [f for f in points if day(f) <= self.until]

    def _moved(self, used: Sequence[Figure]) -> _Movement:
        percent, steps = 100 * self._change(used), len(used) - 1
        usual = self.step_noise * (steps**0.5 if self.by == "instant" else 1.0)
        word = hedges.CHANGES[self.verb]
        asked = self._asked(word)
        goes_so = self._goes_on(used) if self.method == "in_a_row" else asked.contains(percent)
        return _Movement(used, percent, usual, asked, goes_so and abs(percent) / 100 >= word.z * usual)

    def _change(self, used: Sequence[Figure]) -> float:
        """Relative change over the window: of the ends, or of the median slope between all pairs."""
        first, last = used[0].value or 0.0, used[-1].value or 0.0
        if self.method != "theil_sen":
            return last / first - 1
        slopes = [
            ((later.value or 0.0) - (earlier.value or 0.0)) / (day(later) - day(earlier)).days
            for earlier, later in combinations(used, 2)
        ]
        return median(slopes) * (day(used[-1]) - day(used[0])).days / first

    def _asked(self, word: hedges.Change) -> Accepted:
        """What a verb asks for, in percent, on the side of the direction."""
        low, high = 100 * word.least, 100 * word.most if word.most else None
        found = Accepted(low, high, low, high, f"{self.direction}; {word.rule}")
        return found if self.direction == "up" else hedges.mirrored(found)

    def _goes_on(self, used: Sequence[Figure]) -> bool:
        """Whether every step goes the way that was said."""
        return all(
            self._sign * ((later.value or 0.0) - (earlier.value or 0.0)) > 0 for earlier, later in pairwise(used)
        )

    def _state(self, moved: _Movement, basis: Basis) -> str:
        if basis.answer != "standing":
            return "holds" if moved.as_said else "outside"
        turned = self._sign * moved.percent < 0
        return "inconsistent" if turned or self._is_broken(moved.used) or not moved.as_said else "consistent"

    def _is_broken(self, used: Sequence[Figure]) -> bool:
        """One step against a trend does not break it; two material ones in a row do."""
        last_two = list(pairwise(used))[-2:]
        steps = [self._sign * ((later.value or 0.0) / (earlier.value or 1.0) - 1) for earlier, later in last_two]
        return len(steps) == 2 and max(steps) <= -max(MATERIAL_R, MATERIAL_Z * self.step_noise)


def _spoken(figure: Figure) -> str:
    return f"{day(figure):%B %Y}" if figure.period.kind == "month" else spoken(day(figure))
