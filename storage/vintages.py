"""What was known when: every vintage of a series with what was dropped, and what stood at an instant.

A removal is a vintage too: a figure of status `removed` without a value, at the release that dropped it. What dropping
means for which table is declared in `figures.leaving`.
"""

import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, and_, func, not_, select

from figures.leaving import WHOLE, windowed
from figures.periods import Period, fiscal_year
from figures.records import Figure
from storage import filing, reads
from storage import schema as t
from storage.holds import Holds, open_holds, source_holds
from storage.interning import among
from storage.packing import KIND_STEP, KINDS, NOT_CURRENT, day_of, slot
from storage.releases import positions

_RESTATED = ("month", "quarter", "fiscal_year")
# A table, and the fiscal year within which its releases follow each other; None for a window across years.
Scope = tuple[str, int | None]


@dataclass(frozen=True, slots=True)
class _Speaker:
    """A clean release that could have stated the figures of a scope, and the first and last slot that it states."""

    release: reads.StoredRelease
    window: Mapping[str, tuple[int, int]]  # by kind of period; empty when the table has vanished


def history(connection: Connection, series: Iterable[str], as_of: datetime | None = None) -> list[Figure]:
    """Every vintage of some series that was public at an instant (None: all), removals among them, in order."""
    keys = list(series)
    figures = reads.figures(connection, keys, as_of)
    sources = filing.sources_of(connection, keys)
    marks = list(_removals(figures, _speakers(connection, sources, {_scope(f) for f in figures}, as_of)))
    return sorted([*figures, *marks], key=lambda f: f.known_at) if marks else figures


def known(
    connection: Connection, series: str, as_of: datetime | None = None, since: date | None = None
) -> list[Figure]:
    """What stood at an instant: the newest clean figure of each period (from a day on), in order of period.

    Held figures are passed over. A figure that a release dropped is not carried past it: a `removed` one without a
    value stands in its place, for a count since 1 October or a figure of one day at the period of the release.
    """
    newest = _newest(connection, series, as_of, since)
    if newest is None:
        newest = standing(history(connection, [series], as_of))
    days = {figure: figure.period.end or figure.period.start for figure in newest}
    kept = [figure for figure, day in days.items() if since is None or day is None or day >= since]
    return sorted(kept, key=lambda f: (f.period.kind, slot(f.period), f.period.start or date.min))


def standing(vintages: Iterable[Figure]) -> list[Figure]:
    """Of vintages in order, the newest clean one or the removal of each series and period."""
    newest: dict[tuple[str, int], Figure] = {}
    ended: dict[tuple[str, str], tuple[tuple[str, int], Figure | None]] = {}
    for figure in vintages:
        if figure.held:
            continue
        place = (figure.series, slot(figure.period))
        # A series that is stated again has not ended: its removal stands no longer.
        mark = ended.pop((figure.series, figure.period.kind), None)
        if mark is not None:
            newest.pop(mark[0], None)
            if mark[1] is not None:
                newest[mark[0]] = mark[1]
        if figure.status == "removed" and not restated(figure.table, figure.period):
            ended[figure.series, figure.period.kind] = (place, newest.get(place))
        newest[place] = figure
    return list(newest.values())


def restated(table: str, period: Period) -> bool:
    """Whether each release states a figure anew, so that the newest says all; other figures have each their own day."""
    return period.kind in _RESTATED or table in WHOLE or (period.kind == "instant" and windowed(table))


def _scope(figure: Figure) -> Scope:
    across = windowed(figure.table) and restated(figure.table, figure.period)
    return figure.table, None if across else figure.fiscal_year


def _newest(
    connection: Connection, series: str, as_of: datetime | None, since: date | None = None
) -> list[Figure] | None:
    """The newest figure of each period, by seeks alone; None when a held cell or a removal may be among them."""
    o, r = t.observation, t.release
    filed = [year for year in filing.years(connection) if since is None or year >= fiscal_year(since)]
    ids = filing.series_ids(connection, [series])
    table = filing.table_of(connection, filed, ids)
    held = source_holds(connection, filing.sources_of(connection, [series]))
    unclean = held.releases | {release for release, of in held.tables if of == table}
    clean = [not_(among(connection, r.c.id, unclean))] if unclean else []
    if as_of is not None:
        clean.append(r.c.known_at <= as_of)
    last = (
        select(r.c.source, o.c.fiscal_year, o.c.series_id, o.c.slot, func.max(r.c.position).label("position"))
        .join(r, r.c.id == o.c.release_id)
        .where(o.c.fiscal_year.in_(filed), o.c.series_id.in_(ids), o.c.status != NOT_CURRENT, *clean)
        .group_by(r.c.source, o.c.fiscal_year, o.c.series_id, o.c.slot)
        .cte("last")
    )
    query = reads.figures_query().where(
        and_(r.c.source == last.c.source, r.c.position == last.c.position),
        and_(o.c.fiscal_year == last.c.fiscal_year, o.c.series_id == last.c.series_id, o.c.slot == last.c.slot),
        o.c.status != NOT_CURRENT,
    )
    figures = standing(found := reads.made_figures(connection, query))
    if len(figures) < len(found) or any(windowed(f.table) or f.table != table for f in figures):
        return None
    last_word = _last_words(connection, table, {figure.fiscal_year for figure in figures}, clean)
    said: dict[tuple[int | None, str], int] = {}
    places = positions(connection, {f.release_id for f in figures})
    for figure in figures:
        place, kind = places[figure.release_id], (figure.fiscal_year, figure.period.kind)
        first = said.get(kind, place)
        said[kind] = min(first, place) if restated(figure.table, figure.period) else max(first, place)
    return figures if all(place >= last_word.get(year, 0) for (year, _), place in said.items()) else None


