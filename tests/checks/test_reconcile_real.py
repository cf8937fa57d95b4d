"""Every published workbook at hand against every row of TRAC's at hand, and copies with a fault in them."""

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from checks.sources.disputes import disputes
from checks.sources.paired_tables import Source, reconcile_tables
from checks.sources.pairing import Book, Row, book_of, exchanged, rows_of
from checks.sources.reconcile import AGREEING, Reconciliation, reconcile
from figures.periods import Period
from figures.records import Observation, Parsed, Status
from figures.registry import SOURCES
from scrapers.trac.population import parse as parse_trac
from tests.conftest import Parse

SEEN = date(2026, 7, 22)
# Releases that TRAC never loaded, by the count that each shows.
SKIPPED = {
    "FY20-detentionstats.xlsx": 19068,
    "FY21_detention-stats_0301.xlsx": 13529,
    "FY24_detentionStats.xlsx": 37684,
    "FY25_detentionStats12112024.xlsx": 39080,
}
Edit = Callable[[openpyxl.Workbook, Book], object]


def _wanted(parsed: Parsed) -> list[Observation]:
    return [o for o in parsed.observations if o.metric in ("ice.detained", "ice.book_ins")]


def _read(content: bytes, name: str) -> list[Observation]:
    return _wanted(SOURCES["ice"].parse(content, name))


def _book(number: int, observations: list[Observation], name: str, posted: date) -> Book:
    made = book_of(number, name, posted, [o for o in observations if o.metric == "ice.detained"], {})
    assert made is not None, name
    return made


@pytest.fixture(scope="module")
def manifest(shared_data: Path) -> list[Mapping[str, str]]:
    with (shared_data / "ice" / "manifest.csv").open(newline="") as file:
        return sorted(csv.DictReader(file), key=lambda line: (line["edition_date"], line["published_name"]))


@pytest.fixture(scope="module")
def rows(shared_data: Path) -> list[Row]:
    content = (shared_data / "trac" / "pop_agen_table.2026-07-11.json").read_bytes()
    return rows_of([o for o in parse_trac(content, "pop_agen_table.json").observations if o.metric == "trac.detained"])


@pytest.fixture(scope="module")
def workbooks(
    shared_data: Path, manifest: list[Mapping[str, str]], parse_once: Parse
) -> list[tuple[Book, list[Observation]]]:
    read = []
    for number, line in enumerate(manifest):
        content = (shared_data / "ice" / "workbooks" / line["file"]).read_bytes()
        observations = _wanted(parse_once(content, line["published_name"]))
        posted = date.fromisoformat(line["edition_date"])
        read.append((_book(number, observations, line["published_name"], posted), observations))
    return read


@pytest.fixture(scope="module")
def found(workbooks: list[tuple[Book, list[Observation]]], rows: list[Row]) -> Reconciliation:
    return reconcile(rows, [book for book, _ in workbooks], SEEN)


def test_58_dates_agree_in_all_twelve_cells_and_none_is_in_dispute(found: Reconciliation) -> None:
    assert len(found.dates) == 155
    assert Counter(d.outcome for d in found.dates) == {"agree": 54, "dates_differ": 4, "no_workbook": 97}
    agreeing = [c for d in found.dates if d.outcome in AGREEING for c in d.comparisons]
    assert {len(c.equal) for c in agreeing} == {12}
    assert disputes(found, []) == []


def test_none_is_paired_by_its_figures(found: Reconciliation) -> None:
    bases = Counter(c.pair.basis for d in found.dates for c in d.comparisons)
    assert bases == {"snapshot": 51, "posted": 6, "lag": 2}


def test_every_workbook_without_a_row_is_explained(found: Reconciliation) -> None:
    assert len(found.books) == 65
    assert Counter(b.outcome for b in found.books) == {
        "agree": 55,
        "dates_differ": 4,
        "trac_skipped": 5,
        "older_sheet": 1,
    }
    skipped = [b for b in found.books if b.outcome == "trac_skipped"]
    assert {b.book.name for b in skipped} == set(SKIPPED)
    for booked in skipped:
        assert f"({SKIPPED[booked.book.name]:,} people held)" in booked.words
    (older,) = [b for b in found.books if b.outcome == "older_sheet"]
    assert older.book.name == "FY21_detentionStats10282021.xlsx"


