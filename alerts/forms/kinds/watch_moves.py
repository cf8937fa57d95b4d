"""A watch for a change: by so many percent within so many days."""

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar, Literal

from pydantic import Field

from alerts.claims.hedges import Accepted
from alerts.forms.basis import Basis
from alerts.forms.marks import Mark, number
from alerts.forms.verdicts import Verdict
from alerts.forms.watching import OfWatch, watched
from figures.periods import spoken


class MovesTest(OfWatch):
    """The newest value against the last one that is `days` or more older; `percent` on the way that `side` names."""

    MENU: ClassVar[Mapping[str, str]] = {"moves": "a watch: changes by so many percent within so many days"}

    form: Literal["moves"]
    percent: float = Field(gt=0, le=1000)
    days: int = Field(default=28, ge=14, le=732)
    side: Literal["up", "down", "either"] = "either"

    def judge_newest(self, marks: list[Mark], basis: Basis) -> Verdict:
        mark = marks[-1]
        then = next((each for each in reversed(marks) if each.on <= mark.on - timedelta(days=self.days)), None)
        if then is None or not then.value:
            return basis.missing(f"No clean figure of {self.series} from {self.days} days before was public.")
        change = mark.value / then.value - 1
        low = then.value * (1 - self.percent / 100) if self.side != "up" else None
        high = then.value * (1 + self.percent / 100) if self.side != "down" else None
        way = {"up": "more", "down": "less", "either": "more or less"}[self.side]
        inside = Accepted(low, high, low, high, f"{self.percent:g} % {way} than {self.days} days before", True)
        beyond = {"up": change, "down": -change, "either": abs(change)}[self.side]
        words = f"{mark.words}, {_by(change)} the {number(round(then.value, 1))} of {spoken(then.on)}"
        return watched(mark, words, inside, beyond, self.percent / 100, basis, then)


def _by(change: float) -> str:
    if not change:
        return "the same as"
    return f"{abs(change):.1%} {'more' if change > 0 else 'less'} than".replace("%", " %")
