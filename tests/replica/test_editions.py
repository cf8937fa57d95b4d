import csv
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from replica import atd
from replica import editions as module
from replica.editions import COLUMNS, LEVELS, edition, editions
from replica.layouts import LAYOUTS
from tests.looped import for_each

CRIMINALITY = ("Convicted Criminal", "Pending Criminal Charges", "Other Immigration Violator")
MONTHS = ("Oct", "Nov", "Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep")


def test_fourteen_editions_oldest_first() -> None:
    assert [e.key for e in editions()] == [
        "FY24",
        *("01162025", "02032025", "02142025", "03142025", "03262025", "04162025", "05092025"),
        *("05122025", "05232025", "06052025", "06202025", "07312025", "08292025"),
    ]


@for_each("one", editions, lambda one: one.key)
def test_parts_add_to_the_published_totals(one: module.Edition) -> None:
    f: Mapping[Any, Any] = one.figures
    for row in ("Total", *CRIMINALITY):
        cell = ("detained_by_criminality", row)
        assert f[*cell, "ICE"] + f[*cell, "CBP"] == f[*cell, "Total"]
    for column in ("ICE", "CBP", "Total"):
        assert (
            sum(f["detained_by_criminality", r, column] for r in CRIMINALITY)
            == f["detained_by_criminality", "Total", column]
        )
    for agency in ("ICE", "CBP", "Total"):
        assert sum(f["book_ins_by_month", agency, m] for m in MONTHS) == f["book_ins_by_month", agency, "Total"]
    assert f["detained_by_disposition", "Total", "Total"] == f["detained_by_criminality", "Total", "Total"]
    assert f["book_ins_by_criminality", "Total", "Total"] == f["book_ins_by_month", "Total", "Total"]


def _rows(one: module.Edition, table: str, *, level: int = 1) -> list[str]:
    """The row labels of one level of a table, without its total."""
    rows = dict.fromkeys(row for of, row, _ in one.figures if of == table)
    return [row for row in rows if row != "Total" and row.count(LEVELS) == level - 1]


def _sum(one: module.Edition, table: str, rows: list[str], column: str) -> float:
    """Blank cells count nothing."""
    return sum(one.figures.get((table, row, column)) or 0 for row in rows)


@for_each("one", editions, lambda one: one.key)
def test_book_outs_by_reason_add_to_the_published_totals(one: module.Edition) -> None:
    table = "book_outs_by_reason"
    reasons = [row.removesuffix(" / Total") for row in _rows(one, table, level=2) if row.endswith(" / Total")]
    assert len(reasons) == 12
    for column in COLUMNS[table]:
        for reason in reasons:
            parts = [f"{reason} / {criminality}" for criminality in CRIMINALITY]
            assert _sum(one, table, parts, column) == _sum(one, table, [f"{reason} / Total"], column)
        outside = [f"{reason} / Total" for reason in reasons if not reason.startswith("Bond Set by")]
        assert _sum(one, table, outside, column) == one.figures[table, "Total", column]
        bonds = [f"Bond Set by {who} / Total" for who in ("ICE", "IJ")]
        assert _sum(one, table, bonds, column) == _sum(one, table, ["Bonded Out / Total"], column)


@for_each("one", editions, lambda one: one.key)
def test_averages_and_counts_of_the_other_tables_add_up(one: module.Edition) -> None:
    f: Mapping[Any, Any] = one.figures
    for column in COLUMNS["adp"]:
        agencies = _sum(one, "adp", ["CBP Average", "ICE Average"], column)
        assert agencies == pytest.approx(f["adp", "Average", column], rel=1e-9)
        assert f["adp", "Average", column] == pytest.approx(f["adp_by_facility_type", "Total", column], rel=1e-9)
    for row in _rows(one, "parole_requested"):
        months = sum(f["parole_requested", row, month] or 0 for month in MONTHS)
        assert months == f["parole_requested", row, "FY Overall"]
    facilities = _rows(one, "stateless", level=2)
    assert len(facilities) >= 14
    assert _sum(one, "stateless", facilities, "Total") == f["stateless", "Total", "Total"]


