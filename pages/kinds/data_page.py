"""The data: every figure as tables, with what they mean and whom to cite."""

from collections.abc import Iterator
from typing import Any

from pages.datasets import dataset
from pages.facts.site_facts import Facts
from pages.kinds.series_pages import address_of, name_of
from pages.page import Page, Site
from pages.rendering import html
from pages.words import Words

FOLDER = "data/"
# What explains the tables; the rest are the tables themselves.
ABOUT = ("datapackage.json", "README.md", "LICENCES.md", "releases.csv", "dictionary.csv")


def data_page(facts: Facts, site: Site, words: Words) -> Iterator[Page]:
    """`/data/` and every file of the export."""
    title = words.say("Data")
    description = words.say("Every figure with the file and the cell that states it, as tables to download.")
    by_table = {metric.table: metric for metric in facts.metrics}
    about = [file for name in ABOUT for file in facts.files if file.name == name]
    publishers = {source.publisher: source.attribution for source in facts.sources}
    values: dict[str, Any] = {
        "about": about,
        "tables": [
            (file, address_of(by_table[file.name].id), name_of(by_table[file.name], words))
            for file in facts.files
            if file.name in by_table
        ],
        "size": sum(len(file.body) for file in facts.files),
        "sources": facts.sources,
        "data": [_dataset(facts, site, words, list(publishers))],
    }
    yield html(site, words, FOLDER, "data.html.j2", title, description, **values)
    if words.first:
        for file in facts.files:
            yield Page(f"{FOLDER}{file.name}", file.media, file.body)


def _dataset(facts: Facts, site: Site, words: Words, publishers: list[str]) -> dict[str, Any]:
    return dataset(
        site,
        words.say("Immigration-detention figures with their vintages"),
        words.say("Every figure with the file and the cell that states it, as tables to download."),
        words.prefix + FOLDER,
        [(f"{FOLDER}{file.name}", file.media) for file in facts.files],
        creators=publishers,
        credit="; ".join(sorted({source.attribution for source in facts.sources})),
    )
