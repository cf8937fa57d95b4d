"""The sheet on Alternatives to Detention as it is built: its words, and what moves when a table changes."""

import io
from dataclasses import replace

import pytest
from python_calamine import CalamineWorkbook

from replica.editions import Edition, edition
from replica.workbooks import build

MAY = edition("05232025")


def _cells(one: Edition) -> dict[str, str]:
    """The filled cells of columns A to G, as text."""
    rows = CalamineWorkbook.from_filelike(io.BytesIO(build(one))).get_sheet_by_name("ATD FY25 YTD").iter_rows()
    return {
        f"{chr(64 + c)}{r}": str(value)
        for r, row in enumerate(rows, start=1)
        for c, value in enumerate(row, start=1)
        if value != ""
    }


def test_the_atd_sheet_says_its_days_in_ices_words() -> None:
    cells = _cells(MAY)
    assert cells["A4"] == "ICE ALTERNATIVES TO DETENTION DATA, FY25"
    assert cells["A16"] == cells["A26"] == "Data from BI Inc. Participants Report, 5.17.2025"
    assert cells["A27"] == "Data from OBP Report, 5.17.2025"
    assert cells["A28"] == "From 05/06/2025 to 05/18/2025, 3 FAMU individuals were released from ICE custody. "
    assert cells["A30"] == (
        "Active ATD Participants and Average Length in Program, FY25,  as of 5/17/2025, by AOR and Technology"
    )
    assert cells["E7"] == "FY25 thru April Court Appearance: Total Hearings*"
    assert cells["E16"] == "FY25 thru April Court Appearance: Final Hearings*"
    assert cells["A34"] == "SmartLINK"
    june = _cells(edition("06202025"))
    assert june["A28"] == "From '6/2/2025' and '6/15/2025', 73 FAMU individuals were released from ICE custody. "


def test_before_may_the_atd_sheet_tells_of_no_releases() -> None:
    cells = _cells(edition("04162025"))
    assert not [text for text in cells.values() if "FAMU individuals" in str(text)]


def test_what_stands_below_a_shorter_table_moves_up() -> None:
    shorter = {place: v for place, v in MAY.figures.items() if place[:2] != ("atd_technology", "No Tech")}
    cells = _cells(replace(MAY, figures=shorter))
    assert cells["A14"] == "Total"
    assert cells["A15"].startswith("Data from BI Inc.")
    assert cells["A18"].startswith("ATD Active Population by Status")
    assert cells["A29"].startswith("Active ATD Participants")
    assert cells["E16"].endswith("Final Hearings*")


def test_a_layout_that_is_not_declared_is_refused() -> None:
    with pytest.raises(KeyError, match="2031"):
        build(replace(MAY, atd=replace(MAY.atd, layout="2031")))
