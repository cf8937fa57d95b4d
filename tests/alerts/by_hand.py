"""Figures of any series by hand: for a day, a month, or since 1 October."""

import calendar
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from alerts.claims.model import Claim
from alerts.forms.evaluate import evaluate
from alerts.forms.evidence import Knowledge, KnownRelease
from alerts.forms.verdicts import WORDS, Answer, Verdict
from figures.metrics.metric import metric_of
from figures.periods import Period, PeriodKind, end_of_day, fiscal_year, fiscal_year_start
from figures.records import Figure
from tests.alerts.conftest import at, edition_name, knowledge, varied

HELD = "ice.detained{agency=all, criminality=all}"
BY_ICE, BY_CBP, BY_BOTH = (f"ice.book_ins{{agency={agency}}}" for agency in ("ICE", "CBP", "all"))
REMOVALS = "ice.removals{group=all}"


def of_kind(kind: PeriodKind, series: str, value: float | None, end: date, posted: date, **changes: Any) -> Figure:
    starts = {"instant": end, "month": end.replace(day=1)}
    start = starts.get(kind, fiscal_year_start(fiscal_year(end)))
    made = Figure(
        series=series,
        period=Period(kind, start, end),
        value=value,
        unit="people",
        status="reported" if value is not None else "blank",
        raw="" if value is None else f"{value:.0f}",
        locator=f"xlsx:Detention FY{fiscal_year(end) % 100}!{series}",
        period_locator="",
        fiscal_year=fiscal_year(end),
        run_date=None,
        held=False,
        release_id=posted.toordinal(),
        release_name=edition_name(posted),
        sha256=f"{posted:%Y%m%d}" + "ab" * 28,
        url="",
        known_at=end_of_day(posted),
        known_by="file_name",
        table=metric_of(series),
    )
    return replace(made, **changes)


def held(value: float | None, end: date, posted: date, series: str = HELD, **changes: Any) -> Figure:
    return of_kind("instant", series, value, end, posted, **changes)


def count(series: str, value: float | None, end: date, posted: date, **changes: Any) -> Figure:
    return of_kind("fiscal_year_to_date", series, value, end, posted, **changes)


def month(series: str, value: float | None, year: int, number: int, posted: date, day: int = 0) -> Figure:
    """A month's cell: of the whole month, or of a running one to a day."""
    end = date(year, number, day or calendar.monthrange(year, number)[1])
    return of_kind("month", series, value, end, posted)


def judged(claim: Claim, figures: list[Figure], day: date, answer: Answer = "standing") -> Verdict:
    """The verdict at the end of a day; its word is one of those that this answer may have."""
    verdict = evaluate(claim, answer, known(figures), at(day))
    assert verdict.state in WORDS[answer]
    assert verdict.unverified == claim.words.unverified
    return verdict


def known(figures: list[Figure]) -> Knowledge:
    return knowledge(*figures)


def with_newest_held(figures: list[Figure]) -> Knowledge:
    """The same, with everything of the newest release held as a whole."""
    newest = max(figures, key=lambda f: f.known_at)
    marked = [replace(f, held=True) if f.known_at == newest.known_at else f for f in figures]
    hold = KnownRelease("ice", newest.release_name, newest.known_at, newest.fiscal_year, (), "Parts and total differ.")
    return knowledge(*marked, held=(hold,))


def said(claim: Claim, on: date | None = None, day: str = "", **test: Any) -> Claim:
    """The claim with another day, and other fields of its test."""
    changes: dict[str, Any] = {key: value for key, value in (("said_on", on), ("said_day", day)) if value}
    made = varied(claim, **test) if test else claim
    return replace(made, words=made.words.model_copy(update=changes))


def editions(first: date, posted_after: int = 5, step: int = 14) -> "list[tuple[date, date]]":
    """Ends of periods a fortnight apart and the days of posting."""
    return [(end, end + timedelta(days=posted_after)) for end in (first + timedelta(days=step * n) for n in range(40))]
