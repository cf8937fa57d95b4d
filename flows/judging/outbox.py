"""Putting messages of claims into the outbox, with what each says and rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from alerts import mutes
from alerts.delivery import enqueue
from alerts.messages.message import Message, message_from_json
from alerts.messages.words.claim_news import News, desk_message, news_key, together
from alerts.messages.words.corrections import remaining, stands_after_all
from figures.periods import washington_day
from flows.judging.instants import Moved
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


def mute_words(mute: stored_mutes.Mute) -> str:
    """How a muted message names its mute: `silence 3`, `ack 4`."""
    return f"{mute.kind} {mute.id}"


def by_mute(quiet: str) -> bool:
    """Whether a message was kept quiet by a mute."""
    return quiet.partition(" ")[0] in (mutes.ACK, mutes.SILENCE)


def place_of(moved: Moved) -> tuple[str, int]:
    """What news go into one message by: their newest figure, or else their claim."""
    evidence = moved.news.verdict.evidence
    return (evidence[0].series, evidence[0].release_id) if evidence else (moved.news.claim.id, 0)


def enqueue_together(connection: Transaction, group: Sequence[Moved], out: Outbox) -> list[Message | None]:
    """News of one series and release in as few messages as are read."""
    return [_enqueue(connection, part, out) for part in together(group)]


def _enqueue(connection: Transaction, group: Sequence[Moved], out: Outbox) -> Message | None:
    keys = [news_key(moved.news) for moved in group]
    again = bool(message_contents.quiet_before(connection, keys))
    before = message_contents.corrected_before(connection, keys[0])
    opening = stands_after_all(washington_day(before[0]), washington_day(before[1])) if before else ""
    message = desk_message([moved.news for moved in group], group[0].as_of, opening)
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
    out: Outbox,
    suffix: str,
) -> Message | None:
    """Say some of a message's items again, as a message of their own that rests on their cells alone."""
    stored = message_contents.message(connection, message_id)
    message = message_from_json(stored["body"])
    places = [row["place"] for row in part]
    rest = remaining(message, places, f"{message.key.partition('~')[0]}-{suffix}")
    new_place = {place: number for number, place in enumerate(places)}
    cells = [
        (new_place[place], release, table, locator)
        for place, release, table, locator in message_contents.cells(connection, message_id)
        if place in new_place
    ]
    kept = ("news", "claim_id", "claim_sha256", "answer", "as_of", "change", "state", "floor")
    said = [{**{name: row[name] for name in kept}, "undone_because": ""} for row in part]
    return put(connection, rest, stored["as_of"], out, said, cells, again=True)
