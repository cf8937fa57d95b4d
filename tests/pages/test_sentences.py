"""What a page says of a figure: direction, the deciding figure, its unit and its day, in both languages."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from alerts.claims.model import Claim
from pages.facts.claim_facts import OtherReading
from pages.judging_words import how_judged, what_would_change
from pages.kinds.claim_page import answers
from pages.sentences import accepted, figure_sentence, short_span, span
from pages.states import sentence
from tests.pages.facts_at_hand import GOAL, LEVEL, piece, shipped, stance
from tests.pages.test_states import ENGLISH, SPANISH

LEVEL_CLAIM, GOAL_CLAIM = LEVEL.claim, GOAL.claim


@pytest.mark.parametrize(
    ("measured", "english", "spanish"),
    [
        (
            56397.0,
            "56,397 people held on 15 June 2025: 7,397 more (+15%) than the 49,000 that was claimed.",
            "56,397 personas detenidas el 15 de junio de 2025: 7,397 más (+15%) que la cifra afirmada, 49,000.",
        ),
        (
            48870.0,
            "48,870 people held on 15 June 2025: 130 fewer (−0.3%) than the 49,000 that was claimed.",
            "48,870 personas detenidas el 15 de junio de 2025: 130 menos (−0.3%) que la cifra afirmada, 49,000.",
        ),
        (
            49000.0,
            "49,000 people held on 15 June 2025: exactly the 49,000 that was claimed.",
            "49,000 personas detenidas el 15 de junio de 2025: exactamente la cifra afirmada, 49,000.",
        ),
    ],
)
def test_a_level_is_told_with_its_direction(measured: float, english: str, spanish: str) -> None:
    told = stance("standing", "far", measured)
    assert figure_sentence(LEVEL_CLAIM, told, ENGLISH) == english
    assert figure_sentence(LEVEL_CLAIM, told, SPANISH) == spanish


def test_the_reading_that_decides_about_a_goal_is_the_one_that_is_told() -> None:
    said = figure_sentence(GOAL_CLAIM, GOAL.stances[2], ENGLISH)
    assert said == ("936.4 people booked in by ICE a day from 18 May to 14 June 2025: 31% of the goal of 3,000.")
    assert figure_sentence(GOAL_CLAIM, GOAL.stances[2], SPANISH) == (
        "936.4 personas ingresadas en detención por ICE al día del 18 de mayo al 14 de junio de 2025: "
        "el 31% de la meta de 3,000."
    )


def test_a_rate_is_never_told_as_that_of_one_day() -> None:
    told = replace(GOAL.stances[2], readings=(), measured=698.7, edition=date(2025, 5, 17), evidence=())
    assert figure_sentence(GOAL_CLAIM, told, ENGLISH).startswith(
        "698.7 people booked in by ICE a day in the days up to 17 May 2025: "
    )
    assert "al día en los días hasta el 17 de mayo de 2025" in figure_sentence(GOAL_CLAIM, told, SPANISH)


def test_a_share_is_told_in_points() -> None:
    claim = shipped("dhs-70pct-criminal")
    series = claim.words.test.series
    told = stance("standing", "far", 54.4, low=65.0, high=75.0, evidence=(piece(series=series),))
    said = figure_sentence(claim, told, ENGLISH)
    assert said.startswith("With a conviction or a charge: 54.4% of people booked in on ")
    assert said.endswith(": 15.6 points below the 70% that was claimed.")
    assert "puntos por debajo de la cifra afirmada, 70%" in figure_sentence(claim, told, SPANISH)


def test_a_fall_is_told_as_a_fall() -> None:
    claim = shipped("seed-3-border-crossings-down")
    told = stance("standing", "near", -94.7, low=None, high=-25.0, edition=date(2025, 7, 31), evidence=())
    assert figure_sentence(claim, told, ENGLISH) == "Encounters down 94.7% by 31 July 2025."
    assert figure_sentence(claim, replace(told, measured=3.0), ENGLISH) == "Encounters up 3.0% by 31 July 2025."
    assert accepted(told, "percent", ENGLISH) == "The wording accepts a fall of 25% or more."


def test_a_yardstick_is_no_claim() -> None:
    claim = shipped("seed-5-above-appropriated")
    said = figure_sentence(claim, stance("standing", "near", 61226.0), ENGLISH)
    assert said.endswith("19,726 more (+48%) than 41,500, which it was measured against.")


def test_nothing_is_told_where_nothing_was_measured() -> None:
    assert figure_sentence(LEVEL_CLAIM, stance("standing", "data_missing", None), ENGLISH) == ""


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (48500.0, 49245.0, "The wording accepts 48,500 to 49,245."),
        (2850.0, None, "The wording accepts 2,850 or more."),
        (None, 41500.0, "The wording accepts up to 41,500."),
        (None, None, ""),
    ],
)
def test_what_is_accepted_has_the_edges_that_there_are(low: float | None, high: float | None, said: str) -> None:
    assert accepted(stance("standing", "near", low=low, high=high), "people held", ENGLISH) == said


def test_days_and_spans() -> None:
    first, last = date(2025, 5, 18), date(2025, 6, 14)
    assert span(first, last, ENGLISH) == "from 18 May to 14 June 2025"
    assert span(None, last, ENGLISH) == span(last, last, ENGLISH) == "on 14 June 2025"
    assert span(None, None, ENGLISH) == short_span(None, None, ENGLISH) == ""
    assert short_span(first, last, ENGLISH) == "18 May 2025 – 14 Jun 2025"


@pytest.mark.parametrize(
    ("state", "edges"),
    [("near", ("46,550", "51,450")), ("drifting", ("41,650", "56,350")), ("far", ("43,120", "54,880"))],
)
def test_what_would_change_it_is_said_in_figures(state: str, edges: tuple[str, str]) -> None:
    said = " ".join(what_would_change(_standing(LEVEL_CLAIM, state), ENGLISH))
    assert all(edge in said for edge in edges)


def test_a_figure_that_differs_by_less_than_is_shown_is_not_called_different() -> None:
    claim = shipped("trac-990-july-2025")
    told = stance("standing", "near", 990.03, evidence=(piece(series=claim.words.test.series),), low=985.0, high=995.0)
    assert figure_sentence(claim, told, ENGLISH).endswith(": when rounded, the 990 that was claimed.")
    exact = replace(told, low=61226.0, high=61226.0)
    assert accepted(exact, "people held", ENGLISH) == "The wording accepts 61,226 alone."


def test_a_pace_is_told_as_a_pace_until_its_day() -> None:
    claim = shipped("budget-doc-one-million")
    told = stance("standing", "short", 445421.0, low=950000.0, high=None, edition=date(2026, 1, 25), evidence=())
    assert figure_sentence(claim, told, ENGLISH) == (
        "At the pace that was known, 445,421 ICE removals by 30 September 2026: 45% of the goal of 1,000,000."
    )


def test_what_matches_only_for_its_usual_movements_is_not_said_to_match() -> None:
    inside, beyond = stance("standing", "near", 49000.0), stance("standing", "near", 51302.0)
    said = [sentence("standing", each.shown, ENGLISH) for each in (inside, beyond)]
    assert said == [
        "The newest figure matches the claim.",
        "The newest figure is off the claim, and not clearly enough to say that it has moved.",
    ]


def test_only_the_side_that_the_wording_does_not_accept_can_move_a_claim() -> None:
    one_sided = replace(_standing(LEVEL_CLAIM, "near", 49500.0).stances[0], low=49000.0, high=None)
    said = " ".join(what_would_change(replace(LEVEL, stances=(one_sided,)), ENGLISH))
    assert said.startswith("It counts as moved at 46,550 or less.")
    assert "or more" not in said


def test_a_share_moves_by_points() -> None:
    claim = shipped("trac-70-3-no-conviction")
    off = stance("standing", "near", 71.3, low=70.2, high=70.4, deviation=71.3 / 70.3 - 1, size=0.01)
    said = " ".join(what_would_change(replace(LEVEL, claim=claim, stances=(off,)), ENGLISH))
    assert said == "It counts as moved at 67.8% or less, or at 72.8% or more."


def test_what_is_over_is_told_without_a_newer_figure() -> None:
    for state in ("none", "superseded"):
        told = stance("standing", state, 61226.0)
        assert (figure_sentence(LEVEL_CLAIM, told, ENGLISH), accepted(told, "people held", ENGLISH)) == ("", "")
    assert figure_sentence(LEVEL_CLAIM, stance("revised", "holds", 48870.0), ENGLISH)


def test_a_goal_is_asked_about_from_the_day_on_which_it_was_set() -> None:
    told = replace(GOAL.stances[0], state="not_yet_testable")
    said = list(answers(replace(GOAL, stances=(told,)), ENGLISH))
    assert said == [
        (
            "Was it right when it was made?",
            "A goal is neither right nor wrong when it is set.",
            "936.4 people booked in by ICE a day from 18 May to 14 June 2025: 31% of the goal of 3,000.",
        )
    ]


def test_a_claim_that_nothing_can_test_says_so() -> None:
    claim = shipped("seed-8-polls-slipping")
    assert list(how_judged(_standing(claim, "not_testable", None), ENGLISH)) == [
        "No published figure can test this claim. What is said of it is kept here all the same."
    ]


def _standing(claim: Claim, state: str, measured: float | None = 51000.0) -> Any:
    return replace(LEVEL, claim=claim, stances=(stance("standing", state, measured),))


def test_a_window_is_told_with_both_its_ends() -> None:
    claim = shipped("seed-6-roughly-same-as-biden")
    reading = OtherReading("since 26 January 2025", 1.071, "drifting", date(2025, 1, 26), date(2025, 6, 14))
    told = stance("standing", "drifting", 1.071, readings=(reading,), low=0.95, high=1.05)
    said = figure_sentence(claim, told, ENGLISH)
    assert "1.071 times those of fiscal year 2024" in said
    assert "from 26 January to 14 June 2025: 7.1% more." in said
