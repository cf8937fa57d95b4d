"""CBP's table of Border Patrol apprehensions at entry and at large, on the page of the running fiscal year.

https://www.cbp.gov/newsroom/stats/nationwide-encounters, of past years `-fy2025` and `-fy2024`. One table, a column for
each month, three groups of three rows: a total and, below it, `At Large` and `At Entry`. The labels of these two are
the same in each group, so that a row is named by its group. Headings of past years are irregular (`June-25`).
"""

import re
from collections.abc import Sequence
from datetime import date, datetime

from figures.metrics.catalogue import METRICS
from figures.periods import (
    MONTH_NAMES,
    MONTHS,
    Period,
    end_of_day,
    fiscal_year,
    fiscal_year_end,
    month_of_fiscal_year,
)
from figures.records import Finding, Observation, Parsed, Status
from scrapers.errors import DriftError
from scrapers.web.markup import PageTable, TableCell, tables

PARSER = 1
TABLE = "cbp_apprehensions"
_METRIC = "cbp.apprehensions"
_CORNER = "Monthly Totals"
_REGIONS = {
    "Nationwide Total Apprehensions": "all",
    "Southwest Border Total Apprehensions": "southwest",
    "Northern Border Total Apprehensions": "northern",
}
_WHERE = {"At Large": "at_large", "At Entry": "at_entry"}
_NO_NUMBER = "-"
_COUNT = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,7}", re.ASCII)
_HEADING = re.compile(r"([A-Za-z]{3,9})\.?[- ](\d{4}|\d{2})", re.ASCII)
_MODIFIED = re.compile(r"Last Modified:\s*([A-Z][a-z]{2}) (\d{1,2}), (20\d\d)", re.ASCII)
_SHOWN = 80


def parse(content: bytes, name: str) -> Parsed:
    """Every figure of the table, `html:table[1]/Southwest Border Total Apprehensions/At Entry/Aug-26`.

    `-` stands for a month to come. Raises DriftError when there is not exactly one such table, when its months or rows
    are not the declared ones, or when a cell is no count.
    """
    at, table = _only(tables(content), name)
    where = f"html:table[{at}]"
    months = _months([cell.text for cell in table[0][1:]], where)
    labelled = _labelled(table, where)
    last = _last_counted(table)
    observations = tuple(
        _figure(where, labels, heading, month, cell, following=index > last)
        for labels, row in labelled
        for index, (heading, month, cell) in enumerate(zip(_headings(table), months, row[1:], strict=True))
    )
    return Parsed(
        observations,
        tuple(_gaps(observations)),
        fiscal_year=fiscal_year(months[0]),
        modified_at=modified(content.decode("utf-8", "replace")),
    )


def _only(found: Sequence[PageTable], name: str) -> tuple[int, PageTable]:
    """(place on the page from 1, table) of the one whose first heading is the declared one."""
    wanted = [(at, table) for at, table in enumerate(found, 1) if table and table[0] and table[0][0].text == _CORNER]
    if len(wanted) != 1:
        raise DriftError(name, f"one table that begins with {_CORNER!r}", f"{len(wanted)} of {len(found)} tables")
    at, table = wanted[0]
    _require_shape(table, f"html:table[{at}]")
    return at, table


def _require_shape(table: PageTable, where: str) -> None:
    width = len(table[0])
    odd = [row for row in table if len(row) != width or any(cell.spans for cell in row)]
    if odd or not 2 <= width <= 1 + len(MONTHS):
        expected = f"rows of as many cells as the header has, and up to {len(MONTHS)} months"
        raise DriftError(where, expected, f"{len(odd)} other rows and {width - 1} months")


def _headings(table: PageTable) -> list[str]:
    return [cell.text for cell in table[0][1:]]


def _months(headings: Sequence[str], where: str) -> list[date]:
    """The months of the headings, which follow each other from October on."""
    found = [_month(heading) for heading in headings]
    first = found[0]
    expected = [_after(first, n) for n in range(len(found))] if first and first.month == 10 else []
    if found != expected:
        raise DriftError(where, "months in a row from October on, such as Oct-25", ", ".join(headings)[:300])
    return expected


