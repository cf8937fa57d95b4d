"""What reading a sheet gives: figures, findings, and which cells were understood. Every sheet reader returns one."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from figures.cells import letters
from figures.metrics import METRICS
from figures.periods import Period
from figures.records import Dims, Finding, Observation, Severity, Status
from scrapers.ice_footnotes import Statement
from scrapers.workbook import CellValue, Sheet

Position = tuple[int, int]
# What ICE has put in place of a number: `-` (2021-22), `#N/A` (FY2019), `*`, `N/A`, no-break spaces (2025).
# The longest list so far has 1,906 rows, every facility that was ever used (6 January 2021), and that edition 59,209
# figures. What has more than these is no edition of ICE's, and would cost too much to go through.
MOST_ROWS = 4_000
MOST_FIGURES = 150_000
NO_NUMBER = frozenset({"-", "*", "n/a", "#n/a", "na", ""})


@dataclass(frozen=True, slots=True)
class Context:
    """What a reader is told beside the sheet: its fiscal year, whether it is the current one, and the stated dates.

    `dates` holds, by clock (`scrapers.ice_footnotes.CLOCKS`), the statement that dates a block, or the reason why
    none does.
    """

    year: int
    is_current: bool
    dates: Mapping[str, Statement | str] = field(default_factory=dict)

    def statement(self, clock: str) -> Statement | None:
        found = self.dates.get(clock)
        return found if isinstance(found, Statement) else None

    @property
    def severity(self) -> Severity:
        """How loud a fault is: a sheet that is not current can hold nothing back."""
        return "hold" if self.is_current else "note"


@dataclass(frozen=True, slots=True)
class Block:
    """`used` are the positions that were mapped to a figure, or read as a title, header, label or stated date."""

    observations: tuple[Observation, ...] = ()
    findings: tuple[Finding, ...] = ()
    used: frozenset[Position] = frozenset()


def joined(blocks: Iterable[Block]) -> Block:
    parts = list(blocks)
    return Block(
        tuple(o for part in parts for o in part.observations),
        tuple(f for part in parts for f in part.findings),
        frozenset().union(*(part.used for part in parts)),
    )


def raw_text(value: CellValue) -> str:
    """What the cell shows, without rounding: integers bare, other numbers as Python writes them, dates as ISO."""
    if type(value) is float:  # asked first: most cells that are not texts
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else str(value)
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def number(value: CellValue) -> tuple[float | None, Status]:
    """A cell where a number belongs: its value, or why there is none."""
    if type(value) is float or type(value) is int:
        return (float(value), "reported") if math.isfinite(value) else (None, "suppressed")
    return (None, "blank") if value is None else (None, "suppressed")


def figure(
    sheet: Sheet,
    at: Position,
    metric: str,
    dims: Dims,
    period: Period,
    table: str,
    context: Context,
    statement: Statement | None = None,
    *,
    value: float | None = None,
    status: Status | None = None,
) -> Observation:
    """One observation of a cell; `dims` come in the order of their names.

    The value is read from the cell unless `status` is given with it. Metrics of unit `text` keep the cell's text in
    `raw` and have no value.
    """
    cell = sheet.cells.get(at)
    unit = METRICS[metric].unit
    raw = cell if type(cell) is str else raw_text(cell)
    if status is None:
        if unit == "text":
            status = "blank" if cell is None else "text"
        else:
            value, status = number(cell)
    return Observation(  # by position: half the cost, and there are half a million
        metric,
        dims,
        period,
        value,
        unit,
        status if context.is_current else "not_current",
        raw,
        f"{sheet.prefix}{letters(at[1])}{at[0]}",
        table,
        context.year,
        statement.run if statement else None,
        statement.locator if statement else "",
    )


def odd_cells(observations: Iterable[Observation], severity: Severity) -> list[Finding]:
    """A text where a number belongs is said, unless it is one of the known marks; so is a negative number."""
    found = []
    for o in observations:
        if o.status == "suppressed" and o.raw.replace("\xa0", " ").strip().casefold() not in NO_NUMBER:
            words = f"{o.locator} holds {o.raw!r} where a number belongs; it is stored without a value."
            found.append(Finding("not_a_number", severity, "cells", (o.locator,), "a number", repr(o.raw), words))
        elif o.value is not None and o.value < 0:
            words = f"{o.locator} holds {o.raw}, and what is counted here cannot be less than nothing."
            found.append(Finding("negative", severity, "cells", (o.locator,), "0 or more", o.raw, words))
    return found
