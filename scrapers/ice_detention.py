"""ICE's detention workbook: the figures of every `Detention FYnn` sheet, each with its cell and its own date.

https://www.ice.gov/detain/detention-management
"""

import math
import re
from collections.abc import Sequence
from datetime import date

from figures.metrics import METRICS
from figures.periods import (
    MONTHS,
    Period,
    fiscal_year_to_date,
    instant,
    month_of_fiscal_year,
)
from figures.records import Finding, Observation, Parsed, Severity, Status
from scrapers.errors import DriftError, NotReadableError
from scrapers.ice_footnotes import CLOCKS, Statement, state
from scrapers.ice_names import read_name
from scrapers.ice_tables import ALL_TITLES, TABLES
from scrapers.workbook import Cell, Sheet, Table, Workbook, locator, read_table

PARSER = 1
_SHEET = re.compile(r"^\s*detention\s+(EO)?FY\s*(\d{4}|\d{2})(\s*YTD)?\s*$", re.IGNORECASE)
_FOOTNOTES = re.compile(r"^\s*footnotes", re.IGNORECASE)
# What ICE has put in place of a number: `-` (2021-22), `#N/A` (FY2019), no-break spaces (2025).
_NO_NUMBER = frozenset({"-", "*", "n/a", "#n/a", "na"})


def parse(content: bytes, name: str) -> Parsed:
    """The figures of a workbook. `name` is the file's name; it serves only to see that it contradicts the sheet.

    Raises NotReadableError when the bytes are no workbook, DriftError when no detention sheet is left to read.
    """
    book = Workbook(content)
    footnotes = [book.sheet(title) for title, _ in book.titles if _FOOTNOTES.match(title)]
    sheets = [(book.sheet(title), _year(title)) for title, _ in book.titles if _SHEET.match(title)]
    if not sheets:
        titles = ", ".join(repr(title) for title, _ in book.titles)
        raise DriftError(f"workbook {name}", "a sheet titled `Detention FYnn`", f"sheets {titles}")
    observations: list[Observation] = []
    findings: list[Finding] = []
    current = _current(sheets, name)
    for sheet, year in sheets:
        read, found = _sheet(sheet, year, footnotes, is_current=sheet is current)
        observations.extend(read)
        findings.extend(found)
    findings.extend(_about_sheets(sheets, current, name))
    if not any(observation.value is not None for observation in observations):
        raise DriftError(f"workbook {name}", "at least one figure", "; ".join(f.words for f in findings))
    mine = [o for o in observations if o.status != "not_current"]
    return Parsed(
        tuple(observations),
        tuple(findings),
        fiscal_year=next((year for sheet, year in sheets if sheet is current), None),
        run_date=max((o.run_date for o in mine if o.run_date), default=None),
        modified_at=book.modified_at,
    )


def _year(title: str) -> int:
    match = _SHEET.match(title)
    if match is None:
        raise NotReadableError(f"sheet {title!r} states no fiscal year")
    return int(match[2]) % 2000 + 2000


def _current(sheets: Sequence[tuple[Sheet, int]], name: str) -> Sheet | None:
    """The one sheet that the edition stands for: visible, and not of a year before the one in the file's name.

    FY21_detentionStats10282021 shows the sheet of FY2020; FY24_detentionStats11152024 rightly holds FY2025.
    """
    named = read_name(name).fiscal_year
    visible = [(sheet, year) for sheet, year in sheets if sheet.visible]
    newest = max((year for _, year in visible), default=None)
    if newest is None or (named is not None and newest < named):
        return None
    candidates = [sheet for sheet, year in visible if year == newest]
    return candidates[0] if len(candidates) == 1 else None


def _about_sheets(sheets: Sequence[tuple[Sheet, int]], current: Sheet | None, name: str) -> list[Finding]:
    findings: list[Finding] = []
    named = read_name(name).fiscal_year
    for sheet, year in sheets:
        where = f"sheet {sheet.title!r}"
        if not sheet.visible:
            words = f"{where} is hidden; its figures are kept under FY{year} and are not taken as current."
            findings.append(_finding("hidden_sheet", "note", (), "visible sheets", "hidden", words))
        elif sheet is not current:
            words = f"{name}: {where} is not the current one; its figures are kept under FY{year} only."
            findings.append(
                _finding("wrong_year_sheet", "warn", (), f"FY{named}" if named else "one", f"FY{year}", words)
            )
        elif named is not None and year != named:
            words = f"{name} is named FY{named} but holds FY{year}; the sheet's own year is used."
            findings.append(_finding("name_year", "note", (), f"FY{named}", f"FY{year}", words))
    if current is None:
        words = f"{name} holds no detention sheet that can be taken as current; nothing of it is judged on."
        expected = f"a visible detention sheet of FY{named}" if named else "one visible detention sheet"
        shown = ", ".join(f"FY{year}{'' if sheet.visible else ' (hidden)'}" for sheet, year in sheets)
        findings.append(_finding("no_current_sheet", "hold", (), expected, shown, words))
    return findings


