from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from figures.records import Observation
from scrapers.ice.segregation import read_monthly
from scrapers.ice.vulnerable import read_vulnerable
from scrapers.xlsx.blocks import Block, Context
from scrapers.xlsx.reader import CellValue, Sheet

Grid = Callable[..., Sheet]
Rows = dict[int, list[CellValue]]
VULNERABLE, MONTHLY = "Vulnerable & Special Population", "Monthly Segregation"
HEAD: list[CellValue] = [
    "Placement Reason",
    "Number of Placements",
    "Average Number of Consecutive Days in Segregation",
    "Average Number of Cumulative Days in Segregation",
]
DEFINITION = (
    "This Segregation Review Management System (SRMS) data represents the total number of unique individuals who "
    "served one or more days in segregation during the calendar month, per the reporting requirements."
)


def _quarters() -> Rows:
    return {
        1: ["Definition for Vulnerable and Special Populations "],
        2: ["U.S. Immigration and Customs Enforcement (ICE) Enforcement and Removal Operations (ERO) is providing ..."],
        4: ["Fiscal Year (FY)  2022 Quarter 2 Data"],
        5: HEAD,
        6: ["Disciplinary", 41.0, 14.46, 19.63],
        7: ["Medical/Mental Health", 255.0, 10.48, 12.6],
        8: ["Grand Total", 296.0, 11.99, 14.72],
        10: [
            "* Data represents 281 unique detainees. Some detainees have multiple placements within FY22 Q2 "
            "(296 total placements)."
        ],
        11: ["**All Q3 detainees previously under the Hunger Strike/Suicide Watch Placement reason have since"],
        13: ["FY 2025 Quarter 1 Data"],
        14: HEAD,
        15: ["Medical Mental", 400.0, 20.0, 21.0],
        16: ["Protective Custody", 75.0, 80.0, 90.0],
        17: ["Grand Total", 475.0, 42.2, 50.0],
        19: ["The Basis for Any Use of Facility-Initiated Segregation"],
        20: ["Consistent with ICE detention standards  and ICE Policy 11065.1: Review of the Use of Segregation"],
        22: ["The Process for and Frequency of Re-Evaluating Custody Decisions "],
        23: ["The Segregation Directive is intended to complement the requirements"],
    }


def _months() -> Rows:
    return {
        1: ["U.S. Immigration and Customs Enforcement\n" + DEFINITION],
        5: ["March 2025"],
        6: ["Facilities", "Placement Count"],
        7: ["MOSHANNON VALLEY PROCESSING CENTER", 9.0],
        8: ["CCA, FLORENCE CORRECTIONAL CENTER", 2.0],
        9: ["Grand Total", 11.0],
        12: ["February 2025\n\n" + DEFINITION],
        13: ["Facilities", "Placement Count"],
        14: ["T. DON HUTTO", 5.0, None, None, None, "`"],
        15: ["Grand Total", 5.0],
    }


def _at(block: Block, cell: str) -> Observation:
    return next(o for o in block.observations if o.locator.endswith(f"!{cell}"))


def _vulnerable(sheet: Sheet) -> Block:
    return read_vulnerable(sheet, Context(2025, True))


def _monthly(sheet: Sheet) -> Block:
    return read_monthly(sheet, Context(2025, True))


def test_quarters(grid: Grid) -> None:
    sheet = grid(VULNERABLE, _quarters())
    block = _vulnerable(sheet)
    assert block.findings == ()
    assert set(sheet.cells) <= block.used
    assert [(o.series, o.value, o.unit) for o in block.observations[3:6]] == [
        ("ice.vulnerable_placements{reason=medical_or_mental_health}", 255.0, "placements"),
        ("ice.vulnerable_days_consecutive{reason=medical_or_mental_health}", 10.48, "days"),
        ("ice.vulnerable_days_cumulative{reason=medical_or_mental_health}", 12.6, "days"),
    ]
    assert _at(block, "B15").dims == (("reason", "medical_or_mental_health"),)
    total = _at(block, "B8")
    assert total.series == "ice.vulnerable_placements{reason=all}"
    assert (total.period.kind, total.period.start, total.period.end) == (
        "quarter",
        date(2022, 1, 1),
        date(2022, 3, 31),
    )
    assert total.period_locator == f"xlsx:{VULNERABLE}!A4"
    first = _at(block, "B17").period
    assert (first.start, first.end) == (date(2024, 10, 1), date(2024, 12, 31))


def test_the_number_of_people_stands_in_a_sentence(grid: Grid) -> None:
    people = _at(_vulnerable(grid(VULNERABLE, _quarters())), "A10")
    assert (people.series, people.value, people.unit) == ("ice.vulnerable_detainees{reason=all}", 281.0, "people")
    assert people.raw.startswith("* Data represents 281 unique detainees.")
    assert people.period.start == date(2022, 1, 1)


