import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from replica.editions import edition, editions
from replica.trac import population_table, table_of

REAL = Path(__file__).parents[2].parent / "shared" / "data" / "trac" / "pop_agen_table.2026-07-11.json"
KEYS = [
    "date",
    "ice_all",
    "cbp_all",
    "total_all",
    "ice_other",
    "cbp_other",
    "total_other",
    "ice_pend",
    "cbp_pend",
    "total_pend",
    "ice_conv",
    "cbp_conv",
    "total_conv",
]


def test_the_table_has_thirteen_fields_and_the_newest_row_first() -> None:
    rows = json.loads(population_table(date(2025, 5, 23)))
    assert all(list(row) == KEYS for row in rows)
    assert [row["date"] for row in rows] == [
        *("05/18/2025", "05/04/2025", "04/20/2025", "04/06/2025", "03/23/2025"),
        *("03/09/2025", "02/09/2025", "01/26/2025", "01/12/2025"),
    ]
    assert rows[0]["total_all"] == 48_870
    assert rows[-2]["total_all"] == 39_238


def test_what_was_not_published_yet_is_not_in_the_table() -> None:
    assert population_table(date(2025, 1, 15)) == b"[]"
    assert len(json.loads(population_table(date(2025, 1, 16)))) == 1


def test_the_table_is_minified() -> None:
    assert population_table(date(2025, 1, 16)).startswith(b'[{"date":"01/12/2025","ice_all":14557,"cbp_all":25146,')


@pytest.mark.skipif(not REAL.is_file(), reason=f"TRAC's table is not at {REAL}")
def test_every_row_equals_tracs_own() -> None:
    theirs = {row["date"]: row for row in json.loads(REAL.read_bytes())}
    ours = json.loads(population_table(date(2025, 12, 31)))
    assert len(ours) == 13
    assert ours == [theirs[row["date"]] for row in ours]


def test_year_end_files_and_faulty_sheets_give_no_row() -> None:
    may = edition("05232025")
    faulty = replace(may, figures={**may.figures, ("detained_by_criminality", "Total", "CBP"): None})
    assert table_of([edition("FY24"), faulty]) == b"[]"


def test_a_later_edition_of_the_same_day_counts() -> None:
    may = edition("05232025")
    place = ("detained_by_criminality", "Total", "Total")
    rows = json.loads(table_of([*editions(), replace(may, figures={**may.figures, place: 1})]))
    assert [row["total_all"] for row in rows if row["date"] == "05/18/2025"] == [1]
