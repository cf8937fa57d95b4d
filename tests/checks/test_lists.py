"""Checks of the list sheets, each with figures that fail it and figures that do not."""

from datetime import date

import pytest

from checks.lists import lists
from figures.metrics import METRICS
from figures.periods import Period, fiscal_year_to_date, instant
from figures.records import Observation, Status

DAY = instant(date(2025, 1, 15))
MONTH = Period("month", date(2025, 1, 1), date(2025, 1, 31))
QUARTER = Period("quarter", date(2025, 1, 1), date(2025, 3, 31))


def figure(
    metric: str, value: float | None, cell: str, period: Period, status: Status | None = None, **dims: str
) -> Observation:
    status = status or ("blank" if value is None else "reported")
    raw = "" if value is None else f"{value:g}"
    unit = METRICS[f"ice.{metric}"].unit
    return Observation(
        f"ice.{metric}", tuple(sorted(dims.items())), period, value, unit, status, raw, f"xlsx:S!{cell}", "t"
    )


def iclos(adult_short: float = 10, adult: float = 12, everybody: float = 15) -> list[Observation]:
    """Two populations by two lengths, with every total."""
    counts = {
        ("adult", "0_to_180_days"): adult_short,
        ("adult", "over_730_days"): 2,
        ("adult", "all"): adult,
        ("family_center", "0_to_180_days"): 3,
        ("family_center", "over_730_days"): 0,
        ("family_center", "all"): 3,
        ("all", "0_to_180_days"): adult_short + 3,
        ("all", "over_730_days"): 2,
        ("all", "all"): everybody,
    }
    return [
        figure("iclos_detainees", float(value), f"B{row}", DAY, population=population, length=length)
        for row, ((population, length), value) in enumerate(counts.items(), 20)
    ]


def test_sound_figures_pass() -> None:
    assert lists(iclos()) == []


def test_lengths_of_stay_add_to_each_total() -> None:
    by_length, by_population = lists(iclos(adult=13, everybody=16))[0], lists(iclos(everybody=16))[0]
    assert (by_length.check, by_length.severity, by_length.scope_kind) == ("list_total", "hold", "cells")
    assert set(by_length.scope) == {"xlsx:S!B20", "xlsx:S!B21", "xlsx:S!B22"}  # each stands in a sum that adds
    assert by_length.words == (
        "xlsx:S!B22 says 13, but its parts by length that were read (xlsx:S!B20 to B21) add to 12."
    )
    assert by_population.words == (
        "xlsx:S!B28 says 16, but its parts by length that were read (xlsx:S!B26 to B27) add to 15. The fault lies in "
        "xlsx:S!B28."
    )
    by_both = lists(iclos(everybody=16))
    assert any("by population that were read (xlsx:S!B22 to B25) add to 15" in f.words for f in by_both)
    assert {f.scope for f in by_both} == {("xlsx:S!B28",)}


def test_nobody_in_custody_is_no_figure() -> None:
    (finding,) = lists([o._replace(value=0.0, raw="0") for o in iclos()])
    assert (finding.check, finding.severity, len(finding.scope)) == ("nobody_held", "hold", 9)
    assert finding.words == "xlsx:S!B28 says that nobody was in custody."


@pytest.mark.parametrize("status", ["overwritten", "to_come"])
def test_a_day_without_figures_is_not_judged(status: Status) -> None:
    assert lists([o._replace(value=None, status=status) for o in iclos()]) == []


def test_what_is_not_current_is_not_judged() -> None:
    assert lists([o._replace(status="not_current") for o in iclos(everybody=99)]) == []


def test_each_day_stands_for_itself() -> None:
    later = [o._replace(period=instant(date(2025, 1, 31)), locator=o.locator.replace("B", "C")) for o in iclos()]
    found = lists([*iclos(everybody=16), *later])
    assert {cell[:8] for finding in found for cell in finding.scope} == {"xlsx:S!B"}


