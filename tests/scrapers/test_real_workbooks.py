"""Every published workbook at hand: each figure against its own cell, and against figures read independently."""

import csv
import gzip
import io
import json
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from checks.document.document_suite import document
from checks.document.totals import static
from figures.records import Parsed
from figures.registry import SOURCES
from figures.values import same
from tests.conftest import Parse

NO_CURRENT_SHEET = {"FY21_detentionStats060921.xlsx", "FY21_detentionStats10282021.xlsx"}
# Metrics of the independent reading that are read here, and the metric that each must come out as.
METRICS = {
    "currently_detained": {"ice.detained"},
    "currently_detained_disposition": {"ice.detained_by_disposition"},
    "book_ins_month": {"ice.book_ins"},
    "book_ins_fytd": {"ice.book_ins"},
    "removals_fytd": {"ice.removals", "ice.removals_family_center", "ice.removals_famu"},
}
TABLES = {"detained_by_disposition", "detained_by_criminality", "book_ins_by_month", "removals"}
Truth = Mapping[str, str]


@pytest.fixture(scope="module")
def workbooks(shared_data: Path) -> Mapping[str, Path]:
    found = {path.name: path for path in sorted((shared_data / "ice" / "workbooks").glob("*.xlsx"))}
    assert len(found) == 65
    return found


@pytest.fixture(scope="module")
def parsed(workbooks: Mapping[str, Path], parse_once: Parse) -> Mapping[str, Parsed]:
    return {name: parse_once(path.read_bytes(), name) for name, path in workbooks.items()}


@pytest.fixture(scope="module")
def truth(shared_data: Path) -> list[Truth]:
    with gzip.open(shared_data / "ice" / "truth.csv.gz", "rt", newline="") as file:
        return [row for row in csv.DictReader(file) if row["metric"] in METRICS and row["cell"]]


def _shown(value: Any) -> str:
    if isinstance(value, float) and value == int(value):
        return f"{value:.0f}"
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _place(address: str) -> tuple[int, int]:
    letters = address.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(address[len(letters) :]), column


def test_every_locator_leads_to_a_cell_that_shows_what_was_read(
    workbooks: Mapping[str, Path], parsed: Mapping[str, Parsed]
) -> None:
    wrong = []
    count = 0
    for name, path in workbooks.items():
        by_sheet = defaultdict(list)
        for o in parsed[name].observations:
            assert o.locator.startswith("xlsx:")
            sheet, _, cell = o.locator.removeprefix("xlsx:").rpartition("!")
            by_sheet[sheet].append((cell, o.raw))
        book = CalamineWorkbook.from_path(path)
        for title, cells in by_sheet.items():
            rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False)
            for cell, raw in cells:
                row, column = _place(cell)
                shown = _shown(rows[row - 1][column - 1]) if row <= len(rows) and column <= len(rows[0]) else ""
                # The independent reader shows an error cell (#N/A) as a blank one.
                if shown != raw and not (shown == "" and raw.startswith("#")):
                    wrong.append((name, title, cell, raw, shown))
                count += 1
    assert wrong == []
    assert count >= 65 * 60


def test_every_date_leads_to_a_sentence_that_states_it(
    workbooks: Mapping[str, Path], parsed: Mapping[str, Parsed]
) -> None:
    dated = 0
    for name, path in workbooks.items():
        book = CalamineWorkbook.from_path(path)
        stated = {
            (o.period_locator, o.period.end)
            for o in parsed[name].observations
            if o.table in TABLES and o.period_locator and o.period.end and o.period.kind != "month"
        }
        for place, end in stated:
            sheet, _, cell = place.removeprefix("xlsx:").rpartition("!")
            row, column = _place(cell)
            sentence = str(book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)[row - 1][column - 1])
            assert re.search(rf"\b0?{end.month}/0?{end.day}/{end.year}\b", sentence), (name, place, sentence)
            dated += 1
    assert dated >= 65 * 3 - 9


def test_every_figure_read_independently_is_equal_in_the_same_cell(
    parsed: Mapping[str, Parsed], truth: list[Truth]
) -> None:
    values = {(name, o.locator): (o.value, o.metric) for name, one in parsed.items() for o in one.observations}
    counts: dict[str, int] = defaultdict(int)
    for row in truth:
        found = values.get((row["file"], f"xlsx:{row['sheet']}!{row['cell']}"))
        if row["value"] == "":
            assert found is None or found[0] is None, row
            continue
        assert found is not None, row
        assert found[0] == float(row["value"]), row
        assert found[1] in METRICS[row["metric"]], row
        counts[row["metric"]] += 1
    assert counts == {
        "currently_detained": 780,
        "currently_detained_disposition": 872,
        "book_ins_month": 1446,
        "book_ins_fytd": 195,
        "removals_fytd": 130,
    }


def test_the_periods_are_those_read_independently(parsed: Mapping[str, Parsed], truth: list[Truth]) -> None:
    periods = {(name, o.locator): o.period for name, one in parsed.items() for o in one.observations}
    compared = 0
    for row in truth:
        period = periods.get((row["file"], f"xlsx:{row['sheet']}!{row['cell']}"))
        stated = json.loads(row["period"] or "{}")
        if row["value"] == "" or period is None:
            continue
        if stated.get("as_of"):
            assert str(period.end) == stated["as_of"], row
            compared += 1
        if stated.get("start"):
            assert str(period.start) == stated["start"], row
            compared += 1
    assert compared > 3_000


