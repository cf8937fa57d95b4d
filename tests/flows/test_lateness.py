"""Silences told from stored releases and looks: the last year of the real calendar, day by day."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from checks.known_hashes import witnesses
from figures.periods import end_of_day
from figures.records import Parsed, Target
from figures.registry import ICE, SOURCES
from flows.lateness import tell_silences, watched
from flows.pipeline import run_line
from flows.show.due import as_object, by_day
from replica.editions import edition
from scrapers.ice.file_names import read_name
from storage.engine import Database, open_database, reading, writing
from storage.read import journal
from storage.write import ledger, releases, runs
from storage.write.releases import Known
from tests.databases import new_sqlite

if TYPE_CHECKING:
    from tests.flows.conftest import Desk

FULL = ICE.publisher


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    engine = open_database(new_sqlite(tmp_path))
    yield engine
    engine.dispose()


def _publish(database: Database, day: date, name: str, sha256: str, year: int | None, source: str = "ice") -> None:
    known = Known(end_of_day(day), "stated", "the calendar")
    with writing(database) as connection:
        releases.record_document(connection, sha256, 10, "xlsx", known.at)
        target = Target("", name, "current")
        releases.store_release(connection, source, sha256, target, known, Parsed((), (), fiscal_year=year), 1, known.at)


def _look(database: Database, day: date, outcome: str = "unchanged", source: str = "ice") -> datetime:
    at = end_of_day(day)
    with writing(database) as connection:
        runs.finish_run(connection, runs.start_run(connection, source, at), at, outcome, "")
    return at


def _tell(database: Database, at: datetime) -> list[str]:
    return tell_silences(database, [ICE], at, ["screen"])


def _subjects(database: Database) -> list[tuple[str, str]]:
    with reading(database) as connection:
        return [(str(m["as_of"].date() - timedelta(days=1)), m["subject"]) for m in ledger.messages(connection)]


def test_the_year_of_56_and_57_days_is_told_stage_by_stage_each_once(database: Database) -> None:
    due = {w.edition_date: w for w in witnesses() if w.edition_date >= date(2025, 9, 1)}
    day, told = date(2025, 9, 1), []
    for witness in sorted(witnesses(), key=lambda w: w.edition_date)[-20:]:
        if witness.edition_date < day:
            year = read_name(witness.name).fiscal_year
            _publish(database, witness.edition_date, witness.name, witness.sha256, year)
    while day <= date(2026, 4, 12):
        if day in due:
            _publish(database, day, due[day].name, due[day].sha256, read_name(due[day].name).fiscal_year)
        told += _tell(database, _look(database, day, "new" if day in due else "unchanged"))
        day += timedelta(days=1)
    late, silent, again = f"{FULL} is late: nothing new", f"{FULL} is silent: nothing new", f"{FULL} published again"
    assert _subjects(database) == [
        ("2025-11-11", f"{late} since 24 September 2025 (48 days)"),
        ("2025-11-20", f"{again} after 57 days: FY26_detentionStats11202025.xlsx"),
        ("2026-02-01", f"{late} since 8 January 2026 (24 days)"),
        ("2026-02-02", f"{again} after 25 days: FY26_detentionStats02022026.xlsx"),
        ("2026-03-10", f"{late} since 12 February 2026 (26 days)"),
        ("2026-04-04", f"{silent} since 12 February 2026 (51 days)"),
        ("2026-04-09", f"{again} after 56 days: FY26_detentionStats_04092026.xlsx"),
    ]
    with reading(database) as connection:
        messages = ledger.messages(connection)
        found = journal.findings(connection, stage="release_watch")
    assert len(told) == len(set(told)) == len(messages)
    assert {m["audience"] for m in messages} == {"sources"}
    facts = dict(messages[4]["body"]["items"][0]["facts"])
    assert facts["What the law says"].startswith("The law asks for this report to be updated semimonthly (8 U.S.C.")
    assert facts["Our looks"] == "We have looked 26 times since then and found nothing newer, last on 10 March 2026."
    assert all(f.lifted_by == "onrecord" for f in found)
    assert len({(f.check, f.found) for f in found}) == len(found)


def test_nobody_is_late_whom_no_look_has_seen_silent(database: Database) -> None:
    """A broken line of ours is no silence of the publisher's."""
    _publish(database, date(2026, 2, 12), "FY26_a.xlsx", "a" * 64, 2026)
    assert _tell(database, end_of_day(date(2026, 8, 1))) == []
    _look(database, date(2026, 2, 13))
    for day in (date(2026, 4, 1), date(2026, 5, 1)):
        assert _tell(database, _look(database, day, "failed")) == []


def test_stages_that_passed_between_two_looks_are_told_as_one(database: Database) -> None:
    _publish(database, date(2026, 2, 12), "FY26_a.xlsx", "a" * 64, 2026)
    at = _look(database, date(2026, 5, 1))
    assert len(_tell(database, at)) == 1
    assert _tell(database, at) == []
    assert [subject for _, subject in _subjects(database)] == [
        f"{FULL} has been silent for about 3 months: nothing new since 12 February 2026 (78 days)"
    ]
    with reading(database) as connection:
        checks = [f.check for f in journal.findings(connection, stage="release_watch", open_only=True)]
    assert checks == ["release_due", "release_late", "release_silent"]


