"""The sheet `Monthly Segregation`: placements by facility, a block for each month, with the month in its title.

Its blocks are laid out as those of `Vulnerable & Special Population`, which is read by the same rules.
"""

import calendar
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

from figures.periods import MONTHS, Period, fiscal_year, month_of_fiscal_year, us_dates
from figures.records import Dims, Finding
from scrapers.errors import DriftError
from scrapers.ice.list_sheets import HEADINGS, Notes, drift, noted, rows_down, words
from scrapers.xlsx.blocks import Block, Context, Position, Statement, figure, joined, odd_cells
from scrapers.xlsx.labels import is_blank, label, squeezed
from scrapers.xlsx.labels import words as words_of
from scrapers.xlsx.reader import Sheet, address, locator

MONTHLY = "segregation"
GRAND_TOTAL = "Grand Total"
HEADER_WITHIN = 3
_DEFINITION = r"This (Segregation Review Management System \()?SRMS\)? data represents the total (reported )?number of "
MONTHLY_NOTES: Notes = (
    *HEADINGS,
    ("definition", words(r"(U\.S\. Immigration and Customs Enforcement\s+)?" + _DEFINITION)),
    ("policy", words(r"Consistent with ICE Policy 11065\.1: Review of the Use of Segregation for ICE Detainees")),
    ("stray_mark", words(r"`$")),
)
_FACILITIES, _COUNT, _TOTAL = words_of(["Facilities"]), words_of(["Placement Count"]), words_of([GRAND_TOTAL])
_MONTHS = words_of(calendar.month_name[1:])
# `March 2026` alone, or over the definition of what is counted.
_MONTH = re.compile(r"\W*([a-z]+)\s+(20\d{2})\d{0,2}[^\w\n]*(?:\n(.*))?", re.IGNORECASE | re.DOTALL)
_FIRST_MONTH = re.compile(
    r"^ICE Segregation Population\*? for ([a-z]+) (20\d{2})\. Data extracted from .*?(?: as of)? (\S+?)\.?$",
    re.IGNORECASE,
)
_KNOWN_DEFINITION = words(_DEFINITION + r"(unique )?individuals who served one or more days in segregation")


@dataclass(frozen=True, slots=True)
class Title:
    """Where a block begins and the period that it names; `run` is the day of the extract, where it is told."""

    at: Position
    period: Period
    run: date | None = None


def read_monthly(sheet: Sheet, context: Context) -> Block:
    """Each month's placements by facility."""
    titles = [
        title for at, value in sorted(sheet.cells.items()) if isinstance(value, str) and (title := _month(at, value))
    ]
    block = read_blocks(sheet, context, titles, MONTHLY, MONTHLY_NOTES, _month_block)
    return joined([block, Block(findings=tuple(_new_definitions(sheet, titles)))])


def read_blocks(
    sheet: Sheet,
    context: Context,
    titles: Sequence[Title],
    table: str,
    notes: Notes,
    reader: Callable[[Sheet, Context, Title, int], Block],
) -> Block:
    """The block below each title, as `reader` reads it from there to the row where the next one begins. One that is not
    laid out as declared is a finding; the others are still read.
    """
    blocks = [noted(sheet, notes)]
    if not titles:
        error = DriftError(f"sheet {sheet.title!r}", "titles that name a quarter or month", "none")
        blocks.append(Block(findings=(drift(error, table, context),)))
    starts = [title.at[0] for title in titles] + [1 + max((r for r, _ in sheet.cells), default=0)]
    for title in titles:
        end = min(row for row in starts if row > title.at[0])
        try:
            same = [address(*other.at) for other in titles if other.period == title.period]
            if len(same) != 1:
                raise DriftError(f"sheet {sheet.title!r}", f"each period of {table} once", ", ".join(same))
            blocks.append(reader(sheet, context, title, end))
        except DriftError as error:
            blocks.append(Block(findings=(_one_block(sheet, title, error, table, context),)))
    block = joined(blocks)
    return Block(block.observations, (*block.findings, *odd_cells(block.observations, context.severity)), block.used)


def _one_block(sheet: Sheet, title: Title, error: DriftError, table: str, context: Context) -> Finding:
    """The other blocks of the sheet stand for themselves; nothing of this one is stored that a hold could name."""
    where = locator(sheet.title, *title.at)
    said = f"{error}. Nothing of the block of {table} at {where} was read."
    return Finding("layout_drift", context.severity, "cells", (where,), error.expected, error.found, said)


def _month(at: Position, value: str) -> Title | None:
    """`March 2026`, the same over a definition, or the sentence of the first edition."""
    match = _MONTH.fullmatch(label(value)) or _MONTH.fullmatch(value) or _FIRST_MONTH.match(label(value))
    month = _MONTHS.find(match[1]) if match else None
    if match is None or month is None:
        return None
    first = date(int(match[2]), list(calendar.month_name).index(month), 1)
    run = next(us_dates(match[3]), None) if match.re is _FIRST_MONTH else None
    name = MONTHS[(first.month + 2) % 12]
    return Title(at, month_of_fiscal_year(fiscal_year(first), name, run or date.max), run)


