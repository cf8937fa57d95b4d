"""The releases of a source in the order in which the public could read them, whatever the order in which they came."""

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


def names(connection: Connection, release_id: int) -> list[str]:
    """The names under which a release's bytes were seen, first to last."""
    n = t.release_name
    query = select(n.c.name).where(n.c.release_id == release_id).order_by(n.c.id)
    return [row.name for row in connection.execute(query)]


def release_of(connection: Connection, source: str, sha256: str) -> int | None:
    query = select(t.release.c.id).where(t.release.c.source == source, t.release.c.sha256 == sha256)
    return connection.execute(query).scalar()
