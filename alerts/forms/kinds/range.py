"""A range: from so many to so many on one day."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from alerts.claims import hedges
from alerts.forms.basis import Basis
from alerts.forms.form import NO_ANSWER, OF_THEN, WHEN_SAID
from alerts.forms.one_day import OfOneDay, against_stated, count_of
from alerts.forms.verdicts import Answer, Verdict, truth


class RangeTest(OfOneDay):
    """From so many to so many on one day."""

    MENU: ClassVar[Mapping[str, str]] = {"range": "from so many to so many on one day"}

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

    @property
    def said_range(self) -> str:
        return f"{self.low:,.0f} to {self.high:,.0f}"

    @property
    def of_own_period(self) -> frozenset[Answer]:
        return OF_THEN if self.on is not None else NO_ANSWER

    @property
    def given_while_held(self) -> frozenset[Answer]:
        return WHEN_SAID if self.on is not None else NO_ANSWER

    def judge(self, basis: Basis) -> Verdict:
        interval = hedges.between(self.low, self.high)
        found = count_of(self.on, self.unit, interval, basis)
        if isinstance(found, Verdict):
            return found
        nearer = min(max(found.value, self.low), self.high)  # a value is measured from the nearer end
        right, sigma = truth(found.value, interval), self.noise.sigma_14
        return against_stated(found, nearer, right, interval, sigma, basis, internal=self.internal)
