"""What the edition before stated and this one does not: whole tables, and neighbours in the list of facilities."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from checks.against import Compared
from checks.catalogue import limit
from checks.movements import FACILITY_AVERAGES, PLACES
from figures.records import Earlier, Finding, Observation

_PLACE = re.compile(r"facility=(.*?)(?:, sex=|\})", re.DOTALL)
_SHOWN = 4


def turnover(current: Sequence[Observation], compared: Compared) -> list[Finding]:
    """Findings about what is gone since the edition before."""
    return [*_tables(current, compared), *_rows(current, compared)]


def _tables(current: Sequence[Observation], compared: Compared) -> Iterator[Finding]:
    """A new fiscal year begins with fewer tables; within one, each that is there stays."""
    here = {o.table for o in current}
    year = next((o.fiscal_year for o in current if o.fiscal_year), None)
    for table, before in sorted(compared.before.items()):
        if table in here or before[0].fiscal_year != year or before[0].release_name != compared.last:
            continue
        words = (
            f"{before[0].release_name} has {len(before)} figures of {table} ({before[0].locator} and on), this edition "
            "has none."
        )
        yield Finding("table_gone", "warn", "table", (table,), f"{len(before)} figures", "none", words)


def _rows(current: Sequence[Observation], compared: Compared) -> Iterator[Finding]:
    if PLACES not in compared.same_year:
        return
    here = {dict(o.dims)["facility"] for o in current if o.table == PLACES}
    places = _places(compared.before[PLACES])
    people = sum(places.values())
    runs: list[list[str]] = [[]]
    for name in places:
        if name in here:
            runs.append([])
        else:
            runs[-1].append(name)
    lost = [run for run in runs if _is_block(run, places, people)]
    if not lost:
        return
    names = [name for run in lost for name in run]
    shown = "; ".join(names[:_SHOWN]) + (f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else "")
    share = sum(places[name] for name in names) / people
    words = (
        f"{len(names)} facilities that stood one below the other in {compared.before[PLACES][0].release_name} are gone "
        f"from the list, with {share:.1%} of the people held in all: {shown}."
    )
    tables = (*FACILITY_AVERAGES, "facility_stay")
    expected = (
        f"no {limit('block_of_rows_gone', 'rows'):.0f} neighbours with {limit('block_of_rows_gone', 'share'):.0%}"
    )
    yield Finding("block_of_rows_gone", "hold", "table", tables, expected, f"{len(names)} with {share:.1%}", words)


def _is_block(run: Sequence[str], places: Mapping[str, float], people: float) -> bool:
    if len(run) >= limit("block_of_rows_gone", "any"):
        return True
    share = sum(places[name] for name in run) / people if people else 0.0
    return len(run) >= limit("block_of_rows_gone", "rows") and share >= limit("block_of_rows_gone", "share")


def _places(before: Sequence[Earlier]) -> dict[str, float]:
    """People held on average by facility, in the order of the rows."""
    rows: dict[str, int] = {}
    people: dict[str, float] = defaultdict(float)
    for each in before:
        if name := _PLACE.search(each.series):
            people[name[1]] += each.value
            rows[name[1]] = each.row
    return {name: people[name] for name in sorted(rows, key=lambda name: rows[name])}
