"""Whatever a claim, a label or the configuration says is text on a page: it runs nothing, loads nothing."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from lxml import etree

from pages.building import build
from pages.page import Page, Site
from tests.pages.facts_at_hand import HOSTILE, SITE, hostile

HARMLESS_TAGS = set(
    re.findall(
        r"\w+",
        """html head meta title link body a header p nav ul li main h1 h2 h3 blockquote span section div strong figure
        figcaption svg desc path rect circle polyline text details summary table caption thead tbody tr th td br dl dt
        dd code footer style script""",
    )
)


class _Tags(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.script = ""
        self._inside = ""
        self.feed(page.body.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self._inside = tag

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            self.script += data
            self._inside = ""


def _pages(site: Site) -> list[Page]:
    return list(build(hostile(), site))


@pytest.fixture(scope="module")
def pages() -> list[Page]:
    """Hostile facts, and a name and a contact that are no better."""
    return _pages(replace(SITE, name=HOSTILE, contact=HOSTILE, review_author=HOSTILE))


def test_no_text_becomes_a_tag_a_handler_or_a_script(pages: list[Page]) -> None:
    seen = 0
    for page in pages:
        if not page.media.startswith("text/html"):
            continue
        for tag, attributes in _Tags(page).found:
            assert tag in HARMLESS_TAGS, (page.address, tag)
            assert not [name for name in attributes if name.startswith("on") or name == "style"]
            if tag == "script":
                assert attributes == {"type": "application/ld+json"}
            seen += 1
    assert seen > 500


def test_links_lead_to_web_pages_alone_and_tell_nobody_who_follows_them(pages: list[Page]) -> None:
    for page in pages:
        if not page.media.startswith("text/html"):
            continue
        for tag, attributes in _Tags(page).found:
            link = attributes.get("href") or ""
            scheme = re.match(r"\s*([a-z][a-z0-9+.-]*):", link, re.IGNORECASE)
            assert scheme is None or scheme[1] in ("https", "http", "mailto"), link
            if tag == "a" and link.startswith("http") and not link.startswith(SITE.url):
                assert attributes["rel"] == "nofollow noopener"


def test_what_turns_the_direction_of_letters_is_left_out(pages: list[Page]) -> None:
    assert [p.address for p in pages if p.media.startswith("text/html") and "\u202e" in p.body.decode()] == []


def test_structured_data_feeds_and_drawings_can_be_read(pages: list[Page]) -> None:
    structured = [page for page in pages if page.address.endswith("/claims/seed-4-almost-49000-in-custody/")]
    assert all(json.loads(_Tags(page).script.replace("}{", "},{").join("[]")) for page in structured)
    for page in pages:
        if page.media.startswith(("image/svg", "application/atom")):
            etree.fromstring(page.body)
        if page.media == "application/json":
            json.loads(page.body)


def test_templates_are_ours_alone(pages: list[Page]) -> None:
    page = next(page for page in pages if page.address == "claims/seed-4-almost-49000-in-custody/")
    assert "{{ 7*7 }}" in page.body.decode()


def test_every_page_forbids_all_but_its_own_styles_and_pictures(pages: list[Page]) -> None:
    for page in pages:
        if page.media.startswith("text/html"):
            rules = [a["content"] for t, a in _Tags(page).found if a.get("http-equiv") == "Content-Security-Policy"]
            assert rules == [
                "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
            ]
