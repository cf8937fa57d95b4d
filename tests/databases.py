"""A database with our tables and nothing in them: migrated once in a process and copied, which is much quicker."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from storage.engine import open_database, upgrade


@cache
def _empty() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="onrecord-empty-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    database = open_database(f"sqlite:///{folder / 'onrecord.db'}")
    upgrade(database)
    with database.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return folder / "onrecord.db"


def new_sqlite(folder: Path) -> str:
    """The address of the folder's database. Where there is none yet, one with our tables is put there."""
    path = folder / "onrecord.db"
    if not path.exists():
        shutil.copy(_empty(), path)
    return f"sqlite:///{path}"