def test_older_editions_that_come_in_meanwhile_do_not_tell_it_again(database: Database) -> None:
    _publish(database, date(2026, 2, 12), "FY26_a.xlsx", "a" * 64, 2026)
    assert len(_tell(database, _look(database, date(2026, 3, 12)))) == 1
    for week in range(20):
        day = date(2025, 10, 9) + timedelta(days=6 * week)
        _publish(database, day, f"FY26_{week}.xlsx", f"{week:064x}", 2026)
    assert _tell(database, _look(database, date(2026, 3, 13))) == []


def test_a_year_end_file_of_the_year_before_ends_no_silence(database: Database) -> None:
    _publish(database, date(2026, 2, 12), "FY26_a.xlsx", "a" * 64, 2026)
    _tell(database, _look(database, date(2026, 3, 12)))
    _publish(database, date(2026, 3, 13), "FY25.xlsx", "b" * 64, 2025)
    assert _tell(database, _look(database, date(2026, 3, 13))) == []
    _publish(database, date(2026, 3, 14), "FY26_b.xlsx", "c" * 64, 2026)
    assert len(_tell(database, _look(database, date(2026, 3, 14)))) == 1
    assert _subjects(database)[-1][1] == f"{FULL} published again after 30 days: FY26_b.xlsx"


def test_a_gap_in_what_is_held_here_is_no_silence(database: Database) -> None:
    """Between the two releases held here ICE published twice; others saw it."""
    _publish(database, date(2025, 12, 22), "FY26_a.xlsx", "a" * 64, 2026)
    _publish(database, date(2026, 2, 12), "FY26_b.xlsx", "b" * 64, 2026)
    _look(database, date(2026, 2, 20))
    with reading(database) as connection:
        (ice,) = watched(connection, [ICE])
    days = [each.since for each in ice.silences()][-4:]
    assert days == [date(2025, 12, 22), date(2026, 1, 8), date(2026, 2, 2), date(2026, 2, 12)]
    assert [each.release is None for each in ice.calendar][-4:] == [False, True, True, False]
    assert ice.expected is not None
    assert "gaps in the 730 days before: 14 days in the middle" in ice.expected.because


def test_days_of_silence_are_a_series_that_names_the_release_of_each_day(database: Database) -> None:
    _publish(database, date(2026, 2, 2), "FY26_a.xlsx", "a" * 64, 2026)
    _publish(database, date(2026, 2, 12), "FY26_b.xlsx", "b" * 64, 2026)
    _look(database, date(2026, 2, 20))
    with reading(database) as connection:
        (ice,) = watched(connection, [ICE])
    points = list(by_day(ice))[-19:]
    assert points[0] == (date(2026, 2, 2), 0, "FY26_a.xlsx")
    assert points[9:11] == [(date(2026, 2, 11), 9, "FY26_a.xlsx"), (date(2026, 2, 12), 0, "FY26_b.xlsx")]
    assert points[-1] == (date(2026, 2, 20), 8, "FY26_b.xlsx")
    told = as_object(ice, daily=False)
    assert told["series"] == "onrecord.days_of_silence{source=ice}"
    assert told["silences"][-1] == {
        "since": date(2026, 2, 12),
        "until": None,
        "days": 8,
        "stages": [],
        "release": "FY26_b.xlsx",
        "sha256": "b" * 64,
        "held_here": True,
    }


def test_trac_owes_nothing_until_ice_has_published_what_trac_has_not(desk: "Desk") -> None:
    first, second = edition("05232025"), edition("06202025")
    desk.publisher.publish(first)
    subjects = []
    for day, by_trac in ((date(2025, 5, 28), None), (date(2025, 6, 20), False), (date(2025, 7, 20), True)):
        if by_trac is not None and day == date(2025, 6, 20):
            desk.publisher.publish(second, by_trac=False)
        desk.clock.set(day)
        run_line(desk.settings, desk.line, ["ice", "trac_population"])
        with reading(desk.line.database) as connection:
            subjects = [m["subject"] for m in ledger.messages(connection) if m["audience"] == "sources"]
            trac = watched(connection, [SOURCES["trac_population"]])[0]
        assert (trac.expected.since if trac.expected else None) == (date(2025, 6, 20) if by_trac is not None else None)
    name = SOURCES["trac_population"].publisher
    said = f"{name} is late: what {FULL} published on 20 June 2025 is not shown (30 days)"
    assert [s for s in subjects if s.startswith(name)] == [said]
    desk.publisher.restate(second)
    desk.clock.set(date(2025, 7, 22))
    run_line(desk.settings, desk.line, ["ice", "trac_population"])
    with reading(desk.line.database) as connection:
        last = [m for m in ledger.messages(connection) if m["subject"].startswith(name)][-1]
    assert last["subject"] == f"{name} restated what {FULL} published after 32 days: pop_agen_table.json"
    facts = dict(last["body"]["items"][0]["facts"])
    assert facts["What it changed"] == "Against pop_agen_table.json: 12 new, 12 unchanged."


def test_without_a_release_nothing_is_expected(database: Database) -> None:
    assert _tell(database, _look(database, date(2026, 2, 20))) == []
    with reading(database) as connection:
        ice, trac, _cbp = watched(connection, SOURCES.values())
    assert (ice.expected, trac.expected, ice.silences(), list(by_day(trac))) == (None, None, [], [])
    assert datetime(2026, 1, 1, tzinfo=UTC) < end_of_day(date(2026, 2, 20))
