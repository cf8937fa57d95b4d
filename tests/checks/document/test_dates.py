"""Checks of the days that the blocks of one document state: for each a document that fails it and one that does not."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from checks.document.dates import dates, days_ahead
from checks.document.document_suite import document
from figures.periods import Period, fiscal_year_to_date, instant
from figures.records import Observation, Status
from figures.registry import SOURCES

MAY_18 = date(2025, 5, 18)


def figure(table: str, day: date | None, *, status: Status = "reported", to_date: bool = False) -> Observation:
    period = fiscal_year_to_date(2025, day) if to_date else instant(day)
    return Observation("ice.detained", (), period, 1.0, "people", status, "1", f"xlsx:S!{table}", table)


def test_blocks_of_one_week_are_not_named() -> None:
    found = dates(
        [figure("detained_by_criminality", MAY_18), figure("removals", date(2025, 5, 17), to_date=True)], None
    )
    assert found == []


def test_a_block_of_months_ago_may_be_left_over() -> None:
    """FY21_detentionStats10012021 carries the Alternatives to Detention of May."""
    (finding,) = dates([figure("detained_by_criminality", MAY_18), figure("atd_status", date(2025, 1, 4))], None)
    assert (finding.check, finding.severity, finding.scope) == ("left_over_block", "warn", ("atd_status",))
    assert finding.words == (
        "atd_status: of 4 January 2025 where other blocks are of 18 May 2025; they may be left over from an earlier "
        "edition."
    )


@pytest.mark.parametrize("status", ["not_current", "reported"])
def test_what_is_not_current_or_not_drawn_each_time_is_no_measure(status: Status) -> None:
    table = "atd_status" if status == "not_current" else "iclos"
    old = figure(table, date(2025, 1, 4), status=status)
    assert dates([figure("detained_by_criminality", MAY_18), old], None) == []


def test_tables_of_one_report_have_one_day() -> None:
    """FY22_detentionStats01102022 heads its areas with the day of the edition before."""
    whole, areas = figure("atd_status", date(2022, 1, 1)), figure("atd_areas", date(2021, 12, 18))
    (finding,) = dates([whole, areas], None)
    assert (finding.check, finding.severity, finding.scope) == (
        "report_days_differ",
        "warn",
        ("atd_areas", "atd_status"),
    )
    assert finding.words == (
        "atd_status of 1 January 2022, atd_areas of 18 December 2021: one report has one day, so a heading was left "
        "from another edition or mistyped."
    )
    assert dates([whole, figure("atd_areas", date(2022, 1, 1))], None) == []


def test_a_day_after_the_document_was_saved_holds_its_table() -> None:
    """FY24_detentionStats11222023 writes 2024 over its areas."""
    saved = datetime(2025, 5, 19, 14, tzinfo=UTC)
    (finding,) = dates([figure("atd_status", MAY_18), figure("atd_areas", date(2026, 5, 18))], saved)
    assert (finding.check, finding.severity, finding.scope) == ("date_after_saving", "hold", ("atd_areas",))
    assert finding.words == ("atd_areas is said to run through 18 May 2026, but the document was saved on 19 May 2025.")
    assert dates([figure("atd_status", date(2025, 5, 20))], saved) == []  # clocks may differ by a day


def _inspected(raw: str, locator: str = "xlsx:Facilities FY25!Y84") -> Observation:
    return Observation(
        "ice.facility_inspection_end_date",
        (("facility", "A"), ("inspection", "last")),
        instant(MAY_18),
        None,
        "text",
        "text",
        raw,
        locator,
        "facility_inspections",
        2025,
    )


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ("2035-01-16", "2035-01-16"),
        ("2035-01-16T00:00:00", "2035-01-16"),
        ("1/16/2035", "2035-01-16"),
        ("2025-05-25", "2025-05-25"),
        ("2002-05-01", "2002-05-01"),
        ("2025-05-24", None),  # the day of saving, and one for clocks that differ
        ("2004-02-01", None),
        ("N/A", None),
        ("Scheduled FY26", None),
        ("2/29/2025", None),  # no day at all: said when it is read
        ("", None),
    ],
)
def test_a_day_that_stands_as_a_value_lies_before_the_editions_own_day(raw: str, found: str | None) -> None:
    saved = datetime(2025, 5, 23, 16, tzinfo=UTC)
    findings = days_ahead([_inspected(raw)], saved, date(2025, 5, 19))
    assert [f.found for f in findings] == ([found] if found else [])
    for finding in findings:
        assert (finding.check, finding.severity, finding.scope) == (
            "date_out_of_range",
            "warn",
            ("xlsx:Facilities FY25!Y84",),
        )
        assert finding.expected == "2003-03-01 to 2025-05-24"


def test_without_a_day_of_saving_the_run_date_says_how_far_an_edition_can_know() -> None:
    assert days_ahead([_inspected("2025-06-02")], None, date(2025, 5, 19)) == []
    (finding,) = days_ahead([_inspected("2025-06-03")], None, date(2025, 5, 19))
    assert finding.words == (
        "xlsx:Facilities FY25!Y84 says 3 June 2025, which is after 2 June 2025, the last day that the edition can know "
        "of; it is kept as published."
    )
    assert days_ahead([_inspected("2035-01-16")], None, None) == []


def test_an_inspection_of_2035_is_said_by_its_cell_and_the_list_stands(shared_data: Path) -> None:
    content = (shared_data / "cases" / "inspection_in_2035.xlsx").read_bytes()
    findings = document(SOURCES["ice"].parse(content, "FY25_detentionStats05232025.xlsx"))
    (finding,) = (f for f in findings if f.check == "date_out_of_range")
    assert (finding.scope, finding.found) == (("xlsx:Facilities FY25!Y8",), "2035-01-16")
    assert "16 January 2035" in finding.words
    assert not [f for f in findings if f.severity == "hold" and "facility" in str(f.scope)]


def test_a_figure_of_days_that_had_not_come_is_held_by_its_cell() -> None:
    """The days of family releases are typed into a sentence."""
    one = figure("famu_released", MAY_18)
    saved = datetime(2025, 5, 23, 16, tzinfo=UTC)
    for start, end in ((date(2035, 5, 5), date(2035, 5, 18)), (date(2025, 5, 18), date(2025, 5, 5))):
        typed = one._replace(period=Period("span", start, end), value=10.0)
        (finding,) = days_ahead([typed], saved, None)
        assert (finding.check, finding.severity, finding.scope) == ("period_ahead", "hold", (typed.locator,))
    sound = one._replace(period=Period("span", date(2025, 5, 5), date(2025, 5, 18)), value=10.0)
    assert days_ahead([sound, typed._replace(value=None), typed._replace(status="not_current")], saved, None) == []


COUNTED = ("book_ins_by_month", "book_ins_by_criminality", "adp", "removals")


@pytest.mark.parametrize(("days", "held"), [(0, False), (1, False), (4, False), (-7, True), (-14, True), (7, True)])
def test_a_snapshot_is_of_the_day_of_the_counts_beside_it(days: int, held: bool) -> None:
    counts = [figure(table, MAY_18, to_date=True) for table in COUNTED]
    found = dates([*counts, figure("detained_by_criminality", MAY_18 + timedelta(days=days))], None)
    assert [f.check for f in found if f.severity == "hold"] == (["snapshot_day"] if held else [])


def test_what_is_said_of_a_snapshot_of_another_day() -> None:
    counts = [figure(table, MAY_18, to_date=True) for table in COUNTED]
    snapshots = [figure(table, date(2025, 5, 4)) for table in ("detained_by_criminality", "detained_by_disposition")]
    (finding,) = dates([*counts, *snapshots], None)
    assert finding.scope == ("detained_by_criminality", "detained_by_disposition")
    assert finding.words == (
        "detained_by_criminality, detained_by_disposition: a snapshot of 4 May 2025, where the counts beside it run "
        "through 18 May 2025: the day of the snapshot is not known."
    )


def test_counts_of_several_days_are_no_measure_of_a_snapshot() -> None:
    counts = [figure("adp", MAY_18, to_date=True), figure("removals", date(2025, 5, 4), to_date=True)]
    assert dates([*counts, figure("detained_by_criminality", date(2025, 5, 4))], None) == []
