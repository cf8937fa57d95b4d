"""When a verdict moves, and when that is worth telling. The rules of hysteresis, and nothing else.

A state further from the claim is entered at once, a nearer one after two clean editions well inside its threshold.
Held or missing data moves nothing. The first verdict of a claim is quiet.
"""

from dataclasses import dataclass
from typing import Literal

from alerts.verdicts import DISTANCES, Verdict

CALM = 0.8  # inside 80 % of the threshold that is being left
CALM_EDITIONS = 2
FURTHER = 0.15  # the same state speaks again when the size of the deviation has grown by so much


@dataclass(frozen=True, slots=True)
class Hysteresis:
    """How calm, for how many editions, before a nearer state is entered, and after how much more the same state speaks
    again.
    """

    calm: float = CALM
    calm_editions: int = CALM_EDITIONS
    further: float = FURTHER


AS_STATED = Hysteresis()
UNMOVED = frozenset({"quality_hold", "data_missing", "superseded", "not_yet_testable", "not_comparable"})
Change = Literal["", "further_away", "nearer", "still_further", "revised"]


@dataclass(frozen=True, slots=True)
class Position:
    """Where a claim stands between two editions: what a hold does not move, and what was last told."""

    state: str
    underlying: str
    edition: str
    calm: int
    told: float | None


@dataclass(frozen=True, slots=True)
class Step:
    position: Position
    change: Change


def step(before: Position | None, verdict: Verdict, by: Hysteresis = AS_STATED) -> Step:
    """The position after a verdict, and whether the desk is to be told."""
    if verdict.answer != "standing":
        return _truth_step(before, verdict)
    if verdict.state in UNMOVED:
        kept = before or Position("", "", "", 0, None)
        return Step(Position(verdict.state, kept.underlying, kept.edition, kept.calm, kept.told), "")
    size = verdict.size
    if before is None or not before.underlying:
        return Step(Position(verdict.state, verdict.state, verdict.edition, 0, size), "")
    now, then = DISTANCES[verdict.state], DISTANCES[before.underlying]
    if now > then:
        return Step(Position(verdict.state, verdict.state, verdict.edition, 0, size), "further_away")
    if now < then:
        return _nearer(before, verdict, size, by)
    told = before.told or 0.0
    if now > 0 and size >= told + by.further:
        return Step(Position(verdict.state, verdict.state, verdict.edition, 0, size), "still_further")
    return Step(Position(verdict.state, before.underlying, verdict.edition, 0, before.told), "")


def _nearer(before: Position, verdict: Verdict, size: float, by: Hysteresis) -> Step:
    reached = verdict.state
    if verdict.nearness >= by.calm:  # too close to the threshold: the next further state is what was safely reached
        reached = next(s for s in _ladder(verdict.state) if DISTANCES[s] == DISTANCES[verdict.state] + 1)
    if DISTANCES[reached] >= DISTANCES[before.underlying]:
        calm = 0
    else:
        calm = before.calm + (verdict.edition != before.edition)
    if calm >= by.calm_editions:
        return Step(Position(reached, reached, verdict.edition, 0, size), "nearer")
    return Step(Position(before.underlying, before.underlying, verdict.edition, calm, before.told), "")


def _ladder(state: str) -> tuple[str, ...]:
    levels, targets = ("near", "drifting", "far"), ("met", "approaching", "short")
    return levels if state in levels else targets


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
        and verdict.state not in DISTANCES
    )
    return Step(Position(verdict.state, underlying, verdict.edition, 0, None), "revised" if flipped else "")
