"""Releases that say what one before them said, in other bytes: stored and shown, and counted in no calendar.

A file that was saved again by another program, or put out again under another name with other properties, is a release
of its own, since its bytes are. It tells nothing new: no silence ends with it, and no step of a revision is counted.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from figures.prints import EDITION
from storage import schema as t
from storage.releases import StoredRelease, releases


def first_of(connection: Connection, release: StoredRelease) -> StoredRelease | None:
    """The first release of its source that says the same; None when that is the release itself."""
    found = min(_pairs(connection, release.source, release.id), default=None)
    if found is None:
        return None
    return next(each for each in releases(connection, release.source) if each.id == found[1])


def copies(connection: Connection, source: str) -> set[int]:
    """The releases of a source that say what one before them said."""
    return {copy for _, _, copy in _pairs(connection, source)}


def without_copies(connection: Connection, source: str) -> list[StoredRelease]:
    """The releases of a source that say something of their own, in order of publication."""
    told = copies(connection, source)
    return [release for release in releases(connection, source) if release.id not in told]


def _pairs(connection: Connection, source: str, release_id: int | None = None) -> Sequence[tuple[int, int, int]]:
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
    if release_id is not None:
        query = query.where(q.c.release_id == release_id)
    return [(place, earlier, later) for place, earlier, later in connection.execute(query)]
