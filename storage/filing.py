"""Where the figures of a series lie: the fiscal years under which figures are filed, its number, table and source."""

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, func, select

from storage import schema as t
from storage.interning import among, known
from storage.packing import digest_text


def years(connection: Connection) -> list[int]:
    """The fiscal years under which figures are filed: one seek for each, whatever the number of figures."""
    o = t.observation
    first = select(func.min(o.c.fiscal_year).label("year")).cte("filed", recursive=True)
    later = select(func.min(o.c.fiscal_year)).where(o.c.fiscal_year > first.c.year).scalar_subquery()
    filed = first.union_all(select(later).where(first.c.year.is_not(None)))
    return [row.year for row in connection.execute(select(filed.c.year)) if row.year is not None]


def known_keys(connection: Connection, keys: Iterable[str]) -> dict[int, str]:
    """Those of some series that there are, by their numbers."""
    by_digest = {digest_text(key): key for key in keys}
    return {number: by_digest[digest] for digest, number in known(connection, t.series, "key", by_digest).items()}


def series_ids(connection: Connection, keys: Iterable[str]) -> list[int]:
    return sorted(known_keys(connection, keys))


def sources_of(connection: Connection, ids: Collection[int]) -> list[str]:
    """The sources of some series, by their numbers."""
    s, m = t.series, t.metric
    mine = among(connection, s.c.id, ids)
    query = select(m.c.source).join(s, s.c.metric_id == m.c.id).where(mine).distinct()
    return sorted(row.source for row in connection.execute(query))