def _finding(check: str, severity: Severity, tables: tuple[str, ...], expected: str, found: str, words: str) -> Finding:
    return Finding(check, severity, "table" if tables else "release", tables, expected, found, words)


def _sheet(
    sheet: Sheet, year: int, footnotes: Sequence[Sheet], *, is_current: bool
) -> tuple[list[Observation], list[Finding]]:
    observations: list[Observation] = []
    findings: list[Finding] = []
    severity: Severity = "hold" if is_current else "note"
    for table in TABLES:
        statement, reason = state(CLOCKS[table.clock], footnotes, year)
        if statement is None:
            words = f"{sheet.title}: {reason}; the figures of {table.id} are stored without a date."
            findings.append(_finding("undated_block", severity, (table.id,), f"a day of FY{year}", "none", words))
        try:
            cells, found = read_table(sheet, table, ALL_TITLES)
        except DriftError as error:
            words = f"{error}. Nothing of {table.id} was read."
            findings.append(_finding("layout_drift", severity, (table.id,), error.expected, error.found, words))
            continue
        findings.extend(found)
        for cell in cells:
            observation = _observation(cell, sheet, table, year, statement, is_current=is_current)
            observations.append(observation)
            findings.extend(_odd_cell(observation, severity))
    return observations, findings


def _observation(
    cell: Cell, sheet: Sheet, table: Table, year: int, statement: Statement | None, *, is_current: bool
) -> Observation:
    metric = cell.row_meaning.metric or cell.meaning.metric
    through = statement.through if statement else None
    period = _period(cell, table, year, through)
    value, status = _value(cell.value)
    if cell.meaning.span == "month" and period.end is None and through is not None and not value:
        value, status = None, "to_come"
    if not is_current and status == "reported":
        status = "not_current"
    return Observation(
        metric=metric,
        dims=tuple(sorted((*cell.meaning.dims, *cell.row_meaning.dims))),
        period=period,
        value=value,
        unit=METRICS[metric].unit,
        status=status,
        raw=raw_text(cell.value),
        locator=locator(sheet.title, cell.row, cell.column),
        table=table.id,
        fiscal_year=year,
        run_date=statement.run if statement else None,
        period_locator=statement.locator if statement else "",
    )


def _period(cell: Cell, table: Table, year: int, through: date | None) -> Period:
    if cell.meaning.span == "month":
        if cell.header not in MONTHS:
            raise DriftError(table.id, f"a month of {MONTHS}", cell.header)
        return month_of_fiscal_year(year, cell.header, through)
    return instant(through) if table.kind == "instant" else fiscal_year_to_date(year, through)


def raw_text(value: object) -> str:
    """What the cell shows, without rounding: integers bare, other numbers as Python writes them."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return "" if value is None else str(value)


def _value(value: object) -> tuple[float | None, Status]:
    if isinstance(value, bool):
        return None, "suppressed"
    if isinstance(value, int | float):
        return (float(value), "reported") if math.isfinite(value) else (None, "suppressed")
    text = str(value or "").replace("\xa0", " ").strip()
    return (None, "suppressed") if text else (None, "blank")


def _odd_cell(observation: Observation, severity: Severity) -> list[Finding]:
    """A text where a number belongs is no number, and said so unless it is one of the known marks."""
    where = observation.locator
    if observation.status == "suppressed" and observation.raw.strip().casefold() not in _NO_NUMBER:
        words = f"{where} holds {observation.raw!r} where a number belongs; it is stored without a value."
        return [Finding("not_a_number", severity, "cells", (where,), "a number", repr(observation.raw), words)]
    if observation.value is not None and observation.value < 0:
        words = f"{where} holds {observation.raw}, and people cannot be fewer than none."
        return [Finding("negative", severity, "cells", (where,), "0 or more", observation.raw, words)]
    return []
