"""What the processes of one test run share: a folder, whatever is made in it once, and a PostgreSQL.

A plugin of pytest: tests/conftest.py names it. The main process makes the folder and holds its lease; the processes
that run the tests are told where it is.
"""

import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.once import once
from tests.postgres import NotInstalledError, administer, lease, start

FOLDER = pytest.StashKey[Path]()
HELD = pytest.StashKey[ExitStack]()


def pytest_configure(config: pytest.Config) -> None:
    told = getattr(config, "workerinput", None)
    if told is not None:
        config.stash[FOLDER] = Path(told["onrecord_folder"])
        return
    config.stash[FOLDER] = folder = Path(tempfile.mkdtemp(prefix="onrecord-tests-"))
    config.stash[HELD] = held = ExitStack()
    held.callback(shutil.rmtree, folder, ignore_errors=True)
    held.enter_context(lease(folder))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Of xdist: a process that runs tests is about to start."""
    node.workerinput["onrecord_folder"] = str(node.config.stash[FOLDER])


def pytest_unconfigure(config: pytest.Config) -> None:
    if HELD in config.stash:
        config.stash[HELD].close()


@pytest.fixture(scope="session")
def run_folder(pytestconfig: pytest.Config) -> Path:
    """A folder that all processes of this run share and that goes with it."""
    return pytestconfig.stash[FOLDER]


@pytest.fixture(scope="session")
def postgres(run_folder: Path) -> str:
    """The address of a PostgreSQL of our own, without the name of a database: one for all processes of the run."""
    try:
        return once(run_folder / "postgres", lambda part: part.write_text(start(run_folder))).read_text()
    except NotInstalledError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def migrated(run_folder: Path, postgres: str) -> str:
    """The name of a database with our tables, to be copied: quicker than migrating each."""

    def make(part: Path) -> None:
        from storage.engine import open_database, upgrade  # not at the top: what names no database needs none of it

        administer(postgres, "CREATE DATABASE migrated")
        engine = open_database(f"{postgres}/migrated")
        upgrade(engine)
        engine.dispose()
        part.touch()

    once(run_folder / "migrated", make)
    return "migrated"
