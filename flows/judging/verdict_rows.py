"""A verdict as it is recorded: its row, the place it leaves a claim in, and whether another verdict differs from it."""

from collections.abc import Mapping
from dataclasses import astuple
from datetime import datetime
from typing import Any

from alerts.claims.model import Claim
from alerts.forms.causes import Cause
from alerts.forms.cells import SECOND_WITNESS
from alerts.forms.hysteresis import Position, Seen, Step
from alerts.forms.verdicts import Verdict
from figures.metrics.catalogue import METRICS
from figures.metrics.metric import metric_of
from figures.plain import plain
from figures.records import Figure
from figures.values import same

JUDGED_ON, STANDS_IN = "judged_on", "stands_in"
Row = Mapping[str, Any]


def placed_at(row: Row) -> Position:
    reached, origin = _reached(row)
    return Position(row["state"], row["underlying"], row["edition"], row["calm"], row["told"], reached, origin)


def _reached(row: Row) -> tuple[tuple[Seen, ...], tuple[str, float | None] | None]:
    """What the newest editions said, and where the claim stood before them; a row of before this was kept has none."""
    kept = row["reached"]
    if not isinstance(kept, Mapping):
        return (), None
    state, told = kept["origin"] or (None, None)
    return tuple(Seen(*each) for each in kept["editions"]), None if state is None else (state, told)


def differs(row: Row, verdict: Verdict, position: Position) -> bool:
    """Whether a verdict is another than the one recorded: in place, figure or sources."""
    new = (position.state, position.underlying, position.edition)
    if new != tuple(row[name] for name in ("state", "underlying", "edition")):
        return True
    if not (same(position.told, row["told"]) and same(verdict.measured, row["measured"])):
        return True
    if isinstance(row["reached"], Mapping) and _reached(row) != (position.reached, position.origin):
        return True
    rests_on = {(piece.get("role", JUDGED_ON), piece["series"]) for piece in row["evidence"]}
    return rests_on != {(piece["role"], piece["series"]) for piece in _pieces(verdict)}


def row_of(claim: Claim, verdict: Verdict, taken: Step, why: Cause, as_of: datetime, now: datetime) -> dict[str, Any]:
    position = taken.position
    return {
        "claim_id": claim.id,
        "claim_sha256": claim.sha256,
        "answer": verdict.answer,
        "as_of": as_of,
        "recorded_at": now,
        "state": position.state,
        "underlying": position.underlying,
        "edition": position.edition,
        "calm": position.calm,
        "told": position.told,
        "reached": {"editions": [list(astuple(each)) for each in position.reached], "origin": position.origin},
        "measured": verdict.measured,
        "accept_low": verdict.accept_low,
        "accept_high": verdict.accept_high,
        "gap": verdict.gap,
        "deviation": verdict.deviation,
        "z": verdict.z,
        "size": verdict.size if verdict.measured is not None else None,
        "nearness": verdict.nearness if verdict.measured is not None else None,
        "rule": verdict.rule,
        "words": verdict.words,
        "readings": plain(verdict.readings),
        "evidence": _pieces(verdict),
        "moved_by": why.mover,
        "cause": why.to_json(),
    }


def _pieces(verdict: Verdict) -> list[dict[str, Any]]:
    """What is in evidence, each with its role: judged on, standing in for a silent source, or a second witness."""
    role = STANDS_IN if verdict.stand_in else JUDGED_ON
    mine = [_evidence(figure, role) for figure in verdict.evidence]
    return [*mine, *(_evidence(figure, SECOND_WITNESS) for figure in verdict.witnesses)]


def _evidence(figure: Figure, role: str) -> dict[str, Any]:
    """A copy of what the verdict rests on, so that it stays readable whatever happens to the figures."""
    kept = {
        "role": role,
        "locator": figure.locator,
        "sha256": figure.sha256,
        "file": figure.release_name,
        "url": figure.url,
        "series": figure.series,
        "value": figure.value,
        "period_start": figure.period.start,
        "period_end": figure.period.end,
        "period_locator": figure.period_locator,
        "known_at": figure.known_at,
        "known_by": figure.known_by,
        "attribution": METRICS[metric_of(figure.series)].credit,
    }
    return {name: plain(value) for name, value in kept.items()}
