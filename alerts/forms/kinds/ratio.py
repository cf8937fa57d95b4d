"""A ratio: so many times a baseline."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator, model_validator

from alerts.claims import hedges
from alerts.claims.hedges import Accepted
from alerts.claims.parts import Accept, Benchmarked, Counted, Text, Url, Window
from alerts.forms.basis import COMES_WITHIN, Basis, once, own, reading, within
from alerts.forms.daily_rates import Rate
from alerts.forms.form import OfWindow
from alerts.forms.verdicts import Reading, Verdict, truth
from alerts.forms.windows import RULES, rule_of, uncovered
from figures.periods import PeriodKind


class Baseline(Benchmarked):
    """What a ratio is taken to: a sourced number, or the daily rate of a series over a window."""

    ELSE: ClassVar[tuple[str, ...]] = ("series", "over")

    words: Text
    value: float | None = Field(default=None, gt=0)
    source: Url | None = None
    series: Counted | None = None
    over: Window | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> "Baseline":
        outside = self.value is not None and self.source is not None
        inside = self.series is not None and self.over is not None
        if outside == inside:
            raise ValueError("a baseline is either value with source (or a benchmark), or series with over")
        return self


class RatioTest(OfWindow):
    """A stated number over a baseline; every admissible baseline is evaluated, the first is the claim's own.

    `numerator_is`: a number of a day is set over a rate a day, a total over the total of a window.
    """

    MENU: ClassVar[Mapping[str, str]] = {"ratio": "so many times a baseline"}

    form: Literal["ratio"]
    unit: Literal["ratio"]
    value: float = Field(ge=1)
    word: Literal["", "double", "triple"] = ""
    accept: Accept | None = None
    numerator: float = Field(gt=0)
    numerator_is: Literal["a day", "a total"] = "a day"
    baselines: Annotated[tuple[Baseline, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _like_over_like(self) -> "RatioTest":
        """A number of a day over a rate a day, a total over the total of a window."""
        for number, baseline in enumerate(self.baselines):
            if baseline.unit and baseline.unit.endswith("a day") != (self.numerator_is == "a day"):
                raise ValueError(
                    f"baselines.{number} is in {baseline.unit}, the numerator is {self.numerator_is}: say in "
                    "numerator_is what it is, and set it over a baseline of the same kind"
                )
        return self

    @field_validator("baselines")
    @classmethod
    def _one_is_measured(cls, baselines: tuple[Baseline, ...]) -> tuple[Baseline, ...]:
        if not any(each.series for each in baselines):
            raise ValueError("at least one baseline must be the rate of a series, else nothing is tested")
        return baselines

    @property
    def is_over(self) -> bool:
        return True

    @property
    def number(self) -> float | None:
        return self.value

    @property
    def series(self) -> str:
        return next(each.series for each in self.baselines if each.series)

    @property
    def needed(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.series for each in self.baselines if each.series))

    @property
    def kinds(self) -> tuple[PeriodKind, ...]:
        return tuple(dict.fromkeys(RULES[rule_of(series)][0] for series in self.needed))

    def judge(self, basis: Basis) -> Verdict:
        """A stated number over each admissible baseline. Nothing in it moves but revisions of a baseline's figures."""
        interval = own(self.accept) or hedges.times(self.value, self.word)
        readings: list[Reading] = []
        rates: list[Rate] = []
        for baseline in self.baselines:
            found = _over(self, baseline, interval, basis)
            if isinstance(found, Verdict):
                return found
            readings.append(found[0])
            rates += found[1:]
        truths = {each.state for each in readings}
        state = truths.pop() if len(truths) == 1 else "depends_on_definition"
        y = readings[0].measured
        said = "; ".join(
            f"{each.measured:.2f} times {baseline.words} ({each.state.replace('_', ' ')})"
            for each, baseline in zip(readings, self.baselines, strict=True)
        )
        return basis.verdict(
            state,
            f"{self.numerator:,.0f} is {said}",
            **within(interval, y),
            deviation=y / self.value - 1,
            rule=interval.rule,
            edition=max(rate.end for rate in rates).isoformat(),
            readings=tuple(readings),
            evidence=once(*rates),
            difference=y - self.value,
            formula=readings[0].formula,
        )


def _over(
    test: RatioTest, baseline: Baseline, interval: Accepted, basis: Basis
) -> tuple[Reading] | tuple[Reading, Rate] | Verdict:
    if baseline.value is not None:
        y = test.numerator / baseline.value
        formula = f"{test.numerator:,.0f} / {baseline.value:,.1f} ({baseline.source})"
        said_on = basis.said.on
        state = truth(y, interval)
        return (Reading(baseline.words, y, interval.low, interval.high, state, formula, said_on, said_on),)
    if baseline.series is None or baseline.over is None:
        raise ValueError(f"{baseline.words} is neither a number nor a series")
    window = baseline.over
    kind, made = RULES[rule_of(baseline.series)]
    rate = basis.crossed(made(basis.known.clean(baseline.series, kind), window.start, window.end))
    if rate is None:
        what = uncovered(baseline.series, window.start, window.end)
        return basis.missing(what, window.start, window.end + COMES_WITHIN)
    daily = test.numerator_is == "a day"
    y = test.numerator / (rate.per_day if daily else rate.amount)
    formula = f"{test.numerator:,.0f} / [{rate.formula if daily else rate.formula.partition(' / ')[0]}]"
    return reading(baseline.words, rate, y, interval, truth(y, interval), formula), rate
