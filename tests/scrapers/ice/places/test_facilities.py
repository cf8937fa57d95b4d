"""The Facilities sheet: every layout of its columns, what drifts, what is odd, and which names are one facility."""

import csv
import gzip
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from figures.metrics import ice_facilities as metrics_facilities
from figures.metrics.catalogue import METRICS
from figures.periods import fiscal_year_to_date, instant
from figures.records import Observation
from scrapers.ice.places import facilities as ice_facilities
from scrapers.ice.places import facility_names
from scrapers.ice.places.facility_columns import CORE, CORE_TABLES, INSPECTION, INSPECTION_SETS, INSPECTIONS
from scrapers.ice.places.facility_names import CROSSWALK, identify, load, lookalikes, own_id
from scrapers.xlsx.blocks import Block, Context
from scrapers.xlsx.reader import Sheet, Workbook, address

DAY = date(2025, 5, 12)
SOURCE = "Data Source: ICE Integrated Decision Support (IIDS), 05/12/2025"
INSPECTED = ["Last Inspection Type", "Last Inspection End Date", "Pending FY26 Inspection"]
INSPECTED += ["Last Inspection Standard", "Last Final Rating"]
ADAMS = ["ADAMS COUNTY DET CENTER", "20 HOBO FORK RD.", "NATCHEZ", "MS", 39120.0, "NOL", "DIGSA", "Female/Male", 56.2]
ADAMS += [1.25, 2.0, 3.0, 4.0, 5.0, 3.0, 1.0, 1.25, 4.0, 3.0, 2.0, 1.25, 6.5, 320.0]
ADAMS += ["ODO", date(2025, 2, 6), "Scheduled", "PBNDS 2011", "Pass"]
BAKER = ["BAKER COUNTY SHERIFF DEPT.", "1 SHERIFF OFFICE DRIVE", "MACCLENNY", "FL", 2203.0, "MIA", "IGSA", "Male", 46.1]
BAKER += [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 2.0, "N/A", "*", "*", None, "*", "\xa0"]
CURRENT = Context(2025, True)


@pytest.fixture(autouse=True)
def _catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    for metric in metrics_facilities.METRICS:
        monkeypatch.setitem(METRICS, metric.id, metric)


def heads(inspected: Sequence[str] = tuple(INSPECTED), year: str = "FY25") -> list[str]:
    return [*(text.replace("FYnn", year) for text in CORE), *inspected]


def sheet(
    *rows: Sequence[Any],
    head: Sequence[str] | None = None,
    at: int = 7,
    source: str = SOURCE,
    extra: Mapping[tuple[int, int], Any] | None = None,
) -> Sheet:
    """A sheet with the header in row `at`, its rows below it, and the source line above."""
    grid = [head or heads(), *rows]
    cells = {
        (at + r, c): value
        for r, row in enumerate(grid)
        for c, value in enumerate(row, start=1)
        if value is not None and value != ""
    }
    above = {(1, 1): "U.S. Immigration and Customs Enforcement", (at - 1, 1): source} if source else {}
    return Sheet("Facilities FY25", True, {**above, **cells, **(extra or {})})


def one(block: Block, metric: str, **dims: str) -> Observation:
    found = [o for o in block.observations if o.metric == metric and dims.items() <= dict(o.dims).items()]
    assert len(found) == 1, [o.series for o in found]
    return found[0]


def checks(block: Block) -> list[str]:
    return [finding.check for finding in block.findings]


def unread(block: Block, of: Sheet) -> list[str]:
    return [address(*at) for at in sorted(of.cells) if at not in block.used]


def test_a_row_is_read_into_words_averages_beds_and_inspections() -> None:
    table = sheet(ADAMS)
    block = ice_facilities.read(table, CURRENT)
    adams = "ADAMS COUNTY DET CENTER | NATCHEZ | MS"
    assert {dict(o.dims)["facility"] for o in block.observations} == {adams}
    assert (block.findings, unread(block, table)) == ((), [])
    level = one(block, "ice.facility_adp_by_level", level="A")
    assert (level.value, level.unit, level.status) == (1.25, "average people", "reported")
    assert level.period == fiscal_year_to_date(2025, DAY)
    assert (level.locator, level.period_locator) == ("xlsx:Facilities FY25!J8", "xlsx:Facilities FY25!A6")
    assert level.series == f"ice.facility_adp_by_level{{facility={adams}, level=A}}"
    crim = one(block, "ice.facility_adp_by_criminality", sex="female", criminality="non_criminal")
    assert (crim.value, crim.locator) == (1.25, "xlsx:Facilities FY25!Q8")
    assert one(block, "ice.facility_adp_by_threat_level", threat_level="none").value == 1.25
    assert one(block, "ice.facility_adp_mandatory").value == 6.5
    stay = one(block, "ice.facility_alos")
    assert (stay.value, stay.unit, stay.period.kind) == (56.2, "days", "fiscal_year_to_date")
    beds = one(block, "ice.facility_guaranteed_minimum")
    assert (beds.value, beds.unit, beds.period) == (320.0, "beds", instant(DAY))


