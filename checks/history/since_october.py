"""Checks that need what came before: a newer edition against the clean figures that the public could read already.

Every function is pure; the thresholds are data with the release that taught them.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from checks.boundary import asked
from checks.catalogue import limit
from figures.metrics.catalogue import ALL, METRICS
from figures.periods import washington_day
from figures.records import Figure, Finding, Observation, ScopeKind

# Why these: checks/catalogue.py.
FALL_OF_TOTAL = limit("cumulative_falls", "total")
FALL_OF_PART = limit("cumulative_falls", "agency")
# Parts of other counts move when rows are labelled anew: in December 2020 `Adult` and `FRC` stood over each other's
# figures until February 2023. They are told and not held.
JUDGED_BY_PART = frozenset({"ice.book_ins"})
BLOCKS_APART = timedelta(days=limit("block_behind", "days"))
MOVE_UNDER_SAME_DATE = limit("date_stands_still", "people")
LONGEST_RUN_GAP = timedelta(days=limit("run_date_gap", "days"))


# Counts since 1 October, and the snapshot of people held: what can fall, stand still or run behind.
METRICS_WITH_HISTORY = frozenset(
    {metric.id for metric in METRICS.values() if metric.cumulative}
    | {"ice.detained", "ice.detained_by_disposition", "trac.detained"}
)


def against_history(
    observations: Sequence[Observation],
    fiscal_year: int | None,
    earlier: Sequence[Figure],
    known_at: datetime,
) -> list[Finding]:
    """Findings about one release. `earlier` holds the clean, current figures known before it, in order of release."""
    current = [o for o in observations if o.status != "not_current"]
    back = asked("run_date_back", current, _run_date_back, current, fiscal_year, earlier)
    if any(finding.check == "run_date_back" for finding in back):
        return back  # an old sheet: that its counts are lower says nothing more
    return [
        *back,
        *asked("days_of_blocks", current, _dates, current, washington_day(known_at)),
        *asked("cumulative", current, _cumulative, current, earlier),
        *asked("block_behind", current, _block_behind, current, earlier),
    ]


def _dates(observations: Sequence[Observation], published: date) -> Iterator[Finding]:
    """A block's day lies before its publication, its run date just after its day."""
    for table in sorted({o.table for o in observations}):
        ends = {o.period.end for o in observations if o.table == table and o.period.end}
        if ends:
            runs = {o.run_date for o in observations if o.table == table and o.run_date}
            yield from _dates_of(table, max(ends), sorted(runs), published)


def _dates_of(table: str, last: date, runs: Sequence[date], published: date) -> Iterator[Finding]:
    if last > published:
        words = f"{table} is said to run through {last}, after the release of {published}."
        yield _hold("date_in_future", "table", (table,), f"a day up to {published}", f"{last}", words)
    for run in runs:
        if not timedelta(0) <= run - last <= LONGEST_RUN_GAP:
            words = f"{table} runs through {last} but its query is dated {run}."
            expected = f"0 to {LONGEST_RUN_GAP.days} days after {last}"
            yield _hold("run_date_gap", "table", (table,), expected, f"{run}", words)


def _run_date_back(
    observations: Sequence[Observation], fiscal_year: int | None, earlier: Sequence[Figure]
) -> Iterator[Finding]:
    """A newer edition of a fiscal year is run later than the ones before it (FY21_detentionStats11122021 is not)."""
    runs = [o.run_date for o in observations if o.run_date]
    before = [(f.run_date, f.known_at, f.release_name) for f in earlier if f.run_date and f.fiscal_year == fiscal_year]
    if not runs or not before or fiscal_year is None:
        return
    newest = max(runs)
    last, _, name = max(before)
    if newest < last:
        words = (
            f"Its queries were run on {newest}, those of {name}, published before it, on {last}: "
            f"an older sheet of FY{fiscal_year} was published again."
        )
        yield _hold("run_date_back", "release", (), f"{last} or later", f"{newest}", words)


