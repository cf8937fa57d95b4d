"""The days that the blocks of one document state, against each other and against the day the document was saved."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from figures.periods import spoken, washington_day
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

# People held are counted on the last day of the counts beside them or up to three days later, four at a year's end.
SNAPSHOTS = frozenset({"detained_by_disposition", "detained_by_criminality", "fear_detained", "stateless"})
COUNTED = frozenset({"book_ins_by_month", "book_ins_by_criminality", "adp", "alos", "removals"})
EARLIEST, LATEST = timedelta(days=-2), timedelta(days=6)


def dates(observations: Sequence[Observation], modified_at: datetime | None) -> list[Finding]:
    """Findings about one document; only current figures are looked at."""
    ends: dict[str, date] = {}
    for o in observations:
        if o.status != "not_current" and o.table in _LOOKED_AT and o.period.kind != "month" and o.period.end:
            ends[o.table] = o.period.end
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
