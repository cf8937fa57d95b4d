"""How far a claim is from its next change, in words and in its own unit, from a verdict as it is recorded."""

from collections.abc import Mapping
from typing import Any

from alerts.forms.hysteresis import CALM, CALM_EDITIONS, Rules
from alerts.forms.verdicts import LADDERS, on_ladder, rung
from alerts.messages.words.state_words import state_said

_EDITIONS = "two files in a row" if CALM_EDITIONS == 2 else f"{CALM_EDITIONS} files in a row"


def next_flip(row: Mapping[str, Any], unit: str, rules: Rules) -> str:
    """What it takes for the state to change: `2,100 people held more, and it has moved ...`; '' for none."""
    state = row["underlying"] or row["state"]
    if row["answer"] != "standing" or not on_ladder(state) or row["measured"] is None or rules.resolves:
        return ""
    found = _further(row, state, unit, rules), _back(row, state, unit, rules)
    return " ".join(sentence for sentence in found if sentence)


def _said(value: float, unit: str) -> str:
    if unit == "percent":
        return f"{value:.1f} points"
    if unit == "ratio":
        return f"{value:.3f}"
    return f"{value:,.1f} {unit}" if unit.endswith("a day") else f"{value:,.0f} {unit}"


def _sized(size: float, unit: str) -> str:
    return f"{100 * size:.1f} points" if unit == "percent" else f"{100 * size:.0f} %"


def _further(row: Mapping[str, Any], state: str, unit: str, rules: Rules) -> str:
    ladder = next(each for each in LADDERS if state in each)
    place = rung(state)
    if place + 1 == len(ladder):
        told = row["told"]
        has_size = told is not None and ladder in LADDERS[:2]
        return f"Told again at {_sized(told + rules.further, unit)} off." if has_size else ""
    nearness, edge = row["nearness"], _to_edge(row)
    if nearness:
        by = None if state in LADDERS[1] else _to_threshold(row)  # a target's state follows another window
        size = f": {_said(by, unit)} more, and it {state_said(ladder[place + 1])}" if by is not None else ""
        return f"{nearness:.0%} of the way to the next step{size}."
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


def _back(row: Mapping[str, Any], state: str, unit: str, rules: Rules) -> str:
    if rung(state) == 0:
        return ""
    if not rules.recovers:
        return "It comes no nearer: it passes, or stays as it is when its day is over."
    counted = f" ({row['calm']} counted)" if row["calm"] else ""
    if state in ("approaching", "short"):
        low = row["accept_low"]
        missing = low is not None and row["measured"] < low
        more = f"{_said(low - row['measured'], unit)} more are needed ({_said(low, unit)}). " if missing else ""
        return f"{more}It comes nearer with {_EDITIONS} that say so{counted}."
    if state in LADDERS[0]:
        off = CALM * (rules.material if state == "drifting" else rules.far)
        return f"It comes nearer with {_EDITIONS} less than {_sized(off, unit)} off{counted}."
    return f"It comes nearer with {_EDITIONS} that say so{counted}."


def progress(row: Mapping[str, Any], rules: Rules) -> float:
    """How close a claim is to its next change, 0 to 1: for the order in which they are listed."""
    state = row["underlying"] or row["state"]
    if not on_ladder(state) or row["measured"] is None or rules.resolves:
        return 0.0
    ladder = next(each for each in LADDERS if state in each)
    calm = float(row["calm"]) / CALM_EDITIONS
    if rung(state) + 1 < len(ladder):
        return max(float(row["nearness"] or 0.0), calm)
    return max(_to_telling_again(row, rules), calm)


def _to_telling_again(row: Mapping[str, Any], rules: Rules) -> float:
    """How close a state with none further away is to being told once more, 0 to 1."""
    told, size = row["told"], row["size"]
    if told is None or size is None:
        return 0.0
    return max(0.0, min(1.0, float(1 - (told + rules.further - size) / rules.further)))