def test_words_are_kept_as_published_with_the_day_as_iso() -> None:
    block = ice_facilities.read(sheet(ADAMS), CURRENT)
    name = one(block, "ice.facility_name")
    assert (name.raw, name.value, name.status, name.period) == ("ADAMS COUNTY DET CENTER", None, "text", instant(DAY))
    assert one(block, "ice.facility_zip").raw == "39120"
    assert one(block, "ice.facility_inspection_end_date", inspection="last").raw == "2025-02-06"
    assert one(block, "ice.facility_inspection_rating", inspection="last").raw == "Pass"
    pending = one(block, "ice.facility_inspection_pending", inspection_year="2026")
    assert pending.raw == "Scheduled"


def test_what_is_missing_is_not_zero_and_a_short_zip_code_is_not_made_longer() -> None:
    table = sheet(BAKER)
    block = ice_facilities.read(table, CURRENT)
    beds = one(block, "ice.facility_guaranteed_minimum")
    assert (beds.value, beds.status, beds.raw) == (None, "suppressed", "N/A")
    assert one(block, "ice.facility_zip").raw == "2203"
    assert one(block, "ice.facility_inspection_pending").status == "blank"
    star = one(block, "ice.facility_inspection_end_date")
    assert (star.status, star.raw) == ("text", "*")
    assert one(block, "ice.facility_inspection_rating").status == "blank"  # a no-break space
    assert (block.findings, unread(block, table)) == ((), [])


@pytest.mark.parametrize(
    ("cell", "status"), [("\xa0", "blank"), (None, "blank"), ("*", "suppressed"), ("N/A", "suppressed")]
)
def test_a_guaranteed_minimum_without_a_number_has_a_status(cell: Any, status: str) -> None:
    block = ice_facilities.read(sheet([*ADAMS[:22], cell, *ADAMS[23:]]), CURRENT)
    beds = one(block, "ice.facility_guaranteed_minimum")
    assert (beds.value, beds.status, block.findings) == (None, status, ())


def test_rows_of_not_available_figures_are_kept_without_values() -> None:
    block = ice_facilities.read(sheet([*ADAMS[:9], *["#N/A"] * 13, *ADAMS[22:]]), CURRENT)
    averages = [o for o in block.observations if "_adp_" in o.metric]
    assert {(o.value, o.status, o.raw) for o in averages} == {(None, "suppressed", "#N/A")}
    assert len(averages) == 13
    assert one(block, "ice.facility_alos").value == 56.2
    assert block.findings == ()


@pytest.mark.parametrize("inspected", INSPECTION_SETS, ids=lambda s: f"{len(s)} columns")
def test_every_set_of_inspection_columns_is_read(inspected: frozenset[str]) -> None:
    labels = sorted(text.replace("FYnn", "FY24") for text in inspected)
    table = sheet([*ADAMS[:23], *[f"word {n}" for n, _ in enumerate(labels)]], head=heads(labels))
    block = ice_facilities.read(table, CURRENT)
    read = [o for o in block.observations if o.table == INSPECTIONS]
    assert sorted(o.raw for o in read) == [f"word {n}" for n, _ in enumerate(labels)]
    assert len({o.series for o in read}) == len(labels)
    assert unread(block, table) == []


def test_the_same_question_is_one_series_and_another_inspector_is_another() -> None:
    rating = {text: facilities_column(text) for text in ("Last Inspection Rating - Final", "Last Final Rating")}
    assert len(set(rating.values())) == 1
    others = {facilities_column(text) for text in ("ODO Final Rating", "Last Nakamoto Inspection Rating - Final")}
    assert len(others | set(rating.values())) == 3
    assert facilities_column("ODO Final Report Date") != facilities_column("ODO Inspection End Date")


