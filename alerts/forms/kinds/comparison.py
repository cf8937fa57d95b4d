"""A comparison: one period against another."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from alerts.claims import hedges
from alerts.claims.bounds import FIRST_YEAR, LAST_YEAR
from alerts.claims.hedges import Accepted
from alerts.claims.parts import SHOWN_DAYS, Counted, Variation, Window
from alerts.forms.basis import COMES_WITHIN, STATE_DAYS, Basis, bridged_words, day, once, reading, within
from alerts.forms.daily_rates import Rate, between, newest_interval, since, whole_year
from alerts.forms.form import Form, Sentence
from alerts.forms.verdicts import Reading, Verdict, distance, truth
from figures.periods import PeriodKind, fiscal_year, fiscal_year_end, fiscal_year_start, spoken
from figures.records import Figure

_OF_PERCENT = ("bare", "about", "around")


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
        return ("fiscal_year_to_date",)

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
        base, current = _base(self, basis), _current(self, basis)
        if base is None:
            start, end = _days_of_base(self)
            return basis.missing(_no_base(self), start, end + COMES_WITHIN)
        if current is None or current.days < SHOWN_DAYS:
            before = spoken(self.since - timedelta(days=1))
            what = f"No clean editions of {self.series} run from {before} on, {SHOWN_DAYS} days or more."
            return basis.missing(what, self.since, (self.until or self.since) + COMES_WITHIN)
        y, formula, words = _set_against(self, current, base)
        cv = self.noise.cv_of(current.days)
        stated = self.stated or 1.0
        interval, z = _same(self, cv), (y - stated) / cv
        state, nearness = distance(interval.contains(y), y - stated, z)
        readings = [reading(f"since {spoken(self.since)}", current, y, interval, state, formula)]
        window = newest_interval(basis.points(self.series, "fiscal_year_to_date"), STATE_DAYS)
        if window and self.measure == "rate" and self.window_tolerance:
            readings.append(_window(self, self.window_tolerance, window, base))
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
            readings=tuple(readings),
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


def _base(test: ComparisonTest, basis: Basis) -> Rate | None:
    points = basis.known.clean(test.series, "fiscal_year_to_date")
    if test.against is not None and test.until is not None:
        return _whole(points, test.against.start, test.against.end)
    if test.against is not None:
        return basis.crossed(between(points, test.against.start, test.against.end))
    return whole_year(points, test.against_fiscal_year or 0)


def _whole(points: Sequence[Figure], start: date, end: date) -> Rate | None:
    """A rate from an edition to an edition: between two, what was split evenly would be a part of a short window."""
    ends = {day(f) for f in points}
    begins = start == fiscal_year_start(fiscal_year(start)) or start - timedelta(days=1) in ends
    return between(points, start, end) if begins and end in ends else None


def _days_of_base(test: ComparisonTest) -> tuple[date, date]:
    """From when until when an edition ends that the base needs; a whole year needs its last day."""
    if test.against is not None:
        return test.against.start, test.against.end
    last = fiscal_year_end(test.against_fiscal_year or 0)
    return last, last


def _no_base(test: ComparisonTest) -> str:
    if test.against is None:
        return f"No clean edition of {test.series} covers FY{test.against_fiscal_year} to its end."
    return f"No clean editions of {test.series} cover {_other(test)}."


def _current(test: ComparisonTest, basis: Basis) -> Rate | None:
    """A rate runs from an edition on; a total may begin between two."""
    points = basis.points(test.series, "fiscal_year_to_date")
    if test.until is not None:
        return _whole(points, test.since, test.until)
    if test.measure == "rate" or not points:
        return basis.crossed(since(points, test.since))
    last = day(points[-1])
    return basis.crossed(between(points, test.since, last)) if last >= test.since else None


def _same(test: ComparisonTest, cv: float) -> Accepted:
    word = hedges.SAME_AS.get(test.hedge, test.hedge)
    if test.percent is not None:
        return hedges.percent_off(test.percent, word)
    return hedges.roughly_the_same(cv) if word == "roughly the same" else hedges.accepted(1.0, word)


def _window(test: ComparisonTest, tolerance: float, window: Rate, base: Rate) -> Reading:
    """The newest window beside the cumulative one, with its own interval and without a state."""
    low, high = 1 - tolerance, 1 + tolerance
    interval = Accepted(low, high, low, high, test.window_because)
    y = window.per_day / base.per_day
    name = f"newest window of {STATE_DAYS} days or more"
    return reading(name, window, y, interval, "none", f"[{window.formula}] / [{base.formula}]")
