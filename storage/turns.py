"""Whose turn it is to write: one transaction at a time, and whoever waits goes on waiting while those before get on.

On SQLite the file itself has one writer; it does not say which, so each writes its name beside the file. On PostgreSQL
a lock of the transaction sees to it, and the server knows who holds it and when that one did something last.
"""

import os
import re
import shlex
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection, Engine, RootTransaction, text
from sqlalchemy.exc import OperationalError

from storage.locks import Holder, is_alive

# The advisory lock that a writer on PostgreSQL holds for its transaction: any number, always the same.
WRITERS = 0x6F6E7265636F7264
SOMEBODY = "Another program"
_LONGEST_NAME = 250
_LENGTH = 1024
_HOLDER = text("""
SELECT a.application_name, a.pid, a.backend_start, a.xact_start, a.query_start, a.state_change,
  a.state = 'active' AND coalesce(a.wait_event_type, '') NOT IN ('Lock', 'Client')
FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND l.classid::bigint * 4294967296 + l.objid::bigint = :writers
""")
_PROCESS = re.compile(r"process (\d+) on (\S+)")


class StuckError(Exception):
    """Nobody got on for as long as a writer waits; the message is who is in the way."""


def who() -> str:
    """This process in words, for others that wait for it."""
    program = " ".join([Path(sys.argv[0]).name, *(shlex.quote(word) for word in sys.argv[1:3])])
    return f"process {os.getpid()} on {socket.gethostname()} ({program})"


@contextmanager
def turn(connection: Connection, patience: float) -> Iterator[None]:
    """A transaction that alone may write. Raises StuckError when nobody before it got on for `patience` seconds."""
    if connection.engine.dialect.name == "sqlite":
        with _begin_on_file(connection), _signed(connection.engine):
            yield
    else:
        with connection.begin():
            _queue(connection, patience)
            yield


def _begin_on_file(connection: Connection) -> RootTransaction:
    """Each try lasts as long as the connection's own patience."""
    seen = _signature(connection.engine)
    while True:
        try:
            return connection.begin()
        except OperationalError as error:
            if "locked" not in str(error.orig):
                raise
            now = _signature(connection.engine)
            if now == seen:
                raise StuckError(_named(now)) from error
            seen = now


def _beside(engine: Engine) -> Path | None:
    database = engine.url.database
    return Path(f"{database}-writer") if database and database != ":memory:" else None


@contextmanager
def _signed(engine: Engine) -> Iterator[None]:
    """The name of whoever has the lock, beside the file; afterwards that somebody had it, by the time alone."""
    path = _beside(engine)
    if path is not None:
        _write(path, who()[:_LONGEST_NAME], str(_here(os.getpid())))
    try:
        yield
    finally:
        if path is not None:
            _write(path, "", "")


def _write(path: Path, name: str, holder: str) -> None:
    """In place: some file systems wait for the disk when a file is cut and written anew, a thousand times as long."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.pwrite(descriptor, f"{name}\n{holder}\n{time.time_ns()}\n".encode().ljust(_LENGTH), 0)
    finally:
        os.close(descriptor)


@cache
def _here(_process: int) -> Holder:
    """This process; asked for by its number, since a fork is another."""
    return Holder.here()


def _signature(engine: Engine) -> str:
    path = _beside(engine)
    return path.read_text(encoding="utf-8", errors="replace") if path is not None and path.exists() else ""


def _named(signature: str) -> str:
    """Who signed, if that process is still there: one that was killed holds nothing, and is in nobody's way."""
    words, _, rest = signature.partition("\n")
    holder = Holder.read(rest.partition("\n")[0])
    return words if words and holder is not None and not holder.gone else SOMEBODY


class _Found(NamedTuple):
    """Who holds the lock: `mark` changes with each thing that it does, and it `works` while a statement runs."""

    name: str
    mark: tuple[object, ...]
    works: bool


def _queue(connection: Connection, patience: float) -> None:
    if connection.exec_driver_sql(f"SELECT pg_try_advisory_xact_lock({WRITERS})").scalar():
        return
    seen = _holder(connection)
    while not _had_within(connection, patience):
        now = _holder(connection)
        if now is not None and seen is not None and now.mark == seen.mark and not now.works:
            raise StuckError(_if_alive(now.name))
        seen = now


def _had_within(connection: Connection, patience: float) -> bool:
    waiting = connection.begin_nested()
    try:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{max(1, round(patience * 1000))}ms'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS})")
        connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
    except OperationalError as error:
        if "lock timeout" not in str(error.orig):
            raise
        waiting.rollback()
        return False
    waiting.commit()
    return True


def _holder(connection: Connection) -> _Found | None:
    connection.exec_driver_sql("SELECT pg_stat_clear_snapshot()")  # else the same is seen to the transaction's end
    row = connection.execute(_HOLDER, {"writers": WRITERS}).first()
    return _Found(str(row[0]), tuple(row[1:6]), bool(row[6])) if row else None


def _if_alive(name: str) -> str:
    process = _PROCESS.match(name)
    gone = process is not None and process[2] == socket.gethostname() and not is_alive(int(process[1]))
    return SOMEBODY if gone or not name else name
