"""The `Monthly Bond Statistics` sheet: releases or book-outs of 13 to 17 months, and how many of them posted a bond.

From February 2024 the months of fiscal year 2024 are counted as final book-outs, earlier ones as final releases: two
concepts in one row, kept under two metrics.
"""

import calendar
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise, product

from figures.periods import MONTHS, Period, fiscal_year, fiscal_year_start, month_of_fiscal_year
from figures.records import Dims, Finding, Observation
from scrapers.errors import DriftError
from scrapers.ice.list_sheets import HEADINGS, guarded, noted, overwritten, rows_down, undated
from scrapers.xlsx.blocks import Block, Context, Position, Statement, figure, odd_cells
from scrapers.xlsx.labels import Words, label
from scrapers.xlsx.reader import CellValue, Sheet, address, locator

TABLE = "bond"
TITLE = re.compile(
    r"^(?:(?:EO)?FY\s*\d{4} )?Bonded Out (?:Releases|Book Outs(?: ?/ ?Releases)?) Count and ALOS", re.IGNORECASE
)
HEADER_WITHIN = 3
# The footnotes since February 2024: book-outs are tracked from FY2024, prior years are still releases.
BOOK_OUTS_FROM = fiscal_year_start(2024)
RELEASES, BOOK_OUTS, BY_MONTH = "releases", "book_outs", "by_month"
# Row label: (what the row holds, what its words say is counted). Nov 2024 leaves `with Bond Posted` out.
ROWS: Mapping[str, tuple[str, str]] = {
    "Total ICE Final Releases": ("total", RELEASES),
    "Total ICE Final Book Outs": ("total", BOOK_OUTS),
    "Total ICE Final Book Outs/ICE Final Releases": ("total", BY_MONTH),
    "ICE Final Releases with Bond Posted": ("posted", RELEASES),
    "ICE Final Book Outs with Bond Posted": ("posted", BOOK_OUTS),
    "ICE Final Book Outs/ICE Final Releases with Bond Posted": ("posted", BY_MONTH),
    "ICE Final Book Outs": ("posted", BOOK_OUTS),
    "Bond Posted Releases (%)": ("share", RELEASES),
    "Bond Posted Book Outs (%)": ("share", BOOK_OUTS),
    "Bond Posted Book Outs/Releases (%)": ("share", ""),  # the same words stand beside either total
    "Average Bond Amount ($)": ("amount", ""),
    "ALOS (Days)": ("days", ""),
}
_ALL, _POSTED = (("bond", "all"),), (("bond", "posted"),)
METRICS: Mapping[tuple[str, str], tuple[str, Dims]] = {
    ("total", RELEASES): ("ice.bond_final_releases", _ALL),
    ("posted", RELEASES): ("ice.bond_final_releases", _POSTED),
    ("share", RELEASES): ("ice.bond_share_of_releases", _POSTED),
    ("total", BOOK_OUTS): ("ice.bond_final_book_outs", _ALL),
    ("posted", BOOK_OUTS): ("ice.bond_final_book_outs", _POSTED),
    ("share", BOOK_OUTS): ("ice.bond_share_of_book_outs", _POSTED),
    **{("amount", concept): ("ice.bond_amount", _POSTED) for concept in (RELEASES, BOOK_OUTS)},
    **{("days", concept): ("ice.bond_days", _POSTED) for concept in (RELEASES, BOOK_OUTS)},
}
# `Sep-2024 (Thru 9/11)`; most headers are dates.
_MONTH = re.compile(r"^([A-Z][a-z]{2})[a-z]*[-\s]+(\d{4}|\d{2})(?:\s*\(Thru (\d{1,2})/(\d{1,2})\))?$", re.IGNORECASE)
_ROWS = Words(ROWS)


@dataclass(frozen=True, slots=True)
class Month:
    """A column's first day, and the day through which its header says that it runs."""

    start: date
    through: date | None
    locator: str


def read(sheet: Sheet, context: Context) -> Block:
    """The five rows of the sheet, month by month. A layout that is not as declared is a finding."""
    block = guarded(_read, sheet, context, TABLE)
    return replace(block, used=block.used | noted(sheet, HEADINGS).used)


def _read(sheet: Sheet, context: Context) -> Block:
    row, column = _anchor(sheet)
    header_row, months = _months(sheet, row, column)
    labels, new = _labels(sheet, header_row, column, months)
    concept = _concept(sheet, header_row, column, labels)
    observations: list[Observation] = []
    for at, (holds, _) in labels.items():
        for c, month in months.items():
            metric, dims = METRICS[holds, _counted(concept, month)]
            period, statement = _period(month, c == max(months), context)
            observations.append(figure(sheet, (at, c), metric, dims, period, TABLE, context, statement))
    kept, lost = overwritten(_to_come(observations, context.statement("bond")), context.year)
    used = {(row, column), *product(labels, [column, *months]), *product([header_row], months)}
    endless = [o for o in kept if o.period.end is None and o.status == "reported"]
    reason = context.dates.get("bond", "no footnote states the day of the bond block")
    said = reason if isinstance(reason, str) else f"{reason.locator} says that data run through {reason.through}"
    findings = [*new, *lost, *undated(endless, said, "the last day of the running month", context)]
    return Block(tuple(kept), (*findings, *odd_cells(kept, context.severity)), frozenset(used))


def _anchor(sheet: Sheet) -> Position:
    found = sorted(at for at, value in sheet.cells.items() if TITLE.match(label(value)))
    if len(found) != 1:
        where = ", ".join(address(*at) for at in found) or "nowhere"
        raise DriftError(f"sheet {sheet.title!r}", "the title `Bonded Out ... Count and ALOS` exactly once", where)
    return found[0]


