"""Atom feeds: an entry for each move and correction, under an id that stays the same for ever."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from pages.page import Page, Site
from pages.rendering import text
from pages.words import Words

ATOM: Final = "application/atom+xml; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Entry:
    """`key` names the news itself, as a message's key does; `address` is the page that it leads to."""

    key: str
    title: str
    summary: str
    at: datetime
    address: str


def feed(
    site: Site, words: Words, address: str, title: str, about: str, entries: Sequence[Entry], at: datetime
) -> Page:
    """A feed at an address; `about` is the page that it belongs to, `at` when it last changed if it has no entry."""
    newest = sorted(entries, key=lambda entry: (entry.at, entry.key), reverse=True)
    here = words.prefix + address
    body = text(
        words,
        "feed.xml.j2",
        title=title,
        id=_id(f"feed:{here}"),
        updated=_written(max((entry.at for entry in entries), default=at)),
        author=site.name,
        here=f"{site.url}{here}" if site.url else "",
        about=_link(site, words, about),
        entries=[
            (entry, _id(f"entry:{words.language}:{entry.key}"), _written(entry.at), _link(site, words, entry.address))
            for entry in newest
        ],
    )
    return Page(here, ATOM, body.encode())


def _id(name: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'onrecord:{name}')}"


def _written(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds")


def _link(site: Site, words: Words, address: str) -> str:
    """The address on the web; "" where the site has none, for a reader of feeds knows no folder to start from."""
    return f"{site.url}{words.prefix}{address}" if site.url else ""
