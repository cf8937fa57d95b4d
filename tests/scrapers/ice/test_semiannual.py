from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import count

import pytest

from figures.records import Observation
from scrapers.ice.semiannual import read
from scrapers.xlsx.blocks import Block, Context, Statement
from scrapers.xlsx.reader import CellValue, Sheet

Grid = Callable[..., Sheet]
NOTE = (
    "The data contained within this Semiannual page has been refreshed for the United States Armed Forces tables for "
    "EOFY2024. These tables will be updated after March 31, 2025."
)
GROUPS = ("United States Armed Forces Alien", "United States Citizen", "Parents of USC")
EVENTS = ("Arrests", "Bookins", "Removals")
STATED = {
    f"semiannual_{event}": Statement(date(2025, 4, 22), date(2025, 4, 23), f"xlsx:Footnotes!B{row}")
    for row, event in enumerate(("arrests", "book_ins", "removals"), 121)
}


RUNNING = (2025, "fiscal_year_to_date", date(2025, 4, 22), "xlsx:Footnotes!B121")


def _rows(years: tuple[str, ...] = ("FY2023", "FY2024"), tail: str = "FY2023 - EOFY2024") -> dict[int, list[CellValue]]:
    """Twelve tables in ICE's order. Figures count up, so that no two cells agree."""
    rows: dict[int, list[CellValue]] = {1: [NOTE]}
    at, figures = 3, count(1)
    for group in GROUPS:
        for event in EVENTS:
            rows[at], rows[at + 1] = [f"{group} {event} {tail}"], ["Fiscal Year", event]
            for n, year in enumerate(years):
                rows[at + 2 + n] = [year, float(next(figures))]
            at += 3 + len(years)
    for event in EVENTS:
        rows[at] = [f"Temporary Protected Status Countries {event} {tail}"]
        rows[at + 1] = ["Citizenship Country", *(year.split(" (")[0] for year in years)]
        rows[at + 2] = ["Burma (Myanmar)", *(float(next(figures)) for _ in years)]
        rows[at + 3] = ["Ethiopia", None, *(float(next(figures)) for _ in years[1:])]
        at += 5
    return rows


def _read(sheet: Sheet, year: int = 2025, dates: dict[str, Statement | str] | None = None) -> Block:
    return read(sheet, Context(year, True, STATED if dates is None else dates))


def _at(block: Block, cell: str) -> Observation:
    return next(o for o in block.observations if o.locator == f"xlsx:Semiannual!{cell}")


def _with(sheet: Sheet, **cells: CellValue) -> Sheet:
    changed = {(int(name[1:]), ord(name[0]) - 64): value for name, value in cells.items()}
    return replace(sheet, cells={**sheet.cells, **changed})


def test_twelve_tables(grid: Grid) -> None:
    sheet = grid("Semiannual", _rows())
    block = _read(sheet)
    assert block.findings == ()
    assert set(sheet.cells) <= block.used
    assert len({o.table for o in block.observations}) == 12
    first = _at(block, "B5")
    assert (first.series, first.value) == ("ice.semiannual_arrests{group=armed_forces}", 1.0)
    assert (first.period.kind, first.period.start, first.period.end) == (
        "fiscal_year",
        date(2022, 10, 1),
        date(2023, 9, 30),
    )
    assert first.period_locator == "xlsx:Semiannual!A5"
    assert {o.series for o in block.observations if o.table.startswith("semiannual_us_citizens")} == {
        "ice.semiannual_arrests{group=us_citizens}",
        "ice.semiannual_book_ins{group=us_citizens}",
        "ice.semiannual_removals{group=us_citizens}",
    }
    countries = [o for o in block.observations if o.table == "semiannual_tps_countries_removals"]
    assert [(o.series, o.period.end, o.value is None) for o in countries] == [
        ("ice.tps_removals{country=Burma (Myanmar)}", date(2023, 9, 30), False),
        ("ice.tps_removals{country=Burma (Myanmar)}", date(2024, 9, 30), False),
        ("ice.tps_removals{country=Ethiopia}", date(2023, 9, 30), True),
        ("ice.tps_removals{country=Ethiopia}", date(2024, 9, 30), False),
    ]
    assert countries[2].status == "blank"


