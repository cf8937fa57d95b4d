"""What is known: figures as of an instant, releases, findings, the last look at an address.

Order of releases is the order in which the public could read them, whatever the order in which they came in.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, exists, func, select

from figures.periods import Period
from figures.records import Dims, Figure, Observation
from storage import schema as t

# Two editions of one day (04122023 and 04122023b) are told apart by the time in the document, then by their bytes.
RELEASE_ORDER = (
    t.release.c.known_at,
    func.coalesce(t.release.c.modified_at, t.release.c.known_at),
    t.release.c.sha256,
)


@dataclass(frozen=True, slots=True)
class StoredRelease:
    id: int
    source: str
    name: str
    url: str
    sha256: str
    role: str
    known_at: datetime
    known_by: str
    known_detail: str
    fiscal_year: int | None
    run_date: date | None
    state: str


def _figures_query() -> Select[Any]:
    o, r, s, f = t.observation, t.release, t.series, t.finding
    is_held = exists(
        select(t.held.c.finding_id)
        .join(f, f.c.id == t.held.c.finding_id)
        .where(t.held.c.observation_id == o.c.id, f.c.lifted_at.is_(None))
    )
    return (
        select(
            s.c.key.label("series"),
            s.c.unit,
            o.c.period_kind,
            o.c.period_start,
            o.c.period_end,
            o.c.value,
            o.c.raw,
            o.c.status,
            o.c.locator,
            o.c.period_locator,
            o.c.table_id,
            o.c.fiscal_year,
            o.c.run_date,
            o.c.release_id,
            r.c.name,
            r.c.sha256,
            r.c.url,
            r.c.known_at,
            r.c.known_by,
            is_held.label("held"),
        )
        .join(r, r.c.id == o.c.release_id)
        .join(s, s.c.id == o.c.series_id)
        .order_by(*RELEASE_ORDER, o.c.id)
    )


def _figure(row: RowMapping) -> Figure:
    return Figure(
        series=row["series"],
        period=Period(row["period_kind"], row["period_start"], row["period_end"]),
        value=row["value"],
        unit=row["unit"],
        status=row["status"],
        raw=row["raw"],
        locator=row["locator"],
        period_locator=row["period_locator"],
        fiscal_year=row["fiscal_year"],
        run_date=row["run_date"],
        held=bool(row["held"]),
        release_id=row["release_id"],
        release_name=row["name"],
        sha256=row["sha256"],
        url=row["url"],
        known_at=row["known_at"],
        known_by=row["known_by"],
        table=row["table_id"],
    )


def figures(connection: Connection, series: Iterable[str], as_of: datetime | None = None) -> list[Figure]:
    """Every vintage of some series that the public could read at an instant (None: all), in order of release.

    Held figures are among them, marked; figures of hidden and wrong-year sheets are not.
    """
    query = _figures_query().where(t.series.c.key.in_(sorted(series)), t.observation.c.status != "not_current")
    if as_of is not None:
        query = query.where(t.release.c.known_at <= as_of)
    return [_figure(row) for row in connection.execute(query).mappings()]


def figures_at(connection: Connection, locator: str, sha256_start: str = "", release: str = "") -> list[Figure]:
    """The stored figures of one cell, in every release that has it, held or not, hidden or not."""
    query = _figures_query().where(t.observation.c.locator == locator)
    if sha256_start:
        query = query.where(t.release.c.sha256.startswith(sha256_start, autoescape=True))
    if release:
        query = query.where(t.release.c.name == release)
    return [_figure(row) for row in connection.execute(query).mappings()]


def releases(connection: Connection, source: str | None = None, since: datetime | None = None) -> list[StoredRelease]:
    """Releases in order of publication, from an instant on."""
    query = select(t.release).order_by(*RELEASE_ORDER)
    if source is not None:
        query = query.where(t.release.c.source == source)
    if since is not None:
        query = query.where(t.release.c.known_at >= since)
    names = StoredRelease.__dataclass_fields__
    return [StoredRelease(**{name: row[name] for name in names}) for row in connection.execute(query).mappings()]


def clean_before(connection: Connection, source: str, release: StoredRelease, metrics: Collection[str]) -> list[Figure]:
    """The clean totals to date and snapshots of a release's fiscal year that the public could read before it."""
    if release.fiscal_year is None:
        return []
    query = _figures_query().where(
        t.release.c.source == source,
        t.release.c.known_at <= release.known_at,
        t.observation.c.fiscal_year == release.fiscal_year,
        t.observation.c.status == "reported",
        t.observation.c.period_kind.in_(("instant", "fiscal_year_to_date")),
        t.series.c.metric.in_(sorted(metrics)),
    )
    before = []
    for row in connection.execute(query).mappings():
        if row["release_id"] == release.id:
            break
        if not row["held"]:
            before.append(_figure(row))
    return before


