"""The `Facilities FYnn` sheet: each place with its address, kind, averages since 1 October, beds and inspections.

The table is found by `Name` in column A, its columns by their labels. It is dated by the source line above it.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

from figures.periods import fiscal_year_to_date, instant, us_dates
from figures.records import Finding, Observation, Status
from scrapers.ice.footnotes import fits
from scrapers.ice.places.facility_columns import (
    ABOVE,
    CORE,
    CORE_TABLES,
    DATE_METRICS,
    DESCRIPTION,
    INSPECTION,
    INSPECTION_SETS,
    INSPECTIONS,
    NAME,
    NOTES,
    PENDING,
    SEXES,
    FacilityColumn,
)
from scrapers.ice.places.facility_rows import ALL, Row, rows_of
from scrapers.xlsx.blocks import MOST_ROWS, Block, Context, Position, Statement, figure, odd_cells
from scrapers.xlsx.labels import Words, is_blank, label, squeezed, words
from scrapers.xlsx.reader import CellValue, Sheet, locator

SEX_METRIC = "ice.facility_sex"

_SOURCE = re.compile(r"\s*(Data )?Source:\s*ICE Integrated Decision Support", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:EO)?FY\s*(\d{4}|\d{2})(?!\d)", re.IGNORECASE)
_HEADER_YEAR = re.compile(r"FY\s*(\d{4}|\d{2})\s+(?:ALOS\b|ADP:)", re.IGNORECASE)
_NAME, _SEXES = words([NAME]), words(SEXES)
_WORDS = Words({**CORE, **INSPECTION})
_LIKE_A_DATE = re.compile(r"\s*\d+/\d+/[\d/]+\s*$")


def read(sheet: Sheet, context: Context) -> Block:
    """Every figure of the list. A header that is not as declared is a finding, and what stands under it is not read."""
    anchors = _anchors(sheet)
    if len(anchors) != 1:
        found = ", ".join([locator(sheet.title, *at) for at in anchors]) or "none"
        return Block((), (_drift(sheet, context, (*CORE_TABLES, INSPECTIONS), f"{NAME!r} once in column A", found),))
    header = anchors[0][0]
    columns, findings = _columns(sheet, context, header)
    if not columns:
        return Block((), tuple(findings))
    statement, undated = _stated(sheet, context, header)
    findings.extend([*undated, *_header_years(sheet, context, header)])
    at_label = {text: c for c, text in _plain(_headers(sheet, header)).items() if c in columns}
    if (listed := _rows_below(sheet, header)) > MOST_ROWS:
        expected = f"at most {MOST_ROWS:,} rows"
        return Block((), (_drift(sheet, context, (*CORE_TABLES, INSPECTIONS), expected, f"{listed:,} rows"),))
    rows, about_rows = rows_of(sheet, context, header, at_label)
    observations = _observations(sheet, columns, rows, context, statement)
    findings.extend([*about_rows, *_odd(observations, context)])
    used = _used(sheet, header, rows, columns, at_label[NAME])
    return Block(tuple(observations), tuple(findings), frozenset(used))


def _used(
    sheet: Sheet, header: int, rows: Sequence[Row], columns: Mapping[int, FacilityColumn], names: int
) -> set[Position]:
    """The cells that were read, or are known to say nothing. `names` is the column of names."""
    read_rows = {row.at: _totalled(columns).keys() if row.facility == ALL else columns.keys() for row in rows}
    read_cells = {at for at in sheet.cells if at[1] in read_rows.get(at[0], ())}
    labels = {(row.at, names) for row in rows} | {(header, c) for c in columns}
    return labels | read_cells | _ignored(sheet, header, read_rows.keys())


def _anchors(sheet: Sheet) -> list[Position]:
    return sorted(at for at, value in sheet.cells.items() if at[1] == 1 and value in _NAME)


def _rows_below(sheet: Sheet, header: int) -> int:
    return len({row for row, _ in sheet.cells if row > header})


def _totalled(columns: Mapping[int, FacilityColumn]) -> dict[int, FacilityColumn]:
    """The columns that a row of totals has: it has no address and no inspections."""
    return {c: column for c, column in columns.items() if column.table not in (DESCRIPTION, INSPECTIONS)}


def _columns(sheet: Sheet, context: Context, header: int) -> tuple[dict[int, FacilityColumn], list[Finding]]:
    """The columns by number. Inspection columns of an undeclared set are left out, without the core none is read."""
    texts = _headers(sheet, header)
    plain = _plain(texts)
    core, rest = _core_and_rest(plain)
    if found := _other_columns(core.values()):
        return {}, [_drift(sheet, context, (*CORE_TABLES, INSPECTIONS), f"the columns {sorted(CORE)}", found)]
    columns = {c: CORE[text] for c, text in core.items()}
    if len(set(rest.values())) != len(rest) or frozenset(rest.values()) not in INSPECTION_SETS:
        expected = "one of the declared sets of inspection columns"
        return columns, [_drift(sheet, context, (INSPECTIONS,), expected, str(list(rest.values())))]
    return columns | {c: _inspection(text, texts[c]) for c, text in rest.items()}, []


def _core_and_rest(plain: Mapping[int, str]) -> tuple[dict[int, str], dict[int, str]]:
    """The labels through the last one of the core, and those right of it."""
    last_core = max((c for c, text in plain.items() if text in CORE), default=0)
    core = {c: text for c, text in plain.items() if c <= last_core}
    return core, {c: text for c, text in plain.items() if c > last_core}


def _inspection(text: str, written: str) -> FacilityColumn:
    return _pending(written) if text == PENDING else INSPECTION[text]


def _other_columns(core: Collection[str]) -> str:
    """What columns are missing, new or there twice, in words; '' when they are as declared."""
    if sorted(core) == sorted(CORE):
        return ""
    odd = sorted(text for text, n in Counter(core).items() if n > 1 or text not in CORE)
    return f"missing {sorted(set(CORE) - set(core))}, new or twice {odd}"


def _headers(sheet: Sheet, header: int) -> dict[int, str]:
    return {c: text for c in range(1, sheet.last_column + 1) if (text := label(sheet.cells.get((header, c))))}


def _plain(texts: Mapping[int, str]) -> dict[int, str]:
    """The columns' labels as they are declared, their years as `FYnn`; else as they stand."""
    return _WORDS.across({c: _YEAR.sub("FYnn", text) for c, text in texts.items()})


