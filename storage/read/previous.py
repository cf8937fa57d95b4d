"""What the clean editions before a release say, read lean: checks ask for thousands of figures at each import."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from statistics import fmean
from typing import Any

from sqlalchemy import Connection, or_, select

from figures.periods import Period, washington_day
from figures.records import Earlier, Figure, Observation
from figures.values import same
from storage import schema as t
from storage.encoding.bulk_statements import among
from storage.encoding.row_values import KIND_NUMBER, KIND_STEP, STATUS_NUMBER, split
from storage.encoding.series_lookup import known_keys, series_ids
from storage.read import just_stored, reads
from storage.read.copies import copies
from storage.read.holds import Holds, open_holds, source_holds
from storage.read.release_order import StoredRelease

REPORTED = STATUS_NUMBER["reported"]
# The periods that are restated, and their slots.
RESTATED_KINDS = ("month", "quarter", "fiscal_year")
RESTATED = (KIND_NUMBER["month"] * KIND_STEP, (KIND_NUMBER["fiscal_year"] + 1) * KIND_STEP - 1)
# Editions come every fortnight: a table that none of the last eight has is not missed.
LOOKED_AT = 8
# A step of more than this is an event and not noise: it counts as this much, so that one leaves its series watched.
LARGEST_STEP = 0.5


def before(
    connection: Connection,
    source: str,
    release: StoredRelease,
    without: Collection[str],
    holds: Holds | None = None,
    given: just_stored.Given | None = None,
) -> list[Earlier]:
    """The numbers of the last clean edition of each table: of the release's fiscal year, else of the year before.

    Tables in `without` are left out, what is held, and zeros but those of months, quarters and fiscal years: nothing
    can be a multiple of them. In order of the locators. `holds` are the open ones, `given` the figures of
    editions, where they are at hand.
    """
    r = t.release
    query = (
        select(r.c.id, r.c.name, r.c.years)
        .where(r.c.source == source, r.c.position < release.position, r.c.fiscal_year.in_(_two_years(release)))
        .order_by(r.c.fiscal_year.desc(), r.c.position.desc())
        .limit(LOOKED_AT)
    )
    editions = connection.execute(query).all()
    numbers = [edition.id for edition in editions]
    holds = open_holds(connection, numbers) if holds is None else holds
    chosen = _chosen(connection, numbers, holds, without)
    found: list[Earlier] = []
    for edition in editions:
        tables = {table for table, release_id in chosen.items() if release_id == edition.id}
        if tables:
            stated = (given or just_stored.at_hand(connection))(edition.id)
            if stated is None:
                found += _numbers(connection, edition.id, edition.name, edition.years, tables)
            else:
                found += _picked(stated, edition.name, tables)
    held = holds.cells
    if held:
        number_of = {edition.name: edition.id for edition in editions}
        found = [each for each in found if (number_of[each.release_name], each.locator) not in held]
    return sorted(found, key=lambda each: (each.sheet, each.row, each.column))


def _two_years(release: StoredRelease) -> tuple[int, ...]:
    return () if release.fiscal_year is None else (release.fiscal_year, release.fiscal_year - 1)


def _chosen(connection: Connection, releases: Sequence[int], holds: Holds, without: Collection[str]) -> dict[str, int]:
    """For each table the first of some releases that states it and is not held."""
    c = t.coverage
    query = select(c.c.table_id, c.c.release_id).where(c.c.release_id.in_(releases)).distinct()
    order = {release_id: place for place, release_id in enumerate(releases)}
    chosen: dict[str, int] = {}
    for table, release_id in sorted(connection.execute(query), key=lambda row: order[row.release_id]):
        if table not in without and not holds.on_table(release_id, table):
            chosen.setdefault(table, release_id)
    return chosen


def _numbers(
    connection: Connection, release_id: int, name: str, filed: Sequence[int], tables: Collection[str]
) -> list[Earlier]:
    o, b, s, p = t.observation, t.block, t.series, t.period
    query = (
        select(s.c.key, o.c.block_id, o.c.period_id, o.c.value, o.c.row, o.c.col)
        .join(s, s.c.id == o.c.series_id)
        .where(o.c.fiscal_year.in_(filed), o.c.release_id == release_id)
        .where(o.c.status == REPORTED, or_(o.c.value != 0, o.c.slot.between(*RESTATED)))
    )
    rows = connection.execute(query).all()
    # Blocks are looked up by their number: joined, either database may begin with all blocks that there ever were.
    used = among(connection, b.c.id, {row[1] for row in rows})
    blocks = connection.execute(select(b).where(used, b.c.form == "cell")).all()
    place = {row.id: (row.table_id, row.sheet, row.fiscal_year) for row in blocks if row.table_id in tables}
    used = among(connection, p.c.id, {row[2] for row in rows})
    period = {row.id: Period(row.kind, row.start_day, row.end_day) for row in connection.execute(select(p).where(used))}
    found = []
    for key, block_id, period_id, value, row, column in rows:
        if block_id in place:
            table, sheet, year = place[block_id]
            found.append(Earlier(key, table, period[period_id], value, sheet, row, column, year, name))
    return found


def _picked(stated: Iterable[Observation], name: str, tables: Collection[str]) -> Iterator[Earlier]:
    """What `_numbers` reads, of figures that are at hand."""
    for o in stated:
        if o.table not in tables or o.status != "reported" or o.value is None:
            continue
        if o.value or o.period.kind in RESTATED_KINDS:
            cell = split(o.locator)
            if cell.form == "cell":
                place = cell.sheet, cell.row, cell.col
                yield Earlier(o.series, o.table, o.period, o.value, *place, o.fiscal_year, name)


def steps(
    connection: Connection,
    source: str,
    release: StoredRelease,
    series: Collection[str],
    fresh_months: float,
    holds: Holds | None = None,
) -> dict[tuple[str, bool], tuple[int, float]]:
    """How far figures of some series moved while their periods stayed the same, in the editions before a release.

    By series, and by whether the edition came within `fresh_months` of the month of the period's end: (number of
    steps, their mean as a share of the figure). Of the two years that `before` looks at, without releases held as a
    whole.
    """
    if not series:
        return {}
    months, filed = _editions_by_month(connection, source, release, holds or source_holds(connection, [source]))
    if not months:
        return {}
    o, p = t.observation, t.period
    keys = known_keys(connection, series)
    query = (
        select(o.c.series_id, o.c.slot, o.c.release_id, o.c.value, o.c.period_id, p.c.end_day)
        .join(p, p.c.id == o.c.period_id)
        .where(o.c.fiscal_year.in_(filed), among(connection, o.c.series_id, keys), o.c.status == REPORTED)
        .where(o.c.slot.between(*RESTATED), among(connection, o.c.release_id, months))
        # A month whose last day is not stated runs: that it moved is no revision.
        .where(p.c.end_day.is_not(None))
    )
    order = {number: place for place, number in enumerate(months)}
    last: dict[tuple[int, int], tuple[int, float]] = {}
    found: dict[tuple[str, bool], list[float]] = defaultdict(list)
    rows = map(tuple, connection.execute(query).all())
    for number, slot, release_id, value, period_id, end in sorted(rows, key=lambda row: order[row[2]]):
        told, was = last.get((number, slot), (0, 0.0))
        last[number, slot] = period_id, value
        if told == period_id and was:
            age = months[release_id] - (end.year * 12 + end.month)
            step = 0.0 if same(value, was) else min(abs(value / was - 1), LARGEST_STEP)
            found[keys[number], age <= fresh_months].append(step)
    return {which: (len(moves), fmean(moves)) for which, moves in found.items()}


def _editions_by_month(
    connection: Connection, source: str, release: StoredRelease, holds: Holds
) -> tuple[dict[int, int], list[int]]:
    """The editions before a release, in order, with the month, counted from year 0, in which the public could read
    each; and the fiscal years under which their figures are filed.
    """
    r = t.release
    # A copy of an edition is no step of its own.
    passed_over = holds.releases | copies(connection, source)
    query = (
        select(r.c.id, r.c.known_at, r.c.years)
        .where(r.c.source == source, r.c.position < release.position, r.c.fiscal_year.in_(_two_years(release)))
        .order_by(r.c.position)
    )
    rows = [row for row in connection.execute(query) if row.id not in passed_over]
    days = {row.id: washington_day(row.known_at) for row in rows}
    filed = sorted({year for row in rows for year in row.years})
    return {number: day.year * 12 + day.month for number, day in days.items()}, filed


def of_last_year(
    connection: Connection,
    source: str,
    release: StoredRelease,
    series: Collection[str],
    holds: Holds | None = None,
) -> list[Figure]:
    """The clean counts to date and snapshots of some series in the fiscal year before a release's, as published."""
    if release.fiscal_year is None:
        return []
    o = t.observation
    query = reads.figures_query().where(
        o.c.fiscal_year == release.fiscal_year - 1,
        among(connection, o.c.series_id, series_ids(connection, series)),
        o.c.status == REPORTED,
        t.period.c.kind.in_(("instant", "fiscal_year_to_date")),
        t.release.c.source == source,
        t.release.c.position < release.position,
    )
    return [figure for figure in reads.made_figures(connection, query, holds) if not figure.held]


