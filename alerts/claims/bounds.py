"""What no file of a claim needs: days and numbers beyond reason, characters that are none, a size that none has.

They would pass as values and fail later, where a claim is judged or kept.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from math import inf
from pathlib import Path

from alerts.claims.toml_lines import Place

MOST_BYTES = 100_000
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 12, 31)
FIRST_YEAR, LAST_YEAR = FIRST_DAY.year, LAST_DAY.year
LARGEST = 1e12
# NUL, and halves of a character of two: no database keeps them.
_ODD = re.compile(r"[\x00\ud800-\udfff]")


class NotReadError(Exception):
    """A file that is not read at all, and why."""


def read_text(path: Path) -> str:
    """The text of a file. Raises NotReadError for no plain file or one too large, OSError, UnicodeDecodeError."""
    if path.exists() and not path.is_file():
        raise NotReadError("this is no file")
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise NotReadError(f"larger than {MOST_BYTES:,} bytes; no claim needs so much")
    return content.decode("utf-8")


def beyond_reason(value: object, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Where a value, or one inside it, is beyond reason, and in words what is wrong."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from beyond_reason(item, (*place, str(key)))
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield from beyond_reason(item, (*place, number))
    elif words := _beyond_reason(value):
        yield place, words


def _beyond_reason(value: object) -> str:
    match value:
        case date() if not FIRST_YEAR <= value.year <= LAST_YEAR:
            return f"{value} is beyond reason; a day lies from {FIRST_YEAR} to {LAST_YEAR}"
        case int() | float() if abs(value) > LARGEST and value not in (inf, -inf):  # no number at all is said elsewhere
            return f"a number beyond {LARGEST:,.0f} is beyond reason"
        case str():
            odd = _ODD.search(value)
            return f"the character U+{ord(odd[0]):04X} cannot be kept; take it out" if odd else ""
        case _:
            return ""
