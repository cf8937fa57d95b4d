"""Rows and columns against the edition before: each fault beside the neighbour that passes."""

from collections.abc import Mapping
from datetime import date

import pytest

from checks.against import compare
from checks.lines import lines
from figures.cells import letters
from figures.metric import ALL
from figures.periods import Period, instant
from figures.records import Dims, Earlier, Finding, Observation

MAY, JUNE = date(2025, 5, 18), date(2025, 6, 1)
SHEET = "xlsx:Sheet!"
Values = Mapping[tuple[int, int], float]


def dims(row: int, column: int) -> Dims:
    return (("agency", f"a{column}"), ("criminality", f"c{row}"))


def observation(at: tuple[int, int], value: float, table: str, period: Period) -> Observation:
    where = f"{SHEET}{letters(at[1])}{at[0]}"
    return Observation(
        "ice.detained", dims(*at), period, value, "people", "reported", f"{value:g}", where, table, fiscal_year=2025
    )


def found(new: Values, old: Values, table: str = "t", kinds: tuple[Period, Period] | None = None) -> list[Finding]:
    now, then = kinds or (instant(JUNE), instant(MAY))
    earlier = [
        Earlier(observation(at, value, table, then).series, table, then, value, SHEET, *at, 2025, "before.xlsx")
        for at, value in old.items()
    ]
    current = [observation(at, value, table, now) for at, value in new.items()]
    return lines(compare(current, earlier), current)


# Three columns of four rows: two parts and their total.
_PARTS = ((900.0, 300.0), (400.0, 20.0), (300.0, 60.0), (200.0, 220.0))
OLD = {(row, at): v for row, parts in enumerate(_PARTS, 1) for at, v in enumerate((*parts, sum(parts)), 2)}
NEW = {at: value * (1.04 if at[1] == 2 else 0.97) for at, value in OLD.items()}


def swapped(one: int, other: int) -> dict[tuple[int, int], float]:
    places = {one: other, other: one}
    return {(row, places.get(column, column)): value for (row, column), value in NEW.items()}


def test_an_edition_that_moved_a_little_is_itself() -> None:
    assert found(NEW, OLD) == []


def test_two_columns_in_each_others_place_are_held_and_the_total_is_not() -> None:
    (finding,) = found(swapped(2, 3), OLD)
    assert (finding.check, finding.severity, finding.scope_kind) == ("lines_exchanged", "hold", "cells")
    assert finding.words == (
        "t: the figures of column B are those that before.xlsx had in column C, and the other way round "
        "(B1, B2, B3, B4; C1, C2, C3, C4): two columns seem to be exchanged."
    )
    assert {cell[len(SHEET)] for cell in finding.scope} == {"B", "C"}


def test_columns_that_really_changed_are_not_exchanged() -> None:
    shifted = {at: value * (0.6 if at[1] == 2 else 1.7) for at, value in OLD.items()}
    assert found(shifted, OLD) == []


@pytest.mark.parametrize(("factor", "held"), [(10, True), (100, True), (0.1, True), (6, False), (3, False)])
def test_a_column_at_ten_times_its_scale_is_held(factor: float, held: bool) -> None:
    scaled = {at: value * (factor if at[1] == 3 else 1) for at, value in NEW.items()}
    findings = found(scaled, OLD)
    assert [f.check for f in findings] == (["line_scaled"] if held else [])
    if held:
        assert f"t: column C (C1, C2, C3, C4) is {factor:g} times what before.xlsx had" in findings[0].words
        assert len(findings[0].scope) == 4


def ladder(*values: float) -> dict[tuple[int, int], float]:
    return {(row, 2): value for row, value in enumerate(values, 1)}


LONG = (500.0, 220.0, 90.0, 640.0, 310.0, 150.0)


def test_rows_that_slipped_by_one_are_held() -> None:
    (finding,) = found(ladder(500, 500, 220, 90, 640, 310), ladder(*LONG))
    assert (finding.check, len(finding.scope)) == ("lines_shifted", 5)
    assert (
        "5 rows, row 2 to row 6, show what before.xlsx had one row before (B2 and on): they have slipped."
        in finding.words
    )


def test_rows_that_slipped_upwards_are_held_too() -> None:
    (finding,) = found(ladder(220, 90, 640, 310, 150, 150), ladder(*LONG))
    assert (finding.check, len(finding.scope)) == ("lines_shifted", 5)
    assert "one row after" in finding.words


def test_two_rows_that_resemble_their_neighbours_are_chance() -> None:
    assert found(ladder(500, 500, 220, 640, 310, 150), ladder(500, 220, 100, 640, 310, 150)) == []


