"""The start page: what moved lately, how the claims stand, the sources, what is held."""

from collections.abc import Iterator

from pages.facts.site_facts import Facts
from pages.page import Page, Site
from pages.rendering import html
from pages.words import Words


def start_page(facts: Facts, site: Site, words: Words) -> Iterator[Page]:
    """`/`."""
    description = words.say("Public figures about immigration detention, and the claims that are made about them.")
    yield html(site, words, "", "start.html.j2", site.name, description, facts=facts)
