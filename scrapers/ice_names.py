"""What the name of an ICE workbook says, and what it cannot be trusted with.

Seen since 2019: FY25_detentionStats05232025, FY22_detentionStats_02162022, FY21_detentionStats060921 (MMDDYY),
FY23_detentionStats230316 (YYMMDD), FY21_detention-stats_0301 (MMDD), FY22_detentionStats03172022b,
FY24_detentionStats (year-end), FY19-detentionstats; years mistyped (07222020 was posted in 2021). A name of another
shape (FY26_detentionStats07202026_0, a browser's ` (1)`) is only guessed at: what is inside the file decides.
"""

import re
from dataclasses import dataclass
from datetime import date

from figures.periods import fiscal_year

_NAME = re.compile(r"FY(\d{2})[_-]detention-?stats_?(\d{8}|\d{6}|\d{4})?[a-z]?\.xlsx", re.IGNORECASE | re.ASCII)
# Copies kept side by side carry a piece of their hash: FY20-detentionstats__6c63df07.xlsx.
_COPY_MARK = re.compile(r"__[0-9a-f]{6,64}(?=\.xlsx$)", re.IGNORECASE)


_SOME_YEAR = re.compile(r"(?<![a-z0-9])FY[ _-]?(20\d{2}|\d{2})(?!\d)", re.IGNORECASE | re.ASCII)
_SOME_DAY = re.compile(
    r"(?<!\d)(?:(\d{1,2})[-_. ](\d{1,2})[-_. ](20\d{2})|(20\d{2})[-_. ](\d{1,2})[-_. ](\d{1,2}))(?!\d)", re.ASCII
)
_SOME_DIGITS = re.compile(r"(?<!\d)\d{6}(?:\d{2})?(?!\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class WorkbookName:
    """`known` says whether the name has a shape that was seen before; `dated` that it carries digits for a day."""

    known: bool
    fiscal_year: int | None = None
    day: date | None = None
    dated: bool = False


def read_name(name: str) -> WorkbookName:
    """The fiscal year and the day in a file's name; the day is None where the digits are none or no calendar day."""
    match = _NAME.fullmatch(_COPY_MARK.sub("", name))
    if match is None:
        return WorkbookName(known=False)
    year = 2000 + int(match[1])
    return WorkbookName(True, year, _day(match[2], year), dated=match[2] is not None)


def guess(name: str) -> WorkbookName:
    """What a name of no known shape seems to say of its fiscal year and day: good for an order, not for a fact."""
    text = _COPY_MARK.sub("", name)
    found = _SOME_YEAR.search(text)
    year = int(found[1]) % 2000 + 2000 if found else None
    day = _some_day(text, year)
    return WorkbookName(False, year or (fiscal_year(day) if day else None), day, dated=day is not None)


def _some_day(text: str, year: int | None) -> date | None:
    if (match := _SOME_DAY.search(text)) is not None:
        month, number, of = (match[1], match[2], match[3]) if match[3] else (match[5], match[6], match[4])
        return _date(of, month, number)
    for digits in _SOME_DIGITS.findall(text):
        if len(digits) == 8:
            day = _day(digits, year or 0) or _date(digits[:4], digits[4:6], digits[6:])
        else:
            day = _day(digits, year) if year else None
        if day is not None and day.year >= 2000:
            return day
    return None


def _day(digits: str | None, fiscal_year: int) -> date | None:
    if digits is None:
        return None
    if len(digits) == 8:
        return _date(digits[4:], digits[:2], digits[2:4])
    if len(digits) == 4:
        return _date(str(fiscal_year), digits[:2], digits[2:]) if int(digits[:2]) < 10 else None
    # Six digits were MMDDYY in 2021-22 and YYMMDD in 2021-23: the reading whose year fits the fiscal year is taken,
    # none when both do.
    years = {str(fiscal_year - 2000), str(fiscal_year - 2001), str(fiscal_year - 1999)}
    readings = {
        _date("20" + digits[4:], digits[:2], digits[2:4]) if digits[4:] in years else None,
        _date("20" + digits[:2], digits[2:4], digits[4:]) if digits[:2] in years else None,
    } - {None}
    return readings.pop() if len(readings) == 1 else None


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
