"""A change: by so many people, so many percent or points, or a share of another change."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Annotated, ClassVar, Literal, TypeVar

from pydantic import Field, model_validator

from alerts.claims import hedges
from alerts.claims.hedges import Accepted
from alerts.claims.parts import Accept, AnySeries, Hedge, Text
from alerts.forms.basis import COMES_WITHIN, FORTNIGHT, Basis, day, own, within
from alerts.forms.derived_series import SHARES
from alerts.forms.form import OfWindow, Sentence
from alerts.forms.verdicts import Reading, Verdict, truth
from figures.periods import PeriodKind, spoken
from figures.records import Figure

Measure = Literal["number", "percent", "points", "share of change"]
T = TypeVar("T")
_UNITS: Mapping[Measure, str] = {"percent": "percent", "share of change": "percent", "points": "points"}


@dataclass(frozen=True, slots=True)
class _Value:
    """A series on a day: counted on it, or on the line between the two counts around it."""

    value: float
    on: date
    figures: tuple[Figure, ...]
    formula: str


@dataclass(frozen=True, slots=True)
class _Change:
    """What a series, or its share of another, changed by between two days."""

    measured: float
    start: date
    end: date
    words: str
    formula: str
    figures: tuple[Figure, ...]


class ChangeTest(OfWindow):
    """A change between two days; `starts` and `ends` are those that may fairly be meant, each pair is judged.

    `definition`: the parts of a series by criminality whose share it is, in place of `of`. `value` has the sign of the
    change. Without `ends` it runs to the newest count. `of`: for `points` the series that
    this one is a share of, for a `share of change` the one whose change is the whole. `by` month: the days are the last
    of their months.
    """

    MENU: ClassVar[Mapping[str, str]] = {"change": "by so much since a day"}
    SENTENCE: ClassVar[Sentence] = Sentence("{best}, against {stated} {who}", "{best}, against {stated} {who}")

    form: Literal["change"]
    series: AnySeries
    unit: Text
    measure: Measure = Field(description="number, percent, points (of a share), or share of change")
    value: float = Field(description="the number that was said, below 0 for a fall")
    hedge: Hedge
    accept: Accept | None = None
    of: AnySeries | None = None
    definition: Literal["", "convicted", "convicted or charged", "no conviction", "no record"] = ""
    by: Literal["instant", "month"] = "instant"
    starts: Annotated[tuple[date, ...], Field(min_length=1, description="the day from which on")]
    ends: tuple[date, ...] = ()

    @model_validator(mode="after")
    def _of_one_kind(self) -> "ChangeTest":
        if self.value == 0:
            raise ValueError("value is 0; a change has a size and a sign")
        of_a_whole = self.measure in ("points", "share of change")
        if of_a_whole != (self.of is not None or bool(self.definition)) or (self.of and self.definition):
            raise ValueError("of (or definition) names the whole of points and of a share of change, and of them alone")
        if self.definition and "criminality=all" not in self.series:
            raise ValueError("series must be the whole, criminality=all, where a definition names the parts of it")
        return self

    @model_validator(mode="after")
    def _in_its_unit_and_order(self) -> "ChangeTest":
        if self.unit != _UNITS.get(self.measure, self.unit):
            raise ValueError(f"unit of a change in {self.measure} is {_UNITS[self.measure]!r}, not {self.unit!r}")
        if self.ends and min(self.ends) <= max(self.starts):
            raise ValueError("ends must come after starts")
        return self

    @property
    def hedged(self) -> str:
        return self.hedge

    @property
    def number(self) -> float | None:
        return self.value

    @property
    def stated(self) -> float | None:
        return None  # a chart of counts has no line for a change

    @property
    def needed(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self._parts, *([self._whole] if self._whole else []))))

    @property
    def _parts(self) -> tuple[str, ...]:
        """The series whose sum changes."""
        if not self.definition:
            return (self.series,)
        names = SHARES[self.definition]
        return tuple(self.series.replace("criminality=all", f"criminality={name}") for name in names)

    @property
    def _whole(self) -> str:
        return self.series if self.definition else self.of or ""

    @property
    def kinds(self) -> tuple[PeriodKind, ...]:
        return (self.by,)

    @property
    def is_over(self) -> bool:
        return True

    @property
    def interval(self) -> Accepted:
        """That of the size under its word, on the side of the sign."""
        size = abs(self.value)
        made = hedges.accepted if self.measure == "number" else hedges.accepted_points
        found = made(size, self.hedge)
        return own(self.accept) or (found if self.value > 0 else hedges.mirrored(found))

    def judge(self, basis: Basis) -> Verdict:
        """Right where every admissible pair of days says so; what fits best is named first. It has no standing."""
        changes = self._changes(basis)
        if isinstance(changes, Verdict):
            return changes
        interval, best = self.interval, changes[0]
        return basis.verdict(
            _state_of_all({truth(each.measured, interval) for each in changes}),
            "; ".join(each.words for each in changes),
            **within(interval, best.measured),
            deviation=(best.measured - self.value) / abs(self.value),
            rule=interval.rule,
            edition=max(each.end for each in changes).isoformat(),
            readings=tuple(self._reading(each, interval) for each in changes) if len(changes) > 1 else (),
            evidence=tuple(dict.fromkeys(figure for each in changes for figure in each.figures)),
            difference=best.measured - self.value,
            formula=best.formula,
        )

    def _changes(self, basis: Basis) -> Sequence[_Change] | Verdict:
        """The change between each admissible pair of days, that which fits best first."""
        ends = self.ends or tuple(map(day, basis.points(self.series, self.by)[-1:]))
        found = [self._between(start, end, basis) for start, end in product(self.starts, ends) if end > start]
        if not found:
            return basis.missing(f"No clean figure of {self.series} was public.", min(self.starts))
        unknown, changes = _parted(found)
        if unknown:
            return unknown[0]
        interval = self.interval
        return sorted(changes, key=lambda change: abs(interval.gap(change.measured)))

    def _reading(self, change: _Change, interval: Accepted) -> Reading:
        name = f"from {spoken(change.start)} to {spoken(change.end)}"
        state = truth(change.measured, interval)
        edges = interval.low, interval.high
        return Reading(name, change.measured, *edges, state, change.formula, change.start, change.end)

    def _between(self, start: date, end: date, basis: Basis) -> _Change | Verdict:
        wholes = [(self._whole,)] if self._whole else []
        counted: list[_Value] = []
        for some, on in product([self._parts, *wholes], (start, end)):
            found = self._sum(some, on, basis)
            if isinstance(found, Verdict):
                return found
            counted.append(found)
        if 0 in _divisors(self.measure, counted):
            what = f"{self.series}, or what it is a part of, is 0 or has not changed since {spoken(start)}"
            return basis.verdict("not_comparable", what)
        return _changed(self.measure, self.unit, counted)

    def _sum(self, series: Sequence[str], on: date, basis: Basis) -> _Value | Verdict:
        """Several series of a day together."""
        unknown, values = _parted([self._on(each, on, basis) for each in series])
        if unknown:
            return unknown[0]
        formula = " + ".join(value.formula for value in values)
        figures = tuple(figure for value in values for figure in value.figures)
        summed = sum(value.value for value in values)
        return _Value(summed, on, figures, f"({formula})" if len(values) > 1 else formula)

    def _on(self, series: str, on: date, basis: Basis) -> _Value | Verdict:
        before, after = _around(on, basis.known.clean(series, self.by))
        if before is not None and day(before) == on:
            return _Value(before.value or 0.0, on, (before,), f"{before.value:,.0f}")
        if after is None:
            what = f"No figure of {series} of {spoken(on)} or later was public."
            return basis.not_yet(what, on + FORTNIGHT, since=on)
        if before is None or self.by == "month":
            what = f"No clean figure of {series} for {spoken(on)} is held here."
            return basis.missing(what, on - FORTNIGHT, on + COMES_WITHIN)
        basis.must_hold(on, on + COMES_WITHIN)  # an edition of that very day would say it
        return _on_the_line(before, after, on)


def _state_of_all(truths: set[str]) -> str:
    """That of every pair of days where they agree; right by grace alone where some are right without it."""
    if len(truths) == 1:
        return next(iter(truths))
    return "holds_marginal" if truths == {"holds", "holds_marginal"} else "depends_on_definition"


def _parted(found: Iterable[T | Verdict]) -> tuple[list[Verdict], list[T]]:
    """What cannot be told, as the verdicts that say so, and what can."""
    unknown: list[Verdict] = []
    known: list[T] = []
    for each in found:
        if isinstance(each, Verdict):
            unknown.append(each)
        else:
            known.append(each)
    return unknown, known


def _around(on: date, points: Sequence[Figure]) -> tuple[Figure | None, Figure | None]:
    """The newest figure until a day, and the oldest from that day on."""
    before = next((f for f in reversed(points) if day(f) <= on), None)
    return before, next((f for f in points if day(f) >= on), None)


def _on_the_line(before: Figure, after: Figure, on: date) -> _Value:
    low, high = before.value or 0.0, after.value or 0.0
    elapsed, span = (on - day(before)).days, (day(after) - day(before)).days
    formula = f"({low:,.0f} + {elapsed}/{span} x ({high:,.0f} - {low:,.0f}))"
    return _Value(low + (high - low) * elapsed / span, on, (before, after), formula)


def _divisors(measure: Measure, values: Sequence[_Value]) -> list[float]:
    """What a change is divided by."""
    numbers = [value.value for value in values]
    match measure:
        case "percent":
            return numbers[:1]
        case "points":
            return numbers[2:]
        case "share of change":
            return [numbers[3] - numbers[2]]
        case _:
            return []


def _changed(measure: Measure, unit: str, values: Sequence[_Value]) -> _Change:
    """`values` are those of the series at both ends, then of the whole at both ends where there is one."""
    then, now = values[:2]
    figures = tuple(figure for value in reversed(values) for figure in value.figures)
    span = f"from {spoken(then.on)} to {spoken(now.on)}"
    moved = now.value - then.value
    if measure == "number":
        words = f"{moved:+,.0f} {unit} {span} ({then.value:,.0f} to {now.value:,.0f})"
        return _Change(moved, then.on, now.on, words, f"{now.formula} - {then.formula}", figures)
    if measure == "percent":
        y = 100 * (now.value / then.value - 1)
        words = f"{y:+.1f} % {span} ({then.value:,.0f} to {now.value:,.0f})"
        return _Change(y, then.on, now.on, words, f"{now.formula} / {then.formula} - 1", figures)
    whole_then, whole_now = values[2:]
    if measure == "points":
        first, last = 100 * then.value / whole_then.value, 100 * now.value / whole_now.value
        words = f"{last - first:+.1f} points {span} ({first:.1f} % to {last:.1f} %)"
        formula = f"{now.formula} / {whole_now.formula} - {then.formula} / {whole_then.formula}"
        return _Change(last - first, then.on, now.on, words, formula, figures)
    whole = whole_now.value - whole_then.value
    y = 100 * moved / whole
    words = f"{y:.1f} % of the change {span} ({moved:+,.0f} of {whole:+,.0f})"
    formula = f"({now.formula} - {then.formula}) / ({whole_now.formula} - {whole_then.formula})"
    return _Change(y, then.on, now.on, words, formula, figures)
