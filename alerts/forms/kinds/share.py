"""A share: so many percent of the people held on a day, or of those booked in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from pydantic import Field, field_validator

from alerts.claims import hedges
from alerts.claims.parts import Accept, AnySeries, Hedge, Movement, known_metric
from alerts.forms.basis import COMES_WITHIN, STATE_DAYS, Basis, day, once, own, within
from alerts.forms.daily_rates import Rate, newest_interval
from alerts.forms.derived_series import SHARES
from alerts.forms.form import NO_ANSWER, OF_THEN, Form, Sentence
from alerts.forms.recoding import consulted, recoded
from alerts.forms.verdicts import Answer, Verdict, distance_in_points, truth
from figures.periods import PeriodKind, spoken
from figures.records import Figure


@dataclass(frozen=True, slots=True)
class _Share:
    """How many of how many, until which day, with the words that say of whom."""

    part: float
    whole: float
    on: date
    words: str
    formula: str
    evidence: tuple[Figure, ...]

    @property
    def percent(self) -> float:
        return 100 * self.part / self.whole


class ShareTest(Form):
    """A share in percent; deviations in points. What counts as part of it is the claim's, in `definition`.

    `of` is the whole: all criminalities of those held on a day, or (a flow, another metric) of those booked in, over
    the newest four weeks or more.
    """

    MENU: ClassVar[Mapping[str, str]] = {"share": "so many percent"}
    SENTENCE: ClassVar[Sentence] = Sentence(
        "{amount} of {what} {part}, {off} {stated} {who}",
        "{amount} of {what} {part} {when}: {off_in_full} {stated} {who}",
    )

    form: Literal["share"]
    of: AnySeries
    unit: Literal["percent"]
    value: float = Field(gt=0, le=100)
    hedge: Hedge
    fraction: bool = False
    accept: Accept | None = None
    definition: Literal["convicted", "convicted or charged", "no conviction", "no record"]
    noise: Movement
    on: date | None = None

    @field_validator("of")
    @classmethod
    def _by_criminality(cls, series: str) -> str:
        if "criminality=all" not in series:
            raise ValueError(f"{series!r} is no whole that is split by criminality; write criminality=all in it")
        return series

    @property
    def series(self) -> str:
        return self.of

    @property
    def flow(self) -> bool:
        return known_metric(self.of)[0].cumulative

    @property
    def numerator(self) -> tuple[str, ...]:
        return tuple(self.of.replace("criminality=all", f"criminality={part}") for part in SHARES[self.definition])

    @property
    def needed(self) -> tuple[str, ...]:
        return (self.of, *self.numerator)

    @property
    def consulted(self) -> tuple[str, ...]:
        return consulted(self.of) if self.flow else ()

    @property
    def kinds(self) -> tuple[PeriodKind, ...]:
        return ("fiscal_year_to_date",) if self.flow else ("instant",)

    @property
    def hedged(self) -> str:
        return self.hedge

    @property
    def number(self) -> float | None:
        return self.value

    @property
    def told_with(self) -> Mapping[str, str]:
        """Which part of the whole is counted."""
        return {"part": _WITH[self.definition]}

    @property
    def of_own_period(self) -> frozenset[Answer]:
        return OF_THEN if self.on is not None else NO_ANSWER

    def judge(self, basis: Basis) -> Verdict:
        found = _flow(self, basis) if self.flow else _stock(self, basis)
        if isinstance(found, Verdict):
            return found
        y = found.percent
        made = hedges.fraction if self.fraction else hedges.accepted_points
        interval = own(self.accept) or made(self.value, self.hedge)
        d = y - self.value
        state, nearness = distance_in_points(interval.contains(y), d)
        return basis.verdict(
            state if basis.answer == "standing" else truth(y, interval),
            f"{y:.1f} % {_WITH[self.definition]} ({found.part:,.0f} of {found.whole:,.0f}), {found.words}",
            **within(interval, y),
            deviation=d / self.value,
            rule=f"{interval.rule}; in points",
            edition=found.on.isoformat(),
            size=abs(d) / 100,
            nearness=nearness,
            evidence=found.evidence,
            difference=d,
            formula=found.formula,
        )


_WITH = {
    "convicted": "convicted",
    "convicted or charged": "convicted or charged",
    "no conviction": "without a conviction",
    "no record": "without a conviction or a charge",
}


def _stock(test: ShareTest, basis: Basis) -> _Share | Verdict:
    """Of those held on the newest day (or the claim's own) that has all parts."""
    whole, *parts = (_by_day(series, basis) for series in (test.of, *test.numerator))
    days = sorted(set(whole).intersection(*parts))
    if test.on and basis.answer != "standing":
        days = [on for on in days if on == test.on]
    if not days:
        what = f"No clean figures of {test.of} and its parts were public for one day."
        return basis.missing(what, test.on, test.on + COMES_WITHIN if test.on else None)
    return _held_on(days[-1], whole[days[-1]], [each[days[-1]] for each in parts])


def _held_on(on: date, whole: Figure, parts: Sequence[Figure]) -> _Share:
    total, counted = whole.value or 0.0, sum(figure.value or 0.0 for figure in parts)
    formula = f"({' + '.join(f'{figure.value:,.0f}' for figure in parts)}) / {total:,.0f}"
    return _Share(counted, total, on, f"of the people held on {spoken(on)}", formula, (*parts, whole))


def _by_day(series: str, basis: Basis) -> dict[date, Figure]:
    return {day(figure): figure for figure in basis.points(series, "instant")}


def _flow(test: ShareTest, basis: Basis) -> _Share | Verdict:
    """Of those booked in between the same two editions."""
    rates = _of_same_editions((test.of, *test.numerator), basis)
    if not rates:
        what = f"No two clean files of {test.of} and its parts lie {STATE_DAYS} days apart."
        return basis.missing(what, basis.year)
    whole, *parts = rates
    span = f"{spoken(whole.start)} to {spoken(whole.end)}"
    if anew := recoded(test.of, whole.figures[-1], whole.figures[0], basis) if len(whole.figures) > 1 else "":
        return basis.verdict("not_comparable", f"A share of {span} would compare two codings. {anew}")
    amounts, total = [_terms(rate) for rate in parts], _terms(whole)
    return _Share(
        sum(rate.amount for rate in parts),
        whole.amount,
        whole.end,
        f"of the people booked in from {span}",
        f"[{' + '.join(amounts)}] / {total}",
        once(*parts, whole),
    )


def _of_same_editions(series: Iterable[str], basis: Basis) -> list[Rate]:
    """The newest four weeks or more of each series; none where one has no such editions, or others."""
    rates = [basis.crossed(newest_interval(basis.points(each, "fiscal_year_to_date"), STATE_DAYS)) for each in series]
    found = [rate for rate in rates if rate is not None]
    spans = {(rate.start, rate.end) for rate in found}
    return found if len(found) == len(rates) and len(spans) == 1 else []


def _terms(rate: Rate) -> str:
    """The counts of a rate, without its days."""
    return rate.formula.partition(" / ")[0]