@pytest.mark.parametrize("who", ["Noncitizen", "Alien"])
@pytest.mark.parametrize("citizen", ["Citizen", "Citizens"])
def test_renamed_groups_are_one_series(grid: Grid, who: str, citizen: str) -> None:
    rows = {
        r: [c[0].replace("Alien", who).replace("Citizen ", f"{citizen} ") if isinstance(c[0], str) else c[0], *c[1:]]
        for r, c in _rows().items()
    }
    block = _read(grid("Semiannual", rows))
    assert block.findings == ()
    assert {dict(o.dims).get("group") for o in block.observations} == {
        None,
        "armed_forces",
        "us_citizens",
        "parents_of_us_citizens",
    }


@pytest.mark.parametrize(
    ("years", "tail", "year", "kind", "end", "where"),
    [
        # the running year, to the footnote's day
        (("FY2024", "FY2025"), "FY2024 - FY2025 YTD", *RUNNING),
        (("FY2024", "FY2025"), "FY2024 - FY2025", *RUNNING),
        (("FY2024", "FY2025 YTD"), "FY2024 - YTD2025", *RUNNING),
        # a day in the label
        (
            ("FY2024", "FY2025 (10/1/2024 - 3/31/2025)"),
            "FY2024 - YTD2025",
            2025,
            "fiscal_year_to_date",
            date(2025, 3, 31),
            "xlsx:Semiannual!A6",
        ),
        # ended: called so, or before the sheet's year
        (("FY2024", "FY2025"), "FY2024 - EOFY2025", 2025, "fiscal_year", date(2025, 9, 30), "xlsx:Semiannual!A6"),
        (("FY2023", "FY2024"), "FY2023 - FY2024", 2025, "fiscal_year", date(2024, 9, 30), "xlsx:Semiannual!A6"),
    ],
)
def test_the_last_fiscal_year(
    grid: Grid, years: tuple[str, ...], tail: str, year: int, kind: str, end: date, where: str
) -> None:
    block = _read(grid("Semiannual", _rows(years, tail)), year)
    last = _at(block, "B6")
    assert (last.period.kind, last.period.end, last.period_locator) == (kind, end, where)
    assert _at(block, "B5").period.kind == "fiscal_year"
    assert block.findings == ()


def test_a_year_stated_to_its_last_day_is_whole(grid: Grid) -> None:
    whole = {key: replace(s, through=date(2025, 9, 30)) for key, s in STATED.items()}
    block = _read(grid("Semiannual", _rows(("FY2024", "FY2025"), "FY2024 - FY2025")), dates=whole)
    assert _at(block, "B6").period.kind == "fiscal_year"


@pytest.mark.parametrize(("year", "tail"), [(2025, "FY2024 - FY2025 YTD"), (2026, "FY2024 - YTD2025")])
def test_a_running_year_without_a_day_has_no_end(grid: Grid, year: int, tail: str) -> None:
    reason = "the footnote says 2022-03-31, which is no day of FY2025"
    dates: dict[str, Statement | str] = {key: reason for key in STATED} if year == 2025 else dict(STATED)
    block = _read(grid("Semiannual", _rows(("FY2024", "FY2025"), tail)), year, dates)
    assert (_at(block, "B6").period.kind, _at(block, "B6").period.end) == ("fiscal_year_to_date", None)
    finding = block.findings[0]
    assert (finding.check, finding.severity, finding.scope) == ("undated_block", "note", ("xlsx:Semiannual!B6",))
    if year == 2025:
        assert finding.words == (
            f"xlsx:Semiannual!B6: {reason}; these figures are stored without an end of their period."
        )


