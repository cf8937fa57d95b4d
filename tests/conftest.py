import gc
import hashlib
import io
import os
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import Connection, Engine, event

from figures.records import Parsed
from figures.registry import ICE
from storage.engine import Database, open_database
from tests.browser import installed
from tests.databases import new_sqlite
from tests.once import remembered
from tests.postgres import NotInstalledError, administer, programs

pytest_plugins = ["tests.run", "tests.object_storage"]
SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"
Edit = Callable[[openpyxl.Workbook], object]
Parse = Callable[[bytes, str], Parsed]
_NUMBERS = count(1)


def _lacking() -> Iterator[tuple[str, str]]:
    """What cannot be tested on this machine, and why."""
    if not SHARED_DATA.is_dir():
        yield "tests on the publishers' own files (marked real)", f"there is no folder {SHARED_DATA}"
    try:
        programs()
    except NotInstalledError as error:
        yield "tests on PostgreSQL (marked postgres)", str(error)
    if installed.program() is None:
        yield "the site in a browser (tests marked browser)", installed.MISSING
    for package, what in (("pyarrow", "the export to Parquet"), ("datasette", "the views in Datasette")):
        if find_spec(package) is None:
            yield f"tests of {what}", f"{package} is not installed"


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Say before anything runs what will not be tested, and why."""
    left_out = [f"Skipped: {what}, because {why}." for what, why in _lacking()]
    if "not browser" in config.option.markexpr:
        left_out.append("Left out: the site in a browser (marked browser); `make browser` runs it.")
    if "not slow" in config.option.markexpr:
        left_out.append("Left out: the long harnesses (marked slow); `make harness` runs them.")
    return left_out or ["Nothing is skipped: all that the tests need is here."]


@event.listens_for(Engine, "engine_connect")
def _without_waiting_for_the_disk(connection: Connection) -> None:
    """What a test writes has to survive no power cut, and each commit would wait some milliseconds for the disk."""
    if connection.dialect.name == "sqlite":
        connection.connection.cursor().execute("PRAGMA synchronous=OFF").close()


def pytest_collection_finish() -> None:
    """Let Python look less often for objects that hold each other: a fifth of the time went there."""
    gc.collect()
    gc.freeze()  # what was imported stays
    gc.set_threshold(50_000, 20, 100)


def pytest_sessionfinish() -> None:
    """Look for them once at the end: pytest does so five times, and each takes most of a second."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by what it needs, so that `-m` can choose."""
    for item in items:
        needed = set(getattr(item, "fixturenames", ()))
        called = getattr(item, "callspec", None)
        if "shared_data" in needed:
            item.add_marker("real")
        if "postgres" in needed or (called and "postgresql" in called.params.values()):
            item.add_marker("postgres")
        # What is the same on both but for statements that other tests make on PostgreSQL too.
        if item.get_closest_marker("slow_on_postgres") and called and "postgresql" in called.params.values():
            item.add_marker("slow")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The publishers' own files, which are not part of the project."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"the published workbooks and payloads are not at {SHARED_DATA}")
    return SHARED_DATA


@pytest.fixture(scope="session")
def parse_once(run_folder: Path) -> Parse:
    """ICE's parser for published editions: each is parsed by the process that asks first, once in a run."""

    def parse(content: bytes, name: str) -> Parsed:
        named = hashlib.sha256(content + b"\n" + name.encode()).hexdigest()
        return remembered(run_folder / f"{named}.parsed", lambda: ICE.parse(content, name))

    return parse


@pytest.fixture
def edited() -> Callable[[bytes, Edit], bytes]:
    """A workbook opened, changed and saved, as somebody at the publisher's desk would."""

    def apply(content: bytes, edit: Edit) -> bytes:
        book = openpyxl.load_workbook(io.BytesIO(content))
        edit(book)
        saved = io.BytesIO()
        book.save(saved)
        return saved.getvalue()

    return apply


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database that holds nothing yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'onrecord.db'}"
    server: str = request.getfixturevalue("postgres")
    name = f"empty_{os.getpid()}_{next(_NUMBERS)}"
    administer(server, f"CREATE DATABASE {name}")
    return f"{server}/{name}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with our tables and nothing in them, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        return new_sqlite(tmp_path)
    server: str = request.getfixturevalue("postgres")
    name = f"test_{os.getpid()}_{next(_NUMBERS)}"
    # By its files, as before PostgreSQL 15: through the log it takes three times as long.
    administer(server, f"CREATE DATABASE {name} TEMPLATE {request.getfixturevalue('migrated')} STRATEGY FILE_COPY")
    return f"{server}/{name}"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    engine = open_database(database_url)
    yield engine
    engine.dispose()
