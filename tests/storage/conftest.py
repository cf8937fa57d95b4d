from pathlib import Path

import pytest

from storage.engine import Database, open_database, upgrade


@pytest.fixture
def database(tmp_path: Path) -> Database:
    engine = open_database(f"sqlite:///{tmp_path / 'onrecord.db'}")
    upgrade(engine)
    return engine
