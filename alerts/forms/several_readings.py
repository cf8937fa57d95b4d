"""A claim that may be read in several ways: each reading is judged, and the one that fits best is named first."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from alerts.forms.verdicts import Reading, Verdict

RIGHT = frozenset({"holds", "holds_marginal", "understated", "bound_respected", "consistent"})
WRONG = frozenset({"outside", "bound_violated", "inconsistent"})
# From what fits best to what fits least; states that are not here say nothing of a fit.
_FIT = (
    *("holds", "holds_marginal", "understated", "bound_respected", "consistent", "near", "met", "reached"),
    *("depends_on_definition", "depends_on_date", "drifting", "approaching"),
    *("outside", "bound_violated", "inconsistent", "far", "short", "missed"),
)

Named = tuple[str, Verdict]


def combined(own: Named, others: Sequence[Named]) -> Verdict:
    """One verdict from those of all readings.

    A reading that cannot be judged leaves the answer to the others, but for one that rests on an edition that is not
    held here: with it the answer might be another. Where they differ about whether the claim was right, that depends on
    its definition; how the world stands goes by the reading that fits best.
    """
    every = (own, *others)
    judged = sorted((named for named in every if named[1].state in _FIT), key=_fit)
    differ = own[1].answer != "standing" and _differ(judged)
    unheld = next((verdict for _, verdict in every if verdict.state == "not_held"), None)
    if unheld is not None and not differ:
        return unheld
    if not judged or not others:
        return own[1]
    return _of_all(judged, differ=differ)


def _of_all(judged: Sequence[Named], *, differ: bool) -> Verdict:
    """The verdict of the reading that fits best, with what each of them says and rests on."""
    best = judged[0][1]
    said = "; ".join(f"{verdict.words} ({name}: {verdict.state.replace('_', ' ')})" for name, verdict in judged)
    return replace(
        best,
        state="depends_on_definition" if differ else best.state,
        words=said,
        readings=(*(_reading(name, verdict) for name, verdict in judged), *best.readings),
        evidence=tuple(dict.fromkeys(figure for _, verdict in judged for figure in verdict.evidence)),
        witnesses=tuple(dict.fromkeys(figure for _, verdict in judged for figure in verdict.witnesses)),
    )


def _differ(judged: Sequence[Named]) -> bool:
    """Whether some say that the claim was right and some that it was not, or one leaves it open."""
    states = {verdict.state for _, verdict in judged}
    return bool(states & RIGHT and states & WRONG) or "depends_on_definition" in states


def _fit(named: Named) -> tuple[int, float]:
    verdict = named[1]
    return _FIT.index(verdict.state), abs(verdict.gap or 0.0) / abs(verdict.measured or 1.0)


def _reading(name: str, verdict: Verdict) -> Reading:
    starts = [figure.period.start for figure in verdict.evidence if figure.period.start]
    ends = [figure.period.end for figure in verdict.evidence if figure.period.end]
    last = date.fromisoformat(verdict.edition) if verdict.edition else max(ends, default=date.min)
    return Reading(
        name,
        verdict.measured or 0.0,
        verdict.accept_low,
        verdict.accept_high,
        verdict.state,
        verdict.formula,
        min(starts, default=last),
        last,
    )
