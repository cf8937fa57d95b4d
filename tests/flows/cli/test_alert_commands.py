"""The commands about what is told, as words: history, messages, channels, silences, the digest."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from alerts.messages.rendering import as_text
from alerts.messages.words.digest import digest_key
from figures.naming import UnknownNameError
from figures.periods import end_of_day
from figures.registry import ICE
from flows.cli import mute
from flows.configuration.settings import SettingsError, load_settings
from flows.notifying import deliver
from flows.notifying.digest import digest
from flows.show import messages, verdict_history
from storage.engine import reading, writing
from storage.write import mutes, runs
from tests.alerts.conftest import shipped
from tests.newsroom import CELL, Newsroom, refusing
from tests.server import HTTPServer

SEED_4 = "seed-4-almost-49000-in-custody"
CONFIGURATION = """\
[[channels]]
name = "wire"
kind = "slack"
webhook_env = "ONRECORD_TEST_WEBHOOK"
[[channels]]
name = "screen"
kind = "console"
"""
Said = Callable[[], str]


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    """The shipped claim on 49,000 people, told to have moved far."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "onrecord.toml").write_text(CONFIGURATION, encoding="utf-8")
    monkeypatch.setenv("ONRECORD_HOME", str(home))
    monkeypatch.setenv("COLUMNS", "300")
    monkeypatch.delenv("ONRECORD_DATABASE_URL", raising=False)
    monkeypatch.setenv("ONRECORD_TEST_WEBHOOK", "http://127.0.0.1:9/one")
    made = Newsroom(home, [shipped("seed-4")])
    made.publish(48_870, known_at=end_of_day(date(2025, 5, 23)))
    made.tell()
    made.later(days=7)
    made.publish(60_000)
    assert len(made.tell()) == 1
    return made


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    return lambda: capsys.readouterr().out


def test_history_says_what_moved_it_on_which_cells_and_how_far_the_next_flip_is(room: Newsroom, said: Said) -> None:
    verdict_history.history(SEED_4, room.now, as_json=False)
    text = " ".join(said().split())
    for words in (
        "standing: does the world still look like that?",
        "6 June 2025 far",
        "60,000 people held on 25 May 2025",
        "accepted 48,500 to 49,245 (almost: ",
        "+22.4% against the stated value; 10,755 people held outside; +9.2 usual movements (z)",
        "moved by an event: A newer period, through 25 May 2025, in FY25_detentionStats001.xlsx.",
        f"cell {CELL} of FY25_detentionStats001.xlsx = 60000 (sha256 ",
        f"told: {room.wire.keys[0]}",
        "Next: Told again at 37 % off. It comes nearer with two files in a row less than 12 % off.",
    ):
        assert words in text


def test_history_keeps_what_was_replaced_and_why(room: Newsroom, said: Said) -> None:
    room.hold(room.releases[-1][0])
    room.later(hours=1)
    room.tell()
    verdict_history.history(SEED_4, room.now, as_json=False)
    text = " ".join(said().split())
    assert "6 June 2025 far (judged again later, see below)" in text
    assert "6 June 2025 quality hold, near underneath" in text
    assert "moved by a hold: A hold, not an event. The newest file is held back." in text
    assert f"undone 2025-06-07 04:59 UTC, corrected by {room.wire.keys[1]}. It rests on {CELL}" in text
    verdict_history.history(SEED_4, room.now, as_json=True)
    rows = json.loads(said())
    standing = [row for row in rows if row["answer"] == "standing"]
    assert [(row["moved_by"], row["replaced"]) for row in standing] == [
        ("first", False),
        ("event", True),
        ("hold", False),
    ]
    assert standing[1]["told_in"][0]["correction"] == room.wire.keys[1]
    assert standing[1]["cause"]["after"][0]["locator"] == CELL


def test_history_of_nothing_is_said(room: Newsroom) -> None:
    words = f"No verdict on 'seed-99' is recorded; nearest: {SEED_4}; `onrecord claims` lists the claims."
    with pytest.raises(UnknownNameError, match=f"^{re.escape(words)}$"):
        verdict_history.history("seed-99", room.now, as_json=False)


def test_messages_show_every_attempt_and_answer(room: Newsroom, said: Said) -> None:
    room.wire.before = refusing(2)
    room.later(days=7)
    room.publish(70_000)
    room.tell()
    room.later(minutes=2)
    room.deliver()
    room.later(minutes=20)
    room.deliver()
    (key,) = room.wire.keys[1:]
    messages.messages(key, as_json=False)
    text = said()
    assert "It has moved still further from the claim" in text
    assert "wire: sent" in text
    assert text.count("failed: answered 503") == 2
    assert "2025-06-14 04:21 UTC  sent" in text
    messages.messages("", as_json=True)
    assert [m["deliveries"][0]["state"] for m in json.loads(said())] == ["sent", "sent"]
    messages.messages("", as_json=False)
    assert "60,000 people held on 25 May 2025, 22 % above" in said()


