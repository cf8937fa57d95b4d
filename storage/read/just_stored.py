"""What a connection stored last: the next edition is held against it, and need not have it read back.

An edition lies among all others of its fiscal year, so that reading one of them back goes through all: a third of what
is asked of history went into that.
"""

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

from sqlalchemy import Connection, select

from figures.records import Observation
from storage.schema import facility_name, release

# The figures of a release by its number, where they are at hand.
Given = Callable[[int], Sequence[Observation] | None]
_LATELY = "onrecord_lately"
# What is larger is a file that holds its whole history, which no edition is held against.
MOST = 40_000
KEPT_AT_ONCE = 4  # the one that is being stored, the one before it, and where a table of that is held the one before


def note(connection: Connection, release_id: int, observations: Sequence[Observation]) -> None:
    """Remember the figures of a release, and of those noted just before it."""
    kept = connection.info.setdefault(_LATELY, {})
    kept.pop(release_id, None)
    if len(observations) <= MOST:
        kept[release_id] = _content(connection, release_id), observations
    while len(kept) > KEPT_AT_ONCE:
        del kept[next(iter(kept))]


def stated(connection: Connection, release_id: int) -> Sequence[Observation] | None:
    """The figures of a release, in whatever order; None when they have to be read from the database.

    A file, the name that it is read under, the parser's version and the facilities that its names stand for settle what
    is read. While the database still has all four for a release these are its figures, whoever wrote meanwhile, and
    whether or not we rolled back.
    """
    content, observations = connection.info.get(_LATELY, {}).get(release_id, (None, None))
    return observations if observations is not None and content == _content(connection, release_id) else None


def at_hand(connection: Connection) -> Given:
    """As `stated`, for one transaction: each release is looked up once."""
    return cache(partial(stated, connection))


def _content(connection: Connection, release_id: int) -> tuple[Any, ...]:
    r, n = release, facility_name
    query = (
        select(r.c.source, r.c.sha256, r.c.name, r.c.parser, n.c.own, n.c.facility)
        .outerjoin(n, n.c.release_id == r.c.id)
        .where(r.c.id == release_id)
    )
    return tuple(sorted(map(tuple, connection.execute(query))))
