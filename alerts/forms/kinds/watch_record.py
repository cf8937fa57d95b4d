"""A watch for a new record."""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar, Literal

from alerts.claims.hedges import Accepted
from alerts.forms.basis import Basis
from alerts.forms.marks import Mark, number
from alerts.forms.verdicts import Verdict
from alerts.forms.watching import OfWatch, watched
from figures.periods import spoken


class NewRecordTest(OfWatch):
    """The newest value beyond every earlier one that is held here, or since a day.

    How far beyond is measured by the record that stood before the values rose from one record to the next.
    """

    MENU: ClassVar[Mapping[str, str]] = {"new_record": "a watch: the highest or lowest that is held here"}

    form: Literal["new_record"]
    side: Literal["highest", "lowest"]
    since: date | None = None

    def judge_newest(self, marks: list[Mark], basis: Basis) -> Verdict:
        asked = [mark for mark in marks if self.since is None or mark.on >= self.since]
        if len(asked) < 2:
            return basis.missing(f"No two clean figures of {self.series} were public.")
        mark, first, best = asked[-1], asked[0], self._best(asked[:-1])
        is_new = self._beyond(mark.value, best.value)
        low, high = (None, best.value) if self.side == "highest" else (best.value, None)
        inside = Accepted(low, high, low, high, f"the {self.side} since {spoken(first.begins)}")
        words = (
            f"{mark.words}, {'the' if is_new else 'not the'} {self.side} since {spoken(first.begins)}; before it "
            f"{number(round(best.value, 1))} of {spoken(best.on)}"
        )
        return watched(mark, words, inside, self._rise(asked) if is_new else 0.0, 0.0, basis, best)

    def _rise(self, marks: list[Mark]) -> float:
        """How far the newest is beyond the record that stood before the values rose from one record to the next."""
        began = next((n for n in range(len(marks) - 1, 0, -1) if not self._is_record(marks, n)), 1)
        stood = self._best(marks[:began])
        sign = 1 if self.side == "highest" else -1
        return sign * (marks[-1].value / stood.value - 1) if stood.value else 0.0

    def _is_record(self, marks: list[Mark], at: int) -> bool:
        return self._beyond(marks[at].value, self._best(marks[:at]).value)

    def _beyond(self, value: float, other: float) -> bool:
        return value > other if self.side == "highest" else value < other

    def _best(self, marks: list[Mark]) -> Mark:
        pick = max if self.side == "highest" else min
        return pick(marks, key=lambda mark: mark.value)
