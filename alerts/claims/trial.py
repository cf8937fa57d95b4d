"""A claim judged on nothing, and on figures made for it: whether its file can be judged at all."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache

from alerts.claims.model import Claim
from alerts.forms.evaluate import evaluate
from alerts.forms.evidence import Knowledge, collect
from alerts.forms.verdicts import ANSWERS
from figures.metrics.catalogue import METRICS
from figures.metrics.metric import metric_of
from figures.mishaps import Mishap, attempt
from figures.periods import Period, PeriodKind, end_of_day, fiscal_year, fiscal_year_start
from figures.records import Figure

_YEARS = timedelta(days=2 * 366)
_STEP = timedelta(days=14)


def trial(claim: Claim) -> Mishap | None:
    """What judging a claim fails with; None when it can be judged.

    It is judged for each answer on nothing and on a made-up count of every fortnight from two years before it was said
    to two years after. What only other figures would bring out is caught where claims are judged.
    """
    failed = attempt(lambda: _try(claim))
    return failed if isinstance(failed, Mishap) else None


@lru_cache(maxsize=512)  # a claim that could be judged is not tried again until its file is another
def _try(claim: Claim) -> None:
    made = collect([figure for series in claim.needed for figure in _figures(series, claim.on_record_at)], ())
    for known in (Knowledge({}, ()), made):
        _judge(claim, known)


def _judge(claim: Claim, known: Knowledge) -> None:
    for answer in ANSWERS:
        for as_of in (claim.on_record_at, claim.on_record_at + _YEARS):
            evaluate(claim, answer, known, as_of)


def _figures(series: str, around: datetime) -> Iterator[Figure]:
    metric = METRICS[metric_of(series)]
    day = around.date() - _YEARS
    while day < around.date() + _YEARS:
        year, at = fiscal_year(day), end_of_day(day)
        starts: Mapping[PeriodKind, date] = {
            "instant": day, "month": day.replace(day=1), "fiscal_year_to_date": fiscal_year_start(year)
        }  # fmt: skip
        for kind, start in starts.items():
            value = 1000.0 + (day - start).days * 700
            yield Figure(
                series, Period(kind, start, day), value, metric.unit, "reported", f"{value:.0f}", "xlsx:Trial!A1", "",
                year, None, False, day.toordinal(), "trial", "", "", at, "stated", "trial",
            )  # fmt: skip
        day += _STEP
