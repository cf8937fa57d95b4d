from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest

from figures.records import Observation
from scrapers.blocks import Block, Context
from scrapers.ice_bond import read
from scrapers.ice_footnotes import Statement
from scrapers.workbook import CellValue, Sheet

Grid = Callable[..., Sheet]
TITLE = "Monthly Bond Statistics"
NAME = "FY2024 Bonded Out Book Outs/Releases Count and ALOS - Prior 12 months plus Current Month"
MONTHS: list[CellValue] = [None, datetime(2023, 9, 1), date(2023, 10, 1), date(2023, 11, 1), date(2023, 12, 1)]
RELEASES = (
    "Total ICE Final Releases",
    "ICE Final Releases with Bond Posted",
    "Bond Posted Releases (%)",
)
BOOK_OUTS = (
    "Total ICE Final Book Outs",
    "ICE Final Book Outs with Bond Posted",
    "Bond Posted Book Outs/Releases (%)",
)
BOTH = (
    "Total ICE Final Book Outs/ ICE Final Releases",
    "ICE Final Book Outs/ ICE Final Releases with Bond Posted",
    "Bond Posted Book Outs/Releases (%)",
)
STATED = {"bond": Statement(date(2023, 12, 23), date(2023, 12, 26), "xlsx:Footnotes!B105")}


def _rows(labels: tuple[str, ...] = RELEASES, name: str = NAME, months: list[CellValue] = MONTHS) -> dict[int, list]:
    return {
        1: [name],
        3: months,
        4: [labels[0], 1000.0, 2000.0, 3000.0, 4000.0],
        5: [labels[1], 100.0, 200.0, 300.0, 400.0],
        6: [labels[2], 0.1, 0.1, 0.1, 0.1],
        7: ["Average Bond Amount ($)", 5000.5, 6000.0, 7000.0, 8000.0],
        8: ["ALOS (Days)", 50.0, 51.0, 52.0, 53.0],
    }


def _read(sheet: Sheet, year: int = 2024, dates: dict[str, Statement | str] | None = None) -> Block:
    return read(sheet, Context(year, True, STATED if dates is None else dates))


def _at(block: Block, cell: str) -> Observation:
    return next(o for o in block.observations if o.locator == f"xlsx:{TITLE}!{cell}")


def test_five_rows_month_by_month(grid: Grid) -> None:
    sheet = grid(TITLE, _rows())
    block = _read(sheet)
    assert block.findings == ()
    assert set(sheet.cells) <= block.used
    assert [_at(block, f"B{row}").series for row in range(4, 9)] == [
        "ice.bond_final_releases{bond=all}",
        "ice.bond_final_releases{bond=posted}",
        "ice.bond_share_of_releases{bond=posted}",
        "ice.bond_amount{bond=posted}",
        "ice.bond_days{bond=posted}",
    ]
    assert [_at(block, f"B{row}").unit for row in range(4, 9)] == ["people", "people", "fraction", "dollars", "days"]
    september = _at(block, "B7")
    assert (september.value, september.period.kind) == (5000.5, "month")
    assert (september.period.start, september.period.end) == (date(2023, 9, 1), date(2023, 9, 30))
    assert (september.period_locator, september.run_date) == (f"xlsx:{TITLE}!B3", date(2023, 12, 26))


def test_the_running_month_is_cut_at_the_stated_day(grid: Grid) -> None:
    december = _at(_read(grid(TITLE, _rows())), "E4")
    assert december.period.end == date(2023, 12, 23)
    assert december.period_locator == "xlsx:Footnotes!B105"


@pytest.mark.parametrize(
    ("labels", "september", "december"),
    [
        (RELEASES, "final_releases", "final_releases"),
        (BOOK_OUTS, "final_book_outs", "final_book_outs"),
        (BOTH, "final_releases", "final_book_outs"),
        ((*BOOK_OUTS[:1], "ICE Final Book Outs", *BOOK_OUTS[2:]), "final_book_outs", "final_book_outs"),
        ((*BOOK_OUTS[:2], "Bond Posted Book Outs (%)"), "final_book_outs", "final_book_outs"),
    ],
)
def test_the_label_decides_what_is_counted(grid: Grid, labels: tuple[str, ...], september: str, december: str) -> None:
    block = _read(grid(TITLE, _rows(labels)))
    assert block.findings == ()
    for cell, concept in (("B", september), ("E", december)):
        share = concept.replace("final_", "share_of_")
        assert _at(block, f"{cell}4").series == f"ice.bond_{concept}{{bond=all}}"
        assert _at(block, f"{cell}5").series == f"ice.bond_{concept}{{bond=posted}}"
        assert _at(block, f"{cell}6").series == f"ice.bond_{share}{{bond=posted}}"


def test_october_2023_is_the_first_month_of_book_outs(grid: Grid) -> None:
    block = _read(grid(TITLE, _rows(BOTH)))
    assert [_at(block, f"{c}4").metric for c in "BC"] == ["ice.bond_final_releases", "ice.bond_final_book_outs"]


@pytest.mark.parametrize(
    ("text", "through"),
    [
        ("Dec-2023 (Thru 12/11)", date(2023, 12, 11)),
        ("Dec-23", date(2023, 12, 23)),
        ("December 2023", date(2023, 12, 23)),
    ],
)
def test_a_month_written_as_text(grid: Grid, text: str, through: date) -> None:
    block = _read(grid(TITLE, _rows(months=[*MONTHS[:4], text])))
    assert _at(block, "E4").period.end == through
    assert block.findings == ()


