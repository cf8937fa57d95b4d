"""The Prefect wrapping: flows, their schedule, nothing else. The work is in `flows/pipeline.py`."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from prefect import flow, serve, task
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy, State, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron, Interval
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.states import Completed, Crashed
from prefect.types.entrypoint import EntrypointType

from alerts.claims.model import Claim
from figures.registry import PUBLISHERS
from flows.backfill import Backfilled, Job
from flows.backfill import backfill as take_captures
from flows.configuration.settings import Settings, load_settings
from flows.context import Line, Outcome
from flows.notifying.deliver import drain
from flows.notifying.digest import make_digest
from flows.pipeline import clock, open_line, run_line, untold

# Longer than any run; a run that hangs is ended and said to have failed.
LONGEST_RUN = 3600
AD_HOC = "run"

# How long a run's last state may lag behind its end.
_SLOW = timedelta(minutes=5)
_UNFINISHED = (StateType.PENDING, StateType.RUNNING, StateType.CANCELLING)
_COMMON: dict[str, Any] = {
    "concurrency_limit": ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW),
    "entrypoint_type": EntrypointType.MODULE_PATH,
}


class SourceFailedError(Exception):
    """A source could not be looked at as it should; Prefect shows the run as failed."""


@flow(name="watch", timeout_seconds=LONGEST_RUN)
def watch(source: str) -> State[None] | None:
    """One look at each source of one publisher (`ice` or `trac`), then judging and delivery: the scheduled flow."""
    settings = load_settings()
    outcomes = run_line(settings, open_line(settings), settings.chosen([source]))
    failed = [f"{outcome.source}: {'; '.join(outcome.notes)}" for outcome in outcomes if outcome.state == "failed"]
    if failed:
        raise SourceFailedError(" ".join(failed))
    busy = [note for outcome in outcomes if outcome.state == "busy" for note in outcome.notes]
    return Completed(name="Busy", message=" ".join(busy)) if busy else None


@flow(name="deliver", timeout_seconds=LONGEST_RUN)
def deliver() -> None:
    """Send what waits in the outbox."""
    settings = load_settings()
    drain(settings, open_line(settings).database, clock)


@flow(name="digest", timeout_seconds=LONGEST_RUN)
def digest() -> None:
    """The week's digest, once a week however often it runs."""
    settings = load_settings()
    make_digest(settings, open_line(settings))


def run_as_flow(
    settings: Settings, line: Line, sources: Sequence[str], show: Callable[[Outcome], None] = untold
) -> list[Outcome]:
    """An ad hoc flow run in this process, on the configured Prefect server or on one that Prefect starts for it.

    Flow and task are made here: what they are called with is on Prefect's pages, and settings are nobody's to see.
    """

    def as_task(take_in: Callable[[str], Outcome], source: str) -> Outcome:
        # A task, and no flow run of its own, which costs twenty times as much.
        @task(name="look", task_run_name="look at {source}", timeout_seconds=LONGEST_RUN, cache_policy=NO_CACHE)
        def look_at(source: str) -> Outcome:
            return take_in(source)

        return look_at(source)

    @flow(name=AD_HOC, timeout_seconds=LONGEST_RUN)
    def run(sources: list[str]) -> list[Outcome]:
        return run_line(settings, line, sources, as_task, show)

    with _unwatched():
        return run(list(sources))


def backfill_as_flow(job: Job, claims: Sequence[Claim], desk_channels: Sequence[str]) -> Backfilled:
    """History from the archive as a flow run in this process, without a limit of time: it pauses for minutes."""

    @flow(name="backfill")
    def backfill(source: str) -> Backfilled:  # noqa: ARG001 - said on Prefect's page
        return take_captures(job, claims, desk_channels)

    with _unwatched():
        return backfill(job.source.id)


@contextmanager
def _unwatched() -> Iterator[None]:
    """Every flow waits up to a second for its heartbeat thread to end; a run that somebody watches needs none."""
    with temporary_settings(updates={PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        yield


def deployments(settings: Settings) -> list[RunnerDeployment]:
    """One deployment for each publisher, whose sources are looked at in turn, one for deliveries, one for the digest.

    By module path: a file path would put `flows/` first on the import path and shadow our packages.
    """
    schedule = settings.schedule
    daily = Cron(schedule.cron, timezone=schedule.timezone)
    often = Interval(schedule.deliver_every_minutes * 60, timezone=schedule.timezone)
    made = [
        RunnerDeployment.from_flow(watch, name=name, parameters={"source": name}, schedule=daily, **_COMMON)
        for name in PUBLISHERS
        if settings.chosen([name])
    ]
    weekly = Cron(schedule.digest_cron, timezone=schedule.timezone)
    return [
        *made,
        RunnerDeployment.from_flow(deliver, name="outbox", schedule=often, **_COMMON),
        RunnerDeployment.from_flow(digest, name="weekly", schedule=weekly, **_COMMON),
    ]


def close_orphans(*, alone: bool) -> int:
    """Set our deployments' runs that nobody works on any more to Crashed, which frees their slots. Returns how many.

    With `alone` no other process serves by this Prefect server: then every run that it calls running is one. Else only
    those are that have gone on for longer than any run may.
    """
    ours = FlowFilter(name=FlowFilterName(any_=[watch.name, deliver.name, digest.name]))
    unfinished = FlowRunFilter(
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[*_UNFINISHED])),
        deployment_id=FlowRunFilterDeploymentId(is_null_=False),
    )
    latest = clock() - (timedelta() if alone else timedelta(seconds=LONGEST_RUN) + _SLOW)
    closed = 0
    with get_client(sync_client=True) as client:
        for found in client.read_flow_runs(flow_filter=ours, flow_run_filter=unfinished):
            if found.state is not None and found.state.timestamp <= latest:
                message = "The process of this run was cut off; onrecord serve closed it at its next start."
                client.set_flow_run_state(found.id, Crashed(message=message))
                closed += 1
    return closed


def finished_runs() -> list[tuple[str, str, timedelta]]:
    """(name, state, how long it took) of the ad hoc runs that the Prefect server has on record, in order."""
    by_name = FlowFilter(name=FlowFilterName(any_=[AD_HOC]))
    with get_client(sync_client=True) as client:
        found = client.read_flow_runs(flow_filter=by_name, sort=FlowRunSort.START_TIME_ASC)
    return [(each.name, str(each.state_name), each.total_run_time) for each in found]


def serve_forever(settings: Settings) -> None:
    """Serve the deployments until the process is stopped."""
    serve(*deployments(settings))
