"""ICE's detention-management page: which workbooks it links, and which of them is the current one.

https://www.ice.gov/detain/detention-management. The order of links is not reliable and the current file's URL
changes with each edition; the highest fiscal year and then the newest date in the name decide.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from figures.records import Finding, Listing, Target
from scrapers.errors import DriftError
from scrapers.ice_names import WorkbookName, read_name
from scrapers.markup import links

# Workbooks that the page links beside the detention statistics. Not read: they are no time series of ours.
IGNORED = frozenset({"over72hourfacilities.xlsx", "dedicatednondedicatedfacilitylist.xlsx"})
_Named = tuple[str, str, WorkbookName]


def discover(content: bytes, url: str) -> Listing:
    """The current workbook and the year-end ones that the page links.

    A workbook with a name of no known shape is a finding. Raises DriftError when the page links no workbook at
    all that could be the detention statistics.
    """
    named: list[_Named] = []
    findings: list[Finding] = []
    for href, name in sorted(_workbooks(content, url)):
        if name.casefold() in IGNORED:
            continue
        if urlsplit(href).hostname != urlsplit(url).hostname:
            findings.append(_finding("foreign_link", name, f"a link on {urlsplit(url).hostname}", href))
            continue
        shape = read_name(name)
        if not shape.known or (shape.dated and shape.day is None):
            findings.append(
                _finding("unknown_name", name, "a known shape such as FY25_detentionStats05232025.xlsx", href)
            )
            continue
        named.append((href, name, shape))
    if not named:
        raise DriftError(url, "a link to a detention statistics workbook", f"{len(findings)} other workbook links")
    current = _current(named)
    others = [n for n in named if n is not current]
    targets = [_target(current, "current"), *(_target(n, "year_end") for n in others if not n[2].dated)]
    findings.extend(
        _finding("older_link", name, f"one dated link for FY{shape.fiscal_year}", href, severity="note")
        for href, name, shape in others
        if shape.dated
    )
    return Listing(tuple(targets), tuple(findings))


def _workbooks(content: bytes, url: str) -> Iterator[tuple[str, str]]:
    seen = set()
    for href, _ in links(content, url):
        parts = urlsplit(href)
        name = PurePosixPath(unquote(parts.path)).name
        if (
            parts.scheme in ("http", "https")
            and name.casefold().endswith((".xlsx", ".xls", ".xlsm"))
            and href not in seen
        ):
            seen.add(href)
            yield href, name


def _current(named: Iterable[_Named]) -> _Named:
    """The highest fiscal year, then the newest day; an undated name beside a dated one is a year-end file."""

    def rank(entry: _Named) -> tuple[int, date, str]:
        shape = entry[2]
        return shape.fiscal_year or 0, shape.day or date.min, entry[0]

    return max(named, key=rank)


def _target(entry: _Named, role: str) -> Target:
    href, name, _ = entry
    return Target(href, name, "current" if role == "current" else "year_end")


def _finding(check: str, name: str, expected: str, href: str, *, severity: str = "warn") -> Finding:
    reasons = {
        "foreign_link": "is linked on another host and is not fetched",
        "unknown_name": "has a name of no known shape and is not fetched; the shapes stand in scrapers/ice_names.py",
        "older_link": "is an older edition that the page still links; the newest one is taken",
    }
    words = f"The workbook {name!r} ({href}) {reasons[check]}."
    return Finding(check, "note" if severity == "note" else "warn", "release", (), expected, href, words)
