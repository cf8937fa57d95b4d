"""A total or a daily rate of a named window, and a bound where a claim is wider than the series."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from alerts.claims import hedges
from alerts.claims.hedges import Accepted
from alerts.claims.parts import Accept, Counted, Hedge, Strict, Text, Window
from alerts.forms import daily_rates
from alerts.forms.basis import COMES_WITHIN, Basis, bridged_words, day, interval_of, reading, truth_of, within
from alerts.forms.daily_rates import Rate
from alerts.forms.derived_series import usual_variation
from alerts.forms.form import OfWindow
from alerts.forms.hypotheses import Hypothesis, ceiling, supposed
from alerts.forms.verdicts import Reading, Verdict, truth
from alerts.forms.windows import RULES, total_over
from figures.periods import PeriodKind, spoken


class Against(Strict):
    """How a rate is said to have changed against another window's, in percent."""

    over: Window
    percent: float
    hedge: Hedge = "bare"


class Statement(Strict):
    """Another total that the same speaker gave, counted from the same day: paces between statements follow."""

    said_on: date
    value: float = Field(gt=0)


class Also(Strict):
    """A further total of the same window in the same statement; `covers` where it counts another thing."""

    series: Counted
    covers: str = ""
    unit: Text
    value: float = Field(gt=0)
    rule: Annotated[str, Field(pattern="^(difference|months|months_of_two_editions)$")] = "difference"
    over: Window | None = None
    hedge: Hedge = "bare"


class TotalTest(OfWindow):
    """A total (`cumulative`) or daily rate (`rate`) of a named window; without `end` up to the day it was said.

    `vague`: the first or the last day is not said exactly, which widens both accepted edges by 5 %.
    """

    MENU: ClassVar[Mapping[str, str]] = {
        "cumulative": "so many over a window",
        "rate": "so many a day over a window",
    }
    OVER_A_WINDOW: ClassVar[bool] = True

    form: Literal["cumulative", "rate"]
    series: Counted
    unit: Text
    value: float = Field(gt=0)
    hedge: Hedge
    accept: Accept | None = None
    start: date
    end: date | None = None
    vague: bool = False
    rule: Literal["difference", "months", "months_of_two_editions"] = "difference"
    also: tuple[Also, ...] = ()
    against: Against | None = None
    statements: tuple[Statement, ...] = ()
    hypothesis: Hypothesis | None = None
    ceiling: tuple[Counted, ...] = ()  # what all together a pace between two statements can hardly be above

    @property
    def consulted(self) -> tuple[str, ...]:
        """A ceiling and a hypothesis are told where they are known, and never waited for."""
        return tuple(dict.fromkeys((*self.ceiling, *(self.hypothesis.series if self.hypothesis else ()))))

    @property
    def needed(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.series, *(each.series for each in self.also))))

    @property
    def kinds(self) -> tuple[PeriodKind, ...]:
        return (RULES[self.rule][0],)

    @property
    def is_over(self) -> bool:
        return True

    @property
    def asks_held_days(self) -> bool:
        return True

    @property
    def is_asked_again_as_bound(self) -> bool:
        return True

    @property
    def hedged(self) -> str:
        return self.hedge

    @property
    def number(self) -> float | None:
        return self.value

    @property
    def interval(self) -> Accepted:
        found = interval_of(self.value, self.hedge, self.accept)
        return hedges.widened(found) if self.vague else found

    @property
    def beside(self) -> tuple[tuple[str, str], ...]:
        return tuple((also.series, also.covers) for also in self.also)

    def judge(self, basis: Basis) -> Verdict:
        end = self.end or basis.said.on
        if basis.said.is_bound:
            return _bound(self, basis, end)
        found = total_over(self.series, self.rule, self.start, end, basis)
        if isinstance(found, Verdict):
            return found
        daily = self.form == "rate"
        y = found.per_day if daily else found.amount
        interval = self.interval
        beside = _beside(self, found, end, basis)
        if isinstance(beside, Verdict):
            return beside
        words = f"{_amount(y, self.unit, daily=daily)} from {spoken(found.start)} to {spoken(found.end)}"
        words += ", interpolated between editions" if found.interpolated else ""
        words += bridged_words(found)
        if (gap := interval.gap(y)) and self.vague:
            words += f", {abs(gap):,.0f} {'above' if gap > 0 else 'below'} what the wording accepts of a vague window"
        words = "; ".join([words, *(said for _, said in beside)])
        own_ = reading("the window of the claim", found, y, interval, truth(y, interval), found.formula)
        wrong = any(each.state == "outside" for each, _ in beside)
        state = "outside" if wrong else truth_of(y, interval, self.value, self.hedge, self.accept)
        cv = usual_variation(self.series, found.days)
        return basis.verdict(
            state,
            words,
            **within(interval, y),
            deviation=y / self.value - 1,
            z=(y / self.value - 1) / cv if cv else None,
            rule=interval.rule,
            edition=found.end.isoformat(),
            readings=(own_, *(each for each, _ in beside), *_paces(self, basis)),
            evidence=found.figures,
            difference=y - self.value,
            formula=found.formula if daily else found.formula.partition(" / ")[0],
        )


