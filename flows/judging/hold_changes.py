"""What is told of figures beside what is judged on them: holds that were put or lifted, and what checks warn of."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from alerts.forms.evidence import Doubt, HoldChange
from checks.history.revisions import CHECK as REVISED
from storage.read.journal import StoredFinding
from storage.write.decisions import Decision


def hold_changes(holds: Iterable[StoredFinding], decided: Sequence[Decision]) -> Iterator[HoldChange]:
    """`holds` with those that were lifted. One that stands again is put when its lifting ended, by who ended it."""
    unholds = [decision for decision in decided if decision.kind == "unhold"]
    for hold in holds:
        if hold.release_id is None:
            continue
        place = hold.release_id, hold.scope_kind, frozenset(hold.scope)
        if hold.lifted_at is not None:
            by, because = hold.lifted_by or "", hold.lifted_because or ""
            yield HoldChange(*place, hold.lifted_at, True, by, because, hold.words)
            continue
        at, by, because = _put(hold, unholds)
        yield HoldChange(*place, at, False, by, because, hold.words)


def _put(hold: StoredFinding, unholds: Iterable[Decision]) -> tuple[datetime, str, str]:
    """Since when a hold stands that was not lifted, or stands again; then by whom and why."""
    ended = [(d.ended_at, d) for d in unholds if d.ended_at is not None and d.about(hold)]
    if not ended:
        return hold.at, "", ""
    at, last = max(ended, key=lambda each: each[0])
    return at, last.ended_by or "", last.ended_because or ""


def doubts(findings: Sequence[StoredFinding]) -> Iterator[Doubt]:
    """What checks warn of tables and cells, and where people were coded anew: whoever rests on them says so first."""
    still = [finding for finding in findings if finding.lifted_at is None]
    warned = [finding for finding in still if finding.severity == "warn"]
    coded = [finding for finding in still if finding.severity == "note" and finding.check == REVISED]
    for finding in (*warned, *coded):
        if finding.release_id is not None and finding.scope_kind != "release":
            yield Doubt(finding.release_id, finding.scope_kind, frozenset(finding.scope), finding.words)
