"""Opening the database and bringing its tables up to date. SQLite by default, any SQLAlchemy URL."""

import os
import shlex
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import Connection, CursorResult, Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError

from storage.schema import REVISION

# What callers hold and pass back to this package: they never speak SQL themselves.
Database = Engine
Transaction = Connection
# What the driver and the address can do to us, for callers that turn it into words with `explain`.
UNREACHABLE = (OperationalError, ArgumentError, NoSuchModuleError)
# How long a writer waits for another one before it says who is in the way.
BUSY_SECONDS = 30
# The advisory lock that a writer on PostgreSQL holds for its transaction: any number, always the same.
WRITERS = 0x6F6E7265636F7264

# Under this name a connection keeps what its committed transactions have looked up: `storage.interning.remembered`.
KEPT = "onrecord_kept"


class DatabaseError(Exception):
    """The database cannot be used as it stands; the message says what to do."""


def open_database(url: str, *, create: bool = True) -> Engine:
    """An engine for `url`. The folder of an SQLite file is made unless `create` is False: then the file must exist."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return sqlalchemy.create_engine(
            parsed, pool_pre_ping=True, connect_args={"application_name": _who()[:63], "connect_timeout": 10}
        )
    if parsed.database and parsed.database != ":memory:":
        if not create and not Path(parsed.database).exists():
            raise DatabaseError(
                f"There is no database at {parsed.database} yet. Run `onrecord init`, then `onrecord run`."
            )
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sqlalchemy.create_engine(parsed, connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we begin transactions ourselves, below
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        # An edition writes half a megabyte: pages are kept, and copied into the file after several editions, not each.
        cursor.execute("PRAGMA cache_size=-16000")
        cursor.execute("PRAGMA wal_autocheckpoint=4000")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A writer that first reads and then writes would fail at once when another writes in between.
        write = connection.get_execution_options().get("onrecord_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction, all of it or nothing, and the only one that writes: another writer waits for its end.

    So it is on SQLite by nature; on PostgreSQL a lock of the transaction sees to it. Raises DatabaseError, saying who
    is in the way, when it has waited for BUSY_SECONDS.
    """
    committed, kept = False, {}
    try:
        with engine.connect().execution_options(onrecord_write=True) as connection, connection.begin():
            kept = connection.info.setdefault(KEPT, {})
            if engine.dialect.name == "sqlite":
                _sign(engine)
            else:
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{int(BUSY_SECONDS * 1000)}ms'")
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS})")
                connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
            yield connection
        committed = True
    except OperationalError as error:
        if "locked" in str(error.orig) or "lock timeout" in str(error.orig):
            raise DatabaseError(
                f"{_holder(engine)} has been writing to {engine.url.database} for more than {BUSY_SECONDS} s. "
                "Wait for it to end, or stop it, and try again."
            ) from error
        raise
    finally:
        if not committed:
            kept.clear()  # what was rolled back was never there


def _who() -> str:
    program = " ".join([Path(sys.argv[0]).name, *(shlex.quote(word) for word in sys.argv[1:3])])
    return f"process {os.getpid()} on {socket.gethostname()} ({program})"


def _signature(engine: Engine) -> Path | None:
    database = engine.url.database
    return Path(f"{database}-writer") if database and database != ":memory:" else None


def _sign(engine: Engine) -> None:
    """SQLite does not say who has the lock, so who has it writes its name beside the file."""
    path = _signature(engine)
    if path is not None:
        path.write_text(_who(), encoding="utf-8")


def _holder(engine: Engine) -> str:
    if engine.dialect.name == "sqlite":
        path = _signature(engine)
        return path.read_text(encoding="utf-8") if path is not None and path.exists() else "Another process"
    query = sqlalchemy.text(
        "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid "
        "WHERE l.locktype = 'advisory' AND l.granted AND l.database = (SELECT oid FROM pg_database "
        "WHERE datname = current_database()) AND l.classid::bigint * 4294967296 + l.objid::bigint = :writers"
    )
    with engine.connect() as connection:
        return str(connection.execute(query, {"writers": WRITERS}).scalar() or "Another process")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection, connection.begin():
        yield connection


def inserted_id(result: CursorResult[Any]) -> int:
    """The key that the database gave to a row just inserted."""
    key = result.inserted_primary_key
    if key is None:
        raise DatabaseError("the database gave no key for an inserted row")
    return int(key[0])


def shown(engine: Engine) -> str:
    """Where the database is, for people: the path of a file, the address of a server without its password."""
    is_file = engine.dialect.name == "sqlite" and engine.url.database
    return str(engine.url.database) if is_file else engine.url.render_as_string()


def revision(engine: Engine) -> str | None:
    """The migration that the database stands at; None for one that holds nothing of ours."""
    with reading(engine) as connection:
        if not sqlalchemy.inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(sqlalchemy.text("SELECT version_num FROM alembic_version")).scalar()


def require_current(engine: Engine) -> None:
    """Raise DatabaseError unless the tables are those that this code is written for."""
    found = revision(engine)
    if found is None:
        raise DatabaseError(f"{shown(engine)} holds no onrecord data yet. Run `onrecord init`, then `onrecord run`.")
    if found != REVISION:
        raise DatabaseError(
            f"The database stands at migration {found}, this version needs {REVISION}. "
            "Back it up, then run `onrecord init`, which brings it up to date."
        )


def explain(error: Exception) -> str:
    """One line for a fault of the database that an operator can mend (one of UNREACHABLE)."""
    if isinstance(error, OperationalError):
        return f"The database does not answer as it should: {error.orig}. `onrecord doctor` looks closer."
    return "ONRECORD_DATABASE_URL is not an address that SQLAlchemy understands."


def upgrade(engine: Engine) -> None:
    """Run every migration that the database has not seen, and make the views anew. Safe to repeat."""
    from alembic import command  # kept out of commands that only read: it costs a tenth of a second
    from alembic.config import Config

    from storage.views import create_views, drop_views

    config = Config()
    # Alembic's configuration takes % for a reference.
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    with writing(engine) as connection:
        drop_views(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        create_views(connection)
