"""Checks of ICE's smaller sheets: parts against totals, percentages against counts, averages between their parts.

Each names the cells that contradict each other; the rest of the table stands. Only current figures are checked.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from checks.declared import Check
from checks.document.printed_shares import printed_within
from checks.document.sums import Sum, doubts
from figures.metrics.metric import ALL
from figures.records import Finding, Observation


@dataclass(frozen=True, slots=True)
class Split:
    """Along `dimension` the parts of a metric add to its `all`, or where it has none to that of `total`.

    Counts are whole numbers: they add exactly in every edition held that is not at fault.
    """

    metric: str
    dimension: str
    total: str = ""


SPLITS = (
    Split("ice.iclos_detainees", "length"),
    Split("ice.iclos_detainees", "population"),
    Split("ice.segregation", "facility"),
    Split("ice.vulnerable_placements", "reason"),
    Split("ice.transgender_book_ins", "final_order"),
    Split("ice.transgender_detained", "final_order"),
    Split("ice.transgender_book_ins_by_area", "area", "ice.transgender_book_ins"),
    Split("ice.transgender_detained_by_area", "area", "ice.transgender_detained"),
)
# The same count, printed over two splits of it.
EQUAL = (
    ("ice.transgender_book_ins", "ice.transgender_book_ins_by_area"),
    ("ice.transgender_detained", "ice.transgender_detained_by_area"),
)
# (share, count): the share of those with a bond posted in all.
SHARES = (
    ("ice.bond_share_of_releases", "ice.bond_final_releases"),
    ("ice.bond_share_of_book_outs", "ice.bond_final_book_outs"),
)
# (average, dimension): the average of all lies between those of its parts.
AVERAGES = (
    ("ice.iclos", "population"),
    ("ice.vulnerable_days_consecutive", "reason"),
    ("ice.vulnerable_days_cumulative", "reason"),
)
# In 2022 averages were published with two digits.
AVERAGE_TOLERANCE = 0.01
# Between two half-months the people in custody changed by a quarter at most since 2019 (spring of 2020).
FOLD = 3.0
# The metrics whose figures are held against each other here.
METRICS_OF_LISTS = frozenset(
    {name for one in SPLITS for name in (one.metric, one.total) if name}
    | {name for pair in (*EQUAL, *SHARES) for name in pair}
    | {metric for metric, _ in AVERAGES}
    | {"ice.vulnerable_detainees"}
)


def lists(observations: Sequence[Observation]) -> list[Finding]:
    """Findings about one document. Each holds the cells that contradict each other."""
    by_metric = _by_metric(observations)
    missing: list[Finding] = []
    sums = [each for one in SPLITS for each in _sums(one, by_metric, missing)]
    sums += [each for left, right in EQUAL for each in _equal(by_metric[left], by_metric[right])]
    return [
        *missing,
        *doubts(sums),
        *(finding for share, count in SHARES for finding in _shares(by_metric[share], by_metric[count])),
        *(finding for metric, dimension in AVERAGES for finding in _averages(by_metric[metric], dimension)),
        *_nobody_held(by_metric["ice.iclos_detainees"]),
        *_tenfold(by_metric["ice.iclos_detainees"]),
        *_people_and_placements(by_metric),
    ]


def _by_metric(observations: Iterable[Observation]) -> Mapping[str, list[Observation]]:
    by_metric: dict[str, list[Observation]] = defaultdict(list)
    for o in observations:
        if o.status not in ("not_current", "overwritten"):
            by_metric[o.metric].append(o)
    return by_metric


def _groups(observations: Iterable[Observation], dimension: str) -> Iterator[list[Observation]]:
    """Figures that differ along one dimension only."""
    groups: dict[tuple[object, ...], list[Observation]] = defaultdict(list)
    for o in observations:
        rest = tuple(pair for pair in o.dims if pair[0] != dimension)
        groups[o.table, o.period, rest].append(o)
    yield from groups.values()


def _is_total(o: Observation) -> bool:
    return all(value == ALL for _, value in o.dims)


def _sums(one: Split, by_metric: Mapping[str, Sequence[Observation]], missing: list[Finding]) -> Iterator[Sum]:
    """The sums of one split; what a blank part leaves out of its total is added to `missing`."""
    totals = _with_numbers(o for o in by_metric.get(one.total, ()) if _is_total(o))
    for group in _groups(by_metric.get(one.metric, ()), one.dimension):
        own, parts = _apart(group, one.dimension)
        beside = _with_numbers(own) or [each for each in totals if each[0].period == group[0].period]
        if beside and _with_numbers(parts):
            yield from _sum(one, *beside[0], parts, missing)


def _apart(group: Sequence[Observation], dimension: str) -> tuple[list[Observation], list[Observation]]:
    """The totals of a dimension, and its parts."""
    totals = [o for o in group if (dimension, ALL) in o.dims]
    return totals, [o for o in group if (dimension, ALL) not in o.dims]


def _with_numbers(observations: Iterable[Observation]) -> list[tuple[Observation, float]]:
    """Those that are numbers, each with its number."""
    return [(o, o.value) for o in observations if o.value is not None]


def _sum(
    one: Split, total: Observation, stated: float, parts: Sequence[Observation], missing: list[Finding]
) -> Iterator[Sum]:
    numbers = [number for _, number in _with_numbers(parts)]
    added = sum(numbers)
    # A part without a number may be what is missing.
    if len(numbers) < len(parts) and added < stated:
        missing.extend(_missing_part(total, [o for o in parts if o.status == "blank"], added))
        return
    said = ""
    if added != stated:
        said = (
            f"{total.locator} says {stated:,.0f}, but its parts by {one.dimension} that were read "
            f"({_range(parts)}) add to {added:,.0f}."
        )
    yield Sum("list_total", total, parts, added - stated, said)


def _missing_part(total: Observation, blank: Sequence[Observation], added: float) -> Iterator[Finding]:
    if blank:
        said = (
            f"{total.locator} says {total.value:,.0f}, its parts that have a number add to {added:,.0f}, and "
            f"{_range(blank)} is blank: a number is missing there."
        )
        yield _hold("part_blank", blank, f"{(total.value or 0.0) - added:.0f}", "blank", said)


def _equal(left: Sequence[Observation], right: Sequence[Observation]) -> Iterator[Sum]:
    totals = _with_numbers(filter(_is_total, right))
    for one, value in _with_numbers(filter(_is_total, left)):
        for other, twin in totals:
            if other.period == one.period:
                said = f"{one.locator} says {value:,.0f} and {other.locator} says {twin:,.0f} for the same count."
                beside = [o for o in right if o.period == one.period]
                yield Sum("list_equal_totals", one, [other], twin - value, said, beside)


def _shares(shares: Sequence[Observation], counts: Sequence[Observation]) -> Iterator[Finding]:
    """The share alone is held, to the digits that are printed: counts are not doubtful for what stands beside them."""
    counted = _with_numbers(counts)
    whole = {o.period: (o, number) for o, number in counted if number and _is_total(o)}
    parts = {(o.period, o.dims): (o, number) for o, number in counted}
    for share, stated in _with_numbers(shares):
        if share.period not in whole or (share.period, share.dims) not in parts:
            continue
        (total, all_of_them), (part, some) = whole[share.period], parts[share.period, share.dims]
        expected = some / all_of_them
        if abs(expected - stated) > printed_within(share):
            said = f"{share.locator} says {stated:.4f}, but {part.locator} is {expected:.4f} of {total.locator}."
            yield _hold("list_share", [share], f"{expected:.4f}", f"{stated:.4f}", said)


def _averages_of_parts(group: Iterable[Observation]) -> list[float]:
    """0 stands where nobody is counted."""
    return [o.value for o in group if o.value and not _is_total(o)]


def _averages(observations: Sequence[Observation], dimension: str) -> Iterator[Finding]:
    for group in _groups(observations, dimension):
        totals = _with_numbers(o for o in group if o.value and _is_total(o))
        numbers = _averages_of_parts(group)
        if not (totals and numbers):
            continue
        (total, stated), *_ = totals
        low, high = min(numbers), max(numbers)
        if not low - AVERAGE_TOLERANCE <= stated <= high + AVERAGE_TOLERANCE:
            said = (
                f"{total.locator} says {stated:.2f} days on average, but the averages of its parts by {dimension} lie "
                f"between {low:.2f} and {high:.2f}."
            )
            yield _hold("list_average", group, f"{low:.2f} to {high:.2f}", f"{stated:.2f}", said)


def _nobody_held(observations: Sequence[Observation]) -> Iterator[Finding]:
    """ICE has never held nobody: zeros in a whole column are history replaced or a day to come."""
    for total in observations:
        if _is_total(total) and total.value == 0:
            about = [o for o in observations if o.period == total.period]
            said = f"{total.locator} says that nobody was in custody."
            yield _hold("nobody_held", about, "people in custody", "0", said)


def _tenfold(observations: Sequence[Observation]) -> Iterator[Finding]:
    """The people in custody on a day of the middle or the end of a month, against the days before and after."""
    dated = [o for o in observations if o.value and o.period.end and _is_total(o)]
    totals = sorted(_with_numbers(dated), key=lambda each: str(each[0].period.end))
    for (before, was), (total, value), (after, will_be) in zip(totals, totals[1:], totals[2:], strict=False):
        around = sorted((was, will_be))
        if around[0] / FOLD <= value <= around[1] * FOLD:
            continue
        about = [o for o in observations if o.period == total.period]
        said = (
            f"{total.locator} says that {value:,.0f} people were in custody, {before.locator} {was:,.0f} and "
            f"{after.locator} {will_be:,.0f} half a month before and after."
        )
        expected = f"{around[0] / FOLD:.0f} to {around[1] * FOLD:.0f}"
        yield _hold("custody_jumps", about, expected, f"{value:.0f}", said)


def _people_and_placements(by_metric: Mapping[str, Sequence[Observation]]) -> Iterator[Finding]:
    """Each person counted had a placement, so people are no more than placements."""
    totals = {o.period: o for o in by_metric.get("ice.vulnerable_placements", ()) if _is_total(o)}
    for people in by_metric.get("ice.vulnerable_detainees", ()):
        placements = totals.get(people.period)
        if people.value is None or placements is None or placements.value is None:
            continue
        if people.value > placements.value:
            said = (
                f"{people.locator} speaks of {people.value:,.0f} people, but {placements.locator} says "
                f"{placements.value:,.0f} placements."
            )
            found, expected = f"{people.value:.0f}", f"{placements.value:.0f} or fewer"
            yield _hold("people_and_placements", [people, placements], expected, found, said)


def _range(observations: Sequence[Observation]) -> str:
    first, last = observations[0].locator, observations[-1].locator.rpartition("!")[2]
    return first if len(observations) == 1 else f"{first} to {last}"


def _hold(check: str, about: Iterable[Observation], expected: str, found: str, said: str) -> Finding:
    return Finding(check, "hold", "cells", tuple(o.locator for o in about), expected, found, said)


CHECKS = (Check("lists", lambda parsed: lists(parsed.observations), lambda o: o.metric in METRICS_OF_LISTS),)
