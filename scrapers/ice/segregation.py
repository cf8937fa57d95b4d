"""Two sheets on segregation: `Vulnerable & Special Population` by quarter and `Monthly Segregation` by facility.

Both repeat one block for each quarter or month, with the period in its title.
"""

import calendar
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

from figures.periods import MONTHS, Period, fiscal_year, month_of_fiscal_year, us_dates
from figures.records import Dims, Finding, Observation
from scrapers.errors import DriftError
from scrapers.ice.list_sheets import HEADINGS, Notes, drift, new_row, noted, rows_down, words
from scrapers.xlsx.blocks import Block, Context, Position, Statement, figure, joined, odd_cells
from scrapers.xlsx.labels import Words, is_blank, label, squeezed
from scrapers.xlsx.labels import words as words_of
from scrapers.xlsx.reader import Sheet, address, locator

VULNERABLE, MONTHLY = "vulnerable", "segregation"
GRAND_TOTAL = "Grand Total"
HEADER_WITHIN = 3
COLUMNS: Mapping[str, str] = {
    "Number of Placements": "ice.vulnerable_placements",
    "Average Number of Consecutive Days in Segregation": "ice.vulnerable_days_consecutive",
    "Average Number of Cumulative Days in Segregation": "ice.vulnerable_days_cumulative",
}
REASONS: Mapping[str, str] = {
    "Disciplinary": "disciplinary",
    "Facility Security Threat": "facility_security_threat",
    "Hunger Strike/Suicide Watch": "hunger_strike_or_suicide_watch",  # dropped in 2022, its placements re-assigned
    "Medical/Mental Health": "medical_or_mental_health",
    "Medical Mental": "medical_or_mental_health",  # from the second quarter of FY2024 on
    "Pending Investigation of Disciplinary Violation": "pending_investigation",
    "Protective Custody": "protective_custody",
    GRAND_TOTAL: "all",
}
VULNERABLE_NOTES: Notes = (
    *HEADINGS,
    ("definition_heading", words(r"Definition for Vulnerable and Special Populations$")),
    (
        "definition",
        words(r"U\.S\. Immigration and Customs Enforcement \(ICE\) Enforcement and Removal Operations \(ERO\) is"),
    ),
    ("basis_heading", words(r"The Basis for Any Use of Facility-Initiated Segregation$")),
    ("basis", words(r"Consistent with ICE detention standards\s+and ICE Policy 11065\.1")),
    ("process_heading", words(r"The Process for and Frequency of Re-Evaluating Custody Decisions$")),
    ("process", words(r"The Segregation Directive is intended to complement")),
    (
        "reasons_updated",
        words(r"All Q\d detainees previously under the Hunger Strike/Suicide Watch Placement reason"),
    ),
)
_DEFINITION = r"This (Segregation Review Management System \()?SRMS\)? data represents the total (reported )?number of "
MONTHLY_NOTES: Notes = (
    *HEADINGS,
    ("definition", words(r"(U\.S\. Immigration and Customs Enforcement\s+)?" + _DEFINITION)),
    ("policy", words(r"Consistent with ICE Policy 11065\.1: Review of the Use of Segregation for ICE Detainees")),
    ("stray_mark", words(r"`$")),
)
_COLUMNS, _REASONS = Words(COLUMNS), Words(REASONS)
_PLACEMENT_REASON, _FACILITIES = words_of(["Placement Reason"]), words_of(["Facilities"])
_COUNT, _TOTAL = words_of(["Placement Count"]), words_of([GRAND_TOTAL])
_MONTHS = words_of(calendar.month_name[1:])
_QUARTER = re.compile(
    r"^(?:Fiscal Year \(FY\)|Fiscal Year|FY) ?(20\d{2}) (?:Quarter|Q) ?([1-4])\d?(?: Data)?$", re.IGNORECASE
)
_UNIQUE = re.compile(
    r"^Data represents? (?P<people>[\d,]+) unique detainees\..*\bwithin FY ?(?P<year>\d{2,4}) Q(?P<quarter>[1-4])"
    r" \((?P<placements>[\d,]+) total placements\)\.?$",
    re.IGNORECASE,
)
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


def read_vulnerable(sheet: Sheet, context: Context) -> Block:
    """Each quarter's placements by reason, and the number of people in the sentence below them."""
    titles = [title for at, value in sorted(sheet.cells.items()) if (title := _quarter(at, label(value)))]
    return _read(sheet, context, titles, VULNERABLE, VULNERABLE_NOTES)


def read_monthly(sheet: Sheet, context: Context) -> Block:
    """Each month's placements by facility."""
    titles = [
        title for at, value in sorted(sheet.cells.items()) if isinstance(value, str) and (title := _month(at, value))
    ]
    block = _read(sheet, context, titles, MONTHLY, MONTHLY_NOTES)
    return joined([block, Block(findings=tuple(_new_definitions(sheet, titles)))])


def _read(sheet: Sheet, context: Context, titles: Sequence[Title], table: str, notes: Notes) -> Block:
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
            reader = _quarter_block if table == VULNERABLE else _month_block
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


