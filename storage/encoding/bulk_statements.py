"""Many numbers or many rows in one statement, in the form that each database handles quickly."""

import json
from collections.abc import Collection, Sequence
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


def among(connection: Connection, column: ColumnElement[int], values: Collection[int]) -> ColumnElement[bool]:
    """The condition that a column holds one of many numbers. They are one parameter, in the form that each database
    uses an index for.
    """
    if connection.dialect.name == "sqlite":
        return column.in_(select(func.json_each(json.dumps(sorted(values))).table_valued("value").c.value))
    return column == any_(cast(sorted(values), ARRAY(BigInteger)))


def listed(dialect: str, column: ColumnElement[int], parameter: str) -> ColumnElement[bool]:
    """The same condition for a statement that is built once; `as_list` makes the value of the parameter."""
    if dialect == "sqlite":
        return column.in_(select(func.json_each(bindparam(parameter, type_=Text)).table_valued("value").c.value))
    return column == any_(bindparam(parameter, type_=ARRAY(BigInteger)))


def as_list(connection: Connection, values: Collection[int]) -> str | list[int]:
    """Many numbers as one parameter."""
    return json.dumps(sorted(values)) if connection.dialect.name == "sqlite" else sorted(values)


def refresh_statistics(connection: Connection, releases: int) -> None:
    """Make PostgreSQL count its rows whenever the number of releases has doubled.

    PostgreSQL does this by itself only after a minute. Until then its planner takes every table for empty, and reads a
    whole year for each release: that was half of the time of importing many.
    """
    if connection.dialect.name == "postgresql" and releases & (releases - 1) == 0:
        connection.exec_driver_sql("ANALYZE metric, series, period, block, text, release, observation, coverage")


def write_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Write many rows by the fastest way that the database has. Each row is in the order of the table's columns."""
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
