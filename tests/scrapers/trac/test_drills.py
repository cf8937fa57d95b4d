"""Drift drills on TRAC's tables: the same figures, a finding, a hold or an error. Fewer or different figures without a
word are the one outcome that must not be.
"""

import json
import random
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from checks.document.document_suite import document
from figures.records import Parsed
from figures.registry import SOURCES
from replica.editions import editions
from replica.trac import population_table
from replica.trac_tables import atd_table, book_ins_table, facilities_table
from scrapers.errors import DriftError, NotReadableError
from scrapers.trac.rows import MOST_NEW_FIELDS
from tests.looped import for_each

Rows = list[dict[str, Any]]
Drill = Callable[[Rows], object]
MADE = {
    "trac_population": population_table(date(2025, 12, 31)),
    "trac_book_ins": book_ins_table(editions()),
    "trac_facilities": facilities_table(editions()),
    "trac_atd": atd_table(editions()),
}
FIGURE = {"trac_population": "ice_all", "trac_book_ins": "ice", "trac_facilities": "count", "trac_atd": "count_num"}
AT = 2


def _parse(source: str, content: bytes) -> Parsed:
    return SOURCES[source].parse(content, "t.json")


def _figures(parsed: Parsed) -> list[tuple[object, ...]]:
    return sorted(((o.series, str(o.period), str(o.value), o.status) for o in parsed.observations), key=str)


def _said(parsed: Parsed) -> set[tuple[str, str, str]]:
    return {(f.check, f.severity, f.words) for f in (*parsed.findings, *document(parsed))}


def _outcome(source: str, content: bytes) -> str:
    """`same`, `hold`, `said` or `refused`; fails when figures went or changed without a word."""
    before = _parse(source, MADE[source])
    try:
        after = _parse(source, content)
    except (DriftError, NotReadableError):
        return "refused"
    new = {severity for _, severity, _ in _said(after) - _said(before)}
    if new:
        return "hold" if "hold" in new else "said"
    assert _figures(after) == _figures(before), "figures went or changed without a word"
    return "same"


def _drilled(source: str, drill: Drill) -> str:
    rows: Rows = json.loads(MADE[source])
    drill(rows)
    return _outcome(source, json.dumps(rows).encode())


def _rename(field: str) -> Drill:
    def drill(rows: Rows) -> None:
        for row in rows:
            row[f"{field}_new"] = row.pop(field)

    return drill


def _put(field: str, value: object) -> Drill:
    return lambda rows: rows[AT].update({field: value})


def _swap(one: str, other: str) -> Drill:
    """Two columns change places in every row, their names do not."""

    def drill(rows: Rows) -> None:
        for row in rows:
            row[one], row[other] = row[other], row[one]

    return drill


EVERY_FIELD = [(source, field) for source, content in MADE.items() for field in json.loads(content)[0]]


@for_each("case", lambda: EVERY_FIELD)
def test_a_field_that_is_renamed_or_gone_is_refused(case: tuple[str, str]) -> None:
    source, field = case
    assert _drilled(source, _rename(field)) == "refused"
    assert _drilled(source, lambda rows: rows[AT].pop(field)) == "refused"


@pytest.mark.parametrize("value", [None, True, [], {}, float("nan"), float("inf"), -1, 10**400, "x" * 1000, "\x1b[2J"])
@for_each("case", lambda: EVERY_FIELD)
def test_a_value_of_another_form_is_never_read_in_silence(case: tuple[str, str], value: object) -> None:
    source, field = case
    outcome = _drilled(source, _put(field, value))
    if field == "order":
        assert outcome == "same"  # read past by name, whatever it holds
    elif value is not None:
        assert outcome == "refused"


@pytest.mark.parametrize("value", [None, "", " " * 20])
@pytest.mark.parametrize(
    ("source", "field"), [("trac_facilities", "count"), ("trac_atd", "count_num"), ("trac_atd", "alip_num")]
)
def test_a_figure_that_goes_blank_is_said(source: str, field: str, value: object) -> None:
    if field == "count_num" and value is not None:
        assert _drilled(source, _put(field, value)) == "refused"
        return
    rows: Rows = json.loads(MADE[source])
    rows[AT][field] = value
    parsed = _parse(source, json.dumps(rows).encode())
    (said,) = [f for f in parsed.findings if f.check == "figure_blank"]
    assert (said.severity, said.scope, said.found) == ("warn", (f"json:/2/{field}",), "1 blank")
    assert said.words.startswith(f"json:/2/{field}: 1 of {len(rows):,} rows of TRAC's ")


@pytest.mark.parametrize("source", MADE)
def test_the_same_rows_in_another_order_or_spelling_are_the_same_figures(source: str) -> None:
    assert _drilled(source, lambda rows: random.Random(7).shuffle(rows)) == "same"
    assert _drilled(source, lambda rows: rows.__setitem__(AT, dict(reversed(rows[AT].items())))) == "same"
    assert _outcome(source, json.dumps(json.loads(MADE[source]), indent=4).encode()) == "same"