def _pending(text: str) -> FacilityColumn:
    """The fiscal year whose inspection is to come stands in the header, and is often the year after the sheet's."""
    declared = INSPECTION[PENDING]
    return FacilityColumn(
        declared.metric, declared.table, (("inspection_year", str(_year(_YEAR, text))),), declared.kind
    )


def _year(pattern: re.Pattern[str], text: str) -> int | None:
    match = pattern.search(text)
    return int(match[1]) % 2000 + 2000 if match else None


def _stated(sheet: Sheet, context: Context, header: int) -> tuple[Statement | None, list[Finding]]:
    """The day of the source line above the table. A day outside the fiscal year (a mistyped year) is no day."""
    lines = [(at, str(v)) for at, v in _above(sheet, header) if _SOURCE.match(label(str(v)))]
    days = [(day, locator(sheet.title, *at)) for at, text in lines for day in us_dates(text)]
    if len({day for day, _ in days}) == 1:
        statement = Statement(days[0][0], None, days[0][1])
        if fits(statement, context.year):
            return statement, []
    found = "; ".join(f"{locator(sheet.title, *at)} {text.strip()!r}" for at, text in lines) or "no source line"
    words = (
        f"sheet {sheet.title!r}: {found}, which states no day of FY{context.year}; the list is stored without a date."
    )
    tables = (*CORE_TABLES, INSPECTIONS)
    return None, [Finding("undated_block", "warn", "table", tables, f"one day of FY{context.year}", found, words)]


def _above(sheet: Sheet, row: int) -> list[tuple[Position, CellValue]]:
    return sorted(((at, value) for at, value in sheet.cells.items() if at[0] < row), key=lambda cell: cell[0])


