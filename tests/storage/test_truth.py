"""What was known at ten instants, against a reader of its own: calamine, the words of the tables, and a dict."""

import random
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from figures.periods import end_of_day
from figures.records import Parsed, Source, Target
from figures.registry import ICE
from flows.context import Line
from flows.importing import PastFile, place, read_manifest
from flows.intake import Document, take
from scrapers.web.fetch import Policy
from storage.archive import FolderArchive
from storage.engine import Database, open_database, reading, writing
from storage.read import reads, vintages
from storage.write import releases
from tests.conftest import Parse

MONTHS = ("Oct", "Nov", "Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep")
INSTANTS = (
    date(2021, 3, 1),
    date(2021, 6, 10),
    date(2021, 12, 31),
    date(2022, 6, 1),
    date(2023, 1, 31),
    date(2023, 11, 15),
    date(2024, 9, 30),
    date(2025, 5, 28),
    date(2025, 9, 1),
    date(2026, 2, 10),
)
TABLES = {"book_ins_by_month", "adp", "detained_by_criminality"}
CRIMES = {"convicted": "convicted", "pending": "pending", "other": "other", "non-criminal": "pending_or_other"}
# Series and month, or series alone for the people held on the day of the newest edition.
Known = dict[tuple[str, date | None], float]


def _key(metric: str, agency: str, crime: str = "") -> str:
    return f"{metric}{{agency={agency}" + (f", criminality={crime}}}" if crime else "}")


def _month(year: int, month: str) -> date:
    number = (MONTHS.index(month) + 9) % 12 + 1
    return date(year - (number >= 10), number, 1)


def _crime(label: str) -> str:
    return next((name for word, name in CRIMES.items() if label.casefold().startswith(word)), "all")


def _stated(path: Path, named: int) -> Known:
    """Every monthly book-in and ADP figure of a workbook's current sheet, and the people held, by reading labels."""
    book = CalamineWorkbook.from_path(str(path))
    sheets = {}
    for sheet in book.sheets_metadata:
        year = re.search(r"detention.*?(?:20)?(\d\d)\b", sheet.name, re.IGNORECASE)
        if year and sheet.visible == SheetVisibleEnum.Visible:
            sheets[2000 + int(year[1])] = sheet.name
    if not sheets or max(sheets) < named:
        return {}
    grid = book.get_sheet_by_name(sheets[max(sheets)]).to_python(skip_empty_area=False)
    found: Known = {}
    for row, cells in enumerate(grid[:-2]):
        for col, cell in enumerate(cells):
            if isinstance(cell, str) and cell.startswith("ICE "):
                below = takewhile(lambda line, at=col: str(line[at]).strip(), grid[row + 2 :])  # type: ignore[misc]
                _table(found, cell, grid[row + 1], list(below), col, max(sheets))
    return found


def _table(found: Known, title: str, header: list[Any], lines: list[list[Any]], col: int, year: int) -> None:
    agency = ""
    for line in lines[:12]:
        label = str(line[col]).strip()
        if title.startswith("ICE Initial Book-Ins by Arresting Agency and Month"):
            _months(found, header, line, year, _key("ice.book_ins", _agency(label)))
        elif title.startswith("ICE Average Daily Population by Arresting Agency, Month and Criminality"):
            agency = _agency(label.removesuffix("Average").strip()) if "Average" in label else agency
            _months(found, header, line, year, _key("ice.adp", agency, _crime(label)))
        elif title.startswith("ICE Currently Detained by Criminality and Arresting Agency"):
            for at, head in enumerate(header[col : col + 8], col):
                if str(head).strip() in ("ICE", "CBP", "Total") and isinstance(line[at], float | int):
                    found[_key("ice.detained", _agency(str(head).strip()), _crime(label)), None] = float(line[at])


def _agency(label: str) -> str:
    return "all" if label in ("Total", "") else label


