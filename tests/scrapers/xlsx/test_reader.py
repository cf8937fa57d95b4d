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

from figures.registry import SOURCES
from replica.editions import edition
from replica.workbooks import build
from scrapers.errors import DriftError, NotReadableError
from scrapers.xlsx.labels import label
from scrapers.xlsx.reader import Workbook, address, locator
from scrapers.xlsx.zip_guard import MAX_MEMBERS, MAX_UNPACKED

MAY = build(edition("05232025"))
NAME = "FY25_detentionStats05232025.xlsx"
# Parts are numbered in the order of the sheets.
SHEET = f"xl/worksheets/sheet{1 + [title for title, _ in Workbook(MAY).titles].index('Detention FY25')}.xml"
CORE = "docProps/core.xml"
Edit = Callable[[openpyxl.Workbook], object]
COLUMNS = [address(1, column)[:-1].encode() for column in range(1, 101)]


def repacked(change: Callable[[str, bytes], bytes | None], content: bytes = MAY) -> bytes:
    """The same container with parts changed, or left out where `change` gives None."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            part = change(member.filename, old.read(member))
            if part is not None:
                new.writestr(member.filename, part)
    return packed.getvalue()


def _with_part(name: str, change: Callable[[bytes], bytes]) -> bytes:
    return repacked(lambda part, content: change(content) if part == name else content)


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
    assert Workbook(repacked(lambda name, part: None if name == CORE else part)).modified_at is None


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "this is an empty file, where an XLSX workbook is expected"),
        (b"<!DOCTYPE html><html>Access Denied</html>" * 200, "this is a web page (HTML)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(6_000), "this is an old Excel workbook (.xls)"),
        (MAY[: len(MAY) // 2], "this is a file that is cut off: it begins as a workbook does, and its end is missing"),
        (MAY[:-1], "this is a file that is cut off"),
        (
            repacked(lambda name, part: None if name == "xl/workbook.xml" else part),
            "this is a ZIP file without a workbook in it",
        ),
        (_with_part("xl/workbook.xml", lambda xml: xml[: len(xml) // 2]), "not a readable XLSX workbook"),
        (_with_part(SHEET, lambda xml: xml[: len(xml) // 2]), "sheet 'Detention FY25' cannot be read"),
        (_with_part(SHEET, lambda xml: xml.decode().encode("utf-16")), f"'{SHEET}' is not written in UTF-8"),
        (_in_directory(MAY, SHEET, 8, "<H", 1), f"'{SHEET}' is encrypted"),
        (_in_directory(MAY, SHEET, 10, "<H", 14), f"'{SHEET}' is encrypted, or packed otherwise than workbooks are"),
        (_in_directory(MAY, SHEET, 24, "<I", 1_000), f"'{SHEET}' is damaged: it is not what the directory"),
        (_in_directory(MAY, SHEET, 16, "<I", 1_000), f"'{SHEET}' is damaged: it is not what the directory"),
        (_in_directory(MAY, SHEET, 24, "<I", 4_000_000_000), f"'{SHEET}' is damaged: it is not what the directory"),
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
        "a sheet in UTF-16",
        "encrypted",
        "unknown packing",
        "size understated",
        "another checksum",
        "size overstated",
    ],
)
def test_what_is_no_workbook_is_not_readable(content: bytes, words: str) -> None:
    with pytest.raises(NotReadableError, match=re.escape(words)):
        SOURCES["ice"].parse(content, NAME)


def test_a_part_is_counted_as_it_comes_out_whatever_the_directory_says() -> None:
    blanks = _with_part(SHEET, lambda xml: xml.replace(b"<sheetData>", b"<sheetData>" + b" " * MAX_UNPACKED))
    assert len(blanks) < 100_000
    for content in (blanks, _in_directory(blanks, SHEET, 24, "<I", 1_000)):
        with pytest.raises(NotReadableError, match=f"'{SHEET}' unpacks to more than [0-9,]+ bytes"):
            Workbook(content)


def test_a_container_of_too_many_parts_is_refused() -> None:
    packed = io.BytesIO(MAY)
    with zipfile.ZipFile(packed, "a") as archive:
        for n in range(MAX_MEMBERS):
            archive.writestr(f"customXml/item{n}.xml", "")
    with pytest.raises(NotReadableError, match="more than 500 parts"):
        Workbook(packed.getvalue())


def test_two_parts_of_one_name_are_refused() -> None:
    """Which of them a reader takes is not for us to guess; readers do not tell capitals apart."""
    packed = io.BytesIO(MAY)
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr(SHEET.upper(), "<worksheet/>")
    with pytest.raises(NotReadableError, match="two of its parts have one name"):
        Workbook(packed.getvalue())


def test_a_workbook_of_too_many_sheets_is_refused(edited: Callable[[bytes, Edit], bytes]) -> None:
    content = edited(MAY, lambda book: [book.create_sheet(f"S{n}") for n in range(100 - len(book.sheetnames))])
    assert len(Workbook(content).titles) == 100
    with pytest.raises(NotReadableError, match="101 sheets; at most 100 are read"):
        Workbook(edited(content, lambda book: book.create_sheet("one more")))


FAR = (1_048_576, 16_384)


@pytest.mark.parametrize(
    "cell",
    [
        b'<c r="XFD1048576"><v>1</v></c>',
        b'<c r="XFD1048576"><v>1</v><!-- <c r="A1" --></c>',
        b'<c r="XFD1048576"><v>1</v></c ><c r="A2" s="1"/>',
        b'<c r="xfd1048576"><v>1</v></c>',
        b'<c  r="XFD1048576"><v>1</v></c>',
        b'<x:c xmlns:x="x" r="XFD1048576"><v>1</v></x:c>',
        b"<c r='XFD1048576'><v>1</v></c>",
        b'<c x:r="A1" xmlns:x="x" r="XFD1048576"><v>1</v></c>',
        b'<c t="str" r="XFD1048576"><v>1</v></c>',
        b'<c r="XFD1048576" t="inlineStr"><is><t>1</t></is></c>',
    ],
)
def test_a_figure_in_the_farthest_cell_is_read_and_does_not_lay_out_the_whole_sheet(cell: bytes) -> None:
    cells = dict(Workbook(_with_rows(b'<row r="1048576">' + cell + b"</row>")).sheet("Detention FY25").cells)
    assert cells.pop(FAR) in (1.0, "1")
    assert cells == Workbook(MAY).sheet("Detention FY25").cells


@pytest.mark.parametrize(
    "blank",
    [
        b'<c r="{}" s="1"/>',
        b'<c r="{}" s="1" />',
        b'<c r="{}" s="1" t="n"/>',
        b'<c r="{}" s="1"></c>',
        b'<c r="{}" s="1"><v></v></c>',
        b'<c r="{}" s="1"><v/></c>',
        b'<c r="{}" s="1" t="s"/>',
        b'<c r="{}" s="1" t="inlineStr"><is><t></t></is></c>',
        b'<c r="{}" s="1" t="inlineStr"><is><t> \xc2\xa0</t></is></c>',
        b'<c r="{}" s="1" t="str"><v></v></c>',
        b'<x:c xmlns:x="x" r="{}" s="1"><x:v/></x:c>',
    ],
)
def test_blank_cells_may_reach_as_far_as_they_like_however_they_are_written(blank: bytes) -> None:
    """Copies that other programs saved have a styled column at the far right (FY23_detentionStats08312023)."""
    rows = b"".join(b'<row r="%d">%s</row>' % (row, blank.replace(b"{}", b"XFD%d" % row)) for row in range(41, 1100))
    assert Workbook(_with_rows(rows)).sheet("Detention FY25").cells == Workbook(MAY).sheet("Detention FY25").cells


def test_blank_texts_that_cells_share_count_as_blank() -> None:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet("S")
    sheet.write("B2", 5)
    sheet.write("B3", "text")
    for row in range(900):
        sheet.write(row, 16_383, "  ")
    book.close()
    assert Workbook(content.getvalue()).sheet("S").cells == {(2, 2): 5.0, (3, 2): "text"}


def test_a_row_that_is_merged_as_a_whole_does_not_stop_the_sheet() -> None:
    """As LibreOffice writes A4:XFD4."""
    merged = b'</sheetData><mergeCells count="1"><mergeCell ref="4:4"/></mergeCells>'
    content = _with_part(SHEET, lambda xml: xml.replace(b"</sheetData>", merged))
    assert Workbook(content).sheet("Detention FY25").cells == Workbook(MAY).sheet("Detention FY25").cells


def test_a_cell_without_an_address_stands_right_of_the_one_before() -> None:
    rows = b'<row r="900"><c r="C900"><v>1</v></c><c><v>2</v></c><c/><c t="inlineStr"><is><t>x</t></is></c></row>'
    rows += b"<row><c><v>3</v></c></row>"
    cells = Workbook(_with_rows(rows)).sheet("Detention FY25").cells
    assert {at: value for at, value in cells.items() if at[0] >= 900} == {
        (900, 3): 1.0,
        (900, 4): 2.0,
        (900, 6): "x",
        (901, 1): 3.0,
    }


@pytest.mark.parametrize("address", ["A0", "5A", "A1048577", "XFE1", "A99999999999", "ABCD5", "#REF!"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(NotReadableError, match=r"has a cell (with the address|in row)|cannot be read"):
        Workbook(_with_rows(b'<row r="900"><c r="%s"><v>1</v></c></row>' % address.encode())).sheet("Detention FY25")


def test_dates_shares_and_errors_of_a_sheet_that_is_written_anew_are_those_it_had() -> None:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet("S")
    sheet.write_datetime("B2", datetime(2025, 5, 1), book.add_format({"num_format": "mmm yyyy"}))
    sheet.write("C3", 0.5, book.add_format({"num_format": "0.0%"}))
    sheet.write("D4", "a <b> & c")
    sheet.write_rich_string("D5", "half ", book.add_format({"bold": True}), "bold")
    sheet.write("E5", True)
    sheet.write_formula("F6", "1/0", None, "#DIV/0!")
    book.close()
    plain = Workbook(content.getvalue()).sheet("S").cells

    def widen(name: str, part: bytes) -> bytes:
        rows = b'<row r="20000"><c r="XFD20000"><v>7</v></c></row></sheetData>'
        return part.replace(b"</sheetData>", rows) if name == "xl/worksheets/sheet1.xml" else part

    anew = Workbook(repacked(widen, content.getvalue())).sheet("S").cells
    assert plain[2, 2] == date(2025, 5, 1)
    assert plain[6, 6] == "#DIV/0!"
    assert anew == {**plain, (20_000, 16_384): 7.0}


def test_a_formula_without_its_value_is_not_blank() -> None:
    """A program that does not compute (openpyxl) saves ICE's totals so."""
    for cell in (
        b'<c r="D900"><f>SUM(D1:D9)</f></c>',
        b'<c r="D900" s="1"><f>SUM(D1:D9)</f><v></v></c>',
        b'<c r="D900" s="1"><f>SUM(D1:D9)</f><v /></c>',
        b'<c s="1" r="D900"><f>SUM(D1:D9)</f><v/></c>',
    ):
        sheet = Workbook(_with_rows(b'<row r="900">' + cell + b"</row>")).sheet("Detention FY25")
        assert sheet.cells[900, 4] == "=SUM(D1:D9)"


