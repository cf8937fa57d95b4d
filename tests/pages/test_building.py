"""The site as a whole: the same bytes each time, whole links, no word of a language left out."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from posixpath import dirname, join, normpath

import pytest
from babel.messages.catalog import Catalog

from pages.building import build
from pages.facts.site_facts import Facts
from pages.missing import missing, texts, unused
from pages.page import Page, Site, file_of, relative
from pages.words import catalogues, words_of
from tests.pages.facts_at_hand import FACTS, SITE


def _pages(facts: Facts = FACTS, site: Site = SITE) -> dict[str, Page]:
    return {page.address: page for page in build(facts, site)}


class _Links(HTMLParser):
    """What a page links to and what it calls by name."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self.links: list[str] = []
        self.names: list[str] = []
        self.feed(page.body.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src") and value:
                self.links.append(value)
            if name == "id" and value:
                self.names.append(value)


def test_two_builds_of_the_same_facts_are_equal_byte_for_byte() -> None:
    assert list(build(FACTS, SITE)) == list(build(FACTS, SITE))


def test_every_relative_link_leads_to_a_page_and_a_place_in_it() -> None:
    pages = {file_of(address): page for address, page in _pages().items()}
    names = {name: set(_Links(page).names) for name, page in pages.items() if page.media.startswith("text/html")}
    broken = []
    for name in names:
        for link in _Links(pages[name]).links:
            if re.match(r"[a-z]+:", link):
                continue
            target, _, fragment = link.partition("#")
            led = normpath(join(dirname(name), target)) if target else name
            if led not in pages or (fragment and fragment not in names[led]):
                broken.append((name, link))
    assert broken == []


def test_every_page_is_there_in_every_language() -> None:
    addresses = [a for a, page in _pages().items() if page.media.startswith("text/html")]
    english = [a for a in addresses if not a.startswith("es/")]
    assert sorted(f"es/{a}" for a in english) == sorted(a for a in addresses if a.startswith("es/"))


def test_the_first_language_lies_at_the_root() -> None:
    pages = _pages(site=replace(SITE, languages=("es",)))
    assert b'<html lang="es">' in pages[""].body
    assert not any(address.startswith("es/") for address in pages)


def test_no_address_is_made_twice() -> None:
    addresses = [page.address for page in build(FACTS, SITE)]
    assert len(addresses) == len(set(addresses))


def test_every_text_is_translated_and_no_translation_is_left_over() -> None:
    assert missing("es") == []
    assert unused("es") == []


def test_a_text_of_two_catalogues_is_translated_the_same() -> None:
    said: dict[str, set[str]] = {}
    for _, catalogue in catalogues("es"):
        for message in catalogue:
            if message.id:
                said.setdefault(str(message.id), set()).add(str(message.string))
    assert {text: ways for text, ways in said.items() if len(ways) > 1} == {}


def test_each_translation_has_the_placeholders_of_its_text() -> None:
    faults = [(name, message.id, errors) for name, each in catalogues("es") for message, errors in each.check()]
    assert faults == []


def test_a_text_without_a_translation_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    known = [text for text in texts() if text != "The goal was missed."]
    monkeypatch.setattr("pages.missing.catalogues", lambda _: [("x.po", _catalogue(known))])
    assert missing("es") == ["The goal was missed."]


def _catalogue(known: list[str | tuple[str, ...]]) -> Catalog:
    made = Catalog(locale="es")
    for text in dict.fromkeys(known):
        made.add(text, text)
    return made


@pytest.mark.parametrize(
    ("origin", "target", "link"),
    [
        ("", "", "index.html"),
        ("", "claims/", "claims/index.html"),
        ("claims/a/", "", "../../index.html"),
        ("claims/a/", "claims/a/data.csv", "data.csv"),
        ("es/claims/a/", "claims/a/", "../../../claims/a/index.html"),
        ("404.html", "site.css", "site.css"),
        ("claims/", "claims/#far", "index.html#far"),
    ],
)
def test_links_work_without_a_web_server(origin: str, target: str, link: str) -> None:
    assert relative(origin, target) == link


def test_numbers_and_days_are_written_as_the_language_does() -> None:
    english, spanish = words_of("en", "", first=True), words_of("es", "es/", first=False)
    day = datetime(2025, 5, 4, 23, 15, tzinfo=UTC)
    assert [english.number(56397), english.number(698.74, 1), english.percent(0.151)] == ["56,397", "698.7", "15%"]
    assert [spanish.number(56397), spanish.number(698.74, 1)] == ["56,397", "698.7"]
    assert (english.day(day.date()), spanish.day(day.date())) == ("4 May 2025", "4 de mayo de 2025")
    assert (english.moment(day), spanish.moment(day)) == ("4 May 2025, 19:15", "4 de mayo de 2025, 19:15")