def _new_definitions(sheet: Sheet, titles: Sequence[Title]) -> Iterator[Finding]:
    """A month's title may carry the definition of what is counted; another one is another figure."""
    for title in titles:
        match = _MONTH.fullmatch(str(sheet.cells[title.at]))
        rest = (match[3] or "") if match else ""
        if rest.strip() and not _KNOWN_DEFINITION.match(squeezed(rest)):
            where = locator(sheet.title, *title.at)
            said = f"{where}: the definition of {MONTHLY} is new: {rest.strip()!r}."
            yield Finding("new_definition", "warn", "cells", (where,), "the known definition", rest.strip(), said)


def stated_by(sheet: Sheet, title: Title) -> Statement | None:
    """What a title states of the last day of its period."""
    end = title.period.end
    return Statement(end, title.run, locator(sheet.title, *title.at)) if end else None


def filled_row(sheet: Sheet, title: Title, end: int) -> int:
    """The first row below a title that is not blank. Raises DriftError where there is none."""
    row, column = title.at
    for at in range(row + 1, min(end, row + 1 + HEADER_WITHIN)):
        if not is_blank(sheet.cells.get((at, column))):
            return at
    raise DriftError(locator(sheet.title, row, column), "a header within three rows below the title", "blank rows")


def listed(sheet: Sheet, title: Title, first: int, end: int) -> list[tuple[int, str]]:
    """(row, label) from `first` to the grand total, which must be there before the list or the block ends."""
    rows: list[tuple[int, str]] = []
    column = title.at[1]
    for row in rows_down(sheet, (first, column), [column + 1], ends=lambda row: row >= end):
        value = sheet.cells[row, column]
        if value in _TOTAL:
            return [*rows, (row, GRAND_TOTAL)]
        rows.append((row, label(value)))
    found = repr(rows[-1][1]) if rows else "no rows"
    raise DriftError(
        locator(sheet.title, *title.at), f"rows down to `{GRAND_TOTAL}` without a gap", f"{found} as the last"
    )


def _month_block(sheet: Sheet, context: Context, title: Title, end: int) -> Block:
    head, column = filled_row(sheet, title, end), title.at[1]
    headed = _is_headed(sheet, head, column)
    rows = [(row, _as_listed(name)) for row, name in listed(sheet, title, head + headed, end)]
    stated = stated_by(sheet, title)
    times = Counter(name for _, name in rows)
    once = [(row, name) for row, name in rows if times[name] == 1]
    observations = [
        figure(sheet, (row, column + 1), "ice.segregation", _facility(name), title.period, MONTHLY, context, stated)
        for row, name in once
    ]
    findings = list(_twice(sheet, column, rows))
    used = {title.at, *product([row for row, _ in once], (column, column + 1))}
    if headed:
        used.update({(head, column), (head, column + 1)})
    else:
        findings.append(_headerless(locator(sheet.title, *title.at)))
    return Block(tuple(observations), tuple(findings), frozenset(used))


def _is_headed(sheet: Sheet, row: int, column: int) -> bool:
    """Whether a row is the header of a block. Raises DriftError for what is neither that nor a first row of figures."""
    over = [sheet.cells.get((row, c)) for c in (column, column + 1)]
    headed = over[0] in _FACILITIES and over[1] in _COUNT
    if not headed and not _headless(sheet, row, column):
        texts = f"{[*map(label, over)]}"
        raise DriftError(locator(sheet.title, row, column), "`Facilities` and `Placement Count`", texts)
    return headed


def _headless(sheet: Sheet, row: int, column: int) -> bool:
    """February 2025 was published without its header: names and counts follow the title; other blocks are headed."""
    others = any(value in _COUNT for (_, c), value in sheet.cells.items() if c == column + 1)
    return others and isinstance(sheet.cells.get((row, column + 1)), float | int)


def _facility(name: str) -> Dims:
    return (("facility", "all" if name == GRAND_TOTAL else name),)


def _twice(sheet: Sheet, column: int, rows: Sequence[tuple[int, str]]) -> Iterator[Finding]:
    names = [name for _, name in rows]
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        where = tuple(locator(sheet.title, row, c) for row, n in rows if n == name for c in (column, column + 1))
        said = f"{where[0]} and {where[-2]} both name {name!r}; neither is read."
        yield Finding("duplicate_row", "warn", "cells", where, "each facility once", f"{name!r} again", said)


def _as_listed(name: str) -> str:
    return name if name == GRAND_TOTAL else name.upper()


def _headerless(where: str) -> Finding:
    said = f"{where}: this block has no header; it is read as the other blocks of the sheet."
    return Finding("header_missing", "note", "cells", (where,), "Facilities", "none", said)
