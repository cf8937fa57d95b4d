"""What can go wrong at a publisher's desk, done to the cells of a workbook: a seeded hand that slips.

Each mutation takes the sheets as the reader gets them and returns them with other cells; nothing is told to the checks.
A mutation that finds nothing to be done to (no closed month yet, no list of facilities) returns None.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random

from checks.history.compare import closed
from figures.cells import letters, row_and_column
from figures.records import Observation, Parsed
from scrapers.xlsx.reader import CellValue, Sheet, Workbook

At = tuple[int, int]
_DATE = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(\d{4})(?![\d/])")
FOOTNOTES = "footnotes"


@dataclass(frozen=True)
class Grid:
    """An opened workbook in memory (`scrapers.ice.workbook.Sheets`)."""

    titles: Sequence[tuple[str, bool]]
    modified_at: datetime | None
    sheets: Mapping[str, Sheet]

    def sheet(self, title: str) -> Sheet:
        return self.sheets[title]

    def with_cells(self, title: str, cells: Mapping[At, CellValue]) -> "Grid":
        return replace(self, sheets={**self.sheets, title: replace(self.sheets[title], cells=cells)})


def opened(content: bytes) -> Grid:
    book = Workbook(content)
    return Grid(book.titles, book.modified_at, {title: book.sheet(title) for title, _ in book.titles})


@dataclass(frozen=True)
class Taken:
    """An edition as it was published: its sheets, what was read from them."""

    grid: Grid
    parsed: Parsed


@dataclass(frozen=True)
class Mutated:
    """`tables` are those whose figures no longer are what the publisher counted; empty for the whole release."""

    grid: Grid
    tables: frozenset[str]
    words: str


# (dice, the edition, the edition before it of the same fiscal year) -> the edition with a fault
Mutation = Callable[[Random, Taken, Taken], Mutated | None]


def _sheet_of(o: Observation) -> str:
    return o.locator.removeprefix("xlsx:").rpartition("!")[0]


def _at(o: Observation) -> At:
    return row_and_column(o.locator.rpartition("!")[2])


def _current(taken: Taken) -> dict[str, list[Observation]]:
    """The figures of each table that is shown as current."""
    tables: dict[str, list[Observation]] = defaultdict(list)
    for o in taken.parsed.observations:
        if o.status not in ("not_current", "text"):
            tables[o.table].append(o)
    return tables


def _numbers(figures: Iterable[Observation]) -> list[Observation]:
    return [o for o in figures if o.status == "reported" and o.value]


def _write(grid: Grid, title: str, changes: Mapping[At, CellValue]) -> Grid:
    cells = dict(grid.sheets[title].cells)
    for at, value in changes.items():
        if value is None:
            cells.pop(at, None)
        else:
            cells[at] = value
    return grid.with_cells(title, cells)


def swap_agencies(dice: Random, taken: Taken, before: Taken) -> Mutated | None:
    """The figures of ICE and CBP in each other's place, shares and all; the totals stay."""
    tables = _current(taken)
    table = dice.choice([t for t in ("detained_by_criminality", "book_ins_by_month", "adp", "alos") if t in tables])
    title = _sheet_of(tables[table][0])
    cells = taken.grid.sheets[title].cells
    pairs: dict[object, dict[str, At]] = defaultdict(dict)
    for o in tables[table]:
        named = dict(o.dims)
        agency = named.pop("agency", "")
        pairs[o.metric, tuple(named.items()), o.period][agency] = _at(o)
    changes: dict[At, CellValue] = {}
    for places in pairs.values():
        if "ICE" in places and "CBP" in places:
            changes[places["ICE"]] = cells.get(places["CBP"])
            changes[places["CBP"]] = cells.get(places["ICE"])
    return Mutated(_write(taken.grid, title, changes), frozenset({table}), f"ICE and CBP exchanged in {table}")


