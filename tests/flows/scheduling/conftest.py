"""Prefect's own tables, made once in a run: on each fresh home Prefect makes them anew, and takes four seconds for it.
The demo and the workers, in the harness, start on homes that are fresh.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.once import once

_MAKE = """\
import asyncio
from prefect.server.database import provide_database_interface
asyncio.run(provide_database_interface().create_db())
"""


@pytest.fixture(scope="session")
def used_before(run_folder: Path) -> Callable[[Path], None]:
    """Make a home one in which Prefect was started before, and has its tables and nothing in them."""

    def make(part: Path) -> None:
        folder = run_folder / "prefect"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT")}
        environment = {**kept, "PREFECT_HOME": str(folder), "DO_NOT_TRACK": "1", "PREFECT_LOGGING_LEVEL": "WARNING"}
        subprocess.run([sys.executable, "-W", "ignore", "-c", _MAKE], env=environment, check=True)
        assert not (folder / "prefect.db-wal").exists()
        (folder / "prefect.db").rename(part)

    def use(home: Path) -> None:
        folder = home / "prefect"
        folder.mkdir(parents=True, mode=0o700)
        shutil.copy(once(run_folder / "prefect.db", make), folder)

    return use
