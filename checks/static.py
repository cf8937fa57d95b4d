"""Checks that need only the document: parts against totals, the same count in two tables, months against the year.

Only current figures are checked; what is kept under another year is never judged on.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from figures.leaving import WHOLE
from figures.metric import metric_of
from figures.metrics import ALL, EQUAL_TOTALS, METRICS
from figures.periods import fiscal_year
from figures.records import Dims, Finding, Observation

# Counts of people are whole numbers and must add exactly; published averages are rounded and come later.
TOLERANCE = 0.0
UNLABELLED = "unlabelled"
# (share, count, dimension whose total it is a share of); some editions round shares to three digits.
SHARES = (
    ("ice.detained_share", "ice.detained", "agency"),
    ("ice.court_appearance_share", "ice.court_appearance", "outcome"),
)
SHARE_TOLERANCE = 0.0006
# The metrics whose figures are held against each other here.
ADDED_METRICS = frozenset(
    {metric.id for metric in METRICS.values() if metric.parts or metric.unit == "people"}
    | {metric_of(series) for pair in EQUAL_TOTALS for series in pair}
    | {metric for share, count, _ in SHARES for metric in (share, count)}
)


def static(observations: Sequence[Observation]) -> list[Finding]:
    """Findings about one document. Each holds what contradicts itself: a table, or cells of a whole history."""
    current: dict[str, list[Observation]] = defaultdict(list)
    for o in observations:
        if o.status not in ("not_current", "text", "overwritten"):
            current[o.metric].append(o)
    return [*_parts(current), *_equal_totals(current), *_months(current), *_shares(current)]


def _parts(current: Mapping[str, Sequence[Observation]]) -> Iterator[Finding]:
    """Along each dimension that a metric declares, the parts add to the figure for `all`."""
    for name, mine in current.items():
        metric = METRICS[name]
        owners = [o for o in mine if ("part_of", ALL) in o.dims] if metric.owned else []
        for dimension in metric.parts:
            groups: dict[tuple[object, ...], list[Observation]] = defaultdict(list)
            for observation in mine:
                rest = tuple(pair for pair in observation.dims if pair[0] != dimension)
                groups[observation.table, observation.period, rest].append(observation)
            for group in groups.values():
                whole = _with_total(group, owners, dimension) if dimension == metric.owned else group
                yield from _sum(dimension, whole, partial=dimension in metric.partial)


def _with_total(group: list[Observation], owners: Sequence[Observation], dimension: str) -> list[Observation]:
    """Sub-rows (`part_of` another row) add to that row; it is their total."""
    whole = dict(group[0].dims).get("part_of", ALL)
    if whole == ALL:
        return group
    like = dict(group[0].dims)
    owner = tuple(sorted({**like, "part_of": ALL, dimension: whole}.items()))
    totals = [o for o in owners if o.dims == owner and o.period == group[0].period and o.table == group[0].table]
    return [*group, *(o._replace(dims=tuple(sorted({**like, dimension: ALL}.items()))) for o in totals)]


def _sum(dimension: str, group: Sequence[Observation], *, partial: bool) -> Iterator[Finding]:
    totals = [o for o in group if (dimension, ALL) in o.dims]
    parts = [o for o in group if (dimension, ALL) not in o.dims]
    if not totals and partial:
        return
    if len(totals) != 1:
        where = ", ".join(o.locator for o in group)
        yield _hold("total_missing", group, "one total", f"{len(totals)}", f"{where}: no single total of {dimension}.")
        return
    total = totals[0]
    numbers = [o.value for o in parts if o.value is not None]
    if total.value is None:
        if numbers and any(numbers):
            words = f"{total.locator} gives no total where its parts add to {sum(numbers):,.0f}."
            yield _hold("total_missing", group, f"{sum(numbers):.0f}", repr(total.raw), words)
        return
    # A row that the publisher left without a label may be a part (February 2026) or a stray total (August 2021).
    labelled = [o.value for o in parts if o.value is not None and UNLABELLED not in dict(o.dims).get(dimension, "")]
    if parts and min(abs(sum(some) - total.value) for some in (numbers, labelled)) > TOLERANCE:
        cells = ", ".join(o.locator for o in parts)
        words = (
            f"{total.locator} says {total.value:,.0f} but its parts by {dimension} ({cells}) add to "
            f"{sum(numbers):,.0f}."
        )
        yield _hold("parts_total", group, f"{sum(numbers):.0f}", f"{total.value:.0f}", words)


def _equal_totals(current: Mapping[str, Sequence[Observation]]) -> Iterator[Finding]:
    for left, right in EQUAL_TOTALS:
        metrics = dict.fromkeys(map(metric_of, (left, right)))
        mine = [o for metric in metrics for o in current.get(metric, ())]
        pair = [o for o in mine if o.series in (left, right) and o.value is not None]
        if len(pair) == 2 and pair[0].value != pair[1].value:
            one, other = pair
            words = (
                f"{one.locator} says {one.value:,.0f} and {other.locator} says {other.value:,.0f} for the same count."
            )
            yield _hold("equal_totals", pair, f"{one.value:.0f}", f"{other.value:.0f}", words)


def _months(current: Mapping[str, Sequence[Observation]]) -> Iterator[Finding]:
    """The months of a fiscal year add to the year to date, where people are counted and not averaged."""
    years: dict[tuple[str, Dims, int], list[Observation]] = defaultdict(list)
    for o in (o for metric, mine in current.items() if METRICS[metric].unit == "people" for o in mine):
        if o.period.kind in ("month", "fiscal_year_to_date") and o.period.start:
            years[o.metric, o.dims, fiscal_year(o.period.start)].append(o)
    for group in years.values():
        months = [o for o in group if o.period.kind == "month"]
        totals = [o for o in group if o.period.kind == "fiscal_year_to_date" and o.table in {m.table for m in months}]
        if not months or len(totals) != 1 or totals[0].value is None:
            continue
        total = totals[0]
        added = sum(o.value for o in months if o.value is not None)
        if abs(added - (total.value or 0.0)) > TOLERANCE:
            words = f"{total.locator} says {total.value:,.0f} but the months beside it add to {added:,.0f}."
            yield _hold("months_total", [total, *months], f"{added:.0f}", f"{total.value:.0f}", words)


def _shares(current: Mapping[str, Sequence[Observation]]) -> Iterator[Finding]:
    """A percentage published beside a count is that count's part of the total. Columns swapped alone show here."""
    for share_metric, count_metric, dimension in SHARES:
        counts = {(o.dims, o.period, o.table): o for o in current.get(count_metric, ())}
        for share in current.get(share_metric, ()):
            whole_dims = tuple(sorted({**dict(share.dims), dimension: ALL}.items()))
            count = counts.get((share.dims, share.period, share.table))
            whole = counts.get((whole_dims, share.period, share.table))
            if None in (share.value, count and count.value, whole and whole.value) or not (count and whole):
                continue
            expected = (count.value or 0.0) / whole.value if whole.value else 0.0
            if abs(expected - (share.value or 0.0)) > SHARE_TOLERANCE:
                words = (
                    f"{share.locator} says {share.value:.4f} but {count.locator} is {expected:.4f} of {whole.locator}: "
                    "one of them stands in the wrong place."
                )
                yield _hold("share_of_count", [share, count], f"{expected:.4f}", f"{share.value:.4f}", words)


def _hold(check: str, about: Iterable[Observation], expected: str, found: str, words: str) -> Finding:
    """Holds the tables that contradict themselves; of a file that holds its whole history, the cells alone."""
    cells = list(about)
    tables = tuple(sorted({o.table for o in cells}))
    if WHOLE.issuperset(tables):
        return Finding(check, "hold", "cells", tuple(o.locator for o in cells), expected, found, words)
    return Finding(check, "hold", "table", tables, expected, found, words)
