"""Since when the public could read a workbook of OHSS's: by the day in its name, else by its properties."""

import re
from datetime import UTC, date

from figures.records import Dated
from scrapers.xlsx.reader import Workbook

# 2024_1108_ohss_immigration-enforcement-..., and before: 24-0607_ohss_...
_NAME = re.compile(r"(?:20)?(\d\d)[_-](\d\d)(\d\d)_ohss_", re.ASCII | re.IGNORECASE)


def day_of(name: str) -> date | None:
    """The day that a file's name states; None where it states none."""
    found = _NAME.match(name)
    if found is None:
        return None
    year, month, day = map(int, found.groups())
    try:
        return date(2000 + year, month, day)
    except ValueError:
        return None


def by_name(content: bytes, name: str) -> Dated | None:
    """Raises NotReadableError when the bytes are no workbook."""
    saved = Workbook(content).modified_at
    if (named := day_of(name)) is not None:
        return Dated(named, "file_name")
    return Dated(saved.astimezone(UTC).date(), "document_properties") if saved else None
