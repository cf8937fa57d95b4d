"""What is said once and pointed at: rows found by the digest of their content, and rows written in bulk."""

import json
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Dialect,
    Table,
    Text,
    any_,
    bindparam,
    cast,
    func,
    insert,
    select,
)

from storage.engine import KEPT, DatabaseError

MOST_REMEMBERED = 40_000
# Each content by its digest: everything of a row but its id and digest.
Contents = Mapping[int, Mapping[str, Any]]


def intern(connection: Connection, table: Table, contents: Contents, same: str) -> dict[int, int]:
    """The id of each content by its digest; what is not there yet is added, in the order given.

    Called inside a writing transaction, of which there is one at a time. The column `same` tells two contents apart
    that have one digest; sixty-four bits will not see that happen.
    """
    ids = known(connection, table, same, {digest: content[same] for digest, content in contents.items()})
    new = [{"digest": digest, **content} for digest, content in contents.items() if digest not in ids]
    if new:
        rows = [{"id": number, **content} for number, content in enumerate(new, next_id(connection, table))]
        connection.execute(insert(table), rows)
        ids.update({row["digest"]: row["id"] for row in rows})
    return ids


def next_id(connection: Connection, table: Table) -> int:
    """The number of the next row: none is ever taken out."""
    return int(connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()) + 1


def remembered(connection: Connection, table: Table, same: str) -> dict[str, int]:
    """The ids of what stands in the column `same` of a table, as this connection has looked them up or written them;
    for the caller to add to.

    An edition names the same eight thousand series as the one before, and repeats most texts: looking each up anew was
    a fifth of the time of an import. Nothing is ever taken out of `series` and `text`, so that a number once committed
    stays; `storage.engine.writing` forgets all when a transaction fails, and one look sees whether another database was
    put in the place of this one.
    """
    kept: dict[str, int] = connection.info[KEPT].setdefault(table.name, {})
    if kept:
        content, number = next(reversed(kept.items()))
        found = connection.execute(select(table.c[same]).where(table.c.id == number)).scalar()
        if found != content or len(kept) > MOST_REMEMBERED:
            kept.clear()
    return kept


def known(connection: Connection, table: Table, same: str, wanted: Mapping[int, str]) -> dict[int, int]:
    """The ids of those contents that are there, asked for by digest and told apart by the column `same`.

    Raises DatabaseError when two contents have one digest.
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


def among(connection: Connection, column: ColumnElement[int], values: Collection[int]) -> ColumnElement[bool]:
    """That a column holds one of many numbers, passed as one parameter, in the form that each database seeks by."""
    if connection.dialect.name == "sqlite":
        return column.in_(select(func.json_each(json.dumps(sorted(values))).table_valued("value").c.value))
    return column == any_(cast(sorted(values), ARRAY(BigInteger)))


def listed(dialect: str, column: ColumnElement[int], parameter: str) -> ColumnElement[bool]:
    """As `among`, for a statement that is built once: `as_list` makes the value of the parameter."""
    if dialect == "sqlite":
        return column.in_(select(func.json_each(bindparam(parameter, type_=Text)).table_valued("value").c.value))
    return column == any_(bindparam(parameter, type_=ARRAY(BigInteger)))


def as_list(connection: Connection, values: Collection[int]) -> str | list[int]:
    """Many numbers as one parameter."""
    return json.dumps(sorted(values)) if connection.dialect.name == "sqlite" else sorted(values)


def count_anew(connection: Connection, releases: int) -> None:
    """Have PostgreSQL count its rows whenever there are twice as many releases as at the last time.

    By itself it does so a minute later, and until then takes every table for empty: asking history then goes through a
    whole year for each release, which is half of the time of importing many.
    """
    if connection.dialect.name == "postgresql" and releases & (releases - 1) == 0:
        connection.exec_driver_sql("ANALYZE metric, series, period, block, text, release, observation, coverage")


def write_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Many rows at once, each in the order of the table's columns, by the quickest way that the database has."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        driver: Any = connection.connection.dbapi_connection
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        with driver.cursor() as cursor, cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row(row)
    else:
        connection.exec_driver_sql(_insertion(table, connection.dialect), list(rows))


@cache
def _insertion(table: Table, dialect: Dialect) -> str:
    return str(insert(table).compile(dialect=dialect))
