"""What a run adds: fetches, releases with figures. Each function is a step of a transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_args

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from figures.fingerprints import prints_of_edition
from figures.records import KnownBy, Observation, Parsed, Target
from storage import schema as t
from storage.encoding.bulk_statements import refresh_statistics
from storage.engine import inserted_id
from storage.read.release_order import RELEASE_ORDER, StoredRelease, place_of, releases
from storage.write.facility_identities import Name, record_names
from storage.write.observations import filed_under, replace_observations, write_observations

# The ways to know an instant, from the firmest.
KNOWN_BY: tuple[str, ...] = get_args(KnownBy)


@dataclass(frozen=True, slots=True)
class Known:
    """Since when the public could read a file, and how we know."""

    at: datetime
    by: KnownBy
    detail: str


@dataclass(frozen=True, slots=True)
class Stored:
    """`created` is False for bytes that were there; from `since` on, history must be looked at again.

    `name` is the one under which the release stands; when it is `renamed`, what was read under the old one is not
    what the bytes say, since a name may contradict its sheets.
    """

    release_id: int
    created: bool
    since: datetime | None
    name: str
    renamed: bool


def record_fetch(
    connection: Connection,
    source: str,
    url: str,
    at: datetime,
    outcome: str,
    *,
    status: int | None = None,
    sha256: str | None = None,
    etag: str | None = None,
    last_modified: str | None = None,
    detail: str = "",
) -> None:
    connection.execute(
        insert(t.fetch).values(
            source=source,
            url=url,
            at=at,
            outcome=outcome,
            status=status,
            sha256=sha256,
            etag=etag,
            last_modified=last_modified,
            detail=detail,
        )
    )


def record_document(connection: Connection, sha256: str, size: int, media: str, at: datetime) -> None:
    known = select(t.document.c.sha256).where(t.document.c.sha256 == sha256)
    if connection.execute(known).first() is None:
        connection.execute(insert(t.document).values(sha256=sha256, size=size, media=media, archived_at=at))


@dataclass(frozen=True, slots=True)
class NewRelease:
    """A release as it is to be stored: `release` has its place and its state, and no number yet.

    `figures` are what was read, under the facilities that `names` stand for; `shown` is what was read as fingerprints.
    """

    release: StoredRelease
    figures: Sequence[Observation]
    names: Sequence[Name]
    shown: Mapping[str, str]
    is_newest: bool


def as_read(
    connection: Connection,
    source: str,
    sha256: str,
    target: Target,
    known: Known,
    parsed: Parsed,
    stored: Sequence[StoredRelease],
) -> NewRelease:
    """A release as it was read, with the place that it takes among those `stored` of its source."""
    place = place_of(connection, stored, known.at, parsed.modified_at, sha256)
    release = StoredRelease(
        0,
        source,
        target.name,
        target.url,
        sha256,
        target.role,
        known.at,
        known.by,
        known.detail,
        parsed.fiscal_year,
        parsed.run_date,
        "accepted",
        place,
        filed_under(parsed.observations),
    )
    shown = prints_of_edition(parsed.observations)
    return NewRelease(release, parsed.observations, (), shown, is_newest=place > len(stored))


def store_release(
    connection: Connection,
    source: str,
    sha256: str,
    target: Target,
    known: Known,
    parsed: Parsed,
    parser: int,
    at: datetime,
    new: NewRelease | None = None,
) -> Stored:
    """Store what was read from bytes, once; `new` is how, where checks have been asked about it.

    Bytes that are there already are not a new release: their name is noted, and the release stands under the name
    by which the public could read it first, since then. An earlier instant moves it back to its place in the past.
    """
    stored = releases(connection, source) if new is None else []
    found = next((release for release in stored if release.sha256 == sha256), None)
    if found is None:
        made = new or as_read(connection, source, sha256, target, known, parsed, stored)
        return Stored(_insert(connection, made, parsed, parser, at), True, known.at, target.name, False)
    _note_name(connection, found.id, target, known)
    first = _take_first_name(connection, found.id)
    since = None if first.known_at == found.known_at else first.known_at
    if since is not None:
        order_releases(connection, source)
    return Stored(found.id, created=False, since=since, name=first.name, renamed=first.name != found.name)


def reread_release(connection: Connection, source: str, release_id: int, parsed: Parsed, parser: int) -> None:
    """Put what was read anew from a release's bytes in place of what was read before."""
    values = {
        "fiscal_year": parsed.fiscal_year,
        "run_date": parsed.run_date,
        "modified_at": parsed.modified_at,
        "parser": parser,
    }
    connection.execute(update(t.release).where(t.release.c.id == release_id).values(values))
    order_releases(connection, source)
    replace_observations(connection, source, release_id, parsed.observations)


