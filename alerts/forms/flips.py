"""How far a claim is from its next flip, in words and in its own unit, from a verdict as it is recorded."""

from collections.abc import Mapping
from typing import Any

from alerts.forms.hysteresis import CALM, CALM_EDITIONS, FURTHER, LADDERS, on_ladder, rung
from alerts.forms.verdicts import FAR_R, MATERIAL_R

_LEAVING = {"drifting": MATERIAL_R, "far": FAR_R}


def next_flip(row: Mapping[str, Any], unit: str) -> str:
    """What it takes for the state to change: `2,100 people held more, and it drifts (54 % of the way)`; '' for none."""
    state = row["underlying"] or row["state"]
    if row["answer"] != "standing" or not on_ladder(state) or row["measured"] is None:
        return ""
    further = _further(row, state, unit)
    back = _back(row, state, unit)
    return " ".join(sentence for sentence in (further, back) if sentence)


def _said(value: float, unit: str) -> str:
    return (
        f"{value:.3f}"
        if unit == "ratio"
        else f"{value:,.1f} {unit}"
        if unit.endswith("a day")
        else f"{value:,.0f} {unit}"
    )


def _further(row: Mapping[str, Any], state: str, unit: str) -> str:
    ladder = next(each for each in LADDERS if state in each)
    place = rung(state)
    if place + 1 == len(ladder):
        told = row["told"]
        if told is None:
            return ""
        return f"It is told again when it is {told + FURTHER:.0%} off."
    following = ladder[place + 1]
    nearness, edge = row["nearness"], _to_edge(row)
    if nearness:
        by = None if state in LADDERS[1] else _to_threshold(row)  # a target's state follows another window
        size = f"; {_said(by, unit)} more, and it is {following}" if by is not None else f"; next is {following}"
        return f"{nearness:.0%} of the way to {following}{size}."
    if edge is not None:
        return f"Inside what the wording accepts, {_said(edge, unit)} from the nearer edge."
    return ""


def _to_edge(row: Mapping[str, Any]) -> float | None:
    edges = [abs(row["measured"] - edge) for edge in (row["accept_low"], row["accept_high"]) if edge is not None]
    return min(edges) if edges else None


def _to_threshold(row: Mapping[str, Any]) -> float | None:
    """The rest of the way, by what the size is measured from: the stated value, or the edge of what is accepted."""
    deviation, nearness, size = row["deviation"], row["nearness"], row["size"]
    if not deviation or not nearness or nearness >= 1 or deviation <= -1 or size is None:
        return None
    stated = row["measured"] / (1 + deviation)
    away = abs(row["measured"] - stated) if abs(abs(deviation) - size) < 1e-9 else abs(row["gap"] or 0.0)
    return float(away / nearness - away)


def _back(row: Mapping[str, Any], state: str, unit: str) -> str:
    if rung(state) == 0:
        return ""
    calm = f"{row['calm']} of {CALM_EDITIONS} editions counted" if row["calm"] else f"{CALM_EDITIONS} editions in a row"
    if state in ("approaching", "short"):
        low = row["accept_low"]
        missing = (
            ""
            if low is None or row["measured"] >= low
            else (f"{_said(low - row['measured'], unit)} more are needed to meet it ({_said(low, unit)}). ")
        )
        return f"{missing}It comes nearer with {calm} inside {CALM:.0%} of the threshold."
    if state in _LEAVING:
        off = CALM * _LEAVING[state]
        return f"It comes nearer with {calm} less than {off:.0%} off, or as calm by its usual movements."
    return f"It comes nearer with {calm} that say so."


def progress(row: Mapping[str, Any]) -> float:
    """How close a claim is to its next flip, 0 to 1: for the order in which they are listed."""
    state = row["underlying"] or row["state"]
    if not on_ladder(state) or row["measured"] is None:
        return 0.0
    ladder = next(each for each in LADDERS if state in each)
    calm = float(row["calm"]) / CALM_EDITIONS
    if rung(state) + 1 < len(ladder):
        return max(float(row["nearness"] or 0.0), calm)
    told, size = row["told"], row["size"]
    again = 0.0 if told is None or size is None else float(1 - (told + FURTHER - size) / FURTHER)
    return max(0.0, min(1.0, again), calm)
