"""Rates against rates: how many times a baseline, and one period against another."""

from datetime import date, timedelta

from alerts import hedges
from alerts.claims_parts import SHOWN_DAYS, Baseline
from alerts.claims_tests import ComparisonTest, RatioTest
from alerts.forms_basis import COMES_WITHIN, STATE_DAYS, Basis, day, once, own, reading, within
from alerts.hedges import Accepted
from alerts.rates import Rate, between, newest_interval, since, whole_year
from alerts.verdicts import Reading, Verdict, distance, truth
from figures.periods import fiscal_year_end, spoken


def ratio(test: RatioTest, basis: Basis) -> Verdict:
    """A stated number over each admissible baseline. Nothing in it moves but revisions of a baseline's figures."""
    interval = own(test.accept) or hedges.times(test.value, test.word)
    readings: list[Reading] = []
    rates: list[Rate] = []
    for baseline in test.baselines:
        found = _over(test, baseline, interval, basis)
        if isinstance(found, Verdict):
            return found
        readings.append(found[0])
        rates += found[1:]
    truths = {each.state for each in readings}
    state = truths.pop() if len(truths) == 1 else "depends_on_definition"
    y = readings[0].measured
    if basis.answer == "standing":  # the first baseline is the claim's own
        state, _ = distance(interval.contains(y), y / test.value - 1, _far_off(y, test))
    said = "; ".join(
        f"{each.measured:.2f} times {baseline.words} ({each.state.replace('_', ' ')})"
        for each, baseline in zip(readings, test.baselines, strict=True)
    )
    return basis.verdict(
        state,
        f"{test.numerator:,.0f} is {said}",
        **within(interval, y),
        deviation=y / test.value - 1,
        rule=interval.rule,
        edition=max(rate.end for rate in rates).isoformat(),
        readings=tuple(readings),
        evidence=once(*rates),
        difference=y - test.value,
        formula=readings[0].formula,
    )


def _far_off(y: float, test: RatioTest) -> float:
    """In half-widths of the interval: a stated number over a fixed baseline has no noise of its own."""
    return 2 * (y - test.value) / 0.5


def _over(
    test: RatioTest, baseline: Baseline, interval: Accepted, basis: Basis
) -> tuple[Reading] | tuple[Reading, Rate] | Verdict:
    if baseline.value is not None:
        y = test.numerator / baseline.value
        formula = f"{test.numerator:,.0f} / {baseline.value:,.1f} ({baseline.source})"
        said_on = basis.claim.words.said_on
        state = truth(y, interval)
        return (Reading(baseline.words, y, interval.low, interval.high, state, formula, said_on, said_on),)
    if baseline.series is None or baseline.over is None:
        raise ValueError(f"{baseline.words} is neither a number nor a series")
    window = baseline.over
    points = basis.known.clean(baseline.series, "fiscal_year_to_date")
    rate = basis.crossed(between(points, window.start, window.end))
    if rate is None:
        what = f"No clean editions of {baseline.series} cover {spoken(window.start)} to {spoken(window.end)}."
        return basis.missing(what, window.start, window.end + COMES_WITHIN)
    y = test.numerator / rate.per_day
    formula = f"{test.numerator:,.0f} / [{rate.formula}]"
    return reading(baseline.words, rate, y, interval, truth(y, interval), formula), rate


def comparison(test: ComparisonTest, basis: Basis) -> Verdict:
    base, current = _base(test, basis), _current(test, basis)
    if base is None:
        start, end = _days_of_base(test)
        return basis.missing(_no_base(test), start, end + COMES_WITHIN)
    if current is None or current.days < SHOWN_DAYS:
        before = spoken(test.since - timedelta(days=1))
        what = f"No clean editions of {test.series} run from {before} on, {SHOWN_DAYS} days or more."
        return basis.missing(what, test.since, test.since + COMES_WITHIN)
    y, formula, words = _set_against(test, current, base)
    cv = test.noise.cv_of(current.days)
    interval, z = _same(test, cv), (y - 1) / cv
    state, nearness = distance(interval.contains(y), y - 1, z)
    readings = [reading(f"since {spoken(test.since)}", current, y, interval, state, formula)]
    window = newest_interval(basis.points(test.series, "fiscal_year_to_date"), STATE_DAYS)
    if window and test.measure == "rate" and test.window_tolerance:
        readings.append(_window(test, test.window_tolerance, window, base))
    return basis.verdict(
        state if basis.answer == "standing" else truth(y, interval),
        words,
        **within(interval, y),
        deviation=y - 1,
        z=z,
        rule=interval.rule,
        edition=current.end.isoformat(),
        size=abs(y - 1),
        nearness=nearness,
        readings=tuple(readings),
        evidence=once(current, base),
        difference=y - 1,
        formula=formula,
    )


def _set_against(test: ComparisonTest, current: Rate, base: Rate) -> tuple[float, str, str]:
    """How many times, by which formula, in words: rates by their own days, or totals as they are."""
    gap = f" (leaving out {current.gap_days} days that no edition covers)" if current.gap_days else ""
    span = f"from {spoken(current.start)} to {spoken(current.end)}{gap}"
    if test.measure == "rate":
        y = current.per_day / base.per_day
        words = f"{current.per_day:,.1f} a day {span}, {y:.3f} times the {base.per_day:,.1f} a day of {_other(test)}"
        return y, f"[{current.formula}] / [{base.formula}]", words
    y = current.amount / base.amount
    words = f"{current.amount:,.0f} {span}, {y:.3f} times the {base.amount:,.0f} of {_other(test)}"
    return y, f"{current.formula.partition(' / ')[0]} / {base.formula.partition(' / ')[0]}", words


def _other(test: ComparisonTest) -> str:
    if test.against is None:
        return f"FY{test.against_fiscal_year}"
    return f"{spoken(test.against.start)} to {spoken(test.against.end)}"


def _base(test: ComparisonTest, basis: Basis) -> Rate | None:
    points = basis.known.clean(test.series, "fiscal_year_to_date")
    if test.against is not None:
        return basis.crossed(between(points, test.against.start, test.against.end))
    return whole_year(points, test.against_fiscal_year or 0)


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
    if test.measure == "rate" or not points:
        return basis.crossed(since(points, test.since))
    last = day(points[-1])
    return basis.crossed(between(points, test.since, last)) if last >= test.since else None


def _same(test: ComparisonTest, cv: float) -> Accepted:
    word = hedges.SAME_AS.get(test.hedge, test.hedge)
    return hedges.roughly_the_same(cv) if word == "roughly the same" else hedges.accepted(1.0, word)


def _window(test: ComparisonTest, tolerance: float, window: Rate, base: Rate) -> Reading:
    """The newest window beside the cumulative one: its own interval, its own state."""
    low, high = 1 - tolerance, 1 + tolerance
    interval = Accepted(low, high, low, high, test.window_because)
    y = window.per_day / base.per_day
    state, _ = distance(interval.contains(y), y - 1, (y - 1) / test.noise.cv_of(window.days))
    name = f"newest window of {STATE_DAYS} days or more"
    return reading(name, window, y, interval, state, f"[{window.formula}] / [{base.formula}]")
