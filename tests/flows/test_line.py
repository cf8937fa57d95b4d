"""The whole line against stand-in publishers: what is fetched, stored, judged and told."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from figures.records import Target
from flows.context import BusyError
from flows.ingest import looking
from flows.pipeline import run_line
from replica.editions import edition
from replica.publisher import PAGE, TRAC
from scrapers.registry import ICE
from storage import locks
from storage.engine import reading, writing
from storage.read import journal, reads
from storage.write import ledger, releases
from tests.looks import look

if TYPE_CHECKING:
    from tests.flows.conftest import Desk

HELD = "ice.detained{agency=all, criminality=all}"
REMOVALS = "ice.removals{group=all}"


def _play(desk: "Desk", *keys: str, day: date | None = None) -> list[str]:
    """Publish editions one by one, a run after each; the states of the sources' last run."""
    states: list[str] = []
    for key in keys:
        published = edition(key)
        desk.publisher.publish(published)
        if not published.year_end:
            desk.clock.set(day or published.published_on)
            states = [o.state for o in run_line(desk.settings, desk.line, ["ice", "trac_population"])]
    return states


def _verdict(desk: "Desk", claim: str, answer: str = "standing") -> dict[str, object]:
    with reading(desk.line.database) as connection:
        rows = ledger.verdicts(connection, history=False)
    return next(r for r in rows if r["answer"] == answer and r["claim_id"].startswith(claim))


def test_a_release_becomes_figures_with_their_evidence(desk: "Desk") -> None:
    assert _play(desk, "05232025") == ["new", "new"]
    with reading(desk.line.database) as connection:
        (figure,) = reads.figures(connection, [HELD])
    assert (figure.value, figure.period.end) == (48870, date(2025, 5, 18))
    assert figure.locator == "xlsx:Detention FY25!F20"
    assert figure.url.endswith("/doclib/detention/FY25_detentionStats05232025.xlsx")
    assert (figure.known_at, figure.known_by) == (desk.clock.now, "fetched")
    assert desk.line.archive.get(figure.sha256).startswith(b"PK")


def test_nothing_new_is_one_conditional_request_for_each_address_and_writes_no_figure(desk: "Desk") -> None:
    _play(desk, "FY24", "05232025")
    with reading(desk.line.database) as connection:
        before = [len(reads.observations(connection, r.id)) for r in reads.releases(connection)]
    asked = len(desk.publisher.requests)
    desk.clock.now += timedelta(days=1)
    outcomes = run_line(desk.settings, desk.line, ["ice", "trac_population"])
    assert [o.state for o in outcomes] == ["unchanged", "unchanged"]
    assert sorted(desk.publisher.requests[asked:]) == sorted(
        [
            ("GET", "/robots.txt", 304),
            ("GET", PAGE, 304),
            ("GET", "/doclib/detention/FY25_detentionStats05232025.xlsx", 304),
            ("GET", TRAC, 304),
        ]
    )
    with reading(desk.line.database) as connection:
        assert [len(reads.observations(connection, r.id)) for r in reads.releases(connection)] == before
        assert ledger.messages(connection) == []


def test_year_end_files_are_looked_at_once_a_week(desk: "Desk") -> None:
    _play(desk, "FY24", "05232025")

    def year_end_requests() -> int:
        return sum("FY24_detentionStats.xlsx" in path for _, path, _ in desk.publisher.requests)

    assert year_end_requests() == 1
    desk.clock.now += timedelta(days=6)
    look(desk.settings, desk.line, "ice")
    assert year_end_requests() == 1
    desk.clock.now += timedelta(days=2)
    look(desk.settings, desk.line, "ice")
    assert year_end_requests() == 2


def _desk_messages(desk: "Desk") -> list[Mapping[str, Any]]:
    """What the desk heard; that May codes closed months anew is told to whoever hears of the sources."""
    with reading(desk.line.database) as connection:
        return [m for m in ledger.messages(connection) if m["audience"] == "desk"]


