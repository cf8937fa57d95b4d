from datetime import date, timedelta
from itertools import pairwise

import pytest

from figures.trac_dates import ERAS, EXCEPTIONS, era


@pytest.mark.parametrize(
    ("day", "meaning"),
    [
        (date(2019, 5, 4), "unclear"),
        (date(2020, 8, 8), "unclear"),
        (date(2020, 8, 21), "posted"),
        (date(2021, 10, 1), "posted"),
        (date(2021, 11, 21), "snapshot"),
        (date(2026, 7, 11), "snapshot"),
    ],
)
def test_what_a_date_of_tracs_means_depends_on_its_era(day: date, meaning: str) -> None:
    assert era(day).meaning == meaning


def test_eras_follow_each_other_without_a_gap() -> None:
    assert ERAS[0].first is None
    assert ERAS[-1].last is None
    for before, after in pairwise(ERAS):
        assert before.last is not None
        assert before.last + timedelta(days=1) == after.first
    assert all(each.evidence for each in (*ERAS, *EXCEPTIONS.values()))


def test_every_exception_lies_outside_what_its_era_says_or_states_why() -> None:
    for day, known in EXCEPTIONS.items():
        lag = era(day).lag
        if known.snapshot is not None and lag is not None:
            assert lag[0] <= (day - known.snapshot).days <= lag[1]
            assert known.snapshot != day
