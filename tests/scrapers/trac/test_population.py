import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from figures.records import Parsed
from figures.registry import SOURCES
from replica.trac import population_table
from scrapers.errors import DriftError, NotReadableError

NAME = "pop_agen_table.json"
Rows = list[dict[str, Any]]
AGENCY = {"ice": "ICE", "cbp": "CBP", "total": "all"}
CRIMINALITY = {"all": "all", "other": "other", "pend": "pending", "conv": "convicted"}


def _parse(content: bytes) -> Parsed:
    return SOURCES["trac_population"].parse(content, NAME)


def _rows() -> Rows:
    rows: Rows = json.loads(population_table(date(2025, 6, 30)))
    return rows


def _bytes(rows: object) -> bytes:
    return json.dumps(rows).encode()


def _every_value_is_the_payloads(content: bytes) -> None:
    parsed = _parse(content)
    by_place = {o.locator: o for o in parsed.observations}
    rows: Rows = json.loads(content)
    for at, row in enumerate(rows):
        month, day, year = row["date"].split("/")
        for field, value in row.items():
            if field == "date":
                continue
            observation = by_place.pop(f"json:/{at}/{field}")
            agency, criminality = field.split("_")
            assert observation.value == value
            assert observation.raw == str(value)
            assert observation.series == (
                f"trac.detained{{agency={AGENCY[agency]}, criminality={CRIMINALITY[criminality]}}}"
            )
            assert observation.period.start == observation.period.end == date(int(year), int(month), int(day))
            assert (observation.period.kind, observation.status) == ("instant", "reported")
            assert observation.period_locator == f"json:/{at}/date"
    assert by_place == {}
    assert parsed.findings == ()
    assert parsed.run_date == max(o.period.end for o in parsed.observations if o.period.end)


def test_every_value_of_the_replicas_table_is_read() -> None:
    content = population_table(date(2025, 12, 31))
    assert len(json.loads(content)) > 10
    _every_value_is_the_payloads(content)


def test_every_value_of_the_real_table_is_read(shared_data: Path) -> None:
    _every_value_is_the_payloads((shared_data / "trac" / "pop_agen_table.2026-07-11.json").read_bytes())


def test_the_order_of_rows_and_fields_does_not_matter() -> None:
    rows = [dict(reversed(row.items())) for row in reversed(_rows())]
    plain = {(o.series, o.period, o.value) for o in _parse(_bytes(_rows())).observations}
    assert {(o.series, o.period, o.value) for o in _parse(_bytes(rows)).observations} == plain


def test_a_new_field_is_said_and_the_rest_is_read() -> None:
    rows = _rows()
    rows[1]["total_family"] = 7
    parsed = _parse(_bytes(rows))
    (finding,) = parsed.findings
    assert (finding.check, finding.severity, finding.scope) == ("new_field", "warn", ("json:/1/total_family",))
    assert finding.words == ("json:/1/total_family: the field 'total_family' is new in TRAC's table and is not read.")
    assert len(parsed.observations) == 12 * len(rows)


def test_null_is_blank_and_zero_is_a_number() -> None:
    rows = _rows()
    rows[0]["ice_all"], rows[0]["cbp_all"] = None, 0
    by_place = {o.locator: o for o in _parse(_bytes(rows)).observations}
    blank, zero = by_place["json:/0/ice_all"], by_place["json:/0/cbp_all"]
    assert (blank.value, blank.status, blank.raw) == (None, "blank", "")
    assert (zero.value, zero.status, zero.raw) == (0.0, "reported", "0")


@pytest.mark.parametrize("field", ["date", "ice_all", "total_conv"])
def test_a_missing_field_is_drift(field: str) -> None:
    rows = _rows()
    del rows[2][field]
    with pytest.raises(DriftError, match=rf"without /2/{field}"):
        _parse(_bytes(rows))


@pytest.mark.parametrize(
    "written", ["5/18/2025", "2025-05-18", "05/18/25", "02/30/2025", "13/01/2025", "05/18/2025 ", "", None, 5182025, []]
)
def test_a_date_that_is_none_is_drift(written: object) -> None:
    rows = _rows()
    rows[1]["date"] = written
    with pytest.raises(DriftError) as raised:
        _parse(_bytes(rows))
    assert str(raised.value) == f"json:/1/date: expected MM/DD/YYYY, found {written!r}"


def test_the_same_date_twice_is_drift() -> None:
    rows = _rows()
    rows[1]["date"] = rows[0]["date"] = "06/15/2025"
    with pytest.raises(DriftError, match=r"expected each date once, found 2025-06-15$"):
        _parse(_bytes(rows))


@pytest.mark.parametrize(
    "written",
    ['"48870"', '"48,870"', "true", "[48870]", "{}", "NaN", "Infinity", "-Infinity", "1e999", "-1", "1" + "0" * 400],
)
def test_what_is_no_count_of_people_is_drift(written: str) -> None:
    rows = _rows()
    rows[1]["ice_all"] = 987_654_321
    content = _bytes(rows).replace(b"987654321", written.encode())
    with pytest.raises(DriftError, match=r"^json:/1/ice_all: expected a number from 0 to "):
        _parse(content)


@pytest.mark.parametrize(
    ("content", "found"), [(b"{}", "dict"), (b"[]", "list"), (b"[1]", "list"), (b"null", "NoneType"), (b'"x"', "str")]
)
def test_what_is_no_list_of_rows_is_drift(content: bytes, found: str) -> None:
    with pytest.raises(DriftError) as raised:
        _parse(content)
    assert str(raised.value) == f"{NAME}: expected a list of at least one object, found {found}"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<!DOCTYPE html><html></html>",
        b"\xff\xfe\xfa",
        population_table(date(2025, 6, 30))[:-20],
        b"[" * 100_000,
        b'[{"ice_all":' * 50_000,
        b'[{"ice_all":' + b"1" * 10_000 + b"}]",
    ],
    ids=["empty", "a page", "no text", "truncated", "deep list", "deep objects", "endless number"],
)
def test_what_is_no_json_is_not_readable(content: bytes) -> None:
    with pytest.raises(NotReadableError, match=rf"^{NAME} is not JSON: "):
        _parse(content)


def test_a_byte_order_mark_is_no_fault() -> None:
    assert len(_parse(b"\xef\xbb\xbf" + _bytes(_rows())).observations) == 12 * len(_rows())
