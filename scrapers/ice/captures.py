"""Which captures of ICE's page and workbooks are worth fetching, each set of bytes once, and which are not, by name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from scrapers.ice.file_names import guess, read_name
from scrapers.ice.page import IGNORED
from scrapers.web.wayback import Capture

HOSTS = frozenset({"www.ice.gov", "ice.gov"})
# Not collapsed by digest: the archive compares neighbours in the order of addresses, and the bytes of 09252025 (on line
# in September 2025) stand just after the same bytes as 09242025 (November): the earlier sighting would be left out.
WORKBOOK_OPTIONS = (("filter", r"original:(?i).*\.xls[xm]?(\?.*)?"),)
# The page changes with every visit. One capture a month is enough to see which workbooks it linked.
PAGE_OPTIONS = (("filter", "statuscode:200"), ("filter", "mimetype:text/html"), ("collapse", "timestamp:6"))
_SPREADSHEET = ("spreadsheetml", "octet-stream", "ms-excel", "application/zip", "unk", "binary")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Bytes that are to be had: the earliest capture of them under one name."""

    capture: Capture
    name: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A capture that gives no workbook, and why: `redirect`, `error_page`, `not_a_workbook`, `unknown_name`,
    `another_host`.
    """

    capture: Capture
    name: str
    why: str


def name_of(capture: Capture) -> str:
    return PurePosixPath(unquote(urlsplit(capture.original).path)).name


def choose(captures: Iterable[Capture]) -> tuple[list[Wanted], list[Skipped]]:
    """The earliest capture of each set of bytes under each name, in order of time, and what is left out.

    A revisit counts as a capture of the bytes that it repeats. Later captures of the same bytes under the same name
    say nothing new and are dropped without a word.
    """
    first: dict[tuple[str, str], Wanted] = {}
    skipped: list[Skipped] = []
    for capture in sorted(captures, key=lambda c: (c.at, c.original)):
        name = name_of(capture)
        if name.casefold() in IGNORED:
            continue
        why = _why_not(capture, name)
        if why:
            skipped.append(Skipped(capture, name, why))
        else:
            first.setdefault((capture.digest, name), Wanted(capture, name))
    return list(first.values()), skipped


def _why_not(capture: Capture, name: str) -> str:
    if urlsplit(capture.original).hostname not in HOSTS:
        return "another_host"
    if not read_name(name).known and (guess(name).fiscal_year is None or not name.casefold().endswith(".xlsx")):
        return "unknown_name"  # what seems to be of a fiscal year is taken: what is inside decides
    if capture.is_revisit:
        return ""
    status = capture.status or 0
    if not 200 <= status < 400:
        return "error_page"
    if status >= 300:
        return "redirect"
    return "" if _is_spreadsheet(capture) else "not_a_workbook"


def _is_spreadsheet(capture: Capture) -> bool:
    return any(word in capture.media_type for word in _SPREADSHEET)


def linked_elsewhere(urls: Sequence[str], folder: str) -> list[str]:
    """Workbooks of known names that a page linked outside the folder that was asked for."""
    inside = urlsplit(folder).path
    return sorted({u for u in urls if not urlsplit(u).path.startswith(inside) and urlsplit(u).hostname in HOSTS})
