"""Checks that need only the document: parts against totals, the same count in two tables, months against the year.

Only current figures are checked; what is kept under another year is never judged on.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from figures.metrics import ALL, EQUAL_TOTALS, METRICS
from figures.records import Finding, Observation

# Counts of people are whole numbers and must add exactly; published averages are rounded and come later.
TOLERANCE = 0.0


def static(observations: Sequence[Observation]) -> list[Finding]:
    """Findings about one document. Each holds the table that contradicts itself."""
    current = [o for o in observations if o.status != "not_current"]
    return [*_parts(current), *_equal_totals(current), *_months(current)]


def _parts(observations: Sequence[Observation]) -> Iterator[Finding]:
    """Along each dimension that a metric declares, the parts add to the figure for `all`."""
    for metric in METRICS.values():
        mine = [o for o in observations if o.metric == metric.id]
        for dimension in metric.parts:
            groups: dict[tuple[object, ...], list[Observation]] = defaultdict(list)
            for observation in mine:
                rest = tuple(pair for pair in observation.dims if pair[0] != dimension)
                groups[observation.table, observation.period, rest].append(observation)
            for group in groups.values():
                yield from _sum(dimension, group)


def _sum(dimension: str, group: Sequence[Observation]) -> Iterator[Finding]:
    totals = [o for o in group if dict(o.dims).get(dimension) == ALL]
    parts = [o for o in group if dict(o.dims).get(dimension) != ALL]
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
    if parts and abs(sum(numbers) - total.value) > TOLERANCE:
        cells = ", ".join(o.locator for o in parts)
        words = (
            f"{total.locator} says {total.value:,.0f} but its parts by {dimension} ({cells}) add to "
            f"{sum(numbers):,.0f}."
        )
        yield _hold("parts_total", group, f"{sum(numbers):.0f}", f"{total.value:.0f}", words)


def _equal_totals(observations: Sequence[Observation]) -> Iterator[Finding]:
    for left, right in EQUAL_TOTALS:
        pair = [o for o in observations if o.series in (left, right) and o.value is not None]
        if len(pair) == 2 and pair[0].value != pair[1].value:
            one, other = pair
            words = (
                f"{one.locator} says {one.value:,.0f} and {other.locator} says {other.value:,.0f} for the same count."
            )
            yield _hold("equal_totals", pair, f"{one.value:.0f}", f"{other.value:.0f}", words)


def _months(observations: Sequence[Observation]) -> Iterator[Finding]:
    """The months of a fiscal year add to the year to date."""
    for series in sorted({o.series for o in observations if o.period.kind == "month"}):
        months = [o for o in observations if o.series == series and o.period.kind == "month"]
        totals = [o for o in observations if o.series == series and o.period.kind == "fiscal_year_to_date"]
        if len(totals) != 1 or totals[0].value is None:
            continue
        total = totals[0]
        added = sum(o.value for o in months if o.value is not None)
        if abs(added - (total.value or 0.0)) > TOLERANCE:
            words = f"{total.locator} says {total.value:,.0f} but the months beside it add to {added:,.0f}."
            yield _hold("months_total", [total, *months], f"{added:.0f}", f"{total.value:.0f}", words)


def _hold(check: str, about: Iterable[Observation], expected: str, found: str, words: str) -> Finding:
    tables = tuple(sorted({o.table for o in about}))
    return Finding(check, "hold", "table", tables, expected, found, words)
