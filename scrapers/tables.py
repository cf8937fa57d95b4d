"""Reading declared tables: found by title, never by position; labels are compared, never supplied.

A table is data (`Table`): the words of its title, what may stand over its label columns, the label sets that its
columns have had, and what each label means. Reading one gives located cells with the meaning that applies to each.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, NamedTuple

from figures.records import Dims, Finding
from scrapers.blocks import Position
from scrapers.errors import DriftError
from scrapers.workbook import CellValue, Sheet, address, label, locator

Kind = Literal["instant", "fiscal_year_to_date"]
Span = Literal["table", "month"]
# A year, a range of years or a date at the end of a title: `: FY2025`, ` EOFY2023`, `: FY2024 - FY2026`, ` 06/20/2020`.
_YEARS = r"(?:EO)?FY\s*\d{2,4}(?:\s+YTD|\s+YE)?"
_TITLE_TAIL = re.compile(
    rf"\s*[:,]?\s*(?:as of\b.*|\d{{1,2}}/\d{{1,2}}/\d{{4}}|{_YEARS}(?:\s*-\s*{_YEARS})?)?\s*[:,]?\s*$", re.IGNORECASE
)
# `FY25 thru April Court Appearance: Total Hearings`, `FY23 Year End  Court Appearance: Final Hearings`.
_TITLE_HEAD = re.compile(r"^FY\s*\d{2,4}\s+(?:(?:thru|through)\s+\w+\s+|Year End\s+)?(?=Court)", re.IGNORECASE)
_YEAR_LABEL = re.compile(r"^(?:EO)?FY\s*(\d{4}|\d{2})(?:\s+YTD)?$", re.IGNORECASE)
TITLE_EXTRA = 100  # what a year, a month, a date and blanks add to a title at most; sentences are longer
HEADER_WITHIN = 3  # the header stands in one of the three rows below the title


@dataclass(frozen=True, slots=True)
class Column:
    """What the figures under one header label are. `span` is `month` for Oct..Sep, else the table's own."""

    metric: str
    dims: Dims = ()
    span: Span = "table"


@dataclass(frozen=True, slots=True)
class Row:
    """What the figures beside one row label are; `metric` replaces the column's where rows count other things."""

    dims: Dims = ()
    metric: str = ""


@dataclass(frozen=True, slots=True)
class Labels:
    """One column of row labels.

    `over` are the words that may stand over it. `rows` are the declared labels; another label is taken as it stands,
    for the dimension `free` as a matter of course, for `new` with a finding. `groups` are labels that open a group
    whose sub-rows repeat in each; `free_groups` does the same for labels of no fixed list; a group's own row has
    `group_self`. `years` says that the labels are fiscal years. With `carried` a blank repeats the label above.
    """

    over: tuple[str, ...]
    rows: Mapping[str, Row] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    free: str = ""
    new: str = ""
    groups: Mapping[str, Row] = field(default_factory=dict)
    free_groups: str = ""
    group_self: Dims = ()
    years: bool = False
    carried: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """`headers` are the label sets that the columns have had, in any order. `clock` names the footnote that dates it.

    `always` says that every sheet has it; of the tables that share an `either` every sheet has exactly one. `spill`
    allows a value in a blank column right of its header (January to March 2022: header in J, values in L). A row whose
    label matches `until` is a note below the table, and no longer a row of it.
    """

    id: str
    titles: tuple[str, ...]
    labels: tuple[Labels, ...]
    headers: tuple[frozenset[str], ...]
    columns: Mapping[str, Column]
    clock: str
    kind: Kind
    always: bool = False
    either: str = ""
    spill: bool = False
    until: re.Pattern[str] | None = None


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
    """A block's title without its year or date: `ICE Removals: FY2025` is `ICE Removals`."""
    text = _TITLE_HEAD.sub("", label(value))
    while (shorter := _TITLE_TAIL.sub("", text)) != text:
        text = shorter
    return text


def find_titles(sheet: Sheet, known: frozenset[str]) -> dict[str, list[Position]]:
    """Where each known title stands on a sheet."""
    found: dict[str, list[Position]] = {}
    shortest, longest = min(map(len, known)), max(map(len, known)) + TITLE_EXTRA
    for at, value in sheet.cells.items():
        if isinstance(value, str) and shortest <= len(value) <= longest and (text := title(value)) in known:
            found.setdefault(text, []).append(at)
    return found


def anchors(table: Table, titles: Mapping[str, Sequence[Position]]) -> list[Position]:
    return sorted(at for words in table.titles for at in titles.get(words, ()))


def read_table(sheet: Sheet, table: Table, titles: Mapping[str, Sequence[Position]]) -> Grid:
    """The cells of a table that is there. Raises DriftError when it is not laid out as declared."""
    found = anchors(table, titles)
    if len(found) != 1:
        where = ", ".join(address(*at) for at in found) or "nowhere"
        raise DriftError(f"sheet {sheet.title!r}", f"the title {table.titles[0]!r} exactly once", where)
    row, column = found[0]
    all_anchors = {at for positions in titles.values() for at in positions}
    right = _right_edge(sheet, found[0], all_anchors)
    header_row, label_columns, headers = _headers(sheet, table, (row, column), right)
    reader = _Rows(sheet, table, label_columns)
    cells: list[Cell] = []
    used = {found[0], *((header_row, c) for c in range(column, right) if (header_row, c) in sheet.cells)}
    at = header_row + 1
    while _is_row(sheet, table, at, [*label_columns, *headers]) and (at, column) not in all_anchors:
        dims, metric, year = reader.meaning(at)
        merged: dict[Dims, Dims] = {}
        used.update((at, c) for c in label_columns if (at, c) in sheet.cells)
        for c, text in headers.items():
            meaning = table.columns[text]
            place = _value_place(sheet, table, (at, c), headers, right)
            used.add(place)
            if (combined := merged.get(meaning.dims)) is None:
                combined = merged[meaning.dims] = tuple(sorted((*meaning.dims, *dims)))
            cells.append(Cell(place, sheet.cells.get(place), text, meaning, combined, metric or meaning.metric, year))
        at += 1
    reader.finish((header_row, column))
    return Grid(tuple(cells), tuple(reader.findings), frozenset(used))


