"""Several hosts on one PostgreSQL: clocks that differ by minutes, and workers that are not the same."""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from pydantic import SecretStr

from flows import exclusive
from flows.cli.care import doctor
from flows.configuration.settings import Settings, load_settings
from flows.configuration.worker_digest import worker_of
from flows.context import BusyError, Line
from flows.pipeline import clock, open_line, run_line, usable_claims
from replica.editions import edition
from replica.publisher import Publisher
from storage import locks
from storage.clock import agreed, behind
from storage.engine import reading, writing
from storage.read import reads
from storage.workers import Worker, differing
from storage.write import runs
from tests.flows.conftest import configure
from tests.postgres import administer

MINUTES = timedelta(minutes=7)
_NUMBERS = count(1)


@dataclass(frozen=True)
class Host:
    """A host with a home and a clock of its own, on the database of all."""

    settings: Settings
    line: Line


def _own_clock(wrong_by: timedelta) -> Callable[[], datetime]:
    return lambda: clock() + wrong_by


@pytest.fixture
def hosts(tmp_path: Path, publisher: Publisher, postgres: str, migrated: str) -> Iterator[dict[str, Host]]:
    """One host whose clock is right, one that is ahead by minutes, one behind."""
    found: dict[str, Host] = {}
    shared = f"hosts_{os.getpid()}_{next(_NUMBERS)}"
    administer(postgres, f"CREATE DATABASE {shared} TEMPLATE {migrated}")
    for name, wrong_by in (("right", timedelta()), ("ahead", MINUTES), ("behind", -MINUTES)):
        settings = replace(
            configure(tmp_path / name, publisher.address), database_url=SecretStr(f"{postgres}/{shared}")
        )
        line = open_line(settings)
        worker = replace(line.worker(), host=f"{name}.example")
        agreed_on = agreed(line.database, _own_clock(wrong_by))
        # All three archive in one folder: what one host has fetched another can read.
        line = replace(line, clock=agreed_on, worker=lambda worker=worker: worker, sleep=lambda seconds: None)
        found[name] = Host(settings, replace(line, archive=found["right"].line.archive if found else line.archive))
    yield found
    for host in found.values():
        host.line.database.dispose()


def test_hosts_whose_clocks_differ_by_minutes_take_turns_and_date_files_alike(
    hosts: dict[str, Host], publisher: Publisher
) -> None:
    for wrong, host in (("ahead", hosts["ahead"]), ("behind", hosts["behind"])):
        own = _own_clock(MINUTES if wrong == "ahead" else -MINUTES)
        assert abs(host.line.clock() - clock()) < timedelta(seconds=30), wrong
        assert abs(abs(behind(host.line.database, own)) - MINUTES) < timedelta(seconds=30), wrong
    published: list[datetime] = []
    for name, key in (("ahead", "05122025"), ("behind", "05232025"), ("right", "06052025")):
        publisher.publish(edition(key))
        published.append(clock())
        host = hosts[name]
        # By its own clock the second host would look fourteen minutes before the first one did, and be refused.
        (outcome,) = run_line(host.settings, host.line, ["ice"])
        assert outcome.state == "new", outcome
    with reading(hosts["right"].line.database) as connection:
        stored = reads.releases(connection, "ice")
    assert [release.position for release in stored] == [1, 2, 3]
    assert [re.sub(r"\D", "", release.name)[2:] for release in stored] == ["05122025", "05232025", "06052025"]
    for release, at in zip(stored, published, strict=True):
        assert at - timedelta(seconds=30) < release.known_at < clock() + timedelta(seconds=30)


