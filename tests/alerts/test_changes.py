"""Hysteresis: what moves a claim between its states, and what is told."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.changes import CALM, FURTHER, LADDERS, Change, Position, Step, step
from alerts.verdicts import DISTANCES, FAR_R, MATERIAL_R, Answer, Verdict, distance

UNHURRIED = settings(deadline=None)  # a busy machine is no failure


def seen(deviation: float, edition: str, z: float = 9.0) -> Verdict:
    """A level that deviates so much; inside its interval under 1 %."""
    inside = abs(deviation) < 0.01
    state, nearness = distance(inside, deviation, z)
    return Verdict("c", "standing", state, size=abs(deviation), nearness=nearness, edition=edition)


def attained(share: float, edition: str) -> Verdict:
    """A target that is met to such a share."""
    state = "met" if share >= 0.95 else "approaching" if share >= 0.8 else "short"
    threshold = 0.05 if state == "met" else 0.2
    nearness = 1.0 if state == "short" else max(0.0, 1 - share) / threshold
    return Verdict("c", "standing", state, size=max(0.0, 1 - share), nearness=nearness, edition=edition)


def unmoved(state: str, answer: Answer = "standing") -> Verdict:
    return Verdict("c", answer, state)


def run(*verdicts: Verdict, start: Position | None = None) -> list[Step]:
    steps: list[Step] = []
    for verdict in verdicts:
        steps.append(step(steps[-1].position if steps else start, verdict))
    return steps


def told(steps: list[Step]) -> list[Change]:
    return [each.change for each in steps]


def states(steps: list[Step]) -> list[str]:
    return [each.position.state for each in steps]


@pytest.mark.parametrize("first", [seen(0.0, "1"), seen(0.07, "1"), seen(0.4, "1"), attained(0.2, "1")])
def test_the_first_verdict_takes_its_place_without_a_word(first: Verdict) -> None:
    (only,) = run(first)
    assert (only.change, only.position.state, only.position.underlying) == ("", first.state, first.state)
    assert only.position.told == first.size


def test_further_away_is_told_at_once() -> None:
    steps = run(seen(0.0, "1"), seen(0.07, "2"), seen(0.2, "3"))
    assert told(steps) == ["", "further_away", "further_away"]
    assert states(steps) == ["near", "drifting", "far"]


def test_far_may_be_entered_from_near() -> None:
    steps = run(seen(0.002, "1"), seen(-0.151, "2"))
    assert (told(steps)[-1], states(steps)[-1]) == ("further_away", "far")


def test_large_but_usual_and_unusual_but_small_are_both_near() -> None:
    assert states(run(seen(0.30, "1", z=1.9), seen(0.049, "2", z=30))) == ["near", "near"]
    assert states(run(seen(0.30, "1", z=2.9))) == ["drifting"]


def test_nearer_takes_two_calm_editions() -> None:
    steps = run(seen(0.2, "1"), seen(0.1, "2"), seen(0.1, "3"))
    assert told(steps) == ["", "", "nearer"]
    assert states(steps) == ["far", "far", "drifting"]
    assert steps[1].position.calm == 1
    assert steps[2].position.told == 0.1


@pytest.mark.parametrize(("nearness", "comes_nearer"), [(CALM - 1e-9, True), (CALM, False), (CALM + 1e-9, False)])
def test_calm_is_inside_80_percent_of_the_threshold_and_not_at_it(nearness: float, comes_nearer: bool) -> None:
    """On each ladder, for each state that has one further out."""
    for ladder in LADDERS:
        for nearer, further in pairwise(ladder):
            calm = [Verdict("c", "standing", nearer, size=0.1, nearness=nearness, edition=str(n)) for n in (2, 3)]
            steps = run(Verdict("c", "standing", further, size=0.3, nearness=1.0, edition="1"), *calm)
            assert states(steps)[-1] == (nearer if comes_nearer else further)
            assert told(steps)[-1] == ("nearer" if comes_nearer else "")


def test_a_deviation_just_inside_the_threshold_is_not_calm() -> None:
    steps = run(seen(0.2, "1"), *(seen(0.14, str(n)) for n in range(2, 9)))  # 93 % of 15 %
    assert set(states(steps)) == {"far"}
    assert set(told(steps)) == {""}
    steps = run(seen(0.07, "1"), *(seen(0.045, str(n)) for n in range(2, 9)))  # 90 % of 5 %
    assert set(states(steps)) == {"drifting"}


def test_not_calm_enough_for_near_is_calm_enough_for_drifting() -> None:
    steps = run(seen(0.2, "1"), seen(0.045, "2"), seen(0.045, "3"))
    assert (states(steps)[-1], told(steps)[-1]) == ("drifting", "nearer")


def test_two_calm_editions_must_follow_each_other() -> None:
    steps = run(seen(0.2, "1"), seen(0.0, "2"), seen(0.2, "3"), seen(0.0, "4"), seen(0.0, "5"))
    assert told(steps) == ["", "", "", "", "nearer"]
    assert states(steps)[-1] == "near"


def test_the_same_edition_twice_counts_once() -> None:
    steps = run(seen(0.2, "1"), *[seen(0.0, "2")] * 5)
    assert set(states(steps)) == {"far"}
    assert steps[-1].position.calm == 1
    assert states(run(seen(0.0, "3"), start=steps[-1].position)) == ["near"]


@pytest.mark.parametrize("nothing", ["quality_hold", "data_missing", "superseded", "not_yet_testable"])
def test_what_cannot_be_judged_moves_nothing_and_resets_nothing(nothing: str) -> None:
    steps = run(seen(0.2, "1"), seen(0.0, "2"), unmoved(nothing), unmoved(nothing), seen(0.0, "3"))
    assert states(steps) == ["far", "far", nothing, nothing, "near"]
    assert [s.position.underlying for s in steps] == ["far", "far", "far", "far", "near"]
    assert told(steps) == ["", "", "", "", "nearer"]
    assert steps[3].position.calm == 1


def test_a_hold_hides_no_move() -> None:
    steps = run(seen(0.0, "1"), unmoved("quality_hold"), seen(0.2, "3"))
    assert told(steps) == ["", "", "further_away"]


def test_a_hold_brings_no_second_alert() -> None:
    steps = run(seen(0.0, "1"), seen(0.2, "2"), unmoved("quality_hold"), seen(0.2, "4"))
    assert told(steps) == ["", "further_away", "", ""]


def test_the_first_verdict_after_nothing_but_holds_is_quiet() -> None:
    steps = run(unmoved("data_missing"), unmoved("quality_hold"), seen(0.4, "3"))
    assert told(steps) == ["", "", ""]
    assert steps[-1].position.underlying == "far"


def test_still_further_after_15_more_points_only() -> None:
    steps = run(seen(0.0, "1"), seen(0.20, "2"), seen(0.34, "3"), seen(0.351, "4"), seen(0.49, "5"), seen(0.51, "6"))
    assert told(steps) == ["", "further_away", "", "still_further", "", "still_further"]


def test_15_points_are_counted_from_what_was_told_not_from_the_last_edition() -> None:
    steps = run(seen(0.50, "1"), seen(0.30, "2"), seen(0.50, "3"), seen(0.64, "4"), seen(0.651, "5"))
    assert told(steps) == ["", "", "", "", "still_further"]


def test_near_never_speaks_again() -> None:
    assert set(told(run(*(seen(r, str(r), z=1.0) for r in (0.0, 0.2, 0.4, 0.6))))) == {""}


def test_targets_fall_short_at_once_and_are_met_after_two_editions() -> None:
    steps = run(attained(0.97, "1"), attained(0.9, "2"), attained(0.5, "3"), attained(1.0, "4"), attained(1.0, "5"))
    assert states(steps) == ["met", "approaching", "short", "short", "met"]
    assert told(steps) == ["", "further_away", "further_away", "", "nearer"]


def test_a_target_barely_met_is_only_approached() -> None:
    steps = run(attained(0.5, "1"), attained(0.951, "2"), attained(0.951, "3"))
    assert states(steps)[-1] == "approaching"
    assert set(states(run(attained(0.5, "1"), *(attained(0.81, str(n)) for n in range(2, 6))))) == {"short"}


def test_a_target_that_stays_short_is_told_once() -> None:
    steps = run(attained(0.23, "1"), attained(0.29, "2"), attained(0.40, "3"), attained(0.35, "4"))
    assert set(told(steps)) == {""}


def truth(state: str, answer: Answer = "revised") -> Verdict:
    return Verdict("c", answer, state, edition="1")


def test_a_flip_of_revised_is_always_told() -> None:
    steps = run(truth("holds"), truth("holds"), truth("outside"), truth("outside"), truth("holds_marginal"))
    assert told(steps) == ["", "", "revised", "", "revised"]


def test_a_flip_behind_a_hold_is_told_when_it_ends() -> None:
    steps = run(truth("holds"), unmoved("data_missing", "revised"), truth("holds"), truth("outside"))
    assert told(steps) == ["", "", "", "revised"]
    assert steps[1].position == Position("data_missing", "holds", "", 0, None)
    assert told(run(unmoved("data_missing", "revised"), truth("outside"))) == ["", ""]


def test_at_claim_never_speaks() -> None:
    steps = run(*(truth(state, "at_claim") for state in ("holds", "outside", "depends_on_definition", "holds")))
    assert set(told(steps)) == {""}
    assert states(steps) == ["holds", "outside", "depends_on_definition", "holds"]


DEVIATIONS = st.one_of(
    st.floats(0, 1, allow_nan=False),
    st.sampled_from([0.0, 0.009, MATERIAL_R, CALM * MATERIAL_R, FAR_R, CALM * FAR_R, FAR_R + FURTHER]),
)
EVENTS = st.one_of(
    st.builds(seen, DEVIATIONS, st.sampled_from("123456"), st.floats(0, 10, allow_nan=False)),
    st.sampled_from(["quality_hold", "data_missing"]).map(unmoved),
)


@UNHURRIED
@given(st.lists(EVENTS, max_size=30))
def test_no_alert_without_a_move(verdicts: list[Verdict]) -> None:
    """Whatever comes, two alerts differ in their state or by 15 points, and the state is one that was seen."""
    steps = run(*verdicts)
    spoken = [s.position for s in steps if s.change]
    for earlier, later in pairwise(spoken):
        assert earlier.underlying != later.underlying or (later.told or 0) >= (earlier.told or 0) + FURTHER
    for before, after in pairwise([None, *(s.position for s in steps)]):
        assert after is not None
        if before is not None and before.underlying and after.underlying != before.underlying:
            assert any(s.change for s in steps if s.position is after)
    reached = {v.state for v in verdicts if v.state in DISTANCES}
    if reached:
        deepest = max(DISTANCES[state] for state in reached)
        assert all(DISTANCES[s.position.underlying] <= deepest for s in steps if s.position.underlying)


@UNHURRIED
@given(st.lists(EVENTS, min_size=1, max_size=30))
def test_the_state_is_never_nearer_than_the_last_judged_edition(verdicts: list[Verdict]) -> None:
    steps = run(*verdicts)
    for verdict, taken in zip(verdicts, steps, strict=True):
        if verdict.state in DISTANCES:
            assert DISTANCES[taken.position.underlying] >= DISTANCES[verdict.state]
            assert taken.position.state == taken.position.underlying
        else:
            assert (taken.position.state, taken.change) == (verdict.state, "")
        assert taken.position.calm < 2


@UNHURRIED
@given(st.lists(EVENTS, max_size=20), st.floats(0, 1, allow_nan=False))
def test_saying_the_same_again_changes_nothing(verdicts: list[Verdict], deviation: float) -> None:
    last = seen(deviation, "7")
    steps = run(*verdicts, last, last, last)
    assert told(steps)[-2:] == ["", ""]
    assert steps[-1].position == steps[-2].position
