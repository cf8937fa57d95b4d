"""What was known of some series at an instant: clean figures by their newest vintage, and what was held back then."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from alerts.source_states import Standing
from figures.metrics.catalogue import METRICS, RESTATED_BY
from figures.metrics.metric import metric_of
from figures.periods import PeriodKind, washington_day
from figures.records import Figure

T = TypeVar("T")
# An edition that came so soon after another changes little of how the world stands: they come twice a month.
SOON = timedelta(days=35)


@dataclass(frozen=True, slots=True)
class KnownRelease:
    """A release and what of it is held: `words` is empty when nothing is, `tables` when all of it is.

    `cells` are those held one by one, each with the reason. `day` is the edition's own, where it came in later.
    """

    source: str
    name: str
    known_at: datetime
    fiscal_year: int | None
    tables: tuple[str, ...]
    words: str
    cells: Mapping[str, str] = field(default_factory=dict)
    day: date | None = None

    @property
    def edition_day(self) -> date:
        return self.day or washington_day(self.known_at)


@dataclass(frozen=True, slots=True)
class Unheld:
    """An edition that is known to have been public since a day and is not held here.

    `listed`: the publisher's page or an archive's index named it to us, else a list of others did. From `seen_past` on
    a look of ours has taken what was public, so that this edition is not the newest any more.
    """

    source: str
    name: str
    day: date
    fiscal_year: int | None
    listed: bool
    seen_past: datetime | None = None


@dataclass(frozen=True, slots=True)
class HoldChange:
    """When a hold on figures of a release was put or lifted last: `by` whom ("" by a check) and why; `words` are those
    of the hold.
    """

    release_id: int
    scope_kind: str
    scope: frozenset[str]
    at: datetime
    lifted: bool
    by: str
    because: str
    words: str

    def covers(self, figure: Figure) -> bool:
        """Whether the hold is, or was, on a figure."""
        place = figure.table if self.scope_kind == "table" else figure.locator
        return figure.release_id == self.release_id and (self.scope_kind == "release" or place in self.scope)


@dataclass(frozen=True, slots=True)
class Doubt:
    """What a check warns of figures of a release and does not hold them for: tables or cells, and its words."""

    release_id: int
    scope_kind: str
    scope: frozenset[str]
    words: str

    def is_about(self, figure: Figure) -> bool:
        place = {"table": figure.table, "cells": figure.locator}.get(self.scope_kind)
        return figure.release_id == self.release_id and place in self.scope


@dataclass(frozen=True, slots=True)
class Agreement:
    """Cells of one release that the row of a second source says too, and that row's date."""

    release_id: int
    cells: frozenset[str]
    day: date


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Every vintage of the series that claims need, in order of release. `at` cuts it to an instant.

    A cut copies nothing: it shares the figures and what was worked out from them, and looks only as far as its
    instant. Ask `vintages` and `released`, which stop there; `figures` and `releases` go on to the end.
    """

    figures: Mapping[str, tuple[Figure, ...]]
    releases: tuple[KnownRelease, ...]
    agreements: Mapping[int, Agreement] = field(default_factory=dict)
    # Nothing is judged by these, only told: holds that were put or lifted, the newest first, and warnings.
    hold_changes: tuple[HoldChange, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    unheld: tuple[Unheld, ...] = ()  # by day
    stands: Mapping[str, Standing] = field(default_factory=dict)  # by source
    until: datetime | None = None
    _worked_out: dict[tuple[Any, ...], Any] = field(init=False, repr=False, compare=False, default_factory=dict)

    def at(self, instant: datetime) -> "Knowledge":
        """What was known at an instant: nothing published later is asked."""
        until = instant if self.until is None else min(self.until, instant)
        cut = Knowledge(
            self.figures,
            self.releases,
            self.agreements,
            self.hold_changes,
            self.doubts,
            self.unheld,
            self.stands,
            until,
        )
        object.__setattr__(cut, "_worked_out", self._worked_out)
        return cut

    def vintages(self, series: str) -> tuple[Figure, ...]:
        """Every vintage of a series that was public by then, in order of release."""
        return self.figures.get(series, ())[: self._count(series)]

    def released(self) -> tuple[KnownRelease, ...]:
        """The releases that were public by then, in order."""
        times = self._once(("release times",), lambda: [r.known_at for r in self.releases])
        return self.releases[: len(times) if self.until is None else bisect_right(times, self.until)]

    def newer_unheld(self, source: str, *, now: bool = False) -> Unheld | None:
        """The newest edition of a source that was public by then, newer than all that is held, and is not held here.

        Of how the world stands `now` an edition that came soon after one that is held changes little, but for one that
        was named to us.
        """
        return self._once(("newer unheld", source, now, self.until), lambda: self._newer_unheld(source, now=now))

    def _newer_unheld(self, source: str, *, now: bool) -> Unheld | None:
        year, newest = self._reached(source)
        soon = newest.toordinal() + SOON.days
        for each in reversed(self.unheld_between(source, newest, None)):
            is_newer = each.day > newest and (each.fiscal_year or year) >= year
            if is_newer and (not now or each.listed or each.day.toordinal() > soon):
                return each
        return None

    def _reached(self, source: str) -> tuple[int, date]:
        """The newest fiscal year that a source's releases are of, and the day of the newest edition."""
        year, newest = 0, date.min
        for release in self.released():
            # A file of a year that is over, posted again, is not the newest edition.
            if release.source == source and (release.fiscal_year or year) >= year:
                year, newest = release.fiscal_year or year, max(newest, release.edition_day)
        return year, newest

    def unheld_between(self, source: str, first: date, last: date | None) -> list[Unheld]:
        """The editions of a source that were public from a day to another, both included, and are not held here."""
        until = self.until
        day = washington_day(until) if until else date.max
        return [
            each
            for each in self.unheld
            if each.source == source
            and first <= each.day <= min(last or day, day)
            and (until is None or each.seen_past is None or until < each.seen_past)
        ]

    def _count(self, series: str) -> int:
        figures = self.figures.get(series, ())
        if self.until is None or not figures:
            return len(figures)
        times: list[datetime] = self._once(("times", series), lambda: [f.known_at for f in figures])
        return bisect_right(times, self.until)

    def _once(self, key: tuple[Any, ...], work: Callable[[], T]) -> T:
        if key not in self._worked_out:
            self._worked_out[key] = work()
        found: T = self._worked_out[key]
        return found

    def newest_day(self, series: str, kind: PeriodKind) -> date | None:
        """The last day that any figure of a series is about, held or not: how far its source has spoken."""

        def work() -> date | None:
            of_kind = (f for f in self.vintages(series) if f.period.kind == kind and f.value is not None)
            return max((f.period.end for f in of_kind if f.period.end), default=None)

        return self._once(("day", series, kind, self._count(series)), work)

    def witness(self, figure: Figure) -> Figure | None:
        """The second source's figure for one that it says too; None where it does not, or is not known to."""
        agreement = self.agreements.get(figure.release_id)
        metric, brace, dims = figure.series.partition("{")
        if agreement is None or figure.locator not in agreement.cells or metric not in RESTATED_BY:
            return None
        other = self.vintages(RESTATED_BY[metric] + brace + dims)
        same = [f for f in other if f.period.end == agreement.day and f.value == figure.value and not f.held]
        return same[-1] if same else None

    def clean(self, series: str, kind: PeriodKind) -> Sequence[Figure]:
        """The newest clean vintage of each period that has an end and a value, by end.

        Nothing is carried past the release that dropped it: with a count since 1 October or a figure of one day the
        series itself has ended, until it is stated again.
        """
        key = ("clean", series, kind, self._count(series))
        return self._once(key, lambda: _clean(self.vintages(series), kind))

    def held_back(self, series: str, kind: PeriodKind) -> str:
        """Why the newest edition cannot be judged on for this series; '' when it can."""
        key = ("held back", series, kind, self._count(series), len(self.released()))
        return self._once(key, lambda: self._held_back(series, kind))

    def _held_back(self, series: str, kind: PeriodKind) -> str:
        vintages = [f for f in self.vintages(series) if f.period.kind == kind]
        if not vintages:
            return ""
        year = max((f.fiscal_year or 0 for f in vintages if not f.held), default=0)
        last = self._newest_edition(METRICS[metric_of(series)].source, year)
        return _why_held(last, vintages) if last else ""

    def _newest_edition(self, source: str, year: int) -> KnownRelease | None:
        """The last release of a source. A file of a year that is over, posted again, is not the newest edition and
        ends no hold.
        """
        mine = (r for r in reversed(self.released()) if r.source == source and (r.fiscal_year or year) >= year)
        return next(mine, None)


