"""CBP's and OHSS's own files where they are at hand, and readers of locators that share nothing with ours."""

import csv
import gzip
import io
import re
from collections.abc import Iterable, Mapping
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pandas as pd

from figures.records import Observation, Parsed
from scrapers.cbp.encounters import parse

STATE_2025 = "nationwide-encounters-fy22-fy25-state.csv"
SBO = "sbo-encounters-fy22-fy25-aug.csv"
# The editions by state, in order. Eight were not dated by the publisher's listing; they came in the month after their
# last one.
EDITIONS = (
    "nationwide-encounters-fy20-fy23-state.csv",
    *(
        f"nationwide-encounters-fy21-fy24-{month}-state.csv"
        for month in ("oct", "nov", "dec", "jan", "feb", "mar", "apr", "may")
    ),
    "nationwide-encounters-fy21-fy24-state.csv",
    STATE_2025,
)
_CSV = re.compile(r"csv:(?P<where>[^#]+)#(?P<column>[^#[]+)\[(?P<rows>\d+) rows, (?P<first>\d+)-(?P<last>\d+)\]")


@cache
def published(shared: Path, name: str) -> bytes:
    """The bytes of one of CBP's files, as published."""
    packed = shared / "cbp" / f"{name}.gz"
    return gzip.decompress(packed.read_bytes()) if packed.exists() else (shared / "cbp" / name).read_bytes()


@cache
def read_published(shared: Path, name: str) -> Parsed:
    return parse(published(shared, name), name)


def ohss_file(shared: Path) -> Path:
    (path,) = (shared / "ohss").glob("*.xlsx")
    return path


def recounted(content: bytes, observations: Iterable[Observation]) -> int:
    """Recompute every locator of a CSV file from its bytes; how many there were. The first that differs fails."""
    frame = pd.DataFrame(list(csv.DictReader(io.StringIO(content.decode(), newline=""))), dtype=str)
    frame["row"] = range(2, len(frame) + 2)
    groups: dict[tuple[str, ...], Mapping[tuple[str, ...], tuple[int, int, int, int]]] = {}
    seen = 0
    for o in observations:
        found = _CSV.fullmatch(o.locator)
        assert found, o.locator
        named = dict(each.split("=", 1) for each in found["where"].split(";"))
        conditions = {column: label for column, label in named.items() if label != "*"}
        assert set(named) <= set(frame.columns)
        columns = tuple(conditions)
        if columns not in groups:
            groups[columns] = _grouped(frame, columns, found["column"])
        expected = groups[columns][tuple(conditions.values())]
        assert (int(o.raw), int(found["rows"]), int(found["first"]), int(found["last"])) == expected, o.locator
        assert o.value == expected[0]
        seen += 1
    return seen


def _grouped(
    frame: pd.DataFrame, columns: tuple[str, ...], counted: str
) -> Mapping[tuple[str, ...], tuple[int, int, int, int]]:
    counts = frame.assign(counted=frame[counted].astype(int)).groupby(list(columns), sort=False)
    table = counts.agg(total=("counted", "sum"), rows=("counted", "size"), first=("row", "min"), last=("row", "max"))
    return {
        key if isinstance(key, tuple) else (key,): (int(total), int(rows), int(first), int(last))
        for key, total, rows, first, last in zip(
            table.index, table["total"], table["rows"], table["first"], table["last"], strict=True
        )
    }


class PageTables(HTMLParser):
    """The texts of all cells, table by table, row by row."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self._open = False
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables:
            self.tables[-1][-1].append("")
            self._open = True

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self._open:
            self.tables[-1][-1][-1] += data.strip()

    def at(self, locator: str) -> str:
        """The cell of `html:table[1]/Group/Row/Heading`, or of `html:table[1]/Group/Heading`, the group's own row."""
        found = re.fullmatch(r"html:table\[(\d+)\]/(.+)", locator)
        assert found, locator
        table = self.tables[int(found[1]) - 1]
        group, *row, heading = found[2].split("/")
        start = next(at for at, cells in enumerate(table) if cells[0] == group)
        at = next(n for n in range(start, len(table)) if table[n][0] == row[0]) if row else start
        return table[at][table[0].index(heading)]


def shown_cells(content: bytes, observations: Iterable[Observation]) -> None:
    """Hold every locator of a workbook, and every locator of a period, against another reader."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for o in observations:
        sheet, _, cell = o.locator.removeprefix("xlsx:").rpartition("!")
        value = book[sheet][cell].value
        assert o.raw == str(value), o.locator
        assert o.value == (value if isinstance(value, int) else None)
        month = book[sheet][o.period_locator.rpartition("!")[2]].value
        assert month == ("Total" if o.period.kind != "month" else f"{o.period.start:%B}"), o.period_locator
