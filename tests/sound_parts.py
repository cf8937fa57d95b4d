"""What goes right at a publisher's desk and looks odd: as `tests.mutations`, with the cells that may be held for it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random

from checks.part_shares import PARTS
from figures.metric import ALL
from figures.records import Observation
from scrapers.workbook import CellValue
from tests.mutations import At, Grid, Taken, _at, _current, _sheet_of, _write
from tests.mutations_parts import KINDS, leaves, moved


@dataclass(frozen=True)
class Sound:
    """An edition with something odd and right in it: of `tables`, only `cells` may be held."""

    grid: Grid
    tables: frozenset[str]
    cells: frozenset[str]
    words: str


SoundMutation = Callable[[Random, Taken, Taken], Sound | None]


def round_shares(dice: Random, taken: Taken, before: Taken) -> Sound | None:
    """Percentages with two digits beside counts that are right to the unit."""
    shares = [o for o in taken.parsed.observations if o.unit == "fraction" and o.status == "reported" and o.value]
    tables = sorted({o.table for o in shares})
    if not tables:
        return None
    table = dice.choice(tables)
    mine = [o for o in shares if o.table == table]
    changes: dict[At, CellValue] = {_at(o): round(o.value or 0.0, 2) for o in mine}
    return Sound(
        _write(taken.grid, _sheet_of(mine[0]), changes), frozenset({table}), frozenset(), f"{table} in two digits"
    )


def add_reason(dice: Random, taken: Taken, before: Taken) -> Sound | None:
    """A reason that was never there, with its criminalities, and the total with it."""
    current = _current(taken)
    table = next((t for t in ("book_outs_by_reason", "releases_by_reason") if t in current), None)
    if table is None:
        return None
    figures = current[table]
    title = _sheet_of(figures[0])
    last = max(_at(o)[0] for o in figures)
    totals = [o for o in figures if dict(o.dims)["reason"] == ALL and o.value is not None]
    at, first = {_at(o)[1]: o for o in totals}, min(_at(o)[1] for o in totals)
    months = [c for c, o in at.items() if o.period.kind == "month" and o.value]
    year = next(c for c, o in at.items() if o.period.kind == "fiscal_year_to_date")
    counts = {c: [float(dice.randint(0, 60)) for _ in range(3)] for c in months}
    counts[year] = [sum(counts[c][n] for c in months) for n in range(3)]
    cells = {(r + 4 if r > last else r, c): v for (r, c), v in taken.grid.sheets[title].cells.items()}
    reason, criminality = first - 2, first - 1
    cells[last + 1, reason] = dice.choice(("Voluntary Departure", "Humanitarian Release Total", "Court Ordered"))
    rows = ("Total", "Convicted Criminal", "Pending Criminal Charges", "Other Immigration Violator")
    for n, label in enumerate(rows):
        cells[last + 1 + n, criminality] = label
        for c in at:
            each = counts.get(c, [0.0] * 3)
            cells[last + 1 + n, c] = sum(each) if n == 0 else each[n - 1]
    for c, o in at.items():
        cells[_at(o)] = (o.value or 0.0) + sum(counts.get(c, ()))
    return Sound(taken.grid.with_cells(title, cells), frozenset({table}), frozenset(), f"a new reason in {table}")


SHORTER = (
    ("DETENTION CENTER", "DET CTR"),
    ("DETENTION FACILITY", "DET. FACILITY"),
    ("CORRECTIONAL", "CORR"),
    ("COUNTY", "CO."),
    ("PROCESSING CENTER", "PROC. CTR."),
    ("CENTER", "CTR"),
    ("FACILITY", "FAC"),
)


def retyped(dice: Random, name: str) -> str:
    """A name as another hand would type it."""
    new = name
    for long, short in SHORTER:
        if long in new.upper() and dice.random() < 0.7:
            new = re.sub(re.escape(long), short, new, flags=re.IGNORECASE)
    if new == name or dice.random() < 0.3:
        new = dice.choice((f"{new} (ICE)", f"THE {new}", f"{new} ANNEX", f"{new} - MAIN"))
    return new


def retype_names(dice: Random, taken: Taken, before: Taken) -> Sound | None:
    """The names of ten to sixty facilities are typed anew."""
    names = [o for o in taken.parsed.observations if o.metric == "ice.facility_name" and o.status == "text"]
    names = [o for o in names if dict(o.dims)["facility"] != ALL]
    if len(names) < 60:
        return None
    some = dice.sample(sorted(names, key=lambda o: o.locator), dice.randint(10, 60))
    changes: dict[At, CellValue] = {_at(o): retyped(dice, o.raw.strip()) for o in some}
    tables = frozenset(t for t in _current(taken) if t.startswith("facility_"))
    return Sound(_write(taken.grid, _sheet_of(some[0]), changes), tables, frozenset(), f"{len(some)} names typed anew")


def empty_part(dice: Random, taken: Taken, before: Taken) -> Sound | None:
    """A small part empties, its people stand in the part beside it, and all totals agree."""
    wanted = ("facility_type", "disposition", "technology", "status")
    choices = []
    for _, figures in sorted(_current(taken).items()):
        mine = [o for o in figures if o.metric in PARTS and o.period.kind in KINDS]
        single = leaves(mine)
        for name in wanted:
            for part in sorted({dict(o.dims).get(name, "") for o in single} - {""}):
                emptied = [o for o in single if dict(o.dims).get(name) == part and o.value]
                total = sum(o.value or 0.0 for o in single)
                if emptied and 20 <= sum(o.value or 0.0 for o in emptied) <= 0.05 * total:
                    choices.append((name, emptied, single))
    if not choices:
        return None
    name, emptied, single = dice.choice(choices)
    keep = dice.choice((0.1, 0.11, 0.09, 0.01))
    changes: dict[At, CellValue] = {}
    grid = taken
    for o in emptied:
        others = [s for s in single if s.dims != o.dims and all(n == name or dict(s.dims)[n] == v for n, v in o.dims)]
        if not others:
            return None
        to = max(others, key=lambda s: s.value or 0.0)
        people = float(int((o.value or 0.0) * (1 - keep)))
        here = moved(grid, o, to, people)
        changes |= here
        grid = _with(grid, here, o)
    table = emptied[0].table
    words = f"{table}: {name} {dict(emptied[0].dims)[name]} at {keep:g} of what it was"
    return Sound(_write(taken.grid, _sheet_of(emptied[0]), changes), frozenset({table}), frozenset(), words)


def _with(taken: Taken, changes: Mapping[At, CellValue], like: Observation) -> Taken:
    """The figures of a table with some of them changed: what the next change starts from."""
    made = tuple(
        o._replace(value=changes[_at(o)])  # type: ignore[arg-type]
        if _sheet_of(o) == _sheet_of(like) and _at(o) in changes
        else o
        for o in taken.parsed.observations
    )
    return Taken(taken.grid, replace(taken.parsed, observations=made))


def miscount_area(dice: Random, taken: Taken, before: Taken) -> Sound | None:
    """One area is off by one person or two: its own rows may be held, and no other area's."""
    current = _current(taken)
    tables = [t for t in ("atd_areas", "transgender") if t in current]
    areas = [
        o
        for t in tables
        for o in current[t]
        if dict(o.dims).get("area", ALL) != ALL and o.unit == "people" and (o.value or 0.0) >= 3
    ]
    if not areas:
        return None
    o = dice.choice(areas)
    area = dict(o.dims)["area"]
    mine = {f.locator for f in current[o.table] if dict(f.dims).get("area") == area}
    if o.table == "transgender":  # its sum alone is off: any area may be the one
        mine = {f.locator for f in current[o.table] if "area" in dict(f.dims)}
    value = (o.value or 0.0) + dice.choice((1, -1, 2))
    words = f"{o.table}: {o.locator} of {area} says {value:g} for {o.raw}"
    return Sound(_write(taken.grid, _sheet_of(o), {_at(o): value}), frozenset({o.table}), frozenset(mine), words)


