"""Changes: by so many people, percent or points, as a share of another change, from several days."""

from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from alerts.claims.model import Claim
from alerts.forms.kinds.change import ChangeTest
from figures.records import Figure
from tests.alerts.by_hand import HELD, held, judged
from tests.alerts.conftest import shipped

FEBRUARY, LATE_FEBRUARY, APRIL = date(2026, 2, 7), date(2026, 2, 21), date(2026, 4, 4)
OTHER = HELD.replace("criminality=all", "criminality=other")
CONVICTED = HELD.replace("criminality=all", "criminality=convicted")
LATER = date(2026, 4, 12)


def _claim(said_on: date = date(2026, 4, 10), **fields: Any) -> Claim:
    given: dict[str, Any] = {
        "measure": "number",
        "unit": "people held",
        "value": -10_000,
        "hedge": "nearly",
        "starts": (FEBRUARY,),
    }
    given |= {"series": HELD, "ends": (APRIL,)}
    test = ChangeTest(form="change", because="as said", **{**given, **fields})
    claim = shipped("seed-4")
    return Claim(claim.words.model_copy(update={"test": test, "said_on": said_on}), claim.sha256, claim.text)


def _counts(values: dict[date, float], series: str = HELD) -> list[Figure]:
    return [held(value, on, on + timedelta(days=5), series) for on, value in values.items()]


@pytest.mark.parametrize(
    ("before", "state"),
    [(70_000, "holds"), (70_350, "holds_marginal"), (69_000, "outside"), (72_000, "outside"), (50_000, "outside")],
)
def test_nearly_so_many_fewer(before: float, state: str) -> None:
    figures = _counts({FEBRUARY: before, APRIL: 60_311})
    verdict = judged(_claim(), figures, LATER, "at_claim")
    assert (verdict.state, verdict.measured) == (state, 60_311 - before)
    assert (verdict.accept_low, verdict.accept_high) == (-10_050, -9_500)
    assert verdict.words.startswith(f"{60_311 - before:+,.0f} people held from 7 February 2026 to 4 April 2026 (")
    assert judged(_claim(), figures, LATER).state == "none"  # a time that is over stands no way


def test_where_the_days_that_may_be_meant_differ_it_depends_on_the_definition() -> None:
    figures = _counts({FEBRUARY: 70_100, LATE_FEBRUARY: 68_000, APRIL: 60_311})
    several = _claim(starts=(LATE_FEBRUARY, FEBRUARY))
    verdict = judged(several, figures, LATER, "at_claim")
    assert (verdict.state, verdict.measured) == ("depends_on_definition", -9_789)
    assert [each.state for each in verdict.readings] == ["holds", "outside"]
    assert verdict.words.startswith("-9,789 people held from 7 February")  # the pair that fits best


def test_without_an_end_it_runs_to_the_newest_count_of_then() -> None:
    figures = _counts({FEBRUARY: 70_000, APRIL: 60_311, date(2026, 5, 2): 30_000})
    for answer in ("at_claim", "revised"):
        assert judged(_claim(ends=()), figures, date(2026, 6, 1), answer).measured == -9_689  # type: ignore[arg-type]


def test_percent_since_a_day() -> None:
    up = _claim(measure="percent", unit="percent", value=30, hedge="about")
    verdict = judged(up, _counts({FEBRUARY: 40_000, APRIL: 50_400}), LATER, "at_claim")
    assert (verdict.state, verdict.measured) == ("holds", pytest.approx(26.0))
    assert verdict.words == "+26.0 % from 7 February 2026 to 4 April 2026 (40,000 to 50,400)"
    fell = judged(up, _counts({FEBRUARY: 50_400, APRIL: 40_000}), LATER, "at_claim")
    assert fell.state == "outside"


def test_points_of_a_share() -> None:
    claim = _claim(measure="points", unit="points", value=-10, hedge="bare", series=CONVICTED, of=HELD)
    figures = _counts({FEBRUARY: 20_000, APRIL: 16_000}, CONVICTED) + _counts({FEBRUARY: 40_000, APRIL: 40_000})
    verdict = judged(claim, figures, LATER, "at_claim")
    assert (verdict.state, verdict.measured) == ("holds", pytest.approx(-10.0))
    assert "-10.0 points from 7 February 2026 to 4 April 2026 (50.0 % to 40.0 %)" in verdict.words


def test_a_share_of_the_growth_says_both_parts() -> None:
    claim = _claim(measure="share of change", unit="percent", value=97, hedge="bare", series=OTHER, of=HELD)
    figures = _counts({FEBRUARY: 20_000, APRIL: 24_850}, OTHER) + _counts({FEBRUARY: 60_000, APRIL: 65_000})
    verdict = judged(claim, figures, LATER, "at_claim")
    assert (verdict.state, verdict.measured) == ("holds", pytest.approx(97.0))
    assert verdict.words == "97.0 % of the change from 7 February 2026 to 4 April 2026 (+4,850 of +5,000)"
    still = _counts({FEBRUARY: 20_000, APRIL: 24_850}, OTHER) + _counts({FEBRUARY: 60_000, APRIL: 60_000})
    assert judged(claim, still, LATER, "at_claim").state == "not_comparable"


def test_a_share_of_the_growth_by_the_parts_that_make_it() -> None:
    """No conviction: a pending charge, or neither."""
    claim = _claim(measure="share of change", unit="percent", value=97, hedge="bare", definition="no conviction")
    pending = HELD.replace("criminality=all", "criminality=pending")
    figures = _counts({FEBRUARY: 20_000, APRIL: 23_000}, OTHER) + _counts({FEBRUARY: 10_000, APRIL: 11_850}, pending)
    figures += _counts({FEBRUARY: 60_000, APRIL: 65_000})
    verdict = judged(claim, figures, LATER, "at_claim")
    assert (verdict.state, verdict.measured) == ("holds", pytest.approx(97.0))
    assert verdict.formula == "((11,850 + 23,000) - (10,000 + 20,000)) / (65,000 - 60,000)"


def test_a_day_between_two_counts_is_taken_from_the_line_between_them() -> None:
    between = FEBRUARY + timedelta(days=7)
    figures = _counts({FEBRUARY: 70_000, LATE_FEBRUARY: 69_000, APRIL: 60_000})
    assert judged(_claim(starts=(between,)), figures, LATER, "at_claim").measured == pytest.approx(60_000 - 69_500)


def test_what_is_not_there_yet_is_said() -> None:
    early = judged(_claim(), _counts({FEBRUARY: 70_000}), LATER, "at_claim")
    assert (early.state, early.due) == ("not_yet_testable", date(2026, 4, 18))
    assert judged(_claim(), _counts({APRIL: 60_000}), LATER, "at_claim").state == "data_missing"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"value": 0}, "a change has a size and a sign"),
        ({"measure": "points", "unit": "points"}, "names the whole"),
        ({"of": HELD}, "names the whole"),
        ({"measure": "percent"}, "is 'percent', not 'people held'"),
        ({"ends": (FEBRUARY,)}, "ends must come after starts"),
    ],
)
def test_what_no_change_is_written_like(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        _claim(**fields)