def test_a_year_of_zeros_for_all_countries_is_overwritten(grid: Grid) -> None:
    rows = _rows(("FY2024", "FY2025"), "FY2024 - FY2025")
    zeroed = {
        r: [c[0], 0.0] if c[0] == "FY2025" else [*c[:2], 0.0] if c[0] in ("Burma (Myanmar)", "Ethiopia") else c
        for r, c in rows.items()
    }
    block = _read(grid("Semiannual", {**zeroed, 46: ["FY2025", 18277.0]}), 2026)
    past = [o for o in block.observations if o.period.end == date(2025, 9, 30)]
    assert {o.status for o in past if o.raw == "0"} == {"overwritten"}
    assert [(o.locator, o.value) for o in past if o.status == "reported"] == [("xlsx:Semiannual!B46", 18277.0)]
    (finding,) = block.findings
    assert (finding.check, len(finding.scope)) == ("history_overwritten", 14)


def test_a_group_of_nobody_is_a_figure(grid: Grid) -> None:
    block = _read(_with(grid("Semiannual", _rows()), B5=0.0, B6=0.0))
    assert [(_at(block, c).value, _at(block, c).status) for c in ("B5", "B6")] == [(0.0, "reported")] * 2
    assert block.findings == ()


def test_a_title_that_promises_more_years_is_said(grid: Grid) -> None:
    sheet = _with(grid("Semiannual", _rows()), A3="United States Armed Forces Alien Arrests FY2023 - FY2025 YTD")
    block = _read(sheet)
    (finding,) = block.findings
    assert (finding.check, finding.severity) == ("years_of_title", "warn")
    assert finding.words == (
        "xlsx:Semiannual!A3: the title of semiannual_armed_forces_arrests says FY2023 to FY2025, but the table holds "
        "FY2023 to FY2024."
    )


@pytest.mark.parametrize(
    ("cells", "table", "says"),
    [
        ({"B4": "Bookins"}, "semiannual_armed_forces_arrests", "`Fiscal Year` and the word for arrests"),
        ({"A4": "Year"}, "semiannual_armed_forces_arrests", "`Fiscal Year` and the word for arrests"),
        ({"A5": "2023"}, "semiannual_armed_forces_arrests", "a fiscal year, found '2023'"),
        ({"A5": "FY2022"}, "semiannual_armed_forces_arrests", "fiscal years in turn"),
        ({"A6": "FY2024 (10/1/2022 - 3/31/2023)"}, "semiannual_armed_forces_arrests", "days of FY2024 from 1 October"),
        ({"A49": "Country"}, "semiannual_tps_countries_arrests", "`Citizenship Country`"),
        ({"C49": "Total"}, "semiannual_tps_countries_arrests", "a fiscal year, found 'Total'"),
        ({"A51": "Burma (Myanmar)"}, "semiannual_tps_countries_arrests", "each country"),
        (
            {"A3": "Veterans Arrests FY2023 - FY2024"},
            "semiannual_armed_forces_arrests",
            "the title of semiannual_armed",
        ),
        ({"B7": 5.0}, "semiannual_armed_forces_arrests", "no figures below the end"),
        ({"C52": 5.0}, "semiannual_tps_countries_arrests", "no figures below the end"),
    ],
)
def test_one_table_that_is_not_as_declared_leaves_the_others(
    grid: Grid, cells: dict[str, CellValue], table: str, says: str
) -> None:
    block = _read(_with(grid("Semiannual", _rows()), **cells))
    finding = next(f for f in block.findings if f.check == "layout_drift")
    assert (finding.severity, finding.scope) == ("hold", (table,))
    assert says in finding.words
    assert table not in {o.table for o in block.observations}
    assert len({o.table for o in block.observations}) == 11


def test_a_title_twice_is_ambiguous(grid: Grid) -> None:
    sheet = _with(grid("Semiannual", _rows()), A80="United States Armed Forces Alien Arrests FY2023 - FY2024")
    block = _read(sheet)
    assert {f.scope for f in block.findings} == {("semiannual_armed_forces_arrests",)}
    assert "exactly once, found A3, A80" in block.findings[0].words


def test_a_sheet_without_titles(grid: Grid) -> None:
    block = _read(grid("Semiannual", {1: [NOTE], 3: ["Statistics"]}))
    assert (block.observations, block.used) == ((), frozenset({(1, 1)}))
    assert "titles such as `Parents of USC Arrests FY2018 - FY2024`" in block.findings[0].words
