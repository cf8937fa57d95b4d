"""Reading XLSX: bytes to sheets of addressed cells, and declared tables to located values.

A table is declared (`Table`): the words of its title, its header labels and what each means, its row labels and
what each means. It is found by its title, never by position; labels are compared, never supplied.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from xml.etree import ElementTree

import python_calamine

from figures.records import Dims, Finding
from scrapers.errors import DriftError, NotReadableError

CellValue = str | float | int | bool | date | None | Any
# The largest edition seen unpacks to 13 MB; the summer 2025 editions carry 11 MB of padding in one sheet.
MAX_UNPACKED = 200 * 1024 * 1024
MAX_MEMBERS = 500
MAX_SHEETS = 100


@dataclass(frozen=True, slots=True)
class Sheet:
    """`cells` holds the filled cells only, by (row, column), both from 1."""

    title: str
    visible: bool
    cells: Mapping[tuple[int, int], CellValue]


class Workbook:
    """An opened workbook. `sheet(title)` reads one sheet when it is asked for."""

    def __init__(self, content: bytes) -> None:
        self.modified_at = _guard(content)
        try:
            self._book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
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
        # iter_rows() starts at A1 whatever the first filled cell is, so that positions are addresses.
        cells = {
            (r, c): value
            for r, row in enumerate(raw.iter_rows(), start=1)
            for c, value in enumerate(row, start=1)
            if value not in ("", None)
        }
        return Sheet(title, visible, cells)


def _guard(content: bytes) -> datetime | None:
    """Refuse what would cost too much to open; return the document's modified time if it states one."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            unpacked = sum(member.file_size for member in members)
            if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED:
                raise NotReadableError(
                    f"{len(members)} parts that unpack to {unpacked:,} bytes; "
                    f"at most {MAX_MEMBERS} parts and {MAX_UNPACKED:,} bytes are opened"
                )
            names = {member.filename for member in members}
            if "xl/workbook.xml" not in names:
                raise NotReadableError("a ZIP file, but not an XLSX workbook: xl/workbook.xml is missing")
            return _modified(archive) if "docProps/core.xml" in names else None
    except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
        raise NotReadableError(f"not an XLSX workbook, or a truncated one: {error}") from error


