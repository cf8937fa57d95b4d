"""Work that one process at a time may do: its lock, renewed by a thread of its own for as long as the work lasts.

A look waits for minutes where a publisher asks us to; renewing at each step would need a lock as long as the slowest.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from flows.line import BusyError, Line
from storage import locks
from storage.engine import UNREACHABLE, DatabaseError, writing

# Of a process on another host nobody here can tell that it is gone: its lock is waited for.
LASTS = timedelta(minutes=10)
RENEWED_EVERY = 60.0  # seconds


@contextmanager
def alone(line: Line, name: str, doing: str) -> Iterator[None]:
    """Hold the lock `name`. Raises BusyError when another process has it; `doing` says what it does, in words."""
    holder = locks.Holder.here()
    with writing(line.database) as connection:
        other = locks.take(connection, name, holder, line.clock(), LASTS)
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


def _renew(line: Line, name: str, holder: locks.Holder, ended: threading.Event) -> None:
    while not ended.wait(RENEWED_EVERY):
        try:
            with writing(line.database) as connection:
                other = locks.take(connection, name, holder, line.clock(), LASTS)
        except (DatabaseError, *UNREACHABLE):
            continue  # the lock lasts for several more tries; a database that stays away ends the work itself
        if other is not None:
            return  # this machine slept for longer than the lock lasts; two looks at once harm nothing
