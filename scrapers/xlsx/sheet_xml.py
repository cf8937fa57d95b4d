"""The XML of a sheet before a reader lays it out: how much is in it, what a reader does not tell of it, and the sheet
written anew with its filled cells alone, where some program wrote it otherwise than Excel does.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from figures.cells import letters
from scrapers.errors import NotReadableError
from scrapers.xlsx.labels import is_blank

Position = tuple[int, int]
# A sheet is laid out in memory as a rectangle: one figure in XFD1048576 would claim 400 GB and end the process. The
# largest rectangle seen has 60,000 cells.
MAX_AREA = 2_000_000
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
# Every cell gets a copy of its text, and many cells may share one.
MAX_TEXT = 16 * 1024 * 1024
# A cell as Excel writes it: address first, then style and type, in a place near enough; or a blank one anywhere. Hardly
# any sheet has another one, and finding none is one quick pass.
_OTHER_CELL = re.compile(
    rb"<c(?! r=\"(?:[A-Z]{1,2}+\d{1,3}+|[A-C]?[A-Z]\d{4})\"(?: s=\"\d++\")?+(?: t=\"[A-Za-z]++\")?+ ?/?>)(?=[\s/>])"
    rb"(?! r=\"[A-Z]{1,3}+\d{1,7}+\"(?: s=\"\d++\")?+(?: t=\"n\")?+ ?/>)"
)
_PREFIXED = re.compile(rb":c[\s/>]")
# 104 columns of 9,999 rows or 702 of 999 are laid out in little memory, 702 of 9,999 are not.
_LOW, _WIDE = re.compile(rb"<c r=\"[A-Z]{1,2}\d{4}\"[^>]*[^>/]>"), re.compile(rb"<c r=\"[D-Z][A-Z]\d+\"[^>]*[^>/]>")
# LibreOffice writes a row that is merged as a whole as `4:4`. An address further on than any program writes it is not
# looked for: such a sheet is read in full.
_OTHER_MERGE = re.compile(rb"mergeCell\s(?![^>]{0,100}\bref=\"[A-Z]{1,3}\d{1,7}(?::[A-Z]{1,3}\d{1,7})?\")")
_SHARED = re.compile(rb" t=\"s\" ?>\s*<v>(\d{1,9})</v>")
_ERROR = re.compile(
    rb"<c r=\"([A-Z]{1,2})(\d{1,3})\"(?: s=\"\d{1,9}\")? t=\"e\" ?>(?:<f\b[^<]*(?:</f>)?)?<v>([^<]{1,40})<"
)
# A program that does not compute saves a formula without its value. Where there is none, no cell is gone through.
_VALUELESS = rb"<f\b[^<>]*?(?:/>|>([^<]*)</f>)\s*+(?:<v\s*/>|<v>\s*</v>)?+\s*+</c>"
_ANY_VALUELESS = re.compile(_VALUELESS)
_NOT_COMPUTED = re.compile(rb"<c r=\"([A-Z]{1,2})(\d{1,3})\"(?: s=\"\d{1,9}\")?(?: t=\"n\")? ?>\s*" + _VALUELESS)
_SHORTEST_CELL = len(b'<c r="A1"><v>1</v></c>')
_LONG = 1024 * 1024
_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9]\d{0,6})")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@dataclass(frozen=True, slots=True)
class Written:
    """What a sheet holds: filled cells (or as many as it may have), bytes of text in them, and by address what a
    reader takes for blank.

    `xml` is the sheet written anew (None: as it was); `places` are then the rows and columns that its own stand for, by
    number from 1, where they were drawn together.
    """

    filled: int
    text: int
    told: Mapping[Position, str]
    xml: bytes | None = field(default=None, repr=False)
    places: tuple[tuple[int, ...], tuple[int, ...]] | None = None


class Texts:
    """The texts that the cells of a workbook share, by number."""

    def __init__(self, xml: bytes) -> None:
        self._xml = xml

    @cached_property
    def lengths(self) -> list[int]:
        """The bytes of each, markup included."""
        return [len(piece) for piece in re.split(rb"</(?:\w+:)?si>|<(?:\w+:)?si\s*/>", self._xml)]

    @cached_property
    def blank(self) -> list[bool]:
        """Whether each is no text, or nothing but blanks."""
        found: list[bool] = []
        pieces: list[str] = []
        reading = [False]

        def start(name: str, _: dict[str, str]) -> None:
            reading[0] = _local(name) == "t"

        def end(name: str) -> None:
            reading[0] = False
            if _local(name) == "si":
                found.append(is_blank("".join(pieces)))
                pieces.clear()

        def data(text: str) -> None:
            if reading[0]:
                pieces.append(text)

        if self._xml:
            _parse(self._xml, start, end, data)
        return found


def is_regular(xml: bytes) -> bool:
    """Whether a sheet is written as Excel writes it, so that what is said of its cells can be trusted."""
    if (b":c" in xml and _PREFIXED.search(xml)) or _OTHER_CELL.search(xml) or _OTHER_MERGE.search(xml):
        return False
    return not (_LOW.search(xml) and _WIDE.search(xml))


def regular(xml: bytes, texts: Texts) -> Written | None:
    """What a regular sheet holds, or None where it has to be read in full to be said."""
    shared = _SHARED.findall(xml)
    inline = len(xml) if b"<is" in xml or b't="str"' in xml else 0
    if len(shared) != xml.count(b' t="s"') or inline > MAX_TEXT // 2:
        return None
    lengths = texts.lengths
    uses = Counter(map(int, shared))
    text = inline + sum(times * lengths[number] for number, times in uses.items() if number < len(lengths))
    told: dict[Position, str] = {}
    if b' t="e"' in xml:
        told.update(_found(_ERROR, xml))
    if _ANY_VALUELESS.search(xml):
        told.update({at: f"={formula}" for at, formula in _found(_NOT_COMPUTED, xml)})
    filled = len(xml) // _SHORTEST_CELL
    if len(xml) > _LONG:
        filled = xml.count(b"<v>") + xml.count(b"<v ") + xml.count(b"<is")
    return Written(filled, text, told)


def _found(pattern: re.Pattern[bytes], xml: bytes) -> Iterator[tuple[Position, str]]:
    for column, row, text in pattern.findall(xml):
        yield (int(row), _column(column.decode())), text.decode("utf-8", "replace")


def written_anew(xml: bytes, texts: Texts, part: str, most: int) -> Written:
    """The same sheet with nothing but its filled cells, drawn together where they lie far apart.

    Cells without an address stand right of the one before, as the format has it. Raises NotReadableError when more than
    `most` cells are filled, or when what is filled does not fit into memory even when it is drawn together.
    """
    # A byte for each row and column: numbers in a set would take thirty times as much.
    rows, columns = bytearray(LAST_ROW + 1), bytearray(LAST_COLUMN + 1)

    def note(row: int, column: int, _: bytes) -> None:
        rows[row] = columns[column] = 1

    seen = _Cells(texts, part, most, note)
    _parse(xml, seen.start, seen.end, seen.data)
    places = _places(rows, columns, part)
    writer = _Writer(places)
    again = _Cells(texts, part, most, writer.write)
    _parse(xml, again.start, again.end, again.data)
    return Written(seen.filled, seen.text, seen.told, writer.written(), places)


def _places(rows: bytearray, columns: bytearray, part: str) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The rows and columns that hold anything, where all between them would not fit."""
    if max(0, rows.rfind(1)) * max(0, columns.rfind(1)) <= MAX_AREA:
        return None
    if rows.count(1) * columns.count(1) > MAX_AREA:
        raise NotReadableError(
            f"{part!r} has cells filled in {rows.count(1):,} rows and {columns.count(1):,} columns; "
            f"up to {MAX_AREA:,} cells are laid out"
        )
    return tuple(n for n, used in enumerate(rows) if used), tuple(n for n, used in enumerate(columns) if used)


