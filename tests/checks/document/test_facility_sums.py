"""Checks of the list of facilities, each with a list that fails it and one that does not."""

from datetime import date

import pytest

from checks.document.facility_sums import FEW_ROWS, facilities
from figures.periods import fiscal_year_to_date, instant
from figures.records import Dims, Finding, Observation, Status

DAY = date(2025, 5, 12)
LEVELS = [(("level", level),) for level in "ABCD"]
CRIMES = [(("criminality", c), ("sex", s)) for s in ("male", "female") for c in ("criminal", "non_criminal")]
THREATS = [(("threat_level", t),) for t in ("1", "2", "3", "none")]
LEVEL, CRIME, THREAT = (
    "ice.facility_adp_by_level",
    "ice.facility_adp_by_criminality",
    "ice.facility_adp_by_threat_level",
)
TABLES = {
    LEVEL: "facility_levels",
    CRIME: "facility_criminality",
    THREAT: "facility_threat",
    "ice.facility_adp_mandatory": "facility_mandatory",
    "ice.facility_guaranteed_minimum": "facility_beds",
    "ice.adp": "adp",
}
HELD = ("facility_criminality", "facility_levels", "facility_mandatory", "facility_threat")


def figure(metric: str, dims: Dims, value: float | None, at: str, day: date | None = DAY) -> Observation:
    status: Status = "blank" if value is None else "reported"
    period = instant(day) if metric.endswith("minimum") else fiscal_year_to_date(2025, day)
    return Observation(
        metric, tuple(sorted(dims)), period, value, "average people", status, str(value), at, TABLES[metric]
    )


def place(
    number: int,
    *,
    level: float | None = 10.5,
    crime: float | None = 10.5,
    threat: float | None = 10.5,
    mandatory: float = 21.0,
    beds: float = 100.0,
) -> list[Observation]:
    """A row of the list: four cells of each split, mandatory, and guaranteed beds."""
    facility = (("facility", f"PLACE {number} | TOWN | TX"),)
    cells = []
    for metric, groups, value in ((LEVEL, LEVELS, level), (CRIME, CRIMES, crime), (THREAT, THREATS, threat)):
        cells += [
            figure(metric, (*facility, *group), value, f"xlsx:F!{metric[-5:]}{number}.{n}")
            for n, group in enumerate(groups)
        ]
    cells.append(figure("ice.facility_adp_mandatory", facility, mandatory, f"xlsx:F!V{number}"))
    cells.append(figure("ice.facility_guaranteed_minimum", facility, beds, f"xlsx:F!W{number}"))
    return cells


def listed(*odd: list[Observation], count: int = 100, **same: float) -> list[Observation]:
    rows = [place(number, **same) for number in range(1, count + 1 - len(odd))]
    return [o for row in (*rows, *odd) for o in row]


def nation(value: float, day: date | None = DAY) -> Observation:
    return figure("ice.adp", (("agency", "all"), ("criminality", "all")), value, "xlsx:Detention FY25!N99", day)


def only(found: list[Finding]) -> Finding:
    assert len(found) == 1, [finding.words for finding in found]
    return found[0]


def test_a_sound_list_is_not_held() -> None:
    assert facilities([*listed(), nation(4300.0)]) == []
    assert facilities([]) == []


def test_a_list_that_is_not_current_is_not_checked() -> None:
    broken = listed(*[place(900 + n, level=1.0) for n in range(20)])
    assert facilities(broken) != []
    assert facilities([o._replace(status="not_current") for o in broken]) == []


def test_one_row_whose_levels_differ_holds_its_own_level_cells() -> None:
    finding = only(facilities(listed(place(900, level=2.5))))
    assert (finding.check, finding.severity, finding.scope_kind) == ("facility_splits", "hold", "cells")
    assert finding.scope == tuple(f"xlsx:F!level900.{n}" for n in range(4))
    assert "in 1 of 100 facilities" in finding.words
    assert "(level 10.0, criminality 42.0, threat_level 42.0)" in finding.words


def test_many_rows_without_levels_hold_the_levels_and_leave_the_other_splits() -> None:
    finding = only(facilities(listed(*[place(900 + n, level=None) for n in range(FEW_ROWS + 1)])))
    assert (finding.check, finding.scope_kind, finding.scope) == ("facility_splits", "table", ("facility_levels",))


def test_three_sums_that_all_differ_hold_all_three() -> None:
    odd = [place(900 + n, level=1.5, crime=2.5, threat=3.5, mandatory=5.0) for n in range(FEW_ROWS + 1)]
    finding = only(facilities(listed(*odd)))
    assert finding.scope == ("facility_criminality", "facility_levels", "facility_threat")


@pytest.mark.parametrize(("level", "held"), [(10.52, False), (10.54, True)])
def test_a_tenth_of_a_person_is_rounding_and_more_is_not(level: float, held: bool) -> None:
    assert bool(facilities(listed(place(900, level=level)))) == held


