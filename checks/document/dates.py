"""The days that one document states, of its blocks and figures and as values, against each other and its own day."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from checks.declared import Check
from figures.periods import Period, spoken, us_dates, washington_day
from figures.records import Finding, Observation

# Blocks that are drawn for every edition, within days of each other; months apart they were sheets of another edition
# (2021-22). Facilities have a check of their own.
DRAWN_EACH_TIME = frozenset(
    {
        "detained_by_disposition",
        "detained_by_criminality",
        "book_ins_by_month",
        "book_ins_by_criminality",
        "final_releases",
        "final_book_outs",
        "removals",
        "adp",
        "alos",
        "atd_technology",
        "atd_status",
        "atd_areas",
    }
)
_LOOKED_AT = DRAWN_EACH_TIME | {"fear_detained", "stateless"}
LEFT_OVER_AFTER = timedelta(days=15)
# Drawn from one report of the contractor, so of one day: a heading left from the edition before shows here (10 January
# 2022, 5 June 2025).
ONE_REPORT = ("atd_status", "atd_technology", "atd_areas")
# A document is saved the day its query was run or later; clocks and time zones may differ by a day.
SAVED_BEFORE = timedelta(days=1)
# Inspections of the days between a query and its publication are entered by hand: up to ten days after it (May 2024).
AFTER_RUN = timedelta(days=14)
FOUNDED = date(2003, 3, 1)  # there was no ICE before, and no inspection by it; the first on a list is of 2004

# People held are counted on the last day of the counts beside them or up to three days later, four at a year's end.
SNAPSHOTS = frozenset({"detained_by_disposition", "detained_by_criminality", "fear_detained", "stateless"})
COUNTED = frozenset({"book_ins_by_month", "book_ins_by_criminality", "adp", "alos", "removals"})
EARLIEST, LATEST = timedelta(days=-2), timedelta(days=6)


def dates(observations: Sequence[Observation], modified_at: datetime | None) -> list[Finding]:
    """Findings about the days of the blocks of one document; only current figures are looked at."""
    ends = _ends(observations)
    snapshots = list(_snapshots(ends))
    ends = {table: end for table, end in ends.items() if table in DRAWN_EACH_TIME}
    late = list(_after_saving(ends, modified_at))
    held = {table for finding in late for table in finding.scope}
    sound = {table: end for table, end in ends.items() if table not in held}
    return [*late, *_left_over(sound), *_of_one_report(sound), *snapshots]


def _snapshots(ends: Mapping[str, date]) -> Iterator[Finding]:
    """The day of a snapshot against the day of the counts beside it, where these have one day among them."""
    counted = [end for table, end in ends.items() if table in COUNTED]
    if not counted:
        return
    day, tables = Counter(counted).most_common(1)[0]
    if tables <= len(counted) / 2:
        return
    for end in sorted({ends[table] for table in SNAPSHOTS & ends.keys()}):
        if EARLIEST <= end - day <= LATEST:
            continue
        odd = tuple(sorted(table for table in SNAPSHOTS & ends.keys() if ends[table] == end))
        words = (
            f"{', '.join(odd)}: a snapshot of {spoken(end)}, where the counts beside it run through {spoken(day)}: the "
            "day of the snapshot is not known."
        )
        expected = f"{day + EARLIEST} to {day + LATEST}"
        yield Finding("snapshot_day", "hold", "table", odd, expected, end.isoformat(), words)


def days_ahead(
    observations: Sequence[Observation], modified_at: datetime | None, run_date: date | None
) -> list[Finding]:
    """Findings about days that one document cannot know of: those that stand as values, and those of other figures
    than the blocks; only current figures are looked at.
    """
    last = _own_day(modified_at, run_date)
    current = [o for o in observations if o.status != "not_current"]
    return [*_values(current, last), *_periods(current, last)] if last else []


def _own_day(modified_at: datetime | None, run_date: date | None) -> date | None:
    """The last day that an edition can know of: that of its saving; where none is stated after its queries were run,
    soon after these.
    """
    saved = washington_day(modified_at) if modified_at else None
    if saved is not None and (run_date is None or saved >= run_date):
        return saved + SAVED_BEFORE
    return run_date + AFTER_RUN if run_date else None


def _values(observations: Sequence[Observation], last: date) -> Iterator[Finding]:
    """Days that stand in cells as what is published (`xlsx:Facilities FY25!Y84` says 12 December 2025 in February)."""
    for o in observations:
        day = _day(o.raw) if o.unit == "text" and o.metric.endswith("_date") else None
        if day is not None and not FOUNDED <= day <= last:
            side = (
                f"after {spoken(last)}, the last day that the edition can know of" if day > last else "before ICE was"
            )
            words = f"{o.locator} says {spoken(day)}, which is {side}; it is kept as published."
            expected = f"{FOUNDED} to {last}"
            yield Finding("date_out_of_range", "warn", "cells", (o.locator,), expected, day.isoformat(), words)


def _day(text: str) -> date | None:
    """The day that a cell shows, as a date or typed."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return next(us_dates(text), None)


