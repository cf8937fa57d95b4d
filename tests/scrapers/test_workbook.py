import io
import random
import re
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import openpyxl
import pytest
import xlsxwriter

from replica.editions import edition
from replica.workbooks import build
from scrapers.container import MAX_MEMBERS
from scrapers.errors import DriftError, NotReadableError
from scrapers.registry import SOURCES
from scrapers.workbook import Workbook, address, label, locator

MAY = build(edition("05232025"))
NAME = "FY25_detentionStats05232025.xlsx"
# Parts are numbered in the order of the sheets.
SHEET = f"xl/worksheets/sheet{1 + [title for title, _ in Workbook(MAY).titles].index('Detention FY25')}.xml"
CORE = "docProps/core.xml"
Edit = Callable[[openpyxl.Workbook], object]


def _repacked(change: Callable[[str, bytes], bytes | None], content: bytes = MAY) -> bytes:
    """The same container with parts changed, or left out where `change` gives None."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            part = change(member.filename, old.read(member))
            if part is not None:
                new.writestr(member.filename, part)
    return packed.getvalue()


def _with_part(name: str, change: Callable[[bytes], bytes]) -> bytes:
    return _repacked(lambda part, content: change(content) if part == name else content)


def _with_rows(rows: bytes) -> bytes:
    return _with_part(SHEET, lambda xml: xml.replace(b"</sheetData>", rows + b"</sheetData>"))


def _in_directory(content: bytes, name: str, offset: int, form: str, value: int) -> bytes:
    """A container whose directory states something else about a part: 8 flags, 10 method, 24 size."""
    changed = bytearray(content)
    entry = changed.rfind(b"PK\x01\x02", 0, changed.rfind(name.encode()))
    struct.pack_into(form, changed, entry + offset, value)
    return bytes(changed)


def test_the_sheets_are_told_with_their_visibility() -> None:
    book = Workbook(build(replace(edition("05232025"), hidden=edition("FY24"))))
    detention = [sheet for sheet in book.titles if sheet[0].startswith("Detention")]
    assert detention == [("Detention FY24", False), ("Detention FY25", True)]
    assert not book.sheet("Detention FY24").visible
    assert book.sheet("Detention FY25").visible


@pytest.mark.parametrize("cells", [{}, {(1, 1): 5}, {(1, 4): 5}, {(7, 1): 5}, {(7, 4): 5, (9, 28): "x", (30, 5): 0}])
def test_positions_are_addresses_though_the_first_rows_and_columns_are_blank(
    cells: dict[tuple[int, int], int | str],
) -> None:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet("S")
    for (row, column), value in cells.items():
        sheet.write(row - 1, column - 1, value)
    sheet.write_blank(40, 40, None, book.add_format({"bold": True}))
    book.close()
    assert Workbook(content.getvalue()).sheet("S").cells == cells


def test_an_error_cell_is_not_blank(edited: Callable[[bytes, Edit], bytes]) -> None:
    """FY19-detentionstats shows #N/A in two rows of facilities."""

    def errors(book: openpyxl.Workbook) -> None:
        book["Detention FY25"]["P29"] = "#N/A"
        book["Detention FY25"]["AB40"] = "#DIV/0!"

    book = Workbook(edited(MAY, errors))
    cells = dict(Workbook(MAY).sheet("Detention FY25").cells)
    assert book.sheet("Detention FY25").cells == {**cells, (29, 16): "#N/A", (40, 28): "#DIV/0!"}
    assert "#N/A" not in book.sheet("Footnotes").cells.values()


