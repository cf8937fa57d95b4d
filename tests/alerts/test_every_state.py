"""From each state that a claim may stand in to each other: no word stops the steps, and what is told has a heading."""

from itertools import product

import pytest

from alerts.forms.hysteresis import CALM_EDITIONS, Position, step
from alerts.forms.verdicts import LADDERS, WORDS, Verdict, on_ladder
from alerts.messages.words.figures_told import interval
from alerts.messages.words.headings import heading
from alerts.messages.words.measured_figure import amount
from tests.looped import for_each

STANDING = sorted(WORDS["standing"])


@for_each("case", lambda: product(STANDING, STANDING, [0.0, 0.5]))
def test_from_each_state_to_each_other(case: tuple[str, str, float]) -> None:
    before, after, size = case
    size = {"near": 0.01, "drifting": 0.1, "far": 0.3}.get(after, size)
    partial = after in ("consistent", "inconsistent", "bound_respected", "bound_violated")
    verdict = Verdict("c", "standing", after, edition="2025-06-15", size=0.0 if partial else size)
    position = Position(before, before if on_ladder(before) else "", "2025-06-01", 0, 0.0)
    for edition in range(CALM_EDITIONS + 1):
        day = f"2025-06-{15 + edition}"
        taken = step(position, Verdict("c", "standing", after, edition=day, size=verdict.size, measured=float(edition)))
        position = taken.position
        if taken.change:
            assert heading(taken.change, position.state)
    assert position.state == after


@pytest.mark.parametrize("answer", ["at_claim", "revised"])
def test_truths_step_too(answer: str) -> None:
    for before in WORDS["revised"]:
        for after in WORDS["revised"]:
            verdict = Verdict("c", answer, after)  # type: ignore[arg-type]
            assert step(Position(before, before, "", 0, None), verdict).position.state == after


def test_standing_says_nothing_of_truth() -> None:
    assert not WORDS["standing"] & {"holds", "holds_marginal", "understated", "outside", "depends_on_definition"}
    assert {state for ladder in LADDERS for state in ladder} <= WORDS["standing"]


def test_shares_are_printed_in_percent() -> None:
    assert amount(54.745, "percent") == "54.7 %"
    assert interval(54.6, 54.8, "percent") == "54.6 % to 54.8 %"
    assert interval(None, -25.0, "percent") == "up to -25.0 %"