def test_whole_numbers_are_noted_and_their_sums_may_differ_by_rounding() -> None:
    rounded = only(
        facilities(listed(place(900, level=11.0, crime=10.0, threat=10.0), level=10.0, crime=10.0, threat=10.0))
    )
    assert (rounded.check, rounded.severity) == ("facility_rounded", "note")
    assert "is a whole number" in rounded.words
    found = facilities(listed(place(900, level=12.0, crime=10.0, threat=10.0), level=10.0, crime=10.0, threat=10.0))
    assert sorted(finding.check for finding in found) == ["facility_rounded", "facility_splits"]


def test_a_row_without_any_average_is_no_contradiction() -> None:
    assert facilities(listed(place(900, level=None, crime=None, threat=None, mandatory=0.0))) == []


@pytest.mark.parametrize(("total", "side"), [(3600.0, "16.7% above"), (5250.0, "20.0% below")])
def test_a_list_that_does_not_belong_to_the_average_is_held(total: float, side: str) -> None:
    finding = only(facilities([*listed(), nation(total)]))
    assert (finding.check, finding.severity, finding.scope) == ("facility_sum", "hold", HELD)
    assert "The facilities add to 4,200 on average" in finding.words
    assert f"{side} the {total:,.0f} of xlsx:Detention FY25!N99" in finding.words


@pytest.mark.parametrize("total", [4164.0, 4506.0])
def test_the_gap_of_sound_editions_is_no_finding(total: float) -> None:
    assert facilities([*listed(), nation(total)]) == []


def test_two_averages_or_none_are_not_compared() -> None:
    assert facilities([*listed(), nation(9000.0), nation(9000.0)]) == []


def test_a_list_of_another_fortnight_is_said_and_not_held() -> None:
    assert facilities([*listed(), nation(4300.0, date(2025, 5, 26))]) == []
    finding = only(facilities([*listed(), nation(4300.0, date(2025, 5, 27))]))
    assert (finding.check, finding.severity, finding.found) == ("facility_day", "warn", "15 days")
    assert facilities([*listed(), nation(4300.0, None)]) == []


@pytest.mark.parametrize(("count", "held"), [(59, True), (60, False), (600, False), (601, True)])
def test_a_list_of_an_unlikely_length_is_held(count: int, held: bool) -> None:
    found = facilities(listed(count=count))
    assert [finding.check for finding in found] == (["facility_count"] if held else [])
    if held:
        assert f"has {count} rows" in found[0].words


def test_lost_closing_zeros_of_guaranteed_beds_are_held() -> None:
    finding = only(facilities(listed(beds=11.0)))
    assert (finding.check, finding.severity, finding.scope) == ("guaranteed_minimum_zeros", "hold", ("facility_beds",))
    assert finding.words.startswith("0 of 100 guaranteed minimums")


def test_few_guaranteed_beds_prove_nothing() -> None:
    rows = [place(n, beds=11.0 if n < 20 else 0.0) for n in range(1, 101)]
    assert facilities([o for row in rows for o in row]) == []


def test_a_share_of_mandatory_detention_never_seen_is_said_and_not_held() -> None:
    finding = only(facilities(listed(mandatory=4.0)))
    assert (finding.check, finding.severity, finding.scope) == ("mandatory_share", "warn", ("facility_mandatory",))
    assert "is 9.5% of the average" in finding.words


def test_a_published_total_is_not_counted_as_a_facility() -> None:
    rows = place(900, level=999.5, crime=1.5, threat=5.5)
    total = [o._replace(dims=tuple(("facility", "all") if d[0] == "facility" else d for d in o.dims)) for o in rows]
    assert facilities([*listed(), *total, nation(4300.0)]) == []


def test_a_row_without_any_number_is_named() -> None:
    """FY2019 shows `#N/A` in every cell of two rows; a blank split beside filled ones is another fault."""
    empty = [o._replace(value=None, status="suppressed") for o in place(100)]
    finding = only([f for f in facilities(listed(empty)) if f.check == "facility_without_numbers"])
    assert finding.severity == "warn"
    assert finding.words == ("xlsx:F!level100.0 and on: no average of PLACE 100 | TOWN | TX is a number.")
    assert "facility_without_numbers" not in {f.check for f in facilities(listed(place(100, level=None)))}


def test_a_place_has_no_more_people_under_mandatory_detention_than_people() -> None:
    """The rows of one column were exchanged: nothing adds to another total."""
    assert (
        facilities(listed(place(900, mandatory=46.0))) == []
    )  # 42 people, and the rounding of a list of whole numbers
    finding = only(facilities(listed(place(900, mandatory=48.0))))
    assert (finding.check, finding.severity, finding.scope) == ("mandatory_above_average", "hold", ("xlsx:F!V900",))
    assert finding.words == (
        "xlsx:F!V900 has 48.0 people under mandatory detention on average, more than the place holds; so in 1 rows."
    )
    many = [place(900 + n, mandatory=48.0) for n in range(FEW_ROWS + 1)]
    assert only(facilities(listed(*many))).scope == ("facility_mandatory",)