@pytest.mark.parametrize(
    ("title", "start"),
    [
        ("Fiscal Year (FY) 2022 Quarter 4 Data", date(2022, 7, 1)),
        ("FY 2023 Quarter 1 Data", date(2022, 10, 1)),
        ("Fiscal Year 2023 Q3", date(2023, 4, 1)),
    ],
)
def test_spellings_of_a_quarter(grid: Grid, title: str, start: date) -> None:
    block = _vulnerable(grid(VULNERABLE, {**_quarters(), 13: [title]}))
    assert _at(block, "B15").period.start == start


def test_a_sentence_about_another_quarter_is_not_read(grid: Grid) -> None:
    rows = _quarters()
    rows[10] = [str(rows[10][0]).replace("FY22 Q2", "FY22 Q1")]
    block = _vulnerable(grid(VULNERABLE, rows))
    assert not any(o.metric == "ice.vulnerable_detainees" for o in block.observations)
    assert (10, 1) not in block.used
    assert [f.words for f in block.findings] == [
        f"xlsx:{VULNERABLE}!A10 speaks of FY22 Q1 below the block of another quarter; it is not read."
    ]


def test_a_sentence_with_another_total_is_said(grid: Grid) -> None:
    rows = _quarters()
    rows[10] = [str(rows[10][0]).replace("296", "300")]
    block = _vulnerable(grid(VULNERABLE, rows))
    assert _at(block, "A10").value == 281.0
    assert [(f.check, f.words) for f in block.findings] == [
        (
            "sentence_and_table",
            f"xlsx:{VULNERABLE}!A10 speaks of 300 placements where xlsx:{VULNERABLE}!B8 says 296.",
        )
    ]


def test_a_new_reason_is_stored_under_its_own_label(grid: Grid) -> None:
    block = _vulnerable(grid(VULNERABLE, {**_quarters(), 16: ["Quarantine", 75.0, 80.0, 90.0]}))
    assert _at(block, "B16").dims == (("reason", "Quarantine"),)
    assert [(f.check, f.scope) for f in block.findings] == [("new_row_label", (f"xlsx:{VULNERABLE}!A16",))]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({5: ["Reason", *HEAD[1:]]}, "`Placement Reason` and"),
        ({5: [HEAD[0], "Placements", *HEAD[2:]]}, "`Placement Reason` and"),
        ({5: [HEAD[0], None, *HEAD[1:]]}, "`Placement Reason` and"),
        ({8: ["Sum", 296.0, 11.99, 14.72]}, "rows down to `Grand Total` without a gap, found 'Sum' as the last"),
        ({7: [], 8: []}, "rows down to `Grand Total` without a gap, found 'Disciplinary' as the last"),
        ({7: ["Disciplinary", 255.0, 1.0, 1.0]}, "each reason once"),
        ({13: ["FY 2022 Quarter 2 Data"]}, "each period of vulnerable once, found A4, A13"),
    ],
)
def test_one_quarter_that_is_not_as_declared(grid: Grid, change: Rows, says: str) -> None:
    sheet = grid(VULNERABLE, {**_quarters(), **change})
    block = _vulnerable(sheet)
    finding = next(f for f in block.findings if f.check == "layout_drift")
    assert (finding.severity, finding.scope) == ("hold", (f"xlsx:{VULNERABLE}!A4",))
    assert says in finding.words
    assert finding.words.endswith(f"Nothing of the block of vulnerable at xlsx:{VULNERABLE}!A4 was read.")
    assert (6, 2) not in block.used
    assert any(o.period.start == date(2024, 10, 1) for o in block.observations) is (13 not in change)


def test_columns_in_another_order_keep_their_meaning(grid: Grid) -> None:
    swapped = {r: [c[0], c[2], c[1], c[3]] if len(c) == 4 else c for r, c in _quarters().items()}
    values = {(o.series, o.period): o.value for o in _vulnerable(grid(VULNERABLE, swapped)).observations}
    assert values == {(o.series, o.period): o.value for o in _vulnerable(grid(VULNERABLE, _quarters())).observations}


def test_months(grid: Grid) -> None:
    sheet = grid(MONTHLY, _months())
    block = _monthly(sheet)
    assert block.findings == ()
    assert set(sheet.cells) <= block.used
    assert [(o.series, o.value) for o in block.observations] == [
        ("ice.segregation{facility=MOSHANNON VALLEY PROCESSING CENTER}", 9.0),
        ("ice.segregation{facility=CCA, FLORENCE CORRECTIONAL CENTER}", 2.0),
        ("ice.segregation{facility=all}", 11.0),
        ("ice.segregation{facility=T. DON HUTTO}", 5.0),
        ("ice.segregation{facility=all}", 5.0),
    ]
    march, february = block.observations[0].period, block.observations[3].period
    assert (march.kind, march.start, march.end) == ("month", date(2025, 3, 1), date(2025, 3, 31))
    assert (february.start, february.end) == (date(2025, 2, 1), date(2025, 2, 28))
    assert block.observations[3].period_locator == f"xlsx:{MONTHLY}!A12"


