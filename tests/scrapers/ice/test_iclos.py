from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from figures.records import Observation
from scrapers.ice.iclos import LENGTHS, read
from scrapers.xlsx.blocks import Block, Context, Statement
from scrapers.xlsx.reader import CellValue, Sheet

Grid = Callable[..., Sheet]
TITLE = " ICLOS and Detainees"
ADULT, ADULT_FEAR = "Adult Facility Individuals", "Single Adults with a Positive Fear Determination Still in Custody"
HEADS = [
    ["Population ", 2024.0, None, None, None, 2025.0, None],
    [None, "November", None, "December", None, "January", None],
    [None, "mid ", "end", "mid ", "end", "mid ", "end"],
]


def _rows(days: list[list[CellValue]], people: list[list[CellValue]]) -> dict[int, list[CellValue]]:
    """Both tables in ICE's places: titles, three header rows, rows."""
    second = 7 + len(days) + 1
    first = {1: ["Average In Custody Length of Stay (ICLOS)"], **dict(enumerate(HEADS, 4)), **dict(enumerate(days, 7))}
    return {
        **first,
        second: ["Detainees"],
        **dict(enumerate(HEADS, second + 3)),
        **dict(enumerate(people, second + 6)),
    }


def _population(name: str, *factors: float) -> list[list[CellValue]]:
    """Four lengths of 1, 2, 3 and 4 times a factor for each half-month, and their total."""
    lengths = [name for name in LENGTHS if name != "Total"]
    rows: list[list[CellValue]] = [[length, *(n * f for f in factors)] for n, length in enumerate(lengths, 1)]
    return [[name], *rows, ["Total", *(10 * f for f in factors)]]


DAYS: list[list[CellValue]] = [
    [ADULT, 40.5, 41.0, 42.0, 43.0, 44.0, 45.0],
    [ADULT_FEAR, 80.0, 81.0, 82.0, 83.0, 84.0, "-"],
    ["Total", 50.0, 51.0, 52.0, 53.0, 54.0, 55.0],
]
PEOPLE = [
    *_population(ADULT, 10, 11, 12, 13, 14, 15),
    *_population(ADULT_FEAR, 1, 1, 1, 1, 1, 1),
    *_population("Total", 11, 12, 13, 14, 15, 16),
]
STATED = {"iclos": Statement(date(2025, 2, 4), date(2025, 2, 5), "xlsx:Footnotes!B104")}


@pytest.fixture
def sheet(grid: Grid) -> Sheet:
    return grid(TITLE, _rows(DAYS, PEOPLE))


def _read(sheet: Sheet, year: int = 2025, **dates: Statement) -> Block:
    return read(sheet, Context(year, True, dates or STATED))


def _at(block: Block, cell: str) -> Observation:
    return next(o for o in block.observations if o.locator == f"xlsx:{TITLE}!{cell}")


def _without(sheet: Sheet, *positions: tuple[int, int]) -> Sheet:
    return replace(sheet, cells={at: v for at, v in sheet.cells.items() if at not in positions})


def _with(sheet: Sheet, **cells: CellValue) -> Sheet:
    changed = {(int(name[1:]), ord(name[0]) - 64): value for name, value in cells.items()}
    return replace(sheet, cells={**sheet.cells, **changed})


def test_days_and_people_by_half_month(sheet: Sheet) -> None:
    block = _read(sheet)
    assert block.findings == ()
    assert set(sheet.cells) <= block.used
    days = _at(block, "B7")
    assert (days.series, days.value, days.unit) == ("ice.iclos{population=adult}", 40.5, "days")
    assert days.period.kind == "instant"
    assert (days.period.start, days.period.end) == (date(2024, 11, 15), date(2024, 11, 15))
    assert (days.period_locator, days.run_date) == (f"xlsx:{TITLE}!B5", date(2025, 2, 5))
    assert _at(block, "C7").period.end == date(2024, 11, 30)
    assert _at(block, "G9").period.end == date(2025, 1, 31)
    people = _at(block, "B18")
    assert people.series == "ice.iclos_detainees{length=0_to_180_days, population=adult}"
    assert (people.value, people.unit) == (10.0, "people")
    assert _at(block, "G34").series == "ice.iclos_detainees{length=all, population=all}"
    assert len(block.observations) == 3 * 6 + 15 * 6


def test_a_dash_is_no_number(sheet: Sheet) -> None:
    dash = _at(_read(sheet), "G8")
    assert (dash.value, dash.status, dash.raw) == (None, "suppressed", "-")