def texts_before(connection: Connection, source: str, release: StoredRelease, metric: str) -> tuple[str, list[str]]:
    """The texts of a metric in the last release before one that has any: (its name, the texts)."""
    o, s = t.observation, t.series
    earlier = []
    for other in releases(connection, source):
        if other.id == release.id:
            break
        earlier.append(other)
    for other in reversed(earlier):
        query = (
            select(o.c.raw)
            .join(s, s.c.id == o.c.series_id)
            .where(o.c.release_id == other.id, s.c.metric == metric, o.c.status == "text")
            .order_by(o.c.id)
        )
        texts = [row.raw for row in connection.execute(query)]
        if texts:
            return other.name, texts
    return "", []


def names(connection: Connection, release_id: int) -> list[str]:
    """The names under which a release's bytes were seen, first to last."""
    n = t.release_name
    query = select(n.c.name).where(n.c.release_id == release_id).order_by(n.c.id)
    return [row.name for row in connection.execute(query)]


def release_of(connection: Connection, source: str, sha256: str) -> int | None:
    query = select(t.release.c.id).where(t.release.c.source == source, t.release.c.sha256 == sha256)
    return connection.execute(query).scalar()


def observations(connection: Connection, release_id: int, metrics: Collection[str] | None = None) -> list[Observation]:
    """What was read from one release, as the parser gave it; of some metrics only, where they are named."""
    o, s = t.observation, t.series
    query = (
        select(o, s.c.metric, s.c.dims, s.c.unit)
        .join(s, s.c.id == o.c.series_id)
        .where(o.c.release_id == release_id)
        .order_by(o.c.id)
    )
    if metrics is not None:
        query = query.where(s.c.metric.in_(sorted(metrics)))
    return [_observation(row) for row in connection.execute(query).mappings()]


def _observation(row: RowMapping) -> Observation:
    dims: Dims = tuple(sorted(row["dims"].items()))
    return Observation(
        metric=row["metric"],
        dims=dims,
        period=Period(row["period_kind"], row["period_start"], row["period_end"]),
        value=row["value"],
        unit=row["unit"],
        status=row["status"],
        raw=row["raw"],
        locator=row["locator"],
        table=row["table_id"],
        fiscal_year=row["fiscal_year"],
        run_date=row["run_date"],
        period_locator=row["period_locator"],
    )


def series_list(connection: Connection, contains: str = "") -> list[RowMapping]:
    """Each series with its unit, number of figures and the first and last day they are about."""
    s, o = t.series, t.observation
    query = (
        select(
            s.c.key,
            s.c.unit,
            s.c.source,
            func.count(o.c.id).label("figures"),
            func.min(o.c.period_start).label("first"),
            func.max(o.c.period_end).label("last"),
        )
        .join(o, o.c.series_id == s.c.id)
        .where(o.c.status != "not_current")
        .group_by(s.c.key, s.c.unit, s.c.source)
        .order_by(s.c.key)
    )
    if contains:
        query = query.where(s.c.key.contains(contains, autoescape=True))
    return list(connection.execute(query).mappings())


def newest_day(connection: Connection, metric: str) -> date | None:
    """The last day that a clean, current figure of a metric is about."""
    o, s = t.observation, t.series
    held = exists(
        select(t.held.c.finding_id)
        .join(t.finding, t.finding.c.id == t.held.c.finding_id)
        .where(t.held.c.observation_id == o.c.id, t.finding.c.lifted_at.is_(None))
    )
    query = (
        select(func.max(o.c.period_end))
        .join(s, s.c.id == o.c.series_id)
        .where(s.c.metric == metric, o.c.status == "reported", ~held)
    )
    return connection.execute(query).scalar()
