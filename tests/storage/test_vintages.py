"""What was known when, and what was dropped: on releases made from figures, on both databases."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from figures.periods import Period, fiscal_year_to_date, instant, month_of_fiscal_year
from figures.records import Finding, Observation, Parsed, Target
from storage import reads, schema, vintages, writes
from storage.engine import Database, open_database, reading, writing
from storage.findings import record_findings
from storage.frames import latest
from storage.frames import vintages as frame_of
from storage.newest import newest
from storage.writes import Known
from tests.databases import new_sqlite

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BOOK_INS = "ice.book_ins{agency=ICE}"
JAIL = "ice.facility_alos{facility=A COUNTY JAIL}"
BONDS = "ice.bond_average{granted=yes}"


def _cell(series: str, period: Period, value: float, row: int, table: str, year: int | None = 2025) -> Observation:
    metric, _, inner = series.partition("{")
    name, _, dim = inner.rstrip("}").partition("=")
    locator = f"xlsx:Sheet!B{row}"
    return Observation(
        metric, ((name, dim),), period, value, "people", "reported", f"{value:.0f}", locator, table, year
    )


def _month(month: str, value: float, row: int, table: str = "book_ins_by_month", year: int = 2025) -> Observation:
    series = BONDS if table == "bond" else BOOK_INS
    return _cell(series, month_of_fiscal_year(year, month, date(2026, 9, 30)), value, row, table, year)


def _jail(day: date, value: float) -> Observation:
    return _cell(JAIL, fiscal_year_to_date(2025, day), value, 90, "facility_stay")


def _other_jail(day: date) -> Observation:
    return _cell(JAIL.replace("A C", "B C"), fiscal_year_to_date(2025, day), 7, 91, "facility_stay")


def _at(number: int) -> datetime:
    return datetime(2025, 5, number, tzinfo=UTC)


def _store(database: Database, releases: Mapping[int, list[Observation]], year: int = 2025) -> dict[int, int]:
    ids = {}
    for number, observations in releases.items():
        sha256 = f"{number:064x}"
        with writing(database) as connection:
            writes.record_document(connection, sha256, 1, "xlsx", NOW)
            target = Target("", f"{number}.xlsx", "current")
            known = Known(_at(number), "stated", "")
            parsed = Parsed(tuple(observations), (), year)
            ids[number] = writes.store_release(connection, "ice", sha256, target, known, parsed, 1, NOW).release_id
    return ids


def _known(database: Database, series: str, day: int | None = None) -> list[tuple[object, float | None]]:
    with reading(database) as connection:
        stood = vintages.known(connection, series, _at(day) if day else None)
    return [(f.period.start if f.period.kind == "month" else f.period.end, f.value) for f in stood]


OCTOBER, NOVEMBER = date(2024, 10, 1), date(2024, 11, 1)


def test_the_newest_vintage_of_each_period_stands_at_an_instant(database: Database) -> None:
    _store(
        database,
        {
            1: [_month("Oct", 10, 1), _month("Nov", 20, 2)],
            5: [_month("Oct", 11, 1), _month("Nov", 20, 2)],
            9: [_month("Oct", 11, 1), _month("Nov", 22, 2)],
        },
    )
    assert _known(database, BOOK_INS) == [(OCTOBER, 11), (NOVEMBER, 22)]
    assert _known(database, BOOK_INS, 5) == [(OCTOBER, 11), (NOVEMBER, 20)]
    assert _known(database, BOOK_INS, 4) == [(OCTOBER, 10), (NOVEMBER, 20)]
    with reading(database) as connection:
        assert vintages.known(connection, BOOK_INS, datetime(2025, 4, 1, tzinfo=UTC)) == []
        assert [f.value for f in vintages.history(connection, [BOOK_INS]) if f.period.start == OCTOBER] == [10, 11, 11]


def test_a_month_that_a_release_drops_is_not_carried_past_it(database: Database) -> None:
    _store(
        database,
        {
            1: [_month("Oct", 10, 1), _month("Nov", 20, 2)],
            5: [_month("Oct", 11, 1)],
            9: [_month("Oct", 11, 1), _month("Nov", 25, 2)],
        },
    )
    assert _known(database, BOOK_INS, 4) == [(OCTOBER, 10), (NOVEMBER, 20)]
    assert _known(database, BOOK_INS, 6) == [(OCTOBER, 11), (NOVEMBER, None)]
    assert _known(database, BOOK_INS) == [(OCTOBER, 11), (NOVEMBER, 25)]
    with reading(database) as connection:
        (mark,) = [f for f in vintages.history(connection, [BOOK_INS]) if f.status == "removed"]
    assert (mark.release_name, mark.known_at, mark.value, mark.locator) == ("5.xlsx", _at(5), None, "")
    assert latest(frame_of(database, [BOOK_INS], _at(6)))["value"].tolist() == [11]


def test_a_facility_that_leaves_the_list_ends(database: Database) -> None:
    days = {number: date(2025, 4, number) for number in (1, 5, 9)}
    _store(
        database,
        {
            1: [_jail(days[1], 30), _other_jail(days[1])],
            5: [_other_jail(days[5])],
            9: [_jail(days[9], 33), _other_jail(days[9])],
        },
    )
    assert _known(database, JAIL, 4) == [(days[1], 30)]
    assert _known(database, JAIL, 6) == [(days[1], 30), (days[5], None)]
    assert _known(database, JAIL) == [(days[1], 30), (days[9], 33)]
    assert _known(database, JAIL.replace("A C", "B C"), 6) == [(days[1], 7), (days[5], 7)]


def test_a_facility_left_out_under_an_old_date_comes_back_with_all_its_days(database: Database) -> None:
    """FY22_detentionStats09152022 kept the day of the edition before and left facilities out."""
    day, later = date(2025, 4, 1), date(2025, 4, 9)
    _store(database, {1: [_jail(day, 30), _other_jail(day)], 5: [_other_jail(day)]})
    assert _known(database, JAIL) == [(day, None)]
    _store(database, {9: [_jail(later, 33), _other_jail(later)]})
    assert _known(database, JAIL) == [(day, 30), (later, 33)]


def test_what_stood_from_a_day_on(database: Database) -> None:
    _store(database, {1: [_month("Oct", 10, 1), _month("Nov", 20, 2)], 5: [_month("Oct", 11, 1), _month("Nov", 20, 2)]})
    with reading(database) as connection:
        stood = vintages.known(connection, BOOK_INS, None, date(2024, 11, 1))
    assert [(f.period.start, f.value) for f in stood] == [(NOVEMBER, 20)]


def test_a_table_that_vanishes_takes_its_figures_along(database: Database) -> None:
    day = date(2025, 4, 1)
    _store(database, {1: [_month("Oct", 10, 1), _jail(day, 30)], 5: [_jail(day, 30)]})
    assert _known(database, BOOK_INS) == [(OCTOBER, None)]
    assert _known(database, JAIL) == [(day, 30)]


def test_other_years_and_held_or_unreadable_releases_drop_nothing(database: Database) -> None:
    day = date(2025, 4, 1)
    _store(database, {1: [_month("Oct", 10, 1), _jail(day, 3)], 6: []})
    _store(database, {3: [_month("Oct", 5, 1, year=2026), _month("Nov", 6, 2, year=2026)]}, 2026)
    ids = _store(database, {4: [_jail(day, 3)], 5: [_jail(day, 4)]})
    hold = Finding("x", "hold", "release", (), "1", "2", "does not add")
    with writing(database) as connection:
        record_findings(connection, "ice", ids[4], "document", [hold], NOW)
        table = replace(hold, scope_kind="table", scope=("book_ins_by_month",))
        record_findings(connection, "ice", ids[5], "document", [table], NOW)
    assert (OCTOBER, 10) in _known(database, BOOK_INS)


def test_a_release_that_states_no_fiscal_year_drops_nothing_of_one(database: Database) -> None:
    """It speaks of the figures that it states; which year it leaves out nobody knows."""
    day = date(2025, 4, 1)
    _store(database, {1: [_month("Oct", 10, 1), _jail(day, 3)]})
    _served(database, "ice", {5: [_cell(OTHER_JAIL, instant(day), 7, 91, "facility_beds", None)]})
    with reading(database) as connection:
        stood = vintages.standing(vintages.history(connection, [BOOK_INS]))
        assert [(f.period.start, f.value) for f in stood] == [(OCTOBER, 10)]
        assert vintages.known(connection, BOOK_INS) == stood


def test_a_held_figure_is_passed_over(database: Database) -> None:
    ids = _store(database, {1: [_month("Oct", 10, 1)], 5: [_month("Oct", 99, 1)]})
    hold = Finding("x", "hold", "cells", ("xlsx:Sheet!B1",), "1", "2", "odd")
    with writing(database) as connection:
        record_findings(connection, "ice", ids[5], "document", [hold], NOW)
    assert _known(database, BOOK_INS) == [(OCTOBER, 10)]


def test_a_window_lets_its_oldest_months_go_and_no_other(database: Database) -> None:
    _store(
        database,
        {
            1: [_month("Oct", 1, 1, "bond"), _month("Nov", 2, 2, "bond"), _month("Dec", 3, 3, "bond")],
            5: [_month("Nov", 2, 2, "bond"), _month("Jan", 4, 4, "bond")],
        },
    )
    assert _known(database, BONDS) == [
        (OCTOBER, 1),
        (NOVEMBER, 2),
        (date(2024, 12, 1), None),
        (date(2025, 1, 1), 4),
    ]


def test_a_window_stands_until_a_newer_year_moves_it(database: Database) -> None:
    """A file of the year before, posted again, takes nothing away from a window that has moved on."""
    _store(database, {1: [_month("Oct", 1, 1, "bond", 2026), _month("Nov", 2, 2, "bond", 2026)]}, 2026)
    _store(database, {5: [_month("Oct", 9, 1, "bond", 2025)]}, 2025)
    assert (date(2025, 11, 1), 2) in _known(database, BONDS)


OTHER_JAIL = JAIL.replace("A C", "B C")


def _served(database: Database, source: str, versions: Mapping[int, Sequence[Observation]]) -> None:
    """Versions of one of TRAC's files by the day on which they were served; they state no fiscal year."""
    with writing(database) as connection:
        for number, observations in versions.items():
            writes.record_document(connection, f"{number:064x}", 1, "json", NOW)
            known, target = Known(_at(number), "fetched", ""), Target("", f"{source}.json", "current")
            parsed = Parsed(tuple(observations), ())
            writes.store_release(connection, source, f"{number:064x}", target, known, parsed, 1, NOW)


