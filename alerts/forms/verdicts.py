"""The answers to a claim, the words for them, and how far is far."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from alerts.claims.hedges import Accepted
from figures.records import Figure

Answer = Literal["at_claim", "revised", "standing"]
ANSWERS: tuple[Answer, ...] = ("at_claim", "revised", "standing")
# Material: outside, at least 5 % and two usual movements away. Far: 15 % and three. Shares go by points, and have no
# usual movement: material from 2.5 points on, far from 7.5.
MATERIAL_R, MATERIAL_Z = 0.05, 2.0
FAR_R, FAR_Z = 0.15, 3.0
MATERIAL_POINTS, FAR_POINTS = 2.5, 7.5
# Days beyond these do not widen what is usual: else any gap would be immaterial after a year, whatever the figure does.
MOST_DAYS_OF_Z = 28
# From near to far; a claim moves on one ladder.
LADDERS: tuple[tuple[str, ...], ...] = (
    ("near", "drifting", "far"),
    ("met", "approaching", "short"),
    ("bound_respected", "bound_violated"),
    ("consistent", "inconsistent"),
    ("quiet", "crossed"),
)
_LADDER: Mapping[str, tuple[str, ...]] = {state: ladder for ladder in LADDERS for state in ladder}
# For what these say nothing has been seen that a claim could be held against.
UNMOVED = frozenset(
    {
        *("quality_hold", "data_missing", "not_held", "superseded", "not_yet_testable", "not_testable"),
        *("not_comparable", "none"),
    }
)
# How the words of a verdict begin that a hold keeps from being given.
HELD_BACK: Final = "The newest file is held back."
# The only words: what each answer may be. Truth is said of the claim as made, distance of the world since.
_PARTIAL = frozenset({"bound_respected", "bound_violated", "consistent", "inconsistent"})
_TARGETS = frozenset({"met", "approaching", "short"})
_WATCHES = frozenset({"quiet", "crossed"})
# What a dated total came to once its day was over, and a number that was leaked once it was published.
RESOLVED = frozenset({"reached", "missed", "confirmed_later", "not_confirmed"})
_ANY = frozenset(
    {"not_yet_testable", "not_testable", "not_comparable", "data_missing", "not_held", "quality_hold", "superseded"},
)
_TRUTHS = (
    frozenset({"holds", "holds_marginal", "understated", "outside", "depends_on_definition", "depends_on_date"})
    | _PARTIAL
    | _TARGETS  # whether a target was attained is asked on the day it was set, too
    | {"confirmed_later", "not_confirmed", "none"}  # a watch claims nothing
    | _ANY
)
WORDS: Mapping[Answer, frozenset[str]] = {
    "at_claim": _TRUTHS,
    "revised": _TRUTHS,
    "standing": frozenset({"none", "near", "drifting", "far"}) | _PARTIAL | _TARGETS | _WATCHES | RESOLVED | _ANY,
}


@dataclass(frozen=True, slots=True)
class Tolerances:
    """From when on a deviation is material, and from when on far: by its size and in usual movements."""

    material_r: float = MATERIAL_R
    material_z: float = MATERIAL_Z
    far_r: float = FAR_R
    far_z: float = FAR_Z


AS_STATED = Tolerances()


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the figures that a claim rests on, beside the one that gives the state."""

    name: str
    measured: float
    low: float | None
    high: float | None
    state: str
    formula: str
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Verdict:
    """`measured` is in the claim's unit; `gap` is the distance beyond the nearer accepted edge, 0 inside.

    `deviation` is relative to the stated value, `z` in usual movements of the series. `edition` is the last day
    of the newest period judged on. `size` is how far off the figures are by the measure that the state follows
    (0 where it follows none): a part of the stated value, of a share its points as a part of 100. `nearness` compares
    with the threshold of the next further state: 1 at that threshold, 0 well away from it. `witnesses` are the second
    source's figures for what is in evidence; `stand_in` says, where the source that the claim is judged by is silent,
    which one is judged on in its place.

    `formula` is how `measured` comes from the cells in evidence, `difference` is measured minus stated, in the claim's
    unit. `due` is when what cannot be tested yet can be; `fan` is where the present pace would end by then, `needed`
    the daily pace that a target or projection still asks for. `proxy` names what is judged on in place of what was
    said; `unverified` are fields of the claim that nobody has checked.
    """

    claim: str
    answer: Answer
    state: str
    measured: float | None = None
    accept_low: float | None = None
    accept_high: float | None = None
    gap: float | None = None
    deviation: float | None = None
    z: float | None = None
    rule: str = ""
    words: str = ""
    edition: str = ""
    size: float = 0.0
    nearness: float = 0.0
    readings: tuple[Reading, ...] = ()
    evidence: tuple[Figure, ...] = ()
    witnesses: tuple[Figure, ...] = ()
    stand_in: str = ""
    formula: str = ""
    difference: float | None = None
    due: date | None = None
    fan: tuple[float, float] | None = None
    needed: float | None = None
    proxy: str = ""
    unverified: tuple[str, ...] = ()


def ladder_of(state: str) -> tuple[str, ...] | None:
    """The ladder on which a state is a rung; None for a state that is on none."""
    return _LADDER.get(state)


def on_ladder(state: str) -> bool:
    return state in _LADDER


def rung(state: str) -> int:
    """How far a state is from the claim on its ladder, 0 at the claim. KeyError for a state that is on none."""
    return _LADDER[state].index(state)


def truth(value: float, accepted: Accepted) -> str:
    if accepted.contains_without_grace(value):
        return "holds"
    return "holds_marginal" if accepted.contains(value) else "outside"


def distance(inside: bool, deviation: float, z: float, by: Tolerances = AS_STATED) -> tuple[str, float]:
    """near, drifting or far, and how close to the threshold of that state (1 at the edge; under 0.8 is calm)."""
    r, absolute_z = abs(deviation), abs(z)
    if not inside and r >= by.far_r and absolute_z >= by.far_z:
        return "far", 1.0
    if not inside and r >= by.material_r and absolute_z >= by.material_z:
        return "drifting", min(r / by.far_r, absolute_z / by.far_z)
    return "near", 0.0 if inside else min(r / by.material_r, absolute_z / by.material_z)


def distance_in_points(inside: bool, points: float) -> tuple[str, float]:
    """As `distance`, for a share that is so many points off what was stated."""
    off = abs(points)
    if not inside and off >= FAR_POINTS:
        return "far", 1.0
    if not inside and off >= MATERIAL_POINTS:
        return "drifting", off / FAR_POINTS
    return "near", 0.0 if inside else off / MATERIAL_POINTS


def judged_by(verdict: Verdict, tolerances: Tolerances) -> Verdict:
    """The verdict under other tolerances; the same where its state does not follow size and usual movements."""
    if verdict.z is None or verdict.gap is None:
        return verdict
    inside = verdict.gap == 0
    if distance(inside, verdict.size, verdict.z) != (verdict.state, verdict.nearness):
        return verdict
    state, nearness = distance(inside, verdict.size, verdict.z, tolerances)
    return replace(verdict, state=state, nearness=nearness)
