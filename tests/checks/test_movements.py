"""People and days between two editions: what must add up, and the neighbour that does."""

from datetime import date

import pytest

from checks.against import compare
from checks.movements import average_jumps, movements, running_month
from checks.place_rows import lists_of
from checks.turnover import turnover
from figures.periods import Period, instant
from figures.records import Dims, Earlier, Finding, Observation

SINCE = date(2024, 10, 1)
MAY, JUNE = date(2025, 5, 17), date(2025, 5, 31)


def observation(
    metric: str, dims: Dims, period: Period, value: float, table: str, cell: str, unit: str = "people"
) -> Observation:
    where = f"xlsx:S!{cell}"
    return Observation(metric, dims, period, value, unit, "reported", f"{value:g}", where, table, fiscal_year=2025)


def earlier(o: Observation, value: float, end: date) -> Earlier:
    period = o.period._replace(end=end) if o.period.kind != "instant" else instant(end)
    return Earlier(o.series, o.table, period, value, "xlsx:S!", 1, 1, 2025, "before.xlsx")


def to_date(end: date) -> Period:
    return Period("fiscal_year_to_date", SINCE, end)


HELD = observation(
    "ice.detained", (("agency", "all"), ("criminality", "all")), instant(JUNE), 51_302, "detained_by_criminality", "F20"
)
INTO = observation("ice.book_ins", (("agency", "all"),), to_date(JUNE), 185_000, "book_ins_by_month", "V20")
OUT = observation("ice.final_book_outs", (("facility_type", "all"),), to_date(JUNE), 165_000, "final_book_outs", "J29")


def flows(held: float, came: float = 12_000, left: float = 9_800, end: date = MAY) -> list[Finding]:
    before = [
        earlier(HELD, 51_302 - held, end),
        earlier(INTO, 185_000 - came, end),
        earlier(OUT, 165_000 - left, end),
    ]
    current = [HELD, INTO, OUT]
    return movements(current, compare(current, before))


def test_stock_and_flow_agree_within_their_usual_rest() -> None:
    assert flows(2_200) == []
    assert flows(2_200 - 224 + 800) == []
    assert flows(2_200 - 224 - 800) == []


@pytest.mark.parametrize("rest", [-224 + 801, -224 - 801])
def test_people_who_are_not_accounted_for_are_told(rest: float) -> None:
    (finding,) = flows(2_200 + rest)
    assert (finding.check, finding.severity) == ("stock_and_flow", "warn")
    assert finding.words == (
        f"People held changed by {2_200 + rest:+,.0f} (xlsx:S!F20) in 14 days since before.xlsx, book-ins less "
        f"book-outs by +2,200 (xlsx:S!V20, xlsx:S!J29): {rest:+,.0f} people are not accounted for, where -224 within "
        "800 are usual. One of the three may be of another day."
    )


def test_a_longer_time_leaves_a_larger_rest() -> None:
    four_weeks = date(2025, 5, 3)
    assert flows(2_200 - 448 + 1_100, end=four_weeks) == []
    assert [f.check for f in flows(2_200 - 448 + 1_200, end=four_weeks)] == ["stock_and_flow"]


def test_an_edition_of_the_same_day_has_no_flow() -> None:
    assert flows(5_000, end=JUNE) == []


def shares(ice_convicted: float, cbp_convicted: float = 2_000) -> list[Finding]:
    def one(agency: str, criminality: str, value: float, cell: str) -> Observation:
        dims = (("agency", agency), ("criminality", criminality))
        return HELD._replace(dims=dims, value=value, locator=f"xlsx:S!{cell}")

    current = [one("ICE", "all", 30_000, "B20"), one("ICE", "convicted", ice_convicted, "B21")]
    current += [one("CBP", "all", 20_000, "D20"), one("CBP", "convicted", cbp_convicted, "D21"), HELD]
    before = [earlier(o, v, MAY) for o, v in zip(current, (30_000, 12_000, 20_000, 2_000, 50_000), strict=True)]
    return movements(current, compare(current, before))


def test_the_convicted_share_of_an_agency_does_not_jump_by_25_points() -> None:
    assert shares(19_490) == []
    (finding,) = shares(19_510)
    assert (finding.check, finding.severity, finding.scope_kind) == ("agency_share", "hold", "cells")
    assert finding.scope == ("xlsx:S!B20", "xlsx:S!B21", "xlsx:S!D20", "xlsx:S!D21")  # the total stays
    assert "whom ICE arrested 65% are convicted (xlsx:S!B21), 40% in before.xlsx" in finding.words


