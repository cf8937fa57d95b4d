"""The flows: what Prefect runs, with the plain parameters that its page offers. The work is in `flows/pipeline.py`.

Settings are no parameters: parameters are on Prefect's pages, and settings are nobody's to see there.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from importlib.metadata import version
from typing import Any
from zoneinfo import ZoneInfo

from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun, State
from prefect.context import FlowRunContext
from prefect.exceptions import ObjectNotFound
from prefect.flow_engine import run_flow
from prefect.logging.handlers import APILogHandler
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.states import Completed, Pending

from alerts.claims.model import Claim
from flows.backfill import Backfilled, Job
from flows.backfill import backfill as take_captures
from flows.configuration.settings import Settings, load_settings
from flows.context import Line, Outcome
from flows.notifying.deliver import drain
from flows.notifying.digest import make_digest
from flows.pipeline import open_line, run_line, untold
from flows.scheduling.menu import Watched, publishers_of
from flows.scheduling.run_pages import show_messages
from flows.scheduling.run_states import state_of
from flows.scheduling.stage_tasks import WAITS, Waits, as_tasks, logged, on_page
from storage.engine import reading
from storage.read import journal

# Longer than any run; a run that hangs is ended and said to have failed.
LONGEST_RUN = 3600
VERSION = version("onrecord")
AD_HOC, BY_HAND = "run", "by-hand"
SCHEDULED = ("watch", "deliver", "digest")
FLOWS = (*SCHEDULED, AD_HOC)
_NAMED = 3
_COMMON: dict[str, Any] = {"version": VERSION, "timeout_seconds": LONGEST_RUN}


@flow(name="watch", **_COMMON)
def watch(source: Watched, again: bool = False) -> State[None]:
    """One look at each source of a publisher, then judging and delivery: the scheduled flow.

    Args:
        source: a publisher, or one source
        again: also ask for files that were asked for today
    """
    settings = load_settings()
    line = replace(open_line(settings), again=again)
    sources = [each for each in settings.chosen([source]) if each in settings.enabled()]
    with _under_way(f"watch {source}", settings, line, sources):
        if not sources:
            return Completed(name="Unchanged", message=f"No source of {source} is enabled.")
        context = FlowRunContext.get()
        if context is not None and is_overtaken(context.flow_run, line, sources):
            return Completed(name="Unchanged", message="All was looked at since this run was due.")
        return state_of(run_line(settings, line, sources, as_tasks(line, WAITS)))


def is_overtaken(own: FlowRun | None, line: Line, sources: Sequence[str]) -> bool:
    """Whether looks at all these sources went well since the schedule had this run due: after a pause many are due at
    once. A run that a person starts, or starts again, is made.
    """
    if own is None or not own.auto_scheduled or own.run_count > 1 or own.expected_start_time is None:
        return False
    due: datetime = own.expected_start_time
    with reading(line.database) as connection:
        good = [journal.last_runs(connection, source)["good"] for source in sources]
    return all(last is not None and last["started_at"] >= due for last in good)


@flow(name=AD_HOC, **_COMMON)
def run(sources: list[Watched] = [], again: bool = False) -> State[None]:  # noqa: B006 - Prefect copies it
    """One look at some sources now, then judging and delivery.

    Args:
        sources: publishers or sources; all that are enabled when left out
        again: also ask for files that were asked for today
    """
    settings = load_settings()
    line = replace(open_line(settings), again=again)
    return _looks(settings, line, settings.chosen(sources), untold, WAITS)[0]


@flow(name="deliver", **_COMMON)
def deliver() -> State[None]:
    """Send what waits in the outbox."""
    settings = load_settings()
    line = open_line(settings)
    with _under_way("deliver", settings, line):
        sent = drain(settings, line.database, line.clock)
        on_page(partial(show_messages, sent))
    waiting = sum(each.outcome not in ("sent", "left_out") for each in sent)
    return Completed(message=f"{len(sent) - waiting} sent, {waiting} not sent yet")


@flow(name="digest", **_COMMON)
def digest() -> None:
    """The week's digest, once a week however often it runs."""
    settings = load_settings()
    line = open_line(settings)
    with _under_way("digest", settings, line):
        make_digest(settings, line)


def run_as_flow(
    settings: Settings, line: Line, sources: Sequence[str], show: Callable[[Outcome], None] = untold
) -> list[Outcome]:
    """An ad hoc flow run in this process, on the configured Prefect server or on one that Prefect starts for it.

    Where that server has the deployment `run/by-hand`, the run is one of its runs, and its page offers to run it again.
    """
    outcomes: list[Outcome] = []

    @flow(name=AD_HOC, **_COMMON)
    def run(sources: list[Watched], again: bool) -> State[None]:  # noqa: ARG001 - said on Prefect's page
        state, looked = _looks(settings, line, sources, show, {})  # somebody waits for it, and can try again
        outcomes.extend(looked)
        return state

    parameters = {"sources": list(sources), "again": line.again}
    with _unwatched():
        state = run_flow(run, flow_run=_run_by_hand(parameters), parameters=parameters, return_type="state")
    APILogHandler().flush()  # while the server answers: else Prefect complains on stderr when the program ends
    if not outcomes and isinstance(state, State):
        state.result()  # raises what the line raised
    return outcomes


def _run_by_hand(parameters: dict[str, Any]) -> FlowRun | None:
    """A new run of the deployment for ad hoc runs; None where this Prefect server has none.

    It is not scheduled, so that nobody else takes it.
    """
    with get_client(sync_client=True) as client:
        try:
            deployment = client.read_deployment_by_name(f"{AD_HOC}/{BY_HAND}")
        except ObjectNotFound:
            return None
        return client.create_flow_run_from_deployment(deployment.id, parameters=parameters, state=Pending())


def _looks(
    settings: Settings, line: Line, sources: Sequence[str], show: Callable[[Outcome], None], waits: Waits
) -> tuple[State[None], list[Outcome]]:
    named = ", ".join(sources) if len(sources) <= _NAMED else f"{len(sources)} sources"
    with _under_way(f"{AD_HOC} {named}", settings, line, sources):
        outcomes = run_line(settings, line, sources, as_tasks(line, waits), show)
    return state_of(outcomes), outcomes


def backfill_as_flow(job: Job, claims: Sequence[Claim], desk_channels: Sequence[str]) -> Backfilled:
    """History from the archive as a flow run in this process, without a limit of time: it pauses for minutes."""

    @flow(name="backfill", version=VERSION)
    def backfill(source: str) -> Backfilled:  # noqa: ARG001 - said on Prefect's page
        with logged():
            return take_captures(job, claims, desk_channels)

    with _unwatched():
        return backfill(job.source.id)


@contextmanager
def _under_way(what: str, settings: Settings, line: Line, sources: Sequence[str] = ()) -> Iterator[None]:
    """A run with its name (what it does, and the day by the schedule's clock), its publishers as tags, and its log."""
    day = line.clock().astimezone(ZoneInfo(settings.schedule.timezone))
    with logged():
        on_page(partial(_name, f"{what} {day:%Y-%m-%d}", publishers_of(list(sources))))
        yield


def _name(name: str, tags: Sequence[str]) -> None:
    context = FlowRunContext.get()
    if context is not None and context.flow_run is not None:
        own = context.flow_run
        with get_client(sync_client=True) as client:
            client.update_flow_run(own.id, name=name, tags=sorted({*own.tags, *tags}))


@contextmanager
def _unwatched() -> Iterator[None]:
    """Every flow waits up to a second for its heartbeat thread to end; a run that somebody watches needs none."""
    with temporary_settings(updates={PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        yield
