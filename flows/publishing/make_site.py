"""`onrecord site`, and the end of a run: the static site, made from the database and put into its folder."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from alerts.claims.model import Claim
from flows.configuration.publication_settings import laws
from flows.configuration.settings import Settings
from flows.configuration.site_settings import SiteSettings
from flows.publishing.export_words import publisher
from flows.publishing.gather import gather
from flows.publishing.placing import Placed, put_in_place
from pages.building import build
from pages.page import Site
from storage.engine import Database, reading


@dataclass(frozen=True, slots=True)
class Made:
    """What was put in place, and what had to be left out because a part of ours failed."""

    placed: Placed
    faults: tuple[str, ...]


def make_site(database: Database, claims: Sequence[Claim], settings: Settings, folder: Path) -> Made:
    """Make the site and put it in place.

    Raises PlacingError where the folder cannot be taken, NothingKnownError where there is nothing to show.
    """
    sources = [settings.source(name) for name in settings.enabled()]
    site = site_of(settings.site)
    newsroom = publisher(site.name, site.url, site.contact)
    faults: list[str] = []
    with reading(database) as connection:
        # A watch is the desk's own threshold: nobody said it, and it is on no page.
        said = [claim for claim in claims if not claim.words.is_watch]
        facts = gather(connection, said, sources, faults, newsroom, laws(settings.publication))
        return Made(put_in_place(build(facts, site), folder), tuple(faults))


def site_of(settings: SiteSettings) -> Site:
    """What the settings say of the site."""
    author = settings.claim_review.author if settings.claim_review else ""
    return Site(settings.name, settings.address, settings.contact, settings.languages, author)
