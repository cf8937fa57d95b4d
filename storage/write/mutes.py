"""Acknowledgements, silences, and the channels that refused us. Ended, never deleted: who muted what stays readable."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update

from storage import schema as t
from storage.engine import inserted_id


@dataclass(frozen=True, slots=True)
class Mute:
    """Who does not want to hear what, why, and until when. An `ack` holds the state and size that were seen."""

    id: int
    kind: str
    matcher: str
    author: str
    reason: str
    created_at: datetime
    until: datetime | None
    state: str
    size: float | None
    ended_at: datetime | None
    ended_because: str


def add(
    connection: Connection,
    kind: str,
    matcher: str,
    author: str,
    reason: str,
    at: datetime,
    until: datetime | None,
    state: str = "",
    size: float | None = None,
) -> int:
    values = {
        "kind": kind,
        "matcher": matcher,
        "author": author,
        "reason": reason,
        "created_at": at,
        "until": until,
        "state": state,
        "size": size,
        "ended_because": "",
    }
    return inserted_id(connection.execute(insert(t.mute).values(values)))


def mutes(connection: Connection, *, active_at: datetime | None = None) -> list[Mute]:
    """All mutes in order, or those that hold at an instant."""
    m = t.mute
    query = select(m).order_by(m.c.id)
    if active_at is not None:
        query = query.where(m.c.ended_at.is_(None), or_(m.c.until.is_(None), m.c.until > active_at))
    return [
        Mute(**{name: row[name] for name in Mute.__dataclass_fields__}) for row in connection.execute(query).mappings()
    ]


def end(connection: Connection, mute_id: int, at: datetime, because: str) -> bool:
    """End a mute. False when there is none of this number that has not ended."""
    m = t.mute
    done = connection.execute(
        update(m).where(m.c.id == mute_id, m.c.ended_at.is_(None)).values(ended_at=at, ended_because=because)
    )
    return bool(done.rowcount)


def disable(connection: Connection, channel: str, because: str, settings: str, at: datetime) -> bool:
    """Give a channel nothing any more. False when it is disabled already."""
    o = t.outlet
    row = connection.execute(select(o.c.disabled_at).where(o.c.name == channel)).first()
    if row is not None and row.disabled_at is not None:
        return False
    values = {"disabled_at": at, "because": because, "settings": settings, "changed_at": at, "changed_because": because}
    if row is None:
        connection.execute(insert(o).values(name=channel, **values))
    else:
        connection.execute(update(o).where(o.c.name == channel).values(values))
    return True


def enable(connection: Connection, channel: str, because: str, at: datetime) -> bool:
    """Let a channel be tried again, at once. False when it was not disabled."""
    o, d = t.outlet, t.delivery
    values = {"disabled_at": None, "changed_at": at, "changed_because": because}
    done = connection.execute(update(o).where(o.c.name == channel, o.c.disabled_at.is_not(None)).values(values))
    if not done.rowcount:
        return False
    waiting = update(d).where(d.c.channel == channel, d.c.state == "pending")
    connection.execute(waiting.values(next_try_at=at))
    return True


def outlets(connection: Connection) -> dict[str, Mapping[str, Any]]:
    """Every channel that ever refused us: since when it is disabled, or why it is not any more."""
    return {row["name"]: dict(row) for row in connection.execute(select(t.outlet)).mappings()}
