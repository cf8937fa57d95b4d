"""TRAC's other files as the replica makes them: the shapes and traps of the real ones."""

import json
from pathlib import Path
from typing import Any

from replica.editions import edition, editions
from replica.trac_page import facts_page
from replica.trac_tables import atd_table, book_ins_table, facilities_table

Rows = list[dict[str, Any]]


def _rows(content: bytes) -> Rows:
    rows: Rows = json.loads(content)
    return rows


def test_months_begin_with_the_block_that_trac_never_closed() -> None:
    rows = _rows(book_ins_table([edition("FY24")]))
    assert len(rows) == 11
    assert rows[0] == {
        "download_date": "09/07/2024",
        "period": "oct",
        "period_date": "01OCT23",
        "ice": 6841,
        "cbp": 17271,
        "total": 24112,
        "monstr": "Oct-23",
        "f_latest_period": 0,
    }
    assert rows[-1]["f_latest_period"] == 1
    assert sum(row["total"] for row in rows) == 255_866


def test_months_to_come_have_nulls_a_zero_and_the_release_before() -> None:
    rows = _rows(book_ins_table(editions()))
    by_month = {row["monstr"]: row for row in rows}
    assert "Sep-24" not in by_month
    assert by_month["Sep-25"] == {
        "download_date": "07/26/2025",
        "period": "sep",
        "period_date": "01SEP25",
        "ice": None,
        "cbp": None,
        "total": 0,
        "monstr": "Sep-25",
        "f_latest_period": 0,
    }
    assert by_month["Aug-25"]["download_date"] == "08/23/2025"
    assert [row["monstr"] for row in rows if row["f_latest_period"]] == ["Jul-25"]


def test_facilities_are_padded_averages_with_a_total_before_them() -> None:
    rows = _rows(facilities_table(editions()))
    assert rows[0]["name"] == "Total"
    assert {len(row["count"]) for row in rows} == {20}
    assert [row["order"] for row in rows] == list(range(len(rows)))
    assert rows[0]["download_date"] == "08/18/2025"
    assert next(row["count"].strip() for row in rows if row["name"] == "STEWART DETENTION CENTER") == "1,903"
    assert "07105" in {row["detention_facility_zip"] for row in rows}


def test_people_monitored_come_in_rows_that_must_not_be_added() -> None:
    rows = _rows(atd_table(editions()))
    assert rows[0] == {
        "aor": "",
        "atd_technology": "Total",
        "count_num": 182584,
        "alip_num": rows[0]["alip_num"],
        "download_date": "08/23/2025",
        "family_unit": "All",
    }
    assert len(rows[0]["alip_num"]) == 20
    assert rows[1]["atd_technology"] == "All"
    assert all(row["count_num"] for row in rows)


def test_every_row_has_the_fields_of_the_real_file(shared_data: Path) -> None:
    for name, content in (
        ("book_in_agen_program_table.2026-07-11.json", book_ins_table(editions())),
        ("facilities.2026-07-09.two_releases.json", facilities_table(editions())),
        ("atd_pop_table.2026-07-11.two_releases.json", atd_table(editions())),
    ):
        real = _rows((shared_data / "trac" / name).read_bytes())
        assert {tuple(row) for row in _rows(content)} == {tuple(row) for row in real}


def test_the_months_of_2024_are_tracs(shared_data: Path) -> None:
    real = _rows((shared_data / "trac" / "book_in_agen_program_table.2026-07-11.json").read_bytes())
    theirs = {row["monstr"]: row["total"] for row in real}
    ours = _rows(book_ins_table([edition("FY24")]))
    assert [row["total"] for row in ours] == [theirs[row["monstr"]] for row in ours]


def test_before_anything_is_published_the_page_has_no_card() -> None:
    assert b"<strong>" not in facts_page([])
    assert json.loads(facilities_table([])) == json.loads(atd_table([])) == []
