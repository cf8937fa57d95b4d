"""When a verdict moves, and when that is worth telling. The rules of hysteresis, and nothing else.

A state further from the claim is entered at once; a nearer one after two clean editions in a row inside 80 % of the
threshold that is being left. Held or missing data moves nothing. The first verdict of a claim is quiet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Literal

from alerts.verdicts import Verdict

CALM = 0.8  # inside 80 % of the threshold that is being left
CALM_EDITIONS = 2
FURTHER = 0.15  # the same state speaks again when the size of the deviation has grown by so much
# From near to far; a claim moves on one ladder.
LADDERS: tuple[tuple[str, ...], ...] = (
    ("near", "drifting", "far"),
    ("met", "approaching", "short"),
    ("bound_respected", "bound_violated"),
    ("consistent", "inconsistent"),
)
_LADDER: Mapping[str, tuple[str, ...]] = {state: ladder for ladder in LADDERS for state in ladder}
# For what these say nothing has been seen that a claim could be held against.
UNMOVED = frozenset(
    {"quality_hold", "data_missing", "not_held", "superseded", "not_yet_testable", "not_testable", "not_comparable"}
)


@dataclass(frozen=True, slots=True)
class Hysteresis:
    """How calm, for how many editions, before a nearer state is entered, and after how much more the same state speaks
    again.
    """

    calm: float = CALM
    calm_editions: int = CALM_EDITIONS
    further: float = FURTHER


AS_STATED = Hysteresis()
Change = Literal["", "further_away", "nearer", "still_further", "revised"]


@dataclass(frozen=True, slots=True)
class Position:
    """Where a claim stands between two editions: what a hold does not move, and what was last told.

    `reached` are the states that the two newest clean editions safely reached, the older one first; `calm` counts
    those of them, newest first, that were nearer than `underlying`.
    """

    state: str
    underlying: str
    edition: str
    calm: int
    told: float | None
    reached: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """The position after a verdict and what is to be told of it; `floor` is the size that made it news again."""

    position: Position
    change: Change
    floor: float = 0.0


def rung(state: str) -> int:
    """How far a state is from the claim on its ladder, 0 at the claim. KeyError for a state that is on none."""
    return _LADDER[state].index(state)


def on_ladder(state: str) -> bool:
    return state in _LADDER


def step(before: Position | None, verdict: Verdict, by: Hysteresis = AS_STATED) -> Step:
    """The position after a verdict, and whether the desk is to be told."""
    if verdict.answer != "standing":
        return _truth_step(before, verdict)
    if verdict.state not in _LADDER:
        kept = before or Position("", "", "", 0, None)
        position = Position(verdict.state, kept.underlying, kept.edition, kept.calm, kept.told, kept.reached)
        return Step(position, "")
    if before is None or _LADDER.get(before.underlying) != _LADDER[verdict.state]:
        return Step(placed(verdict, by), "")
    reached = _reached(before, verdict, by)
    size = verdict.size
    now, then = rung(verdict.state), rung(before.underlying)
    if now > then:
        return Step(Position(verdict.state, verdict.state, verdict.edition, 0, size, reached), "further_away")
    safely = max(reached, key=rung)
    if len(reached) == by.calm_editions and rung(safely) < then:
        calm = _calm(reached, safely)
        return Step(Position(safely, safely, verdict.edition, calm, size, reached), "nearer")
    floor = (before.told or 0.0) + by.further
    if now == then and now > 0 and size >= floor:
        return Step(Position(verdict.state, verdict.state, verdict.edition, 0, size, reached), "still_further", floor)
    state, calm = before.underlying, _calm(reached, before.underlying)
    return Step(Position(state, state, verdict.edition, calm, before.told, reached), "")


def placed(verdict: Verdict, by: Hysteresis = AS_STATED) -> Position:
    """The place that a claim takes without a word."""
    reached = (_safely(verdict, by),) if verdict.state in _LADDER else ()
    return Position(verdict.state, verdict.state, verdict.edition, 0, verdict.size, reached)


def _reached(before: Position, verdict: Verdict, by: Hysteresis) -> tuple[str, ...]:
    """With an edition that is stated again the newest word counts, and it counts as one edition."""
    kept = tuple(state for state in before.reached if _LADDER.get(state) == _LADDER[verdict.state])
    if verdict.edition == before.edition:
        kept = kept[:-1]
    return (*kept, _safely(verdict, by))[-by.calm_editions :]


def _calm(reached: Sequence[str], state: str) -> int:
    """How many of the newest editions in a row were nearer than a state."""
    return sum(1 for _ in takewhile(lambda each: rung(each) < rung(state), reversed(reached)))


def _safely(verdict: Verdict, by: Hysteresis) -> str:
    """The state that an edition reaches: too close to the threshold of the next further one, it is that one."""
    ladder, place = _LADDER[verdict.state], rung(verdict.state)
    too_close = verdict.nearness >= by.calm and place + 1 < len(ladder)
    return ladder[place + 1] if too_close else verdict.state


def _truth_step(before: Position | None, verdict: Verdict) -> Step:
    """`at_claim` never alerts; a flip of `revised` always does, since only a revision can cause it."""
    kept = before.underlying if before else ""
    underlying = kept if verdict.state in UNMOVED else verdict.state
    flipped = (
        verdict.answer == "revised"
        and before is not None
        and bool(before.underlying)
        and verdict.state not in UNMOVED
        and verdict.state != before.underlying
        and not _is_of_the_world(verdict.state)
    )
    return Step(Position(verdict.state, underlying, verdict.edition, 0, None), "revised" if flipped else "")


def _is_of_the_world(state: str) -> bool:
    """Near or far, met or short: said of how things stand, never of whether a claim was right."""
    return state in LADDERS[0] or state in LADDERS[1]
