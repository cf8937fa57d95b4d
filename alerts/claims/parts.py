"""The parts that a claim's test is written of: series, windows, noise, intervals, stand-ins."""

import re
from datetime import date
from typing import Annotated, ClassVar
from urllib.parse import parse_qsl, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from alerts.claims.hedges import WORDS
from figures.metrics.catalogue import METRICS, Metric
from figures.naming import or_nearest
from figures.records import Dims, series_key

# Counts that are published by month, of which a window of whole months is the sum.
COUNTED_BY_MONTHS = frozenset({"trac_book_ins", "cbp_encounters", "ohss"})
SHOWN_DAYS = 14  # the newest interval of at least this length is shown
_SERIES = re.compile(r"^([a-z_.]+)\{([^{}]*)\}$")
# Parameters that say how somebody came to a page, never which page it is.
_TRACKING = frozenset({"fbclid", "gclid", "dclid", "msclkid", "igshid", "mc_cid", "mc_eid", "ref_src", "cmpid"})

Text = Annotated[str, Field(min_length=1)]


def known_metric(series: str) -> tuple[Metric, Dims]:
    """The metric and dimensions of a series as it is to be written. Raises ValueError with what is wrong."""
    match = _SERIES.match(series)
    if match is None or match[1] not in METRICS:
        asked = series.partition("{")[0]
        raise ValueError(
            f"{series!r} names no known metric{or_nearest(asked, METRICS)}; known are {', '.join(METRICS)}"
        )
    metric = METRICS[match[1]]
    dims = [(name.strip(), value.strip()) for name, _, value in (p.partition("=") for p in match[2].split(","))]
    if sorted(name for name, value in dims if value) != sorted(metric.dims):
        raise ValueError(f"{series!r} must give every dimension of {metric.id} a value: {', '.join(metric.dims)}")
    if series != series_key(metric.id, tuple(dims)):
        raise ValueError(f"{series!r} must be written {series_key(metric.id, tuple(dims))!r}")
    return metric, tuple(sorted(dims))


def is_counted_by_months(series: str) -> bool:
    """Whether a series has a count for each month and none since 1 October."""
    return known_metric(series)[0].source in COUNTED_BY_MONTHS


def _counted(series: str) -> str:
    if not known_metric(series)[0].cumulative and not is_counted_by_months(series):
        raise ValueError(f"{series!r} does not count from 1 October, so that no rate and no total comes of it")
    return series


def _held(series: str) -> str:
    metric, _ = known_metric(series)
    if metric.cumulative:
        raise ValueError(f"{series!r} counts from 1 October and is no level of one day")
    if metric.unit in ("fraction", "text"):
        raise ValueError(f"{series!r} is a {metric.unit}; a level is a count, a share is made of two counts")
    return series


def _any(series: str) -> str:
    known_metric(series)
    return series


def address(url: str) -> str:
    """A link to a page as it is, without parameters that only say how somebody came there."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError(f"{url!r} is no address; it begins with https:// or http://")
    for name, _ in parse_qsl(parts.query, keep_blank_values=True):
        if name.startswith("utm_") or name in _TRACKING:
            raise ValueError(f"{url!r} carries the tracking parameter {name}; cut it off")
    return url


def _hedge(word: str) -> str:
    if word not in WORDS:
        raise ValueError(f"unknown hedge {word!r}{or_nearest(word, WORDS)}; known are {', '.join(WORDS)}")
    return word


Counted = Annotated[str, AfterValidator(_counted)]  # a series that counts from 1 October, or by month
Held = Annotated[str, AfterValidator(_held)]  # a series of one day
AnySeries = Annotated[str, AfterValidator(_any)]
Url = Annotated[str, AfterValidator(address)]
Hedge = Annotated[str, AfterValidator(_hedge)]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class CvStep(Strict):
    """Usual variation (coefficient of variation) of a daily rate taken over `days` days."""

    days: int = Field(gt=0)
    cv: float = Field(gt=0, lt=1)


class Movement(Strict):
    """How much a level (or a share, in points) moves by itself in 14 days, fixed at the day of the claim."""

    sigma_14: float = Field(gt=0)
    because: Text


class Variation(Strict):
    """How much a rate varies by itself, by the length of its window, fixed at the day of the claim."""

    cv: tuple[CvStep, ...]
    because: Text

    @field_validator("cv")
    @classmethod
    def _for_every_window(cls, steps: tuple[CvStep, ...]) -> tuple[CvStep, ...]:
        if not any(step.days <= SHOWN_DAYS for step in steps):
            raise ValueError(f"a step for windows of {SHOWN_DAYS} days or less is needed, the shortest that are judged")
        return steps

    def cv_of(self, days: int) -> float:
        """The variation of a window; windows between two steps take the shorter step's, which is the larger one."""
        steps = [step for step in self.cv if step.days <= days]
        if not steps:
            raise ValueError(f"no variation is known for windows of {days} days")
        return max(steps, key=lambda step: step.days).cv


class Accept(Strict):
    """An editor's own interval in place of the hedge table's, with the reason."""

    low: float | None = None
    high: float | None = None
    because: Text

    @model_validator(mode="after")
    def _an_interval(self) -> "Accept":
        if self.low is None and self.high is None:
            raise ValueError("accept needs low, high or both")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"accept.low {self.low:g} is above accept.high {self.high:g}")
        return self


class Window(Strict):
    """A span of days, both included."""

    start: date
    end: date

    @model_validator(mode="after")
    def _in_order(self) -> "Window":
        if self.end < self.start:
            raise ValueError(f"end {self.end} comes before start {self.start}")
        return self


class StandIn(Strict):
    """The series that is judged on when the claim's own has been silent for longer than so many days."""

    series: Held
    after_days: int = Field(ge=14, le=366)
    because: Text


class Benchmarked(Strict):
    """An entry that may name a benchmark in place of its own number; `ELSE` are the fields that are asked for then.

    `unit` is the benchmark's own.
    """

    ELSE: ClassVar[tuple[str, ...]] = ()

    unit: str = ""
