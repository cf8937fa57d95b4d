import csv
import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from replica.editions import Edition, edition, editions
from replica.workbooks import build

REAL = Path(__file__).parents[2].parent / "shared" / "data" / "ice"
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason=f"the published workbooks are not at {REAL}")
every_edition = pytest.mark.parametrize("one", editions(), ids=lambda e: e.key)
Cells = dict[str, Any]
# The published copy was saved again by hand and carries one cell that the original does not have.
STRAY = {"02032025": {"G23"}}
# Row numbers of the built blocks; the next block of a real sheet begins in row 35.
LAST_ROW = 33


def _letters(column: int) -> str:
    return chr(64 + column) if column <= 26 else _letters((column - 1) // 26) + _letters((column - 1) % 26 + 1)


def _cells(book: CalamineWorkbook, title: str, last: int = 10_000) -> Cells:
    rows = enumerate(book.get_sheet_by_name(title).iter_rows(), start=1)
    return {
        f"{_letters(c)}{r}": value
        for r, row in rows
        if r <= last
        for c, value in enumerate(row, start=1)
        if value != ""
    }


def _open(content: bytes) -> CalamineWorkbook:
    return CalamineWorkbook.from_filelike(io.BytesIO(content))


def _real(one: Edition) -> CalamineWorkbook:
    with (REAL / "manifest.csv").open(newline="") as file:
        names = [r["file"] for r in csv.DictReader(file) if r["published_name"] == one.file_name]
    # Two copies of 06202025 exist; FY24's name was used for an earlier file too.
    wanted = {"FY24": "FY24_detentionStats__a177b8bd.xlsx", "06202025": "FY25_detentionStats06202025__9ac991b9.xlsx"}
    name = wanted.get(one.key, names[0])
    assert name in names
    return CalamineWorkbook.from_path(REAL / "workbooks" / name)


def _numbers(cells: Cells) -> list[float]:
    return sorted(value for value in cells.values() if isinstance(value, float))


@every_edition
def test_the_sheet_holds_the_figures_on_record_and_their_shares(one: Edition) -> None:
    cells = _cells(_open(build(one)), one.sheet_title)
    f: dict[Any, Any] = dict(one.figures)
    shares = [
        f[table, row, agency] / f[table, row, "Total"]
        for table, row, agency in f
        if table == "detained_by_criminality" and agency != "Total"
    ]
    assert _numbers(cells) == pytest.approx(sorted([*f.values(), *shares]), rel=1e-12)


def test_figures_stand_in_the_cells_where_ice_puts_them() -> None:
    f = edition("05232025").figures
    cells = _cells(_open(build(edition("05232025"))), "Detention FY25")
    assert cells["D10"] == f["detained_by_disposition", "Total", "Total"]
    assert cells["B20"] == f["detained_by_criminality", "Total", "ICE"]
    assert cells["C20"] == cells["B20"] / cells["F20"]
    assert cells["E23"] == cells["D23"] / cells["F23"]
    assert cells["Q22"] == f["book_ins_by_month", "ICE", "May"]
    assert cells["V20"] == f["book_ins_by_month", "Total", "Total"]
    assert cells["J29"] == f["book_outs", "Total", "Total"]
    assert cells["P29"] == f["removals", "Total", "Total"]
    assert cells["P30"] == f["removals", "Removals with a FAMU Identifier", "Total"]


def test_titles_and_labels_are_ices() -> None:
    cells = _cells(_open(build(edition("05232025"))), "Detention FY25")
    assert cells["A3"] == "ICE DETENTION DATA, FY2025"
    assert cells["A8"] == ("ICE Currently Detained by Processing Disposition and Detention Facility Type: FY2025")
    assert cells["N8"] == ("Aliens with USCIS-Established Fear Decisions in an ICE Detention Facility by Facility Type")
    assert cells["I22"] == "ICE  "
    assert [cells[f"{c}19"] for c in "ABCDEF"] == ["Criminality", "ICE", "Percent ICE", "CBP", "Percent CBP", "Total"]
    assert cells["N27"] == "ICE Removals: FY2025"


@needs_real
@every_edition
def test_the_detention_sheet_equals_the_published_one(one: Edition) -> None:
    built = _cells(_open(build(one)), one.sheet_title)
    real = _cells(_real(one), one.sheet_title, LAST_ROW)
    assert built.keys() == real.keys() - STRAY.get(one.key, set())
    for cell, value in built.items():
        assert value == (pytest.approx(real[cell], rel=1e-12) if isinstance(value, float) else real[cell]), cell


@needs_real
@every_edition
def test_the_footnotes_equal_the_published_ones(one: Edition) -> None:
    built = _cells(_open(build(one)), "Footnotes")
    real = _cells(_real(one), "Footnotes")
    assert len(built) >= 16
    assert {cell: real.get(cell) for cell in built} == built


def test_the_stale_footnote_of_august_is_printed() -> None:
    notes = _cells(_open(build(edition("08292025"))), "Footnotes")
    assert notes["A65"] == "FY2025 ICE Removals"
    assert notes["B65"] == (
        "FY2025 YTD ICE Removals data are updated through 08/09/2025 (IIDS Run Date 08/11/2025; EID as of 08/09/2025)."
    )
    assert "08/24/2025" in str(notes["B71"])


def test_sheets_are_ices() -> None:
    assert _open(build(edition("05232025"))).sheet_names == ["Header", "Detention FY25", "Facilities FY25", "Footnotes"]
    assert _open(build(edition("FY24"))).sheet_names == ["Header", "Detention FY24", "Facilities EOFY24", "Footnotes"]


@every_edition
def test_building_twice_gives_the_same_bytes(one: Edition) -> None:
    assert build(one) == build(one)


@every_edition
def test_a_workbook_is_larger_than_an_error_page(one: Edition) -> None:
    content = build(one)
    assert content.startswith(b"PK")
    assert len(content) > 5 * 1024


def test_the_file_states_the_day_of_its_edition_and_no_other() -> None:
    with zipfile.ZipFile(io.BytesIO(build(edition("05232025")))) as archive:
        core = archive.read("docProps/core.xml").decode()
        stamps = {member.date_time for member in archive.infolist()}
    assert core.count("2025-05-23T12:00:00Z") == 2
    assert stamps == {(1980, 1, 1, 0, 0, 0)}


def test_a_hidden_sheet_stands_before_the_real_one() -> None:
    old = replace(edition("FY24"), sheet_title="Detention EOFY2020", fiscal_year=2020)
    book = _open(build(replace(edition("05232025"), hidden=old)))
    visible = {sheet.name: sheet.visible for sheet in book.sheets_metadata}
    assert list(visible)[:3] == ["Header", "Detention EOFY2020", "Detention FY25"]
    assert visible["Detention EOFY2020"] == SheetVisibleEnum.Hidden
    assert visible["Detention FY25"] == SheetVisibleEnum.Visible
    assert _cells(book, "Detention EOFY2020")["N27"] == "ICE Removals: EOFY2020"
    assert _cells(book, "Detention EOFY2020")["P29"] == 271_484


def test_changed_figures_blanks_and_new_rows_reach_the_sheet() -> None:
    may = edition("05232025")
    figures = {
        **may.figures,
        ("removals", "Total", "Total"): None,
        ("detained_by_criminality", "Total", "Total"): 0,
        ("detained_by_disposition", "Paroled", "Total"): 7,
    }
    cells = _cells(_open(build(replace(may, figures=figures, sheet_title="Detention FY25 YTD"))), "Detention FY25 YTD")
    assert "P29" not in cells
    assert cells["F20"] == 0
    assert "C20" not in cells
    assert (cells["A15"], cells["D15"]) == ("Paroled", 7)
