"""Runs of a source."""

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from storage import schema as t
from storage.engine import inserted_id
from storage.workers import UNNAMED, Worker


def last_start(connection: Connection, source: str) -> datetime | None:
    """When the last run of a source began, by the clock of then."""
    return connection.execute(
        select(t.run.c.started_at).where(t.run.c.source == source).order_by(t.run.c.id.desc()).limit(1)
    ).scalar()


def start_run(connection: Connection, source: str, at: datetime, worker: Worker = UNNAMED) -> int:
    """Record that a run begins, and who makes it. Returns its number."""
    made_by = {"host": worker.host, "version": worker.version}
    made_by |= {"configuration": worker.configuration, "claims": worker.claims}
    statement = insert(t.run).values(source=source, started_at=at, outcome="running", **made_by)
    return inserted_id(connection.execute(statement))


def finish_run(connection: Connection, run_id: int, at: datetime, outcome: str, detail: str) -> None:
    connection.execute(update(t.run).where(t.run.c.id == run_id).values(finished_at=at, outcome=outcome, detail=detail))
