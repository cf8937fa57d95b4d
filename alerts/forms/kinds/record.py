"""A record: the highest or lowest ever, or since a day; of days, of months, or of a pace."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class _Candidate:
    """The value that a claim calls a record. `before` is the record that stood until then, `on` all values from it on,
    `first` the oldest value that it is held against.
    """

    mark: Mark
    before: Mark | None
    on: Sequence[Mark]
    first: Mark


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
        at = self._place(marks, basis)
        if isinstance(at, Verdict):
            return at
        candidate = _Candidate(marks[at], self._best(marks[:at]), marks[at:], marks[0])
        y, before = candidate.mark.value, candidate.before
        interval = self._interval(before)
        state, words = self._answer(candidate, interval, basis)
        sign = ">" if self.side == "highest" else "<"
        return basis.verdict(
            state,
            words,
            **within(interval, y),
            deviation=None if self.value is None else (y - self.value) / self.value,
            rule=f"{self.side} in the window, and {interval.rule}",
            edition=candidate.mark.on.isoformat(),
            evidence=tuple(dict.fromkeys((*candidate.mark.figures, *(before.figures if before else ())))),
            difference=None if self.value is None else y - self.value,
            formula=f"{number(y)} {sign} {number(before.value)}" if before else number(y),
        )

    def _answer(self, candidate: _Candidate, interval: Accepted, basis: Basis) -> tuple[str, str]:
        """The state and its words: of a leak whether it was confirmed, of how the world stands whether it still is."""
        state, words = self._right(candidate, interval), self._words(candidate)
        if self.leak:
            confirmed = state in _RIGHT
            return (
                ("confirmed_later", f"Confirmed later: {words}")
                if confirmed
                else ("not_confirmed", f"Not confirmed: {words}")
            )
        if basis.answer != "standing":
            return state, words
        best = self._best(candidate.on)
        if best is not None and self._beyond(best.value, candidate.mark.value):  # superseded, which is not wrong
            return "none", f"{words}. The {self.side} is now {number(best.value)}, of {spoken(best.on)}"
        return "near" if state in _RIGHT else "far", words

    def _right(self, candidate: _Candidate, interval: Accepted) -> str:
        """Whether it was the record when it was counted, and as large as was said."""
        if not self._is_record(candidate):
            return "outside"
        if self.value is None:
            return truth(candidate.mark.value, interval)
        return truth_of(candidate.mark.value, interval, self.value, self.hedge, self.accept)

    def _words(self, candidate: _Candidate) -> str:
        words = (
            f"{candidate.mark.words}, {'the' if self._is_record(candidate) else 'not the'} {self.side} since "
            f"{spoken(candidate.first.begins)}, where what is held here of the record starts"
        )
        before = candidate.before
        return f"{words}; the {self.side} before was {number(before.value)}" if before else words

    def _is_record(self, candidate: _Candidate) -> bool:
        return candidate.before is None or self._beyond(candidate.mark.value, candidate.before.value)

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

    def _place(self, marks: Sequence[Mark], basis: Basis) -> int | Verdict:
        """Where in the record the claim's own value stands."""
        days = [mark.on for mark in marks]
        return self._place_of_day(days, basis) if self._is_of_a_day else self._place_of_then(days, basis)

    def _place_of_day(self, days: Sequence[date], basis: Basis) -> int | Verdict:
        """That of the day that is meant, after a leak the next."""
        from_day = self.on or basis.said.on
        at = next((n for n, on in enumerate(days) if on == from_day or (self.leak and on > from_day)), None)
        if at is not None:
            basis.bridged((from_day, days[at]))
            return at
        if days and days[-1] > from_day:
            what = f"No count of {spoken(from_day)} is held here."
            return basis.missing(what, from_day, from_day + COMES_WITHIN)
        what = "The number was leaked before any publication." if self.leak else f"No count of {spoken(from_day)} yet."
        return basis.not_yet(what, from_day + FORTNIGHT, since=from_day)

    def _place_of_then(self, days: Sequence[date], basis: Basis) -> int | Verdict:
        """That of the newest value that was public when it was said."""
        kind = _KINDS[self.by]
        then = complete(basis.known.at(basis.said_at).clean(basis.series, kind), kind)
        places = [n for n, on in enumerate(days) if then and on <= day(then[-1])]
        return places[-1] if places else basis.missing(f"No clean figure of {self.series} was public.")
