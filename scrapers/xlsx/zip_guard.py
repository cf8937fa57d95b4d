"""The ZIP container of an XLSX workbook: what is refused before anything is read, and what the reader does not tell.

python-calamine lays each sheet out as a rectangle, takes whatever a part unpacks to, gives an error cell (`#N/A`) as a
blank one, refuses a sheet with a merged row (`4:4`, as LibreOffice writes it), and says nothing of the document's
properties. So every part is unpacked here first, to its end and counted as it comes out; what is unusual is written
anew (`scrapers.xlsx.sheet_xml`) before the reader sees it.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from posixpath import join, normpath
from xml.etree import ElementTree

from scrapers.errors import NotReadableError
from scrapers.file_kinds import what_else
from scrapers.xlsx.sheet_xml import MAX_TEXT, Position, Texts, Written, is_regular, regular, written_anew

# The largest edition seen has 76 parts and unpacks to 13 MB, 11 MB of that padding in one sheet (summer 2025).
MAX_UNPACKED = 48 * 1024 * 1024
MAX_MEMBERS = 500
# The largest edition seen has 60,000 filled cells.
MAX_CELLS = 500_000
# Parts that the reader keeps in memory; sheets are read through. The largest seen: 316 KB of texts, 136 KB of styles.
_LARGEST = {
    "xl/sharedstrings.xml": 8 * 1024 * 1024,
    "xl/styles.xml": 4 * 1024 * 1024,
    "xl/workbook.xml": 512 * 1024,
    "xl/_rels/workbook.xml.rels": 512 * 1024,
}
_TEXTS = "xl/sharedstrings.xml"
_STORED_OR_DEFLATED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = 0x1
_LOCAL_HEADER = 30
_DIRECTORY_ENTRY = b"PK\x01\x02"
_ENCODING = re.compile(rb"^<\?xml[^>]{0,100}encoding\s*=\s*[\"']([^\"']{1,40})[\"']", re.IGNORECASE)
_SHEET_ELSEWISE = ("sheetData".encode("utf-16-le"), "sheetData".encode("utf-16-be"))
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True, slots=True)
class Container:
    """`content` is what a reader may be given. `modified_at` is when the document says that it was saved.

    By sheet title: `told` has the cells that a reader takes for blank (`{(30, 10): "#N/A"}`), `places` where the rows
    and columns of a sheet that was drawn together stood.
    """

    content: bytes = field(repr=False)
    modified_at: datetime | None
    told: Mapping[str, Mapping[Position, str]]
    places: Mapping[str, tuple[tuple[int, ...], tuple[int, ...]]]


def examine(content: bytes) -> Container:
    """Raises NotReadableError for what is no workbook, or would cost too much to open."""
    if words := what_else(content):
        raise NotReadableError(f"this is {words}, where an XLSX workbook is expected")
    if content.count(_DIRECTORY_ENTRY) > MAX_MEMBERS:
        raise NotReadableError(f"more than {MAX_MEMBERS} parts, which is more than are opened")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _Examination(content, archive).container()
    # ValueError: offsets before the file's beginning, names in no encoding. KeyError: a part that is missing.
    except (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError, KeyError, IndexError, zlib.error) as error:
        raise NotReadableError(f"not an XLSX workbook, or a damaged one: {error}") from error


class _Examination:
    """One look through all parts of a container, with the room that is left for them."""

    def __init__(self, content: bytes, archive: zipfile.ZipFile) -> None:
        self._content = content
        self._members = {member.filename: member for member in archive.infolist()}
        names = {name.casefold() for name in self._members}
        if not len(archive.infolist()) == len(self._members) == len(names):
            raise NotReadableError("two of its parts have one name")
        self._room = MAX_UNPACKED
        self._cells = 0
        self._text = 0
        self._texts = Texts(self._unpacked(self._member(_TEXTS))) if _TEXTS in names else Texts(b"")

    def _member(self, name: str) -> zipfile.ZipInfo:
        return next(member for each, member in self._members.items() if each.casefold() == name)

    def _parts(self) -> tuple[dict[str, Written], dict[str, bytes]]:
        """What is in each sheet, and the small parts that name the sheets and date the workbook."""
        sheets: dict[str, Written] = {}
        small: dict[str, bytes] = {}
        for name, member in self._members.items():
            if name.casefold() == _TEXTS:
                continue
            part = self._unpacked(member)
            if b"sheetData" in part:
                sheets[name] = self._sheet(name, part)
            elif name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels", "docProps/core.xml"):
                small[name] = part
        return sheets, small

    def container(self) -> Container:
        if "xl/workbook.xml" not in self._members:
            raise NotReadableError("a ZIP file, but not an XLSX workbook: xl/workbook.xml is missing")
        sheets, small = self._parts()
        by_title = _by_title(sheets, small)
        return Container(
            self._with(sheets),
            _modified(small["docProps/core.xml"]) if "docProps/core.xml" in small else None,
            {title: sheet.told for title, sheet in by_title.items()},
            {title: sheet.places for title, sheet in by_title.items() if sheet.places is not None},
        )

    def _sheet(self, name: str, part: bytes) -> Written:
        """What is to be known of a sheet; it is written anew only where it is not as Excel writes it."""
        found = regular(part, self._texts) if is_regular(part) else None
        if found is None:
            found = written_anew(part, self._texts, name, MAX_CELLS - self._cells)
        self._cells += found.filled
        self._text += found.text
        if self._cells > MAX_CELLS or self._text > MAX_TEXT:
            raise NotReadableError(
                f"up to {name!r} {self._cells:,} filled cells with {self._text:,} bytes of text; "
                f"at most {MAX_CELLS:,} cells and {MAX_TEXT:,} bytes are read"
            )
        return found

    def _unpacked(self, member: zipfile.ZipInfo) -> bytes:
        """A part, unpacked to its end by what its bytes are, whatever the directory says of its size."""
        name, content = member.filename, self._content
        if member.flag_bits & _ENCRYPTED or member.compress_type not in _STORED_OR_DEFLATED:
            raise NotReadableError(f"{name!r} is encrypted, or packed otherwise than workbooks are")
        start = member.header_offset
        local = content[start : start + _LOCAL_HEADER]
        lengths = int.from_bytes(local[26:28], "little") + int.from_bytes(local[28:30], "little")
        start += _LOCAL_HEADER + lengths
        packed = memoryview(content)[start : start + member.compress_size]
        most = min(self._room, _LARGEST.get(name.casefold(), MAX_UNPACKED))
        if member.compress_type == zipfile.ZIP_STORED:
            part, ended = bytes(packed[: most + 1]), len(packed) == member.compress_size
        else:
            inflater = zlib.decompressobj(-zlib.MAX_WBITS)
            part = inflater.decompress(packed, most + 1)
            ended = inflater.eof
        if len(part) > most:
            raise NotReadableError(f"{name!r} unpacks to more than {most:,} bytes, the room that is left for it")
        if not ended or len(part) != member.file_size or zlib.crc32(part) != member.CRC:
            raise NotReadableError(f"{name!r} is damaged: it is not what the directory of the file says of it")
        self._room -= len(part)
        _require_plain_text(name, part)
        return part

    def _with(self, sheets: Mapping[str, Written]) -> bytes:
        """The same workbook with the sheets that were written anew, and with nothing but what a reader needs."""
        if all(sheet.xml is None for sheet in sheets.values()):
            return self._content
        self._room = MAX_UNPACKED  # read once more; what was read before was let go
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, member in self._members.items():
                if name.casefold().endswith((".xml", ".rels")):
                    new = sheets[name].xml if name in sheets else None
                    archive.writestr(name, self._unpacked(member) if new is None else new)
        return packed.getvalue()


def _require_plain_text(name: str, part: bytes) -> None:
    """A sheet in another encoding would hide from us what a reader sees. Of what is no sheet we read nothing."""
    encoding = _ENCODING.match(part.removeprefix(b"\xef\xbb\xbf").lstrip())
    is_other = b"\0" in part[:64] or (encoding and encoding[1].lower() not in (b"utf-8", b"us-ascii"))
    is_read = name.casefold().startswith("xl/") and name.casefold().endswith((".xml", ".rels"))
    if is_other and (is_read or any(word in part for word in _SHEET_ELSEWISE)):
        raise NotReadableError(f"{name!r} is not written in UTF-8, as the parts of workbooks are")


def _by_title(sheets: Mapping[str, Written], small: Mapping[str, bytes]) -> dict[str, Written]:
    """The sheets of which more has to be told than is in their cells."""
    told = {name: sheet for name, sheet in sheets.items() if sheet.told or sheet.xml is not None}
    titles = _titles(small["xl/_rels/workbook.xml.rels"], small["xl/workbook.xml"]) if told else {}
    return {title: told[part] for title, part in titles.items() if part in told}


def _titles(relations: bytes, workbook: bytes) -> dict[str, str]:
    """Which part holds the sheet of which title."""
    parts = {relation.get("Id"): relation.get("Target", "") for relation in _xml(relations)}
    # A target is relative to xl/ unless it begins with a slash.
    return {
        sheet.get("name", ""): normpath(join("/xl", parts.get(sheet.get(_RELATION), ""))).lstrip("/")
        for sheet in _sheets(workbook)
    }


def _sheets(workbook: bytes) -> Iterator[ElementTree.Element]:
    return _xml(workbook).iter(f"{_MAIN}sheet")


def _xml(content: bytes) -> ElementTree.Element:
    if b"<!" in content:
        raise NotReadableError("the workbook's list of sheets declares entities, as none of ICE's does")
    try:
        return ElementTree.fromstring(content)  # noqa: S314 - declarations were refused above
    except ElementTree.ParseError as error:
        raise NotReadableError(f"the workbook's list of sheets cannot be read: {error}") from error


def _modified(content: bytes) -> datetime | None:
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
