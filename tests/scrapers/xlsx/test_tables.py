"""Declared tables read from hand-made sheets: found by title, compared by label, nothing lost in silence."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from scrapers.errors import DriftError
from scrapers.xlsx.declared_tables import Column, Labels, Row, Table
from scrapers.xlsx.reader import Sheet
from scrapers.xlsx.tables import Grid, find_titles, read_table, title

REASONS = Table(
    id="outs",
    titles=("Outs by Reason",),
    labels=(
        Labels(
            ("Reason",),
            {"Total": Row((("reason", "all"),)), "Bond": Row((("reason", "bond"),))},
            ("Total",),
            new="reason",
            carried=True,
        ),
        Labels(
            ("Crime",),
            {
                "": Row((("crime", "all"),)),
                "Convicted": Row((("crime", "convicted"),)),
                "Other": Row((("crime", "other"),)),
            },
            new="crime",
        ),
    ),
    headers=(frozenset({"Oct", "Total"}),),
    columns={"Oct": Column("ice.x", span="month"), "Total": Column("ice.x")},
    clock="outs",
    kind="fiscal_year_to_date",
)
AREAS = Table(
    id="areas",
    titles=("Areas",),
    labels=(
        Labels(
            ("Area",),
            {"GPS": Row((("tech", "gps"),)), "Phone": Row((("tech", "phone"),))},
            new="tech",
            groups={"Total": Row((("area", "all"),))},
            free_groups="area",
            group_self=(("tech", "all"),),
        ),
    ),
    headers=(frozenset({"Count"}),),
    columns={"Count": Column("ice.y")},
    clock="areas",
    kind="instant",
)


def _sheet(text: str, *, top: int = 1, left: int = 1) -> Sheet:
    """A sheet from lines of `|`-separated cells; numbers become numbers."""
    cells: dict[tuple[int, int], object] = {}
    for r, line in enumerate(text.strip("\n").splitlines()):
        for c, cell in enumerate(line.split("|")):
            if value := cell.strip():
                cells[top + r, left + c] = float(value) if value.lstrip("-").isdigit() else value
    return Sheet("Detention FY25", True, cells)


def _read(sheet: Sheet, table: Table) -> Grid:
    return read_table(sheet, table, find_titles(sheet, frozenset(table.titles)))


def _values(grid: Grid) -> Mapping[str, object]:
    return {" ".join(f"{n}={v}" for n, v in cell.dims) + f" {cell.header}": cell.value for cell in grid.cells}


OUTS = """
Outs by Reason: FY2025
Reason | Crime     | Oct | Total
Total  |           | 3   | 9
Bond   | Convicted | 1   | 4
       | Other     | 2   | 5
