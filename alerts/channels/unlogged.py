"""Requests whose address is a secret: no trace of it in the logs, and no proxy but the one that is named."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

# urllib3 writes the path of a request, which is the secret, to these.
_LOGGERS: Final = ("urllib3.connectionpool", "urllib3.connection", "urllib3.util.retry")


@contextmanager
def unlogged() -> Iterator[None]:
    """Keeps what this thread's request writes about itself out of the logs; other threads log on."""
    thread = threading.get_ident()

    def elsewhere(record: logging.LogRecord) -> bool:
        return record.thread != thread

    loggers = [logging.getLogger(name) for name in _LOGGERS]
    for logger in loggers:
        logger.addFilter(elsewhere)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(elsewhere)


def through(proxy: str) -> dict[str, str]:
    """A proxy as requests wants it; "" for none."""
    return {"http": proxy, "https": proxy} if proxy else {}
