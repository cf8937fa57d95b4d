"""The rows of a declared table in turn: which there are, and what each means."""

import re
from collections.abc import Iterator, Sequence

from figures.records import Dims, Finding
from scrapers.errors import DriftError
from scrapers.xlsx.blocks import MOST_ROWS, NO_NUMBER, Position
from scrapers.xlsx.declared_tables import Labels, Row, Table
from scrapers.xlsx.labels import Words, is_blank, label, name
from scrapers.xlsx.reader import CellValue, Sheet, address, locator

# `FY2025`, `EOFY24`, `FY2026 YTD`; a footnote's digit may be glued to it.
_YEAR_LABEL = re.compile(r"^(?:EO)?FY\s*(20\d{2}|\d{2})\d{0,2}(?:\s+YTD)?$", re.IGNORECASE)


class Rows:
    """The meaning of each row: labels carried down, groups opened, years read, new labels found.

    `columns` are those of the row labels, `headers` those of the figures.
    """

    def __init__(self, sheet: Sheet, table: Table, columns: Sequence[int], headers: Sequence[int]) -> None:
        self.findings: list[Finding] = []
        self._sheet, self._table, self._columns, self._headers = sheet, table, columns, headers
        self._words = [Words({**labels.groups, **labels.rows}) for labels in table.labels]
        self._carried = [""] * len(columns)
        self._group: Dims = ()
        self._seen: set[tuple[Dims, tuple[str, ...]]] = set()
        self._labels_seen: list[set[str]] = [set() for _ in columns]

    def below(self, header: int, anchors: set[Position]) -> Iterator[int]:
        """The rows of the table below its header, to the first that is none or a block's title.

        One blank row is passed over where the table goes on after it.
        """
        row = header + 1
        while (row, self._columns[0]) not in anchors:
            if self._is_row(row):
                if row - header > MOST_ROWS:
                    where = locator(self._sheet.title, header, self._columns[0])
                    raise DriftError(where, f"at most {MOST_ROWS:,} rows in {self._table.id}", "more of them")
                yield row
            elif not self._is_blank(row) or not self._goes_on(row + 1, anchors):
                return
            row += 1

    def _is_blank(self, row: int) -> bool:
        return all(is_blank(self._sheet.cells.get((row, c))) for c in (*self._columns, *self._headers))

    def _is_row(self, row: int) -> bool:
        """Whether a row belongs to the table: it has a label, or figures that the publisher left without one."""
        return not self._is_blank(row) and not self._is_note(row)

    def _is_note(self, row: int) -> bool:
        until = self._table.until
        return bool(until and until.match(label(self._sheet.cells.get((row, self._columns[0])))))

    def _goes_on(self, row: int, anchors: set[Position]) -> bool:
        """Whether a row after a blank one is of this table: a label of its own that was not there yet, and a figure."""
        if (row, self._columns[0]) in anchors or not self._is_row(row):
            return False
        texts = self._texts(row)
        own = any(self._is_own(n, text) for n, text in enumerate(texts))
        return own and self._key(texts, row) not in self._seen and any(self._is_figure(row, c) for c in self._headers)

    def _is_own(self, n: int, text: str) -> bool:
        labels = self._table.labels[n]
        is_free = bool(labels.free or labels.free_groups or (labels.years and _YEAR_LABEL.match(text)))
        return bool(text) and (is_free or text in labels.rows or text in labels.groups)

    def _is_figure(self, row: int, column: int) -> bool:
        value = self._sheet.cells.get((row, column))
        return isinstance(value, float | int) or (isinstance(value, str) and value.strip().casefold() in NO_NUMBER)

    def _texts(self, row: int) -> list[str]:
        """The labels of a row as they are declared, or as they stand; what is carried down from above included."""
        texts: list[str] = []
        carried = list(self._carried)
        for n, (column, labels) in enumerate(zip(self._columns, self._table.labels, strict=True)):
            text = self._text(n, self._sheet.cells.get((row, column)))
            if not text and labels.carried:
                text = carried[n]
            elif text and n == 0:
                carried[1:] = [""] * (len(self._columns) - 1)
            texts.append(text)
        return texts

    def _text(self, n: int, value: CellValue) -> str:
        declared = self._words[n].find(value)
        if declared is not None:
            return declared
        return name(value) if self._table.labels[n].names else label(value)

    def _key(self, texts: Sequence[str], row: int) -> tuple[Dims, tuple[str, ...]]:
        opened = [self._opened(labels, text) for labels, text in zip(self._table.labels, texts, strict=True)]
        group = next((each.dims for each in opened if each is not None), self._group)
        return group, tuple(text or f"unlabelled at {row}" for text in texts)

    def meaning(self, row: int) -> tuple[Dims, str, int | None]:
        """(dimensions, metric where the row has its own, fiscal year that it names). The same row again is drift."""
        texts = self._texts(row)
        for n, text in enumerate(texts):
            self._carried[n] = text
            self._labels_seen[n].add(text)
        key = self._key(texts, row)
        if key in self._seen:
            where = locator(self._sheet.title, row, self._columns[0])
            raise DriftError(where, f"each row of {self._table.id} once", f"{' / '.join(texts)!r} again")
        self._seen.add(key)
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
        return tuple(dims), metric, year

    def _row(self, labels: Labels, text: str, at: Position) -> Row:
        if text in labels.rows:
            declared = labels.rows[text]
            return Row((*self._group, *declared.dims), declared.metric)
        if (opened := self._opened(labels, text)) is not None:
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

    def _opened(self, labels: Labels, text: str) -> Row | None:
        if text in labels.rows:
            return None
        if text in labels.groups:
            return labels.groups[text]
        return Row(((labels.free_groups, text),)) if text and labels.free_groups else None

    def finish(self, at: Position) -> None:
        """Raise DriftError unless every required row was there, under whichever label that means the same."""
        for labels, seen in zip(self._table.labels, self._labels_seen, strict=True):
            meant = [labels.rows[each] for each in seen if each in labels.rows]
            missing = [each for each in labels.required if each not in seen and labels.rows.get(each) not in meant]
            if missing:
                where = locator(self._sheet.title, *at)
                raise DriftError(where, f"rows {', '.join(missing)} in {self._table.id}", f"rows {sorted(seen)}")
