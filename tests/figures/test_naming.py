"""Names that people type: shortened as in git, or wrong, with the nearest."""

import pytest

from figures.naming import AmbiguousNameError, UnknownNameError, meant, nearest

CLAIMS = ["seed-1-target-3000-arrests", "seed-10-made-up", "seed-4-almost-49000-in-custody", "trac-990-july-2025"]


def test_a_name_may_be_shortened_as_far_as_it_stays_clear() -> None:
    assert meant("seed-4", CLAIMS, "", "") == "seed-4-almost-49000-in-custody"
    assert meant("t", CLAIMS, "", "") == "trac-990-july-2025"
    assert meant("ab", ["ab", "abc"], "", "") == "ab"
    assert meant("e401", ["claim:e40129f4", "claim:e5ff0000", "held:ice:e4"], "", "") == "claim:e40129f4"


def test_a_name_that_is_short_for_several_names_them() -> None:
    with pytest.raises(AmbiguousNameError) as caught:
        meant("seed-1", CLAIMS, "", "")
    assert str(caught.value) == (
        "'seed-1' is short for 2: seed-1-target-3000-arrests, seed-10-made-up. Give more of the one meant."
    )
    with pytest.raises(AmbiguousNameError, match=r"'k' is short for 20: k00, .*, k07 and 12 more"):
        meant("k", [f"k{number:02}" for number in range(20)], "", "")


def test_a_wrong_name_is_told_with_the_nearest_and_where_all_are() -> None:
    with pytest.raises(UnknownNameError) as caught:
        meant("sed-4-almost", CLAIMS, "No claim 'sed-4-almost' is on record", "`onrecord claims` lists them")
    assert str(caught.value).startswith("No claim 'sed-4-almost' is on record; nearest: seed-4-almost-49000-in-custody")
    assert str(caught.value).endswith("; `onrecord claims` lists them.")
    with pytest.raises(UnknownNameError, match=r"^No claim; listed\.$"):
        meant("zzzzz", CLAIMS, "No claim", "listed")


@pytest.mark.parametrize(
    ("name", "known", "first"),
    [
        ("ice.detaned", ["ice.detained", "ice.book_ins"], "ice.detained"),
        ("New York", ["America/New_York", "America/Newfoundland", "Asia/Seoul"], "America/New_York"),
        ("america/new_york", ["America/Nuuk", "America/New_York"], "America/New_York"),
        ("removals", ["ice.removals_famu", "ice.removals", "ice.adp"], "ice.removals"),
        ("webhook", ["webhook_env", "token_env"], "webhook_env"),
    ],
)
def test_the_nearest_is_found_through_capitals_marks_and_slips(name: str, known: list[str], first: str) -> None:
    assert nearest(name, known)[0] == first


def test_nothing_is_near_what_is_like_nothing() -> None:
    assert nearest("", ["a", "b"]) == []
    assert nearest("qqqq", ["ice.detained"]) == []
