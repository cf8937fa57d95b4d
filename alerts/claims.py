"""The claims on record: one TOML file each. Unknown keys, unknown series and missing reasons are errors."""

import hashlib
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from alerts.hedges import HEDGES
from figures.metrics import METRICS, Metric
from figures.periods import end_of_day
from figures.records import Dims, series_key

Text = Annotated[str, Field(min_length=1)]
_SERIES = re.compile(r"^([a-z_.]+)\{([^{}]*)\}$")
LONGEST_QUOTE = 300
SHOWN_DAYS = 14  # the newest interval of at least this length is shown


class ClaimError(Exception):
    """A claim file that cannot be used: which file, which key, what is wrong."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class CvStep(_Strict):
    """Usual variation (coefficient of variation) of a daily rate taken over `days` days."""

    days: int = Field(gt=0)
    cv: float = Field(gt=0, lt=1)


class Movement(_Strict):
    """How much a level moves by itself in 14 days, fixed at the day of the claim."""

    sigma_14: float = Field(gt=0)
    because: Text


class Variation(_Strict):
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


class Accept(_Strict):
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


class Yardstick(_Strict):
    """A number that the claim is held against. Several may be admissible; each has a source."""

    value: float = Field(gt=0)
    words: Text
    source: Text
    until: date | None = None
    until_because: str = ""

    @model_validator(mode="after")
    def _an_end_has_a_reason(self) -> "Yardstick":
        if self.until and not self.until_because:
            raise ValueError("until needs until_because")
        return self


class StandIn(_Strict):
    """The series that is judged on when the claim's own has been silent for longer than so many days."""

    series: Text
    after_days: int = Field(ge=14, le=366)
    because: Text


class LevelTest(_Strict):
    form: Literal["level"]
    series: Text
    unit: Text
    value: float = Field(gt=0)
    hedge: Text
    because: Text
    noise: Movement
    accept: Accept | None = None
    stand_in: StandIn | None = None

    @field_validator("hedge")
    @classmethod
    def _known(cls, word: str) -> str:
        if word not in HEDGES:
            raise ValueError(f"unknown hedge {word!r}; known are {', '.join(HEDGES)}")
        return word


class TargetTest(_Strict):
    """A rate to be reached. `proxy_share`: the series runs between this share of the claimed quantity and all of it."""

    form: Literal["target_rate"]
    series: Text
    unit: Text
    value: float = Field(gt=0)
    since: date
    because: Text
    proxy_share: float = Field(gt=0, le=1)
    accept: Accept | None = None

    @field_validator("accept")
    @classmethod
    def _is_reached_from_below(cls, accept: Accept | None) -> Accept | None:
        if accept and (accept.low is None or accept.low <= 0 or accept.high is not None):
            raise ValueError("a target is accepted from low on, without high")
        return accept


class ThresholdTest(_Strict):
    """A level against one or several yardsticks, the first of which is the claim's own."""

    form: Literal["threshold"]
    series: Text
    unit: Text
    hedge: Literal["significantly more than", "more than"]
    because: Text
    noise: Movement
    yardsticks: Annotated[tuple[Yardstick, ...], Field(min_length=1)]
    stand_in: StandIn | None = None


class ComparisonTest(_Strict):
    """The daily rate since a day against the daily rate of a whole fiscal year."""

    form: Literal["comparison"]
    series: Text
    unit: Literal["ratio"]
    since: date
    against_fiscal_year: int
    hedge: Literal["roughly the same"]
    because: Text
    noise: Variation
    window_tolerance: float = Field(gt=0, lt=1)
    window_because: Text


Test = Annotated[LevelTest | TargetTest | ThresholdTest | ComparisonTest, Field(discriminator="form")]


