"""One process at a time: the lock is renewed while the work lasts, and who comes second steps aside quietly."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from flows import exclusive
from flows.cli.app import app
from flows.configuration.settings import SourceSettings
from flows.context import BusyError, Made, Outcome, Stage
from flows.exclusive import LASTS
from flows.pipeline import run_line
from replica.editions import edition
from storage import locks
from storage.engine import Database, reading, writing
from storage.read import journal
from storage.write import heartbeats, ledger, runs

if TYPE_CHECKING:
    from tests.flows.conftest import Desk


def _until(database: Database) -> datetime:
    with reading(database) as connection:
        (lock,) = locks.held(connection)
    return lock.until


def test_the_lock_of_another_host_is_believed_when_it_is_renewed_and_outwaited_when_it_is_not(desk: "Desk") -> None:
    other = replace(locks.Holder.here(), host="another.example")

    def hold() -> None:
        with writing(desk.line.database) as connection:
            locks.take(connection, "watch:ice", other, desk.clock.now, LASTS)

    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        desk.clock.now += timedelta(seconds=seconds)
        if alive and sum(slept) >= exclusive.RENEWED_EVERY:
            hold()

    line = replace(desk.line, sleep=sleep)
    alive = True
    hold()
    with pytest.raises(BusyError, match=r"a look at ice is under way in process \d+ on another.example"):
        exclusive.alone(line, "watch:ice", "a look at ice").__enter__()
    assert sum(slept) == exclusive.RENEWED_EVERY  # it is known as soon as it shows
    alive = False
    slept.clear()
    with exclusive.alone(line, "watch:ice", "a look at ice"):
        assert sum(slept) <= LASTS.total_seconds() + exclusive.WATCHED_EVERY
    hold()
    slept.clear()
    alive = True

    def give_back(seconds: float) -> None:
        slept.append(seconds)
        with writing(desk.line.database) as connection:
            locks.drop(connection, "watch:ice", other)

    with exclusive.alone(replace(line, sleep=give_back), "watch:ice", "a look at ice"):
        assert len(slept) == 1


@contextmanager
def _looked_at_elsewhere(desk: "Desk", source: str) -> Iterator[None]:
    other = replace(locks.Holder.here(), host="another.example")
    with writing(desk.line.database) as connection:
        assert locks.take(connection, f"watch:{source}", other, desk.clock.now, LASTS) is None
    yield
    with writing(desk.line.database) as connection:
        locks.drop(connection, f"watch:{source}", other)


def test_a_lock_is_renewed_for_as_long_as_the_work_lasts(desk: "Desk", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exclusive, "RENEWED_EVERY", 0.01)
    with exclusive.alone(desk.line, "watch:ice", "a look at ice"):
        began = _until(desk.line.database)
        desk.clock.now += timedelta(minutes=9)
        deadline = time.monotonic() + 20
        while _until(desk.line.database) == began and time.monotonic() < deadline:
            time.sleep(0.01)
        assert _until(desk.line.database) == desk.clock.now + LASTS
    with reading(desk.line.database) as connection:
        assert locks.held(connection) == []


def test_who_comes_second_is_busy_and_tells_nobody(desk: "Desk") -> None:
    desk.publisher.publish(edition("05232025"))
    asked = len(desk.publisher.requests)
    with _looked_at_elsewhere(desk, "ice"):
        (outcome,) = run_line(desk.settings, desk.line, ["ice"])
    assert (outcome.state, outcome.new) == ("busy", ())
    assert outcome.notes[0].startswith("a look at ice is under way in process ")
    assert len(desk.publisher.requests) == asked
    with reading(desk.line.database) as connection:
        assert ledger.messages(connection) == []
        assert journal.findings(connection) == []
        assert journal.last_runs(connection, "ice")["last"] is None
        assert heartbeats.last(connection) is None  # the look's own process has its end to tell
    (outcome,) = run_line(desk.settings, desk.line, ["ice"])
    assert outcome.state == "new"


def test_one_source_that_is_busy_keeps_no_other_from_being_looked_at(desk: "Desk") -> None:
    desk.publisher.publish(edition("05232025"))
    desk.clock.set(date(2025, 5, 28))
    with _looked_at_elsewhere(desk, "ice"):
        outcomes = run_line(desk.settings, desk.line, ["ice", "trac_population"])
    assert [outcome.state for outcome in outcomes] == ["busy", "new"]
    with reading(desk.line.database) as connection:
        last = heartbeats.last(connection)
        assert ledger.messages(connection) == []
    assert last is not None
    assert (last.looked_at, last.failed) == (("trac_population",), ())


def test_a_source_that_failed_is_not_called_well_while_somebody_looks_at_it(desk: "Desk") -> None:
    desk.publisher.publish(edition("05232025"))
    desk.clock.set(date(2025, 5, 28))
    gone = SourceSettings(address=f"{desk.publisher.address}/gone")
    settings = replace(desk.settings, sources={**desk.settings.sources, "ice": gone})
    run_line(settings, desk.line, ["ice"])
    with _looked_at_elsewhere(desk, "ice"):
        with writing(desk.line.database) as connection:
            runs.start_run(connection, "ice", desk.clock.now)
        for sources in (["ice"], ["trac_population"]):
            run_line(settings, desk.line, sources)
    with reading(desk.line.database) as connection:
        subjects = [message["subject"] for message in ledger.messages(connection)]
    assert sum("could not be looked at" in subject for subject in subjects) == 1
    assert not any("again" in subject for subject in subjects)


def test_a_busy_source_is_exit_0_on_the_command_line(desk: "Desk", monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRECORD_HOME", str(desk.settings.home))
    desk.publisher.publish(edition("05232025"))
    with writing(desk.line.database) as connection:
        now = datetime.now(desk.clock.now.tzinfo)
        locks.take(connection, "watch:trac_population", locks.Holder.here(), now, LASTS)
    done = CliRunner().invoke(app, ["run", "trac_population", "--direct"])
    assert done.exit_code == 0, done.output
    assert "trac_population: busy" in done.stdout
    assert f"in process {os.getpid()} on " in done.stderr


def test_what_other_sources_came_to_is_said_before_an_error_is_raised(desk: "Desk") -> None:
    desk.publisher.publish(edition("05232025"))
    heard: list[Outcome] = []

    def broken(stage: Stage, work: Callable[[], Made], source: str = "") -> Made:
        if source == "ice":
            raise ZeroDivisionError("a fault of ours")
        return work()

    with pytest.raises(ZeroDivisionError):
        run_line(desk.settings, desk.line, ["ice", "trac_population"], broken, heard.append)
    assert [(outcome.source, outcome.state) for outcome in heard] == [("ice", "failed"), ("trac_population", "new")]
    (note,) = heard[0].notes
    assert note.startswith("ZeroDivisionError in tests.flows.test_exclusive, broken")
    assert note.endswith(": a fault of ours")