class _Writer:
    """A sheet as XML, cell by cell."""

    def __init__(self, places: tuple[tuple[int, ...], tuple[int, ...]] | None) -> None:
        self._numbers = [{place: n for n, place in enumerate(each, 1)} for each in places or ()]
        self._xml = bytearray(f'<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
        self._row = 0

    def write(self, row: int, column: int, cell: bytes) -> None:
        if self._numbers:
            row, column = self._numbers[0][row], self._numbers[1][column]
        if row != self._row:
            self._xml += b'%s<row r="%d">' % (b"</row>" if self._row else b"", row)
            self._row = row
        self._xml += b'<c r="%s%d"%s' % (letters(column).encode(), row, cell)

    def written(self) -> bytes:
        self._xml += b"%s</sheetData></worksheet>" % (b"</row>" if self._row else b"")
        return bytes(self._xml)


class _Cells:
    """The filled cells of a sheet, told to `found` as its XML is read through: (row, column, the rest of the cell)."""

    def __init__(self, texts: Texts, part: str, most: int, found: Callable[[int, int, bytes], None]) -> None:
        self.filled = self.text = 0
        self.told: dict[Position, str] = {}
        self._texts, self._part, self._most, self._found = texts, part, most, found
        self._row = self._column = 0
        self._cell: dict[str, str] = {}
        self._pieces: dict[str, list[str]] = {}
        self._into = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = _local(name)
        if tag == "row":
            self._row = int(attributes["r"]) if attributes.get("r", "").isdecimal() else self._row + 1
            self._column = 0
        elif tag == "c":
            self._cell, self._pieces = attributes, {"v": [], "f": [], "t": []}
            self._place(attributes.get("r", ""))
        self._into = tag if tag in ("v", "f", "t") and self._pieces else ""
        if tag == "f":
            self._cell["f"] = ""

    def _place(self, address: str) -> None:
        if not address:
            self._column += 1
        elif (match := _ADDRESS.fullmatch(address)) is not None:
            self._row, self._column = int(match[2]), _column(match[1])
        else:
            raise NotReadableError(f"{self._part!r} has a cell with the address {address[:20]!r}, which is none")
        if not (1 <= self._row <= LAST_ROW and 1 <= self._column <= LAST_COLUMN):
            raise NotReadableError(f"{self._part!r} has a cell in row {self._row:,}, outside every sheet")

    def data(self, text: str) -> None:
        if self._into:
            self._pieces[self._into].append(text)

    def end(self, name: str) -> None:
        self._into = ""
        if _local(name) == "c" and self._pieces:
            self._close()
            self._pieces = {}

    def _close(self) -> None:
        kind, at = self._cell.get("t", "n"), (self._row, self._column)
        value = "".join(self._pieces["v"])
        if kind in ("inlineStr", "str"):
            text = "".join(self._pieces["t"]) if kind == "inlineStr" else value
            if not is_blank(text):
                inside = escape(text).encode()
                self._keep("inlineStr", b'<is><t xml:space="preserve">%s</t></is>' % inside, len(inside))
        elif kind == "e" and value.strip():
            self.told[at] = value.strip()[:40]
        elif kind == "s" and value.strip():
            self._keep_shared(value.strip())
        elif value.strip():
            self._keep(kind, b"<v>%s</v>" % escape(value.strip()).encode(), 0)
        elif "f" in self._cell:
            self.told[at] = "=" + "".join(self._pieces["f"])

    def _keep_shared(self, number: str) -> None:
        if not number.isdecimal() or int(number) >= len(self._texts.blank):
            raise NotReadableError(f"{self._part!r} has a cell with text {number[:20]!r}, and there is none")
        if not self._texts.blank[int(number)]:
            self._keep("s", b"<v>%d</v>" % int(number), self._texts.lengths[int(number)])

    def _keep(self, kind: str, inside: bytes, text: int) -> None:
        style = self._cell.get("s", "")
        styled = f" s={quoteattr(style)}" if style.isdecimal() else ""
        self.filled += 1
        self.text += text
        if self.filled > self._most or self.text > MAX_TEXT:
            raise NotReadableError(
                f"{self._part!r} has more filled cells or more text than are read: "
                f"{self.filled:,} cells and {self.text:,} bytes before its end"
            )
        self._found(self._row, self._column, b"%s t=%s>%s</c>" % (styled.encode(), quoteattr(kind).encode(), inside))


def _parse(xml: bytes, start: Any, end: Any, data: Any) -> None:
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, data
    parser.StartDoctypeDeclHandler = _refuse_declarations
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise NotReadableError(f"a part of the workbook is no XML: {error}") from error


def _refuse_declarations(*_: object) -> None:
    raise NotReadableError("a part of the workbook declares entities, as none of ICE's does")


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _column(text: str) -> int:
    number = 0
    for letter in text.upper():
        number = number * 26 + ord(letter) - 64
    return number