def test_the_convicted_share_of_each_agency_is_looked_at_by_itself() -> None:
    """CBP's share jumps while ICE's stays as it was."""
    assert shares(12_000, cbp_convicted=6_990) == []
    (finding,) = shares(12_000, cbp_convicted=7_010)
    assert (finding.check, finding.severity, finding.scope_kind) == ("agency_share", "hold", "cells")
    assert finding.scope == ("xlsx:S!B20", "xlsx:S!B21", "xlsx:S!D20", "xlsx:S!D21")
    assert "whom CBP arrested 35% are convicted (xlsx:S!D21), 10% in before.xlsx" in finding.words


def place(name: str, value: float, row: int, end: date = JUNE) -> Observation:
    dims = (("criminality", "criminal"), ("facility", name), ("sex", "male"))
    return observation(
        "ice.facility_adp_by_criminality",
        dims,
        to_date(end),
        value,
        "facility_criminality",
        f"N{row}",
        "average people",
    )


def listed(new: list[Observation], old: list[Observation], end: date = MAY) -> list[Finding]:
    before = [replace_row(earlier(o, o.value or 0, end), row) for row, o in enumerate(old, 8)]
    compared = compare(new, before)
    return [*movements(new, compared), *turnover(new, compared, lists_of(new, compared))]


def replace_row(one: Earlier, row: int) -> Earlier:
    return one._replace(row=row)


PLACES = [place(f"P{number:03} | TOWN | TX", 400 - 2 * number, 8 + number) for number in range(120)]


def test_days_in_custody_never_grow_fewer() -> None:
    assert listed(PLACES, PLACES) == []
    fewer = [o._replace(value=(o.value or 0) * 0.9) for o in PLACES]
    (finding,) = listed(fewer, PLACES)
    assert (finding.check, finding.severity) == ("bed_days_shrink", "hold")
    assert "facility_criminality" in finding.scope
    # 243 days of 0.945 are as many as 229 of 1.
    assert listed([o._replace(value=(o.value or 0) * 0.945) for o in PLACES], PLACES) == []


def test_places_that_leave_one_by_one_are_no_fault() -> None:
    left = [o for number, o in enumerate(PLACES) if number < 100 or number % 4]
    small = [o._replace(value=1.0) if number >= 100 else o for number, o in enumerate(PLACES)]
    assert listed([o._replace(value=1.0) if (o.value or 0) <= 200 else o for o in left], small) == []


@pytest.mark.parametrize("first", [0, 40, 105])
def test_a_block_of_places_that_is_gone_is_held(first: int) -> None:
    left = PLACES[:first] + PLACES[first + 12 :]
    checks = {finding.check: finding for finding in listed(left, PLACES)}
    assert checks["facilities_gone"].severity == "hold"
    assert "12 of 120 facilities of before.xlsx are gone from the list" in checks["facilities_gone"].words


def test_two_large_places_may_close() -> None:
    assert [f.check for f in listed(PLACES[2:], PLACES)] == []


def test_a_table_that_is_gone_is_told_once() -> None:
    current = [HELD, INTO]
    before = [earlier(HELD, 50_000, MAY), earlier(INTO, 180_000, MAY), earlier(OUT, 160_000, MAY)]
    (finding,) = turnover(current, compare(current, before), None)
    assert (finding.check, finding.severity, finding.scope) == ("table_gone", "warn", ("final_book_outs",))
    older = before[2]._replace(release_name="older.xlsx")
    assert turnover(current, compare(current, [*before[:2], older]), None) == []


def month(
    number: int, end: int, value: float, metric: str = "ice.book_ins", table: str = "book_ins_by_month"
) -> Observation:
    period = Period("month", date(2025, number, 1), date(2025, number, end))
    return observation(metric, (("agency", "all"),), period, value, table, f"{chr(64 + number)}20")


@pytest.mark.parametrize(("count", "told"), [(15_000, False), (15_600, True), (3_900, False), (3_600, True)])
def test_the_running_month_keeps_within_twice_its_pace(count: float, told: bool) -> None:
    findings = running_month([month(4, 30, 15_000), month(5, 15, count)])
    assert [f.check for f in findings] == (["running_month"] if told else [])


def test_the_first_days_of_a_month_say_nothing_of_its_pace() -> None:
    assert running_month([month(4, 30, 15_000), month(5, 3, 100)]) == []
    assert running_month([month(5, 4, 100)]) == []


@pytest.mark.parametrize(("value", "held"), [(149.0, False), (151.0, True), (5.0, False)])
def test_a_national_average_does_not_triple_in_a_month(value: float, held: bool) -> None:
    findings = average_jumps([month(4, 30, 50, "ice.alos", "alos"), month(5, 31, value, "ice.alos", "alos")])
    assert [(f.check, f.scope) for f in findings] == ([("average_jumps", ("xlsx:S!E20",))] if held else [])
