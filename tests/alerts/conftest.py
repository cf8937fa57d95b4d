"""Figures, releases and claims by hand, for the tests of the judging side."""

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from alerts.claims.model import Claim, load_claim
from alerts.forms.evidence import Knowledge, KnownRelease, collect
from figures.metrics.catalogue import METRICS
from figures.periods import Period, PeriodKind, end_of_day, fiscal_year, fiscal_year_start
from figures.records import Figure

CLAIMS = Path(__file__).parents[2] / "claims"
HELD = "ice.detained{agency=all, criminality=all}"
BOOK_INS = "ice.book_ins{agency=ICE}"
REMOVALS = "ice.removals{group=all}"
TABLES = {HELD: "detained_by_criminality", BOOK_INS: "book_ins", REMOVALS: "removals"}
CELLS = {HELD: "F20", BOOK_INS: "V22", REMOVALS: "P29"}


def shipped(start: str) -> Claim:
    """The shipped claim whose id begins so."""
    (path,) = CLAIMS.glob(f"{start}*.toml")
    return load_claim(path)


def by_stand_in() -> Claim:
    """A claim about crossings on a series that only stands in for them: none that is shipped is a trend."""
    return load_claim(Path(__file__).with_name("data") / "crossings-by-book-ins.toml")


def varied(claim: Claim, **test: Any) -> Claim:
    """The claim with some fields of its test changed, without validation."""
    words = claim.words.model_copy(update={"test": claim.words.test.model_copy(update=test)})
    return replace(claim, words=words)


def edition_name(posted: date) -> str:
    return f"FY{fiscal_year(posted) % 100}_detentionStats{posted:%m%d%Y}.xlsx"


def figure(series: str, value: float | None, end: date, posted: date, *, held: bool = False) -> Figure:
    """A snapshot for people held, else a count from 1 October; published with the edition posted that day."""
    year = fiscal_year(end)
    kind: PeriodKind = "instant" if series == HELD else "fiscal_year_to_date"
    return Figure(
        series=series,
        period=Period(kind, end if series == HELD else fiscal_year_start(year), end),
        value=value,
        unit="people",
        status="reported" if value is not None else "blank",
        raw="" if value is None else f"{value:.0f}",
        locator=f"xlsx:Detention FY{year % 100}!{CELLS[series]}",
        period_locator="xlsx:Footnotes!B79",
        fiscal_year=year,
        run_date=None,
        held=held,
        release_id=posted.toordinal(),
        release_name=edition_name(posted),
        sha256=f"{posted:%Y%m%d}" + "ab" * 28,
        url=f"https://www.ice.gov/doclib/detention/{edition_name(posted)}",
        known_at=end_of_day(posted),
        known_by="file_name",
        table=TABLES[series],
    )


def release(posted: date, year: int | None, *tables: str, words: str = "", source: str = "ice") -> KnownRelease:
    return KnownRelease(source, edition_name(posted), end_of_day(posted), year, tables, words)


def knowledge(*figures: Figure, held: tuple[KnownRelease, ...] = ()) -> Knowledge:
    """Everything published, in order; releases that are not given as held are clean."""
    ordered = sorted(figures, key=lambda f: f.known_at)
    held_at = {each.known_at for each in held}
    clean = {
        f.known_at: KnownRelease(
            METRICS[f.series.partition("{")[0]].source, f.release_name, f.known_at, f.fiscal_year, (), ""
        )
        for f in ordered
        if f.known_at not in held_at
    }
    return collect(ordered, sorted([*clean.values(), *held], key=lambda r: r.known_at))


def at(day: date) -> datetime:
    return end_of_day(day)
