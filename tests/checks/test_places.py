"""Single facilities and the list as a whole: days in custody only add up, and the list is most of all who are held."""

import random
from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from checks.against import compare
from checks.place_rows import lists_of
from checks.places import places
from checks.turnover import turnover
from figures.periods import Period
from figures.records import Dims, Earlier, Finding, Observation

MAY = Period("fiscal_year_to_date", date(2024, 10, 1), date(2025, 5, 12))
JUNE = MAY._replace(end=date(2025, 6, 9))
NATION: Dims = (("agency", "all"), ("criminality", "all"))
BEFORE = {f"PLACE {n}": float(10 * n) for n in range(1, 41)} | {"PLACE 1": 9.0}


def listed(values: Mapping[str, float], period: Period, nation: float = 8_400) -> list[Observation]:
    """A list in the order given; each place's average by criminality and by level, and the national average."""
    made = [
        Observation("ice.adp", NATION, period, nation, "average people", "reported", "", "xlsx:D!N99", "adp", 2025),
    ]
    for row, (name, value) in enumerate(values.items(), 8):
        facility = f"{name} | TOWN {name.removesuffix(' (ICE)')[-1]} | TX"
        for column, metric, table, own in (
            (
                "N",
                "ice.facility_adp_by_criminality",
                "facility_criminality",
                (("criminality", "criminal"), ("sex", "male")),
            ),
            ("J", "ice.facility_adp_by_level", "facility_levels", (("level", "A"),)),
        ):
            dims = tuple(sorted((("facility", facility), *own)))
            made.append(
                Observation(
                    metric,
                    dims,
                    period,
                    value,
                    "average people",
                    "reported",
                    f"{value:g}",
                    f"xlsx:F!{column}{row}",
                    table,
                    2025,
                )
            )
    return made


def before(year: int = 2025) -> list[Earlier]:
    return [
        Earlier(o.series, o.table, o.period, o.value or 0.0, "xlsx:F!", row, 14, year, "before.xlsx")
        for row, o in enumerate(listed(BEFORE, MAY))
        if o.table != "facility_levels"
    ]


def found(new: Mapping[str, float], nation: float = 8_400, year: int = 2025, period: Period = JUNE) -> list[Finding]:
    current = [o for o in listed(new, period, nation) if o.table != "facility_levels"]
    compared = compare(current, before(year))
    lists = lists_of(current, compared)
    assert lists is not None
    return places(lists, current, listed(new, period, nation), compared)


def test_places_that_go_on_are_themselves() -> None:
    assert found(BEFORE) == []
    assert found({name: value * 1.3 for name, value in BEFORE.items()}, nation=8_400 * 1.3) == []


@pytest.mark.parametrize("seed", range(3))
def test_one_place_at_a_tenth_is_held_in_whatever_order_the_list_comes(seed: int) -> None:
    new = {**BEFORE, "PLACE 7": 7.0}
    order = list(new)
    random.Random(seed).shuffle(order)
    row = 8 + order.index("PLACE 7")
    (finding,) = found({name: new[name] for name in order})
    assert (finding.check, finding.severity) == ("facility_days", "hold")
    assert set(finding.scope) == {f"xlsx:F!N{row}", f"xlsx:F!J{row}"}
    assert "7.00 on average over 252 days, 70.00 over 224 days in before.xlsx (PLACE 7)." in finding.words


def test_a_place_that_loses_days_is_told_and_one_that_nearly_closed_is_itself() -> None:
    assert [f.severity for f in found({**BEFORE, "PLACE 7": 50.0})] == ["warn"]
    assert found({**BEFORE, "PLACE 7": 70 * 224 / 252}) == []  # nobody came since
    assert found({**BEFORE, "PLACE 1": 10 * 224 / 252 - 0.5}) == []  # a hundred days of a small place


def test_a_place_at_ten_times_is_held() -> None:
    assert [(f.check, f.severity) for f in found({**BEFORE, "PLACE 7": 700.0})] == [("facility_days", "hold")]
    assert found({**BEFORE, "PLACE 7": 190.0}) == []


def test_a_small_place_that_shows_the_figures_of_another_is_held() -> None:
    """August 2022: a jail of the same name in another state, looked up by its name."""
    assert [f.severity for f in found({**BEFORE, "PLACE 30": 300.5, "PLACE 1": 300.5})] == ["hold"]
    assert found({**BEFORE, "PLACE 30": 300.0, "PLACE 2": 20.0}) == []


def test_another_year_begins_anew() -> None:
    assert found({**BEFORE, "PLACE 7": 7.0}, year=2024) == []


@pytest.mark.parametrize(
    ("without", "severity"), [((), None), ((16,), None), ((18,), "warn"), ((40, 1), "warn"), ((40, 3), "hold")]
)
def test_a_list_that_falls_short_of_its_own_past(without: Sequence[int], severity: str | None) -> None:
    """The list is 97.6 % of all who are held; in it are 40 places for 10 to 400 people."""
    short = {name: value for name, value in BEFORE.items() if int(name.removeprefix("PLACE ")) not in without}
    findings = [f for f in found(short) if f.check == "facility_share"]
    assert [f.severity for f in findings] == ([severity] if severity else [])


def test_a_place_under_a_name_typed_anew_is_not_gone() -> None:
    renamed = {f"{name} (ICE)" if n % 2 else name: value * 1.01 for n, (name, value) in enumerate(BEFORE.items())}

    def gone(values: Mapping[str, float]) -> list[str]:
        new = [o for o in listed(values, JUNE) if o.table != "facility_levels"]
        compared = compare(new, before())
        return [f.check for f in turnover(new, compared, lists_of(new, compared))]

    assert gone(renamed) == []
    assert gone({n: v for n, v in renamed.items() if "(ICE)" not in n}) == ["facilities_gone"]
