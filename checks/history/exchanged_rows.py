"""Lines that stand in another's place: exchanged, turned among three and more, slipped by one.

Totals of a document agree with all of them.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from statistics import fmean, median
from typing import NamedTuple

from checks.catalogue import limit
from checks.history.block_lines import Line, across, cells
from figures.records import Finding

EXCHANGED, ROTATED, SHIFTED = "lines_exchanged", "lines_rotated", "lines_shifted"
MISPLACED = frozenset({EXCHANGED, ROTATED, SHIFTED})
_TO_THE_DIGIT = 1e-9  # sums of logarithms of equal numbers
# By the numbers of two lines: how far the figures of the first are from what the second had.
Shown = Mapping[int, Mapping[int, list[float]]]


class Misplaced(NamedTuple):
    """A finding about lines out of place, and how far their figures are on average from what stood there before."""

    rest: float
    finding: Finding


def misplaced(block: str, some: Sequence[Line]) -> Iterator[Misplaced]:
    """What is said of the lines of one direction of a block."""
    shown = _shown(some)
    yield from _exchanged(block, some, shown)
    yield from _rotated(block, some, shown)
    yield from _shifted(block, some)


def one_each(misplaced: Sequence[Misplaced]) -> list[Finding]:
    """Of findings about the same cells the one that explains them best: rows in each other's place make columns alike
    by chance, and the other way round.
    """
    told: list[Finding] = []
    taken: set[str] = set()
    for each in sorted(misplaced, key=lambda each: (each.rest, -len(each.finding.scope), each.finding.scope)):
        if taken.isdisjoint(each.finding.scope):
            told.append(each.finding)
            taken.update(each.finding.scope)
    return told


def _shown(some: Sequence[Line]) -> Shown:
    """By the number of each odd line the lines whose old figures it shows, with how far each figure is from them."""
    restated, beside = limit(EXCHANGED, "restated"), int(limit(ROTATED, "beside"))
    odd = {line.number: line for line in some if line.apart > restated}
    # Of a hundred lines two resemble each other by chance; a hand slips to the neighbour, unless it is so to the digit.
    long = len(some) > limit(EXCHANGED, "long")
    exact = _to_the_digit(odd) if long else {}
    shown: dict[int, dict[int, list[float]]] = defaultdict(dict)
    for number, line in odd.items():
        same = exact.get(number, ())
        near = odd.keys() & range(number - beside, number + beside + 1)
        # One figure or two say so only of neighbours and of some weeks.
        by_few = near.union(same) if _is_recent(line) else same
        for n in sorted(near.union(same)) if long else odd:
            if n != number and (apart := _shows(line, odd[n], by_few)):
                shown[number][n] = apart
    return shown


def _shows(line: Line, other: Line, by_few: Collection[int]) -> list[float]:
    """How far each figure of a line is from the other's old one; nothing where the line does not show them. `by_few`
    are the numbers of the lines of which few figures say so.
    """
    apart = across(line, other)
    few = len(apart) < limit(EXCHANGED, "figures")
    if not apart or (few and other.number not in by_few):
        return []
    check = ROTATED if few else EXCHANGED
    return apart if _is_anothers(median(apart), min(line.apart, other.apart), check) else []


def _to_the_digit(odd: Mapping[int, Line]) -> dict[int, list[int]]:
    """By the number of a line those whose old figures it shows to the digit: three figures that are too large to be
    equal by chance and half of all, since what runs has moved on. Beds stand still, and one number of them says it.
    """
    had = _old_figures(odd.values(), limit(EXCHANGED, "exact_from"))
    found = {}
    for line in odd.values():
        equal: Counter[int] = Counter()
        for at, pair in line.cells.items():
            equal.update(had.get((at, pair.new.value or 0.0), ()))
        beds = all(pair.new.unit == "beds" for pair in line.cells.values())
        enough = max(1 if beds else limit(EXCHANGED, "figures"), len(line.cells) / 2)
        if same := [number for number, count in equal.items() if count >= enough and number != line.number]:
            found[line.number] = same
    return found


def _old_figures(some: Iterable[Line], least: float) -> Mapping[tuple[int, float], Sequence[int]]:
    """The numbers of the lines that had a figure in a place, for figures that are not too small."""
    had: dict[tuple[int, float], list[int]] = defaultdict(list)
    for line in some:
        for at, pair in line.cells.items():
            if pair.old.value >= least:
                had[at, pair.old.value].append(line.number)
    return had


def _exchanged(block: str, some: Sequence[Line], shown: Shown) -> Iterator[Misplaced]:
    at = {line.number: line for line in some}
    long = len(some) > limit(EXCHANGED, "long")
    for number, others in sorted(shown.items()):
        for other_number in sorted(other for other in others if other > number and number in shown.get(other, ())):
            one, other = at[number], at[other_number]
            there, back = others[other_number], shown[other_number][number]
            if not _are_near(there, back, neighbours=other_number - number != 2, long=long):
                continue
            words = (
                f"{block}: the figures of {one.name} are those that {one.before} had in {other.name}, and the other "
                f"way round ({cells(one)}; {cells(other)}): two {one.what}s seem to be exchanged."
            )
            scope = (*one.locators, *other.locators)
            expected = f"the {one.what}s of {one.before}, in their places"
            finding = Finding(EXCHANGED, "hold", "cells", scope, expected, f"{one.name} and {other.name}", words)
            yield Misplaced(fmean([*there, *back]), finding)


def _are_near(there: Sequence[float], back: Sequence[float], *, neighbours: bool, long: bool) -> bool:
    """Whether two lines show each other's figures so nearly that they count as exchanged."""
    few = min(len(there), len(back)) < limit(EXCHANGED, "figures")
    away = max(median(there), median(back))
    # A hand that slips does so to the neighbour; of two lines a few figures have to be nearer than of three.
    if (few or long) and not neighbours and away > _TO_THE_DIGIT:
        return False
    return not few or away < limit(EXCHANGED, "near_few")


