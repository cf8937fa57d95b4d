"""What stood at an instant by the quick road: the newest clean figure of each period of one series, by seeks alone.

The statements are built once for each kind of database, and what figures share (a release, a table of a sheet) is
fetched once for all: repeating either took longer than the seeks. Where a held cell, a removal or a second cell of one
figure may be among the newest, the full history must be asked: `storage.read.vintages`.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import CTE, BigInteger, CompoundSelect, Connection, Select, Text, bindparam, cast, func, not_, select

from figures.periods import Period, fiscal_year
from figures.records import Figure
from figures.removal_rules import lasting, restated, windowed
from figures.values import shown
from storage import schema as t
from storage.encoding.bulk_statements import as_list, listed
from storage.encoding.row_values import NOT_CURRENT, STATUSES, digest_text, join
from storage.engine import DatabaseError

# Place and release in one number, so that the newest release of a period is the greatest.
_PLACE = 1 << 32
_FOREVER = datetime.max.replace(tzinfo=UTC)
# Columns of `_rows` by place and not by name: there are hundreds of rows.
_KIND, _SLOT, _RELEASE, _BLOCK = 0, 1, 7, 8


@dataclass(frozen=True, slots=True)
class _Series:
    """A series, and the table that states it: that of its newest figure, '' when there is none."""

    id: int
    key: str
    unit: str
    source: str
    table: str


def newest(connection: Connection, key: str, as_of: datetime | None, since: date | None) -> list[Figure] | None:
    """The newest clean figure of each period (filed from the fiscal year of a day on), in order of kind and period.

    None when a held cell, a removal or a doubled figure may be among them.
    """
    series = _series(connection, key)
    if series is None or windowed(series.table) or lasting(series.table):
        return None if series else []
    dialect = connection.dialect.name
    held, held_cells = _holds(connection, series)
    until, unclean = as_of or _FOREVER, as_list(connection, held)
    asked = {"series": series.id, "since": fiscal_year(since) if since else -1, "until": until, "unclean": unclean}
    rows = sorted(connection.execute(_rows(dialect), asked).all(), key=itemgetter(_KIND, _SLOT))
    releases = _by_id(connection, _releases(dialect), {row[_RELEASE] for row in rows})
    figures = _figures(connection, series, rows, releases)
    if figures is None or _touched(held_cells, figures):
        return None
    asked = {"source": series.source, "table": series.table, "until": until, "unclean": unclean}
    last_word = _last_words(connection.execute(_speakers(dialect), asked).all())
    return figures if _stand(figures, releases, last_word) else None


def _figures(
    connection: Connection, series: _Series, rows: Sequence[Sequence[Any]], releases: Mapping[int, Sequence[Any]]
) -> list[Figure] | None:
    """The figures of rows; None when one is of another table, or a period has two."""
    blocks = _by_id(connection, _blocks(connection.dialect.name), {row[_BLOCK] for row in rows})
    if any(block[-1] != series.table for block in blocks.values()) or len({row[_SLOT] for row in rows}) < len(rows):
        return None
    return [_figure(series, row, blocks[row[_BLOCK]], releases[row[_RELEASE]]) for row in rows]


def _by_id(connection: Connection, query: Select[Any], ids: Collection[int]) -> dict[int, Sequence[Any]]:
    found = connection.execute(query, {"ids": as_list(connection, ids)})
    return {row[0]: row for row in found.all()}


def _series(connection: Connection, key: str) -> _Series | None:
    row = connection.execute(_identity(), {"digest": digest_text(key)}).first()
    if row is not None and row.key != key:
        raise DatabaseError(f"{row.key!r} and {key!r} have one digest in series; please report this")
    return None if row is None else _Series(row.id, row.key, row.unit, row.source, row.table_id or "")


def _holds(connection: Connection, series: _Series) -> tuple[set[int], dict[int, list[str]]]:
    """The releases held as a whole or for the series' table, and by release the cells held, as they are stored."""
    held: set[int] = set()
    cells: dict[int, list[str]] = {}
    for release_id, kind, scope in connection.execute(_open_holds(), {"source": series.source}).all():
        if kind == "cells":
            cells.setdefault(release_id, []).append(scope)
        elif kind == "release" or (series.table in scope and series.table in json.loads(scope)):
            held.add(release_id)
    return held, cells


def _touched(cells: Mapping[int, Sequence[str]], figures: Iterable[Figure]) -> bool:
    """Whether the cell of any figure is held."""
    mine = [figure for figure in figures if figure.release_id in cells]
    locators = {
        id_: {cell for scope in cells[id_] for cell in json.loads(scope)} for id_ in {f.release_id for f in mine}
    }
    return any(figure.locator in locators[figure.release_id] for figure in mine)


def _last_words(stated: Iterable[Sequence[Any]]) -> dict[int | None, int]:
    """The place of the last clean release of a fiscal year, or that covers a part of it, of (fiscal year, place)."""
    found: dict[int | None, int] = {}
    for year, place in stated:
        found[year] = max(found.get(year, 0), place)
    return found


def _stand(
    figures: Sequence[Figure], releases: Mapping[int, Sequence[Any]], last_word: Mapping[int | None, int]
) -> bool:
    """Whether each kind of period is stated by the last release that could have: then none of them was dropped."""
    said: dict[tuple[int | None, str], tuple[Figure, list[int]]] = {}
    for figure in figures:
        kind = figure.fiscal_year, figure.period.kind
        said.setdefault(kind, (figure, []))[1].append(releases[figure.release_id][1])
    for (year, _), (figure, places) in said.items():
        place = min(places) if restated(figure.table, figure.period) else max(places)
        if year is None or place < last_word.get(year, 0):
            return False
    return True


