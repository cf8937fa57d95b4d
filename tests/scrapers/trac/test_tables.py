"""TRAC's lists: every field of every row against a reading of our own, and what drifts."""

import json
from calendar import monthrange
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from checks.document.document_suite import document
from figures.records import Finding, Observation, Parsed
from figures.registry import SOURCES
from replica.editions import editions
from replica.trac_tables import atd_table, book_ins_table, facilities_table
from scrapers.errors import DriftError, NotReadableError

Rows = list[dict[str, Any]]
MADE: dict[str, Callable[[], bytes]] = {
    "trac_book_ins": lambda: book_ins_table(editions()),
    "trac_facilities": lambda: facilities_table(editions()),
    "trac_atd": lambda: atd_table(editions()),
}
PAYLOADS = {
    "trac_book_ins": "book_in_agen_program_table.2026-07-11.json",
    "trac_facilities": "facilities.2026-07-09.two_releases.json",
    "trac_atd": "atd_pop_table.2026-07-11.two_releases.json",
}
TECHNOLOGY = {
    "All": "all",
    "Total": "all",
    "SmartLINK": "smartlink",
    "VoiceID": "voice_id",
    "Ankle Monitor": "ankle_monitor",
    "Wristworn": "wristworn",
    "Dual Tech": "dual",
    "No Tech": "none",
}
# Fields that make the series or the period, or that are read past; all others are figures.
NO_FIGURE = {
    "trac_book_ins": {"period", "period_date", "monstr"},
    "trac_facilities": {"name", "detention_facility_city", "detention_facility_state", "download_date", "order"},
    "trac_atd": {"aor", "atd_technology", "download_date", "family_unit"},
}


def _parse(source: str, content: bytes) -> Parsed:
    return SOURCES[source].parse(content, "t.json")


def _rows(source: str) -> Rows:
    rows: Rows = json.loads(MADE[source]())
    return rows


def _bytes(rows: object) -> bytes:
    return json.dumps(rows).encode()


def _day(text: str) -> date:
    month, day, year = map(int, text.split("/"))
    return date(year, month, day)


def _book_ins(row: dict[str, Any], field: str) -> tuple[str, date | None]:
    month = row["period_date"]
    number = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC").index(month[2:5]) + 1
    first = date(2000 + int(month[5:]), number, 1)
    last = first.replace(day=monthrange(first.year, number)[1])
    taken = _day(row["download_date"])
    if first == date(2021, 9, 1):
        taken = date(2021, 9, 25)
    series = {
        "ice": "trac.book_ins{agency=ICE}",
        "cbp": "trac.book_ins{agency=CBP}",
        "total": "trac.book_ins{agency=all}",
        "download_date": "trac.book_ins_downloaded{}",
        "f_latest_period": "trac.book_ins_latest_complete{}",
    }[field]
    return series, None if first > taken else min(last, taken)


def _facilities(row: dict[str, Any], field: str) -> tuple[str, date | None]:
    metric = {
        "count": "trac.facility_population",
        "guaranteed_min_num": "trac.facility_guaranteed_minimum",
        "type_detailed": "trac.facility_type",
        "detention_facility_zip": "trac.facility_zip",
    }[field]
    city, name, state = row["detention_facility_city"], row["name"], row["detention_facility_state"]
    if name == "Total":
        city = name = state = "all"
    return f"{metric}{{city={city}, facility={name}, state={state}}}", _day(row["download_date"])


def _atd(row: dict[str, Any], field: str) -> tuple[str, date | None]:
    metric = {"count_num": "trac.atd_active", "alip_num": "trac.atd_length_in_program"}[field]
    area = row["aor"] or "all"
    return f"{metric}{{area={area}, technology={TECHNOLOGY[row['atd_technology']]}}}", _day(row["download_date"])


READ = {"trac_book_ins": _book_ins, "trac_facilities": _facilities, "trac_atd": _atd}


