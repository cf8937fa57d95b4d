"""Totals of windows that still run: told as soon as no more of it can change the answer, and not before."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from alerts.claims.model import Claim
from alerts.claims.parts import Window
from alerts.claims.scopes import scope_of
from alerts.forms.evaluate import evaluate
from alerts.forms.evidence import Unheld
from alerts.forms.kinds.total import Also, TotalTest
from figures.records import Figure
from tests.alerts.by_hand import BY_BOTH, REMOVALS, count, judged, known, month
from tests.alerts.conftest import at, shipped

START, END = date(2025, 10, 1), date(2026, 3, 31)
DECEMBER, JANUARY, AFTER = date(2025, 12, 20), date(2026, 1, 30), date(2026, 4, 10)


def _claim(**fields: Any) -> Claim:
    given = {"form": "cumulative", "series": REMOVALS, "unit": "ICE removals", "value": 100_000, "hedge": "more than"}
    made = TotalTest(because="as said", **{**given, "start": START, "end": END, **fields})
    claim = shipped("trac-72179")
    words = claim.words.model_copy(update={"test": made, "said_on": date(2025, 12, 1), "covers": scope_of(made.series)})
    return Claim(words, claim.sha256, claim.text)


def _counts(january: float, march: float = 140_000) -> list[Figure]:
    values = {date(2025, 12, 13): 60_000, date(2026, 1, 24): january, END: march}
    posted = (DECEMBER, JANUARY, AFTER)
    return [count(REMOVALS, value, end, day) for (end, value), day in zip(values.items(), posted, strict=True)]


def test_more_than_holds_as_soon_as_the_count_is_above() -> None:
    before, above, after = (judged(_claim(), _counts(101_000), day, "revised") for day in (DECEMBER, JANUARY, AFTER))
    assert (before.state, before.due) == ("not_yet_testable", date(2026, 4, 14))
    assert (above.state, above.measured, above.edition) == ("holds", 101_000, "2026-01-24")
    assert above.words == (
        "101,000 ICE removals from 1 October 2025 to 24 January 2026; the window runs to 31 March 2026, and what is "
        "still to come can only add to it"
    )
    assert (above.readings[0].end, above.formula) == (date(2026, 1, 24), "(101,000)")
    assert (after.state, after.measured, after.words) == (
        "holds",
        140_000,
        "140,000 ICE removals from 1 October 2025 to 31 March 2026",
    )


@pytest.mark.parametrize(
    ("hedge", "january", "state"),
    [
        ("more than", 100_000, "not_yet_testable"),  # the number itself is not more than it
        ("more than", 99_000, "not_yet_testable"),
        ("at least", 100_000, "holds"),
        ("at least", 99_800, "not_yet_testable"),  # right by grace alone: the next edition says it outright
        ("fewer than", 100_100, "outside"),
        ("fewer than", 90_000, "not_yet_testable"),
        ("no more than", 100_400, "not_yet_testable"),
        ("no more than", 100_600, "outside"),
        ("nearly", 100_600, "outside"),
        ("nearly", 99_000, "not_yet_testable"),
        ("bare", 106_000, "outside"),
        ("bare", 100_000, "not_yet_testable"),
    ],
)
def test_it_waits_while_more_can_change_the_answer(hedge: str, january: float, state: str) -> None:
    assert judged(_claim(hedge=hedge), _counts(january), JANUARY, "revised").state == state


def test_a_pace_may_fall_again_and_waits() -> None:
    pace = _claim(form="rate", value=500, unit="removals a day")
    assert judged(pace, _counts(101_000), JANUARY, "revised").state == "not_yet_testable"


def test_what_was_counted_when_it_was_said_decides_at_once_where_it_is_enough() -> None:
    """Without an end the window runs to the day on which it was said, which no edition of then reaches."""
    until_now = _claim(end=None, value=55_000)
    early = count(REMOVALS, 56_000, date(2025, 11, 22), date(2025, 11, 28))
    assert judged(until_now, [early], AFTER, "at_claim").state == "holds"
    assert judged(_claim(end=None, value=57_000), [early], AFTER, "at_claim").state == "not_yet_testable"


def test_an_edition_that_is_not_held_changes_nothing_of_what_is_settled() -> None:
    unheld = Unheld("ice", "FY26_detentionStats04072026.xlsx", date(2026, 4, 7), 2026, False)
    for january, state in ((101_000, "holds"), (99_000, "not_held")):
        figures = _counts(january)[:2]
        verdict = evaluate(_claim(), "revised", replace(known(figures), unheld=(unheld,)), at(AFTER))
        assert verdict.state == state


def test_an_edition_that_is_not_held_between_two_counts_is_named_where_the_answer_rests_on_them() -> None:
    """The window begins between two counts that lie seven weeks apart."""
    unheld = Unheld("ice", "FY26_detentionStats11202025.xlsx", date(2025, 11, 20), 2026, False)
    begins = _claim(start=date(2025, 11, 15), value=40_000)
    early = count(REMOVALS, 25_000, date(2025, 10, 25), date(2025, 10, 31))
    for january, state in ((101_000, "not_held"), (62_000, "not_yet_testable")):
        known_then = replace(known([early, *_counts(january)]), unheld=(unheld,))
        assert evaluate(begins, "revised", known_then, at(JANUARY)).state == state


def test_a_further_total_of_the_statement_is_settled_as_its_own() -> None:
    also = Also(series=BY_BOTH, covers="book-ins of both agencies", unit="people", value=50_000, hedge="more than")
    booked = count(BY_BOTH, 51_000, date(2026, 1, 24), JANUARY)
    few = count(BY_BOTH, 49_000, date(2026, 1, 24), JANUARY)
    both = judged(_claim(also=(also,)), [*_counts(101_000), booked], JANUARY, "revised")
    assert (both.state, both.readings[1].state) == ("holds", "holds")
    assert judged(_claim(also=(also,)), [*_counts(101_000), few], JANUARY, "revised").state == "not_yet_testable"


def test_of_months_the_running_one_counts_too() -> None:
    by_months = _claim(series=BY_BOTH, unit="people booked in", value=60_000, rule="months")
    cells = [month(BY_BOTH, 20_000, 2025, 10, DECEMBER), month(BY_BOTH, 21_000, 2025, 11, DECEMBER)]
    running = month(BY_BOTH, 20_000, 2025, 12, DECEMBER, day=13)
    assert judged(by_months, cells, DECEMBER, "revised").state == "not_yet_testable"
    verdict = judged(by_months, [*cells, running], DECEMBER, "revised")
    assert (verdict.state, verdict.measured, verdict.edition) == ("holds", 61_000, "2025-12-13")


def test_a_change_against_another_window_waits_for_the_end() -> None:
    against = {"over": Window(start=date(2024, 10, 1), end=date(2025, 3, 31)), "percent": 10.0}
    figures = [*_counts(101_000), count(REMOVALS, 90_000, date(2025, 3, 31), date(2025, 4, 10))]
    assert judged(_claim(against=against), figures, JANUARY, "revised").state == "not_yet_testable"