def test_neighbouring_rows_of_one_figure_exchange_only_when_near() -> None:
    assert [f.check for f in found(ladder(500, 90, 220, 640, 310, 150), ladder(*LONG))] == ["lines_exchanged"]
    assert found(ladder(500, 110, 190, 640, 310, 150), ladder(*LONG)) == []


def test_figures_restated_of_a_closed_month_exchange_to_the_digit_however_small() -> None:
    april = Period("month", date(2025, 4, 1), date(2025, 4, 30))
    old = ladder(21, 23, 500, 9)
    assert [f.check for f in found(ladder(23, 21, 500, 9), old, kinds=(april, april))] == ["lines_exchanged"]
    assert found(ladder(23, 20, 500, 9), old, kinds=(april, april)) == []


# Four rows of three figures, each row far from the others.
STEPS = {(row, column): 100.0 * 2**row + 7 * column for row in range(1, 5) for column in (2, 3, 4)}


def turned(*order: int) -> dict[tuple[int, int], float]:
    """Rows 1, 2 and on show the figures of the rows that are named."""
    return {(row, column): STEPS[at, column] * 1.03 for row, at in enumerate(order, 1) for column in (2, 3, 4)}


def test_three_rows_in_one_anothers_place_are_one_fault() -> None:
    (finding,) = found(turned(2, 3, 1, 4), STEPS)
    assert (finding.check, finding.severity) == ("lines_rotated", "hold")
    assert {cell[len(SHEET) + 1 :] for cell in finding.scope} == {"1", "2", "3"}
    assert finding.words == (
        "t: 3 rows show what before.xlsx had in one another (row 1 shows row 2; row 2 shows row 3; row 3 shows row 1): "
        "they stand in one another's place."
    )
    assert [f.check for f in found(turned(3, 1, 2, 4), STEPS)] == ["lines_rotated"]


def test_rows_that_are_exchanged_are_told_as_that_and_not_as_columns_that_are_alike() -> None:
    """Six months of two rows: the wrong rows make every month look like another."""
    old = {(row, column): value + column for row, value in ((1, 900.0), (2, 300.0)) for column in range(2, 8)}
    new = {(3 - row, column): value * 1.01 for (row, column), value in old.items()}
    assert [(f.check, f.found) for f in found(new, old)] == [("lines_exchanged", "row 1 and row 2")]


def test_in_a_long_list_only_neighbours_are_taken_for_one_another() -> None:
    old = ladder(*(200.0 * (1 + 7 * n % 10) for n in range(60)))
    far, near = dict(old), dict(old)
    far[5, 2], far[31, 2], far[53, 2] = old[31, 2] * 1.02, old[53, 2] * 1.02, old[5, 2] * 1.02
    near[5, 2], near[6, 2], near[7, 2] = old[6, 2] * 1.02, old[7, 2] * 1.02, old[5, 2] * 1.02
    assert found(far, old) == []
    assert [f.check for f in found(near, old)] == ["lines_rotated"]


def agreeing(factor: float, *, kept: bool) -> list[Finding]:
    """A part at a multiple of what it was; where its people are `kept` they stand in the other part, and rows add."""
    names = {2: "ICE", 3: "CBP", 4: ALL}
    current, earlier = [], []
    for (row, column), was in OLD.items():
        part, both = round(OLD[row, 3] * factor), OLD[row, 4]
        value = {2: both - part if kept else OLD[row, 2], 3: part, 4: both}[column]
        o = observation((row, column), value, "t", instant(JUNE))
        o = o._replace(dims=(("agency", names[column]), ("criminality", f"c{row}")))
        current.append(o)
        earlier.append(Earlier(o.series, "t", instant(MAY), was, SHEET, row, column, 2025, "before.xlsx"))
    return lines(compare(current, earlier), current)


def test_a_column_that_empties_while_its_rows_go_on_adding_is_no_slip_of_the_decimal_point() -> None:
    assert agreeing(0.1, kept=True) == []
    assert [f.check for f in agreeing(0.1, kept=False)] == ["line_scaled"]


def since_october(month: int, day: int) -> Period:
    return Period("fiscal_year_to_date", date(2024, 10, 1), date(2024, month, day))


def test_counts_since_october_may_grow_as_their_days_do() -> None:
    grown = {at: value * 10 for at, value in OLD.items()}
    assert found(grown, OLD, kinds=(since_october(12, 28), since_october(10, 9))) == []
    again = found(grown, OLD, kinds=(since_october(12, 28), since_october(12, 14)))
    assert {f.check for f in again} == {"line_scaled"}


def test_a_block_without_an_edition_before_is_not_judged() -> None:
    assert found(NEW, {}) == []