def _modified(archive: zipfile.ZipFile) -> datetime | None:
    content = archive.read("docProps/core.xml")
    if len(content) > 65_536 or b"<!" in content:  # no entity declarations, no novels
        return None
    try:
        root = ElementTree.fromstring(content)  # noqa: S314 - declarations were refused above
    except ElementTree.ParseError:
        return None
    stamp = root.findtext("{http://purl.org/dc/terms/}modified")
    if not stamp:
        return None
    try:
        moment = datetime.fromisoformat(stamp.replace("Z", "+00:00"))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def address(row: int, column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def locator(sheet: str, row: int, column: int) -> str:
    return f"xlsx:{sheet}!{address(row, column)}"


_SPACES = re.compile(r"\s+")
_TITLE_TAIL = re.compile(r"\s*:?\s*(as of\b.*|\d{1,2}/\d{1,2}/\d{4}|(EO)?FY\s*\d{2,4}( YTD)?)?\s*$", re.IGNORECASE)
_FOOTNOTE_DIGITS = re.compile(r"(?<=[a-z)])\d{1,2}$")


def label(value: CellValue) -> str:
    """A label as it is compared: blanks folded, footnote digits and stars dropped; '' for what is no text."""
    if not isinstance(value, str):
        return ""
    return _FOOTNOTE_DIGITS.sub("", _SPACES.sub(" ", value).strip().rstrip("*").strip())


def title(value: CellValue) -> str:
    """A block's title without its year or date: `ICE Removals: FY2025` is `ICE Removals`."""
    return _TITLE_TAIL.sub("", label(value))


@dataclass(frozen=True, slots=True)
class Column:
    """What the figures under one header label are. `span` is `month` for Oct..Sep, else the table's own."""

    metric: str
    dims: Dims = ()
    span: str = "table"


@dataclass(frozen=True, slots=True)
class Row:
    """What the figures beside one row label are; `metric` replaces the column's where rows count other things."""

    dims: Dims = ()
    metric: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """`label_headers` are the words that may stand over the row labels; `headers` are the label sets that the
    columns have had, in any order; `required` rows must be there.

    `new_row_dim` names the dimension under which a row label that nobody declared is stored as it stands.
    """

    id: str
    titles: tuple[str, ...]
    label_headers: tuple[str, ...]
    headers: tuple[frozenset[str], ...]
    columns: Mapping[str, Column]
    rows: Mapping[str, Row]
    clock: str
    kind: str
    new_row_dim: str
    required: tuple[str, ...] = ("Total",)


@dataclass(frozen=True, slots=True)
class Cell:
    """A located value of a declared table, with the column and row meaning that apply."""

    row: int
    column: int
    value: CellValue
    header: str
    meaning: Column
    row_label: str
    row_meaning: Row


def read_table(sheet: Sheet, table: Table, all_titles: frozenset[str]) -> tuple[list[Cell], list[Finding]]:
    """The cells of a declared table. Raises DriftError when its title, header or required rows are not as declared."""
    row, column = _anchor(sheet, table)
    right = _right_edge(sheet, row, column, all_titles)
    header_row, headers = _headers(sheet, table, row, column, right)
    cells: list[Cell] = []
    findings: list[Finding] = []
    seen: list[str] = []
    for at, name in _row_labels(sheet, header_row, column, all_titles):
        if name in seen:
            raise DriftError(locator(sheet.title, at, column), f"each row label of {table.id} once", f"{name!r} again")
        seen.append(name)
        meaning = table.rows.get(name)
        if meaning is None:
            meaning = Row(((table.new_row_dim, name),))
            findings.append(_new_row(sheet, table, at, column, name))
        cells.extend(
            Cell(at, c, sheet.cells.get((at, c)), text, table.columns[text], name, meaning)
            for c, text in headers.items()
        )
    missing = [name for name in table.required if name not in seen]
    if missing:
        raise DriftError(
            locator(sheet.title, header_row, column),
            f"rows {', '.join(missing)} in {table.id}",
            f"rows {seen}",
        )
    return cells, findings


def _anchor(sheet: Sheet, table: Table) -> tuple[int, int]:
    found = sorted(at for at, value in sheet.cells.items() if title(value) in table.titles)
    if len(found) != 1:
        where = ", ".join(address(*at) for at in found) or "nowhere"
        raise DriftError(f"sheet {sheet.title!r}", f"the title {table.titles[0]!r} exactly once", where)
    return found[0]


def _right_edge(sheet: Sheet, row: int, column: int, all_titles: frozenset[str]) -> int:
    others = [c for (r, c), value in sheet.cells.items() if r == row and c > column and title(value) in all_titles]
    return min(others, default=1 + max(c for _, c in sheet.cells))


def _headers(sheet: Sheet, table: Table, row: int, column: int, right: int) -> tuple[int, dict[int, str]]:
    """The header stands in one of the three rows below the title; its labels must be exactly the declared ones."""
    for at in range(row + 1, row + 4):
        texts = {c: label(sheet.cells.get((at, c))) for c in range(column, right) if (at, c) in sheet.cells}
        if not texts:
            continue
        over_labels = texts.pop(column, "")
        names = frozenset(texts.values())
        if over_labels not in table.label_headers or names not in table.headers or len(names) != len(texts):
            declared = " or ".join(str(sorted(names)) for names in table.headers)
            raise DriftError(
                locator(sheet.title, at, column),
                f"a header of {table.id} with {declared}",
                f"{[over_labels, *texts.values()]}",
            )
        return at, texts
    raise DriftError(locator(sheet.title, row, column), f"a header below the title of {table.id}", "blank rows")


def _row_labels(sheet: Sheet, header_row: int, column: int, all_titles: frozenset[str]) -> Iterator[tuple[int, str]]:
    row = header_row + 1
    while (text := label(sheet.cells.get((row, column)))) and title(text) not in all_titles:
        yield row, text
        row += 1


def _new_row(sheet: Sheet, table: Table, row: int, column: int, name: str) -> Finding:
    where = locator(sheet.title, row, column)
    return Finding(
        "new_row_label",
        "warn",
        "cells",
        (where,),
        f"one of {sorted(table.rows)}",
        repr(name),
        f"{where}: the row {name!r} is new in {table.id}; it is stored under its own label.",
    )
