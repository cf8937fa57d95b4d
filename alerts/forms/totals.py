"""Totals and rates of a named window, bounds where a claim is wider than the series, and projections."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise

from alerts.claims import hedges
from alerts.claims.claim_tests import ProjectionTest, TotalTest
from alerts.claims.hedges import Accepted
from alerts.claims.parts import Against, Also
from alerts.forms import daily_rates
from alerts.forms.basis import COMES_WITHIN, FORTNIGHT, Basis, day, interval_of, once, reading, truth_of, within
from alerts.forms.daily_rates import Rate
from alerts.forms.derived_series import usual_variation
from alerts.forms.hypotheses import ceiling, definitions, hypothesis
from alerts.forms.verdicts import Reading, Verdict, distance, truth
from figures.periods import PeriodKind, spoken, washington_day
from figures.records import Figure

RULES: Mapping[str, tuple[PeriodKind, Callable[[Sequence[Figure], date, date], Rate | None]]] = {
    "difference": ("fiscal_year_to_date", daily_rates.between),
    "months": ("month", daily_rates.of_months),
    "months_of_two_editions": ("month", daily_rates.of_two_editions),
}


def total(test: TotalTest, basis: Basis) -> Verdict:
    end = test.end or basis.claim.words.said_on
    if basis.claim.words.testability == "bound":
        return _bound(test, basis, end)
    found = _over(test.series, test.rule, test.start, end, basis)
    if isinstance(found, Verdict):
        return found
    daily = test.form == "rate"
    y = found.per_day if daily else found.amount
    interval = interval_of(test)
    beside = _beside(test, found, end, basis)
    if isinstance(beside, Verdict):
        return beside
    words = f"{_amount(y, test.unit, daily=daily)} from {spoken(found.start)} to {spoken(found.end)}"
    words += ", interpolated between editions" if found.interpolated else ""
    words += f" (leaving out {found.gap_days} days that no edition covers)" if found.gap_days else ""
    words = "; ".join([words, *(said for _, said in beside)])
    own = reading("the window of the claim", found, y, interval, truth(y, interval), found.formula)
    wrong = any(each.state == "outside" for each, _ in beside)
    state = "outside" if wrong else truth_of(y, interval, test)
    others, more = definitions(test, basis, end)
    if {_right(each.state) for each in others} - {_right(state)}:
        state = "depends_on_definition"
        said = "; ".join(f"{each.name} {_amount(each.measured, test.unit, daily=daily)}" for each in others)
        words = f"{words}; {said}"
    if basis.answer == "standing":
        state, words = _past(test, end, words, basis)
    cv = usual_variation(test.series, found.days)
    return basis.verdict(
        state,
        words,
        **within(interval, y),
        deviation=y / test.value - 1,
        z=(y / test.value - 1) / cv if cv else None,
        rule=interval.rule,
        edition=found.end.isoformat(),
        readings=(own, *others, *(each for each, _ in beside), *_paces(test, basis)),
        evidence=(*found.figures, *more),
        difference=y - test.value,
        formula=found.formula if daily else found.formula.partition(" / ")[0],
    )


def _right(state: str) -> bool:
    return state != "outside"


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


def _over(series: str, rule: str, start: date, end: date, basis: Basis) -> Rate | Verdict:
    """The window by its rule; not yet while no edition reaches its end, missing when none ever did."""
    kind, made = RULES[rule]
    points = basis.known.clean(series, kind)
    found = basis.crossed(made(points, start, end))
    if found is not None:
        return found
    what = f"{spoken(start)} to {spoken(end)}"
    reached = basis.known.newest_day(series, "fiscal_year_to_date") or date.min
    if reached < end:
        so_far = f"they run through {spoken(reached)}" if reached > date.min else "there are none"
        return basis.not_yet(f"No edition covers {what} to its end; {so_far}.", end + FORTNIGHT, since=end)
    return basis.missing(f"No clean editions of {series} cover {what}.", start, end + COMES_WITHIN)


def _also(also: Also, test: TotalTest, end: date, basis: Basis) -> Reading | Verdict:
    start, last = (also.over.start, also.over.end) if also.over else (test.start, end)
    found = _over(also.series, also.rule, start, last, basis)
    if isinstance(found, Verdict):
        return found
    y = found.per_day if test.form == "rate" else found.amount
    interval = hedges.accepted(also.value, also.hedge)
    return reading(f"{also.value:,.0f} {also.unit}", found, y, interval, truth(y, interval), found.formula)


def _change(test: TotalTest, against: Against, now: Rate, basis: Basis) -> Reading | Verdict:
    """The rate against another window's, in percent."""
    then = _over(test.series, test.rule, against.over.start, against.over.end, basis)
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


def _past(test: TotalTest, end: date, words: str, basis: Basis) -> tuple[str, str]:
    """A window that is over says nothing of now: the count has gone on, or a new period has come."""
    reached = basis.known.newest_day(test.series, "fiscal_year_to_date")
    if reached is None or reached <= end:
        return "near", words
    return "superseded", f"{words}. The figures have gone on to {spoken(reached)}"


