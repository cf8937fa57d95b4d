"""The stages of the line as tasks of Prefect's, each with its state, what it shows, and our log lines.

What a page shows is an extra: where the Prefect server does not take it, that is logged and the line goes on.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from prefect import Task, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.logging.handlers import APILogHandler
from prefect.states import Completed

from alerts.delivery import Sent
from figures.mishaps import Mishap, attempt
from flows.context import Around, Line, Made, Outcome, Stage
from flows.exclusive import LASTS
from flows.scheduling.run_pages import Standing, show_claims, show_messages, show_release, standing
from flows.scheduling.run_states import state_of
from storage.engine import UNREACHABLE

LONGEST_STAGE = 3600
_LOGS = logging.getLogger("onrecord")
Waits = Mapping[Stage, Sequence[float]]
# How many seconds to wait before a stage is tried again that could not reach the database. Its transactions are whole
# or not at all, so that a second try repeats nothing. A look may have left its lock behind, which ends by itself. A
# publisher that does not answer was asked several times within the look. A message has its own times for the next try.
WAITS: Waits = {"look": (LASTS.total_seconds() + 20,), "reconcile": (10, 60), "judge": (10, 60)}


def could_not_reach_the_database(_task: Task[..., Any], _run: object, state: State[Any]) -> bool:
    """Whether a stage broke off because the database was away, and may be tried again."""
    return isinstance(state.result(raise_on_failure=False), UNREACHABLE)


def as_tasks(line: Line, waits: Waits) -> Around:
    """A way to run the stages, each as a task of the flow run that is under way. A task costs a few milliseconds.

    `waits` are the seconds before each further try of a stage that could not reach the database.
    """

    def run(stage: Stage, work: Callable[[], Made], source: str = "") -> Made:
        made: list[Made] = []
        seconds = list(waits.get(stage, ()))

        @task(
            name=stage,
            task_run_name=f"look at {source}" if source else stage,
            timeout_seconds=LONGEST_STAGE,
            cache_policy=NO_CACHE,
            retries=len(seconds),
            retry_delay_seconds=seconds or None,
            retry_condition_fn=could_not_reach_the_database,
        )
        def one_stage() -> State[None]:
            before = standing(line) if stage == "judge" else None
            made.append(work())
            return _shown(line, made[-1], before)

        state = one_stage(return_state=True)
        if not made:
            state.result()  # raises what the stage raised
        return made[-1]

    return run


def _shown(line: Line, made: object, before: Standing | None) -> State[None]:
    """Show what a stage made on the run's page; the state in which the task ends."""
    state: State[None] = Completed()
    if isinstance(made, Outcome):
        state = state_of([made])
        on_page(partial(show_release, line, made))
    elif before is not None:
        on_page(partial(show_claims, line, before))
    elif isinstance(made, list):
        on_page(partial(show_messages, [each for each in made if isinstance(each, Sent)]))
    return state


def on_page(show: Callable[[], None]) -> None:
    """Show something on Prefect's pages; the line does not hang on it."""
    shown = attempt(show)
    if isinstance(shown, Mishap):
        _LOGS.warning("this run's page is not whole: %s", shown)


@contextmanager
def logged() -> Iterator[None]:
    """Our log lines of INFO and above go into the log of the run that is under way, and nowhere else."""
    handler, level, propagates = APILogHandler(), _LOGS.level, _LOGS.propagate
    _LOGS.addHandler(handler)
    _LOGS.setLevel(logging.INFO)
    _LOGS.propagate = False
    try:
        yield
    finally:
        _LOGS.removeHandler(handler)
        _LOGS.setLevel(level)
        _LOGS.propagate = propagates
