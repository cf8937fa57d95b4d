"""Reading XLSX: bytes to sheets of addressed cells."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import python_calamine

from figures.cells import letters
from scrapers.container import examine
from scrapers.errors import NotReadableError

CellValue = str | float | int | bool | date | None | Any
MAX_SHEETS = 100


@dataclass(frozen=True)
class Sheet:
    """`cells` holds the filled cells only, by (row, column), both from 1."""

    title: str
    visible: bool
    cells: Mapping[tuple[int, int], CellValue]

    @cached_property
    def prefix(self) -> str:
        """The beginning of each locator of this sheet."""
        return f"xlsx:{self.title}!"

    @cached_property
    def last_column(self) -> int:
        return max((column for _, column in self.cells), default=0)


class Workbook:
    """An opened workbook. `sheet(title)` reads one sheet when it is asked for."""

    def __init__(self, content: bytes) -> None:
        container = examine(content)
        self.modified_at = container.modified_at
        self._told, self._places = container.told, container.places
        try:
            self._book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(container.content))
        except python_calamine.CalamineError as error:
            raise NotReadableError(f"not a readable XLSX workbook: {error}") from error
        if len(self._book.sheets_metadata) > MAX_SHEETS:
            raise NotReadableError(f"{len(self._book.sheets_metadata)} sheets; at most {MAX_SHEETS} are read")
        self.titles = tuple(
            (meta.name, meta.visible == python_calamine.SheetVisibleEnum.Visible)
            for meta in self._book.sheets_metadata
            if meta.typ == python_calamine.SheetTypeEnum.WorkSheet
        )

    def sheet(self, title: str) -> Sheet:
        visible = dict(self.titles)[title]
        try:
            raw = self._book.get_sheet_by_name(title)
        except python_calamine.CalamineError as error:
            raise NotReadableError(f"sheet {title!r} cannot be read: {error}") from error
        # iter_rows() starts in row 1 whatever the first filled row is, but in the first filled column.
        first_column = raw.start[1] + 1 if raw.start else 1
        cells = {
            (r, c): value
            for r, row in enumerate(raw.iter_rows(), start=1)
            for c, value in enumerate(row, start=first_column)
            if value != ""
        }
        if (places := self._places.get(title)) is not None:
            rows, columns = places
            cells = {(rows[r - 1], columns[c - 1]): value for (r, c), value in cells.items()}
        cells.update(self._told.get(title, {}))
        return Sheet(title, visible, cells)


def address(row: int, column: int) -> str:
    return f"{letters(column)}{row}"


def locator(sheet: str, row: int, column: int) -> str:
    return f"xlsx:{sheet}!{letters(column)}{row}"
