"""All figures, read once: the files of the data, the series that are not split by place, what each release changed."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from figures.metrics.catalogue import METRICS
from figures.metrics.metric import ALL
from figures.records import Dims, Figure
from figures.registry import SOURCES
from flows.publishing.export_tables import Wish, export_files, in_order, newest_clean
from flows.publishing.export_words import Newsroom
from pages.facts.release_facts import Restated, TableChange
from pages.facts.said_facts import DataFile
from pages.facts.series_facts import MetricFacts, SeriesFacts
from storage.engine import Transaction
from storage.read.metric_figures import MetricFigures, StoredMetric
from storage.read.release_changes import Step, steps

# A series with one of these has a page of its own elsewhere, or is one of thousands: it is among the data alone.
PLACES = frozenset({"facility", "area", "city", "state", "sector", "place"})
# The figures that a release's page lists as restated, the furthest first.
MOST_RESTATED = 12
_LONGEST_NAME = 100


@dataclass(slots=True)
class FiguresRead:
    """What is gathered metric by metric: files by name, metrics, and by release what changed and what was restated."""

    files: list[DataFile] = field(default_factory=list)
    metrics: list[MetricFacts] = field(default_factory=list)
    counts: dict[int, Counter[tuple[str, str]]] = field(default_factory=dict)
    restated: dict[int, list[tuple[float, Restated]]] = field(default_factory=dict)

    def changes_of(self, release: int) -> tuple[TableChange, ...]:
        """By table, in order of name."""
        found = self.counts.get(release, Counter())
        kinds = ("new", "revised", "removed", "unchanged", "held")
        return tuple(
            TableChange(table, *(found[table, kind] for kind in kinds))
            for table in sorted({table for table, _ in found})
        )

    def restated_by(self, release: int) -> tuple[Restated, ...]:
        """Those that moved furthest, as a share of what was said before."""
        found = sorted(self.restated.get(release, ()), key=lambda pair: (-pair[0], pair[1].series))
        return tuple(restated for _, restated in found[:MOST_RESTATED])


def read_figures(connection: Transaction, newsroom: Newsroom) -> FiguresRead:
    """Of every source, whether or not it is looked at now."""
    read = FiguresRead()
    series: dict[str, tuple[int, list[SeriesFacts]]] = {}

    def take(metric: StoredMetric, found: MetricFigures) -> None:
        series[metric.name] = _count(metric, found), list(_series(found))
        _add_steps(read, metric, steps(found.figures))

    wish = Wish(tuple(SOURCES), (), None, False, "csv", newsroom, packed=True)
    for file in export_files(connection, wish, take):
        read.files.append(DataFile(file.name, file.media, file.body, file.table.rows if file.table else None))
        name = file.name.removesuffix(".csv.gz")
        if file.table is not None and name in METRICS:
            places, mine = series[name]
            read.metrics.append(_metric(name, file.name, file.table.rows, places, mine))
        series.clear()
    return read


def _metric(name: str, table: str, rows: int, places: int, series: Iterable[SeriesFacts]) -> MetricFacts:
    of = METRICS[name]
    return MetricFacts(
        id=name,
        unit=of.unit,
        noun=of.noun,
        meaning=of.meaning,
        caveat=of.caveat,
        dims=of.dims,
        source=of.source,
        attribution=SOURCES[of.source].attribution,
        credit=of.credit,
        table=table,
        rows=rows,
        places=places,
        series=tuple(series),
    )


def _count(metric: StoredMetric, found: MetricFigures) -> int:
    """The series that are split by place."""
    return sum(_is_local(dims) for dims in found.dims.values()) if PLACES & set(metric.dims) else 0


def _is_local(dims: Dims) -> bool:
    return any(name in PLACES and value != ALL for name, value in dims)


def _series(found: MetricFigures) -> Iterable[SeriesFacts]:
    """Those with numbers, in order of key. Prose is no series."""
    by_series: dict[str, list[Figure]] = {}
    for figure in found.figures:
        if not _is_local(found.dims[figure.series]):
            by_series.setdefault(figure.series, []).append(figure)
    taken: set[str] = set()
    for key in sorted(by_series):
        vintages = by_series[key]
        if any(figure.value is not None for figure in vintages):
            name = _file_name(found.dims[key], key, taken)
            taken.add(name)
            newest = tuple(in_order(newest_clean(vintages)))
            yield SeriesFacts(key, found.dims[key], name, vintages[0].unit, newest, tuple(vintages))


def _file_name(dims: Dims, key: str, taken: Iterable[str]) -> str:
    """`agency-all_criminality-all`; with a piece of the key's hash where that is another's or too long."""
    plain = "_".join(f"{name}-{value}" for name, value in dims) or "all"
    name = re.sub(r"[^a-z0-9_]+", "-", plain.casefold()).strip("-")[:_LONGEST_NAME]
    return name if name not in taken else f"{name}-{hashlib.sha256(key.encode()).hexdigest()[:8]}"


def _add_steps(read: FiguresRead, metric: StoredMetric, told: Iterable[Step]) -> None:
    national = not PLACES & set(metric.dims)
    for kind, before, figure in told:
        read.counts.setdefault(figure.release_id, Counter())[figure.table, kind] += 1
        if national and kind == "revised" and before is not None and before.value and figure.value is not None:
            moved = abs(figure.value / before.value - 1)
            restated = Restated(
                figure.series, figure.unit, figure.period.start, figure.period.end, before.value, figure.value,
                figure.locator,
            )  # fmt: skip
            read.restated.setdefault(figure.release_id, []).append((moved, restated))
