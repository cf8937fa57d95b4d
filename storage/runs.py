"""Runs of a source, and the locks that keep two of them apart."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from storage import schema as t
from storage.engine import inserted_id


def last_start(connection: Connection, source: str) -> datetime | None:
    """When the last run of a source began, by the clock of then."""
    return connection.execute(
        select(t.run.c.started_at).where(t.run.c.source == source).order_by(t.run.c.id.desc()).limit(1)
    ).scalar()


def start_run(connection: Connection, source: str, at: datetime) -> int:
    statement = insert(t.run).values(source=source, started_at=at, outcome="running")
    return inserted_id(connection.execute(statement))


def finish_run(connection: Connection, run_id: int, at: datetime, outcome: str, detail: str) -> None:
    connection.execute(update(t.run).where(t.run.c.id == run_id).values(finished_at=at, outcome=outcome, detail=detail))


def take_lock(connection: Connection, name: str, holder: str, now: datetime, lasts: timedelta) -> str | None:
    """Take a named lock, or return who has it. A lock that was not given back ends by itself."""
    row = connection.execute(select(t.lock).where(t.lock.c.name == name).with_for_update()).first()
    if row is not None and row.until > now and row.holder != holder:
        return str(row.holder)
    values = {"holder": holder, "until": now + lasts}
    if row is not None:
        connection.execute(update(t.lock).where(t.lock.c.name == name).values(values))
        return None
    try:
        with connection.begin_nested():
            connection.execute(insert(t.lock).values(name=name, **values))
    except IntegrityError:
        return "another process that took it at the same moment"
    return None


def drop_lock(connection: Connection, name: str, holder: str) -> None:
    connection.execute(delete(t.lock).where(t.lock.c.name == name, t.lock.c.holder == holder))
