"""Nothing of a Spanish page stays English but names, what others said, and what is marked as English."""

import re
from collections.abc import Iterator
from dataclasses import replace

from lxml import html
from lxml.etree import _Element

from pages.building import build
from pages.facts.site_facts import Facts
from pages.page import HTML
from pages.words import words_of
from tests.pages.facts_at_hand import FACTS, SITE

# Names, addresses, and words that both languages write alike.
NAMES = re.compile(
    r"On the record|desk@example\.org|English|Español|Series|ICE|TRAC|Error|Texas|Internet Archive|ODO|DIGSA|NDS 2019|"
    r"CSV|JSON|bytes|README\.md|U\.S\. Immigration and Customs Enforcement|Pass|Female/Male|Facilities FY25|NOWHERE|"
    r"THERE|QUAY HOLDING CENTRE|QUAY CENTRE|PIER|GONE|https?://\S+|xlsx:[^!]*!\w+|json:/\S+|[\w.-]+\.(?:com|org|gov)|"
    r"[\w.-]+\.(?:xlsx|json|csv\.gz)|\(?[0-9a-f]{12}\)?|[\s,–.·0-9]"
)
# Words of English that Spanish does not have.
ENGLISH = re.compile(
    r"\b(?:the|of|and|was|were|with|from|since|held|people|which|that|this|is|are|each|said|figure|figures|file|"
    r"claim|release|revised|newest|average)\b",
    re.IGNORECASE,
)
SPOKEN = ("aria-label", "title", "alt", "content", "summary")
UNSPOKEN = ("script", "style", "code")


def _texts(page: bytes) -> set[str]:
    return {text for text in _spoken(html.document_fromstring(page.decode()), "") if re.search(r"[^\W\d_]{3}", text)}


def _spoken(element: _Element, language: str) -> Iterator[str]:
    """What a reader or a screen reader is told in the page's own language."""
    language = str(element.get("lang") or language)
    if language != "en" and element.tag not in UNSPOKEN and isinstance(element.tag, str):
        yield _plain(element.text)
        if element.tag != "meta" or element.get("name") == "description":
            yield from (_plain(element.get(name)) for name in SPOKEN)
    for child in element:
        yield from _spoken(child, language)
        if language != "en":
            yield _plain(child.tail)


def _plain(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "").strip(" .,:;·()")


def _left_over(facts: Facts) -> list[tuple[str, str]]:
    pages = {page.address: page.body for page in build(facts, SITE) if page.media == HTML}
    titles = re.compile("|".join(re.escape(each.claim.words.title) for each in facts.claims))
    found = []
    for address, body in pages.items():
        if not address.startswith("es/"):
            continue
        english = _texts(pages[address.removeprefix("es/")].replace(b'<html lang="en"', b"<html"))
        for text in sorted(_texts(body)):
            rest = NAMES.sub(" ", titles.sub(" ", text)).strip("“” ")
            if rest and (text in english or ENGLISH.search(rest)):
                found.append((address, text))
    return found


def test_a_spanish_page_says_nothing_in_english() -> None:
    assert _left_over(FACTS) == []


def test_a_number_takes_the_plural_of_its_language() -> None:
    spanish = words_of("es", "es/", first=False)
    told = [spanish.counted("%(num)s day", "%(num)s days", number) for number in (0, 1, 5, 1_000_000)]
    assert told == ["0 días", "1 día", "5 días", "1,000,000 días"]


def test_a_word_of_english_is_found() -> None:
    source = replace(FACTS.sources[0], title="The newest file of somebody")
    found = _left_over(replace(FACTS, sources=(source,)))
    assert ("es/", "The newest file of somebody") in found