def repeat_sheet(dice: Random, taken: Taken, before: Taken) -> Mutated | None:
    """The sheet of the edition before under this edition's title, and all other sheets anew."""
    anchors = {"adp": "detention", "atd_areas": "ATD", "facility_criminality": "facilities"}
    here, there = _current(taken), _current(before)
    table = dice.choice([table for table in anchors if table in here and table in there])
    title, old = _sheet_of(here[table][0]), _sheet_of(there[table][0])
    cells = before.grid.sheets[old].cells
    if before.parsed.run_date == taken.parsed.run_date:
        return None  # issued again within days: its sheets rightly repeat
    tables = frozenset(name for name, figures in here.items() if _sheet_of(figures[0]) == title)
    return Mutated(taken.grid.with_cells(title, cells), tables, f"{anchors[table]} sheet of the edition before")


def cut_closed_month(dice: Random, taken: Taken, before: Taken) -> Mutated | None:
    """A month that was over in the edition before loses 5 % of all its figures, and the year to date what it lost."""
    tables, stated = _current(taken), {(o.series, o.period) for o in before.parsed.observations}
    choices = [
        (table, period)
        for table in ("book_ins_by_month", "releases_by_reason", "book_outs_by_reason", "adp", "alos")
        for period in sorted({o.period for o in tables.get(table, ()) if o.period.kind == "month" and o.value})
        if closed(period) and any((o.series, period) in stated for o in tables[table])
    ]
    if not choices:
        return None
    table, period = dice.choice(choices)
    figures = {(o.series, o.period): o for o in tables[table]}
    to_date = {o.series: o for o in tables[table] if o.period.kind == "fiscal_year_to_date"}
    counted = tables[table][0].unit == "people"
    lost = {o.series: (o.value or 0.0) * 0.05 for o in tables[table] if o.period == period and o.value}
    if counted:
        lost = _whole(lost, figures, period)
    changes: dict[At, CellValue] = {}
    for series, less in lost.items():
        month, year = figures[series, period], to_date.get(series)
        changes[_at(month)] = (month.value or 0.0) - less
        if counted and year and year.value:
            changes[_at(year)] = year.value - less
    title = _sheet_of(tables[table][0])
    words = f"{table}: 5 % off {period.start:%B %Y}"
    return Mutated(_write(taken.grid, title, changes), frozenset({table}), words)


def _whole(
    lost: Mapping[str, float], figures: Mapping[tuple[str, object], Observation], period: object
) -> dict[str, float]:
    """Whole numbers of people: single figures are rounded, sums are made of them, as a query would."""
    rounded = {series: float(round(less)) for series, less in lost.items()}
    dims = {series: dict(figures[series, period].dims) for series in lost}
    for name in sorted({name for named in dims.values() for name in named}):
        for series, named in dims.items():
            if named.get(name) != "all":
                continue
            parts = [s for s, d in dims.items() if d[name] != "all" and {**d, name: "all"} == named]
            if parts:
                rounded[series] = sum(rounded[part] for part in parts)
    return rounded


def drop_facilities(dice: Random, taken: Taken, before: Taken) -> Mutated | None:
    """Ten to forty neighbouring rows of the list of facilities are lost, as from a page that was not copied."""
    listed = _current(taken).get("facility_criminality", ())
    rows = sorted({_at(o)[0] for o in listed})
    if len(rows) < 60:
        return None
    many = dice.randint(10, 40)
    first = dice.randrange(len(rows) - many)
    gone = set(range(rows[first], rows[first + many]))
    title = _sheet_of(listed[0])
    cells = {
        (row - len([1 for each in gone if each < row]), column): value
        for (row, column), value in taken.grid.sheets[title].cells.items()
        if row not in gone
    }
    tables = frozenset(o.table for o in taken.parsed.observations if _sheet_of(o) == title)
    words = f"{many} rows from row {rows[first]} of the list of facilities"
    return Mutated(taken.grid.with_cells(title, cells), tables, words)


