"""Counts since 1 October by their pace: what is held, what is let pass, and in which words."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.expected_paces import BOOK_INS, BOOK_OUTS, HELD, REMOVALS
from checks.paces import paces
from figures.metric import metric_of
from figures.periods import end_of_day, fiscal_year, fiscal_year_to_date, instant
from figures.records import Figure, Finding, Observation

EVE = date(2024, 9, 30)
CELLS = {REMOVALS: "P29", BOOK_INS: "V20", BOOK_OUTS: "J29", HELD: "F20", "ice.book_ins{agency=ICE}": "V22"}
TABLES = {"ice.removals": "removals", "ice.book_ins": "book_ins_by_month", "ice.final_book_outs": "final_book_outs"}
Counts = Mapping[str, float]


def _dims(series: str) -> tuple[tuple[str, str], ...]:
    inner = series.partition("{")[2].rstrip("}")
    return tuple((name, value) for name, _, value in (pair.partition("=") for pair in inner.split(", ")))


def observations(day: date, counts: Counts) -> list[Observation]:
    year = fiscal_year(day)
    return [
        Observation(
            metric_of(series),
            _dims(series),
            instant(day) if series == HELD else fiscal_year_to_date(year, day),
            value,
            "people",
            "reported",
            f"{value:g}",
            f"xlsx:S!{CELLS[series]}",
            TABLES.get(metric_of(series), "detained_by_criminality"),
            fiscal_year=year,
        )
        for series, value in counts.items()
    ]


def figures(editions: Sequence[tuple[date, Counts]], first: int = 1) -> list[Figure]:
    found = []
    for number, (day, counts) in enumerate(editions, start=first):
        for o in observations(day, counts):
            evidence = (f"{number}.xlsx", f"{number:064x}", "", end_of_day(day), "stated", o.table)
            found.append(
                Figure(
                    o.series,
                    o.period,
                    o.value,
                    o.unit,
                    o.status,
                    o.raw,
                    o.locator,
                    "",
                    o.fiscal_year,
                    None,
                    False,
                    number,
                    *evidence,  # type: ignore[arg-type]
                )
            )
    return found


def counted(*added: float, series: str = REMOVALS, days: int = 14, eve: date = EVE) -> list[tuple[date, Counts]]:
    """Editions every fortnight, each with what it adds to a count."""
    total, editions = 0.0, []
    for number, amount in enumerate(added, start=1):
        total += amount
        editions.append((eve + timedelta(days=days * number), {series: total}))
    return editions


def judged(editions: Sequence[tuple[date, Counts]], last_year: Sequence[tuple[date, Counts]] = ()) -> list[Finding]:
    *before, newest = editions
    return paces(observations(*newest), [], figures(before), lambda: figures(last_year, 100))


def steady(*more: float) -> list[tuple[date, Counts]]:
    return counted(*[10_000] * 8, *more)


def test_a_digit_too_many_is_held_and_said() -> None:
    (finding,) = judged(steady(82_000))
    assert (finding.check, finding.severity, finding.scope_kind) == ("pace_beyond_usual", "hold", "cells")
    assert (finding.scope, finding.found) == (("xlsx:S!P29",), "162,000")
    assert finding.words == (
        "xlsx:S!P29 says 162,000 ICE removals, 82,000 more than in 8.xlsx: 5,857 a day over 14 days. 425 to 1,200 a "
        "day were to be expected (the interval before: 714; the last 8 weeks: 714)."
    )


@pytest.mark.parametrize("amount", [6_000, 8_000, 10_000, 13_000, 16_500])
def test_paces_that_vary_as_they_do_pass(amount: float) -> None:
    assert judged(steady(amount)) == []


@pytest.mark.parametrize("amount", [1, 4_000, 5_500, 18_000, 21_000, 90_000])
def test_paces_beyond_that_are_held(amount: float) -> None:
    assert [f.check for f in judged(steady(amount))] == ["pace_beyond_usual"]


@given(
    st.lists(st.floats(0.87, 1.15), min_size=3, max_size=12),
    st.floats(0.87, 1.15),
    st.floats(2.4, 50) | st.floats(0.01, 0.4),
)
def test_a_calm_count_is_never_held_and_a_jump_always(calm: list[float], next_one: float, jump: float) -> None:
    before = [10_000 * each for each in calm]
    assert judged(counted(*before, 10_000 * next_one)) == []
    assert judged(counted(*before, 10_000 * jump))


def test_a_longer_time_is_judged_by_its_own_days() -> None:
    editions = counted(*[10_000] * 8)
    day, counts = editions[-1]
    later = day + timedelta(days=42)
    assert judged([*editions, (later, {REMOVALS: counts[REMOVALS] + 30_000})]) == []
    assert judged([*editions, (later, {REMOVALS: counts[REMOVALS] + 60_000})])


def test_an_edition_of_a_week_later_is_judged_over_a_fortnight() -> None:
    editions = counted(*[10_000] * 8)
    day, counts = editions[-1]
    later = (day + timedelta(days=7), {REMOVALS: counts[REMOVALS] + 9_000})  # the weekday, or a late entry
    assert judged([*editions, later]) == []
    assert judged([*editions, (later[0], {REMOVALS: counts[REMOVALS] + 25_000})])


def test_wild_paces_are_held_by_their_own_spread_up_to_a_factor_of_two() -> None:
    wild = [10_000, 14_000, 9_500, 15_000, 10_000, 14_500, 10_000]
    assert judged(counted(*wild, 22_000)) == []
    assert judged(counted(*wild, 31_000))


def test_what_the_other_flows_suggest_is_expected_too() -> None:
    """Book-outs doubled in the same fortnight: removals that doubled are no slip."""

    def edition(n: int, removals: float, outs: float) -> tuple[date, Counts]:
        return EVE + timedelta(days=14 * n), {REMOVALS: removals, BOOK_OUTS: outs}

    before = [edition(n, 10_000 * n, 9_000 * n) for n in range(1, 8)]
    assert judged([*before, edition(8, 92_000, 82_000)]) == []
    assert [f.scope for f in judged([*before, edition(8, 92_000, 72_000)])] == [("xlsx:S!P29",)]


def test_a_count_left_under_a_new_day_is_held() -> None:
    moved = [(day, {**of, BOOK_INS: 9_000.0 * n}) for n, (day, of) in enumerate(counted(*[10_000] * 9), start=1)]
    day, counts = moved[-1]
    (finding,) = judged([*moved[:-1], (day, {**counts, REMOVALS: moved[-2][1][REMOVALS]})])
    assert (finding.check, finding.scope) == ("count_stands_still", ("xlsx:S!P29",))
    assert finding.words == (
        "xlsx:S!P29 says 80,000 ICE removals through 3 February 2025, the same as 8.xlsx said through 20 January 2025, "
        "while other counts of the sheet grew."
    )


def test_a_sheet_issued_again_under_a_better_day_stands_still_and_is_not_held() -> None:
    *before, (day, counts) = [(day, {**of, BOOK_INS: 9_000.0}) for day, of in counted(*[10_000] * 8)]
    again = [*before, (day, counts), (day + timedelta(days=7), counts)]
    assert judged(again) == []
    after = (day + timedelta(days=21), {REMOVALS: 90_000.0, BOOK_INS: 18_000.0})
    assert judged([*again, after]) == []  # from the better day on, and not from both


def test_a_turn_of_policy_needs_one_acknowledgement() -> None:
    """The interval that stood out is among the clean ones, so somebody lifted its hold: the new pace is the pace."""
    assert judged(steady(24_000))
    for later in ([23_000], [26_000, 25_000], [22_000] * 9):
        assert judged(steady(24_000, *later)) == []
    assert judged(steady(24_000, 25_000, 70_000))


def test_while_nobody_acknowledges_it_stays_held() -> None:
    editions = steady(24_000, 25_000)
    assert judged([*editions[:8], editions[-1]])


def test_a_year_begins_at_the_pace_of_the_old_one() -> None:
    old = counted(*[10_000] * 24, eve=date(2023, 9, 30))
    assert judged(counted(26_000, days=33), old) == []
    assert judged(counted(2_600, days=33), old)
    assert judged(counted(260_000, days=33), old)


def test_a_pace_known_from_long_ago_says_little() -> None:
    old = [(date(2024, 9, 30), {REMOVALS: 180_000.0})]  # the year as a whole
    assert judged(counted(45_000, days=33), old) == []
    assert judged(counted(90_000, days=33), old)


def test_late_entries_at_the_end_of_a_year_are_known() -> None:
    editions = counted(*[10_000] * 24)  # through 1 September
    closed = (date(2025, 9, 30), {REMOVALS: 240_000.0 + 38_000})  # 1.83 times the pace
    assert judged([*editions, closed]) == []
    assert judged([*editions, (date(2025, 9, 29), closed[1])])


def test_without_a_past_nothing_can_be_expected() -> None:
    assert judged(counted(500_000)) == []


def _flows(ins: float, outs: float, held: float, table: str = "") -> list[Finding]:
    """Eight fortnights of 10,000 in and 9,000 out, then another."""
    before = [
        (EVE + timedelta(days=14 * n), {BOOK_INS: 10_000.0 * n, BOOK_OUTS: 9_000.0 * n, HELD: 30_000.0 + 1_000 * n})
        for n in range(1, 9)
    ]
    newest = (EVE + timedelta(days=126), {BOOK_INS: 80_000 + ins, BOOK_OUTS: 72_000 + outs, HELD: 38_000 + held})
    if not table:
        return judged([*before, newest])
    hold = Finding("block_behind", "hold", "table", (table,), "", "", "")
    return paces(observations(*newest), [hold], figures(before), list)


def test_counts_with_sums_of_their_own_are_doubted_by_the_other_flows_alone() -> None:
    assert _flows(10_000, 9_000, 1_000) == []
    assert _flows(30_000, 25_000, 5_000) == []  # a turn of policy: three times as many came, left and stayed
    (finding,) = _flows(30_000, 9_000, 1_000)
    assert (finding.scope_kind, finding.scope) == ("table", ("book_ins_by_month",))
    assert [f.scope for f in _flows(10_000, 40_000, 1_000)] == [("final_book_outs",)]


def test_what_is_held_already_is_not_asked_again() -> None:
    assert _flows(30_000, 9_000, 1_000, table="book_ins_by_month") == []


def test_removals_that_are_another_count_of_the_sheet_are_held() -> None:
    before = [(day, {**of, BOOK_OUTS: of[REMOVALS] - 300}) for day, of in counted(*[10_000] * 8)]
    day = before[-1][0] + timedelta(days=14)
    assert judged([*before, (day, {REMOVALS: 89_900, BOOK_OUTS: 89_600})]) == []
    (finding,) = judged([*before, (day, {REMOVALS: 89_600, BOOK_OUTS: 89_600})])
    assert (finding.check, finding.scope) == ("count_is_another", ("xlsx:S!P29",))


def test_the_year_before_is_read_while_a_year_is_young() -> None:
    asked = []

    def last_year() -> list[Figure]:
        asked.append(1)
        return []

    for editions, times in ((counted(*[10_000] * 3), 1), (counted(*[10_000] * 12), 0)):
        asked.clear()
        *before, newest = editions
        assert paces(observations(*newest), [], figures(before), last_year) == []
        assert len(asked) == times
