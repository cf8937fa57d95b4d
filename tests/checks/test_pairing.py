"""Which row of TRAC's belongs to which workbook: by days, and by figures only where there is no day."""

from datetime import date, timedelta

import pytest

from checks.pairing import Book, Pair, book_of, exchanged, pairs, rows_of
from figures.periods import instant
from tests.checks.conftest import book, cells, row


def told(found: list[Pair]) -> list[tuple[date, int, str, int]]:
    return [(pair.row.date, pair.book.release_id, pair.basis, pair.apart) for pair in found]


def test_since_november_2021_a_row_bears_the_day_of_the_count() -> None:
    rows = [row(date(2025, 6, 1), 1000), row(date(2025, 6, 15), 2000)]
    book_ = book(1, date(2025, 6, 20), date(2025, 6, 15), 2000)
    assert told(pairs(rows, [book_])) == [(date(2025, 6, 15), 1, "snapshot", 0)]


@pytest.mark.parametrize(("apart", "paired"), [(-3, True), (3, True), (-4, False), (4, False)])
def test_three_days_apart_are_one_count_and_four_are_not(apart: int, paired: bool) -> None:
    day = date(2025, 6, 15)
    found = pairs([row(day, 2000)], [book(1, date(2025, 6, 30), day - timedelta(days=apart), 2000)])
    assert told(found) == ([(day, 1, "snapshot", apart)] if paired else [])


def test_figures_never_pair_where_there_is_a_day() -> None:
    """The same figures 14 days away are no pair; other figures on the day are one, and can be found to differ."""
    rows = [row(date(2025, 6, 1), 2000), row(date(2025, 6, 15), 9000)]
    assert told(pairs(rows, [book(1, date(2025, 6, 20), date(2025, 6, 15), 2000)])) == [
        (date(2025, 6, 15), 1, "snapshot", 0)
    ]


def test_the_nearest_count_takes_the_row() -> None:
    books = [book(1, date(2025, 6, 16), date(2025, 6, 13), 1000), book(2, date(2025, 6, 20), date(2025, 6, 15), 2000)]
    assert told(pairs([row(date(2025, 6, 15), 2000)], books)) == [(date(2025, 6, 15), 2, "snapshot", 0)]


def test_re_issues_of_one_count_share_its_row() -> None:
    books = [book(n, date(2025, 6, 20) + timedelta(days=n), date(2025, 6, 15), 2000) for n in (1, 6)]
    assert [pair.book.release_id for pair in pairs([row(date(2025, 6, 15), 2000)], books)] == [1, 6]


def test_before_november_2021_a_row_bears_the_day_of_posting() -> None:
    rows = [row(date(2021, 6, 24), 2000), row(date(2021, 7, 8), 3000)]
    (pair,) = pairs(rows, [book(1, date(2021, 6, 24), date(2021, 6, 19), 2000)])
    assert told([pair]) == [(date(2021, 6, 24), 1, "posted", 5)]
    assert pair.words == "by the day of posting, 24 June 2021; the count is of 19 June 2021"


def test_a_workbook_that_came_to_us_late_is_paired_by_the_usual_lag() -> None:
    (pair,) = pairs([row(date(2021, 9, 16), 2000)], [book(1, date(2021, 11, 12), date(2021, 9, 11), 2000)])
    assert told([pair]) == [(date(2021, 9, 16), 1, "lag", 5)]
    assert pair.words.startswith("by the usual lag: TRAC's date lies 5 days after the count of 11 September 2021")


def test_the_usual_lag_alone_pairs_no_other_figures() -> None:
    """An edition that TRAC skipped lies in the usual lag of the row of the next one."""
    late = book(1, date(2021, 11, 12), date(2021, 9, 11), 9000)
    assert pairs([row(date(2021, 9, 16), 2000)], [late]) == []
    swapped = Book(2, "s", date(2021, 11, 12), date(2021, 9, 11), "", True, exchanged(cells(2000, date(2021, 9, 11))))
    assert [pair.basis for pair in pairs([row(date(2021, 9, 16), 2000)], [swapped])] == ["lag"]


