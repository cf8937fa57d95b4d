"""The files beside a series: its figures, its vintages, and what both mean, for programs."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from alerts.messages.invisible_characters import defused
from figures.periods import washington_day
from figures.records import Figure
from figures.values import shown
from pages.facts.series_facts import MetricFacts, SeriesFacts

COLUMNS: Mapping[str, str] = {
    "period_kind": "instant, month, quarter, fiscal_year, fiscal_year_to_date or span",
    "period_start": "first day that the figure is about; empty where the publisher does not state it",
    "period_end": "last day that the figure is about; empty where the publisher does not state it",
    "value": "the figure as published; empty where there is no number, see status",
    "status": "reported, or why there is no number; removed: the release no longer states it",
    "held": "yes where a check holds the figure back: do not rely on it",
    "known_on": "the day in Washington since when the public could read the file",
    "release": "the first digits of the file's sha256: data/releases.csv has it whole, with name and address",
    "locator": "the cell of the file that shows the figure",
    "url": "where the file was fetched from, where its publisher asks for a link",
    "attribution": "whom to cite, where the publisher asks for it",
}
# As many digits as tell releases apart; whole names and hashes would be half of the bytes.
_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Moves:
    """How often figures of a series were restated: of so many periods that were stated more than once so many moved,
    and by how much at most, as a share of the first figure.
    """

    compared: int
    moved: int
    largest: float | None


def table(metric: MetricFacts, figures: Iterable[Figure]) -> bytes:
    """Figures as CSV, with whom to cite where the publisher asks for it."""
    written = io.StringIO()
    rows = csv.writer(written)
    cited = bool(metric.credit)
    rows.writerow([name for name in COLUMNS if cited or name not in ("url", "attribution")])
    for figure in figures:
        rows.writerow([*_cells(figure), *((defused(figure.url), defused(metric.attribution)) if cited else ())])
    return written.getvalue().encode()


def _cells(figure: Figure) -> tuple[str, ...]:
    return (
        figure.period.kind,
        _day(figure.period.start),
        _day(figure.period.end),
        "" if figure.value is None else shown(figure.value),
        figure.status,
        "yes" if figure.held else "",
        washington_day(figure.known_at).isoformat(),
        figure.sha256[:_DIGITS],
        defused(figure.locator),
    )


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def told(series: SeriesFacts) -> Iterator[Figure]:
    """The vintages that say something new: a figure stated for the first time, otherwise, not any more, or held back.

    A release repeats hundreds of figures of the ones before it.
    """
    last: dict[tuple[str, str], tuple[object, ...]] = {}
    for figure in series.vintages:
        place = figure.period.kind, figure.period.key
        now = figure.value, figure.status, figure.period, figure.held
        if last.get(place) != now:
            last[place] = now
            yield figure


def moves(series: SeriesFacts) -> Moves:
    """Of clean numbers for the same days: a month that still runs is no revision."""
    by_period: dict[object, list[float]] = {}
    for figure in series.vintages:
        if figure.value is not None and not figure.held and figure.period.end is not None:
            by_period.setdefault(figure.period, []).append(figure.value)
    again = [values for values in by_period.values() if len(values) > 1]
    moved = [values for values in again if len(set(values)) > 1]
    shares = [abs(values[-1] / values[0] - 1) for values in moved if values[0]]
    return Moves(len(again), len(moved), max(shares, default=None))


def metadata(metric: MetricFacts, series: SeriesFacts, source: Mapping[str, Any]) -> dict[str, Any]:
    """What the two tables of a series hold, for programs. `source` says how it stands with whoever publishes it."""
    last = series.last
    return {
        "series": series.key,
        "metric": metric.id,
        "dimensions": dict(series.dims),
        "unit": series.unit,
        "definition": metric.meaning,
        "caveat": metric.caveat,
        "attribution": metric.attribution,
        "source": dict(source),
        "newest": {"value": last.value, "period_end": last.period.end, "known_at": last.known_at} if last else None,
        "periods": len(series.newest),
        "vintages": len(series.vintages),
        "held": series.held,
        "files": {
            f"{series.file}.csv": "the newest clean figure of each period",
            f"{series.file}.vintages.csv": "every figure stated for the first time, otherwise, no more, or held",
        },
        "columns": dict(COLUMNS),
    }