def facilities_column(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    return INSPECTION[text].metric, INSPECTION[text].dims


@pytest.mark.parametrize("at", [4, 6, 7, 8, 10])
def test_the_header_is_found_in_any_row(at: int) -> None:
    block = ice_facilities.read(sheet(ADAMS, at=at), CURRENT)
    assert one(block, "ice.facility_alos").locator == f"xlsx:Facilities FY25!I{at + 1}"
    assert one(block, "ice.facility_alos").period.end == DAY


def test_columns_are_read_by_label_and_not_by_place() -> None:
    order = [0, *range(22, 0, -1), *range(23, 28)]
    table = sheet([ADAMS[n] for n in order], head=[heads()[n] for n in order])
    block = ice_facilities.read(table, CURRENT)
    level = one(block, "ice.facility_adp_by_level", level="A")
    assert (level.value, level.locator) == (1.25, "xlsx:Facilities FY25!O8")
    assert one(block, "ice.facility_guaranteed_minimum").value == 320.0
    assert block.findings == ()


def test_a_column_that_came_in_among_the_figures_stops_the_sheet() -> None:
    head = [*heads()[:10], "Level A2", *heads()[10:]]
    table = sheet([*ADAMS[:10], 9.0, *ADAMS[10:]], head=head)
    block = ice_facilities.read(table, CURRENT)
    (finding,) = block.findings
    assert (finding.check, finding.severity, finding.scope) == ("layout_drift", "hold", (*CORE_TABLES, INSPECTIONS))
    assert "new or twice ['Level A2']" in finding.words
    assert (block.observations, block.used) == ((), frozenset())


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("Level B", "Level Bee", "missing ['Level B'], new or twice ['Level Bee']"),
        ("Level B", "Level A", "missing ['Level B'], new or twice ['Level A']"),
        ("Mandatory", "", "missing ['Mandatory'], new or twice []"),
    ],
)
def test_a_renamed_doubled_or_missing_header_stops_the_sheet(old: str, new: str, words: str) -> None:
    table = sheet(ADAMS, head=[new if text == old else text for text in heads()])
    block = ice_facilities.read(table, CURRENT)
    assert checks(block) == ["layout_drift"]
    assert words in block.findings[0].words
    assert block.observations == ()


def test_a_header_that_stands_twice_is_refused() -> None:
    """All declared columns are there; which of two is meant nobody can say."""
    doubled = [heads()[0], "Level A", *heads()[1:]]
    core = ice_facilities.read(sheet([ADAMS[0], 1.25, *ADAMS[1:]], head=doubled), CURRENT)
    assert (checks(core), core.observations) == (["layout_drift"], ())
    assert "missing [], new or twice ['Level A']" in core.findings[0].words
    again = ice_facilities.read(sheet([*ADAMS, "Fail"], head=[*heads(), INSPECTED[-1]]), CURRENT)
    (finding,) = again.findings
    assert (finding.check, finding.severity, finding.scope) == ("layout_drift", "hold", (INSPECTIONS,))
    assert finding.found.count("'Last Final Rating'") == 2
    assert not any(o.table == INSPECTIONS for o in again.observations)
    assert one(again, "ice.facility_guaranteed_minimum").value == 320.0


def test_an_unknown_inspection_column_leaves_the_averages_alone() -> None:
    head = [*heads()[:-1], "Last Grade"]
    table = sheet(ADAMS, head=head)
    block = ice_facilities.read(table, CURRENT)
    (finding,) = block.findings
    assert (finding.check, finding.severity, finding.scope) == ("layout_drift", "hold", (INSPECTIONS,))
    assert "'Last Grade'" in finding.found
    assert one(block, "ice.facility_guaranteed_minimum").value == 320.0
    assert unread(block, table) == ["X7", "Y7", "Z7", "AA7", "AB7", "X8", "Y8", "Z8", "AA8", "AB8"]


def test_no_anchor_and_two_anchors_stop_the_sheet() -> None:
    none = ice_facilities.read(sheet(ADAMS, head=["Facility", *heads()[1:]]), CURRENT)
    assert (checks(none), none.findings[0].found) == (["layout_drift"], "none")
    two = ice_facilities.read(sheet(ADAMS, heads(), ADAMS), CURRENT)
    assert (checks(two), two.observations) == (["layout_drift"], ())
    assert two.findings[0].found == "xlsx:Facilities FY25!A7, xlsx:Facilities FY25!A9"


