"""CBP's listings of encounter files: which are linked, of what size, and on which day CBP says that each was posted.

https://www.cbp.gov/document/stats/nationwide-encounters and, in the same layout, southwest-land-border-encounters: a
list of links and, below it, a table of the same files with extension, size in bytes and date. All editions of the
running fiscal year are linked, of earlier years the final files. Addresses are read and never built: the folder is the
month after the data, an upload repeated gets `_0`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

from figures.periods import us_dates
from figures.records import Finding, Listing, Role, Severity, Target
from scrapers.cbp.columns import Kind
from scrapers.cbp.encounter_file_names import FileName, read_name
from scrapers.errors import DriftError
from scrapers.web.markup import links, tables

_COLUMNS = ("Attachment", "Ext.", "Size", "Date")
# robots.txt of cbp.gov asks everybody to leave this folder alone; the files of FY2020 to FY2023 lie there.
BARRED_FOLDER = "/sites/default/files/assets/documents/"
MOST_BYTES_DIGITS = 12
# The day of posting and the size in bytes that a row of the table of files states; None where it does not.
StatedRow = tuple[date | None, int | None]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that the page links; `posted` and `size` as the page states them, None where it does not."""

    url: str
    name: str
    file: FileName
    posted: date | None
    size: int | None


def discover(content: bytes, url: str) -> Listing:
    """The files that may be asked for, the newest edition first.

    The newest file by area is `current`, older ones are `other`: they stay as they are, and are unlinked when their
    year is over. Files by state and of the southwest are witnesses. Raises DriftError when the page links no file that
    could be one of encounters.
    """
    attachments, findings = read_listing(content, url)
    if not attachments:
        raise DriftError(url, "a link to a file of encounters", f"{len(findings)} other files")
    return _listing(attachments, findings)


def discover_southwest(content: bytes, url: str) -> Listing:
    """The files of the southwest by component that the second page links, all of them witnesses.

    A file by area or by state is another page's and is not asked for here. Raises DriftError when the page links no
    file of the southwest.
    """
    attachments, findings = read_listing(content, url)
    mine = [a for a in attachments if a.file.kind == "sbo"]
    if not mine:
        raise DriftError(url, "a link to a file of the southwest", f"{len(attachments) + len(findings)} other files")
    return _listing(mine, (*findings, *(_elsewhere(a) for a in attachments if a.file.kind != "sbo")))


def _elsewhere(a: Attachment) -> Finding:
    words = "is no file of the southwest: it is asked for where the nationwide files are listed"
    return about(a.name, a.url, "other_kind", "files of the southwest", words, "note")


def _listing(attachments: Sequence[Attachment], findings: Sequence[Finding]) -> Listing:
    chosen, others = choose(attachments)
    newest = newest_of(chosen, "aor")
    targets = tuple(
        Target(a.url, a.name, _role(a, newest), a.posted, a.size)
        for a in chosen
        if not urlsplit(a.url).path.startswith(BARRED_FOLDER)
    )
    return Listing(targets, (*findings, *_passed_over(others), *_barred(chosen)))


def _role(one: Attachment, newest: Attachment | None) -> Role:
    if one.file.kind != "aor":
        return "witness"
    return "current" if one == newest else "other"


def read_listing(content: bytes, url: str) -> tuple[tuple[Attachment, ...], tuple[Finding, ...]]:
    """Every CSV file that the page links, once, and what is odd about the links."""
    stated, host = _stated(content, url), urlsplit(url).hostname
    attachments: list[Attachment] = []
    findings: list[Finding] = []
    linked = [href for href, _ in links(content, url)]
    for href in dict.fromkeys([*linked, *stated]):
        name = PurePosixPath(unquote(urlsplit(href).path)).name
        if not name.casefold().endswith(".csv"):
            continue
        file = read_name(name)
        if not _is_on(href, host):
            words = "is linked on another host and is not fetched"
            findings.append(about(name, href, "foreign_link", f"a link on {host}", words))
        elif file is None:
            expected = "a name such as nationwide-encounters-fy23-fy26-aug-aor.csv"
            words = "has a name of no known shape, and is not fetched"
            findings.append(about(name, href, "unknown_name", expected, words))
        else:
            attachment, odd = _attachment(href, name, file, stated.get(href, []))
            attachments.append(attachment)
            findings += odd
    return tuple(attachments), tuple(findings)


