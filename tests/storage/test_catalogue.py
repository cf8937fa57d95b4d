"""What there is under which name, and the cell that a short one means."""

from datetime import UTC, date, datetime

import pytest

from figures.naming import AmbiguousNameError, UnknownNameError
from figures.periods import instant
from figures.records import Observation, Parsed, Target
from storage import catalogue, writes
from storage.engine import Database, reading, writing
from storage.writes import Known

AT = datetime(2025, 5, 23, tzinfo=UTC)
CELLS = (
    "xlsx:Detention FY25!F20",
    "xlsx:Detention FY24!F20",
    "xlsx:Detention FY24!G7",
    "xlsx: ICLOS and Detainees!F20",
    "json:/12/detained",
    "json:/12/arrested",
    "json:/3/detained",
    "html:#detention_held",
)


@pytest.fixture
def filled(database: Database) -> Database:
    """One figure in each of some cells."""
    seen = tuple(
        Observation(
            "ice.facility_adp",
            (("facility", f"PLACE {number}"),),
            instant(date(2025, 5, 17 + number)),
            float(number),
            "people",
            "reported",
            str(number),
            cell,
            "t",
            2025,
        )
        for number, cell in enumerate(CELLS)
    )
    with writing(database) as connection:
        writes.record_document(connection, "a" * 64, 1, "xlsx", AT)
        target = Target("", "FY25.xlsx", "current")
        writes.store_release(
            connection, "ice", "a" * 64, target, Known(AT, "stated", ""), Parsed(seen, (), 2025), 1, AT
        )
    return database


@pytest.mark.parametrize(
    ("typed", "cell"),
    [
        ("xlsx:Detention FY25!F20", "xlsx:Detention FY25!F20"),
        ("Detention FY25!F20", "xlsx:Detention FY25!F20"),
        ("'Detention FY25'!$F$20", "xlsx:Detention FY25!F20"),
        ("detention fy25!f20", "xlsx:Detention FY25!F20"),
        ("Detention!G7", "xlsx:Detention FY24!G7"),
        ("G7", "xlsx:Detention FY24!G7"),
        ("ICLOS!F20", "xlsx: ICLOS and Detainees!F20"),
        ("json:/3/", "json:/3/detained"),
        ("json:/12/d", "json:/12/detained"),
        ("html:#det", "html:#detention_held"),
    ],
)
def test_a_cell_may_be_shortened_as_far_as_it_stays_clear(filled: Database, typed: str, cell: str) -> None:
    with reading(filled) as connection:
        assert catalogue.cell_meant(connection, typed) == cell


def test_a_cell_that_is_short_for_several_names_them(filled: Database) -> None:
    with reading(filled) as connection:
        with pytest.raises(AmbiguousNameError) as caught:
            catalogue.cell_meant(connection, "Detention!F20")
        assert "short for 2 cells: xlsx:Detention FY24!F20, xlsx:Detention FY25!F20." in str(caught.value)
        with pytest.raises(AmbiguousNameError, match=r"json:/12/arrested, json:/12/detained"):
            catalogue.cell_meant(connection, "json:/12/")


def test_a_wrong_cell_is_told_with_the_nearest_sheet(filled: Database) -> None:
    with reading(filled) as connection:
        with pytest.raises(UnknownNameError, match=r"nearest: xlsx:Detention FY2[45], xlsx:Detention FY2[45]"):
            catalogue.cell_meant(connection, "xlsx:Detenton FY25!F20")
        with pytest.raises(UnknownNameError, match=r"Its sheet is known, without a figure in this cell\."):
            catalogue.cell_meant(connection, "xlsx:Detention FY25!ZZ9")


def test_metrics_are_listed_with_how_many_series_and_figures_they_have(filled: Database) -> None:
    with reading(filled) as connection:
        (listed,) = catalogue.metrics_list(connection)
        series = catalogue.series_list(connection, "PLACE 3")
    assert dict(listed) == {
        "metric": "ice.facility_adp",
        "unit": "people",
        "source": "ice",
        "series": 8,
        "figures": 8,
        "first": date(2025, 5, 17),
        "last": date(2025, 5, 24),
    }
    assert type(listed["figures"]) is int
    assert [row["key"] for row in series] == ["ice.facility_adp{facility=PLACE 3}"]
