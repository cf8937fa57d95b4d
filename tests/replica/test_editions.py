import csv
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from replica import editions as module
from replica.editions import edition, editions
from replica.layouts import LAYOUTS

CRIMINALITY = ("Convicted Criminal", "Pending Criminal Charges", "Other Immigration Violator")
MONTHS = ("Oct", "Nov", "Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep")


def test_fourteen_editions_oldest_first() -> None:
    assert [e.key for e in editions()] == [
        "FY24",
        *("01162025", "02032025", "02142025", "03142025", "03262025", "04162025", "05092025"),
        *("05122025", "05232025", "06052025", "06202025", "07312025", "08292025"),
    ]


@pytest.mark.parametrize("one", editions(), ids=lambda e: e.key)
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


@pytest.mark.parametrize("one", editions(), ids=lambda e: e.key)
def test_every_figure_has_a_block_in_its_layout(one: module.Edition) -> None:
    assert {table for table, _, _ in one.figures} == {block.table for block in LAYOUTS[one.layout].blocks}


def test_known_figures_and_dates() -> None:
    may = edition("05232025")
    assert may.figures["detained_by_criminality", "Total", "Total"] == 48_870
    assert may.figures["removals", "Total", "Total"] == 169_956
    assert may.docket.through == date(2025, 5, 18)
    assert edition("FY24").figures["removals", "Total", "Total"] == 271_484
    assert edition("FY24").year_label == "EOFY2024"


def test_the_stale_removals_date_of_august_is_kept() -> None:
    august = edition("08292025")
    assert (august.removals.through, august.removals.run) == (date(2025, 8, 9), date(2025, 8, 11))
    assert (august.book_ins.through, august.book_ins.run) == (date(2025, 8, 23), date(2025, 8, 25))
    assert august.figures["removals", "Total", "Total"] == 283_295


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
    for name in ("editions.csv", "calendar.csv"):
        (tmp_path / name).write_bytes((Path(module.__file__).parent / name).read_bytes())
    monkeypatch.setattr(module, "_HERE", tmp_path)
    return tmp_path


def _append(path: Path, *row: str) -> None:
    with path.open("a", newline="") as file:
        csv.writer(file).writerow(row)


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
    with pytest.raises(ValueError, match=r"must name the same editions; in one only: \['FY99'\]"):
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
