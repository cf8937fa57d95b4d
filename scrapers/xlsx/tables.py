"""Reading declared tables: found by title, never by position; labels are compared, never supplied.

Reading one (`scrapers.xlsx.declared_tables.Table`) gives located cells with the meaning that applies to each.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from figures.records import Dims, Finding
from scrapers.errors import DriftError
from scrapers.xlsx.blocks import Position
from scrapers.xlsx.declared_tables import Column, Table
from scrapers.xlsx.labels import Words, fold, is_blank, label, words
from scrapers.xlsx.reader import CellValue, Sheet, address, locator
from scrapers.xlsx.table_rows import Rows

# What a title says of its time, wherever in it: `: FY2025`, ` EOFY2023`, `: FY2024 - FY2026`, ` 06/20/2020`,
# `FY22,  as of xx/xx/2022`, `FY25 thru April Court Appearance`, `FY23 Year End  Court Appearance`.
_WHEN = re.compile(
    r"\b(?:EO)?Y?FY\s*(?:20\d{2}|\d{2})\d{0,2}(?:\s*(?:YTD|YE)\b)?"
    r"|[\dx]{1,2}/[\dx]{1,2}/\d{2,4}"
    r"|\b(?:thru|through)\s+[a-z]+\b|\byear end\b|\bas of\b|[,:;*]| - ",
    re.IGNORECASE,
)
TITLE_EXTRA = 100  # what a year, a month, a date and blanks add to a title at most; sentences are longer
HEADER_WITHIN = 3  # the header stands in one of the three rows below the title


class Cell(NamedTuple):
    """A located value with the column's meaning, the dims of its row, and the fiscal year that its row names."""

    at: Position
    value: CellValue
    header: str
    column: Column
    dims: Dims
    metric: str
    year: int | None


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as read: its cells, what was odd, and every position that was understood."""

    cells: tuple[Cell, ...]
    findings: tuple[Finding, ...]
    used: frozenset[Position]


@lru_cache(maxsize=4096)
def title(value: str) -> str:
    """What of a block's title is compared, without its years and dates: `ICE Removals: FY2025` is `iceremovals`."""
    return fold(label(_WHEN.sub(" ", label(value))))


def find_titles(sheet: Sheet, known: frozenset[str]) -> dict[str, list[Position]]:
    """Where each known title stands on a sheet, by what of it is compared."""
    found: dict[str, list[Position]] = {}
    wanted = {title(words) for words in known}
    shortest, longest = min(map(len, wanted)), max(map(len, known)) + TITLE_EXTRA
    for at, value in sheet.cells.items():
        if isinstance(value, str) and shortest <= len(value) <= longest and (text := title(value)) in wanted:
            found.setdefault(text, []).append(at)
    return found


def anchors(table: Table, titles: Mapping[str, Sequence[Position]]) -> list[Position]:
    return sorted({at for words in table.titles for at in titles.get(title(words), ())})


def read_table(sheet: Sheet, table: Table, titles: Mapping[str, Sequence[Position]]) -> Grid:
    """The cells of a table that is there. Raises DriftError when it is not laid out as declared."""
    found = anchors(table, titles)
    if len(found) != 1:
        where = ", ".join(address(*at) for at in found) or "nowhere"
        raise DriftError(f"sheet {sheet.title!r}", f"the title {table.titles[0]!r} exactly once", where)
    row, column = found[0]
    all_anchors = set(chain.from_iterable(titles.values()))
    right = _right_edge(sheet, found[0], all_anchors)
    header_row, label_columns, headers = _headers(sheet, table, (row, column), right)
    reader = Rows(sheet, table, label_columns, list(headers))
    cells: list[Cell] = []
    used = {found[0], *(sheet.cells.keys() & {(header_row, c) for c in range(column, right)})}
    for at in reader.below(header_row, all_anchors):
        dims, metric, year = reader.meaning(at)
        merged: dict[Dims, Dims] = {}
        used.update(sheet.cells.keys() & {(at, c) for c in label_columns})
        for c, text in headers.items():
            meaning = table.columns[text]
            place = _value_place(sheet, table, (at, c), headers, right)
            used.add(place)
            if (combined := merged.get(meaning.dims)) is None:
                combined = merged[meaning.dims] = tuple(sorted((*meaning.dims, *dims)))
            cells.append(Cell(place, sheet.cells.get(place), text, meaning, combined, metric or meaning.metric, year))
    reader.finish((header_row, column))
    return Grid(tuple(cells), tuple(reader.findings), frozenset(used))


def _right_edge(sheet: Sheet, anchor: Position, all_anchors: set[Position]) -> int:
    """The column of the nearest block to the right that reaches the rows of this block's header."""
    row, column = anchor

    def reaches(other: Position) -> bool:
        r, c = other
        while r < row and ((r, c) in sheet.cells or (r + 1, c) in sheet.cells):  # one blank row ends no block
            r += 1
        return row <= r <= row + HEADER_WITHIN

    beside = [other[1] for other in all_anchors if other[1] > column and reaches(other)]
    return min(beside, default=1 + sheet.last_column)


def _over_labels(texts: dict[int, str], column: int, count: int) -> tuple[list[int], list[str]]:
    """The columns of row labels with what stands over them, which is taken out of a header's `texts`."""
    label_columns, over = [column], [texts.pop(column, "")]
    while len(label_columns) < count:
        following = min(texts, default=column + len(label_columns))
        label_columns.append(following)
        over.append(texts.pop(following, ""))
    return label_columns, over


def _headers(sheet: Sheet, table: Table, anchor: Position, right: int) -> tuple[int, list[int], dict[int, str]]:
    """(row, columns of row labels, value columns with their label). The labels must be one of the declared sets."""
    row, column = anchor
    known = Words(table.columns)
    for at in range(row + 1, row + 1 + HEADER_WITHIN):
        filled = [c for c in range(column, right) if not is_blank(sheet.cells.get((at, c)))]
        texts = {c: label(sheet.cells[at, c]) for c in filled}
        if not texts:
            continue
        label_columns, over = _over_labels(texts, column, len(table.labels))
        texts = known.across(texts)
        names = frozenset(texts.values())
        declared = all(word in words(labels.over) for word, labels in zip(over, table.labels, strict=True))
        if not declared or names not in table.headers or len(names) != len(texts):
            expected = " or ".join(str(sorted(names)) for names in table.headers)
            raise DriftError(
                locator(sheet.title, at, column),
                f"a header of {table.id} with {expected}",
                f"{[*over, *texts.values()]}",
            )
        return at, label_columns, texts
    raise DriftError(locator(sheet.title, row, column), f"a header below the title of {table.id}", "blank rows")


def _value_place(sheet: Sheet, table: Table, at: Position, headers: Mapping[int, str], right: int) -> Position:
    row, column = at
    if not table.spill or at in sheet.cells:
        return at
    end = min((c for c in headers if c > column), default=right)
    filled = [c for c in range(column + 1, end) if (row, c) in sheet.cells]
    return (row, filled[0]) if len(filled) == 1 else at
