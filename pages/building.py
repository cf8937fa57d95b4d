"""Every page of the site, in the order in which they are made."""

from collections.abc import Callable, Iterator
from typing import Final

from pages.facts.site_facts import Facts
from pages.kinds.claim_page import claim_pages
from pages.kinds.claims_index import claims_index
from pages.kinds.not_found import not_found
from pages.kinds.start_page import start_page
from pages.page import Page, Site
from pages.rendering import stylesheet
from pages.words import Words, words_of

Kind = Callable[[Facts, Site, Words], Iterator[Page]]
KINDS: Final[tuple[Kind, ...]] = (
    start_page,
    claims_index,
    claim_pages,
    not_found,
)


def build(facts: Facts, site: Site) -> Iterator[Page]:
    """The pages, language by language. The same facts and settings give the same bytes in the same order."""
    yield stylesheet()
    for language in site.languages:
        words = words_of(language, site.prefix(language), first=language == site.languages[0])
        for kind in KINDS:
            yield from kind(facts, site, words)
