"""Work that one process at a time may do: its lock, renewed by a thread of its own for as long as the work lasts.

A look waits for minutes where a publisher asks us to; renewing at each step would need a lock as long as the slowest.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from flows.context import BusyError, Line
from storage import locks
from storage.engine import UNREACHABLE, DatabaseError, writing

# Of a process on another host nobody here can tell that it is gone: its lock is waited for.
LASTS = timedelta(minutes=3)
RENEWED_EVERY = 20.0  # seconds
WATCHED_EVERY = 5.0


@contextmanager
def alone(line: Line, name: str, doing: str) -> Iterator[None]:
    """Hold the lock `name`. Raises BusyError when another process has it; `doing` says what it does, in words.

    A process on another host is believed to be there when it renews its lock; one that does not is waited for until its
    lock ends, and then the work is ours.
    """
    holder = locks.Holder.here()
    other = _try(line, name, holder)
    if other is not None and not other.lives:
        other = _outwait(line, name, holder, other)
    if other is not None:
        ends = f"its lock ends at {other.until:%Y-%m-%d %H:%M} UTC unless it is renewed"
        raise BusyError(f"{doing} is under way in {other.by}; {ends}.")
    ended = threading.Event()
    renewer = threading.Thread(target=_renew, args=(line, name, holder, ended), name=f"renews {name}", daemon=True)
    renewer.start()
    try:
        yield
    finally:
        ended.set()
        renewer.join()
        with writing(line.database) as connection:
            locks.drop(connection, name, holder)


def _try(line: Line, name: str, holder: locks.Holder) -> locks.Held | None:
    with writing(line.database) as connection:
        return locks.take(connection, name, holder, line.clock(), LASTS)


def _outwait(line: Line, name: str, holder: locks.Holder, seen: locks.Held) -> locks.Held | None:
    """Take a lock when it has ended or was given back; who has it, where that one renews it meanwhile."""
    now: locks.Held | None = seen
    for _ in range(int(LASTS.total_seconds() / WATCHED_EVERY) + 1):
        line.sleep(WATCHED_EVERY)
        now = _try(line, name, holder)
        if now is None or (now.holder, now.until) != (seen.holder, seen.until):
            break
    return now


def _renew(line: Line, name: str, holder: locks.Holder, ended: threading.Event) -> None:
    while not ended.wait(RENEWED_EVERY):
        try:
            other = _try(line, name, holder)
        except (DatabaseError, *UNREACHABLE):
            continue  # the lock lasts for several more tries; a database that stays away ends the work itself
        if other is not None:
            return  # this machine slept for longer than the lock lasts; two looks at once harm nothing