def _every_value_is_the_payloads(source: str, content: bytes) -> None:
    parsed = _parse(source, content)
    by_place = {o.locator: o for o in parsed.observations}
    assert len(by_place) == len(parsed.observations)
    for at, row in enumerate(json.loads(content)):
        for field in row.keys() - NO_FIGURE[source]:
            total = source == "trac_facilities" and row["name"] == "Total"
            if total and field in ("type_detailed", "detention_facility_zip"):
                assert row[field] == ""
                continue
            o = by_place.pop(f"json:/{at}/{field}")
            assert o.raw == ("" if row[field] is None else str(row[field]))
            assert (o.series, o.period.end) == READ[source](row, field)
            _the_value_is_the_payloads(o, row, field)
    assert by_place == {}
    assert parsed.leftovers == ()
    assert {f.check for f in (*parsed.findings, *document(parsed)) if f.severity == "hold"} == set()


def _the_value_is_the_payloads(o: Observation, row: dict[str, Any], field: str) -> None:
    if o.unit == "text":
        assert (o.value, o.status) == (None, "text" if o.raw else "blank")
    elif row[field] is None or ("ice" in row and row["ice"] is row["cbp"] is None):
        assert o.value is None
        assert o.status == ("to_come" if o.metric == "trac.book_ins" else "blank")
    else:
        assert o.value == float(str(row[field]).replace(",", ""))
        assert o.status == "reported"


@pytest.mark.parametrize("source", MADE)
def test_every_value_of_the_replicas_table_is_read(source: str) -> None:
    _every_value_is_the_payloads(source, MADE[source]())


@pytest.mark.parametrize("source", MADE)
def test_every_value_of_the_real_table_is_read(source: str, shared_data: Path) -> None:
    _every_value_is_the_payloads(source, (shared_data / "trac" / PAYLOADS[source]).read_bytes())


@pytest.mark.parametrize("source", MADE)
def test_every_locator_opens_the_text_it_claims(source: str) -> None:
    content = MADE[source]()
    rows = json.loads(content)
    for o in _parse(source, content).observations:
        for where, raw in ((o.locator, o.raw), (o.period_locator, None)):
            _, at, field = where.split("/")
            value = rows[int(at)][field]
            assert raw is None or raw == ("" if value is None else str(value))


def test_the_real_months_carry_their_traps(shared_data: Path) -> None:
    parsed = _parse("trac_book_ins", (shared_data / "trac" / PAYLOADS["trac_book_ins"]).read_bytes())
    total = {o.period.start: o for o in parsed.observations if o.series == "trac.book_ins{agency=all}"}
    assert (total[date(2026, 7, 1)].value, total[date(2026, 7, 1)].period.end) == (17525, date(2026, 7, 11))
    assert (total[date(2025, 9, 1)].value, total[date(2025, 9, 1)].period.end) == (24755, date(2025, 9, 20))
    assert (total[date(2021, 9, 1)].value, total[date(2021, 9, 1)].period.end) == (28344, date(2021, 9, 25))
    assert (total[date(2026, 8, 1)].raw, total[date(2026, 8, 1)].value, total[date(2026, 8, 1)].status) == (
        "0",
        None,
        "to_come",
    )
    assert date(2024, 9, 1) not in total
    assert [(f.check, f.severity, f.found) for f in parsed.findings] == [("month_missing", "note", "no Sep-24")]


def test_the_real_facilities_are_averages_and_their_total_is_marked(shared_data: Path) -> None:
    parsed = _parse("trac_facilities", (shared_data / "trac" / PAYLOADS["trac_facilities"]).read_bytes())
    totals = [o for o in parsed.observations if o.series.startswith("trac.facility_population{city=all,")]
    assert [o.value for o in totals] == [62517, 66162]
    assert {(o.period.kind, o.unit) for o in totals} == {("fiscal_year_to_date", "average people")}
    said = {f.check: f.words for f in document(parsed)}
    assert "FLORIDA SOFT-SIDED FACILITY | OCHOPEE | FL" in said["name_gone"]
    assert "CIMARRON CORRECTIONAL FACILITY | CUSHING | OK" in said["new_name"]


