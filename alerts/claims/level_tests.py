"""Tests of levels and targets: a number of one day, a range, a yardstick, a record; what is to be reached."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from alerts.claims.parts import (
    Accept,
    Counted,
    Hedge,
    Held,
    Movement,
    StandIn,
    Strict,
    Text,
    Window,
    Yardstick,
    known_metric,
)


class Form(Strict):
    """`because` says why the interval or the reading is what it is. `needed` are the series it is judged by."""

    because: Text

    @property
    def needed(self) -> tuple[str, ...]:
        series: str = getattr(self, "series", "")
        return (series,) if series else ()


class _OfLevel(Form):
    series: Held
    unit: Text
    noise: Movement
    stand_in: StandIn | None = None

    @model_validator(mode="after")
    def _stand_in_says_the_same(self) -> "_OfLevel":
        """A stand-in is another publisher's figure of the same thing."""
        if self.stand_in is None:
            return self
        other = self.stand_in.series
        (mine, dims), (theirs, others) = known_metric(self.series), known_metric(other)
        if theirs.id.partition(".")[0] == mine.id.partition(".")[0]:
            raise ValueError(f"stand_in.series {other!r} comes from the source that it is to stand in for")
        if (theirs.unit, theirs.cumulative, others) != (mine.unit, mine.cumulative, dims):
            raise ValueError(f"stand_in.series {other!r} does not count what {self.series} counts")
        return self

    @property
    def needed(self) -> tuple[str, ...]:
        return (self.series, self.stand_in.series) if self.stand_in else (self.series,)


class LevelTest(_OfLevel):
    """So many on one day: `on` where the claim names it, else the newest. `internal`: a number never published."""

    form: Literal["level"]
    value: float = Field(gt=0)
    hedge: Hedge
    accept: Accept | None = None
    on: date | None = None
    internal: bool = False


class RangeTest(_OfLevel):
    """From so many to so many on one day."""

    form: Literal["range"]
    low: float = Field(gt=0)
    high: float = Field(gt=0)
    on: date | None = None
    internal: bool = False

    @model_validator(mode="after")
    def _in_order(self) -> "RangeTest":
        if self.low >= self.high:
            raise ValueError(f"low {self.low:g} is not below high {self.high:g}")
        return self


class ThresholdTest(_OfLevel):
    """A level against one or several yardsticks, the first of which is the claim's own."""

    form: Literal["threshold"]
    hedge: Literal["significantly more than", "far more than", "more than", "over", "under", "fewer than"]
    yardsticks: Annotated[tuple[Yardstick, ...], Field(min_length=1)]


class RecordTest(_OfLevel):
    """The highest or lowest value ever, or `since` a day, within what is published. `leak`: said before publication."""

    form: Literal["record"]
    side: Literal["highest", "lowest"]
    value: float = Field(gt=0)
    hedge: Hedge
    accept: Accept | None = None
    since: date | None = None
    on: date | None = None
    leak: bool = False


def _reached_from_below(accept: Accept | None) -> Accept | None:
    if accept and (accept.low is None or accept.low <= 0 or accept.high is not None):
        raise ValueError("a target is accepted from low on, without high")
    return accept


class _Target(Form):
    unit: Text
    value: float = Field(gt=0)
    accept: Accept | None = None

    @field_validator("accept")
    @classmethod
    def _is_reached_from_below(cls, accept: Accept | None) -> Accept | None:
        return _reached_from_below(accept)


class TargetTest(_Target):
    """A rate to be reached; of a range (`up_to`) only the lower end binds.

    `proxy_share`: the series runs between this share of the claimed quantity and all of it.
    """

    form: Literal["target_rate"]
    series: Counted
    hedge: Literal["bare", "at least", "minimum"] = "bare"
    up_to: float | None = None
    since: date
    proxy_share: float = Field(gt=0, le=1)


class TargetTotalTest(_Target):
    """A total to be reached between two days: the pace it needs against the pace there is."""

    form: Literal["target_total"]
    series: Counted
    over: Window


class TargetLevelTest(_Target):
    """A level to be reached."""

    form: Literal["target_level"]
    series: Held
