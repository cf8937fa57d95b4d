"""`onrecord held`: what is held back, who decided what about it, and which claims rest on it. Reads alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alerts.claims import Claim, load_claims
from figures.periods import washington_day
from figures.records import Figure
from flows import show
from flows.held_figures import resting, touches
from flows.reading import console, database, say
from flows.settings import load_settings
from storage import decisions, journal, reads
from storage.decisions import Decision
from storage.engine import Transaction
from storage.journal import StoredFinding

_SHORT = 110
_CELLS = 2


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


def held(*, everything: bool, as_json: bool) -> int:
    """Print the holds."""
    settings = load_settings()
    claims, _ = load_claims(settings.claim_folders)
    with database(settings) as connection:
        listed = holds(connection, claims, lifted=everything)
    if as_json:
        say(show.as_json([as_object(hold) for hold in listed]))
        return 0
    if not listed:
        say("Nothing is held back." if everything else "Nothing is held back now. --all also lists what was lifted.")
        return 0
    columns = ("id", "release", "what", "check", "since", "state", "claims", "why")
    console().print(show.table(f"Held back ({len(listed)})", columns, [_row(hold) for hold in listed]))
    say('onrecord unhold ID --because "..." lifts a hold, onrecord acknowledge ID --because "..." marks it as seen.')
    return 0


def _row(hold: Hold) -> Sequence[object]:
    finding = hold.finding
    since = washington_day(hold.public_since)
    claims = ", ".join(hold.claims) or "none"
    return (
        finding.id,
        finding.release_name,
        scope_words(finding),
        finding.check,
        since,
        hold.state,
        claims,
        short(finding.words),
    )


def scope_words(finding: StoredFinding) -> str:
    """What a hold keeps back, shortly: `the whole release`, tables, or the first of its cells and how many more."""
    if finding.scope_kind == "release":
        return "the whole release"
    shown = ", ".join(finding.scope[:_CELLS])
    more = len(finding.scope) - _CELLS
    return show.printable(f"{shown} and {more} more" if more > 0 else shown)


def short(words: str) -> str:
    """The beginning of a text, cut between two words, as a terminal may show it."""
    words = show.printable(words)
    return words if len(words) <= _SHORT else words[:_SHORT].rpartition(" ")[0] + " ..."


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
