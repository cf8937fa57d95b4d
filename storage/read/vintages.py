"""What was known when: every vintage of a series with what was dropped, and what stood at an instant.

A removal is a vintage too: a figure of status `removed` without a value, at the release that dropped it. What dropping
means for which table is declared in `figures.removal_rules`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from figures.periods import Period
from figures.records import Figure
from figures.removal_rules import lasting, restated, windowed
from storage import schema as t
from storage.encoding import series_lookup
from storage.encoding.row_values import KIND_STEP, KINDS, day_of, slot
from storage.read import reads
from storage.read.holds import Holds, source_holds
from storage.read.latest import newest

# A table, and the fiscal year within which its releases follow each other; None for a window across years.
Scope = tuple[str, int | None]


@dataclass(frozen=True, slots=True)
class _Speaker:
    """A clean release that could have stated the figures of a scope, and the first and last slot that it states."""

    release: reads.StoredRelease
    window: Mapping[str, tuple[int, int]]  # by kind of period; empty when the table has vanished


class ReleasesAndHolds(NamedTuple):
    """What is known beside figures: the releases of their sources in order of publication, and the open holds."""

    releases: Sequence[reads.StoredRelease]
    holds: Holds


def history(
    connection: Connection, series: Iterable[str], as_of: datetime | None = None, beside: ReleasesAndHolds | None = None
) -> list[Figure]:
    """Every vintage of some series that was public at an instant (None: all), removals among them, in order.

    `beside` is read here where it is not at hand.
    """
    ids = series_lookup.series_ids(connection, series)
    figures = reads.figures_by_number(connection, ids, as_of, beside.holds if beside else None)
    return with_removals(connection, figures, series_lookup.sources_of(connection, ids), as_of, beside)


def with_removals(
    connection: Connection,
    stated: Iterable[Figure],
    sources: Collection[str],
    as_of: datetime | None = None,
    beside: ReleasesAndHolds | None = None,
) -> list[Figure]:
    """The vintages that figures of some sources are, in order of release as they come, and what was dropped of them."""
    figures = list(_without_repeats(stated))
    known = beside or ReleasesAndHolds(
        [release for source in sources for release in reads.releases(connection, source)],
        source_holds(connection, sources),
    )
    by_scope = _by_scope(figures)
    scopes = {scope for _, scope in by_scope}
    marks = list(_removals(by_scope, _speakers(connection, sources, scopes, as_of, known)))
    return sorted([*figures, *marks], key=lambda f: f.known_at) if marks else figures


def known(
    connection: Connection, series: str, as_of: datetime | None = None, since: date | None = None
) -> list[Figure]:
    """What stood at an instant: the newest clean figure of each period (from a day on), in order of period.

    Held figures are passed over. A figure that a release dropped is not carried past it: a `removed` one without a
    value stands in its place, for a count since 1 October or a figure of one day at the period of the release.
    """
    stood = newest(connection, series, as_of, since)
    if stood is None:
        stood = standing(history(connection, [series], as_of))
        stood.sort(key=lambda f: (f.period.kind, slot(f.period), f.period.start or date.min))
    if since is None:
        return stood
    return [f for f in stood if (day := f.period.end or f.period.start) is None or day >= since]


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


def _without_repeats(figures: Iterable[Figure]) -> Iterator[Figure]:
    """Of a table that repeats years in each release the figures that are new or have changed. What is held stands in
    for nothing.
    """
    said: dict[tuple[str, int], tuple[object, ...]] = {}
    for figure in figures:
        if lasting(figure.table) and not figure.held:
            place, now = (figure.series, slot(figure.period)), (figure.value, figure.status, figure.period)
            if said.get(place) == now:
                continue
            said[place] = now
        yield figure


def _scope(figure: Figure) -> Scope:
    across = windowed(figure.table) and restated(figure.table, figure.period)
    return figure.table, None if across else figure.fiscal_year


def _speakers(
    connection: Connection,
    sources: Collection[str],
    scopes: set[Scope],
    as_of: datetime | None,
    known: ReleasesAndHolds,
) -> dict[Scope, list[_Speaker]]:
    """For each scope the clean releases that speak of it, in order."""
    c = t.coverage
    if not scopes:
        return {}
    tables = sorted({table for table, _ in scopes})
    releases = [
        release
        for source in sources
        for release in known.releases
        if release.source == source and release.years and (as_of is None or release.known_at <= as_of)
    ]
    covered: dict[tuple[str, int | None, int], dict[str, tuple[int, int]]] = {}
    for row in connection.execute(select(c).where(c.c.table_id.in_(tables))):
        window = (KINDS[row.kind], (row.first, row.last))
        for year in (row.fiscal_year, None):
            covered.setdefault((row.table_id, year, row.release_id), {}).update([window])
    return {scope: list(_of_scope(scope, releases, covered, known.holds)) for scope in scopes}


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
        if (window and (year is not None or own >= newest)) or (
            own >= newest if year is None else release.fiscal_year == year
        ):
            source, newest = release.source, max(newest, own)
            yield _Speaker(release, window)


def _by_scope(figures: Iterable[Figure]) -> dict[tuple[str, Scope], list[Figure]]:
    """Figures of tables that drop some, by series and scope."""
    found: dict[tuple[str, Scope], list[Figure]] = {}
    for figure in figures:
        if not lasting(figure.table):
            found.setdefault((figure.series, _scope(figure)), []).append(figure)
    return found


def _removals(
    by_scope: Mapping[tuple[str, Scope], Sequence[Figure]], speakers: Mapping[Scope, Sequence[_Speaker]]
) -> Iterator[Figure]:
    for (_, scope), mine in by_scope.items():
        yield from _removals_of(mine, speakers[scope])


def _removals_of(mine: Sequence[Figure], speakers: Sequence[_Speaker]) -> Iterator[Figure]:
    """Of one series and scope: what the next release that speaks of it leaves out."""
    stated = _by_release(mine)
    up: dict[object, Figure] = {}
    before: Mapping[str, tuple[int, int]] = {}
    for speaker in speakers:
        now = stated.get(speaker.release.id, [])
        here = {place for place, _ in now}
        window = speaker.window or before
        gone = [place for place in up if place not in here]
        dropped = [figure for figure in map(up.pop, gone) if _dropped(figure, window)]
        yield from (_removed(figure, speaker) for figure in dropped)
        up.update((place, figure) for place, figure in now if not figure.held)
        before = window


def _by_release(figures: Sequence[Figure]) -> dict[int, list[tuple[object, Figure]]]:
    found: dict[int, list[tuple[object, Figure]]] = {}
    for figure in figures:
        found.setdefault(figure.release_id, []).append((_place(figure), figure))
    return found


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
