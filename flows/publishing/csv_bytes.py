"""A table of an export as a CSV file, plain or compressed, with texts that no program takes for a formula."""

import csv
import gzip
import io
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import BinaryIO

from alerts.messages.invisible_characters import defused

Row = Sequence[object]
# Name, type and meaning of a column.
Field = tuple[str, str, str]
_LEVEL = 6
# A table repeats its texts: places, files, cells.
safe_text = lru_cache(maxsize=65536)(defused)


def as_csv(fields: Sequence[Field], rows: Iterable[Row]) -> bytes:
    out = io.BytesIO()
    _write(out, fields, rows)
    return out.getvalue()


def as_gzip(fields: Sequence[Field], rows: Iterable[Row]) -> bytes:
    """Without a name and a time, so that the same table is the same bytes."""
    out = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=out, mtime=0) as packed:
        _write(packed, fields, rows)
    return out.getvalue()


def _write(out: BinaryIO | gzip.GzipFile, fields: Sequence[Field], rows: Iterable[Row]) -> None:
    text = io.TextIOWrapper(out, encoding="utf-8", newline="")
    writer = csv.writer(text)  # lines end as RFC 4180 says, so that a carriage return within a text is quoted
    writer.writerow([column for column, _, _ in fields])
    writer.writerows(rows)
    text.detach()


def safe_row(row: Row) -> Row:
    """A row whose texts are no formula, with truth values as they are written elsewhere."""
    return [("true" if c else "false") if isinstance(c, bool) else defused(c) if isinstance(c, str) else c for c in row]
