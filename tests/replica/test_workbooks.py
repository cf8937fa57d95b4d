import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from replica import atd
from replica.editions import Edition, edition, editions
from replica.layouts import LAYOUTS
from replica.notes import OWN
from replica.workbooks import build
from tests.looped import for_each

every_edition = for_each("one", editions, lambda one: one.key)
Cells = dict[str, Any]
Published = Callable[[Edition], Path]
# The published copy was saved again by hand and carries one cell that the original does not have.
STRAY = {"02032025": {"G23"}}
MAY = edition("05232025")


def _letters(column: int) -> str:
    return chr(64 + column) if column <= 26 else _letters((column - 1) // 26) + _letters((column - 1) % 26 + 1)


def _cells(book: CalamineWorkbook, title: str) -> Cells:
    rows = enumerate(book.get_sheet_by_name(title).iter_rows(), start=1)
    return {f"{_letters(c)}{r}": value for r, row in rows for c, value in enumerate(row, start=1) if value != ""}


def _open(content: bytes) -> CalamineWorkbook:
    return CalamineWorkbook.from_filelike(io.BytesIO(content))


def _assert_equal(built: Cells, real: Cells) -> None:
    """Texts are the same; numbers but for the seventeenth digit, which XlsxWriter does not write."""
    for cell, value in built.items():
        assert value == (pytest.approx(real[cell], rel=1e-15) if isinstance(value, float) else real[cell]), cell


def _numbers(cells: Cells) -> list[float]:
    return sorted(value for value in cells.values() if isinstance(value, float))


def _figures(one: Edition, tables: set[str]) -> list[float]:
    return [value for (table, _, _), value in one.figures.items() if table in tables and value is not None]


@every_edition
def test_the_detention_sheet_holds_the_figures_on_record_and_their_shares(one: Edition) -> None:
    cells = _cells(_open(build(one)), one.sheet_title)
    f: dict[Any, Any] = dict(one.figures)
    shares = [
        f[table, row, agency] / f[table, row, "Total"]
        for table, row, agency in f
        if table == "detained_by_criminality" and agency != "Total"
    ]
    figures = _figures(one, {block.table for block in LAYOUTS[one.layout].blocks})
    assert len(figures) > 1100
    assert _numbers(cells) == pytest.approx(sorted([*figures, *shares]), rel=1e-15)


@every_edition
def test_the_atd_sheet_holds_the_figures_on_record(one: Edition) -> None:
    cells = _cells(_open(build(one)), atd.title(one))
    figures = _figures(one, {block.table for block in atd.BLOCKS})
    assert len(figures) > 250
    assert _numbers(cells) == pytest.approx(sorted(figures), rel=1e-15)


def test_figures_stand_in_the_cells_where_ice_puts_them() -> None:
    f = MAY.figures
    cells = _cells(_open(build(MAY)), "Detention FY25")
    assert cells["D10"] == f["detained_by_disposition", "Total", "Total"]
    assert cells["B20"] == f["detained_by_criminality", "Total", "ICE"]
    assert cells["C20"] == cells["B20"] / cells["F20"]
    assert cells["E23"] == cells["D23"] / cells["F23"]
    assert cells["Q22"] == f["book_ins_by_month", "ICE", "May"]
    assert cells["V20"] == f["book_ins_by_month", "Total", "Total"]
    assert cells["J29"] == f["book_outs", "Total", "Total"]
    assert cells["P29"] == f["removals", "Total", "Total"]
    assert cells["P30"] == f["removals", "Removals with a FAMU Identifier", "Total"]
    assert cells["O38"] == f["book_outs_by_reason", "Total", "Total"]
    assert cells["C40"] == f["book_outs_by_reason", "Bonded Out / Convicted Criminal", "Oct"]
    assert cells["N100"] == f["adp", "Average", "FY Overall"]
    assert cells["I114"] == f["alos", "ICE Average / Convicted Criminal", "May"]
    assert cells["C173"] == f["stateless", "EL PASO SPC / EPC", "Total"]


def test_rows_of_two_levels_are_labelled_as_by_ice() -> None:
    cells = _cells(_open(build(MAY)), "Detention FY25")
    assert [(cells.get(f"A{row}"), cells.get(f"B{row}")) for row in (37, 38, 39, 40, 43)] == [
        ("Release Reason", "Criminality"),
        ("Total", None),
        ("Bonded Out", "Total"),
        (None, "Convicted Criminal"),
        ("Bond Set by ICE", "Total"),
    ]
    assert [cells[f"A{row}"] for row in (92, 93, 96, 100)] == [
        "CBP Average",
        "Convicted Criminal",
        "ICE Average  ",
        "Average ",
    ]
    assert (cells["A173"], cells["B173"]) == ("EL PASO SPC", "EPC")
    assert cells["A148"] == "Aliens with Positive Credible Fear Determination Parole Status: FY2023 - FY2025"
    assert [cells.get(f"A{row}") for row in (150, 151, 152)] == ["FY2025", None, "FY2024"]


def test_the_year_end_file_has_titles_of_its_own() -> None:
    cells = _cells(_open(build(edition("FY24"))), "Detention FY24")
    assert cells["A35"] == "ICE Final Book Outs by Release Reason, Month and Criminality: EOFY2024"
    assert cells["A123"] == "ICE Average Daily Population by Month: EOFY2024"
    assert cells["A139"] == (
        "Individuals with Positive Credible Fear Determination Parole Requested: FY2022 - EOFY2024"
    )
    assert cells["A156"] == "ICE Currently Detained of Stateless Noncitizens by Detention Facility"


def test_titles_and_labels_are_ices() -> None:
    cells = _cells(_open(build(edition("05232025"))), "Detention FY25")
    assert cells["A3"] == "ICE DETENTION DATA, FY2025"
    assert cells["A8"] == ("ICE Currently Detained by Processing Disposition and Detention Facility Type: FY2025")
    assert cells["N8"] == ("Aliens with USCIS-Established Fear Decisions in an ICE Detention Facility by Facility Type")
    assert cells["I22"] == "ICE  "
    assert [cells[f"{c}19"] for c in "ABCDEF"] == ["Criminality", "ICE", "Percent ICE", "CBP", "Percent CBP", "Total"]
    assert cells["N27"] == "ICE Removals: FY2025"


@every_edition
def test_the_detention_sheet_equals_the_published_one(one: Edition, published: Published) -> None:
    built = _cells(_open(build(one)), one.sheet_title)
    real = _cells(CalamineWorkbook.from_path(published(one)), one.sheet_title)
    assert built.keys() == real.keys() - STRAY.get(one.key, set())
    _assert_equal(built, real)


@every_edition
def test_the_atd_sheet_equals_the_published_one(one: Edition, published: Published) -> None:
    built = _cells(_open(build(one)), atd.title(one))
    real = _cells(CalamineWorkbook.from_path(published(one)), atd.title(one))
    assert built.keys() == real.keys()
    _assert_equal(built, real)


@every_edition
def test_the_headings_of_the_list_of_facilities_are_the_published_ones(one: Edition, published: Published) -> None:
    title = f"Facilities {'EOFY24' if one.year_end else 'FY25'}"
    built = _cells(_open(build(one)), title)
    real = _cells(CalamineWorkbook.from_path(published(one)), title)
    assert len(built) == 36
    assert {cell: real.get(cell) for cell in built} == built


@every_edition
def test_the_footnotes_equal_the_published_ones(one: Edition, published: Published) -> None:
    built = _cells(_open(build(one)), "Footnotes")
    real = _cells(CalamineWorkbook.from_path(published(one)), "Footnotes")
    own = {cell for cell, text in built.items() if text.startswith(OWN)}
    assert len(own) == 8
    assert own < real.keys()
    assert len(built) - len(own) >= 29
    assert {cell: real.get(cell) for cell in built if cell not in own} == {
        cell: text for cell, text in built.items() if cell not in own
    }


def test_sections_are_dated_apart() -> None:
    notes = _cells(_open(build(edition("07312025"))), "Footnotes")
    assert notes["B104"] == (
        "ICE ICLOS and Detainees Data are updated through 07/29/2025 (IIDS Run Date 07/30/2025; EID as of 07/29/2025)."
    )
    assert notes["A105"] == "Monthly Bond Statistics"
    assert notes["B105"].startswith("FY2025 YTD ICE Final Book Out data are updated through 07/26/2025 (IIDS")
    assert notes["A115"] == "Individuals with Credible Fear Parole"
    assert notes["B115"].startswith("FY2025 YTD Encounters data is updated through 07/15/2025 (IIDS")


def test_definitions_are_told_to_be_not_ices() -> None:
    april, may = (_cells(_open(build(edition(key))), "Footnotes") for key in ("04162025", "05092025"))
    assert (may["A7"], may["B7"]) == ("ALOS", "In our words: how many days people stayed in detention, on average.")
    changed = {cell for cell in april if april[cell].startswith(OWN) and april[cell] != may[cell]}
    assert changed == {"B59"}
    assert may["B59"].startswith("In our words: families are held in family centers again since 7 April 2025")
    header = _cells(_open(build(MAY)), "Header")
    assert "the words are not ICE's." in " ".join(str(text) for text in header.values())


def test_the_stale_footnote_of_august_is_printed() -> None:
    notes = _cells(_open(build(edition("08292025"))), "Footnotes")
    assert notes["A65"] == "FY2025 ICE Removals"
    assert notes["B65"] == (
        "FY2025 YTD ICE Removals data are updated through 08/09/2025 (IIDS Run Date 08/11/2025; EID as of 08/09/2025)."
    )
    assert "08/24/2025" in str(notes["B71"])


def test_sheets_are_ices() -> None:
    assert _open(build(MAY)).sheet_names == [
        *("Header", "ATD FY25 YTD", "Detention FY25", "Facilities FY25", "Footnotes"),
    ]
    assert _open(build(edition("FY24"))).sheet_names == [
        *("Header", "ATD EOFY24", "Detention FY24", "Facilities EOFY24", "Footnotes"),
    ]


@every_edition
def test_building_twice_gives_the_same_bytes(one: Edition) -> None:
    assert build(replace(one)) == build(replace(one))


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
    assert list(visible)[:4] == ["Header", "ATD FY25 YTD", "Detention EOFY2020", "Detention FY25"]
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


def test_a_row_that_is_added_stands_with_its_own_first_level() -> None:
    figures = {**MAY.figures, ("adp", "CBP Average / New", "Oct"): 1, ("parole_status", "FY2025 / New", "Oct"): 2}
    cells = _cells(_open(build(replace(MAY, figures=figures))), "Detention FY25")
    assert (cells["A96"], cells["B96"], cells["A97"]) == ("New", 1, "ICE Average  ")
    assert ("A152" in cells, cells["B152"], cells["C152"], cells["A153"]) == (False, "New", 2, "FY2024")


def test_a_table_without_figures_is_left_out() -> None:
    gone = ("alos_adult", "court_all")
    figures = {place: value for place, value in MAY.figures.items() if place[0] not in gone}
    book = _open(build(replace(MAY, figures=figures)))
    assert not {f"A{row}" for row in range(135, 142)} & _cells(book, "Detention FY25").keys()
    assert {cell for cell in _cells(book, "ATD FY25 YTD") if cell[0] in "EFG" and int(cell[1:]) < 16} == set()


def test_what_has_no_room_is_refused() -> None:
    figures = {**MAY.figures, **{("alos_by_facility_type", f"Type {n}", "Oct"): n for n in range(3)}}
    with pytest.raises(
        ValueError,
        match=r"^row 136, column 1 would hold 'Type 1' and 'ICE Average Length of Stay Adult .*; take out a row",
    ):
        build(replace(MAY, figures=figures))