def put_run_date_back(dice: Random, taken: Taken, before: Taken) -> Mutated | None:
    """The footnotes state the days of an older edition: everything in them, or the days of the queries alone."""
    run, run_before = taken.parsed.run_date, before.parsed.run_date
    titles = [t for t, visible in taken.grid.titles if visible and t.strip().lower().startswith(FOOTNOTES)]
    if run is None or run_before is None or not titles:
        return None
    back = (run - run_before) + timedelta(days=dice.randint(1, 30))
    every = dice.random() < 0.5

    def older(match: re.Match[str]) -> str:
        try:
            day = date(int(match[3]), int(match[1]), int(match[2]))
        except ValueError:
            return match[0]
        return f"{day - back:%m/%d/%Y}" if every or abs(day - run) <= timedelta(days=1) else match[0]

    cells = taken.grid.sheets[titles[0]].cells
    changed = {at: _DATE.sub(older, value) if isinstance(value, str) else value for at, value in cells.items()}
    words = f"{'all days' if every else 'the run dates'} of the footnotes {back.days} days back"
    return Mutated(taken.grid.with_cells(titles[0], changed), frozenset(), words)


def multiply_column(dice: Random, taken: Taken, before: Taken) -> Mutated | None:
    """Every number of one column of one table, ten times as large."""
    choices = _lines(taken, column=True)
    table = dice.choice(sorted(choices))
    column, figures = dice.choice(sorted(choices[table].items()))
    title = _sheet_of(figures[0])
    changes = {_at(o): (o.value or 0.0) * 10 for o in figures}
    words = f"{table}: column {letters(column)} ten times"
    return Mutated(_write(taken.grid, title, changes), frozenset({table}), words)


def move_row(dice: Random, taken: Taken, before: Taken) -> Mutated | None:
    """The figures of a row and its neighbour change places, or all from a row on slip down by one; labels stay."""
    choices = {table: rows for table, rows in _lines(taken, column=False).items() if len(rows) > 3}
    table = dice.choice(sorted(choices))
    rows = choices[table]
    inside = [row for row in sorted(rows) if row + 1 in rows and _differ(rows[row], rows[row + 1])]
    if not inside:
        return None
    first = dice.choice(inside)
    title = _sheet_of(rows[first][0])
    cells = taken.grid.sheets[title].cells
    columns = sorted({_at(o)[1] for row in rows.values() for o in row})
    if dice.random() < 0.5:
        order = {first: first + 1, first + 1: first}
        words = f"{table}: rows {first} and {first + 1} change places"
    else:
        last = first
        while last + 1 in rows:
            last += 1
        # The last one's figures have no row left.
        order = {row: row - 1 for row in range(first + 1, last + 1)} | {first: 0}
        words = f"{table}: rows {first} to {last} slip down by one"
    changes = {(row, column): cells.get((source, column)) for row, source in order.items() for column in columns}
    return Mutated(_write(taken.grid, title, changes), frozenset({table}), words)


def _lines(taken: Taken, *, column: bool) -> dict[str, dict[int, list[Observation]]]:
    """Numbers other than zero by table, and by column or row: of columns those with two and more."""
    found: dict[str, dict[int, list[Observation]]] = defaultdict(lambda: defaultdict(list))
    visible = {title for title, shown in taken.grid.titles if shown}
    for table, figures in _current(taken).items():
        for o in _numbers(figures):
            if _sheet_of(o) in visible:
                found[table][_at(o)[1 if column else 0]].append(o)
    if column:
        found = {t: {c: f for c, f in lines.items() if len(f) > 1} for t, lines in found.items()}  # type: ignore[assignment]
    return {table: lines for table, lines in found.items() if lines}


def _differ(one: Sequence[Observation], other: Sequence[Observation]) -> bool:
    """Whether exchanging two rows says something else of anybody: a number of one and more that moves by a tenth."""
    there = {_at(o)[1]: o.value or 0.0 for o in other}
    return any(abs((o.value or 0.0) - there.get(_at(o)[1], 0.0)) > max(1.0, 0.1 * abs(o.value or 0.0)) for o in one)


MUTATIONS: Mapping[str, Mutation] = {
    "swap two agency columns": swap_agencies,
    "repeat last month's sheet": repeat_sheet,
    "subtract 5 % from a closed month": cut_closed_month,
    "drop a facility block": drop_facilities,
    "put the run date back": put_run_date_back,
    "multiply a column by ten": multiply_column,
    "move a row by one": move_row,
}