def test_an_area_that_vanishes_is_said(shared_data: Path) -> None:
    parsed = _parse("trac_atd", (shared_data / "trac" / PAYLOADS["trac_atd"]).read_bytes())
    (finding,) = document(parsed)
    assert (finding.check, finding.severity) == ("name_gone", "note")
    assert finding.words.startswith(
        "One area is no more in the release of 11 July 2026 (3,054 people together): Baltimore."
    )


KEY = {"trac_book_ins": "ice", "trac_facilities": "count", "trac_atd": "count_num"}


@pytest.mark.parametrize("source", MADE)
def test_a_new_field_is_a_finding_and_left_over(source: str) -> None:
    rows = _rows(source)
    rows[1]["new"] = "=1"
    parsed = _parse(source, _bytes(rows))
    assert [f.scope for f in parsed.findings if f.check == "new_field"] == [("json:/1/new",)]
    assert [(left.locator, left.raw) for left in parsed.leftovers] == [("json:/1/new", "=1")]
    assert parsed.observations == _parse(source, MADE[source]()).observations


@pytest.mark.parametrize("source", MADE)
def test_a_renamed_or_missing_field_is_drift(source: str) -> None:
    rows = _rows(source)
    rows[2]["renamed"] = rows[2].pop(KEY[source])
    with pytest.raises(DriftError, match=rf"without /2/{KEY[source]}"):
        _parse(source, _bytes(rows))


@pytest.mark.parametrize("wrong", [True, "many", [1], {}, -1, 10**12, "1,23", " 1 2", "٣"])
@pytest.mark.parametrize("source", MADE)
def test_a_value_of_another_form_is_drift(source: str, wrong: object) -> None:
    rows = _rows(source)
    rows[2][KEY[source]] = wrong
    with pytest.raises(DriftError, match=rf"^json:/2/{KEY[source]}: expected "):
        _parse(source, _bytes(rows))


@pytest.mark.parametrize(("source", "field"), [(s, "download_date") for s in MADE] + [("trac_book_ins", "period_date")])
@pytest.mark.parametrize("written", ["2026-07-11", "13/40/2026", "02OCT18", "01XXX18", "", None, 5])
def test_a_day_of_another_form_is_drift(source: str, field: str, written: object) -> None:
    rows = _rows(source)
    rows[1][field] = written
    with pytest.raises(DriftError, match=rf"^json:/1/{field}: expected "):
        _parse(source, _bytes(rows))


@pytest.mark.parametrize("source", MADE)
def test_a_field_twice_in_a_row_is_drift(source: str) -> None:
    content = MADE[source]().replace(b'{"', b'{"download_date":"01/01/2020","', 1)
    with pytest.raises(DriftError, match="each field of a row once"):
        _parse(source, content)


@pytest.mark.parametrize("content", [b"", b"<html>Access Denied</html>", b"[{"])
@pytest.mark.parametrize("source", MADE)
def test_a_page_or_a_torn_file_is_not_readable(source: str, content: bytes) -> None:
    with pytest.raises(NotReadableError, match="is not JSON"):
        _parse(source, content)
    with pytest.raises(NotReadableError, match="is not JSON"):
        _parse(source, MADE[source]()[:-30])


def test_a_month_twice_is_drift() -> None:
    rows = _rows("trac_book_ins")
    with pytest.raises(DriftError, match=r"expected each month once, found Oct-23$"):
        _parse("trac_book_ins", _bytes([rows[0], *rows]))


def _held(source: str, rows: Rows) -> list[Finding]:
    parsed = _parse(source, _bytes(rows))
    return [f for f in (*parsed.findings, *document(parsed)) if f.severity == "hold"]


def test_a_month_that_is_written_otherwise_is_held() -> None:
    rows = _rows("trac_book_ins")
    rows[3]["monstr"] = "Jan-23"
    (hold,) = _held("trac_book_ins", rows)
    assert hold.scope == ("json:/3/ice", "json:/3/cbp", "json:/3/total")
    assert hold.words == "json:/3/monstr says 'Jan-23' where period_date says '01JAN24'."


