"""Editions of ICE's workbook as figures on record, and the dates that each states for itself.

The figures were read from the published files. editions.csv holds the tables at the top of the detention sheet, one
figure a line, without shares: they follow from the counts. editions_wide.csv holds the other tables, one row of the
sheet a line. calendar.csv says when each file was published and how it was laid out, atd.csv what the ATD sheet says
of its days.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

# Table, row label, column label: where a figure stands in the workbook. A row of two levels is `Reason / Criminality`.
Place = tuple[str, str, str]
LEVELS = " / "
Figures = dict[Place, int | float | None]
_HERE = Path(__file__).parent
_MONTHS = ("Oct", "Nov", "Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep")
_AVERAGES = (*_MONTHS, "FY Overall")
# What the fields of a line of editions_wide.csv are, from the fourth on.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "book_outs_by_reason": (*_MONTHS, "Total"),
    "adp": _AVERAGES,
    "alos": _AVERAGES,
    "adp_by_facility_type": _AVERAGES,
    "alos_by_facility_type": _AVERAGES,
    "alos_adult": _AVERAGES,
    "parole_requested": _AVERAGES,
    "parole_status": _AVERAGES,
    "stateless": ("Total",),
    "atd_technology": ("Count", "Daily Tech Cost"),
    "atd_status": ("Count", "ALIP"),
    "court_all": ("Count", "%"),
    "court_final": ("Count", "%"),
    "atd_areas": ("Count", "Average Length in Program"),
    "atd_released": ("Released",),
}


@dataclass(frozen=True, slots=True)
class Stated:
    """What a footnote says of a block: the last day covered, the day the query ran, the state of the database."""

    through: date
    run: date
    eid: date


@dataclass(frozen=True, slots=True)
class Monitoring:
    """How the ATD sheet was laid out and what it says of its days, as written: `5.17.2025`, `5/17/2025`, `April`.

    `released` is the first and the last day of the sentence on families released, two empty texts before May 2025.
    """

    layout: str
    participants_report: str
    obp_report: str
    areas_as_of: str
    court_through: str
    released: tuple[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Edition:
    """One workbook as published. Equal to itself alone, so that what is made of it can be kept.

    `figures` are in the order of the sheet, None where the cell is blank; a row or column that is added comes out
    below or beside the others. `facilities` is the day that the list of facilities states as its source's. `hidden`
    is an edition whose detention sheet lies hidden before the visible one.
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
    iclos: Stated
    bond: Stated
    parole: Stated
    facilities: date
    atd: Monitoring
    figures: Mapping[Place, int | float | None]
    hidden: "Edition | None" = None

    @property
    def year_label(self) -> str:
        """The year as the titles write it: `FY2025`, or `EOFY2024` when the year is closed."""
        return f"{'EOFY' if self.year_end else 'FY'}{self.fiscal_year}"


@cache
def editions() -> tuple[Edition, ...]:
    """Every edition on record, oldest first. Raises ValueError when the four files do not fit together."""
    figures: dict[str, Figures] = {}
    for where, key, place, text in (*_single_figures(), *_wide_figures()):
        of_edition = figures.setdefault(key, {})
        if place in of_edition:
            raise ValueError(f"{where}: {key} {place} is given twice; delete one")
        of_edition[place] = _number(text, where)
    calendar = dict(_calendar())
    monitoring = {row["edition"]: _monitoring(row) for _, row in _rows("atd.csv")}
    for name, keys in (("calendar.csv", calendar.keys()), ("atd.csv", monitoring.keys())):
        if keys != figures.keys():
            odd = sorted(keys ^ figures.keys())
            raise ValueError(f"{name} and the files of figures must name the same editions; in one only: {odd}")
    made = (_edition(calendar[key], monitoring[key], figures[key]) for key in figures)
    return tuple(sorted(made, key=lambda edition: edition.published_on))


def edition(key: str) -> Edition:
    """The edition with this key, such as `05232025` or `FY24`. Raises KeyError, naming those on record."""
    for candidate in editions():
        if candidate.key == key:
            return candidate
    raise KeyError(f"no edition {key!r}; on record are {', '.join(e.key for e in editions())}")


def _single_figures() -> Iterator[tuple[str, str, Place, str]]:
    for at, row in _rows("editions.csv"):
        yield f"editions.csv line {at}", row["edition"], (row["table"], row["row"], row["column"]), row["value"]


def _wide_figures() -> Iterator[tuple[str, str, Place, str]]:
    """Lines of as many figures as their table has columns, after a first line of headings.

    A row that begins with ` / ` is of the first level of the line above.
    """
    with (_HERE / "editions_wide.csv").open(encoding="utf-8", newline="") as file:
        first, of_table = "", ("", "")
        for at, fields in enumerate(csv.reader(file, strict=True), start=1):
            where = f"editions_wide.csv line {at}"
            if at == 1:
                continue
            key, table, row, *texts = fields if len(fields) > 3 else ("", "", "")
            columns = COLUMNS.get(table)
            if columns is None:
                raise ValueError(f"{where}: {table!r} is no table; write one of {', '.join(COLUMNS)}")
            if len(texts) != len(columns):
                raise ValueError(f"{where}: {len(texts)} figures; {table} has {len(columns)}: {', '.join(columns)}")
            if not row.startswith(LEVELS):
                first, of_table = row.partition(LEVELS)[0], (key, table)
            elif of_table != (key, table):
                raise ValueError(f"{where}: {row!r} has no row of its table above; write its first level too")
            full = first + row if row.startswith(LEVELS) else row
            for column, text in zip(columns, texts, strict=True):
                yield where, key, (table, full, column), text


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


def _monitoring(row: Mapping[str, str]) -> Monitoring:
    return Monitoring(
        layout=row["layout"],
        participants_report=row["participants_report"],
        obp_report=row["obp_report"],
        areas_as_of=row["areas_as_of"],
        court_through=row["court_through"],
        released=(row["released_from"], row["released_to"]),
    )


def _edition(row: Mapping[str, str], atd: Monitoring, figures: Figures) -> Edition:
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
        iclos=_stated(row, "iclos"),
        bond=_stated(row, "bond"),
        parole=_stated(row, "parole"),
        facilities=date.fromisoformat(row["facilities"]),
        atd=atd,
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
