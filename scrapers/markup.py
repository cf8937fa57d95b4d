"""Links of an HTML page. A parse fault is impossible here: what is no page simply has no links, and that is said."""

from collections.abc import Iterator
from urllib.parse import urldefrag, urljoin

MAX_PAGE = 5 * 1024 * 1024


def links(content: bytes, base: str) -> Iterator[tuple[str, str]]:
    """(absolute URL without fragment, link text) of every `<a href>`, in the order of the page."""
    import bs4  # a tenth of a second that commands which read no page are spared

    soup = bs4.BeautifulSoup(content[:MAX_PAGE], "lxml")
    for anchor in soup.find_all("a", href=True):
        href = str(anchor["href"]).strip()
        try:
            url, _ = urldefrag(urljoin(base, href))
        except ValueError:
            continue  # `http://[`: an address that nobody can follow is no link
        yield url, " ".join(anchor.get_text(" ").split())
