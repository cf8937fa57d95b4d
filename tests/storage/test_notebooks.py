"""The example of docs/notebooks.md, run as it stands there on a database of its own."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from figures.naming import UnknownNameError
from figures.periods import fiscal_year_to_date, instant, month_of_fiscal_year
from figures.records import Observation, Parsed, Period, Target
from storage import writes
from storage.engine import Database, writing
from storage.frames import COLUMNS, by_dimension, latest, metric, vintages
from storage.writes import Known

PAGE = Path(__file__).parents[2] / "docs" / "notebooks.md"
ADDRESS = "sqlite:////home/you/.onrecord/onrecord.db"


def _seen(name: str, dims: tuple[tuple[str, str], ...], period: Period, value: float | None, cell: str) -> Observation:
    status, raw = ("reported", f"{value:.0f}") if value is not None else ("blank", "")
    return Observation(name, dims, period, value, "people", status, raw, f"xlsx:Detention FY25!{cell}", "t", 2025)  # type: ignore[arg-type]


def _store(database: Database, letter: str, known: datetime, *seen: Observation) -> None:
    with writing(database) as connection:
        writes.record_document(connection, letter * 64, 1, "xlsx", known)
        target = Target("", f"{letter}.xlsx", "current")
        parsed = Parsed(seen, (), 2025)
        writes.store_release(connection, "ice", letter * 64, target, Known(known, "stated", ""), parsed, 1, known)


@pytest.fixture
def filled(database: Database) -> Database:
    everyone = (("agency", "all"), ("criminality", "all"))
    for letter, day, through, counts in (
        ("a", datetime(2025, 5, 23, tzinfo=UTC), date(2025, 5, 17), (48870, 11367, 2000)),
        ("b", datetime(2025, 6, 5, tzinfo=UTC), date(2025, 5, 31), (51302, 23564, 4000)),
        ("c", datetime(2025, 6, 20, tzinfo=UTC), date(2025, 6, 14), (56397, 23662, 4010)),
    ):
        month = month_of_fiscal_year(2025, "May", through)
        _store(
            database,
            letter,
            day,
            _seen("ice.detained", everyone, instant(through), counts[0], "F20"),
            _seen("ice.book_ins", (("agency", "ICE"),), month, counts[1], "Q22"),
            _seen("ice.book_ins", (("agency", "CBP"),), month, counts[2], "Q23"),
            _seen("ice.book_ins", (("agency", "ICE"),), fiscal_year_to_date(2025, through), counts[1] * 9, "V22"),
        )
    return database


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_example_runs_and_gives_what_it_says(filled: Database, capsys: pytest.CaptureFixture[str]) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert code.count(ADDRESS) == 1
    made: dict[str, object] = {}
    exec(compile(code.replace(ADDRESS, f"sqlite:///{filled.url.database}"), str(PAGE), "exec"), made)
    assert "56397.0" in capsys.readouterr().out
    assert made["by_month"].to_dict("records") == [{"CBP": 4010.0, "ICE": 23662.0}]  # type: ignore[attr-defined]
    then = made["then"]
    assert then[then["period_kind"].eq("month") & then["agency"].eq("ICE")]["value"].tolist() == [11367.0]  # type: ignore[index]
    assert made["revised"].loc[("ICE", "2025-05-01")].tolist() == [23564.0, 23662.0, 2.0]  # type: ignore[attr-defined]


def test_the_page_tells_of_every_column(filled: Database) -> None:
    table = "\n".join(line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `"))
    assert [name for name in COLUMNS if f"`{name}`" not in table] == []


def test_a_dimension_that_is_named_like_a_column_keeps_both(database: Database) -> None:
    at = datetime(2025, 5, 23, tzinfo=UTC)
    dims = (("area", "Atlanta"), ("status", "active, =pending"))
    _store(database, "a", at, _seen("ice.atd_by_status", dims, instant(date(2025, 5, 17)), 5.0, "A1"))
    (row,) = metric(database, "ice.atd_by_status").to_dict("records")
    assert (row["dim_status"], row["status"], row["area"]) == ("active, =pending", "reported", "Atlanta")


def test_no_older_number_stands_in_for_one_that_is_gone(database: Database) -> None:
    month, dims = month_of_fiscal_year(2025, "May", date(2025, 5, 31)), (("agency", "ICE"),)
    _store(database, "a", datetime(2025, 6, 5, tzinfo=UTC), _seen("ice.book_ins", dims, month, 5.0, "Q22"))
    _store(database, "b", datetime(2025, 6, 20, tzinfo=UTC), _seen("ice.book_ins", dims, month, None, "Q22"))
    (row,) = latest(metric(database, "ice.book_ins")).to_dict("records")
    assert (row["status"], row["file"]) == ("blank", "b.xlsx")
    assert row["value"] != row["value"]  # no number


def test_many_series_are_asked_for_in_pieces(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    at = datetime(2025, 5, 23, tzinfo=UTC)
    day = instant(date(2025, 5, 17))
    names = [f"PLACE {number}" for number in range(7)]
    for letter in "ab":
        seen = [_seen("ice.facility_adp", (("facility", n),), day, float(i), f"A{i}") for i, n in enumerate(names, 1)]
        _store(database, letter, at.replace(day=23 if letter == "a" else 24), *seen)
    monkeypatch.setattr("storage.frames.SERIES_AT_ONCE", 3)
    frame = metric(database, "ice.facility_adp")
    assert frame["file"].tolist() == ["a.xlsx"] * 7 + ["b.xlsx"] * 7
    assert sorted(set(frame["facility"])) == names


def test_nothing_known_is_an_empty_frame(database: Database) -> None:
    assert by_dimension(vintages(database, ["ice.detained{agency=all, criminality=all}"])).empty
    assert latest(metric(database, "ice.detained")).empty


def test_a_wrong_name_is_told_with_the_nearest(database: Database) -> None:
    day = instant(date(2025, 5, 17))
    adp = (("facility", "ADAMS COUNTY"),)
    _store(database, "a", datetime(2025, 5, 23, tzinfo=UTC), _seen("ice.facility_adp", adp, day, 1.0, "A1"))
    for wrong, meant in (
        ("ice.facility_adp{facility=ADAMS COUNTRY}", "ice.facility_adp{facility=ADAMS COUNTY}"),
        ("ice.facilty_adp{facility=ADAMS COUNTY}", "ice.facility_adp{facility=ADAMS COUNTY}"),
        ("ice.facility_adp", "ice.facility_adp{facility=ADAMS COUNTY}"),
    ):
        with pytest.raises(UnknownNameError, match=re.escape(f"No figures are stored for {wrong!r}; nearest: {meant}")):
            vintages(database, [wrong])
    with pytest.raises(UnknownNameError, match=r"'ice\.detaned' is no metric; nearest: ice\.detained"):
        metric(database, "ice.detaned")
