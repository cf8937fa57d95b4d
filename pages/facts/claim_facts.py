"""What a claim's page is made from."""

from dataclasses import dataclass

from alerts.claims.model import Claim


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """One claim on record."""

    claim: Claim
