"""Rows and columns that stand in the wrong place or at the wrong scale, seen against the edition before."""

import math
from collections.abc import Iterator, Sequence
from itertools import chain
from statistics import median

from checks.catalogue import limit
from checks.history.block_lines import Line, cells, lines_of
from checks.history.compare import Compared, Pair
from checks.history.exchanged_rows import EXCHANGED, misplaced, one_each
from checks.history.line_totals import adds
from figures.records import Finding, Observation

SCALED = "line_scaled"
# What lies within these is a line that is itself; nothing more is asked of it.
_APART = limit(EXCHANGED, "restated")


def lines(compared: Compared, observations: Sequence[Observation]) -> list[Finding]:
    """Findings about blocks whose lines are not what they were. `observations` is all that the edition states: where a
    line is ten times what it was they say whether its totals agree.
    """
    found: list[Finding] = []
    for block, pairs in compared.pairs.items():
        # A block with hardly a figure out of the usual is not looked at: most are so, and there are thousands.
        if any(pair.apart is not None and abs(pair.apart) > _APART for pair in pairs):
            # What a place has since 1 October begins anew with the year, and its row says nothing for some weeks.
            whole = not block.startswith("facility_") or block in compared.same_year
            rows, columns = lines_of(pairs)
            found += _of_block(block, [columns, rows] if whole else [columns], observations)
    return found


def _of_block(
    block: str, directions: Sequence[Sequence[Line]], observations: Sequence[Observation]
) -> Iterator[Finding]:
    elsewhere = one_each([each for some in directions for each in misplaced(block, some)])
    yield from elsewhere
    taken = {cell for finding in elsewhere for cell in finding.scope}
    for line in chain.from_iterable(map(_scaled, directions)):
        if taken.isdisjoint(line.locators) and not adds(line.locators, line.what, observations):
            yield _slip(block, line)


def _scaled(some: Sequence[Line]) -> Iterator[Line]:
    for line in some:
        apart = [(pair, pair.apart) for pair in line.cells.values() if pair.apart is not None]
        least = limit(SCALED, "row") if line.what == "row" else 1  # what stands alone is seen in its column
        if len(apart) < least or (len(apart) == 1 and _smaller(apart[0][0]) < limit(SCALED, "alone")):
            continue
        if _by_tens([each / math.log(10) for _, each in apart]):
            yield line


def _smaller(pair: Pair) -> float:
    return min(pair.new.value or 0.0, pair.old.value)


def _by_tens(decades: Sequence[float]) -> bool:
    """Whether most figures of a line are ten, a hundred or a thousand times what they were, or that part of it."""
    by = round(median(decades))
    right = sum(abs(each - by) <= limit(SCALED, "decades") for each in decades)
    return 1 <= abs(by) <= 3 and right >= limit(SCALED, "share") * len(decades)


def _slip(block: str, line: Line) -> Finding:
    pair = next(pair for pair in line.cells.values() if pair.apart is not None)
    words = (
        f"{block}: {line.name} ({cells(line)}) is {10.0**line.decades:g} times what {line.before} had "
        f"({pair.new.value:,.10g} where {pair.old.value:,.10g} stood): a slip of the decimal point."
    )
    expected = f"about that of {line.before}"
    return Finding(SCALED, "hold", "cells", line.locators, expected, f"{10.0**line.decades:g} times", words)
