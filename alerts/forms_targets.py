"""Targets: a rate, a dated total, a level to be reached. That a target was set is another statement."""

from datetime import timedelta

from alerts import hedges
from alerts.claims_parts import SHOWN_DAYS
from alerts.claims_tests import TargetLevelTest, TargetTest, TargetTotalTest
from alerts.derived import usual_variation
from alerts.forms_basis import COMES_WITHIN, STATE_DAYS, Basis, day, once, own, reading, within
from alerts.hedges import Accepted
from alerts.rates import between, newest_interval, since
from alerts.verdicts import Verdict
from figures.periods import spoken

APPROACHING = 0.80


def attained(value: float, target: float, interval: Accepted) -> tuple[str, float]:
    """met, approaching or short, and how close to the threshold of the next further state."""
    shortfall = max(0.0, target - value)
    if interval.contains(value):
        allowed = target - (interval.low or 0.0)
        return "met", shortfall / allowed if shortfall else 0.0
    missing = shortfall / (target * (1 - APPROACHING))
    return ("approaching", missing) if value >= APPROACHING * target else ("short", 1.0)


def rate(test: TargetTest, basis: Basis) -> Verdict:
    points = basis.points(test.series, "fiscal_year_to_date")
    shown = basis.crossed(newest_interval(points, SHOWN_DAYS))
    window = basis.crossed(newest_interval(points, STATE_DAYS))
    if shown is None or window is None:
        return basis.missing(f"No two clean editions of {test.series} lie {STATE_DAYS} days apart.", basis.year)
    interval = own(test.accept) or _asked(test)
    rates = [("newest interval", shown), (f"newest window of {STATE_DAYS} days or more", window)]
    base = max((day(f) for f in points if day(f) < test.since), default=None)
    total_ = since(points, base + timedelta(days=1)) if base else None
    if total_:
        rates.append(("since the target was set", total_))
    y = shown.per_day
    state, nearness = attained(window.per_day, test.value, interval)
    missed = 1 - test.proxy_share
    band = f" ({y / test.proxy_share / test.value:.0%} if the series misses {missed:.0%} of it)" if missed else ""
    upper = f"; the upper end of {test.up_to:,.0f} does not bind" if test.up_to else ""
    return basis.verdict(
        state,
        f"{y:,.1f} {test.unit} from {spoken(shown.start)} to {spoken(shown.end)}, "
        f"{y / test.value:.0%} of the target{band}{upper}",
        **within(interval, y),
        deviation=(y - test.value) / test.value,
        rule=interval.rule,
        edition=shown.end.isoformat(),
        size=max(0.0, 1 - window.per_day / test.value),
        nearness=nearness,
        readings=tuple(
            reading(name, each, each.per_day, interval, attained(each.per_day, test.value, interval)[0], each.formula)
            for name, each in rates
        ),
        evidence=once(shown, window),
        difference=y - test.value,
        formula=shown.formula,
        needed=max(0.0, test.value - y),
    )


def _asked(test: TargetTest) -> Accepted:
    return hedges.target(test.value) if test.hedge == "bare" else hedges.accepted(test.value, test.hedge)


def total(test: TargetTotalTest, basis: Basis) -> Verdict:
    """A dated total by its pace: the newest four weeks against what the days that are left still need."""
    points = basis.points(test.series, "fiscal_year_to_date")
    window = basis.crossed(newest_interval(points, STATE_DAYS))
    if window is None:
        return basis.missing(f"No two clean editions of {test.series} lie {STATE_DAYS} days apart.", basis.year)
    start, end = test.over.start, test.over.end
    last = min(window.end, end)
    so_far = basis.crossed(between(points, start, last)) if last >= start else None
    if last >= start and so_far is None:
        what = f"No clean editions of {test.series} cover {spoken(start)} to {spoken(last)}."
        return basis.missing(what, start, last + COMES_WITHIN)
    interval = own(test.accept) or hedges.target(test.value)
    done, left = so_far.amount if so_far else 0.0, (end - max(last, start - timedelta(days=1))).days
    needed = max(0.0, test.value - done) / left if left else 0.0
    pace = window.per_day
    y = done + pace * left
    state, nearness = attained(y, test.value, interval)
    margin = 2 * (usual_variation(test.series, window.days) or 0.0) * pace * left
    words = (
        f"{done:,.0f} from {spoken(start)} to {spoken(last)}; " if so_far else f"Not begun before {spoken(start)}; "
    ) + (
        f"{needed:,.0f} a day are needed for {test.value:,.0f} by {spoken(end)}, the pace of the newest {window.days} "
        f"days is {pace:,.0f} a day: {y:,.0f}, {y / test.value:.0%}"
    )
    rates = [(f"newest window of {STATE_DAYS} days or more", window), *([("so far", so_far)] if so_far else [])]
    return basis.verdict(
        state,
        words,
        **within(interval, y),
        deviation=(y - test.value) / test.value,
        rule=interval.rule,
        edition=window.end.isoformat(),
        size=max(0.0, 1 - y / test.value),
        nearness=nearness,
        readings=tuple(reading(name, each, each.amount, interval, state, each.formula) for name, each in rates),
        evidence=once(*(each for _, each in rates)),
        difference=y - test.value,
        formula=f"{done:,.0f} + {left} days x [{window.formula}]",
        due=end,
        fan=(y - margin, y + margin),
        needed=needed,
    )


def level(test: TargetLevelTest, basis: Basis) -> Verdict:
    points = basis.points(test.series, "instant")
    if not points:
        return basis.missing(f"No clean figure of {test.series} was public.")
    newest, interval = points[-1], own(test.accept) or hedges.target(test.value)
    y, on = newest.value or 0.0, day(newest)
    state, nearness = attained(y, test.value, interval)
    return basis.verdict(
        state,
        f"{y:,.0f} {test.unit} on {spoken(on)}, {y / test.value:.0%} of {test.value:,.0f}",
        **within(interval, y),
        deviation=(y - test.value) / test.value,
        rule=interval.rule,
        edition=on.isoformat(),
        size=max(0.0, 1 - y / test.value),
        nearness=nearness,
        evidence=(newest,),
        difference=y - test.value,
        formula=f"{y:,.0f} / {test.value:,.0f}",
        needed=max(0.0, test.value - y),
    )