def test_filled_cells_are_counted_and_blank_ones_are_not() -> None:
    """A sheet of a million figures is legal, and would take gigabytes."""

    def sheet(cells: int, inside: bytes) -> bytes:
        rows = b"".join(
            b'<row r="%d">' % row
            + b"".join(b'<c r="%s%d" s="1">%s</c>' % (c, row, inside) for c in COLUMNS)
            + b"</row>"
            for row in range(50, 50 + cells // len(COLUMNS))
        )
        return _with_rows(rows)

    assert len(Workbook(sheet(400_000, b"<v>1</v>")).sheet("Detention FY25").cells) > 400_000
    with pytest.raises(NotReadableError, match=r"at most 500,000 cells|more filled cells or more text than are read"):
        Workbook(sheet(520_000, b"<v>1</v>"))
    assert len(Workbook(sheet(520_000, b"")).sheet("Detention FY25").cells) < 5_000


def test_a_text_that_many_cells_share_is_counted_in_each() -> None:
    """Each cell gets a copy: one text of 32 KB in 100,000 cells would take 3 GB."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet("S")
    for row in range(800):
        sheet.write(row, 0, "x" * 32_000)
    book.close()
    assert len(content.getvalue()) < 100_000
    with pytest.raises(NotReadableError, match="bytes of text"):
        Workbook(content.getvalue())


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
