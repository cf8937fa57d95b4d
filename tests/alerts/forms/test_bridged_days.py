"""How the world stands towards a dated total that goes over days whose editions were public and are not held here."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from alerts.claims.model import Claim
from alerts.claims.parts import Variation, Window
from alerts.forms.evaluate import evaluate
from alerts.forms.evidence import Unheld
from alerts.forms.kinds.projection import ProjectionTest
from alerts.forms.kinds.target_total import TargetTotalTest
from alerts.forms.verdicts import Verdict
from figures.records import Figure
from tests.alerts.by_hand import REMOVALS, count, known
from tests.alerts.conftest import at, shipped

SAID = date(2025, 2, 1)
YEAR = Window(start=date(2024, 10, 1), end=date(2025, 9, 30))
HALF = Window(start=date(2024, 10, 1), end=date(2025, 6, 30))
CV = Variation(cv=({"days": 14, "cv": 0.02},), because="measured")  # type: ignore[arg-type]
# The count of 30 June lies between those of 14 June and 26 July: 200,000 to 242,000, and 216,000 if it goes evenly.
AROUND_JUNE = [
    count(REMOVALS, 85_000, date(2025, 1, 25), date(2025, 1, 30)),
    count(REMOVALS, 200_000, date(2025, 6, 14), date(2025, 6, 20)),
    count(REMOVALS, 242_000, date(2025, 7, 26), date(2025, 8, 1)),
]
# 1,000 a day before 9 August, 1,500 from October on: 300,000, and 52,000 to 78,000 of the 52 days between.
AROUND_OCTOBER = [
    count(REMOVALS, 286_000, date(2025, 7, 26), date(2025, 8, 1)),
    count(REMOVALS, 300_000, date(2025, 8, 9), date(2025, 8, 14)),
    count(REMOVALS, 69_000, date(2025, 11, 15), date(2025, 11, 20)),
]
LATER = date(2025, 12, 1)


def _claim(test: Any, covers: str = "ICE removals", testability: str = "direct") -> Claim:
    claim = shipped("seed-4")
    changes = {"test": test, "said_on": SAID, "covers": covers, "testability": testability}
    return Claim(claim.words.model_copy(update=changes), claim.sha256, claim.text)


def _target(value: float, over: Window) -> Claim:
    fields: dict[str, Any] = {"series": REMOVALS, "unit": "removals", "value": value, "over": over}
    return _claim(TargetTotalTest(form="target_total", because="as said", **fields))


def _projection(value: float) -> Claim:
    fields: dict[str, Any] = {"series": REMOVALS, "unit": "removals", "value": value, "hedge": "about", "over": YEAR}
    return _claim(ProjectionTest(form="projection", noise=CV, rule="difference", because="as said", **fields))


def _edition(posted: date, year: int = 2025) -> Unheld:
    return Unheld("ice", f"FY{year % 100}_detentionStats{posted:%m%d%Y}.xlsx", posted, year, listed=False)


IN_JULY, IN_SEPTEMBER = _edition(date(2025, 7, 3)), _edition(date(2025, 9, 11))


def _standing(claim: Claim, figures: list[Figure], *unheld: Unheld, on: date = LATER) -> Verdict:
    return evaluate(claim, "standing", replace(known(figures), unheld=unheld), at(on))


@pytest.mark.parametrize(
    ("value", "evenly", "stands"),
    [
        (220_000, "reached", False),  # 209,000 are enough
        (232_000, "missed", False),
        (205_000, "reached", True),  # 194,750 are enough, and 200,000 were counted before
        (260_000, "missed", True),  # 247,000 would be enough, and 242,000 were not counted until later
    ],
)
def test_a_target_is_reached_or_missed_only_where_the_days_that_are_not_held_do_not_decide(
    value: float, evenly: str, stands: bool
) -> None:
    claim = _target(value, HALF)
    told = _standing(claim, AROUND_JUNE)
    assert (told.state, told.measured) == (evenly, 216_000)  # nothing is known to be missing
    verdict = _standing(claim, AROUND_JUNE, IN_JULY)
    if stands:
        assert verdict == told
        return
    assert (verdict.state, verdict.measured) == ("not_held", None)
    assert verdict.words.startswith(f"{IN_JULY.name}, a file of 3 July 2025, was public and is not held here")


@pytest.mark.parametrize(
    ("value", "evenly", "stands"),
    [
        (320_000, "drifting", False),  # 10 % off; with 378,000 it is 18 %, and far
        (430_000, "far", False),  # 18 % off; with 378,000 it is 12 %, and drifting
        (460_000, "far", True),  # 23 % or 18 % off
        (365_000, "near", True),  # 4 % below, or 4 % above
    ],
)
def test_a_projection_is_resolved_only_where_the_days_that_are_not_held_do_not_decide(
    value: float, evenly: str, stands: bool
) -> None:
    claim = _projection(value)
    told = _standing(claim, AROUND_OCTOBER)
    assert told.state == evenly
    verdict = _standing(claim, AROUND_OCTOBER, IN_SEPTEMBER)
    assert verdict == told if stands else verdict.state == "not_held"


def test_a_projection_is_not_far_where_the_days_that_are_not_held_may_bring_it_to_what_was_said() -> None:
    """352,000 and 820,000 are both far from 500,000, which lies between them."""
    soared = [*AROUND_OCTOBER[:2], count(REMOVALS, 460_000, date(2025, 11, 15), date(2025, 11, 20))]
    assert _standing(_projection(500_000), soared).state == "far"
    assert _standing(_projection(500_000), soared, IN_SEPTEMBER).state == "not_held"


def test_only_an_edition_that_may_say_something_of_the_days_leaves_it_open() -> None:
    claim = _target(220_000, HALF)
    for harmless in (
        _edition(date(2025, 6, 20)),  # of the count that is held
        _edition(date(2025, 8, 1)),
        replace(IN_JULY, source="trac_population"),
        replace(IN_JULY, seen_past=at(date(2025, 7, 4))),  # our own look took what was public then
    ):
        assert _standing(claim, AROUND_JUNE, harmless).state == "reached"
    fortnights = [*AROUND_JUNE, count(REMOVALS, 231_000, date(2025, 7, 5), date(2025, 7, 10))]
    assert _standing(claim, fortnights, IN_JULY).state == "reached"  # three weeks: an edition may have said no more


def test_the_last_edition_of_a_year_may_come_when_the_next_year_has_begun() -> None:
    claim = _projection(320_000)
    assert _standing(claim, AROUND_OCTOBER, _edition(date(2025, 10, 9))).state == "not_held"
    assert _standing(claim, AROUND_OCTOBER, _edition(date(2025, 10, 30), 2026)).state == "drifting"


def test_the_way_to_a_target_is_told_only_where_the_days_that_are_not_held_do_not_decide() -> None:
    """Of 48,000 from 3 May to 14 June 40,000 come after 10 May if they go evenly; the pace since is 1,000 a day."""
    figures = [
        count(REMOVALS, 152_000, date(2025, 5, 3), date(2025, 5, 8)),
        *AROUND_JUNE[1:],
    ]
    over, summer = Window(start=date(2025, 5, 11), end=date(2025, 12, 31)), date(2025, 8, 5)
    for value, evenly, stands in ((245_000, "met", False), (400_000, "short", True), (200_000, "met", True)):
        claim = _target(value, over)
        told = _standing(claim, figures, on=summer)
        assert told.state == evenly
        verdict = _standing(claim, figures, _edition(date(2025, 5, 23)), on=summer)
        assert verdict == told if stands else verdict.state == "not_held"


def test_whatever_editions_are_not_held_no_target_is_told_otherwise_than_with_all_of_them() -> None:
    dice, first = Random(20261129), date(2025, 1, 11)
    ends = [first + timedelta(days=14 * n) for n in range(16)]
    totals = [70_000.0]
    for _ in ends[1:]:
        totals.append(totals[-1] + dice.randint(2_000, 30_000))
    figures = [count(REMOVALS, total, end, end + timedelta(days=6)) for total, end in zip(totals, ends, strict=True)]
    at_half = _standing(_target(1, HALF), figures).measured or 0.0
    seen = set()
    for _ in range(300):
        claim = _target(at_half * dice.uniform(0.8, 1.3), HALF)
        held = sorted(dice.sample(figures, dice.randint(2, len(figures))), key=lambda f: f.known_at)
        unheld = [_edition(f.known_at.date()) for f in figures if f not in held]
        whole, part = _standing(claim, figures), _standing(claim, held, *unheld)
        assert part.state in (whole.state, "not_held"), (claim.words.test, [f.period.end for f in held])
        seen.add((whole.state, part.state))
    assert seen == {(state, answer) for state in ("reached", "missed") for answer in (state, "not_held")}


def test_with_hindsight_nothing_is_said_over_such_days() -> None:
    """What was right is said of figures alone: also where both ends of what the days may hold are as good."""
    near = replace(known(AROUND_OCTOBER), unheld=(IN_SEPTEMBER,))
    assert evaluate(_projection(365_000), "revised", near, at(LATER)).state == "not_held"
    assert evaluate(_projection(365_000), "standing", near, at(LATER)).state == "near"
