"""Under which facility the figures of a list are filed: the names that stand for another facility, by release.

What a name stands for follows from the editions before (`checks.places.renames`). It is recorded beside the release
and can be taken back: figures are filed under the name's own id again.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, delete, insert, select

from figures.records import Observation
from storage import schema as t
from storage.encoding.bulk_statements import among
from storage.read import just_stored
from storage.read.reads import observations
from storage.read.release_order import StoredRelease
from storage.write.observations import series_numbers

LIST, NAME, FACILITY = "ice.facility_", "ice.facility_name", "facility"


class Name(NamedTuple):
    """That a name, by its own id, stands for a facility in a release; `cell` is where it stands."""

    own: str
    facility: str
    cell: str
    because: str


def names_of(connection: Connection, release_id: int) -> list[Name]:
    """The names of a release that stand for another facility, in order."""
    n = t.facility_name
    query = select(n.c.own, n.c.facility, n.c.cell, n.c.because).where(n.c.release_id == release_id)
    return sorted(Name(*row) for row in connection.execute(query))


def known_before(connection: Connection, release: StoredRelease) -> dict[str, str]:
    """For which facility each name stood last, in the releases before one."""
    n, r = t.facility_name, t.release
    query = (
        select(n.c.own, n.c.facility)
        .join(r, r.c.id == n.c.release_id)
        .where(r.c.source == release.source, r.c.position < release.position)
        .order_by(r.c.position)
    )
    return {row.own: row.facility for row in connection.execute(query)}


def unlisted(ids: Iterable[str], listed: Collection[str]) -> set[str]:
    """Those of some ids that are on no list, and may stand for another facility."""
    return {each for each in ids if each and len(each) <= t.LONGEST_NAME and each not in listed}


def own_names(connection: Connection, source: str, listed: Collection[str]) -> dict[int, set[str]]:
    """By release: the ids of names that are on no list, those that stand for another facility among them."""
    s, m, o, n = t.series, t.metric, t.observation, t.facility_name
    query = select(s.c.id, s.c.key).join(m, m.c.id == s.c.metric_id).where(m.c.name == NAME, m.c.source == source)
    ids = {row.id: _id(row.key) for row in connection.execute(query)}
    own = unlisted(ids.values(), listed)
    ids = {number: each for number, each in ids.items() if each in own}
    found: dict[int, set[str]] = {}
    if ids:
        years = sorted({year for row in connection.execute(select(t.release.c.years)) for year in row.years})
        which = select(o.c.release_id, o.c.series_id).where(
            o.c.fiscal_year.in_(years), among(connection, o.c.series_id, ids)
        )
        for row in connection.execute(which):
            found.setdefault(row.release_id, set()).add(ids[row.series_id])
    for row in connection.execute(select(n.c.release_id, n.c.own)):
        found.setdefault(row.release_id, set()).add(row.own)
    return found


def _id(key: str) -> str:
    inner = key[len(NAME) + 1 : -1]
    return "" if ", occurrence=" in inner else inner.removeprefix("facility=")


def lists_before(connection: Connection, release: StoredRelease, table: str, many: int) -> list[int]:
    """The last releases before one that state a table, newest first: of its fiscal year, then of the year before."""
    if release.fiscal_year is None:
        return []
    c, r = t.coverage, t.release
    query = (
        select(r.c.id, r.c.fiscal_year, r.c.position)
        .join(c, c.c.release_id == r.c.id)
        .where(c.c.table_id == table, r.c.source == release.source, r.c.position < release.position)
        .where(r.c.fiscal_year.in_((release.fiscal_year, release.fiscal_year - 1)))
        .distinct()
        .order_by(r.c.fiscal_year.desc(), r.c.position.desc())
        .limit(many)
    )
    return [row.id for row in connection.execute(query)]


def stated(connection: Connection, release_id: int, metrics: Iterable[str]) -> Sequence[Observation]:
    """Figures and texts of a release, of some metrics at least."""
    at_hand = just_stored.stated(connection, release_id)
    return observations(connection, release_id, set(metrics)) if at_hand is None else at_hand


def set_names(
    connection: Connection, release: StoredRelease, names: Sequence[Name], read: Sequence[Observation]
) -> set[str]:
    """File the figures of a release under the facilities that its names stand for. Returns the names that moved.

    `read` is what was read from it just now; empty where it has to be read back.
    """
    before = names_of(connection, release.id)
    if before == sorted(names):
        return set()
    n = t.facility_name
    connection.execute(delete(n).where(n.c.release_id == release.id))
    record_names(connection, release.id, names)
    was, now = ({name.own: name.facility for name in some} for some in (before, names))
    moved = {own for own in was.keys() | now.keys() if was.get(own) != now.get(own)}
    if moved:
        _move(connection, release, {was.get(own, own): now.get(own, own) for own in moved}, read)
    return moved


def record_names(connection: Connection, release_id: int, names: Sequence[Name]) -> None:
    """Note the names of a release that stand for another facility."""
    if names:
        rows = [{"release_id": release_id, **name._asdict()} for name in names]
        connection.execute(insert(t.facility_name), rows)


def _move(
    connection: Connection, release: StoredRelease, moves: Mapping[str, str], read: Sequence[Observation]
) -> None:
    """Taken out and put in again: two names may change places."""
    all_stated = read or observations(connection, release.id)
    pairs = {o: moved for o in all_stated if (moved := renamed(o, moves)) is not o}
    ids = series_numbers(connection, release.source, [*pairs, *pairs.values()])
    new = {ids[old.series]: ids[moved.series] for old, moved in pairs.items()}
    o = t.observation
    mine = (o.c.fiscal_year.in_(release.years), among(connection, o.c.series_id, new), o.c.release_id == release.id)
    rows = [row._asdict() for row in connection.execute(select(o).where(*mine))]
    connection.execute(delete(o).where(*mine))
    if rows:
        connection.execute(insert(o), [{**row, "series_id": new[row["series_id"]]} for row in rows])
    just_stored.note(connection, release.id, [pairs.get(each, each) for each in all_stated])


def renamed(o: Observation, facilities: Mapping[str, str]) -> Observation:
    """A figure of a place, in the series of the facility that the place's name stands for."""
    if not o.metric.startswith(LIST) or not any(value in facilities for name, value in o.dims if name == FACILITY):
        return o
    dims = tuple((name, facilities.get(value, value) if name == FACILITY else value) for name, value in o.dims)
    return o._replace(dims=dims)