@pytest.mark.parametrize(("metric", "dimension"), [("segregation", "facility"), ("vulnerable_placements", "reason")])
def test_rows_add_to_the_grand_total(metric: str, dimension: str) -> None:
    period = MONTH if metric == "segregation" else QUARTER

    def rows(total: float | None, second: float | None = 2.0) -> list[Observation]:
        values = (("one", 5.0), ("two", second), ("all", total))
        return [figure(metric, v, f"B{n}", period, **{dimension: name}) for n, (name, v) in enumerate(values, 5)]

    assert lists(rows(7.0)) == []
    (finding,) = lists(rows(8.0))
    assert finding.words == (
        f"xlsx:S!B7 says 8, but its parts by {dimension} that were read (xlsx:S!B5 to B6) add to 7."
    )
    assert (finding.expected, finding.found) == ("7", "8")
    # a part without a number may be what is missing, but not what is too much
    (missing,) = lists(rows(8.0, None))
    assert (missing.check, missing.severity, missing.scope) == ("part_blank", "hold", ("xlsx:S!B6",))
    assert missing.words == (
        "xlsx:S!B7 says 8, its parts that have a number add to 5, and xlsx:S!B6 is blank: a number is missing there."
    )
    assert [f.check for f in lists(rows(4.0, None))] == ["list_total"]
    assert lists(rows(None)) == []


def _transgender(
    metric: str, total: float, with_order: float, without: float, areas: list[float], area_total: float | None = None
) -> list[Observation]:
    period = DAY if metric == "transgender_detained" else fiscal_year_to_date(2025, date(2025, 1, 15))
    rows = [
        figure(metric, total, "B5", period, final_order="all"),
        figure(metric, with_order, "B6", period, final_order="with"),
        figure(metric, without, "B7", period, final_order="without"),
    ]
    if area_total is not None:
        rows.append(figure(f"{metric}_by_area", area_total, "B8", period, area="all"))
    return [
        *rows,
        *(figure(f"{metric}_by_area", v, f"B{n}", period, area=f"area {n}") for n, v in enumerate(areas, 9)),
    ]


@pytest.mark.parametrize("metric", ["transgender_detained", "transgender_book_ins"])
def test_transgender_people_by_order_and_area(metric: str) -> None:
    assert lists(_transgender(metric, 17, 4, 13, [12, 5])) == []
    assert lists(_transgender(metric, 17, 4, 13, [12, 5], 17)) == []
    (orders,) = lists(_transgender(metric, 17, 5, 13, [12, 5]))
    assert orders.words == (
        "xlsx:S!B5 says 17, but its parts by final_order that were read (xlsx:S!B6 to B7) add to 18."
    )
    assert orders.scope == ("xlsx:S!B6", "xlsx:S!B7")  # the areas vouch for the total


def test_areas_without_a_total_of_their_own_are_held_alone() -> None:
    (finding,) = lists(_transgender("transgender_detained", 17, 4, 13, [12, 6]))
    assert finding.words == "xlsx:S!B5 says 17, but its parts by area that were read (xlsx:S!B9 to B10) add to 18."
    assert finding.scope == ("xlsx:S!B9", "xlsx:S!B10")


def test_lists_of_different_days_are_not_compared() -> None:
    other = instant(date(2024, 9, 8))
    later = [o for o in _transgender("transgender_detained", 17, 4, 13, [12, 5], 17) if "by_area" in o.metric]
    total = figure("transgender_detained", 30.0, "C5", other, final_order="all")
    assert lists([total, *later]) == []
    assert lists([total, *later[1:]]) == []
    areas = [o._replace(period=other) for o in later]
    assert [f.check for f in lists([total, *areas])] == ["list_equal_totals"]


def test_two_totals_of_one_count() -> None:
    (finding,) = lists(_transgender("transgender_detained", 17, 4, 13, [12, 6], 18))
    assert (finding.check, finding.severity) == ("list_equal_totals", "hold")
    assert finding.words == "xlsx:S!B5 says 17 and xlsx:S!B8 says 18 for the same count."
    assert finding.scope == ("xlsx:S!B5", "xlsx:S!B8", "xlsx:S!B9", "xlsx:S!B10")


