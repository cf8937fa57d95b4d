"""Stand-ins for CBP's pages: two listings of its files, and the page with the table of apprehensions.

As on the listings each file is linked twice, in a list and in the table that states its size and day; a dictionary in
PDF and the files of the folder that robots.txt bars are there too.
"""

import html
from collections.abc import Mapping, Sequence
from datetime import date

from replica.cbp_files import FILES, MONTHS, NORTHERN, OTHER, SOUTHWEST, CbpEdition, apprehended

LISTING = "/document/stats/nationwide-encounters"
SOUTHWEST_LISTING = "/document/stats/southwest-land-border-encounters"
TABLE = "/newsroom/stats/nationwide-encounters"
FOLDER = "/sites/default/files/"
LINKED = ("aor", "state")
# What each listing links, by kind.
LISTED = {LISTING: LINKED, SOUTHWEST_LISTING: ("sbo",)}
BARRED = f"{FOLDER}assets/documents/"
_DICTIONARY = f"{BARRED}2023-Sep/nationwide-encounters-data-dictionary.pdf"
_KINDS = {"aor": "Area of Responsibility", "state": "State", "sbo": "Component"}
_OLD = CbpEdition(2020, 2023, "", date(2023, 11, 7))
# What part of Border Patrol's apprehensions is made at large, in hundredths: made up.
_AT_LARGE = {SOUTHWEST: 14, NORTHERN: 83, OTHER: 95}
_GROUPS = {
    "Nationwide": (SOUTHWEST, NORTHERN, OTHER),
    "Southwest Border": (SOUTHWEST,),
    "Northern Border": (NORTHERN,),
}


def path(edition: CbpEdition, kind: str) -> str:
    """Where a file lies: in the folder of the month in which it was posted."""
    return f"{FOLDER}{edition.posted:%Y-%m}/{edition.name(kind)}"


def files_of(edition: CbpEdition) -> Mapping[str, bytes]:
    """Every file of an edition that is linked, by path."""
    return {path(edition, kind): FILES[kind](edition) for kinds in LISTED.values() for kind in kinds}


def site(editions: Sequence[CbpEdition]) -> Mapping[str, tuple[bytes, str]]:
    """Everything that is served, by path: the bytes and their media type."""
    files = {where: content for e in editions for where, content in files_of(e).items()}
    pages = {where: listing(editions, kinds, files) for where, kinds in LISTED.items()}
    pages[TABLE] = table_page(editions[-1])
    return {
        **{where: (content, "text/html; charset=utf-8") for where, content in pages.items()},
        **{where: (content, "text/csv") for where, content in files.items()},
    }


def listing(editions: Sequence[CbpEdition], kinds: Sequence[str], files: Mapping[str, bytes]) -> bytes:
    """The page, newest edition first. `files` gives the sizes by path."""
    linked = [(path(e, kind), _title(e, kind), e.posted) for e in reversed(editions) for kind in kinds]
    linked += [(f"{BARRED}2023-Nov/{_OLD.name(kind)}", _title(_OLD, kind), _OLD.posted) for kind in kinds]
    items = "".join(f'<li><a href="{href}">{title}</a></li>' for href, title, _ in linked)
    stated = [_stated(_DICTIONARY, "Nationwide Encounters Data Dictionary", "PDF", 124951, date(2023, 9, 29))]
    stated += [_stated(href, title, "CSV", len(files.get(href, b"")) or 2751134, day) for href, title, day in linked]
    return (
        "<!DOCTYPE html>\n<html><body><main><h1>Nationwide Encounters</h1>\n"
        '<p><a href="/newsroom/stats/cbp-public-data-portal">Return to the Public Data Portal</a></p>'
        f'<h2>Dashboard Dataset</h2><ul>{items}</ul><p><a href="{_DICTIONARY}">Data Dictionary</a></p>\n'
        '<table class="usa-table" aria-label="Table of Files associated with page"><thead><tr>'
        + "".join(f'<th data-sortable="" scope="col">{name}</th>' for name in ("Attachment", "Ext.", "Size", "Date"))
        + f"</tr></thead><tbody>\n{''.join(stated)}</tbody></table></main></body></html>\n"
    ).encode()


def _title(edition: CbpEdition, kind: str) -> str:
    month = f" - {edition.month.title()}" if edition.month else ""
    return f"FY{edition.first_year % 100} - FY{edition.last_year % 100} Nationwide Encounters by {_KINDS[kind]}{month}"


def _stated(href: str, title: str, extension: str, size: int, day: date) -> str:
    return (
        f'<tr scope="row"><th scope="row" data-sort-value="{html.escape(title)}">\n'
        f'<a href="{href}">\n{title}\n</a></th>'
        f'<td data-sort-value="{extension}">{extension}</td>'
        f'<td data-sort-value="{size}">\n{size / 2**20:.2f} MB\n</td>'
        f'<td data-sort-value="{day:%m/%d/%Y}">\n{day:%m/%d/%Y}\n</td></tr>\n'
    )


def table_page(edition: CbpEdition, *, irregular: bool = False) -> bytes:
    """The page of the edition's last year. `irregular`: two months are written out, as on the page of FY2025."""
    months = apprehended(edition)
    spelled = {"JUN": "June", "JUL": "July"} if irregular else {}
    headings = [f"{spelled.get(m, m.title())}-{_year(edition, m) % 100}" for m in MONTHS]
    head = "".join(f'<th scope="col"><span>{text}</span></th>' for text in ("Monthly Totals", *headings))
    body = ""
    for group, regions in _GROUPS.items():
        totals = [sum(month[region] for region in regions) for month in months]
        large = [sum(month[region] * _AT_LARGE[region] // 100 for region in regions) for month in months]
        body += _row(f"<strong>{group} Total Apprehensions</strong>", totals)
        body += _row("<em>At Large</em>", large)
        body += _row("<em>At Entry</em>", [total - part for total, part in zip(totals, large, strict=True)])
    return (
        "<!DOCTYPE html>\n<html><body><main><h1>Nationwide Encounters</h1><div><!DOCTYPE html>\n"
        '<?xml encoding="utf-8" ?><html><body><p>Demographics for USBP and OFO include:</p>'
        "<h2>U.S. Border Patrol At Large and U.S. Border Patrol at Entry Apprehensions</h2>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>\n"
        f"<div><span>Last Modified: {edition.posted:%b %d, %Y}</span></div></main></body></html>\n"
    ).encode()


def _row(label: str, counts: Sequence[int]) -> str:
    cells = [f"{count:,}" for count in counts] + ["-"] * (len(MONTHS) - len(counts))
    return f'<tr><th scope="row">{label}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'


def _year(edition: CbpEdition, month: str) -> int:
    return edition.last_year - (MONTHS.index(month) < 3)
