"""The list sheets of every published workbook at hand, against figures read independently and against their faults."""

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from checks.document.list_sheets import lists
from figures.records import Observation
from scrapers.ice import bond, iclos, one_offs, segregation, semiannual, transgender, vulnerable
from scrapers.ice.file_names import read_name
from scrapers.ice.footnotes import CLOCKS, Statement, dating, state
from scrapers.xlsx.blocks import Block, Context
from scrapers.xlsx.reader import Sheet, Workbook, locator

READERS: Mapping[str, Callable[[Sheet, Context], Block]] = {
    "header": one_offs.read_header,
    "pending": one_offs.read_pending_iclos,
    "iclos": iclos.read,
    "monthly bond": bond.read,
    "semiannual": semiannual.read,
    "trans": transgender.read,
    "fy25 trans": transgender.read,
    "vulnerable": vulnerable.read_vulnerable,
    "monthly segregation": segregation.read_monthly,
    "fy26 monthly segregation": segregation.read_monthly,
}
METRICS = {
    "bond_table_total_outs": {"ice.bond_final_releases", "ice.bond_final_book_outs"},
    "bond_table_outs_with_bond": {"ice.bond_final_releases", "ice.bond_final_book_outs"},
    "bond_table_pct": {"ice.bond_share_of_releases", "ice.bond_share_of_book_outs"},
    "bond_avg_amount_month": {"ice.bond_amount"},
    "bond_alos_days": {"ice.bond_days"},
    "segregation_placements_month": {"ice.segregation"},
    "transgender_book_ins_fytd": {"ice.transgender_book_ins"},
    "transgender_detained": {"ice.transgender_detained", "ice.transgender_detained_by_area"},
}
# What the publisher got wrong, found by the checks: (file, check).
FAULTY = {
    ("FY22_detentionStats06162022.xlsx", "list_share"),  # the shares of May and June stand still
    ("FY22_detentionStats06162022.xlsx", "list_total"),  # 5 with and 13 without a final order of 17
    ("FY22_detentionStats06272022.xlsx", "list_share"),
    ("FY24_detentionStats04122024.xlsx", "list_total"),  # 17 and 26 of 42
    ("FY25_detentionStats12122024.xlsx", "list_total"),  # ICLOS of October and November 2024
    ("FY24_detentionStats__a177b8bd.xlsx", "list_total"),  # Philadelphia twice
    # four editions call the people held `book-ins`
    *(
        (f"FY24_detentionStats{day}.xlsx", check)
        for day in ("11222023", "12072023", "01182024", "02012024")
        for check in ("list_total", "list_equal_totals")
    ),
}
TWICE = {f"xlsx:Trans. Detainee Pop. EOFY24!{cell}" for cell in ("A21", "B21", "A31", "B31")}
# The list's own title states another fiscal year than the independent reading took for its book-ins.
OTHER_YEAR = {
    "FY21_detentionStats060921.xlsx",
    "FY21_detentionStats10282021.xlsx",
    "FY21_detentionStats11122021.xlsx",
}


@dataclass(frozen=True)
class Read:
    sheet: Sheet
    block: Block


@pytest.fixture(scope="module")
def read(shared_data: Path) -> Mapping[str, list[Read]]:
    found: dict[str, list[Read]] = defaultdict(list)
    for path in sorted((shared_data / "ice" / "workbooks").glob("*.xlsx")):
        book = Workbook(path.read_bytes())
        titles = [title for title, _ in book.titles if title.casefold().startswith("footnotes")]
        footnotes = [dating(book.sheet(title)) for title in titles]
        year = read_name(path.name).fiscal_year or 0
        dates: dict[str, Statement | str] = {}
        for clock in CLOCKS.values():
            statement, reason = state(clock, footnotes, year)
            dates[clock.id] = statement or reason
        for title, _ in book.titles:
            for start, reader in READERS.items():
                if title.strip().casefold().startswith(start):
                    sheet = book.sheet(title)
                    found[path.name].append(Read(sheet, reader(sheet, Context(year, True, dates))))
    assert len(found) == 65
    return found


@pytest.fixture(scope="module")
def cells(read: Mapping[str, list[Read]]) -> Mapping[str, Mapping[str, Observation]]:
    return {name: {o.locator: o for one in reads for o in one.block.observations} for name, reads in read.items()}


def test_every_filled_cell_is_understood(read: Mapping[str, list[Read]]) -> None:
    left = {
        locator(one.sheet.title, *at)
        for reads in read.values()
        for one in reads
        for at in one.sheet.cells
        if at not in one.block.used
    }
    assert left == TWICE


def test_no_layout_is_new(read: Mapping[str, list[Read]]) -> None:
    said = {f.check for reads in read.values() for one in reads for f in one.block.findings}
    assert said == {
        "after_stated_day",
        "duplicate_row",
        "figures_pending",
        "header_missing",
        "history_overwritten",
        "undated_block",
        "year_contradicted",
        "year_unwritten",
        "years_of_title",
    }


def test_one_series_has_one_figure_for_a_period(read: Mapping[str, list[Read]]) -> None:
    for name, reads in read.items():
        keys = [(o.series, o.period) for one in reads for o in one.block.observations]
        assert len(keys) == len(set(keys)), name


def test_figures_are_those_read_independently(
    shared_data: Path, cells: Mapping[str, Mapping[str, Observation]]
) -> None:
    compared = 0
    with gzip.open(shared_data / "ice" / "truth.csv.gz", "rt", newline="") as file:
        truth = [row for row in csv.DictReader(file) if row["metric"] in METRICS and row["cell"]]
    for row in truth:
        o = cells[row["file"]][f"xlsx:{row['sheet']}!{row['cell']}"]
        where = (row["file"], o.locator)
        assert o.metric in METRICS[row["metric"]], where
        if o.status == "overwritten":
            assert row["value"] == "0", where
        else:
            assert (o.value is None and row["value"] == "") or o.value == pytest.approx(float(row["value"])), where
        period = json.loads(row["period"] or "{}")
        start = period.get("as_of") or period.get("start")
        flow = row["metric"] == "transgender_book_ins_fytd"
        if start and not (flow and row["file"] in OTHER_YEAR):
            assert o.period.start is not None, where
            assert o.period.start.isoformat() == start, where
        compared += 1
    assert compared > 3000


def test_the_checks_find_what_is_known_to_be_wrong_and_nothing_else(
    cells: Mapping[str, Mapping[str, Observation]],
) -> None:
    found = {(name, finding.check) for name, figures in cells.items() for finding in lists([*figures.values()])}
    assert found == FAULTY
