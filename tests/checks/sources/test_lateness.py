"""When a silence is told: the real calendar of releases replayed, day by day."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from checks.known_hashes import witnesses
from checks.sources.lateness import STAGES, expected, finding, rules, silences, spans_turn
from scrapers.ice.file_names import read_name

ICE = rules()["ice"]
# Public on 20 July 2026, after the list of known editions ends; nothing newer was known on 23 August.
LATER, SEEN = date(2026, 7, 20), date(2026, 8, 23)
ENOUGH = 200  # of days


def _calendar() -> list[date]:
    """The days of all known editions, without files of a year that was over when they came."""
    newest, days = 0, set()
    for each in sorted(witnesses(), key=lambda w: w.edition_date):
        year = read_name(each.name).fiscal_year or 0
        if year >= newest:
            newest = max(newest, year)
            days.add(each.edition_date)
    return sorted(days | {LATER})


CALENDAR = _calendar()


def _replayed(days: Sequence[date], until: date) -> Iterator[tuple[date, str, date]]:
    """What is told to somebody who looks every day and remembers what was told: (day, stage, since)."""
    told = set()
    day, published = days[0], [days[0]]
    while day <= until:
        if day in days:
            published = [d for d in days if d <= day]
        since = published[-1]
        for stage in expected(since, published, ICE).reached(day):
            if (since, stage) not in told:
                told.add((since, stage))
                yield day, stage, since
        day += timedelta(days=1)


@pytest.fixture(scope="module")
def told() -> list[tuple[date, str, date]]:
    return list(_replayed(CALENDAR, SEEN))


def test_the_calendar_is_the_real_one() -> None:
    gaps = [(b - a).days for a, b in pairwise(CALENDAR)]
    assert (len(witnesses()), CALENDAR[0], len(CALENDAR)) == (149, date(2020, 8, 21), 145)
    assert sorted(gaps)[-4:] == [56, 57, 57, 102]


def test_every_silence_that_is_told_is_told_on_its_day_and_once(told: list[tuple[date, str, date]]) -> None:
    assert [(str(day), stage, str(since)) for day, stage, since in told if stage != "due"] == [
        ("2021-12-04", "late", "2021-11-12"),  # 27 days, when 21 were the most usual
        ("2024-08-13", "late", "2024-07-18"),  # 28 days
        ("2025-11-11", "late", "2025-09-24"),  # the 57 days of the government's shutdown
        ("2026-02-01", "late", "2026-01-08"),  # 25 days
        ("2026-03-10", "late", "2026-02-12"),  # the 56 days
        ("2026-04-04", "silent", "2026-02-12"),
        ("2026-05-08", "late", "2026-04-09"),  # the 102 days
        ("2026-06-05", "silent", "2026-04-09"),
        ("2026-08-20", "late", "2026-07-20"),
    ]
    assert len(told) == len(set(told))


def test_the_stages_come_in_order_and_due_comes_before_anything_is_told(told: list[tuple[date, str, date]]) -> None:
    for since in {since for _, _, since in told}:
        mine = [stage for _, stage, at in told if at == since]
        assert mine == list(STAGES[: len(mine)])


def test_a_turn_of_the_fiscal_year_does_not_cry_wolf(told: list[tuple[date, str, date]]) -> None:
    """Turns of 57, 15, 48, 32 and 36 days are nothing to tell; the longest began before anything was known of turns."""
    turns = [(a, b) for a, b in pairwise(CALENDAR) if spans_turn(a, b)]
    assert [(b - a).days for a, b in turns] == [57, 15, 48, 32, 36, 57]
    quiet = {since for since, _ in turns[:5]}
    assert [stage for _, stage, since in told if since in quiet and stage != "due"] == []


def test_a_turn_is_learnt_from_the_turns_before_and_from_what_is_declared_until_there_are_two() -> None:
    first = expected(date(2020, 9, 16), CALENDAR, ICE)
    assert (first.due, first.late) == (date(2020, 10, 24), date(2020, 11, 16))
    assert first.because == "declared: turns of the fiscal year took 18 to 57 days from 2020 to 2025"
    third = expected(date(2022, 9, 29), CALENDAR, ICE)
    assert (third.due, third.late) == (date(2022, 11, 7), date(2022, 11, 20))
    assert third.because == "learnt from 2 earlier turns of the fiscal year: 38 days in the middle, late after 51"
    unprepared = expected(date(2022, 9, 29), CALENDAR, replace(ICE, turn=ICE.declared, learning=None))
    assert unprepared.late == date(2022, 10, 28)  # without a profile of its own the same turn is called late


def test_what_was_not_known_yet_teaches_nothing() -> None:
    """The 56 days change what is expected after them, not what was expected before."""
    before = [day for day in CALENDAR if day <= date(2026, 2, 12)]
    assert expected(date(2026, 2, 12), CALENDAR, ICE) == expected(date(2026, 2, 12), before, ICE)
    assert expected(date(2026, 4, 9), CALENDAR, ICE).because == (
        "learnt from 39 gaps in the 730 days before: 14 days in the middle, late after 28"
    )


def test_little_history_leaves_what_is_declared() -> None:
    days = [date(2025, 1, 1) + timedelta(days=14 * n) for n in range(13)]
    assert ICE.learning is not None
    assert expected(days[-1], days, ICE).because.startswith("learnt from 12 gaps")
    assert expected(days[-1], days[1:], ICE).because.startswith("declared: twice a month")
    assert expected(days[-1], [], ICE).late == days[-1] + timedelta(days=29)


def test_corrections_are_no_rhythm() -> None:
    """A file that replaces the one of three days before does not make releases due twice as often."""
    days = [date(2025, 1, 1) + timedelta(days=14 * n) for n in range(13)]
    corrected = [day + timedelta(days=3) for day in days[:-1]]
    assert expected(days[-1], [*days, *corrected], ICE) == expected(days[-1], days, ICE)


def test_a_publisher_that_grows_slack_does_not_make_us_slack() -> None:
    """After gaps of 56 and 102 days the most usual gap is one of 56; a release that is left out is still told."""
    assert expected(LATER, CALENDAR, ICE).late == LATER + timedelta(days=31)


def test_three_weeks_are_the_earliest_that_is_told_however_regular_a_publisher_is() -> None:
    days = [date(2025, 1, 1) + timedelta(days=7 * n) for n in range(20)]
    what = expected(days[-1], days, ICE)
    assert (what.due - days[-1], what.late - days[-1], what.silent - days[-1]) == (
        timedelta(days=8),
        timedelta(days=22),
        timedelta(days=43),
    )


def test_a_stage_of_the_new_fiscal_year_waits_as_turns_do() -> None:
    """After a release of 5 September the next is due in September as ever; late it is by the measure of turns."""
    what = expected(date(2025, 9, 11), CALENDAR, ICE)
    assert what.due == date(2025, 9, 26)
    assert what.late == date(2025, 10, 29)
    assert (spans_turn(date(2025, 9, 30), date(2025, 10, 1)), spans_turn(date(2025, 10, 1), date(2025, 12, 1))) == (
        True,
        False,
    )


def test_silences_are_the_days_between_releases_and_the_last_one_lasts() -> None:
    found = silences(CALENDAR, SEEN, ICE)
    assert len(found) == len(CALENDAR)
    by_day = {each.since: each for each in found}
    assert (by_day[date(2026, 2, 12)].days, by_day[date(2026, 2, 12)].reached) == (56, STAGES)
    assert (found[-1].until, found[-1].days, found[-1].reached) == (None, 34, ("due", "late"))
    assert sum(each.days for each in found) == (SEEN - CALENDAR[0]).days
    assert silences([], SEEN, ICE) == []


def test_the_words_of_each_stage_stay_true_for_as_long_as_it_lasts() -> None:
    what = expected(date(2026, 2, 12), CALENDAR, ICE)
    because = "(learnt from 42 gaps in the 730 days before: 14 days in the middle, late after 25)."
    assert [finding(stage, what, "ICE").words for stage in STAGES] == [
        f"ICE: nothing new since 12 February 2026; the next release has been due since 27 February 2026 {because}",
        f"ICE: nothing new since 12 February 2026; late since 10 March 2026 {because}",
        "ICE: nothing new since 12 February 2026; silent for so long since 4 April 2026 that it is told again "
        f"{because}",
    ]
    assert finding("late", what, "TRAC", "ICE").words.startswith(
        "TRAC: what ICE published on 12 February 2026 is not shown yet; late since 10 March 2026"
    )
    assert [finding(stage, what, "ICE").severity for stage in STAGES] == ["note", "warn", "warn"]
    assert finding("late", what, "ICE").found == "2026-02-12"


def test_what_the_law_says_is_data_with_its_source() -> None:
    assert ICE.law is not None
    assert ICE.law.words == "The law asks for this report to be updated semimonthly"
    assert "8 U.S.C. 1378a" in ICE.law.citation
    assert ICE.law.url.startswith("https://uscode.house.gov/")
    assert ICE.law.checked == date(2026, 9, 5)
    assert ICE.law.sentence.startswith("The law asks for this report to be updated semimonthly (8 U.S.C. 1378a, from ")
    assert "; checked until 5 September 2026): https://uscode.house.gov/" in ICE.law.sentence
    assert ICE.declared.because
    assert rules()["trac"].law is None
