"""TRAC's other tables held against ICE's, by declared pairs: book-ins by month, facilities, Alternatives to Detention.

A row is compared with the one release that it was taken from, found by the day that its `download_date` states, never
by the month or the figure: TRAC freezes September, revises months while their year runs, and leaves them after it.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from itertools import chain

from checks.sources.pairing import DAYS_APART
from checks.sources.reconcile import Difference, Outcome
from figures.metrics.metric import ALL
from figures.periods import spoken, us_dates
from figures.records import Dims, Observation

# TRAC's day of a table lies up to 20 days before the day of its release's count, where ICE left an old label
# (2 June 2024).
LABEL_BEFORE = timedelta(days=21)
_OTHER = re.compile(r"[^a-z0-9]+")
Key = tuple[str, ...]
_Days = Mapping[int, date | None]


@dataclass(frozen=True, slots=True)
class PairedTable:
    """One table of ICE's and the one of TRAC's that restates it.

    Figures meet by the dimensions `keys` (with the month, where `by_month`). Along `summed` ICE's parts are added
    before they are compared; TRAC's row for all is then held against the sum of everything, which ICE does not print.
    `dated_by` is the metric of TRAC's that states a row's day of download; '' where the period does.
    """

    id: str
    title: str
    ours: str
    theirs: str
    keys: tuple[str, ...]
    tolerance: float = 0.0
    by_month: bool = False
    summed: str = ""
    dated_by: str = ""


TABLES: tuple[PairedTable, ...] = (
    PairedTable(
        "book_ins",
        "people booked in by month",
        "ice.book_ins",
        "trac.book_ins",
        ("agency",),
        by_month=True,
        dated_by="trac.book_ins_downloaded",
    ),
    # `count` is the rounded sum of the levels A to D: 203 of 203 rows of 2 April 2026.
    PairedTable(
        "facilities",
        "people held on average by facility",
        "ice.facility_adp_by_level",
        "trac.facility_population",
        ("facility",),
        tolerance=0.5,
        summed="level",
    ),
    PairedTable(
        "atd", "people monitored by area", "ice.atd_by_area", "trac.atd_active", ("area", "technology"), tolerance=0.0
    ),
)


@dataclass(frozen=True, slots=True)
class Source:
    """One release of ICE's as these tables see it: the date of TRAC's row of people detained, where it has one."""

    release_id: int
    name: str
    posted: date
    row: date | None
    observations: Sequence[Observation]


@dataclass(frozen=True, slots=True)
class TableResult:
    """What came of one table under one day of download."""

    table: PairedTable
    taken: date
    outcome: Outcome
    source: Source | None
    equal: tuple[Observation, ...]
    differences: tuple[Difference, ...]
    paired: str
    words: str


def reconcile_tables(observations: Sequence[Observation], sources: Sequence[Source]) -> list[TableResult]:
    """Each declared table of TRAC's, release by release. `observations` are those of TRAC's newest files together.

    Facilities are to be named as ICE's are: the caller knows which names are one place.
    """
    results = []
    for table in TABLES:
        days = {source.release_id: _own_day(table, source) for source in sources}
        for taken, rows in sorted(_releases(table, observations).items()):
            results.append(_result(table, taken, rows, sources, days))
    return results


def _releases(table: PairedTable, observations: Sequence[Observation]) -> Mapping[date, list[Observation]]:
    """TRAC's figures by the day of download."""
    stated = {_row(o): day for o in observations if o.metric == table.dated_by for day in us_dates(o.raw)}
    found: dict[date, list[Observation]] = defaultdict(list)
    for o in observations:
        day = stated.get(_row(o)) if table.dated_by else o.period.end
        if o.metric == table.theirs and o.value is not None and o.status == "reported" and day:
            found[day].append(o)
    return found


def _row(observation: Observation) -> tuple[str, str]:
    """File and row of a locator `json:/<row>/<field>`."""
    return observation.table, observation.locator.rpartition("/")[0]


def _result(
    table: PairedTable, taken: date, rows: Sequence[Observation], sources: Sequence[Source], days: _Days
) -> TableResult:
    found = []
    for source, how in _candidates(taken, sources, days):
        result, met = _compared(table, taken, rows, source, how)
        # Where most figures are others, it is not the release that the rows were taken from.
        sure = days[source.release_id] == taken
        if met and (sure or met >= 2 * len(result.differences)):
            found.append(result)
    if not found:
        words = f"No workbook of the release of {spoken(taken)} is held."
        return TableResult(table, taken, "no_workbook", None, (), (), "", words)
    return next((result for result in found if result.outcome == "agree"), found[-1])