@for_each("one", editions, lambda one: one.key)
def test_the_tables_of_the_atd_sheet_add_to_one_total(one: module.Edition) -> None:
    f: Mapping[Any, Any] = one.figures
    total = f["atd_technology", "Total", "Count"]
    for table in ("atd_technology", "atd_status", "atd_areas"):
        assert f[table, "Total", "Count"] == total
        assert _sum(one, table, _rows(one, table), "Count") == total
    areas = _rows(one, "atd_areas")
    assert len(areas) == 25
    for area in areas:
        parts = [row for row in _rows(one, "atd_areas", level=2) if row.startswith(area + LEVELS)]
        assert _sum(one, "atd_areas", parts, "Count") == f["atd_areas", area, "Count"]
    for table in ("court_all", "court_final"):
        assert _sum(one, table, _rows(one, table), "Count") == f[table, "Total", "Count"]


@for_each("one", editions, lambda one: one.key)
def test_every_figure_has_a_block_in_its_layout(one: module.Edition) -> None:
    blocks = {block.table for block in (*LAYOUTS[one.layout].blocks, *atd.BLOCKS)}
    released = {atd.RELEASED[0]} if atd.ATD_LAYOUTS[one.atd.layout].released else set()
    assert {table for table, _, _ in one.figures} == blocks | released


def test_known_figures_and_dates() -> None:
    may = edition("05232025")
    assert may.figures["detained_by_criminality", "Total", "Total"] == 48_870
    assert may.figures["removals", "Total", "Total"] == 169_956
    assert may.figures["adp", "Average / Convicted Criminal", "May"] == 15298.2352941176
    assert may.figures["alos_by_facility_type", "FSC", "Jun"] is None
    assert may.figures["stateless", "EL PASO SPC / EPC", "Total"] == 3
    assert may.figures["atd_technology", "SmartLINK", "Daily Tech Cost"] == 153837.120000192
    assert may.figures["atd_areas", "Washington DC / VoiceID", "Count"] == 1
    assert may.figures[atd.RELEASED] == 3
    assert may.docket.through == date(2025, 5, 18)
    assert may.parole.through == date(2025, 5, 20)
    assert may.atd.participants_report == "5.17.2025"
    assert may.atd.released == ("05/06/2025", "05/18/2025")
    assert edition("FY24").figures["removals", "Total", "Total"] == 271_484
    assert edition("FY24").year_label == "EOFY2024"


def test_the_stale_removals_date_of_august_is_kept() -> None:
    august = edition("08292025")
    assert (august.removals.through, august.removals.run) == (date(2025, 8, 9), date(2025, 8, 11))
    assert (august.book_ins.through, august.book_ins.run) == (date(2025, 8, 23), date(2025, 8, 25))
    assert august.figures["removals", "Total", "Total"] == 283_295


def test_the_left_over_date_of_june_is_kept() -> None:
    june = edition("06052025")
    assert (june.atd.areas_as_of, june.atd.participants_report) == ("5/17/2025", "5.31.2025")


def test_families_are_listed_from_9_may_only() -> None:
    with_families = [e.key for e in editions() if ("detained_by_disposition", "Total", "FSC") in e.figures]
    assert with_families == ["05092025", "05122025", "05232025", "06052025", "06202025", "07312025", "08292025"]


def test_an_unknown_key_is_answered_with_the_known_ones() -> None:
    with pytest.raises(KeyError, match=r"no edition '05242025'; on record are FY24, 01162025,"):
        edition("05242025")


def test_an_edition_can_be_changed_for_a_test() -> None:
    place = ("removals", "Total", "Total")
    changed = replace(edition("05232025"), figures={**edition("05232025").figures, place: None})
    assert changed.figures[place] is None
    assert edition("05232025").figures[place] == 169_956


@pytest.fixture
def copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("editions.csv", "editions_wide.csv", "calendar.csv", "atd.csv"):
        (tmp_path / name).write_bytes((Path(module.__file__).parent / name).read_bytes())
    monkeypatch.setattr(module, "_HERE", tmp_path)
    return tmp_path