def _beside(test: TotalTest, found: Rate, end: date, basis: Basis) -> list[tuple[Reading, str]] | Verdict:
    """What was said in the same breath, each with its words: further totals, a change against another window."""
    beside: list[tuple[Reading, str]] = []
    for also in test.also:
        more = _also(also, test, end, basis)
        if isinstance(more, Verdict):
            return more
        as_said = "not as said" if more.state == "outside" else "as said"
        beside.append((more, f"{_amount(more.measured, also.unit, daily=test.form == 'rate')}, {as_said}"))
    if test.against:
        change = _change(test, test.against, found, basis)
        if isinstance(change, Verdict):
            return change
        window = test.against.over
        beside.append((change, f"{change.measured:+.1f} % against {spoken(window.start)} to {spoken(window.end)}"))
    return beside


def _amount(value: float, unit: str, *, daily: bool) -> str:
    return f"{value:,.1f} {unit}" if daily else f"{value:,.0f} {unit}"


def _also(also: Also, test: TotalTest, end: date, basis: Basis) -> Reading | Verdict:
    start, last = (also.over.start, also.over.end) if also.over else (test.start, end)
    found = total_over(also.series, also.rule, start, last, basis)
    if isinstance(found, Verdict):
        return found
    y = found.per_day if test.form == "rate" else found.amount
    interval = hedges.accepted(also.value, also.hedge)
    return reading(f"{also.value:,.0f} {also.unit}", found, y, interval, truth(y, interval), found.formula)


def _change(test: TotalTest, against: Against, now: Rate, basis: Basis) -> Reading | Verdict:
    """The rate against another window's, in percent."""
    then = total_over(test.series, test.rule, against.over.start, against.over.end, basis)
    if isinstance(then, Verdict):
        return then
    y = 100 * (now.per_day / then.per_day - 1)
    size = hedges.accepted_points(abs(against.percent), against.hedge)
    low, high = size.low or 0.0, size.high or 100.0
    interval = Accepted(low, high, low, high, size.rule)
    if against.percent < 0:
        interval = Accepted(-high, -low, -high, -low, size.rule)
    name = f"{against.percent:+g} % against {spoken(then.start)} to {spoken(then.end)}"
    return reading(name, now, y, interval, truth(y, interval), f"[{now.formula}] / [{then.formula}] - 1")


def _bound(test: TotalTest, basis: Basis, end: date) -> Verdict:
    """A claim about more than the series counts: only a part that exceeds the whole would break it."""
    points = [f for f in basis.known.clean(test.series, "fiscal_year_to_date") if day(f) <= end]
    last = day(points[-1]) if points else date.min
    found = basis.crossed(daily_rates.between(points, test.start, last)) if last >= test.start else None
    if found is None:
        what = f"No clean editions of {test.series} run from {spoken(test.start)} on."
        return basis.missing(what, test.start, end + COMES_WITHIN)
    basis.bridged((last, end))
    daily = test.form == "rate"
    y, stated = found.per_day if daily else found.amount, test.interval
    interval = Accepted(None, stated.high, None, stated.high, "bound: the part may not exceed the whole that was said")
    state = "bound_respected" if interval.contains(y) else "bound_violated"
    share = y / test.value
    beyond = "; what is left over is counted by no series here" if share < 1 else ""
    paces, cells = _paces(test, basis), found.figures
    beside = supposed(test.hypothesis, test.value, test.start, end, basis) if test.hypothesis else None
    if beside is not None:
        paces, cells = [beside[0], *paces], (*cells, *beside[1])
    fell = "; ".join(each.name for each in paces if each.state == "inconsistent")
    words = (
        f"{_amount(y, test.unit, daily=daily)} from {spoken(found.start)} to {spoken(found.end)} are part of what was "
        f"said and explain {share:.0%} of {test.value:,.0f}{bridged_words(found)}{beyond}"
    )
    return basis.verdict(
        state,
        f"{words}. {fell}" if fell else words,
        **within(interval, y),
        rule=interval.rule,
        edition=found.end.isoformat(),
        readings=(reading("the part that is counted", found, y, interval, state, found.formula), *paces),
        evidence=tuple(dict.fromkeys(cells)),
        difference=y - test.value,
        formula=f"{found.formula.partition(' / ')[0]} of {test.value:,.0f}",
    )


def _paces(test: TotalTest, basis: Basis) -> list[Reading]:
    """How fast it went between consecutive statements of the speaker, beside the series; a total cannot fall."""
    said = [(basis.said.on, test.value), *((s.said_on, s.value) for s in test.statements)]
    known = sorted((on, value) for on, value in said if on <= basis.today)
    readings = []
    for (first, low), (second, high) in pairwise(known):
        days = (second - first).days
        pace = (high - low) / days
        counted = daily_rates.between(
            basis.known.clean(test.series, "fiscal_year_to_date"), first + daily_rates.ONE_DAY, second
        )
        least = counted.per_day if counted else None
        formula = f"({high:,.0f} - {low:,.0f}) / {days} days"
        formula += f"; the series counts [{counted.formula}] = {least:,.1f} a day" if counted else ""
        name = f"implied pace from {spoken(first)} to {spoken(second)}"
        state = "consistent" if pace >= (least or 0.0) else "bound_violated"
        if pace < 0:
            name = f"The speaker's total fell from {low:,.0f} on {spoken(first)} to {high:,.0f} on {spoken(second)}"
            state = "inconsistent"
        most = ceiling(test.ceiling, basis, first + daily_rates.ONE_DAY, second) if pace > 0 else None
        if most is not None:
            formula += f"; all that its ceiling counts together is {most:,.1f} a day"
            state = state if pace <= most else "inconsistent"
        readings.append(Reading(name, pace, least, most, state, formula, first, second))
    return readings
