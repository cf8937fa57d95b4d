"""Which of TRAC's rows restates which of ICE's workbooks: by their days, never by their figures where there is a day.

A row and a workbook that were paired by equal figures could never be found to differ. Figures pair only a workbook
whose own day is missing or impossible, and the pairing says so. What TRAC's dates mean is in `figures/trac_dates.py`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from figures.periods import fiscal_year_end, fiscal_year_start, spoken
from figures.records import Dims, Observation
from figures.trac_dates import EXCEPTIONS, Era, era

# `snapshot`: by the day of the count; `posted`: by the day of posting; `lag`: by the days that usually lie between
# the count and TRAC's date, where the workbook came to us under another day; `value`: by its figures.
Basis = Literal["snapshot", "posted", "lag", "value"]
DAYS_APART = 3
LONGEST_LAG = 16  # days from a count to its posting, as measured in 2020-21
# The count of a closed year was taken on 3 or 4 October (2019, 2020, 2024).
AFTER_YEAR_END = timedelta(days=7)
# A pair that rests on a usual lag, or on a date of unclear meaning, is given up when fewer cells than this agree: it is
# the wrong workbook.
ENOUGH_OF_TWELVE = 6
# A workbook without a day of its own is looked for this far back from its posting.
LOOKED_BACK = timedelta(days=120)
# Findings that say of a table that the day it states is not the day of its figures.
UNDATED_BY = frozenset({"undated_block", "date_in_future", "date_after_saving", "date_stands_still", "run_date_gap"})

Cells = Mapping[Dims, Observation]


@dataclass(frozen=True, slots=True)
class Book:
    """The table of people detained in one release of ICE's. `current` is False when only an older sheet is shown.

    `day` is the day of the count as the sheet states it, None where it states none or one that cannot be.
    """

    release_id: int
    name: str
    posted: date
    day: date | None
    undated_because: str
    current: bool
    cells: Cells


@dataclass(frozen=True, slots=True)
class Row:
    """One row of TRAC's table, under TRAC's date."""

    date: date
    cells: Cells


@dataclass(frozen=True, slots=True)
class Pair:
    """`apart` are the days from the workbook's own day to the row's date; `words` say how the two were paired."""

    row: Row
    book: Book
    basis: Basis
    apart: int
    words: str


def book_of(
    release_id: int, name: str, posted: date, observations: Sequence[Observation], doubts: Mapping[str, str]
) -> Book | None:
    """The current table of a release, else the older sheet that it shows; None when it has none.

    `doubts` are findings about the release by check: those in `UNDATED_BY` mean that the stated day is not to be used.
    """
    current = [o for o in observations if o.status != "not_current"]
    shown = current or list(observations)
    if not shown:
        return None
    sheet = min(map(_sheet, shown))
    mine = [o for o in shown if _sheet(o) == sheet]
    day = mine[0].period.end
    why = _undated(day, mine[0].fiscal_year, posted, doubts)
    return Book(release_id, name, posted, None if why else day, why, bool(current), {o.dims: o for o in mine if o.dims})


def _sheet(observation: Observation) -> str:
    return observation.locator.partition("!")[0]


def _undated(day: date | None, year: int | None, posted: date, doubts: Mapping[str, str]) -> str:
    """Why a stated day cannot be the day of the count; '' when it can."""
    if day is None:
        return "it states no day"
    if day > posted:
        return f"it states {spoken(day)}, after its posting on {spoken(posted)}"
    if year and not fiscal_year_start(year) <= day <= fiscal_year_end(year) + AFTER_YEAR_END:
        return f"it states {spoken(day)}, which is not in FY{year}"
    return next((doubts[check] for check in sorted(UNDATED_BY & doubts.keys())), "")


def rows_of(observations: Sequence[Observation]) -> list[Row]:
    """TRAC's rows by date, oldest first."""
    by_day: dict[date, dict[Dims, Observation]] = {}
    for o in observations:
        if o.period.end:
            by_day.setdefault(o.period.end, {})[o.dims] = o
    return [Row(day, by_day[day]) for day in sorted(by_day)]


def _less_firm(rows: Sequence[Row], book: Book, taken: Mapping[date, date | None]) -> Pair | None:
    """A workbook by the days that a row may lag, where no workbook of another day has the row; else by its values."""
    if not book.day:
        return _by_value(rows, book)
    return _best([row for row in rows if taken.get(row.date, book.day) == book.day], book, ("lag",))


def pairs(rows: Sequence[Row], books: Sequence[Book]) -> list[Pair]:
    """Each workbook with the row that restates it, where there is one. Re-issues of one count share a row."""
    firm = _nearest_only([pair for book in books if (pair := _best(rows, book, ("snapshot", "posted")))])
    taken = {pair.row.date: pair.book.day for pair in firm}
    paired = {pair.book.release_id for pair in firm}
    less_firm = [_less_firm(rows, book, taken) for book in books if book.release_id not in paired]
    found = [*firm, *filter(None, less_firm)]
    sure = [pair for pair in found if _is_sure(pair) or _alike(pair) >= ENOUGH_OF_TWELVE]
    return sorted(sure, key=lambda pair: (pair.row.date, pair.book.posted, pair.book.release_id))


