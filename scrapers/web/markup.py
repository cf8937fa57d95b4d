"""What is read of HTML pages: links, tables, and cards that carry an anchor.

A parse fault is impossible here: what is no page simply has no links, no tables and no cards, and that is said; a page
too large to be one of links or facts is drift.
"""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urldefrag, urljoin

from scrapers.errors import DriftError

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

# Each tag of a page becomes an object of a kilobyte. The largest page of the publishers' has some thousands.
MAX_PAGE = 2 * 1024 * 1024
MAX_TAGS = 50_000
# A page of facts has three to eight cards; each link is climbed from, so their number is bounded, and so is the climb.
MAX_CARDS = 50
_HIGHEST = 12


@dataclass(frozen=True, slots=True)
class Card:
    """A box of a page that an anchor links to: everything it says, with its white space folded.

    `strong` has for each of its `<strong>` elements, in order, where in the text it begins and ends.
    """

    anchor: str
    text: str
    strong: tuple[tuple[int, int], ...]


class TableCell(NamedTuple):
    """`sort_value` is the cell's `data-sort-value`, `href` its first link as written; empty where there is none.
    `spans` says that it covers more than one row or column. The text of a cell that holds a table is empty.
    """

    text: str
    sort_value: str
    href: str
    spans: bool


PageTable = list[list[TableCell]]


def tables(content: bytes) -> list[PageTable]:
    """The rows of each `<table>`, in the order of the page; a table within a cell is a table of its own.

    Raises DriftError for a page of more tags than any page of facts or links has.
    """
    soup = _soup(content)
    found = soup.find_all("table")
    rows: dict[int, PageTable] = {id(table): [] for table in found}
    for row in soup.find_all("tr"):
        table = row.find_parent("table")
        if table is not None:
            own = row.find_all(["td", "th"], recursive=False)
            rows[id(table)].append([_table_cell(cell) for cell in own])
    return [rows[id(table)] for table in found]


def _table_cell(cell: "Tag") -> TableCell:
    link = cell.find("a", href=True)
    spans = any(str(cell.get(name, "1")).strip() != "1" for name in ("colspan", "rowspan"))
    text = "" if cell.find("table") else _words(cell)  # tables within tables would repeat their text at each level
    return TableCell(text, str(cell.get("data-sort-value", "")).strip(), _href(link) if link else "", spans)


def links(content: bytes, base: str) -> Iterator[tuple[str, str]]:
    """(absolute URL without fragment, link text) of every `<a href>`, in the order of the page.

    Raises DriftError for a page of more tags than any page of facts or links has.
    """
    soup = _soup(content)
    for anchor in soup.find_all("a", href=True):
        href = str(anchor["href"]).strip()
        try:
            url, _ = urldefrag(urljoin(base, href))
        except ValueError:
            continue  # `http://[`: an address that nobody can follow is no link
        yield url, _words(anchor)


def _soup(content: bytes) -> "BeautifulSoup":
    import bs4  # a tenth of a second that commands which read no page are spared

    tags = content.count(b"<", 0, MAX_PAGE)
    if tags > MAX_TAGS:
        raise DriftError("the page", f"at most {MAX_TAGS:,} tags", f"{tags:,}")
    with warnings.catch_warnings():
        # A page that begins as XML does is read as the page that it is taken for; what is not there is found below.
        warnings.simplefilter("ignore", bs4.XMLParsedAsHTMLWarning)
        return bs4.BeautifulSoup(content[:MAX_PAGE], "lxml")


def _anchors(soup: "BeautifulSoup", prefix: str) -> "list[Tag]":
    """The links to fragments that begin with `prefix`."""
    return [a for a in soup.find_all("a", href=True) if _href(a).startswith(f"#{prefix}")]


def cards(content: bytes, prefix: str, signs: Sequence[str]) -> tuple[list[Card], str]:
    """The card of each `<a href="#...">` whose fragment begins with `prefix`, and the text that is in no card.

    A card is the first `<div>` around the anchor whose text has one of `signs` (small letters); a div that has the
    anchor of another card too is no card: a menu of such links has none. An anchor with two cards gives both.
    Raises DriftError when there are more links to cards than any page of facts has.
    """
    soup = _soup(content)
    for hidden in soup.find_all(["script", "style", "template", "noscript"]):
        hidden.decompose()
    found: list[tuple[str, Tag]] = []
    anchors = _anchors(soup, prefix)
    if len(anchors) > MAX_CARDS:
        raise DriftError("the page", f"at most {MAX_CARDS} links to #{prefix}...", str(len(anchors)))
    for anchor in anchors:
        box = _card(anchor, prefix, signs)
        if box is not None and not any(box is other for _, other in found):
            found.append((_href(anchor).removeprefix("#"), box))
    made = [_made(name, box) for name, box in found]
    for _, box in found:
        box.extract()
    return made, _words(soup)


def _card(anchor: "Tag", prefix: str, signs: Sequence[str]) -> "Tag | None":
    for box in anchor.find_parents("div", limit=_HIGHEST):
        hrefs = {_href(other) for other in box.find_all("a", href=True)}
        if len({href for href in hrefs if href.startswith(f"#{prefix}")}) > 1:
            return None
        text = _words(box).casefold()
        if any(sign in text for sign in signs):
            return box
    return None


def _made(anchor: str, box: "Tag") -> Card:
    """The same text as `_words` gives, put together piece by piece, so that the place of each is known."""
    import bs4

    pieces: list[str] = []
    length = 0
    spans = {id(strong): (0, 0) for strong in box.find_all("strong")}
    for string in box.find_all(string=True):
        words = "" if isinstance(string, bs4.element.PreformattedString) else " ".join(string.split())
        if not words:
            continue
        start = length + bool(pieces)
        pieces.append(words)
        length = start + len(words)
        for strong in string.find_parents("strong"):
            if id(strong) in spans:
                first, last = spans[id(strong)]
                spans[id(strong)] = (first if last else start, length)
    return Card(anchor, " ".join(pieces), tuple(spans.values()))


def _href(anchor: "Tag") -> str:
    return str(anchor["href"]).strip()


def _words(tag: "Tag") -> str:
    return " ".join(tag.get_text(" ").split())