def test_drift_on_a_sheet_that_is_not_current_holds_nothing() -> None:
    block = ice_facilities.read(sheet(ADAMS, head=["Facility"]), Context(2025, False))
    assert [finding.severity for finding in block.findings] == ["note"]
    kept = ice_facilities.read(sheet(ADAMS), Context(2025, False))
    assert {o.status for o in kept.observations} == {"not_current"}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("Source: ICE Integrated Decision Support (IIDS), 05/12/2023", "05/12/2023"),
        ("Source: ICE Integrated Decision Support (IIDS), 13/12/2024", "13/12/2024"),
        ("Source: ICE Integrated Decision Support (IIDS)", "(IIDS)"),
        ("", "no source line"),
    ],
)
def test_a_day_that_cannot_be_is_not_guessed(source: str, found: str) -> None:
    block = ice_facilities.read(sheet(ADAMS, source=source), CURRENT)
    (finding,) = block.findings
    assert (finding.check, finding.severity, finding.scope_kind) == ("undated_block", "warn", "table")
    assert found in finding.words
    assert "which states no day of FY2025" in finding.words
    assert one(block, "ice.facility_alos").period == fiscal_year_to_date(2025, None)
    assert one(block, "ice.facility_guaranteed_minimum").period == instant(None)


def test_two_source_lines_of_different_days_are_no_day() -> None:
    other = {(3, 1): "Source: ICE Integrated Decision Support (IIDS), 05/05/2025"}
    assert checks(ice_facilities.read(sheet(ADAMS, extra=other), CURRENT)) == ["undated_block"]
    same = {(3, 1): SOURCE}
    assert checks(ice_facilities.read(sheet(ADAMS, extra=same), CURRENT)) == []


def test_the_year_end_list_may_be_dated_a_week_into_october() -> None:
    late = SOURCE.replace("05/12/2025", "10/07/2025")
    block = ice_facilities.read(sheet(ADAMS, source=late), CURRENT)
    assert one(block, "ice.facility_alos").period == fiscal_year_to_date(2025, date(2025, 10, 7))
    assert block.findings == ()


def test_a_header_of_another_year_is_said_and_the_year_of_the_sheet_is_kept() -> None:
    group = {(5, 10): "FY24 ADP: Detainee Classification Level"}
    table = sheet(ADAMS, head=heads(year="FY24"), extra=group)
    block = ice_facilities.read(table, CURRENT)
    (finding,) = block.findings
    assert (finding.check, finding.severity) == ("header_year", "warn")
    assert finding.words == (
        "xlsx:Facilities FY25!J5 is headed FY2024 on a sheet of FY2025; the figures are kept under FY2025."
    )
    assert one(block, "ice.facility_alos").fiscal_year == 2025
    assert unread(block, table) == []


def test_headings_above_and_notes_below_are_ignored_by_name_and_other_text_is_left() -> None:
    text = {
        (2, 1): "These statistics are made available to the public pursuant to H.R. 1158 Sec. 218",
        (3, 1): "ICE FACILITIES DATA, FY25",
        (4, 1): "ICE Enforcement and Removal Operations Data, FY2025",
        (5, 1): "Facility Information",
        (5, 23): "Contract Facility Inspections Information",
        (5, 3): "\xa0",
        (10, 1): "[1] STFRCTX (SOUTH TEXAS FAMILY RESIDENTIAL CENTER) houses single adults.",
        (11, 1): "(*) Denotes no inspection completed as of the date of the report",
        (12, 1): " ODO Inspection End Date is the date the final report was issued.",
        (13, 1): "Lexington Failure: This is a USMS contracted facility that had a Special Review",
        (14, 1): "A sentence that nobody has read yet.",
        (15, 40): 17.0,
    }
    table = sheet(ADAMS, BAKER, extra=text)
    block = ice_facilities.read(table, CURRENT)
    assert unread(block, table) == ["A14", "AN15"]
    assert block.findings == ()


def test_a_cell_right_of_the_table_is_left_over() -> None:
    table = sheet([*ADAMS, "stray"])
    assert unread(ice_facilities.read(table, CURRENT), table) == ["AC8"]


