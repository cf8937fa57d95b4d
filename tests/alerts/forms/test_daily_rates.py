"""Daily rates as differences of editions, to the figure."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.forms.daily_rates import WIDEST_GAP, between, newest_interval, since, whole_year
from figures.periods import fiscal_year, fiscal_year_start
from figures.records import Figure
from tests.alerts.conftest import BOOK_INS, REMOVALS, figure

# Through-date, and the counts since 1 October: all book-ins, by CBP, by ICE, removals.
EDITIONS = (
    (date(2025, 4, 5), 137_476, 61_883, 75_593, 134_500),
    (date(2025, 4, 19), 147_438, 63_739, 83_699, 144_963),
    (date(2025, 5, 3), 158_281, 66_152, 92_129, 157_948),
    (date(2025, 5, 17), 170_022, 68_111, 101_911, 169_956),
    (date(2025, 5, 31), 185_042, 70_932, 114_110, 181_360),
    (date(2025, 6, 14), 204_297, 73_483, 130_814, 197_016),
)
PER_DAY = (
    (date(2025, 4, 19), 711.6, 132.6, 579.0, 747.4),
    (date(2025, 5, 3), 774.5, 172.4, 602.1, 927.5),
    (date(2025, 5, 17), 838.6, 139.9, 698.7, 857.7),
    (date(2025, 5, 31), 1072.9, 201.5, 871.4, 814.6),
    (date(2025, 6, 14), 1375.4, 182.2, 1193.1, 1118.3),
)

UNHURRIED = settings(deadline=None)  # a busy machine is no failure


def count(value: float, end: date, series: str = REMOVALS) -> Figure:
    return figure(series, value, end, end + timedelta(days=6))


def counted(column: int) -> list[Figure]:
    return [count(row[column], row[0], BOOK_INS) for row in EDITIONS]  # type: ignore[arg-type]


@pytest.mark.parametrize("column", range(1, 5))
@pytest.mark.parametrize("row", range(5))
def test_five_fortnights_of_2025(row: int, column: int) -> None:
    rate = newest_interval(counted(column)[: row + 2], 14)
    assert rate is not None
    assert (rate.days, rate.end, rate.gap_days) == (14, PER_DAY[row][0], 0)
    assert rate.start == rate.end - timedelta(days=13)
    assert round(rate.per_day, 1) == PER_DAY[row][column]


def test_a_rate_carries_its_formula_and_both_editions() -> None:
    points = counted(3)
    rate = newest_interval(points, 14)
    assert rate is not None
    assert rate.formula == "(130,814 - 114,110) / 14 days"
    assert rate.figures == (points[-1], points[-2])


def test_there_is_no_rate_of_a_window_that_ends_before_it_begins() -> None:
    """Also where the end lies in the fiscal year before."""
    for end in (date(2025, 4, 30), date(2024, 9, 1)):
        assert between(counted(1), date(2025, 5, 4), end) is None


def test_the_shortest_interval_that_is_long_enough() -> None:
    rate = newest_interval(counted(3), 28)
    assert rate is not None
    assert (rate.days, rate.start, rate.amount) == (28, date(2025, 5, 18), 130_814 - 101_911)
    longer = newest_interval(counted(3), 29)
    assert longer is not None
    assert longer.days == 42


def test_a_year_that_has_just_begun_is_counted_from_1_october() -> None:
    points = [count(303_000, date(2025, 9, 20)), count(13_500, date(2025, 10, 18))]
    rate = newest_interval(points, 14)
    assert rate is not None
    assert (rate.start, rate.days, rate.amount) == (date(2025, 10, 1), 18, 13_500)
    assert rate.formula == "13,500 / 18 days"
    assert rate.figures == (points[1],)


@pytest.mark.parametrize("points", [[], [count(5_000, date(2025, 10, 10))]])
def test_no_rate_without_enough_days(points: list[Figure]) -> None:
    assert newest_interval(points, 14) is None


def test_trac_s_98_days() -> None:
    points = [count(85_769, date(2025, 1, 25)), count(157_948, date(2025, 5, 3))]
    rate = since(points, date(2025, 1, 26))
    assert rate is not None
    assert (rate.amount, rate.days, rate.gap_days) == (72_179, 98, 0)
    assert round(rate.per_day, 1) == 736.5
    assert rate.formula == "(157,948 - 85,769) / 98 days"


def test_since_needs_an_edition_that_ends_the_day_before() -> None:
    points = [count(85_000, date(2025, 1, 24)), count(157_948, date(2025, 5, 3))]
    assert since(points, date(2025, 1, 26)) is None
    assert since(points[:1], date(2025, 1, 25)) is None
    assert since([], date(2025, 1, 26)) is None


def test_since_1_october_needs_none() -> None:
    rate = since([count(85_769, date(2025, 1, 25))], date(2024, 10, 1))
    assert rate is not None
    assert (rate.amount, rate.days, rate.start) == (85_769, 117, date(2024, 10, 1))


def test_across_1_october_two_years_are_added_and_the_days_between_are_bridged() -> None:
    points = [
        count(85_769, date(2025, 1, 25)),
        count(285_100, date(2025, 9, 6)),
        count(303_300, date(2025, 9, 20)),
        count(60_000, date(2025, 11, 15)),
    ]
    rate = since(points, date(2025, 1, 26))
    assert rate is not None
    before, after = (303_300 - 285_100) / 14, 60_000 / 46
    assert rate.without_gap == (303_300 - 85_769) + 60_000
    assert (rate.gap_days, rate.gap) == (10, 10 * before)
    assert (rate.low, rate.high) == (rate.without_gap + 10 * before, pytest.approx(rate.without_gap + 10 * after))
    assert rate.amount == rate.without_gap + rate.gap
    assert rate.days == 238 + 10 + 46
    assert rate.formula == "(303,300 + 10 x 1,300.0 - 85,769 + 60,000) / 294 days"
    assert rate.figures == (points[3], points[2], points[1], points[0])


def test_a_gap_of_half_a_year_is_not_bridged() -> None:
    points = [count(85_769, date(2025, 1, 25)), count(200_000, date(2025, 4, 5)), count(60_000, date(2025, 11, 15))]
    assert since(points, date(2025, 1, 26)) is None


def test_a_window_that_ends_in_the_gap_is_bridged_once_the_new_year_has_an_edition() -> None:
    points = [count(85_769, date(2025, 1, 25)), count(303_300, date(2025, 9, 20))]
    assert between(points, date(2025, 1, 26), date(2025, 9, 23)) is None
    rate = between([*points, count(60_000, date(2025, 11, 15))], date(2025, 1, 26), date(2025, 9, 23))
    assert rate is not None
    assert (rate.gap_days, rate.end) == (3, date(2025, 9, 23))
    assert rate.without_gap == 303_300 - 85_769


def test_a_year_without_any_edition_is_not_bridged() -> None:
    points = [count(85_769, date(2024, 1, 25)), count(100_000, date(2024, 3, 1)), count(60_000, date(2025, 11, 15))]
    assert since(points, date(2024, 1, 26)) is None


def test_fiscal_year_2024_has_366_days() -> None:
    rate = whole_year([count(271_484, date(2024, 9, 30))], 2024)
    assert rate is not None
    assert (rate.days, rate.start, rate.end) == (366, date(2023, 10, 1), date(2024, 9, 30))
    assert round(rate.per_day, 1) == 741.8
    shorter = whole_year([count(303_300, date(2025, 9, 30))], 2025)
    assert shorter is not None
    assert shorter.days == 365


def test_no_whole_year_before_its_last_day() -> None:
    assert whole_year([count(250_000, date(2024, 9, 14))], 2024) is None
    assert whole_year([count(271_484, date(2024, 9, 30))], 2023) is None


def test_what_has_no_number_or_no_day_is_never_counted_with() -> None:
    blank = figure(REMOVALS, None, date(2025, 5, 3), date(2025, 5, 12))
    with pytest.raises(ValueError, match=r"P29 of FY25_detentionStats05122025.xlsx has no number"):
        newest_interval([count(1, date(2025, 4, 5)), blank], 14)


@UNHURRIED
@given(
    st.lists(st.integers(0, 900), min_size=1, max_size=12, unique=True).map(sorted),
    st.integers(1, 60),
)
def test_no_interval_crosses_1_october_and_none_shorter_would_do(offsets: list[int], at_least: int) -> None:
    points = [count(1_000 + offset, date(2023, 7, 1) + timedelta(days=offset)) for offset in offsets]
    ends = [p.period.end for p in points if p.period.end]
    rate = newest_interval(points, at_least)
    year_start = fiscal_year_start(fiscal_year(ends[-1]))
    starts = [end + timedelta(days=1) for end in ends[:-1] if end >= year_start] + [year_start]
    long_enough = [s for s in starts if (ends[-1] - s).days + 1 >= at_least]
    if not long_enough:
        assert rate is None
        return
    assert rate is not None
    assert (rate.start, rate.end) == (max(long_enough), ends[-1])
    assert rate.days == (rate.end - rate.start).days + 1 >= at_least
    assert fiscal_year(rate.start) == fiscal_year(rate.end)


@UNHURRIED
@given(st.lists(st.integers(0, 700), min_size=1, max_size=10, unique=True).map(sorted))
def test_the_days_bridged_are_a_part_of_the_period(offsets: list[int]) -> None:
    start = date(2024, 1, 26)
    points = [count(50_000, start - timedelta(days=1))]
    points += [count(60_000, start + timedelta(days=offset)) for offset in offsets]
    rate = since(points, start)
    if rate is not None:
        assert rate.days == (rate.end - start).days + 1
        assert 0 <= rate.gap_days <= 2 * WIDEST_GAP  # two turns of the year at most
        assert rate.low <= rate.amount <= rate.high
        assert rate.end == points[-1].period.end
        assert (rate.gap_days > 0) <= (fiscal_year(rate.end) > fiscal_year(start))
