"""What was known of some series at an instant: clean figures by their newest vintage, and what was held back then."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from figures.metric import metric_of
from figures.metrics import METRICS
from figures.periods import PeriodKind
from figures.records import Figure


@dataclass(frozen=True, slots=True)
class KnownRelease:
    """A release and what of it is held: `words` is empty when nothing is, `tables` when all of it is."""

    source: str
    name: str
    known_at: datetime
    fiscal_year: int | None
    tables: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Every vintage of the series that claims need, in order of release. `at` cuts it to an instant."""

    figures: Mapping[str, tuple[Figure, ...]]
    releases: tuple[KnownRelease, ...]

    def at(self, instant: datetime) -> "Knowledge":
        """What was known at an instant: nothing published later is in it."""
        cut = {key: tuple(f for f in vintages if f.known_at <= instant) for key, vintages in self.figures.items()}
        return Knowledge(cut, tuple(r for r in self.releases if r.known_at <= instant))

    def clean(self, series: str, kind: PeriodKind) -> list[Figure]:
        """The newest clean vintage of each period that has an end and a value, by end."""
        newest: dict[date, Figure] = {}
        for figure in self.figures.get(series, ()):
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
        return f"{last.name}: its cell {newest.locator} is held back." if newest and newest.held else ""


def collect(figures: Iterable[Figure], releases: Sequence[KnownRelease]) -> Knowledge:
    by_series: dict[str, list[Figure]] = {}
    for figure in figures:
        by_series.setdefault(figure.series, []).append(figure)
    return Knowledge({key: tuple(vintages) for key, vintages in by_series.items()}, tuple(releases))