def test_figures_of_a_month_after_its_release_are_held() -> None:
    rows = _rows("trac_book_ins")
    rows[-1]["ice"], rows[-1]["total"] = 5, 5
    assert [f.check for f in _held("trac_book_ins", rows)] == ["month_after_release"]


def test_a_month_that_goes_missing_is_said() -> None:
    rows = _rows("trac_book_ins")
    del rows[4]
    found = [f for f in _parse("trac_book_ins", _bytes(rows)).findings if f.severity == "warn"]
    assert [f.words for f in found] == ["Feb-24 is missing between months that are there."]


@pytest.mark.parametrize("marked", [(), (2, 3)])
def test_the_mark_of_the_latest_month_stands_once(marked: tuple[int, ...]) -> None:
    rows = _rows("trac_book_ins")
    for at, row in enumerate(rows):
        row["f_latest_period"] = int(at in marked)
    checks = [f.check for f in _parse("trac_book_ins", _bytes(rows)).findings if f.severity == "warn"]
    assert checks == ["latest_period"]


def test_a_marked_month_that_runs_is_said() -> None:
    rows = _rows("trac_book_ins")
    for at, row in enumerate(rows):
        row["f_latest_period"] = int(row["monstr"] == "Aug-25") if at else 0
    (found,) = [f for f in _parse("trac_book_ins", _bytes(rows)).findings if f.severity == "warn"]
    assert "Aug-25 is marked as complete, but its row goes to 2025-08-23" in found.words


def test_a_facility_named_total_with_a_city_is_drift() -> None:
    rows = _rows("trac_facilities")
    rows[0]["detention_facility_city"] = "TOTAL"
    with pytest.raises(DriftError, match="expected nothing in the row Total, found 'TOTAL'"):
        _parse("trac_facilities", _bytes(rows))


def test_a_list_of_early_october_is_of_no_clear_year() -> None:
    rows = _rows("trac_facilities")
    for row in rows:
        row["download_date"] = "10/07/2024" if row["download_date"] == "08/18/2025" else row["download_date"]
    parsed = _parse("trac_facilities", _bytes(rows))
    unclear = {o.period.start for o in parsed.observations if o.period.end == date(2024, 10, 7)}
    assert unclear == {None}
    assert "year_unclear" in {f.check for f in parsed.findings}


def test_a_technology_that_is_new_keeps_its_name_and_is_said() -> None:
    rows = _rows("trac_atd")
    at = next(i for i, row in enumerate(rows) if row["atd_technology"] == "SmartLINK")
    rows[at]["atd_technology"] = "Implant"
    parsed = _parse("trac_atd", _bytes(rows))
    assert [(f.check, f.severity, f.found) for f in parsed.findings] == [("new_name", "warn", "'Implant'")]
    assert {o.dims[1] for o in parsed.observations if o.locator.startswith(f"json:/{at}/")} == {
        ("technology", "Implant")
    }


def test_rows_of_a_family_unit_are_series_of_their_own() -> None:
    rows = _rows("trac_atd")
    rows.append({**rows[-1], "family_unit": "FAMU"})
    parsed = _parse("trac_atd", _bytes(rows))
    assert parsed.observations[-1].metric == "trac.atd_length_in_program_by_family_unit"
    assert ("family_unit", "FAMU") in parsed.observations[-1].dims
    assert [f.severity for f in parsed.findings] == ["warn"]
    assert document(parsed) == []


@pytest.mark.parametrize(("area", "technology"), [("", "All"), ("Atlanta", "Total")])
def test_a_total_that_is_none_is_drift(area: str, technology: str) -> None:
    rows = _rows("trac_atd")
    rows[1] |= {"aor": area, "atd_technology": technology}
    with pytest.raises(DriftError, match="Total beside an empty aor"):
        _parse("trac_atd", _bytes(rows))