@pytest.mark.parametrize(
    ("name", "population"),
    [
        ("Adult Facility Aliens", "adult"),
        ("FRC Facility Individuals", "family_center"),
        ("FSC Facility Individuals", "family_center"),
        ("Post-Determination for Adult Facility Individuals with Postive Fear Claim", "adult_positive_fear"),
        ("Post-Determination for FSC Facility Individuals with Positive Fear Claim", "family_center_positive_fear"),
        ("Family Units with a Positive Fear Determination Still in Custody", "family_center_positive_fear"),
    ],
)
def test_renamed_populations_are_one_series(sheet: Sheet, name: str, population: str) -> None:
    block = _read(_with(_without(sheet, (8, 1)), A8=name) if population != "adult" else _with(sheet, A7=name))
    cell = "B7" if population == "adult" else "B8"
    assert _at(block, cell).dims == (("population", population),)


def test_a_new_population_is_stored_under_its_own_label(sheet: Sheet) -> None:
    block = _read(_with(sheet, A8="Unaccompanied Children"))
    assert _at(block, "B8").dims == (("population", "Unaccompanied Children"),)
    (finding,) = block.findings
    assert (finding.check, finding.severity) == ("new_row_label", "warn")
    assert finding.words == (
        f"xlsx:{TITLE}!A8: the row 'Unaccompanied Children' is new in iclos; it is stored under its own label."
    )


def test_zeros_before_the_fiscal_year_are_overwritten_history(sheet: Sheet) -> None:
    block = _read(_zeroed(sheet, 2, 3), 2026)
    assert {o.status for o in block.observations if o.period.end < date(2024, 12, 1)} == {"overwritten"}
    assert {o.value for o in block.observations if o.period.end < date(2024, 12, 1)} == {0.0}
    assert _at(block, "D7").value == 42.0
    (finding,) = block.findings
    assert (finding.check, finding.severity, len(finding.scope)) == ("history_overwritten", "note", 36)
    assert finding.words == (
        f"xlsx:{TITLE}!B7 to C34: 36 figures of periods before fiscal year 2026 are 0, with their totals; ICE has "
        "replaced its history by zeros. They are kept as overwritten; earlier editions hold the figures."
    )


def test_a_zero_row_alone_is_a_figure(sheet: Sheet) -> None:
    block = _read(_with(sheet, B7=0.0), 2026)
    assert (_at(block, "B7").value, _at(block, "B7").status) == (0.0, "reported")
    assert block.findings == ()


def test_zeros_of_the_running_fiscal_year_are_not_overwritten(sheet: Sheet) -> None:
    assert _at(_read(_zeroed(sheet, 2)), "B18").status == "reported"


def _zeroed(sheet: Sheet, *columns: int) -> Sheet:
    """Zeros in place of every number of these columns below the headers, and of `-` too."""
    headers = (4, 14)
    cells = {
        at: 0.0 if at[1] in columns and at[0] not in headers and (isinstance(v, float | int) or v == "-") else v
        for at, v in sheet.cells.items()
    }
    return replace(sheet, cells=cells)


def test_a_half_month_to_come_shows_zeros(sheet: Sheet) -> None:
    block = _read(_zeroed(sheet, 7), iclos=Statement(date(2025, 1, 28), None, "xlsx:Footnotes!B104"))
    assert {o.status for o in block.observations if o.period.end == date(2025, 1, 31)} == {"to_come"}
    assert _at(block, "F7").value == 44.0
    assert block.findings == ()


def test_zeros_of_the_stated_day_itself_are_kept(sheet: Sheet) -> None:
    block = _read(_zeroed(sheet, 7), iclos=Statement(date(2025, 1, 31), None, "xlsx:Footnotes!B104"))
    assert (_at(block, "G7").value, _at(block, "G7").status) == (0.0, "reported")


def test_a_dash_in_a_half_month_to_come_stays_a_dash(sheet: Sheet) -> None:
    dashed = _with(_zeroed(sheet, 7), G8="-")
    block = _read(dashed, iclos=Statement(date(2025, 1, 28), None, "xlsx:Footnotes!B104"))
    assert [_at(block, cell).status for cell in ("G7", "G8")] == ["to_come", "suppressed"]


def test_a_zeroed_sheet_that_is_not_current_stays_so(sheet: Sheet) -> None:
    block = read(_zeroed(sheet, 2, 3), Context(2026, False, STATED))
    assert {o.status for o in block.observations} == {"not_current"}
    assert block.findings == ()