def _header_years(sheet: Sheet, context: Context, header: int) -> Iterator[Finding]:
    """The headers of November 2023 still say FY23 over the figures of FY24."""
    years: dict[int, str] = {}
    for at, value in _above(sheet, header + 1):
        year = _year(_HEADER_YEAR, label(value))
        if year is not None and year != context.year:
            years.setdefault(year, locator(sheet.title, *at))
    for year, where in years.items():
        words = (
            f"{where} is headed FY{year} on a sheet of FY{context.year}; the figures are kept under FY{context.year}."
        )
        yield Finding("header_year", "warn", "table", CORE_TABLES, f"FY{context.year}", f"FY{year}", words)


def _observations(
    sheet: Sheet,
    columns: Mapping[int, FacilityColumn],
    rows: Sequence[Row],
    context: Context,
    statement: Statement | None,
) -> list[Observation]:
    day: date | None = statement.through if statement else None
    periods = {"instant": instant(day), "fiscal_year_to_date": fiscal_year_to_date(context.year, day)}
    kinds = {column.dims for column in columns.values()}
    every, of_totals = sorted(columns.items()), sorted(_totalled(columns).items())
    observations = []
    for row in rows:
        whole = row.dims
        dims = {own: tuple(sorted((*whole, *own))) for own in kinds}
        for c, column in of_totals if row.facility == ALL else every:
            at = (row.at, c)
            cell = sheet.cells.get(at)
            # A cell that holds nothing but blanks (no-break spaces in 2025) is as blank as an empty one.
            blank: Status | None = "blank" if cell is None or (type(cell) is str and not cell.strip()) else None
            own, period = dims[column.dims], periods[column.kind]
            observations.append(
                figure(sheet, at, column.metric, own, period, column.table, context, statement, status=blank)
            )
    return observations


def _odd(observations: Sequence[Observation], context: Context) -> Iterator[Finding]:
    """Text where a number belongs, dates that are none, and other words than men and women where these belong."""
    yield from odd_cells((o for o in observations if o.unit != "text"), context.severity)
    for o in observations:
        if o.metric in DATE_METRICS and _no_day(o.raw):
            words = f"{o.locator} holds {o.raw!r}, which is no calendar day; it is kept as published."
            yield Finding("not_a_date", "note", "cells", (o.locator,), "a day", repr(o.raw), words)
    yield from _other_words([o for o in observations if o.metric == SEX_METRIC])


def _other_words(observations: Sequence[Observation]) -> Iterator[Finding]:
    wrong = [o for o in observations if o.raw.strip() and o.raw not in _SEXES]
    if wrong:
        shown = ", ".join(sorted({repr(o.raw) for o in wrong})[:5])
        where = tuple(o.locator for o in wrong)
        words = f"{where[0]} and on: {len(wrong)} cells hold {shown} where {sorted(SEXES)} belong; kept as published."
        yield Finding("unexpected_words", "warn", "cells", where, f"one of {sorted(SEXES)}", shown, words)


def _no_day(raw: str) -> bool:
    """A day number that lost its format (`42615`), or a date of no calendar (`2/29/2025`)."""
    return raw.strip().isdigit() or (bool(_LIKE_A_DATE.match(raw)) and next(us_dates(raw), None) is None)


def _ignored(sheet: Sheet, header: int, rows: Collection[int]) -> set[Position]:
    """Cells that a named rule knows to state no figure: headings above the table, notes below it, blanks anywhere."""
    return {
        at
        for at, value in sheet.cells.items()
        if isinstance(value, str) and (is_blank(value) or (at[0] not in rows and _says_nothing(at, value, header)))
    }


def _says_nothing(at: Position, text: str, header: int) -> bool:
    said = label(text) or squeezed(text)
    if at[0] < header:
        return bool(_SOURCE.match(said)) or any(rule.match(said) for _, rule in ABOVE)
    return at[0] > header and at[1] == 1 and any(rule.match(said) for _, rule in NOTES)


def _drift(sheet: Sheet, context: Context, tables: tuple[str, ...], expected: str, found: str) -> Finding:
    words = f"sheet {sheet.title!r}: expected {expected}, found {found}. Nothing of {', '.join(tables)} was read."
    return Finding("layout_drift", context.severity, "table", tables, expected, found, words)
