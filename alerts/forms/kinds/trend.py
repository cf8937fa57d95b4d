"""A trend: rising or falling over a window."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
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

    def judge(self, basis: Basis) -> Verdict:
        points = [f for f in complete(basis.points(self.series, self.by), self.by) if day(f) >= self.start]
        if self.until and basis.answer != "standing":
            points = [f for f in points if day(f) <= self.until]
        if len(points) < max(2, (self.steps or 1) + 1) or not points[0].value:
            what = f"Too few clean figures of {self.series} since {spoken(self.start)} were public."
            return basis.missing(what, self.start, self.until and self.until + COMES_WITHIN)
        if self.by == "instant":
            for earlier, later in pairwise([self.start, *map(day, points)]):
                basis.bridged((earlier, later))
        used = points[-(self.steps + 1) :] if self.steps else points
        y = 100 * _change(self, used)
        steps = len(used) - 1
        noise = self.step_noise * (steps**0.5 if self.by == "instant" else 1.0)
        asked = hedges.CHANGES[self.verb]
        interval = _of_change(self, asked)
        inside = _holds(self, used, y, interval) and abs(y) / 100 >= asked.z * noise
        first, last = used[0], used[-1]
        state = "holds" if inside else "outside"
        if basis.answer == "standing":
            state = _standing_of(self, used, y, inside=inside)
        words = (
            f"{y:+.1f} % from {first.value:,.0f} ({_spoken(first)}) to {last.value:,.0f} ({_spoken(last)}), "
            f"{'a steady slope' if self.method == 'theil_sen' else f'{steps} steps'}"
        )
        return basis.verdict(
            state,
            words,
            **within(interval, y),
            z=y / 100 / noise,
            rule=interval.rule,
            edition=day(last).isoformat(),
            size=0.0 if inside else abs(interval.gap(y)) / 100,
            evidence=(last, first) if self.method == "last_minus_first" else tuple(reversed(used)),
            formula=f"{last.value:,.0f} / {first.value:,.0f} - 1",
        )


def _spoken(figure: Figure) -> str:
    return f"{day(figure):%B %Y}" if figure.period.kind == "month" else spoken(day(figure))


def _change(test: TrendTest, points: Sequence[Figure]) -> float:
    """Relative change over the window: of the ends, or of the median slope between all pairs."""
    first, last = points[0].value or 0.0, points[-1].value or 0.0
    if test.method != "theil_sen":
        return last / first - 1
    slopes = [
        ((b.value or 0.0) - (a.value or 0.0)) / (day(b) - day(a)).days
        for n, a in enumerate(points)
        for b in points[n + 1 :]
    ]
    return median(slopes) * (day(points[-1]) - day(points[0])).days / first


def _of_change(test: TrendTest, asked: hedges.Change) -> Accepted:
    least, most = 100 * asked.least, 100 * asked.most if asked.most else None
    sign = 1 if test.direction == "up" else -1
    low, high = (least, most) if sign > 0 else (-most if most else None, -least)
    return Accepted(low, high, low, high, f"{test.direction}; {asked.rule}")


def _holds(test: TrendTest, used: Sequence[Figure], y: float, interval: Accepted) -> bool:
    if test.method != "in_a_row":
        return interval.contains(y)
    sign = 1 if test.direction == "up" else -1
    return all(sign * ((b.value or 0.0) - (a.value or 0.0)) > 0 for a, b in pairwise(used))


def _standing_of(test: TrendTest, used: Sequence[Figure], y: float, *, inside: bool) -> str:
    """One step against a trend does not break it; two material ones in a row do, and a reversed sign."""
    sign = 1 if test.direction == "up" else -1
    if sign * y < 0:
        return "inconsistent"
    last_two = list(pairwise(used))[-2:]
    against = [sign * ((b.value or 0.0) / (a.value or 1.0) - 1) for a, b in last_two]
    material = [step < 0 and abs(step) >= max(MATERIAL_R, MATERIAL_Z * test.step_noise) for step in against]
    broken = len(material) == 2 and all(material)
    return "inconsistent" if broken or not inside else "consistent"
