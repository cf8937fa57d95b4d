"""OHSS's monthly tables of immigration enforcement: a workbook of 35 sheets, of which six are kept.

https://ohss.dhs.gov/topics/immigration/immigration-enforcement/monthly-tables, January 2024 to January 2025; files
handed in by hand. A sheet has its title in row 2, headings of one level or two below it, then for each fiscal year a
row `Total` and its months; figures are rounded to ten, `X` says not applicable, `NA` not available; a note below the
table says of which day its data are.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain
from typing import NamedTuple

from figures.metrics.catalogue import METRICS
from figures.periods import (
    MONTH_NAMES,
    MONTHS,
    Period,
    fiscal_year_end,
    fiscal_year_start,
    fiscal_year_to_date,
    month_of_fiscal_year,
)
from figures.records import Dims, Finding, Leftover, Observation, Parsed, Severity, Status
from scrapers.errors import DriftError
from scrapers.ohss.monthly_sheets import SHEETS, Kept
from scrapers.xlsx.blocks import raw_text
from scrapers.xlsx.labels import label
from scrapers.xlsx.reader import CellValue, Sheet, Workbook, locator

PARSER = 1
TITLE_WITHIN, HEADINGS_WITHIN = 5, 10
FIRST_VALUE = 3  # column A has the fiscal year, B the month
_YEAR, _MONTH, _TOTAL = "Fiscal Year", "Month", "Total"
_MONTHS = dict(zip(MONTH_NAMES, MONTHS, strict=True))
_YEAR_LABEL = re.compile(r"(20\d\d)(?: (YTD))?", re.ASCII)
_TITLE_MONTH = re.compile(rf"\(({'|'.join(_MONTHS)}) (20\d\d)\)\s*$")
_AS_OF = re.compile(r"current as of ([A-Z][a-z]+ \d{1,2}, 20\d\d)")
_NO_NUMBER: Mapping[str, Status] = {"X": "not_applicable", "NA": "not_available"}
_SHOWN = 80


class _Row(NamedTuple):
    """A row of figures: its fiscal year, `Oct` to `Sep` or "" for the year's total, whether the year is running."""

    at: int
    year: int
    month: str
    running: bool


@dataclass(slots=True)
class _Read:
    """What a sheet gives."""

    observations: list[Observation] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    leftovers: list[Leftover] = field(default_factory=list)
    as_of: date | None = None


def parse(content: bytes, name: str) -> Parsed:
    """Every figure of the kept sheets. A sheet that is not there or laid out otherwise is held and not read.

    Raises NotReadableError when the bytes are no workbook, DriftError when none of the kept sheets can be read.
    """
    book = Workbook(content)
    sheets = list(filter(_may_be_kept, (book.sheet(title) for title, visible in book.titles if visible)))
    read = [_kept(kept, sheets) for kept in SHEETS]
    observations = tuple(chain.from_iterable(each.observations for each in read))
    if not observations:
        raise DriftError(
            f"workbook {name}", "at least one sheet of OHSS's monthly tables", f"{len(book.titles)} sheets"
        )
    return Parsed(
        observations,
        tuple(chain.from_iterable(each.findings for each in read)),
        fiscal_year=max(o.fiscal_year or 0 for o in observations),
        run_date=max(filter(None, (each.as_of for each in read)), default=None),
        modified_at=book.modified_at,
        leftovers=tuple(chain.from_iterable(each.leftovers for each in read)),
    )


def _may_be_kept(sheet: Sheet) -> bool:
    return any(_title_row(sheet, kept) for kept in SHEETS)


def _title_row(sheet: Sheet, kept: Kept) -> int:
    """The row of the sheet's title; 0 where it has another."""
    rows = range(1, TITLE_WITHIN + 1)
    titles = {row: label(sheet.cells.get((row, 1))) for row in rows}
    return next((row for row, title in titles.items() if title.partition(":")[0] == kept.title), 0)


def _kept(kept: Kept, sheets: Sequence[Sheet]) -> _Read:
    mine = [sheet for sheet in sheets if _title_row(sheet, kept)]
    try:
        if len(mine) != 1:
            found = ", ".join(repr(sheet.title) for sheet in mine) or "none"
            raise DriftError("the workbook", f"one sheet with the title {kept.title!r}", found)
        return _sheet(kept, mine[0])
    except DriftError as error:
        words = f"{kept.title}: {error}. Nothing of this table was read."
        held = Finding("layout_drift", "hold", "table", (kept.table,), error.expected, error.found, words)
        return _Read(findings=[held])