def _months(found: Known, header: list[Any], line: list[Any], year: int, key: str) -> None:
    for at, head in enumerate(header):
        if str(head).strip() in MONTHS and isinstance(line[at], float | int):
            found[key, _month(year, str(head).strip())] = float(line[at])


@pytest.fixture(scope="module")
def files(shared_data: Path) -> list[PastFile]:
    manifest = read_manifest(shared_data / "ice" / "manifest.csv")
    found = [place(ICE, path, manifest) for path in (shared_data / "ice" / "workbooks").glob("*.xlsx")]
    return sorted(found, key=lambda file: (file.known.at, file.name))


def _by_hand(files: list[PastFile]) -> dict[date, Known]:
    """For each instant the newest number of each month, and of the people held, over the editions posted by then."""
    stated = [(file.known.at, _stated(file.path, int(file.name[2:4]) + 2000)) for file in files]
    known: dict[date, Known] = {}
    for day in INSTANTS:
        known[day] = {}
        for at, said in stated:
            if at <= end_of_day(day):
                known[day].update(said)
    return known


def _import(database: Database, folder: Path, files: list[PastFile], parse: Parse) -> None:
    def read(content: bytes, name: str) -> Parsed:
        """What ICE's parser reads of the three tables."""
        parsed = parse(content, name)
        return replace(parsed, observations=tuple(o for o in parsed.observations if o.table in TABLES), findings=())

    now = datetime(2026, 9, 1, tzinfo=UTC)
    line = Line(database, FolderArchive(folder), Policy("test", 1, 1, frozenset()), (), lambda: now)
    source: Source = replace(ICE, parse=read)
    for file in files:
        sha256 = line.archive.put(file.content)
        with writing(database) as connection:
            releases.record_document(connection, sha256, len(file.content), "xlsx", now)
        document = Document(source, sha256, file.content, Target("", file.name, "current"), file.known)
        taken = take(document, line, "test", file.findings)
        assert taken.failed == (), file.name  # every check of ours ran


def _known(database: Database, as_of: datetime) -> Known:
    """The newest statement of each month, held or not, as the database has it."""
    found: Known = {}
    with reading(database) as connection:
        names = {"ice.book_ins", "ice.adp", "ice.detained"}
        keys = [row["key"] for row in reads.series_list(connection) if row["key"].partition("{")[0] in names]
        for figure in vintages.history(connection, keys, as_of):
            kind = figure.period.kind
            if kind not in ("month", "instant") or figure.status == "removed":
                continue
            key = (figure.series, figure.period.start if kind == "month" else None)
            found[key] = figure.value or 0.0
    return found


def _shuffled(files: list[PastFile], seed: int) -> list[PastFile]:
    return random.Random(seed).sample(files, len(files))


def _knows(url: str, folder: Path, files: list[PastFile], parse: Parse, at_least: int) -> None:
    database = open_database(url)
    _import(database, folder, files, parse)
    by_hand = _by_hand(sorted(files, key=lambda file: file.known.at))
    assert sum(len(known) for known in by_hand.values()) > at_least
    for day, known in by_hand.items():
        assert {k: v for k, v in _known(database, end_of_day(day)).items() if v} == {
            k: v for k, v in known.items() if v
        }
    database.dispose()


def test_the_database_knows_what_was_known(
    tmp_path: Path, database_url: str, files: list[PastFile], parse_once: Parse
) -> None:
    """Every fifth edition; all of them, in three orders, are the long harness below."""
    _knows(database_url, tmp_path, _shuffled(files[::5], 5), parse_once, 2000)


@pytest.mark.slow
@pytest.mark.parametrize("order", ["as published", "backwards", "shuffled"])
def test_the_database_knows_what_was_known_of_all_editions(
    tmp_path: Path, database_url: str, files: list[PastFile], parse_once: Parse, order: str
) -> None:
    orders = {"as published": files, "backwards": files[::-1], "shuffled": _shuffled(files, 5)}
    _knows(database_url, tmp_path, orders[order], parse_once, 5000)
