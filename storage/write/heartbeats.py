"""That runs came to their end: one row for each, with what came of telling the dead man's switch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, insert, select, update

from storage import schema as t
from storage.engine import inserted_id

Ping = Literal["none", "sending", "sent", "failed"]


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """A run that came to its end: the sources it looked at, and those whose last look had failed by then."""

    id: int
    at: datetime
    looked_at: tuple[str, ...]
    failed: tuple[str, ...]
    ping: Ping
    detail: str


def record(
    connection: Connection, at: datetime, looked_at: Sequence[str], failed: Sequence[str], ping: Ping, detail: str
) -> int:
    values = {"at": at, "looked_at": list(looked_at), "failed": list(failed), "ping": ping, "detail": detail}
    return inserted_id(connection.execute(insert(t.heartbeat).values(values)))


def finish(connection: Connection, number: int, ping: Ping, detail: str) -> None:
    """Record what came of a ping."""
    statement = update(t.heartbeat).where(t.heartbeat.c.id == number)
    connection.execute(statement.values(ping=ping, detail=detail))


def last(connection: Connection) -> Heartbeat | None:
    row = connection.execute(select(t.heartbeat).order_by(t.heartbeat.c.id.desc()).limit(1)).mappings().first()
    if row is None:
        return None
    made = {name: row[name] for name in Heartbeat.__dataclass_fields__}
    return Heartbeat(**{**made, "looked_at": tuple(row["looked_at"]), "failed": tuple(row["failed"])})
