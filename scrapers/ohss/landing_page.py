"""OHSS's page of monthly tables: looked at once a month for a revival. Its workbooks are handed in by hand.

https://ohss.dhs.gov/topics/immigration/immigration-enforcement/monthly-tables; the page has moved four times, and the
last workbook on it is that of November 2024, put out on 16 January 2025.
"""

from datetime import date
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from figures.periods import spoken
from figures.records import Finding, Listing, Target
from scrapers.ohss.edition_dates import day_of
from scrapers.web.markup import links

LAST = date(2025, 1, 16)
_TABLES = "legal-processes-tables"


def discover(content: bytes, url: str) -> Listing:
    """The workbooks of monthly tables that the page links, none of which is asked for. A newer one than the last is
    told; a page that links none is noted.
    """
    targets = tuple(
        Target(href, name, "linked")
        for href in dict.fromkeys(href for href, _ in links(content, url))
        if (name := PurePosixPath(unquote(urlsplit(href).path)).name).casefold().endswith(".xlsx") and _TABLES in name
    )
    return Listing(targets, tuple(_newer(target) for target in targets if _is_newer(target)) or _none(targets, url))


def _is_newer(target: Target) -> bool:
    day = day_of(target.name)
    return day is not None and day > LAST


def _newer(target: Target) -> Finding:
    words = (
        f"The page links {target.name} ({target.url}), and its tables were taken to have ended on {spoken(LAST)}. "
        "Download it and hand it in: onrecord import FILE --source ohss"
    )
    return Finding("revived", "warn", "release", (), f"no file after {LAST}", target.url, words)


def _none(targets: tuple[Target, ...], url: str) -> tuple[Finding, ...]:
    if targets:
        return ()
    words = f"{url} links no workbook of monthly tables: they were taken down, or the page has moved."
    return (Finding("no_tables", "note", "release", (), "the workbooks of monthly tables", "none", words),)
