"""The rows of the list of facilities: which facility each stands for, and what is odd about its name."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from figures.records import Dims, Finding
from scrapers.ice.places.facility_columns import ADDRESS, CITY, NAME, NOTES, STATE, TOTALS
from scrapers.ice.places.facility_names import identify, lookalikes, own_id
from scrapers.xlsx.blocks import Context, raw_text
from scrapers.xlsx.reader import CellValue, Sheet, locator

ALL = "all"
LONGEST_NAME = 200
_FOOTNOTE = re.compile(r"\s*\[(\d{1,2})\]")
_GLUED = re.compile(r"(?<=[A-Za-z)])(\d{1,2})$")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the list: where it is, the words that identify it, its facility, and its number among equals."""

    at: int
    name: str
    city: str
    state: str
    address: str
    facility: str
    listed: bool
    occurrence: int = 0

    @property
    def dims(self) -> Dims:
        same = (("occurrence", str(self.occurrence)),) if self.occurrence else ()
        return (("facility", self.facility), *same)


def _text(value: CellValue) -> str:
    return value.replace("\xa0", " ").strip() if type(value) is str else raw_text(value)


def _footnotes(texts: Mapping[tuple[int, int], str]) -> set[str]:
    """The marks of the notes that stand in the first column."""
    return {m[1] for at, text in texts.items() if at[1] == 1 and (m := _FOOTNOTE.match(text))}


def _filled(texts: Mapping[tuple[int, int], str], labelled: Collection[int]) -> list[int]:
    """The rows in which more than one of the labelled columns holds something."""
    filled = Counter(r for (r, c), text in texts.items() if text and c in labelled)
    return sorted(r for r, cells in filled.items() if cells > 1)


def _row(at: int, name: str, city: str, state: str, address: str, year: int) -> Row:
    known = identify(name, city, state, year)
    facility = known.facility if known else own_id(name, city, state)
    return Row(at, name, city, state, address, facility, listed=known is not None)


def _is_no_name(name: str) -> bool:
    return not name or len(name) > LONGEST_NAME or any(rule.match(name) for _, rule in NOTES)


def rows_of(sheet: Sheet, context: Context, header: int, columns: Mapping[str, int]) -> tuple[list[Row], list[Finding]]:
    """The rows that hold more than a note, with the facility that each stands for."""
    texts = {at: _text(value) for at, value in sheet.cells.items() if at[0] > header}
    notes = _footnotes(texts)
    rows: list[Row] = []
    findings: list[Finding] = []
    for at in _filled(texts, columns.values()):
        name, city, state, address = (texts.get((at, columns[text]), "") for text in (NAME, CITY, STATE, ADDRESS))
        if _is_no_name(name):
            findings.append(_unnamed(sheet, context, at, name))
        elif name.casefold() in TOTALS and not city:
            rows.append(Row(at, name, city, state, address, ALL, listed=True))
        else:
            bare = _without_mark(name, city, state, context.year, notes)
            rows.append(_row(at, bare, city, state, address, context.year))
    numbered = _numbered(rows)
    return numbered, [*findings, *_twice(sheet, numbered), *_unlisted(sheet, numbered)]


def _without_mark(name: str, city: str, state: str, year: int, notes: Collection[str]) -> str:
    """`CENTER1` is CENTER where a note `[1]` stands below the table, or where that alone is a name that is known.

    Other digits belong to the name.
    """
    match = _GLUED.search(name)
    if match is None or identify(name, city, state, year) is not None:
        return name
    bare = name[: match.start()]
    return bare if match[1] in notes or identify(bare, city, state, year) is not None else name


def _numbered(rows: Sequence[Row]) -> list[Row]:
    """Rows of one facility are told apart by their order, so that neither is lost or taken for the other."""
    counts = Counter(row.facility for row in rows)
    seen: Counter[str] = Counter()
    numbered = []
    for row in rows:
        seen[row.facility] += 1
        numbered.append(replace(row, occurrence=seen[row.facility]) if counts[row.facility] > 1 else row)
    return numbered


def _twice(sheet: Sheet, rows: Sequence[Row]) -> Iterator[Finding]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.facility].append(row)
    for facility, group in groups.items():
        if len(group) > 1:
            where = tuple(locator(sheet.title, row.at, 1) for row in group)
            words = f"{', '.join(where)} are rows of one facility, {facility!r}; each is kept under its own number."
            yield Finding("facility_twice", "warn", "cells", where, "each facility once", f"{len(group)} rows", words)


def _unlisted(sheet: Sheet, rows: Sequence[Row]) -> Iterator[Finding]:
    """Names on no list that look like a known facility: proposed to a person, never joined here."""
    here = {row.facility for row in rows}
    for row in rows:
        alike = [] if row.listed else lookalikes(row.name, row.city, row.state, row.address, here)
        if alike:
            where = locator(sheet.title, row.at, 1)
            pairs = "; ".join(f"{facility!r} ({why})" for facility, why in alike)
            words = (
                f"{where}: {row.facility!r} is not in scrapers/ice/places/facility_crosswalk.csv and may be {pairs}. "
                "If the two are one, add a row with the reason."
            )
            yield Finding("facility_name", "note", "cells", (where,), "a name of the crosswalk", row.facility, words)


def _unnamed(sheet: Sheet, context: Context, at: int, name: str) -> Finding:
    where = locator(sheet.title, at, 1)
    found = repr(name[:80]) if name else "no name"
    words = f"{where}: a row with figures or words has {found} where a facility's name belongs; the row is not read."
    return Finding("facility_unnamed", context.severity, "cells", (where,), "the name of a facility", found, words)
