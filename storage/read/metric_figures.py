"""Every vintage of every series of a metric, read lean: an export takes half a million figures.

What figures share (releases, tables of sheets, periods, holds) is read once for all metrics. Joined to each figure it
took most of the time.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from figures.periods import Period
from figures.records import Dims, Figure
from figures.values import shown
from storage import schema as t
from storage.encoding.bulk_statements import among
from storage.encoding.row_values import NOT_CURRENT, STATUSES, dims_of, join
from storage.encoding.series_lookup import years
from storage.read.holds import Holds, open_holds
from storage.read.release_order import StoredRelease, releases
from storage.read.vintages import ReleasesAndHolds, with_removals


@dataclass(frozen=True, slots=True)
class StoredMetric:
    """A metric that series are stored of: its source and the names of its dimensions, in order of name."""

    name: str
    source: str
    dims: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shared:
    """What figures point at: releases in order of publication, and by id tables of sheets and periods; open holds."""

    releases: Sequence[StoredRelease]
    blocks: Mapping[int, Any]
    periods: Mapping[int, Period]
    holds: Holds
    years: Sequence[int]


@dataclass(frozen=True, slots=True)
class MetricFigures:
    """The vintages of a metric, removals among them, in order of release; and the dimensions of each of its series."""

    dims: Mapping[str, Dims]
    figures: Sequence[Figure]


def stored_metrics(connection: Connection) -> list[StoredMetric]:
    """In order of name. A metric whose dimensions changed has those of all its versions."""
    m = t.metric
    found: dict[tuple[str, str], set[str]] = {}
    for row in connection.execute(select(m.c.name, m.c.source, m.c.dims).order_by(m.c.id)):
        found.setdefault((row.name, row.source), set()).update(row.dims)
    return [StoredMetric(name, source, tuple(sorted(dims))) for (name, source), dims in sorted(found.items())]


def shared(connection: Connection) -> Shared:
    """Read once, for all the metrics of an export."""
    b, p = t.block, t.period
    columns = (b.c.id, b.c.form, b.c.sheet, b.c.period_locator, b.c.fiscal_year, b.c.run_date, b.c.table_id)
    return Shared(
        releases=releases(connection),
        blocks={row[0]: tuple(row) for row in connection.execute(select(*columns))},
        periods={row.id: Period(row.kind, row.start_day, row.end_day) for row in connection.execute(select(p))},
        holds=open_holds(connection),
        years=years(connection),
    )


def figures_of_metric(
    connection: Connection, metric: StoredMetric, beside: Shared, as_of: datetime | None = None
) -> MetricFigures:
    """Every vintage that was public at an instant (None: all); those of hidden and wrong-year sheets are left out."""
    series = _series(connection, metric)
    figures = list(_figures(connection, series, beside, as_of))
    known = ReleasesAndHolds(beside.releases, beside.holds)
    dims = {key: named for key, _, named in series.values()}
    return MetricFigures(dims, with_removals(connection, figures, [metric.source], as_of, known))


def _series(connection: Connection, metric: StoredMetric) -> dict[int, tuple[str, str, Dims]]:
    """Key, unit and dimensions, by id."""
    s, m = t.series, t.metric
    query = (
        select(s.c.id, s.c.key, m.c.unit, s.c.dims, m.c.dims.label("names"))
        .join(m, m.c.id == s.c.metric_id)
        .where(m.c.name == metric.name, m.c.source == metric.source)
    )
    return {
        row.id: (row.key, row.unit, tuple(sorted(row.dims.items())) if row.dims else dims_of(row.key, row.names) or ())
        for row in connection.execute(query)
    }


def _figures(
    connection: Connection, series: Mapping[int, tuple[str, str, Dims]], beside: Shared, as_of: datetime | None
) -> Iterator[Figure]:
    """In order of release, within one as they stand in the file."""
    # By place and not by name: there are half a million.
    order = sorted(beside.releases, key=lambda r: (r.known_at, r.position, r.sha256))
    place = {r.id: n for n, r in enumerate(order) if as_of is None or r.known_at <= as_of}
    blocks, periods, holds = beside.blocks, beside.periods, beside.holds
    rows = [row for row in _rows(connection, series, beside) if row[1] in place]
    rows.sort(key=lambda row: (place[row[1]], blocks[row[2]][2], row[3], row[4], series[row[0]][0]))
    for number, release_id, block_id, at_row, col, last, period_id, value, status, body in rows:
        key, unit, _ = series[number]
        _, form, sheet, period_locator, fiscal_year, run_date, table = blocks[block_id]
        release = order[place[release_id]]
        locator = join(form, sheet, at_row, col, last)
        yield Figure(
            key,
            periods[period_id],
            value,
            unit,
            STATUSES[status],
            shown(value) if body is None else body,
            locator,
            period_locator,
            fiscal_year,
            run_date,
            holds.on(release_id, table, locator),
            release_id,
            release.name,
            release.sha256,
            release.url,
            release.known_at,
            release.known_by,
            table,
        )


def _rows(connection: Connection, series: Mapping[int, object], beside: Shared) -> Iterator[tuple[Any, ...]]:
    o, x = t.observation, t.text
    columns = (o.c.series_id, o.c.release_id, o.c.block_id, o.c.row, o.c.col, o.c.last, o.c.period_id, o.c.value)
    query = (
        select(*columns, o.c.status, x.c.body)
        .outerjoin(x, x.c.id == o.c.text_id)
        .where(o.c.fiscal_year.in_(beside.years), among(connection, o.c.series_id, series), o.c.status != NOT_CURRENT)
    )
    return (tuple(row) for row in connection.execute(query))
