"""What people decide about holds: recorded, carried over, taken back, over by itself; and what follows from it."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from alerts.claims.model import load_claims
from alerts.claims.shipped import shipped_claims
from alerts.delivery import deliver
from figures.periods import end_of_day
from figures.records import Finding
from figures.registry import SOURCES
from flows.cli.care.verify_and_rebuild import rebuild_all
from flows.configuration.settings import load_settings
from flows.context import Line
from flows.decisions import DecisionError, acknowledge, end_expired, judge_followed, take_back, unhold
from flows.held_back import holds
from flows.judging.judge import judge
from flows.pipeline import open_line, run_line, usable_claims
from replica.editions import edition
from replica.workbooks import build
from storage import schema as t
from storage.engine import reading, writing
from storage.read import journal, reads
from storage.write import decisions, ledger, runs
from storage.write.findings import record_findings, renew_findings
from tests.flows.test_reconcile import exchanged, moved
from tests.importer import NOW, take
from tests.looks import look as look_at
from tests.newsroom import Wire

if TYPE_CHECKING:
    from tests.flows.conftest import Desk

EDITIONS = ("FY24", "02032025", "05232025", "07312025", "08292025")
CLAIM = "seed-6-roughly-same-as-biden"
# Each claim that removals answer.
RESTING = tuple(
    claim.id
    for claim in load_claims([shipped_claims()])[0]
    if claim.words.test.form != "not_testable" and "ice.removals{group=all}" in claim.needed
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation with five editions, the removals of the last held back."""
    root = tmp_path_factory.mktemp("decided")
    line = open_line(load_settings(root / "home"), lambda: NOW)
    paths = []
    for key in EDITIONS:
        paths.append(root / edition(key).file_name)
        paths[-1].write_bytes(build(edition(key)))
    take(line, paths)
    with writing(line.database) as connection:  # a look that ended well: nothing newer is public
        runs.finish_run(connection, runs.start_run(connection, "ice", NOW), NOW, "unchanged", "")
    judge(line.database, usable_claims(load_settings(root / "home")), NOW, NOW, [])
    line.database.dispose()
    return root / "home"


@pytest.fixture
def line(filled: Path, tmp_path: Path) -> Line:
    home = tmp_path / "home"
    shutil.copytree(filled, home)
    return open_line(load_settings(home), lambda: NOW)


def _claims(line: Line) -> Any:
    return usable_claims(load_settings(Path(str(line.database.url.database)).parent))


def _hold(line: Line) -> journal.StoredFinding:
    with reading(line.database) as connection:
        (hold,) = [f for f in journal.findings(connection, severities=("hold",)) if f.check == "block_behind"]
    return hold


def _standing(line: Line) -> Mapping[str, Any]:
    with reading(line.database) as connection:
        rows = ledger.verdicts(connection, history=False)
    return next(row for row in rows if row["claim_id"] == CLAIM and row["answer"] == "standing")


def _unhold(line: Line, until: date | None = None) -> int:
    number = _hold(line).id
    unhold(line.database, _claims(line), number, "A. Editor", "ICE confirmed it", until, NOW, ["screen"])
    return number


def test_a_hold_is_lifted_with_author_and_reason_and_what_rests_on_it_is_judged_again(line: Line) -> None:
    assert _standing(line)["state"] == "quality_hold"
    number = _unhold(line)
    hold = _hold(line)
    assert (hold.id, hold.lifted_at, hold.lifted_by, hold.lifted_because) == (
        number,
        NOW,
        "A. Editor",
        "ICE confirmed it",
    )
    assert _standing(line)["state"] in ("near", "drifting", "far", "holds")
    with reading(line.database) as connection:
        (decision,) = decisions.decisions(connection)
        release = next(r for r in reads.releases(connection) if r.id == hold.release_id)
        judged = [row["as_of"] for row in ledger.verdicts(connection, history=True) if row["claim_id"] == CLAIM]
    assert (decision.kind, decision.about(hold), decision.judge_from, release.state) == (
        "unhold",
        True,
        None,
        "accepted",
    )
    assert release.known_at in judged  # the past is put right from the release's own instant on


def test_a_lifted_hold_stays_lifted_when_it_is_derived_anew_in_other_words(line: Line) -> None:
    number = _unhold(line)
    with writing(line.database) as connection:
        values = {"words": "as an earlier version would have said it"}
        connection.execute(sa.update(t.finding).where(t.finding.c.id == number).values(values))
    rebuild_all(line.database, line.archive, SOURCES, NOW)
    hold = _hold(line)
    assert (hold.lifted_by, "moved since" in hold.words) == ("A. Editor", True)
    with reading(line.database) as connection:
        release = next(r for r in reads.releases(connection) if r.id == hold.release_id)
        assert (release.state, reads.figures(connection, ["ice.removals{group=all}"])[-1].held) == ("accepted", False)
    take_back(line.database, _claims(line), hold.id, "A. Editor", "misheard", NOW, [])
    assert _hold(line).lifted_at is None


