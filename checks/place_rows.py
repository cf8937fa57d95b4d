"""The list of facilities by place: its average since 1 October, its row, the words that name it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from checks.against import Compared
from checks.movements import PLACE_METRIC, PLACES
from figures.cells import row_of
from figures.metric import ALL
from figures.periods import Period
from figures.records import Dims, Earlier, Observation

# A place by its series: its facility, with its number among equals where two rows are of one.
_PLACE = re.compile(r"facility=(.*?)(?:, sex=|\})", re.DOTALL)


@dataclass
class Rows:
    """The places of one edition, by the name that its series have. `averages` are in order of the sheet."""

    period: Period
    averages: dict[str, float] = field(default_factory=dict)
    row: dict[str, int] = field(default_factory=dict)
    first: dict[str, Observation] = field(default_factory=dict)

    @property
    def label(self) -> Mapping[str, str]:
        return {name: name.partition(" | ")[0] for name in self.averages}


class Lists(NamedTuple):
    """The list of an edition and that of the edition before; `release` names the one before."""

    now: Rows
    before: Rows
    release: str


def lists_of(current: Sequence[Observation], compared: Compared) -> Lists | None:
    """Both lists; None where either edition has none."""
    if PLACES not in compared.before:
        return None
    now, before = rows_now(current), rows_before(compared.before[PLACES])
    return Lists(now, before, compared.before[PLACES][0].release_name) if now and before else None


def rows_now(current: Sequence[Observation]) -> Rows | None:
    """The list that an edition states; None where it states none with a number."""
    rows: Rows | None = None
    for o in current:
        if o.metric == PLACE_METRIC and o.value is not None and (name := named(o.dims)):
            rows = rows or Rows(o.period)
            rows.averages[name] = rows.averages.get(name, 0.0) + o.value
            if name not in rows.first:
                rows.first[name] = o
                rows.row[name] = row_of(o.locator)[1]
    return rows and _in_order(rows)


def rows_before(earlier: Sequence[Earlier]) -> Rows | None:
    """The list of an edition before; places at which nobody was held are not in it."""
    rows: Rows | None = None
    for each in earlier:
        if name := _place(each.series):
            rows = rows or Rows(each.period)
            rows.averages[name] = rows.averages.get(name, 0.0) + each.value
            rows.row[name] = each.row
    return rows and _in_order(rows)


def _in_order(rows: Rows) -> Rows:
    rows.averages = {name: rows.averages[name] for name in sorted(rows.averages, key=lambda name: rows.row[name])}
    return rows


def named(dims: Dims) -> str:
    """The place that a figure is of, as its series names it; empty for the row of all."""
    name, occurrence = "", ""
    for dimension, value in dims:
        if dimension == "facility":
            name = value
        elif dimension == "occurrence":
            occurrence = f", occurrence={value}"
    return "" if name == ALL else name + occurrence


def _place(series: str) -> str:
    """The place that a series of the list is of; empty for the row of all."""
    found = _PLACE.search(series)
    return "" if found is None or found[1] == ALL else found[1]


def days_of(period: Period) -> int | None:
    return (period.end - period.start).days + 1 if period.start and period.end else None
