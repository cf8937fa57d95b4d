"""Draining the outbox over a real database, with channels that behave as told."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Lock, Thread
from typing import Any

import pytest

from alerts.channels.channel_settings import Channel
from alerts.delivery import WAITS, deliver
from alerts.messages.message import DeliveryError, Item, Message
from alerts.messages.rendering import as_bare_text, as_html, as_text
from alerts.messages.slack_blocks import as_slack
from alerts.messages.words.channel_faults import AGAIN
from storage.engine import Database, open_database, reading, writing
from storage.write import ledger, mutes
from tests.databases import new_sqlite

NOON = datetime(2025, 6, 21, 12, 0, tzinfo=UTC)
ITEM = Item("Moved far", "almost 49,000", "Axios", "https://a.example/", (("Now", "56,397."),), (), "One day.")


@dataclass
class Clock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def later(self, by: timedelta) -> None:
        self.now += by


@dataclass
class Wire:
    """A channel that takes messages, or raises the next of its errors."""

    name: str = "wire"
    errors: list[DeliveryError] = field(default_factory=list)
    taken: list[Message] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def send(self, message: Message) -> None:
        with self.lock:
            if self.errors:
                raise self.errors.pop(0)
            self.taken.append(message)

    @property
    def keys(self) -> list[str]:
        return [message.key for message in self.taken]


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return open_database(new_sqlite(tmp_path))


@pytest.fixture
def clock() -> Clock:
    return Clock()


def message(key: str) -> Message:
    return Message(key, "desk", f"Subject of {key}", (ITEM,), "As known on 21 June 2025.")


def put(database: Database, *keys: str, channels: tuple[str, ...] = ("wire",), quiet: str = "") -> list[bool]:
    fresh = []
    for key in keys:
        body = message(key)
        with writing(database) as connection:
            number = ledger.enqueue(
                connection, key, body.audience, body.subject, body.to_json(), NOON, NOON, channels, quiet
            )
            fresh.append(number is not None)
    return fresh


def state(database: Database, key: str = "a") -> dict[str, Any]:
    with reading(database) as connection:
        (row,) = (row for row in ledger.messages(connection) if row["key"] == key)
    return row


def failing(times: int, *, permanent: bool = False) -> list[DeliveryError]:
    return [DeliveryError(f"answered 50{n}", permanent=permanent) for n in range(times)]


def test_what_is_due_is_sent_once_whole_and_in_order(database: Database, clock: Clock) -> None:
    wire = Wire()
    put(database, "a", "b")
    outcomes = deliver(database, {"wire": wire}, clock)
    assert [(o.key, o.channel, o.outcome, o.retry_at) for o in outcomes] == [
        ("a", "wire", "sent", None),
        ("b", "wire", "sent", None),
    ]
    assert wire.taken == [message("a"), message("b")]
    clock.later(timedelta(days=30))
    assert deliver(database, {"wire": wire}, clock, even_if_waiting=True) == []
    assert wire.keys == ["a", "b"]
    assert (state(database)["state"], state(database)["attempts"]) == ("sent", 1)


def test_every_channel_gets_it(database: Database, clock: Clock) -> None:
    wires: dict[str, Channel] = {"wire": Wire(), "post": Wire("post")}
    put(database, "a", channels=("wire", "post"))
    assert [o.channel for o in deliver(database, wires, clock)] == ["wire", "post"]


def test_one_broken_channel_keeps_nothing_from_the_other(database: Database, clock: Clock) -> None:
    wire, post = Wire(errors=failing(1)), Wire("post")
    put(database, "a", "b", channels=("wire", "post"))
    deliver(database, {"wire": wire, "post": post}, clock)
    assert (wire.keys, post.keys) == (["b"], ["a", "b"])


def test_a_passing_failure_is_tried_again_when_due_and_not_before(database: Database, clock: Clock) -> None:
    wire = Wire(errors=failing(1))
    put(database, "a")
    (first,) = deliver(database, {"wire": wire}, clock)
    assert (first.outcome, first.detail, first.retry_at) == ("failed", "answered 500", NOON + WAITS[0])
    assert (state(database)["state"], state(database)["answer"]) == ("pending", "answered 500")
    clock.later(WAITS[0] - timedelta(seconds=1))
    assert deliver(database, {"wire": wire}, clock) == []
    clock.later(timedelta(seconds=1))
    (second,) = deliver(database, {"wire": wire}, clock)
    assert (second.outcome, wire.keys) == ("sent", ["a"])
    assert (state(database)["state"], state(database)["attempts"]) == ("sent", 2)


def test_on_request_nothing_waits_but_each_is_tried_once(database: Database, clock: Clock) -> None:
    wire = Wire(errors=failing(3))
    put(database, "a")
    deliver(database, {"wire": wire}, clock)
    (again,) = deliver(database, {"wire": wire}, clock, even_if_waiting=True)
    assert (again.outcome, again.retry_at) == ("failed", NOON + WAITS[1])


def enable(database: Database, name: str = "wire", because: str = "mended") -> bool:
    with writing(database) as connection:
        return mutes.enable(connection, name, because, NOON)


def test_a_channel_that_refuses_us_is_disabled_and_the_operators_hear_it_through_another(
    database: Database, clock: Clock
) -> None:
    wire, post = Wire(errors=failing(1, permanent=True)), Wire("post")
    put(database, "a", "b")
    refused, told = deliver(database, {"wire": wire, "post": post}, clock)
    assert (refused.outcome, refused.retry_at) == ("refused", None)
    assert (told.channel, told.outcome) == ("post", "sent")
    (warning,) = post.taken
    assert (warning.audience, warning.subject) == ("ops", "wire: nothing is sent there any more")
    facts = dict(warning.items[0].facts)
    assert facts["What happened"] == "The channel refused us for good: answered 500"
    assert facts["What to do"].endswith("onrecord channels --enable wire")
    clock.later(timedelta(days=365))
    assert deliver(database, {"wire": wire, "post": post}, clock, even_if_waiting=True) == []
    with reading(database) as connection:
        assert mutes.outlets(connection)["wire"]["because"] == "answered 500"
    assert (wire.keys, state(database)["state"], state(database)["answer"]) == ([], "pending", "answered 500")
    assert enable(database)
    assert not enable(database)
    deliver(database, {"wire": wire, "post": post}, clock)
    assert (wire.keys, len(post.taken)) == (["a", "b"], 1)


def test_a_channel_that_is_disabled_again_is_told_again(database: Database, clock: Clock) -> None:
    wire, post = Wire(errors=failing(2, permanent=True)), Wire("post")
    put(database, "a")
    deliver(database, {"wire": wire, "post": post}, clock)
    enable(database)
    clock.later(timedelta(hours=1))
    deliver(database, {"wire": wire, "post": post}, clock)
    assert len(set(post.keys)) == 2


def test_the_operators_of_a_disabled_channel_are_those_named(database: Database, clock: Clock) -> None:
    wires: dict[str, Channel] = {name: Wire(name) for name in ("post", "desk")}
    wires["wire"] = Wire(errors=failing(1, permanent=True))
    put(database, "a")
    sent = deliver(database, wires, clock, operators=("wire", "post"))
    assert [(each.channel, each.outcome) for each in sent] == [("wire", "refused"), ("post", "sent")]


def test_a_message_that_is_refused_disables_nothing(database: Database, clock: Clock) -> None:
    wire = Wire(errors=[DeliveryError("answered invalid_blocks", permanent=True, about="message")])
    post = Wire("post")
    put(database, "a", "b")
    deliver(database, {"wire": wire, "post": post}, clock)
    assert (wire.keys, state(database)["state"]) == (["b"], "failed")
    assert [message.subject for message in post.taken] == ["wire: a message was refused"]
    assert deliver(database, {"wire": wire}, clock, even_if_waiting=True) == []


def test_nothing_is_given_up_and_the_operators_hear_of_it_once(database: Database, clock: Clock) -> None:
    wire, post = Wire(errors=failing(len(WAITS) + 3)), Wire("post")
    channels = {"wire": wire, "post": post}
    put(database, "a")
    for tried, wait in enumerate((*WAITS, *[WAITS[-1]] * 3), start=1):
        outcome = deliver(database, channels, clock)[0]
        assert (outcome.outcome, outcome.retry_at) == ("failed", clock.now + wait), tried
        clock.later(wait)
    (warning,) = post.taken
    assert warning.subject == f"wire: a message has failed {len(WAITS) + 1} times"
    deliver(database, channels, clock)
    assert (wire.keys, state(database)["state"]) == (["a"], "sent")


def test_one_outage_is_told_once_however_many_messages_wait_and_the_next_one_again(
    database: Database, clock: Clock
) -> None:
    keys = [f"m{n:02}" for n in range(20)]
    wire, post = Wire(), Wire("post")
    put(database, "first")
    deliver(database, {"wire": wire, "post": post}, clock)
    for outage in (1, 2):
        put(database, *[f"{key}-{outage}" for key in keys])
        wire.errors = failing(20 * (len(WAITS) + 1))
        for wait in (*WAITS, WAITS[-1]):
            deliver(database, {"wire": wire, "post": post}, clock)
            clock.later(wait)
        assert len(post.taken) == outage
        deliver(database, {"wire": wire, "post": post}, clock)
        assert len(wire.taken) == 1 + 20 * outage


def test_a_message_for_a_channel_that_is_not_configured_waits_for_it(database: Database, clock: Clock) -> None:
    put(database, "a", channels=("gone",))
    for _ in range(3 * len(WAITS)):
        (outcome,) = deliver(database, {"wire": Wire()}, clock)
        assert outcome.outcome == "failed"
        assert outcome.detail == "channel 'gone' is not in the configuration; add it again or the message waits"
        assert outcome.retry_at is not None
        clock.now = outcome.retry_at
    back = Wire("gone")
    deliver(database, {"gone": back}, clock)
    assert back.keys == ["a"]


def test_a_crash_between_sending_and_noting_is_taken_up_again(database: Database, clock: Clock) -> None:
    put(database, "a")
    with writing(database) as connection:
        due = ledger.take_due(connection, clock())
    assert due is not None
    assert state(database)["state"] == "sending"
    wire = Wire()
    clock.later(ledger.ABANDONED - timedelta(seconds=1))
    assert deliver(database, {"wire": wire}, clock, even_if_waiting=True) == []
    clock.later(timedelta(seconds=1))
    (outcome,) = deliver(database, {"wire": wire}, clock)
    assert (outcome.outcome, wire.keys, state(database)["attempts"]) == ("sent", ["a"], 2)
    assert says_that_it_may_have_come_before(wire.taken[0])


def says_that_it_may_have_come_before(message: Message) -> bool:
    """In every form that a channel gives it."""
    forms = (as_text(message), as_html(message), json.dumps(as_slack(message)["blocks"]), as_bare_text(message))
    said = [AGAIN in form for form in forms]
    assert len(set(said)) == 1, said
    return said[0]


def test_a_message_that_was_not_answered_says_that_it_may_have_come_before_and_one_that_was_refused_does_not(
    database: Database, clock: Clock
) -> None:
    put(database, "a", "b")
    unanswered = DeliveryError("no answer within 15 s", permanent=False, may_have_arrived=True)
    wire = Wire(errors=[unanswered, DeliveryError("answered 503", permanent=False)])
    deliver(database, {"wire": wire}, clock)
    clock.later(WAITS[0])
    deliver(database, {"wire": wire}, clock)
    assert [(each.key, says_that_it_may_have_come_before(each)) for each in wire.taken] == [("a", True), ("b", False)]
    assert state(database)["state"] == "sent"


def test_who_was_given_up_for_dead_does_not_undo_what_another_has_noted(database: Database, clock: Clock) -> None:
    put(database, "a")
    with writing(database) as connection:
        slow = ledger.take_due(connection, clock())
    assert slow is not None
    clock.later(ledger.ABANDONED)
    deliver(database, {"wire": Wire()}, clock)
    with writing(database) as connection:
        ledger.finish(connection, slow, clock(), "failed", "timed out", clock() + WAITS[0])
    assert state(database)["state"] == "sent"


def test_a_channel_that_breaks_down_leaves_the_message_to_be_taken_up(database: Database, clock: Clock) -> None:
    class Broken:
        name = "wire"

        def send(self, message: Message) -> None:
            raise ZeroDivisionError(message.key)

    put(database, "a")
    with pytest.raises(ZeroDivisionError, match="a"):
        deliver(database, {"wire": Broken()}, clock)
    assert state(database)["state"] == "sending"
    clock.later(ledger.ABANDONED)
    wire = Wire()
    deliver(database, {"wire": wire}, clock)
    assert wire.keys == ["a"]


def test_two_deliverers_send_each_message_once(database_url: str, clock: Clock) -> None:
    database = open_database(database_url)
    keys = [f"m{n:02}" for n in range(20)]
    put(database, *keys)
    wire, barrier = Wire(), Barrier(2)
    faults: list[BaseException] = []

    def run() -> None:
        try:
            barrier.wait()
            deliver(database, {"wire": wire}, clock)
        except Exception as error:  # noqa: BLE001  told to the test, which a thread cannot fail by itself
            faults.append(error)

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert sorted(wire.keys) == keys
    database.dispose()


def test_a_quiet_message_is_kept_and_sent_to_nobody(database: Database, clock: Clock) -> None:
    assert put(database, "a", quiet="replayed") == [True]
    wire = Wire()
    assert deliver(database, {"wire": wire}, clock, even_if_waiting=True) == []
    assert wire.keys == []
    row = state(database)
    assert (row["quiet"], row["channel"], row["state"]) == ("replayed", None, None)


def test_the_same_key_is_the_same_message(database: Database, clock: Clock) -> None:
    wire = Wire()
    assert put(database, "a", "a") == [True, False]
    deliver(database, {"wire": wire}, clock)
    assert put(database, "a") == [False]
    deliver(database, {"wire": wire}, clock)
    assert wire.keys == ["a"]


def test_what_is_undone_was_never_there(database: Database, clock: Clock) -> None:
    def judge_and_fail() -> None:
        with writing(database) as connection:
            ledger.enqueue(connection, "a", "desk", "s", message("a").to_json(), NOON, NOON, ("wire",))
            raise RuntimeError("undo")

    with pytest.raises(RuntimeError, match="undo"):
        judge_and_fail()
    assert deliver(database, {"wire": Wire()}, clock) == []
    with reading(database) as connection:
        assert ledger.messages(connection) == []
