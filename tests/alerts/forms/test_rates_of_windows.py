"""Totals and rates of named windows: split between editions, by months, and TRAC's way."""

from datetime import date

import pytest

from alerts.forms.daily_rates import between
from alerts.forms.derived_series import DERIVED, SHARES, usual_variation
from alerts.forms.month_cells import of_months, of_two_editions
from figures.metrics.catalogue import METRICS
from tests.alerts.by_hand import BY_BOTH, BY_ICE, REMOVALS, count, month

POSTED = date(2025, 6, 20)
REMOVED = {
    date(2024, 9, 30): 271_484,
    date(2025, 1, 11): 76_939,
    date(2025, 1, 25): 85_769,
    date(2025, 5, 3): 157_948,
    date(2025, 9, 20): 319_980,
    date(2025, 11, 15): 56_392,
}
POINTS = [count(REMOVALS, value, end, POSTED) for end, value in REMOVED.items()]


def test_between_two_editions_it_is_their_difference() -> None:
    rate = between(POINTS, date(2025, 1, 26), date(2025, 5, 3))
    assert rate is not None
    assert (rate.amount, rate.days, round(rate.per_day, 1), rate.interpolated) == (72_179, 98, 736.5, False)
    assert rate.formula == "(157,948 - 85,769) / 98 days"
    assert [f.value for f in rate.figures] == [157_948, 85_769]


def test_the_count_at_19_january_is_split_between_two_editions() -> None:
    """RATES.md: X at 19 January = X(01162025) + 8/14 of the next difference: 81,985."""
    rate = between(POINTS, date(2025, 1, 20), date(2025, 5, 3))
    assert rate is not None
    assert rate.interpolated
    assert rate.amount == pytest.approx(157_948 - 81_985, abs=0.5)
    assert rate.formula == "(157,948 - (76,939 + 8/14 x (85,769 - 76,939))) / 104 days"


def test_across_1_october_nothing_is_subtracted_and_the_gap_is_bridged() -> None:
    """TRAC's 290,603 leaves out 21 to 30 September, and starts on 26 January."""
    rate = between(POINTS, date(2025, 1, 26), date(2025, 11, 15))
    assert rate is not None
    assert (rate.without_gap, rate.gap_days) == (319_980 - 85_769 + 56_392, 10)
    assert rate.without_gap == 290_603
    assert rate.low <= rate.amount <= rate.high
    assert rate.days == (date(2025, 11, 15) - date(2025, 1, 26)).days + 1


def test_a_whole_year_has_its_own_number_of_days() -> None:
    rate = between(POINTS, date(2023, 10, 1), date(2024, 9, 30))
    assert rate is not None
    assert (rate.days, round(rate.per_day, 1)) == (366, 741.8)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2025, 1, 26), date(2025, 11, 16)),
        (date(2023, 1, 1), date(2024, 9, 30)),  # a year without any
    ],
)
def test_what_no_edition_covers_is_none(start: date, end: date) -> None:
    assert between(POINTS, start, end) is None
    assert between([], start, end) is None


CELLS = {1: 21_995, 2: 21_632, 3: 22_928, 4: 22_813}
MONTHS = [month(BY_BOTH, 15_202, 2025, 1, POSTED, day=25)]
MONTHS += [month(BY_BOTH, value, 2025, number, POSTED) for number, value in CELLS.items()]
MONTHS.append(month(BY_BOTH, 2_046, 2025, 5, POSTED, day=3))


def test_tracs_way_gives_tracs_figure() -> None:
    rate = of_two_editions(MONTHS, date(2025, 1, 26), date(2025, 5, 3))
    assert rate is not None
    assert (rate.amount, rate.days) == (76_212, 98)
    assert rate.formula == "((21,995 - 15,202) + 21,632 + 22,928 + 22,813 + 2,046) / 98 days"
    assert len(rate.figures) == 6


def test_months_are_whole_or_run_to_a_day() -> None:
    april = of_months(MONTHS, date(2025, 4, 1), date(2025, 4, 30))
    running = of_months(MONTHS, date(2025, 4, 1), date(2025, 5, 3))
    assert april is not None
    assert running is not None
    assert (april.amount, april.days, running.amount, running.days) == (22_813, 30, 24_859, 33)
    for start, end in ((date(2025, 4, 2), date(2025, 4, 30)), (date(2025, 4, 1), date(2025, 5, 4))):
        assert of_months(MONTHS, start, end) is None
    assert of_two_editions(MONTHS, date(2025, 1, 20), date(2025, 4, 30)) is None


@pytest.mark.parametrize(
    ("series", "days", "cv"),
    [
        (REMOVALS, 14, 0.116),
        (REMOVALS, 27, 0.116),
        (REMOVALS, 28, 0.074),
        (REMOVALS, 56, 0.050),
        (REMOVALS, 84, 0.030),
        (REMOVALS, 400, 0.019),
        (BY_ICE, 14, 0.096),
        (BY_ICE, 28, 0.078),
        (BY_ICE, 56, 0.059),
        (BY_ICE, 84, 0.054),
        (BY_ICE, 112, 0.045),
        (REMOVALS, 13, None),
        (BY_BOTH, 28, None),
    ],
)
def test_the_usual_variation_of_a_rate(series: str, days: int, cv: float | None) -> None:
    assert usual_variation(series, days) == cv


def test_every_derived_series_names_what_is_published() -> None:
    for derived in DERIVED.values():
        for source in derived.of:
            assert source.partition("{")[0] in METRICS or source.startswith(("any count", "a speaker's"))
    parts = {part for parts in SHARES.values() for part in parts}
    assert parts == {"convicted", "pending", "other"}
