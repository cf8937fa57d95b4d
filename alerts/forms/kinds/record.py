"""A record: the highest or lowest ever, or since a day."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from alerts.claims.parts import Accept, Hedge
from alerts.forms.basis import COMES_WITHIN, FORTNIGHT, Basis, day, interval_of, truth_of, within
from alerts.forms.form import NO_ANSWER, OF_THEN, WHEN_SAID
from alerts.forms.one_day import OfOneDay
from alerts.forms.verdicts import Answer, Verdict
from figures.periods import spoken
from figures.records import Figure

_RIGHT = ("holds", "holds_marginal", "understated")


class RecordTest(OfOneDay):
    """The highest or lowest value ever, or `since` a day, within what is published. `leak`: said before publication."""

    MENU: ClassVar[Mapping[str, str]] = {"record": "the highest or lowest ever"}

    form: Literal["record"]
    side: Literal["highest", "lowest"]
    value: float = Field(gt=0)
    hedge: Hedge
    accept: Accept | None = None
    since: date | None = None
    on: date | None = None
    leak: bool = False

    @property
    def stated(self) -> float | None:
        return self.value

    @property
    def of_own_period(self) -> frozenset[Answer]:
        return OF_THEN if self._is_of_a_day else NO_ANSWER

    @property
    def given_while_held(self) -> frozenset[Answer]:
        return WHEN_SAID if self._is_of_a_day else NO_ANSWER

    @property
    def _is_of_a_day(self) -> bool:
        return self.on is not None or self.leak

    def judge(self, basis: Basis) -> Verdict:
        """Strictly beyond every earlier value in the window; where the window starts is part of the verdict."""
        points = [f for f in basis.known.clean(basis.series, "instant") if self.since is None or day(f) >= self.since]
        at = self._candidate(points, basis)
        if isinstance(at, Verdict):
            return at
        candidate, earlier = points[at], points[:at]
        y, best = candidate.value or 0.0, self._best(earlier)
        interval = interval_of(self.value, self.hedge, self.accept)
        is_record = best is None or (y > best if self.side == "highest" else y < best)
        state = truth_of(y, interval, self.value, self.hedge, self.accept) if is_record else "outside"
        words = (
            f"{y:,.0f} {self.unit} on {spoken(day(candidate))}, {'the' if is_record else 'not the'} {self.side} since "
            f"{spoken(day(points[0]))}, where what is held here of the record starts"
        )
        if best is not None:
            words += f"; the {self.side} before was {best:,.0f}"
        if self.leak:
            state = "confirmed_later" if state in _RIGHT else "not_confirmed"
            words = f"{'Confirmed later' if state == 'confirmed_later' else 'Not confirmed'}: {words}"
        elif basis.answer == "standing":
            state, words = self._still(points, y, state, words)
        return basis.verdict(
            state,
            words,
            **within(interval, y),
            deviation=(y - self.value) / self.value,
            rule=f"{self.side} in the window, and {interval.rule}",
            edition=day(candidate).isoformat(),
            evidence=(candidate, *([f for f in earlier if f.value == best][:1])),
            difference=y - self.value,
            formula=f"{y:,.0f} {'>' if self.side == 'highest' else '<'} {best:,.0f}"
            if best is not None
            else f"{y:,.0f}",
        )

    def _best(self, points: Sequence[Figure]) -> float | None:
        values = [f.value for f in points if f.value is not None]
        return (max if self.side == "highest" else min)(values, default=None)

    def _candidate(self, points: Sequence[Figure], basis: Basis) -> int | Verdict:
        """Where in the record the claim's own value stands: on its day, after a leak next, else the newest of then."""
        from_day = self.on or basis.said.on
        if self._is_of_a_day:
            days = [day(f) for f in points]
            at = next((n for n, on in enumerate(days) if on >= from_day and (self.leak or on == from_day)), None)
            if at is not None:
                basis.bridged((from_day, days[at]))
                return at
            if days and days[-1] > from_day:
                what = f"No count of {spoken(from_day)} is held here."
                return basis.missing(what, from_day, from_day + COMES_WITHIN)
            leaked = "The number was leaked before any publication."
            what = leaked if self.leak else f"No count of {spoken(from_day)} yet."
            return basis.not_yet(what, from_day + FORTNIGHT, since=from_day)
        then = basis.known.at(basis.said_at).clean(basis.series, "instant")
        at = next((n for n in reversed(range(len(points))) if then and day(points[n]) <= day(then[-1])), None)
        if at is None:
            return basis.missing(f"No clean figure of {self.series} was public.")
        return at

    def _still(self, points: Sequence[Figure], y: float, state: str, words: str) -> tuple[str, str]:
        """Whether a record stands: the next one supersedes it and does not make it wrong."""
        best = self._best(points)
        if best is not None and best != y:
            on = next(day(f) for f in points if f.value == best)
            return "none", f"{words}. The {self.side} is now {best:,.0f}, of {spoken(on)}"
        return "near" if state in _RIGHT else "far", words
