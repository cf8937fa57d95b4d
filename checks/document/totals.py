"""Checks that need only the document: parts against totals, the same count in two tables, months against the year.

Only current figures are checked; what is kept under another year is never judged on.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, combinations

from checks.declared import Check
from checks.document.printed_shares import printed_within
from checks.document.sums import Sum, doubts
from figures.metrics.catalogue import ALL, EQUAL_TOTALS, METRICS
from figures.metrics.metric import metric_of
from figures.periods import Period, fiscal_year
from figures.records import Dims, Finding, Observation

UNLABELLED = "unlabelled"
# A table gains one row at a time, twice three since 2019.
MOST_NEW = 6
# Counts whose total is printed in a second table, of the same period.
TWICE = {
    "ice.book_ins": "ice.book_ins_by_criminality",
    "ice.final_releases": "ice.final_releases_by_reason",
    "ice.final_book_outs": "ice.final_book_outs_by_reason",
}
# Two tables of one sheet may be drawn some minutes apart; less than this share moves no rate by a fortieth.
APART = 0.001
# (share, count, dimension whose total it is a share of)
SHARES = (
    ("ice.detained_share", "ice.detained", "agency"),
    ("ice.court_appearance_share", "ice.court_appearance", "outcome"),
)
# The metrics whose figures are held against each other here.
ADDED_METRICS = frozenset(
    {metric.id for metric in METRICS.values() if metric.parts or metric.unit == "people"}
    | {metric for pair in TWICE.items() for metric in pair}
    | {metric_of(series) for pair in EQUAL_TOTALS for series in pair}
    | {metric for share, count, _ in SHARES for metric in (share, count)}
)


def static(observations: Sequence[Observation]) -> list[Finding]:
    """Findings about one document. Each holds the cells that contradict each other; of a sum that is off, only the
    figure that explains it where there is one (`checks.document.sums`).
    """
    current: dict[str, list[Observation]] = defaultdict(list)
    for o in observations:
        if o.status not in ("not_current", "text", "overwritten"):
            current[o.metric].append(o)
    missing: list[Finding] = []
    sums = [*_parts(current, missing), *_equal_totals(current), *_printed_twice(current), *_months(current)]
    return [*missing, *doubts(sums), *_shares(current)]


def _parts(current: Mapping[str, Sequence[Observation]], missing: list[Finding]) -> Iterator[Sum]:
    """Along each dimension that a metric declares, the parts add to the figure for `all`. Totals that are not there
    are added to `missing`.
    """
    for name, mine in current.items():
        metric = METRICS[name]
        owners = [o for o in mine if ("part_of", ALL) in o.dims] if metric.owned else []
        for dimension in metric.parts:
            groups = _groups(mine, dimension)
            owned = dimension == metric.owned
            for (table, period, rest), group in groups.items():
                whole = _with_total(group, owners, dimension) if owned else group
                unowned = _without(rest, "part_of")
                # A row that nobody declared is part of the table, and says nothing of what it is part of.
                new = groups.get((table, period, unowned), ()) if owned and len(unowned) < len(rest) else ()
                yield from _sum(dimension, whole, new, missing, partial=dimension in metric.partial)


def _without(dims: Dims, dimension: str) -> Dims:
    return tuple(pair for pair in dims if pair[0] != dimension)


def _groups(some: Iterable[Observation], dimension: str) -> Mapping[tuple[str, Period, Dims], list[Observation]]:
    """Figures that differ along one dimension only, by table, period and the other dimensions."""
    groups: dict[tuple[str, Period, Dims], list[Observation]] = defaultdict(list)
    for o in some:
        groups[o.table, o.period, _without(o.dims, dimension)].append(o)
    return groups


def _with_total(group: list[Observation], owners: Sequence[Observation], dimension: str) -> list[Observation]:
    """Sub-rows (`part_of` another row) add to that row; it is their total."""
    whole = dict(group[0].dims).get("part_of", ALL)
    if whole == ALL:
        return group
    like = dict(group[0].dims)
    owner = tuple(sorted({**like, "part_of": ALL, dimension: whole}.items()))
    totals = [o for o in owners if o.dims == owner and o.period == group[0].period and o.table == group[0].table]
    return [*group, *(o._replace(dims=tuple(sorted({**like, dimension: ALL}.items()))) for o in totals)]


def _sum(
    dimension: str, group: Sequence[Observation], new: Sequence[Observation], missing: list[Finding], *, partial: bool
) -> Iterator[Sum]:
    totals = [o for o in group if (dimension, ALL) in o.dims]
    parts = [o for o in group if (dimension, ALL) not in o.dims]
    if not totals and partial:
        return
    if len(totals) != 1:
        words = f"{_locators(group)}: no single total of {dimension}."
        missing.append(_hold("total_missing", group, "one total", f"{len(totals)}", words))
    elif totals[0].value is None:
        missing.extend(_unsaid(totals[0], group, parts))
    elif parts:
        fitting, off = _fitting(totals[0], parts, new, dimension)
        yield _parts_total(totals[0], totals[0].value, fitting, off, dimension)


def _unsaid(total: Observation, group: Sequence[Observation], parts: Sequence[Observation]) -> Iterator[Finding]:
    """A total that is no number where its parts are."""
    if any(o.value for o in parts):
        added = _added(parts)
        words = f"{total.locator} gives no total where its parts add to {added:,.0f}."
        yield _hold("total_missing", group, f"{added:.0f}", repr(total.raw), words)


def _locators(some: Iterable[Observation]) -> str:
    return ", ".join(o.locator for o in some)


def _parts_total(total: Observation, stated: float, parts: Sequence[Observation], off: float, dimension: str) -> Sum:
    words = ""
    if off:
        added = f"({_locators(parts)}) add to {stated + off:,.0f}"
        words = f"{total.locator} says {stated:,.0f} but its parts by {dimension} {added}."
    return Sum("parts_total", total, parts, off, words)


def _fitting(
    total: Observation, parts: list[Observation], new: Sequence[Observation], dimension: str
) -> tuple[list[Observation], float]:
    """The parts of a total, and by how much they exceed it. `new` are rows that may belong to it."""
    off = _added(parts) - (total.value or 0.0)
    if not off:
        return parts, off
    fitting = next((some for some in _choices(parts, new, dimension) if _added(some) == total.value), None)
    return (parts, off) if fitting is None else (fitting, 0.0)


def _choices(parts: list[Observation], new: Sequence[Observation], dimension: str) -> Iterator[list[Observation]]:
    """What else the parts may be: without rows that have no label, or with some that are new.

    A row that the publisher left without a label may be a part (February 2026) or a stray total (August 2021).
    """
    labelled = [o for o in parts if UNLABELLED not in dict(o.dims).get(dimension, "")]
    if len(labelled) < len(parts):
        yield labelled
    numbers = [o for o in new if o.value is not None]
    for count in range(1, len(numbers[:MOST_NEW]) + 1):
        yield from ([*parts, *some] for some in combinations(numbers, count))


def _added(parts: Iterable[Observation]) -> float:
    return sum(o.value for o in parts if o.value is not None)


def _equal_totals(current: Mapping[str, Sequence[Observation]]) -> Iterator[Sum]:
    """A count that is printed twice: two tables that differ do so as wholes, unless one figure explains it."""
    for left, right in EQUAL_TOTALS:
        metrics = dict.fromkeys(map(metric_of, (left, right)))
        mine = [o for metric in metrics for o in current.get(metric, ())]
        pair = [o for o in mine if o.series in (left, right) and o.value is not None]
        if len(pair) == 2:
            one, other = pair
            words = (
                f"{one.locator} says {one.value:,.0f} and {other.locator} says {other.value:,.0f} for the same count."
            )
            yield Sum("equal_totals", one, [other], (other.value or 0.0) - (one.value or 0.0), words, mine)


def _printed_twice(current: Mapping[str, Sequence[Observation]]) -> Iterator[Sum]:
    """A total that a second table prints, of the year to date or of a month."""
    for metric, other in TWICE.items():
        # The days that two blocks of a sheet run through may differ in their footnotes; a month is the same month.
        second = {_span(o): o for o in filter(_is_total, current.get(other, ()))}
        for one in filter(_is_total, current.get(metric, ())):
            twin = second.get(_span(one))
            if twin is None or one.value is None or twin.value is None:
                continue
            off = twin.value - one.value
            if not off or abs(off) > APART * one.value:  # less says nothing of either
                said = f"{one.locator} says {one.value:,.0f} and {twin.locator} says {twin.value:,.0f}"
                yield Sum("equal_totals", one, [twin], off, f"{said} for the same count.")


def _is_total(o: Observation) -> bool:
    return all(value == ALL for _, value in o.dims)


def _span(o: Observation) -> tuple[str, object]:
    return o.period.kind, o.period.kind == "month" and o.period.start


def _months(current: Mapping[str, Sequence[Observation]]) -> Iterator[Sum]:
    """The months of a fiscal year add to the year to date, where people are counted and not averaged."""
    for group in _years(current).values():
        months = [o for o in group if o.period.kind == "month"]
        totals = [o for o in group if o.period.kind != "month" and o.table in {each.table for each in months}]
        if len(totals) != 1 or totals[0].value is None:
            continue
        yield _year_total(totals[0], totals[0].value, months)


def _year_total(total: Observation, stated: float, months: Sequence[Observation]) -> Sum:
    added = _added(months)
    said = f"{total.locator} says {stated:,.0f} but the months beside it add to {added:,.0f}."
    return Sum("months_total", total, months, added - stated, said if added != stated else "")


def _years(current: Mapping[str, Sequence[Observation]]) -> Mapping[tuple[str, Dims, int], list[Observation]]:
    """Counts of people of months and of the year to date, by metric, dimensions and fiscal year."""
    years: dict[tuple[str, Dims, int], list[Observation]] = defaultdict(list)
    for o in chain.from_iterable(mine for metric, mine in current.items() if METRICS[metric].unit == "people"):
        if o.period.kind in ("month", "fiscal_year_to_date") and o.period.start:
            years[o.metric, o.dims, fiscal_year(o.period.start)].append(o)
    return years


def _shares(current: Mapping[str, Sequence[Observation]]) -> Iterator[Finding]:
    """A percentage published beside a count is that count's part of the total, as far as it is printed.

    The share alone is held: counts are right to the unit and add to their totals, whatever stands beside them.
    """
    for share_metric, count_metric, dimension in SHARES:
        counts = {
            (o.dims, o.period, o.table): (o, o.value) for o in current.get(count_metric, ()) if o.value is not None
        }
        for share in (o for o in current.get(share_metric, ()) if o.value is not None):
            whole_dims = tuple(sorted({**dict(share.dims), dimension: ALL}.items()))
            count = counts.get((share.dims, share.period, share.table))
            whole = counts.get((whole_dims, share.period, share.table))
            if count and whole:
                yield from _share(share, share.value or 0.0, *count, *whole)


def _share(
    share: Observation, stated: float, count: Observation, some: float, whole: Observation, everybody: float
) -> Iterator[Finding]:
    expected = some / everybody if everybody else 0.0
    if abs(expected - stated) > printed_within(share):
        words = f"{share.locator} says {stated:.4f} but {count.locator} is {expected:.4f} of {whole.locator}."
        yield _hold("share_of_count", [share], f"{expected:.4f}", f"{stated:.4f}", words)


def _hold(check: str, about: Iterable[Observation], expected: str, found: str, words: str) -> Finding:
    return Finding(check, "hold", "cells", tuple(o.locator for o in about), expected, found, words)


CHECKS = (Check("static", lambda parsed: static(parsed.observations), lambda o: o.metric in ADDED_METRICS),)