@pytest.mark.parametrize(
    ("source", "outcome"),
    [("trac_population", "refused"), ("trac_book_ins", "refused"), ("trac_facilities", "hold"), ("trac_atd", "hold")],
)
def test_a_row_twice_is_refused_or_held(source: str, outcome: str) -> None:
    assert _drilled(source, lambda rows: rows.append(dict(rows[AT]))) == outcome


@pytest.mark.parametrize(
    ("source", "one", "other"),
    [
        ("trac_population", "ice_all", "cbp_all"),
        ("trac_population", "ice_conv", "ice_pend"),
        ("trac_population", "total_all", "ice_all"),
        ("trac_book_ins", "total", "ice"),
        ("trac_book_ins", "period", "monstr"),
        ("trac_facilities", "name", "detention_facility_city"),
        ("trac_facilities", "count", "guaranteed_min_num"),
        ("trac_atd", "aor", "atd_technology"),
        ("trac_atd", "count_num", "alip_num"),
        ("trac_atd", "family_unit", "atd_technology"),
    ],
)
def test_columns_that_changed_places_are_seen(source: str, one: str, other: str) -> None:
    assert _drilled(source, _swap(one, other)) in ("hold", "refused")


@pytest.mark.parametrize("source", ["trac_population", "trac_book_ins"])
@pytest.mark.parametrize("by", [1, 10])
def test_one_figure_that_no_longer_adds_is_held(source: str, by: int) -> None:
    assert _drilled(source, lambda rows: rows[AT].update({FIGURE[source]: rows[AT][FIGURE[source]] + by})) == "hold"


@pytest.mark.parametrize("source", MADE)
@pytest.mark.parametrize("kept", [0.0, 0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_refused(source: str, kept: float) -> None:
    with pytest.raises(NotReadableError, match="is not JSON"):
        _parse(source, MADE[source][: int(len(MADE[source]) * kept)])


# Made when they are needed: together they are seventy megabytes.
GARBAGE: dict[str, Callable[[], bytes]] = {
    "a bot page": lambda: b"<!doctype html><title>Just a moment...</title>",
    "no rows": lambda: b"[]",
    "no list": lambda: b'{"error":"rate limited"}',
    "random bytes": lambda: random.Random(1).randbytes(10_000_000),
    "zeros": lambda: bytes(10_000_000),
    "empty rows": lambda: b"[" + b"{}," * 3_000_000 + b"{}]",
    "numbers": lambda: b"[" + b"1," * 5_000_000 + b"1]",
    "one long text": lambda: b'["' + b"a" * 10_000_000 + b'"]',
    "one row of many fields": lambda: json.dumps([{f"f{n}": n for n in range(300_000)}]).encode(),
    "a field twice among many": lambda: b'[{"a":1,"a":1,' + b",".join(b'"f%d":1' % n for n in range(300_000)) + b"}]",
    "every field twice": lambda: b"[{" + b",".join(b'"f%d":1' % (n // 2) for n in range(100_000)) + b"}]",
    "a field that is endless": lambda: b'[{"' + b"\\u001b" * 1_600_000 + b'":1}]',
}


@pytest.mark.parametrize("garbage", GARBAGE)
def test_megabytes_of_anything_are_refused_in_a_line(garbage: str) -> None:
    with pytest.raises((DriftError, NotReadableError)) as raised:
        _parse("trac_atd", GARBAGE[garbage]())
    assert len(str(raised.value)) < 600
    assert str(raised.value).isprintable()


@pytest.mark.parametrize("source", MADE)
def test_new_fields_are_said_up_to_a_number_and_then_it_is_another_file(source: str) -> None:
    few = {f"new{n}": n for n in range(MOST_NEW_FIELDS)}
    rows: Rows = json.loads(MADE[source])
    rows[AT].update(few)
    parsed = _parse(source, json.dumps(rows).encode())
    assert len([f for f in parsed.findings if f.check == "new_field"]) == len(parsed.leftovers) == MOST_NEW_FIELDS
    rows[0]["one_more"] = 1
    with pytest.raises(DriftError, match=f"found {MOST_NEW_FIELDS + 1} others"):
        _parse(source, json.dumps(rows).encode())


@pytest.mark.parametrize(
    ("field", "place"),
    [
        ("a/b~c", "json:/2/a~1b~0c"),
        ("\x1b[2J", r"json:/2/\x1b[2J"),
        ("=1+1", "json:/2/=1+1"),
        ("\u202egnp", r"json:/2/\u202egnp"),
        ("f" * 500, "json:/2/" + "f" * 80),
    ],
)
def test_the_name_of_a_new_field_cannot_write_on_a_terminal(field: str, place: str) -> None:
    rows: Rows = json.loads(MADE["trac_population"])
    rows[AT][field] = 1
    parsed = _parse("trac_population", json.dumps(rows).encode())
    (finding,), (left,) = parsed.findings, parsed.leftovers
    assert (finding.scope, left.locator) == ((place,), place)
    assert finding.words.isprintable()
    twice = json.dumps([rows[AT]])[:-2] + f",{json.dumps(field)}:2}}]"
    with pytest.raises(DriftError) as raised:
        _parse("trac_population", twice.encode())
    assert str(raised.value).isprintable()