def _rotated(block: str, some: Sequence[Line], shown: Shown) -> Iterator[Misplaced]:
    """Three lines and more, each of which shows what another of them had."""
    if len(shown) < limit(ROTATED, "lines"):
        return
    at = {line.number: line for line in some}
    nearest = {number: _nearest(others) for number, others in shown.items()}
    for cycle in _cycles(nearest):
        turned = [at[number] for number in cycle]
        said = "; ".join([f"{line.name} shows {at[nearest[line.number]].name}" for line in turned])
        first = turned[0]
        words = (
            f"{block}: {len(turned)} {first.what}s show what {first.before} had in one another ({said}): they stand in "
            "one another's place."
        )
        scope = tuple(chain.from_iterable(line.locators for line in turned))
        expected = f"the {first.what}s of {first.before}, in their places"
        finding = Finding(ROTATED, "hold", "cells", scope, expected, ", ".join(line.name for line in turned), words)
        yield Misplaced(fmean(chain.from_iterable(shown[n][nearest[n]] for n in cycle)), finding)


def _nearest(others: Mapping[int, Sequence[float]]) -> int:
    """The number of the line whose old figures are shown most nearly."""
    return min(others, key=lambda other: (median(others[other]), other))


def _cycles(shows: Mapping[int, int]) -> Iterator[list[int]]:
    """The closed rounds of three and more in `shows`, each once, from its lowest number on."""
    for start in sorted(shows):
        cycle = [start]
        while (following := shows.get(cycle[-1])) is not None and following not in cycle:
            cycle.append(following)
        if following == start and start == min(cycle) and len(cycle) >= limit(ROTATED, "lines"):
            yield cycle


def _is_recent(line: Line) -> bool:
    """Whether what stood before is of some weeks ago: over a season one figure may come to be its neighbour's."""
    pair = next(iter(line.cells.values()))
    now, then = pair.new.period.end, pair.old.period.end
    return now is not None and then is not None and (now - then).days <= limit(EXCHANGED, "few_days")


def _is_anothers(away: float, apart: float, check: str) -> bool:
    """Whether a line is another's: what is restated to the digit, anything else far more than it is itself."""
    if apart <= limit(EXCHANGED, "apart"):
        return away < _TO_THE_DIGIT
    return away < min(limit(check, "near"), limit(EXCHANGED, "nearer") * apart)


def _shifted(block: str, some: Sequence[Line]) -> Iterator[Misplaced]:
    """Lines that bear their neighbour's old figures. `by` is +1 when each shows what stood above or left of it."""
    at = {line.number: line for line in some}
    apart = sum(line.apart > limit(SHIFTED, "apart") for line in some)
    for by in (1, -1) if apart >= limit(SHIFTED, "lines") else ():
        slipped = max(_runs(some, at, by), key=len)
        if len(slipped) >= limit(SHIFTED, "lines"):
            first, last = slipped[0], slipped[-1]
            words = (
                f"{block}: {len(slipped)} {first.what}s, {first.name} to {last.name}, show what {first.before} had one "
                f"{first.what} {'before' if by > 0 else 'after'} ({cells(first)} and on): they have slipped."
            )
            scope = tuple(chain.from_iterable(line.locators for line in slipped))
            found = f"{len(slipped)} {first.what}s"
            finding = Finding(SHIFTED, "hold", "cells", scope, "each figure beside its label", found, words)
            yield Misplaced(fmean([each for line in slipped for each in across(line, at[line.number - by])]), finding)


def _runs(some: Sequence[Line], at: Mapping[int, Line], by: int) -> list[list[Line]]:
    """Lines one after the other that bear the old figures of the line `by` before; the first run may be empty."""
    runs: list[list[Line]] = [[]]
    for line in some:
        neighbour = at.get(line.number - by)
        distances = across(line, neighbour) if neighbour else []
        if distances and median(distances) > limit(SHIFTED, "near"):
            runs.append([])
        elif distances and line.apart > limit(SHIFTED, "apart"):
            runs[-1].append(line)
    return runs
