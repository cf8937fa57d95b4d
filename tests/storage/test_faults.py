"""A full disk, a read-only file, a database that goes away: one clear error, nothing half-stored, and on it goes."""

import hashlib
import os
import pwd
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from figures.periods import instant
from figures.records import Observation, Parsed, Target
from storage import engine as opened
from storage import schema as t
from storage.archive import ArchiveError, FolderArchive
from storage.engine import Database, DatabaseError, explain, open_database, reading, writing
from storage.read import reads
from storage.write import releases, runs
from storage.write.releases import Known
from tests.databases import new_sqlite

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def _observations(count: int) -> tuple[Observation, ...]:
    day = instant(date(2025, 5, 4))
    return tuple(
        Observation(
            "ice.detained", (("n", str(n)),), day, n, "people", "reported", f"shows {n}", f"xlsx:S!A{n}", "t", 2025
        )
        for n in range(1, count + 1)
    )


def _store(database: Database, letter: str, count: int, at: datetime = NOW) -> None:
    with writing(database) as connection:
        releases.record_document(connection, letter * 64, 1, "xlsx", at)
        target, known = Target("", f"{letter}.xlsx", "current"), Known(at, "stated", "")
        parsed = Parsed(_observations(count), (), 2025)
        releases.store_release(connection, "ice", letter * 64, target, known, parsed, 1, at)


def _counts(database: Database) -> list[int]:
    tables = (t.document, t.release, t.release_name, t.observation, t.series, t.text, t.coverage)
    with reading(database) as connection:
        return [connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() for table in tables]


@pytest.fixture
def sqlite(tmp_path: Path) -> Database:
    return open_database(new_sqlite(tmp_path))


def _on_each_connection(database: Database, statement: str) -> None:
    database.dispose()

    @sa.event.listens_for(database, "connect")
    def _set(connection: Any, _: object) -> None:
        connection.execute(statement)


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("PRAGMA max_page_count=80", "database or disk is full"),
        ("PRAGMA query_only=ON", "attempt to write a readonly database"),
    ],
)
def test_a_disk_that_is_full_or_read_only(sqlite: Database, statement: str, words: str) -> None:
    _store(sqlite, "a", 5)
    before = _counts(sqlite)
    _on_each_connection(sqlite, statement)
    with pytest.raises(OperationalError) as raised:
        _store(sqlite, "b", 5000)
    assert explain(raised.value) == (
        f"The database does not answer as it should: {words}. `onrecord doctor` looks closer."
    )
    assert _counts(sqlite) == before
    sqlite.dispose()


@contextmanager
def _without_rights() -> Iterator[None]:
    """Nothing is read-only to root: as root, what stands here is done with the rights of nobody."""
    if os.geteuid() != 0:
        yield
        return
    groups, nobody = os.getgroups(), pwd.getpwnam("nobody")
    os.setgroups([])
    os.setegid(nobody.pw_gid)
    os.seteuid(nobody.pw_uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
        os.setgroups(groups)


@pytest.fixture
def read_only() -> Iterator[Path]:
    """A folder in which everybody may read and nobody write, with an archive and a database; pytest's are root's."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        FolderArchive(folder / "archive").put(b"before")
        database = open_database(new_sqlite(folder))
        _store(database, "a", 5)
        database.dispose()
        everything = [folder, *folder.rglob("*")]
        for path in everything:
            path.chmod(0o555 if path.is_dir() else 0o444)
        yield folder
        for path in everything:
            path.chmod(0o755 if path.is_dir() else 0o644)


def test_an_archive_in_a_read_only_folder(read_only: Path) -> None:
    archive = FolderArchive(read_only / "archive")
    before = sorted(archive.root.rglob("*"))
    with _without_rights(), pytest.raises(ArchiveError) as raised:
        archive.put(b"after")
    target = archive.path(hashlib.sha256(b"after").hexdigest())
    assert str(raised.value) == f"The archive cannot be written at {target}: Permission denied"
    assert sorted(archive.root.rglob("*")) == before


def test_a_database_in_a_read_only_folder(read_only: Path) -> None:
    database = open_database(f"sqlite:///{read_only / 'onrecord.db'}")
    with _without_rights(), pytest.raises(OperationalError) as raised:
        _store(database, "b", 5)
    assert explain(raised.value).removeprefix("The database does not answer as it should: ") == (
        "attempt to write a readonly database. `onrecord doctor` looks closer."
    )
    database.dispose()
    assert sorted(path.name for path in read_only.iterdir()) == ["archive", "onrecord.db", "onrecord.db-writer"]
    assert _counts(database)[:2] == [1, 1]
    database.dispose()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # an SQLite file has no server
def test_a_server_that_goes_away_in_the_middle(database_url: str) -> None:
    database = open_database(database_url)
    _store(database, "a", 5)
    before = _counts(database)
    other = open_database(database_url)
    with pytest.raises(OperationalError) as raised, writing(database) as connection:  # noqa: PT012 - the fault comes midway
        releases.record_document(connection, "b" * 64, 1, "xlsx", NOW)
        with other.connect() as killer:
            everybody = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            killer.exec_driver_sql(f"{everybody} AND datname = current_database()")
        releases.record_document(connection, "c" * 64, 1, "xlsx", NOW)
    assert explain(raised.value).startswith("The database does not answer as it should: ")
    assert _counts(database) == before
    _store(database, "b", 5)
    assert _counts(database)[:2] == [2, 2]
    for engine in (database, other):
        engine.dispose()


def test_a_writer_that_waits_too_long_is_told_who_writes(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened, "BUSY_SECONDS", 0.2)
    first, second = open_database(database_url), open_database(database_url)
    with (
        writing(first),
        pytest.raises(DatabaseError, match=r"process \d+ on .* has been writing to .* Wait for it to end"),
        writing(second) as connection,
    ):
        runs.start_run(connection, "ice", NOW)
    for engine in (first, second):
        engine.dispose()


def test_a_clock_that_goes_back_moves_no_release(database: Database) -> None:
    """A release is known since the earliest instant that was shown for it, however the clock has gone since."""
    _store(database, "a", 5)
    _store(database, "b", 5, NOW + timedelta(days=5))
    _store(database, "b", 5, NOW + timedelta(days=9))
    with reading(database) as connection:
        assert [(r.name, r.known_at) for r in reads.releases(connection)] == [
            ("a.xlsx", NOW),
            ("b.xlsx", NOW + timedelta(days=5)),
        ]
    _store(database, "b", 5, NOW - timedelta(days=1))
    with reading(database) as connection:
        assert [r.name for r in reads.releases(connection)] == ["b.xlsx", "a.xlsx"]
        figures = reads.figures(connection, ["ice.detained{n=1}"])
    assert [f.release_name for f in figures] == ["b.xlsx", "a.xlsx"]
