"""Where the figures of a series lie: the fiscal years under which figures are filed, its number, table and source."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, func, select

from storage import schema as t
from storage.interning import among, known
from storage.packing import NOT_CURRENT, digest_text


def years(connection: Connection) -> list[int]:
    """The fiscal years under which figures are filed: one seek for each, whatever the number of figures."""
    o = t.observation
    first = select(func.min(o.c.fiscal_year).label("year")).cte("filed", recursive=True)
    later = select(func.min(o.c.fiscal_year)).where(o.c.fiscal_year > first.c.year).scalar_subquery()
    filed = first.union_all(select(later).where(first.c.year.is_not(None)))
    return [row.year for row in connection.execute(select(filed.c.year)) if row.year is not None]


def series_ids(connection: Connection, keys: Iterable[str]) -> list[int]:
    return sorted(known(connection, t.series, "key", {digest_text(key): key for key in keys}).values())


def table_of(connection: Connection, filed: Iterable[int], ids: Sequence[int]) -> str:
    """The table of the newest figure that is filed for a series; '' when there is none."""
    o, b = t.observation, t.block
    for year in sorted(filed, reverse=True):
        mine = (o.c.fiscal_year == year, o.c.series_id.in_(ids), o.c.status != NOT_CURRENT)
        query = select(b.c.table_id).join(o, o.c.block_id == b.c.id).where(*mine).limit(1)
        if (found := connection.execute(query).scalar()) is not None:
            return str(found)
    return ""


def sources_of(connection: Connection, keys: Iterable[str]) -> list[str]:
    """The sources of some series."""
    s, m = t.series, t.metric
    mine = among(connection, s.c.id, series_ids(connection, keys))
    query = select(m.c.source).join(s, s.c.metric_id == m.c.id).where(mine).distinct()
    return sorted(row.source for row in connection.execute(query))
