"""Each claim as its page shows it."""

from collections.abc import Sequence

from alerts.claims.model import Claim
from pages.facts.claim_facts import ClaimFacts
from storage.engine import Transaction


def claim_facts(connection: Transaction, claims: Sequence[Claim]) -> tuple[ClaimFacts, ...]:  # noqa: ARG001
    """In order of id."""
    return tuple(ClaimFacts(claim) for claim in sorted(claims, key=lambda claim: claim.id))
