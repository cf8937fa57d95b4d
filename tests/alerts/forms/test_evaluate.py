"""The forms of claims on figures given by hand: what was measured, against which interval, and the state."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.claims.model import Claim
from alerts.claims.parts import Accept
from alerts.forms.evaluate import evaluate
from alerts.forms.evidence import Agreement, Knowledge, KnownRelease, collect
from alerts.forms.hysteresis import Position, step
from alerts.forms.verdicts import ANSWERS, Answer, Verdict
from figures.records import Figure
from tests.alerts.conftest import BOOK_INS, HELD, REMOVALS, at, figure, knowledge, release, shipped, varied

LEVEL, THRESHOLD = shipped("seed-4"), shipped("seed-5")
TARGET, COMPARISON = shipped("seed-1"), shipped("seed-6")
CLAIMS = (TARGET, LEVEL, THRESHOLD, COMPARISON)
SAID = date(2025, 5, 28)

SNAPSHOTS = (
    (date(2025, 5, 9), date(2025, 4, 20), 49_184),
    (date(2025, 5, 12), date(2025, 5, 4), 49_005),
    (date(2025, 5, 23), date(2025, 5, 18), 48_870),
    (date(2025, 6, 5), date(2025, 6, 1), 51_302),
    (date(2025, 6, 20), date(2025, 6, 15), 56_397),
)
COUNTS = (
    (date(2024, 10, 23), date(2024, 9, 30), None, 271_484),
    (date(2025, 2, 3), date(2025, 1, 25), 30_609, 85_769),
    (date(2025, 4, 16), date(2025, 4, 5), 75_593, 134_500),
    (date(2025, 5, 9), date(2025, 4, 19), 83_699, 144_963),
    (date(2025, 5, 12), date(2025, 5, 3), 92_129, 157_948),
    (date(2025, 5, 23), date(2025, 5, 17), 101_911, 169_956),
    (date(2025, 6, 5), date(2025, 5, 31), 114_110, 181_360),
    (date(2025, 6, 20), date(2025, 6, 14), 130_814, 197_016),
    (date(2025, 7, 31), date(2025, 7, 26), None, 246_287),
)


def published() -> list[Figure]:
    found = [figure(HELD, value, end, posted) for posted, end, value in SNAPSHOTS]
    for posted, end, book_ins, removals in COUNTS:
        found.append(figure(REMOVALS, removals, end, posted))
        if book_ins is not None:
            found.append(figure(BOOK_INS, book_ins, end, posted))
    return found


ALL = published()
KNOWN = knowledge(*ALL)


def standing(claim: Claim, day: date, known: Knowledge = KNOWN) -> Verdict:
    return evaluate(claim, "standing", known, at(day))


# Level: almost 49,000.


@pytest.mark.parametrize(
    ("posted", "y", "d", "r", "z", "gap", "state"),
    [
        (date(2025, 5, 12), 49_005, 5, 0.0001, 0.0, 0, "near"),
        (date(2025, 5, 23), 48_870, -130, -0.0027, -0.1, 0, "near"),
        (date(2025, 6, 5), 51_302, 2_302, 0.0470, 1.9, 2_057, "near"),
        (date(2025, 6, 20), 56_397, 7_397, 0.1510, 4.4, 7_152, "far"),
    ],
)
def test_almost_49000(posted: date, y: float, d: float, r: float, z: float, gap: float, state: str) -> None:
    verdict = standing(LEVEL, posted)
    assert (verdict.measured, verdict.state) == (y, state)
    assert (verdict.accept_low, verdict.accept_high) == (48_500, 49_245)
    assert verdict.measured == 49_000 + d
    assert verdict.deviation is not None
    assert verdict.z is not None
    assert (round(verdict.deviation, 4), round(verdict.z, 1), verdict.gap) == (r, z, gap)
    assert verdict.size == abs(verdict.deviation)
    assert verdict.rule.startswith("almost: below the number by at most half of what it is rounded to")


def test_a_level_says_figure_day_and_cell() -> None:
    verdict = standing(LEVEL, date(2025, 6, 20))
    assert verdict.words == "56,397 people held on 15 June 2025"
    assert verdict.edition == "2025-06-15"
    (proof,) = verdict.evidence
    assert (proof.value, proof.locator) == (56_397, "xlsx:Detention FY25!F20")


def test_the_days_since_a_claim_give_a_level_no_more_room_than_four_weeks() -> None:
    """Else any gap would be immaterial after a year, and the claim would come back near while the figure moves away."""
    known = knowledge(*ALL, figure(HELD, 60_311, date(2026, 4, 4), date(2026, 4, 16)))
    verdict = standing(LEVEL, date(2026, 4, 16), known)
    assert verdict.deviation == pytest.approx(0.2308, abs=1e-4)
    assert verdict.z == pytest.approx(11_311 / (1_197 * 2**0.5))
    assert verdict.state == "far"
    before = Position("far", "far", "2026-03-21", 0, 0.39)
    taken = step(before, verdict)
    assert (taken.position.state, taken.change) == ("far", "")


@pytest.mark.parametrize(
    ("y", "state"), [(48_499, "outside"), (48_870, "holds"), (49_005, "holds_marginal"), (49_300, "outside")]
)
def test_whether_a_level_was_right(y: float, state: str) -> None:
    known = knowledge(figure(HELD, y, date(2025, 5, 18), date(2025, 5, 23)))
    for answer in ("at_claim", "revised"):
        assert evaluate(LEVEL, answer, known, at(date(2025, 9, 1))).state == state


def test_an_editor_s_interval_replaces_the_table_s() -> None:
    own = Accept(low=40_000, high=60_000, because="the speaker said 'somewhere between'")
    verdict = standing(varied(LEVEL, accept=own), date(2025, 6, 20))
    assert (verdict.state, verdict.gap, verdict.rule) == ("near", 0, "the speaker said 'somewhere between'")
    assert (verdict.accept_low, verdict.accept_high) == (40_000, 60_000)


# Target: 3,000 a day.


@pytest.mark.parametrize("posted", [date(2025, 5, 23), date(2025, 6, 5)], ids=["before it was set", "two weeks after"])
def test_of_a_target_nothing_is_said_on_figures_from_before_it_was_set(posted: date) -> None:
    verdict = standing(TARGET, posted)
    assert (verdict.state, verdict.measured, verdict.due) == ("not_yet_testable", None, date(2025, 6, 18))


def test_the_first_window_after_a_target_was_set_decides_and_is_printed_first() -> None:
    verdict = standing(TARGET, date(2025, 6, 20))
    assert (verdict.state, verdict.measured) == ("short", (130_814 - 101_911) / 28)
    assert (verdict.accept_low, verdict.accept_high, verdict.rule) == (2_850, None, "target: met from 95% on")
    assert verdict.gap == pytest.approx((130_814 - 101_911) / 28 - 2_850)
    assert verdict.size == pytest.approx(1 - (130_814 - 101_911) / 28 / 3_000)
    assert [r.name for r in verdict.readings] == [
        "newest window of 28 days or more",
        "newest interval",
        "since the target was set",
    ]
    newest = verdict.readings[1]
    assert (round(newest.measured, 1), newest.start) == (1193.1, date(2025, 6, 1))
    assert verdict.words == (
        "1,032.2 people a day from 18 May 2025 to 14 June 2025, 34% of the target (38% if the series misses 10% of "
        "it); the window begins 3 days before the target was set"
    )


@pytest.mark.parametrize("answer", ["at_claim", "revised"])
def test_what_was_measured_when_a_target_was_set_is_its_starting_point_and_no_verdict(answer: Answer) -> None:
    verdict = evaluate(TARGET, answer, KNOWN, at(date(2025, 6, 20)))
    assert (verdict.state, round(verdict.measured or 0, 1), verdict.due) == (
        "not_yet_testable",
        698.7,
        date(2025, 6, 18),
    )
    assert (verdict.deviation, verdict.gap, verdict.size, verdict.readings) == (None, None, 0.0, ())
    assert verdict.words.startswith(
        "698.7 people a day from 4 May 2025 to 17 May 2025, 23% of the target (26% if the series misses 10% of it) "
        "when it was set. A target says nothing of the past"
    )


def test_since_the_target_was_set() -> None:
    reading = standing(TARGET, date(2025, 6, 20)).readings[2]
    assert (reading.name, reading.start) == ("since the target was set", date(2025, 5, 18))
    assert reading.formula == "(130,814 - 101,911) / 28 days"


@pytest.mark.parametrize(
    ("fortnights", "state"),
    [
        ((2_851, 2_851), "met"),
        ((2_849, 2_849), "approaching"),
        ((2_401, 2_401), "approaching"),
        ((2_400, 2_400), "approaching"),
        ((2_399, 2_399), "short"),
        ((3_700, 2_300), "met"),
        ((1_000, 3_000), "short"),
    ],
)
def test_the_state_of_a_target_follows_four_weeks(fortnights: tuple[int, int], state: str) -> None:
    first, second = (14 * rate for rate in fortnights)
    known = knowledge(
        figure(BOOK_INS, 10_000, date(2025, 5, 17), date(2025, 5, 23)),
        figure(BOOK_INS, 10_000 + first, date(2025, 5, 31), date(2025, 6, 5)),
        figure(BOOK_INS, 10_000 + first + second, date(2025, 6, 14), date(2025, 6, 20)),
    )
    verdict = standing(TARGET, date(2025, 6, 20), known)
    assert (verdict.state, verdict.measured) == (state, sum(fortnights) / 2)


def test_whatever_word_stands_before_it_a_target_is_met_from_95_percent_on() -> None:
    known = knowledge(
        figure(BOOK_INS, 10_000, date(2025, 5, 17), date(2025, 5, 23)),
        figure(BOOK_INS, 10_000 + 28 * 2_850, date(2025, 6, 14), date(2025, 6, 20)),
    )
    assert standing(varied(TARGET, hedge="minimum"), date(2025, 6, 20), known).state == "met"


def test_a_minimum_is_met_where_the_editor_s_interval_begins() -> None:
    minimum = varied(TARGET, accept=Accept(low=2_985, because="'a minimum of': 0.5 % grace"))
    for rate, state in ((2_984, "approaching"), (2_985, "met")):
        known = knowledge(
            figure(BOOK_INS, 10_000, date(2025, 5, 17), date(2025, 5, 23)),
            figure(BOOK_INS, 10_000 + 28 * rate, date(2025, 6, 14), date(2025, 6, 20)),
        )
        verdict = standing(minimum, date(2025, 6, 20), known)
        assert (verdict.state, verdict.gap) == (state, min(0, rate - 2_985))


# Threshold: significantly more than Congress funded.


def test_both_yardsticks_are_told() -> None:
    verdict = evaluate(THRESHOLD, "at_claim", KNOWN, at(date(2025, 9, 1)))
    assert (verdict.state, verdict.measured, verdict.gap) == ("holds", 48_870, 0)
    assert verdict.accept_low == pytest.approx(45_650)
    assert verdict.deviation == pytest.approx(0.1776, abs=1e-4)
    assert verdict.words == (
        "48,870 people held on 18 May 2025: +17.8% against 41,500 funded beds; "
        "+11.1% against 44,000 beds, as the Washington Times put it in June 2025"
    )


@pytest.mark.parametrize(
    ("y", "state"), [(45_600, "outside"), (47_000, "depends_on_definition"), (48_399, "depends_on_definition")]
)
def test_yardsticks_that_disagree_are_said_to(y: float, state: str) -> None:
    known = knowledge(figure(HELD, y, date(2025, 5, 18), date(2025, 5, 23)))
    assert evaluate(THRESHOLD, "at_claim", known, at(SAID)).state == state
    assert evaluate(THRESHOLD, "revised", known, at(SAID)).state == state


@pytest.mark.parametrize(("day", "state"), [(date(2025, 7, 4), "near"), (date(2025, 7, 5), "superseded")])
def test_a_yardstick_that_a_law_replaces_supersedes_the_claim(day: date, state: str) -> None:
    verdict = standing(THRESHOLD, day)
    assert verdict.state == state
    assert ("no longer a fair yardstick" in verdict.words) == (state == "superseded")
    assert evaluate(THRESHOLD, "at_claim", KNOWN, at(day)).state == "holds"


def test_a_fall_below_the_threshold_is_measured_from_the_threshold() -> None:
    known = knowledge(*ALL[:3], figure(HELD, 41_500, date(2025, 6, 1), date(2025, 6, 5)))
    verdict = standing(THRESHOLD, date(2025, 6, 5), known)
    assert (verdict.state, verdict.deviation) == ("drifting", 0)
    assert verdict.gap == pytest.approx(41_500 - 45_650)
    assert verdict.size == pytest.approx(4_150 / 45_650)


def test_more_than_leaves_the_yardstick_itself_out() -> None:
    plain = varied(THRESHOLD, hedge="more than", yardsticks=THRESHOLD.words.test.yardsticks[:1])  # type: ignore[union-attr]
    for y, state in ((41_500, "outside"), (41_501, "holds")):
        known = knowledge(figure(HELD, y, date(2025, 5, 18), date(2025, 5, 23)))
        assert evaluate(plain, "at_claim", known, at(SAID)).state == state


# Comparison: roughly the same as in Biden's last year.


@pytest.mark.parametrize(
    ("posted", "ratio", "state", "days"),
    [
        (date(2025, 5, 12), 0.993, "near", 98),
        (date(2025, 5, 23), 1.013, "near", 112),
        (date(2025, 6, 5), 1.023, "near", 126),
        (date(2025, 6, 20), 1.071, "drifting", 140),
        (date(2025, 7, 31), 1.189, "far", 182),
    ],
)
def test_roughly_the_same(posted: date, ratio: float, state: str, days: int) -> None:
    verdict = standing(COMPARISON, posted)
    assert verdict.measured is not None
    assert verdict.gap is not None
    assert (round(verdict.measured, 3), verdict.state) == (ratio, state)
    assert verdict.deviation == pytest.approx(verdict.measured - 1)
    margin, cv = (0.06, 0.030) if days == 98 else (0.05, 0.019)
    assert verdict.accept_low == pytest.approx(1 - margin)
    assert verdict.accept_high == pytest.approx(1 + margin)
    assert verdict.z == pytest.approx((verdict.measured - 1) / cv)
    assert verdict.gap == pytest.approx(max(0, verdict.measured - 1 - margin))
    assert f"/ {days} days] / [271,484 / 366 days]" in verdict.readings[0].formula


def test_a_comparison_says_both_rates_and_the_newest_window_beside_them() -> None:
    verdict = standing(COMPARISON, date(2025, 6, 20))
    assert verdict.words == ("794.6 a day from 26 January 2025 to 14 June 2025, 1.071 times the 741.8 a day of FY2024")
    window = verdict.readings[1]
    assert (window.name, window.start) == ("newest window of 28 days or more", date(2025, 5, 18))
    assert (round(window.measured, 3), window.low, window.high) == (1.303, 0.85, 1.15)
    assert window.state == "none"
    assert [f.value for f in verdict.evidence] == [197_016, 85_769, 271_484]


def test_a_comparison_over_the_turn_of_the_year_says_what_is_bridged() -> None:
    known = knowledge(
        *ALL,
        figure(REMOVALS, 303_300, date(2025, 9, 20), date(2025, 9, 25)),
        figure(REMOVALS, 60_000, date(2025, 11, 15), date(2025, 11, 20)),
    )
    verdict = standing(COMPARISON, date(2025, 11, 20), known)
    assert verdict.words.endswith("; 10 days that no file held here covers go by the rate before them")
    assert verdict.readings[0].formula.endswith(
        "10 days that no file held here covers bridged by the rates beside them"
    )


# What is not known, and what is held back.


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        (LEVEL, f"No clean figure of {HELD} was public."),
        (THRESHOLD, f"No clean figure of {HELD} was public."),
        (COMPARISON, f"No clean file of {REMOVALS} covers FY2024 to its end."),
    ],
)
def test_missing_data_is_said_for_every_answer(claim: Claim, words: str) -> None:
    for answer in ANSWERS:
        verdict = evaluate(claim, answer, knowledge(), at(SAID))
        assert (verdict.state, verdict.words, verdict.measured, verdict.evidence) == ("data_missing", words, None, ())


def test_a_comparison_needs_an_edition_that_ends_where_it_begins() -> None:
    known = knowledge(*(f for f in ALL if f.period.end != date(2025, 1, 25)))
    verdict = standing(COMPARISON, date(2025, 6, 20), known)
    assert verdict.state == "data_missing"
    assert verdict.words == f"No clean files of {REMOVALS} count from 26 January 2025 on, 14 days or more."


def _with_held_newest(claim: Claim, hold: KnownRelease) -> Knowledge:
    series = claim.words.test.series
    value = {HELD: 90_000, BOOK_INS: 500_000, REMOVALS: 900_000}[series]
    return knowledge(*ALL, figure(series, value, date(2025, 8, 23), date(2025, 8, 29), held=True), held=(hold,))


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.id)
def test_a_held_newest_edition_is_not_judged_on_but_the_past_still_is(claim: Claim) -> None:
    known = _with_held_newest(claim, release(date(2025, 8, 29), 2025, words="Parts and total differ."))
    verdict = standing(claim, date(2025, 8, 29), known)
    assert (verdict.state, verdict.measured) == ("quality_hold", None)
    assert verdict.words == ("The newest file is held back. FY25_detentionStats08292025.xlsx: Parts and total differ.")
    for answer in ("at_claim", "revised"):
        assert evaluate(claim, answer, known, at(date(2025, 8, 29))) == evaluate(claim, answer, KNOWN, at(SAID))


def test_a_hold_of_one_table_leaves_claims_on_the_others_alone() -> None:
    hold = release(date(2025, 8, 29), 2025, "removals", words="The day it runs through is not known.")
    known = _with_held_newest(COMPARISON, hold)
    assert standing(COMPARISON, date(2025, 8, 29), known).state == "quality_hold"
    assert standing(LEVEL, date(2025, 8, 29), known).measured == 56_397


def test_a_single_held_cell_is_a_hold_too() -> None:
    known = _with_held_newest(LEVEL, release(date(2025, 8, 29), 2025))
    verdict = standing(LEVEL, date(2025, 8, 29), known)
    assert verdict.state == "quality_hold"
    assert verdict.words.endswith("FY25_detentionStats08292025.xlsx: its cell xlsx:Detention FY25!F20 is held back.")


def test_a_clean_edition_ends_the_hold_and_the_held_figures_stay_out() -> None:
    held = _with_held_newest(COMPARISON, release(date(2025, 8, 29), 2025, words="Held."))
    newer = figure(REMOVALS, 303_300, date(2025, 9, 20), date(2025, 9, 25))
    figures = (*(f for vintages in held.figures.values() for f in vintages), newer)
    verdict = standing(COMPARISON, date(2025, 9, 25), knowledge(*figures, held=held.releases[-1:]))
    assert verdict == standing(COMPARISON, date(2025, 9, 25), knowledge(*ALL, newer))
    assert verdict.measured == pytest.approx((303_300 - 85_769) / 238 / (271_484 / 366))


def test_a_hold_on_another_publisher_s_release_changes_nothing() -> None:
    trac = release(date(2025, 6, 21), None, words="Rows were lost.", source="trac_population")
    assert standing(LEVEL, date(2025, 6, 22), knowledge(*ALL, held=(trac,))) == standing(LEVEL, date(2025, 6, 22))


FY2020 = figure(HELD, 19_254, date(2020, 9, 30), date(2025, 7, 10))
FY2020_COUNT = figure(REMOVALS, 185_884, date(2020, 9, 30), date(2025, 7, 10))


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.id)
@pytest.mark.parametrize("answer", ANSWERS)
def test_an_old_year_posted_again_changes_nothing(claim: Claim, answer: str) -> None:
    day = at(date(2025, 7, 11))
    again = knowledge(*ALL, FY2020, FY2020_COUNT)
    assert evaluate(claim, answer, again, day) == evaluate(claim, answer, KNOWN, day)  # type: ignore[arg-type]
    held = knowledge(*ALL, held=(release(date(2025, 7, 10), 2020, words="Run dates go back."),))
    assert evaluate(claim, answer, held, day) == evaluate(claim, answer, KNOWN, day)  # type: ignore[arg-type]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.id)
def test_an_old_year_posted_again_ends_no_hold(claim: Claim) -> None:
    hold = release(date(2025, 8, 29), 2025, words="Held.")
    held = _with_held_newest(claim, hold)
    later = figure(claim.words.test.series, 185_884, date(2020, 9, 30), date(2025, 9, 5))
    figures = (*(f for vintages in held.figures.values() for f in vintages), later)
    assert standing(claim, date(2025, 9, 5), knowledge(*figures, held=(hold,))).state == "quality_hold"


# What each answer may know.


def test_a_revision_of_the_old_period_moves_revised_alone() -> None:
    known = knowledge(*ALL, figure(HELD, 47_000, date(2025, 5, 18), date(2025, 6, 30)))
    before, after = at(date(2025, 6, 29)), at(date(2025, 6, 30))
    assert evaluate(LEVEL, "revised", known, before).state == "holds"
    assert evaluate(LEVEL, "revised", known, after).state == "outside"
    assert evaluate(LEVEL, "at_claim", known, after).state == "holds"
    assert evaluate(LEVEL, "standing", known, after).measured == 56_397


DAYS_LATER = st.integers(1, 400)
PERIODS_LATER = st.integers(1, 400)
VALUES = st.integers(1_000, 400_000)
LATER = st.lists(st.tuples(DAYS_LATER, PERIODS_LATER, VALUES, st.sampled_from([HELD, BOOK_INS, REMOVALS])), max_size=8)


def _later(drawn: list[tuple[int, int, int, str]], base: date) -> list[Figure]:
    """Releases after the claim; their periods begin after `base`."""
    return [
        figure(series, value, base + timedelta(days=period), SAID + timedelta(days=posted))
        for posted, period, value, series in drawn
    ]


def _as_of(drawn: list[tuple[int, int, int, str]]) -> datetime:
    return at(SAID + timedelta(days=max((posted for posted, *_ in drawn), default=0)))


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.id)
@given(LATER, st.booleans())
@settings(max_examples=25, deadline=None)
def test_at_claim_knows_nothing_that_came_later(
    claim: Claim, drawn: list[tuple[int, int, int, str]], revises: bool
) -> None:
    on_record = [f for f in ALL if f.known_at <= claim.on_record_at]
    later = _later(drawn, SAID - timedelta(days=300) if revises else SAID)
    known = knowledge(*on_record, *later)
    assert evaluate(claim, "at_claim", known, _as_of(drawn)) == evaluate(
        claim, "at_claim", knowledge(*on_record), claim.on_record_at
    )


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.id)
@given(LATER)
@settings(max_examples=25, deadline=None)
def test_new_periods_never_move_revised(claim: Claim, drawn: list[tuple[int, int, int, str]]) -> None:
    on_record = [f for f in ALL if f.known_at <= claim.on_record_at]
    known = knowledge(*on_record, *_later(drawn, SAID))
    assert evaluate(claim, "revised", known, _as_of(drawn)) == evaluate(
        claim, "revised", knowledge(*on_record), claim.on_record_at
    )


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.id)
@given(st.lists(st.integers(0, len(ALL) - 1), max_size=6, unique=True), st.sampled_from(ANSWERS))
@settings(max_examples=25, deadline=None)
def test_held_figures_are_never_in_the_evidence(claim: Claim, marked: list[int], answer: str) -> None:
    figures = [
        figure(f.series, f.value, f.period.end or SAID, date.fromordinal(f.release_id), held=i in marked)
        for i, f in enumerate(ALL)
    ]
    verdict = evaluate(claim, answer, knowledge(*figures), at(date(2025, 9, 1)))  # type: ignore[arg-type]
    assert not any(f.held for f in verdict.evidence)


THEIRS = HELD.replace("ice.", "trac.")


def by_trac(value: float, day: date, posted: date, **changes: object) -> Figure:
    made = replace(
        figure(HELD, value, day, posted),
        series=THEIRS,
        release_name="pop_agen_table.json",
        fiscal_year=None,
        locator="json:/0/total_all",
        table="trac_population",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


OURS = figure(HELD, 60_311, date(2026, 4, 4), date(2026, 4, 9))


def test_the_claim_s_own_source_is_judged_on_while_it_speaks() -> None:
    both = knowledge(OURS, by_trac(65_765, date(2026, 5, 10), date(2026, 5, 14)))
    verdict = standing(LEVEL, date(2026, 5, 19), both)  # 45 days after the count
    assert (verdict.measured, verdict.stand_in) == (60_311, "")


def test_a_stand_in_says_that_it_is_one_and_since_when_the_other_is_silent() -> None:
    both = knowledge(OURS, by_trac(65_765, date(2026, 7, 11), date(2026, 7, 20)))
    verdict = standing(LEVEL, date(2026, 7, 21), both)
    assert (verdict.state, verdict.measured, verdict.edition) == ("far", 65_765, "2026-07-11")
    assert verdict.words == (
        "No figure of ICE's after its count of 4 April 2026 (108 days ago) is held here; TRAC stands in: "
        "65,765 people held on 11 July 2026"
    )
    assert [f.series for f in verdict.evidence] == [THEIRS]


def test_a_stand_in_that_has_nothing_newer_does_not_stand_in() -> None:
    both = knowledge(OURS, by_trac(60_311, date(2026, 4, 4), date(2026, 4, 12)))
    assert standing(LEVEL, date(2026, 7, 21), both).stand_in == ""


def test_the_two_are_never_mixed() -> None:
    """The stand-in's own newest figure is held: the claim waits, it does not fall back to half of each."""
    held = by_trac(65_765, date(2026, 7, 11), date(2026, 7, 20), held=True)
    verdict = standing(LEVEL, date(2026, 7, 21), knowledge(OURS, held))
    assert (verdict.state, verdict.evidence) == ("quality_hold", ())


