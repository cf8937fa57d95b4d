"""Rows that many figures point at and that are stored once: found by the digest of their content, or added."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select

from storage.encoding.bulk_statements import among
from storage.engine import KEPT, DatabaseError

MOST_REMEMBERED = 40_000
# Each content by its digest: everything of a row but its id and digest.
Contents = Mapping[int, Mapping[str, Any]]


def intern(connection: Connection, table: Table, contents: Contents, same: str) -> dict[int, int]:
    """The id of each content, by its digest. Contents that are not stored yet are added, in the order given.

    Call it inside a writing transaction, of which there is one at a time. The column `same` tells apart two contents
    that have the same digest; with sixty-four bits that is not expected ever.
    """
    ids = existing_ids(connection, table, same, {digest: content[same] for digest, content in contents.items()})
    new = [{"digest": digest, **content} for digest, content in contents.items() if digest not in ids]
    if new:
        rows = [{"id": number, **content} for number, content in enumerate(new, next_id(connection, table))]
        connection.execute(insert(table), rows)
        ids.update({row["digest"]: row["id"] for row in rows})
    return ids


def next_id(connection: Connection, table: Table) -> int:
    """The id of the next row. No row is ever deleted from these tables."""
    return int(connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()) + 1


def remembered_ids(connection: Connection, table: Table, same: str) -> dict[str, int]:
    """The ids that this connection has looked up or written, by the content of the column `same`. Callers add to it.

    An edition names the same eight thousand series as the one before and repeats most texts. To look each of them up
    again took a fifth of the time of an import. A committed id stays valid, since no row is deleted from `series` and
    `text`. `storage.engine.writing` empties this when a transaction fails. The query below notices when the database
    was replaced by another one.
    """
    kept: dict[str, int] = connection.info[KEPT].setdefault(table.name, {})
    if kept:
        content, number = next(reversed(kept.items()))
        found = connection.execute(select(table.c[same]).where(table.c.id == number)).scalar()
        if found != content or len(kept) > MOST_REMEMBERED:
            kept.clear()
    return kept


def existing_ids(connection: Connection, table: Table, same: str, wanted: Mapping[int, str]) -> dict[int, int]:
    """The ids of the contents that are stored already, by digest.

    Raises DatabaseError when two contents that differ in the column `same` have one digest.
    """
    if not wanted:
        return {}
    ids = {}
    query = select(table.c.digest, table.c.id, table.c[same]).where(among(connection, table.c.digest, wanted))
    for digest, found_id, found in connection.execute(query).all():
        if found != wanted[digest]:
            raise DatabaseError(f"{found!r} and {wanted[digest]!r} have one digest in {table.name}; please report this")
        ids[digest] = found_id
    return ids
