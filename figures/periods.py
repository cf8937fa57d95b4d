"""Fiscal years, the days and spans that figures are about, and the dates written in labels.

The federal fiscal year N runs from 1 October N-1 to 30 September N.
"""

import calendar
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

WASHINGTON = ZoneInfo("America/New_York")
MONTHS = ("Oct", "Nov", "Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep")
MONTH_NAMES = (
    "October",
    "November",
    "December",
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
)
PeriodKind = Literal["instant", "month", "quarter", "fiscal_year", "fiscal_year_to_date", "span"]

# "05/17/2025", "9/30/2020"; ICE has also published "09/022/2025", which is no date and must not become one.
_US_DATE = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(\d{4})(?![\d/])")


class Period(NamedTuple):
    """The time that a figure is about. `start`/`end` are inclusive; None says that the publisher did not state it."""

    kind: PeriodKind
    start: date | None
    end: date | None

    @property
    def key(self) -> str:
        """What stays the same for one period while its figure is revised: a running month keeps its key."""
        if self.kind in ("month", "quarter", "fiscal_year"):
            return f"{self.start:%Y-%m}" if self.start else "undated"
        return self.end.isoformat() if self.end else "undated"


def instant(day: date | None) -> Period:
    return Period("instant", day, day)


def fiscal_year(day: date) -> int:
    return day.year + (day.month >= 10)


def fiscal_year_start(year: int) -> date:
    return date(year - 1, 10, 1)


def fiscal_year_end(year: int) -> date:
    return date(year, 9, 30)


def fiscal_year_to_date(year: int, through: date | None) -> Period:
    return Period("fiscal_year_to_date", fiscal_year_start(year), through)


@lru_cache(maxsize=1000)
def month_of_fiscal_year(year: int, month: str, through: date | None) -> Period:
    """The calendar month `Oct` .. `Sep` of a fiscal year, cut at `through` when the month was still running.

    A month that begins after `through` has no known end.
    """
    index = MONTHS.index(month)
    number = (index + 9) % 12 + 1
    calendar_year = year - 1 if number >= 10 else year
    start = date(calendar_year, number, 1)
    last = date(calendar_year, number, calendar.monthrange(calendar_year, number)[1])
    if through is None or through < start:
        return Period("month", start, None)
    return Period("month", start, min(last, through))


def us_dates(text: str) -> Iterator[date]:
    """Dates written month/day/year in a text, in order. What is not a calendar date is left out."""
    for month, day, year in _US_DATE.findall(text):
        try:
            yield date(int(year), int(month), int(day))
        except ValueError:
            continue


@lru_cache(maxsize=8192)  # of a history of twenty years each day is asked for by many figures
def end_of_day(day: date) -> datetime:
    """The last microsecond of a day in Washington: a source dated by day only is known by then, not before."""
    following = datetime.combine(day + timedelta(days=1), time(), tzinfo=WASHINGTON)
    return following.astimezone(UTC) - timedelta(microseconds=1)


def washington_day(moment: datetime) -> date:
    return moment.astimezone(WASHINGTON).date()


def spoken(day: date) -> str:
    """A day as it is written to people: `4 May 2025`."""
    return f"{day.day} {day:%B %Y}"
