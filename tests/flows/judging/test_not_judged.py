"""What the desk hears when claims can no longer be judged: once, all in one message, and only of what was judged."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from alerts.claims.model import Claim
from figures.periods import end_of_day
from storage.engine import writing
from storage.write import mutes
from tests.newsroom import Newsroom, level

NEAR, FAR = 49_000.0, 60_000.0
ONE, TWO = "One claim cannot be judged now", "2 claims cannot be judged now"


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    made = Newsroom(tmp_path)
    made.publish(NEAR, known_at=end_of_day(date(2025, 5, 23)))
    assert made.tell() == []
    return made


def held_week(room: Newsroom, value: float = NEAR) -> list[str]:
    """The next edition, a week later, held when it comes in; what was queued."""
    room.later(days=7)
    room.hold(room.publish(value))
    return room.tell()


def test_it_is_told_once_while_it_lasts_and_again_when_it_happens_again(room: Newsroom) -> None:
    assert held_week(room) == [ONE]
    room.later(hours=1)
    assert room.tell() == []
    assert held_week(room) == []
    for release in list(room.holds):
        room.lift(release)
    room.later(hours=1)
    assert room.tell() == []
    assert held_week(room) == [ONE]
    assert len(room.wire.keys) == 2


def test_claims_that_one_hold_stops_share_a_message(room: Newsroom) -> None:
    room.claims = [level(), level(49_500, "other")]
    room.later(hours=1)
    room.tell()
    assert held_week(room) == [TWO]
    assert room.judge() == []


def test_a_claim_that_was_never_judged_a_draft_and_an_ended_one_are_not_named(room: Newsroom) -> None:
    room.claims = [
        level(),
        _with(level(49_500, "draft"), draft=True),
        _with(level(49_600, "ended"), retired_on=date(2025, 5, 30)),
    ]
    room.later(hours=1)
    room.tell()
    room.claims.append(level(48_000, "new"))
    assert held_week(room) == [ONE]


def test_a_muted_claim_is_left_out(room: Newsroom) -> None:
    room.claims = [level(), level(49_500, "other")]
    room.later(hours=1)
    room.tell()
    with writing(room.database) as connection:
        until = room.now + timedelta(days=90)
        mutes.add(connection, "silence", "seed-4*", "an editor", "known", room.now, until)
    assert held_week(room) == [ONE]
    assert "almost 49,500" in room.wire.text


def test_where_an_alert_is_corrected_the_correction_alone_says_it(room: Newsroom) -> None:
    room.later(days=7)
    room.publish(FAR)
    assert room.tell() == ["Has moved far from the claim"]
    room.later(hours=1)
    room.hold(room.releases[-1][0])
    assert room.tell() == ["An earlier message of ours should not be used"]
    room.later(hours=1)
    assert room.tell() == []


def test_it_says_why_how_the_claim_stood_and_what_is_next(room: Newsroom) -> None:
    held_week(room)
    said = room.wire.text
    assert "Cannot be judged now: Almost 49,000 people in ICE custody (Axios, May 2025)" in said
    assert f"Release {room.releases[-1][0]} contradicts itself." in said
    assert "Last judged: “almost 49,000” (Axios): 49,000 people held on 18 May 2025, matches the claim." in said
    assert "Held figures show no change in the world." in said


def test_of_many_claims_it_names_a_few_and_stays_within_ninety_words(room: Newsroom) -> None:
    room.claims = [level(49_000 + 100 * number, f"claim-{number}") for number in range(6)]
    room.later(hours=1)
    room.tell()
    assert held_week(room) == ["6 claims cannot be judged now"]
    said = room.wire.text.partition("\n\nAs known on")[0]
    assert "More: 4 more." in said
    assert len(said.split()) <= 90


def _with(claim: Claim, **life: object) -> Claim:
    return replace(claim, words=claim.words.model_copy(update=life))
