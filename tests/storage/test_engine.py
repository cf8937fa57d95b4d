import os
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import storage
from storage import engine as opened
from storage.engine import Database, DatabaseError, open_database, reading, require_current, upgrade, writing
from storage.schema import REVISION, metadata, run
from storage.write import runs
from tests.databases import new_sqlite


def test_migrations_make_the_tables_that_the_code_declares(database: Database) -> None:
    with reading(database) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_code_is_written_for_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(storage.__path__[0]) / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == REVISION


def test_upgrading_twice_changes_nothing(database: Database) -> None:
    with writing(database) as connection:
        runs.start_run(connection, "ice", datetime(2025, 5, 1, tzinfo=UTC))
    upgrade(database)
    with reading(database) as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(run)).scalar() == 1
    require_current(database)


def test_an_empty_database_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="Run `onrecord init`"):
        require_current(open_database(f"sqlite:///{tmp_path / 'new.db'}"))
    with pytest.raises(DatabaseError, match=r"no database at .*nothing.db yet"):
        open_database(f"sqlite:///{tmp_path / 'nothing.db'}", create=False)
    assert not (tmp_path / "nothing.db").exists()


def test_another_migration_is_refused_and_what_to_do_depends_on_which_is_newer(database: Database) -> None:
    for found, words in (
        ("0001", f"stands at migration 0001, this version needs {REVISION}.* run `onrecord init`"),
        ("9999", f"stands at migration 9999, and this version knows them up to {REVISION}.* Install that version"),
    ):
        with writing(database) as connection:
            connection.execute(sa.text("UPDATE alembic_version SET version_num = :found"), {"found": found})
        with pytest.raises(DatabaseError, match=words):
            require_current(database)
    with pytest.raises(DatabaseError, match="leaves the database alone"):
        upgrade(database)


def test_moments_keep_their_instant_and_need_a_zone(database: Database) -> None:
    east = datetime(2025, 5, 23, 20, 0, tzinfo=timezone(timedelta(hours=-4)))
    with writing(database) as connection:
        runs.start_run(connection, "ice", east)
    with reading(database) as connection:
        stored = connection.execute(sa.select(run.c.started_at)).scalar()
    assert stored == east
    assert stored is not None
    assert stored.utcoffset() == timedelta(0)
    with pytest.raises(sa.exc.StatementError, match="has no time zone"), writing(database) as connection:
        runs.start_run(connection, "ice", datetime(2025, 5, 23))


def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError), writing(database) as connection:  # noqa: PT012 - the fault comes after the write
        runs.start_run(connection, "ice", datetime(2025, 5, 1, tzinfo=UTC))
        raise RuntimeError("crash")
    with reading(database) as connection:
        assert connection.execute(sa.select(run)).first() is None


def test_a_busy_database_says_who_is_in_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opened, "BUSY_SECONDS", 0.1)
    first = open_database(f"sqlite:///{tmp_path / 'one.db'}")
    upgrade(first)
    second = open_database(f"sqlite:///{tmp_path / 'one.db'}")
    with (
        writing(first),
        pytest.raises(DatabaseError, match=r"process \d+ on .* has been writing"),
        writing(second) as other,
    ):
        runs.start_run(other, "ice", datetime(2025, 5, 1, tzinfo=UTC))


def test_the_password_of_a_database_is_not_printed() -> None:
    engine = open_database("postgresql+psycopg://desk:secret@127.0.0.1:1/onrecord")
    assert "secret" not in engine.url.render_as_string()


def test_a_writer_writes_its_name_over_that_of_another(tmp_path: Path) -> None:
    database = open_database(new_sqlite(tmp_path))
    beside = tmp_path / "onrecord.db-writer"
    for before in (b"process 1 on another host", b"", b"\xff"):
        beside.write_bytes(before)
        with writing(database):
            assert beside.read_text().startswith(f"process {os.getpid()} on ")
    database.dispose()
