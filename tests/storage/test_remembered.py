"""What a connection remembers of series between imports is never anything else than what the database holds."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete

from figures.periods import instant
from figures.records import Observation, Parsed, Target
from storage import schema
from storage.engine import Database, Transaction, open_database, reading, writing
from storage.read import reads
from storage.write import releases
from storage.write.releases import Known

NOW = datetime(2026, 1, 1, tzinfo=UTC)
VALUES = {"a": 1.0, "b": 2.0, "c": 3.0}


def _store(connection: Transaction, sha256: str, places: Sequence[str]) -> None:
    day = instant(date(2025, 5, 4))
    read = tuple(
        Observation(
            "ice.facility_adp", (("facility", p),), day, VALUES[p], "people", "reported", "", f"xlsx:S!A{n}", "t"
        )
        for n, p in enumerate(places, 1)
    )
    releases.record_document(connection, sha256 * 64, 1, "xlsx", NOW)
    target, known = Target("", f"{sha256}.xlsx", "current"), Known(NOW, "stated", "")
    releases.store_release(connection, "ice", sha256 * 64, target, known, Parsed(read, (), 2025), 1, NOW)


def _read(database: Database) -> dict[str, set[float | None]]:
    with reading(database) as connection:
        return {p: {f.value for f in reads.figures(connection, [f"ice.facility_adp{{facility={p}}}"])} for p in VALUES}


EACH_ITS_OWN: dict[str, set[float | None]] = {place: {value} for place, value in VALUES.items()}


def test_what_was_rolled_back_is_forgotten(database: Database) -> None:
    """The numbers that series were given in vain are given to others; the last of these is the same by chance."""
    with pytest.raises(ZeroDivisionError), writing(database) as connection:  # noqa: PT012 - the fault comes midway
        _store(connection, "1", "abc")
        raise ZeroDivisionError
    other = open_database(database.url.render_as_string(hide_password=False))
    with writing(other) as connection:
        _store(connection, "2", "bac")
    other.dispose()
    with writing(database) as connection:
        _store(connection, "3", "abc")
    assert _read(database) == EACH_ITS_OWN


def test_a_database_put_in_the_place_of_another_is_noticed(database: Database) -> None:
    with writing(database) as connection:
        _store(connection, "1", "abc")
    other = open_database(database.url.render_as_string(hide_password=False))
    with writing(other) as connection:
        for table in (schema.observation, schema.coverage, schema.series):
            connection.execute(delete(table))
        _store(connection, "2", "cba")
    with writing(database) as connection:
        _store(connection, "3", "abc")
    assert _read(database) == EACH_ITS_OWN
    other.dispose()


def test_series_are_looked_up_once(database: Database) -> None:
    for sha256 in "12":
        with writing(database) as connection:
            _store(connection, sha256, "abc")
            assert len(connection.info["onrecord_kept"]["series"]) == len(VALUES)
    assert _read(database) == EACH_ITS_OWN
