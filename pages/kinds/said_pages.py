"""What is held back, and every correction that was sent."""

from collections.abc import Iterator

from figures.periods import washington_day
from pages.facts.site_facts import Facts
from pages.page import Page, Site
from pages.rendering import html
from pages.words import Words


def held_page(facts: Facts, site: Site, words: Words) -> Iterator[Page]:
    """`/held/`."""
    title = words.say("Held back")
    description = words.say("Figures that contradict themselves or their past. No claim is judged on them.")
    yield html(site, words, "held/", "held.html.j2", title, description, held=facts.held)


def corrections_page(facts: Facts, site: Site, words: Words) -> Iterator[Page]:
    """`/corrections/`, the newest first."""
    title = words.say("Corrections")
    description = words.say("Every alert that was sent and does not stand any more, and why.")
    sent = [(each, washington_day(each.sent_at), anchor(each.key)) for each in reversed(facts.corrections)]
    yield html(site, words, "corrections/", "corrections.html.j2", title, description, corrections=sent)


def anchor(key: str) -> str:
    """The place of a correction on its page, by the key of its message."""
    return key.replace(":", "-")
