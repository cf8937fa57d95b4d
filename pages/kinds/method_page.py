"""How figures, holds, vintages and verdicts come about, in plain words."""

from collections.abc import Iterator

from pages.facts.site_facts import Facts
from pages.page import Page, Site
from pages.rendering import html
from pages.words import Words


def method_page(facts: Facts, site: Site, words: Words) -> Iterator[Page]:
    """`/method/`."""
    title = words.say("Method")
    description = words.say("How the figures, what is held back and the answers to claims come about.")
    yield html(site, words, "method/", "method.html.j2", title, description, sources=facts.sources)
