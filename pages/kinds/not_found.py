"""What a web server shows for an address that there is not."""

from collections.abc import Iterator

from pages.facts.site_facts import Facts
from pages.page import Page, Site
from pages.rendering import html
from pages.words import Words


def not_found(facts: Facts, site: Site, words: Words) -> Iterator[Page]:  # noqa: ARG001
    """`/404.html`. It is shown at any depth: with an address of the site its links are whole."""
    title = words.say("There is no such page")
    description = words.say("The address may have changed, or it was never there.")
    yield html(site, words, "404.html", "not_found.html.j2", title, description)
