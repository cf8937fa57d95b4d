"""How an entry of the registry names the functions of its reader. A module is imported when it is first asked: whoever
only looks at what is stored waits for none.
"""

from collections.abc import Callable
from datetime import date
from importlib import import_module
from typing import Any

from figures.records import Finding


def read_by(module: str, name: str) -> Callable[[bytes, str], Any]:
    """A function of a reader's module."""

    def call(content: bytes, at: str) -> Any:
        return getattr(import_module(f"scrapers.{module}"), name)(content, at)

    return call


def changes_by(module: str) -> Callable[[bytes, bytes, str, date], list[Finding]]:
    def call(page: bytes, before: bytes, address: str, today: date) -> list[Finding]:
        found: list[Finding] = import_module(f"scrapers.{module}").between(page, before, address, today)
        return found

    return call


def version_of(module: str) -> Callable[[], int]:
    return lambda: int(import_module(f"scrapers.{module}").PARSER)
