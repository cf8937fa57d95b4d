"""The claims on record, by how they stand."""

from collections.abc import Iterator

from pages.claim_lists import by_state
from pages.facts.site_facts import Facts
from pages.page import Page, Site
from pages.rendering import html
from pages.words import Words


def claims_index(facts: Facts, site: Site, words: Words) -> Iterator[Page]:
    """`/claims/`."""
    title, description = words.say("Claims"), words.say("Every claim on record and how it stands.")
    groups = by_state(facts.claims, words)
    yield html(site, words, "claims/", "claims.html.j2", title, description, facts=facts, groups=groups)
