"""The sums of the headline tables, and which cell is wrong where they do not add.

People held, book-ins, book-outs and average populations stand in several sums each: agencies, criminality, months, the
same total in another table. In all sound editions since 2019 counts add to the digit, averages but for rounding. One
wrong cell breaks every sum that it stands in, by the same amount, and no other: then that cell alone is held. Where no
one cell explains what is broken, the broken sums are held as a whole.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from typing import NamedTuple

from checks.static import UNLABELLED
from figures.metric import ALL
from figures.metrics import METRICS
from figures.records import Finding, Observation

AVERAGES = "averages_total"
SAME_COUNT = "equal_totals"
# Along which dimensions the figures of a metric add.
_ADDED: Mapping[str, tuple[str, ...]] = {
    **{
        name: METRICS[name].parts
        for name in (
            "ice.detained",
            "ice.detained_by_disposition",
            "ice.book_ins",
            "ice.book_ins_by_criminality",
            "ice.final_releases",
            "ice.final_book_outs",
        )
    },
    "ice.adp": ("agency", "criminality"),
}
# Metrics whose total is printed in a second table: of the same period, to the digit.
_TWICE: Mapping[str, str] = {
    "ice.detained": "ice.detained_by_disposition",
    "ice.book_ins": "ice.book_ins_by_criminality",
    "ice.final_releases": "ice.final_releases_by_reason",
    "ice.final_book_outs": "ice.final_book_outs_by_reason",
    "ice.adp": "ice.adp_by_facility_type",
}
METRICS_OF_SUMS = frozenset({*_ADDED, *_TWICE.values()})
# A total that a second table prints may differ by so much of itself: less moves no rate by a fortieth.
APART = 0.001
_LEFT_OUT = frozenset({"not_current", "text", "overwritten"})
_SHOWN = 4


class Sum(NamedTuple):
    """`total` is what `parts` must add to. What is off by up to `rounded` adds, what is off by more than `within` does
    not; between the two nothing is said.
    """

    check: str
    total: Observation
    parts: tuple[Observation, ...]
    rounded: float
    within: float

    @property
    def added(self) -> float:
        return sum(o.value or 0.0 for o in self.parts)

    @property
    def off(self) -> float:
        return (self.total.value or 0.0) - self.added

    @property
    def adds(self) -> bool:
        return abs(self.off) <= self.rounded

    @property
    def broken(self) -> bool:
        return abs(self.off) > self.within

    def off_if(self, locator: str) -> float:
        """By how much a cell is too large, if it alone breaks this sum."""
        return self.off if self.total.locator == locator else -self.off

    @property
    def said(self) -> tuple[str, frozenset[str]]:
        """As `checks.static` says what it expected and found."""
        return self.check, frozenset((f"{self.added:.0f}", f"{self.total.value:.0f}"))

    @property
    def locators(self) -> tuple[str, ...]:
        return (self.total.locator, *(o.locator for o in self.parts))


def headline_sums(observations: Iterable[Observation], found: Sequence[Finding]) -> list[Finding]:
    """What `checks.static` found, its broken sums of headline tables narrowed to the doubtful cells; and the sums that
    it does not know: averages, and totals that two tables print.
    """
    every = list(_sums(observations))
    broken = [each for each in every if each.broken]
    if not broken:
        return list(found)
    sound = {locator for each in every if each.adds for locator in each.locators}
    doubts = [(each, *_doubtful(group, sound)) for group in _together(broken) for each in group]
    known = {each.said: (cells, alone) for each, cells, alone in doubts}
    narrowed = [_narrow(each, *known[_said(each)]) if _said(each) in known else each for each in found]
    own = [_finding(*doubt) for doubt in doubts if _is_own(doubt[0].check, doubt[0].total)]
    return list(_once([*narrowed, *own], {cells for _, cells, alone in doubts if alone}))


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
        if o.metric in METRICS_OF_SUMS and o.status not in _LEFT_OUT:
            by_metric[o.metric].append(o)
    for metric, dimensions in _ADDED.items():
        for dimension in dimensions:
            yield from _parts(by_metric[metric], dimension)
    yield from _months(by_metric["ice.book_ins"])
    for one, other in _TWICE.items():
        totals = [o for o in by_metric[other] if _is_total(o)]
        yield from _printed_twice(by_metric[one], totals)
        if METRICS[other].unit == "people":
            yield from _months(totals)


def _parts(figures: Iterable[Observation], dimension: str) -> Iterator[Sum]:
    groups: dict[object, list[Observation]] = defaultdict(list)
    for o in figures:
        rest = tuple(pair for pair in o.dims if pair[0] != dimension)
        groups[o.table, o.period, rest].append(o)
    for group in groups.values():
        total = [o for o in group if (dimension, ALL) in o.dims]
        parts = [o for o in group if (dimension, ALL) not in o.dims]
        # A row without a label may be a part or a stray total.
        unsure = any(UNLABELLED in dict(o.dims)[dimension] for o in parts)
        if len(total) == 1 and total[0].value is not None and parts and not unsure:
            yield _sum("parts_total", total[0], parts)


def _months(figures: Iterable[Observation]) -> Iterator[Sum]:
    rows: dict[object, list[Observation]] = defaultdict(list)
    for o in figures:
        rows[o.table, o.dims].append(o)
    for row in rows.values():
        to_date = [o for o in row if o.period.kind == "fiscal_year_to_date"]
        months = [o for o in row if o.period.kind == "month"]
        if len(to_date) == 1 and to_date[0].value is not None and months:
            yield _sum("months_total", to_date[0], months)


def _printed_twice(one: Iterable[Observation], totals: Iterable[Observation]) -> Iterator[Sum]:
    # The days that two blocks of a sheet run through may differ in their footnotes; a month is the same month.
    second = {(o.period.kind, o.period.kind == "month" and o.period.start): o for o in totals}
    for o in one:
        twin = second.get((o.period.kind, o.period.kind == "month" and o.period.start)) if _is_total(o) else None
        if twin is not None and o.value is not None and twin.value is not None:
            yield _sum(SAME_COUNT, o, [twin])


def _sum(check: str, total: Observation, parts: Sequence[Observation]) -> Sum:
    if METRICS[total.metric].unit == "people":
        # Two tables of one sheet may be drawn some minutes apart.
        apart = APART * (total.value or 0.0) if _is_own(check, total) else 0.0
        return Sum(check, total, tuple(parts), 0.0, apart)
    # Averages were printed whole in some years: each may be off by half a person.
    rounded = 0.5 * (len(parts) + 1)
    return Sum(AVERAGES if check == "parts_total" else check, total, tuple(parts), rounded, rounded)


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


def _is_own(check: str, total: Observation) -> bool:
    """Whether `checks.static` does not know this sum."""
    return check == AVERAGES or (check == SAME_COUNT and total.metric != "ice.detained")


def _said(finding: Finding) -> tuple[str, frozenset[str]]:
    return finding.check, frozenset((finding.expected, finding.found))


def _narrow(finding: Finding, cells: tuple[str, ...], alone: bool) -> Finding:
    words = f"{finding.words} {_blame(cells)}" if alone else finding.words
    return replace(finding, scope_kind="cells", scope=cells, words=words)


def _finding(each: Sum, cells: tuple[str, ...], alone: bool) -> Finding:
    total, added = each.total, each.added
    if each.check == SAME_COUNT:
        other = each.parts[0]
        words = f"{total.locator} says {_shown(total)} and {other.locator} says {_shown(other)} for the same figure."
    else:
        where = ", ".join(o.locator for o in each.parts[:_SHOWN])
        more = f" and {len(each.parts) - _SHOWN} more" if len(each.parts) > _SHOWN else ""
        words = f"{total.locator} says {_shown(total)} but its parts ({where}{more}) add to {added:,.1f}."
    words = f"{words} {_blame(cells)}" if alone else words
    return Finding(each.check, "hold", "cells", cells, f"{added:.10g}", f"{total.value:.10g}", words)


def _shown(o: Observation) -> str:
    return f"{o.value:,.0f}" if METRICS[o.metric].unit == "people" else f"{o.value:,.1f}"


def _blame(cells: Sequence[str]) -> str:
    if len(cells) == 1:
        return f"{cells[0]} alone explains it: it stands in each sum that does not add, and in none that does."
    return f"One of {', '.join(cells)} is wrong."
