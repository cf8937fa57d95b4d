"""Releases that say what one before them said, in other bytes: stored and shown, and counted in no calendar.

A file that was saved again by another program, or put out again under another name with other properties, is a release
of its own, since its bytes are. It tells nothing new: no silence ends with it, and no step of a revision is counted.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from figures.fingerprints import EDITION
from storage import schema as t
from storage.read.release_order import StoredRelease, releases


def first_alike(connection: Connection, release: StoredRelease, shown: str) -> StoredRelease | None:
    """The first release before one of its source that shows the same as a whole (`shown`); None where there is none."""
    p, r = t.print_, t.release
    query = (
        select(r.c.id)
        .join(p, p.c.release_id == r.c.id)
        .where(p.c.table_id == EDITION, p.c.print == shown)
        .where(r.c.source == release.source, r.c.position < release.position)
        .order_by(r.c.position)
        .limit(1)
    )
    number = connection.execute(query).scalar()
    return next((each for each in releases(connection, release.source) if each.id == number), None) if number else None


def copies(connection: Connection, source: str) -> set[int]:
    """The releases of a source that say what one before them said."""
    return {copy for _, _, copy in _pairs(connection, source)}


def without_copies(connection: Connection, source: str) -> list[StoredRelease]:
    """The releases of a source that say something of their own, in order of publication."""
    told = copies(connection, source)
    return [release for release in releases(connection, source) if release.id not in told]


def _pairs(connection: Connection, source: str) -> Sequence[tuple[int, int, int]]:
    """(place of the earlier, the earlier, the later) of releases that show the same as a whole."""
    p, q = t.print_.alias("earlier_print"), t.print_.alias("later_print")
    r, s = t.release.alias("earlier"), t.release.alias("later")
    query = (
        select(r.c.position, r.c.id, s.c.id)
        .select_from(p)
        .join(q, (q.c.table_id == p.c.table_id) & (q.c.print == p.c.print))
        .join(r, r.c.id == p.c.release_id)
        .join(s, s.c.id == q.c.release_id)
        .where(p.c.table_id == EDITION, r.c.source == source, s.c.source == source, r.c.position < s.c.position)
    )
    return [(place, earlier, later) for place, earlier, later in connection.execute(query)]
