"""ICE's detention-management page: which workbooks it links, and which of them is the current one.

https://www.ice.gov/detain/detention-management. The order of links is not reliable and the current file's URL
changes with each edition; the highest fiscal year and then the newest date in the name decide. A workbook with a name
of no known shape is fetched too: what is inside says what it is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from figures.records import Finding, Listing, Target
from scrapers.errors import DriftError
from scrapers.ice.file_names import WorkbookName, guess, read_name
from scrapers.web.markup import links

# Workbooks that the page links beside the detention statistics. Not read: they are no time series of ours.
IGNORED = frozenset({"over72hourfacilities.xlsx", "dedicatednondedicatedfacilitylist.xlsx"})
# Names of no known shape that are fetched at each look: a page full of them is another page.
MOST_UNKNOWN = 5
_REASONS = {
    "foreign_link": "is linked on another host and is not fetched",
    "old_format": "is no .xlsx file and is not fetched",
    "unknown_name": "has a name of no known shape (scrapers/ice/file_names.py); it is fetched; what is inside decides",
    "older_link": "is an older edition that the page still links; the newest one is taken",
}


@dataclass(frozen=True, slots=True)
class _Linked:
    """A link to a workbook, and what its name says or seems to say."""

    href: str
    name: str
    shape: WorkbookName

    @property
    def rank(self) -> tuple[int, date]:
        """The highest fiscal year, then the newest day; an undated name beside a dated one is a year-end file."""
        return self.shape.fiscal_year or 0, self.shape.day or date.min


def _sorted_out(content: bytes, url: str) -> tuple[list[_Linked], list[_Linked], list[Finding]]:
    """The workbooks that may be followed, with a name of a known shape and without, and findings on the others."""
    findings: list[Finding] = []
    known: list[_Linked] = []
    unknown: list[_Linked] = []
    for href, name in sorted(_workbooks(content, url)):
        if name.casefold() in IGNORED:
            continue
        shape = read_name(name)
        if _site(href) != _site(url):
            findings.append(_finding("foreign_link", name, f"a link on {urlsplit(url).hostname}", href))
        elif not name.casefold().endswith((".xlsx", ".xlsm")):
            findings.append(_finding("old_format", name, "an .xlsx file", href))
        elif shape.known and (shape.day is not None or not shape.dated):
            known.append(_Linked(href, name, shape))
        else:
            unknown.append(_Linked(href, name, guess(name)))
    return known, unknown, findings


def discover(content: bytes, url: str) -> Listing:
    """The current workbook, the year-end ones that the page links, and those whose names say nothing certain.

    A link that is not followed is a finding. Raises DriftError when the page links no workbook at all that could be
    the detention statistics.
    """
    known, unknown, findings = _sorted_out(content, url)
    if not known and not unknown:
        raise DriftError(url, "a link to a detention statistics workbook", f"{len(findings)} other workbook links")
    unknown, left = _worth_a_look(unknown, known)
    targets = _targets(known, unknown)
    findings.extend(_finding("unknown_name", each.name, "a known shape", each.href, "note") for each in unknown)
    findings.extend(_older(each) for each in left)
    taken = {target.url for target in targets}
    findings.extend(_older(each) for each in known if each.href not in taken)
    return Listing(tuple(targets), tuple([*findings, *_too_many(unknown, url)]))


def _worth_a_look(unknown: Sequence[_Linked], known: Sequence[_Linked]) -> tuple[list[_Linked], list[_Linked]]:
    """(names of no known shape that may be the newest edition, those that seem older than one whose name is known)."""
    newest = max((each.rank for each in known if each.shape.dated), default=(0, date.min))
    left = [each for each in unknown if each.shape.fiscal_year is not None and each.rank < newest]
    return [each for each in unknown if each not in left], left


def _targets(known: Sequence[_Linked], unknown: Sequence[_Linked]) -> list[Target]:
    """An undated name is a year-end file, unless nothing else on the page could be of its year or a later one."""
    in_order = sorted(known, key=_place, reverse=True)
    dated = [each for each in in_order if each.shape.dated][:1]
    undated = [each for each in in_order if not each.shape.dated]
    others = sorted(unknown, key=_place, reverse=True)[:MOST_UNKNOWN]
    if undated and all(_is_of_a_year_before(undated[0].rank[0], each) for each in (*dated, *others)):
        dated.append(undated.pop(0))
    newest, *rest = sorted((*dated, *others), key=_place, reverse=True)
    return [
        Target(newest.href, newest.name, "current"),
        *(Target(each.href, each.name, "other") for each in rest),
        *(Target(each.href, each.name, "year_end") for each in undated),
    ]


def _is_of_a_year_before(year: int, each: _Linked) -> bool:
    return each.shape.fiscal_year is not None and each.shape.fiscal_year < year


def _place(each: _Linked) -> tuple[tuple[int, date], str]:
    return each.rank, each.href


def _site(url: str) -> str:
    """The host of an address; `ice.gov` and `www.ice.gov` are one site."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


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


def _too_many(unknown: Sequence[_Linked], url: str) -> Iterator[Finding]:
    if len(unknown) > MOST_UNKNOWN:
        words = (
            f"The page links {len(unknown)} workbooks with names of no known shape; the {MOST_UNKNOWN} that seem "
            "newest are fetched."
        )
        yield Finding("many_unknown_names", "warn", "release", (), f"at most {MOST_UNKNOWN}", url, words)


def _older(each: _Linked) -> Finding:
    expected = f"one dated link for FY{each.shape.fiscal_year}"
    return _finding("older_link", each.name, expected, each.href, "note")


def _finding(check: str, name: str, expected: str, href: str, severity: str = "warn") -> Finding:
    words = f"The workbook {name!r} ({href}) {_REASONS[check]}."
    return Finding(check, "note" if severity == "note" else "warn", "release", (), expected, href, words)
