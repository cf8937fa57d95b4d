"""Checks of OHSS's monthly tables that need the one workbook alone. Figures are rounded to ten: sums are only near."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from figures.periods import Period, fiscal_year
from figures.records import Dims, Finding, Observation

# Twelve months and their total, each rounded to ten, may differ by 65; 40 was the most in an edition.
MONTHS_WITHIN = 60.0
HALF_OF_TEN = 5.0
# (metric, dimension, total, its parts): what OHSS's own headings and notes say adds up.
SUMS = (
    ("ohss.arrests", "criminality", "all", ("convicted", "non_criminal")),
    ("ohss.arrests", "criminality", "non_criminal", ("pending", "other")),
    ("ohss.repatriations", "type", "title_8", ("removal", "enforcement_return", "administrative_return")),
    ("ohss.repatriations", "type", "title_8_enforcement", ("removal", "enforcement_return")),
    ("ohss.repatriations", "type", "removal", ("expedited_removal", "reinstatement_of_removal", "other_removal")),
    ("ohss.encounters", "kind", "all", ("enforcement", "administrative")),
    ("ohss.encounters", "region", "all", ("southwest", "northern", "coastal", "air")),
)
_Numbers = Mapping[tuple[str, Dims, Period], Observation]


def ohss(observations: Sequence[Observation]) -> list[Finding]:
    """Findings about one workbook of OHSS's; none for any other document."""
    mine = [o for o in observations if o.metric.startswith("ohss.")]
    numbers = {(o.metric, o.dims, o.period): o for o in mine if o.value is not None}
    return [*_months(mine), *_sums(numbers), *_removals(numbers), *_rounding(mine), *_blanks(mine)]


def _months(mine: Sequence[Observation]) -> Iterator[Finding]:
    """The months of a year add to its total, where each has a number."""
    years: dict[tuple[str, Dims, int], list[Observation]] = defaultdict(list)
    for o in mine:
        if o.period.start:
            years[o.metric, o.dims, fiscal_year(o.period.start)].append(o)
    for group in years.values():
        months = [o for o in group if o.period.kind == "month"]
        totals = [o for o in group if o.period.kind != "month"]
        if len(totals) == 1 and months and all(o.value is not None for o in group):
            yield from _near(totals[0], months, MONTHS_WITHIN, "months_total", "its months")


def _sums(numbers: _Numbers) -> Iterator[Finding]:
    for (metric, dims, period), whole in numbers.items():
        for of, dimension, total, parts in SUMS:
            if of != metric or (dimension, total) not in dims:
                continue
            keys = [tuple(sorted({**dict(dims), dimension: part}.items())) for part in parts]
            found = [numbers[metric, key, period] for key in keys if (metric, key, period) in numbers]
            if len(found) == len(parts):
                yield from _near(whole, found, HALF_OF_TEN * (len(parts) + 1), "parts_total", "its parts")


def _near(total: Observation, parts: Sequence[Observation], within: float, check: str, what: str) -> Iterator[Finding]:
    added = sum(o.value or 0.0 for o in parts)
    if abs(added - (total.value or 0.0)) > within:
        cells = (total.locator, *(o.locator for o in parts))
        words = (
            f"{total.locator} says {total.value:,.0f}, {what} ({parts[0].locator} and on) add to {added:,.0f}: more "
            f"than rounding to ten explains ({within:.0f})."
        )
        yield Finding(check, "hold", "cells", cells, f"{added:.0f} within {within:.0f}", f"{total.value:.0f}", words)


def _removals(numbers: _Numbers) -> Iterator[Finding]:
    """Removals stand on two sheets: by arresting agency, and among the repatriations. Equal in 141 of 141 rows."""
    for (metric, dims, period), one in numbers.items():
        if metric != "ohss.dhs_removals" or dims != (("agency", "all"),):
            continue
        other = numbers.get(("ohss.repatriations", (("type", "removal"),), period))
        if other is not None and other.value != one.value:
            words = f"{one.locator} says {one.value:,.0f} and {other.locator} {other.value:,.0f} for the same removals."
            cells = (one.locator, other.locator)
            yield Finding("equal_totals", "hold", "cells", cells, f"{other.value:.0f}", f"{one.value:.0f}", words)


def _rounding(mine: Sequence[Observation]) -> Iterator[Finding]:
    odd = [o for o in mine if o.value is not None and o.value % 10]
    if odd:
        words = f"{odd[0].locator} says {odd[0].raw}, and OHSS rounds to ten: {len(odd)} figures are not rounded."
        cells = tuple(o.locator for o in odd)
        yield Finding("not_rounded", "warn", "cells", cells, "multiples of ten", f"{len(odd)} others", words)


def _blanks(mine: Sequence[Observation]) -> Iterator[Finding]:
    """Cells that lost their number. `X` and `NA` stand for whole years at the beginning or the end of a column, never
    between two months with numbers, nor in the total of a year all of whose months have one; no cell is empty.
    """
    series: dict[tuple[str, Dims], list[Observation]] = defaultdict(list)
    for o in mine:
        series[o.metric, o.dims].append(o)
    lost = [o for group in series.values() for o in _lost(group)]
    if lost:
        words = (
            f"{lost[0].locator} shows {lost[0].raw or 'nothing'} where the cells beside it have numbers: "
            f"{len(lost)} figures may have been left out."
        )
        cells = tuple(o.locator for o in lost)
        yield Finding("figure_blank", "warn", "cells", cells, "a number in each month", f"{len(lost)} without", words)


def _lost(group: Sequence[Observation]) -> Iterator[Observation]:
    """Those of one column that lost their number."""
    every, counted = _month_starts(group), _month_starts([o for o in group if o.value is not None])
    yield from (o for o in group if o.period.start and _is_lost(o, o.period.start, every, counted))


def _month_starts(some: Sequence[Observation]) -> list[date]:
    return sorted(o.period.start for o in some if o.period.kind == "month" and o.period.start)


def _is_lost(o: Observation, start: date, every: Sequence[date], counted: Sequence[date]) -> bool:
    """`every` are the months of its column, `counted` those with a number."""
    if o.status not in ("not_applicable", "not_available"):
        return o.status == "blank"
    if o.period.kind == "month":
        return bool(counted) and counted[0] < start < counted[-1]
    of_year = {month for month in every if fiscal_year(month) == fiscal_year(start)}
    return bool(of_year) and of_year <= set(counted)