def test_no_such_message_is_said(room: Newsroom) -> None:
    (key,) = room.wire.keys
    words = f"No message has the key '{key}0'; nearest: {key}; `onrecord messages` lists them."
    with pytest.raises(UnknownNameError, match=f"^{words}$"):
        messages.messages(f"{key}0", as_json=False)


def test_a_silence_needs_a_matcher_a_reason_and_a_day_to_come(room: Newsroom) -> None:
    day = room.now + timedelta(days=9)
    with pytest.raises(SettingsError, match="'colour=red' is no matcher; write a claim's id"):
        mute.silence("colour=red", "why", day, "Ann", room.now)
    with pytest.raises(SettingsError, match="--because is empty"):
        mute.silence("seed-4*", " ", day, "Ann", room.now)
    with pytest.raises(SettingsError, match="--until 2025-05-01 is over; give a day to come"):
        mute.silence("seed-4*", "why", datetime(2025, 5, 1), "Ann", room.now)


def test_a_silence_that_fits_no_claim_is_refused_and_names_the_nearest(room: Newsroom) -> None:
    with pytest.raises(SettingsError, match=f"'sed-4-almost' fits no claim; nearest: {SEED_4}; .* Nothing is silenced"):
        mute.silence("sed-4-almost", "on leave", datetime(2025, 7, 1), "Ann", room.now)
    with reading(room.database) as connection:
        assert mutes.mutes(connection) == []


def test_what_a_silence_mutes_is_listed_with_its_reason(room: Newsroom, said: Said) -> None:
    mute.silence("series=ice.detained*&speaker=*xios*", "on leave", datetime(2025, 7, 1), "Ann", room.now)
    assert said().startswith(f"Silenced as 1 until the end of 1 July 2025: {SEED_4}")
    room.later(days=7)
    room.publish(70_000)
    room.tell()
    assert len(room.wire.keys) == 1
    mute.silences(room.now, everything=False, as_json=False)
    text = said()
    assert "series=ice.detained*&speaker=*xios*" in text
    assert "on leave" in text
    messages.messages("", as_json=False)
    assert "sent to nobody: silenced by Ann (1): on leave" in said()
    assert mute.unsilence(1, "Bea", room.now) == 0
    assert mute.unsilence(1, "Bea", room.now) == 1
    said()
    mute.silences(room.now, everything=True, as_json=True)
    (silence,) = json.loads(said())
    assert (silence["ended_because"], silence["muted_messages"], silence["fits"][0]) == ("ended by Bea", 1, SEED_4)


def test_an_acknowledgement_says_when_it_ends_by_itself(room: Newsroom, said: Said) -> None:
    assert mute.acknowledge(SEED_4, "story is out", datetime(2025, 7, 1), "Ann", room.now) == 0
    assert said() == (
        f"Acknowledged as 1: {SEED_4} has moved far from the claim. It ends by itself when the claim recovers, moves "
        "further or on 1 July 2025; sooner: onrecord unsilence 1\n"
    )
    with reading(room.database) as connection:
        (ack,) = mutes.mutes(connection, active_at=room.now)
        assert mutes.mutes(connection, active_at=end_of_day(date(2025, 7, 1))) == []
    assert (ack.state, ack.author) == ("far", "Ann")
    assert ack.size == pytest.approx(11_000 / 49_000)


def test_only_what_has_moved_can_be_acknowledged(room: Newsroom) -> None:
    with pytest.raises(SettingsError, match=f"There is no verdict on 'seed-99' yet; nearest: {SEED_4}; "):
        mute.acknowledge("seed-99", "why", None, "Ann", room.now)
    for _ in range(2):
        room.later(days=7)
        room.publish(49_000)
        room.tell()
    with pytest.raises(SettingsError, match="matches the claim: nothing to acknowledge"):
        mute.acknowledge(SEED_4, "why", None, "Ann", room.now)


@pytest.fixture
def slack(monkeypatch: pytest.MonkeyPatch) -> Iterator[HTTPServer]:
    """Slack's endpoint: the webhook at /hook was removed, that at /new takes everything."""
    with HTTPServer(host="127.0.0.1") as server:
        server.expect_request("/hook").respond_with_data("no_service", status=404)
        server.expect_request("/new").respond_with_data("ok")
        monkeypatch.setenv("ONRECORD_TEST_WEBHOOK", server.url_for("/hook"))
        yield server


def _refused(room: Newsroom) -> None:
    room.later(days=7)
    room.publish(70_000)
    room.judge()
    deliver.drain(load_settings(), room.database, room.clock)


