"""What each release changed: the kinds of change, told from vintages in order of release."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from figures.periods import Period, fiscal_year_to_date, month_of_fiscal_year
from figures.records import Figure
from storage.read.release_changes import steps

MONTH = month_of_fiscal_year(2025, "Oct", date(2025, 9, 30))


def _figure(release: int, value: float | None, period: Period = MONTH, **other: Any) -> Figure:
    given: dict[str, Any] = {
        "series": "ice.book_ins{agency=ICE}",
        "period": period,
        "value": value,
        "unit": "people",
        "status": "reported",
        "raw": f"{value}",
        "locator": "xlsx:S!B1",
        "period_locator": "",
        "fiscal_year": 2025,
        "run_date": None,
        "held": False,
        "release_id": release,
        "release_name": f"{release}.xlsx",
        "sha256": f"{release:064x}",
        "url": "",
        "known_at": datetime(2025, 5, 1, tzinfo=UTC) + timedelta(days=release),
        "known_by": "stated",
        "table": "book_ins_by_month",
    }
    return Figure(**(given | other))


def test_a_figure_is_new_the_same_restated_dropped_and_new_again() -> None:
    told = steps(
        [
            _figure(1, 10.0),
            _figure(2, 10.0),
            _figure(3, 12.0),
            _figure(4, None, status="removed"),
            _figure(5, 12.0),
        ]
    )
    assert [(step.kind, step.before.value if step.before else None) for step in told] == [
        ("new", None),
        ("unchanged", 10.0),
        ("revised", 10.0),
        ("removed", 12.0),
        ("new", None),
    ]


def test_a_held_figure_is_held_alone_and_nothing_is_held_against_it() -> None:
    told = list(steps([_figure(1, 10.0), _figure(2, 99.0, held=True), _figure(3, 11.0)]))
    assert [(step.kind, step.figure.value) for step in told] == [("new", 10.0), ("held", 99.0), ("revised", 11.0)]
    assert told[2].before == _figure(1, 10.0)


def test_a_count_that_runs_on_is_new_and_one_that_changes_for_the_same_day_is_restated() -> None:
    may, june = (fiscal_year_to_date(2025, date(2025, month, 1)) for month in (5, 6))
    told = steps([_figure(1, 10.0, may), _figure(2, 20.0, june), _figure(3, 21.0, june)])
    assert [step.kind for step in told] == ["new", "new", "revised"]
    last_year = fiscal_year_to_date(2024, date(2024, 9, 30))
    told = steps(
        [_figure(1, 10.0, may), _figure(1, 5.0, last_year), _figure(2, 12.0, june), _figure(2, 5.0, last_year)]
    )
    assert [step.kind for step in told] == ["new", "new", "new", "unchanged"]


def test_the_same_number_in_other_digits_and_the_same_words_in_other_blanks_are_the_same() -> None:
    told = steps([_figure(1, 898.63265306122446), _figure(2, 898.632653061225)])
    assert [step.kind for step in told] == ["new", "unchanged"]
    words = {"status": "text"}
    told = steps(
        [
            _figure(1, None, raw="a  b", **words),
            _figure(2, None, raw="a b", **words),
            _figure(3, None, raw="a c", **words),
        ]
    )
    assert [step.kind for step in told] == ["new", "unchanged", "revised"]
