"""A count over a window of days, by the rule that a claim names."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from alerts.claims.parts import Window
from alerts.forms import daily_rates
from alerts.forms.basis import COMES_WITHIN, FORTNIGHT, Basis
from alerts.forms.daily_rates import Rate
from alerts.forms.verdicts import Verdict
from figures.periods import PeriodKind, spoken
from figures.records import Figure

RULES: Mapping[str, tuple[PeriodKind, Callable[[Sequence[Figure], date, date], Rate | None]]] = {
    "difference": ("fiscal_year_to_date", daily_rates.between),
    "months": ("month", daily_rates.of_months),
    "months_of_two_editions": ("month", daily_rates.of_two_editions),
}


def total_over(series: str, rule: str, start: date, end: date, basis: Basis) -> Rate | Verdict:
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


def first_over(series: str, over: Window, basis: Basis, rule: str = "difference") -> Rate | None:
    """A window as the first edition that covers its end has it. None while there is none."""
    if basis.today < over.end:
        return None
    kind, made = RULES[rule]
    instants = sorted({f.known_at for f in basis.known.vintages(series) if (f.period.end or date.min) >= over.end})
    for instant in instants:
        found = made(basis.known.at(instant).clean(series, kind), over.start, over.end)
        if found is not None:
            return found
    return None
