"""The ZIP container of an XLSX workbook: what is refused before anything is read, and what the reader does not tell.

python-calamine gives an error cell (`#N/A`) as a blank one and says nothing of the document's properties.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from posixpath import join, normpath
from xml.etree import ElementTree

from scrapers.errors import NotReadableError

Position = tuple[int, int]
# The largest edition seen unpacks to 13 MB; the summer 2025 editions carry 11 MB of padding in one sheet.
MAX_UNPACKED = 200 * 1024 * 1024
MAX_MEMBERS = 500
# A sheet is laid out in memory as a rectangle: one figure in XFD1048576 would claim 400 GB and end the process.
# The largest rectangle seen has 60,000 cells.
MAX_AREA = 4_000_000
_STORED_OR_DEFLATED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = 0x1
# A cell that holds something, with its address; one without an address, whose place only a full reader would know.
# The forms without backtracking keep 11 MB of padding at a tenth of a second.
_CELL = rb"<(?:[^\s<>/:]*+:)?c"
_FILLED = re.compile(_CELL + rb"(?=\s)(?>[^>']*?\sr=\")([A-Za-z]{1,3})(\d{1,7})\"[^>]*+(?<!/)>")
_UNADDRESSED = re.compile(_CELL + rb"(?=[\s/>])(?![^>']*?\sr=\"[A-Za-z]{1,3}\d{1,7}\")")
# A cell that is not written as Excel writes it, address first, or holds something outside 702 columns and 999 rows,
# which are far fewer cells than are allowed. Almost no sheet has one, and finding none is one quick pass.
_UNUSUAL = re.compile(rb'<c(?=[\s/>])(?! r="[A-Z]{1,2}+\d{1,3}+")(?! r="[A-Z]{1,3}+\d{1,7}+"(?: s="\d{1,9}+")?+/>)')
_ERROR = re.compile(
    _CELL + rb"(?=\s)(?=[^>]*\st=\"e\")([^>]*)>(?:<f\b[^<]*(?:</f>)?)?<(?:[^\s<>/:]*+:)?v>([^<]{1,40})<"
)
_ADDRESS = re.compile(rb"\sr=\"([A-Za-z]{1,3})(\d{1,7})\"")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True, slots=True)
class Container:
    """When the document says it was saved, and its error cells by sheet title: `{(30, 10): "#N/A"}`."""

    modified_at: datetime | None
    errors: Mapping[str, Mapping[Position, str]]


def examine(content: bytes) -> Container:
    """Raises NotReadableError for what is no workbook, or would cost too much to open."""
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
            by_part = {member.filename: _examine_part(archive, member) for member in members}
            modified_at = _modified(archive.read("docProps/core.xml")) if "docProps/core.xml" in names else None
            titles = _titles(archive) if any(by_part.values()) else {}
    # ValueError: offsets before the file's beginning, names in no encoding. KeyError: a part that is missing.
    except (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError, KeyError, zlib.error) as error:
        raise NotReadableError(f"not an XLSX workbook, or a truncated one: {error}") from error
    return Container(modified_at, {title: by_part.get(part, {}) for title, part in titles.items()})


def _examine_part(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> dict[Position, str]:
    """The error cells of a part. Refuses one that is not as it is declared, and a sheet that would fill the memory."""
    if member.flag_bits & _ENCRYPTED or member.compress_type not in _STORED_OR_DEFLATED:
        raise NotReadableError(f"{member.filename!r} is encrypted, or packed otherwise than workbooks are")
    content = archive.read(member)
    if b"sheetData" not in content:
        return {}
    if _UNUSUAL.search(content) or b":c" in content:
        _refuse_what_reaches_too_far(content, member.filename)
    return dict(_errors(content)) if b't="e"' in content else {}


def _refuse_what_reaches_too_far(content: bytes, part: str) -> None:
    if _UNADDRESSED.search(content):
        raise NotReadableError(f"{part!r} has cells without an address; every cell must state its own")
    filled = _FILLED.findall(content)
    rows = max((int(row) for _, row in filled), default=0)
    columns = max((_column(letters) for letters in {letters for letters, _ in filled}), default=0)
    if rows * columns > MAX_AREA:
        raise NotReadableError(
            f"{part!r} has figures as far as row {rows:,} and column {columns:,}; "
            f"sheets of up to {MAX_AREA:,} cells are read"
        )


def _errors(content: bytes) -> Iterator[tuple[Position, str]]:
    for attributes, text in _ERROR.findall(content):
        for letters, row in _ADDRESS.findall(attributes):
            yield (int(row), _column(letters)), text.decode("utf-8", "replace")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _titles(archive: zipfile.ZipFile) -> dict[str, str]:
    """Which part holds the sheet of which title."""
    relations = _xml(archive.read("xl/_rels/workbook.xml.rels"))
    parts = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    sheets = _xml(archive.read("xl/workbook.xml")).iter(f"{_MAIN}sheet")
    # A target is relative to xl/ unless it begins with a slash.
    return {
        sheet.get("name", ""): normpath(join("/xl", parts.get(sheet.get(_RELATION), ""))).lstrip("/")
        for sheet in sheets
    }


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
