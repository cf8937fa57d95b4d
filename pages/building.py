"""Every page of the site, in the order in which they are made."""

from collections.abc import Callable, Iterator
from typing import Final

from pages.facts.site_facts import Facts
from pages.kinds.claim_page import claim_pages
from pages.kinds.claims_index import claims_index
from pages.kinds.data_page import data_page
from pages.kinds.dictionary_page import dictionary_page
from pages.kinds.facility_pages import facility_pages
from pages.kinds.method_page import method_page
from pages.kinds.not_found import not_found
from pages.kinds.release_pages import release_pages
from pages.kinds.said_pages import corrections_page, held_page
from pages.kinds.series_pages import series_pages
from pages.kinds.site_files import badge, site_feed, status_file
from pages.kinds.start_page import start_page
from pages.page import HTML, Page, Site
from pages.rendering import icon, stylesheet
from pages.sitemap import sitemap
from pages.words import Words, words_of

Kind = Callable[[Facts, Site, Words], Iterator[Page]]
KINDS: Final[tuple[Kind, ...]] = (
    start_page,
    claims_index,
    facility_pages,
    claim_pages,
    series_pages,
    release_pages,
    held_page,
    corrections_page,
    data_page,
    method_page,
    dictionary_page,
    site_feed,
    status_file,
    badge,
    not_found,
)


def build(facts: Facts, site: Site) -> Iterator[Page]:
    """The pages, language by language. The same facts and settings give the same bytes in the same order."""
    yield stylesheet()
    yield icon()
    listed = []
    for language in site.languages:
        words = words_of(language, site.prefix(language), first=language == site.languages[0])
        for kind in KINDS:
            for page in kind(facts, site, words):
                if page.media == HTML and kind is not not_found:
                    listed.append(page.address)
                yield page
    if site.url:
        yield sitemap(site, listed)
