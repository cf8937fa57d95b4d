from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from figures.records import Observation
from scrapers.blocks import Block, Context
from scrapers.ice_transgender import read
from scrapers.workbook import CellValue, Sheet

Grid = Callable[..., Sheet]
SHEET = "Trans. Detainee Pop. FY22 YTD "
TITLE = "ICE Transgender* Detainee Population FY 2022 YTD:  as of 06/08/22."
NOTE = "* Data are based on an individual's self-identification as transgender."
# As in 2021 to 2023: the areas have their own total.
EARLY: dict[int, list[CellValue]] = {
    1: ["U.S. Immigration and Customs Enforcement"],
    3: [TITLE],
    4: ["FY 2022 YTD", "County"],
    5: ["Total Book-Ins ", 83.0],
    6: ["Currently Detained Total", 17.0],
    7: ["Currently Detained with Final Order", 4.0],
    8: ["Currently Detained without Final Order", 13.0],
    9: ["Currently Detained Location/Area of Responsibility Total", 17.0],
    10: ["New Orleans Area of Responsibility", 12.0],
    11: ["MIAMI", 5.0],
    13: [NOTE],
}
# As from March 2024: one total, and the note follows at once.
LATE: dict[int, list[CellValue]] = {
    1: ["U.S. Immigration and Customs Enforcement"],
    2: ["ICE Transgender Detainee Population FY 2024 YTD:  as of 9/8/2024*"],
    4: ["FY 2024", "Count"],
    5: ["Total Book-Ins for FY24", 230.0],
    6: ["Total Current In ICE Custody Location/Area of Responsibility ", 52.0],
    7: ["Current in ICE Custody with Final Order", 16.0],
    8: ["Current in ICE Custody without Final Order", 35.0],
    9: ["Current in ICE Custody Final Order Status Unknown", 1.0],
    10: ["Denver Area of Responsibility", 52.0],
    11: [NOTE],
}
# As in the year-end editions: book-ins only, and the areas are those of the book-ins.
YEAR_END: dict[int, list[CellValue]] = {
    1: ["U.S. Immigration and Customs Enforcement"],
    2: ["ICE Transgender Detainee Population FY 2024*"],
    4: ["FY 2024", "Count"],
    5: ["Total Book-Ins for FY24", 244.0],
    6: ["With Final Order", 111.0],
    7: ["Without Final Order", 133.0],
    8: ["New Orleans Area of Responsibility", 200.0],
    9: ["St. Paul Area of Responsibility", 44.0],
    10: [NOTE],
}


def _read(sheet: Sheet, year: int = 2022) -> Block:
    return read(sheet, Context(year, True))


def _at(block: Block, cell: str) -> Observation:
    return next(o for o in block.observations if o.locator.endswith(f"!{cell}"))


def test_book_ins_people_held_and_areas(grid: Grid) -> None:
    sheet = grid(SHEET, EARLY)
    block = _read(sheet)
    assert block.findings == ()
    assert set(sheet.cells) <= block.used
    assert [(o.series, o.value) for o in block.observations] == [
        ("ice.transgender_book_ins{final_order=all}", 83.0),
        ("ice.transgender_detained{final_order=all}", 17.0),
        ("ice.transgender_detained{final_order=with}", 4.0),
        ("ice.transgender_detained{final_order=without}", 13.0),
        ("ice.transgender_detained_by_area{area=all}", 17.0),
        ("ice.transgender_detained_by_area{area=New Orleans}", 12.0),
        ("ice.transgender_detained_by_area{area=Miami}", 5.0),
    ]
    book_ins, held = block.observations[:2]
    assert (book_ins.period.kind, book_ins.period.start, book_ins.period.end) == (
        "fiscal_year_to_date",
        date(2021, 10, 1),
        date(2022, 6, 8),
    )
    assert (held.period.kind, held.period.end) == ("instant", date(2022, 6, 8))
    assert held.period_locator == f"xlsx:{SHEET}!A3"
    assert held.fiscal_year == 2022


def test_the_later_list(grid: Grid) -> None:
    sheet = grid("Trans. Detainee Pop.", LATE)
    block = _read(sheet, 2024)
    assert block.findings == ()
    assert set(sheet.cells) <= block.used
    assert [(o.series, o.value) for o in block.observations] == [
        ("ice.transgender_book_ins{final_order=all}", 230.0),
        ("ice.transgender_detained{final_order=all}", 52.0),
        ("ice.transgender_detained{final_order=with}", 16.0),
        ("ice.transgender_detained{final_order=without}", 35.0),
        ("ice.transgender_detained{final_order=unknown}", 1.0),
        ("ice.transgender_detained_by_area{area=Denver}", 52.0),
    ]
    assert {o.period.end for o in block.observations} == {date(2024, 9, 8)}


def test_a_year_end_list_covers_the_year(grid: Grid) -> None:
    block = _read(grid("Trans. Detainee Pop. EOFY24", YEAR_END), 2024)
    assert block.findings == ()
    assert [(o.series, o.value) for o in block.observations] == [
        ("ice.transgender_book_ins{final_order=all}", 244.0),
        ("ice.transgender_book_ins{final_order=with}", 111.0),
        ("ice.transgender_book_ins{final_order=without}", 133.0),
        ("ice.transgender_book_ins_by_area{area=New Orleans}", 200.0),
        ("ice.transgender_book_ins_by_area{area=St. Paul}", 44.0),
    ]
    assert {o.period.end for o in block.observations} == {date(2024, 9, 30)}


