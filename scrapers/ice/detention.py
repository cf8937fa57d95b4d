"""The `Detention FYnn` sheet: every declared table with the date that its own footnote states."""

from collections.abc import Mapping, Sequence
from datetime import date

from figures.periods import Period, fiscal_year, fiscal_year_end, fiscal_year_to_date, instant, month_of_fiscal_year
from figures.records import Finding, Observation, Status
from scrapers.errors import DriftError
from scrapers.ice.detention_tables import TABLES
from scrapers.ice.list_sheets import drift, overwritten
from scrapers.xlsx.blocks import Block, Context, Position, Statement, figure, number, odd_cells
from scrapers.xlsx.declared_tables import Table
from scrapers.xlsx.reader import Sheet
from scrapers.xlsx.tables import Cell, anchors, find_titles, read_table

ALL_TITLES = frozenset(words for table in TABLES for words in table.titles)


def read(sheet: Sheet, context: Context) -> Block:
    """Every table of the sheet. One that is not laid out as declared is a finding; the others are still read."""
    return read_tables(sheet, context, TABLES, ALL_TITLES)


def read_tables(sheet: Sheet, context: Context, tables: Sequence[Table], known: frozenset[str]) -> Block:
    observations: list[Observation] = []
    findings: list[Finding] = []
    used: set[Position] = set()
    titles = find_titles(sheet, known)
    findings.extend(_absent(sheet, context, tables, titles))
    for table in tables:
        if not anchors(table, titles):
            continue
        try:
            grid = read_table(sheet, table, titles)
        except DriftError as error:
            findings.append(drift(error, table.id, context))
            continue
        read_cells = [_observation(sheet, cell, table, context) for cell in grid.cells]
        if any(labels.years for labels in table.labels):
            read_cells, lost = _past_years(read_cells, context.year)
            findings.extend(lost)
        observations.extend(read_cells)
        findings.extend([*grid.findings, *_undated(sheet, table, context), *odd_cells(read_cells, context.severity)])
        used.update(grid.used)
    return Block(tuple(observations), tuple(findings), frozenset(used))


def _past_years(observations: Sequence[Observation], year: int) -> tuple[list[Observation], list[Finding]]:
    """Rows of earlier fiscal years that ICE has replaced by zeros. A month alone may well be empty, a year is not."""
    years: dict[int, list[Observation]] = {}
    for o in observations:
        years.setdefault(fiscal_year(o.period.start) if o.period.start else year, []).append(o)
    kept: list[Observation] = []
    findings: list[Finding] = []
    for group in years.values():
        emptied = all(not o.value for o in group)
        some, lost = overwritten(group, year) if emptied else (group, [])
        kept.extend(some)
        findings.extend(lost)
    return kept, findings


def _alternatives(tables: Sequence[Table]) -> dict[str, list[Table]]:
    """The tables of which a sheet has exactly one, by their name."""
    groups: dict[str, list[Table]] = {}
    for table in tables:
        if table.always or table.either:
            groups.setdefault(table.either or table.id, []).append(table)
    return groups


def _absent(
    sheet: Sheet, context: Context, tables: Sequence[Table], titles: Mapping[str, Sequence[Position]]
) -> list[Finding]:
    """Tables that every sheet has, and alternatives of which every sheet has exactly one."""
    findings = []
    for name, alternatives in _alternatives(tables).items():
        there = [table.id for table in alternatives if anchors(table, titles)]
        if len(there) == 1:
            continue
        expected = f"exactly one of {', '.join(repr(table.titles[0]) for table in alternatives)}"
        found = " and ".join(there) or "none"
        words = f"sheet {sheet.title!r}: expected {expected}, found {found}. Nothing of {name} can be relied on."
        ids = tuple(table.id for table in alternatives)
        findings.append(Finding("layout_drift", context.severity, "table", ids, expected, found, words))
    return findings


def _undated(sheet: Sheet, table: Table, context: Context) -> list[Finding]:
    if context.statement(table.clock) is not None:
        return []
    reason = context.dates.get(table.clock, f"no footnote states the day of the {table.clock} block")
    words = f"{sheet.title}: {reason}; the figures of {table.id} are stored without a date."
    expected = f"a day of FY{context.year}"
    return [Finding("undated_block", context.severity, "table", (table.id,), expected, "none", words)]


def _observation(sheet: Sheet, cell: Cell, table: Table, context: Context) -> Observation:
    statement = context.statement(table.clock)
    period = _period(cell, table, context.year, statement)
    value, there = number(cell.value)
    over = cell.column.span == "month" and statement is not None and period.end is None
    to_come = over and not value and there != "suppressed"
    status: Status | None = "to_come" if to_come else None
    return figure(sheet, cell.at, cell.metric, cell.dims, period, table.id, context, statement, status=status)


def _period(cell: Cell, table: Table, sheet_year: int, statement: Statement | None) -> Period:
    """The day of the block; for rows of an earlier fiscal year its months are over and its year is whole."""
    year = cell.year or sheet_year
    through = _through(year, sheet_year, statement)
    if cell.column.span == "month":
        return month_of_fiscal_year(year, cell.header, through)
    return instant(through) if table.kind == "instant" else fiscal_year_to_date(year, through)


def _through(year: int, sheet_year: int, statement: Statement | None) -> date | None:
    if year < sheet_year:
        return fiscal_year_end(year)
    return statement.through if statement and year == sheet_year else None
