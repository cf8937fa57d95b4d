"""Decisions, heartbeats, looks and stated days on both kinds of database."""

from datetime import UTC, date, datetime, timedelta

from figures.periods import instant
from figures.records import Finding, Observation, Parsed, Target
from storage.engine import Database, Transaction, reading, writing
from storage.read import journal
from storage.read.publication import every_stated_day, releases_with_a_newer_day
from storage.write import decisions, heartbeats, releases, runs
from storage.write.findings import record_findings, renew_findings
from storage.write.releases import Known

AT = datetime(2025, 6, 1, tzinfo=UTC)
HOLD = Finding("parts_total", "hold", "cells", ("json:/1/a", "json:/0/a"), "1", "2", "words")


def _release(connection: Transaction, number: int, day: date) -> int:
    observation = Observation(
        "trac.detained", (), instant(day), 5.0, "people", "reported", "5", f"json:/{number}/a", "trac_population"
    )
    sha256 = f"{number:064x}"
    releases.record_document(connection, sha256, 10, "json", AT)
    known = Known(AT + timedelta(days=number), "fetched", "")
    parsed = Parsed((observation,), ())
    return releases.store_release(
        connection, "trac_population", sha256, Target("", "t.json", "current"), known, parsed, 1, AT
    ).release_id


def _holds(connection: Transaction) -> list[tuple[int | None, str, bool]]:
    return [(f.release_id, f.words, f.lifted_at is not None) for f in journal.findings(connection)]


def test_a_decision_is_carried_over_ended_and_kept(database: Database) -> None:
    with writing(database) as connection:
        one, two = (_release(connection, number, date(2025, 5, number)) for number in (1, 2))
        for release in (one, two):
            renew_findings(connection, "trac_population", release, "document", [HOLD], AT)
        hold = journal.findings(connection, release_id=one)[0]
        made = decisions.record(connection, "unhold", hold, "A. Editor", "why", AT, date(2025, 6, 2), AT)
        assert [f.id for f in decisions.carry_over(connection)] == [hold.id]
        assert decisions.carry_over(connection) == []
        assert _holds(connection) == [(one, "words", True), (two, "words", False)]
    with writing(database) as connection:
        anew = Finding("parts_total", "hold", "cells", ("json:/1/a", "json:/0/a"), "1", "2", "better words")
        for release in (one, two):
            renew_findings(connection, "trac_population", release, "document", [anew], AT)
        assert sorted(_holds(connection)) == [(one, "better words", True), (two, "better words", False)]
        decisions.end(connection, made, "onrecord", "over", AT, AT)
        assert len(decisions.carry_over(connection)) == 1
        assert not any(lifted for _, _, lifted in _holds(connection))
    with writing(database) as connection:
        decisions.end(connection, made, "B. Editor", "again", AT)  # what is over does not end twice
        decisions.judged(connection, [made])
        (kept,) = decisions.decisions(connection)
        assert (kept.ended_by, kept.ended_because, kept.judge_from, kept.until, kept.scope) == (
            "onrecord",
            "over",
            None,
            date(2025, 6, 2),
            ("json:/1/a", "json:/0/a"),
        )
        assert decisions.decisions(connection, in_force=True) == []


def test_a_dispute_is_one_in_every_release_that_restates_it(database: Database) -> None:
    with writing(database) as connection:
        ids = [_release(connection, number, date(2025, 5, number)) for number in (1, 2)]
        for number, release in enumerate(ids):
            found = Finding("sources_disagree", "hold", "cells", (f"json:/{number}/a",), "1", "2", "words")
            record_findings(connection, "trac_population", release, "reconcile", [found], AT)
        hold = journal.findings(connection, release_id=ids[0])[0]
        decisions.record(connection, "unhold", hold, "A. Editor", "why", AT, None, None)
        assert len(decisions.carry_over(connection)) == 2


def test_the_last_heartbeat_and_the_looks_since_an_instant(database: Database) -> None:
    with writing(database) as connection:
        assert heartbeats.last(connection) is None
        heartbeats.record(connection, AT, ["ice"], [], "none", "")
        number = heartbeats.record(connection, AT, ["ice"], ["ice"], "sending", "")
        heartbeats.finish(connection, number, "failed", "no answer")
        for days, outcome in enumerate(("new", "unchanged", "failed", "not_asked", "unchanged")):
            at = AT + timedelta(days=days)
            runs.finish_run(connection, runs.start_run(connection, "ice", at), at, outcome, "")
    with reading(database) as connection:
        beat = heartbeats.last(connection)
        looks = journal.looks(connection, ["ice"], AT)
    assert beat == heartbeats.Heartbeat(number, AT, ("ice",), ("ice",), "failed", "no answer")
    assert looks == {
        "well": [AT + timedelta(days=1), AT + timedelta(days=4)],
        "failed": [AT + timedelta(days=2)],
    }


def test_a_table_counts_when_it_states_a_later_day_than_any_before(database: Database) -> None:
    with writing(database) as connection:
        days = (date(2025, 5, 1), date(2025, 5, 1), date(2025, 4, 1), date(2025, 5, 9))
        ids = [_release(connection, number, day) for number, day in enumerate(days, 1)]
        stated = every_stated_day(connection, [("trac_population", "trac.detained"), ("ice", "ice.detained")])
        assert stated == {"trac_population": dict(zip(ids, days, strict=True))}
        counted = releases_with_a_newer_day(connection, [("trac_population", "trac.detained")])
    assert [release.id for release in counted] == [ids[0], ids[3]]