def _sheet(kept: Kept, sheet: Sheet) -> _Read:
    title = _title_row(sheet, kept)
    heading = _heading_row(sheet, title)
    columns, unknown = _columns(kept, sheet, title, heading)
    rows = list(_rows(sheet, heading))
    _require_in_order(sheet, rows)
    read = _Read()
    notes = (rows[-1].at + 1, max(row for row, _ in sheet.cells) + 1)
    read.as_of = _as_of(kept, sheet, notes, read)
    through = _through(kept, sheet, title, rows, read)
    for row in rows:
        period = _period(row, through)
        for column, dims in columns.items():
            read.observations.append(_figure(kept, sheet, (row.at, column), dims, period, row, read))
    for column in unknown:
        read.leftovers += _left(sheet, column, [heading, *(row.at for row in rows)])
    _say_left(kept, read)
    return read


def _heading_row(sheet: Sheet, title: int) -> int:
    """The lowest row of headings: the one that names the two columns of labels."""
    for row in range(title + 1, title + 1 + HEADINGS_WITHIN):
        if label(sheet.cells.get((row, 1))) == _YEAR and label(sheet.cells.get((row, 2))) == _MONTH:
            return row
    where = locator(sheet.title, title + 1, 1)
    raise DriftError(where, f"headings {_YEAR!r} and {_MONTH!r} within {HEADINGS_WITHIN} rows", "none")


def _columns(kept: Kept, sheet: Sheet, title: int, heading: int) -> tuple[dict[int, Dims], list[int]]:
    """(what each known column counts, columns of other headings). Each declared heading must be there once."""
    above = [""] * (heading - title - 1)  # of each level of headings the one that spans this column
    found: dict[tuple[str, str], list[int]] = {}
    unknown: list[int] = []
    for column in range(FIRST_VALUE, sheet.last_column + 1):
        for level in range(len(above)):
            above[level] = label(sheet.cells.get((title + 1 + level, column))) or above[level]
        own = label(sheet.cells.get((heading, column)))
        key = next((key for level in ("", *above) if (key := (level, own)) in kept.headings), None)
        if key:
            found.setdefault(key, []).append(column)
        else:
            unknown.append(column)
    _require_each_once(kept, found, locator(sheet.title, heading, FIRST_VALUE))
    return {columns[0]: kept.headings[key] for key, columns in found.items()}, unknown


def _require_each_once(kept: Kept, found: Mapping[tuple[str, str], Sequence[int]], where: str) -> None:
    times = {key: len(found.get(key, ())) for key in kept.headings}
    if shown := "; ".join(f"{' / '.join(filter(None, key))} {many} times" for key, many in times.items() if many != 1):
        raise DriftError(where, "each declared heading once", shown[:500])


def _rows(sheet: Sheet, heading: int) -> Iterator[_Row]:
    """Rows of figures from below the headings to the first row without a month."""
    year, running, at = 0, False, heading + 1
    while month := label(sheet.cells.get((at, 2))):
        own = sheet.cells.get((at, 1))
        where = locator(sheet.title, at, 1)
        if month == _TOTAL:
            year, running = _year_labelled(own, where)
        elif month not in _MONTHS or own is not None or not year:
            raise DriftError(where, f"{_TOTAL!r} with a year, or a month below it", f"{own!r}, {month!r}"[:_SHOWN])
        yield _Row(at, year, _MONTHS.get(month, ""), running)
        at += 1
    below = [cell for cell, value in sheet.cells.items() if cell[0] >= at and isinstance(value, int | float)]
    if below:
        raise DriftError(locator(sheet.title, *min(below)), "no figure below the last month", f"{len(below)} figures")


def _year_labelled(cell: CellValue, where: str) -> tuple[int, bool]:
    """(fiscal year, whether it is running) as the first column of a total says it."""
    match = _YEAR_LABEL.fullmatch(raw_text(cell).strip())
    if match is None:
        raise DriftError(where, "a fiscal year such as 2023 or 2024 YTD", repr(cell)[:_SHOWN])
    return int(match[1]), match[2] is not None


def _require_in_order(sheet: Sheet, rows: Sequence[_Row]) -> None:
    """Years follow each other, each with its total and its months from October on; only the last may be running."""
    years = list(dict.fromkeys(row.year for row in rows))
    for year in years:
        months = [row.month for row in rows if row.year == year]
        wanted = ["", *MONTHS]
        is_whole = year != years[-1] or not rows[-1].running
        if months != (wanted if is_whole else wanted[: len(months)]) or len(months) < 2:
            raise DriftError(f"sheet {sheet.title!r}, {year}", "a total and months from October on", ", ".join(months))
    _require_years(sheet, years, rows)