def test_a_row_of_totals_is_kept_as_all_and_its_words_are_not_a_facility() -> None:
    total: list[Any] = ["Total", *[None] * 8, *[10.0] * 13, 320.0]
    table = sheet(ADAMS, total)
    block = ice_facilities.read(table, CURRENT)
    assert one(block, "ice.facility_adp_by_level", facility="all", level="D").value == 10.0
    assert {o.unit for o in block.observations if dict(o.dims)["facility"] == "all"} == {
        "average people",
        "days",
        "beds",
    }
    assert (block.findings, unread(block, table)) == ((), [])


def test_a_row_without_a_name_is_said_and_left_over() -> None:
    table = sheet(["", *ADAMS[1:]])
    block = ice_facilities.read(table, CURRENT)
    (finding,) = block.findings
    assert (finding.check, finding.severity, finding.scope) == (
        "facility_unnamed",
        "hold",
        ("xlsx:Facilities FY25!A8",),
    )
    assert "has no name where a facility's name belongs" in finding.words
    assert len(unread(block, table)) == 27


def test_two_rows_of_one_facility_are_both_kept_apart_and_said() -> None:
    again = [*ADAMS[:8], 12.5, *ADAMS[9:]]
    block = ice_facilities.read(sheet(ADAMS, BAKER, again), CURRENT)
    (finding,) = block.findings
    assert (finding.check, finding.severity) == ("facility_twice", "warn")
    assert finding.scope == ("xlsx:Facilities FY25!A8", "xlsx:Facilities FY25!A10")
    stays = {dict(o.dims).get("occurrence"): o.value for o in block.observations if o.metric == "ice.facility_alos"}
    assert stays == {"1": 56.2, "2": 12.5, None: 46.1}
    series = Counter(o.series for o in block.observations)
    assert max(series.values()) == 1


def test_a_word_among_figures_is_said_and_holds_its_cell() -> None:
    block = ice_facilities.read(sheet([*ADAMS[:17], "Scheduled", *ADAMS[18:]]), CURRENT)
    (finding,) = block.findings
    assert (finding.check, finding.severity, finding.scope) == ("not_a_number", "hold", ("xlsx:Facilities FY25!R8",))
    assert one(block, "ice.facility_adp_by_threat_level", threat_level="1").value is None


@pytest.mark.parametrize("cell", [42615.0, "2/29/2025"])
def test_what_is_no_day_is_kept_as_published_and_said(cell: Any) -> None:
    block = ice_facilities.read(sheet([*ADAMS[:24], cell, *ADAMS[25:]]), CURRENT)
    (finding,) = block.findings
    assert (finding.check, finding.severity) == ("not_a_date", "note")
    assert one(block, "ice.facility_inspection_end_date").raw == ("42615" if cell == 42615.0 else cell)


@pytest.mark.parametrize("cell", ["3/24/2021", " 9/19/2024", "Scheduled FY26", "New Facility", "N/A"])
def test_days_in_words_and_other_words_are_no_fault(cell: str) -> None:
    block = ice_facilities.read(sheet([*ADAMS[:24], cell, *ADAMS[25:]]), CURRENT)
    assert (one(block, "ice.facility_inspection_end_date").raw, block.findings) == (cell, ())


def test_types_in_the_place_of_men_and_women_are_said_once() -> None:
    wrong = [[*row[:7], "IGSA", *row[8:]] for row in (ADAMS, BAKER)]
    block = ice_facilities.read(sheet(*wrong), CURRENT)
    (finding,) = block.findings
    assert (finding.check, finding.severity) == ("unexpected_words", "warn")
    assert finding.words.startswith("xlsx:Facilities FY25!H8 and on: 2 cells hold 'IGSA'")


def test_a_renamed_facility_keeps_its_id_and_shows_its_published_name() -> None:
    block = ice_facilities.read(sheet(BAKER), CURRENT)
    baker = "BAKER COUNTY SHERIFF'S OFFICE | MACCLENNY | FL"
    assert one(block, "ice.facility_name", facility=baker).raw == "BAKER COUNTY SHERIFF DEPT."


