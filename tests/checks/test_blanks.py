"""A number that becomes blank in a row that stays, beside what is rightly blank."""

from datetime import date

import pytest

from checks.against import compare
from checks.blanks import blanks
from figures.periods import Period, instant
from figures.records import Dims, Earlier, Finding, Observation, Status

MAY, JUNE = instant(date(2025, 5, 18)), instant(date(2025, 6, 1))


def observation(
    name: str, cell: str, value: float | None, period: Period = JUNE, status: Status = "blank", table: str = "t"
) -> Observation:
    dims: Dims = (("agency", name),)
    raw = "" if value is None else f"{value:g}"
    said: Status = status if value is None else "reported"
    return Observation("ice.detained", dims, period, value, "people", said, raw, f"xlsx:S!{cell}", table, 2025)


def found(*new: Observation, old: float = 500, year: int = 2025, period: Period = MAY) -> list[Finding]:
    was = Earlier("ice.detained{agency=ICE}", new[0].table, period, old, "xlsx:S!", 20, 2, year, "before.xlsx")
    return list(blanks(new, compare(new, [was])))


def test_a_number_that_becomes_blank_is_held_where_its_row_stays() -> None:
    (finding,) = found(observation("ICE", "B20", None), observation("CBP", "D20", 300))
    assert (finding.check, finding.severity, finding.scope) == ("number_gone_blank", "hold", ("xlsx:S!B20",))
    assert finding.words == (
        "t: one cell is blank where before.xlsx has a number: xlsx:S!B20, where 500 stood in xlsx:S!B20."
    )


@pytest.mark.parametrize("status", ["suppressed", "to_come", "overwritten"])
def test_a_dash_a_month_to_come_and_a_zero_are_answers(status: Status) -> None:
    assert found(observation("ICE", "B20", None, status=status), observation("CBP", "D20", 300)) == []
    assert found(observation("ICE", "B20", 0.0), observation("CBP", "D20", 300)) == []


def test_what_is_small_or_mostly_blank_rightly_is_told() -> None:
    beside = observation("CBP", "D20", 300)
    assert [f.severity for f in found(observation("ICE", "B20", None), beside, old=9)] == ["warn"]
    contract = observation("ICE", "B20", None, table="facility_beds")
    assert [f.severity for f in found(contract, beside._replace(table="facility_beds"))] == ["warn"]


@pytest.mark.parametrize(("old", "severity"), [(60, "warn"), (99_016, "hold")])
def test_a_row_that_is_blank_as_a_whole_is_held_where_many_stood_in_it(old: float, severity: str) -> None:
    assert [f.severity for f in found(observation("ICE", "B20", None), old=old)] == [severity]


def test_another_fiscal_year_begins_anew() -> None:
    assert found(observation("ICE", "B20", None), observation("CBP", "D20", 300), year=2024) == []


def month(number: int, day: int) -> Period:
    return Period("month", date(2025, number, 1), date(2025, number, day))


def test_a_new_month_without_a_number_is_held_where_others_have_one() -> None:
    row = [observation("ICE", "N20", 500, month(5, 31)), observation("ICE", "O20", None, month(6, 14))]
    others = [observation("CBP", "N21", 90, month(5, 31)), observation("CBP", "O21", 80, month(6, 14))]
    (finding,) = found(*row, *others, period=month(5, 31))
    assert (finding.severity, finding.scope) == ("hold", ("xlsx:S!O20",))
    assert finding.words == (
        "t: one cell is blank where there is a number of the month before: xlsx:S!O20, where 500 stood in xlsx:S!N20."
    )
    not_begun = [others[0], observation("CBP", "O21", None, month(6, 14))]
    assert found(*row, *not_begun, period=month(5, 31)) == []