def _candidates(taken: date, sources: Sequence[Source], days: _Days) -> list[tuple[Source, str]]:
    """The releases that a day of download may stand for, by the firmest way that finds one; re-issues share it.

    `days` are those that ICE's own table states, by release.
    """
    dated = [(day, s) for s in sources if (day := days[s.release_id])]
    nearest = min((abs((day - taken).days) for day, _ in dated), default=DAYS_APART + 1)
    if nearest <= DAYS_APART:
        same = [(day, source) for day, source in dated if abs((day - taken).days) == nearest]
        # Where ICE left an old label on a later workbook, the first one is meant.
        row = same[0][1].row
        return [(s, f"by the day of ICE's own table, {spoken(day)}") for day, s in same if s.row == row]
    return _by_the_count(taken, sources)


def _by_the_count(taken: date, sources: Sequence[Source]) -> list[tuple[Source, str]]:
    """The releases of the next count of TRAC's, where it follows soon."""
    later = [s.row for s in sources if s.row and taken <= s.row <= taken + LABEL_BEFORE]
    return [(s, f"by TRAC's count of {spoken(min(later))}") for s in sources if later and s.row == min(later)]


def _own_day(table: PairedTable, source: Source) -> date | None:
    ends = [o.period.end for o in source.observations if o.metric == table.ours and o.status == "reported"]
    return max((end for end in ends if end), default=None)


def _compared(
    table: PairedTable, taken: date, rows: Sequence[Observation], source: Source, how: str
) -> tuple[TableResult, int]:
    """The rows against one release, and how many of them met a cell."""
    ours = dict(_ours(table, source.observations))
    equal: list[Observation] = []
    differences: list[Difference] = []
    met = 0
    named = Counter(_key(table, theirs) for theirs in rows)
    for theirs in rows:
        parts = ours.get(_key(table, theirs))
        # Two rows of one name, as of one facility listed twice: which is which nobody says.
        if not parts or theirs.value is None or named[_key(table, theirs)] > 1:
            continue
        met += 1
        value = math.fsum(part.value for part in parts if part.value)
        if abs(value - theirs.value) <= table.tolerance + 1e-6:
            equal.extend(parts)
        else:
            differences.append(Difference(_accused(table, theirs, parts), value, theirs))
    outcome: Outcome = "values_differ" if differences else "agree"
    words = f"{_came_out(len(differences), met, len(rows) - met, source.name)} Paired {how}."
    return TableResult(table, taken, outcome, source, tuple(equal), tuple(differences), how, words), met


def _accused(table: PairedTable, theirs: Observation, parts: Sequence[Observation]) -> tuple[Observation, ...]:
    """The cells that may be wrong. A sum of everything that differs says so of no single cell."""
    return () if table.summed and ALL in _key(table, theirs) else tuple(parts)


def _came_out(different: int, met: int, unmet: int, name: str) -> str:
    left = f"; {unmet} more have no cell to be compared with" if unmet else ""
    said = f"{different} of {met} figures differ from" if different else f"All {met} figures equal those of"
    return f"{said} {name}{left}."


def _ours(table: PairedTable, observations: Sequence[Observation]) -> Iterator[tuple[Key, list[Observation]]]:
    """ICE's figures by key. With a part that is no number (`#N/A`) there is no sum, and none of everything."""
    found: dict[Key, list[Observation]] = defaultdict(list)
    broken: set[Key] = set()
    for o in filter(partial(_is_ours, table), observations):
        if o.status == "reported" and o.value is not None:
            found[_key(table, o)].append(o)
        elif o.status != "blank" and table.summed:
            broken.add(_key(table, o))
    yield from ((key, parts) for key, parts in found.items() if key not in broken)
    if table.summed and not broken:
        yield from _everything(table, found)


def _everything(
    table: PairedTable, found: Mapping[Key, Sequence[Observation]]
) -> Iterator[tuple[Key, list[Observation]]]:
    """The sum of all, where none is published."""
    key = (plain(ALL),) * len(table.keys)
    if key not in found:
        yield key, list(chain.from_iterable(found.values()))


def _is_ours(table: PairedTable, o: Observation) -> bool:
    return o.metric == table.ours and (o.period.kind == "month" or not table.by_month)


def _key(table: PairedTable, observation: Observation) -> Key:
    dims: Mapping[str, str] = dict(observation.dims)
    month = (f"{observation.period.start}",) if table.by_month else ()
    return (*month, *(plain(dims.get(name, "")) for name in table.keys))


def plain(text: str) -> str:
    """A name without what is written in several ways: `St. Paul`, `St Paul`."""
    return _OTHER.sub(" ", text.casefold()).strip()


def renamed(observation: Observation, dims: Dims) -> Observation:
    """The observation under other dimensions, its cell unchanged."""
    return observation._replace(dims=dims)
