"""Checks of the list of facilities: its three splits against each other, its sum against the national average.

Only current figures are checked. Each threshold has the reason beside it; editions are named by the date of their file.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from typing import Literal

from checks.declared import Check
from figures.records import Finding, Observation

SPLITS = ("ice.facility_adp_by_level", "ice.facility_adp_by_criminality", "ice.facility_adp_by_threat_level")
MANDATORY = "ice.facility_adp_mandatory"
BEDS = "ice.facility_guaranteed_minimum"
AVERAGES = (*SPLITS, MANDATORY)
NATIONAL = ("ice.adp", (("agency", "all"), ("criminality", "all")))
SPLIT_DIMS = frozenset({"level", "sex", "criminality", "threat_level"})

# Sound splits agree to a thousandth; a tenth of a person is beyond any rounding of unrounded cells.
TOLERANCE = 0.1
# Where every cell is a whole number (autumn 2025) two sums of four rounded cells may differ by 8 halves; 3 was seen.
ROUNDED_TOLERANCE = 4.0
# One row is a slip of a cell; more rows than this are a broken column, and the whole split is held.
FEW_ROWS = 10
# The list leaves places out and is dated some days before the average: from 0.9 % above (January 2023) to 6.8 % below
# (July 2022). A list of all places ever used was 15.9 % above (January 2021), a stale one 20.4 % below (October 2021).
MOST_ABOVE, MOST_BELOW = 0.03, 0.10
# List and average are dated 1 to 7 days apart; one of them is of an older edition when it is more than a fortnight.
MOST_APART = timedelta(days=14)
# 107 to 225 rows since 2019, a list of all places ever used 1,882.
FEWEST_ROWS, MOST_ROWS = 60, 600
# Two thirds of the guaranteed minimums are multiples of ten; none was when the closing zeros were lost (August 2022).
FEWEST_TENS, ENOUGH_BEDS = 0.2, 20
# 43 to 73 % of people are under mandatory detention; 9 % were shown once (January 2022).
LEAST_MANDATORY, MOST_MANDATORY = 0.25, 0.90
# Both averages are of the same days; what a place may have more is rounding.
MANDATORY_ABOVE = 0.02


@dataclass(frozen=True, slots=True)
class _Place:
    """The averages of one row of the list by metric, and what they come to."""

    cells: dict[str, list[Observation]]
    totals: dict[str, float]

    def total(self, metric: str) -> float:
        return self.totals.get(metric, 0.0)


def facilities(observations: Sequence[Observation]) -> list[Finding]:
    """Findings about the list of facilities of one document; none when it holds no current list."""
    current = [o for o in observations if o.status != "not_current"]
    averages = [o for o in current if o.metric in AVERAGES and dict(o.dims).get("facility") != "all"]
    if not averages:
        return []
    places = _places(averages)
    return [
        *_splits(places, averages),
        *_sum(places, averages, current),
        *_size(places, averages),
        *_rounded(averages),
        *_without_numbers(places),
        *_mandatory(places, averages),
        *_mandatory_above(places),
        *_beds([o for o in current if o.metric == BEDS]),
    ]


def _places(averages: Sequence[Observation]) -> list[_Place]:
    rows: dict[tuple[object, ...], dict[str, list[Observation]]] = defaultdict(lambda: defaultdict(list))
    for o in averages:
        rows[tuple(pair for pair in o.dims if pair[0] not in SPLIT_DIMS)][o.metric].append(o)
    return [
        _Place(cells, {metric: sum([o.value or 0.0 for o in some]) for metric, some in cells.items()})
        for cells in rows.values()
    ]


def _splits(places: Sequence[_Place], averages: Sequence[Observation]) -> Iterator[Finding]:
    """The same people are split by level, by sex and criminality and by threat: three sums that must agree."""
    tolerance = ROUNDED_TOLERANCE if _is_rounded(averages) else TOLERANCE
    for metrics, group in _disagreeing_alike(places, tolerance):
        cells = [o for place in group for metric in metrics for o in place.cells.get(metric, ())]
        shown = {metric: sum(place.total(metric) for place in group) for metric in SPLITS}
        expected = "three sums that agree"
        found = ", ".join(f"{metric.rpartition('_by_')[2]} {value:,.1f}" for metric, value in shown.items())
        words = (
            f"{_first(group)}: in {len(group)} of {len(places)} facilities the averages by level, by criminality and "
            f"by threat level do not add to one number ({found})."
        )
        yield _hold("facility_splits", cells, expected, found, words, whole=len(group) > FEW_ROWS)


def _disagreeing(place: _Place, tolerance: float) -> tuple[str, ...]:
    """The split that differs from two that agree, or all three when none agree."""
    totals = {metric: place.total(metric) for metric in SPLITS}
    if max(totals.values()) - min(totals.values()) <= tolerance:
        return ()
    for metric in SPLITS:
        one, other = (totals[name] for name in SPLITS if name != metric)
        if abs(one - other) <= tolerance:
            return (metric,)
    return SPLITS


def _disagreeing_alike(places: Iterable[_Place], tolerance: float) -> Iterable[tuple[tuple[str, ...], list[_Place]]]:
    """The places whose sums differ, together by the metrics that are doubtful in them."""
    odd: dict[tuple[str, ...], list[_Place]] = defaultdict(list)
    for place in places:
        if wrong := _disagreeing(place, tolerance):
            odd[wrong].append(place)
    return odd.items()


def _sum(
    places: Sequence[_Place], averages: Sequence[Observation], current: Sequence[Observation]
) -> Iterator[Finding]:
    """The list adds to somewhat less than the average daily population of the Detention sheet, some days later."""
    nation = [o for o in current if (o.metric, o.dims) == NATIONAL and o.period.kind == "fiscal_year_to_date"]
    with_number = [(o, o.value) for o in nation if o.value]
    if len(with_number) != 1:
        return
    whole, stated = with_number[0]
    added = sum(place.total(SPLITS[1]) for place in places)
    share = added / stated - 1
    if not -MOST_BELOW <= share <= MOST_ABOVE:
        expected = f"{MOST_BELOW:.0%} below to {MOST_ABOVE:.0%} above {stated:,.0f}"
        side = "above" if share > 0 else "below"
        words = (
            f"The facilities add to {added:,.0f} on average ({_first(places)} and on), {abs(share):.1%} {side} the "
            f"{stated:,.0f} of {whole.locator}: list and average do not belong together."
        )
        yield _hold("facility_sum", averages, expected, f"{added:,.0f}", words)
    yield from _apart(averages, whole)


def _apart(averages: Sequence[Observation], whole: Observation) -> Iterator[Finding]:
    one, other = averages[0].period.end, whole.period.end
    if one is None or other is None or abs(one - other) <= MOST_APART:
        return
    words = (
        f"The list of facilities runs to {one.isoformat()} ({averages[0].period_locator}), the average of "
        f"{whole.locator} to {other.isoformat()}: one of them was not brought up to date."
    )
    tables = tuple(sorted({o.table for o in averages}))
    expected = f"at most {MOST_APART.days} days apart"
    yield Finding("facility_day", "warn", "table", tables, expected, f"{abs(one - other).days} days", words)


def _size(places: Sequence[_Place], averages: Sequence[Observation]) -> Iterator[Finding]:
    if FEWEST_ROWS <= len(places) <= MOST_ROWS:
        return
    words = f"The list of facilities ({_first(places)} and on) has {len(places):,} rows: not the places in use."
    yield _hold("facility_count", averages, f"{FEWEST_ROWS} to {MOST_ROWS} rows", f"{len(places):,}", words)


def _is_rounded(averages: Sequence[Observation]) -> bool:
    values = [o.value for o in averages if o.value]
    return bool(values) and all(value.is_integer() for value in values)


def _rounded(averages: Sequence[Observation]) -> Iterator[Finding]:
    if _is_rounded(averages):
        tables = tuple(sorted({o.table for o in averages}))
        words = (
            f"Every average of the list of facilities ({averages[0].locator} and on) is a whole number: the publisher "
            "rounded them, and sums of them are off by up to half a person for each cell."
        )
        yield Finding("facility_rounded", "note", "table", tables, "averages with decimals", "whole numbers", words)


def _without_numbers(places: Sequence[_Place]) -> Iterator[Finding]:
    """A listed place with no average at all: `#N/A` in every cell (FY2019), or a row that slipped (February 2025)."""
    rows = [list(chain.from_iterable(place.cells.values())) for place in places]
    empty = [o for row in rows if all(o.value is None for o in row) for o in row]
    if empty:
        named = dict.fromkeys(dict(o.dims)["facility"] for o in empty)
        words = f"{empty[0].locator} and on: no average of {', '.join(named)} is a number."
        where = tuple(o.locator for o in empty)
        yield Finding("facility_without_numbers", "warn", "cells", where, "averages", f"{len(named)} rows", words)


def _mandatory(places: Sequence[_Place], averages: Sequence[Observation]) -> Iterator[Finding]:
    cells = [o for o in averages if o.metric == MANDATORY]
    held = sum(place.total(SPLITS[1]) for place in places)
    share = sum(place.total(MANDATORY) for place in places) / held if held else 0.0
    if not cells or not held or LEAST_MANDATORY <= share <= MOST_MANDATORY:
        return
    expected = f"{LEAST_MANDATORY:.0%} to {MOST_MANDATORY:.0%} of the average"
    words = f"Mandatory detention ({cells[0].locator} and on) is {share:.1%} of the average over all facilities."
    yield Finding("mandatory_share", "warn", "table", (cells[0].table,), expected, f"{share:.1%}", words)


def _mandatory_above(places: Sequence[_Place]) -> Iterator[Finding]:
    """Who must be detained is among those held: a place's mandatory average is no more than its average."""
    odd = []
    for place in places:
        held = max(place.total(metric) for metric in SPLITS)
        if held and place.total(MANDATORY) > held * (1 + MANDATORY_ABOVE) + ROUNDED_TOLERANCE:
            odd += place.cells[MANDATORY]
    if odd:
        words = (
            f"{odd[0].locator} has {odd[0].value:,.1f} people under mandatory detention on average, more than the "
            f"place holds; so in {len(odd)} rows."
        )
        expected = "no more than the average"
        yield _hold("mandatory_above_average", odd, expected, f"{len(odd)} rows", words, whole=len(odd) > FEW_ROWS)