def _quarter(at: Position, text: str) -> Title | None:
    match = _QUARTER.match(text)
    if match is None:
        return None
    year, quarter = int(match[1]), int(match[2])
    first = date(year - 1, 10, 1) if quarter == 1 else date(year, 3 * quarter - 5, 1)
    last_month = first.month + 2
    last = date(first.year, last_month, calendar.monthrange(first.year, last_month)[1])
    return Title(at, Period("quarter", first, last))


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


def _stated(sheet: Sheet, title: Title) -> Statement | None:
    end = title.period.end
    return Statement(end, title.run, locator(sheet.title, *title.at)) if end else None


def _filled_row(sheet: Sheet, title: Title, end: int) -> int:
    row, column = title.at
    for at in range(row + 1, min(end, row + 1 + HEADER_WITHIN)):
        if not is_blank(sheet.cells.get((at, column))):
            return at
    raise DriftError(locator(sheet.title, row, column), "a header within three rows below the title", "blank rows")


def _listed(sheet: Sheet, title: Title, first: int, end: int) -> list[tuple[int, str]]:
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


def _quarter_block(sheet: Sheet, context: Context, title: Title, end: int) -> Block:
    head, column = _filled_row(sheet, title, end), title.at[1]
    headers = _headers(sheet, head, column)
    if sheet.cells[head, column] not in _PLACEMENT_REASON or sorted(headers.values()) != sorted(COLUMNS):
        expected = f"`Placement Reason` and {sorted(COLUMNS)}"
        raise DriftError(locator(sheet.title, head, column), expected, f"{[*headers.values()]}")
    rows = _listed(sheet, title, head + 1, end)
    reasons = _reasons([name for _, name in rows], locator(sheet.title, head, column))
    stated = _stated(sheet, title)
    observations = [
        figure(sheet, (row, c), COLUMNS[header], (("reason", reason),), title.period, VULNERABLE, context, stated)
        for (row, _), reason in zip(rows, reasons, strict=True)
        for c, header in headers.items()
    ]
    findings = [new_row(sheet, (row, column), name, VULNERABLE, REASONS) for row, name in rows if name not in _REASONS]
    used = {title.at, *((row, c) for row in (head, *(row for row, _ in rows)) for c in (column, *headers))}
    people = _people(sheet, context, title, range(rows[-1][0] + 1, end), observations)
    return joined([Block(tuple(observations), tuple(findings), frozenset(used)), people])


def _people(sheet: Sheet, context: Context, title: Title, rows: range, observations: Sequence[Observation]) -> Block:
    """`* Data represents 287 unique detainees. ... within FY22 Q1 (313 total placements).`: numbers in a sentence."""
    for row in rows:
        at = (row, title.at[1])
        match = _UNIQUE.match(label(sheet.cells.get(at)))
        if match is None:
            continue
        where = locator(sheet.title, *at)
        said = _quarter(at, f"FY {int(match['year']) % 2000 + 2000} Quarter {match['quarter']}")
        if said is None or said.period != title.period:
            spoken_of = f"FY{match['year']} Q{match['quarter']}"
            text = f"{where} speaks of {spoken_of} below the block of another quarter; it is not read."
            finding = Finding("other_quarter", "warn", "cells", (where,), "the quarter of its block", match[0], text)
            return Block(findings=(finding,))
        value = float(match["people"].replace(",", ""))
        one = figure(
            sheet,
            at,
            "ice.vulnerable_detainees",
            (("reason", "all"),),
            title.period,
            VULNERABLE,
            context,
            _stated(sheet, title),
            value=value,
            status="reported",
        )
        findings = tuple(_contradicted(one, float(match["placements"].replace(",", "")), observations))
        return Block((one,), findings, frozenset({at}))
    return Block()


def _contradicted(one: Observation, placements: float, observations: Sequence[Observation]) -> Iterator[Finding]:
    """The sentence repeats the total of the table above; another number speaks of other figures."""
    for o in observations:
        if o.metric == "ice.vulnerable_placements" and ("reason", "all") in o.dims and o.value != placements:
            said = f"{one.locator} speaks of {placements:,.0f} placements where {o.locator} says {o.raw}."
            where = (one.locator, o.locator)
            yield Finding("sentence_and_table", "warn", "cells", where, o.raw, f"{placements:.0f}", said)


def _headers(sheet: Sheet, head: int, column: int) -> dict[int, str]:
    cells = {c: sheet.cells.get((head, c)) for c in range(column + 1, column + 1 + len(COLUMNS))}
    return {c: _COLUMNS.find(cell) or label(cell) for c, cell in cells.items()}


def _reasons(names: Sequence[str], where: str) -> list[str]:
    reasons = [_REASONS.meaning(name) or name for name in names]
    if len(set(reasons)) != len(reasons):
        raise DriftError(where, "each reason once", f"{names}")
    return reasons


def _month_block(sheet: Sheet, context: Context, title: Title, end: int) -> Block:
    head, column = _filled_row(sheet, title, end), title.at[1]
    over = [sheet.cells.get((head, c)) for c in (column, column + 1)]
    headed = over[0] in _FACILITIES and over[1] in _COUNT
    if not headed and not _headless(sheet, head, column):
        texts = f"{[*map(label, over)]}"
        raise DriftError(locator(sheet.title, head, column), "`Facilities` and `Placement Count`", texts)
    rows = [(row, _as_listed(name)) for row, name in _listed(sheet, title, head + headed, end)]
    stated = _stated(sheet, title)
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
