"""Locks: had by one, ending by themselves, and never held by a process that is gone."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from storage import locks
from storage.engine import Database, writing
from storage.locks import Holder

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TEN = timedelta(minutes=10)
SAY_WHO = "import time; from storage.locks import Holder; print(Holder.here(), flush=True); time.sleep(600)"


@pytest.fixture
def other() -> Iterator["subprocess.Popen[str]"]:
    """Another process of this host, and the holder that it is: the first line that it says."""
    process = subprocess.Popen([sys.executable, "-c", SAY_WHO], stdout=subprocess.PIPE, text=True)
    yield process
    process.kill()
    process.wait()


def _holder(process: "subprocess.Popen[str]") -> Holder:
    assert process.stdout is not None
    holder = Holder.read(process.stdout.readline().strip())
    process.stdout.close()
    assert holder is not None
    assert holder.pid == process.pid
    return holder


def test_a_lock_is_had_by_one_and_ends_by_itself(database: Database) -> None:
    one, two = Holder.here(), Holder.here()  # two looks in one process are two holders
    with writing(database) as connection:
        assert locks.take(connection, "watch:ice", one, NOW, TEN) is None
        kept_away = locks.take(connection, "watch:ice", two, NOW, TEN)
        assert kept_away is not None
        assert kept_away.by == f"process {os.getpid()} on {one.host}"
        assert locks.take(connection, "watch:trac", two, NOW, TEN) is None
        assert locks.take(connection, "watch:ice", one, NOW + TEN / 2, TEN) is None  # renewed
        assert locks.take(connection, "watch:ice", two, NOW + TEN, TEN) is not None
        assert locks.take(connection, "watch:ice", two, NOW + 2 * TEN, TEN) is None
        locks.drop(connection, "watch:ice", one)  # no longer its own: nothing happens
        assert locks.take(connection, "watch:ice", one, NOW + 2 * TEN, TEN) is not None
        assert [lock.name for lock in locks.held(connection)] == ["watch:ice", "watch:trac"]


def test_a_lock_of_a_process_that_was_killed_is_free_at_once(
    database: Database, other: "subprocess.Popen[str]"
) -> None:
    holder = _holder(other)
    with writing(database) as connection:
        assert locks.take(connection, "watch:ice", holder, NOW, TEN) is None
        assert locks.take(connection, "watch:ice", Holder.here(), NOW, TEN) is not None
    os.kill(other.pid, signal.SIGKILL)
    os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)  # dead, and nobody has asked for its end yet
    with writing(database) as connection:
        (lock,) = locks.held(connection)
        assert lock.standing(NOW) == "which is gone: the lock is free"
        assert locks.take(connection, "watch:ice", Holder.here(), NOW, TEN) is None
    other.wait()
    assert holder.gone


def test_who_is_gone_is_known_of_this_host_alone(other: "subprocess.Popen[str]") -> None:
    holder = _holder(other)
    assert not holder.gone
    assert replace(holder, began="1").gone  # its number was given to another process since
    assert replace(holder, boot="before the power cut").gone
    other.kill()
    other.wait()
    assert holder.gone
    assert not replace(holder, host="another.example").gone
    assert not replace(holder, space="of a container").gone


@pytest.mark.parametrize("text", ["", "another process", "host:1:token", "host:x:::began:token"])
def test_a_holder_of_another_version_is_waited_for(database: Database, text: str) -> None:
    assert Holder.read(text) is None
    lock = locks.Held("watch:ice", text, NOW + TEN)
    assert lock.by == text
    assert not lock.is_over(NOW)
    assert lock.is_over(NOW + TEN)