@pytest.mark.parametrize(
    ("row", "column", "name"),
    [
        (1, 1, "A1"),
        (20, 26, "Z20"),
        (20, 27, "AA20"),
        (3, 702, "ZZ3"),
        (3, 703, "AAA3"),
        (1_048_576, 16_384, "XFD1048576"),
    ],
)
def test_an_address_is_the_one_that_people_see(row: int, column: int, name: str) -> None:
    assert address(row, column) == name
    assert locator(" ICLOS and Detainees", row, column) == f"xlsx: ICLOS and Detainees!{name}"


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("Total", "Total"),
        ("ICE  ", "ICE"),
        ("  Other\n Immigration\xa0Violator ", "Other Immigration Violator"),
        ("Total1", "Total"),
        ("Other 1", "Other 1"),
        ("Notice to Appear (I-862)12", "Notice to Appear (I-862)"),
        ("FAMU*", "FAMU"),
        ("FY2025", "FY2025"),
        ("FY25", "FY25"),
        ("", ""),
        ("\xa0", ""),
        (7, ""),
        (7.5, ""),
        (True, ""),
        (None, ""),
        (date(2025, 5, 1), ""),
    ],
)
def test_a_label_is_compared_without_blanks_and_footnote_marks(written: object, compared: str) -> None:
    assert label(written) == compared


def test_the_document_says_when_it_was_saved() -> None:
    assert Workbook(MAY).modified_at == datetime(2025, 5, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stamp", "moment"),
    [
        (b"2025-05-23T16:30:00+02:00", datetime(2025, 5, 23, 14, 30, tzinfo=UTC)),
        (b"2025-05-23T16:30:00", datetime(2025, 5, 23, 16, 30, tzinfo=UTC)),
        (b"yesterday", None),
        (b"", None),
    ],
)
def test_a_stated_moment_is_read_or_none(stamp: bytes, moment: datetime | None) -> None:
    content = _with_part(CORE, lambda xml: xml.replace(b"2025-05-23T12:00:00Z", stamp))
    assert Workbook(content).modified_at == moment


