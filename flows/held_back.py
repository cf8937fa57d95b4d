"""What is held back, who decided what about it, and which claims rest on it. Reads alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts.claims.model import Claim
from figures.records import Figure
from flows.judging.held_figures import resting, touches
from storage.engine import Transaction
from storage.read import journal, reads
from storage.read.journal import StoredFinding
from storage.write import decisions
from storage.write.decisions import Decision


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold with every decision about it, oldest first, and the ids of the claims whose figures it touches."""

    finding: StoredFinding
    public_since: datetime
    decided: tuple[Decision, ...]
    claims: tuple[str, ...]

    @property
    def state(self) -> str:
        if self.finding.lifted_at is not None:
            return f"lifted by {self.finding.lifted_by}"
        seen = next((d for d in self.decided if d.kind == "acknowledge" and d.ended_at is None), None)
        return f"seen by {seen.author}" if seen else "open"


def holds(connection: Transaction, claims: Sequence[Claim], *, lifted: bool) -> list[Hold]:
    """The open holds, newest release first; with `lifted` those too that were lifted."""
    found = journal.findings(connection, severities=("hold",), open_only=not lifted)
    decided = decisions.decisions(connection)
    stated = _stated(connection, claims)
    releases = {release.id: release for release in reads.releases(connection)}
    made = [
        Hold(
            f,
            releases[f.release_id].known_at,
            tuple(d for d in decided if d.about(f)),
            tuple(_resting(f, stated.get(f.release_id, ()))),
        )
        for f in found
        if f.release_id is not None
    ]
    return sorted(made, key=lambda hold: (hold.public_since, hold.finding.id), reverse=True)


def _stated(connection: Transaction, claims: Sequence[Claim]) -> dict[int, list[tuple[str, Figure]]]:
    """By release: the figures on which claims may rest, each with the claim's id."""
    wanted = resting(claims)
    stated: dict[int, list[tuple[str, Figure]]] = {}
    for figure in reads.figures(connection, wanted):
        stated.setdefault(figure.release_id, []).extend((claim.id, figure) for claim in wanted[figure.series])
    return stated


def _resting(finding: StoredFinding, stated: Sequence[tuple[str, Figure]]) -> list[str]:
    return sorted({claim for claim, figure in stated if touches(finding, figure.table, figure.locator)})
