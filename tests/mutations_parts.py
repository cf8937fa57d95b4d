"""More of what can go wrong at a publisher's desk, to parts of tables: as `tests.mutations`, of other kinds."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from random import Random

from checks.part_shares import PARTS
from figures.metric import ALL
from figures.records import Dims, Observation
from scrapers.workbook import CellValue
from tests.mutations import At, Mutated, Taken, _at, _current, _lines, _sheet_of, _write

FORTNIGHT = 14
KINDS = ("instant", "fiscal_year_to_date")
TRIES = 20


def _numbers(figures: Iterable[Observation]) -> list[Observation]:
    return [o for o in figures if o.status == "reported" and o.value]


def _above(dims: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether a figure counts another among its own: each dimension is the same or `all`."""
    return dims.keys() == other.keys() and all(value in (ALL, other[name]) for name, value in dims.items())


def moved(taken: Taken, leaf: Observation, to: Observation, people: float) -> dict[At, CellValue]:
    """People moved from one single figure to another, in the year and its months, totals as a query would make them."""
    changes: dict[At, CellValue] = {}
    sheet = _sheet_of(leaf)
    figures = [o for o in taken.parsed.observations if o.metric == leaf.metric and _sheet_of(o) == sheet]
    source, target = dict(leaf.dims), dict(to.dims)
    lots: list[tuple[object, float]] = [(leaf.period, people)]
    months = [o for o in figures if o.period.kind == "month" and o.dims == leaf.dims and o.value]
    if months and leaf.unit == "people":
        left = people
        for month in sorted(months, key=lambda o: -(o.value or 0.0)):
            take = min(left, float(int(month.value or 0.0)))
            lots.append((month.period, take))
            left -= take
        if left:
            return {}
    for period, many in lots:
        for o in (o for o in figures if o.period == period and o.value is not None):
            named = dict(o.dims)
            by = many * (_above(named, target) - _above(named, source))
            if by:
                changes[_at(o)] = (o.value or 0.0) + by
    return changes | (_shares(taken, changes) if leaf.metric == "ice.detained" else {})


def _shares(taken: Taken, changes: Mapping[At, CellValue]) -> dict[At, CellValue]:
    """The percentages beside the people held, as their counts now say."""
    counts = {o.dims: o for o in taken.parsed.observations if o.metric == "ice.detained" and o.value is not None}

    def value(o: Observation) -> float:
        changed = changes.get(_at(o), o.value)
        return float(changed) if isinstance(changed, int | float) else 0.0

    made: dict[At, CellValue] = {}
    for share in (o for o in taken.parsed.observations if o.metric == "ice.detained_share" and o.value is not None):
        whole = counts.get(tuple((n, ALL if n == "agency" else v) for n, v in share.dims))
        count = counts.get(share.dims)
        if count and whole and value(whole):
            made[_at(share)] = value(count) / value(whole)
    return made


def leaves(figures: Sequence[Observation]) -> list[Observation]:
    """Single figures: no totals, and no rows that are part of another row."""
    return [o for o in figures if o.value is not None and _is_leaf(dict(o.dims))]


def _is_leaf(named: dict[str, str]) -> bool:
    return named.pop("part_of", ALL) == ALL and ALL not in named.values()


def _siblings(leaves: Sequence[Observation]) -> list[tuple[Observation, Observation, str]]:
    """Pairs of single figures that differ in one dimension alone."""
    found = []
    for one in leaves:
        for other in leaves:
            apart = [n for (n, v), (_, w) in zip(one.dims, other.dims, strict=False) if v != w]
            if len(apart) == 1 and one is not other and len(one.dims) == len(other.dims):
                found.append((one, other, apart[0]))
    return found


# As much as a share moved at most in sound editions, by how it is counted (`checks.part_shares` says of what).
MOST = {"counted": 0.48, "averaged": 0.5, "of_a_day": 0.1}


def move_people(dice: Random, taken: Taken, before: Taken) -> Mutated | None:
    """People of one part stand in another part's row: from 1.4 to 3 times as many as ever did."""
    old = {(o.table, o.period.kind, o.dims): o for o in before.parsed.observations if o.value}
    choices: dict[str, list[tuple[Observation, Observation, float]]] = defaultdict(list)
    for table, figures in sorted(_current(taken).items()):
        mine = [o for o in figures if o.metric in PARTS and o.period.kind in KINDS]
        for one, other, apart in _siblings(leaves(mine)):
            whole = next((o for o in mine if o.dims == _whole(one, apart)), None)
            was = old.get((table, one.period.kind, whole.dims)) if whole else None
            known = all((table, one.period.kind, o.dims) in old for o in (one, other))
            most = max(_most(whole, was), 600) if whole and was and known and apart in PARTS[one.metric] else 0
            if whole and most and (whole.value or 0.0) >= 8000 and (one.value or 0.0) > 1.4 * most:
                choices[table].append((one, other, most))
    if not choices:
        return None
    table = dice.choice(sorted(choices))
    one, other, most = dice.choice(choices[table])
    people = float(int(min(most * dice.uniform(1.4, 3), one.value or 0.0)))
    changes = moved(taken, one, other, people)
    if not changes:
        return None
    words = f"{table}: {people:,.0f} people from {one.locator} to {other.locator}"
    return Mutated(_write(taken.grid, _sheet_of(one), changes), frozenset({table}), words)


