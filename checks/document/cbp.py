"""Checks of CBP's files and of its table of apprehensions that need the one document alone.

A file that was cut off still reads well: it is seen by what must be there in every month, both components, all three
regions, all nine sectors of the southwest.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from checks.declared import Check
from figures.periods import MONTHS, fiscal_year, spoken
from figures.records import Finding, Observation, ScopeKind, Severity

ENCOUNTERS, SECTOR = "cbp.encounters", "cbp.encounters_by_sector"
AUTHORITY, APPREHENSIONS = "cbp.encounters_by_authority", "cbp.apprehensions"
FILES = frozenset({"cbp_aor", "cbp_state", "cbp_sbo"})
# What every month of every file since FY2020 has: 144 of 144 months by region.
REGIONS = frozenset({"northern", "southwest", "other"})
COMPONENTS = frozenset({"usbp", "ofo"})
SOUTHWEST_SECTORS = frozenset(
    {"big_bend", "del_rio", "el_centro", "el_paso", "laredo", "rio_grande_valley", "san_diego", "tucson", "yuma"}
)
SHOWN = 6
# The public health order stood from 21 March 2020 to 11 May 2023.
FIRST_EXPULSIONS, LAST_EXPULSIONS = date(2020, 3, 1), date(2023, 5, 31)

_Month = tuple[date, Sequence[Observation]]


def cbp(observations: Sequence[Observation]) -> list[Finding]:
    """Findings about one document of CBP; none for any other document."""
    files = [o for o in observations if o.table in FILES]
    table = [o for o in observations if o.metric == APPREHENSIONS]
    if not files and not table:
        return []
    months = sorted(_by_month(files).items())
    return [
        *_gaps(files),
        *_parts_missing(months),
        *_sectors(months),
        *_expulsions(files),
        *_apprehensions(sorted(_by_month(table).items())),
    ]


def _by_month(observations: Iterable[Observation]) -> Mapping[date, list[Observation]]:
    months: dict[date, list[Observation]] = defaultdict(list)
    for o in observations:
        if o.period.kind == "month" and o.period.start:
            months[o.period.start].append(o)
    return months


def _gaps(files: Sequence[Observation]) -> Iterator[Finding]:
    """A year that is over has twelve months, the running one has each from October to its newest."""
    counted = [o for o in files if o.metric == ENCOUNTERS]
    starts = _by_month(counted)
    for year, end in sorted(_ends_of_years(counted).items()):
        expected = [first for first in _months_of(year) if first <= end]
        missing = [f"{first:%B %Y}" for first in expected if first not in starts]
        if missing:
            words = f"Fiscal year {year} lacks {_some(missing)}: rows are missing, and its sum is too low."
            yield _finding("month_missing", "hold", f"{len(expected)} months", f"{len(missing)} missing", words)


def _ends_of_years(counted: Iterable[Observation]) -> Mapping[int, date]:
    """The last day that the sum of each fiscal year counts."""
    sums = (o.period for o in counted if o.period.kind != "month")
    return {fiscal_year(period.start): period.end for period in sums if period.start and period.end}


def _months_of(year: int) -> list[date]:
    numbers = [(n + 9) % 12 + 1 for n in range(len(MONTHS))]
    return [date(year - (number >= 10), number, 1) for number in numbers]


def _parts_missing(months: Sequence[_Month]) -> Iterator[Finding]:
    """Regions and components of each month, in files that know them."""
    tables = {o.table for _, some in months for o in some}
    wanted: dict[str, frozenset[str]] = {}
    if not tables <= {"cbp_sbo"}:
        wanted["region"] = REGIONS
    if not tables <= {"cbp_state"}:
        wanted["component"] = COMPONENTS
    for dimension, values in wanted.items():
        lacking: dict[str, list[str]] = defaultdict(list)
        for month, some in months:
            there = {dict(o.dims)[dimension] for o in some if o.metric == ENCOUNTERS}
            for value in values - there:
                lacking[value].append(f"{month:%B %Y}")
        for value, named in sorted(lacking.items()):
            words = f"No rows of {dimension} {value} in {_some(named)}: the file may have been cut off."
            yield _finding("part_missing", "hold", f"{dimension} {value} in each month", f"{len(named)} without", words)


def _sectors(months: Sequence[_Month]) -> Iterator[Finding]:
    """The nine sectors of the southwest are there, and add to Border Patrol's southwest."""
    southwest = (("component", "usbp"), ("region", "southwest"))
    for month, some in months:
        sectors = [o for o in some if o.metric == SECTOR]
        nine = [o for o in sectors if o.dims[0][1] in SOUTHWEST_SECTORS]
        total = next((o for o in some if o.metric == ENCOUNTERS and o.dims == southwest), None)
        if total is not None and sectors:
            yield from _nine_sectors(month, total, nine)