def _is_on(href: str, host: str | None) -> bool:
    parts = urlsplit(href)
    return parts.scheme in ("http", "https") and parts.hostname == host


def _attachment(href: str, name: str, file: FileName, rows: Sequence[StatedRow]) -> tuple[Attachment, list[Finding]]:
    """A file with what its one row in the table of files states, and what is odd about that."""
    findings: list[Finding] = []
    posted, size = rows[0] if len(rows) == 1 else (None, None)
    if posted is None or size is None:
        words = f"has {_rows_found(rows)} in the table of files: when it was posted, or how large it is, is not known"
        findings.append(about(name, href, "file_not_stated", "one row with date and size", words))
    if posted is not None and posted <= file.through:
        words = f"is dated {posted}, before its last month was over: that day dates nothing"
        findings.append(about(name, href, "posted_too_early", f"a day after {file.through}", words))
        posted = None
    return Attachment(href, name, file, posted, size), findings


def _rows_found(rows: Sequence[StatedRow]) -> str:
    if len(rows) == 1:
        return "a row without date or size"
    return f"{len(rows)} rows" if rows else "no row"


def _stated(content: bytes, url: str) -> dict[str, list[StatedRow]]:
    """By address: what each row of the table of files states of it."""
    stated: dict[str, list[StatedRow]] = {}
    for table in tables(content):
        if not table or tuple(cell.text for cell in table[0]) != _COLUMNS:
            continue
        for row in table[1:]:
            if len(row) == len(_COLUMNS) and row[0].href:
                href = _joined(url, row[0].href)
                stated.setdefault(href, []).append((_day(row[3].sort_value), _bytes(row[2].sort_value)))
    return stated


def _joined(url: str, href: str) -> str:
    try:
        return urljoin(url, href)
    except ValueError:
        return ""  # `http://[`: an address that nobody can follow is no link


def _day(text: str) -> date | None:
    found = list(us_dates(text))
    return found[0] if len(found) == 1 else None


def _bytes(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_BYTES_DIGITS else None


def choose(attachments: Iterable[Attachment]) -> tuple[list[Attachment], list[Attachment]]:
    """(one file of each kind and edition, newest edition first; those passed over).

    Of two files of one edition the one posted later is taken, then the one uploaded later.
    """

    def edition(one: Attachment) -> tuple[int, int, str]:
        year, month = one.file.edition
        return -year, -month, one.file.kind

    def rank(one: Attachment) -> tuple[date, int, str]:
        return one.posted or date.min, one.file.upload, one.name

    chosen: list[Attachment] = []
    others: list[Attachment] = []
    for _, group in groupby(sorted(attachments, key=edition), edition):
        best, *rest = sorted(group, key=rank, reverse=True)
        chosen.append(best)
        others += rest
    return chosen, others


def newest_of(attachments: Iterable[Attachment], kind: Kind) -> Attachment | None:
    """The newest edition of a kind: of the window that ends last, then of the last month. In October the final file of
    the year that is over and the first of the new one stand side by side, under two windows; the new one is newer.
    """
    return max((a for a in attachments if a.file.kind == kind), key=lambda a: a.file.edition, default=None)


def _passed_over(others: Sequence[Attachment]) -> Iterator[Finding]:
    for a in others:
        yield about(
            a.name, a.url, "older_link", "one file of each edition", "was posted again under another name", "note"
        )


def _barred(chosen: Sequence[Attachment]) -> Iterator[Finding]:
    barred = [a for a in chosen if urlsplit(a.url).path.startswith(BARRED_FOLDER)]
    if barred:
        names = ", ".join(a.name for a in barred)
        words = (
            f"{names}: in a folder that the publisher's robots.txt asks us to leave alone. Download them in a browser "
            "and hand them in with `onrecord import`."
        )
        yield Finding("barred_folder", "note", "release", (), "files in another folder", names, words)


def about(name: str, href: str, check: str, expected: str, words: str, severity: Severity = "warn") -> Finding:
    return Finding(check, severity, "release", (), expected, href, f"The file {name!r} ({href}) {words}.")