def test_the_fall_of_almost_49000(desk: "Desk") -> None:
    _play(desk, "FY24", "02032025", "05092025", "05122025", "05232025")
    desk.clock.set(date(2025, 5, 28))
    run_line(desk.settings, desk.line, ["ice"])
    assert _verdict(desk, "seed-4", "at_claim")["state"] == "holds"
    assert _verdict(desk, "seed-4")["measured"] == 48870
    _play(desk, "06052025")
    assert _verdict(desk, "seed-4")["state"] == "near"
    assert _desk_messages(desk) == []  # the first verdicts are quiet, 51,302 is not material
    _play(desk, "06202025")
    verdict = _verdict(desk, "seed-4")
    assert (verdict["state"], verdict["measured"], verdict["gap"]) == ("far", 56397, 56397 - 49245)
    messages = _desk_messages(desk)
    assert [m["subject"] for m in messages] == [
        "56,397 people held on 15 June 2025, 15 % above “almost 49,000” (Axios, May 2025)",
        "ICE removals a day at 1.071 times FY2024, 7.1 % more, against “roughly the same” (Axios, May 2025)",
    ]
    assert {m["state"] for m in messages} == {"sent"}


def test_running_again_tells_nothing_twice(desk: "Desk") -> None:
    _play(desk, "FY24", "02032025", "05232025")
    desk.clock.set(date(2025, 5, 28))
    run_line(desk.settings, desk.line, ["ice"])
    _play(desk, "06202025")
    for _ in range(3):
        desk.clock.now += timedelta(hours=5)
        run_line(desk.settings, desk.line, ["ice", "trac_population"])
    with reading(desk.line.database) as connection:
        told = [(m["audience"], m["key"]) for m in ledger.messages(connection)]
    assert sorted(audience for audience, _ in told) == ["desk", "desk", "sources"]
    assert len(set(told)) == 3


def test_the_removals_of_29_august_are_held_and_never_judged_on(desk: "Desk") -> None:
    _play(desk, "FY24", "02032025", "05232025")
    desk.clock.set(date(2025, 5, 28))
    run_line(desk.settings, desk.line, ["ice"])
    _play(desk, "07312025", "08292025")
    verdict = _verdict(desk, "seed-6")
    assert verdict["state"] == "quality_hold"
    assert verdict["underlying"] == "far"
    assert "the day it runs through is not known" in str(verdict["words"])
    assert _verdict(desk, "seed-4")["measured"] == 61226  # the other tables of the edition are judged on
    with reading(desk.line.database) as connection:
        held = [f for f in reads.figures(connection, [REMOVALS]) if f.held]
        ops = [m for m in ledger.messages(connection) if m["audience"] == "ops"]
        (hold,) = journal.findings(connection, severities=("hold",), open_only=True)
    assert [f.value for f in held] == [283295]
    assert [m["subject"] for m in ops] == ["FY25_detentionStats08292025.xlsx: figures held back (1)"]
    facts = dict(ops[0]["body"]["items"][0]["facts"])
    assert facts["Figures held back"].startswith("283,295 ICE removals from 1 October 2024 to 9 August 2025 (xlsx:")
    assert facts["Claims that rest on them"] == (
        "Deportations roughly the same as in Biden's last year (seed-6-roughly-same-as-biden)"
    )
    assert facts["To lift it"] == f'onrecord unhold {hold.id} --because "..."'


def test_new_bytes_under_an_old_name_are_a_new_release(desk: "Desk") -> None:
    _play(desk, "05232025")
    original = edition("05232025")
    figures = dict(original.figures)
    figures["removals", "Removals with a FAMU Identifier", "Total"] = 19560
    desk.publisher.publish(replace(original, figures=figures))
    desk.clock.now += timedelta(days=1)
    assert look(desk.settings, desk.line, "ice").state == "new"
    with reading(desk.line.database) as connection:
        names = [r.name for r in reads.releases(connection, "ice")]
        famu = reads.figures(connection, ["ice.removals_famu{group=famu}"])
    assert names == ["FY25_detentionStats05232025.xlsx"] * 2
    assert [f.value for f in famu] == [19558, 19560]