def test_a_glued_footnote_digit_goes_with_its_note_or_where_the_bare_name_is_known() -> None:
    row = ["SOUTH TEXAS FAMILY RESIDENTIAL CENTER2", "300 EL RANCHO WAY", "DILLEY", "TX", *ADAMS[4:]]
    note = {(9, 1): "[2] (STFRCTX) SOUTH TEXAS FAMILY RESIDENTIAL CENTER houses single adults"}
    with_note = ice_facilities.read(sheet(row, extra=note), CURRENT)
    name = one(with_note, "ice.facility_name")
    assert dict(name.dims)["facility"] == "SOUTH TEXAS FAMILY RESIDENTIAL CENTER | DILLEY | TX"
    assert name.raw == "SOUTH TEXAS FAMILY RESIDENTIAL CENTER2"
    without = ice_facilities.read(sheet(row), CURRENT)
    assert dict(one(without, "ice.facility_name").dims)["facility"] == dict(name.dims)["facility"]
    unknown = ice_facilities.read(sheet(["HANGAR T7", *row[1:]]), CURRENT)
    assert dict(one(unknown, "ice.facility_name").dims)["facility"] == "HANGAR T7 | DILLEY | TX"
    elsewhere = ice_facilities.read(sheet([row[0], row[1], "PEARSALL", *row[3:]]), CURRENT)
    own = "SOUTH TEXAS FAMILY RESIDENTIAL CENTER2 | PEARSALL | TX"
    assert dict(one(elsewhere, "ice.facility_name").dims)["facility"] == own


def test_a_name_that_looks_like_a_known_one_is_proposed_and_not_joined() -> None:
    block = ice_facilities.read(sheet(["ADAMS COUNTY DETENTION CENTRE", *ADAMS[1:]]), CURRENT)
    (finding,) = block.findings
    assert (finding.check, finding.severity) == ("facility_name", "note")
    assert "may be 'ADAMS COUNTY DET CENTER | NATCHEZ | MS' (the same address, 20 HOBO FORK RD.)" in finding.words
    own = "ADAMS COUNTY DETENTION CENTRE | NATCHEZ | MS"
    assert {dict(o.dims)["facility"] for o in block.observations} == {own}


def test_a_new_name_far_from_every_known_one_is_simply_new() -> None:
    row = ["BLUE RIDGE ANNEX", "1 NOWHERE LANE", "NATCHEZ", "MS", *ADAMS[4:]]
    block = ice_facilities.read(sheet(row), CURRENT)
    assert (checks(block), dict(block.observations[0].dims)) == ([], {"facility": "BLUE RIDGE ANNEX | NATCHEZ | MS"})


def test_a_known_facility_in_the_same_sheet_is_not_proposed() -> None:
    here = {"ADAMS COUNTY DET CENTER | NATCHEZ | MS"}
    assert lookalikes("ADAMS COUNTY DET CTR", "NATCHEZ", "MS", "", ()) != []
    assert lookalikes("ADAMS COUNTY DET CTR", "NATCHEZ", "MS", "", here) == []


def test_ids_do_not_depend_on_stars_dots_blanks_or_case() -> None:
    assert own_id(" T. Don  Hutto Center*** ", "TAYLOR", "TX") == "T DON HUTTO CENTER | TAYLOR | TX"
    assert own_id("ELIZABETH CONTRACT D.F.", "ELIZABETH", "NJ") == "ELIZABETH CONTRACT D F | ELIZABETH | NJ"


def test_a_name_may_stand_for_another_facility_from_a_fiscal_year_on() -> None:
    before = identify("PIKE COUNTY JAIL", "LORDS VALLEY", "PA", 2022)
    after = identify("PIKE COUNTY JAIL", "LORDS VALLEY", "PA", 2025)
    assert before is not None
    assert after is not None
    assert before.facility == "PIKE COUNTY JAIL | LORDS VALLEY | PA"
    assert after.facility == "PIKE COUNTY CORRECTIONAL FACILITY | LORDS VALLEY | PA"
    assert identify("NO SUCH PLACE", "LORDS VALLEY", "PA", 2025) is None


HEAD = ",".join(facility_names.FIELDS)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["A,X,TX,A | X | TX,,,"], "line 2: a name, a facility and a reason are needed"),
        (["A,X,TX,A | X | TX,24,,own"], "line 2: since must be a fiscal year such as 2024, found '24'"),
        (["A,X,TX,A | X | TX,,,own", "A.,X,TX,A | X | TX,,,again"], "line 3: 'A | X | TX' stands there twice"),
        (["A,X,TX,B | X | TX,,,renamed"], "'A | X | TX' points to 'B | X | TX', which has no row of its own"),
        (
            ["A,X,TX,B | X | TX,,,renamed", "B,X,TX,C | X | TX,,,renamed", "C,X,TX,C | X | TX,,,own"],
            "'A | X | TX' points to 'B | X | TX', which has no row of its own",
        ),
    ],
)
def test_a_crosswalk_that_contradicts_itself_is_refused(lines: list[str], words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        load("\n".join([HEAD, *lines]))


def test_a_crosswalk_with_other_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="expected the columns name, city, state, facility"):
        load("name,city\n")


