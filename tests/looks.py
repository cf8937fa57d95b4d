"""A look at a source, and no more: the line as it runs, left where the source has been taken in."""

from collections.abc import Callable

from flows.configuration.settings import Settings
from flows.context import Line, Made, Outcome, Stage
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


def _leave(stage: Stage, work: Callable[[], Made], source: str = "") -> Made:
    made = work()
    if isinstance(made, Outcome):
        raise _TakenInError(made)
    return made
