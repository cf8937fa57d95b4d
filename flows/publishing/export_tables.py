"""The files of an export, one after the other: tables, dictionary, licences, and the package that describes them.

The same database gives the same bytes, compressed files too. The time of an export is never in it: `created` is the
instant since when the newest release is public.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from alerts.messages.invisible_characters import defused
from figures.periods import Period, end_of_day, spoken, washington_day
from figures.records import Dims, Figure, Source
from figures.registry import SOURCES
from figures.values import shown
from flows.publishing import export_words as words
from flows.publishing.csv_bytes import Field, Row, as_csv, as_gzip, safe_row, safe_text
from storage.encoding.row_values import slot
from storage.engine import Database, Transaction, reading
from storage.read import metric_figures, reads
from storage.read.metric_figures import MetricFigures, StoredMetric

CSV, GZIP, PARQUET = "text/csv; charset=utf-8", "application/gzip", "application/vnd.apache.parquet"
JSON, MARKDOWN = "application/json", "text/markdown; charset=utf-8"
# A table that is split by facility has thousands of series: it is ten times smaller compressed.
_COMPRESSED = "facility"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to go out: as known at `as_of` (None: now), the newest of each period or every vintage. `publisher` is
    who puts it out, by name, address and contact. With `packed` every metric's table is compressed, and not those of
    facilities alone.
    """

    sources: Sequence[str]
    metrics: Sequence[str]
    as_of: date | None
    vintages: bool
    format: str
    publisher: words.Newsroom = words.UNNAMED
    packed: bool = False

    @property
    def instant(self) -> datetime | None:
        return end_of_day(self.as_of) if self.as_of else None

    @property
    def words(self) -> str:
        if self.vintages:
            return "Every figure of every release: one row each time that a file states it."
        if self.as_of:
            day = spoken(self.as_of)
            return f"What was known by the end of {day} in Washington: the newest clean figure of each period."
        return "The newest clean figure of each series and period."


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file of an export. `table` says what a metric's table holds; None for any other file."""

    name: str
    media: str
    body: bytes
    table: words.Table | None = None


Told = Callable[[StoredMetric, MetricFigures], None]


def exported(database: Database, wish: Wish) -> Iterator[ExportedFile]:
    """Every file in order, `datapackage.json` last. One table is in memory at a time."""
    with reading(database) as connection:
        yield from export_files(connection, wish, _nobody)


def _nobody(metric: StoredMetric, found: MetricFigures) -> None:
    pass


def export_files(connection: Transaction, wish: Wish, tell: Told) -> Iterator[ExportedFile]:
    """As `exported`. `tell` is given each metric's vintages: what else needs them is spared to read them again."""
    names = sorted(wish.sources)
    resources: list[dict[str, Any]] = []
    listed: list[Row] = []
    tables: dict[str, words.Table] = {}
    for metric, table in _tables(connection, wish, tell):
        resources.append(_resource(table, _fields(metric, SOURCES[metric.source])))
        listed.append(words.dictionary_row(metric.name, table.name, table.table.rows if table.table else 0))
        if table.table:
            tables[metric.name] = table.table
        yield table
    releases = _releases(connection, names, wish.instant)
    for name, fields, rows in (("releases", words.RELEASES, releases), ("dictionary", words.DICTIONARY, listed)):
        table = ExportedFile(f"{name}.csv", CSV, as_csv(fields, map(safe_row, rows)))
        resources.append(_resource(table, fields))
        yield table
    sources = [SOURCES[name] for name in names]
    until = wish.as_of or max((washington_day(datetime.fromisoformat(str(row[5]))) for row in releases), default=None)
    yield ExportedFile("README.md", MARKDOWN, words.readme(sources, wish.words, tables, until).encode())
    yield ExportedFile("LICENCES.md", MARKDOWN, words.licences(sources).encode())
    facts = words.PackageFacts(wish.words, wish.as_of, wish.vintages, wish.publisher, [str(row[5]) for row in releases])
    yield ExportedFile("datapackage.json", JSON, words.package(sources, facts, resources).encode())


def _tables(connection: Transaction, wish: Wish, tell: Told) -> Iterator[tuple[StoredMetric, ExportedFile]]:
    """Each metric of the wish that has figures, in order, with its table."""
    beside = metric_figures.shared(connection)
    for metric in metric_figures.stored_metrics(connection):
        if metric.source in wish.sources and (not wish.metrics or metric.name in wish.metrics):
            found = metric_figures.figures_of_metric(connection, metric, beside, wish.instant)
            tell(metric, found)
            figures = _wanted(found.figures, SOURCES[metric.source], vintages=wish.vintages)
            if figures:
                yield metric, _table(metric, found, figures, wish)


def _wanted(figures: Sequence[Figure], source: Source, *, vintages: bool) -> list[Figure]:
    """In an order that depends on nothing but themselves."""
    chosen = list(figures) if vintages else newest_clean(figures)
    if source.republish == "figures":  # prose of a publisher who keeps it to himself stays here
        chosen = [figure for figure in chosen if figure.status != "text"]
    return in_order(chosen)


def newest_clean(figures: Iterable[Figure]) -> list[Figure]:
    """Of vintages in order of release the newest clean one of each series and period; none where it was dropped."""
    newest = {(figure.series, slot(figure.period)): figure for figure in figures if not figure.held}
    return [figure for figure in newest.values() if figure.status != "removed"]


