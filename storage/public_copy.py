"""A copy of the figures for readers outside: one SQLite file that nobody writes to, with what may be shown and no more.

It has tables of its own, made of the views in `storage/views.py`. What is not named here is not in it: no message, no
decision, no request, no prose of a publisher who keeps it to himself.
"""

import os
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import sqlalchemy
from sqlalchemy import Connection, insert, select

from storage import schema as t
from storage.encoding.row_values import STATUS_NUMBER
from storage.engine import Database
from storage.views import VIEWS, create_views, drop_views

# What the views read. Everything else is dropped, also what a later version adds.
_READ = (t.document, t.release, t.metric, t.series, t.period, t.block, t.text, t.finding, t.observation, t.verdict)
_ROWS = 20_000
# Who lifted a hold and why stays in the newsroom, where it was not the program.
_OURSELVES = "onrecord"
_INDEXES: Mapping[str, Sequence[str]] = {
    "figures": ("source", "metric", "series, known_at", "status", "held", "period_kind"),
    "releases": ("source", "sha256"),
    "held_back": ("source", '"check"'),
    "claims_now": ("claim", "state"),
}


def write_public_copy(database: Database, to: Path, terms: Mapping[str, str]) -> int:
    """Write the copy into a new file and return how many figures it has.

    `terms` are the sources whose figures alone may be handed on, each with whom to cite: their prose is left out. The
    copy is of one instant, while others go on writing.
    """
    if database.dialect.name == "sqlite":
        with database.connect() as connection:
            connection.exec_driver_sql("COMMIT")  # VACUUM runs in no transaction
            connection.exec_driver_sql("VACUUM INTO ?", (str(to),))
            connection.exec_driver_sql("BEGIN")
    else:
        _copy_rows(database, to)
    with closing(sqlite3.connect(to, isolation_level=None)) as copy:
        copy.execute("PRAGMA journal_mode=OFF")
        copy.execute("PRAGMA synchronous=OFF")
        _leave_out(copy, terms)
        for name in VIEWS:
            copy.execute(f"CREATE TABLE public_{name} AS SELECT * FROM {name}")  # noqa: S608 - of our own names
        copy.execute("ALTER TABLE public_figures DROP COLUMN url")  # releases has it by sha256
        _attribute(copy, terms)
        _drop_all_but(copy, [f"public_{name}" for name in VIEWS])
        for name, indexes in _INDEXES.items():
            copy.execute(f"ALTER TABLE public_{name} RENAME TO {name}")
            for number, columns in enumerate(indexes):
                copy.execute(f"CREATE INDEX {name}_{number} ON {name} ({columns})")
        copy.execute("ANALYZE")
        copy.execute("VACUUM")
        copy.execute("PRAGMA journal_mode=DELETE")
        (count,) = copy.execute("SELECT count(*) FROM figures").fetchone()
    _sync(to)
    return int(count)


def _copy_rows(database: Database, to: Path) -> None:
    """The tables that the views read, from a server into a file: all of one instant."""
    file = sqlalchemy.create_engine(f"sqlite:///{to}")
    try:
        with (
            database.connect().execution_options(isolation_level="REPEATABLE READ") as source,
            file.begin() as target,
        ):
            t.metadata.create_all(target, tables=list(_READ))
            for table in _READ:
                rows = source.execution_options(stream_results=True, yield_per=_ROWS).execute(select(table))
                for part in rows.mappings().partitions():
                    target.execute(insert(table), [dict(row) for row in part])
            _views(target)
    finally:
        file.dispose()


def _views(connection: Connection) -> None:
    drop_views(connection)
    create_views(connection)


def _leave_out(copy: sqlite3.Connection, terms: Mapping[str, str]) -> None:
    """Take out what may not be republished, before anything is made of it."""
    copy.execute(
        "UPDATE finding SET lifted_by = 'the newsroom', lifted_because = '' WHERE lifted_by <> ?", (_OURSELVES,)
    )
    for source in terms:
        copy.execute("UPDATE finding SET expected = '', found = '' WHERE source = ?", (source,))
        copy.execute(
            "DELETE FROM observation WHERE status = ? AND release_id IN (SELECT id FROM release WHERE source = ?)",
            (STATUS_NUMBER["text"], source),
        )


def _attribute(copy: sqlite3.Connection, terms: Mapping[str, str]) -> None:
    """Whom to cite stands beside each figure whose publisher asks for it."""
    copy.execute("ALTER TABLE public_figures ADD COLUMN attribution TEXT")
    for source, attribution in terms.items():
        copy.execute("UPDATE public_figures SET attribution = ? WHERE source = ?", (attribution, source))


def _drop_all_but(copy: sqlite3.Connection, kept: Sequence[str]) -> None:
    for kind in ("view", "table"):
        found = copy.execute("SELECT name FROM sqlite_master WHERE type = ? AND name NOT LIKE 'sqlite_%'", (kind,))
        for (name,) in found.fetchall():
            if name not in kept:
                copy.execute(f'DROP {kind} "{name}"')


def _sync(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())