def _require_years(sheet: Sheet, years: Sequence[int], rows: Sequence[_Row]) -> None:
    if not years or list(years) != list(range(years[0], years[0] + len(years))):
        raise DriftError(f"sheet {sheet.title!r}", "fiscal years in a row", ", ".join(map(str, years)) or "none")
    early = [str(row.year) for row in rows if row.running and row.year != years[-1]]
    if early:
        raise DriftError(f"sheet {sheet.title!r}", "only the last year running", ", ".join(early))


def _through(kept: Kept, sheet: Sheet, title: int, rows: Sequence[_Row], read: _Read) -> date | None:
    """The last day of the last month that is given; the title must name the same month."""
    last = rows[-1]
    end = month_of_fiscal_year(last.year, last.month, fiscal_year_end(last.year)).end
    stated = _TITLE_MONTH.search(str(sheet.cells.get((title, 1), "")))
    expected = f"{end:%B %Y}" if end else ""
    if last.running and (stated is None or f"{stated[1]} {stated[2]}" != expected):
        found = f"{stated[1]} {stated[2]}" if stated else "no month"
        words = f"{locator(sheet.title, title, 1)}: the title names {found}, the last row is of {expected}."
        read.findings.append(_finding(kept, "title_month", "hold", expected, found, words))
    return end


def _period(row: _Row, through: date | None) -> Period:
    if row.month:
        return month_of_fiscal_year(row.year, row.month, fiscal_year_end(row.year))
    if row.running:
        return fiscal_year_to_date(row.year, through)
    return Period("fiscal_year", fiscal_year_start(row.year), fiscal_year_end(row.year))


def _as_of(kept: Kept, sheet: Sheet, notes: tuple[int, int], read: _Read) -> date | None:
    """The day of the data, from the notes below the table. Each sheet has its own."""
    texts = [value for at in range(*notes) if isinstance(value := sheet.cells.get((at, 1)), str)]
    stated = {found for text in texts for found in _AS_OF.findall(text)}
    if len(stated) == 1 and (day := _day(stated.pop())):
        return day
    found = ", ".join(sorted(stated)) or "none"
    words = f"sheet {sheet.title!r}: the notes do not say of which one day the data are; found {found}."
    read.findings.append(_finding(kept, "undated_block", "warn", "Data are current as of <day>", found, words))
    return None


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%B %d, %Y").date()  # noqa: DTZ007 - a day alone
    except ValueError:
        return None


def _figure(
    kept: Kept, sheet: Sheet, at: tuple[int, int], dims: Dims, period: Period, row: _Row, read: _Read
) -> Observation:
    cell = sheet.cells.get(at)
    value, status = _number(cell)
    where = locator(sheet.title, *at)
    if status == "suppressed" or (value is not None and (value < 0 or value % 1)):
        words = f"{where} holds {raw_text(cell)[:_SHOWN]!r} where a whole number, X or NA belongs."
        found = repr(raw_text(cell))[:_SHOWN]
        read.findings.append(
            Finding("not_a_number", "hold", "cells", (where,), "a whole number, X or NA", found, words)
        )
    return Observation(
        metric=kept.metric,
        dims=dims,
        period=period,
        value=value,
        unit=METRICS[kept.metric].unit,
        status=status,
        raw=raw_text(cell),
        locator=where,
        table=kept.table,
        fiscal_year=row.year,
        run_date=read.as_of,
        period_locator=locator(sheet.title, row.at, 2),
    )


def _number(cell: CellValue) -> tuple[float | None, Status]:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell), "reported"
    if cell is None:
        return None, "blank"
    return None, _NO_NUMBER.get(str(cell).strip(), "suppressed")


def _left(sheet: Sheet, column: int, rows: Sequence[int]) -> list[Leftover]:
    cells = [((row, column), sheet.cells.get((row, column))) for row in rows]
    return [Leftover(locator(sheet.title, *at), raw_text(value)[:_SHOWN]) for at, value in cells if value is not None]


def _say_left(kept: Kept, read: _Read) -> None:
    if read.leftovers:
        first = read.leftovers[0]
        words = f"{first.locator}: a column that begins with {first.raw!r} is new in {kept.title!r}; it is not read."
        read.findings.append(_finding(kept, "new_column", "warn", "the declared headings", first.raw, words))


def _finding(kept: Kept, check: str, severity: Severity, expected: str, found: str, words: str) -> Finding:
    return Finding(check, severity, "table", (kept.table,), expected, found, words)
