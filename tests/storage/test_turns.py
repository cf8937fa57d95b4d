"""Many writers, one at a time: nobody gives up while those before get on, and no dead process is accused."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from storage import engine as opened
from storage import runs
from storage import schema as t
from storage.engine import Database, DatabaseError, open_database, reading, writing
from storage.turns import WRITERS

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PATIENCE = 0.5
WRITER = """
import sys, time
from datetime import UTC, datetime
from storage import engine, runs
engine.BUSY_SECONDS = float(sys.argv[2])
database = engine.open_database(sys.argv[1])
for step in range(int(sys.argv[3])):
    with engine.writing(database) as connection:
        print("writes", flush=True)
        runs.start_run(connection, "ice", datetime.now(UTC))
        time.sleep(float(sys.argv[4]))
"""


def _writer(url: str, turns: int, seconds: float) -> "subprocess.Popen[str]":
    """A process that writes so many times, each for so long."""
    arguments = [url, str(PATIENCE), str(turns), str(seconds)]
    return subprocess.Popen([sys.executable, "-c", WRITER, *arguments], stdout=subprocess.PIPE, text=True)


@contextmanager
def _ended(*processes: "subprocess.Popen[str]") -> Iterator[None]:
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def _waits(database: Database) -> str:
    """What a writer that gave up was told; "" when it got its turn."""
    try:
        with writing(database) as connection:
            runs.start_run(connection, "ice", NOW)
    except DatabaseError as error:
        return str(error)
    return ""


def test_eight_writers_queue_and_none_gives_up_while_each_gets_on(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opened, "BUSY_SECONDS", PATIENCE)
    engines = [open_database(database_url) for _ in range(8)]
    said: list[str] = []

    def write(database: Database) -> None:
        try:
            with writing(database) as connection:
                runs.start_run(connection, "ice", NOW)
                time.sleep(PATIENCE * 0.6)
        except DatabaseError as error:
            said.append(str(error))

    threads = [threading.Thread(target=write, args=(engine,)) for engine in engines]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == []
    with reading(engines[0]) as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(t.run)).scalar() == 8
    for engine in engines:
        engine.dispose()


def test_a_long_transaction_that_gets_on_is_waited_for(postgres: str, database: Database) -> None:
    if database.dialect.name == "sqlite":
        pytest.skip("an SQLite file does not tell what its writer does")
    first = open_database(database.url.render_as_string(hide_password=False))
    entered, told = threading.Event(), []

    def wait() -> None:
        entered.set()
        told.append(_waits(database))

    patience, opened.BUSY_SECONDS = opened.BUSY_SECONDS, PATIENCE
    try:
        waiting = threading.Thread(target=wait)
        with writing(first) as connection:
            waiting.start()
            entered.wait()
            for _ in range(8):  # four times as long as anybody waits for one that does nothing
                connection.exec_driver_sql("SELECT 1")
                time.sleep(PATIENCE / 3)
            connection.exec_driver_sql(f"SELECT pg_sleep({PATIENCE * 2})")
        waiting.join()
    finally:
        opened.BUSY_SECONDS = patience
    assert told == [""]
    first.dispose()


def test_a_writer_that_does_nothing_is_named_and_one_that_was_killed_is_not(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opened, "BUSY_SECONDS", PATIENCE)
    database = open_database(database_url)
    idle = _writer(database_url, 1, 60)
    with _ended(idle):
        assert idle.stdout is not None
        assert idle.stdout.readline() == "writes\n"
        said = _waits(database)
        assert said.startswith(f"process {idle.pid} on {socket.gethostname()} (-c ")
        assert "Wait for it to end, or stop it, and try again." in said
        os.kill(idle.pid, signal.SIGKILL)
        assert _waits(database) == ""
    database.dispose()


def test_a_dead_process_is_not_accused_for_another_that_holds_the_lock(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opened, "BUSY_SECONDS", PATIENCE)
    database = open_database(database_url)
    killed = _writer(database_url, 1, 60)
    with _ended(killed):
        assert killed.stdout is not None
        assert killed.stdout.readline() == "writes\n"
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait()
    stranger = sa.create_engine(database_url, isolation_level="AUTOCOMMIT")
    if database.dialect.name != "sqlite":  # what a server still says of a client that is gone without a word
        name = f"process {killed.pid} on {socket.gethostname()} (onrecord run)"
        stranger = sa.create_engine(database_url, connect_args={"application_name": name})
    with stranger.connect() as connection:
        if database.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITERS})")
        said = _waits(database)
    assert said.startswith("Another program has been writing to ")
    assert str(killed.pid) not in said
    for engine in (database, stranger):
        engine.dispose()


def test_a_server_notices_within_two_minutes_that_a_host_is_gone(database: Database) -> None:
    if database.dialect.name == "sqlite":
        pytest.skip("an SQLite file has no server")
    with reading(database) as connection:
        found = [
            int(connection.exec_driver_sql(f"SHOW tcp_keepalives_{name}").scalar_one())
            for name in ("idle", "interval", "count")
        ]
    assert found[0] + found[1] * found[2] <= 120
    assert min(found) > 0
