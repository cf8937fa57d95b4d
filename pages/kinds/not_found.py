"""What a web server shows for an address that there is not."""

from collections.abc import Iterator
from typing import Any

from pages.facts.site_facts import Facts
from pages.page import LANGUAGES, Page, Site
from pages.rendering import html
from pages.words import Words


def not_found(facts: Facts, site: Site, words: Words) -> Iterator[Page]:  # noqa: ARG001
    """`/404.html`. A web server shows it at any depth: where the site's address is known its links begin with that."""
    title = words.say("There is no such page")
    description = words.say("The address may have changed, or it was never there.")
    whole: dict[str, Any] = {}
    if site.url:
        whole = {
            "to": lambda address: site.url + words.prefix + address,
            "shared": lambda address: site.url + address,
            "versions": [
                (each, LANGUAGES[each], site.url + site.prefix(each), site.url + site.prefix(each))
                for each in site.languages
            ],
        }
    yield html(site, words, "404.html", "not_found.html.j2", title, description, **whole)
