"""Years that are over: files that stop short of the year's end, and closed years that change."""

from datetime import date, timedelta

import pytest

from checks.against import compare
from checks.year_end import year_end
from figures.periods import Period, fiscal_year_to_date, instant
from figures.records import Earlier, Finding, Observation

LAST = date(2024, 9, 30)
LATER = date(2024, 10, 23)


def observation(table: str, day: date, value: float = 5_000, cell: str = "V20", year: int = 2024) -> Observation:
    period = instant(day) if table.startswith("atd") else fiscal_year_to_date(year, day)
    dims = (("agency", "all"), ("group", table))
    where = f"xlsx:Detention FY24!{cell}"
    return Observation("ice.book_ins", dims, period, value, "people", "reported", f"{value:g}", where, table, year)


def short(published: date = LATER, **days: date) -> list[Finding]:
    new = [observation(table, day) for table, day in days.items()]
    return year_end(new, compare(new, []), published, [], [])


def test_a_year_end_file_runs_through_the_year() -> None:
    after = LAST + timedelta(days=7)
    assert short(book_ins_by_month=LAST, adp=LAST, removals=LAST, atd_status=after, facility_stay=LAST) == []


@pytest.mark.parametrize("table", ["removals", "facility_stay", "atd_status"])
def test_a_sheet_of_a_year_end_file_that_was_not_brought_up_to_date_is_held(table: str) -> None:
    (finding,) = short(book_ins_by_month=LAST, adp=LAST, **{table: date(2024, 9, 21)})
    assert (finding.check, finding.severity, finding.scope) == ("year_end_short", "hold", (table,))
    assert finding.words == (
        f"Fiscal year 2024 was over on 30 September 2024, but {table} run through 21 September 2024: the year-end file "
        "was not brought up to date there."
    )


def test_a_file_that_stops_short_as_a_whole_is_told_and_one_of_those_days_is_not_late() -> None:
    days = {"book_ins_by_month": date(2024, 9, 21), "adp": date(2024, 9, 21)}
    assert [f.severity for f in short(**days)] == ["warn"]
    assert short(published=date(2024, 10, 14), **days) == []


def whole(values: tuple[float, float], day: date = LAST, year: int = 2024) -> list[Finding]:
    """The same year, stated whole in two editions: a count and a month of it."""
    month = Period("month", date(2023, 10, 1), date(2023, 10, 31))
    old = [observation("book_ins_by_month", day), observation("book_ins_by_month", day, 400, "J20")]
    old[1] = old[1]._replace(period=month)
    earlier = [
        Earlier(o.series, o.table, o.period, o.value or 0.0, "xlsx:S!", 20, column, year, "before.xlsx")
        for column, o in ((22, old[0]), (10, old[1]))
    ]
    new = [o._replace(value=value, raw=f"{value:g}") for o, value in zip(old, values, strict=True)]
    return year_end(new, compare(new, earlier), date(2025, 2, 1), [], [])


def test_a_closed_year_that_changes_is_held_in_what_changed() -> None:
    assert whole((5_000, 400)) == []
    assert whole((5_000 * (1 + 1e-12), 400)) == []  # saved again with fewer digits
    (finding,) = whole((5_000, 401))
    assert (finding.check, finding.severity) == ("closed_year_changed", "hold")
    assert finding.scope == ("xlsx:Detention FY24!J20",)
    assert finding.words == (
        "book_ins_by_month: 1 figure of a closed year changed since before.xlsx: xlsx:Detention FY24!J20 from 400 to "
        "401. A closed year is locked."
    )


def test_a_year_that_runs_may_be_revised() -> None:
    assert [f.check for f in whole((5_000, 401), day=date(2024, 8, 31))] == ["year_end_short"]


def test_a_sheet_of_a_year_gone_by_is_carried_along_as_it_is() -> None:
    old = observation("atd_areas", LAST, 300, "B30")._replace(status="not_current")
    assert year_end([], compare([], []), LATER, [old], [old]) == []
    (finding,) = year_end([], compare([], []), LATER, [old._replace(value=330.0, raw="330")], [old])
    assert (finding.check, finding.severity) == ("closed_year_changed", "warn")
    blank = old._replace(value=None, raw="")
    assert "from 300 to blank" in year_end([], compare([], []), LATER, [blank], [old])[0].words
    moved = old._replace(locator="xlsx:Other!B30")
    assert year_end([], compare([], []), LATER, [moved._replace(value=1.0)], [old]) == []