def test_a_lock_is_kept_from_a_host_that_is_ahead_and_ends_for_one_that_is_behind(hosts: dict[str, Host]) -> None:
    right = hosts["right"].line
    elsewhere = replace(locks.Holder.here(), host="right.example")
    with writing(right.database) as connection:
        locks.take(connection, "watch:ice", elsewhere, right.clock(), exclusive.LASTS)
    # Seven minutes ahead, three minutes would be over at once.
    with pytest.raises(BusyError):
        exclusive.alone(hosts["ahead"].line, "watch:ice", "a look at ice").__enter__()
    ended = right.clock() - exclusive.LASTS - timedelta(seconds=30)
    with writing(right.database) as connection:
        locks.take(connection, "watch:ice", elsewhere, ended, exclusive.LASTS)
    with exclusive.alone(hosts["behind"].line, "watch:ice", "a look at ice"):
        pass


def test_the_doctor_names_a_clock_that_is_wrong_and_hosts_that_differ(
    hosts: dict[str, Host], publisher: Publisher, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    publisher.publish(edition("05232025"))
    settings = hosts["right"].settings
    own = open_line(settings)
    run_line(settings, replace(own, sleep=lambda seconds: None), ["ice"])
    own.database.dispose()
    monkeypatch.setenv("ONRECORD_HOME", str(settings.home))
    monkeypatch.setenv("ONRECORD_DATABASE_URL", settings.database_url.get_secret_value())
    doctor.report()
    assert "ok     workers" in (said := capsys.readouterr().out)
    assert "ok     clock" in said
    theirs = hosts["behind"]
    differ = replace(theirs.line.worker(), version="0.0.1", configuration="another")
    run_line(theirs.settings, replace(theirs.line, worker=lambda: differ), ["ice"])
    monkeypatch.setattr(doctor, "clock", _own_clock(-MINUTES))
    assert doctor.report() == 1
    said = capsys.readouterr().out
    assert "fault  workers: behind.example, which made a run at " in said
    assert " with version 0.0.1, differs from this host (version " in said
    assert ") in its version and onrecord.toml. Give both the same." in said
    assert "fault  clock: the clock of this host is 7 minutes behind that of the database's server" in said


def test_the_digest_says_what_is_configured_and_watched_and_not_where_it_lies(tmp_path: Path) -> None:
    one, other = (configure(tmp_path / name, "http://127.0.0.1:9") for name in ("one", "other"))
    claims = usable_claims(one)
    assert worker_of(one, claims) == worker_of(other, claims)
    text = (one.home / "onrecord.toml").read_text()
    (other.home / "onrecord.toml").write_text(f"# another comment\n{text}")
    assert worker_of(load_settings(other.home), claims) == worker_of(one, claims)
    (other.home / "onrecord.toml").write_text(text.replace("attempts = 2", "attempts = 3"))
    changed = worker_of(load_settings(other.home), claims)
    assert changed.configuration != worker_of(one, claims).configuration
    assert changed.claims == worker_of(one, claims).claims
    assert worker_of(one, claims[1:]).claims != changed.claims


def test_hosts_that_have_made_no_run_since_we_are_as_we_are_are_not_named(hosts: dict[str, Host]) -> None:
    line = hosts["right"].line
    old = Worker("old.example", "0.0.1", "c", "d")
    mine, new = Worker("mine.example", "0.1.0", "a", "b"), Worker("new.example", "0.1.0", "a", "b")

    def ran(worker: Worker) -> None:
        with writing(line.database) as connection:
            runs.start_run(connection, "ice", datetime(2026, 1, 1, tzinfo=UTC), worker)

    def named(worker: Worker) -> list[tuple[str, tuple[str, ...]]]:
        with reading(line.database) as connection:
            return [(each.host, each.in_what) for each in differing(connection, worker)]

    ran(old)
    assert named(mine) == []
    ran(mine)
    ran(new)
    assert named(mine) == []  # the old host has made way
    ran(old)
    assert named(mine) == [("old.example", ("version", "configuration", "claims"))]
    assert named(old) == [
        ("mine.example", ("version", "configuration", "claims")),
        ("new.example", ("version", "configuration", "claims")),
    ]
