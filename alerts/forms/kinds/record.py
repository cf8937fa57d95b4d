"""A record: the highest or lowest ever, or since a day; of days, of months, or of a pace."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from alerts.claims.hedges import Accepted
from alerts.claims.parts import Accept, Hedge, Movement, known_metric
from alerts.forms.basis import COMES_WITHIN, FORTNIGHT, Basis, day, interval_of, own, truth_of, within
from alerts.forms.daily_rates import complete
from alerts.forms.form import NO_ANSWER, OF_THEN, WHEN_SAID
from alerts.forms.marks import Mark, counts, number, paces
from alerts.forms.one_day import MayBeStoodInFor
from alerts.forms.verdicts import Answer, Verdict, truth
from figures.metrics.catalogue import RESTATED_BY
from figures.periods import PeriodKind, spoken

_RIGHT = ("holds", "holds_marginal", "understated")
_KINDS: Mapping[str, PeriodKind] = {"day": "instant", "month": "month", "pace": "fiscal_year_to_date"}


class RecordTest(MayBeStoodInFor):
    """The highest or lowest value ever, or `since` a day, within what is published. `leak`: said before publication.

    `by` day, month, or the pace over `days` days or more. A value need not be stated. Another publisher's series of the
    same thing is asked for the days before this one begins.
    """

    MENU: ClassVar[Mapping[str, str]] = {"record": "the highest or lowest ever"}

    form: Literal["record"]
    side: Literal["highest", "lowest"] = Field(description="highest or lowest")
    value: float | None = Field(default=None, gt=0)
    hedge: Hedge = "bare"
    accept: Accept | None = None
    noise: Movement | None = None
    by: Literal["day", "month", "pace"] = "day"
    days: int | None = Field(default=None, ge=14, le=366)
    since: date | None = None
    on: date | None = None
    leak: bool = False

    @model_validator(mode="after")
    def _of_one_kind(self) -> "RecordTest":
        metric, _ = known_metric(self.series)
        if (self.by == "pace") != (self.days is not None):
            raise ValueError("days says over how many days or more a pace is taken, and belongs to by = 'pace' alone")
        if self.by == "day" and metric.cumulative:
            raise ValueError(f"{self.series!r} counts from 1 October and is no level of one day; say by month or pace")
        if self.by == "pace" and not metric.cumulative:
            raise ValueError(f"{self.series!r} does not count from 1 October, so that no pace comes of it")
        return self

    @property
    def kinds(self) -> tuple[PeriodKind, ...]:
        return (_KINDS[self.by],)

    @property
    def hedged(self) -> str:
        return self.hedge

    @property
    def number(self) -> float | None:
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
        marks = [mark for mark in self._marks(basis) if self.since is None or mark.on >= self.since]
        at = self._candidate(marks, basis)
        if isinstance(at, Verdict):
            return at
        mark, earlier = marks[at], marks[:at]
        y, best = mark.value, self._best(earlier)
        interval = self._interval(best)
        is_record = best is None or self._beyond(y, best.value)
        right = truth(y, interval)
        if self.value is not None:
            right = truth_of(y, interval, self.value, self.hedge, self.accept)
        state = right if is_record else "outside"
        words = (
            f"{mark.words}, {'the' if is_record else 'not the'} {self.side} since {spoken(marks[0].on)}, where what is "
            "held here of the record starts"
        )
        if best is not None:
            words += f"; the {self.side} before was {number(best.value)}"
        if self.leak:
            state = "confirmed_later" if state in _RIGHT else "not_confirmed"
            words = f"{'Confirmed later' if state == 'confirmed_later' else 'Not confirmed'}: {words}"
        elif basis.answer == "standing":
            state, words = self._still(marks, mark, state, words)
        off = None if self.value is None else y - self.value
        sign = ">" if self.side == "highest" else "<"
        return basis.verdict(
            state,
            words,
            **within(interval, y),
            deviation=None if self.value is None or off is None else off / self.value,
            rule=f"{self.side} in the window, and {interval.rule}",
            edition=mark.on.isoformat(),
            evidence=tuple(dict.fromkeys((*mark.figures, *(best.figures if best else ())))),
            difference=off,
            formula=f"{number(y)} {sign} {number(best.value)}" if best is not None else number(y),
        )

    def _interval(self, best: Mark | None) -> Accepted:
        """What the stated value accepts; without one, all that is beyond the record before."""
        if self.value is not None:
            return interval_of(self.value, self.hedge, self.accept)
        edge = best.value if best else None
        low, high = (edge, None) if self.side == "highest" else (None, edge)
        rule = "no value was stated: beyond every earlier one"
        return own(self.accept) or Accepted(low, high, low, high, rule, beyond_edge=True)

    def _beyond(self, value: float, other: float) -> bool:
        return value > other if self.side == "highest" else value < other

    def _best(self, marks: Iterable[Mark]) -> Mark | None:
        pick = max if self.side == "highest" else min
        return pick(marks, key=lambda mark: mark.value, default=None)

    def _marks(self, basis: Basis) -> list[Mark]:
        """The record, by day: of the series itself, before it begins of the other publisher's."""
        own_ = self._of(basis.series, basis)
        metric, brace, dims = basis.series.partition("{")
        if metric not in RESTATED_BY or not own_:
            return own_
        others = self._of(RESTATED_BY[metric] + brace + dims, basis)
        return [*(mark for mark in others if mark.on < own_[0].on), *own_]

    def _of(self, series: str, basis: Basis) -> list[Mark]:
        points = basis.known.clean(series, _KINDS[self.by])
        if self.days is not None:
            return paces(points, self.unit, self.days)
        return counts(points, self.unit, _KINDS[self.by])

    def _candidate(self, marks: Sequence[Mark], basis: Basis) -> int | Verdict:
        """Where in the record the claim's own value stands: on its day, after a leak next, else the newest of then."""
        from_day, days = self.on or basis.said.on, [mark.on for mark in marks]
        if self._is_of_a_day:
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
        then = complete(basis.known.at(basis.said_at).clean(basis.series, _KINDS[self.by]), _KINDS[self.by])
        at = next((n for n in reversed(range(len(days))) if then and days[n] <= day(then[-1])), None)
        return basis.missing(f"No clean figure of {self.series} was public.") if at is None else at

    def _still(self, marks: Sequence[Mark], mark: Mark, state: str, words: str) -> tuple[str, str]:
        """Whether a record stands: only a later value supersedes it, which does not make it wrong."""
        best = self._best(each for each in marks if each.on >= mark.on)
        if best is not None and self._beyond(best.value, mark.value):
            return "none", f"{words}. The {self.side} is now {number(best.value)}, of {spoken(best.on)}"
        return "near" if state in _RIGHT else "far", words
