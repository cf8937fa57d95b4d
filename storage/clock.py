"""One clock for all hosts that share a database: that of its server, where it has one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from storage.engine import Database, reading

# A difference that asking itself may make.
_NOTHING = timedelta(seconds=2)


def agreed(database: Database, own: Callable[[], datetime]) -> Callable[[], datetime]:
    """`own`, set right by the clock of the database's server: locks end, and files are known, by one time on all hosts.

    SQLite has no server, and no second host.
    """
    ahead = behind(database, own)
    return (lambda: own() + ahead) if ahead else own


def behind(database: Database, own: Callable[[], datetime]) -> timedelta:
    """How far a clock of this host is behind that of the database's server; 0 where the two agree or there is none."""
    if database.dialect.name != "postgresql":
        return timedelta()
    with reading(database) as connection:
        before = own()
        there = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        after = own()
    found: timedelta = there.astimezone(UTC) - (before + (after - before) / 2)
    return found if abs(found) > _NOTHING else timedelta()
