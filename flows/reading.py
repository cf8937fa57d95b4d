"""The database as the commands that only read use it: it is opened, never made."""

from collections.abc import Iterator
from contextlib import contextmanager

from flows.settings import Settings
from storage.engine import Transaction, open_database, require_current
from storage.engine import reading as reading_from


@contextmanager
def database(settings: Settings) -> Iterator[Transaction]:
    """A transaction that reads. Raises DatabaseError when there is no database, or one of another version."""
    database = open_database(settings.database_url.get_secret_value(), create=False)
    require_current(database)
    with reading_from(database) as connection:
        yield connection