@pytest.mark.parametrize(("day", "end"), [("5/8/2024", date(2024, 4, 30)), ("4/20/2024", date(2024, 4, 20))])
def test_the_first_edition_names_the_day_of_its_extract(grid: Grid, day: str, end: date) -> None:
    title = (
        "ICE Segregation Population* for April 2024. Data extracted from ICE's Segregation Review Management System "
        f"(SRMS) as of {day}."
    )
    block = _monthly(grid(MONTHLY, {r: [title] if r == 5 else c for r, c in _months().items() if r < 12}))
    assert {o.period.end for o in block.observations} == {end}
    assert {o.run_date for o in block.observations} == {date(int(day[-4:]), int(day[0]), int(day.split("/")[1]))}
    assert block.findings == ()


def test_a_block_without_its_header(grid: Grid) -> None:
    rows = _months()
    headless = {**rows, 13: rows[14], 14: ["Grand Total", 5.0], 15: []}
    block = _monthly(grid(MONTHLY, headless))
    assert [o.value for o in block.observations] == [9.0, 2.0, 11.0, 5.0, 5.0]
    assert [(f.check, f.severity, f.words) for f in block.findings] == [
        (
            "header_missing",
            "note",
            f"xlsx:{MONTHLY}!A12: this block has no header; it is read as the other blocks of the sheet.",
        )
    ]
    alone = _monthly(grid(MONTHLY, {r: c for r, c in headless.items() if r >= 12}))
    assert (alone.observations, alone.findings[0].check) == ((), "layout_drift")


def test_another_definition_is_said(grid: Grid) -> None:
    text = "This data represents the total number of placements."
    block = _monthly(grid(MONTHLY, {**_months(), 12: [f"February 2025\n\n{text}"]}))
    assert len(block.observations) == 5
    assert [(f.check, f.severity, f.words) for f in block.findings] == [
        ("new_definition", "warn", f"xlsx:{MONTHLY}!A12: the definition of segregation is new: {text!r}.")
    ]


def test_a_facility_that_is_there_twice_is_not_read(grid: Grid) -> None:
    block = _monthly(grid(MONTHLY, {**_months(), 8: ["MOSHANNON VALLEY PROCESSING CENTER ", 2.0]}))
    assert [o.value for o in block.observations] == [11.0, 5.0, 5.0]
    assert [f.words for f in block.findings] == [
        f"xlsx:{MONTHLY}!A7 and xlsx:{MONTHLY}!A8 both name 'MOSHANNON VALLEY PROCESSING CENTER'; neither is read."
    ]
    assert not {(7, 1), (7, 2), (8, 1), (8, 2)} & block.used


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({6: ["Facility Name", "Placement Count"]}, "`Facilities` and `Placement Count`"),
        ({6: ["Facilities", None, "Placement Count"]}, "`Facilities` and `Placement Count`"),
        ({9: []}, "rows down to `Grand Total` without a gap"),
        ({7: [], 8: []}, "rows down to `Grand Total` without a gap"),
        ({12: ["March 2025"]}, "each period of segregation once, found A5, A12"),
        ({6: [], 7: [], 8: [], 9: []}, "a header within three rows below the title"),
    ],
)
def test_one_month_that_is_not_as_declared(grid: Grid, change: Rows, says: str) -> None:
    block = _monthly(grid(MONTHLY, {**_months(), **change}))
    finding = next(f for f in block.findings if f.check == "layout_drift")
    assert (finding.severity, finding.scope) == ("hold", (f"xlsx:{MONTHLY}!A5",))
    assert says in finding.words
    assert (7, 2) not in block.used
    assert [o.value for o in block.observations] == ([] if 12 in change else [5.0, 5.0])


@pytest.mark.parametrize(("read", "table"), [(read_vulnerable, "vulnerable"), (read_monthly, "segregation")])
def test_a_sheet_without_titles(grid: Grid, read: Callable[[Sheet, Context], Block], table: str) -> None:
    block = read(
        grid(MONTHLY, {1: ["U.S. Immigration and Customs Enforcement"], 3: ["Zuzu 2024"]}), Context(2025, True)
    )
    assert (block.observations, block.used) == ((), frozenset({(1, 1)}))
    assert [(f.check, f.scope) for f in block.findings] == [("layout_drift", (table,))]


def test_a_wide_style_costs_nothing(grid: Grid) -> None:
    sheet = grid(MONTHLY, _months())
    far = replace(sheet, cells={**sheet.cells, (900, 16_383): "`"})
    assert len(_monthly(far).observations) == 5