def test_a_day_in_the_header_is_traced_to_the_header(grid: Grid) -> None:
    block = _read(grid(TITLE, _rows(months=[*MONTHS[:4], "Dec-2023 (Thru 12/11)"])))
    assert _at(block, "E4").period_locator == f"xlsx:{TITLE}!E3"


def test_without_a_stated_day_only_the_running_month_is_open(grid: Grid) -> None:
    reason = "no footnote states the day of the bond block"
    block = _read(grid(TITLE, _rows()), dates={"bond": reason})
    assert _at(block, "D4").period.end == date(2023, 11, 30)
    assert _at(block, "E4").period.end is None
    (finding,) = block.findings
    assert (finding.check, finding.severity, finding.scope_kind) == ("undated_block", "hold", "cells")
    assert finding.words == (
        f"xlsx:{TITLE}!E4 to E8: {reason}; these figures are stored without an end of their period."
    )


def test_a_month_after_the_stated_day(grid: Grid) -> None:
    stated = Statement(date(2023, 11, 30), None, "xlsx:Footnotes!B105")
    block = _read(grid(TITLE, _rows()), dates={"bond": stated})
    assert (_at(block, "E4").period.end, _at(block, "E4").value) == (None, 4000.0)
    assert block.findings[0].words.startswith(
        f"xlsx:{TITLE}!E4 to E8: xlsx:Footnotes!B105 says that data run through 2023-11-30; "
    )
    zeros = {row: [*cells[:4], 0.0] if row > 3 else cells for row, cells in _rows().items()}
    to_come = _read(grid(TITLE, zeros), dates={"bond": stated})
    assert {_at(to_come, f"E{row}").status for row in range(4, 9)} == {"to_come"}
    assert to_come.findings == ()


def test_zeroed_months_of_prior_fiscal_years(grid: Grid) -> None:
    zeros = {row: [cells[0], 0.0, *cells[2:]] if row > 3 else cells for row, cells in _rows().items()}
    block = _read(grid(TITLE, zeros))
    assert {(_at(block, f"B{row}").status, _at(block, f"B{row}").value) for row in range(4, 9)} == {
        ("overwritten", 0.0)
    }
    (finding,) = block.findings
    assert finding.words == (
        f"xlsx:{TITLE}!B4 to B8: 5 figures of periods before fiscal year 2024 are 0, with their totals; ICE has "
        "replaced its history by zeros. They are kept as overwritten; earlier editions hold the figures."
    )
    kept = _read(grid(TITLE, {**zeros, 8: _rows()[8]}))
    assert (_at(kept, "B4").status, kept.findings) == ("reported", ())
    running = _read(grid(TITLE, {r: [c[0], c[1], 0.0, *c[3:]] if r > 3 else c for r, c in _rows().items()}))
    assert _at(running, "C4").status == "reported"


def test_a_new_row_is_said_and_left_over(grid: Grid) -> None:
    sheet = grid(TITLE, {**_rows(), 9: ["Median Bond Amount ($)", 1.0, 2.0, 3.0, 4.0]})
    block = _read(sheet)
    assert (9, 1) not in block.used
    assert (9, 2) not in block.used
    assert len(block.observations) == 20
    assert block.findings[0].words == (
        f"xlsx:{TITLE}!A9: the row 'Median Bond Amount ($)' is new in bond; what it counts is not declared, so it is "
        "not read."
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({1: ["Bond Statistics"]}, "the title `Bonded Out ... Count and ALOS` exactly once, found nowhere"),
        ({10: [NAME]}, "exactly once, found A1, A10"),
        ({3: [*MONTHS[:3], "Total", MONTHS[4]]}, "!D3: expected a month, found 'Total'"),
        ({3: [*MONTHS[:3], MONTHS[4]]}, "one column for each month in turn"),
        ({3: [*MONTHS[:3], None, MONTHS[3]]}, "one column for each month in turn"),
        ({3: [*MONTHS[:4], "Dec-2023 (Thru 11/11)"]}, "a day of the month it names"),
        ({3: []}, "!A4: expected a month, found 'Total ICE Final Releases'"),
        ({7: ["Mean Bond ($)", 1.0]}, "one row each for the total, bonds posted, their share, the amount and the days"),
        ({9: ["ALOS (Days)", 1.0]}, "one row each for the total"),
        ({5: [BOOK_OUTS[1], 1.0]}, "rows that count the same, found releases and book_outs and releases"),
    ],
)
def test_a_sheet_that_is_not_as_declared_is_not_read(grid: Grid, change: dict[int, list], says: str) -> None:
    block = _read(grid(TITLE, {**_rows(), **change}))
    assert block.observations == ()
    finding = block.findings[-1]
    assert (finding.check, finding.severity, finding.scope) == ("layout_drift", "hold", ("bond",))
    assert says in finding.words
    assert block.used == frozenset()


def test_one_blank_row_is_passed_over_and_an_inserted_column_moves(grid: Grid) -> None:
    sheet = grid(TITLE, _rows())
    for where in (5, 8):
        down = replace(sheet, cells={(r + (r >= where), c): v for (r, c), v in sheet.cells.items()})
        assert [o.value for o in _read(down).observations] == [o.value for o in _read(sheet).observations]
        split = replace(sheet, cells={(r + 2 * (r >= where), c): v for (r, c), v in sheet.cells.items()})
        assert _read(split).observations == ()
    beside = replace(sheet, cells={(r, c + 1): v for (r, c), v in sheet.cells.items()})
    assert [o.value for o in _read(beside).observations] == [o.value for o in _read(sheet).observations]
    within = replace(sheet, cells={(r, c + (c >= 3)): v for (r, c), v in sheet.cells.items()})
    assert _read(within).observations == ()