def test_a_hold_that_says_something_else_is_not_the_one_that_was_lifted(line: Line) -> None:
    hold = _hold(line)
    _unhold(line)
    for changed in ({"found": "2025-08-10"}, {"scope": ("book_ins",)}, {"check": "other"}, {"release_id": 1}):
        with reading(line.database) as connection:
            (decision,) = decisions.decisions(connection)
        assert not decision.about(replace(hold, **changed))
    assert decision.about(replace(hold, id=999, words="other"))


def test_a_hold_whose_cause_is_gone_is_gone_though_it_was_lifted(line: Line) -> None:
    """A later reader no longer finds the fault: taking the decision back must not make it stand again."""
    number = _unhold(line)
    release_id = _hold(line).release_id or 0
    with writing(line.database) as connection:
        renew_findings(connection, "ice", release_id, "history", [], NOW)
        assert [f.id for f in journal.findings(connection, release_id=release_id) if f.id == number] == []
        assert len(decisions.decisions(connection)) == 1  # the record stays


def test_it_is_over_by_itself_and_the_operators_are_told_once(line: Line) -> None:
    before = _standing(line)
    _unhold(line, date(2026, 9, 3))
    last, after = end_of_day(date(2026, 9, 3)), end_of_day(date(2026, 9, 4))
    assert end_expired(line.database, last, ["ops"]) == []
    assert _hold(line).lifted_at is not None
    assert len(end_expired(line.database, after, ["ops"])) == 1
    assert _hold(line).lifted_at is None
    judge_followed(line.database, _claims(line), after, ["desk"])
    assert (_standing(line)["state"], _standing(line)["measured"]) == (before["state"], before["measured"])
    assert end_expired(line.database, after, ["ops"]) == []
    assert judge_followed(line.database, _claims(line), after, ["desk"]) == 0
    with reading(line.database) as connection:
        (decision,) = decisions.decisions(connection)
        told = [(m["audience"], m["channel"], m["subject"]) for m in ledger.messages(connection) if not m["quiet"]]
    assert (decision.ended_by, decision.ended_because) == ("onrecord", "its last day is over")
    assert ("ops", "ops", "FY25_detentionStats08292025.xlsx: a hold stands again") in told
    assert sum(audience == "ops" for audience, _, _ in told) == 1


def test_taken_back_everything_is_as_before(line: Line) -> None:
    before = _standing(line)
    number = _unhold(line)
    assert _standing(line)["measured"] != before["measured"]
    made = take_back(line.database, _claims(line), number, "B. Editor", "misheard", NOW + timedelta(hours=1), [])
    assert (made.decision.ended_by, made.decision.ended_because) == ("B. Editor", "misheard")
    assert (_hold(line).lifted_at, _hold(line).lifted_by) == (None, None)
    assert (_standing(line)["state"], _standing(line)["measured"]) == (before["state"], before["measured"])
    with pytest.raises(DecisionError, match=f"There is no decision about {number} to take back"):
        take_back(line.database, _claims(line), number, "B. Editor", "again", NOW, [])


def test_a_crash_after_the_record_is_made_good_by_the_next_run(line: Line) -> None:
    hold = _hold(line)
    with writing(line.database) as connection:
        since = next(r for r in reads.releases(connection) if r.id == hold.release_id).known_at
        decisions.record(connection, "unhold", hold, "A. Editor", "why", NOW, None, since)
        decisions.carry_over(connection)
    assert _standing(line)["state"] == "quality_hold"
    judge_followed(line.database, _claims(line), NOW, ["desk"])
    assert _standing(line)["state"] != "quality_hold"
    rows = _rows(line)
    assert judge_followed(line.database, _claims(line), NOW, ["desk"]) == 0
    assert _rows(line) == rows


def _rows(line: Line) -> list[Any]:
    with reading(line.database) as connection:
        return [connection.execute(sa.select(table)).all() for table in (t.finding, t.verdict, t.message, t.decision)]


def test_acknowledging_lifts_nothing_and_is_said_where_it_is_listed(line: Line) -> None:
    number = _hold(line).id
    acknowledge(line.database, number, "A. Editor", "asked ICE", NOW)
    assert _hold(line).lifted_at is None
    with reading(line.database) as connection:
        listed = {hold.finding.id: hold for hold in holds(connection, _claims(line), lifted=False)}
    assert (listed[number].state, listed[number].claims) == ("seen by A. Editor", RESTING)
    with pytest.raises(DecisionError, match=f"{number} is acknowledged already, by A. Editor on"):
        acknowledge(line.database, number, "B. Editor", "again", NOW)
    take_back(line.database, _claims(line), number, "A. Editor", "look again", NOW, [])
    with reading(line.database) as connection:
        assert holds(connection, _claims(line), lifted=False)[0].state == "open"