def test_every_row_of_the_shipped_crosswalk_gives_its_reason() -> None:
    rows = [row for group in CROSSWALK.values() for row in group]
    assert len(rows) > 400
    assert all(len(row.why) > 10 for row in rows)
    assert all(row.why.startswith("its own id") == (row.key == row.facility) for row in rows)


def test_metrics_name_every_dimension_that_is_read() -> None:
    block = ice_facilities.read(sheet(ADAMS), CURRENT)
    for o in block.observations:
        assert tuple(name for name, _ in o.dims) == tuple(sorted(METRICS[o.metric].dims)), o.metric
    declared = {metric.id for metric in metrics_facilities.METRICS}
    every = {c.metric for c in CORE.values()} | {facilities_column(t)[0] for s in INSPECTION_SETS for t in s}
    assert every == declared


# --- the published workbooks ---


@pytest.fixture(scope="module")
def published(shared_data: Path) -> dict[str, Block]:
    """Each Facilities sheet of the published workbooks, read under the fiscal year that its heading states."""
    with pytest.MonkeyPatch.context() as patch:
        for metric in metrics_facilities.METRICS:
            patch.setitem(METRICS, metric.id, metric)
        return {path.name: _published(path) for path in sorted((shared_data / "ice" / "workbooks").glob("*.xlsx"))}


def _published(path: Path) -> Block:
    book = Workbook(path.read_bytes())
    (title,) = (title for title, _ in book.titles if title.strip().lower().startswith("facilities"))
    table = book.sheet(title)
    heading = next(str(v) for at, v in sorted(table.cells.items()) if re.search(r"facilities data", str(v), re.I))
    year = int(heading.split("FY")[1].split()[0]) % 2000 + 2000
    block = ice_facilities.read(table, Context(year, True))
    assert unread(block, table) == [], path.name
    return block


def test_every_published_sheet_is_read_to_the_last_cell(published: Mapping[str, Block]) -> None:
    assert len(published) == 65
    assert not any("layout_drift" in checks(block) for block in published.values())
    undated = [name for name, block in published.items() if "undated_block" in checks(block)]
    assert undated == ["FY23_detentionStats01192022.xlsx"]
    for name, block in published.items():
        assert max(Counter(o.series for o in block.observations).values()) == 1, name


def test_sums_of_columns_are_those_read_independently(published: Mapping[str, Block], shared_data: Path) -> None:
    metrics = {
        "facility_adp_sum_level": "ice.facility_adp_by_level",
        "facility_adp_sum_criminality": "ice.facility_adp_by_criminality",
        "facility_adp_sum_threat": "ice.facility_adp_by_threat_level",
        "facility_adp_sum_mandatory": "ice.facility_adp_mandatory",
        "facility_guaranteed_minimum_sum": "ice.facility_guaranteed_minimum",
    }
    with gzip.open(shared_data / "ice" / "truth.csv.gz", "rt", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["metric"] in {*metrics, "facility_rows_named"}]
    assert len(rows) == 65 * 6
    for row in rows:
        read = published[row["file"]].observations
        if row["metric"] == "facility_rows_named":
            assert sum(o.metric == "ice.facility_name" for o in read) == int(row["value"]), row["file"]
            continue
        added = sum(o.value for o in read if o.metric == metrics[row["metric"]] and o.value is not None)
        assert math.isclose(added, float(row["value"]), rel_tol=1e-9, abs_tol=0.001), row


def test_names_of_one_facility_never_stand_in_one_published_sheet(published: Mapping[str, Block]) -> None:
    """But for rows that bear the very same name, which are told apart."""
    for name, block in published.items():
        names: dict[str, set[str]] = {}
        for o in block.observations:
            if o.metric == "ice.facility_name":
                names.setdefault(dict(o.dims)["facility"], set()).add(o.raw)
        assert all(len(group) == 1 for group in names.values()), name
