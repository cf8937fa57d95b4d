"""When publishers published: the releases that count as such, and the days of silence between them.

Nothing is kept of its own: a silence is what lies between two releases as known, each with its sha256, and the looks
that found nothing new are in `run` and `fetch`. A release that comes in late changes the silences of the past.
"""

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import Connection, func, select

from storage import schema as t
from storage.encoding.bulk_statements import among
from storage.encoding.row_values import NOT_CURRENT, STATUS_NUMBER, join
from storage.encoding.series_lookup import years
from storage.read.holds import Holds, open_holds
from storage.read.release_order import StoredRelease, releases


def releases_with_a_newer_day(connection: Connection, metrics: Sequence[tuple[str, str]]) -> list[StoredRelease]:
    """Of some sources, each with the metric that dates it, the releases that state a later day than any before."""
    stated = every_stated_day(connection, metrics)
    found = [
        (release, stated[source][release.id])
        for source, _ in metrics
        if source in stated
        for release in releases(connection, source)
        if release.id in stated[source]
    ]
    newest, kept = date.min, []
    for release, day in sorted(found, key=lambda each: (each[0].known_at, each[0].id)):
        if day > newest:
            newest = day
            kept.append(release)
    return kept


def every_stated_day(connection: Connection, metrics: Sequence[tuple[str, str]]) -> dict[str, dict[int, date]]:
    """By source and release, of several sources with a metric each: the last day that a release states a figure of the
    metric for, held or not.
    """
    o, p, s, m, r = t.observation, t.period, t.series, t.metric, t.release
    ids = _series_ids(connection, [metric for _, metric in metrics])
    if not ids:
        return {}
    query = (
        select(r.c.source, m.c.name, o.c.release_id, func.max(p.c.end_day).label("day"))
        .select_from(o)
        .join(p, p.c.id == o.c.period_id)
        .join(r, r.c.id == o.c.release_id)
        .join(s, s.c.id == o.c.series_id)
        .join(m, m.c.id == s.c.metric_id)
        .where(
            o.c.fiscal_year.in_(years(connection)),
            among(connection, o.c.series_id, [number for series in ids.values() for number in series]),
            o.c.status != NOT_CURRENT,
            o.c.value.is_not(None),
        )
        .group_by(r.c.source, m.c.name, o.c.release_id)
    )
    found: dict[str, dict[int, date]] = {}
    for row in connection.execute(query):
        if (row.source, row.name) in metrics and row.day is not None:
            found.setdefault(row.source, {})[row.release_id] = row.day
    return found


def _series_ids(connection: Connection, metrics: Collection[str]) -> dict[str, list[int]]:
    """The series of those metrics that have any. Looked up first: the planner knows nothing of new tables."""
    s, m = t.series, t.metric
    query = select(m.c.name, s.c.id).join(m, m.c.id == s.c.metric_id).where(m.c.name.in_(sorted(metrics)))
    found: dict[str, list[int]] = {}
    for row in connection.execute(query):
        found.setdefault(row.name, []).append(row.id)
    return found


def newest_day(connection: Connection, metric: str) -> date | None:
    """The last day that a clean, current figure of a metric is about."""
    return newest_days(connection, [metric]).get(metric)


def newest_days(connection: Connection, metrics: Collection[str]) -> dict[str, date]:
    """As `newest_day`, of those metrics that have such a figure."""
    ids = _series_ids(connection, metrics)
    filed, holds = years(connection), open_holds(connection)
    found = {}
    for metric, series in ids.items():
        days = (_newest_day(connection, year, series, holds) for year in reversed(filed))
        if day := next(filter(None, days), None):
            found[metric] = day
    return found


def _newest_day(connection: Connection, year: int, series: Collection[int], holds: Holds) -> date | None:
    o, p, b = t.observation, t.period, t.block
    query = (
        select(p.c.end_day, o.c.release_id, b.c.table_id, b.c.form, b.c.sheet, o.c.row, o.c.col, o.c.last)
        .select_from(o)
        .join(p, p.c.id == o.c.period_id)
        .join(b, b.c.id == o.c.block_id)
        .where(o.c.fiscal_year == year, among(connection, o.c.series_id, series), p.c.end_day.is_not(None))
        .where(o.c.status == STATUS_NUMBER["reported"])
        .order_by(p.c.end_day.desc())
    )
    for row in connection.execute(query):
        if not holds.on(row.release_id, row.table_id, join(row.form, row.sheet, row.row, row.col, row.last)):
            day: date = row.end_day
            return day
    return None
