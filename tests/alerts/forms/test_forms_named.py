"""Claims about a day, a window or a month of their own: what is known then, later, and for good."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from alerts.claims.parts import Window
from alerts.forms.hysteresis import Position, step
from alerts.forms.verdicts import Verdict
from figures.records import Figure
from tests.alerts.by_hand import (
    BY_BOTH,
    BY_ICE,
    HELD,
    REMOVALS,
    count,
    held,
    judged,
    month,
    said,
)
from tests.alerts.conftest import at, by_stand_in, knowledge, shipped, varied

MAY = date(2025, 5, 23)


# A level on a day between two counts.

JUNE_59000, MARCH_46000 = shipped("cbs-59000"), shipped("homan-46000")
BEFORE = held(56_397, date(2025, 6, 15), date(2025, 6, 20))
LATER = date(2025, 9, 1)


def _after(value: float) -> Figure:
    return held(value, date(2025, 6, 29), date(2025, 7, 8))


@pytest.mark.parametrize(
    ("after", "state", "measured"),
    [
        (60_000, "holds", 56_397 + 8 / 14 * (60_000 - 56_397)),  # the line fits
        (57_861, "holds", 57_861),  # the later count fits, the line does not
        (57_000, "outside", 56_397 + 8 / 14 * 603),  # neither fits
    ],
)
def test_between_two_counts_either_or_the_line_may_fit(after: float, state: str, measured: float) -> None:
    verdict = judged(JUNE_59000, [BEFORE, _after(after)], LATER, "revised")
    assert (verdict.state, verdict.measured) == (state, pytest.approx(measured))
    assert "interpolated between 56,397 on 15 June 2025" in verdict.words
    assert "internal count, which nobody outside can verify" in verdict.words
    assert len(verdict.evidence) == 2


def test_before_the_next_count_it_cannot_be_told_and_says_from_when() -> None:
    verdict = judged(JUNE_59000, [BEFORE, _after(60_000)], LATER, "at_claim")
    assert (verdict.state, verdict.due) == ("not_yet_testable", date(2025, 7, 7))
    assert verdict.words == (
        "No count of 23 June 2025 or later was public; the newest was 56,397 on 15 June 2025. "
        "It can be told from 7 July 2025 on."
    )
    assert judged(JUNE_59000, [BEFORE, _after(60_000)], LATER).measured == 60_000


def test_from_the_day_on_that_was_named_it_is_said_to_be_overdue() -> None:
    for on, told in (
        (date(2025, 7, 6), "It can be told from 7 July 2025 on."),
        (date(2025, 7, 7), "The figure was due from 7 July 2025 on, and is not held here yet."),
    ):
        assert judged(JUNE_59000, [BEFORE], on, "revised").words.endswith(f"on 15 June 2025. {told}")


def test_a_count_of_the_very_day_is_taken_as_it_is() -> None:
    exact = held(46_269, date(2025, 3, 12), date(2025, 3, 14))
    verdict = judged(MARCH_46000, [exact], LATER, "revised")
    assert (verdict.state, verdict.measured, verdict.evidence) == ("holds", 46_269, (exact,))


# W1: the level of seed-4, edition by edition, and the row of April 2026.

W1 = (
    (date(2025, 5, 4), date(2025, 5, 12), 49_005),
    (date(2025, 5, 18), date(2025, 5, 23), 48_870),
    (date(2025, 6, 1), date(2025, 6, 5), 51_302),
    (date(2025, 6, 15), date(2025, 6, 20), 56_397),
    (date(2025, 8, 24), date(2025, 8, 29), 61_226),
    (date(2026, 1, 25), date(2026, 2, 2), 70_766),
)


def test_the_row_of_april_2026_is_far_without_another_alert() -> None:
    """It is 23 % off, 6.7 usual movements of four weeks: the passing of time brings nothing nearer."""
    claim = shipped("seed-4")
    figures = [held(value, on, posted) for on, posted, value in W1]
    trac = "trac.detained{agency=all, criminality=all}"
    april = held(60_311, date(2026, 4, 4), date(2026, 4, 12), trac, fiscal_year=None)
    position: Position | None = None
    told = []
    days = [claim.words.said_on, *(posted for _, posted, _ in W1 if posted > claim.words.said_on), date(2026, 4, 13)]
    for day in days:
        verdict = judged(claim, [*figures, april], day)
        taken = step(position, verdict)
        position = taken.position
        told.append((taken.change, position.state))
    assert told == [
        ("", "near"),
        ("", "near"),
        ("further_away", "far"),
        ("", "far"),
        ("still_further", "far"),
        ("", "far"),
    ]
    assert (verdict.measured, verdict.state) == (60_311, "far")
    assert (round(verdict.deviation or 0, 3), round(verdict.z or 0, 1)) == (0.231, 6.7)


def test_z_over_the_days_since_the_claim_and_over_14_days() -> None:
    """W1 has 4.4 over 28 days, the list of claims 6.2 over 14."""
    verdict = judged(shipped("seed-4"), [held(value, on, posted) for on, posted, value in W1], date(2025, 6, 20))
    assert verdict.formula == (
        "56,397 - 49,000 = +7,397; z 4.4 over the days since the count that the claim could rest on, 6.2 over 14 days"
    )


# Bounds, and what a speaker's own totals imply.

BOUND = shipped("dhs-400000")
SERIES = {
    date(2025, 1, 11): 76_939,
    date(2025, 1, 25): 85_769,
    date(2025, 9, 6): 302_192,
    date(2025, 9, 20): 319_980,
    date(2025, 10, 11): 13_000,
    date(2025, 11, 15): 56_392,
}
COUNTED = [count(REMOVALS, value, end, end + timedelta(days=4)) for end, value in SERIES.items()]


def test_a_part_that_is_smaller_than_the_whole_breaks_nothing_and_says_what_it_explains() -> None:
    verdict = judged(BOUND, COUNTED, date(2026, 4, 1), "at_claim")
    assert (verdict.state, verdict.measured) == ("bound_respected", pytest.approx(302_192 - 81_984.7, abs=0.1))
    assert verdict.words.startswith("220,207 ICE removals from 20 January 2025 to 6 September 2025 are part of what")
    assert "explain 55% of 400,000" in verdict.words
    assert len(verdict.readings) == 1  # no later statement was known on the day


def test_a_part_that_exceeds_the_whole_breaks_it() -> None:
    tight = varied(BOUND, value=200_000, hedge="about")
    assert judged(tight, COUNTED, date(2026, 4, 1), "at_claim").state == "bound_violated"
    # More than 200,000 is broken by no part.
    assert judged(varied(BOUND, value=200_000), COUNTED, date(2026, 4, 1), "at_claim").state == "bound_respected"


def test_the_pace_between_two_statements_and_a_total_that_falls() -> None:
    verdict = judged(BOUND, COUNTED, date(2026, 4, 1))
    _, first, second, third = verdict.readings
    assert (round(first.measured), first.formula.partition(";")[0]) == (4107, "(515,000 - 400,000) / 28 days")
    assert first.state == second.state == "consistent"
    assert third.state == "inconsistent"
    fell = "The speaker's total fell from 713,000 on 24 February 2026 to 675,000 on 3 March 2026"
    assert third.name == fell
    assert verdict.words.endswith(fell)
    assert len(judged(BOUND, COUNTED, date(2025, 10, 20)).readings) == 1


# Totals of a window.


def test_a_window_that_no_edition_covers_yet_can_be_told_later() -> None:
    six_months = varied(shipped("cbs-150000"), vague=False)
    early = [count(REMOVALS, value, end, end + timedelta(days=6)) for end, value in list(SERIES.items())[:2]]
    early.append(count(REMOVALS, 197_016, date(2025, 6, 14), date(2025, 6, 20)))
    late = count(REMOVALS, 246_287, date(2025, 7, 26), date(2025, 7, 31))
    first = judged(six_months, [*early, late], LATER, "at_claim")
    assert (first.state, first.due) == ("not_yet_testable", date(2025, 8, 3))
    assert "they run through 14 June 2025" in first.words
    revised = judged(six_months, [*early, late], LATER, "revised")
    assert (revised.state, revised.measured) == ("outside", pytest.approx(157_263.6, abs=0.1))
    assert "interpolated between files" in revised.words
    assert judged(six_months, [*early, late], LATER).state == "none"
    nearly = varied(six_months, value=160_000)
    assert judged(nearly, [*early, late], LATER, "revised").state == "holds"


def test_the_vague_first_day_of_199600() -> None:
    """With an edition through 6 September: 207,909 on 27 August, inside 5 %."""
    verdict = judged(
        shipped("ice-199600"),
        [*COUNTED, count(REMOVALS, 266_377, date(2025, 8, 9), date(2025, 8, 14))],
        date(2025, 9, 20),
        "revised",
    )
    value = 266_377 + 18 / 28 * (302_192 - 266_377) - (76_939 + 8 / 14 * 8_830)
    assert (verdict.state, verdict.measured) == ("holds", pytest.approx(value))
    assert (verdict.accept_low, verdict.accept_high) == (189_620, 209_580)


def test_of_a_month_only_the_first_and_last_edition_are_asked() -> None:
    june = shipped("nbc-june")

    def edition(posted: date, june_cell: float, through: date, *, whole: bool) -> list[Figure]:
        day = 0 if whole else through.day
        return [
            month(BY_ICE, june_cell, 2025, 6, posted, day=day),
            month(BY_ICE, 23_662, 2025, 5, posted),
            count(BY_ICE, 130_000, through, posted),
        ]

    first = edition(date(2025, 7, 3), 26_000, date(2025, 6, 28), whole=False)
    last = edition(date(2025, 7, 31), 31_607, date(2025, 7, 26), whole=True)
    alone = judged(june, last, LATER, "at_claim")
    assert (alone.state, alone.measured) == ("holds", 31_607)
    assert judged(june, [*first, *last], LATER, "at_claim") == alone  # by the first edition nothing can be said
    early = edition(date(2025, 7, 3), 24_000, date(2025, 7, 1), whole=True)
    differ = judged(june, [*early, *last], LATER, "at_claim")
    assert differ.state == "depends_on_date"
    assert differ.words.startswith("By the month's first file: 24,000 people booked in")
    assert "by its last: 31,607 people booked in" in differ.words
    both = judged(june, [*edition(date(2025, 7, 3), 31_500, date(2025, 7, 1), whole=True), *last], LATER, "at_claim")
    assert both.state == "holds"
    august = month(BY_ICE, 40_000, 2025, 6, date(2025, 8, 29))
    assert judged(june, [*last, august], LATER, "at_claim") == alone
    assert judged(june, [*last, august], LATER, "revised").state == "outside"


# A projection is resolved once.

MTD = shipped("trac-mtd")
TO_MAY_17 = [month(BY_BOTH, 13_782, 2025, 5, MAY, day=17), count(BY_BOTH, 170_022, date(2025, 5, 17), MAY)]
JUNE = date(2025, 6, 5)
WHOLE_MAY = [month(BY_BOTH, 28_797, 2025, 5, JUNE), count(BY_BOTH, 185_042, date(2025, 5, 31), JUNE)]


def test_a_projection_is_checked_for_its_arithmetic_and_told_with_a_fan() -> None:
    verdict = judged(MTD, TO_MAY_17, date(2025, 5, 28), "at_claim")
    assert (verdict.state, verdict.due) == ("not_yet_testable", date(2025, 6, 1))
    assert verdict.words.startswith("13,782 / 17 days x 31 days = 25,132 people booked in, the arithmetic as stated;")
    assert verdict.fan == pytest.approx((25_132 - 2 * 0.096 * 11_350, 25_132 + 2 * 0.096 * 11_350), abs=1)
    assert verdict.needed == pytest.approx((25_132 - 13_782) / 14)
    wrong = judged(varied(MTD, value=26_000), TO_MAY_17, date(2025, 5, 28), "at_claim")
    assert (wrong.state, wrong.words.endswith("which is not the 26,000 that was said")) == ("outside", True)


def test_it_is_resolved_by_the_first_edition_that_can_tell_and_stays() -> None:
    revision = month(BY_BOTH, 25_000, 2025, 5, date(2025, 6, 20))
    figures = [*TO_MAY_17, *WHOLE_MAY, revision]
    assert judged(MTD, figures, date(2025, 6, 4)).state == "not_yet_testable"
    first = judged(MTD, figures, JUNE)
    assert (first.state, first.measured) == ("near", 28_797)  # outside, but within what 14 days may vary
    assert judged(MTD, figures, LATER) == first
    assert judged(MTD, figures, JUNE, "revised").state == "outside"
    assert judged(MTD, figures, LATER, "revised").state == "holds"
    assert judged(MTD, figures, LATER, "at_claim").state == "not_yet_testable"


# Records.


def test_a_leak_is_confirmed_by_the_next_count_or_not() -> None:
    leak = shipped("nyt-60000")
    before = [held(50_922, date(2019, 10, 4), date(2020, 8, 21)), held(56_945, date(2025, 7, 27), date(2025, 7, 31))]
    told = judged(leak, before, LATER, "at_claim")
    assert (told.state, told.due) == ("not_yet_testable", date(2025, 8, 25))
    yes = judged(leak, [*before, held(61_226, date(2025, 8, 24), date(2025, 8, 29))], LATER, "revised")
    assert yes.state == "confirmed_later"
    assert yes.words.startswith(
        "Confirmed later: 61,226 people held on 24 August 2025, the highest since 4 October 2019"
    )
    no = judged(leak, [*before, held(59_380, date(2025, 8, 24), date(2025, 8, 29))], LATER, "revised")
    assert (no.state, no.words.startswith("Not confirmed: 59,380")) == ("not_confirmed", True)


def test_a_record_says_where_the_published_record_starts_and_the_next_supersedes_it() -> None:
    record = shipped("record-56397")
    figures = [held(50_922, date(2019, 10, 4), date(2020, 8, 21)), held(56_397, date(2025, 6, 15), date(2025, 6, 20))]
    first = judged(record, figures, date(2025, 7, 1), "at_claim")
    assert first.state == "holds"
    assert "the highest since 4 October 2019, where what is held here of the record starts" in first.words
    assert judged(record, figures, date(2025, 7, 1)).state == "near"
    later = judged(record, [*figures, held(61_226, date(2025, 8, 24), date(2025, 8, 29))], LATER)
    assert later.state == "none"
    assert later.words.endswith("The highest is now 61,226, of 24 August 2025")
    equal = [held(56_397, date(2024, 1, 14), date(2024, 1, 18)), *figures]
    assert judged(record, equal, LATER, "at_claim").state == "outside"  # strictly above


def test_a_record_within_a_window_of_its_own() -> None:
    lowest = shipped("trac-34580")
    figures = [held(13_529, date(2021, 2, 27), date(2021, 3, 1)), held(36_931, date(2024, 3, 24), date(2024, 3, 29))]
    figures.append(held(34_580, date(2024, 4, 7), date(2024, 4, 12)))
    verdict = judged(lowest, figures, LATER, "at_claim")
    assert (verdict.state, verdict.measured) == ("holds", 34_580)
    assert judged(varied(lowest, since=None), figures, LATER, "at_claim").state == "outside"


# Hedges in verdicts.


def test_more_than_may_say_too_little() -> None:
    more = varied(shipped("seed-4"), value=40_000, hedge="more than")
    for value, state in ((40_000, "outside"), (43_999, "holds"), (60_000, "understated")):
        assert judged(more, [held(value, date(2025, 5, 18), MAY)], LATER, "at_claim").state == state


def test_of_a_range_that_is_a_target_only_the_lower_end_binds() -> None:
    quota = shipped("quota")
    days = (date(2025, 4, 19), date(2025, 5, 17))  # both after 25 January, when it was set
    for rate, state in ((1_139, "approaching"), (1_140, "met"), (1_600, "met")):
        figures = [count(BY_ICE, 10_000 + rate * 28 * n, end, end + timedelta(days=6)) for n, end in enumerate(days)]
        verdict = judged(quota, figures, LATER)
        assert (verdict.state, verdict.accept_low, verdict.accept_high) == (state, 1_140, None)
        assert "the upper end of 1,500 does not bind" in verdict.words


def test_a_dated_total_says_what_pace_it_needs() -> None:
    million = shipped("budget-doc")
    figures = [
        count(REMOVALS, 56_392, date(2025, 11, 15), date(2025, 11, 20)),
        count(REMOVALS, 92_181, date(2025, 12, 13), date(2025, 12, 22)),
    ]
    verdict = judged(million, figures, date(2025, 12, 31))
    left = (date(2026, 9, 30) - date(2025, 12, 13)).days
    pace = (92_181 - 56_392) / 28
    assert (verdict.state, verdict.due) == ("short", date(2026, 9, 30))
    assert verdict.needed == pytest.approx((1_000_000 - 92_181) / left)
    assert verdict.measured == pytest.approx(92_181 + pace * left)
    assert verdict.fan == pytest.approx((92_181 + pace * left * (1 - 0.148), 92_181 + pace * left * (1 + 0.148)))
    assert f"{verdict.needed:,.0f} a day are needed" in verdict.words


def test_before_its_days_begin_nothing_is_said_of_a_dated_total() -> None:
    figures = [
        count(REMOVALS, 200_000, date(2025, 7, 26), date(2025, 7, 31)),
        count(REMOVALS, 230_000, date(2025, 8, 23), date(2025, 8, 29)),
    ]
    assert judged(shipped("budget-doc"), figures, date(2025, 9, 5)).state == "not_yet_testable"


def test_after_its_day_a_dated_total_is_frozen() -> None:
    """Days that no file held here covers are bridged; what came of it is told by the first edition of the new year."""
    figures = [
        count(REMOVALS, 358_000, date(2026, 9, 5), date(2026, 9, 10)),
        count(REMOVALS, 372_000, date(2026, 9, 19), date(2026, 9, 24)),
        count(REMOVALS, 40_000, date(2026, 10, 31), date(2026, 11, 5)),
    ]
    verdict = judged(shipped("budget-doc"), figures, date(2026, 11, 5))
    assert (verdict.state, verdict.measured) == ("missed", 372_000 + 11 * 1_000)
    assert "missed by 617,000, with the 11 days that no file held here covers" in verdict.words
    assert "372,000 without them" in verdict.words
    restated = [*figures, count(REMOVALS, 380_000, date(2026, 9, 30), date(2026, 12, 1))]
    assert judged(shipped("budget-doc"), restated, date(2026, 12, 5)) == verdict
    reached = [replace(f, value=(f.value or 0) * 3) for f in figures]
    assert judged(shipped("budget-doc"), reached, date(2026, 11, 5)).state == "reached"


# Trends.


def _levels(values: list[float]) -> list[Figure]:
    start = date(2025, 5, 4)
    days = [start + timedelta(days=14 * n) for n in range(len(values))]
    return [held(value, on, on + timedelta(days=5)) for value, on in zip(values, days, strict=True)]


def _trend(**test: object) -> "Verdict":
    values = test.pop("values")
    asked = {"series": HELD, "by": "instant", "start": date(2025, 5, 1), "verb": "plain", "step_noise": 0.02, **test}
    claim = said(by_stand_in(), **asked)  # type: ignore[arg-type]
    direct = claim.words.model_copy(update={"covers": "people held by ICE", "testability": "direct"})
    from dataclasses import replace

    return judged(replace(claim, words=direct), _levels(values), date(2025, 12, 1))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "state"),
    [
        ([50_000, 48_000, 46_000, 44_000], "consistent"),
        ([50_000, 48_000, 46_000, 47_000], "consistent"),  # one step against it
        ([50_000, 44_000, 40_000, 42_500, 45_500], "inconsistent"),  # two material steps against it
        ([50_000, 49_000, 51_000], "inconsistent"),  # the sign has turned
        ([50_000, 49_990, 49_980], "inconsistent"),  # below what is a movement at all
    ],
)
def test_a_trend_breaks_by_two_material_steps(values: list[float], state: str) -> None:
    assert _trend(values=values).state == state


def test_in_a_row_needs_each_step_and_a_slope_does_not() -> None:
    bumpy = [50_000.0, 47_000, 47_500, 44_000, 42_000]
    assert _trend(values=bumpy, method="theil_sen").state == "consistent"
    assert _trend(values=bumpy, method="in_a_row", steps=2).state == "consistent"
    assert _trend(values=bumpy, method="in_a_row", steps=4).state == "inconsistent"
    slope = _trend(values=[50_000, 49_000, 48_000, 99_000, 46_000], method="theil_sen")
    assert slope.measured == pytest.approx(-8.0)  # the one that sticks out moves no median


def test_slightly_and_soar() -> None:
    assert _trend(values=[50_000, 48_500], verb="slightly").state == "consistent"
    assert _trend(values=[50_000, 40_000], verb="slightly").state == "inconsistent"
    assert _trend(values=[50_000, 70_000], direction="up", verb="plummet or soar").state == "consistent"
    assert _trend(values=[50_000, 58_000], direction="up", verb="plummet or soar").state == "inconsistent"


def test_a_verdict_at_an_instant_needs_no_later_knowledge() -> None:
    """A cut shares what was worked out for others, and never more than its own instant."""
    figures = [held(value, on, posted) for on, posted, value in W1]
    shared = knowledge(*figures)
    for on, posted, _ in reversed(W1):
        cut = shared.at(at(posted))
        assert [f.value for f in cut.clean(HELD, "instant")] == [f.value for f in figures if (f.period.end or on) <= on]
        assert cut.at(at(date(2030, 1, 1))).vintages(HELD) == cut.vintages(HELD)
        assert cut.newest_day(HELD, "instant") == on


def test_what_was_done_of_a_total_when_it_was_set_is_counted() -> None:
    figures = [
        count(REMOVALS, 100_000, date(2025, 1, 19), date(2025, 1, 24)),
        count(REMOVALS, 160_000, date(2025, 5, 17), date(2025, 5, 22)),
        count(REMOVALS, 197_000, date(2025, 6, 14), date(2025, 6, 19)),
    ]
    claim = varied(shipped("budget-doc"), over=Window(start=date(2025, 1, 20), end=date(2026, 1, 19)))
    verdict = judged(claim, figures, date(2025, 7, 10), "at_claim")
    assert verdict.words.startswith("97,000 from 20 January 2025 to 14 June 2025; ")
    assert verdict.formula.startswith("97,000 + 219 days x ")