def test_rows_called_book_ins_are_book_ins(grid: Grid) -> None:
    rows = {
        **LATE,
        5: ["Total Book-Ins ", 45.0],
        6: ["Book-Ins with Final Order", 15.0],
        7: ["Book-Ins without Final Order", 26.0],
        8: ["Book-In Location/Area of Responsibility Total", 41.0],
        9: ["Denver Area of Responsibility", 41.0],
        10: [],
    }
    block = _read(grid("Trans. Detainee Pop.", rows), 2024)
    assert [o.series.removeprefix("ice.transgender_") for o in block.observations] == [
        "book_ins{final_order=all}",
        "book_ins{final_order=with}",
        "book_ins{final_order=without}",
        "book_ins_by_area{area=all}",
        "book_ins_by_area{area=Denver}",
    ]


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("FY 2022 YTD:  as of XX/XX/XXXX", "says `as of XX/XX/XXXX`, which is no day"),
        ("FY 2022 YTD:  as of 13/08/2022", "says `as of 13/08/2022`, which is no day"),
        ("FY 2022 YTD:  as of 06/08/2021", "says `as of 06/08/2021`, which is no day of FY2022"),
        ("FY 2022", "states no day"),
    ],
)
def test_a_title_without_a_day_of_its_year(grid: Grid, title: str, reason: str) -> None:
    rows = {**EARLY, 3: [f"ICE Transgender* Detainee Population {title}"]}
    block = _read(grid("Trans. Detainee Pop. FY22", rows))
    assert {o.period.end for o in block.observations} == {None}
    (finding,) = block.findings
    assert (finding.check, finding.severity, len(finding.scope)) == ("undated_block", "hold", 7)
    assert finding.words == (
        f"xlsx:Trans. Detainee Pop. FY22!B5 to B11: xlsx:Trans. Detainee Pop. FY22!A3 {reason}; these figures are "
        "stored without an end of their period."
    )


def test_the_title_decides_the_year(grid: Grid) -> None:
    block = _read(grid(SHEET, {**EARLY, 4: ["FY 2021 YTD", "Count"]}), 2021)
    assert (_at(block, "B5").period.start, _at(block, "B5").fiscal_year) == (date(2021, 10, 1), 2022)
    assert [f.words for f in block.findings] == [
        f"xlsx:{SHEET}!A4 says FY2021 where the title says FY2022; the title's year is used.",
        f"xlsx:{SHEET}!A3 is of FY2022 in a sheet of FY2021; the title's year is used.",
    ]
    assert {f.severity for f in block.findings} == {"note"}


def test_an_area_that_is_there_twice_is_not_read(grid: Grid) -> None:
    block = _read(grid(SHEET, {**EARLY, 12: ["Miami Area of Responsibility", 1.0]}))
    assert not any("Miami" in o.series for o in block.observations)
    (finding,) = block.findings
    assert (finding.check, finding.severity) == ("duplicate_row", "warn")
    assert finding.scope == tuple(f"xlsx:{SHEET}!{cell}" for cell in ("A11", "B11", "A12", "B12"))
    assert finding.words == (f"xlsx:{SHEET}!A11 and xlsx:{SHEET}!A12 are rows of one meaning (Miami); neither is read.")
    assert not {(11, 1), (11, 2), (12, 1), (12, 2)} & block.used


def test_an_unknown_row_is_stored_under_its_own_label(grid: Grid) -> None:
    block = _read(grid(SHEET, {**EARLY, 11: ["Guam", 5.0]}))
    assert _at(block, "B11").series == "ice.transgender_detained_by_area{area=Guam}"
    assert [(f.check, f.scope) for f in block.findings] == [("new_row_label", (f"xlsx:{SHEET}!A11",))]


def test_a_blank_is_no_zero(grid: Grid) -> None:
    block = _read(grid(SHEET, {**EARLY, 9: [EARLY[9][0]], 7: [EARLY[7][0], 0.0]}))
    assert (_at(block, "B9").value, _at(block, "B9").status) == (None, "blank")
    assert (_at(block, "B7").value, _at(block, "B7").status) == (0.0, "reported")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({3: ["ICE Detainee Population FY 2022 YTD"]}, "the title `ICE Transgender Detainee Population FY ...` once"),
        ({14: [TITLE]}, "once, found A3, A14"),
        ({4: ["FY 2022 YTD", "Percent"]}, "a header with a fiscal year and `Count`"),
        ({4: ["FY 2022 YTD", None, "Count"]}, "a header with a fiscal year and `Count`"),
        ({5: ["Book-Ins in All", 83.0]}, "`Total Book-Ins` first, found 'Book-Ins in All'"),
        ({5: ["Currently Detained", 17.0], 6: ["With Final Order", 17.0]}, "the row `Total Book-Ins` in transgender"),
        ({9: [], 10: []}, "no figures below the end of transgender"),
    ],
)
def test_a_list_that_is_not_as_declared_is_not_read(grid: Grid, change: dict[int, list[CellValue]], says: str) -> None:
    block = _read(grid(SHEET, {**EARLY, **change}))
    assert block.observations == ()
    (finding,) = block.findings
    assert (finding.check, finding.severity, finding.scope) == ("layout_drift", "hold", ("transgender",))
    assert says in finding.words
    assert block.used == {(1, 1), (13, 1)}


def test_an_inserted_column_moves_the_list(grid: Grid) -> None:
    sheet = grid(SHEET, EARLY)
    beside = replace(sheet, cells={(r, c + 1): v for (r, c), v in sheet.cells.items()})
    assert [o.value for o in _read(beside).observations] == [o.value for o in _read(sheet).observations]
    between = replace(sheet, cells={(r, c + (c > 1)): v for (r, c), v in sheet.cells.items()})
    assert _read(between).observations == ()
