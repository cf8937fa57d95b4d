import io
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import openpyxl
import pytest

from storage.engine import Database, open_database, upgrade
from tests.postgres import NotInstalledError, administer, cluster

SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"
Edit = Callable[[openpyxl.Workbook], object]
_NUMBERS = count(1)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The publishers' own files, which are not part of the project."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"the published workbooks and payloads are not at {SHARED_DATA}")
    return SHARED_DATA


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


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL of our own, without the name of a database."""
    try:
        with cluster() as server:
            yield server
    except NotInstalledError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def migrated(postgres: str) -> str:
    """The name of a database with our tables, to be copied: quicker than migrating each."""
    administer(postgres, "CREATE DATABASE migrated")
    engine = open_database(f"{postgres}/migrated")
    upgrade(engine)
    engine.dispose()
    return "migrated"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database that holds nothing yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'onrecord.db'}"
    server: str = request.getfixturevalue("postgres")
    name = f"empty_{next(_NUMBERS)}"
    administer(server, f"CREATE DATABASE {name}")
    return f"{server}/{name}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with our tables and nothing in them, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'onrecord.db'}"
        engine = open_database(url)
        upgrade(engine)
        engine.dispose()
        return url
    server: str = request.getfixturevalue("postgres")
    name = f"test_{next(_NUMBERS)}"
    administer(server, f"CREATE DATABASE {name} TEMPLATE {request.getfixturevalue('migrated')}")
    return f"{server}/{name}"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    engine = open_database(database_url)
    yield engine
    engine.dispose()
