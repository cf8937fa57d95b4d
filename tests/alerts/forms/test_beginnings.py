"""Where a pace, a record and a comparison begin: the first day that is counted is named, not the day before it."""

from datetime import date
from typing import Any

import pytest

from alerts.claims.model import Claim
from alerts.claims.scopes import scope_of
from alerts.forms.hypotheses import Statement
from alerts.forms.kinds.record import RecordTest
from alerts.forms.kinds.watch_record import NewRecordTest
from tests.alerts.by_hand import HELD, REMOVALS, count, held, judged, month, said
from tests.alerts.conftest import shipped

YEAR_END = date(2025, 9, 30)
LATER = date(2025, 12, 20)


def _with(test: RecordTest | NewRecordTest) -> Claim:
    claim = shipped("trac-72179")
    words = claim.words.model_copy(update={"test": test, "said_on": LATER, "covers": scope_of(test.series)})
    return Claim(words, claim.sha256, claim.text)


def test_the_pace_between_two_statements_begins_on_the_day_after_the_first() -> None:
    """A total given on 30 September holds that day: what comes on top is counted from 1 October on."""
    first = Statement(said_on=YEAR_END, value=400_000.0)
    claim = said(shipped("dhs-400000"), on=date(2025, 10, 21), value=421_000.0, statements=(first,))
    figures = [
        count(REMOVALS, 300_000, YEAR_END, date(2025, 10, 10)),
        count(REMOVALS, 10_500, date(2025, 10, 21), date(2025, 10, 27)),
    ]
    pace = judged(claim, figures, LATER).readings[-1]
    assert pace.name == "implied pace a day from 1 October 2025 to 21 October 2025"
    assert (pace.start, pace.end, pace.measured) == (date(2025, 10, 1), date(2025, 10, 21), 1_000)
    assert pace.formula == ("(421,000 - 400,000) / 21 days; the series counts [(10,500) / 21 days] = 500.0 a day")


def test_a_total_that_falls_names_the_days_on_which_it_was_given() -> None:
    first = Statement(said_on=YEAR_END, value=400_000.0)
    claim = said(shipped("dhs-400000"), on=date(2025, 10, 21), value=390_000.0, statements=(first,))
    fall = judged(claim, [count(REMOVALS, 300_000, YEAR_END, date(2025, 10, 10))], LATER).readings[-1]
    assert fall.name == "The speaker's total fell from 400,000 on 30 September 2025 to 390,000 on 21 October 2025"


def test_between_two_totals_of_one_day_there_is_no_pace() -> None:
    same = Statement(said_on=date(2025, 10, 21), value=400_000.0)
    claim = said(shipped("dhs-400000"), on=date(2025, 10, 21), value=390_000.0, statements=(same,))
    with pytest.raises(ValueError, match="two totals were given on 21 October 2025; keep one of them in statements"):
        judged(claim, [count(REMOVALS, 300_000, YEAR_END, date(2025, 10, 10))], LATER)


def test_a_comparison_that_cannot_begin_names_the_day_it_is_counted_from() -> None:
    claim = said(shipped("seed-6"), on=LATER, since=date(2025, 10, 1))
    whole = count(REMOVALS, 271_484, date(2024, 9, 30), date(2024, 10, 23))
    verdict = judged(claim, [whole], LATER)
    assert verdict.words == f"No clean files of {REMOVALS} count from 1 October 2025 on, 14 days or more."


def test_a_record_of_paces_or_months_begins_with_the_first_day_of_the_first() -> None:
    counts = {date(2025, 11, 1): 30_000, date(2025, 11, 29): 60_000}
    paces = [count(REMOVALS, value, end, LATER) for end, value in counts.items()]
    months = [month(REMOVALS, 30_000.0 + number, 2025, number, LATER) for number in (10, 11)]
    days = [held(50_000 + n, on, LATER) for n, on in enumerate(counts)]
    given: dict[str, Any] = {"form": "record", "because": "as said", "side": "highest", "unit": "people"}
    for fields, figures, begins in (
        ({"by": "pace", "days": 28, "series": REMOVALS}, paces, "1 October 2025"),
        ({"by": "month", "series": REMOVALS}, months, "1 October 2025"),
        ({"by": "day", "series": HELD}, days, "1 November 2025"),
    ):
        claim = _with(RecordTest(**given, **fields))
        assert f"the highest since {begins}, where" in judged(claim, figures, LATER, "revised").words


def test_a_watch_for_a_record_of_paces_begins_with_the_first_day_of_the_first() -> None:
    watch = NewRecordTest(form="new_record", because="mine", side="highest", series=REMOVALS, unit="removals a day")
    counts = {date(2025, 11, 1): 30_000, date(2025, 11, 29): 62_000}
    verdict = judged(_with(watch), [count(REMOVALS, value, end, LATER) for end, value in counts.items()], LATER)
    assert ", the highest since 1 October 2025; before it" in verdict.words
