"""What was known of some series at an instant: clean figures by their newest vintage, and what was held back then."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from figures.metric import metric_of
from figures.metrics import METRICS, RESTATED_BY
from figures.periods import PeriodKind
from figures.records import Figure


@dataclass(frozen=True, slots=True)
class KnownRelease:
    """A release and what of it is held: `words` is empty when nothing is, `tables` when all of it is.

    `cells` are those held one by one, each with the reason.
    """

    source: str
    name: str
    known_at: datetime
    fiscal_year: int | None
    tables: tuple[str, ...]
    words: str
    cells: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Agreement:
    """Cells of one release that the row of a second source says too, and that row's date."""

    release_id: int
    cells: frozenset[str]
    day: date


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Every vintage of the series that claims need, in order of release. `at` cuts it to an instant."""

    figures: Mapping[str, tuple[Figure, ...]]
    releases: tuple[KnownRelease, ...]
    agreements: Mapping[int, Agreement] = field(default_factory=dict)

    def at(self, instant: datetime) -> "Knowledge":
        """What was known at an instant: nothing published later is in it."""
        cut = {key: tuple(f for f in vintages if f.known_at <= instant) for key, vintages in self.figures.items()}
        return Knowledge(cut, tuple(r for r in self.releases if r.known_at <= instant), self.agreements)

    def newest_day(self, series: str, kind: PeriodKind) -> date | None:
        """The last day that any figure of a series is about, held or not: how far its source has spoken."""
        ends = [f.period.end for f in self.figures.get(series, ()) if f.period.kind == kind and f.value is not None]
        return max((end for end in ends if end), default=None)

    def witness(self, figure: Figure) -> Figure | None:
        """The second source's figure for one that it says too; None where it does not, or is not known to."""
        agreement = self.agreements.get(figure.release_id)
        metric, brace, dims = figure.series.partition("{")
        if agreement is None or figure.locator not in agreement.cells or metric not in RESTATED_BY:
            return None
        other = self.figures.get(RESTATED_BY[metric] + brace + dims, ())
        same = [f for f in other if f.period.end == agreement.day and f.value == figure.value and not f.held]
        return same[-1] if same else None

    def clean(self, series: str, kind: PeriodKind) -> list[Figure]:
        """The newest clean vintage of each period that has an end and a value, by end.

        Nothing is carried past the release that dropped it: with a count since 1 October or a figure of one day the
        series itself has ended, until it is stated again.
        """
        newest: dict[date, Figure] = {}
        for figure in self.figures.get(series, ()):
            if figure.status == "removed" and figure.period.kind == kind:
                if kind in ("instant", "fiscal_year_to_date"):
                    newest.clear()
                elif figure.period.end:
                    newest.pop(figure.period.end, None)
            reported = figure.status == "reported" and figure.value is not None
            if reported and figure.period.kind == kind and figure.period.end and not figure.held:
                newest[figure.period.end] = figure
        return [newest[end] for end in sorted(newest)]

    def held_back(self, series: str, kind: PeriodKind) -> str:
        """Why the newest edition cannot be judged on for this series; '' when it can."""
        vintages = [f for f in self.figures.get(series, ()) if f.period.kind == kind]
        if not vintages:
            return ""
        source = METRICS[metric_of(series)].source
        year = max((f.fiscal_year or 0 for f in vintages if not f.held), default=0)
        # A file of a year that is over, posted again, is not the newest edition and ends no hold.
        mine = (r for r in reversed(self.releases) if r.source == source and (r.fiscal_year or year) >= year)
        last = next(mine, None)
        if last is None:
            return ""
        if last.words and (not last.tables or vintages[-1].table in last.tables):
            return f"{last.name}: {last.words}"
        own = [f for f in vintages if f.release_name == last.name and f.known_at == last.known_at and f.period.end]
        newest = max(own, key=lambda f: f.period.end or date.min, default=None)
        if newest is None or not newest.held:
            return ""
        return f"{last.name}: its cell {newest.locator} is held back. {last.cells.get(newest.locator, '')}".rstrip()


def collect(
    figures: Iterable[Figure], releases: Sequence[KnownRelease], agreements: Iterable[Agreement] = ()
) -> Knowledge:
    by_series: dict[str, list[Figure]] = {}
    for figure in figures:
        by_series.setdefault(figure.series, []).append(figure)
    kept = {key: tuple(vintages) for key, vintages in by_series.items()}
    return Knowledge(kept, tuple(releases), {each.release_id: each for each in agreements})
