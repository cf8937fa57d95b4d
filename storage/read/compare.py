"""What one release changed against another, and how much a series is usually revised."""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median
from typing import Literal

from sqlalchemy import Connection

from figures.periods import Period, washington_day
from figures.records import Figure
from figures.removal_rules import lasting, restated, windowed
from figures.values import same
from storage.encoding.row_values import slot
from storage.encoding.series_lookup import series_ids, sources_of
from storage.read import reads
from storage.read.copies import copies
from storage.read.reads import StoredRelease
from storage.read.vintages import history

ChangeKind = Literal["new", "revised", "removed", "unchanged"]
# How old a period was when a release restated it, in days since its end: up to these, and beyond.
AGES = (30, 60, 90, 180, 365)


@dataclass(frozen=True, slots=True)
class Change:
    """One figure in two releases. What runs through a later day is `new`, and carries what was said before."""

    kind: ChangeKind
    before: Figure | None
    after: Figure | None

    @property
    def figure(self) -> Figure:
        found = self.after or self.before
        if found is None:
            raise ValueError("a change of nothing")
        return found

    @property
    def size(self) -> float | None:
        """By how much the figure moved, in its unit; None where one of the two is no number."""
        if self.before is None or self.after is None or self.before.value is None or self.after.value is None:
            return None
        return self.after.value - self.before.value


def compare(connection: Connection, first: StoredRelease, second: StoredRelease) -> list[Change]:
    """Each figure that one of two releases states, in the order of the second's file, then what it no longer states.

    What the second could not have stated (another fiscal year, months older than its window) is left out.
    """
    before = {_place(figure): figure for figure in reads.figures_of(connection, first)}
    after = {_place(figure): figure for figure in reads.figures_of(connection, second)}
    changes = [Change(_kind(before.get(place), figure), before.get(place), figure) for place, figure in after.items()]
    window: dict[tuple[str, str], int] = {}
    for figure in after.values():
        key = (figure.table, figure.period.kind)
        window[key] = min(window.get(key, slot(figure.period)), slot(figure.period))
    years = {(figure.table, figure.fiscal_year) for figure in after.values()}
    for place, figure in before.items():
        if place not in after and _due(figure, second, window, years):
            changes.append(Change("removed", figure, None))
    return changes


def _place(figure: Figure) -> tuple[str, int | None, object]:
    """The same period; for a figure with a new day in each release, the same kind of period of the same year."""
    if restated(figure.table, figure.period):
        return figure.series, None, slot(figure.period)
    return figure.series, figure.fiscal_year, figure.period.kind


def _kind(before: Figure | None, after: Figure) -> ChangeKind:
    if before is None or before.period != after.period:
        return "new"
    return "unchanged" if _says_the_same(before, after) else "revised"


def _says_the_same(before: Figure, after: Figure) -> bool:
    """Whether two figures say the same: one number, however it is written; else the same words."""
    if before.value is None and before.raw.split() != after.raw.split():
        return False
    return before.status == after.status and same(before.value, after.value)


def _due(
    figure: Figure, release: StoredRelease, window: dict[tuple[str, str], int], years: set[tuple[str, int | None]]
) -> bool:
    if lasting(figure.table):
        return False
    if windowed(figure.table) and restated(figure.table, figure.period):
        first = window.get((figure.table, figure.period.kind))
        return first is None or slot(figure.period) >= first
    return (figure.table, figure.fiscal_year) in years or figure.fiscal_year == release.fiscal_year


@dataclass(frozen=True, slots=True)
class Spread:
    """How far figures moved: how many were compared, how many moved, and their moves as a share of the first value."""

    compared: int
    changed: int
    median: float | None
    largest: float | None


@dataclass(frozen=True, slots=True)
class Revisions:
    """A series' record: from the first figure of a finished period to the last, and step by step, by age in days."""

    series: str
    unit: str
    periods: int
    first_to_last: Spread
    steps: tuple[tuple[str, Spread], ...]


def revisions(connection: Connection, series: str) -> Revisions | None:
    """How much a series is usually revised after its periods are over; None for a series without figures.

    Only clean numbers of periods that are stated whole count: a month that still ran is not a first figure of it. What
    a copy of an edition repeats is no step.
    """
    figures = _clean_steps(connection, series)
    if not figures:
        return None
    by_period = _of_whole_periods(figures)
    steps: dict[str, list[tuple[float, float]]] = {name: [] for name in _age_names()}
    ends = []
    for vintages in by_period.values():
        values = [figure.value or 0.0 for figure in vintages]
        if len(values) > 1:
            ends.append((values[0], values[-1]))
        for (_, later), pair in zip(pairwise(vintages), pairwise(values), strict=True):
            steps[_age(later)].append(pair)
    spreads = tuple((name, _spread(pairs)) for name, pairs in steps.items())
    return Revisions(series, figures[0].unit, len(by_period), _spread(ends), spreads)


def _clean_steps(connection: Connection, series: str) -> list[Figure]:
    """The clean numbers of a series, without those that a copy of an edition repeats."""
    sources = sources_of(connection, series_ids(connection, [series]))
    told = {release for source in sources for release in copies(connection, source)}
    stated = (f for f in history(connection, [series]) if not f.held and f.status == "reported")
    return [figure for figure in stated if figure.release_id not in told]


def _of_whole_periods(figures: Iterable[Figure]) -> dict[int, list[Figure]]:
    """Those of periods that are stated whole, by period."""
    found: dict[int, list[Figure]] = {}
    for figure in figures:
        if figure.value is not None and _whole(figure.period):
            found.setdefault(slot(figure.period), []).append(figure)
    return found


def _whole(period: Period) -> bool:
    if period.kind != "month":
        return period.end is not None
    return period.end is not None and period.end.day == calendar.monthrange(period.end.year, period.end.month)[1]


def _age_names() -> list[str]:
    return [f"up to {days} days" for days in AGES] + [f"more than {AGES[-1]} days"]


def _age(figure: Figure) -> str:
    age = (washington_day(figure.known_at) - (figure.period.end or date.max)).days
    return next((f"up to {days} days" for days in AGES if age <= days), f"more than {AGES[-1]} days")


def _spread(pairs: Sequence[tuple[float, float]]) -> Spread:
    moves = [0.0 if same(first, later) else abs(later / first - 1) for first, later in pairs if first]
    changed = sum(not same(first, later) for first, later in pairs)
    return Spread(len(pairs), changed, median(moves) if moves else None, max(moves, default=None))


def by_table(changes: Iterable[Change]) -> dict[str, list[Change]]:
    tables: dict[str, list[Change]] = {}
    for change in changes:
        tables.setdefault(change.figure.table, []).append(change)
    return dict(sorted(tables.items()))
