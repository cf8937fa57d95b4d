"""What is counted by month alone: windows of it are judged on the closed months that are held."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from alerts.claims.model import Claim
from alerts.claims.parts import CvStep, Variation, Window
from alerts.claims.scopes import scope_of
from alerts.forms.evaluate import evaluate
from alerts.forms.evidence import Unheld
from alerts.forms.kinds.comparison import ComparisonTest
from alerts.forms.kinds.projection import ProjectionTest
from alerts.forms.kinds.ratio import Baseline, RatioTest
from alerts.forms.kinds.target_rate import TargetTest
from alerts.forms.kinds.target_total import TargetTotalTest
from alerts.forms.kinds.total import TotalTest
from figures.records import Figure
from tests.alerts.by_hand import BY_BOTH, judged, known, month
from tests.alerts.conftest import at, shipped

USBP = "cbp.encounters{component=usbp, region=southwest}"
TRAC = "trac.book_ins{agency=all}"
OHSS = "ohss.repatriations{type=all}"
SAID, POSTED, LATER = date(2025, 7, 10), date(2025, 7, 5), date(2025, 9, 20)
NOISE = Variation(cv=(CvStep(days=14, cv=0.05),), because="as measured")
YEAR_2024 = [(2023, 10), (2023, 11), (2023, 12), *((2024, n) for n in range(1, 10))]


_Test = ComparisonTest | RatioTest | TotalTest | ProjectionTest | TargetTest | TargetTotalTest


def _claim(made: _Test, **words: Any) -> Claim:
    claim = shipped("seed-6")
    changes = {"test": made, "said_on": SAID, "covers": scope_of(made.series), "testability": "direct", **words}
    return Claim(claim.words.model_copy(update=changes), claim.sha256, claim.text)


def _compared(series: str = USBP, **fields: Any) -> Claim:
    given: dict[str, Any] = {"since": date(2025, 2, 1), "against_fiscal_year": 2024, "hedge": "under"}
    given |= {"form": "comparison", "unit": "ratio", "because": "as said", "noise": NOISE}
    return _claim(ComparisonTest(series=series, **{**given, **fields}))


def _total(value: float, series: str = USBP, **fields: Any) -> TotalTest:
    given: dict[str, Any] = {"unit": "people", "hedge": "about", "start": date(2025, 2, 1), "end": date(2025, 5, 31)}
    given |= {"form": "cumulative", "because": "as said"}
    return TotalTest(series=series, value=value, **{**given, **fields})


def _months(series: str, posted: date = POSTED) -> list[Figure]:
    """131,000 a month in fiscal year 2024, 8,000 from February to June 2025, and the first days of July."""
    before = [month(series, 131_000, *of, posted) for of in YEAR_2024]
    since = [month(series, 8_000, 2025, n, posted) for n in range(2, 7)]
    return [*before, *since, month(series, 900, 2025, 7, posted, day=4)]


@pytest.mark.parametrize("series", [USBP, TRAC, OHSS])
def test_a_comparison_is_of_the_closed_months(series: str) -> None:
    for answer in ("at_claim", "revised", "standing"):
        verdict = judged(_compared(series), _months(series), LATER, answer)
        assert verdict.state == ("near" if answer == "standing" else "holds")
        assert verdict.measured == pytest.approx((5 * 8_000 / 150) / (12 * 131_000 / 366))
        assert verdict.edition == "2025-06-30"
        assert verdict.words == (
            "266.7 a day from 1 February 2025 to 30 June 2025, 0.062 times the 4,295.1 a day of FY2024"
        )
        assert verdict.formula.startswith("[(8,000 + 8,000 + 8,000 + 8,000 + 8,000) / 150 days] / [(131,000 + ")
        assert len(verdict.evidence) == 17


def test_the_newest_closed_month_stands_beside_it() -> None:
    claim = _compared(hedge="roughly the same", window_tolerance=0.15, window_because="as usual")
    beside = judged(claim, _months(USBP), LATER).readings[1]
    assert (beside.start, beside.end) == (date(2025, 6, 1), date(2025, 6, 30))
    assert beside.measured == pytest.approx((8_000 / 30) / (12 * 131_000 / 366))


def test_totals_of_months_and_another_window_are_compared_too() -> None:
    against = Window(start=date(2024, 2, 1), end=date(2024, 6, 30))
    claim = _compared(against_fiscal_year=None, against=against, measure="total", until=date(2025, 6, 30))
    verdict = judged(claim, _months(USBP), LATER, "revised")
    assert (verdict.state, verdict.formula) == (
        "holds",
        "(8,000 + 8,000 + 8,000 + 8,000 + 8,000) / (131,000 + 131,000 + 131,000 + 131,000 + 131,000)",
    )


def test_windows_that_are_named_and_held_wait_for_no_other_edition() -> None:
    """Neither for one that was public then and is not held here, nor where all that is held came later."""
    against = Window(start=date(2024, 2, 1), end=date(2024, 6, 30))
    named = _compared(against_fiscal_year=None, against=against, until=date(2025, 6, 30))
    newest = Unheld("cbp_encounters", "nationwide-encounters-fy22-fy25-jun-aor.csv", date(2025, 7, 8), 2025, False)
    with_newest = replace(known(_months(USBP)), unheld=(newest,))
    assert evaluate(named, "at_claim", with_newest, at(LATER)).state == "holds"
    assert (
        evaluate(_compared(), "at_claim", with_newest, at(LATER)).state == "not_held"
    )  # its window runs to the newest
    later = _months(USBP, date(2025, 9, 1))
    assert judged(named, later, LATER, "revised").state == "holds"
    assert judged(named, later, LATER, "at_claim").state == "data_missing"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            {"since": date(2025, 1, 20)},
            f"{USBP} is counted by month, and 20 January 2025 is no first day of one.",
        ),
        (
            {"until": date(2025, 6, 15)},
            f"{USBP} is counted by month, and 1 February 2025 to 15 June 2025 are no whole months.",
        ),
        ({"since": date(2025, 8, 1)}, f"No clean months of {USBP} from 1 August 2025 on were public."),
        ({"until": date(2025, 7, 31)}, f"No clean files of {USBP} cover 1 February 2025 to 31 July 2025."),
        ({"against_fiscal_year": 2023}, f"No clean file of {USBP} covers FY2023 to its end."),
        (
            {
                "against_fiscal_year": None,
                "against": Window(start=date(2024, 2, 1), end=date(2024, 6, 15)),
            },
            f"{USBP} is counted by month, and 1 February 2024 to 15 June 2024 are no whole months.",
        ),
    ],
)
def test_what_closed_months_cannot_tell_is_said(fields: dict[str, Any], words: str) -> None:
    verdict = judged(_compared(**fields), _months(USBP), LATER, "at_claim")
    assert (verdict.state, verdict.words) == ("data_missing", words)


def test_a_month_that_is_not_held_is_never_taken_as_nothing() -> None:
    figures = [f for f in _months(USBP) if f.period.end != date(2025, 4, 30)]
    assert judged(_compared(), figures, LATER, "at_claim").state == "data_missing"


def test_a_ratio_over_closed_months() -> None:
    over = {"start": date(2023, 10, 1), "end": date(2024, 9, 30)}
    ours = Baseline(words="the encounters a day of fiscal year 2024", series=USBP, over=Window(**over))
    booked = Baseline(words="the book-ins of May", series=BY_BOTH, over=Window(start=over["start"], end=over["start"]))
    ratio = RatioTest(
        form="ratio", unit="ratio", because="as said", value=3, numerator=13_000, baselines=(ours,), word="triple"
    )
    for answer in ("at_claim", "revised"):
        verdict = judged(_claim(ratio), _months(USBP), LATER, answer)
        assert (verdict.state, verdict.edition) == ("holds", "2024-09-30")
        assert verdict.measured == pytest.approx(13_000 / (12 * 131_000 / 366))
    assert ratio.kinds == ("month",)
    assert ratio.model_copy(update={"baselines": (ours, booked)}).kinds == ("month", "fiscal_year_to_date")
    days = ours.model_copy(update={"over": Window(start=date(2024, 1, 20), end=date(2024, 9, 30))})
    vague = judged(_claim(ratio.model_copy(update={"baselines": (days,)})), _months(USBP), LATER, "at_claim")
    assert vague.words == f"{USBP} is counted by month, and 20 January 2024 to 30 September 2024 are no whole months."


def test_a_total_of_months_needs_no_rule_of_its_own() -> None:
    exact = judged(_claim(_total(32_000)), _months(USBP), LATER, "revised")
    assert (exact.state, exact.measured, exact.formula) == ("holds", 32_000, "(8,000 + 8,000 + 8,000 + 8,000)")
    more = judged(_claim(_total(30_000, hedge="more than", end=None)), _months(USBP), LATER, "at_claim")
    assert (more.state, more.edition) == ("holds", "2025-06-30")
    vague = judged(_claim(_total(30_000, start=date(2025, 1, 20))), _months(USBP), LATER, "revised")
    assert vague.words == f"{USBP} is counted by month, and 20 January 2025 to 31 May 2025 are no whole months."
    early = judged(_claim(_total(60_000, end=date(2025, 8, 31))), _months(USBP), LATER, "revised")
    assert (early.state, early.due) == ("not_yet_testable", date(2025, 9, 14))


def test_of_a_wider_claim_the_whole_months_are_the_part_that_is_counted() -> None:
    wide = _claim(_total(45_000, start=date(2025, 1, 20), end=None, hedge="exactly"), testability="bound")
    verdict = judged(wide, [month(USBP, 60_000, 2025, 1, POSTED), *_months(USBP)], LATER, "at_claim")
    assert verdict.state == "bound_respected"
    assert verdict.words.startswith("40,000 people from 1 February 2025 to 30 June 2025 are part of what was said")
    small = _claim(_total(39_000, start=date(2025, 1, 20), end=None, hedge="exactly"), testability="bound")
    assert judged(small, _months(USBP), LATER, "at_claim").state == "bound_violated"


@pytest.mark.parametrize(("series", "rule"), [(USBP, "difference"), (BY_BOTH, "months")])
def test_the_pace_of_months_is_that_of_the_newest_closed_one(series: str, rule: str) -> None:
    """Two months' cells subtracted from each other are no pace."""
    projected = ProjectionTest(
        form="projection",
        because="as said",
        series=series,
        unit="people",
        value=88_000,
        hedge="about",
        over=Window(start=date(2025, 2, 1), end=date(2025, 12, 31)),
        noise=NOISE,
        rule=rule,  # type: ignore[arg-type]
    )
    closed = [f for f in _months(series) if f.period.end != date(2025, 7, 4)]
    verdict = judged(_claim(projected), closed, LATER, "at_claim")
    assert (verdict.state, verdict.formula) == (
        "not_yet_testable",
        "(8,000 + 8,000 + 8,000 + 8,000 + 8,000) + 184 days x [8,000 / 30 days]",
    )
    assert verdict.measured == pytest.approx(40_000 + 184 * 8_000 / 30)


