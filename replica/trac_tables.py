"""TRAC's other tables, as TRAC derives them from ICE's editions: book-ins by month, facilities, people monitored.

Their traps are there: numbers as padded text, months to come as nulls beside a 0, a release date of its own for each
block of a fiscal year, a September that is missing, rows `Total` and `All` among the parts, an order that runs on.
The facilities are a few of ICE's list; their total is that of these few.
"""

import csv
import json
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from replica.editions import LEVELS, Edition

Row = dict[str, str | int | None]
_HERE = Path(__file__).parent
_MONTHS = ("Oct", "Nov", "Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep")
# TRAC's block of FY2024 stops at this release: it has no September, and months that ICE restated later.
_LAST_OF_FY2024 = date(2024, 9, 7)


def book_ins_table(published: Iterable[Edition]) -> bytes:
    """book_in_agen_program_table.json, oldest month first: FY2024 as TRAC left it, then the newest edition's year."""
    current = [edition for edition in published if not edition.year_end]
    rows = [_month(2024, row["month"].title(), int(row["ice"]), int(row["cbp"]), _LAST_OF_FY2024) for row in _fy2024()]
    complete = rows[-1]
    if current:
        newest, before = current[-1], current[-2] if len(current) > 1 else current[-1]
        for month in _MONTHS:
            row = _of_edition(newest, before, month)
            rows.append(row)
            first = _first(newest.fiscal_year, month)
            if date(first.year, first.month, monthrange(first.year, first.month)[1]) <= newest.book_ins.through:
                complete = row
    complete["f_latest_period"] = 1
    return _minified(rows)


def _of_edition(newest: Edition, before: Edition, month: str) -> Row:
    """A month that had not begun keeps the release date of the edition before, and no figures."""
    if _first(newest.fiscal_year, month) > newest.book_ins.through:
        return _month(newest.fiscal_year, month, None, None, before.book_ins.through)
    ice, cbp = (newest.figures.get(("book_ins_by_month", agency, month)) for agency in ("ICE", "CBP"))
    return _month(newest.fiscal_year, month, int(ice or 0), int(cbp or 0), newest.book_ins.through)


def _month(year: int, month: str, ice: int | None, cbp: int | None, taken: date) -> Row:
    first = _first(year, month)
    return {
        "download_date": f"{taken:%m/%d/%Y}",
        "period": month.lower(),
        "period_date": f"01{month.upper()}{first:%y}",
        "ice": ice,
        "cbp": cbp,
        "total": (ice or 0) + (cbp or 0),
        "monstr": f"{month}-{first:%y}",
        "f_latest_period": 0,
    }


def _first(year: int, month: str) -> date:
    number = (_MONTHS.index(month) + 9) % 12 + 1
    return date(year - (number >= 10), number, 1)


def _fy2024() -> Iterator[dict[str, str]]:
    yield from _csv("trac_book_ins.csv")


def facilities_table(published: Iterable[Edition]) -> bytes:
    """facilities.json, newest release first; `order` runs on across releases."""
    listed = _facilities()
    releases = {edition.facilities: listed[edition.key] for edition in published if edition.key in listed}
    rows: list[Row] = []
    for day in sorted(releases, reverse=True):
        facilities = releases[day]
        average = sum(float(facility["average"]) for facility in facilities)
        beds = sum(int(facility["minimum"] or 0) for facility in facilities)
        rows.append(_facility({"name": "Total"}, average, beds, day, len(rows)))
        for facility in sorted(facilities, key=lambda each: each["name"]):
            minimum = int(facility["minimum"]) if facility["minimum"] else None
            rows.append(_facility(facility, float(facility["average"]), minimum, day, len(rows)))
    return _minified(rows)


def _facility(facility: Mapping[str, str], average: float, beds: int | None, day: date, order: int) -> Row:
    return {
        "name": facility["name"],
        "detention_facility_city": facility.get("city", ""),
        "detention_facility_state": facility.get("state", ""),
        "detention_facility_zip": facility.get("zip", ""),
        "type_detailed": facility.get("type", ""),
        "count": f"{round(average):,}".rjust(20),
        "guaranteed_min_num": beds,
        "download_date": f"{day:%m/%d/%Y}",
        "order": order,
    }


def facilities_of(edition: Edition) -> Sequence[Mapping[str, str]]:
    """The facilities of an edition on record; none for one that has no list."""
    return _facilities().get(edition.key, ())


def _facilities() -> dict[str, list[dict[str, str]]]:
    by_edition: dict[str, list[dict[str, str]]] = {}
    for row in _csv("trac_facilities.csv"):
        by_edition.setdefault(row["edition"], []).append(row)
    return by_edition


def atd_table(published: Iterable[Edition]) -> bytes:
    """atd_pop_table.json, newest release first, then by area. Of two editions with one day the later counts."""
    releases = {monitored_on(edition): edition for edition in published if not edition.year_end}
    rows: list[Row] = []
    for day in sorted(releases, reverse=True):
        rows.extend(_monitored(releases[day], day))
    return _minified(rows)


def monitored_on(edition: Edition) -> date:
    """The day that the edition's table of areas states, whether or not it is the right one."""
    month, day, year = (int(part) for part in edition.atd.areas_as_of.split("/"))
    return date(year, month, day)


def _monitored(edition: Edition, day: date) -> Iterator[Row]:
    for (table, label, column), count in edition.figures.items():
        if table != "atd_areas" or column != "Count" or not count:
            continue
        area, _, technology = label.partition(LEVELS)
        length = edition.figures.get((table, label, "Average Length in Program")) or 0
        yield {
            "aor": "" if label == "Total" else area,
            "atd_technology": "Total" if label == "Total" else technology or "All",
            "count_num": int(count),
            "alip_num": f"{length:,.1f}".rjust(20),
            "download_date": f"{day:%m/%d/%Y}",
            "family_unit": "All",
        }


def _csv(name: str) -> Iterator[dict[str, str]]:
    with (_HERE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, strict=True)


def _minified(rows: Sequence[Row]) -> bytes:
    return json.dumps(rows, separators=(",", ":")).encode()
