"""The sums of the average population, and which cell is wrong where they do not add.

Averages add along agencies and criminality, and the average of all is printed in a second table. They add but for their
rounding, so that `checks.document.sums` cannot ask them: one wrong cell is the one that explains every broken sum it
stands in,
within the rounding, and stands in none that adds. Where no one cell does, the broken sums are held as a whole.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import chain, starmap
from typing import NamedTuple

from checks.declared import Check
from checks.document.totals import UNLABELLED
from figures.metrics.metric import ALL
from figures.records import Finding, Observation

CHECK, TWICE = "averages_total", "equal_averages"
METRIC, SECOND = "ice.adp", "ice.adp_by_facility_type"
METRICS_OF_AVERAGES = frozenset({METRIC, SECOND})
_LEFT_OUT = frozenset({"not_current", "text", "overwritten"})
_SHOWN = 4


class Sum(NamedTuple):
    """`total` is what `parts` must add to, but for `rounded`."""

    check: str
    total: Observation
    parts: tuple[Observation, ...]
    rounded: float

    @property
    def added(self) -> float:
        return sum(o.value or 0.0 for o in self.parts)

    @property
    def off(self) -> float:
        return (self.total.value or 0.0) - self.added

    @property
    def broken(self) -> bool:
        return abs(self.off) > self.rounded

    def off_if(self, locator: str) -> float:
        """By how much a cell is too large, if it alone breaks this sum."""
        return self.off if self.total.locator == locator else -self.off

    @property
    def locators(self) -> tuple[str, ...]:
        return (self.total.locator, *(o.locator for o in self.parts))


def average_sums(observations: Iterable[Observation]) -> list[Finding]:
    """Findings about one document, each on the doubtful cells."""
    every = list(_sums(observations))
    broken = [each for each in every if each.broken]
    sound = set(chain.from_iterable(each.locators for each in every if not each.broken))
    doubts = [(each, *_doubtful(group, sound)) for group in _together(broken) for each in group]
    alone = {cells for _, cells, is_alone in doubts if is_alone}
    return list(_once(starmap(_finding, doubts), alone))


def _once(found: Iterable[Finding], explained: Set[tuple[str, ...]]) -> Iterator[Finding]:
    """Of all sums that one wrong cell breaks the first is told."""
    told: set[tuple[str, ...]] = set()
    for each in found:
        if each.scope not in told:
            yield each
        if each.scope in explained:
            told.add(each.scope)


def _sums(observations: Iterable[Observation]) -> Iterator[Sum]:
    by_metric: dict[str, list[Observation]] = defaultdict(list)
    for o in observations:
        if o.metric in METRICS_OF_AVERAGES and o.status not in _LEFT_OUT:
            by_metric[o.metric].append(o)
    for dimension in ("agency", "criminality"):
        yield from _parts(by_metric[METRIC], dimension)
    yield from _printed_twice(by_metric[METRIC], [o for o in by_metric[SECOND] if _is_total(o)])


def _parts(figures: Iterable[Observation], dimension: str) -> Iterator[Sum]:
    for group in _groups(figures, dimension):
        total = [o for o in group if (dimension, ALL) in o.dims]
        parts = [o for o in group if (dimension, ALL) not in o.dims]
        if len(total) == 1 and total[0].value is not None and _all_labelled(parts, dimension):
            yield _sum(CHECK, total[0], parts)


def _groups(figures: Iterable[Observation], dimension: str) -> Iterable[list[Observation]]:
    """Figures that differ along one dimension only."""
    groups: dict[object, list[Observation]] = defaultdict(list)
    for o in figures:
        rest = tuple(pair for pair in o.dims if pair[0] != dimension)
        groups[o.table, o.period, rest].append(o)
    return groups.values()


def _all_labelled(parts: Sequence[Observation], dimension: str) -> bool:
    """Whether there are parts, and each has a label: a row without one may be a part or a stray total."""
    return bool(parts) and not any(UNLABELLED in dict(o.dims)[dimension] for o in parts)


def _printed_twice(one: Iterable[Observation], totals: Iterable[Observation]) -> Iterator[Sum]:
    # The days that two blocks of a sheet run through may differ in their footnotes; a month is the same month.
    second = {(o.period.kind, o.period.kind == "month" and o.period.start): o for o in totals}
    for o in one:
        twin = second.get((o.period.kind, o.period.kind == "month" and o.period.start)) if _is_total(o) else None
        if twin is not None and o.value is not None and twin.value is not None:
            yield _sum(TWICE, o, [twin])


def _sum(check: str, total: Observation, parts: Sequence[Observation]) -> Sum:
    # Averages were printed whole in some years: each may be off by half a person.
    return Sum(check, total, tuple(parts), 0.5 * (len(parts) + 1))


def _is_total(o: Observation) -> bool:
    return all(value == ALL for _, value in o.dims)


def _together(broken: Sequence[Sum]) -> list[list[Sum]]:
    """The broken sums in groups that share cells."""
    groups: list[tuple[set[str], list[Sum]]] = []
    for each in broken:
        cells, mine = set(each.locators), [each]
        for group in [group for group in groups if group[0] & cells]:
            groups.remove(group)
            cells |= group[0]
            mine = [*group[1], *mine]
        groups.append((cells, mine))
    return [mine for _, mine in groups]


def _doubtful(broken: Sequence[Sum], sound: Iterable[str]) -> tuple[tuple[str, ...], bool]:
    """The cells that may be wrong, and whether one of them alone explains every broken sum."""
    everywhere = set(broken[0].locators).intersection(*(each.locators for each in broken)).difference(sound)
    alone = [cell for cell in broken[0].locators if cell in everywhere and _explains(cell, broken)]
    if alone:
        return tuple(alone), True
    return tuple(dict.fromkeys(locator for each in broken for locator in each.locators)), False


def _explains(cell: str, broken: Sequence[Sum]) -> bool:
    off = [each.off_if(cell) for each in broken]
    return max(off) - min(off) <= sum(each.rounded for each in broken)


def _finding(each: Sum, cells: tuple[str, ...], alone: bool) -> Finding:
    total, added = each.total, each.added
    if each.check == TWICE:
        other = each.parts[0]
        words = f"{total.locator} says {total.value:,.1f} and {other.locator} says {other.value:,.1f} for one average."
    else:
        where = ", ".join(o.locator for o in each.parts[:_SHOWN])
        more = f" and {len(each.parts) - _SHOWN} more" if len(each.parts) > _SHOWN else ""
        words = f"{total.locator} says {total.value:,.1f} but its parts ({where}{more}) add to {added:,.1f}."
    words = f"{words} {_blame(cells)}" if alone else words
    return Finding(each.check, "hold", "cells", cells, f"{added:.10g}", f"{total.value:.10g}", words)


def _blame(cells: Sequence[str]) -> str:
    if len(cells) == 1:
        return f"{cells[0]} alone explains it: it stands in each sum that does not add, and in none that does."
    return f"One of {', '.join(cells)} is wrong."


CHECKS = (
    Check("average_sums", lambda parsed: average_sums(parsed.observations), lambda o: o.metric in METRICS_OF_AVERAGES),
)
