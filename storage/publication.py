"""When publishers published: the releases that count as such, and the days of silence between them.

Nothing is kept of its own: a silence is what lies between two releases as known, each with its sha256, and the looks
that found nothing new are in `run` and `fetch`. A release that comes in late changes the silences of the past.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Connection, func, select

from storage import schema as t
from storage.filing import years
from storage.interning import among
from storage.packing import NOT_CURRENT
from storage.releases import StoredRelease, releases


def releases_with_a_newer_day(connection: Connection, metrics: Sequence[tuple[str, str]]) -> list[StoredRelease]:
    """Of some sources, each with the metric that dates it, the releases that state a later day than any before."""
    found = [
        (release, day)
        for source, metric in metrics
        for days in [stated_days(connection, source, metric)]
        for release in releases(connection, source)
        if (day := days.get(release.id))
    ]
    newest, kept = date.min, []
    for release, day in sorted(found, key=lambda each: (each[0].known_at, each[0].id)):
        if day > newest:
            newest = day
            kept.append(release)
    return kept


def stated_days(connection: Connection, source: str, metric: str) -> dict[int, date]:
    """By release of a source: the last day that it states a figure of a metric for, held or not."""
    o, p, s, m, r = t.observation, t.period, t.series, t.metric, t.release
    mine = select(s.c.id).join(m, m.c.id == s.c.metric_id).where(m.c.name == metric)
    series = [row.id for row in connection.execute(mine)]
    query = (
        select(o.c.release_id, func.max(p.c.end_day).label("day"))
        .join(p, p.c.id == o.c.period_id)
        .join(r, r.c.id == o.c.release_id)
        .where(
            o.c.fiscal_year.in_(years(connection)),
            among(connection, o.c.series_id, series),
            o.c.status != NOT_CURRENT,
            o.c.value.is_not(None),
            r.c.source == source,
        )
        .group_by(o.c.release_id)
    )
    return {row.release_id: row.day for row in connection.execute(query) if row.day is not None}
