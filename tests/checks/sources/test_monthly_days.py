"""A publisher that keeps to days of the month: CBP's own posting days held against what is expected of it."""

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest

from checks.sources.lateness import RULES_FILE, STAGES, expected, finding, load, rules
from scrapers.cbp.posting_dates import POSTED

CBP = rules()["cbp"]
FINALS = (date(2023, 11, 7), date(2024, 10, 17), date(2025, 10, 15))
RUNNING = tuple(sorted(day for (year, month), day in POSTED.items() if year == 2026 and month))
_SECTION = RULES_FILE.read_text("utf-8").partition("[cbp]")[2]


def test_every_edition_came_when_it_was_due_and_none_was_late() -> None:
    """The eleven editions of FY2026, the final file of the year before them, and the shutdown of October 2025."""
    assert len(RUNNING) == 11
    for before, after in pairwise((FINALS[-1], *RUNNING)):
        what = expected(before, [before], CBP)
        assert what.reached(after - timedelta(days=1)) in ((), ("due",)), after
        assert what.due <= after < what.late, after


def test_each_month_is_due_on_the_3rd_and_overdue_after_the_10th() -> None:
    for since in RUNNING[:-1]:
        month = (since.replace(day=1) + timedelta(days=32)).replace(day=1)
        what = expected(since, [since], CBP)
        assert what.due == month.replace(day=3)
        assert what.reached(month.replace(day=2)) == ()
        assert what.reached(month.replace(day=10)) == ("due",)
        assert what.reached(month.replace(day=11)) == ("due", "late")
        assert "overdue after the 10th" in finding("late", what, "CBP").words


def test_after_december_the_next_is_due_in_january() -> None:
    what = expected(date(2025, 12, 3), [], CBP)
    assert [what.begins(stage) for stage in STAGES] == [date(2026, 1, 3), date(2026, 1, 11), date(2026, 2, 11)]


@pytest.mark.parametrize("final", FINALS)
def test_september_comes_with_the_final_file_in_october_or_november(final: date) -> None:
    """Three final files, of which none was late: the latest came on 7 November."""
    since = date(final.year, 9, 5)
    what = expected(since, [since], CBP)
    assert (what.due, what.late) == (date(final.year, 10, 15), date(final.year, 11, 8))
    assert what.reached(date(final.year, 10, 14)) == ()
    assert what.due <= final < what.late
    assert what.reached(date(final.year, 11, 7)) == ("due",)
    words = finding("late", what, "CBP").words
    assert "late since 8 November" in words
    assert "the final file of a fiscal year came between 15 October and 7 November" in words


def test_a_silence_is_told_again_when_the_next_release_is_late_as_well() -> None:
    assert expected(date(2026, 8, 5), [], CBP).silent == date(2026, 10, 11)
    assert expected(date(2026, 9, 4), [], CBP).silent == date(2026, 12, 11)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("due = 3 ", "due = 12 "),
        ("late = 11 ", "late = 29 "),
        ("due = 3 ", "due = 0 "),
        ("turn_due = [10, 15]", "turn_due = [11, 9]"),
        ("turn_due = [10, 15]", "turn_due = [9, 15]"),
        ("turn_due = [10, 15]", "turn_due = [10, 32]"),
        ("turn_late = [11, 8]", "turn_late = [11]"),
        ("late = 11 ", "overdue = 11 "),
    ],
)
def test_days_that_cannot_be_are_refused_by_name(old: str, new: str) -> None:
    text = f"[cbp]{_SECTION}"
    assert load(text)["cbp"] == CBP
    changed = re.sub(rf"^{re.escape(old)}", new, text, count=1, flags=re.MULTILINE)
    assert changed != text
    with pytest.raises(ValueError, match=r"publication\.toml: \[cbp\]"):
        load(changed)
