"""Editions of ICE's workbook as figures on record, and the dates that each states for itself.

The figures were read from the published files and stand in editions.csv; calendar.csv says when each file was
published and how it was laid out. Shares are not kept: they follow from the counts.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

# Table, row label, column label: where a figure stands in the workbook.
Place = tuple[str, str, str]
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Stated:
    """What a footnote says of a block: the last day covered, the day the query ran, the state of the database."""

    through: date
    run: date
    eid: date


@dataclass(frozen=True, slots=True)
class Edition:
    """One workbook as published.

    `figures` are in the order of the sheet, None where the cell is blank; a row or column that is added comes out
    below or beside the others. `hidden` is an edition whose detention sheet lies hidden before the visible one.
    """

    key: str
    file_name: str
    published_on: date
    fiscal_year: int
    year_end: bool
    layout: str
    sheet_title: str
    docket: Stated
    book_ins: Stated
    removals: Stated
    figures: Mapping[Place, int | float | None]
    hidden: "Edition | None" = None

    @property
    def year_label(self) -> str:
        """The year as the titles write it: `FY2025`, or `EOFY2024` when the year is closed."""
        return f"{'EOFY' if self.year_end else 'FY'}{self.fiscal_year}"


@cache
def editions() -> tuple[Edition, ...]:
    """Every edition on record, oldest first. Raises ValueError when the two files do not fit together."""
    figures: dict[str, dict[Place, int | float | None]] = {}
    for at, row in _rows("editions.csv"):
        place = (row["table"], row["row"], row["column"])
        of_edition = figures.setdefault(row["edition"], {})
        if place in of_edition:
            raise ValueError(f"editions.csv line {at}: {row['edition']} {place} is given twice; delete one")
        of_edition[place] = _number(row["value"], f"editions.csv line {at}")
    calendar = dict(_calendar())
    if calendar.keys() != figures.keys():
        odd = sorted(calendar.keys() ^ figures.keys())
        raise ValueError(f"calendar.csv and editions.csv must name the same editions; in one only: {odd}")
    made = (_edition(calendar[key], figures[key]) for key in figures)
    return tuple(sorted(made, key=lambda edition: edition.published_on))


def edition(key: str) -> Edition:
    """The edition with this key, such as `05232025` or `FY24`. Raises KeyError, naming those on record."""
    for candidate in editions():
        if candidate.key == key:
            return candidate
    raise KeyError(f"no edition {key!r}; on record are {', '.join(e.key for e in editions())}")


def _rows(name: str) -> Iterator[tuple[int, dict[str, str]]]:
    with (_HERE / name).open(encoding="utf-8", newline="") as file:
        for at, row in enumerate(csv.DictReader(file, strict=True), start=2):
            if None in row or None in row.values():
                raise ValueError(f"{name} line {at}: more or fewer fields than the header names; found {row}")
            yield at, row


def _calendar() -> Iterator[tuple[str, dict[str, str]]]:
    for at, row in _rows("calendar.csv"):
        if row["year_end"] not in ("yes", "no"):
            raise ValueError(f"calendar.csv line {at}: year_end is {row['year_end']!r}; write yes or no")
        yield row["edition"], row


def _edition(row: Mapping[str, str], figures: Mapping[Place, int | float | None]) -> Edition:
    return Edition(
        key=row["edition"],
        file_name=row["file_name"],
        published_on=date.fromisoformat(row["published_on"]),
        fiscal_year=int(row["fiscal_year"]),
        year_end=row["year_end"] == "yes",
        layout=row["layout"],
        sheet_title=row["sheet_title"],
        docket=_stated(row, "docket"),
        book_ins=_stated(row, "book_ins"),
        removals=_stated(row, "removals"),
        figures=figures,
    )


def _stated(row: Mapping[str, str], block: str) -> Stated:
    through, run, eid = (date.fromisoformat(row[name]) for name in (block, f"{block}_run", f"{block}_eid"))
    return Stated(through, run, eid)


def _number(text: str, where: str) -> int | float | None:
    if not text:
        return None
    try:
        return float(text) if "." in text else int(text)
    except ValueError as error:
        raise ValueError(f"{where}: {text!r} is no number; write digits, or nothing for a blank cell") from error
