"""`onrecord held`: what is held back, as a list."""

from collections.abc import Sequence
from typing import Any

from alerts.claims.model import load_claims
from figures.periods import washington_day
from flows.configuration.settings import load_settings
from flows.held_back import Hold, holds
from flows.show import printing
from flows.show.formats import scope_words
from flows.show.read_only import database
from storage.write import decisions
from storage.write.decisions import Decision

# Of what a hold says so many letters are listed; `--json` has all of it.
SHORT = 160


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
