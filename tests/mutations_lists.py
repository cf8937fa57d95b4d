"""What can go wrong with the list of facilities and with days and years, and every kind of fault done to parts."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random

from figures.cells import row_and_column
from figures.metric import ALL
from figures.records import Observation
from scrapers.workbook import CellValue
from tests.mutations import At, Mutated, Mutation, Taken, _at, _current, _sheet_of, _write
from tests.mutations_parts import blank_number, exchange_rows, move_people, rotate_rows

COUNTED_PLACES = ("facility_criminality", "facility_levels", "facility_threat", "facility_mandatory")


def _places(taken: Taken) -> dict[int, list[Observation]]:
    """The counted cells of each row of the list of facilities."""
    rows: dict[int, list[Observation]] = defaultdict(list)
    for table, figures in _current(taken).items():
        if table in COUNTED_PLACES:
            for o in figures:
                if o.value is not None and dict(o.dims)["facility"] != ALL:
                    rows[_at(o)[0]].append(o)
    return rows


def _average(row: Sequence[Observation]) -> float:
    return sum(o.value or 0.0 for o in row if o.table == "facility_criminality")


def scale_facility(dice: Random, taken: Taken, before: Taken) -> Mutated | None:
    """One facility at a tenth of what it was, in a list that comes in any order."""
    rows = _places(taken)
    had = {
        dict(o.dims)["facility"] for o in before.parsed.observations if o.table == "facility_criminality" and o.value
    }
    large = [r for r, row in rows.items() if _average(row) >= 10 and dict(row[0].dims)["facility"] in had]
    if not large:
        return None
    row = dice.choice(sorted(large))
    title = _sheet_of(rows[row][0])
    cells = {**taken.grid.sheets[title].cells, **{_at(o): (o.value or 0.0) / 10 for o in rows[row]}}
    if dice.random() < 0.5:
        cells = _shuffled(dice, cells, sorted(rows))
    name = dict(rows[row][0].dims)["facility"]
    return Mutated(taken.grid.with_cells(title, cells), frozenset(COUNTED_PLACES), f"{name} at a tenth")


def _shuffled(dice: Random, cells: Mapping[At, CellValue], rows: Sequence[int]) -> dict[At, CellValue]:
    there = list(rows)
    dice.shuffle(there)
    to = dict(zip(rows, there, strict=True))
    return {(to.get(row, row), column): value for (row, column), value in cells.items()}


def shorten_list(dice: Random, taken: Taken, before: Taken) -> Mutated | None:
    """Facilities that hold four to nine people in a hundred are left out: two large ones, or many here and there."""
    rows = _places(taken)
    total = sum(map(_average, rows.values()))
    if len(rows) < 60 or not total:
        return None
    wanted = dice.uniform(0.04, 0.09) * total
    order = (
        sorted(rows, key=lambda row: -_average(rows[row]))
        if dice.random() < 0.5
        else dice.sample(sorted(rows), len(rows))
    )
    gone: set[int] = set()
    for row in order:
        left = wanted - sum(_average(rows[each]) for each in gone)
        if left > 0.01 * total and _average(rows[row]) <= left + 0.01 * total:
            gone.add(row)
    title = _sheet_of(next(iter(rows.values()))[0])
    cells = {
        (row - len([1 for each in gone if each < row]), column): value
        for (row, column), value in taken.grid.sheets[title].cells.items()
        if row not in gone
    }
    share = sum(_average(rows[each]) for each in gone) / total
    return Mutated(
        taken.grid.with_cells(title, cells),
        frozenset(COUNTED_PLACES),
        f"{len(gone)} facilities with {share:.1%} left out",
    )


def leave_year_end(dice: Random, taken: Taken, before: Taken) -> Mutated | None:
    """A year-end file in which one sheet, or what the footnotes say of one table, is that of the edition before."""
    year = taken.parsed.fiscal_year
    ends = {
        o.period.end for o in taken.parsed.observations if o.table == "book_ins_by_month" and o.status == "reported"
    }
    if year is None or date(year, 9, 30) not in ends:
        return None
    here, there = _current(taken), _current(before)
    sheets = [t for t in ("adp", "facility_criminality") if t in here and t in there]
    if dice.random() < 0.5:
        table = dice.choice(sheets)
        title, old = _sheet_of(here[table][0]), _sheet_of(there[table][0])
        if {o.raw for o in here[table]} == {o.raw for o in there[table]}:
            return None  # the year was over in the edition before too
        tables = frozenset(name for name, figures in here.items() if _sheet_of(figures[0]) == title)
        grid = taken.grid.with_cells(title, before.grid.sheets[old].cells)
        return Mutated(grid, tables, f"year-end file with the sheet of {table} of the edition before")
    table = dice.choice([t for t in ("book_ins_by_month", "adp", "removals", "facility_criminality") if t in here])
    return _redated(taken, table, -timedelta(days=dice.choice((10, 13, 14, 17, 21))), "year-end file: ")


def _redated(taken: Taken, table: str, by: timedelta, words: str) -> Mutated | None:
    """The day that is stated for a table, moved."""
    o = next(o for o in _current(taken)[table] if o.period.kind != "month" and o.period.end)
    if not o.period_locator or not o.period.end:
        return None
    title, _, cell = o.period_locator.removeprefix("xlsx:").rpartition("!")
    at, day = row_and_column(cell), o.period.end
    text = str(taken.grid.sheets[title].cells[at])
    pattern = re.compile(rf"(?<!\d)0?{day.month}([/.])0?{day.day}\1(?:{day.year})(?!\d)")
    new = day + by
    changed = pattern.sub(lambda m: f"{new.month:02}{m[1]}{new.day:02}{m[1]}{new.year}", text)
    if changed == text:
        return None
    tables = frozenset(
        name for name, figures in _current(taken).items() if any(f.period_locator == o.period_locator for f in figures)
    )
    grid = _write(taken.grid, title, {at: changed})
    return Mutated(grid, tables, f"{words}{table} dated {new} for {day}")


def redate_snapshot(dice: Random, taken: Taken, before: Taken) -> Mutated | None:
    """The day of the people held is another than that of the counts beside it."""
    days = dice.choice((-7, -8, -10, -13, -14, -21, -30, -61, 7, 10, 14, 30))
    return _redated(taken, "detained_by_criminality", timedelta(days=days), "")


def change_closed_year(dice: Random, taken: Taken, before: Taken) -> Mutated | None:
    """A figure of a year gone by moves by a tenth and more: on a sheet carried along, or in a table of years."""
    year = taken.parsed.fiscal_year or 0
    old = {(o.series, o.period) for o in before.parsed.observations if o.value}
    frozen = [o for o in taken.parsed.observations if o.status == "not_current" and (o.value or 0.0) >= 10]
    frozen = [o for o in frozen if (o.series, o.period) in old]
    years = [
        o
        for o in taken.parsed.observations
        if o.period.kind == "fiscal_year"
        and (o.value or 0.0) >= 20
        and o.period.end
        and o.period.end.year <= year - 2
        and (o.series, o.period) in old
        and o.status == "reported"
    ]
    kinds = [some for some in (frozen, years) if some]
    if not kinds:
        return None
    o = dice.choice(dice.choice(kinds))
    value = float(round((o.value or 0.0) * dice.choice((0.5, 0.8, 0.9, 1.12, 1.3, 2))))
    words = f"{o.table}: {o.locator} of a closed year from {o.raw} to {value:g}"
    return Mutated(_write(taken.grid, _sheet_of(o), {_at(o): value}), frozenset({o.table}), words)


FAULTS: Mapping[str, Mutation] = {
    "move people from one part to another": move_people,
    "delete a number": blank_number,
    "turn three rows": rotate_rows,
    "exchange two rows": exchange_rows,
    "put one facility at a tenth": scale_facility,
    "leave facilities out of the list": shorten_list,
    "leave a year-end sheet as it was": leave_year_end,
    "put another day over the people held": redate_snapshot,
    "change a closed year": change_closed_year,
}