def _ends(observations: Iterable[Observation]) -> dict[str, date]:
    """The day through which each block runs."""
    ends: dict[str, date] = {}
    for o in observations:
        if o.status != "not_current" and o.table in _LOOKED_AT and o.period.kind != "month" and o.period.end:
            ends[o.table] = o.period.end
    return ends


def _periods(observations: Sequence[Observation], last: date) -> Iterator[Finding]:
    """Figures of days that had not come: their heading or sentence was mistyped. Blocks are held as a whole."""
    ahead: dict[tuple[str, Period], list[str]] = {}
    for o in observations:
        if o.table in DRAWN_EACH_TIME or not o.value or o.status != "reported":
            continue
        if _cannot_be(o.period, last):
            ahead.setdefault((o.table, o.period), []).append(o.locator)
    for (table, period), cells in ahead.items():
        days = f"{period.start} to {period.end}" if period.end != period.start else f"{period.start}"
        words = (
            f"{cells[0]}: {table} is said to be of {days}, and the edition can know of nothing after {spoken(last)}; "
            "its day is not known."
        )
        yield Finding("period_ahead", "hold", "cells", tuple(cells), f"up to {last}", days, words)


def _left_over(ends: Mapping[str, date]) -> Iterator[Finding]:
    newest = max(ends.values(), default=None)
    for end in sorted(set(ends.values())):
        if newest is None or newest - end <= LEFT_OVER_AFTER:
            continue
        tables = tuple(sorted(table for table, day in ends.items() if day == end))
        words = (
            f"{', '.join(tables)}: of {spoken(end)} where other blocks are of {spoken(newest)}; they may be left over "
            "from an earlier edition."
        )
        expected = f"{newest - LEFT_OVER_AFTER} or later"
        yield Finding("left_over_block", "warn", "table", tables, expected, end.isoformat(), words)


def _of_one_report(ends: Mapping[str, date]) -> Iterator[Finding]:
    stated = {table: ends[table] for table in ONE_REPORT if table in ends}
    if len(set(stated.values())) <= 1:
        return
    said = ", ".join(f"{table} of {spoken(end)}" for table, end in stated.items())
    words = f"{said}: one report has one day, so a heading was left from another edition or mistyped."
    found = ", ".join(sorted({end.isoformat() for end in stated.values()}))
    yield Finding("report_days_differ", "warn", "table", tuple(sorted(stated)), "one day", found, words)


def _after_saving(ends: Mapping[str, date], modified_at: datetime | None) -> Iterator[Finding]:
    if modified_at is None:
        return
    saved = washington_day(modified_at)
    for table, end in sorted(ends.items()):
        if end > saved + SAVED_BEFORE:
            words = f"{table} is said to run through {spoken(end)}, but the document was saved on {spoken(saved)}."
            yield Finding("date_after_saving", "hold", "table", (table,), f"{saved} or earlier", end.isoformat(), words)


def _cannot_be(period: Period, last: date) -> bool:
    """Whether a period begins after a day, or ends before it begins."""
    return period.start is not None and (period.start > last or (period.end or period.start) < period.start)


CHECKS = (
    Check(
        "dates",
        lambda parsed: dates(parsed.observations, parsed.modified_at),
        lambda o: o.table in DRAWN_EACH_TIME,
    ),
    Check(
        "days_ahead",
        lambda parsed: days_ahead(parsed.observations, parsed.modified_at, parsed.run_date),
        lambda o: o.table not in DRAWN_EACH_TIME and o.period.start is not None,
    ),
)