def _in_turn(months: Iterable[Month]) -> bool:
    """Whether months follow one another without a gap."""
    starts = [month.start for month in months]
    return all((b.year - a.year) * 12 + b.month - a.month == 1 for a, b in pairwise(starts))


def _months(sheet: Sheet, row: int, column: int) -> tuple[int, dict[int, Month]]:
    """The header is the first filled row below the title: months that follow one another without a gap."""
    last = max(c for _, c in sheet.cells)
    for at in range(row + 1, row + 1 + HEADER_WITHIN):
        filled = [c for c in range(column, last + 1) if (at, c) in sheet.cells]
        if not filled:
            continue
        months = {c: _month(sheet, (at, c)) for c in filled}
        if filled != list(range(column + 1, column + 1 + len(filled))) or not _in_turn(months.values()):
            found = ", ".join([f"{address(at, c)} {month.start:%b %Y}" for c, month in months.items()])
            raise DriftError(locator(sheet.title, at, column), "one column for each month in turn", found)
        return at, months
    raise DriftError(locator(sheet.title, row, column), f"a row of months within {HEADER_WITHIN} rows below", "none")


def _month(sheet: Sheet, at: Position) -> Month:
    value: CellValue = sheet.cells[at]
    where = locator(sheet.title, *at)
    if isinstance(value, date):
        return Month(date(value.year, value.month, 1), None, where)
    match = _MONTH.match(label(value))
    if match is None or match[1].capitalize() not in calendar.month_abbr[1:]:
        raise DriftError(where, "a month", repr(value))
    number = list(calendar.month_abbr).index(match[1].capitalize())
    year = int(match[2]) % 2000 + 2000
    if match[3] is None:
        return Month(date(year, number, 1), None, where)
    if int(match[3]) != number or not 1 <= int(match[4]) <= calendar.monthrange(year, number)[1]:
        raise DriftError(where, "a day of the month it names", repr(value))
    return Month(date(year, number, 1), date(year, number, int(match[4])), where)


def _labels(
    sheet: Sheet, header_row: int, column: int, months: Collection[int]
) -> tuple[dict[int, tuple[str, str]], list[Finding]]:
    """The known rows below the header. Rows count different things, so one that nobody declared has no metric."""
    labels: dict[int, tuple[str, str]] = {}
    findings: list[Finding] = []
    for row in rows_down(sheet, (header_row + 1, column), months, known=_ROWS):
        if holds := _ROWS.meaning(sheet.cells[row, column]):
            labels[row] = holds
        else:
            where, name = locator(sheet.title, row, column), label(sheet.cells[row, column])
            said = f"{where}: the row {name!r} is new in {TABLE}; what it counts is not declared, so it is not read."
            findings.append(Finding("new_row_label", "warn", "cells", (where,), f"one of {sorted(ROWS)}", name, said))
    seen = sorted(holds for holds, _ in labels.values())
    if seen != sorted({holds for holds, _ in ROWS.values()}):
        expected = "one row each for the total, bonds posted, their share, the amount and the days"
        raise DriftError(locator(sheet.title, header_row, column), expected, f"{seen}")
    return labels, findings


def _concept(sheet: Sheet, header_row: int, column: int, labels: Mapping[int, tuple[str, str]]) -> str:
    """What the total row says is counted; the rows beside it must not say otherwise."""
    said: Sequence[str] = [concept for _, concept in labels.values() if concept]
    total = next(concept for holds, concept in labels.values() if holds == "total")
    if set(said) != {total}:
        raise DriftError(locator(sheet.title, header_row, column), "rows that count the same", " and ".join(said))
    return total


def _period(month: Month, is_last: bool, context: Context) -> tuple[Period, Statement | None]:
    """Months before the last are over; the last is cut where the header or the footnote states a day, else open."""
    stated = context.statement("bond")
    year, name = fiscal_year(month.start), MONTHS[(month.start.month + 2) % 12]
    whole = month_of_fiscal_year(year, name, date.max)
    run = stated.run if stated else None
    if month.through is not None:
        cut = month_of_fiscal_year(year, name, month.through)
        return cut, Statement(month.through, run, month.locator)
    if stated is None:
        return (Period("month", month.start, None), None) if is_last else (whole, _heading(month, whole, None))
    period = month_of_fiscal_year(year, name, stated.through)
    return period, stated if period.end != whole.end else _heading(month, whole, run)


def _heading(month: Month, whole: Period, run: date | None) -> Statement | None:
    return Statement(whole.end, run, month.locator) if whole.end else None


def _to_come(observations: Sequence[Observation], stated: Statement | None) -> list[Observation]:
    return list(_not_begun(observations, stated.through)) if stated else list(observations)


def _not_begun(observations: Sequence[Observation], through: date) -> Iterator[Observation]:
    """A month that begins after the stated day shows zeros or nothing: it had not come."""
    filled = {o.period.start for o in observations if o.value}
    for o in observations:
        begins_later = o.period.start is not None and o.period.start > through
        empty = o.period.start not in filled and not o.value and o.status in ("reported", "blank")
        yield o._replace(value=None, status="to_come") if begins_later and empty else o


def _counted(concept: str, month: Month) -> str:
    """What the figures of a month count."""
    if concept != BY_MONTH:
        return concept
    return BOOK_OUTS if month.start >= BOOK_OUTS_FROM else RELEASES
