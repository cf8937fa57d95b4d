"""What lists of facilities say, facility by facility: read some at a time, because all at once do not fit memory."""

from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from sqlalchemy import Connection, select

from figures.periods import Period
from figures.records import Dims, Status
from figures.values import shown
from storage import schema as t
from storage.encoding.bulk_statements import among
from storage.encoding.row_values import NOT_CURRENT, STATUSES, dims_of, join
from storage.encoding.series_lookup import years
from storage.read.holds import Holds

FACILITY, OCCURRENCE = "facility", "occurrence"
# Facilities read by one statement: two dozen series each, a figure for every release.
AT_ONCE = 16


class FacilitySeries(NamedTuple):
    """A series of one facility. `dims` are the others: without the facility, and which of several rows of it it is."""

    number: int
    metric: str
    place: Dims
    dims: Dims


class Stated(NamedTuple):
    """What one cell says of a facility. `text` is what the cell shows, `held` whether it is held back."""

    series: FacilitySeries
    period: Period
    value: float | None
    text: str
    status: Status
    sheet: str
    row: int
    locator: str
    release: int
    held: bool


def facility_series(
    connection: Connection, source: str, prefix: str, place: Collection[str]
) -> dict[Dims, list[FacilitySeries]]:
    """The series of a source's metrics that begin with `prefix`, by what they say of the place, in order.

    `place` names the dimensions that tell one facility from another.
    """
    s, m = t.series, t.metric
    query = (
        select(s.c.id, s.c.key, s.c.dims, m.c.name, m.c.dims.label("names"))
        .join(m, m.c.id == s.c.metric_id)
        .where(m.c.source == source, m.c.name.startswith(prefix, autoescape=True))
    )
    found: dict[Dims, list[FacilitySeries]] = {}
    for row in connection.execute(query):
        named = tuple(sorted(row.dims.items())) if row.dims else dims_of(row.key, row.names) or ()
        where, others = _parted(named, place)
        if len(where) == len(place):
            found.setdefault(where, []).append(FacilitySeries(row.id, row.name, where, others))
    return {where: sorted(found[where]) for where in sorted(found)}


def _parted(named: Dims, place: Collection[str]) -> tuple[Dims, Dims]:
    """The dimensions that say which facility it is, and those that say what is counted."""
    where = tuple(pair for pair in named if pair[0] in place)
    return where, tuple(pair for pair in named if pair[0] not in place and pair[0] != OCCURRENCE)


def stated_by_place(
    connection: Connection, places: Sequence[Sequence[FacilitySeries]], holds: Holds
) -> Iterator[list[Stated]]:
    """All that is stated of each of some places, given by their series; in order of release, sheet and cell.

    Figures of hidden and wrong-year sheets are left out. `holds` are the open ones.
    """
    filed, rest = years(connection), iter(places)
    while some := list(islice(rest, AT_ONCE)):
        yield from _read(connection, some, filed, holds)


def _read(
    connection: Connection, places: Sequence[Sequence[FacilitySeries]], filed: Sequence[int], holds: Holds
) -> list[list[Stated]]:
    series = {each.number: (at, each) for at, place in enumerate(places) for each in place}
    o, p, b, x = t.observation, t.period, t.block, t.text
    query = (
        select(
            o.c.series_id,
            o.c.release_id,
            o.c.value,
            o.c.status,
            x.c.body,
            p.c.kind,
            p.c.start_day,
            p.c.end_day,
            b.c.form,
            b.c.sheet,
            b.c.table_id,
            o.c.row,
            o.c.col,
            o.c.last,
        )
        .select_from(o)
        .join(p, p.c.id == o.c.period_id)
        .join(b, b.c.id == o.c.block_id)
        .outerjoin(x, x.c.id == o.c.text_id)
        .where(o.c.fiscal_year.in_(filed), among(connection, o.c.series_id, series), o.c.status != NOT_CURRENT)
    )
    found: list[list[Stated]] = [[] for _ in places]
    for row in connection.execute(query):
        number, release, value, status, body, kind, start, end, form, sheet, table, line, col, last = row
        at, of = series[number]
        locator = join(form, sheet, line, col, last)
        held = holds.on(release, table, locator)
        text = shown(value) if body is None else body
        period = _period(kind, start, end)
        found[at].append(Stated(of, period, value, text, STATUSES[status], sheet, line, locator, release, held))
    for each in found:
        each.sort(key=lambda stated: (stated.release, stated.sheet, stated.row, stated.series.number))
    return found


_period = lru_cache(maxsize=1024)(Period)


class StandsFor(NamedTuple):
    """That a name in a release, by the id that it would have by itself, stands for a facility, and why."""

    release: int
    own: str
    facility: str
    because: str


def names_standing_for(connection: Connection) -> list[StandsFor]:
    """The names on no reviewed list that stand for another facility, in order of release."""
    n, r = t.facility_name, t.release
    query = (
        select(n.c.release_id, n.c.own, n.c.facility, n.c.because)
        .join(r, r.c.id == n.c.release_id)
        .order_by(r.c.source, r.c.position, n.c.own)
    )
    return [StandsFor(*row) for row in connection.execute(query)]