def last(connection: Connection, source: str, release: StoredRelease) -> int | None:
    """The release before one."""
    r = t.release
    query = select(r.c.id).where(r.c.source == source, r.c.position < release.position)
    return connection.execute(query.order_by(r.c.position.desc()).limit(1)).scalar()


def prints_of(connection: Connection, release_id: int) -> dict[str, str]:
    """What each table of a release shows, and under `EDITION` what all of it does."""
    shown = t.print_
    query = select(shown.c.table_id, shown.c.print).where(shown.c.release_id == release_id)
    return {row.table_id: row.print for row in connection.execute(query)}


def alike(connection: Connection, source: str, release: StoredRelease, shown: Mapping[str, str]) -> Sequence[Any]:
    """Rows (name, run_date, table_id, print) of the releases before one of which a table shows the same."""
    p, r = t.print_, t.release
    query = (
        select(r.c.name, r.c.run_date, p.c.table_id, p.c.print)
        .join(r, r.c.id == p.c.release_id)
        .where(p.c.table_id.in_(sorted(shown)), p.c.print.in_(sorted(set(shown.values()))))
        .where(r.c.source == source, r.c.position < release.position)
    )
    return connection.execute(query).all()


def copies_of(connection: Connection, releases: Collection[int]) -> set[int]:
    """The releases of which some table shows what one of these shows."""
    mine, other = t.print_.alias("mine"), t.print_.alias("other")
    same = (other.c.table_id == mine.c.table_id) & (other.c.print == mine.c.print)
    query = select(other.c.release_id).join(mine, same).where(mine.c.release_id.in_(sorted(releases))).distinct()
    return {row.release_id for row in connection.execute(query)}
