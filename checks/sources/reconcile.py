"""ICE held against TRAC, cell by cell: every date of TRAC's and every workbook of ICE's is explained. Pure.

They agree, TRAC is behind, TRAC skipped a release, the dates differ, values differ, two columns stand in each other's
place, or the other side is not held. Nothing is blended: a cell is compared, never filled from the other side.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from checks.sources.pairing import DAYS_APART, Book, Pair, Row, exchanged, pairs
from figures.periods import spoken
from figures.records import Observation
from figures.trac_dates import EXCEPTIONS, era

Outcome = Literal[
    "agree",
    "dates_differ",  # all figures agree, under another day than ICE's
    "incomplete",  # what can be compared agrees; a cell has no number on one side
    "values_differ",
    "columns_exchanged",
    "trac_behind",
    "trac_skipped",
    "older_sheet",
    "undated",
    "before_table",
    "no_table",
    "no_workbook",
]
AGREEING: frozenset[Outcome] = frozenset({"agree", "dates_differ"})
DISPUTED: frozenset[Outcome] = frozenset({"values_differ", "columns_exchanged"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of TRAC's beside ICE's; `ours` are the cells that `value` is made of, one or those of a sum."""

    ours: tuple[Observation, ...]
    value: float
    theirs: Observation


@dataclass(frozen=True, slots=True)
class Comparison:
    """A pair cell by cell. `exchanged`: what differs is that ICE's and CBP's figures stand in each other's column."""

    pair: Pair
    equal: tuple[Observation, ...]
    differences: tuple[Difference, ...]
    missing: int
    exchanged: bool

    @property
    def outcome(self) -> Outcome:
        if self.differences:
            return "columns_exchanged" if self.exchanged else "values_differ"
        if self.missing:
            return "incomplete"
        return "dates_differ" if self.pair.basis == "snapshot" and self.pair.apart else "agree"


