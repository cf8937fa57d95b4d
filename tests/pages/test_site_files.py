"""What programs read: feeds, the state of things, the badge, the map of the site."""

import json
from dataclasses import replace

from lxml import etree

from pages.building import build
from pages.facts.site_facts import Facts
from pages.page import Page, Site
from tests.pages.facts_at_hand import FACTS, NOW, SITE, hostile
from tests.pages.more_facts import NEXT

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def _site(facts: Facts = FACTS, site: Site = SITE) -> dict[str, Page]:
    return {page.address: page for page in build(facts, site)}


def _feed(facts: Facts = FACTS, address: str = "feed.xml") -> etree._Element:
    return etree.fromstring(_site(facts)[address].body)


def _of(element: etree._Element, name: str) -> list[str]:
    return [each.text or "" for each in element.iter(f"{ATOM}{name}")]


def test_the_feed_has_an_entry_for_each_move_correction_and_file_and_is_atom() -> None:
    for facts in (FACTS, hostile()):
        feed = _feed(facts)
        assert feed.tag == f"{ATOM}feed"
        assert {child.tag.removeprefix(ATOM) for child in feed} <= {"title", "id", "updated", "author", "link", "entry"}
        entries = feed.findall(f"{ATOM}entry")
        for entry in entries:
            assert [child.tag.removeprefix(ATOM) for child in entry] == ["title", "id", "updated", "link", "summary"]
        ids = _of(feed, "id")
        assert len(set(ids)) == len(ids) > 2
        assert all(each.startswith("urn:uuid:") for each in ids)
        times = [_of(entry, "updated")[0] for entry in entries]
        assert times == sorted(times, reverse=True)
        assert _of(feed, "updated")[0] == times[0]
    titles = _of(_feed(), "title")
    assert "Correction: Correction, an alert no longer stands: almost 49,000" in titles
    assert "New file: FY25_detentionStats2.xlsx" in titles
    assert any(title.startswith("Almost 49,000") for title in titles)


def test_an_entry_keeps_its_id_whatever_comes_after_it() -> None:
    before = _feed(replace(FACTS, releases=FACTS.releases[:1]))
    ids = dict(zip(_of(_feed(), "title")[1:], _of(_feed(), "id")[1:], strict=True))
    assert all(ids[title] == id_ for title, id_ in zip(_of(before, "title")[1:], _of(before, "id")[1:], strict=True))
    spanish = _of(_feed(address="es/feed.xml"), "id")
    assert not set(spanish) & set(_of(_feed(), "id"))


def test_the_state_of_things_names_each_source_and_the_newest_file() -> None:
    told = json.loads(_site()["status.json"].body)
    assert told["sources"][0]["id"] == "ice"
    assert told["newest_file"]["sha256"] == NEXT.sha256
    assert (told["held"], told["corrections"], told["claims"]["far"]) == (1, 1, 1)
    assert json.loads(_site(Facts(as_of=NOW))["status.json"].body)["newest_file"] is None


def test_the_badge_says_when_we_looked_last_and_when_the_last_file_came() -> None:
    for address, said in (
        ("badge.svg", "last look 20 Jun 2025 · last file 20 Jun 2025"),
        ("es/badge.svg", "última consulta 20 jun 2025 · último archivo 20 jun 2025"),
    ):
        badge = etree.fromstring(_site()[address].body)
        assert badge.findtext("{http://www.w3.org/2000/svg}title") == f"On the record: {said}"
    assert b"last look never" in _site(Facts(as_of=NOW))["badge.svg"].body


def test_the_map_lists_every_page_of_every_language_once() -> None:
    site = _site()
    listed = [each.text or "" for each in etree.fromstring(site["sitemap.xml"].body).iter(f"{MAP}loc")]
    pages = [a for a, page in site.items() if page.media.startswith("text/html") and not a.endswith("404.html")]
    assert sorted(listed) == sorted(f"{SITE.url}{address}" for address in pages)
    assert "sitemap.xml" not in _site(site=replace(SITE, url=""))