def test_figures_after_the_stated_day_are_kept_and_said(sheet: Sheet) -> None:
    block = _read(sheet, iclos=Statement(date(2025, 1, 28), None, "xlsx:Footnotes!B104"))
    assert _at(block, "G7").value == 45.0
    (finding,) = block.findings
    assert finding.words == (
        f"xlsx:{TITLE}!G7: figures of 31 January 2025 stand here, but xlsx:Footnotes!B104 says that data run through "
        "28 January 2025."
    )


def test_a_january_without_its_year_follows_december(sheet: Sheet) -> None:
    block = _read(_without(sheet, (4, 6)))
    assert _at(block, "F7").period.end == date(2025, 1, 15)
    (finding,) = block.findings
    assert finding.words == (
        f"xlsx:{TITLE}!F5: no year is written over this January; it follows December and is taken as 2025."
    )


def test_the_last_column_may_lack_its_header(sheet: Sheet) -> None:
    block = _read(_without(sheet, (6, 7), (16, 7)))
    assert _at(block, "G7").period.end == date(2025, 1, 31)
    assert [f.check for f in block.findings] == ["header_missing", "header_missing"]
    assert block.findings[0].words == (
        f"xlsx:{TITLE}!G6: the last column has no header; it follows `mid` and is taken as 31 January 2025."
    )


def test_the_last_column_may_be_missing(sheet: Sheet) -> None:
    block = _read(_without(sheet, *((r, 7) for r in range(1, 40))))
    assert block.findings == ()
    assert max(o.period.end for o in block.observations if o.period.end) == date(2025, 1, 15)


def test_a_half_month_left_out_is_said_and_the_others_keep_their_days(sheet: Sheet) -> None:
    shorter = replace(sheet, cells={(r, c - (c > 3)): v for (r, c), v in sheet.cells.items() if c != 3})
    block = _read(shorter)
    assert _at(block, "C7").period.end == date(2024, 12, 15)
    assert {f.check for f in block.findings} == {"half_month_missing"}


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"A1": "Average Length of Stay"}, "the title 'Average In Custody Length of Stay (ICLOS)' exactly once"),
        ({"C6": "late"}, "`mid` or `end` under the name of a month and a year"),
        ({"D5": "Dezember"}, "`mid` or `end` under the name of a month and a year"),
        ({"D5": "October"}, "a day after 30 November 2024, found 15 October 2024"),
        ({"B4": "unknown"}, "expected a year, found 'unknown'"),
        ({"A4": "Group"}, "`Population` once in the rows below the title"),
        ({"A9": "All"}, "the row Total of iclos"),
        ({"A8": "Adult Facility Aliens"}, "each row of iclos once"),
        ({"A12": "Average In Custody Length of Stay (ICLOS)"}, "exactly once, found A1, A12"),
    ],
)
def test_a_table_that_is_not_as_declared_is_not_read(sheet: Sheet, cells: dict[str, str], says: str) -> None:
    block = _read(_with(sheet, **cells))
    finding = next(f for f in block.findings if f.check == "layout_drift")
    assert (finding.severity, finding.scope_kind, finding.scope) == ("hold", "table", ("iclos",))
    assert says in finding.words
    assert finding.words.endswith("Nothing of iclos was read.")
    assert {o.table for o in block.observations} == {"iclos_detainees"}
    assert (7, 2) not in block.used


@pytest.mark.parametrize("row", [18, 21])
def test_a_length_that_is_gone_is_drift(sheet: Sheet, row: int) -> None:
    shorter = {(r - (r > row), c): v for (r, c), v in sheet.cells.items() if r != row}
    block = _read(replace(sheet, cells=shorter))
    assert {o.table for o in block.observations} == {"iclos"}
    assert "for adult, found none for" in block.findings[0].words


@pytest.mark.parametrize("where", [3, 8, 20])
def test_an_inserted_column_or_row_is_drift_or_changes_nothing(sheet: Sheet, where: int) -> None:
    as_values = {(o.series, o.period): o.value for o in _read(sheet).observations}
    down = replace(sheet, cells={(r + (r >= where), c): v for (r, c), v in sheet.cells.items()})
    right = replace(sheet, cells={(r, c + (c >= where)): v for (r, c), v in sheet.cells.items()})
    for moved in (down, right):
        block = _read(moved)
        values = {(o.series, o.period): o.value for o in block.observations}
        drifted = {table for f in block.findings if f.check == "layout_drift" for table in f.scope}
        assert values == {key: v for key, v in as_values.items() if key[0].split("{")[0][4:] not in drifted}


def test_a_sheet_that_is_not_current_holds_nothing_back(sheet: Sheet) -> None:
    block = read(_with(sheet, A4="Group"), Context(2025, False, STATED))
    assert block.findings[0].severity == "note"
    assert {o.status for o in block.observations} == {"not_current"}
