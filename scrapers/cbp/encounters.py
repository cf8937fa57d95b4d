"""CBP's encounter files: rows of counts by month, region and group, of which every figure here is a sum.

https://www.cbp.gov/document/stats/nationwide-encounters. Three layouts (`columns.LAYOUTS`), told apart by their exact
header. A file covers four fiscal years, each month of which it restates; the running year is marked `(FYTD)`. One pass
over the rows, of which nothing but sums is kept: a file has 7.5 MB and 65,000 rows.
"""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from figures.records import Finding, Parsed, Severity
from scrapers.cbp.columns import (
    AREA,
    COMPONENT,
    FIELD_OPERATIONS,
    GROUPING,
    KNOWN,
    LAYOUTS,
    MEANINGS,
    MONTH,
    MONTHS,
    OPEN,
    REMAINING,
    RUNNING,
    SECTORS,
    YEAR,
    Layout,
)
from scrapers.cbp.encounter_file_names import read_name
from scrapers.cbp.sums import SPLIT_BY, Cell, Sum, figures
from scrapers.errors import DriftError, NotReadableError

PARSER = 1
# Three times a real file, and what fits into the memory of a small machine.
MOST_ROWS = 200_000
# A number of encounters in a month has six digits.
MOST_DIGITS = 9
LONGEST_TEXT = 100
# A line of a real file has 160 characters; one of a million commas would be a million values.
LONGEST_LINE = 2_000
MOST_NEW_CITIZENSHIPS = 50
_SHOWN = 80
_KnownValues = tuple[int, frozenset[str]]
_YEAR_LABEL = re.compile(rf"(20\d\d)(?:{re.escape(RUNNING)})?", re.ASCII)


@dataclass(slots=True)
class _File:
    """What one pass over the rows finds."""

    name: str
    layout: Layout
    cells: dict[Cell, Sum] = field(default_factory=dict)
    groupings: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    zeros: list[int] = field(default_factory=list)
    new: dict[str, int] = field(default_factory=dict)


class _Places(NamedTuple):
    """Where the columns of a layout stand in a row: by what they mean, and with the values that they may have.

    `open` is the column of citizenships, where new ones may appear; `split` those that figures are told apart by, None
    for one that the layout lacks.
    """

    width: int
    year: int
    month: int
    grouping: int
    known: tuple[_KnownValues, ...]
    open: int
    citizenships: frozenset[str]
    split: tuple[int | None, ...]


