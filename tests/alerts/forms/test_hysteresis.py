"""Hysteresis: what moves a claim between its states, and what is told."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.forms.hysteresis import CALM, FURTHER, RESTATED, Change, Position, Rules, Step, rules_of, step
from alerts.forms.verdicts import (
    FAR_POINTS,
    FAR_R,
    LADDERS,
    MATERIAL_POINTS,
    MATERIAL_R,
    Answer,
    Verdict,
    distance,
    distance_in_points,
    on_ladder,
    rung,
)

UNHURRIED = settings(deadline=None)  # a busy machine is no failure


def seen(deviation: float, edition: str, z: float = 9.0) -> Verdict:
    """A level that deviates so much; inside its interval under 1 %."""
    inside = abs(deviation) < 0.01
    state, nearness = distance(inside, deviation, z)
    return Verdict(
        "c",
        "standing",
        state,
        measured=1 + deviation,
        gap=0.0 if inside else deviation,
        size=abs(deviation),
        nearness=nearness,
        edition=edition,
    )


def share(points: float, edition: str) -> Verdict:
    """A share that is so many points off; inside its interval under half a point."""
    inside = abs(points) < 0.5
    state, nearness = distance_in_points(inside, points)
    gap = 0.0 if inside else points
    size = abs(points) / 100
    return Verdict("c", "standing", state, measured=points, gap=gap, size=size, nearness=nearness, edition=edition)


def attained(share: float, edition: str) -> Verdict:
    """A target that is met to such a share."""
    state = "met" if share >= 0.95 else "approaching" if share >= 0.8 else "short"
    threshold = 0.05 if state == "met" else 0.2
    nearness = 1.0 if state == "short" else max(0.0, 1 - share) / threshold
    size = max(0.0, 1 - share)
    return Verdict("c", "standing", state, measured=share, size=size, nearness=nearness, edition=edition)


def unmoved(state: str, answer: Answer = "standing") -> Verdict:
    return Verdict("c", answer, state)


def run(*verdicts: Verdict, start: Position | None = None, form: str = "level") -> list[Step]:
    steps: list[Step] = []
    for verdict in verdicts:
        steps.append(step(steps[-1].position if steps else start, verdict, rules_of(form)))
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


@pytest.mark.parametrize(
    ("left", "off", "comes_nearer"),
    [
        ("far", CALM * FAR_R - 1e-9, "drifting"),
        ("far", CALM * FAR_R, ""),
        ("far", CALM * MATERIAL_R - 1e-9, "near"),
        ("drifting", CALM * MATERIAL_R - 1e-9, "near"),
        ("drifting", CALM * MATERIAL_R, ""),
        ("far", 0.009, "near"),
    ],
)
def test_calm_is_inside_80_percent_of_the_threshold_and_not_at_it(left: str, off: float, comes_nearer: str) -> None:
    first = seen(0.3 if left == "far" else 0.1, "1")
    steps = run(first, seen(off, "2"), seen(off, "3"))
    assert states(steps)[-1] == (comes_nearer or left)
    assert told(steps)[-1] == ("nearer" if comes_nearer else "")


def test_shares_go_by_points() -> None:
    steps = run(share(0, "1"), share(2.4, "2"), share(MATERIAL_POINTS, "3"), share(FAR_POINTS, "4"), form="share")
    assert states(steps) == ["near", "near", "drifting", "far"]
    steps = run(share(9, "1"), share(6.1, "2"), share(6.1, "3"), share(5.9, "4"), share(5.9, "5"), form="share")
    assert states(steps) == ["far", "far", "far", "far", "drifting"]
    steps = run(share(3, "1"), share(2.1, "2"), share(2.1, "3"), share(1.9, "4"), share(1.9, "5"), form="share")
    assert states(steps) == ["drifting", "drifting", "drifting", "drifting", "near"]
    steps = run(share(0, "1"), share(8, "2"), share(15.4, "3"), share(15.6, "4"), form="share")
    assert told(steps) == ["", "further_away", "", "still_further"]


def test_time_alone_brings_nothing_back() -> None:
    """The same gap becomes usual as the days go by: it is the same gap."""
    steps = run(seen(0.2, "1", z=9.0), *(seen(0.2, str(n), z=0.1) for n in range(2, 9)))
    assert set(states(steps)) == {"far"}
    assert set(told(steps)) == {""}


def test_time_alone_takes_nothing_further() -> None:
    """A rate over a longer window is less noisy: the same gap is then less usual, and is the same gap."""
    steps = run(seen(0.06, "1", z=1.0), *(seen(0.06, str(n), z=5.0) for n in range(2, 5)), seen(0.061, "5", z=5.0))
    assert states(steps) == ["near", "near", "near", "near", "drifting"]


def test_no_recovery_while_the_gap_grows() -> None:
    steps = run(seen(0.2, "1"), seen(0.02, "2"), seen(0.03, "3"), seen(0.03, "4"))
    assert states(steps) == ["far", "far", "far", "near"]


def test_a_restated_figure_is_no_event_and_counts_at_once() -> None:
    steps = run(seen(0.0, "1"), seen(0.2, "2"), seen(0.02, "2"), seen(0.02, "3"))
    assert states(steps) == ["near", "far", "near", "near"]
    assert told(steps) == ["", "further_away", "restated", ""]
    assert told(run(seen(0.0, "1"), seen(0.0, "2"), seen(0.2, "2"))) == ["", "", "restated"]


def test_a_restated_figure_counts_as_if_it_had_been_said_first() -> None:
    """Far since long: one edition that is nearer after all brings nothing back, said at once or restated."""
    steps = run(seen(0.2, "1"), seen(0.2, "2"), seen(0.02, "2"))
    assert (states(steps)[-1], told(steps)[-1]) == ("far", "")


def test_what_was_told_is_corrected_where_its_figure_is_restated() -> None:
    steps = run(seen(0.0, "1"), seen(0.3, "2"), seen(0.25, "2"), seen(0.251, "2"))
    assert told(steps) == ["", "further_away", "restated", ""]
    assert steps[2].position.told == 0.25
    within = run(seen(0.0, "1"), seen(0.3, "2"), seen(0.3 - RESTATED, "2"))
    assert told(within) == ["", "further_away", ""]


def test_an_edition_that_is_taken_back_leaves_what_was_before() -> None:
    steps = run(seen(0.0, "1"), seen(0.01, "2"), seen(0.2, "3"), seen(0.01, "2"))
    assert states(steps) == ["near", "near", "far", "near"]
    assert told(steps)[-1] == "restated"


@pytest.mark.parametrize("form", ["cumulative", "rate", "record", "target_total", "projection"])
def test_what_is_over_or_dated_does_not_recover(form: str) -> None:
    steps = run(seen(0.2, "1"), *(seen(0.0, str(n)) for n in range(2, 6)), form=form)
    assert set(states(steps)) == {"far"}
    steps = run(attained(0.5, "1"), *(attained(1.2, str(n)) for n in range(2, 6)), form=form)
    assert set(told(steps)) == {""}


def test_a_dated_total_passes_or_is_missed_and_stays() -> None:
    missed = Verdict("c", "standing", "missed", edition="4", measured=0.4)
    steps = run(
        attained(0.5, "1"), attained(0.5, "2"), missed, missed, unmoved("quality_hold"), missed, form="target_total"
    )
    assert told(steps) == ["", "", "resolved", "", "", ""]
    steps = run(unmoved("data_missing"), missed, form="target_total")
    assert told(steps) == ["", ""]


def test_what_came_of_a_projection_is_told_once_and_stays() -> None:
    steps = run(unmoved("not_yet_testable"), seen(0.2, "1"), seen(0.0, "2"), seen(0.0, "3"), form="projection")
    assert told(steps) == ["", "resolved", "", ""]
    assert states(steps) == ["not_yet_testable", "far", "far", "far"]
    assert told(run(unmoved("not_yet_testable"), seen(0.2, "1"))) == ["", ""]  # a level's first state is quiet


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


def test_a_target_moves_after_two_windows_in_a_row_either_way() -> None:
    shares = [0.97, 0.9, 0.9, 0.5, 0.9, 0.5, 0.5, 1.0, 1.0]
    steps = run(*(attained(share, str(n)) for n, share in enumerate(shares)), form="target_rate")
    assert states(steps) == ["met", "met", *["approaching"] * 4, "short", "short", "met"]
    assert told(steps) == ["", "", "further_away", "", "", "", "further_away", "", "nearer"]


def test_a_target_that_stays_short_is_told_once() -> None:
    steps = run(*(attained(share, str(n)) for n, share in enumerate((0.23, 0.29, 0.40, 0.35))), form="target_rate")
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
EDITIONS = st.sampled_from("123456")
FORMS = st.sampled_from(
    ["level", "threshold", "share", "comparison", "target_rate", "target_total", "composition", "record"]
)
EVENTS = st.one_of(
    st.builds(seen, DEVIATIONS, EDITIONS, st.floats(0, 10, allow_nan=False)),
    st.sampled_from(["quality_hold", "data_missing"]).map(unmoved),
)


def in_order(verdicts: list[Verdict]) -> list[Verdict]:
    """As the publisher brings them: each edition after the one before."""
    return [v if not v.edition else seen((v.measured or 1) - 1, f"{n:03}", 9.0) for n, v in enumerate(verdicts)]


@UNHURRIED
@given(st.lists(EVENTS, max_size=30))
def test_no_alert_without_a_move(verdicts: list[Verdict]) -> None:
    """Whatever comes, two alerts differ in their state, by 15 points, or by a figure that was restated."""
    steps = run(*verdicts)
    spoken = [s for s in steps if s.change]
    for earlier, later in pairwise(spoken):
        (a, b) = earlier.position, later.position
        grown = (b.told or 0) >= (a.told or 0) + FURTHER
        assert a.underlying != b.underlying or grown or later.change == "restated"
    for before, after in pairwise([None, *steps]):
        assert after is not None
        if before is not None and before.position.underlying:
            assert bool(after.change) or after.position.underlying == before.position.underlying


@UNHURRIED
@given(st.lists(EVENTS, min_size=1, max_size=30))
def test_the_state_is_never_nearer_than_the_measured_gap(verdicts: list[Verdict]) -> None:
    steps = run(*in_order(verdicts))
    for verdict, taken in zip(in_order(verdicts), steps, strict=True):
        if on_ladder(verdict.state):
            assert rung(taken.position.underlying) >= rung(verdict.state)
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


@UNHURRIED
@given(FORMS, st.floats(0, 1), st.lists(st.floats(0, 30), min_size=2, max_size=20))
def test_a_series_that_stands_still_never_changes_its_state(form: str, off: float, noise: list[float]) -> None:
    """Whatever the days do to how usual the gap is."""
    still = [attained(1 - off, f"{n:03}") if "target" in form else seen(off, f"{n:03}", z) for n, z in enumerate(noise)]
    steps = run(*still, form=form)
    assert len(set(states(steps))) == 1
    assert set(told(steps)) == {""}


@UNHURRIED
@given(FORMS, st.lists(DEVIATIONS, min_size=2, max_size=30), st.data())
def test_a_gap_that_grows_never_brings_a_recovery(form: str, gaps: list[float], data: st.DataObject) -> None:
    """However the figures moved before, no newest gap that is larger than the last brings a claim nearer."""
    noise = data.draw(st.lists(st.floats(0, 30), min_size=len(gaps), max_size=len(gaps)))
    verdicts = [seen(gap, f"{n:03}", z) for n, (gap, z) in enumerate(zip(gaps, noise, strict=True))]
    steps = run(*verdicts, form=form)
    for (before, after), taken in zip(pairwise(verdicts), steps[1:], strict=True):
        if after.size > before.size:
            assert taken.change != "nearer"
    if not rules_of(form).recovers:
        assert "nearer" not in told(steps)


@UNHURRIED
@given(st.lists(st.tuples(DEVIATIONS, EDITIONS), min_size=1, max_size=20))
def test_restated_figures_end_where_they_would_have_been_said_at_once(said: list[tuple[float, str]]) -> None:
    """The newest edition said any number of times comes to the same place as its last word alone."""
    first, last = seen(said[0][0], "0"), seen(said[-1][0], "1")
    often = run(first, *(seen(off, "1") for off, _ in said))
    once = run(first, last)
    assert often[-1].position.underlying == once[-1].position.underlying
    assert {change for change in told(often)[2:]} <= {"", "restated"}


def test_every_rung_of_every_ladder_is_known() -> None:
    assert [rung(state) for ladder in LADDERS for state in ladder] == [0, 1, 2, 0, 1, 2, 0, 1, 0, 1, 0, 1]
    assert rules_of("level") == Rules()