def test_a_hold_names_the_claims_whose_figures_it_touches_and_no_other(line: Line) -> None:
    release_id = _hold(line).release_id or 0
    with writing(line.database) as connection:
        made = {"release": (), "cells": ("xlsx:Detention FY25!F20",), "table": ("nothing_of_ours",)}
        base = _hold(line)
        for kind, scope in made.items():
            values: dict[str, Any] = {"scope_kind": kind, "scope": list(scope), "check": f"by_{kind}", "words": kind}
            copied = ("source", "stage", "severity", "expected", "found", "at")
            values |= {name: getattr(base, name) for name in copied} | {"release_id": release_id}
            connection.execute(sa.insert(t.finding).values(values))
        found = {hold.finding.check: hold.claims for hold in holds(connection, _claims(line), lifted=False)}
    assert found["by_table"] == ()
    assert found["block_behind"] == RESTING
    assert "seed-4-almost-49000-in-custody" in found["by_cells"]
    assert CLAIM not in found["by_cells"]
    assert set(found["by_release"]) > {CLAIM, "seed-4-almost-49000-in-custody"}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"author": "  "}, "the author is empty"),
        ({"because": ""}, "--because is empty"),
        ({"because": "two\nlines"}, "--because must be one line"),
        ({"because": "\x1b[2J"}, "--because must be one line"),
        ({"because": "x" * 1001}, "at most 1000 letters"),
        ({"until": date(2026, 8, 30)}, "--until 2026-08-30 is over already"),
        ({"number": 9999}, "There is no finding 9999"),
    ],
)
def test_what_cannot_be_decided_is_said_and_nothing_is_changed(
    line: Line, changes: Mapping[str, Any], words: str
) -> None:
    before = _rows(line)
    asked: dict[str, Any] = {"number": _hold(line).id, "author": "A. Editor", "because": "why", "until": None}
    asked |= changes
    with pytest.raises(DecisionError, match=words):
        unhold(line.database, [], asked["number"], asked["author"], asked["because"], asked["until"], NOW, ["screen"])
    assert _rows(line) == before


def test_what_is_lifted_or_holds_nothing_cannot_be_lifted(line: Line) -> None:
    number = _unhold(line)
    with pytest.raises(DecisionError, match=r"was lifted on 31 August 2026 by A\. Editor: ICE confirmed it"):
        _unhold(line)
    with reading(line.database) as connection:
        note = next(f for f in journal.findings(connection) if f.severity != "hold")
    with pytest.raises(DecisionError, match=f"{note.id} holds nothing back"):
        unhold(line.database, [], note.id, "A. Editor", "why", None, NOW, [])
    assert number != note.id


def _run(desk: "Desk", day: date) -> datetime:
    desk.clock.set(day)
    run_line(desk.settings, desk.line, ["ice", "trac_population"])
    return desk.clock.now


def _desk_subjects(desk: "Desk") -> list[str]:
    with reading(desk.line.database) as connection:
        rows = [m for m in ledger.messages(connection) if m["audience"] == "desk" and not m["quiet"]]
    return [row["subject"] for row in rows]


def test_the_desk_is_told_at_once_what_a_lifted_hold_had_kept_from_it(desk: "Desk") -> None:
    """One side of a dispute is believed: the other stays held, and later tables of TRAC's change nothing about it."""
    desk.publisher.publish(edition("05232025"))
    _run(desk, date(2025, 5, 28))
    original = edition("06202025")
    desk.publisher.publish(original, restated=moved(original, 10))
    now = _run(desk, date(2025, 6, 20))
    told = "15 % above “almost 49,000”"
    assert not any(told in subject for subject in _desk_subjects(desk))
    claims = usable_claims(desk.settings)
    with reading(desk.line.database) as connection:
        found = holds(connection, claims, lifted=False)
    ours = next(hold.finding for hold in found if hold.finding.source == "ice")
    with reading(desk.line.database) as connection:
        (message,) = (m for m in ledger.messages(connection) if m["key"].startswith("disagree:"))
    facts = [tuple(fact) for item in message["body"]["items"] for fact in item["facts"]]
    assert ("To believe one side and lift its hold", f'onrecord unhold {ours.id} --because "..."') in facts
    made = unhold(desk.line.database, claims, ours.id, "A. Editor", "ICE confirmed it", None, now, ["screen"])
    assert made.messages >= 1
    assert sum(told in subject for subject in _desk_subjects(desk)) == 1
    desk.publisher.restate(edition("05232025"))
    for day in (21, 22):
        _run(desk, date(2025, 6, day))
    with reading(desk.line.database) as connection:
        still = [hold.finding.source for hold in holds(connection, claims, lifted=False)]
        about = [m["subject"] for m in ledger.messages(connection) if m["audience"] == "sources"]
    assert set(still) == {"trac_population"}
    assert about == ["ICE and TRAC disagree: people held, 15 June 2025"]
    assert sum(told in subject for subject in _desk_subjects(desk)) == 1
    take_back(desk.line.database, claims, ours.id, "A. Editor", "misheard", desk.clock.now, ["screen"])
    _run(desk, date(2025, 6, 23))
    with reading(desk.line.database) as connection:
        assert {h.finding.source for h in holds(connection, claims, lifted=False)} == {"ice", "trac_population"}


