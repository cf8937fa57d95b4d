"""A claim judged on nothing, and on figures made for it: whether its file can be judged at all."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from alerts.claims import Claim
from alerts.forms import evaluate
from alerts.knowledge import Knowledge, collect
from alerts.verdicts import ANSWERS
from figures.metric import metric_of
from figures.metrics import METRICS
from figures.mishaps import Mishap, attempt
from figures.periods import Period, PeriodKind, end_of_day, fiscal_year, fiscal_year_start
from figures.records import Figure

_YEARS = timedelta(days=2 * 366)
_STEP = timedelta(days=14)
_KINDS: tuple[PeriodKind, ...] = ("instant", "month", "fiscal_year_to_date")


def trial(claim: Claim) -> Mishap | None:
    """What judging a claim fails with; None when it can be judged.

    It is judged for each answer on nothing and on a made-up count of every fortnight from two years before it was said
    to two years after. What only other figures would bring out is caught where claims are judged.
    """
    made = collect([figure for series in claim.needed for figure in _figures(series, claim.on_record_at)], ())
    for known in (Knowledge({}, ()), made):
        failed = attempt(lambda known=known: _judge(claim, known))  # type: ignore[misc]
        if isinstance(failed, Mishap):
            return failed
    return None


def _judge(claim: Claim, known: Knowledge) -> None:
    for answer in ANSWERS:
        for as_of in (claim.on_record_at, claim.on_record_at + _YEARS):
            evaluate(claim, answer, known, as_of)


def _figures(series: str, around: datetime) -> Iterator[Figure]:
    metric = METRICS[metric_of(series)]
    day = around.date() - _YEARS
    while day < around.date() + _YEARS:
        for kind in _KINDS:
            start = {"instant": day, "month": day.replace(day=1)}.get(kind, fiscal_year_start(fiscal_year(day)))
            value = 1000.0 + (day - start).days * 700
            period = Period(kind, start, day)
            at = end_of_day(day)
            yield Figure(
                series, period, value, metric.unit, "reported", f"{value:.0f}", "xlsx:Trial!A1", "", fiscal_year(day),
                None, False, day.toordinal(), "trial", "", "", at, "stated", "trial",
            )  # fmt: skip
        day += _STEP