def _nine_sectors(month: date, total: Observation, nine: Sequence[Observation]) -> Iterator[Finding]:
    cells = (total.locator, *(o.locator for o in nine))
    added = sum(o.value or 0.0 for o in nine)
    if missing := ", ".join(sorted(SOUTHWEST_SECTORS - {o.dims[0][1] for o in nine})):
        words = f"{month:%B %Y} has no rows of {missing}, of the nine sectors of the southwest."
        yield _finding("sector_missing", "hold", "nine sectors", f"without {missing}", words, cells)
    elif added != total.value:
        words = (
            f"{total.locator} says {total.value:,.0f}, the nine sectors of the southwest add to {added:,.0f}: rows "
            "stand under another region."
        )
        yield _finding("sectors_total", "hold", f"{added:.0f}", f"{total.value:.0f}", words, cells)


def _expulsions(files: Sequence[Observation]) -> Iterator[Finding]:
    odd = [
        o
        for o in files
        if o.metric == AUTHORITY
        and ("authority", "title_42") in o.dims
        and o.period.start
        and not FIRST_EXPULSIONS <= o.period.start <= LAST_EXPULSIONS
        and o.value
    ]
    if odd:
        words = (
            f"{odd[0].locator} counts {odd[0].value:,.0f} expulsions under Title 42, which stood from 21 March 2020 to "
            "11 May 2023."
        )
        expected = f"none before {spoken(FIRST_EXPULSIONS)} and after {spoken(LAST_EXPULSIONS)}"
        cells = tuple(o.locator for o in odd)
        yield _finding("title_42_dates", "warn", expected, f"{len(odd)} figures", words, cells)


def _apprehensions(months: Sequence[_Month]) -> Iterator[Finding]:
    """At entry and at large add to the total of each group; nationwide is no less than its two borders."""
    for month, some in months:
        counted = {tuple(value for _, value in sorted(o.dims)): o for o in some if o.value is not None}
        for region in ("all", "southwest", "northern"):
            three = [counted.get((region, where)) for where in ("all", "at_entry", "at_large")]
            yield from _added(three, f"{month:%B %Y}", "differs")
        for where in ("all", "at_entry", "at_large"):
            three = [counted.get((region, where)) for region in ("all", "southwest", "northern")]
            yield from _added(three, f"{month:%B %Y}", "is below its borders")


def _added(three: Sequence[Observation | None], month: str, fault: str) -> Iterator[Finding]:
    """A total and two parts. Which of the three is wrong nobody can say."""
    there = [one for one in three if one is not None]
    if len(there) < len(three):
        return
    cells = tuple(one.locator for one in there)
    total, *numbers = [one.value or 0.0 for one in there]
    added = sum(numbers)
    if total == added if fault == "differs" else total >= added:
        return
    words = f"{month}: {cells[0]} says {total:,.0f}, its parts {' and '.join(cells[1:])} add to {added:,.0f}."
    check = "apprehensions_total" if fault == "differs" else "apprehensions_regions"
    yield _finding(check, "hold", f"{added:.0f}", f"{total:.0f}", words, cells)


def _some(months: Sequence[str]) -> str:
    return ", ".join(months[:SHOWN]) + (f" and {len(months) - SHOWN} more months" if len(months) > SHOWN else "")


def _finding(
    check: str, severity: Severity, expected: str, found: str, words: str, cells: tuple[str, ...] = ()
) -> Finding:
    kind: ScopeKind = "cells" if cells else "release"
    return Finding(check, severity, kind, cells, expected, found, words)


CHECKS = (Check("cbp", lambda parsed: cbp(parsed.observations), lambda o: o.metric.startswith("cbp.")),)
