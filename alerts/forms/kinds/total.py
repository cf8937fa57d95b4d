"""A total or a daily rate of a named window, and a bound where a claim is wider than the series."""

from collections.abc import Iterable, Mapping
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
        beside = _beside(self, found, end, basis)
        if isinstance(beside, Verdict):
            return beside
        y, interval = _measured(self, found), self.interval
        own_ = reading("the window of the claim", found, y, interval, truth(y, interval), found.formula)
        cv = usual_variation(self.series, found.days)
        return basis.verdict(
            "outside" if _is_wrong(beside) else truth_of(y, interval, self.value, self.hedge, self.accept),
            "; ".join([_words(self, found), *(said for _, said in beside)]),
            **within(interval, y),
            deviation=y / self.value - 1,
            z=(y / self.value - 1) / cv if cv else None,
            rule=interval.rule,
            edition=found.end.isoformat(),
            readings=(own_, *(each for each, _ in beside), *_paces(self, basis)),
            evidence=found.figures,
            difference=y - self.value,
            formula=found.formula if self.form == "rate" else found.formula.partition(" / ")[0],
        )


def _measured(test: TotalTest, over: Rate) -> float:
    return over.per_day if test.form == "rate" else over.amount


def _words(test: TotalTest, found: Rate) -> str:
    y = _measured(test, found)
    words = f"{_amount(y, test.unit, test)} from {spoken(found.start)} to {spoken(found.end)}"
    words += ", interpolated between editions" if found.interpolated else ""
    words += bridged_words(found)
    if test.vague and (gap := test.interval.gap(y)):
        words += f", {abs(gap):,.0f} {'above' if gap > 0 else 'below'} what the wording accepts of a vague window"
    return words


def _beside(test: TotalTest, found: Rate, end: date, basis: Basis) -> list[tuple[Reading, str]] | Verdict:
    """What was said in the same breath, each with its words: further totals, a change against another window."""
    beside: list[tuple[Reading, str]] = []
    for also in test.also:
        more = _also(also, test, end, basis)
        if isinstance(more, Verdict):
            return more
        as_said = "not as said" if more.state == "outside" else "as said"
        beside.append((more, f"{_amount(more.measured, also.unit, test)}, {as_said}"))
    if test.against:
        change = _change(test, test.against, found, basis)
        if isinstance(change, Verdict):
            return change
        window = test.against.over
        beside.append((change, f"{change.measured:+.1f} % against {spoken(window.start)} to {spoken(window.end)}"))
    return beside


def _is_wrong(beside: Iterable[tuple[Reading, str]]) -> bool:
    return any(each.state == "outside" for each, _ in beside)


def _amount(value: float, unit: str, test: TotalTest) -> str:
    return f"{value:,.1f} {unit}" if test.form == "rate" else f"{value:,.0f} {unit}"


def _also(also: Also, test: TotalTest, end: date, basis: Basis) -> Reading | Verdict:
    start, last = (also.over.start, also.over.end) if also.over else (test.start, end)
    found = total_over(also.series, also.rule, start, last, basis)
    if isinstance(found, Verdict):
        return found
    y = _measured(test, found)
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
    found = _part_counted(test, basis, end)
    if found is None:
        what = f"No clean editions of {test.series} run from {spoken(test.start)} on."
        return basis.missing(what, test.start, end + COMES_WITHIN)
    basis.bridged((found.end, end))
    y, high = _measured(test, found), test.interval.high
    interval = Accepted(None, high, None, high, "bound: the part may not exceed the whole that was said")
    state = "bound_respected" if interval.contains(y) else "bound_violated"
    own_ = reading("the part that is counted", found, y, interval, state, found.formula)
    beside, cells = _paces(test, basis), found.figures
    told = supposed(test.hypothesis, test.value, test.start, end, basis) if test.hypothesis else None
    if told is not None:
        beside, cells = [told[0], *beside], (*cells, *told[1])
    amiss = "; ".join(each.name for each in beside if each.state == "inconsistent")
    words = _words_of_part(test, found)
    return basis.verdict(
        state,
        f"{words}. {amiss}" if amiss else words,
        **within(interval, y),
        rule=interval.rule,
        edition=found.end.isoformat(),
        readings=(own_, *beside),
        evidence=tuple(dict.fromkeys(cells)),
        difference=y - test.value,
        formula=f"{found.formula.partition(' / ')[0]} of {test.value:,.0f}",
    )


def _part_counted(test: TotalTest, basis: Basis, end: date) -> Rate | None:
    """What the series counts of the window, as far as its editions go."""
    points = [f for f in basis.known.clean(test.series, "fiscal_year_to_date") if day(f) <= end]
    if not points or day(points[-1]) < test.start:
        return None
    return basis.crossed(daily_rates.between(points, test.start, day(points[-1])))


def _words_of_part(test: TotalTest, found: Rate) -> str:
    y = _measured(test, found)
    share = y / test.value
    words = (
        f"{_amount(y, test.unit, test)} from {spoken(found.start)} to {spoken(found.end)} are part of what was "
        f"said and explain {share:.0%} of {test.value:,.0f}{bridged_words(found)}"
    )
    return f"{words}; what is left over is counted by no series here" if share < 1 else words


def _paces(test: TotalTest, basis: Basis) -> list[Reading]:
    """How fast it went between consecutive statements of the speaker, beside the series; a total cannot fall."""
    own_ = Statement(said_on=basis.said.on, value=test.value)
    known = sorted((each.said_on, each.value) for each in (own_, *test.statements) if each.said_on <= basis.today)
    return [_pace(test, earlier, later, basis) for earlier, later in pairwise(known)]


def _pace(test: TotalTest, earlier: tuple[date, float], later: tuple[date, float], basis: Basis) -> Reading:
    (first, low), (second, high) = earlier, later
    start, days = first + daily_rates.ONE_DAY, (second - first).days
    pace = (high - low) / days
    counted = daily_rates.between(basis.known.clean(test.series, "fiscal_year_to_date"), start, second)
    least = counted.per_day if counted else None
    most = ceiling(test.ceiling, basis, start, second) if pace > 0 else None
    name = f"implied pace from {spoken(first)} to {spoken(second)}"
    if pace < 0:
        name = f"The speaker's total fell from {low:,.0f} on {spoken(first)} to {high:,.0f} on {spoken(second)}"
    formula = f"({high:,.0f} - {low:,.0f}) / {days} days"
    formula += f"; the series counts [{counted.formula}] = {least:,.1f} a day" if counted else ""
    formula += f"; all that its ceiling counts together is {most:,.1f} a day" if most is not None else ""
    return Reading(name, pace, least, most, _state_of_pace(pace, least, most), formula, first, second)


def _state_of_pace(pace: float, least: float | None, most: float | None) -> str:
    if pace < 0 or (most is not None and pace > most):
        return "inconsistent"
    return "consistent" if pace >= (least or 0.0) else "bound_violated"
