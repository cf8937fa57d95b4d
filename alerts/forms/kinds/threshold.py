"""A threshold: a level against a yardstick."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from alerts.claims import hedges
from alerts.claims.hedges import Accepted
from alerts.claims.parts import Benchmarked, Text, Url
from alerts.forms.basis import Basis, usual_movement
from alerts.forms.form import Sentence
from alerts.forms.one_day import OfOneDay, newest_count
from alerts.forms.verdicts import Verdict, distance, truth


class Yardstick(Benchmarked):
    """A number that the claim is held against. Several may be admissible; each has a source."""

    value: float = Field(gt=0)
    words: Text
    source: Url
    until: date | None = None
    until_because: str = ""

    @model_validator(mode="after")
    def _an_end_has_a_reason(self) -> "Yardstick":
        if self.until and not self.until_because:
            raise ValueError("until needs until_because")
        return self


class ThresholdTest(OfOneDay):
    """A level against one or several yardsticks, the first of which is the claim's own."""

    MENU: ClassVar[Mapping[str, str]] = {"threshold": "more than a yardstick"}
    SENTENCE: ClassVar[Sentence] = Sentence(
        "{amount} {when}, {off} {yardstick} “{title}” {who}",
        "{were} {when}: {off_in_full} {yardstick} “{title}” {who}",
        needs_number=True,
    )

    form: Literal["threshold"]
    hedge: Literal["significantly more than", "far more than", "more than", "over", "under", "fewer than"]
    yardsticks: Annotated[tuple[Yardstick, ...], Field(min_length=1)]

    @property
    def hedged(self) -> str:
        return self.hedge

    @property
    def told_with(self) -> Mapping[str, str]:
        """The number that it is held against, and in whose words."""
        return {"yardstick": f"the {self.stated:,.0f} of"}

    @property
    def yardstick_ends(self) -> date | None:
        return next((each.until for each in self.yardsticks if each.until), None)

    @property
    def stated(self) -> float | None:
        return self.yardsticks[0].value

    def judge(self, basis: Basis) -> Verdict:
        found = newest_count(self.unit, basis)
        if isinstance(found, Verdict):
            return found
        y, first = found.value, self.yardsticks[0]
        interval = self._beyond(first.value)
        gap = interval.gap(y)
        z = gap / usual_movement(self.noise.sigma_14, basis, found.on)
        below = gap / (interval.low or interval.high or first.value)
        state, nearness = distance(interval.contains(y), below, z)
        words = f"{found.words}: " + "; ".join(
            f"{(y - yardstick.value) / yardstick.value:+.1%} against {yardstick.words}" for yardstick in self.yardsticks
        )
        if basis.answer != "standing":
            state = self._right(y)
        elif first.until and basis.today > first.until:
            state, words = "superseded", f"{words}. {first.until_because}"
        return basis.verdict(
            state,
            words,
            measured=y,
            accept_low=interval.low,
            accept_high=interval.high,
            gap=gap,
            deviation=(y - first.value) / first.value,
            z=z,
            rule=interval.rule,
            edition=found.on.isoformat(),
            size=abs(below),
            nearness=nearness,
            evidence=found.evidence,
            difference=y - first.value,
            formula=f"{found.formula} / {first.value:,.0f}",
        )

    def _right(self, y: float) -> str:
        """Whether it lies beyond each yardstick alike."""
        truths = {truth(y, self._beyond(yardstick.value)) for yardstick in self.yardsticks}
        return truths.pop() if len(truths) == 1 else "depends_on_definition"

    def _beyond(self, value: float) -> Accepted:
        word = hedges.SAME_AS.get(self.hedge, self.hedge)
        if word == "significantly more than":
            return hedges.significantly_more_than(value, self.noise.sigma_14)
        return hedges.accepted(value, word)