def _cumulative(observations: Sequence[Observation], earlier: Sequence[Figure]) -> Iterator[Finding]:
    for new in observations:
        # TRAC's table restates its whole history and states no run: a changed row there is a revision.
        snapshot = new.period.kind == "instant" and new.fiscal_year is not None and _is_total(new)
        if new.value is None or not (_counts_on(new) or snapshot):
            continue
        before = _predecessor(new, earlier)
        if before is not None and before.value is not None:
            yield from _moved(new, new.value, before, before.value)


def _counts_on(o: Observation) -> bool:
    """Whether a figure is a count since 1 October."""
    return METRICS[o.metric].cumulative and o.period.kind == "fiscal_year_to_date"


def _moved(new: Observation, value: float, before: Figure, had: float) -> Iterator[Finding]:
    """What is odd about the way from one value to the next."""
    total, moved = _is_total(new), value - had
    if _counts_on(new) and moved < -(FALL_OF_TOTAL if total else FALL_OF_PART):
        words = (
            f"{new.locator} says {value:,.0f} since 1 October; {before.release_name} said "
            f"{had:,.0f} ({before.locator}). A count since 1 October cannot fall."
        )
        expected = f"{had:.0f} or more"
        if total or new.metric in JUDGED_BY_PART:
            yield _hold("cumulative_falls", "table", (new.table,), expected, f"{value:.0f}", words)
        else:
            yield Finding("part_falls", "warn", "cells", (new.locator,), expected, f"{value:.0f}", words)
    elif total and _stands_still(new, before) and abs(moved) > MOVE_UNDER_SAME_DATE:
        words = (
            f"{new.locator} moved by {moved:+,.0f} to {value:,.0f} since {before.release_name}, but its block "
            f"still says {new.period.end} ({new.period_locator}): the day it runs through is not known."
        )
        expected = f"{had:.0f} within {MOVE_UNDER_SAME_DATE:.0f}, or a later day"
        yield _hold("date_stands_still", "table", (new.table,), expected, f"{value:.0f}", words)


def _block_behind(observations: Sequence[Observation], earlier: Sequence[Figure]) -> Iterator[Finding]:
    """A count that moves runs through the same day as the other counts of its sheet.

    29 August 2025: removals said 9 August while book-ins said 23 August, and had moved by 37,008 since the last
    clean edition, whose day was 26 July; a rate over the stated fortnight would have read 2,643 a day.
    """
    counts = [(o, o.period.end) for o in observations if o.period.end and _counts_on(o) and _is_total(o)]
    ends = {o.table: end for o, end in counts}
    newest = max(ends.values(), default=date.min)
    for new, _ in counts:
        before = _predecessor(new, earlier)
        if newest - ends[new.table] <= BLOCKS_APART or (before and before.value == new.value):
            continue
        yield _behind(new, before, ends[new.table], newest)


def _behind(new: Observation, before: Figure | None, end: date, newest: date) -> Finding:
    since = f"moved since {before.release_name}" if before else "has no earlier edition to compare with"
    words = (
        f"{new.locator} {since}, but its block says {end} ({new.period_locator}) where the other "
        f"counts of the sheet run through {newest}: the day it runs through is not known."
    )
    return _hold("block_behind", "table", (new.table,), f"{newest}, or an unchanged count", f"{end}", words)


def _stands_still(new: Observation, before: Figure) -> bool:
    """Whether both state the same day: of a block without one it is another check that says so."""
    return new.period.end is not None and before.period.end == new.period.end


def _is_total(observation: Observation) -> bool:
    return set(dict(observation.dims).values()) <= {ALL}


def _predecessor(new: Observation, earlier: Sequence[Figure]) -> Figure | None:
    """The last number of the series published before: of the same fiscal year, or of the same day for a snapshot."""
    series = new.series  # put together from its dims at each asking
    for figure in reversed(earlier):
        if figure.value is None or figure.series != series or figure.period.kind != new.period.kind:
            continue
        same_year = figure.fiscal_year == new.fiscal_year
        if figure.period == new.period or (new.period.kind == "fiscal_year_to_date" and same_year):
            return figure
    return None


def _hold(check: str, scope_kind: ScopeKind, scope: tuple[str, ...], expected: str, found: str, words: str) -> Finding:
    return Finding(check, "hold", scope_kind, scope, expected, found, words)
