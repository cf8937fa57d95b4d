"""The id and the source of a series, and the fiscal years under which figures are filed."""

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, func, select

from storage import schema as t
from storage.encoding.bulk_statements import among
from storage.encoding.row_values import digest_text
from storage.encoding.shared_rows import existing_ids


def years(connection: Connection) -> list[int]:
    """The fiscal years under which figures are filed. One index seek for each year, however many figures there are."""
    o = t.observation
    first = select(func.min(o.c.fiscal_year).label("year")).cte("filed", recursive=True)
    later = select(func.min(o.c.fiscal_year)).where(o.c.fiscal_year > first.c.year).scalar_subquery()
    filed = first.union_all(select(later).where(first.c.year.is_not(None)))
    return [row.year for row in connection.execute(select(filed.c.year)) if row.year is not None]


def known_keys(connection: Connection, keys: Iterable[str]) -> dict[int, str]:
    """The keys of those series that are stored, by id."""
    by_digest = {digest_text(key): key for key in keys}
    ids = existing_ids(connection, t.series, "key", by_digest)
    return {number: by_digest[digest] for digest, number in ids.items()}


def series_ids(connection: Connection, keys: Iterable[str]) -> list[int]:
    """The ids of those series that are stored, in order."""
    return sorted(known_keys(connection, keys))


def sources_of(connection: Connection, ids: Collection[int]) -> list[str]:
    """The sources of some series, by their numbers."""
    s, m = t.series, t.metric
    mine = among(connection, s.c.id, ids)
    query = select(m.c.source).join(s, s.c.metric_id == m.c.id).where(mine).distinct()
    return sorted(row.source for row in connection.execute(query))
