"""The releases of a source in the order in which the public could read them, whatever the order in which they came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from figures.records import KnownBy
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
    known_by: KnownBy
    known_detail: str
    fiscal_year: int | None
    run_date: date | None
    state: str
    position: int
    years: list[int]


def releases(connection: Connection, source: str | None = None, since: datetime | None = None) -> list[StoredRelease]:
    """Releases in order of publication, from an instant on."""
    query = select(t.release).order_by(*RELEASE_ORDER)
    if source is not None:
        query = query.where(t.release.c.source == source)
    if since is not None:
        query = query.where(t.release.c.known_at >= since)
    names = StoredRelease.__dataclass_fields__
    return [StoredRelease(**{name: row[name] for name in names}) for row in connection.execute(query).mappings()]


def place_of(
    connection: Connection,
    stored: Sequence[StoredRelease],
    known_at: datetime,
    modified_at: datetime | None,
    sha256: str,
) -> int:
    """The place that a new release takes among those `stored` of its source, from 1, in the order of RELEASE_ORDER."""
    same = [release.id for release in stored if release.known_at == known_at]
    before = sum(release.known_at < known_at for release in stored)
    if same:
        r = t.release
        others = connection.execute(select(r.c.modified_at, r.c.sha256).where(r.c.id.in_(same)))
        mine = modified_at or known_at, sha256
        before += sum((row.modified_at or known_at, row.sha256) < mine for row in others)
    return before + 1


def recorded_at(connection: Connection) -> dict[tuple[str, str, datetime], datetime]:
    """When we stored each release, by source, name and the instant since when it was public."""
    r = t.release
    query = select(r.c.source, r.c.name, r.c.known_at, r.c.recorded_at)
    return {(row.source, row.name, row.known_at): row.recorded_at for row in connection.execute(query)}


def names(connection: Connection, release_id: int) -> list[str]:
    """The names under which a release's bytes were seen, first to last."""
    n = t.release_name
    query = select(n.c.name).where(n.c.release_id == release_id).order_by(n.c.id)
    return [row.name for row in connection.execute(query)]


def all_names(connection: Connection, source: str) -> set[str]:
    """Every name under which bytes of a source's releases were seen."""
    n, r = t.release_name, t.release
    query = select(n.c.name).join(r, r.c.id == n.c.release_id).where(r.c.source == source).distinct()
    return {row.name for row in connection.execute(query)}


def release_of(connection: Connection, source: str, sha256: str) -> int | None:
    query = select(t.release.c.id).where(t.release.c.source == source, t.release.c.sha256 == sha256)
    return connection.execute(query).scalar()
