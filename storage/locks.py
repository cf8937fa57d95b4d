"""Named locks that keep two processes from the same work. Each ends by itself unless it is renewed, and a process of
this host that is gone holds none.
"""

import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self
from uuid import uuid4

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from storage import schema as t


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock: a process, told from any other that had its number before. Hosts need names of their own.

    `boot` is the start of the machine, `space` the numbering that the process is counted in (a container has one of
    its own), `began` the process's own start; each is "" where the system does not say.
    """

    host: str
    pid: int
    boot: str
    space: str
    began: str
    token: str  # tells two holders in one process apart

    @classmethod
    def here(cls) -> Self:
        """A new holder in this process."""
        pid = os.getpid()
        return cls(socket.gethostname(), pid, _boot(), _space(), _began(pid), uuid4().hex[:8])

    @classmethod
    def read(cls, text: str) -> Self | None:
        """A holder as `str` writes it; None for any other text."""
        parts = text.split(":")
        if len(parts) != 6 or not parts[1].isdecimal():
            return None
        host, pid, boot, space, began, token = parts
        return cls(host, int(pid), boot, space, began, token)

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}:{self.boot}:{self.space}:{self.began}:{self.token}"

    @property
    def is_here(self) -> bool:
        """Whether its process is counted among those that this one can see."""
        return self.host == socket.gethostname() and self.space == _space()

    @property
    def gone(self) -> bool:
        """Whether the process is known to be no more. Of another host, or another container, nobody here can know."""
        if self.host != socket.gethostname():
            return False
        boot = _boot()
        if self.boot and boot and self.boot != boot:
            return True  # the machine was started anew since
        return self.space == _space() and not is_alive(self.pid, self.began)


def is_alive(pid: int, began: str = "") -> bool:
    """Whether a process of this host runs; with `began`, the one that started then and none that has its number now."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it runs, as somebody else
    state, now_began = _stat(pid)
    return state != "Z" and (not began or not now_began or began == now_began)


def _boot() -> str:
    return _line("/proc/sys/kernel/random/boot_id")


def _space() -> str:
    try:
        return str(Path("/proc/self/ns/pid").readlink()).strip("pid:[]")
    except OSError:
        return ""


def _began(pid: int) -> str:
    return _stat(pid)[1]


def _stat(pid: int) -> tuple[str, str]:
    """(state, start in the machine's ticks) of a process, as Linux says them; empty elsewhere."""
    fields = _line(f"/proc/{pid}/stat").rpartition(")")[2].split()  # the name before it may hold anything
    return (fields[0], fields[19]) if len(fields) > 19 else ("", "")


def _line(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


@dataclass(frozen=True, slots=True)
class Held:
    """A lock as it is recorded."""

    name: str
    holder: str
    until: datetime

    @property
    def by(self) -> str:
        """Who has it, in words."""
        read = Holder.read(self.holder)
        return f"process {read.pid} on {read.host}" if read else self.holder

    @property
    def lives(self) -> bool:
        """Whether its process is known to be there: of another host, or another container, nobody here can know."""
        read = Holder.read(self.holder)
        return read is not None and read.is_here and not read.gone

    @property
    def is_left(self) -> bool:
        """Whether its process is known to be gone."""
        read = Holder.read(self.holder)
        return read is not None and read.gone

    def is_over(self, now: datetime) -> bool:
        """Whether anybody may take it: its time is up, or its process is gone."""
        return self.until <= now or self.is_left

    def standing(self, now: datetime) -> str:
        """How it stands, as the end of a sentence about who holds it."""
        if self.is_left:
            return "which is gone: the lock is free"
        ended = "ended" if self.until <= now else "ends unless renewed"
        return f"and {ended} at {self.until:%Y-%m-%d %H:%M} UTC"


def take(connection: Connection, name: str, holder: Holder, now: datetime, lasts: timedelta) -> Held | None:
    """Take a lock, or renew one's own, until `now` + `lasts`. Returns who else has it."""
    row = connection.execute(select(t.lock).where(t.lock.c.name == name).with_for_update()).first()
    values = {"holder": str(holder), "until": now + lasts}
    if row is not None:
        held = Held(row.name, row.holder, row.until)
        if held.holder != str(holder) and not held.is_over(now):
            return held
        connection.execute(update(t.lock).where(t.lock.c.name == name).values(values))
        return None
    try:
        with connection.begin_nested():
            connection.execute(insert(t.lock).values(name=name, **values))
    except IntegrityError:
        return Held(name, "another process that took it at the same moment", now + lasts)
    return None


def drop(connection: Connection, name: str, holder: Holder) -> None:
    """Give a lock back; nothing happens when somebody else has it by now."""
    connection.execute(delete(t.lock).where(t.lock.c.name == name, t.lock.c.holder == str(holder)))


def held(connection: Connection) -> list[Held]:
    """Every lock on record, by name; some of them may be over."""
    rows = connection.execute(select(t.lock).order_by(t.lock.c.name))
    return [Held(row.name, row.holder, row.until) for row in rows]
