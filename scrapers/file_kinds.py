"""What bytes are, by their beginning and end, in plain words: said before any reader's error.

Only what begins and ends as a ZIP file can be a workbook of ICE's.
"""

import re

ZIP_BEGINS = b"PK\x03\x04"
_ZIP_ENDS = b"PK\x05\x06"
_LONGEST_ZIP_COMMENT = 65_535
_ZIP_END_SIZE = 22
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BEFORE_TEXT = b"\xef\xbb\xbf\xff\xfe \t\r\n\0"  # byte order marks and white space
_HTML = re.compile(rb"<(!doctype html|html|head|body|title|script|meta|!--)", re.IGNORECASE)
# What a file begins with, and what it is then.
_BEGINNINGS = (
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"Rar!", "an archive (RAR)"),
    (b"7z\xbc\xaf", "an archive (7-Zip)"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"PAR1", "a table in Parquet"),
    (b"PK\x05\x06", "an empty ZIP file"),
    (b"SQLite format 3", "an SQLite database"),
)
# A part of a ZIP file that says what it holds. A workbook has `xl/workbook.xml`.
_OTHER_ZIPS = (
    (b"word/document.xml", "a Word document (.docx)"),
    (b"ppt/presentation.xml", "a presentation (.pptx)"),
    (b"xl/workbook.bin", "a workbook in Excel's binary form (.xlsb)"),
    (b"mimetypeapplication/vnd.oasis.opendocument", "an OpenDocument file (.ods or the like)"),
)
_LOOKED_AT = 4096


def is_page(content: bytes) -> bool:
    """Whether bytes begin as a page for people does."""
    head = content[:1024].replace(b"\0", b"").lstrip(BEFORE_TEXT)
    return head.startswith(b"<") and _HTML.search(head) is not None


def is_whole_zip(content: bytes) -> bool:
    """Whether bytes end with the record that ends every ZIP file, whole; a download that was cut has none."""
    at = content.rfind(_ZIP_ENDS, max(0, len(content) - _LONGEST_ZIP_COMMENT - _ZIP_END_SIZE))
    if at < 0 or len(content) - at < _ZIP_END_SIZE:
        return False
    comment = int.from_bytes(content[at + 20 : at + _ZIP_END_SIZE], "little")
    return len(content) - at >= _ZIP_END_SIZE + comment


def what_else(content: bytes) -> str:
    """What bytes are that are no workbook, such as `a PDF document`; "" where they may be one."""
    if not content.strip(b"\0 \t\r\n"):
        return "an empty file"
    if content.startswith(ZIP_BEGINS):
        return _in_zip(content)
    if content.startswith(_OLD_OFFICE):
        return _in_old_office(content)
    if is_page(content):
        return "a web page (HTML)"
    for beginning, words in _BEGINNINGS:
        if content.startswith(beginning):
            return words
    return _text(content)


def _in_zip(content: bytes) -> str:
    if not is_whole_zip(content):
        return "a file that is cut off: it begins as a workbook does, and its end is missing"
    if b"xl/workbook.xml" in content:
        return ""
    return next((words for part, words in _OTHER_ZIPS if part in content), "a ZIP file without a workbook in it")


def _in_old_office(content: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return "a workbook that is locked with a password"
    if "WordDocument".encode("utf-16-le") in content:
        return "an old Word document (.doc)"
    return "an old Excel workbook (.xls)"


def _decoded(content: bytes) -> str | None:
    """The beginning of a text; None where the bytes are none."""
    try:
        return content[:_LOOKED_AT].decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start < min(len(content), _LOOKED_AT) - 4:  # not merely a letter that was cut in two
            return None
        return content[: error.start].decode("utf-8-sig")


def _text(content: bytes) -> str:
    text = _decoded(content)
    if text is None:
        return "a file of an unknown kind"
    plain = text.lstrip()
    if plain.startswith("<"):
        return "an XML file"
    if plain.startswith(("{", "[")):
        return "a JSON file"
    lines = plain.splitlines()[:5]
    if not all(line.replace("\t", "").isprintable() for line in lines):
        return "a file of an unknown kind"
    return "a table in text (CSV)" if any(sign in line for line in lines for sign in ",;\t") else "a text file"
