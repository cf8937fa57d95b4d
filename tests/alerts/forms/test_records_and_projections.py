"""Records of days, months and paces, with and without a value; projections from counts since 1 October."""

from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from alerts.claims.model import Claim
from alerts.claims.parts import Variation, Window
from alerts.forms.kinds.projection import ProjectionTest
from alerts.forms.kinds.record import RecordTest
from figures.records import Figure
from tests.alerts.by_hand import BY_BOTH, HELD, REMOVALS, count, held, judged, month
from tests.alerts.conftest import shipped, varied

TRAC = "trac.detained{agency=all, criminality=all}"
SAID, LATER = date(2025, 7, 10), date(2025, 12, 1)


def _with(test: Any, said_on: date = SAID, covers: str = "people held by ICE") -> Claim:
    claim = shipped("seed-4")
    words = claim.words.model_copy(update={"test": test, "said_on": said_on, "covers": covers})
    return Claim(words, claim.sha256, claim.text)


def _record(**fields: Any) -> Claim:
    given: dict[str, Any] = {"form": "record", "side": "highest", "series": HELD, "unit": "people held"}
    covers = fields.pop("covers", "people held by ICE")
    return _with(RecordTest(because="as said", **{**given, **fields}), covers=covers)


def _months(values: dict[int, float]) -> list[Figure]:
    return [month(BY_BOTH, value, 2025, number, date(2025, 7, 5)) for number, value in values.items()]


def test_the_highest_month_without_a_stated_value() -> None:
    claim = _record(series=BY_BOTH, unit="people booked in", by="month", covers="book-ins of both agencies")
    running = month(BY_BOTH, 50_000, 2025, 7, date(2025, 7, 9), day=5)
    verdict = judged(claim, [*_months({4: 30_000, 5: 29_000, 6: 36_000}), running], LATER, "at_claim")
    assert (verdict.state, verdict.measured, verdict.deviation) == ("holds", 36_000, None)
    assert verdict.words.startswith("36,000 people booked in in June 2025, the highest since 1 April 2025")
    assert (verdict.accept_low, verdict.accept_high) == (30_000, None)
    lower = judged(claim, _months({4: 37_000, 5: 29_000, 6: 36_000}), LATER, "at_claim")
    assert (lower.state, "not the highest" in lower.words) == ("outside", True)


def test_the_highest_pace_of_a_stated_number_of_days() -> None:
    claim = _record(series=REMOVALS, unit="removals a day", by="pace", days=14, covers="ICE removals")
    ends = [date(2025, 5, 3) + timedelta(days=14 * n) for n in range(4)]
    counts = [100_000, 112_000, 123_000, 137_000]
    figures = [count(REMOVALS, value, end, end + timedelta(days=6)) for value, end in zip(counts, ends, strict=True)]
    verdict = judged(claim, figures, LATER, "at_claim")
    assert (verdict.state, verdict.measured) == ("holds", 1_000)
    assert verdict.words.startswith("1,000.0 removals a day from 1 June 2025 to 14 June 2025, the highest since")
    assert {f.value for f in verdict.evidence} >= {137_000, 123_000}


def test_the_other_publisher_is_asked_for_the_days_before_the_series_begins() -> None:
    """ICE's files held here begin later than TRAC's table."""
    claim = _record(value=56_000, hedge="more than")
    ours = [held(50_000, date(2025, 5, 18), date(2025, 5, 23)), held(56_397, date(2025, 6, 15), date(2025, 6, 20))]
    assert judged(claim, ours, LATER, "at_claim").state == "holds"
    earlier = held(57_000, date(2019, 8, 3), date(2025, 6, 1), TRAC)
    beaten = judged(claim, [*ours, earlier], LATER, "at_claim")
    assert (beaten.state, beaten.words.endswith("the highest before was 57,000")) == ("outside", True)
    same_count = held(57_000, date(2025, 6, 14), date(2025, 6, 21), TRAC)  # of the same days the series itself says it
    assert judged(claim, [*ours, same_count], LATER, "at_claim").state == "holds"