def test_a_year_end_file_saved_again_is_not_the_row_of_that_day() -> None:
    """FY20 was saved again on 29 December 2020; TRAC's row of the next day is of another release."""
    assert pairs([row(date(2020, 12, 30), 2000)], [book(1, date(2020, 12, 29), date(2020, 10, 2), 2000)]) == []


def test_a_known_exception_is_paired_by_the_day_that_it_stands_for() -> None:
    (pair,) = pairs([row(date(2019, 9, 30), 2000)], [book(1, date(2020, 8, 21), date(2019, 10, 4), 2000)])
    assert told([pair]) == [(date(2019, 9, 30), 1, "snapshot", -4)]
    assert "ICE 4 October 2019 (The label of the year's end" in pair.words


@pytest.mark.parametrize(("after", "usable"), [(-1, True), (0, True), (1, False), (2, False)])
def test_a_day_after_the_posting_is_no_day_of_a_count(after: int, usable: bool) -> None:
    posted = date(2025, 6, 20)
    stated = posted + timedelta(days=after)
    made = book_of(1, "w.xlsx", posted, list(cells(2000, stated).values()), {})
    assert made is not None
    assert made.day == (stated if usable else None)
    said = f"it states {stated.day} June 2025, after its posting on 20 June 2025"
    assert made.undated_because == ("" if usable else said)


def test_a_workbook_without_a_day_is_paired_by_its_figures_and_says_so() -> None:
    rows = [row(date(2022, 10, 31), 2000), row(date(2022, 11, 20), 3000)]
    (pair,) = pairs(rows, [book(1, date(2022, 11, 16), None, 2000)])
    assert told([pair]) == [(date(2022, 10, 31), 1, "value", 0)]
    assert pair.words == "by its figures, because it states no day"
    assert pairs(rows, [book(1, date(2022, 11, 16), None, 4000)]) == []
    assert pairs(rows, [book(1, date(2023, 11, 16), None, 2000)]) == []  # a year later it is another count


def test_a_day_that_cannot_be_is_no_day() -> None:
    observations = list(cells(2000, date(2021, 6, 19)).values())
    good = book_of(1, "b", date(2021, 6, 24), observations, {})
    assert good is not None
    assert good.day == date(2021, 6, 19)
    early = book_of(1, "b", date(2021, 6, 1), observations, {})
    assert early is not None
    assert (early.day, early.undated_because) == (None, "it states 19 June 2021, after its posting on 1 June 2021")
    held = book_of(1, "b", date(2021, 6, 24), observations, {"date_stands_still": "It moved under its old day."})
    assert held is not None
    assert (held.day, held.undated_because) == (None, "It moved under its old day.")
    other = book_of(1, "b", date(2021, 6, 24), observations, {"parts_total": "It does not add up."})
    assert other is not None
    assert other.day == date(2021, 6, 19)


def test_a_stale_footnote_of_another_year_is_no_day() -> None:
    """The edition of 11 June 2021 kept a footnote of June 2020."""
    stale = [o._replace(period=instant(date(2020, 6, 20))) for o in cells(2000, date(2021, 6, 5)).values()]
    found = book_of(1, "b", date(2021, 6, 11), stale, {})
    assert found is not None
    assert (found.day, found.undated_because) == (None, "it states 20 June 2020, which is not in FY2021")


def test_the_current_sheet_counts_and_an_older_one_only_where_there_is_no_other() -> None:
    current = list(cells(2000, date(2022, 2, 13)).values())
    old = [o for o in cells(9000, date(2020, 10, 2), status="not_current").values()]
    both = book_of(1, "b", date(2022, 2, 16), [*old, *current], {})
    assert both is not None
    assert (both.current, both.day) == (True, date(2022, 2, 13))
    only = book_of(1, "b", date(2022, 2, 16), old, {})
    assert only is not None
    assert (only.current, only.day) == (False, date(2020, 10, 2))
    assert book_of(1, "b", date(2022, 2, 16), [], {}) is None


def test_rows_come_by_date() -> None:
    observations = [o for day in (15, 1) for o in cells(day * 100, date(2025, 6, day), "trac.detained").values()]
    assert [(r.date, len(r.cells)) for r in rows_of(observations)] == [(date(2025, 6, 1), 12), (date(2025, 6, 15), 12)]