def _month(heading: str) -> date | None:
    """`June-25`, `Jun-25` and `June 2025` are 1 June 2025; None for anything else."""
    match = _HEADING.fullmatch(heading)
    named = [n for n, full in enumerate(MONTH_NAMES) if match and full.casefold().startswith(match[1].casefold())]
    if match is None or len(named) != 1:
        return None
    return date(int(match[2]) % 100 + 2000, (named[0] + 9) % 12 + 1, 1)


def _after(first: date, months: int) -> date:
    number = first.month - 1 + months
    return date(first.year + number // 12, number % 12 + 1, 1)


def _labelled(table: PageTable, where: str) -> list[tuple[tuple[str, ...], list[TableCell]]]:
    """Each row with its labels: the group's, and its own where it is not the group's total."""
    labelled: list[tuple[tuple[str, ...], list[TableCell]]] = []
    group = ""
    for row in table[1:]:
        label = row[0].text
        if label in _REGIONS:
            group = label
            labelled.append(((group,), row))
        elif label in _WHERE and group:
            labelled.append(((group, label), row))
        else:
            raise DriftError(where, f"the rows {', '.join((*_REGIONS, *_WHERE))}", repr(label)[:_SHOWN])
    _require_each_once([labels for labels, _ in labelled], where)
    return labelled


def _require_each_once(rows: Sequence[tuple[str, ...]], where: str) -> None:
    expected = {labels for group in _REGIONS for labels in ((group,), *((group, part) for part in _WHERE))}
    if len(rows) != len(expected) or set(rows) != expected:
        shown = "; ".join("/".join(labels) for labels in rows)
        raise DriftError(where, "three groups of three rows, each once", shown[:500])


def _last_counted(table: PageTable) -> int:
    """The place of the last month that has a number in any row; -1 when none has."""
    return max((at for row in table[1:] for at, cell in enumerate(row[1:]) if cell.text != _NO_NUMBER), default=-1)


def _figure(
    where: str, labels: tuple[str, ...], heading: str, month: date, cell: TableCell, *, following: bool
) -> Observation:
    locator = f"{where}/{'/'.join(labels)}/{heading}"
    value, status = _number(cell.text, locator, following=following)
    return Observation(
        metric=_METRIC,
        dims=(("region", _REGIONS[labels[0]]), ("where", _WHERE[labels[1]] if len(labels) > 1 else "all")),
        period=_period(month, following=following),
        value=value,
        unit=METRICS[_METRIC].unit,
        status=status,
        raw=cell.text,
        locator=locator,
        table=TABLE,
        fiscal_year=fiscal_year(month),
        period_locator=f"{where}/{heading}",
    )


def _period(month: date, *, following: bool) -> Period:
    """A month that nothing is counted of yet has no known end."""
    year = fiscal_year(month)
    return month_of_fiscal_year(year, f"{month:%b}", None if following else fiscal_year_end(year))


def _number(text: str, locator: str, *, following: bool) -> tuple[float | None, Status]:
    if text == _NO_NUMBER:
        return None, "to_come" if following else "suppressed"
    if not _COUNT.fullmatch(text):
        raise DriftError(locator, "a whole number such as 3,280, or - for a month to come", repr(text)[:_SHOWN])
    return float(text.replace(",", "")), "reported"


def _gaps(observations: Sequence[Observation]) -> list[Finding]:
    """A month without a number before one that has some."""
    cells = tuple(o.locator for o in observations if o.status == "suppressed")
    if not cells:
        return []
    words = f"{cells[0]}: {len(cells)} cells have no number though a later month has some."
    return [Finding("figure_blank", "warn", "cells", cells, "a number in each month so far", f"{len(cells)} -", words)]


def modified(text: str) -> datetime | None:
    """The end of the day that the page states itself; None where it states none, or more than one."""
    stated = set(_MODIFIED.findall(text))
    if len(stated) != 1:
        return None
    month, day, year = stated.pop()
    try:
        return end_of_day(datetime.strptime(f"{month} {day} {year}", "%b %d %Y").date())  # noqa: DTZ007 - a day alone
    except ValueError:
        return None
