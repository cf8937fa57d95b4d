"""What TRAC's tables have in common: a JSON array of objects, every field declared with its form and its use.

https://tracreports.org/immigration/detentionstats/. A field that is not declared is a finding, one that is missing or
of another form is drift; a field that is read past is named as such, with the reason.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, TypeVar

from figures.periods import us_dates
from figures.records import Finding, Leftover
from scrapers.errors import DriftError, NotReadableError
from scrapers.web.json_limits import require_room

# JSON as Python reads it also knows NaN, Infinity and numbers of any length; a count of people is none of these.
MOST_PEOPLE = 1_000_000_000
LONGEST_TEXT = 100
_SHOWN = 80
# A publisher adds a field or renames some; what has more is another file, and no list of them would be read.
MOST_NEW_FIELDS = 50
_US_DATE = re.compile(r"\d{2}/\d{2}/\d{4}")
_PADDED_COUNT = re.compile(r" *(?:\d{1,3}(?:,\d{3})*|\d+) *", re.ASCII)
_PADDED_DECIMAL = re.compile(r" *(?:\d{1,3}(?:,\d{3})*|\d+)(?:\.\d+)? *", re.ASCII)

Row = Mapping[str, object]
_Value = TypeVar("_Value", str, date)


@dataclass(frozen=True, slots=True)
class Form:
    """How a value is written: `fits` says whether one is, `words` what was expected."""

    words: str
    fits: Callable[[object], bool]


@dataclass(frozen=True, slots=True)
class Field:
    """`use` says what the field means, or by which rule it is read past when `ignored`."""

    form: Form
    use: str
    ignored: bool = False


Fields = Mapping[str, Field]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file, each of the declared form; what was new in them."""

    rows: Sequence[Row]
    findings: tuple[Finding, ...]
    leftovers: tuple[Leftover, ...]


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= MOST_PEOPLE


def _padded(pattern: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: (
        value is None
        or (
            isinstance(value, str)
            and len(value) <= LONGEST_TEXT
            and (not value.strip(" ") or pattern.fullmatch(value) is not None)
        )
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_TEXT and value.isprintable()


COUNT = Form(f"a number from 0 to {MOST_PEOPLE:,}", lambda value: value is None or _number(value))
PADDED_COUNT = Form("a whole number in text, with commas, such as '  1,878'", _padded(_PADDED_COUNT))
PADDED_DECIMAL = Form("a number in text, with commas, such as '  1,006.5'", _padded(_PADDED_DECIMAL))
FLAG = Form("0 or 1", lambda value: type(value) is int and value in (0, 1))
DAY = Form("MM/DD/YYYY", lambda value: us_day(value) is not None)
TEXT = Form(f"a text of up to {LONGEST_TEXT} letters", _is_text)
ANYTHING = Form("anything", lambda _: True)


def us_day(value: object) -> date | None:
    """The day of a zero-padded `MM/DD/YYYY`; None for anything else."""
    if not isinstance(value, str) or not _US_DATE.fullmatch(value):
        return None
    return next(iter(us_dates(value)), None)


def amount(value: object) -> float | None:
    """A number as served: bare, or in text with blanks and commas. None for null and for blanks."""
    if isinstance(value, str):
        text = value.replace(",", "").strip(" ")
        return float(text) if text else None
    return float(value) if isinstance(value, int | float) else None


def raw(value: object) -> str:
    """A value as it stands in the file, without the quotes of a text; null is nothing."""
    return value if isinstance(value, str) else "" if value is None else json.dumps(value)


def locator(at: int, field: str) -> str:
    return f"json:/{at}/{field}"


def _require_fields(rows: Sequence[Mapping[str, Any]], name: str, fields: Fields) -> None:
    """Raises DriftError when a row lacks a declared field, or has it in another form."""
    absent = (f"/{at}/{field}" for at, row in enumerate(rows) for field in fields if field not in row)
    missing = list(islice(absent, 5))
    if missing:
        raise DriftError(name, f"the fields {', '.join(fields)}", f"without {', '.join(missing)}")
    for field, declared in fields.items():
        for at, row in enumerate(rows):
            if not declared.form.fits(row[field]):
                raise DriftError(locator(at, field), declared.form.words, repr(row[field])[:_SHOWN])


def read_rows(content: bytes, name: str, fields: Fields, title: str) -> Table:
    """The rows of a table; `title` names it in findings.

    Raises NotReadableError when the bytes are no JSON, DriftError when they are no list of objects with the declared
    fields, each of its form.
    """
    require_room(content, name)
    try:
        rows = json.loads(content, object_pairs_hook=lambda pairs: _object(pairs, name))
    except (ValueError, RecursionError) as error:
        raise NotReadableError(f"{name} is not JSON: {error}") from error
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise DriftError(name, "a list of at least one object", type(rows).__name__)
    _require_fields(rows, name, fields)
    new: dict[str, list[int]] = {}
    for at, row in enumerate(rows):
        for field in row.keys() - fields.keys():
            new.setdefault(field, []).append(at)
    if len(new) > MOST_NEW_FIELDS:
        raise DriftError(name, f"the fields {', '.join(fields)}", f"{len(new):,} others")
    return Table(rows, tuple(_new_fields(new, fields, title)), tuple(_left(rows, new)))


def _left(rows: Sequence[Mapping[str, Any]], new: Mapping[str, Sequence[int]]) -> Iterator[Leftover]:
    for field, places in sorted(new.items()):
        for at in places:
            yield Leftover(locator(at, _written(field)), raw(rows[at][field])[:_SHOWN])


def _written(field: str) -> str:
    """An unknown name as a locator may show it, to a terminal too: escaped as in a JSON pointer, all printable."""
    name = field[:_SHOWN].replace("~", "~0").replace("/", "~1")
    return name if name.isprintable() else repr(name)[1:-1]


def _object(pairs: list[tuple[str, object]], name: str) -> dict[str, object]:
    made = dict(pairs)
    if len(made) != len(pairs):
        twice = ", ".join(_written(key) for key in repeated(key for key, _ in pairs))
        raise DriftError(name, "each field of a row once", f"{twice[:_SHOWN]} twice")
    return made


def repeated(values: Iterable[_Value]) -> list[_Value]:
    """The values that are there more than once, in order."""
    return sorted(value for value, times in Counter(values).items() if times > 1)


def _new_fields(new: Mapping[str, Sequence[int]], fields: Fields, title: str) -> Iterator[Finding]:
    for field, places in sorted(new.items()):
        where = locator(places[0], _written(field))
        shown = repr(field[:_SHOWN])
        words = f"{where}: the field {shown} is new in {title} and is not read."
        yield Finding("new_field", "warn", "cells", (where,), ", ".join(sorted(fields)), shown, words)


def blanks(rows: Sequence[Row], names: Iterable[str], title: str) -> Iterator[Finding]:
    """Figures that no payload has left out so far: a blank one is kept as such, and said. One finding for a field."""
    for name in names:
        cells = tuple(locator(at, name) for at, row in enumerate(rows) if amount(row[name]) is None)
        if cells:
            words = f"{cells[0]}: {len(cells):,} of {len(rows):,} rows of {title} give no number of {name}."
            yield Finding("figure_blank", "warn", "cells", cells, "a number in each row", f"{len(cells)} blank", words)