def _best(rows: Sequence[Row], book: Book, bases: tuple[Basis, ...]) -> Pair | None:
    fits = [pair for row in rows for pair in _fits(row, book) if pair.basis in bases]
    return min(fits, key=lambda pair: (bases.index(pair.basis), _distance(pair), pair.row.date), default=None)


def _distance(pair: Pair) -> int:
    """Days between what was compared: the two days of the count, or the two days of posting."""
    if pair.basis == "snapshot":
        return abs((_stated(pair.row) - (pair.book.day or pair.row.date)).days)
    return abs((pair.row.date - pair.book.posted).days)


def _nearest_only(found: Sequence[Pair]) -> list[Pair]:
    """Of workbooks of different days at one row, those of the nearest day; the others have no row."""
    nearest: dict[date, Pair] = {}
    for pair in sorted(found, key=lambda pair: (_distance(pair), pair.book.posted)):
        nearest.setdefault(pair.row.date, pair)
    return [pair for pair in found if pair.book.day == nearest[pair.row.date].book.day]


def _stated(row: Row) -> date:
    """The day of the count that a row stands for, where its date is known to be another."""
    known = EXCEPTIONS.get(row.date)
    return (known.snapshot if known else None) or row.date


def _fits(row: Row, book: Book) -> Iterator[Pair]:
    if book.day is None:
        return
    of_era = era(row.date)
    apart = (row.date - book.day).days
    known = EXCEPTIONS.get(row.date)
    counts = of_era.meaning != "posted" or bool(known and known.snapshot)
    if counts and abs((_stated(row) - book.day).days) <= DAYS_APART:
        yield Pair(row, book, "snapshot", apart, _snapshot_words(row, book, apart))
    elif of_era.meaning != "snapshot" and _lag_fits(apart, of_era):
        since = (row.date - book.posted).days
        if abs(since) <= DAYS_APART:
            words = f"by the day of posting, {spoken(book.posted)}; the count is of {spoken(book.day)}"
            yield Pair(row, book, "posted", apart, words)
        elif of_era.lag is not None:
            words = (
                f"by the usual lag: TRAC's date lies {apart} days after the count of {spoken(book.day)}; the workbook "
                f"came to us under {spoken(book.posted)}"
            )
            yield Pair(row, book, "lag", apart, words)


def _lag_fits(days: int, of_era: Era) -> bool:
    least, most = of_era.lag or (0, LONGEST_LAG)
    return least <= days <= most


def _snapshot_words(row: Row, book: Book, apart: int) -> str:
    if apart == 0:
        return "by the day of the count"
    known = EXCEPTIONS.get(row.date)
    why = f" ({known.evidence})" if known else ""
    return f"by the day of the count: TRAC says {spoken(row.date)}, ICE {spoken(book.day or row.date)}{why}"


def _is_sure(pair: Pair) -> bool:
    return pair.basis != "lag" and era(pair.row.date).meaning != "unclear"


def equal_cells(pair: Pair) -> int:
    """How many of the row's figures the workbook has too."""
    return sum(_same(pair.book.cells.get(dims), theirs) for dims, theirs in pair.row.cells.items())


def _alike(pair: Pair) -> int:
    """Equal cells as the workbook stands or with its columns exchanged: an exchange is no reason to give a pair up."""
    other = replace(pair, book=replace(pair.book, cells=exchanged(pair.book.cells)))
    return max(equal_cells(pair), equal_cells(other))


def _same(ours: Observation | None, theirs: Observation) -> bool:
    return ours is not None and ours.value is not None and ours.value == theirs.value


def _by_value(rows: Sequence[Row], book: Book) -> Pair | None:
    """The row with the same figures, as they stand or with ICE and CBP exchanged, near the workbook's posting."""
    near = [row for row in rows if book.posted - LOOKED_BACK <= row.date <= book.posted + timedelta(days=DAYS_APART)]
    for cells in (book.cells, exchanged(book.cells)):
        alike = replace(book, cells=cells)
        found = [row for row in near if row.cells and equal_cells(Pair(row, alike, "value", 0, "")) == len(row.cells)]
        if found:
            row = max(found, key=lambda each: each.date)
            words = f"by its figures, because {book.undated_because}"
            return Pair(row, book, "value", 0, words)
    return None


def exchanged(cells: Cells) -> dict[Dims, Observation]:
    """The table as it would be with the columns of ICE and CBP in each other's place."""
    other = {"ICE": "CBP", "CBP": "ICE"}
    return {
        tuple(sorted({**dict(dims), "agency": other.get(dict(dims)["agency"], dict(dims)["agency"])}.items())): o
        for dims, o in cells.items()
    }
