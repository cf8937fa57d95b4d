from datetime import date

import pytest

from scrapers.ice_names import guess, read_name


@pytest.mark.parametrize(
    ("name", "year", "day"),
    [
        ("FY25_detentionStats05232025.xlsx", 2025, date(2025, 5, 23)),
        ("FY22_detentionStats_02162022.xlsx", 2022, date(2022, 2, 16)),
        ("FY26_detentionStats_02122026.xlsx", 2026, date(2026, 2, 12)),
        ("FY22_detentionStats03172022b.xlsx", 2022, date(2022, 3, 17)),
        # MMDDYY
        ("FY21_detentionStats060921.xlsx", 2021, date(2021, 6, 9)),
        ("FY21_detentionStats061121.xlsx", 2021, date(2021, 6, 11)),
        ("FY21_detentionStats062421.xlsx", 2021, date(2021, 6, 24)),
        ("FY23_detentionStats112822.xlsx", 2023, date(2022, 11, 28)),
        # YYMMDD
        ("FY21_detentionStats210503.xlsx", 2021, date(2021, 5, 3)),
        ("FY21_detentionStats210513.xlsx", 2021, date(2021, 5, 13)),
        ("FY23_detentionStats221206.xlsx", 2023, date(2022, 12, 6)),
        ("FY23_detentionStats221222.xlsx", 2023, date(2022, 12, 22)),
        ("FY23_detentionStats230316.xlsx", 2023, date(2023, 3, 16)),
        # MMDD
        ("FY21_detention-stats_0301.xlsx", 2021, date(2021, 3, 1)),
        ("FY21_detention-stats_0414.xlsx", 2021, date(2021, 4, 14)),
        # Letters as they come
        ("FY21-detentionstats05032021.XLSX", 2021, date(2021, 5, 3)),
        ("fy25_DETENTIONSTATS05232025.xlsx", 2025, date(2025, 5, 23)),
        # Mistyped by the publisher: read as they stand, it is for others to see that they cannot be.
        ("FY21_detentionStats07222020.xlsx", 2021, date(2020, 7, 22)),
        ("FY23_detentionStats01192022.xlsx", 2023, date(2022, 1, 19)),
        ("FY24_detentionStats11152024.xlsx", 2024, date(2024, 11, 15)),
        # Copies kept side by side
        ("FY26_detentionStats11202025__f0a3e97f.xlsx", 2026, date(2025, 11, 20)),
    ],
)
def test_a_dated_name_states_its_year_and_day(name: str, year: int, day: date) -> None:
    read = read_name(name)
    assert (read.known, read.dated, read.fiscal_year, read.day) == (True, True, year, day)


@pytest.mark.parametrize(
    ("name", "year"),
    [
        ("FY19-detentionstats.xlsx", 2019),
        ("FY20-detentionstats__6c63df07.xlsx", 2020),
        ("FY21_detention-stats.xlsx", 2021),
        ("FY24_detentionStats.xlsx", 2024),
    ],
)
def test_a_year_end_name_has_no_day(name: str, year: int) -> None:
    read = read_name(name)
    assert (read.known, read.dated, read.fiscal_year, read.day) == (True, False, year, None)


@pytest.mark.parametrize(
    "name",
    [
        "FY25_detentionStats02302025.xlsx",  # no such day
        "FY25_detentionStats20250523.xlsx",  # another order
        "FY25_detentionStats999999.xlsx",
        "FY21_detention-stats_1112.xlsx",  # November of 2020 or, as a year-end file, of 2021
        "FY12_detentionStats121012.xlsx",  # 10 December 2012 or 12 October 2012
        "FY25_detentionStats060921.xlsx",  # a year that does not fit the fiscal year
    ],
)
def test_digits_that_name_no_day_or_two_give_none(name: str) -> None:
    read = read_name(name)
    assert (read.known, read.dated, read.day) == (True, True, None)


@pytest.mark.parametrize(
    "name",
    [
        "Over72HourFacilities.xlsx",
        "FY25_detentionStats05232025.xls",
        "FY25_detentionStats05232025.xlsx.zip",
        "FY25_detentionStats05232025 (1).xlsx",
        "FY25_detentionStats_final.xlsx",
        "FY2025_detentionStats05232025.xlsx",
        "FY25_detentionStats5232025.xlsx",
        "FY25_detentionStats052320251.xlsx",
        "FY25_detentionStats05232025bb.xlsx",
        "detentionStats05232025.xlsx",
        "x/FY25_detentionStats05232025.xlsx",
        "FY25_detentionStats05232025.xlsx\n",
        "FY٢٥_detentionStats05232025.xlsx",
        "",
    ],
)
def test_a_name_of_no_known_shape_says_nothing(name: str) -> None:
    read = read_name(name)
    assert (read.known, read.fiscal_year, read.day) == (False, None, None)


@pytest.mark.parametrize(
    ("name", "year", "day"),
    [
        ("FY26_detentionStats07202026_0.xlsx", 2026, date(2026, 7, 20)),
        ("FY25_detentionStats05232025 (1).xlsx", 2025, date(2025, 5, 23)),
        ("Copy of FY25_detentionStats05232025.xlsx", 2025, date(2025, 5, 23)),
        ("FY2026_detentionStats04092026.xlsx", 2026, date(2026, 4, 9)),
        ("FY26-detention-stats-07-20-2026.xlsx", 2026, date(2026, 7, 20)),
        ("FY25_detentionStats20250523.xlsx", 2025, date(2025, 5, 23)),
        ("detentionStats05232025.xlsx", 2025, date(2025, 5, 23)),
        ("ice detention 2025-11-20.xlsx", 2026, date(2025, 11, 20)),
        ("FY25_detentionStats_final.xlsx", 2025, None),
        ("FY25_detentionStats02302025.xlsx", 2025, None),
        ("DetentionStatistics.xlsx", None, None),
        ("facilities2020.xlsx", None, None),
        ("FY٢٥_detentionStats.xlsx", None, None),
    ],
)
def test_a_name_of_no_known_shape_is_guessed_at(name: str, year: int | None, day: date | None) -> None:
    guessed = guess(name)
    assert (guessed.known, guessed.fiscal_year, guessed.day) == (False, year, day)