def _whole(one: Observation, apart: str) -> Dims:
    return tuple((name, ALL if name == apart else value) for name, value in one.dims)


def _most(whole: Observation, was: Observation) -> float:
    """How many people of a total stood elsewhere at most, in any sound edition."""
    start, end, then = whole.period.start, whole.period.end, was.period.end
    if not (start and end and then and whole.value) or end < then:
        return 0.0
    days = (end - then).days
    if whole.period.kind == "instant":
        return MOST["of_a_day"] * whole.value * max(1.0, days / FORTNIGHT)
    if whole.unit == "people":
        return MOST["counted"] * max(whole.value - (was.value or 0.0), 0.01 * whole.value)
    return MOST["averaged"] * whole.value * max(days, FORTNIGHT) / ((end - start).days + 1)


def blank_number(dice: Random, taken: Taken, before: Taken) -> Mutated | None:
    """A number that the edition before has too is deleted; its row stays."""
    old = {(o.table, o.series, _part(o)) for o in before.parsed.observations if o.status == "reported" and o.value}
    choices: dict[str, list[Observation]] = defaultdict(list)
    for table, figures in sorted(_current(taken).items()):
        rows: dict[int, list[Observation]] = defaultdict(list)
        for o in _numbers(figures):
            rows[_at(o)[0]].append(o)
        for o in (o for row in rows.values() if len(row) > 1 for o in row):
            if (table, o.series, _part(o)) in old and (o.value or 0.0) >= 10:
                choices[table].append(o)
    table = dice.choice(sorted(choices))
    o = dice.choice(choices[table])
    words = f"{table}: {o.locator} blank where {o.raw} stood"
    return Mutated(_write(taken.grid, _sheet_of(o), {_at(o): None}), frozenset({table}), words)


def _part(o: Observation) -> object:
    """What a figure of another edition must share to be of the same thing: the month, or the kind of period."""
    if o.period.kind in ("month", "quarter", "fiscal_year") or o.table.startswith("iclos"):
        return o.period.kind, o.period.start
    return o.period.kind


def rotate_rows(dice: Random, taken: Taken, before: Taken) -> Mutated | None:
    """The figures of three rows move on by one among them: neighbours in a long list, any three in a short one."""
    there = _current(before)
    choices = {t: rows for t, rows in _lines(taken, column=False).items() if len(rows) >= 3 and t in there}
    table = dice.choice(sorted(choices))
    rows = choices[table]
    order = sorted(rows)
    for _ in range(TRIES):
        if len(order) > 40 or dice.random() < 0.5:
            first = dice.randrange(len(order) - 2)
            three = order[first : first + 3]
        else:
            three = dice.sample(order, 3)
        if all(_differ(rows[one], rows[other]) for one in three for other in three if one != other):
            break
    else:
        return None
    title = _sheet_of(rows[three[0]][0])
    cells = taken.grid.sheets[title].cells
    columns = sorted({_at(o)[1] for row in rows.values() for o in row})
    turned = dict(zip(three, [*three[1:], three[0]], strict=True))
    changes = {(row, column): cells.get((source, column)) for row, source in turned.items() for column in columns}
    words = f"{table}: rows {', '.join(map(str, three))} show one another's figures"
    return Mutated(_write(taken.grid, title, changes), frozenset({table}), words)


def _differ(one: Sequence[Observation], other: Sequence[Observation]) -> bool:
    """Whether two rows are as a whole of other sizes: by a third, and by ten."""
    a, b = (sum(abs(o.value or 0.0) for o in row) for row in (one, other))
    return abs(a - b) > max(10.0, 0.33 * max(a, b))


def exchange_rows(dice: Random, taken: Taken, before: Taken) -> Mutated | None:
    """The figures of two rows of a table of several columns stand in each other's row."""
    tables = {
        t: rows for t, rows in _lines(taken, column=False).items() if len(rows) >= 2 and not t.startswith("facility")
    }
    there = _current(before)
    wide = {t: rows for t, rows in tables.items() if max(len(row) for row in rows.values()) >= 3 and t in there}
    table = dice.choice(sorted(wide))
    rows = wide[table]
    pairs = [(a, b) for a in sorted(rows) for b in sorted(rows) if a < b and min(len(rows[a]), len(rows[b])) >= 3]
    pairs = [(a, b) for a, b in pairs if _differ(rows[a], rows[b])]
    if not pairs:
        return None
    one, other = dice.choice(pairs)
    title = _sheet_of(rows[one][0])
    cells = taken.grid.sheets[title].cells
    columns = sorted({_at(o)[1] for row in rows.values() for o in row})
    changes = {(a, column): cells.get((b, column)) for a, b in ((one, other), (other, one)) for column in columns}
    return Mutated(_write(taken.grid, title, changes), frozenset({table}), f"{table}: rows {one} and {other} exchanged")
