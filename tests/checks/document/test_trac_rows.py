"""A release of TRAC's lists that contradicts itself is held alone: the other releases of the file stand."""

import json
from typing import Any

import pytest

from checks.document.trac_rows import trac
from figures.records import Finding
from figures.registry import SOURCES
from replica.editions import editions
from replica.trac_tables import atd_table, facilities_table

Rows = list[dict[str, Any]]


def _facilities() -> Rows:
    rows: Rows = json.loads(facilities_table(editions()))
    return rows


def _atd() -> Rows:
    rows: Rows = json.loads(atd_table(editions()))
    return rows


def _check(source: str, rows: Rows) -> list[Finding]:
    return trac(SOURCES[source].parse(json.dumps(rows).encode(), "t").observations)


def _held(source: str, rows: Rows) -> tuple[str, set[str]]:
    """The check that held, and the releases that the held cells belong to."""
    holds = [f for f in _check(source, rows) if f.severity == "hold"]
    cells = [scope for f in holds for scope in f.scope]
    (check,) = {f.check for f in holds}
    return check, {rows[int(cell.split("/")[1])]["download_date"] for cell in cells}


def test_sound_lists_hold_nothing() -> None:
    assert [f for f in _check("trac_facilities", _facilities()) if f.severity == "hold"] == []
    assert _check("trac_atd", _atd()) == []


def test_a_facility_that_is_lost_from_a_release_is_held() -> None:
    rows = _facilities()
    at = next(i for i, row in enumerate(rows) if row["name"] == "STEWART DETENTION CENTER")
    day = rows[at]["download_date"]
    assert _held("trac_facilities", rows[:at] + rows[at + 1 :]) == ("parts_total", {day})


def test_rounding_is_no_fault_and_more_than_rounding_is() -> None:
    rows = _facilities()
    listed = sum(row["download_date"] == rows[0]["download_date"] for row in rows)
    total = int(rows[0]["count"].replace(",", ""))
    added = sum(int(row["count"].replace(",", "")) for row in rows[1:listed])
    rows[0]["count"] = f"{added + listed // 2:,}".rjust(20)
    assert [f for f in _check("trac_facilities", rows) if f.severity == "hold"] == []
    rows[0]["count"] = f"{added + listed // 2 + 1:,}".rjust(20)
    assert _held("trac_facilities", rows)[0] == "parts_total"
    assert abs(total - added) <= listed // 2


def test_beds_add_exactly() -> None:
    rows = _facilities()
    rows[0]["guaranteed_min_num"] += 1
    assert _held("trac_facilities", rows) == ("parts_total", {rows[0]["download_date"]})


@pytest.mark.parametrize(("source", "rows"), [("trac_facilities", _facilities()), ("trac_atd", _atd())])
def test_a_release_without_its_total_is_held(source: str, rows: Rows) -> None:
    assert _held(source, rows[1:]) == ("total_missing", {rows[0]["download_date"]})


def test_a_row_twice_is_held() -> None:
    rows = _facilities()
    checks = {f.check for f in _check("trac_facilities", [*rows, rows[-1]]) if f.severity == "hold"}
    assert "row_twice" in checks
    (twice,) = [f for f in _check("trac_facilities", [*rows, rows[-1]]) if f.check == "row_twice"]
    assert f"json:/{len(rows)}/count" in twice.scope
    assert f"json:/{len(rows) - 1}/count" in twice.scope


def test_areas_add_exactly_and_technologies_but_for_a_handful() -> None:
    rows = _atd()
    at = next(i for i, row in enumerate(rows) if row["atd_technology"] == "SmartLINK")
    rows[at]["count_num"] -= 5
    assert _check("trac_atd", rows) == []
    rows[at]["count_num"] -= 1
    (finding,) = _check("trac_atd", rows)
    assert {rows[int(cell.split("/")[1])]["aor"] for cell in finding.scope} == {rows[at]["aor"]}
    rows = _atd()
    rows[1]["count_num"] += 1
    assert _held("trac_atd", rows) == ("parts_total", {rows[0]["download_date"]})


def test_names_that_come_and_go_are_said_and_not_merged() -> None:
    rows = _facilities()
    newest = rows[0]["download_date"]
    row = next(r for r in rows if r["name"].startswith("CIMMARRON") and r["download_date"] == newest)
    row["name"] = "CIMARRON CORRECTIONAL FACILITY"
    said = {f.check: f for f in _check("trac_facilities", rows)}
    assert said["new_name"].found == "CIMARRON CORRECTIONAL FACILITY | CUSHING | OK"
    assert said["name_gone"].found == "CIMMARRON CORR FACILITY | CUSHING | OK"
    assert {f.severity for f in said.values()} == {"note"}
    assert said["new_name"].words.startswith("One facility is new in the release of ")
