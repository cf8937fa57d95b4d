"""What it means that a later release no longer states a figure, by table. The registry says which table is which.

A table of a fiscal year states all of it each time: each month that has begun, each facility that is on the list. What
the next release of that fiscal year leaves out is removed. Figures of one day, and counts since 1 October, have a new
day in each release: there the series is removed when the next release of the fiscal year has no figure of it.

A table in WINDOWED restates a run of periods across fiscal years and lets the oldest go by design: bond states
fourteen months, segregation begins anew with a fiscal year, ICLOS and TRAC's population all days since a first one.
What is older than the first period of the newer release stands as last published; anything else that is left out is
removed. Other fiscal years, and releases that are held back, say nothing either way.

CBP's files (LASTING) state one count in three ways, each with columns that the others lack: what one of them leaves out
another states. There nothing is removed; a month or region that is missing holds the file.

TRAC's tables (WHOLE) hold their whole history in each version: there every row is restated, whatever its period is.
"""

from figures.periods import Period
from figures.registry import SOURCES

_REMOVALS = tuple(source.removals for source in SOURCES.values())
WHOLE = frozenset(table for removals in _REMOVALS for table in removals.whole)
WINDOWED = WHOLE | {table for removals in _REMOVALS for table in removals.windowed}
LASTING = frozenset(table for removals in _REMOVALS for table in removals.lasting)
_WINDOWED_GROUPS = tuple(beginning for removals in _REMOVALS for beginning in removals.windowed_groups)

_RESTATED = ("month", "quarter", "fiscal_year")


def windowed(table: str) -> bool:
    """Whether a table restates a run of periods; the semiannual tables list the fiscal years before, too."""
    return table in WINDOWED or table.startswith(_WINDOWED_GROUPS)


def lasting(table: str) -> bool:
    """Whether what a later release leaves out stands; and whether a figure counts as a vintage only where it is new or
    has changed, since each release repeats four years.
    """
    return table in LASTING


def restated(table: str, period: Period) -> bool:
    """Whether each release states a figure anew, so that the newest says all; other figures have each their own day."""
    return period.kind in _RESTATED or table in WHOLE or (period.kind == "instant" and windowed(table))