def _beds(beds: Sequence[Observation]) -> Iterator[Finding]:
    values = [o.value for o in beds if o.value and dict(o.dims).get("facility") != "all"]
    tens = sum(value % 10 == 0 for value in values)
    if len(values) >= ENOUGH_BEDS and tens / len(values) < FEWEST_TENS:
        words = (
            f"{tens} of {len(values)} guaranteed minimums ({beds[0].locator} and on) are multiples of ten, where most "
            "are: their closing zeros may be lost."
        )
        yield _hold("guaranteed_minimum_zeros", beds, f"{FEWEST_TENS:.0%} or more", f"{tens} of {len(values)}", words)


def _first(places: Sequence[_Place]) -> str:
    return next(o.locator for place in places for cells in place.cells.values() for o in cells)


def _hold(
    check: str, about: Sequence[Observation], expected: str, found: str, words: str, *, whole: bool = True
) -> Finding:
    kind: Literal["table", "cells"] = "table" if whole else "cells"
    scope = tuple(sorted({o.table for o in about})) if whole else tuple(o.locator for o in about)
    return Finding(check, "hold", kind, scope, expected, found, words)


CHECKS = (
    Check(
        "facilities",
        lambda parsed: facilities(parsed.observations),
        lambda o: o.metric in AVERAGES or o.metric == BEDS,
    ),
)