def _why_held(release: KnownRelease, vintages: Sequence[Figure]) -> str:
    """Why a release cannot be judged on for a series; '' when it can."""
    if release.words and (not release.tables or vintages[-1].table in release.tables):
        return f"{release.name}: {release.words}"
    newest = _newest_figure(release, vintages)
    if newest is None or not newest.held:
        return ""
    return f"{release.name}: its cell {newest.locator} is held back. {release.cells.get(newest.locator, '')}".rstrip()


def _newest_figure(release: KnownRelease, vintages: Iterable[Figure]) -> Figure | None:
    """Of some figures the one of a release that is about its last day."""
    own = [f for f in vintages if f.release_name == release.name and f.known_at == release.known_at and f.period.end]
    return max(own, key=lambda f: f.period.end or date.min, default=None)


def _clean(vintages: Sequence[Figure], kind: PeriodKind) -> tuple[Figure, ...]:
    newest: dict[date, Figure] = {}
    for figure in vintages:
        end = figure.period.end
        if figure.period.kind != kind:
            continue
        if figure.status == "removed" and kind in ("instant", "fiscal_year_to_date"):
            newest.clear()
        elif figure.status == "removed" and end:
            newest.pop(end, None)
        if end and _is_clean(figure):
            newest[end] = figure
    return tuple(newest[end] for end in sorted(newest))


def _is_clean(figure: Figure) -> bool:
    return figure.status == "reported" and figure.value is not None and not figure.held


def collect(
    figures: Iterable[Figure],
    releases: Sequence[KnownRelease],
    agreements: Iterable[Agreement] = (),
    hold_changes: Iterable[HoldChange] = (),
    doubts: Iterable[Doubt] = (),
    unheld: Iterable[Unheld] = (),
    stands: Mapping[str, Standing] | None = None,
) -> Knowledge:
    by_series: dict[str, list[Figure]] = {}
    for figure in figures:
        by_series.setdefault(figure.series, []).append(figure)
    kept = {key: tuple(sorted(vintages, key=lambda f: f.known_at)) for key, vintages in by_series.items()}
    ordered = tuple(sorted(releases, key=lambda r: r.known_at))
    changes = tuple(sorted(hold_changes, key=lambda change: change.at, reverse=True))
    agreed = {each.release_id: each for each in agreements}
    by_day = tuple(sorted(unheld, key=lambda each: (each.day, each.name)))
    return Knowledge(kept, ordered, agreed, changes, tuple(doubts), by_day, stands or {})
