"""Slips of a hand in the headline counts of a workbook, and by how much each moves what a claim or a rate measures.

A headline cell is a figure that verdicts and rates are made of, or that is quoted as it stands. Each slip changes one
such cell of the opened sheet; nothing is told to the checks.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from alerts.claims_parts import SHOWN_DAYS
from figures.cells import row_and_column
from figures.metric import ALL
from figures.metrics import METRICS
from figures.periods import fiscal_year_start
from figures.records import Figure, Observation
from tests.mutations import At, Grid, Taken

_TO_DATE = "fiscal_year_to_date"
# (name of the group, metric, kind of period, dims that a cell must have)
_GROUPS: Sequence[tuple[str, str, str, Mapping[str, str]]] = (
    ("people held", "ice.detained", "instant", {}),
    ("book-ins since October", "ice.book_ins", _TO_DATE, {}),
    ("removals since October", "ice.removals", _TO_DATE, {"group": ALL}),
    ("average population", "ice.adp", _TO_DATE, {"criminality": ALL}),
    ("book-outs since October", "ice.final_book_outs", _TO_DATE, {"facility_type": ALL}),
    ("book-outs since October", "ice.final_releases", _TO_DATE, {"facility_type": ALL}),
)
GROUPS: Sequence[str] = tuple(dict.fromkeys(name for name, *_ in _GROUPS))


@dataclass(frozen=True)
class Slip:
    """One headline cell that shows another number. `moved`: see `moved`."""

    grid: Grid
    cell: Observation
    group: str
    value: float
    moved: float
    words: str


def headlines(taken: Taken) -> dict[str, list[Observation]]:
    """The headline cells of an edition by group, in order of the sheet."""
    found: dict[str, list[Observation]] = {}
    for o in taken.parsed.observations:
        group = _group(o)
        if group and o.value and o.status == "reported":
            found.setdefault(group, []).append(o)
    return found


def _group(o: Observation) -> str:
    for name, metric, kind, dims in _GROUPS:
        if (o.metric, o.period.kind) == (metric, kind) and dims.items() <= dict(o.dims).items():
            return name
    return ""


def moved(cell: Observation, value: float, before: Sequence[Figure]) -> float:
    """By which part of itself a slip moves what is measured: the largest of what follows.

    The forms of the shipped claims read a headline count in three ways. Levels, records and targets of a level read the
    figure itself, and so does an average. Shares and compositions read a part of a total, which moves by no more than
    its cell. Rates, totals over a window and projections read the difference of two editions over its days; the
    shortest window that is shown (`SHOWN_DAYS`) moves most. `before` holds what clean editions said.
    """
    was = cell.value or 0.0
    moves = [abs(value / was - 1)]
    if METRICS[cell.metric].cumulative and cell.period.end:
        start, counted = _window(cell, cell.period.end, before)
        if (cell.period.end - start).days > 0 and was != counted:
            moves.append(abs((value - counted) / (was - counted) - 1))
    return max(moves)


def _window(cell: Observation, end: date, before: Sequence[Figure]) -> tuple[date, float]:
    """The day and the count from which the newest rate is taken: an edition's, else 1 October."""
    same = [f for f in before if f.series == cell.series and f.fiscal_year == cell.fiscal_year and f.period.end]
    days = {f.period.end: f.value or 0.0 for f in same if f.period.end and (end - f.period.end).days >= SHOWN_DAYS}
    day = max(days, default=None)
    return (day, days[day]) if day else (fiscal_year_start(cell.fiscal_year or end.year), 0.0)


def _place(cell: Observation) -> tuple[str, At]:
    """The title of its sheet, its row and column."""
    title, _, where = cell.locator.removeprefix("xlsx:").rpartition("!")
    return title, row_and_column(where)


def _digits(value: float) -> tuple[str, float]:
    """The digits of the whole number that a cell shows, and what it keeps behind the point."""
    return f"{int(value)}", value - int(value)


def _transposed(dice: Random, digits: str) -> str:
    places = [i for i in range(len(digits) - 1) if digits[i] != digits[i + 1]]
    if not places:
        return digits
    i = dice.choice(places)
    return digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :]


def _substituted(dice: Random, digits: str) -> str:
    i = dice.randrange(len(digits))
    return digits[:i] + dice.choice([d for d in "0123456789" if d != digits[i]]) + digits[i + 1 :]


def _doubled(dice: Random, digits: str) -> str:
    i = dice.randrange(len(digits))
    return digits[:i] + digits[i] + digits[i:]


def _dropped(dice: Random, digits: str) -> str:
    i = dice.randrange(len(digits))
    return digits[:i] + digits[i + 1 :]


def _typed(how: Callable[[Random, str], str]) -> "Kind":
    def typed(dice: Random, cell: Observation, taken: Taken, before: Taken) -> float | None:
        digits, rest = _digits(cell.value or 0.0)
        return float(how(dice, digits) or 0) + rest

    return typed


def _point_moved(dice: Random, cell: Observation, taken: Taken, before: Taken) -> float | None:
    return (cell.value or 0.0) * dice.choice((0.1, 10.0))


def _neighbour(dice: Random, cell: Observation, taken: Taken, before: Taken) -> float | None:
    """The nearest number of its row or of its column."""
    title, (row, column) = _place(cell)
    cells = taken.grid.sheets[title].cells
    numbers = {place: float(v) for place, v in cells.items() if isinstance(v, int | float) and place != (row, column)}
    along = [(abs(c - column), v) for (r, c), v in numbers.items() if r == row]
    across = [(abs(r - row), v) for (r, c), v in numbers.items() if c == column]
    return dice.choice([min(line)[1] for line in (along, across) if line])


def _last(dice: Random, cell: Observation, taken: Taken, before: Taken) -> float | None:
    same = [o for o in before.parsed.observations if o.series == cell.series and o.period.kind == cell.period.kind]
    return next((o.value for o in same if o.status == "reported"), None)


# (dice, the cell, its edition, the edition before it of the same fiscal year) -> the number that stands there instead
Kind = Callable[[Random, Observation, Taken, Taken], float | None]
KINDS: Mapping[str, Kind] = {
    "a digit transposed": _typed(_transposed),
    "a digit substituted": _typed(_substituted),
    "a digit doubled": _typed(_doubled),
    "a digit dropped": _typed(_dropped),
    "a decimal point moved": _point_moved,
    "the neighbour's cell": _neighbour,
    "the last edition's value": _last,
}


def slip(
    dice: Random, kind: str, taken: Taken, before: Taken, clean: Sequence[Figure], groups: Sequence[str] = GROUPS
) -> Slip | None:
    """One slip of a kind in any headline cell of an edition, or of some groups. None where it changes nothing."""
    cells = [(group, cell) for group, cells in headlines(taken).items() for cell in cells if group in groups]
    if not cells:
        return None
    group, cell = dice.choice(cells)
    value = KINDS[kind](dice, cell, taken, before)
    if value is None or value == cell.value:
        return None
    title, place = _place(cell)
    grid = taken.grid.with_cells(title, {**taken.grid.sheets[title].cells, place: value})
    words = f"{cell.locator} {cell.value:,.10g} -> {value:,.10g}: {kind}"
    return Slip(grid, cell, group, value, moved(cell, value, clean), words)
