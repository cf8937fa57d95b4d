"""All that the site is made from, read from the database in one transaction."""

from collections.abc import Sequence

from alerts.claims.model import Claim
from figures.records import Source
from flows.publishing.claim_reader import claim_facts
from flows.publishing.newest_look import as_of
from flows.publishing.source_reader import source_facts
from pages.facts.site_facts import Facts
from storage.engine import Transaction


def gather(connection: Transaction, claims: Sequence[Claim], sources: Sequence[Source]) -> Facts:
    """What is known. The same database gives the same facts, whatever the time is."""
    return Facts(
        as_of=as_of(connection),
        claims=claim_facts(connection, claims),
        sources=source_facts(connection, sources),
    )
