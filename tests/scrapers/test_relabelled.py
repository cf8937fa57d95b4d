"""Whole editions with their labels spelled otherwise, or with a blank row in them: the figures stay, cell by cell.

In April 2025 the case of two letters cost 426 cells of an edition.
"""

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pytest

from figures.records import Observation, Parsed
from replica.editions import edition
from replica.workbooks import build
from scrapers.ice import workbook
from scrapers.xlsx.reader import Sheet, Workbook

Cells = Mapping[tuple[int, int], object]
# One of each layout, and those that carry a sheet that others do not.
REAL = (
    "FY19-detentionstats.xlsx",
    "FY22_detentionStats06272022.xlsx",
    "FY24_detentionStats08292024.xlsx",
    "FY26_detentionStats12222025__abcf57f7.xlsx",
)
PROSE = ("Footnotes", "Header")


@dataclass(frozen=True)
class Book:
    """An opened workbook whose sheets are as a test has them."""

    titles: tuple[tuple[str, bool], ...]
    sheets: Mapping[str, Sheet]
    modified_at: datetime | None

    def sheet(self, title: str) -> Sheet:
        return self.sheets[title]

    def with_cells(self, change: Callable[[Sheet], Cells]) -> "Book":
        sheets = {title: replace(sheet, cells=change(sheet)) for title, sheet in self.sheets.items()}
        return replace(self, sheets=sheets)


def _opened(content: bytes) -> Book:
    book = Workbook(content)
    return Book(book.titles, {title: book.sheet(title) for title, _ in book.titles}, book.modified_at)


@dataclass(frozen=True)
class Edition:
    """A workbook and what is read from it as it is: each is opened and read once."""

    name: str
    book: Book
    parsed: Parsed


def _edition(name: str, content: bytes) -> Edition:
    book = _opened(content)
    return Edition(name, book, workbook.read(book, name))


@pytest.fixture(scope="module")
def real(shared_data: Path) -> Sequence[Edition]:
    folder = shared_data / "ice" / "workbooks"
    return [_edition(name, (folder / name).read_bytes()) for name in REAL]


@pytest.fixture(scope="module")
def built() -> Sequence[Edition]:
    return [_edition(edition(key).file_name, build(edition(key))) for key in ("05232025", "FY24")]


def _said(parsed: Parsed) -> dict[str, tuple[object, ...]]:
    """What each cell with a figure says; texts are labels or prose themselves."""
    return {o.locator: _what(o) for o in parsed.observations if o.unit != "text"}


def _what(o: Observation) -> tuple[object, ...]:
    return o.metric, o.dims, o.period, o.value, o.status, o.table, o.fiscal_year, o.period_locator


def _respelled(book: Book, spell: Callable[[str], str]) -> Book:
    """Every text of every table spelled otherwise: titles, headers, rows and notes; of facilities what stands above."""

    def change(sheet: Sheet) -> Cells:
        if sheet.title.strip().startswith(PROSE):
            return sheet.cells
        last = max(row for row, _ in sheet.cells) if sheet.cells else 0
        if sheet.title.startswith("Facilities"):
            last = min(at[0] for at, value in sheet.cells.items() if at[1] == 1 and value == "Name")
        return {
            at: spell(value) if isinstance(value, str) and value.strip() and at[0] <= last else value
            for at, value in sheet.cells.items()
        }

    return book.with_cells(change)


def _marked(mark: str) -> Callable[[str], str]:
    """With a mark where it can be told from the label: after a word or a parenthesis, not after a code or a number."""

    def spell(text: str) -> str:
        bare = text.rstrip()
        is_word = re.search(r"[^\W\d_]{3}$|\)$", bare) and not re.search(r"\b[A-Z]{2}$", bare)
        return bare + mark if is_word else text

    return spell


SPELLINGS: Mapping[str, Callable[[str], str]] = {
    "upper": str.upper,
    "lower": str.lower,
    "title": str.title,
    "swapped": str.swapcase,
    "star": lambda text: text.rstrip() + "*",
    "stars": lambda text: text.rstrip() + " **",
    "star before": lambda text: "*" + text,
    "digit": _marked("1"),
    "two digits": _marked("12"),
    "raised digit": lambda text: text.rstrip() + "\u00b9",
    "digit in brackets": lambda text: text.rstrip() + " [1]",
    "blanks around": lambda text: f"  {text}\t ",
    "double blanks": lambda text: text.replace(" ", "  "),
    "no-break blanks": lambda text: text.replace(" ", "\xa0"),
    "broken line": lambda text: text.replace(" ", " \n", 1),
    "dashes": lambda text: text if re.search(r"\d", text) else text.replace("-", "\u2013"),
    "no as of": lambda text: re.sub(r"\bas of\s*", "", text),
}