def order_releases(connection: Connection, source: str) -> None:
    """Number the releases of a source in the order in which the public could read them."""
    r = t.release
    query = select(r.c.id, r.c.position).where(r.c.source == source).order_by(*RELEASE_ORDER)
    moved = [
        {"release": row.id, "place": place}
        for place, row in enumerate(connection.execute(query).all(), 1)
        if row.position != place
    ]
    if moved:
        statement = update(r).where(r.c.id == bindparam("release")).values(position=bindparam("place"))
        connection.execute(statement, moved)


def _insert(connection: Connection, new: NewRelease, parsed: Parsed, parser: int, at: datetime) -> int:
    """Write a new release with its name and figures. Those that the public could read later make room for it."""
    release, r, n = new.release, t.release, t.release_name
    if not new.is_newest:
        later = (r.c.source == release.source, r.c.position >= release.position)
        connection.execute(update(r).where(*later).values(position=r.c.position + 1))
    values = {name: getattr(release, name) for name in StoredRelease.__dataclass_fields__ if name != "id"}
    values |= {"modified_at": parsed.modified_at, "parser": parser, "recorded_at": at}
    release_id = inserted_id(connection.execute(insert(r).values(values)))
    names = ("name", "url", "known_at", "known_by", "known_detail", "role")
    seen = {"release_id": release_id} | {name: values[name] for name in names}
    connection.execute(insert(n).values(seen))
    record_names(connection, release_id, new.names)
    write_observations(connection, release.source, release_id, new.figures, new.shown)
    refresh_statistics(connection, release_id)
    return release_id


def _note_name(connection: Connection, release_id: int, target: Target, known: Known) -> None:
    """Keep each name and address with the earliest instant that is shown for it."""
    n = t.release_name
    same = [n.c.release_id == release_id, n.c.name == target.name, n.c.url == target.url]
    values: dict[str, Any] = {
        "known_at": known.at,
        "known_by": known.by,
        "known_detail": known.detail,
        "role": target.role,
    }
    before = connection.execute(select(n.c.known_at, n.c.known_by, n.c.known_detail, n.c.role).where(*same)).first()
    if before is None:
        values |= {"release_id": release_id, "name": target.name, "url": target.url}
        connection.execute(insert(n).values(values))
    elif _rank(known.at, known.by, known.detail, target.role) < _rank(*before):
        connection.execute(update(n).where(*same).values(values))


def _rank(at: datetime, by: str, *others: str) -> tuple[Any, ...]:
    """The earliest instant first; of two ways to know one instant, the firmer."""
    return (at, KNOWN_BY.index(by), *others)


def _take_first_name(connection: Connection, release_id: int) -> Row[Any]:
    """Let a release stand under the name by which it was public first. Returns that name's row."""
    n, r = t.release_name, t.release
    rows = connection.execute(select(n).where(n.c.release_id == release_id)).all()
    first = min(rows, key=lambda row: _rank(row.known_at, row.known_by, row.known_detail, row.name, row.url))
    names = ("name", "url", "role", "known_at", "known_by", "known_detail")
    values = {name: getattr(first, name) for name in names}
    connection.execute(update(r).where(r.c.id == release_id).values(values))
    return first
