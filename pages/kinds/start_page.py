"""The start page: what moved lately, how the claims stand, the sources, what is held back."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from figures.periods import washington_day
from figures.records import SourceState
from pages.claim_lists import by_state, moves
from pages.facts.site_facts import Facts
from pages.facts.source_facts import SourceFacts
from pages.page import Page, Site
from pages.rendering import html
from pages.words import Words, noted

MOST_MOVES: Final = 10
STATES: Final[Mapping[SourceState, str]] = {
    "live": noted("published"),
    "moved": noted("moved or gone"),
    "refused": noted("refused to us"),
    "withdrawn": noted("withdrawn"),
    "definition changed": noted("counts something else now"),
    "ended": noted("ended"),
}


def start_page(facts: Facts, site: Site, words: Words) -> Iterator[Page]:
    """`/`."""
    description = words.say("Public figures about immigration detention, and the claims that are made about them.")
    today = washington_day(facts.as_of)
    values: dict[str, Any] = {
        "facts": facts,
        "moves": moves(facts.claims, MOST_MOVES, words),
        "groups": by_state(facts.claims, words),
        "sources": [(source, *_of(source, today, words)) for source in facts.sources],
        "held": sum(source.held for source in facts.sources),
    }
    yield html(site, words, "", "start.html.j2", site.name, description, **values)


def _of(source: SourceFacts, today: date, words: Words) -> tuple[str, str]:
    """How old its newest figures are, and how it stands."""
    age = words.counted("%(num)s day", "%(num)s days", (today - source.newest_day).days) if source.newest_day else ""
    state = words.say(STATES[source.state])
    return age, words.say("the last look failed") if source.failing else state