def _append(path: Path, *row: str) -> None:
    with path.open("a", newline="") as file:
        csv.writer(file).writerow(row)


def _last_line(path: Path) -> int:
    return len(path.read_text().splitlines())


def test_a_wide_row_given_twice_is_refused(copies: Path) -> None:
    wide = copies / "editions_wide.csv"
    _append(wide, "FY24", "stateless", "Total", "1")
    with pytest.raises(
        ValueError, match=rf"wide.csv line {_last_line(wide)}: FY24 .*'Total', 'Total'\) is given twice"
    ):
        editions.__wrapped__()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("FY24", "stateles", "X / Y", "1"), "'stateles' is no table; write one of book_outs_by_reason, adp, alos,"),
        (("FY24",), "'' is no table; write one of"),
        (("FY24", "court_all", "New", "1"), r"1 figures; court_all has 2: Count, %"),
        (("FY24", "stateless", "X / Y", "1", "2"), "2 figures; stateless has 1: Total"),
        (("FY24", "stateless", "X / Y", "one"), "'one' is no number; write digits, or nothing for a blank cell"),
        (("FY24", "stateless", " / Y", "1"), "' / Y' has no row of its table above; write its first level too"),
    ],
)
def test_a_wide_row_that_cannot_be_placed_is_refused(copies: Path, row: tuple[str, ...], words: str) -> None:
    wide = copies / "editions_wide.csv"
    _append(wide, *row)
    with pytest.raises(ValueError, match=rf"^editions_wide.csv line {_last_line(wide)}: {words}"):
        editions.__wrapped__()


def test_a_row_that_leaves_out_its_first_level_is_of_the_one_above(copies: Path) -> None:
    wide = copies / "editions_wide.csv"
    _append(wide, "FY24", "stateless", "Above / ONE", "1")
    _append(wide, "FY24", "stateless", " / TWO", "2")
    (year_end,) = (e for e in editions.__wrapped__() if e.key == "FY24")
    assert year_end.figures["stateless", "Above / TWO", "Total"] == 2


def test_an_edition_without_words_for_its_atd_sheet_is_refused(copies: Path) -> None:
    words = copies / "atd.csv"
    words.write_text("".join(words.read_text().splitlines(keepends=True)[:-1]))
    with pytest.raises(ValueError, match=r"^atd.csv and the files of figures .*; in one only: \['08292025'\]"):
        editions.__wrapped__()


def test_a_figure_given_twice_is_refused(copies: Path) -> None:
    _append(copies / "editions.csv", "FY24", "removals", "Total", "Total", "1")
    with pytest.raises(ValueError, match=r"editions.csv line 1164: FY24 .* is given twice; delete one"):
        editions.__wrapped__()


def test_a_figure_that_is_no_number_is_refused(copies: Path) -> None:
    _append(copies / "editions.csv", "FY24", "removals", "New row", "Total", "1,000")
    with pytest.raises(ValueError, match=r"editions.csv line 1164: '1,000' is no number; write digits"):
        editions.__wrapped__()


def test_an_edition_without_dates_is_refused(copies: Path) -> None:
    _append(copies / "editions.csv", "FY99", "removals", "Total", "Total", "1")
    with pytest.raises(
        ValueError, match=r"^calendar.csv and the files of figures must name the same editions; in one only: \['FY99'\]"
    ):
        editions.__wrapped__()


def test_a_line_with_a_field_missing_is_refused(copies: Path) -> None:
    _append(copies / "editions.csv", "FY24", "removals", "New row", "Total")
    with pytest.raises(ValueError, match=r"editions.csv line 1164: more or fewer fields than the header names"):
        editions.__wrapped__()


def test_a_year_end_that_is_neither_yes_nor_no_is_refused(copies: Path) -> None:
    calendar = copies / "calendar.csv"
    calendar.write_text(calendar.read_text().replace(",yes,", ",true,"))
    with pytest.raises(ValueError, match=r"calendar.csv line 2: year_end is 'true'; write yes or no"):
        editions.__wrapped__()