class ClaimText(_Strict):
    """The file as written."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{2,100}$")]
    title: Text
    speaker: Text
    said_on: date
    quote: Annotated[str, Field(min_length=1, max_length=LONGEST_QUOTE)]
    quote_form: Text
    source: Annotated[str, Field(pattern=r"^https?://")]
    seen_in: tuple[Annotated[str, Field(pattern=r"^https?://[^?]*$")], ...] = ()
    scope: Text
    testability: Literal["direct", "proxy"]
    caveat: Text
    notes: str = ""
    test: Test

    @model_validator(mode="after")
    def _series_is_known(self) -> "ClaimText":
        series = self.test.series
        metric, _ = _known(series, "test.series")
        if metric.unit == "fraction":
            raise ValueError(f"test.series {series!r} is a share; no form judges shares yet")
        rate = isinstance(self.test, TargetTest | ComparisonTest)
        if metric.cumulative != rate:
            kind = "counts from 1 October" if metric.cumulative else "does not count from 1 October"
            raise ValueError(f"test.series {series!r} {kind}, which a {self.test.form} test cannot be made of")
        return self

    @model_validator(mode="after")
    def _stand_in_says_the_same(self) -> "ClaimText":
        """A stand-in is another publisher's figure of the same thing."""
        stand_in = self.test.stand_in if isinstance(self.test, LevelTest | ThresholdTest) else None
        if stand_in is None:
            return self
        metric, dims = _known(self.test.series, "test.series")
        other, others = _known(stand_in.series, "test.stand_in.series")
        if other.id.partition(".")[0] == metric.id.partition(".")[0]:
            raise ValueError(
                f"test.stand_in.series {stand_in.series!r} comes from the source that it is to stand in for"
            )
        if (other.unit, other.cumulative, others) != (metric.unit, metric.cumulative, dims):
            raise ValueError(f"test.stand_in.series {stand_in.series!r} does not count what {self.test.series} counts")
        return self


def _known(series: str, key: str) -> tuple[Metric, Dims]:
    """The metric and dimensions of a series as it is to be written."""
    match = _SERIES.match(series)
    if match is None or match[1] not in METRICS:
        raise ValueError(f"{key} {series!r} names no known metric; known are {', '.join(METRICS)}")
    metric = METRICS[match[1]]
    dims = [(name.strip(), value.strip()) for name, _, value in (p.partition("=") for p in match[2].split(","))]
    if sorted(name for name, value in dims if value) != sorted(metric.dims):
        raise ValueError(f"{key} must give every dimension of {metric.id} a value: {', '.join(metric.dims)}")
    if series != series_key(metric.id, tuple(dims)):
        raise ValueError(f"{key} {series!r} must be written {series_key(metric.id, tuple(dims))!r}")
    return metric, tuple(sorted(dims))


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim with the text and hash of its file: a changed file is another version."""

    words: ClaimText
    sha256: str
    text: str

    @property
    def id(self) -> str:
        return self.words.id

    @property
    def needed(self) -> tuple[str, ...]:
        """The series that the claim may be judged on: its own, and the one that may stand in."""
        test = self.words.test
        stand_in = test.stand_in if isinstance(test, LevelTest | ThresholdTest) else None
        return (test.series, stand_in.series) if stand_in else (test.series,)

    @property
    def on_record_at(self) -> datetime:
        return end_of_day(self.words.said_on)


def load_claim(path: Path) -> Claim:
    """Read one file. Raises ClaimError naming the file, the key and what is wrong."""
    try:
        content = path.read_bytes()
        data = tomllib.loads(content.decode("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ClaimError(f"{path}: {error}") from error
    try:
        words = ClaimText.model_validate(_tuples(data))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "file"
        more = f" ({error.error_count() - 1} more)" if error.error_count() > 1 else ""
        raise ClaimError(f"{path}: {key}: {first['msg']}{more}") from error
    if words.id != path.stem:
        raise ClaimError(f"{path}: id: the file must be called {words.id}.toml")
    return Claim(words, hashlib.sha256(content).hexdigest(), content.decode("utf-8"))


def _tuples(value: object) -> object:
    if isinstance(value, dict):
        return {key: _tuples(item) for key, item in value.items()}
    if isinstance(value, list):
        return tuple(_tuples(item) for item in value)
    return value


def load_claims(folders: Iterable[Path]) -> tuple[list[Claim], list[ClaimError]]:
    """Every claim of some folders, by id, and the files that cannot be used. An id that occurs twice is an error."""
    claims: dict[str, Claim] = {}
    errors: list[ClaimError] = []
    for folder in folders:
        for path in sorted(folder.glob("*.toml")):
            try:
                claim = load_claim(path)
            except ClaimError as error:
                errors.append(error)
                continue
            if claim.id in claims:
                errors.append(ClaimError(f"{path}: id: {claim.id} is on record already, in another folder"))
            else:
                claims[claim.id] = claim
    return [claims[key] for key in sorted(claims)], errors
