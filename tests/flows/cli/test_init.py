"""`onrecord init` says what it did to the database: made it, left it, brought it up to date, or refused it."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

import storage
from storage.engine import open_database, writing
from storage.schema import REVISION
from tests.command import typed

CONTACT = ("--contact", "desk@example.org")


def _database(home: Path) -> str:
    return f"sqlite:///{home / 'onrecord.db'}"


def _made_by_an_earlier_version(home: Path, migration: str) -> None:
    home.mkdir()
    config = Config()
    config.set_main_option("script_location", str(Path(storage.__path__[0]) / "migrations"))
    database = open_database(_database(home))
    with writing(database) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, migration)
    database.dispose()


def test_a_database_is_made_and_then_left_as_it_is(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert f"Database: {home / 'onrecord.db'} (made)." in typed(home, "init", *CONTACT).stdout
    assert f"Database: {home / 'onrecord.db'} (ready)." in typed(home, "init", *CONTACT).stdout


def test_a_database_of_an_earlier_version_is_said_to_be_brought_up_to_date(tmp_path: Path) -> None:
    home = tmp_path / "home"
    _made_by_an_earlier_version(home, "0005")
    said = typed(home, "init", *CONTACT).stdout
    assert f"Database: {home / 'onrecord.db'} (brought up to date, from migration 0005 to {REVISION})." in said
    assert "(ready)." in typed(home, "init", *CONTACT).stdout


def test_a_database_of_a_newer_version_is_left_alone_and_nobody_is_told_to_upgrade_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    typed(home, "init", *CONTACT)
    database = open_database(_database(home))
    with writing(database) as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    database.dispose()
    for words in (("init", *CONTACT), ("status",)):
        done = typed(home, *words)
        assert done.returncode == 2
        assert f"stands at migration 9999, and this version knows them up to {REVISION}" in done.stderr
        assert "Install that version" in done.stderr
