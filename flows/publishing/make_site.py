"""`onrecord site`, and the end of a run: the static site, made from the database and put into its folder."""

from collections.abc import Sequence
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


def make_site(database: Database, claims: Sequence[Claim], settings: Settings, folder: Path) -> Placed:
    """Make the site and put it in place. Raises PlacingError where the folder cannot be taken."""
    sources = [settings.source(name) for name in settings.enabled()]
    site = site_of(settings.site)
    newsroom = publisher(site.name, site.url, site.contact)
    with reading(database) as connection:
        facts = gather(connection, claims, sources, newsroom, laws(settings.publication))
        return put_in_place(build(facts, site), folder)


def site_of(settings: SiteSettings) -> Site:
    """What the settings say of the site."""
    author = settings.claim_review.author if settings.claim_review else ""
    return Site(settings.name, settings.address, settings.contact, settings.languages, author)
