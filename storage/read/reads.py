"""What is known: figures as of an instant, releases, findings, the last look at an address.

Order of releases is the order in which the public could read them, whatever the order in which they came in.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, select

from figures.periods import Period
from figures.records import Figure, Observation
from figures.values import shown
from storage import schema as t
from storage.encoding.bulk_statements import among
from storage.encoding.row_values import NOT_CURRENT, STATUS_NUMBER, STATUSES, dims_of, join, split
from storage.encoding.series_lookup import series_ids, years
from storage.read.catalogue import series_list as series_list
from storage.read.holds import Holds, open_holds

# Callers that read figures find the releases that they belong to here, too.
from storage.read.release_order import RELEASE_ORDER as RELEASE_ORDER
from storage.read.release_order import StoredRelease as StoredRelease
from storage.read.release_order import all_names as all_names
from storage.read.release_order import names as names
from storage.read.release_order import release_of as release_of
from storage.read.release_order import releases as releases


def figures_query() -> Select[Any]:
    """Figures with all that is said once and pointed at, in no order."""
    o, r, s, m, p, b, x = t.observation, t.release, t.series, t.metric, t.period, t.block, t.text
    return (
        select(
            s.c.key,
            m.c.unit,
            p.c.kind,
            p.c.start_day,
            p.c.end_day,
            o.c.value,
            x.c.body,
            o.c.status,
            b.c.form,
            b.c.sheet,
            o.c.row,
            o.c.col,
            b.c.period_locator,
            b.c.fiscal_year,
            b.c.run_date,
            o.c.release_id,
            r.c.name,
            r.c.sha256,
            r.c.url,
            r.c.known_at,
            r.c.known_by,
            b.c.table_id,
            r.c.position,
            o.c.last,
        )
        .select_from(o)
        .join(r, r.c.id == o.c.release_id)
        .join(s, s.c.id == o.c.series_id)
        .join(m, m.c.id == s.c.metric_id)
        .join(p, p.c.id == o.c.period_id)
        .join(b, b.c.id == o.c.block_id)
        .outerjoin(x, x.c.id == o.c.text_id)
    )


def of_metrics(connection: Connection, metrics: Collection[str]) -> ColumnElement[bool]:
    """That a figure is of some metrics. Their series are looked up first: the planner knows nothing of new tables."""
    s, m = t.series, t.metric
    query = select(s.c.id).join(m, m.c.id == s.c.metric_id).where(m.c.name.in_(sorted(metrics)))
    return among(connection, t.observation.c.series_id, [row.id for row in connection.execute(query)])


def made_figures(connection: Connection, query: Select[Any], holds: Holds | None = None) -> list[Figure]:
    """The figures that a query over `figures_query` gives, in order of release, within one as they stand in the file.

    Ordered here, because two databases may order words in two ways. `holds` are the open ones, where they are at hand.
    """
    rows: list[Any] = sorted(connection.execute(query).all(), key=_in_order)
    held = open_holds(connection, {row[_RELEASE] for row in rows}) if holds is None else holds
    return [_figure(row, held) for row in rows]


_SHEET, _ROW, _COL, _RELEASE, _SHA256, _KNOWN, _POSITION = 9, 10, 11, 15, 17, 19, 22


def _in_order(row: Any) -> tuple[Any, ...]:
    return row[_KNOWN], row[_POSITION], row[_SHA256], row[_SHEET], row[_ROW], row[_COL], row[0]


def _figure(row: Row[Any], holds: Holds) -> Figure:
    # By place and not by name: there are thousands.
    values = tuple(row)
    (key, unit, kind, start, end, value, body, status, form, sheet, at_row, col, period_locator) = values[:13]
    (fiscal_year, run_date, release_id, name, sha256, url, known_at, known_by, table, _position, last) = values[13:]
    locator = join(form, sheet, at_row, col, last)
    return Figure(
        key,
        Period(kind, start, end),
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
        name,
        sha256,
        url,
        known_at,
        known_by,
        table,
    )


def figures(connection: Connection, series: Iterable[str], as_of: datetime | None = None) -> list[Figure]:
    """Every figure of some series that the public could read at an instant (None: all), in order of release.

    Held figures are among them, marked; figures of hidden and wrong-year sheets are not. What a release dropped is
    told by `storage.read.vintages`.
    """
    return figures_by_number(connection, series_ids(connection, series), as_of)


def figures_by_number(
    connection: Connection, ids: Collection[int], as_of: datetime | None, holds: Holds | None = None
) -> list[Figure]:
    """As `figures`, of series by their numbers, and with the open holds where they are at hand."""
    o = t.observation
    query = figures_query().where(
        o.c.fiscal_year.in_(years(connection)),
        among(connection, o.c.series_id, ids),
        o.c.status != NOT_CURRENT,
    )
    if as_of is not None:
        query = query.where(t.release.c.known_at <= as_of)
    return made_figures(connection, query, holds)


def figures_at(connection: Connection, locator: str, sha256_start: str = "", release: str = "") -> list[Figure]:
    """The stored figures of one cell, in every release that has it, held or not, hidden or not."""
    o, b, r = t.observation, t.block, t.release
    cell = split(locator)
    blocks = connection.execute(select(b.c.id, b.c.fiscal_year).where(b.c.sheet == cell.sheet)).all()
    filed = set(years(connection))
    if all(block.fiscal_year is not None for block in blocks):
        filed &= {block.fiscal_year for block in blocks}
    query = figures_query().where(
        o.c.fiscal_year.in_(sorted(filed)),
        o.c.block_id.in_(sorted(block.id for block in blocks)),
        o.c.row == cell.row,
        o.c.col == cell.col,
        o.c.last == cell.last,
    )
    if sha256_start:
        query = query.where(r.c.sha256.startswith(sha256_start, autoescape=True))
    if release:
        query = query.where(r.c.name == release)
    return made_figures(connection, query)


def figures_of(connection: Connection, release: StoredRelease) -> list[Figure]:
    """All that one release states, in the order of the file, figures of hidden and wrong-year sheets left out."""
    o = t.observation
    query = figures_query().where(
        o.c.fiscal_year.in_(years_of(connection, release.id)),
        o.c.release_id == release.id,
        o.c.status != NOT_CURRENT,
    )
    return made_figures(connection, query)


def years_of(connection: Connection, release_id: int) -> list[int]:
    """The fiscal years under which the figures of a release are filed."""
    filed = connection.execute(select(t.release.c.years).where(t.release.c.id == release_id)).scalar()
    return list(filed or ())


def clean_before(
    connection: Connection,
    source: str,
    release: StoredRelease,
    metrics: Collection[str],
    holds: Holds | None = None,
) -> list[Figure]:
    """The clean totals to date and snapshots of a release's fiscal year that the public could read before it.

    `holds` are the open ones, where they are at hand.
    """
    if release.fiscal_year is None:
        return []
    o = t.observation
    query = figures_query().where(
        o.c.fiscal_year == release.fiscal_year,
        of_metrics(connection, metrics),
        o.c.status == STATUS_NUMBER["reported"],
        t.period.c.kind.in_(("instant", "fiscal_year_to_date")),
        t.release.c.source == source,
        t.release.c.position < release.position,
    )
    return [figure for figure in made_figures(connection, query, holds) if not figure.held]


def observations(connection: Connection, release_id: int, metrics: Collection[str] | None = None) -> list[Observation]:
    """What was read from one release, in the order of the file; of some metrics only, where they are named."""
    o, s, m, p, b, x = t.observation, t.series, t.metric, t.period, t.block, t.text
    query = (
        select(
            o.c.value,
            o.c.status,
            o.c.row,
            o.c.col,
            o.c.last,
            s.c.key,
            s.c.dims,
            m.c.name,
            m.c.unit,
            m.c.dims.label("names"),
            p.c.kind,
            p.c.start_day,
            p.c.end_day,
            b.c.form,
            b.c.sheet,
            b.c.table_id,
            b.c.fiscal_year,
            b.c.run_date,
            b.c.period_locator,
            x.c.body,
        )
        .select_from(o)
        .join(s, s.c.id == o.c.series_id)
        .join(m, m.c.id == s.c.metric_id)
        .join(p, p.c.id == o.c.period_id)
        .join(b, b.c.id == o.c.block_id)
        .outerjoin(x, x.c.id == o.c.text_id)
        .where(o.c.fiscal_year.in_(years_of(connection, release_id)), o.c.release_id == release_id)
    )
    if metrics is not None:
        query = query.where(of_metrics(connection, metrics))
    return in_order(_observation(row) for row in connection.execute(query))


def in_order(observations: Iterable[Observation]) -> list[Observation]:
    """Observations of one release as they stand in its file: sheet by sheet, row by row."""
    return sorted(observations, key=lambda o: split(o.locator)[1:])


def _observation(row: Row[*tuple[Any, ...]]) -> Observation:
    named = tuple(sorted(row.dims.items())) if row.dims else dims_of(row.key, row.names)
    return Observation(
        metric=row.name,
        dims=named or (),
        period=Period(row.kind, row.start_day, row.end_day),
        value=row.value,
        unit=row.unit,
        status=STATUSES[row.status],
        raw=shown(row.value) if row.body is None else row.body,
        locator=join(row.form, row.sheet, row.row, row.col, row.last),
        table=row.table_id,
        fiscal_year=row.fiscal_year,
        run_date=row.run_date,
        period_locator=row.period_locator,
    )