@pytest.mark.parametrize(
    ("count", "share"),
    [("bond_final_releases", "bond_share_of_releases"), ("bond_final_book_outs", "bond_share_of_book_outs")],
)
def test_the_share_with_a_bond(count: str, share: str) -> None:
    def rows(published: float, total: float = 3365.0) -> list[Observation]:
        return [
            figure(count, total, "B4", MONTH, bond="all"),
            figure(count, 853.0, "B5", MONTH, bond="posted"),
            figure(share, published, "B6", MONTH, bond="posted"),
        ]

    assert lists(rows(853 / 3365)) == []
    assert lists(rows(0.253)) == []  # rounded to three digits
    assert lists(rows(0.0, 0.0)) == []
    assert lists(rows(0.25)) == []  # and to two
    (finding,) = lists(rows(0.254 + 0.001))
    assert (finding.check, finding.severity) == ("list_share", "hold")
    assert finding.words == "xlsx:S!B6 says 0.2550, but xlsx:S!B5 is 0.2535 of xlsx:S!B4."
    assert finding.scope == ("xlsx:S!B6",)


def test_shares_and_counts_of_different_months_are_not_compared() -> None:
    other = Period("month", date(2025, 2, 1), date(2025, 2, 28))
    counts = [
        figure("bond_final_releases", 100.0, "B4", MONTH, bond="all"),
        figure("bond_final_releases", 50.0, "B5", MONTH, bond="posted"),
    ]
    assert lists([*counts, figure("bond_share_of_releases", 0.9, "C6", other, bond="posted")]) == []


@pytest.mark.parametrize(
    ("metric", "dimension"),
    [("iclos", "population"), ("vulnerable_days_consecutive", "reason"), ("vulnerable_days_cumulative", "reason")],
)
def test_an_average_lies_between_those_of_its_parts(metric: str, dimension: str) -> None:
    period = DAY if metric == "iclos" else QUARTER

    def rows(total: float) -> list[Observation]:
        values = (("one", 40.5), ("two", 80.0), ("nobody", 0.0), ("all", total))
        return [figure(metric, v, f"B{n}", period, **{dimension: name}) for n, (name, v) in enumerate(values, 7)]

    assert lists(rows(52.4)) == []
    assert lists(rows(80.01)) == []
    assert lists(rows(0.0)) == []
    for total in (40.0, 80.5):
        (finding,) = lists(rows(total))
        assert finding.check == "list_average"
        assert finding.words == (
            f"xlsx:S!B10 says {total:.2f} days on average, but the averages of its parts by {dimension} lie between "
            "40.50 and 80.00."
        )


def test_people_are_no_more_than_placements() -> None:
    def rows(people: float) -> list[Observation]:
        return [
            figure("vulnerable_placements", 296.0, "B8", QUARTER, reason="all"),
            figure("vulnerable_detainees", people, "A10", QUARTER, reason="all"),
        ]

    assert lists(rows(296.0)) == []
    (finding,) = lists(rows(297.0))
    assert (finding.check, finding.severity) == ("people_and_placements", "hold")
    assert finding.words == "xlsx:S!A10 speaks of 297 people, but xlsx:S!B8 says 296 placements."


def custody(*totals: float) -> list[Observation]:
    return [
        figure(
            "iclos_detainees", total, f"{chr(66 + n)}28", instant(date(2025, 1 + n, 15)), population="all", length="all"
        )
        for n, total in enumerate(totals)
    ]


def test_the_people_in_custody_on_a_day_are_like_those_before_and_after() -> None:
    """A column at ten times its scale adds in all its sums."""
    assert lists(custody(39_000, 60_000, 41_000)) == []
    assert lists(custody(39_000, 41_000, 60_000)) == []
    (finding,) = lists(custody(39_000, 400_000, 41_000))
    assert (finding.check, finding.severity, finding.scope) == ("custody_jumps", "hold", ("xlsx:S!C28",))
    assert finding.words == (
        "xlsx:S!C28 says that 400,000 people were in custody, xlsx:S!B28 39,000 and xlsx:S!D28 41,000 half a month "
        "before and after."
    )
    assert [f.check for f in lists(custody(39_000, 12_000, 41_000))] == ["custody_jumps"]
