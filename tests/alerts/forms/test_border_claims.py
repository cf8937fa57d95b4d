"""Claims about the border on figures by hand: same months a year before, arrests in the interior apart, a hypothesis,
other definitions, a ceiling of a pace. What is not held here is named.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest

from alerts.claims.scopes import relation, scope_of
from alerts.forms.evaluate import evaluate
from alerts.forms.evidence import Unheld
from figures.records import Figure
from tests.alerts.by_hand import BY_ICE, REMOVALS, count, judged, month
from tests.alerts.conftest import at, knowledge, shipped

USBP = "cbp.encounters{component=usbp, region=southwest}"
ALL = "cbp.encounters{component=all, region=all}"
AT_ENTRY = "cbp.apprehensions{region=southwest, where=at_entry}"
ENFORCED = "ohss.repatriations{type=title_8_enforcement}"
EVERY = "ohss.repatriations{type=all}"
SEPTEMBER, LATER = date(2025, 9, 5), date(2025, 10, 1)


def _year(series: str, months: Iterable[tuple[int, int, float]], posted: date) -> list[Figure]:
    return [month(series, value, year, number, posted) for year, number, value in months]


def _border(now: float, series: str = USBP, posted: date = SEPTEMBER) -> list[Figure]:
    """February to August of 2024 and of 2025."""
    before = [(2024, n, 130_000.0) for n in range(2, 9)]
    return _year(series, [*before, *((2025, n, now) for n in range(2, 9))], posted)


def test_crossings_are_held_against_the_same_months_of_the_year_before() -> None:
    claim = shipped("seed-3")
    fell = judged(claim, _border(8_000), LATER, "revised")
    assert (fell.state, round(fell.measured or 0, 1)) == ("holds", -93.8)
    assert fell.readings[0].formula == (
        "(8,000 + 8,000 + 8,000 + 8,000) against (130,000 + 130,000 + 130,000 + 130,000)"
    )
    assert judged(claim, _border(120_000), LATER, "revised").state == "outside"
    assert judged(claim, _border(8_000), LATER, "at_claim").state == "data_missing"


def test_what_was_not_out_when_it_was_said_is_cut_off_both_windows() -> None:
    early = [f for f in _border(8_000, posted=date(2025, 5, 5)) if f.period.end and f.period.end <= date(2025, 4, 30)]
    then = judged(shipped("seed-3"), early, LATER, "at_claim")
    assert (then.state, then.readings[0].end) == ("holds", date(2025, 4, 30))
    assert then.readings[0].formula.count("130,000") == 3


def test_how_it_stands_is_the_newest_months_and_the_newest_beside_its_year_before() -> None:
    figures = [f for f in _border(8_000) if f.period.end != date(2025, 8, 31)]
    figures.append(month(USBP, 182_000, 2025, 8, SEPTEMBER))
    now = judged(shipped("seed-3"), figures, LATER)
    assert now.state == "near"
    beside = now.readings[-1]
    assert beside.name == "Border Patrol's encounters in the southwest: August 2025 against August 2024"
    assert (round(beside.measured, 1), beside.formula) == (40.0, "182,000 / 130,000 - 1")


def test_arrests_in_the_interior_are_told_apart_where_the_table_has_them() -> None:
    figures = [*_border(8_000), *_border(6_500, AT_ENTRY)]
    verdict = judged(shipped("seed-3"), figures, LATER, "revised")
    assert [round(r.measured) for r in verdict.readings] == [-94, -95]
    assert "at entry alone" in verdict.readings[1].name
    some = [f for f in figures if f.series == USBP or (f.period.end or LATER) > date(2025, 3, 31)]
    assert len(judged(shipped("seed-3"), some, LATER, "revised").readings) == 1


def test_an_edition_that_was_public_when_it_was_said_and_is_not_held_is_named() -> None:
    missing = Unheld("cbp_encounters", "nationwide-encounters-fy22-fy25-apr-aor.csv", date(2025, 5, 5), 2025, False)
    known = replace(knowledge(*_border(8_000)), unheld=(missing,))
    verdict = evaluate(shipped("seed-3"), "at_claim", known, at(LATER))
    assert verdict.state == "not_held"
    assert verdict.words.startswith("nationwide-encounters-fy22-fy25-apr-aor.csv, a file of 5 May 2025, was public")
    assert "`onrecord import FILE --source cbp_encounters` takes it from a file" in verdict.words
    assert evaluate(shipped("seed-3"), "revised", known, at(LATER)).state == "holds"


def _book_ins(per_day: float) -> list[Figure]:
    days = [(date(2025, 1, 19), date(2025, 2, 3)), (date(2025, 4, 28), date(2025, 5, 9))]
    return [count(BY_ICE, 20_000 + per_day * 99 * n, end, posted) for n, (end, posted) in enumerate(days)]


def _encounters(posted: date = date(2025, 6, 4)) -> list[Figure]:
    return _year(ALL, [(2025, 1, 81_000.0), (2025, 2, 28_000.0), (2025, 3, 29_000.0), (2025, 4, 30_000.0)], posted)


def test_a_total_of_arrests_is_tested_under_a_hypothesis_that_is_no_finding() -> None:
    verdict = judged(shipped("dhs-151000"), [*_book_ins(600), *_encounters()], LATER)
    assert verdict.state == "bound_respected"
    supposed = next(r for r in verdict.readings if r.name.startswith("hypothesis"))
    assert supposed.name.startswith("hypothesis, no finding: people whom ICE arrested and booked in, and CBP's")
    # 12 days of January at February's rate, two whole months, 28 days of April at its own.
    assert supposed.measured == pytest.approx(600 * 99 + 12 * 1_000 + 28_000 + 29_000 + 28 * 1_000)
    assert supposed.state == "consistent"
    assert "12/28 x 28,000 + 28,000 + 29,000 + 28/30 x 30,000" in supposed.formula
    assert judged(shipped("dhs-151000"), [*_book_ins(100), *_encounters()], LATER).readings[1].state == "inconsistent"
    assert {f.series for f in verdict.evidence} == {BY_ICE, ALL}


def test_without_the_months_the_hypothesis_names_the_edition_that_is_not_held() -> None:
    missing = Unheld("cbp_encounters", "nationwide-encounters-fy22-fy25-apr-aor.csv", date(2025, 5, 5), 2025, False)
    known = replace(knowledge(*_book_ins(600)), unheld=(missing,))
    assert evaluate(shipped("dhs-151000"), "standing", known, at(LATER)).state == "not_held"
    alone = judged(shipped("dhs-151000"), _book_ins(600), LATER)
    assert (alone.state, len(alone.readings)) == ("bound_respected", 1)


def test_what_is_called_a_return_decides_a_total_of_removals_and_returns() -> None:
    ten = [(2023 + (n < 10), n, 0.0) for n in (10, 11, 12, 1, 2, 3, 4, 5, 6, 7)]
    posted = date(2024, 11, 8)

    def figures(enforced: float, every: float) -> list[Figure]:
        counted = ((ENFORCED, enforced), (EVERY, every))
        return [f for series, value in counted for f in _year(series, [(y, n, value / 10) for y, n, _ in ten], posted)]

    verdict = judged(shipped("dhs-700000"), figures(597_440, 674_880), LATER, "at_claim")
    assert verdict.state == "depends_on_definition"
    first, _, second = verdict.words.partition("; ")
    assert first.startswith("1,958.8 removals and returns a day")
    assert first.endswith("(without administrative returns: holds)")
    assert second.startswith("2,212.7 removals and returns a day")
    assert second.endswith("(with the administrative returns of crews and withdrawn applications: outside)")
    assert judged(shipped("dhs-700000"), figures(597_440, 600_000), LATER, "at_claim").state == "holds"


def test_a_pace_between_two_totals_is_held_against_all_that_its_ceiling_counts() -> None:
    removals = [
        count(REMOVALS, 100_000, date(2025, 1, 19), date(2025, 2, 3)),
        count(REMOVALS, 300_000, date(2025, 9, 30), date(2025, 10, 10)),
        count(REMOVALS, 1_200 * 75, date(2025, 12, 14), date(2025, 12, 20)),
    ]
    cbp = _year(ALL, [(2025, 9, 30_000.0), (2025, 10, 31_000.0), (2025, 11, 30_000.0)], date(2025, 12, 3))
    verdict = judged(shipped("dhs-605000"), [*removals, *cbp], date(2025, 12, 31))
    pace = next(r for r in verdict.readings if "from 22 October 2025 to 27 October" in r.name)
    assert (pace.measured, pace.state) == (2_000.0, "consistent")
    assert "all that its ceiling counts together is 2,200.0 a day" in pace.formula
    assert pace.high == pytest.approx(2_200)
    few = _year(ALL, [(2025, 10, 3_100.0)], date(2025, 12, 3))
    lower = judged(shipped("dhs-605000"), [*removals, *few], date(2025, 12, 31))
    assert next(r for r in lower.readings if "22 October 2025 to 27" in r.name).state == "inconsistent"


def test_scopes_of_the_border_are_told_apart() -> None:
    assert relation(USBP, "border crossings") == "same"
    assert relation(ALL, "border crossings") == "none"
    assert relation("cbp.encounters{component=usbp, region=all}", "border crossings") == "none"
    assert scope_of("cbp.encounters{component=all, region=southwest}") == "CBP encounters in the southwest"
    assert scope_of("cbp.encounters{component=ofo, region=northern}").startswith("cbp.encounters{")