@dataclass(frozen=True, slots=True)
class Dated:
    """What came of one of TRAC's dates; `comparisons` in order of publication, the newest last."""

    row: Row
    outcome: Outcome
    comparisons: tuple[Comparison, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Booked:
    """What came of one workbook."""

    book: Book
    outcome: Outcome
    comparison: Comparison | None
    words: str


@dataclass(frozen=True, slots=True)
class Reconciliation:
    dates: tuple[Dated, ...]
    books: tuple[Booked, ...]


def reconcile(rows: Sequence[Row], books: Sequence[Book], seen: date) -> Reconciliation:
    """Every row and every workbook with what came of it. `books` in order of publication; `seen` is the day since
    when TRAC's table is known as it stands.
    """
    place = {book.release_id: at for at, book in enumerate(books)}
    compared: dict[date, list[Comparison]] = {}
    for pair in sorted(pairs(rows, books), key=lambda pair: place[pair.book.release_id]):
        compared.setdefault(pair.row.date, []).append(compare(pair))
    dates = tuple(_dated(row, tuple(compared.get(row.date, ())), seen) for row in rows)
    of_book = {c.pair.book.release_id: c for group in compared.values() for c in group}
    return Reconciliation(dates, tuple(_booked(book, of_book.get(book.release_id), rows) for book in books))


def compare(pair: Pair) -> Comparison:
    equal: list[Observation] = []
    differences: list[Difference] = []
    missing = 0
    for dims in sorted(pair.row.cells):
        theirs, ours = pair.row.cells[dims], pair.book.cells.get(dims)
        if ours is None or ours.value is None or theirs.value is None:
            missing += 1
        elif ours.value == theirs.value:
            equal.append(ours)
        else:
            differences.append(Difference((ours,), ours.value, theirs))
    return Comparison(pair, tuple(equal), tuple(differences), missing, _is_exchanged(pair, differences))


def _is_exchanged(pair: Pair, differences: Sequence[Difference]) -> bool:
    """Whether every figure that differs is the other agency's: a whole table, or some of its rows."""
    other = exchanged(pair.book.cells)
    found = [other.get(each.theirs.dims) for each in differences]
    return bool(found) and all(
        ours is not None and ours.value == each.theirs.value for ours, each in zip(found, differences, strict=True)
    )


def _dated(row: Row, comparisons: tuple[Comparison, ...], seen: date) -> Dated:
    if not comparisons:
        return Dated(row, "no_workbook", (), _no_workbook(row))
    newest = comparisons[-1]
    outcome = newest.outcome
    before = [c for c in comparisons[:-1] if c.outcome in AGREEING]
    if outcome == "values_differ" and before and seen <= newest.pair.book.posted:
        outcome = "trac_behind"
        words = (
            f"TRAC has the figures of {before[-1].pair.book.name}; {newest.pair.book.name} gave others on "
            f"{spoken(newest.pair.book.posted)}, and TRAC's table is not newer."
        )
        return Dated(row, outcome, comparisons, words)
    return Dated(row, outcome, comparisons, comparison_words(newest))


_MEANINGS: Mapping[str, str] = {
    "snapshot": "the day of the count",
    "posted": "the day on which ICE posted it",
    "unclear": "of unclear meaning",
}


def _no_workbook(row: Row) -> str:
    known = EXCEPTIONS.get(row.date)
    more = f" {known.evidence}" if known else ""
    return f"No workbook of this release is held; TRAC's date is {_MEANINGS[era(row.date).meaning]}.{more}"


def comparison_words(comparison: Comparison) -> str:
    """One sentence on a pair: what agrees or differs, and how the two were paired."""
    book, cells = comparison.pair.book, len(comparison.pair.row.cells)
    paired = f"Paired {comparison.pair.words}."
    match comparison.outcome:
        case "agree" | "dates_differ":
            return f"All {cells} figures equal those of {book.name}. {paired}"
        case "incomplete":
            return (
                f"{cells - comparison.missing} of {cells} figures can be compared with {book.name} and agree. {paired}"
            )
        case "columns_exchanged":
            return (
                f"In {book.name} the figures of ICE and CBP stand in each other's place "
                f"in {len(comparison.differences)} of {cells} cells; the totals agree. {paired}"
            )
        case _:
            return f"{len(comparison.differences)} of {cells} figures differ from {book.name}. {paired}"


def _booked(book: Book, comparison: Comparison | None, rows: Sequence[Row]) -> Booked:
    if comparison:
        again = "" if book.current else " The workbook shows no current sheet: an older one was published again."
        return Booked(book, comparison.outcome, comparison, comparison_words(comparison) + again)
    outcome, words = _without_row(book, rows)
    return Booked(book, outcome, None, words)


def _without_row(book: Book, rows: Sequence[Row]) -> tuple[Outcome, str]:
    if book.day is None:
        return "undated", f"No row has its figures, and it cannot be placed by its day: {book.undated_because}."
    day = spoken(book.day)
    total = _total(book)
    held = f" ({total:,.0f} people held)" if total is not None else ""
    if not book.current:
        return "older_sheet", f"It shows only the sheet of {day}{held} again, for which TRAC has no row."
    if not rows or (book.day - rows[-1].date).days > DAYS_APART:
        newest = f"its newest row is of {spoken(rows[-1].date)}" if rows else "its table is empty"
        return "trac_behind", f"TRAC has not loaded the count of {day}{held} yet; {newest}."
    if (rows[0].date - book.day).days > DAYS_APART:
        return "before_table", f"TRAC's table begins on {spoken(rows[0].date)}, after the count of {day}{held}."
    return (
        "trac_skipped",
        f"TRAC has rows after the count of {day}{held} and none for it: it never loaded this release.",
    )


def _total(book: Book) -> float | None:
    return next((o.value for dims, o in book.cells.items() if set(dict(dims).values()) == {"all"}), None)
