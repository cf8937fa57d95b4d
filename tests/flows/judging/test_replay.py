"""The past played again: the same alerts as live, nothing of what came out later, nothing written."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.claims.model import ClaimError
from alerts.forms.hysteresis import Hysteresis
from alerts.forms.verdicts import AS_STATED, Tolerances, judged_by
from figures.naming import UnknownNameError
from figures.periods import end_of_day, washington_day
from figures.registry import ICE
from flows.importing import import_files
from flows.judging.hindsight import known_then
from flows.judging.replay import AS_NOW, Moment, Setting, Told, alerts, measure, moments, sweep
from flows.pipeline import open_line, run_line, usable_claims
from flows.show import replay_report
from replica.editions import edition
from replica.workbooks import build
from storage.engine import reading, writing
from storage.read import journal
from storage.write import ledger
from storage.write.findings import lift
from tests.alerts.conftest import HELD, figure, knowledge, shipped
from tests.flows.conftest import Clock, configure
from tests.flows.test_reconcile import moved

if TYPE_CHECKING:
    from flows.context import Line
    from tests.flows.conftest import Desk

KEYS = ("FY24", "02032025", "05122025", "05232025", "06052025", "06202025", "07312025", "08292025")
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Home:
    """An installation into which editions were imported one by one, with the replay as it was after each."""

    def __init__(self, root: Path) -> None:
        self.path = root / "home"
        configure(self.path, "http://127.0.0.1:1")
        from flows.configuration.settings import load_settings

        self.settings = load_settings(self.path)
        self.line: Line = open_line(self.settings, Clock(NOW))
        self.claims = usable_claims(self.settings)
        self.after: list[tuple[datetime, list[Told]]] = []

    def take(self, path: Path) -> None:
        faults: list[Exception] = []
        taken = import_files(ICE, [path], {}, self.claims, self.line, ["screen"], alert=False, on_error=faults.append)
        until = max(imported.known.at for imported in taken)
        assert faults == []
        self.after.append((until, self.told(until)))

    def played(self, until: datetime) -> list[Moment]:
        with reading(self.line.database) as connection:
            return moments(known_then(connection, self.claims, until), self.claims)

    def told(self, until: datetime) -> list[Told]:
        return alerts(self.played(until), LONG_AGO)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    root = tmp_path_factory.mktemp("replay")
    home = Home(root)
    for key in KEYS:
        path = root / edition(key).file_name
        path.write_bytes(build(edition(key)))
        home.take(path)
    return home


def _messages(line: "Line", audience: str = "desk") -> list[tuple[str, dict[str, Any]]]:
    with reading(line.database) as connection:
        told = [m for m in ledger.messages(connection) if m["audience"] == audience]
    # What was undone later is corrected live, and said again (`~2`) when it stands again; a replay has no later. What
    # cannot be judged is no move.
    beside = ("correction:", "not-judged:")
    return [(m["key"], m["body"]) for m in told if not m["key"].startswith(beside) and "~" not in m["key"]]


def _bodies(told: Sequence[Told]) -> list[tuple[str, dict[str, Any]]]:
    return [(each.message.key, json.loads(json.dumps(each.message.to_json()))) for each in told]


def test_the_replay_is_what_judging_queued_at_the_time_to_the_letter(home: Home) -> None:
    queued = _messages(home.line)
    assert len(queued) >= 3
    assert _bodies(home.told(NOW)) == queued
    assert all(item["chart"]["points"] for _, body in queued for item in body["items"])


def test_no_later_release_changes_the_replay_of_the_days_before_it(home: Home) -> None:
    assert [len(told) for _, told in home.after] == sorted(len(told) for _, told in home.after)
    for until, then in home.after:
        assert _bodies(home.told(until)) == _bodies(then)
        assert [t.as_of for t in home.told(NOW) if t.as_of <= until] == [t.as_of for t in then]


def test_nothing_is_written(home: Home) -> None:
    def bytes_on_disk() -> dict[str, str]:
        files = sorted(home.path.rglob("*.db*"))
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files if "-shm" not in path.name}

    home.line.database.dispose()
    before = bytes_on_disk()
    sweep(home.played(NOW), LONG_AGO, NOW)
    home.told(NOW)
    home.line.database.dispose()
    assert bytes_on_disk() == before


def test_only_what_is_asked_for_is_told_but_all_that_stood_before_counts(home: Home) -> None:
    everything = home.told(NOW)
    since = everything[0].as_of + timedelta(seconds=1)
    later = alerts(home.played(NOW), since)
    assert _bodies(later) == _bodies([t for t in everything if t.as_of >= since])


# Against TRAC: what is held may rest on a table that came out later


def _play(desk: "Desk", day: date) -> None:
    desk.clock.set(day)
    run_line(desk.settings, desk.line, ["ice", "trac_population"])


def _told(desk: "Desk", until: datetime | None = None) -> list[Told]:
    claims = usable_claims(desk.settings)
    with reading(desk.line.database) as connection:
        return alerts(moments(known_then(connection, claims, until or desk.clock.now), claims), LONG_AGO)


def test_a_dispute_holds_from_the_day_that_the_other_table_came_out(desk: "Desk") -> None:
    """Live: the workbook is judged on, TRAC contradicts it a week later, and corrects itself in the end."""
    snapshots = []
    for key in ("02032025", "05232025"):
        desk.publisher.publish(edition(key))
        _play(desk, edition(key).published_on)
    _play(desk, date(2025, 5, 28))
    desk.publisher.publish(edition("06202025"), by_trac=False)
    _play(desk, date(2025, 6, 20))
    snapshots.append((desk.clock.now, _told(desk)))
    desk.publisher.restate(moved(edition("06202025"), 10))
    _play(desk, date(2025, 6, 27))
    snapshots.append((desk.clock.now, _told(desk)))
    with reading(desk.line.database) as connection:
        assert any(f.check == "sources_disagree" for f in journal.findings(connection, open_only=True))
    desk.publisher.restate(edition("06202025"))
    _play(desk, date(2025, 7, 4))
    snapshots.append((desk.clock.now, _told(desk)))
    assert any("15 % above “almost 49,000”" in t.message.subject for t in snapshots[0][1])
    for until, then in snapshots:
        assert _bodies(_told(desk, until)) == _bodies(then)
    assert _bodies(_told(desk)) == _messages(desk.line)


def test_while_a_dispute_lasted_nothing_is_told_though_it_is_settled_today(desk: "Desk") -> None:
    original = edition("06202025")
    desk.publisher.publish(edition("05232025"))
    _play(desk, date(2025, 5, 28))
    desk.publisher.publish(original, restated=moved(original, 10))
    _play(desk, date(2025, 6, 20))
    desk.publisher.restate(original)
    _play(desk, date(2025, 6, 24))
    about_level = [t for t in _told(desk) if t.news[0].claim.id.startswith("seed-4")]
    assert [washington_day(t.as_of) for t in about_level] == [date(2025, 6, 24)]
    # The same news on the same day; live it is dated by the release whose hold is over, whose past is judged again.
    assert [key for key, _ in _bodies(_told(desk))] == [key for key, _ in _messages(desk.line)]


def test_what_a_person_lifted_was_held_until_then(home: Home) -> None:
    """The removals of 29 August are held; lifting them now says nothing about what was told in September."""
    before = _bodies(home.told(NOW))
    with reading(home.line.database) as connection:
        holds = journal.findings(connection, severities=("hold",), open_only=True)
    assert holds
    lifted_at = NOW + timedelta(days=1)
    with writing(home.line.database) as connection:
        lift(connection, [h.id for h in holds], "editor", "ICE confirmed the figures", lifted_at)
    try:
        assert _bodies(home.told(NOW)) == before
    finally:
        with writing(home.line.database) as connection:
            from sqlalchemy import update

            from storage import schema

            connection.execute(
                update(schema.finding)
                .where(schema.finding.c.id.in_([h.id for h in holds]))
                .values(lifted_at=None, lifted_by=None, lifted_because=None)
            )


# Without a database: any order of figures


def _editions(values: Sequence[int]) -> list[tuple[date, int]]:
    return [(date(2025, 5, 4) + timedelta(days=14 * n), value) for n, value in enumerate(values)]


def _played(values: Sequence[int], until: date) -> list[Moment]:
    """Everything that is ever published is at hand; each instant is judged as of itself."""
    known = knowledge(*(figure(HELD, value, day, day + timedelta(days=5)) for day, value in _editions(values)))
    claim = shipped("seed-4")
    instants = {end_of_day(day + timedelta(days=5)) for day, _ in _editions(values)} | {claim.on_record_at}
    return moments(((at, known) for at in sorted(instants) if at <= end_of_day(until)), [claim])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from((30000, 47000, 48900, 49300, 52000, 56000, 60000)), min_size=3, max_size=14), st.data())
def test_figures_to_come_change_nothing_whatever_they_are(values: list[int], data: st.DataObject) -> None:
    kept = data.draw(st.integers(2, len(values)))
    until = _editions(values)[kept - 1][0] + timedelta(days=6)
    setting = data.draw(
        st.sampled_from([AS_NOW, Setting("x", Tolerances(0.02, 1.0, 0.1, 2.0), Hysteresis(1.0, 1, 0.05))])
    )
    with_more, without = _played(values, until), _played(values[:kept], until)
    assert _bodies(alerts(with_more, LONG_AGO)) == _bodies(alerts(without, LONG_AGO))
    end = end_of_day(until)
    assert measure(with_more, LONG_AGO, end, setting) == measure(without, LONG_AGO, end, setting)


def test_the_same_news_is_told_once() -> None:
    """A re-issue that took a figure back, and one that restored it: the same cell moves the claim twice."""
    played = _played((48900, 48900, 60000, 48900, 48900), date(2026, 1, 1))
    again = replace(played[3], as_of=played[-1].as_of + timedelta(days=14))
    assert [v.measured for _, v in again.verdicts if v.answer == "standing"] == [60000]
    told = alerts([*played, again], LONG_AGO)
    assert [t.news[0].change for t in told] == ["further_away", "nearer"]
    # Also when it was told before the days that are asked for.
    assert alerts([*played, again], again.as_of) == []


# Other tolerances

FELL_BACK = (48900, 48900, 52500, 52500, 48900, 48900, 48900, 56000, 58500, 61000)


def _measured(setting: Setting) -> tuple[int, int, tuple[int, ...], int]:
    played = _played(FELL_BACK, date(2026, 1, 1))
    found = measure(played, LONG_AGO, end_of_day(date(2026, 1, 1)), setting)
    return found.alerts, found.departures, found.delays, found.taken_back


def test_what_a_setting_comes_to() -> None:
    """Drifting at 52,500 (7 %), back near, drifting at 56,000 (14 %), far at 61,000 (24 %, three usual movements)."""
    assert _measured(AS_NOW) == (4, 2, (0, 0), 1)
    assert _measured(Setting("deaf", Tolerances(material_r=0.10))) == (2, 2, (0,), 0)
    assert _measured(Setting("late", Tolerances(far_r=0.22, material_r=0.22))) == (1, 2, (28,), 0)
    assert _measured(Setting("chatty", hysteresis=Hysteresis(further=0.05))) == (5, 2, (0, 0), 1)
    assert _measured(Setting("slow to calm", hysteresis=Hysteresis(calm_editions=4))) == (2, 2, (0, 14), 0)


@pytest.mark.parametrize(("editions", "expected"), [(1, 4), (2, 3), (3, 2)])
def test_it_comes_back_after_as_many_calm_editions_as_a_setting_asks_for(editions: int, expected: int) -> None:
    """Drifting at 52,500, then one calm edition; far at 61,000, then two."""
    played = _played((48900, 48900, 52500, 48900, 61000, 48900, 48900), date(2026, 1, 1))
    setting = Setting("", hysteresis=Hysteresis(calm_editions=editions))
    assert measure(played, LONG_AGO, end_of_day(date(2026, 1, 1)), setting).alerts == expected


def test_the_sweep_begins_with_how_it_is_and_moves_one_thing_at_a_time() -> None:
    found = sweep(_played(FELL_BACK, date(2026, 1, 1)), LONG_AGO, end_of_day(date(2026, 1, 1)))
    assert found[0].setting == AS_NOW
    names = [each.setting.name for each in found]
    assert len(set(names)) == len(names) >= 15
    for each in found[1:]:
        changed = [
            getattr(part, name) != getattr(whole, name)
            for part, whole in (
                (each.setting.tolerances, AS_NOW.tolerances),
                (each.setting.hysteresis, AS_NOW.hysteresis),
            )
            for name in part.__dataclass_fields__
        ]
        assert sum(changed) == 1, each.setting.name
    assert len({each.alerts for each in found}) > 2


def test_the_stated_tolerances_change_no_verdict(home: Home) -> None:
    verdicts = [verdict for moment in home.played(NOW) for _, verdict in moment.verdicts]
    assert [judged_by(verdict, AS_STATED) for verdict in verdicts] == verdicts
    strict = [judged_by(verdict, Tolerances(0.0, 0.0, 0.0, 0.0)).state for verdict in verdicts]
    states = [verdict.state for verdict in verdicts]
    assert strict != states
    follows_none = {"short", "met", "approaching", "superseded", "quality_hold", "holds", "outside", "data_missing"}
    assert all(now == then for now, then in zip(strict, states, strict=True) if then in follows_none)


# The command


def _run(home: Home, monkeypatch: pytest.MonkeyPatch, since: date, until: date | None = None, **options: Any) -> None:
    monkeypatch.setenv("ONRECORD_HOME", str(home.path))
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.delenv("ONRECORD_DATABASE_URL", raising=False)
    given_: dict[str, Any] = {"as_sweep": False, "full": False, "as_json": False, "claim": "", **options}
    claim = given_.pop("claim")
    replay_report.run(since, until, claim, NOW, **given_)


def test_the_words_of_a_replay(home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    _run(home, monkeypatch, date(2025, 6, 1), date(2025, 7, 31), claim="seed-6-roughly-same-as-biden")
    first, second = (t.message.key for t in home.told(NOW) if t.news[0].claim.id.startswith("seed-6"))
    assert capsys.readouterr().out == (
        "20 June 2025\n"
        "  alert: ICE removals a day at 1.071 times FY2024, 7.1 % more, against “roughly the same” (Axios, May 2025)\n"
        "    794.6 a day from 26 January 2025 to 14 June 2025, 1.071 times the 741.8 a day of FY2024; "
        "before: matches the claim; now: has moved from the claim\n"
        f"    key: {first}\n"
        "\n"
        "31 July 2025\n"
        "  alert: ICE removals a day at 1.189 times FY2024, 19 % more, against “roughly the same” (Axios, May 2025)\n"
        "    882.0 a day from 26 January 2025 to 26 July 2025, 1.189 times the 741.8 a day of FY2024; "
        "before: has moved from the claim; now: has moved far from the claim\n"
        f"    key: {second}\n"
        "\n"
        "2 alerts from 1 June 2025 to 31 July 2025, each on what was known that day. "
        "Nothing was sent, nothing was written.\n"
    )


def test_both_days_are_included_and_no_other(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for since, until, alerts_ in ((20, 20, "2 alerts"), (21, 30, "No alert"), (1, 19, "No alert")):
        _run(home, monkeypatch, date(2025, 6, since), date(2025, 6, until))
        assert capsys.readouterr().out.splitlines()[-1].startswith(f"{alerts_} from {since} June 2025 to {until} June")


def test_in_full_it_is_the_message_itself(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _run(home, monkeypatch, date(2025, 6, 1), date(2025, 6, 30), full=True)
    out = capsys.readouterr().out
    assert "\n  56,397 people were held on 15 June 2025: 7,397 more (+15 %) than “almost 49,000” (Axios," in out
    assert ", sha256 " in out


def test_json_of_replay_and_sweep(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _run(home, monkeypatch, date(2025, 6, 1), date(2025, 6, 30), as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert [(t["day"], t["news"][0]["state"]) for t in told] == [("2025-06-20", "far"), ("2025-06-20", "drifting")]
    _run(home, monkeypatch, date(2025, 6, 1), as_sweep=True, as_json=True)
    rows = json.loads(capsys.readouterr().out)
    assert rows[0]["setting"] == "as now"
    assert set(rows[0]) == {"setting", "alerts", "alerts_a_year", "departures", "delays", "taken_back"}


def test_the_sweep_as_a_table(home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    _run(home, monkeypatch, date(2025, 6, 1), date(2026, 1, 1), as_sweep=True)
    out = capsys.readouterr().out
    assert "Other tolerances, 1 June 2025 to 31 December 2025, on what was known on each day" in out
    row = next(line for line in out.splitlines() if "as now" in line)
    assert re.split(r" {2,}", row)[3:] == ["2 of 2", "7.5", "15", "0"]


def test_what_cannot_be_replayed_is_said(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnknownNameError, match=r"No claim 'seed-99' is on record; nearest: seed-.*; `onrecord claims`"):
        _run(home, monkeypatch, date(2025, 6, 1), claim="seed-99")
    with pytest.raises(ClaimError, match=r"nothing lies between 2 June 2025 and 1 June 2025; --from is the earlier"):
        _run(home, monkeypatch, date(2025, 6, 2), date(2025, 6, 1))


def test_moments_are_in_order_and_begin_with_the_first_release(home: Home) -> None:
    at = [moment.as_of for moment in home.played(NOW)]
    assert all(before < after for before, after in pairwise(at))
    assert len(at) == len(KEYS) + 1  # and the day on which the claims went on record
    assert home.played(NOW)[0].verdicts == ()


def test_each_moment_holds_what_was_public_and_nothing_else(home: Home) -> None:
    for moment in home.played(NOW):
        figures = [f for vintages in moment.knowledge.figures.values() for f in vintages]
        assert max(f.known_at for f in figures) <= moment.as_of
        assert max(r.known_at for r in moment.knowledge.releases) <= moment.as_of