def test_only_a_later_value_supersedes_a_record() -> None:
    claim = _record(value=56_000, hedge="more than")
    figures = [held(60_000, date(2019, 8, 3), date(2020, 1, 5)), held(56_397, date(2025, 6, 15), date(2025, 6, 20))]
    wrong = judged(claim, figures, LATER)
    assert (wrong.state, "is now" in wrong.words) == ("far", False)
    later = judged(claim, [*figures[1:], held(61_226, date(2025, 8, 24), date(2025, 8, 29))], LATER)
    assert (later.state, later.words.endswith("The highest is now 61,226, of 24 August 2025")) == ("none", True)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"series": REMOVALS}, "is no level of one day; say by month or pace"),
        ({"by": "pace"}, "days says over how many days"),
        ({"by": "pace", "days": 14}, "no pace comes of it"),
        ({"days": 14}, "days says over how many days"),
    ],
)
def test_what_no_record_is_written_like(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        _record(**fields)


YEAR = Window(start=date(2024, 10, 1), end=date(2025, 9, 30))
CV = Variation(cv=({"days": 14, "cv": 0.116},), because="measured")  # type: ignore[arg-type]


def _projection(said_on: date = date(2025, 9, 12)) -> Claim:
    fields: dict[str, Any] = {"series": REMOVALS, "unit": "ICE removals", "value": 335_000, "hedge": "about"}
    test = ProjectionTest(form="projection", over=YEAR, noise=CV, rule="difference", because="as said", **fields)
    return _with(test, said_on, "ICE removals")


PACE = [
    count(REMOVALS, 266_000, date(2025, 8, 9), date(2025, 8, 14)),
    count(REMOVALS, 302_000, date(2025, 9, 6), date(2025, 9, 11)),
]


def test_a_projection_of_removals_before_its_day_says_where_the_pace_of_then_ends() -> None:
    for answer in ("at_claim", "standing"):
        verdict = judged(_projection(), PACE, date(2025, 9, 20), answer)  # type: ignore[arg-type]
        assert (verdict.state, verdict.due) == ("not_yet_testable", date(2025, 10, 1))
        assert verdict.measured == pytest.approx(302_000 + 24 * 36_000 / 28)
        assert verdict.fan is not None
        assert verdict.fan[0] < (verdict.measured or 0) < verdict.fan[1]


def test_it_is_resolved_once_with_the_days_that_no_file_covers() -> None:
    figures = [
        *PACE,
        count(REMOVALS, 320_000, date(2025, 9, 20), date(2025, 9, 25)),
        count(REMOVALS, 60_000, date(2025, 11, 15), date(2025, 11, 20)),
    ]
    verdict = judged(_projection(), figures, LATER)
    assert (verdict.state, verdict.measured) == ("near", pytest.approx(320_000 + 10 * 18_000 / 14))
    assert "with the 10 days that no file held here covers" in verdict.words
    assert "320,000 without them" in verdict.words
    restated = count(REMOVALS, 400_000, date(2025, 9, 30), date(2026, 1, 10))
    assert judged(_projection(), [*figures, restated], date(2026, 2, 1)) == verdict
    assert judged(_projection(), [*figures, restated], date(2026, 2, 1), "revised").state == "outside"


def test_a_total_widens_where_its_window_is_vague_and_says_on_which_side_it_lies() -> None:
    claim = varied(shipped("cbs-150000"), vague=True)
    ends = {date(2025, 1, 11): 76_939, date(2025, 1, 25): 85_769, date(2025, 7, 26): 246_287}
    figures = [count(REMOVALS, value, end, end + timedelta(days=5)) for end, value in ends.items()]
    figures.append(count(REMOVALS, 197_016, date(2025, 6, 14), date(2025, 6, 20)))
    verdict = judged(claim, figures, LATER, "revised")
    assert (verdict.accept_low, verdict.accept_high) == (pytest.approx(142_500 * 0.95), pytest.approx(150_750 * 1.05))
    assert verdict.state == "holds"
    assert "both edges 5% wider, since the window is vague" in verdict.rule
    more = judged(varied(claim, value=120_000), figures, LATER, "revised")
    assert (more.state, "above what the wording accepts" in more.words) == ("outside", True)


def test_the_arithmetic_of_a_projection_is_held_against_what_its_hedge_accepts() -> None:
    """302,000 in 341 days are 323,255 in a year: about 325,000, and not exactly that."""
    for hedge, state in (("about", "not_yet_testable"), ("exactly", "outside")):
        claim = varied(_projection(), through=date(2025, 9, 6), value=325_000, hedge=hedge)
        verdict = judged(claim, PACE, date(2025, 9, 20), "at_claim")
        assert verdict.measured == pytest.approx(302_000 * 365 / 341)
        assert verdict.state == state