def test_a_page_without_a_year_follows_itself(database: Database) -> None:
    september, october = instant(date(2025, 9, 28)), instant(date(2025, 10, 5))
    first = [_cell(key, september, 30, n, "trac_quickfacts", None) for n, key in enumerate((JAIL, OTHER_JAIL), 1)]
    second = [_cell(OTHER_JAIL, october, 5, 2, "trac_quickfacts", None)]
    _served(database, "trac_quickfacts", {1: first, 5: second})
    assert _known(database, JAIL) == [(date(2025, 9, 28), 30), (date(2025, 10, 5), None)]


def test_a_table_that_holds_its_whole_history_loses_the_row_that_is_gone_and_no_other(database: Database) -> None:
    """TRAC's facilities: a place that left the list keeps the days on which it stood there."""
    april, july = (fiscal_year_to_date(2026, date(2026, 4, 2)), fiscal_year_to_date(2026, date(2026, 7, 9)))
    table = "trac_facilities"
    first = [_cell(key, april, 30, n, table, None) for n, key in enumerate((JAIL, OTHER_JAIL), 1)]
    second = [*first, _cell(OTHER_JAIL, july, 7, 3, table, None)]
    third = [first[1], second[2]]
    _served(database, table, {1: first, 5: second, 9: third})
    assert _known(database, JAIL, 6) == [(april.end, 30)]
    assert _known(database, OTHER_JAIL, 6) == [(april.end, 30), (july.end, 7)]
    assert _known(database, JAIL) == [(april.end, None)]
    assert _known(database, OTHER_JAIL) == [(april.end, 30), (july.end, 7)]