def test_properties_that_declare_entities_or_are_no_xml_state_no_moment() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]>'
    assert Workbook(_with_part(CORE, lambda xml: xml.replace(b"<cp:core", bomb + b"<cp:core", 1))).modified_at is None
    assert Workbook(_with_part(CORE, lambda xml: xml[:-20])).modified_at is None
    assert Workbook(_repacked(lambda name, part: None if name == CORE else part)).modified_at is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not an XLSX workbook, or a truncated one"),
        (b"<!DOCTYPE html><html>Access Denied</html>" * 200, "not an XLSX workbook, or a truncated one"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(6_000), "not an XLSX workbook, or a truncated one"),
        (MAY[: len(MAY) // 2], "not an XLSX workbook, or a truncated one"),
        (MAY[:-1], "not an XLSX workbook, or a truncated one"),
        (
            _repacked(lambda name, part: None if name == "xl/workbook.xml" else part),
            "a ZIP file, but not an XLSX workbook: xl/workbook.xml is missing",
        ),
        (_with_part("xl/workbook.xml", lambda xml: xml[: len(xml) // 2]), "not a readable XLSX workbook"),
        (_with_part(SHEET, lambda xml: xml[: len(xml) // 2]), "sheet 'Detention FY25' cannot be read"),
        (_in_directory(MAY, SHEET, 8, "<H", 1), f"'{SHEET}' is encrypted"),
        (_in_directory(MAY, SHEET, 10, "<H", 14), f"'{SHEET}' is encrypted, or packed otherwise than workbooks are"),
        (_in_directory(MAY, SHEET, 24, "<I", 1_000), "not an XLSX workbook, or a truncated one: Bad CRC-32"),
    ],
    ids=[
        "empty",
        "a page",
        "xls",
        "half a file",
        "last byte lost",
        "no workbook.xml",
        "half of workbook.xml",
        "half a sheet",
        "encrypted",
        "unknown packing",
        "size understated",
    ],
)
def test_what_is_no_workbook_is_not_readable(content: bytes, words: str) -> None:
    with pytest.raises(NotReadableError, match=re.escape(words)):
        SOURCES["ice"].parse(content, NAME)


def test_a_container_that_declares_a_huge_size_is_not_unpacked() -> None:
    with pytest.raises(NotReadableError) as raised:
        Workbook(_in_directory(MAY, SHEET, 24, "<I", 4_000_000_000))
    assert re.fullmatch(
        r"\d+ parts that unpack to 4,000,\d{3},\d{3} bytes; at most 500 parts and 209,715,200 bytes are opened",
        str(raised.value),
    )


def test_a_part_that_unpacks_to_more_than_is_opened_is_refused() -> None:
    blanks = _with_part(SHEET, lambda xml: xml.replace(b"<sheetData>", b"<sheetData>" + b" " * 210 * 1024 * 1024))
    assert len(blanks) < 1_000_000
    with pytest.raises(NotReadableError, match="209,715,200 bytes are opened"):
        Workbook(blanks)


def test_a_container_of_too_many_parts_is_refused() -> None:
    packed = io.BytesIO(MAY)
    with zipfile.ZipFile(packed, "a") as archive:
        for n in range(MAX_MEMBERS):
            archive.writestr(f"customXml/item{n}.xml", "")
    with pytest.raises(NotReadableError, match=r"^5\d\d parts that unpack"):
        Workbook(packed.getvalue())


def test_a_workbook_of_too_many_sheets_is_refused(edited: Callable[[bytes, Edit], bytes]) -> None:
    content = edited(MAY, lambda book: [book.create_sheet(f"S{n}") for n in range(100 - len(book.sheetnames))])
    assert len(Workbook(content).titles) == 100
    with pytest.raises(NotReadableError, match="101 sheets; at most 100 are read"):
        Workbook(edited(content, lambda book: book.create_sheet("one more")))


def test_a_figure_in_the_farthest_cell_does_not_lay_out_the_whole_sheet() -> None:
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    with pytest.raises(NotReadableError) as raised:
        Workbook(_with_rows(far))
    assert str(raised.value) == (
        f"'{SHEET}' has figures as far as row 1,048,576 and column 16,384; sheets of up to 4,000,000 cells are read"
    )


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="XFD1048576"><v>1</v><!-- <c r="A1" --></c>',
        b'<c r="XFD1048576"><v>1</v></c ><c r="A2" s="1"/>',
        b'<c r="xfd1048576"><v>1</v></c>',
        b'<c  r="XFD1048576"><v>1</v></c>',
        b'<x:c xmlns:x="x" r="XFD1048576"><v>1</v></x:c>',
        b'<c r="ZZ1048576"><v>1</v></c>',
    ],
)
def test_a_far_figure_is_seen_however_it_is_written(cell: bytes) -> None:
    with pytest.raises(NotReadableError, match="has figures as far as row 1,048,576"):
        Workbook(_with_rows(b'<row r="1048576">' + cell + b"</row>"))


def test_another_attribute_does_not_hide_the_address() -> None:
    far = b'<row r="1048576"><c x:r="A1" xmlns:x="x" r="XFD1048576"><v>1</v></c></row>'
    with pytest.raises(NotReadableError, match="has figures as far as row 1,048,576"):
        Workbook(_with_rows(far))


def test_blank_cells_that_are_only_styled_may_reach_as_far_as_they_like() -> None:
    styled = b'<row r="1041"><c r="XFC1041" s="1"/></row><row r="1048576"><c r="XFD1048576" s="1"/></row>'
    assert Workbook(_with_rows(styled)).sheet("Detention FY25").cells == Workbook(MAY).sheet("Detention FY25").cells


@pytest.mark.parametrize(
    "cell",
    [
        b'<row r="1048576"><c><v>1</v></c></row>',
        b'<row r="40"><x:c xmlns:x="x"><v>1</v></x:c></row>',
        b'<row r="40"><c t=\' r="A1"\' r="XFD1048576"><v>1</v></c></row>',
        b'<row r="40"><c s=">" r="XFD1048576"><v>1</v></c></row>',
    ],
)
def test_a_cell_that_hides_its_address_is_refused(cell: bytes) -> None:
    with pytest.raises(NotReadableError, match="has cells without an address; every cell must state its own"):
        Workbook(_with_rows(cell))


def test_damage_of_any_kind_is_read_right_or_refused() -> None:
    """Bytes changed at random: the whole sheet, a reasoned refusal, or findings; never another exception."""
    refused = 0
    for seed in range(250):
        chance = random.Random(seed)
        content = bytearray(MAY)
        start = MAY.find(b"PK\x01\x02") if seed % 2 else 0
        for _ in range(chance.randrange(1, 5)):
            content[chance.randrange(start, len(content))] = chance.randrange(256)
        try:
            SOURCES["ice"].parse(bytes(content), NAME)
        except (NotReadableError, DriftError):
            refused += 1
    assert refused > 120