def in_order(figures: Iterable[Figure]) -> list[Figure]:
    """By series, period, release and cell; what is not dated last."""
    by_series: dict[str, list[Figure]] = {}
    for figure in figures:
        by_series.setdefault(figure.series, []).append(figure)
    return [figure for series in sorted(by_series) for figure in sorted(by_series[series], key=_place)]


def _place(figure: Figure) -> tuple[object, ...]:
    kind, start, end = figure.period
    return kind, start or date.max, end or date.max, figure.known_at, figure.sha256, figure.locator


def _table(metric: StoredMetric, found: MetricFigures, figures: Sequence[Figure], wish: Wish) -> ExportedFile:
    fields = _fields(metric, SOURCES[metric.source])
    if wish.format == "parquet":
        from storage.read import frames  # only here: pandas takes a second to import

        rows = _values(metric, figures, found.dims)
        body = frames.as_parquet([name for name, _, _ in fields], rows)
        return ExportedFile(f"{metric.name}.parquet", PARQUET, body, _told(figures))
    cells = _cells(metric, figures, found.dims)
    if wish.packed or _COMPRESSED in metric.dims:
        return ExportedFile(f"{metric.name}.csv.gz", GZIP, as_gzip(fields, cells), _told(figures))
    return ExportedFile(f"{metric.name}.csv", CSV, as_csv(fields, cells), _told(figures))


def _told(figures: Sequence[Figure]) -> words.Table:
    days = [f.period.end for f in figures if f.value is not None and not f.held and f.period.end]
    return words.Table(len(figures), max(days, default=None))


def _fields(metric: StoredMetric, source: Source) -> list[Field]:
    """The columns of a metric's table: its dimensions stand after `metric`."""
    known = [field for field in words.COLUMNS if field[0] not in _without(source)]
    taken = {name for name, _, _ in words.COLUMNS}
    # `status` is a dimension of some metrics and a column of every table.
    dims = [(f"dim_{name}" if name in taken else name, "string", "a dimension of the metric") for name in metric.dims]
    return [*known[:2], *dims, *known[2:]]


def _without(source: Source) -> tuple[str, ...]:
    """The address is a third of the bytes, and releases.csv has it by sha256: it stands where a link is asked for."""
    return () if source.republish == "figures" else ("url", "attribution")


def _values(metric: StoredMetric, figures: Iterable[Figure], dims: Mapping[str, Dims]) -> Iterator[Row]:
    """A row for each figure in the order of `_fields`, with values as they are."""
    source = SOURCES[metric.source]
    cited = (source.attribution,) if source.republish == "figures" else ()
    for f in figures:
        named = dict(dims[f.series])
        yield (
            f.series,
            metric.name,
            *(named.get(name) for name in metric.dims),
            *f.period,
            f.value,
            f.unit,
            f.status,
            f.held,
            f.known_at,
            f.known_by,
            f.release_name,
            f.sha256,
            f.locator,
            *((f.url, f.raw, *cited) if cited else (f.raw,)),
        )


def _cells(metric: StoredMetric, figures: Iterable[Figure], dims: Mapping[str, Dims]) -> Iterator[Row]:
    """The same as CSV shows it: whole numbers bare, days and instants in ISO, texts that are no formula."""
    source = SOURCES[metric.source]
    cited = (defused(source.attribution),) if source.republish == "figures" else ()
    series: Row = ()
    of_release: dict[int, tuple[Row, Row]] = {}
    key = ""
    for f in figures:
        if f.series != key:
            key, named = f.series, dict(dims[f.series])
            series = (safe_text(key), metric.name, *(safe_text(named.get(name, "")) for name in metric.dims))
        if f.release_id not in of_release:
            since = (f.known_at.isoformat(), f.known_by, safe_text(f.release_name), f.sha256)
            of_release[f.release_id] = since, (safe_text(f.url),) if cited else ()
        known, url = of_release[f.release_id]
        value = "" if f.value is None else shown(f.value)
        raw = f.raw if f.raw == value else safe_text(f.raw)
        figure = (value, f.unit, f.status, "true" if f.held else "false")
        yield *series, *_period(f.period), *figure, *known, safe_text(f.locator), *url, raw, *cited


@lru_cache(maxsize=4096)
def _period(period: Period) -> Row:
    kind, start, end = period
    return kind, start.isoformat() if start else "", end.isoformat() if end else ""


def _releases(connection: Transaction, sources: Sequence[str], instant: datetime | None) -> list[Row]:
    return [
        (
            r.source,
            r.name,
            "; ".join(sorted(set(reads.names(connection, r.id)))),
            r.sha256,
            r.url,
            r.known_at.isoformat(),
            r.known_by,
            r.known_detail,
            r.fiscal_year,
            r.state,
        )
        for r in reads.releases(connection)
        if r.source in sources and (instant is None or r.known_at <= instant)
    ]


def _resource(file: ExportedFile, fields: Sequence[Field]) -> dict[str, Any]:
    """A table as the data package describes it; a hash is of the file as it lies there."""
    stem, _, kind = file.name.removesuffix(".gz").rpartition(".")
    packed = {"compression": "gz"} if file.media == GZIP else {}
    return {
        "profile": "tabular-data-resource",
        "name": stem.lower(),
        "path": file.name,
        "format": kind,
        "mediatype": file.media.partition(";")[0],
        **packed,
        **({"encoding": "utf-8"} if kind == "csv" else {}),
        "bytes": len(file.body),
        "hash": f"sha256:{hashlib.sha256(file.body).hexdigest()}",
        "schema": {"fields": [{"name": n, "type": type_, "description": meaning} for n, type_, meaning in fields]},
    }