def parse(content: bytes, name: str) -> Parsed:
    """Every figure of a file, with the rows that it is the sum of. `name` is the file's name; years and month in it
    are held against the rows.

    Raises NotReadableError when the bytes are no whole CSV file; DriftError when the header is none of the three, when
    a value is not one that its column has had, when a count is no whole number, or when a row is there twice.
    """
    _require_whole(content, name)
    try:
        file = _read(io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", newline=""), name)
    except (csv.Error, UnicodeDecodeError) as error:
        raise NotReadableError(f"{name} is not a CSV file in UTF-8: {error}") from error
    years = _years(file)
    findings = [*_about_name(file, years), *_about_grouping(file), *_notes(file, content)]
    return Parsed(tuple(figures(file.layout, file.cells)), tuple(findings), fiscal_year=max(years))


def _require_whole(content: bytes, name: str) -> None:
    head = content[:200].lstrip()
    if head.startswith(b"<"):
        shown = head.split(b"\n")[0][:_SHOWN].decode("utf-8", "replace")
        raise NotReadableError(f"{name} is a page and not a CSV file: it begins with {shown!r}")
    if not content.endswith(b"\n"):
        raise NotReadableError(f"{name} ends in the middle of a line, after {len(content):,} bytes: it was cut off")


def _lines(text: io.TextIOWrapper, name: str) -> Iterator[str]:
    for number, line in enumerate(text, 1):
        if len(line) > LONGEST_LINE:
            raise NotReadableError(f"{name} line {number} has {len(line):,} characters; no line of CBP's has so many")
        yield line


def _read(text: io.TextIOWrapper, name: str) -> _File:
    reader = csv.reader(_lines(text, name), strict=True)
    header = tuple(next(reader, ()))
    layout = next((each for each in LAYOUTS if each.header == header), None)
    if layout is None:
        expected = " or ".join(",".join(each.header) for each in LAYOUTS)
        raise DriftError(f"{name} row 1", f"the header {expected}", f"{','.join(header)!r}"[:500])
    file = _File(name, layout)
    _add_rows(file, reader)
    if not file.cells:
        raise DriftError(name, "rows below the header", "none")
    return file


def _add_rows(file: _File, reader: Iterator[list[str]]) -> None:
    """Each row is looked at once: its values, its count, whether it was there before; then it is added to its cell."""
    at = _places(file.layout.header)
    seen: set[str] = set()
    for number, row in enumerate(reader, 2):
        if len(row) != at.width or not _is_count(row[-1]):
            raise _wrong_shape(file, number, row)
        if number > MOST_ROWS:
            raise NotReadableError(f"{file.name} has more than {MOST_ROWS:,} rows; no file of CBP has")
        _require_known(file, number, row, at.known)
        if row[at.open] not in at.citizenships:
            _note_citizenship(file, number, file.layout.header[at.open], row[at.open])
        _require_new(file, number, "\t".join((row[at.year], *row[at.grouping + 1 : -1])), seen)
        cell = Cell(row[at.year], row[at.month], tuple("" if place is None else row[place] for place in at.split))
        _add_count(file, cell, number, int(row[-1]))
        file.groupings[cell.year, cell.month].add(row[at.grouping])


def _places(header: Sequence[str]) -> _Places:
    year, month, grouping = map(header.index, (YEAR, MONTH, GROUPING))
    known = tuple((at, KNOWN[column]) for at, column in enumerate(header) if column in KNOWN)
    open_, citizenships = next((at, OPEN[column]) for at, column in enumerate(header) if column in OPEN)
    split = tuple(header.index(column) if column in header else None for column in SPLIT_BY)
    return _Places(len(header), year, month, grouping, known, open_, citizenships, split)


def _require_known(file: _File, number: int, row: Sequence[str], known: Sequence[_KnownValues]) -> None:
    for at, values in known:
        if row[at] not in values:
            raise _unknown(file, number, file.layout.header[at], row[at], values)


def _require_new(file: _File, number: int, key: str, seen: set[str]) -> None:
    if key in seen:
        raise DriftError(f"{file.name} row {number}", "each combination of values once", f"{key!r} again"[:300])
    seen.add(key)


def _is_count(text: str) -> bool:
    return text.isdigit() and text.isascii() and len(text) <= MOST_DIGITS


def _add_count(file: _File, cell: Cell, number: int, count: int) -> None:
    if not count:
        file.zeros.append(number)
    if cell not in file.cells:
        file.cells[cell] = Sum(0, 0, number, number)
    file.cells[cell].add(Sum(count, 1, number, number))


def _wrong_shape(file: _File, number: int, row: Sequence[str]) -> DriftError:
    width = len(file.layout.header)
    if len(row) != width:
        return DriftError(f"{file.name} row {number}", f"{width} values", f"{len(row)}: {','.join(row)!r}"[:300])
    where = f"{file.name} row {number}, column {file.layout.header[-1]!r}"
    return DriftError(where, f"a whole number of up to {MOST_DIGITS} digits, 0 or more", repr(row[-1])[:_SHOWN])


def _unknown(file: _File, number: int, column: str, value: str, values: frozenset[str]) -> DriftError:
    where = f"{file.name} row {number}, column {column!r}"
    shown = ", ".join(sorted(values)[:30]) + (" and others" if len(values) > 30 else "")
    return DriftError(where, f"one of {shown}", repr(value)[:_SHOWN])


def _note_citizenship(file: _File, number: int, column: str, value: str) -> None:
    file.new.setdefault(value, number)
    if not value or len(value) > LONGEST_TEXT or not value.isprintable() or len(file.new) > MOST_NEW_CITIZENSHIPS:
        where = f"{file.name} row {number}, column {column!r}"
        raise DriftError(where, f"a name, and at most {MOST_NEW_CITIZENSHIPS} new ones", repr(value)[:_SHOWN])


def _years(file: _File) -> list[int]:
    """The fiscal years of a file, which follow each other; only the last may be running, and each is named one way."""
    labels = sorted({cell.year for cell in file.cells})
    if not all(_YEAR_LABEL.fullmatch(label) for label in labels):
        raise DriftError(f"{file.name}, column {YEAR!r}", f"years such as 2025 or 2026{RUNNING}", str(labels)[:300])
    years = [int(label[:4]) for label in labels]
    running = [label for label in labels if label.endswith(RUNNING)]
    if years != list(range(years[0], years[0] + len(years))) or running not in ([], labels[-1:]):
        raise DriftError(
            f"{file.name}, column {YEAR!r}", "years in a row, of which the last may run", str(labels)[:300]
        )
    for at, column in enumerate(SPLIT_BY):
        _require_one_name(file, column, {cell.labels[at] for cell in file.cells})
    _require_own_areas(file)
    return years


def _require_one_name(file: _File, column: str, labels: set[str]) -> None:
    """Two labels that mean the same would be two figures for one month."""
    meanings: Mapping[str, str] = MEANINGS[column]
    by_meaning: dict[str, str] = {}
    for label in sorted(labels & meanings.keys()):
        other = by_meaning.setdefault(meanings[label], label)
        if other != label:
            raise DriftError(f"{file.name}, column {column!r}", f"either {other!r} or {label!r}", "both")


def _require_own_areas(file: _File) -> None:
    """Sectors are Border Patrol's, field offices the Office of Field Operations'."""
    if AREA not in file.layout.header:
        return
    component, area = SPLIT_BY.index(COMPONENT), SPLIT_BY.index(AREA)
    for cell, one in file.cells.items():
        if (cell.labels[area] in SECTORS) == (cell.labels[component] == FIELD_OPERATIONS):
            found = f"{cell.labels[component]!r} with {cell.labels[area]!r}"
            raise DriftError(f"{file.name} row {one.first}", "a sector of Border Patrol, or a field office", found)


def _about_name(file: _File, years: Sequence[int]) -> Iterator[Finding]:
    """The name says what the rows must hold: which file it is, its years, its last month."""
    named = read_name(file.name)
    if named is None:
        words = f"{file.name} has a name of no known shape: its years and its month cannot be held against the rows."
        expected = "a name such as nationwide-encounters-fy23-fy26-aug-aor.csv"
        yield _finding("unknown_name", "note", expected, repr(file.name), words)
        return
    running = [MONTHS.index(cell.month) for cell in file.cells if cell.year.endswith(RUNNING)]
    facts = (
        ("kind of file", named.kind, file.layout.kind),
        ("fiscal years", f"{named.first_year} to {named.last_year}", f"{years[0]} to {years[-1]}"),
        ("newest month of a running year", named.month or "none", MONTHS[max(running)] if running else "none"),
    )
    for what, expected, found in facts:
        if expected != found:
            words = f"{file.name}: the {what} by its name is {expected}, by its rows {found}. It may be another file."
            yield _finding("name_differs", "hold", f"{what}: {expected}", found, words)


def _about_grouping(file: _File) -> Iterator[Finding]:
    """`Remaining` marks the months of past years after the running year's newest: a file says twice how far it goes."""
    running = [MONTHS.index(month) for year, month in file.groupings if year.endswith(RUNNING)]
    newest = max(running, default=len(MONTHS) - 1)
    for (year, month), marks in sorted(file.groupings.items()):
        expected = REMAINING if MONTHS.index(month) > newest else "FYTD"
        if marks != {expected}:
            found = ", ".join(sorted(marks))
            words = (
                f"{file.name}: {month} of {year} is marked {found} where the running year's newest month is "
                f"{MONTHS[newest]}: rows of the running year may be missing."
            )
            yield _finding("month_grouping", "hold", expected, found, words)
            return


def _notes(file: _File, content: bytes) -> Iterator[Finding]:
    if file.new:
        named = ", ".join(f"{value!r} (row {row})" for value, row in sorted(file.new.items()))
        words = (
            f"{file.name}: citizenships that are new here: {named}. Their rows are in every sum; none is kept apart."
        )
        yield _finding("new_citizenship", "note", "the citizenships seen before", named, words)
    if file.zeros:
        words = f"{file.name}: {len(file.zeros):,} rows count 0, the first in row {file.zeros[0]}; they add nothing."
        yield _finding("zero_count", "note", "counts of 1 or more", f"{len(file.zeros)} of 0", words)
    if content.count(b"\n") != content.count(b"\r\n"):
        words = f"{file.name}: lines end otherwise than CBP's (CR LF): a copy that was saved again."
        yield _finding("line_ends", "note", "CR LF", "LF", words)


def _finding(check: str, severity: Severity, expected: str, found: str, words: str) -> Finding:
    return Finding(check, severity, "release", (), expected, found, words)
