"""TRAC's table of people booked in by arresting agency and month, the whole history in one file.

https://tracreports.org/immigration/detentionstats/book_in_agen_program_table.json: an array, one object for each
month since October 2018, oldest first, eight fields. `download_date` is the release that the row was taken from, one
for each block of a fiscal year: one file carries several. `program` in the name is historical.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from figures.metrics.catalogue import METRICS
from figures.periods import MONTHS, Period, fiscal_year, month_of_fiscal_year
from figures.records import Finding, Observation, Parsed, Severity, Status
from figures.trac_dates import MISSING_MONTHS, PARTIAL_MONTHS
from scrapers.errors import DriftError
from scrapers.trac.rows import (
    COUNT,
    DAY,
    FLAG,
    TEXT,
    Field,
    Form,
    Row,
    amount,
    locator,
    raw,
    read_rows,
    repeated,
    us_day,
)

PARSER = 1
TABLE = "trac_book_ins"
SHOWN_TWICE = 5
_METRIC = "trac.book_ins"
_AGENCIES = {"ice": "ICE", "cbp": "CBP", "total": "all"}
_PERIOD = re.compile(r"01([A-Z]{3})(\d{2})", re.ASCII)
_NUMBERS = {month.upper(): (index + 9) % 12 + 1 for index, month in enumerate(MONTHS)}


def first_of_month(value: object) -> date | None:
    """The day of a `01OCT18`; None for anything else."""
    found = _PERIOD.fullmatch(value) if isinstance(value, str) else None
    if found is None or found[1] not in _NUMBERS:
        return None
    return date(2000 + int(found[2]), _NUMBERS[found[1]], 1)


MONTH = Form("the first of a month, such as 01OCT18", lambda value: first_of_month(value) is not None)
FIELDS = {
    "download_date": Field(DAY, "the release that the row was taken from: how far a running month goes"),
    "period": Field(TEXT, "the month again, `oct`: held against period_date"),
    "period_date": Field(MONTH, "the month"),
    "ice": Field(COUNT, "people booked in, arrested by ICE"),
    "cbp": Field(COUNT, "people booked in, arrested by CBP"),
    "total": Field(COUNT, "people booked in; 0 where both are null"),
    "monstr": Field(TEXT, "the month again, `Oct-18`: held against period_date"),
    "f_latest_period": Field(FLAG, "1 on the latest complete month"),
}


def parse(content: bytes, name: str) -> Parsed:
    """Every figure with its place; a month that was running ends on the day of the release it was taken from.

    Months to come are null with a total of 0: they have no value and are `to_come`. Raises NotReadableError when the
    bytes are no JSON, DriftError when the table is not laid out as declared.
    """
    table = read_rows(content, name, FIELDS, "TRAC's table")
    months = [first_of_month(row["period_date"]) or date.min for row in table.rows]
    if len(set(months)) != len(months):
        twice = [f"{month:%b-%y}" for month in repeated(months)]
        raise DriftError(name, "each month once", ", ".join(twice[:SHOWN_TWICE]))
    observations: list[Observation] = []
    findings = list(table.findings)
    for at, (row, month) in enumerate(zip(table.rows, months, strict=True)):
        taken = _taken(row)
        observations.extend(_row(row, at, month, taken))
        findings.extend(_odd(row, at, month, taken))
    findings.extend(_gaps(months))
    findings.extend(_latest(table.rows, [o.period for o in observations if o.metric == "trac.book_ins_downloaded"]))
    newest = max(map(_taken, table.rows))
    return Parsed(tuple(observations), tuple(findings), run_date=newest, leftovers=table.leftovers)


def _row(row: Row, at: int, month: date, taken: date) -> Iterator[Observation]:
    through = PARTIAL_MONTHS.get(month, taken)
    period = month_of_fiscal_year(fiscal_year(month), f"{month:%b}", through)
    empty = row["ice"] is None and row["cbp"] is None and not row["total"]
    for field, agency in _AGENCIES.items():
        value = amount(row[field])
        status: Status = "reported"
        if month > taken and not value:
            value, status = None, "to_come"
        elif empty or value is None:
            value, status = None, "blank"
        yield _observation(_METRIC, (("agency", agency),), period, value, status, row, at, field)
    yield _observation("trac.book_ins_downloaded", (), period, None, "text", row, at, "download_date")
    yield _observation("trac.book_ins_latest_complete", (), period, None, "text", row, at, "f_latest_period")


def _observation(
    metric: str,
    dims: tuple[tuple[str, str], ...],
    period: Period,
    value: float | None,
    status: Status,
    row: Row,
    at: int,
    field: str,
) -> Observation:
    return Observation(
        metric=metric,
        dims=dims,
        period=period,
        value=value,
        unit=METRICS[metric].unit,
        status=status,
        raw=raw(row[field]),
        locator=locator(at, field),
        table=TABLE,
        period_locator=locator(at, "period_date"),
    )


def _odd(row: Row, at: int, month: date, taken: date) -> Iterator[Finding]:
    """The month is written three times; figures for a month after the release cannot be."""
    cells = tuple(locator(at, field) for field in _AGENCIES)
    for field, expected in (("period", f"{month:%b}".lower()), ("monstr", f"{month:%b-%y}")):
        if row[field] != expected:
            words = f"{locator(at, field)} says {row[field]!r} where period_date says {row['period_date']!r}."
            yield _finding("month_twice", "hold", cells, expected, str(row[field]), words)
    if month > taken and any(amount(row[field]) for field in _AGENCIES):
        words = f"{locator(at, 'period_date')}: figures for {month:%b-%y}, which began after the release of {taken}."
        yield _finding("month_after_release", "hold", cells, f"nothing after {taken}", f"{month:%b-%y}", words)


def _gaps(months: Sequence[date]) -> Iterator[Finding]:
    month, last = min(months), max(months)
    while month < last:
        month = (month + timedelta(days=31)).replace(day=1)
        if month in months:
            continue
        if month in MISSING_MONTHS:
            words = (
                f"{month:%b-%y} is missing, as it always was: TRAC never took it from ICE's release at the year's end."
            )
            yield _finding("month_missing", "note", (), "every month", f"no {month:%b-%y}", words)
        else:
            words = f"{month:%b-%y} is missing between months that are there."
            yield _finding("month_missing", "warn", (), "every month", f"no {month:%b-%y}", words)


def _latest(rows: Sequence[Row], periods: Sequence[Period]) -> Iterator[Finding]:
    """One row is marked, and its month is over."""
    marked = [at for at, row in enumerate(rows) if row["f_latest_period"] == 1]
    cells = tuple(locator(at, "f_latest_period") for at in marked)
    if len(marked) != 1:
        words = f"{len(marked)} months are marked as the latest complete one, expected one."
        yield _finding("latest_period", "warn", cells, "one row with f_latest_period 1", str(len(marked)), words)
    for at in marked:
        period = periods[at]
        if period.start is None or period.end is None or (period.end + timedelta(days=1)).day != 1:
            words = f"{cells[0]}: {period.start:%b-%y} is marked as complete, but its row goes to {period.end}."
            yield _finding("latest_period", "warn", cells, "a month that is over", str(period.end), words)


def _finding(check: str, severity: Severity, cells: tuple[str, ...], expected: str, found: str, words: str) -> Finding:
    return Finding(check, severity, "cells" if cells else "release", cells, expected, found, words)


def _taken(row: Row) -> date:
    """The day on which TRAC took a row from a release."""
    return us_day(row["download_date"]) or date.min
