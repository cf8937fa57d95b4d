"""The views, as somebody finds them who opens the file in a SQL client; the snapshot is made of them."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import inspect

from figures.periods import instant
from figures.records import Finding, Observation, Parsed, Target
from storage.engine import Database, reading, upgrade, writing
from storage.views import VIEWS
from storage.write import releases
from storage.write.findings import record_findings
from storage.write.releases import Known

# On other databases there are no views.
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


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_every_view_can_be_read(filled: Database, name: str) -> None:
    with reading(filled) as connection:
        rows = connection.exec_driver_sql(f"SELECT * FROM {name}").all()
    assert len(rows) == {"releases": 2, "figures": 2, "held_back": 1, "claims_now": 0}[name]


def test_making_them_again_changes_nothing(database: Database) -> None:
    upgrade(database)
    with reading(database) as connection:
        assert set(inspect(connection).get_view_names()) == set(VIEWS)
