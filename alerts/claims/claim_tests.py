"""How a claim is tested: one declared form each, with the fields that the form needs and no others."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from alerts.claims.bounds import FIRST_YEAR, LAST_YEAR
from alerts.claims.level_tests import (
    Form,
    LevelTest,
    RangeTest,
    RecordTest,
    TargetLevelTest,
    TargetTest,
    TargetTotalTest,
    ThresholdTest,
)
from alerts.claims.parts import (
    Accept,
    Against,
    Also,
    AnySeries,
    Baseline,
    Counted,
    Definition,
    Hedge,
    Hypothesis,
    Movement,
    Part,
    Statement,
    Text,
    Variation,
    Window,
    known_metric,
)
from alerts.forms.derived_series import SHARES

__all__ = [
    "ComparisonTest",
    "CompositionTest",
    "LevelTest",
    "NotTestableTest",
    "ProjectionTest",
    "RangeTest",
    "RatioTest",
    "RecordTest",
    "ShareTest",
    "TargetLevelTest",
    "TargetTest",
    "TargetTotalTest",
    "Test",
    "ThresholdTest",
    "TotalTest",
    "TrendTest",
]


class RatioTest(Form):
    """A stated number over a baseline; every admissible baseline is evaluated, the first is the claim's own."""

    form: Literal["ratio"]
    unit: Literal["ratio"]
    value: float = Field(gt=1)
    word: Literal["", "double", "triple"] = ""
    accept: Accept | None = None
    numerator: float = Field(gt=0)
    baselines: Annotated[tuple[Baseline, ...], Field(min_length=1)]

    @field_validator("baselines")
    @classmethod
    def _one_is_measured(cls, baselines: tuple[Baseline, ...]) -> tuple[Baseline, ...]:
        if not any(each.series for each in baselines):
            raise ValueError("at least one baseline must be the rate of a series, else nothing is tested")
        return baselines

    @property
    def series(self) -> str:
        return next(each.series for each in self.baselines if each.series)

    @property
    def needed(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.series for each in self.baselines if each.series))


class ComparisonTest(Form):
    """The daily rate (or the total) since a day against that of a whole fiscal year, or of another window."""

    form: Literal["comparison"]
    series: Counted
    unit: Literal["ratio"]
    since: date
    against_fiscal_year: int | None = Field(default=None, ge=FIRST_YEAR, le=LAST_YEAR)
    against: Window | None = None
    measure: Literal["rate", "total"] = "rate"
    hedge: Literal["roughly the same", "in line with", "more than", "under"]
    noise: Variation
    window_tolerance: float | None = Field(default=None, gt=0, lt=1)
    window_because: str = ""

    @model_validator(mode="after")
    def _one_other(self) -> "ComparisonTest":
        if (self.against_fiscal_year is None) == (self.against is None):
            raise ValueError("a comparison is against_fiscal_year or against a window, one of the two")
        if self.window_tolerance is not None and not self.window_because:
            raise ValueError("window_tolerance needs window_because")
        return self


class TrendTest(Form):
    """A movement over a window, by months or by days of counting: its sign, its size, or step by step.

    `step_noise` is the usual relative movement of one step, fixed at the day of the claim. Without `until` the
    window ends with the newest figure; for what was right when said, with the newest of then.
    """

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


class ShareTest(Form):
    """A share in percent; deviations in points. What counts as part of it is the claim's, in `definition`.

    `of` is the whole: all criminalities of those held on a day, or (a flow, another metric) of those booked in, over
    the newest four weeks or more.
    """

    form: Literal["share"]
    of: AnySeries
    unit: Literal["percent"]
    value: float = Field(gt=0, le=100)
    hedge: Hedge
    fraction: bool = False
    accept: Accept | None = None
    definition: Literal["convicted", "convicted or charged", "no conviction", "no record"]
    noise: Movement
    on: date | None = None

    @field_validator("of")
    @classmethod
    def _by_criminality(cls, series: str) -> str:
        if "criminality=all" not in series:
            raise ValueError(f"{series!r} is no whole that is split by criminality; write criminality=all in it")
        return series

    @property
    def series(self) -> str:
        return self.of

    @property
    def flow(self) -> bool:
        return known_metric(self.of)[0].cumulative

    @property
    def numerator(self) -> tuple[str, ...]:
        return tuple(self.of.replace("criminality=all", f"criminality={part}") for part in SHARES[self.definition])

    @property
    def needed(self) -> tuple[str, ...]:
        return (self.of, *self.numerator)


class TotalTest(Form):
    """A total (`cumulative`) or daily rate (`rate`) of a named window; without `end` up to the day it was said."""

    form: Literal["cumulative", "rate"]
    series: Counted
    unit: Text
    value: float = Field(gt=0)
    hedge: Hedge
    accept: Accept | None = None
    start: date
    end: date | None = None
    rule: Literal["difference", "months", "months_of_two_editions"] = "difference"
    also: tuple[Also, ...] = ()
    against: Against | None = None
    statements: tuple[Statement, ...] = ()
    hypothesis: Hypothesis | None = None
    definitions: tuple[Definition, ...] = ()
    ceiling: tuple[Counted, ...] = ()  # what all together a pace between two statements can hardly be above

    @property
    def needed(self) -> tuple[str, ...]:
        supposed = self.hypothesis.series if self.hypothesis else ()
        return tuple(dict.fromkeys((*self.required, *self.ceiling, *supposed)))

    @property
    def required(self) -> tuple[str, ...]:
        """Those without which there is no answer; a ceiling is told where it is known."""
        also, other = (each.series for each in self.also), (each.series for each in self.definitions)
        return tuple(dict.fromkeys((self.series, *also, *other)))


class ProjectionTest(Form):
    """Where a window will end if the pace stays. Resolved once, by the first edition that covers the due day."""

    form: Literal["projection"]
    series: Counted
    unit: Text
    value: float = Field(gt=0)
    hedge: Hedge
    accept: Accept | None = None
    over: Window
    through: date
    noise: Variation


class CompositionTest(Form):
    """Several things at once, over named proxies: each part must hold."""

    form: Literal["composition"]
    unit: Literal["percent"]
    parts: Annotated[tuple[Part, ...], Field(min_length=2)]

    @property
    def series(self) -> str:
        return self.parts[0].series

    @property
    def needed(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(s for part in self.parts for s in (part.series, part.of) if s))

    @property
    def required(self) -> tuple[str, ...]:
        """Those without which there is no answer."""
        parts = [part for part in self.parts if not part.where_held]
        return tuple(dict.fromkeys(s for part in parts for s in (part.series, part.of) if s))


class NotTestableTest(Form):
    """What no series can test: `because` says why. A denial names the claims that it disputes."""

    form: Literal["not_testable"]
    kind: Literal["motive", "cause", "instruction", "poll", "single day", "capacity", "self-deportation", "denial"]
    disputes: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _a_denial_disputes(self) -> "NotTestableTest":
        if (self.kind == "denial") != bool(self.disputes):
            raise ValueError("a denial, and nothing else, names in disputes the claims that it denies")
        return self

    @property
    def series(self) -> str:
        return ""

    @property
    def unit(self) -> str:
        return ""


Test = Annotated[
    LevelTest
    | RangeTest
    | ThresholdTest
    | RecordTest
    | TargetTest
    | TargetTotalTest
    | TargetLevelTest
    | RatioTest
    | ComparisonTest
    | TrendTest
    | ShareTest
    | TotalTest
    | ProjectionTest
    | CompositionTest
    | NotTestableTest,
    Field(discriminator="form"),
]
