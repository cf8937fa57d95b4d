"""A level: so many on one day."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from alerts.claims.parts import Accept, Hedge
from alerts.forms.basis import Basis, interval_of, truth_of
from alerts.forms.form import NO_ANSWER, OF_THEN, WHEN_SAID
from alerts.forms.one_day import OfOneDay, against_stated, count_of
from alerts.forms.verdicts import Answer, Verdict


class LevelTest(OfOneDay):
    """So many on one day: `on` where the claim names it, else the newest. `internal`: a number never published."""

    MENU: ClassVar[Mapping[str, str]] = {"level": "so many on one day"}

    form: Literal["level"]
    value: float = Field(gt=0)
    hedge: Hedge
    accept: Accept | None = None
    on: date | None = None
    internal: bool = False

    @property
    def hedged(self) -> str:
        return self.hedge

    @property
    def number(self) -> float | None:
        return self.value

    @property
    def of_own_period(self) -> frozenset[Answer]:
        return OF_THEN if self.on is not None else NO_ANSWER

    @property
    def given_while_held(self) -> frozenset[Answer]:
        return WHEN_SAID if self.on is not None else NO_ANSWER

    def judge(self, basis: Basis) -> Verdict:
        interval = interval_of(self.value, self.hedge, self.accept)
        found = count_of(self.on, self.unit, interval, basis)
        if isinstance(found, Verdict):
            return found
        right = truth_of(found.value, interval, self.value, self.hedge, self.accept)
        sigma = self.noise.sigma_14
        return against_stated(found, self.value, right, interval, sigma, basis, internal=self.internal)