def test_one_series_means_one_thing_and_one_thing_is_one_series(
    parsed: Mapping[str, Parsed], truth: list[Truth]
) -> None:
    """Over all editions, however the labels were written."""
    series = {(name, o.locator): o.series for name, one in parsed.items() for o in one.observations}
    renamed = {"FRC": "FSC", "Reinstatment of Deport Order (I-871)": "Reinstatement of Deport Order (I-871)"}
    meanings = defaultdict(set)
    names = defaultdict(set)
    for row in truth:
        key = (row["file"], f"xlsx:{row['sheet']}!{row['cell']}")
        if row["value"] == "" or key not in series:
            continue
        dims = json.loads(row["dims"])
        dims.pop("label", None)
        meaning = (
            row["metric"].replace("_month", "").replace("_fytd", ""),
            tuple(sorted((k, renamed.get(v, v).strip()) for k, v in dims.items() if isinstance(v, str))),
        )
        meanings[series[key]].add(meaning)
        names[meaning].add(series[key])
    # Family removals are one group there; here a center and an identifier are two things counted.
    assert {s: m for s, m in meanings.items() if len(m) > 1} == {}
    assert [s for s in names.values() if len(s) > 1] == [
        {"ice.removals_family_center{group=family_center}", "ice.removals_famu{group=famu}"}
    ]


def _holds(one: Parsed) -> set[str]:
    """The checks that hold the edition as a whole or one of the four tables; others have tests of their own."""
    table_of = {o.locator: o.table for o in one.observations}
    return {
        finding.check
        for finding in (*one.findings, *static(one.observations))
        if finding.severity == "hold"
        if not finding.scope or TABLES & {table_of.get(scope, scope) for scope in finding.scope}
    }


def test_only_the_two_editions_without_a_current_sheet_are_held(parsed: Mapping[str, Parsed]) -> None:
    held = {name: checks for name, one in parsed.items() if (checks := _holds(one))}
    assert held == {name: {"no_current_sheet"} for name in NO_CURRENT_SHEET}


def test_hidden_sheets_are_kept_and_never_current(parsed: Mapping[str, Parsed]) -> None:
    one = parsed["FY22_detentionStats_02162022.xlsx"]
    hidden = [o for o in one.observations if o.locator.startswith("xlsx:Detention EOFY2020!")]
    assert {(o.status, o.fiscal_year) for o in hidden} == {("not_current", 2020)}
    assert [o.value for o in hidden if o.metric == "ice.removals"] == [185_884]
    assert one.fiscal_year == 2022


def test_an_edition_is_read_under_the_year_of_its_sheet(parsed: Mapping[str, Parsed]) -> None:
    assert parsed["FY24_detentionStats11152024.xlsx"].fiscal_year == 2025
    years = {name: one.fiscal_year for name, one in parsed.items() if name not in NO_CURRENT_SHEET}
    odd = {name for name, year in years.items() if year != 2000 + int(name[2:4])}
    assert odd == {"FY24_detentionStats11152024.xlsx"}


@pytest.mark.parametrize(
    ("file", "check", "words"),
    [
        ("FY19-detentionstats.xlsx", "facility_without_numbers", "FOLKSTON"),
        ("FY22_detentionStats01102022.xlsx", "report_days_differ", "atd_areas of 18 December 2021"),
        ("FY22_detentionStats01102022.xlsx", "footnote_without_sheet", "B104 dates a sheet of kind iclos"),
    ],
)
def test_a_known_error_of_the_publisher_is_said(
    parsed: Mapping[str, Parsed], file: str, check: str, words: str
) -> None:
    (said,) = [f.words for f in (*parsed[file].findings, *document(parsed[file])) if f.check == check]
    assert words in said


def test_findings_of_left_over_days_are_rare(parsed: Mapping[str, Parsed]) -> None:
    """Warnings that fire each fortnight are switched off: these name five editions of the 65."""
    rare = {"facility_without_numbers", "report_days_differ"}
    said = {name for name, one in parsed.items() if rare & {f.check for f in document(one)}}
    assert len(said) == 5, sorted(said)


def test_the_dims_of_a_figure_stand_in_the_order_of_their_names(parsed: Mapping[str, Parsed]) -> None:
    assert all(o.dims == tuple(sorted(o.dims)) for one in parsed.values() for o in one.observations)


def test_an_edition_that_was_saved_again_is_read_alike(
    shared_data: Path, edited: Callable[[bytes, Callable[[openpyxl.Workbook], object]], bytes]
) -> None:
    """openpyxl writes sixteen digits, other tags, and formulas without values: these are said, and are never blank."""
    name = "FY25_detentionStats05122025.xlsx"
    content = (shared_data / "ice" / "workbooks" / name).read_bytes()
    formulas = {
        f"xlsx:{sheet.title}!{cell.coordinate}"
        for sheet in openpyxl.load_workbook(io.BytesIO(content))
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }
    was = {o.locator: o for o in SOURCES["ice"].parse(content, name).observations}
    parsed = SOURCES["ice"].parse(edited(content, lambda book: None), name)
    now = {o.locator: o for o in parsed.observations}
    held = {cell for f in parsed.findings if f.severity == "hold" for cell in f.scope}
    lost = [at for at in was if at not in formulas and not (same(was[at].value, now[at].value))]
    assert (lost, len(formulas) > 500) == ([], True)
    for at in formulas & was.keys():
        assert now[at].raw.startswith("="), at
        assert now[at].value is None
        assert now[at].unit == "text" or at in held, at
