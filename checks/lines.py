"""Rows and columns that stand in the wrong place or at the wrong scale, seen against the edition before.

A line is a row or a column of a block. Sound lines move by little as a whole, whatever single cells do; so the median
of a line says whether it is itself. Totals of a document agree with exchanged, shifted and scaled lines alike.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from statistics import median

from checks.against import Compared, Pair
from checks.catalogue import limit
from figures.cells import letters, row_and_column
from figures.records import Finding

EXCHANGED, SHIFTED, SCALED = "lines_exchanged", "lines_shifted", "line_scaled"
_SHOWN = 4
_TO_THE_DIGIT = 1e-9  # sums of logarithms of equal numbers
# What lies within these is a line that is itself; nothing more is asked of it.
_APART = limit(EXCHANGED, "restated")


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
    def before(self) -> str:
        return next(iter(self.cells.values())).old.release_name


def lines(compared: Compared) -> list[Finding]:
    """Findings about blocks whose lines are not what they were. Where a line is out of place its scale is not asked."""
    found: list[Finding] = []
    for block, pairs in compared.pairs.items():
        # A block with hardly a figure out of the usual is not looked at: most are so, and there are thousands.
        if not any(pair.apart is not None and abs(pair.apart) > _APART for pair in pairs):
            continue
        # What a place has since 1 October begins anew with the year, and its row says nothing for some weeks.
        whole = not block.startswith("facility_") or block in compared.same_year
        rows, columns = _lines(pairs)
        for some in (columns, rows if whole else []):
            misplaced = [*_exchanged(block, some), *_shifted(block, some)]
            found += misplaced or list(_scaled(block, some))
    return found


def _lines(pairs: Iterable[Pair]) -> tuple[list[Line], list[Line]]:
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


def _across(new: Line, old: Line) -> list[float]:
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


def _exchanged(block: str, some: Sequence[Line]) -> Iterator[Finding]:
    odd = [line for line in some if line.apart > limit(EXCHANGED, "restated")]
    neighbours = len(some) > limit(EXCHANGED, "long")
    for one, other in combinations(odd, 2):
        next_to = other.number - one.number == 1
        # Of a hundred lines two resemble each other by chance; a hand slips to the neighbour.
        if neighbours and not next_to:
            continue
        there, back = _across(one, other), _across(other, one)
        figures = min(len(there), len(back))
        if not figures or (figures < limit(EXCHANGED, "figures") and not (next_to and _is_recent(one))):
            continue
        if _is_exchanged(max(median(there), median(back)), min(one.apart, other.apart), figures):
            words = (
                f"{block}: the figures of {one.name} are those that {one.before} had in {other.name}, and the other "
                f"way round ({_cells(one)}; {_cells(other)}): two {one.what}s seem to be exchanged."
            )
            cells = (*one.locators, *other.locators)
            expected = f"the {one.what}s of {one.before}, in their places"
            yield Finding(EXCHANGED, "hold", "cells", cells, expected, f"{one.name} and {other.name}", words)


def _is_recent(line: Line) -> bool:
    """Whether what stood before is of some weeks ago: over a season one figure may come to be its neighbour's."""
    pair = next(iter(line.cells.values()))
    now, then = pair.new.period.end, pair.old.period.end
    return now is not None and then is not None and (now - then).days <= limit(EXCHANGED, "few_days")


def _is_exchanged(across: float, apart: float, figures: int) -> bool:
    """Whether two lines are each other's: restated figures to the digit, others far more than they are themselves."""
    if apart <= limit(EXCHANGED, "apart"):
        return across < _TO_THE_DIGIT
    near = limit(EXCHANGED, "near" if figures >= limit(EXCHANGED, "figures") else "near_few")
    return across < min(near, limit(EXCHANGED, "nearer") * apart)


def _shifted(block: str, some: Sequence[Line]) -> Iterator[Finding]:
    """Lines that bear their neighbour's old figures. `by` is +1 when each shows what stood above or left of it."""
    at = {line.number: line for line in some}
    apart = sum(line.apart > limit(SHIFTED, "apart") for line in some)
    for by in (1, -1) if apart >= limit(SHIFTED, "lines") else ():
        runs: list[list[Line]] = [[]]
        for line in some:
            neighbour = at.get(line.number - by)
            distances = _across(line, neighbour) if neighbour else []
            if distances and median(distances) > limit(SHIFTED, "near"):
                runs.append([])
            elif distances and line.apart > limit(SHIFTED, "apart"):
                runs[-1].append(line)
        slipped = max(runs, key=len)
        if len(slipped) >= limit(SHIFTED, "lines"):
            first, last = slipped[0], slipped[-1]
            words = (
                f"{block}: {len(slipped)} {first.what}s, {first.name} to {last.name}, show what {first.before} had one "
                f"{first.what} {'before' if by > 0 else 'after'} ({_cells(first)} and on): they have slipped."
            )
            cells = tuple(locator for line in slipped for locator in line.locators)
            found = f"{len(slipped)} {first.what}s"
            yield Finding(SHIFTED, "hold", "cells", cells, "each figure beside its label", found, words)


def _scaled(block: str, some: Sequence[Line]) -> Iterator[Finding]:
    for line in some:
        pairs = [pair for pair in line.cells.values() if pair.apart is not None]
        if not pairs or (line.what == "row" and len(pairs) < limit(SCALED, "row")):
            continue  # what stands alone is seen in its column
        if len(pairs) == 1 and min(pairs[0].new.value or 0.0, pairs[0].old.value) < limit(SCALED, "alone"):
            continue
        tens = [(pair.apart or 0.0) / math.log(10) for pair in pairs]
        by = round(median(tens))
        right = sum(abs(each - by) <= limit(SCALED, "decades") for each in tens)
        if not 1 <= abs(by) <= 3 or right < limit(SCALED, "share") * len(tens):
            continue
        words = (
            f"{block}: {line.name} ({_cells(line)}) is {10.0**by:g} times what {line.before} had "
            f"({pairs[0].new.value:,.10g} where {pairs[0].old.value:,.10g} stood): a slip of the decimal point."
        )
        expected = f"about that of {line.before}"
        yield Finding(SCALED, "hold", "cells", line.locators, expected, f"{10.0**by:g} times", words)


def _cells(line: Line) -> str:
    shown = [locator.rpartition("!")[2] for locator in line.locators]
    return f"{shown[0]} to {shown[-1]}" if len(shown) > _SHOWN else ", ".join(shown)
