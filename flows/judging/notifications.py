"""From what moved to messages in the outbox: each news once, muted or not, grouped by series and release."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from alerts import mutes
from alerts.forms.verdicts import on_ladder, rung
from alerts.messages.message import Message
from alerts.messages.words.claim_news import News, gravity, news_key
from flows.judging.instants import Chain, Moved
from flows.judging.not_judged import say_not_judged
from flows.judging.outbox import OVERTAKEN, Outbox, by_mute, enqueue_together, mute_words, place_of
from flows.judging.said_later import newest_said, say_after_all, say_after_silence
from storage.engine import Transaction
from storage.write import message_contents
from storage.write import mutes as stored_mutes


@dataclass(slots=True)
class _Said:
    """What was said before and still stands, and how often each news was said and undone."""

    live: Mapping[tuple[str, str], list[Mapping[str, Any]]]
    undone: Mapping[str, list[str]] = field(default_factory=dict)


def tell(connection: Transaction, chains: Sequence[Chain], out: Outbox, *, only_what_stands: bool) -> list[Message]:
    """Queue the news of some chains; returns the new messages. What was told and still stands is not told again.

    With `only_what_stands` of each answer only the last change is sent, and only where it holds to the end of the
    chain: the rest is kept as overtaken.
    """
    live = _live(connection, chains)
    fresh = [(chain, moved) for chain in chains for moved in chain.moved if not _was_told(chain, moved, live)]
    undone = message_contents.quiet_before(connection, {news_key(moved.news) for _, moved in fresh})
    said = _Said(live, undone)
    in_force = stored_mutes.mutes(connection, active_at=out.now)
    groups: dict[tuple[datetime, str, int, str], list[Moved]] = {}
    for chain, moved in sorted(fresh, key=lambda pair: (pair[1].as_of, gravity(pair[1].news))):
        quiet = out.quiet or _overtaken(chain, moved, only_what_stands) or _quiet_before(moved, said)
        if not quiet:
            quiet, in_force = _muted(connection, moved, in_force, out.now)
        groups.setdefault((moved.as_of, *place_of(moved), quiet), []).append(moved)
    in_force = _without_ended(connection, chains, in_force, out.now)
    made: list[Message | None] = []
    for (*_, quiet), group in groups.items():
        made += enqueue_together(connection, group, replace(out, quiet=quiet))
    if only_what_stands and not out.quiet:
        made += _say_late(connection, chains, in_force, out)
    return [message for message in made if message is not None]


def _say_late(
    connection: Transaction, chains: Sequence[Chain], in_force: Sequence[stored_mutes.Mute], out: Outbox
) -> list[Message]:
    """What is no move of now: what was kept quiet and is said after all, and what can no longer be judged."""
    newest = newest_said(message_contents.live(connection, {chain.claim.id for chain in chains}))
    return [
        *say_after_all(connection, chains, newest, in_force, out),
        *say_after_silence(connection, chains, newest, in_force, out),
        *say_not_judged(connection, chains, in_force, out),
    ]


def _was_told(chain: Chain, moved: Moved, live: Mapping[tuple[str, str], list[Mapping[str, Any]]]) -> bool:
    """Whether the same news, or the same move at another instant with nothing in between, stands as told."""
    news, key = moved.news, news_key(moved.news)
    for row in live.get((news.claim.id, news.verdict.answer), []):
        if row["news"] == key:
            return True
        same = (row["change"], row["state"]) == (news.change, news.verdict.state)
        if same and abs(row["floor"] - moved.floor) < 1e-9 and _unbroken(chain, moved, row["as_of"]):
            return True
    return False


def _unbroken(chain: Chain, moved: Moved, told_at: datetime) -> bool:
    """Whether a claim stood in the same state from one instant to the other."""
    first, last = sorted((moved.as_of, told_at))
    between = [
        stance
        for (answer, at), stance in chain.stances.items()
        if answer == moved.news.verdict.answer and first <= at <= last
    ]
    covered = chain.stood(moved.news.verdict.answer, told_at) is not None
    return covered and all(stance.position.underlying == moved.news.verdict.state for stance in between)


def _overtaken(chain: Chain, moved: Moved, only_what_stands: bool) -> str:
    if not only_what_stands:
        return ""
    answer = moved.news.verdict.answer
    last = [each for each in chain.moved if each.news.verdict.answer == answer][-1]
    final = chain.now(answer)
    stands = final is not None and final.position.underlying == moved.news.verdict.state
    return "" if moved is last and stands else OVERTAKEN


def _quiet_before(moved: Moved, said: _Said) -> str:
    """What was about the past when it was first said is so when it is said again."""
    before = said.undone.get(news_key(moved.news), [])
    return before[-1] if before and before[-1] and not by_mute(before[-1]) and before[-1] != OVERTAKEN else ""


def _muted(
    connection: Transaction, moved: Moved, in_force: Sequence[stored_mutes.Mute], now: datetime
) -> tuple[str, list[stored_mutes.Mute]]:
    """By which mute news is kept quiet ('' for none), and the mutes that are left after it."""
    news, left = moved.news, []
    for mute in in_force:
        mine = mute.kind == mutes.ACK and mute.matcher == news.claim.id and news.verdict.answer == "standing"
        ended = _ended_by(mute, news) if mine else ""
        if ended:
            stored_mutes.end(connection, mute.id, now, ended)
        else:
            left.append(mute)
    found = mutes.muted_by(news.claim, news.verdict.answer, news.change, left)
    return mute_words(found) if found else "", left


def _ended_by(mute: stored_mutes.Mute, news: News) -> str:
    return mutes.ends_because(mute, news.claim.words.test.form, news.verdict.state, news.verdict.size)


def _without_ended(
    connection: Transaction, chains: Sequence[Chain], in_force: Sequence[stored_mutes.Mute], now: datetime
) -> list[stored_mutes.Mute]:
    """The mutes that go on. An acknowledgement ends where nothing is left to acknowledge, whatever brought the claim
    back.
    """
    stands = {chain.claim.id: stance.position for chain in chains if (stance := chain.now("standing"))}
    left = []
    for mute in in_force:
        position = stands.get(mute.matcher)
        if mute.kind == mutes.ACK and position is not None and _is_back(position.underlying):
            stored_mutes.end(connection, mute.id, now, "recovered")
        else:
            left.append(mute)
    return left


def _is_back(state: str) -> bool:
    return on_ladder(state) and rung(state) == 0


def _live(connection: Transaction, chains: Sequence[Chain]) -> dict[tuple[str, str], list[Mapping[str, Any]]]:
    """What was told of the claims that moved and still stands, by claim and answer."""
    live: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in message_contents.live(connection, {chain.claim.id for chain in chains if chain.moved}):
        live.setdefault((row["claim_id"], row["answer"]), []).append(row)
    return live
