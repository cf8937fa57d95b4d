"""A total or a daily rate of a named window, and a bound where a claim is wider than the series."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from alerts.claims import hedges
from alerts.claims.hedges import Accepted
from alerts.claims.parts import Accept, Counted, Hedge, Strict, Text, Window, is_counted_by_months
from alerts.forms.basis import COMES_WITHIN, Basis, bridged_words, day, interval_of, reading, truth_of, within
from alerts.forms.daily_rates import Rate, complete
from alerts.forms.derived_series import usual_variation
from alerts.forms.form import OfWindow
from alerts.forms.hypotheses import Hypothesis, Statement, paces, supposed
from alerts.forms.verdicts import Reading, Verdict, truth
from alerts.forms.windows import RULES, first_of_month, rule_of, so_far, total_over
from figures.periods import PeriodKind, spoken


class Against(Strict):
    """How a rate is said to have changed against another window's, in percent."""

    over: Window
    percent: float
    hedge: Hedge = "bare"


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
        return (RULES[rule_of(self.series, self.rule)][0],)

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

    def implied_paces(self, basis: Basis) -> list[Reading]:
        """Those between the statements of the speaker, this claim among them."""
        said = (Statement(said_on=basis.said.on, value=self.value), *self.statements)
        return paces(said, self.series, self.ceiling, basis)

    def judge(self, basis: Basis) -> Verdict:
        end = self.end or basis.said.on
        if basis.said.is_bound:
            return _bound(self, basis, end)
        found = _counted(self, self.series, self.rule, (self.start, end), self.interval, basis)
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
            "; ".join([_words(self, found, end), *(said for _, said in beside)]),
            **within(interval, y),
            deviation=y / self.value - 1,
            z=(y / self.value - 1) / cv if cv else None,
            rule=interval.rule,
            edition=found.end.isoformat(),
            readings=(own_, *(each for each, _ in beside), *self.implied_paces(basis)),
            evidence=found.figures,
            difference=y - self.value,
            formula=found.formula if self.form == "rate" else found.formula.partition(" / ")[0],
        )


def _counted(
    test: TotalTest, series: str, rule: str, over: tuple[date, date], accepted: Accepted, basis: Basis
) -> Rate | Verdict:
    """A window by its rule; of one that still runs what is counted, where no more of it can change the answer."""
    rule = rule_of(series, rule)
    if test.form == "cumulative" and test.against is None:
        found = so_far(series, rule, *over, basis)
        if found is not None and accepted.is_settled(found.low):
            basis.crossed(found)
            return found
    return total_over(series, rule, *over, basis)


def _measured(test: TotalTest, over: Rate) -> float:
    return over.per_day if test.form == "rate" else over.amount


def _words(test: TotalTest, found: Rate, end: date) -> str:
    y = _measured(test, found)
    words = f"{_amount(y, test.unit, test)} from {spoken(found.start)} to {spoken(found.end)}"
    words += ", interpolated between files" if found.interpolated else ""
    words += bridged_words(found)
    if test.vague and (gap := test.interval.gap(y)):
        words += f", {abs(gap):,.0f} {'above' if gap > 0 else 'below'} what the wording accepts of a vague window"
    if found.end < end:
        words += f"; the window runs to {spoken(end)}, and what is still to come can only add to it"
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
    interval = hedges.accepted(also.value, also.hedge)
    over = (also.over.start, also.over.end) if also.over else (test.start, end)
    found = _counted(test, also.series, also.rule, over, interval, basis)
    if isinstance(found, Verdict):
        return found
    y = _measured(test, found)
    return reading(f"{also.value:,.0f} {also.unit}", found, y, interval, truth(y, interval), found.formula)


def _change(test: TotalTest, against: Against, now: Rate, basis: Basis) -> Reading | Verdict:
    """The rate against another window's, in percent."""
    then = total_over(test.series, rule_of(test.series, test.rule), against.over.start, against.over.end, basis)
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
        what = f"No clean files of {test.series} run from {spoken(test.start)} on."
        return basis.missing(what, test.start, end + COMES_WITHIN)
    basis.bridged((found.end, end))
    y, high = _measured(test, found), test.interval.high
    interval = Accepted(None, high, None, high, "bound: the part may not exceed the whole that was said")
    state = "bound_respected" if interval.contains(y) else "bound_violated"
    own_ = reading("the part that is counted", found, y, interval, state, found.formula)
    beside, cells = test.implied_paces(basis), found.figures
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
    """What the series counts of the window, as far as its editions go; by month, its whole months."""
    kind, made = RULES[rule_of(test.series)]
    points = [f for f in complete(basis.known.clean(test.series, kind), kind) if day(f) <= end]
    start = first_of_month(test.start) if is_counted_by_months(test.series) else test.start
    if not points or day(points[-1]) < start:
        return None
    return basis.crossed(made(points, start, day(points[-1])))


def _words_of_part(test: TotalTest, found: Rate) -> str:
    y = _measured(test, found)
    share = y / test.value
    words = (
        f"{_amount(y, test.unit, test)} from {spoken(found.start)} to {spoken(found.end)} are part of what was "
        f"said and explain {share:.0%} of {test.value:,.0f}{bridged_words(found)}"
    )
    return f"{words}; what is left over is counted by no series here" if share < 1 else words