@pytest.mark.parametrize("day", [None, 3, 8])
def test_both_roads_to_what_stood_agree(database: Database, day: int | None) -> None:
    """The quick read by seeks and the full history say the same."""
    _store(database, {n: [_month("Oct", n, 1), _month("Nov", n + 1, 2)] for n in (1, 4, 9)})
    with reading(database) as connection:
        as_of = _at(day) if day else None
        assert newest(connection, BOOK_INS, as_of, None) is not None
        slow = vintages.standing(vintages.history(connection, [BOOK_INS], as_of))
        assert sorted(vintages.known(connection, BOOK_INS, as_of), key=str) == sorted(slow, key=str)


def test_reading_a_series_scans_no_table(tmp_path: Path) -> None:
    """However long the history: every table is sought into, on the quick road and on the full one."""
    database = open_database(new_sqlite(tmp_path))
    _store(database, {n: [_month("Oct", n, 1), _month("Nov", n + 1, 2)] for n in (1, 4, 9)})
    asked: list[tuple[str, Any]] = []
    with reading(database) as connection:
        event.listen(connection, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
        assert newest(connection, BOOK_INS, _at(5), None) is not None
        assert len(asked) == 6  # however many figures, releases and holds there are
        vintages.history(connection, [BOOK_INS], _at(5))
        reads.figures(connection, [BOOK_INS])
        plans = [
            (statement, row[3])
            for statement, values in list(asked)
            for row in connection.connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)
        ]
    tables = set(schema.metadata.tables)
    scans = [(plan, statement) for statement, plan in plans if plan.split()[0] == "SCAN" and plan.split()[1] in tables]
    assert len(asked) > 10
    assert scans == []
    database.dispose()
