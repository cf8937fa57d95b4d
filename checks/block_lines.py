"""The rows and columns of a block, each figure with what its series said before.

A line is a row or a column of a block. Sound lines move by little as a whole, whatever single cells do; so the median
of a line says whether it is itself.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from checks.against import Pair
from figures.cells import letters, row_and_column

_SHOWN = 4


@dataclass(frozen=True)
class Line:
    """A row or column of one block: its pairs by where they stand along it."""

    what: str
    number: int
    cells: Mapping[int, Pair]

    @cached_property
    def apart(self) -> float:
        numbers = [abs(pair.apart) for pair in self.cells.values() if pair.apart is not None]
        return median(numbers) if numbers else 0.0

    @property
    def name(self) -> str:
        return f"{self.what} {letters(self.number) if self.what == 'column' else self.number}"

    @property
    def locators(self) -> tuple[str, ...]:
        return tuple(pair.new.locator for pair in self.cells.values())

    @property
    def decades(self) -> int:
        """By how many decimal places it stands away from what was to be expected."""
        return round(
            median((pair.apart or 0.0) / math.log(10) for pair in self.cells.values() if pair.apart is not None)
        )

    @property
    def before(self) -> str:
        return next(iter(self.cells.values())).old.release_name


def lines_of(pairs: Iterable[Pair]) -> tuple[list[Line], list[Line]]:
    """The rows and the columns of a block, in order of the sheet."""
    rows: dict[int, dict[int, Pair]] = defaultdict(dict)
    columns: dict[int, dict[int, Pair]] = defaultdict(dict)
    for pair in pairs:
        row, column = row_and_column(pair.new.locator.rpartition("!")[2])
        rows[row][column] = pair
        columns[column][row] = pair
    return (
        [Line("row", number, cells) for number, cells in sorted(rows.items())],
        [Line("column", number, cells) for number, cells in sorted(columns.items())],
    )


def across(new: Line, old: Line) -> list[float]:
    """How far a line's figures are from what another line said before, where both can be compared."""
    found = []
    for at, pair in new.cells.items():
        other = old.cells.get(at)
        if other is None or pair.apart is None or other.apart is None or pair.new.unit != other.new.unit:
            continue
        if pair.new.value and pair.old.value > 0 and other.old.value > 0:
            # What its own series was expected to grow by, the other was too: they share sheet and period.
            growth = math.log(pair.new.value / pair.old.value) - pair.apart
            found.append(abs(math.log(pair.new.value / other.old.value) - growth))
    return found


def cells(line: Line) -> str:
    shown = [locator.rpartition("!")[2] for locator in line.locators]
    return f"{shown[0]} to {shown[-1]}" if len(shown) > _SHOWN else ", ".join(shown)
