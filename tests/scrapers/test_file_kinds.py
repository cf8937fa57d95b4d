"""What bytes are, in plain words, whatever their name says."""

import io
import zipfile

import pytest

from replica.editions import edition
from replica.workbooks import build
from scrapers.file_kinds import is_whole_zip, what_else

MAY = build(edition("05232025"))
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _zip(*names: str, comment: bytes = b"") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.comment = comment
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), "x")  # always of one day: two processes must make the same
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (MAY, ""),
        (_zip("xl/workbook.xml", comment=b"saved by a program"), ""),
        (b"", "an empty file"),
        (b"\n \0\0", "an empty file"),
        (MAY[:-1], "a file that is cut off: it begins as a workbook does, and its end is missing"),
        (MAY[:5000], "a file that is cut off: it begins as a workbook does, and its end is missing"),
        (_zip("word/document.xml"), "a Word document (.docx)"),
        (_zip("xl/workbook.bin"), "a workbook in Excel's binary form (.xlsb)"),
        (_zip("FY25_detentionStats05232025.csv"), "a ZIP file without a workbook in it"),
        (_zip(), "an empty ZIP file"),
        (OLD + bytes(3000) + "Workbook".encode("utf-16-le"), "an old Excel workbook (.xls)"),
        (OLD + bytes(3000) + "WordDocument".encode("utf-16-le"), "an old Word document (.doc)"),
        (OLD + bytes(3000) + "EncryptedPackage".encode("utf-16-le"), "a workbook that is locked with a password"),
        (b"\xef\xbb\xbf \r\n<!DOCTYPE html><p>", "a web page (HTML)"),
        ("<html>".encode("utf-16"), "a web page (HTML)"),
        (b"%PDF-1.4", "a PDF document"),
        (b"\x1f\x8b\x08", "a compressed file (gzip)"),
        (b"\x89PNG\r\n", "a picture (PNG)"),
        (b'<?xml version="1.0"?><Workbook/>', "an XML file"),
        (b'[{"a": 1}]', "a JSON file"),
        (b"date,people\n1,2\n", "a table in text (CSV)"),
        ("Name;Stadt\nMünchen;1\n".encode(), "a table in text (CSV)"),
        (b"a\tb\n", "a table in text (CSV)"),
        (b"Dear desk\n", "a text file"),
        (b"\x00\x01\x02\x03" * 50, "a file of an unknown kind"),
        (b"\xff\xfe\xff" * 50, "a file of an unknown kind"),
    ],
)
def test_what_bytes_are_is_said_in_plain_words(content: bytes, words: str) -> None:
    assert what_else(content) == words


def test_a_letter_that_is_cut_in_two_where_we_stop_looking_makes_no_other_file() -> None:
    assert what_else(b"x" * 4095 + "ü, 1\n".encode()) == "a text file"


@pytest.mark.parametrize(
    ("content", "whole"),
    [
        (_zip("a"), True),
        (_zip("a", comment=b"c" * 65_535), True),
        (_zip("a", comment=b"comment")[:-1], False),
        (_zip("a")[:-22], False),
        (b"PK\x03\x04", False),
        (_zip("a") + b"\0" * 70_000, False),
    ],
)
def test_a_zip_file_ends_with_its_record(content: bytes, whole: bool) -> None:
    assert is_whole_zip(content) is whole
