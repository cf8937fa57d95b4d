"""What a release changed against another, and how much a series is usually revised."""

from datetime import UTC, date, datetime

import pytest

from figures.periods import fiscal_year_to_date, month_of_fiscal_year
from figures.records import Observation, Parsed, Target
from storage.engine import Database, reading, writing
from storage.read import reads
from storage.read.compare import Spread, compare, revisions
from storage.write import releases
from storage.write.releases import Known

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BOOK_INS = "ice.book_ins{agency=ICE}"


def _month(month: str, value: float, through: date, row: int, table: str = "book_ins_by_month") -> Observation:
    period = month_of_fiscal_year(2025, month, through)
    dims = (("agency", "ICE" if table == "book_ins_by_month" else table),)
    raw = f"{value:,.0f}"
    return Observation("ice.book_ins", dims, period, value, "people", "reported", raw, f"xlsx:S!B{row}", table, 2025)


def _removals(value: float, through: date) -> Observation:
    period = fiscal_year_to_date(2025, through)
    return Observation(
        "ice.removals", (("group", "all"),), period, value, "people", "reported", "", "xlsx:S!P9", "removals", 2025
    )


def _store(database: Database, known_at: datetime, *observations: Observation) -> None:
    sha256 = f"{known_at.toordinal():064x}"
    with writing(database) as connection:
        releases.record_document(connection, sha256, 1, "xlsx", NOW)
        target, known = Target("", f"{known_at.date()}.xlsx", "current"), Known(known_at, "stated", "")
        releases.store_release(connection, "ice", sha256, target, known, Parsed(observations, (), 2025), 1, NOW)


EARLY, LATE = date(2024, 12, 14), date(2024, 12, 28)


@pytest.fixture
def two(database: Database) -> Database:
    _store(
        database,
        datetime(2024, 12, 20, tzinfo=UTC),
        _month("Oct", 100, EARLY, 1),
        _month("Nov", 200, EARLY, 2),
        _month("Dec", 50, EARLY, 3),
        _month("Oct", 7, EARLY, 4, "adp"),
        _month("Oct", 1, EARLY, 5, "bond"),
        _month("Nov", 2, EARLY, 6, "bond"),
        _removals(1000, EARLY),
    )
    _store(
        database,
        datetime(2025, 1, 3, tzinfo=UTC),
        _month("Oct", 100, LATE, 11),
        _month("Nov", 190, LATE, 12),
        _month("Dec", 120, LATE, 13),
        _month("Nov", 2, LATE, 16, "bond"),
        _removals(1500, LATE),
    )
    return database


def test_each_figure_is_new_revised_removed_or_unchanged(two: Database) -> None:
    with reading(two) as connection:
        first, second = reads.releases(connection)
        changes = compare(connection, first, second)
    found = [(c.figure.table, c.figure.period.start, c.kind, c.size) for c in changes]
    assert sorted(found) == [
        ("adp", date(2024, 10, 1), "removed", None),
        ("bond", date(2024, 11, 1), "unchanged", 0),
        ("book_ins_by_month", date(2024, 10, 1), "unchanged", 0),
        ("book_ins_by_month", date(2024, 11, 1), "revised", -10),
        ("book_ins_by_month", date(2024, 12, 1), "new", 70),
        ("removals", date(2024, 10, 1), "new", 500),
    ]  # October has left bond's window by design


def test_a_figure_written_another_way_is_unchanged(two: Database) -> None:
    with reading(two) as connection:
        first, _ = reads.releases(connection)
        assert {c.kind for c in compare(connection, first, first)} == {"unchanged"}


def test_how_much_a_series_is_revised_counts_finished_months_alone(two: Database) -> None:
    _store(two, datetime(2025, 6, 1, tzinfo=UTC), _month("Oct", 101, LATE, 1), _month("Nov", 190, LATE, 2))
    with reading(two) as connection:
        found = revisions(connection, BOOK_INS)
        assert revisions(connection, "ice.nothing{}") is None
    assert found is not None
    assert found.periods == 2  # December has not been stated whole
    assert found.first_to_last == Spread(2, 2, pytest.approx(0.03), pytest.approx(0.05))
    steps = {age: (spread.compared, spread.changed) for age, spread in found.steps if spread.compared}
    assert steps == {"up to 60 days": (1, 1), "up to 90 days": (1, 0), "up to 365 days": (2, 1)}