def _figure(series: _Series, row: Sequence[Any], block: Sequence[Any], release: Sequence[Any]) -> Figure:
    kind, _slot, start, end, value, body, status, release_id, _block, at_row, col, last = row
    _id, form, sheet, period_locator, year, run_date, table = block
    _id, _place, name, sha256, url, known_at, known_by = release
    return Figure(
        series.key,
        Period(kind, start, end),
        value,
        series.unit,
        STATUSES[status],
        shown(value) if body is None else body,
        join(form, sheet, at_row, col, last),
        period_locator,
        year,
        run_date,
        False,
        release_id,
        name,
        sha256,
        url,
        known_at,
        known_by,
        table,
    )


def _filed() -> CTE:
    """The fiscal years under which figures are filed, the newest first: one seek for each."""
    o = t.observation
    since = bindparam("since", type_=o.c.fiscal_year.type)
    newest_year = select(func.max(o.c.fiscal_year).label("year")).where(o.c.fiscal_year >= since)
    filed = newest_year.cte("filed", recursive=True)
    earlier = select(func.max(o.c.fiscal_year)).where(o.c.fiscal_year < filed.c.year, o.c.fiscal_year >= since)
    return filed.union_all(select(earlier.scalar_subquery()).where(filed.c.year.is_not(None)))


@cache
def _identity() -> Select[Any]:
    s, m, o, b = t.series, t.metric, t.observation, t.block
    filed = _filed()
    table = (
        select(b.c.table_id)
        .select_from(filed)
        .join(o, o.c.fiscal_year == filed.c.year)
        .join(b, b.c.id == o.c.block_id)
        .where(o.c.series_id == s.c.id, o.c.status != NOT_CURRENT)
        .limit(1)
        .correlate(s)
        .scalar_subquery()
    )
    query = select(s.c.id, s.c.key, m.c.unit, m.c.source, table.label("table_id")).join(m, m.c.id == s.c.metric_id)
    return query.where(s.c.digest == bindparam("digest")).params(since=-1)


@cache
def _open_holds() -> Select[Any]:
    f = t.finding
    return select(f.c.release_id, f.c.scope_kind, cast(f.c.scope, Text)).where(
        f.c.source == bindparam("source"),
        f.c.severity == "hold",
        f.c.lifted_at.is_(None),
        f.c.release_id.is_not(None),
    )


@cache
def _rows(dialect: str) -> Select[Any]:
    """The figures of the newest clean release of each period."""
    o, r, p, x = t.observation, t.release, t.period, t.text
    filed = _filed()
    greatest = func.max(cast(r.c.position, BigInteger) * _PLACE + r.c.id).label("place_and_release")
    last = (
        select(o.c.fiscal_year, o.c.slot, greatest)
        .select_from(filed)
        .join(o, o.c.fiscal_year == filed.c.year)
        .join(r, r.c.id == o.c.release_id)
        .where(
            o.c.series_id == bindparam("series"),
            o.c.status != NOT_CURRENT,
            r.c.known_at <= bindparam("until"),
            not_(listed(dialect, r.c.id, "unclean")),
        )
        .group_by(o.c.fiscal_year, o.c.slot)
        .cte("last")
    )
    columns = (
        p.c.kind,
        o.c.slot,
        p.c.start_day,
        p.c.end_day,
        o.c.value,
        x.c.body,
        o.c.status,
        o.c.release_id,
        o.c.block_id,
        o.c.row,
        o.c.col,
        o.c.last,
    )
    return (
        select(*columns)
        .select_from(last)
        .join(o, (o.c.fiscal_year == last.c.fiscal_year) & (o.c.slot == last.c.slot))
        .join(p, p.c.id == o.c.period_id)
        .outerjoin(x, x.c.id == o.c.text_id)
        .where(
            o.c.series_id == bindparam("series"),
            o.c.release_id == last.c.place_and_release % _PLACE,
            o.c.status != NOT_CURRENT,
        )
    )


@cache
def _blocks(dialect: str) -> Select[Any]:
    b = t.block
    columns = (b.c.id, b.c.form, b.c.sheet, b.c.period_locator, b.c.fiscal_year, b.c.run_date, b.c.table_id)
    return select(*columns).where(listed(dialect, b.c.id, "ids"))


@cache
def _releases(dialect: str) -> Select[Any]:
    r = t.release
    columns = (r.c.id, r.c.position, r.c.name, r.c.sha256, r.c.url, r.c.known_at, r.c.known_by)
    return select(*columns).where(listed(dialect, r.c.id, "ids"))


@cache
def _speakers(dialect: str) -> CompoundSelect[Any]:
    """The place of the last clean release of each fiscal year, and of the last that covers a part of it in a table."""
    r, c = t.release, t.coverage
    clean = (r.c.known_at <= bindparam("until"), not_(listed(dialect, r.c.id, "unclean")))
    last = func.max(r.c.position)
    own = select(r.c.fiscal_year, last).where(r.c.source == bindparam("source"), *clean).group_by(r.c.fiscal_year)
    covering = select(c.c.fiscal_year, last).join(r, r.c.id == c.c.release_id)
    return own.union_all(covering.where(c.c.table_id == bindparam("table"), *clean).group_by(c.c.fiscal_year))
