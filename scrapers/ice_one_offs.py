"""Sheets of few editions or without figures: the fear summary, family releases, the header, ICLOS to come."""

import re

from figures.periods import Period, instant, us_dates
from figures.records import Finding, Observation
from scrapers.blocks import Block, Context, Position, figure
from scrapers.errors import DriftError
from scrapers.ice_lists import HEADINGS, Notes, drift, noted, words
from scrapers.labels import squeezed
from scrapers.workbook import Sheet, locator

FEAR_SUMMARY, FAMU_RELEASED, HEADER, ICLOS = "fear_summary", "famu_released", "header", "iclos"
PENDING: Notes = (*HEADINGS, ("data_pending", words(r"This data is pending changes\.?\s*$")))
# The sentence of the ATD sheet since May 2025: `From '03/23/2026' and '04/05/2026', 10 FAMU individuals were released`.
_RELEASED = re.compile(
    r"From '?(\d{1,2}/\d{1,2}/\d{4})'? (?:to|and) '?(\d{1,2}/\d{1,2}/\d{4})'?,"
    r"\s*(\d[\d,]*) FAMU individuals were released",
    re.IGNORECASE,
)


def read_header(sheet: Sheet, context: Context) -> Block:
    """Each text of the sheet as watched prose, by its place."""
    observations: list[Observation] = []
    for place, at in enumerate(sorted(at for at, value in sheet.cells.items() if str(value).strip()), start=1):
        dims = (("place", f"{place:03d}"),)
        observations.append(figure(sheet, at, "ice.header", dims, instant(None), HEADER, context))
    return Block(tuple(observations), (), frozenset(sheet.cells))


def read_pending_iclos(sheet: Sheet, context: Context) -> Block:
    """The sheet that stood in for ICLOS in August 2021 and held one sentence; anything else on it is left over."""
    said = f"sheet {sheet.title!r}: ICE publishes no ICLOS figures in this edition."
    finding = Finding("figures_pending", "note", "table", (ICLOS,), f"ICLOS figures of FY{context.year}", "none", said)
    return Block((), (finding,), noted(sheet, PENDING).used)


def read_famu_released(sheet: Sheet, context: Context) -> Block:
    """The number of family members released, inside a sentence that names the days."""
    observations: list[Observation] = []
    used: set[Position] = set()
    for at, value in sorted(sheet.cells.items()):
        match = _RELEASED.search(squeezed(value)) if isinstance(value, str) else None
        days = [next(us_dates(match[n]), None) for n in (1, 2)] if match else []
        if match is None or None in days:
            continue
        period, number = Period("span", days[0], days[1]), float(match[3].replace(",", ""))
        dims = (("group", "family_unit"),)
        observations.append(
            figure(
                sheet, at, "ice.famu_released", dims, period, FAMU_RELEASED, context, value=number, status="reported"
            )
        )
        used.add(at)
    if not observations:
        expected = "`From <day> to <day>, <number> FAMU individuals were released`"
        return _unread(sheet, context, FAMU_RELEASED, expected)
    return Block(tuple(observations), (), frozenset(used) | noted(sheet, HEADINGS).used)


def read_fear_summary(sheet: Sheet, context: Context) -> Block:
    """Nothing of it is read: its layout (three editions of late 2022) is not declared, so its cells stay leftovers."""
    return _unread(sheet, context, FEAR_SUMMARY, "a declared layout")


def _unread(sheet: Sheet, context: Context, table: str, expected: str) -> Block:
    first = next((f"{locator(sheet.title, *at)} {value!r}" for at, value in sorted(sheet.cells.items())), "no cells")
    error = DriftError(f"sheet {sheet.title!r}", expected, first)
    return Block((), (drift(error, table, context),), noted(sheet, HEADINGS).used)