"""


def test_labels_are_carried_down_and_blank_second_labels_have_their_meaning() -> None:
    values = _values(_read(_sheet(OUTS), REASONS))
    assert values == {
        "crime=all reason=all Oct": 3,
        "crime=all reason=all Total": 9,
        "crime=convicted reason=bond Oct": 1,
        "crime=convicted reason=bond Total": 4,
        "crime=other reason=bond Oct": 2,
        "crime=other reason=bond Total": 5,
    }


@pytest.mark.parametrize(("top", "left"), [(1, 1), (7, 3), (90, 12)])
def test_a_shifted_block_gives_the_same_figures_at_other_places(top: int, left: int) -> None:
    grid = _read(_sheet(OUTS, top=top, left=left), REASONS)
    assert _values(grid) == _values(_read(_sheet(OUTS), REASONS))
    assert grid.cells[0].at == (top + 2, left + 2)


def test_everything_that_was_understood_is_said() -> None:
    sheet = _sheet(OUTS)
    assert _read(sheet, REASONS).used == frozenset(sheet.cells)


def test_groups_open_and_repeat_their_sub_rows() -> None:
    sheet = _sheet("Areas\nArea | Count\nTotal | 6\nBoston | 2\nGPS | 2\nMiami | 4\nGPS | 1\nPhone | 3")
    assert _values(_read(sheet, AREAS)) == {
        "area=all tech=all Count": 6,
        "area=Boston tech=all Count": 2,
        "area=Boston tech=gps Count": 2,
        "area=Miami tech=all Count": 4,
        "area=Miami tech=gps Count": 1,
        "area=Miami tech=phone Count": 3,
    }


def test_a_row_without_a_label_is_kept_and_said() -> None:
    grid = _read(_sheet("Areas\nArea | Count\nTotal | 6\nBoston | 6\nGPS | 5\n | 1\nMiami | 0"), AREAS)
    assert _values(grid)["area=Boston tech=unlabelled at A6 Count"] == 1
    assert [f.check for f in grid.findings] == ["new_row_label"]


def test_a_new_label_is_stored_as_it_stands_with_a_finding() -> None:
    grid = _read(_sheet(OUTS.replace("Bond  ", "Parole")), REASONS)
    assert "crime=convicted reason=Parole Oct" in _values(grid)
    assert [(f.severity, f.found) for f in grid.findings] == [("warn", "'Parole'")]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("Outs by Reason", "Ins by Reason", "exactly once, found nowhere"),
        ("Oct ", "Okt ", "a header of outs"),
        ("| Total\n", "|\n", "a header of outs"),
        ("Crime ", "Kind  ", "a header of outs"),
        ("Total  | ", "Summe  | ", "rows Total in outs"),
        ("       | Other    ", "       | Convicted", "each row of outs once"),
    ],
)
def test_what_is_not_as_declared_is_drift_that_says_where(old: str, new: str, words: str) -> None:
    sheet = _sheet(OUTS.replace(old, new, 1))
    with pytest.raises(DriftError, match=words):
        _read(sheet, REASONS)


@pytest.mark.parametrize("header", ["Oct  | Total | Oct", "Oct | Oct | Total", "Total | Oct | Total | Total"])
def test_a_header_that_stands_twice_is_refused(header: str) -> None:
    """The set of labels is the declared one; which of two columns is meant nobody can say."""
    sheet = _sheet(OUTS.replace("Oct | Total", header, 1))
    with pytest.raises(DriftError, match="Detention FY25!A2: expected a header of outs"):
        _read(sheet, REASONS)


def test_the_same_title_twice_is_ambiguous() -> None:
    with pytest.raises(DriftError, match="A1, A8"):
        _read(_sheet(OUTS + "\n\n" + OUTS.strip("\n")), REASONS)


def test_a_block_beside_ends_the_header_even_when_it_began_higher_up() -> None:
    """ATD of 23 May 2025: the court table begins above the status table and stands beside its header."""
    cells = {
        (4, 1): "Areas",
        (5, 1): "Area",
        (5, 2): "Count",
        (6, 1): "Total",
        (6, 2): 6.0,
        (2, 4): "Outs by Reason",
        (3, 4): "Reason",
        (3, 5): "Crime",
        (3, 6): "Oct",
        (3, 7): "Total",
        (4, 4): "Total",
        (4, 6): 3.0,
        (4, 7): 9.0,
        (5, 4): "Bond",
        (5, 5): "Other",
        (5, 6): 3.0,
        (5, 7): 9.0,
    }
    sheet = Sheet("ATD FY25", True, cells)
    titles = find_titles(sheet, frozenset({*AREAS.titles, *REASONS.titles}))
    assert _values(read_table(sheet, AREAS, titles)) == {"area=all tech=all Count": 6.0}
    assert len(read_table(sheet, REASONS, titles).cells) == 4


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("ICE Removals: FY2025", "ICE Removals"),
        ("ICE Removals: EOFY2023", "ICE Removals"),
        ("ICE Final Book Outs : FY2024", "ICE Final Book Outs"),
        ("ICE Removals: FY2021 YTD", "ICE Removals"),
        ("Parole Requested: FY2024 - FY2026", "Parole Requested"),
        ("Parole Requested: FY2021 - EOFY2023", "Parole Requested"),
        ("Detained by Agency 06/20/2020\t\t", "Detained by Agency"),
        ("Facility Type:  as of 06/20/2020", "Facility Type"),
        ("Length in Program, FY25,  as of 5/17/2025, by AOR and Technology", "Length in Program by AOR and Technology"),
        ("Length in Program, FY25, 5/17/2025, by AOR and Technology", "Length in Program by AOR and Technology"),
        ("Length in Program, FY22,  as of xx/xx/2022, by AOR", "Length in Program, by AOR"),
        ("Length in Program, FY20 YE,  as of 9/30/2020, by AOR", "Length in Program, by AOR"),
        ("ICE REMOVALS1: fy2025 ytd*", "ICE Removals"),
        ("ICE  Removals :  FY20251", "ICE Removals"),
        ("FY25 thru April Court Appearance: Total Hearings*", "Court Appearance: Total Hearings"),
        ("\nFY24 thru October Court Appearance: Final Hearings*", "Court Appearance: Final Hearings"),
        ("FY23 Year End  Court Appearance: Total Hearings*", "Court Appearance: Total Hearings"),
        ("FY23 Court Appearance: Total Hearings*", "Court Appearance: Total Hearings"),
    ],
)
def test_titles_lose_what_changes_with_each_edition(text: str, plain: str) -> None:
    assert title(text) == title(plain)


def test_a_required_row_may_stand_under_any_label_that_means_the_same() -> None:
    """A row that is renamed is a line in the table of labels: the older label need not be there any more."""
    reasons, crimes = REASONS.labels
    renamed = replace(reasons, rows={**reasons.rows, "All Reasons": reasons.rows["Total"]})
    text = "Outs by Reason\nReason|Crime|Oct|Total\n{}|Convicted|1|2\nBond|Convicted|3|4"
    grid = _read(_sheet(text.format("All Reasons")), replace(REASONS, labels=(renamed, crimes)))
    assert _values(grid)["crime=convicted reason=all Oct"] == 1
    with pytest.raises(DriftError, match="rows Total in outs"):
        _read(_sheet(text.format("All")), replace(REASONS, labels=(renamed, crimes)))
