"""A look at a source, and no more: the line as it runs, left where the source has been taken in."""

from collections.abc import Callable
from typing import NoReturn

from flows.configuration.settings import Settings
from flows.context import Line, Outcome
from flows.pipeline import run_line


class _TakenInError(BaseException):
    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome


def look(settings: Settings, line: Line, source: str) -> Outcome:
    """What a source comes to; nothing is judged, sent or told of."""
    try:
        run_line(settings, line, [source], _leave)
    except _TakenInError as taken:
        return taken.outcome
    raise AssertionError("the line did not look at the source")


def _leave(take_in: Callable[[str], Outcome], source: str) -> NoReturn:
    raise _TakenInError(take_in(source))
