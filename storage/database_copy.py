"""The whole database as one file, and back: by SQLite's own backup interface, or by pg_dump and pg_restore.

Both copy what was committed at one instant, while others go on writing.
"""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Literal

import sqlalchemy
from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import make_url

from storage.engine import Database, DatabaseError, reading, shown

Kind = Literal["sqlite", "postgresql"]
# How long a dump or its return may take, and how long a dump waits for a table that somebody else has locked.
LONGEST_SECONDS = 6 * 3600
LOCK_MILLISECONDS = 60_000
_DEBIAN = Path("/usr/lib/postgresql")


def kind_of(url: str) -> Kind:
    """Raises DatabaseError for a database of another kind, of which we make no copy."""
    name = make_url(url).get_backend_name()
    if name == "sqlite":
        return "sqlite"
    if name == "postgresql":
        return "postgresql"
    raise DatabaseError(f"There is no backup of a database of the kind {name}: use its own programs.")


def write_copy(database: Database, to: Path) -> None:
    """Write the database into a new file, readable by its owner alone. Raises DatabaseError."""
    to.touch(0o600)
    if database.dialect.name == "sqlite":
        with closing(sqlite3.connect(to)) as copy, closing(database.raw_connection()) as raw:
            source = raw.driver_connection
            assert isinstance(source, sqlite3.Connection)  # noqa: S101 - what SQLAlchemy opens for such an address
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without others beside it
        _sync(to)
        return
    options = ("--format=custom", "--no-owner", "--no-privileges", f"--lock-wait-timeout={LOCK_MILLISECONDS}")
    _run("pg_dump", [*options, f"--file={to}"], database, "The database cannot be backed up")


def is_empty(url: str) -> bool:
    """Whether there is nothing yet where the database is to be: no file, or a database without tables."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        file = Path(parsed.database or "")
        return not file.exists() or file.stat().st_size == 0
    database = sqlalchemy.create_engine(parsed, connect_args={"connect_timeout": 10})
    try:
        with reading(database) as connection:
            return not sqlalchemy.inspect(connection).get_table_names()
    finally:
        database.dispose()


def read_copy(copy: Path, url: str) -> None:
    """Make a database of a copy: all of it or nothing. There must be none yet. Raises DatabaseError."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        target = Path(parsed.database or "")
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(f".{target.name}-restoring")
        shutil.copyfile(copy, beside)
        beside.chmod(0o600)
        _sync(beside)
        beside.replace(target)
        return
    database = sqlalchemy.create_engine(parsed)
    options = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
    _run("pg_restore", [*options, str(copy)], database, "The database cannot be restored")


def _run(program: str, options: Sequence[str], database: Database, cannot: str) -> None:
    """Run one of PostgreSQL's programs on a database. No password is among its arguments, which anybody can read."""
    with _conninfo(database) as conninfo:
        words = [_found(program), "--no-password", f"--dbname={conninfo}", *options]
        try:
            done = subprocess.run(words, capture_output=True, text=True, timeout=LONGEST_SECONDS, check=False)  # noqa: S603
        except subprocess.TimeoutExpired as error:
            raise DatabaseError(f"{cannot}: {program} had not ended after {LONGEST_SECONDS // 3600} hours.") from error
    if done.returncode:
        said = " ".join(done.stderr.split())[:400] or "it gave no reason"
        raise DatabaseError(f"{cannot}: {program} says of {shown(database)}: {said}")


@contextmanager
def _conninfo(database: Database) -> Iterator[str]:
    """How libpq finds the database; the password stands in a file of its own, which is gone afterwards."""
    (_, given) = database.dialect.create_connect_args(database.url)
    password = str(given.pop("password", "") or "")
    with tempfile.TemporaryDirectory(prefix="onrecord-") as folder:
        named = {key: str(value) for key, value in given.items() if key != "context"}
        if password:
            file = Path(folder) / "password"
            file.touch(0o600)
            escaped = password.replace("\\", "\\\\").replace(":", "\\:")
            file.write_text(f"*:*:*:*:{escaped}\n", encoding="utf-8")
            named["passfile"] = str(file)
        yield make_conninfo("", **{"connect_timeout": "10", **named})


def _found(program: str) -> str:
    kept = sorted(_DEBIAN.glob(f"*/bin/{program}"))
    found = shutil.which(program) or (str(kept[-1]) if kept else "")
    if not found:
        raise DatabaseError(
            f"{program} is not installed. It comes with PostgreSQL's client programs (Debian: apt install "
            "postgresql-client); they must be as new as the server, or newer."
        )
    return found


def _sync(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())