def test_an_older_sheet_published_again_is_held_as_a_whole(desk: "Desk") -> None:
    _play(desk, "05232025", "06052025")
    older = replace(edition("05122025"), file_name="FY25_detentionStats06122025.xlsx", published_on=date(2025, 6, 12))
    desk.publisher.publish(older)
    desk.clock.set(date(2025, 6, 12))
    outcome = look(desk.settings, desk.line, "ice")
    assert outcome.state == "new"
    assert "an older sheet of FY2025 was published again" in outcome.notes[0]
    with reading(desk.line.database) as connection:
        assert [r.state for r in reads.releases(connection, "ice")] == ["accepted", "accepted", "held"]


def test_a_crash_between_archive_and_store_loses_nothing(desk: "Desk", monkeypatch: pytest.MonkeyPatch) -> None:
    desk.publisher.publish(edition("05232025"))
    desk.clock.set(date(2025, 5, 23))

    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patched:
        patched.setattr(releases, "store_release", crash)
        with pytest.raises(RuntimeError, match="power cut"):
            look(desk.settings, desk.line, "ice")
    first_seen = desk.clock.now
    desk.clock.now += timedelta(days=3)
    assert look(desk.settings, desk.line, "ice").state == "new"  # the server says 304, the archive has the bytes
    with reading(desk.line.database) as connection:
        (release,) = reads.releases(connection, "ice")
        runs = journal.last_runs(connection, "ice")
    assert release.known_at == first_seen  # known since we first had it, not since the restart
    assert runs["new"] is not None


def test_a_year_end_file_that_a_crash_kept_from_being_stored_is_not_left_for_a_week(
    desk: "Desk", monkeypatch: pytest.MonkeyPatch
) -> None:
    # Beside a newer edition: a page's only file is its current one, whatever it is called.
    for key in ("FY24", "05232025"):
        desk.publisher.publish(edition(key))
    desk.clock.set(date(2025, 5, 23))
    store = releases.store_release

    def crash(connection: Any, source: str, sha256: str, target: Target, *rest: Any) -> Any:
        if target.role == "year_end":
            raise RuntimeError("power cut")
        return store(connection, source, sha256, target, *rest)

    with monkeypatch.context() as patched:
        patched.setattr(releases, "store_release", crash)
        with pytest.raises(RuntimeError, match="power cut"):
            look(desk.settings, desk.line, "ice")
    asked = len(desk.publisher.requests)
    desk.clock.now += timedelta(hours=2)
    assert "FY24_detentionStats.xlsx" in look(desk.settings, desk.line, "ice").new
    assert any("FY24_detentionStats.xlsx" in path for _, path, _ in desk.publisher.requests[asked:])


def test_a_clock_that_goes_back_is_said_before_anything_is_asked_for(desk: "Desk") -> None:
    desk.publisher.publish(edition("05232025"))
    desk.clock.set(date(2025, 5, 23))
    look(desk.settings, desk.line, "ice")
    desk.publisher.publish(edition("06052025"))
    asked = len(desk.publisher.requests)
    desk.clock.set(date(2025, 5, 13))
    outcome = look(desk.settings, desk.line, "ice")
    assert (outcome.state, outcome.new, len(desk.publisher.requests)) == ("failed", (), asked)
    assert outcome.notes == (
        "The clock says 2025-05-14 03:59 UTC, and the last look at ice was at 2025-05-24 03:59. One of the two is "
        "wrong, and since when a file is known hangs on it; nothing was asked for. Set the clock right; if it is "
        "right now, run again.",
    )
    assert look(desk.settings, desk.line, "ice").state == "new"  # it was the later time that was wrong
    desk.clock.now -= timedelta(minutes=4)
    assert look(desk.settings, desk.line, "ice").state == "unchanged"


def test_two_looks_at_one_source_do_not_run_together(desk: "Desk") -> None:
    elsewhere = replace(locks.Holder.here(), host="another.example")
    with writing(desk.line.database) as connection:
        locks.take(connection, "watch:ice", elsewhere, desk.clock.now, timedelta(minutes=10))
    words = r"a look at ice is under way in process \d+ on another\.example"
    with pytest.raises(BusyError, match=words), looking(ICE, ICE.address, desk.line):
        pass
