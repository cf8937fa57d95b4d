"""What programs read of a claim's page: schema.org's Claim and, where the settings ask for it, ClaimReview."""

from typing import Any

from alerts.claims.model import Claim
from pages.facts.claim_facts import Stance
from pages.page import Site
from pages.states import label
from pages.words import Words


def claim_data(claim: Claim, site: Site) -> dict[str, Any]:
    """The claim: its words, who said them, when, and where they appeared."""
    words = claim.words
    made: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Claim",
        "name": words.title,
        "text": words.wording,
        "inLanguage": "en",
        "author": {"@type": "Thing", "name": words.speaker},
        "datePublished": words.said_on.isoformat(),
        "appearance": [{"@type": "CreativeWork", "url": url} for url in (words.source, *words.seen_in)],
    }
    return made | ({"url": f"{site.url}claims/{claim.id}/"} if site.url else {})


def review_data(claim: Claim, made: Stance, site: Site, words: Words) -> list[dict[str, Any]]:
    """The answer at the time of the claim, signed by whom the settings name; none where they name nobody."""
    if not site.review_author:
        return []
    return [
        {
            "@context": "https://schema.org",
            "@type": "ClaimReview",
            "claimReviewed": claim.words.title,
            "itemReviewed": claim_data(claim, site),
            "author": {"@type": "Organization", "name": site.review_author},
            "datePublished": made.as_of.date().isoformat(),
            "reviewRating": {"@type": "Rating", "alternateName": label(made.state, words)},
            **({"url": f"{site.url}{words.prefix}claims/{claim.id}/"} if site.url else {}),
        }
    ]
