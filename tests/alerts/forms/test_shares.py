"""Shares in words, such as nearly half: which side of the fraction the word leaves open."""

from datetime import date

import pytest

from tests.alerts.by_hand import HELD, held, judged, said
from tests.alerts.conftest import shipped

DAY, POSTED, LATER = date(2025, 2, 9), date(2025, 2, 14), date(2025, 3, 1)
OTHER = HELD.replace("criminality=all", "criminality=other")


@pytest.mark.parametrize(
    ("word", "percent", "truth", "standing"),
    [
        ("nearly", 47, "holds", "near"),
        ("nearly", 50.2, "holds_marginal", "near"),
        ("nearly", 54.7, "outside", "drifting"),
        ("nearly", 58, "outside", "far"),
        ("nearly", 44, "outside", "drifting"),
        ("just over", 54.7, "holds", "near"),
        ("just over", 45.3, "outside", "drifting"),
        ("more than", 54.7, "holds", "near"),
        ("more than", 49, "outside", "near"),
        ("bare", 54.7, "holds", "near"),
    ],
)
def test_half_under_a_word(word: str, percent: float, truth: str, standing: str) -> None:
    claim = said(shipped("trac-54-7"), value=50.0, hedge=word, fraction=True, accept=None)
    figures = [held(40_000, DAY, POSTED), held(400 * percent, DAY, POSTED, OTHER)]
    then, now = (judged(claim, figures, LATER, answer) for answer in ("revised", "standing"))
    assert (then.state, now.state) == (truth, standing)
    assert then.gap is not None
    assert (then.gap > 0) == (truth == "outside" and percent > 50)
    assert (then.gap < 0) == (truth == "outside" and percent < 50)
