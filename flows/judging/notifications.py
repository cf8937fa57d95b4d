"""From what moved to messages in the outbox: each news once, muted or not, grouped by series and release."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from alerts import mutes
from alerts.claims.model import Claim
from alerts.delivery import enqueue
from alerts.forms.hysteresis import on_ladder, rung
from alerts.messages.message import Message, message_from_json
from alerts.messages.words.claim_news import News, desk_message, gravity, news_key
from alerts.messages.words.corrections import remaining
from flows.judging.instants import Chain, Moved
from storage.engine import Transaction
from storage.write import message_contents
from storage.write import mutes as stored_mutes

OVERTAKEN = "overtaken by what came later"


@dataclass(frozen=True, slots=True)
class Outbox:
    """Who is told, when it is, and why nobody is told ('' when somebody is)."""

    channels: Sequence[str]
    now: datetime
    quiet: str = ""


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
        groups.setdefault((moved.as_of, *_place(moved), quiet), []).append(moved)
    in_force = _without_ended(connection, chains, in_force, out.now)
    made = [_enqueue(connection, group, replace(out, quiet=key[3])) for key, group in groups.items()]
    late = _say_after_all(connection, chains, in_force, out) if only_what_stands and not out.quiet else []
    return [message for message in (*made, *late) if message is not None]


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
    return before[-1] if before and before[-1] and not _by_mute(before[-1]) and before[-1] != OVERTAKEN else ""


def mute_words(mute: stored_mutes.Mute) -> str:
    """How a muted message names its mute: `silence 3`, `ack 4`."""
    return f"{mute.kind} {mute.id}"


def _by_mute(quiet: str) -> bool:
    return quiet.partition(" ")[0] in (mutes.ACK, mutes.SILENCE)


def _muted(
    connection: Transaction, moved: Moved, in_force: Sequence[stored_mutes.Mute], now: datetime
) -> tuple[str, list[stored_mutes.Mute]]:
    """By which mute news is kept quiet ('' for none), and the mutes that are left after it."""
    news, left = moved.news, []
    for mute in in_force:
        mine = mute.kind == mutes.ACK and mute.matcher == news.claim.id and news.verdict.answer == "standing"
        ended = mutes.ends_because(mute, news.verdict.state, news.verdict.size) if mine else ""
        if ended:
            stored_mutes.end(connection, mute.id, now, ended)
        else:
            left.append(mute)
    found = mutes.muted_by(news.claim, news.verdict.answer, news.change, left)
    return mute_words(found) if found else "", left


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


def _enqueue(connection: Transaction, group: Sequence[Moved], out: Outbox) -> Message | None:
    message = desk_message([moved.news for moved in group], group[0].as_of)
    again = any(message_contents.quiet_before(connection, [news_key(moved.news)]) for moved in group)
    said = [notice_of(moved.news, moved.as_of, moved.floor) for moved in group]
    cells = [cell for place, moved in enumerate(group) for cell in cells_of(place, moved.news)]
    return put(connection, message, group[0].as_of, out, said, cells, again=again)


def notice_of(news: News, as_of: datetime, floor: float) -> dict[str, Any]:
    return {
        "news": news_key(news),
        "claim_id": news.claim.id,
        "claim_sha256": news.claim.sha256,
        "answer": news.verdict.answer,
        "as_of": as_of,
        "change": news.change,
        "state": news.verdict.state,
        "floor": floor,
        "undone_because": "",
    }


def cells_of(place: int, news: News) -> list[tuple[int, int, str, str]]:
    return [(place, f.release_id, f.table, f.locator) for f in news.verdict.evidence]


def put(
    connection: Transaction,
    message: Message,
    as_of: datetime,
    out: Outbox,
    said: Sequence[Mapping[str, Any]] = (),
    cells: Sequence[tuple[int, int, str, str]] = (),
    *,
    again: bool = False,
) -> Message | None:
    """Queue a message with what it says and rests on. None when it was queued before; `again` gives it a new key."""
    for number in range(1, 1000):
        named = message if number == 1 else replace(message, key=f"{message.key}~{number}")
        message_id = enqueue(connection, named, as_of, out.now, out.channels, out.quiet)
        if message_id is not None:
            message_contents.record(connection, message_id, said)
            message_contents.record_cells(connection, message_id, cells)
            return named
        if not again:
            return None
    raise ValueError(f"{message.key} was said and undone too often to be said again")


def say_part(
    connection: Transaction,
    message_id: int,
    part: Sequence[Mapping[str, Any]],
    claims: Mapping[str, Claim],
    out: Outbox,
    suffix: str,
) -> Message | None:
    """Say some of a message's items again, as a message of their own that rests on their cells alone."""
    stored = message_contents.message(connection, message_id)
    message = message_from_json(stored["body"])
    places = [row["place"] for row in part]
    titles = {row["place"]: _title(claims, row["claim_id"]) for row in part}
    rest = remaining(message, places, titles, f"{message.key.partition('~')[0]}-{suffix}")
    new_place = {place: number for number, place in enumerate(places)}
    cells = [
        (new_place[place], release, table, locator)
        for place, release, table, locator in message_contents.cells(connection, message_id)
        if place in new_place
    ]
    kept = ("news", "claim_id", "claim_sha256", "answer", "as_of", "change", "state", "floor")
    said = [{**{name: row[name] for name in kept}, "undone_because": ""} for row in part]
    return put(connection, rest, stored["as_of"], out, said, cells, again=True)


def _title(claims: Mapping[str, Claim], claim: str) -> str:
    return claims[claim].words.title if claim in claims else claim


def _live(connection: Transaction, chains: Sequence[Chain]) -> dict[tuple[str, str], list[Mapping[str, Any]]]:
    """What was told of the claims that moved and still stands, by claim and answer."""
    live: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in message_contents.live(connection, {chain.claim.id for chain in chains if chain.moved}):
        live.setdefault((row["claim_id"], row["answer"]), []).append(row)
    return live


def _place(moved: Moved) -> tuple[str, int]:
    """What news go into one message by: their newest figure, or else their claim."""
    evidence = moved.news.verdict.evidence
    return (evidence[0].series, evidence[0].release_id) if evidence else (moved.news.claim.id, 0)


def _say_after_all(
    connection: Transaction, chains: Sequence[Chain], in_force: Sequence[stored_mutes.Mute], out: Outbox
) -> list[Message]:
    """Send what was overtaken when it came to light, where what overtook it no longer stands."""
    newest: dict[str, Mapping[str, Any]] = {}
    for row in message_contents.live(connection, {chain.claim.id for chain in chains}):
        if row["answer"] == "standing" and row["as_of"] >= newest.get(row["claim_id"], row)["as_of"]:
            newest[row["claim_id"]] = row
    made = []
    for chain in chains:
        found, final = newest.get(chain.claim.id), chain.now("standing")
        if found is None or final is None or found["quiet"] != OVERTAKEN:
            continue
        if final.position.underlying != found["state"] or found["claim_sha256"] != chain.claim.sha256:
            continue
        mute = mutes.muted_by(chain.claim, found["answer"], found["change"], in_force)
        told = replace(out, quiet=mute_words(mute) if mute else "")
        message = say_part(connection, found["message_id"], [found], {chain.claim.id: chain.claim}, told, "stands")
        message_contents.undo(
            connection, [found["id"]], out.now, "said by itself, since what overtook it was undone", None
        )
        made += [message] if message else []
    return made
