"""The rest of the hedge table: shares, fractions, ranges, times, changes, and the words that mean the same."""

import pytest

from alerts.claims.hedges import (
    CHANGES,
    HEDGES,
    SAME_AS,
    WORDS,
    accepted,
    accepted_points,
    between,
    fraction,
    times,
    understated,
)


@pytest.mark.parametrize(
    ("word", "low", "high"),
    [
        ("bare", 67.5, 72.5),
        ("about", 65, 75),
        ("roughly", 65, 75),
        ("almost", 67.5, 70.35),
        ("nearly", 67.5, 70.35),
        ("just over", 69.65, 72.5),
        ("more than", 70, None),
        ("at least", 69.65, None),
    ],
)
def test_shares_are_accepted_in_points(word: str, low: float, high: float | None) -> None:
    interval = accepted_points(70, word)
    assert (interval.low, interval.high) == (pytest.approx(low), pytest.approx(high))
    assert interval.rule


@pytest.mark.parametrize(
    ("value", "word", "low", "high"),
    [(2, "", 1.75, 2.25), (2, "double", 1.75, 2.25), (3, "triple", 2.5, 3.5), (3, "", 2.5, 3.5), (5, "", 4.5, 5.5)],
)
def test_how_many_times(value: float, word: str, low: float, high: float) -> None:
    assert (times(value, word).low, times(value, word).high) == (low, high)


def test_a_fraction_in_words_is_within_five_points() -> None:
    """'Nearly three in four' for 73 %: the fraction accepts it; 54.7 % is no half."""
    assert fraction(75).contains(73)
    assert not fraction(50).contains(55.1)
    assert (fraction(50).low, fraction(50).high) == (45, 55)


@pytest.mark.parametrize(
    ("word", "inside", "below", "above"),
    [
        ("bare", 54.7, 44.9, 55.1),
        ("about", 45.3, 44.9, 55.1),
        ("nearly", 45.3, 44.9, 54.7),
        ("just under", 50, 44.9, 50.3),
        ("just over", 54.7, 49.7, 55.1),
        ("more than", 60, 50, None),
        ("at least", 50, 49.7, None),
        ("fewer than", 30, None, 50),
        ("no more than", 50, None, 50.3),
        ("exactly", 50.1, 49.7, 50.3),
    ],
)
def test_a_word_before_a_fraction_says_on_which_side(
    word: str, inside: float, below: float | None, above: float | None
) -> None:
    interval = fraction(50, word)
    assert interval.contains(inside)
    assert not any(interval.contains(value) for value in (below, above) if value is not None)
    assert [value is None for value in (below, above)] == [edge is None for edge in (interval.low, interval.high)]


def test_a_range_reaches_half_a_grain_beyond_its_ends() -> None:
    interval = between(1_200, 1_500)
    assert (interval.low, interval.high) == (1_150, 1_575)
    assert (between(45_000, 50_000).low, between(45_000, 50_000).high) == (42_750, 52_500)


@pytest.mark.parametrize(("word", "same"), sorted((w, s) for w, s in SAME_AS.items() if s in HEDGES))
def test_other_words_for_the_same(word: str, same: str) -> None:
    assert accepted(49_000, word) == accepted(49_000, same)
    assert word in WORDS


@pytest.mark.parametrize(
    ("value", "stated", "word", "too_little"),
    [
        (605_001, 605_000, "more than", False),
        (56_397, 56_000, "over", False),
        (61_700, 56_000, "topped", True),  # 10.2 % and five grains
        (61_700, 56_000, "at least", False),
        (440_000, 400_000, "more than", False),  # a tenth, but less than two grains of 100,000
        (600_000, 400_000, "more than", True),
    ],
)
def test_when_more_than_says_too_little(value: float, stated: float, word: str, too_little: bool) -> None:
    assert understated(value, stated, word) is too_little


def test_words_for_changes() -> None:
    assert (CHANGES["plain"].least, CHANGES["plain"].z) == (0.01, 1.5)
    assert (CHANGES["slightly"].least, CHANGES["slightly"].most) == (0.01, 0.05)
    assert (CHANGES["significantly"].least, CHANGES["significantly"].z) == (0.10, 3)
    assert (CHANGES["plummet or soar"].least, CHANGES["plummet or soar"].z) == (0.25, 3)