def test_days_that_differ_are_those_that_are_known_to(found: Reconciliation) -> None:
    apart = {d.row.date: d.comparisons[-1].pair.apart for d in found.dates if d.outcome == "dates_differ"}
    assert apart == {date(2019, 9, 30): -4, date(2022, 9, 10): -1, date(2023, 10, 3): 3, date(2024, 1, 13): -1}


def test_book_ins_agree_with_the_release_that_each_row_was_taken_from(
    shared_data: Path, workbooks: list[tuple[Book, list[Observation]]], found: Reconciliation
) -> None:
    """Five fiscal years have their workbook here; the frozen Septembers and the missing one are no dispute."""
    payload = json.loads((shared_data / "trac" / "book_in_agen_program_table.2026-07-11.json").read_text())
    row_of = {c.pair.book.release_id: d.row.date for d in found.dates for c in d.comparisons}
    sources = [Source(b.release_id, b.name, b.posted, row_of.get(b.release_id), read) for b, read in workbooks]
    results = reconcile_tables([o for at, row in enumerate(payload) for o in _month(at, row)], sources)
    assert [(r.taken.isoformat(), r.outcome, len(r.equal)) for r in results] == [
        ("2019-09-30", "agree", 36),
        ("2020-09-30", "agree", 36),
        ("2021-09-30", "agree", 36),
        ("2022-09-24", "agree", 36),
        ("2023-09-30", "agree", 36),
        ("2024-09-07", "no_workbook", 0),
        ("2025-09-20", "no_workbook", 0),
        ("2026-07-11", "no_workbook", 0),
    ]


def _month(at: int, row: Mapping[str, Any]) -> Iterator[Observation]:
    start = datetime.strptime(row["period_date"], "%d%b%y").date()
    period = Period("month", start, start)
    for field, agency in (("ice", "ICE"), ("cbp", "CBP"), ("total", "all")):
        value = row[field] if row["ice"] is not None else None
        dims = (("agency", agency),)
        where = f"json:/{at}/{field}"
        status: Status = "blank" if value is None else "reported"
        yield Observation("trac.book_ins", dims, period, value, "people", status, "", where, "trac_book_ins")
    taken, where = row["download_date"], f"json:/{at}/download_date"
    yield Observation("trac.book_ins_downloaded", (), period, None, "text", "text", taken, where, "trac_book_ins")


def _exchange(book: openpyxl.Workbook, table: Book) -> None:
    """Every figure of ICE's in CBP's cell and the other way round."""
    for cell, other in ((c, exchanged(table.cells)[dims]) for dims, c in table.cells.items()):
        _at(book, cell).value = other.value


def _alter(book: openpyxl.Workbook, table: Book) -> None:
    cell = table.cells[("agency", "ICE"), ("criminality", "convicted")]
    _at(book, cell).value = int(cell.value or 0) + 1


def _at(book: openpyxl.Workbook, cell: Observation) -> Any:
    sheet, _, place = cell.locator.removeprefix("xlsx:").rpartition("!")
    return book[sheet][place]


@pytest.mark.parametrize(
    ("name", "day"),
    [("FY26_detentionStats11202025.xlsx", date(2025, 11, 16)), ("FY23_detentionStats05312023.xlsx", date(2023, 5, 21))],
)
@pytest.mark.parametrize(
    ("edit", "outcome", "cells"), [(_exchange, "columns_exchanged", 8), (_alter, "values_differ", 1)]
)
def test_a_fault_in_a_copy_of_a_workbook_is_found(
    shared_data: Path,
    tmp_path: Path,
    manifest: list[Mapping[str, str]],
    rows: list[Row],
    name: str,
    day: date,
    edit: Edit,
    outcome: str,
    cells: int,
) -> None:
    line = next(line for line in manifest if line["published_name"] == name)
    content = (shared_data / "ice" / "workbooks" / line["file"]).read_bytes()
    posted = date.fromisoformat(line["edition_date"])
    original = _book(1, _read(content, name), name, posted)
    copied = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    edit(copied, original)
    copied.save(tmp_path / name)
    book = _book(1, _read((tmp_path / name).read_bytes(), name), name, posted)
    found = reconcile(rows, [book], SEEN)
    assert [b.outcome for b in found.books] == [outcome]
    (dispute,) = disputes(found, [])
    assert (dispute.day, len(dispute.differences)) == (day, cells)