def test_channels_say_who_is_disabled_and_are_enabled_by_hand(room: Newsroom, said: Said, slack: HTTPServer) -> None:
    _refused(room)
    assert "wire: nothing is sent there any more" in said()  # through the console
    messages.channels("", room.now, as_json=False)
    text = said()
    assert "2025-06-14 03:59 UTC" in text
    assert "Slack answered 404 no_service" in text
    messages.channels("", room.now, as_json=True)
    states = {c["name"]: (c["disabled_at"] is not None, c["waiting"]) for c in json.loads(said())}
    assert states == {"wire": (True, 1), "screen": (False, 0)}
    assert messages.channels("wire", room.now, as_json=False) == 0
    assert messages.channels("wire", room.now, as_json=False) == 1
    with pytest.raises(SettingsError, match="no channel 'none' in"):
        messages.channels("none", room.now, as_json=False)


def test_a_channel_whose_settings_were_changed_is_tried_again(
    room: Newsroom, slack: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    _refused(room)
    room.later(hours=1)
    assert deliver.drain(load_settings(), room.database, room.clock) == []
    monkeypatch.setenv("ONRECORD_TEST_WEBHOOK", slack.url_for("/new"))
    (again,) = deliver.drain(load_settings(), room.database, room.clock)
    assert (again.channel, again.outcome) == ("wire", "sent")
    with reading(room.database) as connection:
        row = mutes.outlets(connection)["wire"]
    assert "127.0.0.1" not in row["settings"]


def test_the_digest_is_told_once_a_week(room: Newsroom) -> None:
    claims = room.claims
    _look(room)
    made = digest(room.database, claims, [ICE], room.now, ["wire"])
    assert made is not None
    assert made.key == digest_key(room.now) == "digest:2025-W23"
    assert made.subject.startswith(
        "The week on record: “almost 49,000” (Axios, May 2025): 60,000 people held, 22 % above"
    )
    facts = {label: words for item in made.items for label, words in item.facts}
    assert facts["Moved"].startswith("“almost 49,000” (Axios, May 2025): 60,000 people held, 22 % above")
    assert len(as_text(made).split()) < 250  # one screen
    assert facts["ICE detention statistics"].startswith(
        "last run 6 June 2025 (unchanged); last release FY25_detentionStats001.xlsx, public since 6 June 2025; figures "
    )
    assert re.search(r"; figures through \d+ \w+ 2025, \d+ days? old\.$", facts["ICE detention statistics"])
    assert "Proof of life" in [item.heading for item in made.items]
    room.later(days=1)
    assert digest(room.database, claims, [ICE], room.now, ["wire"]) is None
    room.deliver()
    assert room.wire.keys[-1] == "digest:2025-W23"
    room.later(days=7)
    assert digest(room.database, claims, [ICE], room.now, ["wire"]) is not None


def _look(room: Newsroom, outcome: str = "unchanged") -> None:
    with writing(room.database) as connection:
        runs.finish_run(connection, runs.start_run(connection, "ice", room.now), room.now, outcome, "")


def test_a_look_of_456_days_ago_is_no_proof_of_life_and_the_digest_begins_with_it(room: Newsroom) -> None:
    _look(room)
    room.later(days=456)
    _look(room, "failed")  # a look that failed is no sign of life either
    made = digest(room.database, room.claims, [ICE], room.now, ["wire"], timedelta(hours=36))
    assert made is not None
    assert made.subject == "The week on record: no look at ICE detention statistics has ended well of late"
    assert (made.severity, made.items[0].heading) == ("notice", "No proof of life")
    said = dict(made.items[0].facts)["ICE detention statistics"]
    assert said == "The last look that ended well was on 6 June 2025, 456 days ago."
    assert "Proof of life" not in [item.heading for item in made.items]
    room.later(days=7)
    _look(room)
    alive = digest(room.database, room.claims, [ICE], room.now, ["wire"], timedelta(hours=36))
    assert alive is not None
    assert (alive.severity, alive.items[-1].heading) == ("info", "Proof of life")


def test_where_no_look_ever_ended_well_the_digest_says_so(room: Newsroom) -> None:
    made = digest(room.database, room.claims, [ICE], room.now, ["wire"])
    assert made is not None
    assert dict(made.items[0].facts)["ICE detention statistics"] == "No look has ended well yet."


def test_the_digest_names_what_is_nearest_to_flipping_and_rests_on_its_cells(room: Newsroom) -> None:
    room.later(days=7)
    _look(room)
    room.publish(49_000)
    room.tell()
    made = digest(room.database, room.claims, [ICE], room.now, ["wire"])
    assert made is not None
    (next_,) = (item for item in made.items if item.heading == "What is next")
    assert dict(next_.facts)["Almost 49,000 people in ICE custody (Axios, May 2025)"] == (
        "49,000 people held: has moved far from the claim (figures through 1 June 2025, 12 days old). Told again at 37 "
        "% off. It comes nearer with two files in a row less than 12 % off (1 counted)."
    )
    room.hold(room.releases[-1][0])
    room.deliver()
    assert made.key not in room.wire.keys  # it rests on a figure that is held now
    again = digest(room.database, room.claims, [ICE], room.now, ["wire"])
    assert again is not None
    assert again.key == f"{made.key}~2"
