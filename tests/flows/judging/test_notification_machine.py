"""Random sequences of releases, holds, edits, mutes, crashes and deliveries: nothing lost, nothing twice, nothing held.

The database and the channel are real ones. What is expected at the end is worked out from the recorded history and from
the file that the channel wrote, not from what the code under test says it did.
"""

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import event

from alerts.forms.verdicts import on_ladder
from alerts.messages.message import Message
from figures.periods import end_of_day
from storage.engine import writing
from storage.write import mutes
from tests.newsroom import START, Newsroom, breaking, level, refusing

# Where there is such a thing in memory: what is asked here is not whether the disk keeps its word.
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
VALUES = st.sampled_from([49_000.0, 50_000.0, 53_000.0, 55_000.0, 60_000.0, 70_000.0, 80_000.0])
STATED = st.sampled_from([49_000.0, 60_000.0])
NOTES = ["", "another word"]
# What each wording of the claim asks of the figures: with other notes beside it, it asks the same.
ASKS = {level(value, notes=notes).sha256: value for value in (49_000.0, 60_000.0) for notes in NOTES}
# What the machine does next: judge, deliver, both in one order or the other, or nothing yet.
THEN = st.sampled_from(["", "judge", "judge", "judge deliver", "judge deliver", "deliver", "deliver judge"])


