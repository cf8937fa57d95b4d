"""Windows of days and of whole months: a count over one, and which months an answer is about."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from alerts.claims.parts import Window, is_counted_by_months
from alerts.forms import daily_rates
from alerts.forms.basis import COMES_WITHIN, FORTNIGHT, Basis, day
from alerts.forms.daily_rates import Rate, complete
from alerts.forms.month_cells import of_months, of_two_editions
from alerts.forms.verdicts import Reading, Verdict
from figures.periods import PeriodKind, spoken
from figures.records import Figure

ONE_DAY = timedelta(days=1)
LEAST = 3  # months that are compared without a named window, where the base is a single day
RULES: Mapping[str, tuple[PeriodKind, Callable[[Sequence[Figure], date, date], Rate | None]]] = {
    "difference": ("fiscal_year_to_date", daily_rates.between),
    "months": ("month", of_months),
    "months_of_two_editions": ("month", of_two_editions),
}


def rule_of(series: str, rule: str = "difference") -> str:
    """The rule by which a window of a series is counted: one that comes by month has nothing to subtract."""
    return "months" if rule == "difference" and is_counted_by_months(series) else rule


def total_over(series: str, rule: str, start: date, end: date, basis: Basis) -> Rate | Verdict:
    """The window by its rule; not yet while no edition reaches its end, missing when none ever did."""
    kind, made = RULES[rule]
    points = basis.known.clean(series, kind)
    found = basis.crossed(made(points, start, end))
    if found is not None:
        return found
    reached = basis.known.newest_day(series, kind) or date.min
    if reached < end and can_be_covered(series, start, end):
        runs = f"they run through {spoken(reached)}" if reached > date.min else "there are none"
        what = f"No file covers {spoken(start)} to {spoken(end)} to its end; {runs}."
        return basis.not_yet(what, end + FORTNIGHT, since=end)
    return basis.missing(uncovered(series, start, end), start, end + COMES_WITHIN)


def can_be_covered(series: str, start: date, end: date) -> bool:
    """Whether editions can say how many there were: what is counted by month is known of whole months alone."""
    return not is_counted_by_months(series) or (start.day == 1 and (end + ONE_DAY).day == 1)


def uncovered(series: str, start: date, end: date) -> str:
    """Why nothing of a window is known."""
    what = f"{spoken(start)} to {spoken(end)}"
    if can_be_covered(series, start, end):
        return f"No clean files of {series} cover {what}."
    return f"{series} is counted by month, and {what} are no whole months."


def so_far(series: str, rule: str, start: date, end: date, basis: Basis) -> Rate | None:
    """What is counted of a window that still runs; of months the closed ones. None where nothing is, or all of it.

    Spans that it bridges are not asked for yet: ask for them where an answer rests on it.
    """
    kind, made = RULES[rule]
    points = basis.known.clean(series, kind)
    counted = complete(points, kind) if is_counted_by_months(series) else points
    if not counted or not start <= day(counted[-1]) < end:
        return None
    return made(counted, start, day(counted[-1]))


def first_over(series: str, over: Window, basis: Basis, rule: str = "difference") -> Rate | None:
    """A window as the first edition that covers its end has it: how the world stands is told by it, once. None while
    there is none. Raises UnsettledError as `Basis.settled` does.
    """
    if basis.today < over.end:
        return None
    kind, made = RULES[rule]
    instants = sorted({f.known_at for f in basis.known.vintages(series) if (f.period.end or date.min) >= over.end})
    for instant in instants:
        found = made(basis.known.at(instant).clean(series, kind), over.start, over.end)
        if found is not None:
            return basis.settled(found)
    return None


def months_in(window: Window) -> int:
    """How many calendar months a window touches; LEAST for one of a single day."""
    if window.start == window.end:
        return LEAST
    return 12 * (window.end.year - window.start.year) + window.end.month - window.start.month + 1


def newest_window(points: Sequence[Figure], months: int) -> Window | None:
    """The newest complete months, so many of them."""
    ends = [day(f) for f in complete(points, "month")][-months:]
    return Window(start=ends[0].replace(day=1), end=ends[-1]) if len(ends) == months else None


def newest_rate(rule: str, points: Sequence[Figure], at_least: int) -> Rate | None:
    """The newest window of so many days or more, at most 28: between two editions, or the newest closed month."""
    kind, made = RULES[rule]
    if kind != "month":
        return daily_rates.newest_interval(points, at_least)
    newest = newest_window(points, 1)
    return made(points, newest.start, newest.end) if newest else None


def named_months(series: str, over: Window | None, basis: Basis) -> Sequence[Figure]:
    """The clean months of a series. With hindsight a named window counts whole, whatever was out when it was said."""
    months = basis.points(series, "month")
    if over is not None and basis.answer == "revised" and (not months or day(months[-1]) < over.end):
        return basis.known.clean(series, "month")
    return months


def windows(series: str, base: Window, over: Window | None, basis: Basis) -> tuple[Window, Window | None]:
    """(where a series is to have moved from, where to; None for the newest). What was not out yet when a claim was made
    is cut off both windows: then it can only have meant the months that were.
    """
    over = over if basis.answer != "standing" else None
    points = basis.points(series, "month")
    out = complete(points, "month")
    is_whole = over is None or not out or day(points[-1]) >= over.end or day(out[-1]) < over.start
    if over is None or is_whole or basis.answer != "at_claim":
        return base, over
    cut = months_in(Window(start=over.start, end=day(out[-1])))
    following = _later(base.start, cut)
    return Window(start=base.start, end=following - ONE_DAY), Window(start=over.start, end=day(out[-1]))


def first_of_month(on: date) -> date:
    """The first day of a month from a day on."""
    return on if on.day == 1 else _later(on, 1)


def _later(first: date, months: int) -> date:
    """The first day of the month that comes so many months later."""
    number = first.month - 1 + months
    return date(first.year + number // 12, number % 12 + 1, 1)


def year_before(words: str, points: Sequence[Figure]) -> list[Reading]:
    """How the newest complete month stands against the same month of the year before."""
    months = {f.period.start: f for f in complete(points, "month") if f.period.start}
    if not months:
        return []
    start = max(months)
    now, then = months[start], months.get(start.replace(year=start.year - 1))
    if then is None or not then.value or now.value is None:
        return []
    y = 100 * (now.value / then.value - 1)
    formula = f"{now.value:,.0f} / {then.value:,.0f} - 1"
    name = f"{words}: {start:%B %Y} against {then.period.start:%B %Y}"
    return [Reading(name, y, None, None, "noted", formula, start, day(now))]
