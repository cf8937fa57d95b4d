"""Which side of a dispute between two sources is held."""

from collections.abc import Iterable, Sequence

from alerts.messages.words.sources import Held
from checks.sources.disputes import Dispute
from figures.records import Observation
from storage.read import journal


def side_of(dispute: Dispute, release_id: int, faults: Sequence[journal.StoredFinding]) -> Held:
    """Which side is held: the one with a fault of its own, else both. `release_id` is that of TRAC's release."""
    ours = any(_faulty(faults, dispute.release_id, o) for d in dispute.differences for o in d.ours)
    theirs = any(_faulty(faults, release_id, d.theirs) for d in dispute.differences)
    if dispute.settled or (ours and not theirs):
        return "ice"
    return "trac" if theirs and not ours else "both"


def _faulty(faults: Iterable[journal.StoredFinding], release_id: int, cell: Observation) -> bool:
    """Whether a check of its own holds a cell already: then the fault lies on that side."""
    return any(
        f.release_id == release_id and (f.scope_kind == "release" or cell.table in f.scope or cell.locator in f.scope)
        for f in faults
    )
