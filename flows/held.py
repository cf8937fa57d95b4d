"""`onrecord held`: what is held back, who decided what about it, and which claims rest on it. Reads alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alerts.claims import Claim, load_claims
from figures.periods import washington_day
from figures.records import Figure
from flows import printing
from flows.held_figures import resting, touches
from flows.reading import database
from flows.settings import load_settings
from flows.show import scope_words
from storage import decisions, journal, reads
from storage.decisions import Decision
from storage.engine import Transaction
from storage.journal import StoredFinding

# Of what a hold says so many letters are listed; `--json` has all of it.
SHORT = 160


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


def held(limit: int | None = None, *, everything: bool, as_json: bool) -> int:
    """Print the holds."""
    settings = load_settings()
    claims, _ = load_claims(settings.claim_folders)
    with database(settings) as connection:
        listed = holds(connection, claims, lifted=everything)
    if as_json:
        printing.print_json([as_object(hold) for hold in printing.limited(listed, limit)])
        return 0
    with printing.page() as console:
        if not listed:
            words = (
                "Nothing is held back." if everything else "Nothing is held back now. --all also lists what was lifted."
            )
            printing.say(console, words)
            return 0
        columns = ("id", "release", "since", "state", "check", "what", "claims", "why", "decided")
        printing.table(console, f"Held back ({len(listed)})", columns, [_row(hold) for hold in listed], limit=limit)
        words = (
            'onrecord unhold ID --because "..." lifts a hold, onrecord acknowledge ID --because "..." marks it as seen.'
        )
        printing.say(console, words)
    return 0


def _row(hold: Hold) -> Sequence[object]:
    finding = hold.finding
    return (
        finding.id,
        finding.release_name,
        washington_day(hold.public_since),
        hold.state,
        finding.check,
        scope_words(finding),
        ", ".join(hold.claims),
        printing.short(finding.words, SHORT),
        "; ".join(_decided(decision) for decision in hold.decided),
    )


def _decided(decision: Decision) -> str:
    until = f" until {decision.until}" if decision.until else ""
    ended = f", ended {washington_day(decision.ended_at)} by {decision.ended_by}" if decision.ended_at else ""
    return f"{decision.kind} by {decision.author} on {washington_day(decision.at)}{until}: {decision.because}{ended}"


def as_object(hold: Hold) -> dict[str, Any]:
    """One element of `onrecord held --json`: a stable interface."""
    finding = hold.finding
    names = ("id", "source", "release_id", "check", "stage", "scope_kind", "scope", "expected", "found", "words")
    return {name: getattr(finding, name) for name in names} | {
        "release": finding.release_name,
        "public_since": hold.public_since,
        "found_at": finding.at,
        "state": hold.state.partition(" ")[0],
        "lifted_at": finding.lifted_at,
        "lifted_by": finding.lifted_by,
        "lifted_because": finding.lifted_because,
        "decisions": [decisions.as_object(decision) for decision in hold.decided],
        "claims": list(hold.claims),
    }
