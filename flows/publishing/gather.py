"""All that the site is made from, read from the database in one transaction."""

from collections.abc import Mapping, Sequence

from alerts.claims.model import Claim
from checks.sources.lateness import shipped_laws
from figures.publication import Law
from figures.records import Source
from flows.publishing.claim_reader import claim_facts
from flows.publishing.export_words import UNNAMED, Newsroom
from flows.publishing.facility_reader import facility_facts
from flows.publishing.figures_reader import read_figures
from flows.publishing.newest_look import as_of
from flows.publishing.release_reader import calendar_facts, release_facts
from flows.publishing.said_reader import correction_facts, held_facts
from flows.publishing.source_reader import source_facts
from pages.facts.site_facts import Facts
from storage.engine import Transaction


def gather(
    connection: Transaction,
    claims: Sequence[Claim],
    sources: Sequence[Source],
    faults: list[str],
    newsroom: Newsroom = UNNAMED,
    laws: Mapping[str, Law] | None = None,
) -> Facts:
    """What is known. The same database gives the same facts, whatever the time is.

    What had to be left out because a part of ours failed is added to `faults`, each in a sentence's part.
    """
    figures = read_figures(connection, newsroom)
    told = claim_facts(connection, claims, faults)
    judged = (stance.as_of for each in told for stance in each.stances)
    return Facts(
        as_of=max((as_of(connection), *judged)),
        claims=told,
        facilities=facility_facts(connection),
        sources=source_facts(connection, sources),
        metrics=tuple(figures.metrics),
        releases=release_facts(connection, figures),
        calendars=calendar_facts(connection, sources, shipped_laws() if laws is None else laws),
        held=held_facts(connection, claims),
        corrections=correction_facts(connection, claims),
        files=tuple(figures.files),
    )
