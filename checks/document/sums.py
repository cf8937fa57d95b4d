"""Sums that do not add, and which of their cells are in doubt.

A figure mostly stands in several sums: in a row and a column, among the months of its year, in a total that is printed
twice. One wrong figure puts all of them off by the same amount and no other; so where one figure explains all that is
off, that figure is in doubt and its neighbours are not.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from figures.records import Finding, Observation

# One sum that is off says nothing about which of its cells is wrong.
ENOUGH = 2
# A table in which more sums are off has them told together.
SAID = 3


class Sum(NamedTuple):
    """A total and its parts; `off` is by how much the parts exceed it, `words` say so where they do.

    `beside` are figures that are doubtful with them when no single figure explains what is off: those that make up two
    totals of one count.
    """

    check: str
    total: Observation
    parts: Sequence[Observation]
    off: float
    words: str
    beside: Sequence[Observation] = ()

    @property
    def cells(self) -> list[Observation]:
        return [self.total, *self.parts]


def doubts(sums: Sequence[Sum]) -> list[Finding]:
    """A hold for each sum that is off, on the cells in doubt: the figure that explains all that is off; else those that
    stand in no sum that adds; else all.
    """
    if not any(each.off for each in sums):
        return []
    pinned = _pinned(sums)
    vouched = {o.locator for each in sums if not each.off for o in each.cells}
    found: dict[tuple[str, str, str], list[Finding]] = defaultdict(list)
    for number, each in enumerate(sums):
        if each.off:
            finding = _finding(each, pinned.get(number, ()), vouched)
            found[each.check, each.total.table, finding.scope_kind].append(finding)
    return [finding for (_, table, _), some in found.items() for finding in _shortly(table, some)]


def _shortly(table: str, some: Sequence[Finding]) -> Sequence[Finding]:
    """What is off in sum after sum of one table is one fault, and told as one."""
    if len(some) <= SAID:
        return some
    first = some[0]
    words = " ".join(each.words for each in some[:SAID])
    scope = tuple(dict.fromkeys(cell for each in some for cell in each.scope))
    words = f"{words} So in {len(some) - SAID} more sums of {table}."
    return [Finding(first.check, first.severity, first.scope_kind, scope, first.expected, first.found, words)]


def _finding(each: Sum, pinned: Sequence[str], vouched: Collection[str]) -> Finding:
    says = each.total.value or 0.0
    expected, found = f"{says + each.off:.0f}", f"{says:.0f}"
    if pinned:
        words = f"{each.words} The fault lies in {', '.join(dict.fromkeys(pinned))}."
        return Finding(each.check, "hold", "cells", tuple(dict.fromkeys(pinned)), expected, found, words)
    cells = dict.fromkeys(o.locator for o in (*each.cells, *each.beside))
    alone = () if each.beside else tuple(cell for cell in cells if cell not in vouched)
    return Finding(each.check, "hold", "cells", alone or tuple(cells), expected, found, each.words)


def _pinned(sums: Sequence[Sum]) -> dict[int, list[str]]:
    """By the number of a sum that is off: the cells that explain it. Sums that are not in it stay in doubt as wholes.

    The figure whose correction settles most sums (two or more) and upsets none is corrected first, then the next.
    """
    standing = _standing(sums)
    off = {number: each.off for number, each in enumerate(sums)}
    pinned: dict[int, list[str]] = defaultdict(list)
    while True:
        best = _best(standing, off)
        if best is None:
            return {number: cells for number, cells in pinned.items() if not off[number]}
        cells, by = best
        for number, sign in standing[cells[0]].items():
            off[number] -= sign * by
            pinned[number] += cells


def _standing(sums: Sequence[Sum]) -> Mapping[str, Mapping[int, int]]:
    """In which sums each doubtful cell stands: as a part (1) or as the total (-1)."""
    doubtful = {o.locator for each in sums if each.off for o in each.cells}
    standing: dict[str, dict[int, int]] = defaultdict(dict)
    for number, each in enumerate(sums):
        for o, sign in ((each.total, -1), *((part, 1) for part in each.parts)):
            if o.locator in doubtful:
                standing[o.locator][number] = sign
    return standing


def _best(standing: Mapping[str, Mapping[int, int]], off: Mapping[int, float]) -> tuple[list[str], float] | None:
    """The cells whose correction settles most sums, and by how much each is wrong; several when they stand alike."""
    best: tuple[int, float, Mapping[int, int]] | None = None
    cells: list[str] = []
    for cell, sums in standing.items():
        if not all(map(off.__getitem__, sums)):
            continue  # to correct it would upset a sum that adds
        by, settled = Counter(off[number] * sign for number, sign in sums.items()).most_common(1)[0]
        if best is None or settled > best[0]:
            best, cells = (settled, by, sums), [cell]
        elif settled == best[0] and by == best[1] and sums == best[2]:
            cells.append(cell)
    return (cells, best[1]) if best and best[0] >= ENOUGH else None
