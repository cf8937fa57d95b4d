"""From rows to figures: CBP publishes no totals, each figure is a sum of rows that its locator names.

`csv:Fiscal Year=2026 (FYTD);Month (abbv)=NOV;Land Border Region=Southwest Land Border#Encounter Count[136 rows,
36173-36308]` is the sum over the 136 rows with these labels, of which the first is row 36173 of the file and the last
row 36308; the header is row 1. `Demographic=*` says that the figure is one for all groups of a metric that is split by
them: each figure has a locator of its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from figures.metrics.catalogue import METRICS
from figures.metrics.metric import ALL
from figures.periods import (
    Period,
    fiscal_year_end,
    fiscal_year_start,
    fiscal_year_to_date,
    month_of_fiscal_year,
)
from figures.records import Observation
from scrapers.cbp.columns import (
    AREA,
    AUTHORITY,
    BORDER_PATROL,
    COMPONENT,
    COUNT,
    DEMOGRAPHIC,
    MEANINGS,
    MONTH,
    MONTHS,
    REGION,
    RUNNING,
    YEAR,
    Layout,
)

_DIMENSION = {
    COMPONENT: "component",
    REGION: "region",
    DEMOGRAPHIC: "demographic",
    AUTHORITY: "authority",
    AREA: "sector",
}
# The columns that figures are split by, in the order of every header; what a file lacks is an empty label.
SPLIT_BY = (COMPONENT, REGION, AREA, DEMOGRAPHIC, AUTHORITY)


class Cell(NamedTuple):
    """The labels that rows are told apart by: a year, a month and one label for each column of SPLIT_BY."""

    year: str
    month: str
    labels: tuple[str, ...]


@dataclass(slots=True)
class Sum:
    """Of some rows: their counts added up, how many they are, and the first and last of them in the file."""

    total: int
    rows: int
    first: int
    last: int

    def add(self, other: "Sum") -> None:
        self.total += other.total
        self.rows += other.rows
        self.first = min(self.first, other.first)
        self.last = max(self.last, other.last)


@dataclass(frozen=True, slots=True)
class Split:
    """A metric, and the columns that it is split by; along each but a sector the rows are summed over as well.

    With `years` it is summed over fiscal years too.
    """

    metric: str
    by: tuple[str, ...]
    years: bool = False
    named: str = ""  # the column that every locator of the metric names, with `*` where all its rows are summed


SPLITS = (
    Split("cbp.encounters", (COMPONENT, REGION), years=True),
    Split("cbp.encounters_by_demographic", (DEMOGRAPHIC, REGION), named=DEMOGRAPHIC),
    Split("cbp.encounters_by_authority", (AUTHORITY, COMPONENT, REGION), named=AUTHORITY),
    Split("cbp.encounters_by_sector", (COMPONENT, AREA)),
)
_Selection = tuple[tuple[str, str], ...]


def figures(layout: Layout, cells: Mapping[Cell, Sum]) -> Iterator[Observation]:
    """Every figure that a file's columns allow, in order of metric, period and labels."""
    running = max((cell for cell in cells if cell.year.endswith(RUNNING)), key=_when, default=None)
    for split in SPLITS:
        if split.metric.endswith("_by_sector") and AREA not in layout.header:
            continue
        sums: dict[_Selection, Sum] = {}
        for cell, one in cells.items():
            for selection in _selections(split, layout, cell):
                _add(sums, ((YEAR, cell.year), (MONTH, cell.month), *selection), one)
                if split.years:
                    _add(sums, ((YEAR, cell.year), *selection), one)
        for selection, total in sorted(sums.items(), key=lambda item: _order(item[0])):
            yield _figure(split, layout, selection, total, running)


def _add(sums: dict[_Selection, Sum], selection: _Selection, one: Sum) -> None:
    if selection in sums:
        sums[selection].add(one)
    else:
        sums[selection] = Sum(one.total, one.rows, one.first, one.last)


def _selections(split: Split, layout: Layout, cell: Cell) -> Iterator[_Selection]:
    """What a cell counts towards: each choice of its own label or of all labels, column by column."""
    labels = dict(zip(SPLIT_BY, cell.labels, strict=True))
    if AREA in split.by:
        if labels[COMPONENT] == BORDER_PATROL:
            yield ((COMPONENT, BORDER_PATROL), (AREA, labels[AREA]))
        return
    selections: list[_Selection] = [()]
    for column in SPLIT_BY:
        if column in split.by and column in layout.header:
            selections = [s for each in selections for s in (each, (*each, (column, labels[column])))]
    yield from selections


def _when(cell: Cell) -> tuple[str, int]:
    return cell.year, MONTHS.index(cell.month)


def _order(selection: _Selection) -> tuple[object, ...]:
    labels = dict(selection)
    month = MONTHS.index(labels[MONTH]) if MONTH in labels else -1
    return (labels[YEAR], month, *(labels.get(column, "") for column in SPLIT_BY))


def _figure(split: Split, layout: Layout, selection: _Selection, total: Sum, running: Cell | None) -> Observation:
    labels = dict(selection)
    year = int(labels[YEAR][:4])
    dims = []
    for column in split.by:
        if column == COMPONENT and AREA in split.by:
            continue
        label = labels.get(column)
        without = layout.region if column == REGION else ALL
        dims.append((_DIMENSION[column], MEANINGS[column][label] if label else without))
    unnamed = ((split.named, "*"),) if split.named and split.named not in labels else ()
    conditions = ";".join(f"{column}={label}" for column, label in (*selection, *unnamed))
    return Observation(
        metric=split.metric,
        dims=tuple(sorted(dims)),
        period=_period(labels, year, running),
        value=float(total.total),
        unit=METRICS[split.metric].unit,
        status="reported",
        raw=str(total.total),
        locator=f"csv:{conditions}#{COUNT}[{total.rows} rows, {total.first}-{total.last}]",
        table=layout.table,
        fiscal_year=year,
    )


def _period(labels: Mapping[str, str], year: int, running: Cell | None) -> Period:
    if MONTH in labels:
        return month_of_fiscal_year(year, labels[MONTH].title(), fiscal_year_end(year))
    if running is not None and labels[YEAR] == running.year:
        through = month_of_fiscal_year(year, running.month.title(), fiscal_year_end(year)).end
        return fiscal_year_to_date(year, through)
    return Period("fiscal_year", fiscal_year_start(year), fiscal_year_end(year))
