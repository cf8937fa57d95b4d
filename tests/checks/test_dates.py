"""Checks of the days that the blocks of one document state: for each a document that fails it and one that does not."""

from datetime import UTC, date, datetime, timedelta

import pytest

from checks.dates import dates
from figures.periods import fiscal_year_to_date, instant
from figures.records import Observation, Status

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