def test_a_target_of_a_pace_is_measured_by_closed_months() -> None:
    target = TargetTest(
        form="target_rate",
        because="a target",
        series=TRAC,
        unit="people a day",
        value=1_000,
        since=date(2025, 5, 21),
        proxy_share=1.0,
    )
    claim = _claim(target, said_on=date(2025, 5, 28))
    values = {4: 15_000, 5: 18_600, 6: 29_400}
    figures = [month(TRAC, value, 2025, number, date(2025, number + 1, 5)) for number, value in values.items()]
    figures.append(month(TRAC, 9_000, 2025, 7, POSTED, day=4))
    early, first, second = (judged(claim, figures, on) for on in (date(2025, 5, 30), date(2025, 6, 20), LATER))
    assert early.state == "not_yet_testable"
    assert (first.state, first.measured) == ("short", 600)
    assert first.words.endswith("; the window begins 20 days before the target was set")
    assert (second.state, second.measured) == ("met", 980)
    assert second.words.startswith("980.0 people a day from 1 June 2025 to 30 June 2025, 98% of the target")
    assert [(each.start, each.end) for each in second.readings] == [
        (date(2025, 6, 1), date(2025, 6, 30)),
        (date(2025, 6, 1), date(2025, 6, 30)),
        (date(2025, 5, 1), date(2025, 6, 30)),
    ]
    then = judged(claim, figures, LATER, "at_claim")
    assert (then.state, then.measured) == ("not_yet_testable", 500)


def test_a_dated_total_is_measured_by_closed_months() -> None:
    fields: dict[str, Any] = {"form": "target_total", "because": "a target", "series": TRAC, "unit": "people"}
    over = Window(start=date(2025, 5, 1), end=date(2025, 8, 31))
    claim = _claim(TargetTotalTest(**fields, value=123_000, over=over), said_on=date(2025, 5, 28))
    values = {5: 31_000, 6: 30_000, 7: 15_500, 8: 15_500}
    figures = [month(TRAC, value, 2025, number, date(2025, number + 1, 5)) for number, value in values.items()]
    met, missed = (judged(claim, figures, on) for on in (date(2025, 7, 10), LATER))
    assert (met.state, met.formula) == ("met", "61,000 + 62 days x [30,000 / 30 days]")
    assert met.words.startswith("61,000 from 1 May 2025 to 30 June 2025; 1,000 a day are needed for 123,000")
    assert (missed.state, missed.measured) == ("missed", 92_000)
    with pytest.raises(ValidationError, match="is counted by month: over must begin and end with a month"):
        TargetTotalTest(**fields, value=123_000, over=Window(start=date(2025, 5, 2), end=date(2025, 8, 31)))
