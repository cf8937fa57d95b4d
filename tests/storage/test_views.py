"""The views, as somebody finds them who opens the file in Datasette."""

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import yaml
from sqlalchemy import inspect

from figures.periods import instant
from figures.records import Finding, Observation, Parsed, Target
from storage.engine import Database, reading, upgrade, writing
from storage.views import VIEWS
from storage.write import releases
from storage.write.findings import record_findings
from storage.write.releases import Known

METADATA = Path(__file__).parents[2] / "deploy" / "datasette.yaml"
# Datasette opens SQLite files; on other databases there are no views.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SERIES = "ice.detained{agency=all, criminality=all}"


@pytest.fixture
def filled(database: Database) -> Database:
    for letter, day, value in (("a", 12, 48_870.0), ("b", 20, 51_302.0)):
        known = datetime(2025, 5, day, tzinfo=UTC)
        dims = (("agency", "all"), ("criminality", "all"))
        cell = "xlsx:Detention FY25!F20"
        day = instant(date(2025, 5, 11))
        seen = Observation("ice.detained", dims, day, value, "people", "reported", f"{value:.0f}", cell, "t", 2025)
        with writing(database) as connection:
            releases.record_document(connection, letter * 64, 1, "xlsx", known)
            stored = releases.store_release(
                connection,
                "ice",
                letter * 64,
                Target("", f"{letter}.xlsx", "current"),
                Known(known, "stated", ""),
                Parsed((seen,), (), 2025),
                1,
                known,
            )
            if letter == "b":
                hold = Finding("parts_total", "hold", "release", (), "1", "2", "Its parts do not add up.")
                record_findings(connection, "ice", stored.release_id, "document", [hold], known)
    return database


def _open(database: Database, path: str, **query: str) -> Any:
    program = Path(sys.executable).with_name("datasette")
    if not program.exists():
        pytest.skip("datasette is not installed")
    asked = f"/onrecord/{path}.json?" + urlencode({"_shape": "array", **query})
    done = subprocess.run(
        [str(program), str(database.url.database), "--metadata", str(METADATA), "--get", asked],
        env={**os.environ, "HOME": str(Path(str(database.url.database)).parent)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return json.loads(done.stdout)


def test_datasette_shows_figures_with_their_cells(filled: Database) -> None:
    rows = _open(filled, "figures", _sort="known_at")
    assert [(r["series"], r["value"], r["unit"], r["file"], r["cell"], r["held"]) for r in rows] == [
        (SERIES, 48_870.0, "people", "a.xlsx", "xlsx:Detention FY25!F20", 0),
        (SERIES, 51_302.0, "people", "b.xlsx", "xlsx:Detention FY25!F20", 1),
    ]


def test_datasette_answers_what_was_known_then(filled: Database) -> None:
    (row,) = _open(filled, "known_then", series=SERIES, instant="2025-05-31")
    assert (row["value"], row["file"]) == (48_870.0, "a.xlsx")  # the later one is held
    assert _open(filled, "known_then", series=SERIES, instant="2025-05-01") == []


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_every_view_can_be_read(filled: Database, name: str) -> None:
    with reading(filled) as connection:
        rows = connection.exec_driver_sql(f"SELECT * FROM {name}").all()
    assert len(rows) == {"releases": 2, "figures": 2, "held_back": 1, "claims_now": 0}[name]


def test_every_view_and_column_of_the_description_is_there(database: Database) -> None:
    with reading(database) as connection:
        there = inspect(connection)
        assert set(there.get_view_names()) == set(VIEWS)
        columns = {name: {column["name"] for column in there.get_columns(name)} for name in VIEWS}
        tables = set(there.get_table_names())
    described = yaml.safe_load(METADATA.read_text("utf-8"))["databases"]["onrecord"]["tables"]
    assert set(described) == set(VIEWS) | tables
    for name in VIEWS:
        assert set(described[name].get("columns", {})) <= columns[name]


def test_making_them_again_changes_nothing(database: Database) -> None:
    upgrade(database)
    with reading(database) as connection:
        assert set(inspect(connection).get_view_names()) == set(VIEWS)
