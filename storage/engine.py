"""Opening the database and bringing its tables up to date. SQLite by default, any SQLAlchemy URL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import URL, Connection, CursorResult, Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    ArgumentError,
    InterfaceError,
    InternalError,
    NoSuchModuleError,
    OperationalError,
    SQLAlchemyError,
)

from storage.schema import REVISION
from storage.write_turns import StuckError, turn, who

# What callers hold and pass back to this package: they never speak SQL themselves.
Database = Engine
Transaction = Connection
# What the driver and the address can do to us, for callers that turn it into words with `explain`.
UNREACHABLE = (OperationalError, ArgumentError, NoSuchModuleError)
# How long a writer waits for another one that does nothing before it says who is in the way.
BUSY_SECONDS = 30

# Under this name a connection keeps the ids that its committed transactions have looked up
# (`storage.encoding.shared_rows.remembered_ids`).
KEPT = "onrecord_kept"


class DatabaseError(Exception):
    """The database cannot be used as it stands; the message says what to do."""


# Faults of the database itself, whatever was being written; and all that may come of speaking to it.
UNUSABLE = (DatabaseError, OperationalError, InterfaceError, InternalError)
SPOKEN_TO = (DatabaseError, SQLAlchemyError)


def open_database(url: str, *, create: bool = True) -> Engine:
    """An engine for `url`. The folder of an SQLite file is made unless `create` is False: then the file must exist."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return _on_server(parsed)
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


def _on_server(url: URL) -> Engine:
    engine = sqlalchemy.create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": 10})

    @event.listens_for(engine, "do_connect")
    def _name(_dialect: object, _record: object, _args: object, parameters: dict[str, Any]) -> None:
        parameters["application_name"] = who()[:63]

    @event.listens_for(engine, "connect")
    def _notice_hosts_that_are_gone(connection: Any, _record: object) -> None:
        # By default the server learns after two hours that the host of a writer lost its power, and all others wait.
        cursor = connection.cursor()
        cursor.execute("SET tcp_keepalives_idle = 60")
        cursor.execute("SET tcp_keepalives_interval = 10")
        cursor.execute("SET tcp_keepalives_count = 3")
        cursor.close()
        connection.commit()

    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction, all of it or nothing, and the only one that writes: another writer waits for its end.

    It waits for as long as those before it get on. Raises DatabaseError, saying who is in the way, when none of them
    did anything for BUSY_SECONDS.
    """
    committed, kept = False, {}
    try:
        with (
            engine.connect().execution_options(onrecord_write=True) as connection,
            turn(connection, BUSY_SECONDS),
        ):
            kept = connection.info.setdefault(KEPT, {})
            yield connection
        committed = True
    except StuckError as stuck:
        raise DatabaseError(
            f"{stuck} has been writing to {engine.url.database} for more than {BUSY_SECONDS} s. "
            "Wait for it to end, or stop it, and try again."
        ) from stuck
    finally:
        if not committed:
            kept.clear()  # what was rolled back was never there


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
    _require_not_newer(found)
    if found != REVISION:
        raise DatabaseError(
            f"The database stands at migration {found}, this version needs {REVISION}. "
            "Back it up, then run `onrecord init`, which brings it up to date."
        )


def _require_not_newer(found: str) -> None:
    """Migrations are numbered in order, with as many digits each."""
    if found > REVISION:
        raise DatabaseError(
            f"The database stands at migration {found}, and this version knows them up to {REVISION}: a newer version "
            "of onrecord has written it. Install that version; this one leaves the database alone."
        )


def explain(error: Exception) -> str:
    """One line for a fault of the database that an operator can mend (one of UNREACHABLE)."""
    if isinstance(error, OperationalError):
        return f"The database does not answer as it should: {error.orig}. `onrecord doctor` looks closer."
    return "ONRECORD_DATABASE_URL is not an address that SQLAlchemy understands."


def upgrade(engine: Engine) -> str | None:
    """Run every migration that the database has not seen, and make the views anew. Safe to repeat.

    Returns the migration that it stood at before. Raises DatabaseError for one that a newer version has written.
    """
    from alembic import command  # kept out of commands that only read: it costs a tenth of a second
    from alembic.config import Config

    from storage.views import create_views, drop_views

    before = revision(engine)
    _require_not_newer(before or "")
    config = Config()
    # Alembic's configuration takes % for a reference.
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    with writing(engine) as connection:
        drop_views(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        create_views(connection)
    return before
