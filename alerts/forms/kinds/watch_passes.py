"""A watch for a level: above or below a number."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field

from alerts.claims.hedges import Accepted
from alerts.forms.basis import Basis
from alerts.forms.marks import Mark, number
from alerts.forms.verdicts import Verdict
from alerts.forms.watching import OfWatch, watched


class PassesTest(OfWatch):
    """The newest value `above` or `below` a number; the number itself is passed by neither."""

    MENU: ClassVar[Mapping[str, str]] = {"passes": "a watch: above or below so many"}

    form: Literal["passes"]
    side: Literal["above", "below"]
    value: float = Field(gt=0)

    @property
    def number(self) -> float | None:
        return self.value

    def judge_newest(self, marks: list[Mark], basis: Basis) -> Verdict:
        mark = marks[-1]
        off = mark.value / self.value - 1
        beyond = off if self.side == "above" else -off
        low, high = (None, self.value) if self.side == "above" else (self.value, None)
        inside = Accepted(low, high, low, high, f"not {self.side} {number(self.value)}")
        words = f"{mark.words}, {'' if beyond > 0 else 'not '}{self.side} {number(self.value)}"
        return watched(mark, words, inside, beyond, 0.0, basis)
