"""A part's share of its total: the jump that is held, the one that is told, and the steps that are usual."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest

from checks.against import compare
from checks.part_shares import part_shares
from figures.periods import Period, instant
from figures.records import Dims, Earlier, Figure, Finding, Observation

MAY, JUNE, JULY = date(2025, 5, 18), date(2025, 6, 1), date(2025, 7, 13)
NAMES = ("all", "convicted", "other")


def dims(criminality: str) -> Dims:
    return (("agency", "all"), ("criminality", criminality))


def stated(values: Mapping[str, float], period: Period, metric: str = "ice.detained") -> list[Observation]:
    unit = "average people" if metric == "ice.adp" else "people"
    return [
        Observation(metric, dims(name), period, v, unit, "reported", f"{v:g}", f"xlsx:S!F{row}", "t", fiscal_year=2025)
        for row, (name, v) in enumerate(values.items(), 20)
    ]


def before(observations: list[Observation], year: int = 2025) -> list[Earlier]:
    return [
        Earlier(o.series, o.table, o.period, o.value or 0.0, "xlsx:S!", row, 6, year, "before.xlsx")
        for row, o in enumerate(observations, 20)
    ]


def figures(number: int, observations: list[Observation]) -> list[Figure]:
    at = datetime(2025, 1, 1, tzinfo=UTC)
    return [
        Figure(
            o.series,
            o.period,
            o.value,
            o.unit,
            "reported",
            o.raw,
            o.locator,
            "",
            2025,
            None,
            False,
            number,
            f"{number}.xlsx",
            "",
            "",
            at,
            "stated",
            o.table,
        )
        for o in observations
    ]


def people(convicted: float, total: float = 50_000) -> dict[str, float]:
    return dict(zip(NAMES, (total, convicted, total - convicted), strict=True))


def held(convicted: float, on: date = JUNE, past: list[Figure] | None = None) -> list[Finding]:
    new = stated(people(convicted), instant(on))
    return part_shares(compare(new, before(stated(people(20_000), instant(MAY)))), past or [])


def test_a_share_that_hardly_moves_is_itself() -> None:
    assert held(20_000) == []
    assert held(21_500) == []


def test_a_share_that_jumps_is_held_in_both_rows_and_the_total_is_not() -> None:
    (finding,) = held(28_000)  # 16 points in a fortnight
    assert (finding.check, finding.severity, finding.scope) == ("part_share", "hold", ("xlsx:S!F21", "xlsx:S!F22"))
    assert finding.words == (
        "t: a share of its total moved by more than is usual: xlsx:S!F21 is 56.0% of xlsx:S!F20, 40.0% in "
        "before.xlsx (+8,000 people); xlsx:S!F22 is 44.0% of xlsx:S!F20, 60.0% in before.xlsx (-8,000 people)."
    )


def test_a_smaller_jump_is_told_and_over_a_longer_time_it_is_usual() -> None:
    assert [f.severity for f in held(25_500)] == ["warn"]
    assert held(25_500, on=JULY) == []
    assert [f.severity for f in held(28_000, on=MAY - timedelta(days=7))] == []  # of an older day: nothing can be said


def test_what_a_part_never_did_before_is_told_sooner() -> None:
    days = [MAY - timedelta(days=14 * n) for n in range(5, 0, -1)]
    calm = [f for n, day in enumerate(days) for f in figures(n, stated(people(20_000 + 100 * n), instant(day)))]
    wild = [f for n, day in enumerate(days) for f in figures(n, stated(people(20_000 + 1_600 * (n % 2)), instant(day)))]
    assert [f.severity for f in held(22_500, past=calm)] == ["warn"]
    assert held(22_500, past=wild) == []
    assert held(21_500, past=calm) == []  # four points in a fortnight and no less


def test_of_a_count_since_october_those_are_asked_who_were_counted_since() -> None:
    def since(convicted: float) -> list[Finding]:
        then = Period("fiscal_year_to_date", date(2024, 10, 1), MAY)
        old = stated(people(80_000, 200_000), then, "ice.book_ins_by_criminality")
        new = stated(people(convicted, 212_000), then._replace(end=JUNE), "ice.book_ins_by_criminality")
        for o in (old, new):
            o[:] = [each._replace(dims=(("criminality", each.dims[1][1]), ("facility_type", "all"))) for each in o]
        return part_shares(compare(new, before(old)), [])

    assert since(84_800) == []
    assert since(80_500) == []  # 4,300 of 12,000 stand elsewhere: so it was in February 2025
    assert [f.severity for f in since(76_000)] == ["hold"]
    assert [f.severity for f in since(78_500)] == ["warn"]


@pytest.mark.parametrize(("total", "severity"), [(4_000, "warn"), (20_000, "hold")])
def test_a_small_total_is_told_of_and_never_held(total: float, severity: str) -> None:
    new = stated(people(total * 0.7, total), instant(JUNE))
    old = stated(people(total * 0.4, total), instant(MAY))
    assert [f.severity for f in part_shares(compare(new, before(old)), [])] == [severity]


def test_averages_of_another_year_are_no_measure() -> None:
    def averages(year: int) -> list[Finding]:
        then = Period("fiscal_year_to_date", date(2024, 10, 1), MAY)
        old = before(stated(people(20_000), then, "ice.adp"), year)
        new = stated(people(29_000), then._replace(end=JUNE), "ice.adp")
        return part_shares(compare(new, old), [])

    assert averages(2024) == []
    assert [f.severity for f in averages(2025)] == ["hold"]
