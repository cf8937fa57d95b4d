"""What the desk hears, and what not: transitions, mutes, corrections, withdrawals, over a real database."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from figures.periods import end_of_day
from figures.records import Finding, ScopeKind
from storage.engine import reading, writing
from storage.write import mutes
from storage.write.findings import record_findings
from tests.newsroom import CELL, TABLE, Newsroom, breaking, level, refusing

NEAR, DRIFTING, FAR = 49_000.0, 53_000.0, 60_000.0
WHEN_SAID = end_of_day(date(2025, 5, 23))  # public when the claim was made


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    made = Newsroom(tmp_path)
    made.publish(NEAR, known_at=WHEN_SAID)
    assert made.tell() == []
    return made


def week(room: Newsroom, value: float) -> list[str]:
    """The next edition, a week later; what was queued."""
    room.later(days=7)
    room.publish(value)
    return room.tell()


def test_a_move_is_told_once_and_its_cause_is_recorded(room: Newsroom) -> None:
    assert week(room, FAR) == ["Has moved far from the claim"]
    assert room.tell() == []
    assert week(room, FAR + 100) == []
    assert len(room.wire.keys) == 1
    assert room.moved_by() == ["first", "event", "event"]
    last = room.history()[1]
    assert last["cause"]["words"] == "A newer period, through 25 May 2025, in FY25_detentionStats001.xlsx."
    assert last["cause"]["release"] == "FY25_detentionStats001.xlsx"
    assert [cell["value"] for cell in last["cause"]["before"]] == [NEAR]
    assert [cell["value"] for cell in last["cause"]["after"]] == [FAR]


def test_two_calm_editions_bring_it_back_and_near_takes_two_that_are_near(room: Newsroom) -> None:
    week(room, FAR)
    assert week(room, DRIFTING) == []
    assert week(room, NEAR) == ["Has come nearer, but is still off the claim"]
    assert room.state() == ("drifting", "drifting")
    assert week(room, NEAR) == ["Now it matches the claim again"]
    assert week(room, NEAR) == []


def test_editions_that_came_in_one_look_are_counted_each(room: Newsroom) -> None:
    week(room, FAR)
    room.later(days=7)
    room.publish(NEAR)
    room.later(hours=1)
    room.publish(NEAR)
    assert room.tell() == ["Now it matches the claim again"]


def test_a_hold_undoes_an_alert_that_was_sent_once_and_its_lifting_says_it_again(room: Newsroom) -> None:
    week(room, FAR)
    (alert,) = room.wire.keys
    far = room.releases[-1][0]
    room.later(hours=1)
    room.hold(far)
    assert room.tell() == ["An earlier message of ours should not be used"]
    assert room.state() == ("quality_hold", "near")
    text = room.wire.text
    assert f"Corrects {alert}, sent 2025-06-06." in text
    assert "Do not use our message of 6 June 2025 on “Almost 49,000 people in ICE custody”." in text
    assert "It said: 60,000 people were held on 25 May 2025: 11,000 more (+22 %) than “almost 49,000” (Axios," in text
    assert "We wait for: the next file. If the message stands, we say so." in text
    assert f"Why in full: It rests on {CELL}, which is held back now. A hold, not an event." in text
    assert "no longer relied on: 60,000 people held" in text
    for _ in range(3):
        room.later(hours=5)
        assert room.tell() == []
    assert room.moved_by() == ["first", "event", "hold"]
    room.lift(far)
    room.later(hours=1)
    assert room.tell() == ["Has moved far from the claim"]
    assert room.state() == ("far", "far")
    assert room.wire.keys[0] == alert
    assert room.wire.keys[2] == f"{alert}~2"
    assert "Our message of 6 June 2025, withdrawn on 7 June 2025, stands. 60,000 people were held" in room.wire.text
    assert (
        "What moved it: A hold was lifted by an editor because ICE confirmed it. Nothing was published: "
        "FY25_detentionStats001.xlsx is judged on."
    ) in room.wire.text
    assert room.moved_by() == ["first", "event", "hold", "lifted"]
    room.hold(far)
    room.later(hours=1)
    assert len(room.tell()) == 1
    assert len(set(room.wire.keys)) == 4


def test_an_alert_that_was_not_sent_is_withdrawn_and_never_sent(room: Newsroom) -> None:
    room.wire.before = refusing(1)
    week(room, FAR)
    room.hold(room.releases[-1][0])
    room.later(hours=1)
    assert room.deliver() == []  # withheld, since it rests on a held figure
    (message,) = room.outbox()
    assert [each["state"] for each in message["deliveries"]] == ["withheld"]
    assert message["deliveries"][0]["attempts"][-1]["detail"] == f"it rests on figures that are held back: {CELL}"
    assert room.tell() == []
    (message,) = room.outbox()
    assert [each["state"] for each in message["deliveries"]] == ["withdrawn"]
    assert message["notices"][0]["undone_because"].startswith(f"It rests on {CELL}")
    room.later(days=30)
    room.deliver()
    assert room.wire.keys == []


def test_what_was_withheld_goes_out_when_the_hold_is_lifted_before_anybody_judged(room: Newsroom) -> None:
    room.wire.before = refusing(1)
    week(room, FAR)
    room.hold(room.releases[-1][0])
    room.later(hours=1)
    room.deliver()
    room.lift(room.releases[-1][0])
    room.later(hours=1)
    room.tell()
    assert len(room.wire.keys) == 1


def test_a_mended_parser_undoes_an_alert(room: Newsroom) -> None:
    week(room, FAR)
    room.reread(room.releases[-1][0], NEAR)
    room.later(hours=1)
    assert room.tell() == ["An earlier message of ours should not be used"]
    assert (
        "Why in full: A file was read anew, nothing was published: "
        f"{CELL} of FY25_detentionStats001.xlsx said 60,000; {CELL} of FY25_detentionStats001.xlsx says 49,000."
    ) in room.wire.text
    assert "Now: 49,000 people held on 25 May 2025: it matches the claim." in room.wire.text
    assert room.moved_by() == ["first", "event", "reread"]
    assert week(room, NEAR) == []


def test_a_mended_parser_that_changes_no_state_corrects_nothing(room: Newsroom) -> None:
    week(room, FAR)
    room.reread(room.releases[-1][0], FAR + 10)
    room.later(hours=1)
    assert room.tell() == []
    assert room.history()[-1]["measured"] == FAR + 10


def test_a_late_edition_undoes_what_was_told_of_the_one_after_it(room: Newsroom) -> None:
    """Two calm editions had brought it back; one that came in late lies between them and is not calm."""
    week(room, FAR)
    week(room, NEAR)
    between = room.now + timedelta(days=1)
    day = max(day for _, day in room.releases) + timedelta(days=1)
    assert week(room, NEAR) == ["Now it matches the claim again"]
    room.later(hours=1)
    room.publish(FAR, end=day, known_at=between)
    assert room.tell() == ["An earlier message of ours should not be used"]
    assert "late_edition" in room.moved_by()
    assert "A file that came in late: FY25_detentionStats004.xlsx, public since" in room.wire.text
    assert room.state() == ("far", "far")


def test_an_edit_of_the_claim_moves_it_without_a_word_and_corrects_what_it_undoes(room: Newsroom) -> None:
    week(room, FAR)
    room.claims = [level(60_000)]
    room.later(hours=1)
    assert room.tell() == ["An earlier message of ours should not be used"]
    assert (
        "Why in full: The claim was edited, no figure moved: as it is worded now, the figure of that day "
        "matches the claim (60,000 people held on 25 May 2025)." in room.wire.text
    )
    assert room.state() == ("near", "near")
    assert room.moved_by() == ["first", "event", "edit"]
    room.claims = [level(49_000)]
    room.later(hours=1)
    assert room.tell() == []  # an edit is the desk's own doing
    assert room.state() == ("far", "far")
    assert len(room.wire.keys) == 2


def test_another_day_on_which_it_was_said_is_an_edit_of_the_claim(room: Newsroom) -> None:
    """It may be held against other figures, though its test reads as before: what was judged on the old day stays."""
    week(room, FAR)
    before = room.history()
    room.claims = [level(said_on=date(2025, 5, 29))]
    room.reread(room.releases[-1][0], NEAR)
    room.later(hours=1)
    assert room.tell() == ["An earlier message of ours should not be used"]
    assert "Why in full: The claim was edited, and what is known of that time has changed" in room.wire.text
    assert room.history()[: len(before)] == before
    assert room.moved_by() == ["first", "event", "edit"]


def test_an_edit_rewrites_no_verdict_from_before_it(room: Newsroom) -> None:
    week(room, FAR)
    before = [row["id"] for row in room.history()]
    room.claims = [level(60_000)]
    room.later(hours=1)
    room.tell()
    room.hold(room.releases[0][0])
    room.later(hours=1)
    room.tell()
    again = [row for row in room.history() if row["as_of"] <= room.history()[1]["as_of"]]
    assert [row["id"] for row in again] == before


def test_a_note_beside_a_claim_is_no_edit_of_what_it_is_held_against(room: Newsroom) -> None:
    week(room, FAR)
    room.claims = [level(notes="Another article quotes it.")]
    room.reread(room.releases[-1][0], NEAR)
    room.later(hours=1)
    assert room.tell() == ["An earlier message of ours should not be used"]
    assert "Why in full: A file was read anew" in room.wire.text
    assert room.moved_by()[2] == "reread"


def test_what_was_overtaken_is_said_when_what_overtook_it_is_undone(room: Newsroom) -> None:
    room.later(days=7)
    room.publish(FAR)
    room.later(days=7)
    room.publish(80_000.0)
    assert room.tell() == [
        "Has moved far from the claim",
        "Has moved still further from the claim",
    ]
    assert [m["quiet"] for m in room.outbox()] == ["overtaken by what came later", ""]
    room.hold(room.releases[-1][0])
    room.later(hours=1)
    assert room.tell() == [
        "An earlier message of ours should not be used",
        "Has moved far from the claim",
    ]
    assert len(room.wire.keys) == 3


def test_a_move_that_passed_as_told_is_told_when_what_told_it_is_undone(room: Newsroom) -> None:
    """An edition that came in late shows that it was far before; told of is the later move, until that is held."""
    day = max(day for _, day in room.releases) + timedelta(days=3)
    room.later(days=7)
    room.publish(FAR)
    since = room.now - timedelta(days=2)
    assert len(room.tell()) == 1
    room.later(hours=1)
    room.publish(FAR, end=day, known_at=since)
    assert room.tell() == []
    room.hold(room.releases[1][0])
    room.later(hours=1)
    assert room.tell() == [
        "An earlier message of ours should not be used",
        "Has moved far from the claim",
    ]
    assert room.state() == ("quality_hold", "far")


def test_an_edit_that_comes_with_an_edition_tells_only_what_the_edition_moved(room: Newsroom) -> None:
    room.claims = [level(60_000)]  # under these words it was far before
    assert week(room, FAR) == []
    assert week(room, FAR) == ["Now it matches the claim again"]


def test_an_edit_at_the_instant_of_a_judging_is_silent_then_and_whenever_that_instant_is_judged_again(
    room: Newsroom,
) -> None:
    """Under the new words it was drifting with the edition before, and is far with this one that was judged already."""
    week(room, DRIFTING)
    week(room, NEAR)
    room.claims = [level(60_000)]
    assert room.tell() == []
    assert room.state() == ("far", "far")
    assert room.history()[-1]["moved_by"] == "edit"
    for change, told in ((room.hold, ["One claim cannot be judged now"]), (lambda release: room.lift(release), [])):
        change(room.releases[-1][0])
        room.later(hours=1)
        assert room.tell() == told
    assert room.state() == ("far", "far")


def test_an_edit_that_comes_with_an_edition_tells_what_a_mended_parser_moves_there(room: Newsroom) -> None:
    room.claims = [level(50_000)]
    assert week(room, 50_000.0) == []
    assert room.moved_by() == ["first", "edit"]
    room.reread(room.releases[-1][0], FAR)
    room.later(hours=1)
    assert room.tell() == ["Has moved far from the claim"]


def test_words_that_come_back_count_from_when_they_came_back(room: Newsroom) -> None:
    """What was judged on other words in between stays, and what changed of the time before moves nothing now."""
    week(room, NEAR)
    week(room, NEAR)
    room.claims = [level(60_000)]
    room.later(hours=1)
    assert room.tell() == []
    between = [row["id"] for row in room.history()]
    room.reread(room.releases[1][0], 80_000.0)
    room.later(hours=1)
    assert room.tell() == []
    room.claims = [level(49_000)]
    room.later(hours=1)
    assert room.tell() == []
    room.reread(room.releases[0][0], NEAR + 10)
    room.later(hours=1)
    assert room.tell() == []
    assert [row["id"] for row in room.history()][: len(between)] == between
    assert room.moved_by()[len(between) :] == ["edit"]
    assert week(room, FAR) == ["Has moved far from the claim"]
    room.hold(room.releases[-1][0])
    room.later(hours=1)
    assert room.tell() == ["An earlier message of ours should not be used"]
    assert room.state() == ("quality_hold", "near")


def test_an_edit_while_figures_are_held_is_silent_when_the_next_edition_comes(room: Newsroom) -> None:
    """Under the new words it was far before the hold, so an edition that is far moves nothing."""
    week(room, NEAR)
    room.hold(room.releases[-1][0])
    room.later(hours=1)
    room.tell()
    room.claims = [level(60_000)]
    room.later(hours=1)
    assert room.tell() == []
    assert room.state() == ("quality_hold", "far")
    assert week(room, NEAR) == []
    assert week(room, FAR) == []
    assert week(room, FAR) == ["Now it matches the claim again"]


def test_a_note_that_is_added_while_figures_are_held_leaves_the_claim_in_its_place(room: Newsroom) -> None:
    """It was drifting, one calm edition ago: the next calm one brings it back, and that is told."""
    week(room, DRIFTING)
    week(room, NEAR)
    week(room, NEAR + 10)
    room.hold(room.releases[-1][0])
    room.later(hours=1)
    room.tell()
    room.claims = [level(notes="Another article quotes it.")]
    room.later(hours=1)
    assert room.tell() == []
    assert room.state() == ("quality_hold", "drifting")
    assert week(room, NEAR) == ["Now it matches the claim again"]


def test_claims_on_one_series_share_a_message_and_are_undone_one_by_one(tmp_path: Path) -> None:
    room = Newsroom(tmp_path, [level(), level(50_000, "other")])
    room.publish(NEAR)
    room.tell()
    room.wire.before = refusing(1)
    assert len(week(room, FAR)) == 1
    room.claims = [level(), level(60_000, "other")]
    room.later(hours=1)
    room.tell()
    first, rest = room.outbox()
    assert [each["state"] for each in first["deliveries"]] == ["withdrawn"]
    assert [each["undone_at"] is None for each in first["notices"]] == [True, False]
    assert [each["claim"] for each in rest["notices"]] == ["seed-4"]
    assert room.wire.keys == [rest["key"]]
    assert "It has moved far from the claim." in room.wire.text
    assert "Also moved" not in room.wire.text  # as the first message, of both, would have said


def test_a_silence_mutes_with_its_reason_and_ends_on_its_day(room: Newsroom) -> None:
    with writing(room.database) as connection:
        until = room.now + timedelta(days=10)
        mutes.add(connection, "silence", "series=ice.detained*", "Ann", "on leave", room.now, until)
    week(room, FAR)
    (message,) = room.outbox()
    assert (message["quiet"], message["deliveries"]) == ("silence 1", [])
    assert room.wire.keys == []
    assert week(room, FAR + 10_000) == ["Has moved still further from the claim"]
    assert len(room.wire.keys) == 1


def test_what_stands_when_a_silence_ends_is_told_once_on_the_figures_of_that_day(room: Newsroom) -> None:
    with writing(room.database) as connection:
        until = room.now + timedelta(days=10)
        mutes.add(connection, "silence", "seed-4*", "Ann", "on leave", room.now, until)
    week(room, FAR)
    assert room.wire.keys == []
    room.later(days=2)
    room.publish(FAR + 500)
    room.tell()
    assert room.wire.keys == []
    room.later(days=2)
    assert room.tell() == ["A silence has ended, and it still has moved far from the claim"]
    assert "Still so: 60,500 people held on 1 June 2025, 23 % above “almost 49,000”" in room.wire.text
    for _ in range(3):
        room.later(days=1)
        assert room.tell() == []
    assert len(room.wire.keys) == 1
    assert week(room, FAR + 500) == []


def test_what_stands_no_more_when_a_silence_ends_is_told_to_nobody(room: Newsroom) -> None:
    with writing(room.database) as connection:
        until = room.now + timedelta(days=10)
        mutes.add(connection, "silence", "seed-4*", "Ann", "on leave", room.now, until)
    week(room, FAR)
    room.hold(room.releases[-1][0])
    room.later(days=7)
    assert room.tell() == []
    assert room.wire.keys == []


def test_what_was_kept_quiet_of_other_words_is_told_to_nobody(room: Newsroom) -> None:
    """The claim was edited within the silence: what was said of it as it was is not said of it as it is."""
    with writing(room.database) as connection:
        until = room.now + timedelta(days=10)
        mutes.add(connection, "silence", "seed-4*", "Ann", "on leave", room.now, until)
    week(room, FAR)
    room.claims = [level(48_000)]
    for _ in range(2):
        room.later(days=7)
        assert room.tell() == []
    assert (room.state(), room.wire.keys) == (("far", "far"), [])


def test_a_silence_within_another_goes_on(room: Newsroom) -> None:
    with writing(room.database) as connection:
        for days in (10, 20):
            until = room.now + timedelta(days=days)
            mutes.add(connection, "silence", "seed-4*", "Ann", "on leave", room.now, until)
    week(room, FAR)
    room.later(days=7)
    assert room.tell() == []
    room.later(days=7)
    assert len(room.tell()) == 1


def test_a_restated_figure_is_told_as_a_correction_of_what_was_sent(room: Newsroom) -> None:
    """A newer file gives another figure for the same day: no event, no recovery, and the state is worked out anew."""
    week(room, FAR)
    day = room.releases[-1][1]
    room.later(days=2)
    room.publish(NEAR, end=day)
    assert room.tell() == ["The figure was restated: it matches the claim"]
    assert room.state() == ("near", "near")
    assert ("Correction: FY25 has restated 25 May 2025 from 60,000 to 49,000. Do not use our earlier message.").replace(
        "FY25", "ICE"
    ) in room.wire.text
    assert "again" not in room.wire.text
    assert week(room, NEAR) == []


def test_a_muted_alert_that_is_undone_is_corrected_to_nobody(room: Newsroom) -> None:
    with writing(room.database) as connection:
        mutes.add(connection, "silence", "*", "Ann", "on leave", room.now, room.now + timedelta(days=99))
    week(room, FAR)
    room.hold(room.releases[-1][0])
    room.later(hours=1)
    assert room.tell() == []
    (message,) = room.outbox()
    assert message["notices"][0]["undone_at"] is not None
    assert message["notices"][0]["correction"] is None


@pytest.mark.parametrize(
    ("editions", "told", "ended"),
    [
        ([53_000.0, 53_000.0], [], ""),  # nearer, but not back: that is what was acknowledged
        ([53_000.0, 53_000.0, 60_000.0], [], ""),
        ([70_000.0], ["Has moved still further from the claim"], "moved further"),
        ([49_000.0, 49_000.0], ["Now it matches the claim again"], "recovered"),
    ],
)
def test_an_acknowledgement_ends_by_itself(room: Newsroom, editions: list[float], told: list[str], ended: str) -> None:
    week(room, FAR)
    with writing(room.database) as connection:
        mutes.add(connection, "ack", "seed-4", "Ann", "story is out", room.now, None, "far", 0.2245)
    heard = [changed for value in editions for changed in week(room, value)]
    with reading(room.database) as connection:
        (ack,) = mutes.mutes(connection)
    sent = [m["body"]["items"][0]["heading"] for m in room.outbox() if not m["quiet"]][1:]
    assert (sent, ack.ended_because) == (told, ended)
    assert set(told) <= set(heard)


def test_an_acknowledgement_ends_when_the_alert_is_undone(room: Newsroom) -> None:
    week(room, FAR)
    with writing(room.database) as connection:
        mutes.add(connection, "ack", "seed-4", "Ann", "story is out", room.now, None, "far", 0.2245)
    room.reread(room.releases[-1][0], NEAR)
    room.later(hours=1)
    room.tell()
    with reading(room.database) as connection:
        assert mutes.mutes(connection)[0].ended_because == "recovered"


def test_a_correction_reaches_a_channel_whose_alert_was_under_way(room: Newsroom) -> None:
    """The hold comes while the alert is being sent: it arrives all the same, and its correction after it."""

    def hold_now(message: object) -> None:
        room.wire.after = lambda message: None
        room.hold(room.releases[-1][0])
        room.later(minutes=1)
        room.judge()

    room.later(days=7)
    room.publish(FAR)
    room.judge()
    room.wire.after = hold_now
    room.deliver()
    room.deliver()
    kinds = [key.partition(":")[0] for key in room.wire.keys]
    assert kinds == ["claim", "correction"]


def killed_after_sending(room: Newsroom) -> None:
    """The channel has the message, and the process dies before it can note so."""
    room.wire.after = breaking()
    with pytest.raises(RuntimeError, match="power cut"):
        room.deliver()
    room.reopen()
    room.wire.after = lambda message: None


def kinds(room: Newsroom) -> list[str]:
    return [key.partition(":")[0] for key in room.wire.keys]


def test_what_may_have_arrived_and_was_withheld_when_taken_up_again_is_corrected(room: Newsroom) -> None:
    """The deliverer finds the hold before anybody has judged: at that time there is no correction to send yet."""
    room.later(days=7)
    room.publish(FAR)
    room.judge()
    killed_after_sending(room)
    room.hold(room.releases[-1][0])
    room.later(minutes=20)
    room.deliver()
    (message,) = room.outbox()
    assert [each["state"] for each in message["deliveries"]] == ["withheld"]
    assert room.tell() == ["An earlier message of ours should not be used"]
    assert kinds(room) == ["claim", "correction"]
    for _ in range(3):
        room.later(minutes=20)
        assert room.tell() == []
    assert kinds(room) == ["claim", "correction"]


def test_what_may_have_arrived_and_was_refused_when_sent_again_is_corrected(room: Newsroom) -> None:
    room.later(days=7)
    room.publish(FAR)
    room.judge()
    killed_after_sending(room)
    room.wire.before = refusing(1)
    room.later(minutes=20)
    room.deliver()
    room.reread(room.releases[-1][0], NEAR)
    assert room.tell() == ["An earlier message of ours should not be used"]
    assert kinds(room) == ["claim", "correction"]
    assert [each["state"] for each in room.outbox()[0]["deliveries"]] == ["withdrawn"]


def test_what_may_have_arrived_and_is_sent_again_just_now_is_corrected_once(room: Newsroom) -> None:
    def mended_now(message: object) -> None:
        room.wire.before = lambda message: None
        room.reread(room.releases[-1][0], NEAR)
        room.judge()

    room.later(days=7)
    room.publish(FAR)
    room.judge()
    killed_after_sending(room)
    room.wire.before = mended_now
    room.later(minutes=20)
    room.deliver()
    room.deliver()
    assert kinds(room) == ["claim", "claim", "correction"]


def test_a_flip_of_revised_says_that_a_revision_did_it_and_names_the_cells(room: Newsroom) -> None:
    room.later(days=7)
    room.publish(45_000.0, end=date(2025, 5, 18))  # the period judged on when the claim was made, stated anew
    assert room.tell()[0] == "A revision of old figures changes whether the claim was right"
    (message,) = (m for m in room.outbox() if m["subject"].startswith("Revised: "))
    assert message["subject"].startswith("Revised: 45,000 people held on 18 May 2025, 8.2 % below “almost 49,000”")
    assert "As revised, the claim was not right; before, it was right." in room.wire.text
    assert (
        f"What moved it: A revision of figures published before, not an event: {CELL} of FY25_detentionStats000.xlsx "
        f"said 49,000; {CELL} of FY25_detentionStats001.xlsx says 45,000." in room.wire.text
    )
    assert room.moved_by("revised") == ["first", "revision"]
    assert room.moved_by("at_claim") == ["first"]


def test_judging_again_what_has_not_changed_writes_nothing(room: Newsroom) -> None:
    week(room, FAR)
    before = len(room.history())
    for _ in range(4):
        room.later(days=1)
        room.tell()
    assert len(room.history()) == before


@pytest.mark.parametrize("scope", [("cells", (CELL,)), ("table", (TABLE,))], ids=["cells", "table"])
def test_a_warning_on_the_very_cells_leads_the_alert(room: Newsroom, scope: tuple[ScopeKind, tuple[str, ...]]) -> None:
    room.later(days=7)
    release = room.publish(FAR)
    words = "Book-ins come at twice the pace of the month before."
    with writing(room.database) as connection:
        warned = [Finding("running_month", "warn", *scope, "sense", "none", words)]
        about_another = [Finding("table_gone", "warn", "table", ("adp",), "sense", "none", "It is gone.")]
        record_findings(connection, "ice", release, "document", [*warned, *about_another], room.now)
        record_findings(connection, "ice", room.releases[0][0], "document", about_another, room.now)
    room.tell()
    (message,) = room.outbox()
    assert message["subject"].startswith("With a warning: 60,000 people held on 25 May 2025, 22 % above")
    facts = message["body"]["items"][0]["facts"]
    assert facts[0] == ["Careful", f"a check warns of these very figures: {words}"]
    assert [label for label, _ in facts].count("Careful") == 1
    text = room.wire.text
    assert text.index("60,000 people were held") < text.index("Careful: ") < text.index("Check: ")
