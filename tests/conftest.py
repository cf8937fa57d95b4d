import io
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy

from storage.engine import Database, open_database, upgrade

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


def _programs() -> Path:
    """Where PostgreSQL's own programs are: Debian keeps them off the path."""
    found = shutil.which("initdb")
    kept = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found is None and not kept:
        pytest.skip("PostgreSQL is not installed: no initdb on the path or in /usr/lib/postgresql/*/bin")
    return Path(found).parent if found else kept[-1].parent


def _account() -> str | None:
    """PostgreSQL refuses to run as root: then it is given to an account without rights."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL of our own in a folder that is thrown away, without the name of a database."""
    programs, account = _programs(), _account()
    folder = Path(tempfile.mkdtemp(prefix="onrecord-postgres-"))
    if account is not None:
        shutil.chown(folder, account)
    as_account = {"user": account, "group": pwd.getpwnam(account).pw_gid, "extra_groups": []} if account else {}

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [str(programs / program), *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            **as_account,  # type: ignore[call-overload]
        )

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = str(folder / "data")
    options = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off -c max_connections=60"
    try:
        run("initdb", "-D", data, "-A", "trust", "-U", "onrecord", "-E", "UTF8", "--locale=C", "--no-sync")
        run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgresql+psycopg://onrecord@127.0.0.1:{port}"
        finally:
            run("pg_ctl", "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def migrated(postgres: str) -> str:
    """The name of a database with our tables, to be copied: quicker than migrating each."""
    _administer(postgres, "CREATE DATABASE migrated")
    engine = open_database(f"{postgres}/migrated")
    upgrade(engine)
    engine.dispose()
    return "migrated"


def _administer(server: str, statement: str) -> None:
    engine = sqlalchemy.create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database that holds nothing yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'onrecord.db'}"
    server: str = request.getfixturevalue("postgres")
    name = f"empty_{next(_NUMBERS)}"
    _administer(server, f"CREATE DATABASE {name}")
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
    _administer(server, f"CREATE DATABASE {name} TEMPLATE {request.getfixturevalue('migrated')}")
    return f"{server}/{name}"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    engine = open_database(database_url)
    yield engine
    engine.dispose()