def _last_words(
    connection: Connection, table: str, years: Collection[int | None], clean: Sequence[ColumnElement[bool]]
) -> dict[int | None, int]:
    """The place of the last clean release that could have stated the figures of a table, by fiscal year."""
    r, c = t.release, t.coverage
    if None in years:
        return {year: sys.maxsize for year in years}
    sources = select(r.c.source).join(c, c.c.release_id == r.c.id).where(c.c.table_id == table).limit(1)
    position = func.max(r.c.position).label("position")
    its_own = (
        select(r.c.fiscal_year, position)
        .where(r.c.source == sources.scalar_subquery(), r.c.fiscal_year.in_(years), *clean)
        .group_by(r.c.fiscal_year)
    )
    covering = (
        select(c.c.fiscal_year, position)
        .join(r, r.c.id == c.c.release_id)
        .where(c.c.table_id == table, c.c.fiscal_year.in_(years), *clean)
        .group_by(c.c.fiscal_year)
    )
    found: dict[int | None, int] = {}
    for query in (its_own, covering):
        for row in connection.execute(query):
            found[row.fiscal_year] = max(found.get(row.fiscal_year, 0), row.position)
    return found


def _speakers(
    connection: Connection, sources: Collection[str], scopes: set[Scope], as_of: datetime | None
) -> dict[Scope, list[_Speaker]]:
    """For each scope the clean releases that speak of it, in order."""
    c = t.coverage
    if not scopes:
        return {}
    tables = sorted({table for table, _ in scopes})
    releases = [
        release
        for source in sources
        for release in reads.releases(connection, source)
        if release.years and (as_of is None or release.known_at <= as_of)
    ]
    holds = open_holds(connection, {release.id for release in releases})
    covered: dict[tuple[str, int | None, int], dict[str, tuple[int, int]]] = {}
    for row in connection.execute(select(c).where(c.c.table_id.in_(tables))):
        window = (KINDS[row.kind], (row.first, row.last))
        for year in (row.fiscal_year, None):
            covered.setdefault((row.table_id, year, row.release_id), {}).update([window])
    return {scope: list(_of_scope(scope, releases, covered, holds)) for scope in scopes}


def _of_scope(
    scope: Scope,
    releases: Sequence[reads.StoredRelease],
    covered: Mapping[tuple[str, int | None, int], Mapping[str, tuple[int, int]]],
    holds: Holds,
) -> Iterator[_Speaker]:
    table, year = scope
    source, newest = "", 0
    for release in releases:
        window = covered.get((table, year, release.id), {})
        if source not in ("", release.source) or not (source or window) or holds.on_table(release.id, table):
            continue
        own = release.fiscal_year if release.fiscal_year is not None else newest
        # A file of a year that is over, posted again, says nothing of a window that has moved on since.
        if (window and (year is not None or own >= newest)) or (own >= newest if year is None else own == year):
            source, newest = release.source, max(newest, own)
            yield _Speaker(release, window)


def _removals(figures: Sequence[Figure], speakers: Mapping[Scope, Sequence[_Speaker]]) -> Iterator[Figure]:
    by_scope: dict[tuple[str, Scope], list[Figure]] = {}
    for figure in figures:
        by_scope.setdefault((figure.series, _scope(figure)), []).append(figure)
    for (_, scope), mine in by_scope.items():
        stated: dict[int, list[Figure]] = {}
        for figure in mine:
            stated.setdefault(figure.release_id, []).append(figure)
        up: dict[object, Figure] = {}
        before: Mapping[str, tuple[int, int]] = {}
        for speaker in speakers[scope]:
            now = stated.get(speaker.release.id, [])
            here = {_place(figure) for figure in now}
            for place, figure in list(up.items()):
                if place not in here:
                    del up[place]
                    if _dropped(figure, speaker.window or before):
                        yield _removed(figure, speaker)
            up.update({_place(figure): figure for figure in now if not figure.held})
            before = speaker.window or before


def _place(figure: Figure) -> object:
    """What the next release must state for a figure to stand: the same period, or just the same kind of period."""
    return slot(figure.period) if restated(figure.table, figure.period) else figure.period.kind


def _dropped(figure: Figure, window: Mapping[str, tuple[int, int]]) -> bool:
    """Whether a figure that is left out was dropped: what is older than a window has left it by design."""
    if not (windowed(figure.table) and restated(figure.table, figure.period)) or figure.period.kind not in window:
        return True
    return slot(figure.period) >= window[figure.period.kind][0]


def _removed(figure: Figure, speaker: _Speaker) -> Figure:
    """A figure's removal by a release."""
    release, kind = speaker.release, figure.period.kind
    period = figure.period
    if not restated(figure.table, period) and kind in speaker.window:
        end = day_of(speaker.window[kind][1] % KIND_STEP)
        period = Period(kind, end if kind == "instant" else period.start, end)
    return Figure(
        series=figure.series,
        period=period,
        value=None,
        unit=figure.unit,
        status="removed",
        raw="",
        locator="",
        period_locator="",
        fiscal_year=figure.fiscal_year,
        run_date=release.run_date,
        held=False,
        release_id=release.id,
        release_name=release.name,
        sha256=release.sha256,
        url=release.url,
        known_at=release.known_at,
        known_by=release.known_by,
        table=figure.table,
    )
