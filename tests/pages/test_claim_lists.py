"""Claims in lists: in an order that asks for a look first, and moves that are moves."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pages.chart_words import chart_title
from pages.claim_lists import by_state, moves
from tests.pages.facts_at_hand import FACTS, LEVEL, NOW, shipped, stance
from tests.pages.test_states import ENGLISH, SPANISH


def test_claims_are_listed_by_how_they_stand_what_has_moved_furthest_first() -> None:
    listed = by_state(FACTS.claims, ENGLISH)
    assert [(code, name, len(claims)) for code, name, claims in listed] == [
        ("far", "Has moved far", 1),
        ("short", "Short of the goal", 1),
        ("not_testable", "Cannot be tested with these figures", 1),
        ("unjudged", "Not judged yet", 1),
    ]


def test_what_is_near_and_not_accepted_is_not_listed_as_a_match() -> None:
    near = [replace(LEVEL, stances=(stance("standing", "near", measured),)) for measured in (49000.0, 51302.0)]
    assert [code for code, _, _ in by_state(near, ENGLISH)] == ["near_and_outside", "near"]


def test_what_cannot_be_judged_has_not_moved() -> None:
    day = timedelta(days=1)
    later = [stance("standing", state, None, as_of=NOW + day) for state in ("not_held", "quality_hold", "none")]
    for each in later:
        told = moves([replace(LEVEL, stances=(*LEVEL.stances, each))], 10, ENGLISH)
        assert [(move.before, move.after, move.state) for move in told] == [("51,302", "56,397", "has moved far")]


def test_the_newest_moves_come_first_and_no_more_than_asked_for() -> None:
    back = stance("standing", "near", 49000.0, as_of=NOW + timedelta(days=30))
    each = replace(LEVEL, stances=(*LEVEL.stances, back))
    assert [move.state for move in moves([each], 10, ENGLISH)] == ["matches", "has moved far"]
    assert [move.state for move in moves([each], 1, ENGLISH)] == ["matches"]


@pytest.mark.parametrize(
    ("claim", "english", "spanish"),
    [
        ("seed-4-almost-49000-in-custody", "People held, United States", "Personas detenidas, Estados Unidos"),
        (
            "seed-1-target-3000-arrests",
            "People booked in by ICE a day, United States",
            "Personas ingresadas en detención por ICE al día, Estados Unidos",
        ),
        (
            "seed-6-roughly-same-as-biden",
            "ICE removals: how many times those of fiscal year 2024, United States",
            "Expulsiones de ICE: cuántas veces las de entonces (año fiscal 2024), Estados Unidos",
        ),
        (
            "trac-70-3-no-conviction",
            "Without a conviction: share of people held, United States",
            "Sin condena: parte de las personas detenidas, Estados Unidos",
        ),
        ("seed-7-border-down-interior-up", "People booked in by CBP: change in percent, United States", "porcentaje"),
    ],
)
def test_the_title_of_a_chart_says_what_is_counted_and_how(claim: str, english: str, spanish: str) -> None:
    assert chart_title(shipped(claim), ENGLISH) == english
    assert spanish in chart_title(shipped(claim), SPANISH)