def test_only_how_the_world_stands_is_asked_of_a_stand_in() -> None:
    only = knowledge(by_trac(48_870, date(2025, 5, 18), date(2025, 5, 24)))
    day = date(2025, 8, 1)
    assert standing(LEVEL, day, only).state == "near"
    assert evaluate(LEVEL, "at_claim", only, at(day)).state == "data_missing"
    assert evaluate(LEVEL, "revised", only, at(day)).state == "data_missing"


def test_a_claim_without_a_stand_in_has_none() -> None:
    both = knowledge(OURS, by_trac(65_765, date(2026, 7, 11), date(2026, 7, 20)))
    alone = varied(LEVEL, stand_in=None)
    assert standing(alone, date(2026, 7, 21), both).measured == 60_311


def test_a_second_witness_is_the_same_figure_of_the_row_that_agreed() -> None:
    theirs = by_trac(60_311, date(2026, 4, 4), date(2026, 4, 12))
    known = knowledge(OURS, theirs)
    agreed = {OURS.release_id: Agreement(OURS.release_id, frozenset({OURS.locator}), date(2026, 4, 4))}
    seconded = replace(known, agreements=agreed)
    assert standing(LEVEL, date(2026, 4, 13), seconded).witnesses == (theirs,)
    assert standing(LEVEL, date(2026, 4, 11), seconded).witnesses == ()  # not public yet
    assert standing(LEVEL, date(2026, 4, 13), known).witnesses == ()
    for other in (replace(theirs, value=60_312), replace(theirs, held=True)):
        assert standing(LEVEL, date(2026, 4, 13), replace(knowledge(OURS, other), agreements=agreed)).witnesses == ()


def test_a_held_cell_says_why() -> None:
    cell = replace(OURS, held=True)
    why = KnownRelease("ice", cell.release_name, cell.known_at, 2026, (), "", {cell.locator: "TRAC says 60,321."})
    verdict = standing(LEVEL, date(2026, 4, 13), knowledge(cell, held=(why,)))
    assert verdict.words.endswith("its cell xlsx:Detention FY26!F20 is held back. TRAC says 60,321.")


def test_what_holds_a_series_of_tracs_is_its_own_source() -> None:
    series = "trac.detained{agency=all, criminality=all}"
    newest = replace(figure(HELD, 56_397, date(2025, 6, 15), date(2025, 6, 20)), series=series)

    def held_by(source: str) -> str:
        held = KnownRelease(source, newest.release_name, newest.known_at, None, (), "Rows were lost.")
        return collect([newest], [held]).held_back(series, "instant")

    assert held_by("trac_population") == f"{newest.release_name}: Rows were lost."
    assert held_by("trac_facilities") == held_by("ice") == ""
