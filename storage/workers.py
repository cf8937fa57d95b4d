"""Which program makes a run: several hosts that share a database have to agree on what they look at and judge."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from storage import schema as t


@dataclass(frozen=True, slots=True)
class Worker:
    """A host with the version of its program and the digests of its configuration and of its claims."""

    host: str
    version: str
    configuration: str
    claims: str


UNNAMED = Worker("", "", "", "")


@dataclass(frozen=True, slots=True)
class Differing:
    """Another host whose last run was made by another program, and in what that differs."""

    host: str
    at: datetime
    version: str
    in_what: tuple[str, ...]


def differing(connection: Connection, own: Worker) -> list[Differing]:
    """The other hosts whose last run came after the first one by a program that is as our own, and was by another.

    A host that has made no run since we are as we are says nothing: it may be gone, or not asked yet.
    """
    r = t.run
    as_we = (r.c.version == own.version, r.c.configuration == own.configuration, r.c.claims == own.claims)
    first = connection.execute(select(func.min(r.c.id)).where(*as_we)).scalar()
    if first is None:
        return []
    last = select(func.max(r.c.id)).where(r.c.host.not_in(("", own.host)), r.c.id > first).group_by(r.c.host)
    rows = connection.execute(select(r).where(r.c.id.in_(last)).order_by(r.c.host))
    found = [(row, tuple(_in_what(Worker(row.host, row.version, row.configuration, row.claims), own))) for row in rows]
    return [Differing(row.host, row.started_at, row.version, in_what) for row, in_what in found if in_what]


def _in_what(one: Worker, other: Worker) -> Iterator[str]:
    for name in ("version", "configuration", "claims"):
        if getattr(one, name) != getattr(other, name):
            yield name