def miscount_month(dice: Random, taken: Taken, before: Taken) -> Sound | None:
    """One figure of one month is off: that month's cells may be held, and no other month's."""
    current = _current(taken)
    names = [t for t in ("book_ins_by_month", "book_outs_by_reason", "releases_by_reason", "bond") if t in current]
    table = dice.choice(names)
    months = [o for o in current[table] if o.period.kind == "month" and (o.value or 0.0) >= 50 and o.unit == "people"]
    if not months:
        return None
    o = dice.choice(months)
    column = _at(o)[1]
    mine = frozenset(f.locator for f in current[table] if _at(f)[1] == column)
    if table == "bond":
        return None if "all" not in dict(o.dims).values() else _share_of_month(dice, taken, o, mine)
    value = (o.value or 0.0) + dice.randint(1, 9)
    words = f"{table}: {o.locator} says {value:g} for {o.raw}"
    return Sound(_write(taken.grid, _sheet_of(o), {_at(o): value}), frozenset({table}), mine, words)


def _share_of_month(dice: Random, taken: Taken, o: Observation, mine: frozenset[str]) -> Sound | None:
    share = [f for f in taken.parsed.observations if f.locator in mine and f.unit == "fraction" and f.value]
    if not share:
        return None
    value = (share[0].value or 0.0) * dice.uniform(1.3, 2)
    grid = _write(taken.grid, _sheet_of(o), {_at(share[0]): value})
    return Sound(grid, frozenset({"bond"}), frozenset({share[0].locator}), f"bond: {share[0].locator} says {value:.3f}")


SOUND: Mapping[str, SoundMutation] = {
    "percentages in two digits": round_shares,
    "a new reason": add_reason,
    "names typed anew": retype_names,
    "a part that empties": empty_part,
    "one person in one area": miscount_area,
    "one doubtful month": miscount_month,
}
