"""What can be told of a site's pages without a browser: that every link leads somewhere, and what no page may hold."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from lxml import html
from lxml.etree import _Element

from tests.browser.examples import pages

POLICY = "default-src 'none'; style-src 'self'; img-src 'self'"
FORBIDDEN = ("style", "iframe", "object", "embed", "form", "base", "video", "audio")
# The browser fetches these by itself; `a` waits for a reader.
FETCHED = ("img", "source", "script", "image", "use")
NOT_FETCHED = {"canonical", "alternate", "license", "next", "prev"}
# Asked for under any address: its links cannot be relative ones.
ANYWHERE = "404.html"


def link_faults(folder: Path, url: str = "") -> list[str]:
    """Each link of a site that leads nowhere or is not safe, and each page that none leads to. `url` is its address."""
    reached, faults = {folder / "index.html"}, []
    for page in pages(folder):
        for element, written in _links(_read(page)):
            fault, target = _follow(folder, page, element, written, url)
            if target is not None:
                reached.add(target)
            if fault:
                faults.append(f"{page.relative_to(folder)}: {fault}: {written}")
    lost = [page for page in pages(folder) if page not in reached and page.name != ANYWHERE]
    return faults + [f"{page.relative_to(folder)}: no page links here" for page in lost]


def markup_faults(folder: Path) -> list[str]:
    """Whatever a page may not hold: scripts, styles and handlers in the page, frames, forms, no or another policy."""
    faults = []
    for page in pages(folder):
        root = _read(page)
        found = [f"<{name}>" for name in FORBIDDEN for _ in root.iter(name)]
        found += ["<script>" for each in root.iter("script") if each.get("type") != "application/ld+json"]
        for element in root.iter(html.etree.Element):
            found += [f"{name}=" for name in map(str, element.attrib) if name == "style" or name.startswith("on")]
        policies = [m.get("content", "") for m in root.iter("meta") if m.get("http-equiv") == "Content-Security-Policy"]
        if not any(policy.startswith(POLICY) for policy in policies):
            found.append(f"no content security policy that starts with {POLICY}")
        if not root.get("lang"):
            found.append("no language")
        faults += [f"{page.relative_to(folder)}: {each}" for each in found]
    return faults


def _read(page: Path) -> _Element:
    return html.document_fromstring(page.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))


def _links(root: _Element) -> Iterator[tuple[_Element, str]]:
    for element in root.iter(html.etree.Element):
        for name in ("href", "src", "{http://www.w3.org/1999/xlink}href", "xlink:href"):
            if name in element.attrib:
                yield element, str(element.attrib[name])
        if "srcset" in element.attrib:
            for each in str(element.attrib["srcset"]).split(","):
                yield element, each.split()[0]


def _follow(folder: Path, page: Path, element: _Element, written: str, url: str) -> tuple[str, Path | None]:
    """What is wrong with a link, and the file of the site that it leads to."""
    absolute = urlsplit(written)
    if absolute.scheme == "mailto" and element.tag == "a":
        return "", None
    if absolute.scheme and absolute.scheme not in ("http", "https"):
        return "not a link to a page", None
    if absolute.scheme or absolute.netloc:
        if url and written.startswith(url):
            inner = written[len(url) :].lstrip("/")
            named = inner if inner and not inner.endswith("/") else f"{inner}index.html"
            return _target(folder, folder / "index.html", named)
        return _leaves(element), None
    if written.startswith("/"):
        return ("" if page.name == ANYWHERE else "not a relative link"), None
    return _target(folder, page, written)


def _leaves(element: _Element) -> str:
    rel = set(element.get("rel", "").split())
    if element.tag in FETCHED or (element.tag == "link" and not rel & NOT_FETCHED):
        return "a request that leaves the site"
    if element.tag == "a" and not {"nofollow", "noopener"} <= rel:
        return 'a link to elsewhere without rel="nofollow noopener"'
    return ""


def _target(folder: Path, page: Path, written: str) -> tuple[str, Path | None]:
    here = f"/{page.relative_to(folder).as_posix()}"
    where = urlsplit(urljoin(f"https://site{here}", written))
    path, levels = unquote(where.path), _climbs(written)
    if levels > here.count("/") - 1:
        return "leads out of the site's folder", None
    if path.endswith("/"):
        return "leads to a folder, which a disk does not show as a page", folder / path.lstrip("/") / "index.html"
    target = folder / path.lstrip("/")
    if not target.is_file():
        return "leads nowhere", None
    fragment = unquote(where.fragment)
    if fragment and target.suffix == ".html" and fragment not in _ids(target):
        return "leads to no place on its page", target
    return "", target


def _climbs(written: str) -> int:
    return sum(1 for part in urlsplit(written).path.split("/") if part == "..")


@cache
def _ids(page: Path) -> frozenset[str]:
    return frozenset(str(element.get("id")) for element in _read(page).iter(html.etree.Element) if element.get("id"))
