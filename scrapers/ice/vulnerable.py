"""The sheet `Vulnerable & Special Population`: placements in segregation by reason, a block for each quarter."""

import calendar
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from figures.periods import Period
from figures.records import Finding, Observation
from scrapers.errors import DriftError
from scrapers.ice.list_sheets import HEADINGS, Notes, new_row, words
from scrapers.ice.segregation import GRAND_TOTAL, Title, filled_row, listed, read_blocks, stated_by
from scrapers.xlsx.blocks import Block, Context, Position, figure, joined
from scrapers.xlsx.labels import Words, label
from scrapers.xlsx.labels import words as words_of
from scrapers.xlsx.reader import Sheet, locator

VULNERABLE = "vulnerable"
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
_COLUMNS, _REASONS = Words(COLUMNS), Words(REASONS)
_PLACEMENT_REASON = words_of(["Placement Reason"])
_QUARTER = re.compile(
    r"^(?:Fiscal Year \(FY\)|Fiscal Year|FY) ?(20\d{2}) (?:Quarter|Q) ?([1-4])\d?(?: Data)?$", re.IGNORECASE
)
_UNIQUE = re.compile(
    r"^Data represents? (?P<people>[\d,]+) unique detainees\..*\bwithin FY ?(?P<year>\d{2,4}) Q(?P<quarter>[1-4])"
    r" \((?P<placements>[\d,]+) total placements\)\.?$",
    re.IGNORECASE,
)


def read_vulnerable(sheet: Sheet, context: Context) -> Block:
    """Each quarter's placements by reason, and the number of people in the sentence below them."""
    titles = [title for at, value in sorted(sheet.cells.items()) if (title := _quarter(at, label(value)))]
    return read_blocks(sheet, context, titles, VULNERABLE, VULNERABLE_NOTES, _quarter_block)


def _quarter(at: Position, text: str) -> Title | None:
    match = _QUARTER.match(text)
    if match is None:
        return None
    year, quarter = int(match[1]), int(match[2])
    first = date(year - 1, 10, 1) if quarter == 1 else date(year, 3 * quarter - 5, 1)
    last_month = first.month + 2
    last = date(first.year, last_month, calendar.monthrange(first.year, last_month)[1])
    return Title(at, Period("quarter", first, last))


def _quarter_block(sheet: Sheet, context: Context, title: Title, end: int) -> Block:
    head, column = filled_row(sheet, title, end), title.at[1]
    headers = _headers(sheet, head, column)
    if sheet.cells[head, column] not in _PLACEMENT_REASON or sorted(headers.values()) != sorted(COLUMNS):
        expected = f"`Placement Reason` and {sorted(COLUMNS)}"
        raise DriftError(locator(sheet.title, head, column), expected, f"{[*headers.values()]}")
    rows = listed(sheet, title, head + 1, end)
    reasons = _reasons([name for _, name in rows], locator(sheet.title, head, column))
    stated = stated_by(sheet, title)
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
            stated_by(sheet, title),
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