def _bound(test: TotalTest, basis: Basis, end: date) -> Verdict:
    """A claim about more than the series counts: only a part that exceeds the whole would break it."""
    points = [f for f in basis.known.clean(test.series, "fiscal_year_to_date") if day(f) <= end]
    last = day(points[-1]) if points else date.min
    found = basis.crossed(daily_rates.between(points, test.start, last)) if last >= test.start else None
    if found is None:
        what = f"No clean editions of {test.series} run from {spoken(test.start)} on."
        return basis.missing(what, test.start, end + COMES_WITHIN)
    basis.bridged((last, end))
    y, stated = found.amount, interval_of(test)
    interval = Accepted(None, stated.high, None, stated.high, "bound: the part may not exceed the whole that was said")
    state = "bound_respected" if interval.contains(y) else "bound_violated"
    share = y / test.value
    beyond = "; what is left over is counted by no series here" if share < 1 else ""
    gap = f" (leaving out {found.gap_days} days that no edition covers)" if found.gap_days else ""
    paces, cells = _paces(test, basis), found.figures
    supposed = hypothesis(test, basis, end)
    if supposed is not None:
        paces, cells = [supposed[0], *paces], (*cells, *supposed[1])
    fell = "; ".join(each.name for each in paces if each.state == "inconsistent")
    words = (
        f"{y:,.0f} {test.unit} from {spoken(found.start)} to {spoken(found.end)}{gap} are part of what was said and "
        f"explain {share:.0%} of {test.value:,.0f}{beyond}"
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
    said = [(basis.claim.words.said_on, test.value), *((s.said_on, s.value) for s in test.statements)]
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
        most = ceiling(test, basis, first + daily_rates.ONE_DAY, second) if pace > 0 else None
        if most is not None:
            formula += f"; all that its ceiling counts together is {most:,.1f} a day"
            state = state if pace <= most else "inconsistent"
        readings.append(Reading(name, pace, least, most, state, formula, first, second))
    return readings


def projection(test: ProjectionTest, basis: Basis) -> Verdict:
    """First whether it is the arithmetic that was stated; then, once, what came of it, by the first edition to tell."""
    start, due = test.over.start, test.over.end
    resolved = daily_rates.of_months(basis.known.clean(test.series, "month"), start, due)
    if basis.answer != "at_claim" and resolved is not None and washington_day(basis.as_of) >= due:
        return _resolved(test, basis, resolved)
    then = basis.known.at(basis.said_at).clean(test.series, "month")
    so_far = daily_rates.of_months(then, start, test.through)
    if so_far is None:
        what = f"No clean edition of {test.series} ran through {spoken(test.through)} then."
        return basis.missing(what, test.through, test.through + COMES_WITHIN)
    days, left = (due - start).days + 1, (due - test.through).days
    y = so_far.per_day * days
    interval = interval_of(test)
    formula = f"{so_far.formula} x {days} days"
    words = f"{formula} = {y:,.0f} {test.unit}"
    margin = 2 * test.noise.cv_of(max(left, 14)) * so_far.per_day * left
    needed = max(0.0, test.value - so_far.amount) / left if left else 0.0
    fields = {
        "measured": y,
        "accept_low": interval.low,
        "accept_high": interval.high,
        "deviation": y / test.value - 1,
        "rule": interval.rule,
        "edition": so_far.end.isoformat(),
        "evidence": so_far.figures,
        "difference": y - test.value,
        "formula": formula,
        "fan": (y - margin, y + margin),
        "needed": needed,
    }
    if abs(y / test.value - 1) > hedges.GRACE:
        return basis.verdict("outside", f"{words}, which is not the {test.value:,.0f} that was said", **fields)
    words += f", the arithmetic as stated; {y - margin:,.0f} to {y + margin:,.0f} at the pace of then."
    return basis.not_yet(words, due + timedelta(days=1), due, **fields)


def _resolved(test: ProjectionTest, basis: Basis, now: Rate) -> Verdict:
    """What came of it. How it stands is told once, by the first edition that covers the day, and stays."""
    final = now
    if basis.answer == "standing":
        seen = sorted(
            {f.known_at for f in basis.known.vintages(test.series) if (f.period.end or date.min) >= test.over.end}
        )
        for instant in seen:
            first = daily_rates.of_months(
                basis.known.at(instant).clean(test.series, "month"), test.over.start, test.over.end
            )
            if first is not None:
                final = first
                break
    y, interval = final.amount, interval_of(test)
    deviation = y / test.value - 1
    z = deviation / test.noise.cv_of(max(14, (test.over.end - test.through).days))
    state, nearness = distance(interval.contains(y), deviation, z)
    return basis.verdict(
        state if basis.answer == "standing" else truth_of(y, interval, test),
        f"It came to {y:,.0f} {test.unit} from {spoken(final.start)} to {spoken(final.end)}",
        **within(interval, y),
        deviation=deviation,
        z=z,
        rule=interval.rule,
        edition=final.end.isoformat(),
        size=abs(deviation),
        nearness=nearness,
        evidence=once(final),
        difference=y - test.value,
        formula=final.formula.partition(" / ")[0],
    )
