"""The hedge table: which interval a stated number and its hedge word accept, and the rule that gave it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.claims.hedges import (
    HEDGES,
    Accepted,
    accepted,
    grain,
    half_grain,
    roughly_the_same,
    significantly_more_than,
    target,
)
from alerts.forms.verdicts import truth

STATED = st.integers(1, 10_000_000)

UNHURRIED = settings(deadline=None)  # a busy machine is no failure


@pytest.mark.parametrize(
    ("word", "stated", "low", "high"),
    [
        ("bare", 49_000, 48_500, 49_500),
        ("bare", 3_000, 2_850, 3_150),
        ("about", 49_000, 48_000, 50_000),
        ("about", 3_000, 2_700, 3_300),
        ("about", 59_000, 57_820, 60_180),
        ("almost", 49_000, 48_500, 49_245),
        ("almost", 3_000, 2_850, 3_015),
        ("almost", 150_000, 142_500, 150_750),
        ("just over", 49_000, 48_755, 49_500),
        ("more than", 49_000, 49_000, None),
        ("at least", 3_000, 2_985, None),
        ("under", 49_000, None, 49_000),
        ("at most", 49_000, None, 49_245),
        ("exactly", 49_000, 48_755, 49_245),
    ],
)
def test_the_table(word: str, stated: float, low: float | None, high: float | None) -> None:
    interval = accepted(stated, word)
    assert interval.low == pytest.approx(low)
    assert interval.high == pytest.approx(high)
    assert interval.rule.startswith(word.removesuffix("ly"))


@pytest.mark.parametrize(
    ("stated", "expected"),
    [(49_000, 1_000), (41_500, 500), (605_000, 5_000), (56_397, 1), (1_000_000, 1_000_000), (25, 5), (-41_500, 500)],
)
def test_the_grain_is_one_or_five_times_a_power_of_ten(stated: float, expected: float) -> None:
    assert grain(stated) == expected


@pytest.mark.parametrize("stated", [0, 54.7, 0.5])
def test_what_is_no_whole_number_has_the_smallest_grain(stated: float) -> None:
    assert grain(stated) == 1


@UNHURRIED
@given(STATED)
def test_the_grain_divides_and_no_larger_one_does(stated: int) -> None:
    found = int(grain(stated))
    assert stated % found == 0
    larger = [m * 10**p for p in range(9) for m in (1, 5) if m * 10**p > found]
    assert [g for g in larger if stated % g == 0] == []


def test_half_of_the_grain_is_at_most_five_percent() -> None:
    assert half_grain(49_000) == 500
    assert half_grain(3_000) == 150


def test_a_number_that_is_not_round_is_exact_but_for_revisions() -> None:
    interval = accepted(56_397, "bare")
    assert interval.low == pytest.approx(56_115.015)
    assert interval.high == pytest.approx(56_678.985)
    assert truth(56_397, interval) == "holds"
    assert truth(56_500, interval) == "holds_marginal"
    assert truth(56_700, interval) == "outside"


def test_grace_is_told_apart_from_the_words() -> None:
    almost = accepted(49_000, "almost")
    assert [truth(y, almost) for y in (48_499, 48_500, 49_000, 49_005, 49_245, 49_246)] == [
        "outside",
        "holds",
        "holds",
        "holds_marginal",
        "holds_marginal",
        "outside",
    ]


@pytest.mark.parametrize(("word", "inside"), [("more than", 41_501), ("under", 41_499)])
def test_more_than_and_under_leave_the_number_itself_out(word: str, inside: float) -> None:
    interval = accepted(41_500, word)
    assert not interval.contains(41_500)
    assert not interval.contains_without_grace(41_500)
    assert interval.contains(inside)


def test_a_target_is_met_from_95_percent_on_whatever_its_grain() -> None:
    assert (target(3_000).low, target(3_000).high) == (2_850, None)
    assert target(1_200).low == 1_140
    assert target(3_000).rule == "target: met from 95% on"


def test_roughly_the_same_is_five_percent_or_twice_the_usual_variation() -> None:
    long, short = roughly_the_same(0.019), roughly_the_same(0.074)
    assert long.low == pytest.approx(0.95)
    assert long.high == pytest.approx(1.05)
    assert short.low == pytest.approx(0.852)
    assert short.high == pytest.approx(1.148)
    assert "2 x 7.4% (usual variation of the window)" in short.rule


def test_significantly_is_a_tenth_and_three_usual_movements() -> None:
    assert significantly_more_than(41_500, 1_197).low == pytest.approx(45_650)
    assert significantly_more_than(10_000, 1_197).low == pytest.approx(13_591)


def test_a_word_that_the_table_does_not_have_is_an_error() -> None:
    with pytest.raises(KeyError, match="nearly-ish"):
        accepted(49_000, "nearly-ish")


@UNHURRIED
@given(st.sampled_from(sorted(HEDGES)), STATED)
def test_grace_only_widens(word: str, stated: int) -> None:
    interval = accepted(stated, word)
    if interval.low is not None and interval.core_low is not None:
        assert interval.low <= interval.core_low <= stated
    if interval.high is not None and interval.core_high is not None:
        assert stated <= interval.core_high <= interval.high
    assert (interval.low is None) == (interval.core_low is None)
    assert (interval.high is None) == (interval.core_high is None)
    assert interval.contains(stated) != interval.beyond_edge


@UNHURRIED
@given(st.sampled_from(sorted(HEDGES)), STATED, st.floats(0, 3e7, allow_nan=False))
def test_the_gap_is_nothing_inside_and_points_to_the_outside(word: str, stated: int, value: float) -> None:
    interval = accepted(stated, word)
    gap = interval.gap(value)
    if value not in (interval.low, interval.high):
        assert (gap == 0) == interval.contains(value)
    assert (gap < 0) == (interval.low is not None and value < interval.low)
    assert (gap > 0) == (interval.high is not None and value > interval.high)
    if interval.contains_without_grace(value):
        assert interval.contains(value)


def test_an_interval_without_edges_accepts_everything() -> None:
    anything = Accepted(None, None, None, None, "anything")
    assert anything.contains(-1e12)
    assert anything.gap(1e12) == 0
