"""What the forms of a watch share: a threshold of one's own on one series, which nobody claimed.

A watch says nothing of the past: it is asked of how the world stands, by the same figures, holds and evidence as any
claim. It is `quiet` inside its threshold and `crossed` beyond it.
"""

from abc import abstractmethod
from typing import ClassVar

from pydantic import model_validator

from alerts.claims.hedges import Accepted
from alerts.claims.parts import AnySeries, Text, is_counted_by_months, known_metric
from alerts.forms.basis import STATE_DAYS, Basis, kind_of, within
from alerts.forms.form import OF_THEN, Form, Sentence
from alerts.forms.marks import Mark, counts, paces
from alerts.forms.verdicts import Answer, Verdict
from figures.periods import PeriodKind

_NOBODY = "A watch is no claim: it asks how things stand, not who was right"


class OfWatch(Form):
    """A series that counts from 1 October is watched by its pace over four weeks or more, any other as it is counted.

    `because` may be left out: nobody has to be told why a desk watches something.
    """

    IS_WATCH: ClassVar[bool] = True
    SENTENCE: ClassVar[Sentence] = Sentence("{found} (watch: {title})", "{found} (watch “{title}”: {rule})")

    because: str = ""
    series: AnySeries
    unit: Text

    @model_validator(mode="after")
    def _in_its_unit(self) -> "OfWatch":
        if self.is_pace != self.unit.endswith("a day"):
            how = "is watched by its pace, so that its unit ends in 'a day'" if self.is_pace else "is no pace a day"
            raise ValueError(f"unit is {self.unit!r}, and {self.series} {how}")
        return self

    @property
    def is_pace(self) -> bool:
        return known_metric(self.series)[0].cumulative

    @property
    def needed(self) -> tuple[str, ...]:
        return (self.series,)

    @property
    def kinds(self) -> tuple[PeriodKind, ...]:
        if self.is_pace:
            return ("fiscal_year_to_date",)
        if is_counted_by_months(self.series):
            return ("month",)
        return (kind_of(self.series),)

    @property
    def of_own_period(self) -> frozenset[Answer]:
        return OF_THEN

    @property
    def given_while_held(self) -> frozenset[Answer]:
        return OF_THEN

    def judge(self, basis: Basis) -> Verdict:
        if basis.answer != "standing":
            return basis.verdict("none", _NOBODY)
        (kind,) = self.kinds
        points = basis.known.clean(self.series, kind)
        marks = paces(points, self.unit, STATE_DAYS) if self.is_pace else counts(points, self.unit, kind)
        if not marks:
            return basis.missing(f"No clean figure of {self.series} was public.")
        return self.judge_newest(marks, basis)

    @abstractmethod
    def judge_newest(self, marks: list[Mark], basis: Basis) -> Verdict:
        """How the newest of some values stands; there is one at least."""


def watched(
    mark: Mark, words: str, inside: Accepted, beyond: float, step: float, basis: Basis, beside: Mark | None = None
) -> Verdict:
    """The verdict on a value. `beyond` is how far it went, a part of what it is measured by; crossed from `step` on."""
    crossed = beyond >= step if step else beyond > 0
    figures = (*mark.figures, *(beside.figures if beside else ()))
    return basis.verdict(
        "crossed" if crossed else "quiet",
        words,
        **within(inside, mark.value),
        rule=inside.rule,
        edition=mark.on.isoformat(),
        size=max(0.0, beyond),
        nearness=min(1.0, max(0.0, beyond) / step) if step else 0.0,
        evidence=tuple(dict.fromkeys(figures)),
        formula=words,
    )