def _right_edge(sheet: Sheet, anchor: Position, all_anchors: set[Position]) -> int:
    """The column of the nearest block to the right that reaches the rows of this block's header."""
    row, column = anchor

    def reaches(other: Position) -> bool:
        r, c = other
        while r < row and (r, c) in sheet.cells:
            r += 1
        return row <= r <= row + HEADER_WITHIN

    beside = [other[1] for other in all_anchors if other[1] > column and reaches(other)]
    return min(beside, default=1 + sheet.last_column)


def _is_row(sheet: Sheet, table: Table, row: int, columns: Sequence[int]) -> bool:
    """Whether a row belongs to the table: it has a label, or figures that the publisher left without one."""
    texts = [sheet.cells.get((row, c)) for c in columns]
    return any(text is not None for text in texts) and not (table.until and table.until.match(label(texts[0])))


def _headers(sheet: Sheet, table: Table, anchor: Position, right: int) -> tuple[int, list[int], dict[int, str]]:
    """(row, columns of row labels, value columns with their label). The labels must be one of the declared sets."""
    row, column = anchor
    for at in range(row + 1, row + 1 + HEADER_WITHIN):
        texts = {c: label(sheet.cells.get((at, c))) for c in range(column, right) if (at, c) in sheet.cells}
        if not texts:
            continue
        label_columns = [column]
        over = [texts.pop(column, "")]
        for _ in table.labels[1:]:
            following = min(texts, default=column + len(label_columns))
            label_columns.append(following)
            over.append(texts.pop(following, ""))
        names = frozenset(texts.values())
        declared = all(word in labels.over for word, labels in zip(over, table.labels, strict=True))
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


class _Rows:
    """The meaning of each row in turn: labels carried down, groups opened, years read, new labels found."""

    def __init__(self, sheet: Sheet, table: Table, columns: Sequence[int]) -> None:
        self.findings: list[Finding] = []
        self._sheet, self._table, self._columns = sheet, table, columns
        self._carried = [""] * len(columns)
        self._group: Dims = ()
        self._seen: set[tuple[Dims, tuple[str, ...]]] = set()
        self._labels_seen: list[set[str]] = [set() for _ in columns]

    def meaning(self, row: int) -> tuple[Dims, str, int | None]:
        texts = []
        for n, (column, labels) in enumerate(zip(self._columns, self._table.labels, strict=True)):
            text = label(self._sheet.cells.get((row, column)))
            if not text and labels.carried:
                text = self._carried[n]
            elif text and n == 0:
                self._carried[1:] = [""] * (len(self._columns) - 1)
            self._carried[n] = text
            self._labels_seen[n].add(text)
            texts.append(text)
        dims: list[tuple[str, str]] = []
        metric, year = "", None
        for n, text in enumerate(texts):
            labels = self._table.labels[n]
            if labels.years and (match := _YEAR_LABEL.match(text)):
                year = int(match[1]) % 2000 + 2000
                continue
            meaning = self._row(labels, text, (row, self._columns[n]))
            dims.extend(meaning.dims)
            metric = meaning.metric or metric
        key = (self._group, tuple(text or f"unlabelled at {row}" for text in texts))
        if key in self._seen:
            where = locator(self._sheet.title, row, self._columns[0])
            raise DriftError(where, f"each row of {self._table.id} once", f"{' / '.join(texts)!r} again")
        self._seen.add(key)
        return tuple(dims), metric, year

    def _row(self, labels: Labels, text: str, at: Position) -> Row:
        if text in labels.rows:
            declared = labels.rows[text]
            return Row((*self._group, *declared.dims), declared.metric)
        if text in labels.groups or (text and labels.free_groups):
            opened = labels.groups.get(text, Row(((labels.free_groups, text),)))
            self._group = opened.dims
            return Row((*opened.dims, *labels.group_self), opened.metric)
        if text and labels.free:
            return Row(((labels.free, text),))
        where = locator(self._sheet.title, *at)
        shown = text or f"unlabelled at {address(*at)}"
        words = f"{where}: the row {shown!r} is new in {self._table.id}; it is stored under its own label."
        expected = f"one of {sorted(labels.rows)}"
        if not text or at in self._sheet.cells:  # carried down from above, it has been said there
            self.findings.append(Finding("new_row_label", "warn", "cells", (where,), expected, repr(text), words))
        return Row((*self._group, (labels.new, shown)))

    def finish(self, at: Position) -> None:
        """Raise DriftError unless every required row was there."""
        for labels, seen in zip(self._table.labels, self._labels_seen, strict=True):
            missing = [name for name in labels.required if name not in seen]
            if missing:
                where = locator(self._sheet.title, *at)
                raise DriftError(where, f"rows {', '.join(missing)} in {self._table.id}", f"rows {sorted(seen)}")