class Desk(RuleBasedStateMachine):
    """A newsroom to which everything happens."""

    @initialize(past=st.lists(st.tuples(VALUES, THEN), min_size=3, max_size=6))
    def open(self, past: list[tuple[float, str]]) -> None:
        self.scratch = tempfile.TemporaryDirectory(dir=MEMORY)
        self.room = Newsroom(Path(self.scratch.name), [level(), level(50_000, "other")])
        self.room.wire.before = self._at_the_channel
        self.sent_and_died: Counter[str] = Counter()
        self.trouble: list[str] = []
        self.room.publish(past[0][0], known_at=end_of_day(START) - timedelta(days=7))
        self.room.tell()
        for value, then in past[1:]:
            self.a_release(value, 7, then)

    def teardown(self) -> None:
        if hasattr(self, "room"):
            try:
                self.come_to_rest()
            finally:
                self.room.database.dispose()
                self.scratch.cleanup()

    def _at_the_channel(self, message: Message) -> None:
        """Seen by the channel in the moment of sending."""
        if held := self.room.held_cells_of(message.key):
            self.trouble.append(f"{message.key} was sent while {held} were held")

    def _then(self, done: str) -> None:
        for word in done.split():
            self.room.later(minutes=1)
            getattr(self.room, word)()

    # What happens in the world and at the publisher's.

    @rule(value=VALUES, days=st.sampled_from([3, 7]), then=THEN)
    def a_release(self, value: float, days: int, then: str) -> None:
        self.room.later(days=days)
        self.room.publish(value)
        self._then(then)

    @rule(value=VALUES, surprise=st.sampled_from(["hold", "hold and lift", "mend", "edit", "late"]), then=THEN)
    def a_surprise_before_the_delivery(self, value: float, surprise: str, then: str) -> None:
        """An edition is judged, and something happens to it before what is queued goes out."""
        self.a_release(value, 7, "judge")
        newest = self.room.releases[-1][0]
        if surprise.startswith("hold"):
            self.room.hold(newest)
        if surprise == "hold and lift":
            self._then("deliver")
            self.room.lift(newest)
        if surprise == "mend":
            self.room.reread(newest, 49_000.0)
        if surprise == "edit":
            other = {49_000.0: 60_000.0, 60_000.0: 49_000.0}
            self.room.claims = [level(other[self.room.claims[0].words.test.value]), self.room.claims[1]]
        if surprise == "late":
            day = self.room.releases[-1][1] - timedelta(days=3)
            if day not in [known for _, known in self.room.releases]:
                self.room.publish(49_000.0, end=day, known_at=self.room.now - timedelta(days=3))
        self._then(then or "deliver")

    @precondition(lambda self: len(self.room.releases) > 2)
    @rule(value=VALUES, data=st.data(), then=THEN)
    def a_late_edition(self, value: float, data: st.DataObject, then: str) -> None:
        """One that was public before the newest, about a day that nothing else is about."""
        days = sorted(day for _, day in self.room.releases)
        before, after = data.draw(st.sampled_from(list(pairwise(days))))
        free = before + timedelta(days=1)
        if free < after and free not in days:
            back = data.draw(st.integers(1, 10))
            self.room.publish(value, end=free, known_at=self.room.now - timedelta(days=back, hours=1))
            self._then(then)

    @rule(back=st.sampled_from([0, 0, 1, 2]), then=THEN)
    def a_hold(self, back: int, then: str) -> None:
        free = [number for number, _ in self.room.releases if number not in self.room.holds]
        if len(free) > back:
            self.room.hold(free[-1 - back])
            self._then(then)

    @precondition(lambda self: bool(self.room.holds))
    @rule(data=st.data(), then=THEN)
    def a_hold_is_lifted(self, data: st.DataObject, then: str) -> None:
        self.room.lift(data.draw(st.sampled_from(sorted(self.room.holds))))
        self._then(then)

    @rule(value=VALUES, back=st.sampled_from([0, 0, 1, 2]), then=THEN)
    def a_parser_is_mended(self, value: float, back: int, then: str) -> None:
        if len(self.room.releases) > back:
            self.room.reread(self.room.releases[-1 - back][0], value)
            self._then(then)

    @rule(value=STATED, notes=st.sampled_from(NOTES), then=THEN)
    def a_claim_is_edited(self, value: float, notes: str, then: str) -> None:
        """What it is held against, or only a note beside it."""
        self.room.claims = [level(value, notes=notes), self.room.claims[1]]
        self._then(then)

    # What people do.

    @rule(matcher=st.sampled_from(["", "seed-4", "speaker=*", "series=ice.removals*"]), days=st.integers(1, 20))
    def a_mute(self, matcher: str, days: int) -> None:
        """An acknowledgement where there is something to acknowledge, or a silence of what the matcher fits."""
        _state, underlying = self.room.state("other")
        with writing(self.room.database) as connection:
            until = self.room.now + timedelta(days=days)
            if matcher:
                mutes.add(connection, "silence", matcher, "Ann", "on leave", self.room.now, until)
            elif on_ladder(underlying) and underlying != "near":
                mutes.add(connection, "ack", "other", "Ann", "seen", self.room.now, None, underlying, 0.2)

    @rule()
    def every_mute_is_ended(self) -> None:
        with writing(self.room.database) as connection:
            for mute in mutes.mutes(connection, active_at=self.room.now):
                mutes.end(connection, mute.id, self.room.now, "ended by Ann")

    # What the machine does, and how it breaks.

    @rule(minutes=st.sampled_from([20, 1500]))
    def time_passes(self, minutes: int) -> None:
        self.room.later(minutes=minutes)
        self.room.deliver()

    @rule()
    def delivered_by_two_at_once(self) -> None:
        self.room.judge()
        barrier, faults = Barrier(2), []

        def run() -> None:
            try:
                barrier.wait()
                self.room.deliver()
            except Exception as error:  # noqa: BLE001  told to the test, which a thread cannot fail by itself
                faults.append(error)

        threads = [Thread(target=run) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert faults == []

    @rule(times=st.integers(1, 3))
    def the_channel_is_down(self, times: int) -> None:
        self.room.judge()
        self.room.wire.before = refusing(times)
        self.room.deliver()
        self.room.wire.before = self._at_the_channel

    @rule(where=st.sampled_from(["commit", "before", "after"]))
    def a_process_dies(self, where: str) -> None:
        """At the commit of its judging, before it sends, or after it sent."""
        self.room.later(minutes=1)
        if where == "commit":
            with _dying_at_commit(self.room), pytest.raises(RuntimeError, match="power cut"):
                self.room.judge()
            self.room.reopen()
            return
        self.room.judge()
        sent = len(self.room.wire.keys)
        if self._die(where) and where == "after":
            self.sent_and_died[self.room.wire.keys[sent]] += 1

    def _die(self, where: str) -> bool:
        """Whether there was something to send, so that it died."""
        kept = getattr(self.room.wire, where)
        setattr(self.room.wire, where, breaking())
        try:
            self.room.deliver()
        except RuntimeError:
            self.room.reopen()
            return True
        finally:
            setattr(self.room.wire, where, kept)
        return False

    # What must hold.

    @invariant()
    def nothing_held_was_sent(self) -> None:
        if hasattr(self, "room"):
            assert self.trouble == []

    @invariant()
    def nothing_arrived_twice(self) -> None:
        """A message may come again only where the process died between sending and noting it."""
        if hasattr(self, "room"):
            for key, times in Counter(self.room.wire.keys).items():
                assert times <= 1 + self.sent_and_died[key], key

    def come_to_rest(self) -> None:
        """Everything works again: what is due arrives, and what is known is what was told."""
        for _ in range(2):
            self.room.later(days=12)  # every silence is over
            self.room.judge()
            self.room.deliver()
        self.nothing_held_was_sent()
        self.nothing_arrived_twice()
        outbox = self.room.outbox()
        arrived = set(self.room.wire.keys)
        for message in outbox:
            states = {each["state"] for each in message["deliveries"]}
            assert states <= {"sent", "withdrawn"}, message["key"]
            assert (message["key"] in arrived) or states <= {"withdrawn"}, message["key"]
        for name in ("seed-4", "other"):
            self._nothing_was_lost(name, outbox)
            self._what_arrived_stands(name, outbox, arrived)
        self._nothing_was_undone_silently(outbox, arrived)
        before = [len(self.room.history(name)) for name in ("seed-4", "other")], len(outbox)
        self.room.later(days=1)
        self.room.judge()
        after = [len(self.room.history(name)) for name in ("seed-4", "other")], len(self.room.outbox())
        assert before == after  # nothing is left to be said

    def _nothing_was_lost(self, name: str, outbox: list[dict[str, Any]]) -> None:
        """Every move of the history as it stands is said by a message that stands, and the last one was sent.

        Said and not sent are only moves that somebody muted, or that had come to nothing when they came to light.
        """
        recorded = self.room.history(name)
        standing = {row["as_of"]: row for row in recorded}
        # What an edit left behind is not judged again, and what was said of it is undone. An edit may come with an
        # edition that moves the claim, so it is known by the words, not by what the verdict was moved by.
        asked = _asked(recorded[-1])
        since = max((row["as_of"] for row in recorded if _asked(row) != asked), default=min(standing))
        rows = [row for row in standing.values() if row["underlying"] and row["as_of"] >= since]
        moves = [
            (after["as_of"], after["underlying"])
            for before, after in pairwise(rows)
            if before["underlying"] != after["underlying"] and _asked(before) == _asked(after)
        ]
        for number, (as_of, state) in enumerate(moves):
            said = [
                message
                for message in outbox
                for notice in message["notices"]
                if (notice["claim"], notice["answer"], notice["state"]) == (name, "standing", state)
                and notice["undone_at"] is None
            ]
            assert said, f"nobody was told that {name} moved to {state} on {as_of}"
            if number == len(moves) - 1 and rows[-1]["underlying"] == state:
                assert any(m["deliveries"] or m["quiet"].startswith(("ack", "silence")) for m in said), (name, as_of)

    def _what_arrived_stands(self, name: str, outbox: list[dict[str, Any]], arrived: set[str]) -> None:
        """What a channel got and was not corrected is what the history says, and rests on nothing that is held."""
        history = {row["as_of"]: row for row in self.room.history(name)}
        for message in outbox:
            for notice in message["notices"]:
                if notice["claim"] != name or notice["answer"] != "standing" or notice["undone_at"]:
                    continue
                if message["key"] not in arrived:
                    continue
                assert not self.room.held_cells_of(message["key"]), f"{message['key']} rests on held figures"
                row = history[max(at for at in history if at <= notice["as_of"])]
                worded_anew = any(_asked(r) != _asked(row) for at, r in history.items() if at > notice["as_of"])
                assert worded_anew or row["underlying"] == notice["state"], f"{message['key']} no longer stands"

    def _nothing_was_undone_silently(self, outbox: list[dict[str, Any]], arrived: set[str]) -> None:
        for message in outbox:
            for notice in message["notices"]:
                if notice["undone_at"] is None or message["key"] not in arrived:
                    continue
                assert notice["correction"] in arrived, f"{message['key']} was undone and nobody who had it was told"
                assert f"Corrects {message['key']}," in self.room.wire.text


def _asked(row: dict[str, Any]) -> float | None:
    return ASKS.get(row["claim_sha256"])


@contextmanager
def _dying_at_commit(room: Newsroom) -> Iterator[None]:
    def die(connection: object) -> None:
        raise RuntimeError("power cut")

    event.listen(room.database, "commit", die)
    try:
        yield
    finally:
        event.remove(room.database, "commit", die)


SEARCH = settings(
    max_examples=6,
    stateful_step_count=20,
    deadline=None,  # a busy machine is no failure
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def test_a_short_search() -> None:
    run_state_machine_as_test(Desk, settings=SEARCH)


@pytest.mark.slow
def test_a_long_search() -> None:
    run_state_machine_as_test(Desk, settings=settings(SEARCH, max_examples=100))
