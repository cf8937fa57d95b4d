"""The dictionary: what each metric counts, in which unit, split by what, and what to mind."""

from collections.abc import Iterator

from figures.metrics.catalogue import METRICS
from figures.metrics.metric import Metric
from pages.borrowed import publishers
from pages.facts.site_facts import Facts
from pages.kinds.series_pages import address_of, name_of
from pages.page import Page, Site
from pages.rendering import html
from pages.words import Words


def dictionary_page(facts: Facts, site: Site, words: Words) -> Iterator[Page]:
    """`/dictionary/`."""
    shown = {metric.id for metric in facts.metrics}
    groups: dict[str, list[tuple[Metric, str, str, str]]] = {}
    for metric in METRICS.values():
        meaning = words.borrowed(metric.meaning)
        meaning = f"{meaning[:1].upper()}{meaning[1:].removesuffix('.')}."
        address = address_of(metric.id) if metric.id in shown else ""
        groups.setdefault(metric.source, []).append((metric, name_of(metric, words), meaning, address))
    known = publishers()
    named = [(source, *known[source], some) for source, some in groups.items()]
    title, description = words.say("Dictionary"), words.say("What each metric counts, and what to mind.")
    yield html(site, words, "dictionary/", "dictionary.html.j2", title, description, groups=named)