def test_a_decision_about_exchanged_columns_counts_for_every_table_that_restates_them(desk: "Desk") -> None:
    """Without an edition before it nothing says which of the two tables has them exchanged."""
    original = edition("06202025")
    desk.publisher.publish(exchanged(original), restated=original)
    now = _run(desk, date(2025, 6, 20))
    claims = usable_claims(desk.settings)
    with reading(desk.line.database) as connection:
        trac = next(h.finding for h in holds(connection, claims, lifted=False) if h.finding.source == "trac_population")
    unhold(desk.line.database, claims, trac.id, "A. Editor", "TRAC is right", None, now, [])
    desk.publisher.publish(edition("07312025"))
    _run(desk, date(2025, 7, 31))
    with reading(desk.line.database) as connection:
        assert {hold.finding.source for hold in holds(connection, claims, lifted=False)} == {"ice"}


def test_the_desk_hears_who_lifted_a_hold_and_taking_it_back_marks_the_held_cell_alone(
    desk: "Desk", tmp_path: Path
) -> None:
    """A rate rests on cells of several files, of which one is held."""
    for key in ("FY24", "02032025", "05232025"):
        desk.publisher.publish(edition(key))
        desk.clock.set(edition(key).published_on)
        look_at(desk.settings, desk.line, "ice")
    _run(desk, date(2025, 5, 28))
    desk.publisher.publish(edition("06202025"))
    desk.clock.set(date(2025, 6, 20))
    look_at(desk.settings, desk.line, "ice")
    doubt = Finding("a_test", "hold", "table", ("removals",), "sense", "none", "The removals contradict themselves.")
    with writing(desk.line.database) as connection:
        newest = reads.releases(connection, "ice")[-1]
        record_findings(connection, "ice", newest.id, "document", [doubt], desk.clock.now)
        (hold,) = (f for f in journal.findings(connection) if f.check == "a_test")
    claims, wire = usable_claims(desk.settings), Wire(tmp_path / "wire.txt", "screen")
    judge(desk.line.database, claims, desk.clock.now, desk.clock.now, ["screen"])
    deliver(desk.line.database, {"screen": wire}, desk.clock)
    before = wire.text
    desk.clock.now += timedelta(hours=1)
    unhold(desk.line.database, claims, hold.id, "A. Editor", "ICE confirmed it", None, desk.clock.now, ["screen"])
    deliver(desk.line.database, {"screen": wire}, desk.clock)
    told = wire.text.removeprefix(before)
    assert "1.071 times FY2024, 7.1 % more, against “roughly the same”" in told
    assert "What moved it: A hold was lifted by A. Editor because ICE confirmed it. Nothing was published: " in told
    assert "anew" not in told
    desk.clock.now += timedelta(hours=1)
    take_back(desk.line.database, claims, hold.id, "B. Editor", "misheard", desk.clock.now, ["screen"])
    deliver(desk.line.database, {"screen": wire}, desk.clock)
    corrected = wire.text.removeprefix(before + told)
    assert corrected.count("Correction, do not use: ICE removals a day at 1.071 times") == 1
    assert "A hold stands again, not an event: B. Editor took its lifting back because misheard." in corrected
    proofs = [block.splitlines()[0] for block in corrected.split("\n- ")[1:]]
    marked = [(line.startswith("no longer relied on: "), newest.name in line) for line in proofs]
    assert marked[0] == (True, True)
    assert set(marked[1:]) == {(False, False)}  # the other cells stand as they did; as many are shown as have room
    with reading(desk.line.database) as connection:
        moved = [row["moved_by"] for row in ledger.every_verdict(connection, CLAIM) if row["answer"] == "standing"]
    assert moved[-3:] == ["hold", "lifted", "hold"]
