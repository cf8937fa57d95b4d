"""The values of a row of `observation`, and back: locator, period, status, digest of a text. Pure functions."""

import hashlib
import re
from datetime import date
from functools import lru_cache
from struct import Struct
from typing import NamedTuple, get_args

from figures.cells import letters
from figures.periods import Period, PeriodKind, fiscal_year
from figures.records import Dims, Observation, Status

# A row holds the index of its status and kind in these tuples. Add at the end only.
STATUSES: tuple[Status, ...] = (
    "reported",
    "text",
    "blank",
    "suppressed",
    "to_come",
    "overwritten",
    "not_current",
    "removed",
    "not_applicable",
    "not_available",
)
KINDS: tuple[PeriodKind, ...] = ("instant", "month", "quarter", "fiscal_year", "fiscal_year_to_date", "span")
STATUS_NUMBER = {status: number for number, status in enumerate(STATUSES)}
KIND_NUMBER = {kind: number for number, kind in enumerate(KINDS)}
if set(STATUSES) != set(get_args(Status)) or set(KINDS) != set(get_args(PeriodKind)):
    raise TypeError("storage.encoding.row_values numbers other statuses or kinds of period than figures declares")
NOT_CURRENT = STATUS_NUMBER["not_current"]
KIND_STEP = 100_000_000
_EIGHT_BYTES = Struct(">q")

_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_ROW = re.compile(r"(json:/)([0-9]{1,9})(/.*)", re.DOTALL)
_SUM = re.compile(r"(csv:.*)\[([1-9][0-9]{0,4}) rows, ([1-9][0-9]{0,8})-([1-9][0-9]{0,8})\]", re.DOTALL)
MOST_SUMMED = 32_767  # what a column of two bytes holds; a sum of more rows is kept as it is written


class Cell(NamedTuple):
    """A locator in parts: the sheet (with `#` in place of a row of a JSON list), and the two numbers within it.


    Of a sum of rows `row` and `last` are the first and the last of them, and `col` says how many they are: what is
    summed stands in editions of twelve months at ever other rows.
    """

    form: str  # cell | row | sum | text
    sheet: str
    row: int
    col: int
    last: int | None = None


@lru_cache(maxsize=32768)
def split(locator: str) -> Cell:
    """`xlsx:Detention FY25!F20` is row 20, column 6 of `xlsx:Detention FY25!`. Other shapes of locators stay whole."""
    sheet, mark, cell = locator.rpartition("!")
    if mark and (place := _row_and_column(cell)):
        return Cell("cell", sheet + mark, *place)
    if (found := _ROW.fullmatch(locator)) and found[2] == str(int(found[2])):
        return Cell("row", f"{found[1]}#{found[3]}", int(found[2]), 0)
    if (found := _SUM.fullmatch(locator)) and int(found[2]) <= MOST_SUMMED:
        return Cell("sum", found[1], int(found[3]), int(found[2]), int(found[4]))
    return Cell("text", locator, 0, 0)


@lru_cache(maxsize=16384)
def _row_and_column(cell: str) -> tuple[int, int] | None:
    found = _CELL.fullmatch(cell)
    if found is None:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


def join(form: str, sheet: str, row: int, col: int, last: int | None = None) -> str:
    """The locator that `split` took apart."""
    if form == "cell":
        return f"{sheet}{letters(col)}{row}"
    if form == "row":
        return f"json:/{row}{sheet.removeprefix('json:/#')}"
    if form == "sum":
        return f"{sheet}[{col} rows, {row}-{last}]"
    return sheet


def slot(period: Period) -> int:
    """`Period.key` in digits: kind, then year, month and day. It stays the same while the figure is revised.

    1_2025_05_01 is the month of May 2025, however far it has run. A day of 0 is undated.
    """
    day = period.start if period.kind in ("month", "quarter", "fiscal_year") else period.end
    return KIND_NUMBER[period.kind] * KIND_STEP + (day_number(day) if day else 0)


def day_number(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


def day_of(number: int) -> date | None:
    """The day that `day_number` made a number of. 0 is no day."""
    return date(number // 10_000, number // 100 % 100, number % 100) if number else None


def filing_year(observation: Observation) -> int:
    """The fiscal year under which a figure is filed, so that a new release writes to no page of earlier years."""
    if observation.fiscal_year is not None:
        return observation.fiscal_year
    day = observation.period.end or observation.period.start
    return fiscal_year(day) if day else 0


def digest(*parts: object) -> int:
    """Sixty-four bits that stand for some parts, as a signed number. Callers that look it up compare the text too."""
    return digest_text("\x1f".join(["" if part is None else str(part) for part in parts]))


@lru_cache(maxsize=32768)
def digest_text(text: str) -> int:
    number: int = _EIGHT_BYTES.unpack(hashlib.blake2b(text.encode(), digest_size=8).digest())[0]
    return number


def dims_of(key: str, names: list[str]) -> Dims | None:
    """The dimensions that a series' key spells out; None when the key is ambiguous."""
    inner = key[key.index("{") + 1 : -1]
    if not names:
        return ()
    found = re.fullmatch(", ".join(f"{re.escape(name)}=(.*)" for name in names), inner, re.DOTALL)
    if found is None or any(f", {name}=" in value for value in found.groups() for name in names):
        return None
    return tuple(zip(names, found.groups(), strict=True))
