from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from figures.periods import (
    MONTHS,
    Period,
    end_of_day,
    fiscal_year,
    fiscal_year_end,
    fiscal_year_start,
    fiscal_year_to_date,
    instant,
    month_of_fiscal_year,
    spoken,
    us_dates,
    washington_day,
)


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2024, 9, 30), 2024),
        (date(2024, 10, 1), 2025),
        (date(2024, 12, 31), 2025),
        (date(2025, 1, 1), 2025),
    ],
)
def test_the_fiscal_year_begins_on_1_october(day: date, year: int) -> None:
    assert fiscal_year(day) == year


@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)))
def test_every_day_lies_in_its_fiscal_year_and_in_one_month_of_it(day: date) -> None:
    year = fiscal_year(day)
    assert fiscal_year_start(year) <= day <= fiscal_year_end(year)
    months = [month_of_fiscal_year(year, month, fiscal_year_end(year)) for month in MONTHS]
    holding = [m for m in months if m.start and m.end and m.start <= day <= m.end]
    assert [m.start for m in holding] == [day.replace(day=1)]


@pytest.mark.parametrize(
    ("month", "through", "start", "end"),
    [
        ("Oct", date(2025, 5, 17), date(2024, 10, 1), date(2024, 10, 31)),
        ("Jan", date(2025, 5, 17), date(2025, 1, 1), date(2025, 1, 31)),
        ("May", date(2025, 5, 17), date(2025, 5, 1), date(2025, 5, 17)),
        ("May", date(2025, 5, 31), date(2025, 5, 1), date(2025, 5, 31)),
        ("May", date(2025, 5, 1), date(2025, 5, 1), date(2025, 5, 1)),
        ("Jun", date(2025, 5, 31), date(2025, 6, 1), None),
        ("Sep", date(2025, 10, 2), date(2025, 9, 1), date(2025, 9, 30)),
        ("Oct", None, date(2024, 10, 1), None),
    ],
)
def test_a_month_is_cut_where_the_data_end(month: str, through: date | None, start: date, end: date | None) -> None:
    assert month_of_fiscal_year(2025, month, through) == Period("month", start, end)


def test_february_of_a_leap_year_has_29_days() -> None:
    assert month_of_fiscal_year(2024, "Feb", date(2024, 9, 30)).end == date(2024, 2, 29)
    assert month_of_fiscal_year(2025, "Feb", date(2025, 9, 30)).end == date(2025, 2, 28)


def test_a_word_that_is_no_month_is_refused() -> None:
    with pytest.raises(ValueError):
        month_of_fiscal_year(2025, "FY Overall", None)


def test_a_running_month_keeps_its_key_while_it_grows() -> None:
    grown = [month_of_fiscal_year(2025, "May", date(2025, 5, day)) for day in (3, 17, 31)]
    assert {period.key for period in grown} == {"2025-05"}
    assert len(set(grown)) == 3


def test_other_periods_are_known_by_their_last_day() -> None:
    assert instant(date(2025, 5, 18)).key == "2025-05-18"
    assert fiscal_year_to_date(2025, date(2025, 5, 17)).key == "2025-05-17"
    assert instant(None).key == "undated"
    assert fiscal_year_to_date(2025, None).key == "undated"
    assert fiscal_year_to_date(2025, None).start == date(2024, 10, 1)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("updated through 05/17/2025 (IIDS Run Date 05/19/2025)", [date(2025, 5, 17), date(2025, 5, 19)]),
        ("9/30/2020", [date(2020, 9, 30)]),
        ("through 09/022/2025", []),
        ("02/30/2025 and 13/01/2025", []),
        ("02/30/2025 then 03/01/2025", [date(2025, 3, 1)]),
        ("05/17/20255", []),
        ("1/05/17/2025", []),
        ("05/17/2025/1", []),
        ("05.17.2025", []),
        ("05/17/25", []),
        ("", []),
    ],
)
def test_only_calendar_dates_are_read_from_a_text(text: str, days: list[date]) -> None:
    assert list(us_dates(text)) == days


def test_a_day_ends_in_washington_in_winter_and_in_summer() -> None:
    assert end_of_day(date(2025, 1, 15)) == datetime(2025, 1, 16, 4, 59, 59, 999_999, tzinfo=UTC)
    assert end_of_day(date(2025, 7, 15)) == datetime(2025, 7, 16, 3, 59, 59, 999_999, tzinfo=UTC)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_the_end_of_a_day_still_is_that_day(day: date) -> None:
    assert washington_day(end_of_day(day)) == day


def test_days_are_spoken_as_people_write_them() -> None:
    assert spoken(date(2025, 5, 4)) == "4 May 2025"
