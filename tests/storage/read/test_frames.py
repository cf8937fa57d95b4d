"""Frames of vintages, and the latest of them."""

from datetime import UTC, date, datetime

from figures.periods import month_of_fiscal_year
from figures.records import Observation, Parsed, Target
from storage.engine import Database, writing
from storage.read.frames import COLUMNS, latest, vintages
from storage.write import releases
from storage.write.releases import Known

SERIES = "ice.book_ins{agency=ICE}"


def _store(database: Database, letter: str, known: datetime, through: date, value: float) -> None:
    observation = Observation(
        "ice.book_ins",
        (("agency", "ICE"),),
        month_of_fiscal_year(2025, "May", through),
        value,
        "people",
        "reported",
        f"{value:.0f}",
        "xlsx:Detention FY25!Q22",
        "book_ins_by_month",
        2025,
    )
    with writing(database) as connection:
        releases.record_document(connection, letter * 64, 1, "xlsx", known)
        target = Target("", f"{letter}.xlsx", "current")
        parsed = Parsed((observation,), (), 2025)
        releases.store_release(connection, "ice", letter * 64, target, Known(known, "stated", ""), parsed, 1, known)


def test_vintages_of_a_month_and_its_latest(database: Database) -> None:
    _store(database, "a", datetime(2025, 5, 23, tzinfo=UTC), date(2025, 5, 17), 11367)
    _store(database, "b", datetime(2025, 6, 5, tzinfo=UTC), date(2025, 5, 31), 23564)
    _store(database, "c", datetime(2025, 6, 20, tzinfo=UTC), date(2025, 6, 14), 23662)
    frame = vintages(database, [SERIES])
    assert tuple(frame.columns) == COLUMNS
    assert frame["value"].tolist() == [11367, 23564, 23662]
    assert vintages(database, [SERIES], datetime(2025, 6, 10, tzinfo=UTC))["value"].tolist() == [11367, 23564]
    assert latest(frame)["value"].tolist() == [23662]
    assert str(frame["known_at"].dtype).endswith("UTC]")


def test_nothing_known_is_an_empty_frame_with_its_columns(database: Database) -> None:
    assert tuple(vintages(database, [SERIES]).columns) == COLUMNS
