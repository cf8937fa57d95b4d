"""A comparison: one period against another."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from alerts.claims import hedges
from alerts.claims.bounds import FIRST_YEAR, LAST_YEAR
from alerts.claims.hedges import Accepted
from alerts.claims.parts import SHOWN_DAYS, Counted, Variation, Window, is_counted_by_months
from alerts.forms.basis import COMES_WITHIN, STATE_DAYS, Basis, bridged_words, day, once, reading, within
from alerts.forms.daily_rates import Rate, between, newest_interval, since, whole_year
from alerts.forms.form import EVERY_ANSWER, NO_ANSWER, Form, Sentence
from alerts.forms.verdicts import Answer, Reading, Verdict, distance, truth
from alerts.forms.windows import RULES, newest_rate, rule_of, uncovered
from figures.periods import PeriodKind, fiscal_year, fiscal_year_end, fiscal_year_start, spoken
from figures.records import Figure

_OF_PERCENT = ("bare", "about", "around")


@dataclass(frozen=True, slots=True)
class _Rates:
    """What is compared with what: the other period, the one that is said to be so, and the newest four weeks or more
    beside them.
    """

    base: Rate | None
    current: Rate | None
    newest: Rate | None


class ComparisonTest(Form):
    """The daily rate (or the total) since a day against that of a whole fiscal year, or of another window.

    `until`: the last day of what is compared, where the claim names it. `percent`: by how much it is said to lie above
    the other, below 0 for below it; the direction binds.
    """

    MENU: ClassVar[Mapping[str, str]] = {"comparison": "one period against another"}
    ASKED: ClassVar[tuple[str, ...]] = ("against_fiscal_year",)
    OVER_A_WINDOW: ClassVar[bool] = True
    SENTENCE: ClassVar[Sentence] = Sentence(
        "{What}{pace} at {amount} {other}, {more_or_less}, against {stated} {who}",
        "{What}{pace} at {amount} {other} {when}: {more_or_less}, against {stated} {who}",
    )

    form: Literal["comparison"]
    series: Counted
    unit: Literal["ratio"]
    since: date
    until: date | None = None
    against_fiscal_year: int | None = Field(default=None, ge=FIRST_YEAR, le=LAST_YEAR)
    against: Window | None = None
    measure: Literal["rate", "total"] = "rate"
    hedge: Literal["roughly the same", "in line with", "more than", "under", "bare", "about", "around"]
    percent: float | None = None
    noise: Variation
    window_tolerance: float | None = Field(default=None, gt=0, lt=1)
    window_because: str = ""

    @model_validator(mode="after")
    def _one_other(self) -> "ComparisonTest":
        if (self.against_fiscal_year is None) == (self.against is None):
            raise ValueError("a comparison is against_fiscal_year or against a window, one of the two")
        if self.window_tolerance is not None and not self.window_because:
            raise ValueError("window_tolerance needs window_because")
        if (self.hedge in _OF_PERCENT) != (self.percent is not None) or self.percent == 0:
            raise ValueError(f"percent is a number beside {', '.join(_OF_PERCENT)}, and beside no other hedge")
        return self

    @property
    def needed(self) -> tuple[str, ...]:
        return (self.series,)

    @property
    def kinds(self) -> tuple[PeriodKind, ...]:
        return (RULES[rule_of(self.series)][0],)

    @property
    def of_own_period(self) -> frozenset[Answer]:
        return NO_ANSWER if self.until is None else EVERY_ANSWER

    @property
    def given_while_held(self) -> frozenset[Answer]:
        return self.of_own_period

    @property
    def hedged(self) -> str:
        return self.hedge

    @property
    def told_with(self) -> Mapping[str, str]:
        """Whether it is of a pace, and what it is held against."""
        year = self.against_fiscal_year
        pace = " a day" if self.measure == "rate" else ""
        return {"pace": pace, "other": f"FY{year}" if year else "the other period"}

    @property
    def stated(self) -> float | None:
        return 1 + (self.percent or 0.0) / 100

    @property
    def is_over(self) -> bool:
        """Whether one total had passed another is a claim about a day that is over."""
        return self.measure == "total" or self.until is not None

    def judge(self, basis: Basis) -> Verdict:
        rates = _of_months(self, basis) if is_counted_by_months(self.series) else _of_editions(self, basis)
        base, current = rates.base, rates.current
        if base is None:
            start, end = _days_of_base(self)
            return basis.missing(_no_base(self), start, end + COMES_WITHIN)
        if current is None or current.days < SHOWN_DAYS:
            return basis.missing(_no_current(self), self.since, (self.until or self.since) + COMES_WITHIN)
        y, formula, words = _set_against(self, current, base)
        cv = self.noise.cv_of(current.days)
        stated = self.stated or 1.0
        interval, z = _same(self, cv), (y - stated) / cv
        state, nearness = distance(interval.contains(y), y - stated, z)
        own_ = reading(f"since {spoken(self.since)}", current, y, interval, state, formula)
        return basis.verdict(
            state if basis.answer == "standing" else truth(y, interval),
            words,
            **within(interval, y),
            deviation=y - stated,
            z=z,
            rule=interval.rule,
            edition=current.end.isoformat(),
            size=abs(y - stated),
            nearness=nearness,
            readings=(own_, *_window(self, rates.newest, base)),
            evidence=once(current, base),
            difference=y - stated,
            formula=formula,
        )


def _set_against(test: ComparisonTest, current: Rate, base: Rate) -> tuple[float, str, str]:
    """How many times, by which formula, in words: rates by their own days, or totals as they are."""
    span = f"from {spoken(current.start)} to {spoken(current.end)}"
    if test.measure == "rate":
        y = current.per_day / base.per_day
        words = f"{current.per_day:,.1f} a day {span}, {y:.3f} times the {base.per_day:,.1f} a day of {_other(test)}"
        words += (
            f"; {current.gap_days} days that no file held here covers go by the rate before them"
            if current.gap_days
            else ""
        )
        return y, f"[{current.formula}] / [{base.formula}]", words
    y = current.amount / base.amount
    words = f"{current.amount:,.0f} {span}, {y:.3f} times the {base.amount:,.0f} of {_other(test)}"
    words += bridged_words(current)
    return y, f"{current.formula.partition(' / ')[0]} / {base.formula.partition(' / ')[0]}", words


def _other(test: ComparisonTest) -> str:
    if test.against is None:
        return f"FY{test.against_fiscal_year}"
    return f"{spoken(test.against.start)} to {spoken(test.against.end)}"


def _days_of_base(test: ComparisonTest) -> tuple[date, date]:
    """From when until when an edition ends that the base needs; a whole year needs its last day."""
    if test.against is not None:
        return test.against.start, test.against.end
    last = fiscal_year_end(test.against_fiscal_year or 0)
    return last, last


def _no_base(test: ComparisonTest) -> str:
    if test.against is None:
        return f"No clean file of {test.series} covers FY{test.against_fiscal_year} to its end."
    return uncovered(test.series, test.against.start, test.against.end)


def _no_current(test: ComparisonTest) -> str:
    if not is_counted_by_months(test.series):
        days = f"{SHOWN_DAYS} days or more"
        return f"No clean files of {test.series} count from {spoken(test.since)} on, {days}."
    if test.until is not None:
        return uncovered(test.series, test.since, test.until)
    if test.since.day > 1:
        return f"{test.series} is counted by month, and {spoken(test.since)} is no first day of one."
    return f"No clean months of {test.series} from {spoken(test.since)} on were public."


def _against(test: ComparisonTest) -> Window:
    year = test.against_fiscal_year or 0
    return test.against or Window(start=fiscal_year_start(year), end=fiscal_year_end(year))


def _of_editions(test: ComparisonTest, basis: Basis) -> _Rates:
    """By counts since 1 October: a rate runs from an edition on, a total may begin between two."""
    known = basis.known.clean(test.series, "fiscal_year_to_date")
    points = basis.points(test.series, "fiscal_year_to_date")
    newest = newest_interval(points, STATE_DAYS)
    if test.against is None:
        base = whole_year(known, test.against_fiscal_year or 0)
    elif test.until is not None:
        base = _whole(known, test.against.start, test.against.end)
    else:
        base = basis.crossed(between(known, test.against.start, test.against.end))
    if test.until is not None:
        return _Rates(base, _whole(known, test.since, test.until), newest)
    if test.measure == "rate" or not points:
        return _Rates(base, basis.crossed(since(points, test.since)), newest)
    return _Rates(base, basis.crossed(between(points, test.since, day(points[-1]))), newest)


def _whole(points: Sequence[Figure], start: date, end: date) -> Rate | None:
    """A rate from an edition to an edition: between two, what was split evenly would be a part of a short window."""
    ends = {day(f) for f in points}
    begins = start == fiscal_year_start(fiscal_year(start)) or start - timedelta(days=1) in ends
    return between(points, start, end) if begins and end in ends else None


def _of_months(test: ComparisonTest, basis: Basis) -> _Rates:
    """By the counts of closed months."""
    _, made = RULES["months"]
    known, over = basis.known.clean(test.series, "month"), _against(test)
    newest = newest_rate("months", basis.points(test.series, "month"), STATE_DAYS)
    until = test.until or (newest.end if newest else date.min)
    current = made(known, test.since, until) if until >= test.since else None
    return _Rates(made(known, over.start, over.end), current, newest)


def _same(test: ComparisonTest, cv: float) -> Accepted:
    word = hedges.SAME_AS.get(test.hedge, test.hedge)
    if test.percent is not None:
        return hedges.percent_off(test.percent, word)
    return hedges.roughly_the_same(cv) if word == "roughly the same" else hedges.accepted(1.0, word)


def _window(test: ComparisonTest, newest: Rate | None, base: Rate) -> Iterator[Reading]:
    """The newest window beside the cumulative one, where it is asked for: with its own interval and without a state."""
    if newest is None or test.measure == "total" or test.window_tolerance is None:
        return
    low, high = 1 - test.window_tolerance, 1 + test.window_tolerance
    interval = Accepted(low, high, low, high, test.window_because)
    y, name = newest.per_day / base.per_day, f"newest window of {STATE_DAYS} days or more"
    yield reading(name, newest, y, interval, "none", f"[{newest.formula}] / [{base.formula}]")