def _differing(one: Edition, spell: Callable[[str], str]) -> list[str]:
    after = workbook.read(_respelled(one.book, spell), one.name)
    was, now = _said(one.parsed), _said(after)
    wrong = [f"{at}: {was.get(at)} became {now.get(at)}" for at in sorted({*was, *now}) if was.get(at) != now.get(at)]
    left = {each.locator for each in after.leftovers} - {each.locator for each in one.parsed.leftovers}
    return [*wrong, *(f"{at} was not understood" for at in sorted(left))]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_figures_of_a_built_edition_do_not_hang_on_how_its_labels_are_spelled(
    built: Sequence[Edition], spelling: str
) -> None:
    for one in built:
        assert _differing(one, SPELLINGS[spelling]) == [], one.name


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_figures_of_real_editions_do_not_hang_on_how_their_labels_are_spelled(
    real: Sequence[Edition], spelling: str
) -> None:
    for one in real:
        assert _differing(one, SPELLINGS[spelling]) == [], one.name


def _with_a_blank_row(book: Book, title: str, row: int) -> Book:
    def change(sheet: Sheet) -> Cells:
        if sheet.title != title:
            return sheet.cells
        return {(r + (r >= row), c): value for (r, c), value in sheet.cells.items()}

    return book.with_cells(change)


def _moved(locator: str, title: str, row: int) -> str:
    before, _, cell = locator.rpartition("!")
    if before != f"xlsx:{title}" or (match := re.fullmatch(r"([A-Z]+)(\d+)", cell)) is None:
        return locator
    return f"{before}!{match[1]}{int(match[2]) + (int(match[2]) >= row)}"


def _rows_to_try(book: Book, each: int) -> Iterator[tuple[str, int]]:
    """Some rows of every visible sheet of figures, by chance; the same every time."""
    chance = random.Random(8)
    for title, visible in book.titles:
        rows = sorted({row for row, _ in book.sheets[title].cells})
        if visible and rows and not title.strip().startswith(PROSE):
            yield from ((title, row) for row in chance.sample(rows, min(each, len(rows))))


def _broken_by_a_blank_row(one: Edition, each: int) -> list[str]:
    was = _said(one.parsed)
    wrong = []
    for title, row in _rows_to_try(one.book, each):
        now = _said(workbook.read(_with_a_blank_row(one.book, title, row), one.name))
        expected = {_moved(at, title, row): (*what[:-1], _moved(str(what[-1]), title, row)) for at, what in was.items()}
        if now != expected:
            wrong.append(
                f"{one.name}: {title!r} above row {row}: {len(set(expected.items()) ^ set(now.items()))} figures"
            )
    return wrong


def test_one_blank_row_anywhere_in_a_built_edition_loses_no_figure(built: Sequence[Edition]) -> None:
    for one in built:
        assert _broken_by_a_blank_row(one, 20) == []


def test_one_blank_row_anywhere_in_real_editions_loses_no_figure(real: Sequence[Edition]) -> None:
    for one in real:
        assert _broken_by_a_blank_row(one, 1) == []


def test_two_blank_rows_end_a_table_and_what_lies_below_is_said() -> None:
    """They may as well stand between two tables: nothing is guessed, and nothing is lost in silence."""
    key = "05232025"
    book = _opened(build(edition(key)))
    title = "Detention FY25"
    split = _with_a_blank_row(_with_a_blank_row(book, title, 21), title, 21)
    parsed = workbook.read(split, edition(key).file_name)
    missing = {"xlsx:Detention FY25!F21", "xlsx:Detention FY25!F22"}
    left = {leftover.locator for leftover in parsed.leftovers}
    assert {_moved(_moved(at, title, 21), title, 21) for at in missing} <= left
    assert any(f.check == "layout_drift" and f.scope == ("detained_by_criminality",) for f in parsed.findings)
