"""Rows and columns that stand in the wrong place or at the wrong scale, seen against the edition before."""

import math
from collections.abc import Iterator, Sequence
from statistics import median

from checks.against import Compared
from checks.block_lines import Line, cells, lines_of
from checks.catalogue import limit
from checks.misplaced import EXCHANGED, misplaced, one_each
from checks.totals import adds
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
        if not any(pair.apart is not None and abs(pair.apart) > _APART for pair in pairs):
            continue
        # What a place has since 1 October begins anew with the year, and its row says nothing for some weeks.
        whole = not block.startswith("facility_") or block in compared.same_year
        rows, columns = lines_of(pairs)
        directions = [columns, rows] if whole else [columns]
        elsewhere = one_each([each for some in directions for each in misplaced(block, some)])
        taken = {cell for finding in elsewhere for cell in finding.scope}
        found += elsewhere
        for some in directions:
            scaled = [each for each in _scaled(some) if taken.isdisjoint(each.locators)]
            found += [_slip(block, line) for line in scaled if not adds(line.locators, line.what, observations)]
    return found


def _scaled(some: Sequence[Line]) -> Iterator[Line]:
    for line in some:
        pairs = [pair for pair in line.cells.values() if pair.apart is not None]
        if not pairs or (line.what == "row" and len(pairs) < limit(SCALED, "row")):
            continue  # what stands alone is seen in its column
        if len(pairs) == 1 and min(pairs[0].new.value or 0.0, pairs[0].old.value) < limit(SCALED, "alone"):
            continue
        tens = [(pair.apart or 0.0) / math.log(10) for pair in pairs]
        by = round(median(tens))
        if not 1 <= abs(by) <= 3:
            continue
        right = sum(abs(each - by) <= limit(SCALED, "decades") for each in tens)
        if right >= limit(SCALED, "share") * len(tens):
            yield line


def _slip(block: str, line: Line) -> Finding:
    pair = next(pair for pair in line.cells.values() if pair.apart is not None)
    words = (
        f"{block}: {line.name} ({cells(line)}) is {10.0**line.decades:g} times what {line.before} had "
        f"({pair.new.value:,.10g} where {pair.old.value:,.10g} stood): a slip of the decimal point."
    )
    expected = f"about that of {line.before}"
    return Finding(SCALED, "hold", "cells", line.locators, expected, f"{10.0**line.decades:g} times", words)
