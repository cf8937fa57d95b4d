"""When a verdict moves, and when that is worth telling. The rules of hysteresis, and nothing else.

A state further from the claim is entered on the first clean edition whose gap says so, where that gap has grown; a
nearer one after two clean editions in a row whose measured gap is inside 80 % of the threshold that is being left. The
passing of time moves nothing, nor do held or missing data. A restated figure is no event: the state is worked out anew
at once. The first verdict of a claim is quiet.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Literal, NamedTuple

from alerts.forms.verdicts import (
    FAR_POINTS,
    FAR_R,
    LADDERS,
    MATERIAL_POINTS,
    MATERIAL_R,
    RESOLVED,
    UNMOVED,
    Verdict,
    ladder_of,
    on_ladder,
    rung,
)

CALM = 0.8  # inside 80 % of the threshold that is being left
CALM_EDITIONS = 2
FURTHER = 0.15  # the same state speaks again when the size of the deviation has grown by so much
FURTHER_POINTS = 7.5
RESTATED = 0.005  # revisions of a closed month reach 0.4 %: a figure restated by less is told to nobody


@dataclass(frozen=True, slots=True)
class Rules:
    """How the claims of a form move: `material`, `far` and `further` are sizes, `windows` is how many editions in a row
    a state further away takes. What does not recover passes or is frozen. `resolves`: it is told once what came of it,
    and then never moves.
    """

    material: float = MATERIAL_R
    far: float = FAR_R
    further: float = FURTHER
    windows: int = 1
    recovers: bool = True
    tells_nearer: bool = True
    resolves: bool = False


_RULES: Mapping[str, Rules] = {
    "share": Rules(MATERIAL_POINTS / 100, FAR_POINTS / 100, FURTHER_POINTS / 100),
    "target_rate": Rules(windows=2),
    "target_total": Rules(windows=2, recovers=False),
    "cumulative": Rules(recovers=False),
    "rate": Rules(recovers=False),
    "record": Rules(recovers=False),
    "projection": Rules(recovers=False, resolves=True),
    "new_record": Rules(tells_nearer=False),
}


def rules_of(form: str) -> Rules:
    """How claims of a form move."""
    return _RULES.get(form, AS_MOST)


@dataclass(frozen=True, slots=True)
class Hysteresis:
    """How calm, for how many editions, before a nearer state is entered, and after how much more the same state speaks
    again (of shares, in the same proportion).
    """

    calm: float = CALM
    calm_editions: int = CALM_EDITIONS
    further: float = FURTHER


AS_STATED, AS_MOST = Hysteresis(), Rules()
Change = Literal["", "further_away", "nearer", "still_further", "resolved", "restated", "revised", "still_so"]


@dataclass(frozen=True, slots=True)
class Seen:
    """What one clean edition said: its state by itself, how far off it was, and whether the wording accepts it."""

    edition: str
    state: str
    size: float
    inside: bool
    measured: float | None


@dataclass(frozen=True, slots=True)
class Position:
    """Where a claim stands between two editions: what a hold does not move, and what was last told.

    `reached` are the newest clean editions, the older first; `calm` counts those of them, newest first, that were
    nearer than `underlying`. `origin` is the state and what had been told before the newest of them: from there the
    state is worked out anew when that edition is restated.
    """

    state: str
    underlying: str
    edition: str
    calm: int
    told: float | None
    reached: tuple[Seen, ...] = ()
    origin: tuple[str, float | None] | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """The position after a verdict and what is to be told of it; `floor` is the size that made it news again,
    `corrects` says of a restated figure that the desk had been told the old one.
    """

    position: Position
    change: Change
    floor: float = 0.0
    corrects: bool = False


def step(before: Position | None, verdict: Verdict, rules: Rules = AS_MOST, by: Hysteresis = AS_STATED) -> Step:
    """The position after a verdict, and whether the desk is to be told."""
    if verdict.answer != "standing":
        return _truth_step(before, verdict)
    if verdict.state in RESOLVED:
        return _resolved(before, verdict)
    if not on_ladder(verdict.state):
        kept = before or Position("", "", "", 0, None)
        return Step(replace(kept, state=verdict.state), "")
    if before is None or ladder_of(before.underlying) != ladder_of(verdict.state):
        return _first_placed(before, verdict, rules)
    if rules.resolves:
        return Step(replace(before, state=before.underlying), "")
    seen = _seen(verdict)
    if before.reached and seen.edition <= before.reached[-1].edition:
        return _said_again(before, seen, rules, by)
    return _moved(before, seen, rules, by)


def placed(verdict: Verdict) -> Position:
    """The place that a claim takes without a word."""
    reached = (_seen(verdict),) if on_ladder(verdict.state) else ()
    return Position(verdict.state, verdict.state, verdict.edition, 0, verdict.size, reached)


def _first_placed(before: Position | None, verdict: Verdict, rules: Rules) -> Step:
    """The first place on a ladder, taken without a word but where what came of it had been waited for."""
    awaited = before is not None and before.state == "not_yet_testable" and not before.underlying
    return Step(placed(verdict), "resolved" if rules.resolves and awaited else "")


def _seen(verdict: Verdict) -> Seen:
    return Seen(verdict.edition, verdict.state, verdict.size, verdict.gap == 0, verdict.measured)


def _resolved(before: Position | None, verdict: Verdict) -> Step:
    """What a claim came to: told once, where it had been waited for, and never moved again but by a restated figure."""
    position = Position(verdict.state, verdict.state, verdict.edition, 0, verdict.size)
    if before is None or before.underlying == verdict.state:
        return Step(position, "")
    if before.underlying in RESOLVED:
        return Step(position, "restated")
    return Step(position, "resolved" if before.underlying or before.state == "not_yet_testable" else "")


def _moved(before: Position, seen: Seen, rules: Rules, by: Hysteresis) -> Step:
    """A newer edition."""
    origin = before.underlying, before.told
    taken = _taken(_Arrival(*origin, before.reached, seen, rules, by))
    reached = (*before.reached, seen)[-max(by.calm_editions, rules.windows, 2) :]
    calm = _calm(reached, taken.state, rules, by)
    position = Position(taken.state, taken.state, seen.edition, calm, taken.told, reached, origin)
    return Step(position, taken.change, taken.floor)


def _said_again(before: Position, seen: Seen, rules: Rules, by: Hysteresis) -> Step:
    """The newest edition said again: nothing, or, where its figure is another, the state as if it had said so first."""
    last = before.reached[-1]
    if (seen.edition, seen.measured, seen.size) == (last.edition, last.measured, last.size):
        return Step(replace(before, state=before.underlying), "")
    earlier = tuple(each for each in before.reached if each.edition < seen.edition)
    at_first = _Taken(seen.state, seen.size)  # where it is the edition by which the claim took its first place
    taken = at_first if before.origin is None else _taken(_Arrival(*before.origin, earlier, seen, rules, by))
    was_told = _was_told(before, last)
    is_other = not _about_the_same(seen.measured, last.measured)
    is_restated = taken.state != before.underlying or (was_told and is_other)
    reached = (*earlier, seen)
    calm = _calm(reached, taken.state, rules, by)
    told = taken.told if is_restated else before.told
    position = Position(taken.state, taken.state, seen.edition, calm, told, reached, before.origin)
    return Step(position, "restated" if is_restated else "", corrects=was_told and is_restated)


def _was_told(before: Position, last: Seen) -> bool:
    """Whether the desk was told of the newest edition as it was then."""
    return before.origin is not None and before.told == last.size and before.told != before.origin[1]


def _about_the_same(one: float | None, other: float | None) -> bool:
    return one == other or (one is not None and other is not None and abs(one - other) <= RESTATED * abs(other))


@dataclass(frozen=True, slots=True)
class _Arrival:
    """An edition, and where a claim stood before it: its state, the size last told, what the editions before said."""

    underlying: str
    told: float | None
    reached: Sequence[Seen]
    seen: Seen
    rules: Rules
    by: Hysteresis

    @property
    def editions(self) -> Sequence[Seen]:
        return (*self.reached, self.seen)


class _Taken(NamedTuple):
    """The state that an edition brings a claim to, the size told by then, what is to be told, and from what size on."""

    state: str
    told: float | None
    change: Change = ""
    floor: float = 0.0


def _taken(of: _Arrival) -> _Taken:
    return _further_away(of) or _nearer(of) or _still_further(of) or _Taken(of.underlying, of.told)


def _further_away(of: _Arrival) -> _Taken | None:
    """As many windows in a row as it takes are further away, and the gap has grown."""
    newest = of.editions[-of.rules.windows :]
    nearest = min((each.state for each in newest), key=rung)
    is_further = rung(nearest) > rung(of.underlying) and len(newest) == of.rules.windows
    return _Taken(nearest, of.seen.size, "further_away") if is_further and _has_grown(of) else None


def _nearer(of: _Arrival) -> _Taken | None:
    """As many editions in a row as it takes are nearer with room to spare, and the gap does not widen."""
    calm = [_calmly(each, of.rules, of.by) for each in of.editions[-of.by.calm_editions :]]
    safely = max(calm, key=rung)
    widens = bool(of.reached) and of.seen.size > of.reached[-1].size
    if not of.rules.recovers or widens or len(calm) < of.by.calm_editions or rung(safely) >= rung(of.underlying):
        return None
    return _Taken(safely, of.seen.size, "nearer" if of.rules.tells_nearer else "")


def _still_further(of: _Arrival) -> _Taken | None:
    """The same state, away from the claim, and the size has grown enough to be told again."""
    floor = (of.told or 0.0) + of.rules.further * of.by.further / FURTHER
    if rung(of.seen.state) != rung(of.underlying) or not rung(of.underlying) or of.seen.size < floor:
        return None
    return _Taken(of.underlying, of.seen.size, "still_further", floor)


def _has_grown(of: _Arrival) -> bool:
    """Whether it is the gap that brings a claim further away: days alone make a same gap less usual, and move nothing.

    Two windows in a row have grown before the second of them; what has no size goes by its state.
    """
    goes_by_state = of.rules.windows > 1 or ladder_of(of.seen.state) is not LADDERS[0]
    return goes_by_state or not of.reached or of.seen.size > of.reached[-1].size


def _calmly(seen: Seen, rules: Rules, by: Hysteresis) -> str:
    """The state that an edition reaches with room to spare, by its gap alone."""
    if ladder_of(seen.state) is not LADDERS[0]:
        return seen.state
    if seen.inside or seen.size < by.calm * rules.material:
        return "near"
    return "drifting" if seen.size < by.calm * rules.far else "far"


def _calm(reached: Sequence[Seen], state: str, rules: Rules, by: Hysteresis) -> int:
    """How many of the newest editions in a row were nearer than a state."""
    if not rules.recovers:
        return 0
    nearer = takewhile(lambda each: rung(_calmly(each, rules, by)) < rung(state), reversed(reached))
    return min(sum(1 for _ in nearer), by.calm_editions - 1)


def _truth_step(before: Position | None, verdict: Verdict) -> Step:
    """`at_claim` never alerts; a flip of `revised` always does, since only a revision can cause it."""
    kept = before.underlying if before else ""
    underlying = kept if verdict.state in UNMOVED else verdict.state
    is_truth = verdict.state not in UNMOVED and not _is_of_the_world(verdict.state)
    flipped = verdict.answer == "revised" and bool(kept) and is_truth and verdict.state != kept
    return Step(Position(verdict.state, underlying, verdict.edition, 0, None), "revised" if flipped else "")


def _is_of_the_world(state: str) -> bool:
    """Near or far, met or short: said of how things stand, never of whether a claim was right."""
    return state in LADDERS[0] or state in LADDERS[1]
