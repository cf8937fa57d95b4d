"""What is deployed, and when it runs; runs that were cut off; which runs there were."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from prefect import serve
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron, Interval
from prefect.states import Crashed
from prefect.types.entrypoint import EntrypointType

from flows.configuration.settings import Settings
from flows.pipeline import clock
from flows.scheduling.prefect_flows import (
    AD_HOC,
    BY_HAND,
    LONGEST_RUN,
    SCHEDULED,
    VERSION,
    deliver,
    digest,
    run,
    watch,
)
from scrapers.registry import PUBLISHERS

# A run's last state may lag behind its end.
_LONGEST = timedelta(seconds=LONGEST_RUN) + timedelta(minutes=5)
_UNFINISHED = (StateType.PENDING, StateType.RUNNING, StateType.CANCELLING)
_COMMON: dict[str, Any] = {"entrypoint_type": EntrypointType.MODULE_PATH, "version": VERSION}


def _one_at_a_time(then: ConcurrencyLimitStrategy) -> ConcurrencyLimitConfig:
    return ConcurrencyLimitConfig(limit=1, collision_strategy=then)


# A look that is due while the run before it seems to go on waits for it: that run may have been cut off, and its slot
# comes free within minutes. A delivery that is due then is left out, for the next one sends the same.
_WAITS = _one_at_a_time(ConcurrencyLimitStrategy.ENQUEUE)
_IS_LEFT_OUT = _one_at_a_time(ConcurrencyLimitStrategy.CANCEL_NEW)


def deployments(settings: Settings) -> list[RunnerDeployment]:
    """One deployment for each publisher, whose sources are looked at in turn, one for ad hoc runs, one for deliveries,
    one for the digest.

    By module path: a file path would put `flows/` first on the import path and shadow our packages.
    """
    schedule = settings.schedule
    daily = Cron(schedule.cron, timezone=schedule.timezone)
    often = Interval(schedule.deliver_every_minutes * 60, timezone=schedule.timezone)
    weekly = Cron(schedule.digest_cron, timezone=schedule.timezone)
    looks = [
        RunnerDeployment.from_flow(
            watch,
            name=name,
            parameters={"source": name},
            tags=[name],
            schedule=daily,
            concurrency_limit=_WAITS,
            **_COMMON,
        )
        for name, sources in PUBLISHERS.items()
        if set(sources) & set(settings.enabled())
    ]
    return [
        *looks,
        RunnerDeployment.from_flow(run, name=BY_HAND, **_COMMON),
        RunnerDeployment.from_flow(deliver, name="outbox", schedule=often, concurrency_limit=_IS_LEFT_OUT, **_COMMON),
        RunnerDeployment.from_flow(digest, name="weekly", schedule=weekly, concurrency_limit=_WAITS, **_COMMON),
    ]


def close_orphans(*, alone: bool) -> int:
    """Set our deployments' runs that nobody works on any more to Crashed, which frees their slots. Returns how many.

    With `alone` no other process serves by this Prefect server: then every scheduled run that it calls running is one.
    Else only those are that have gone on for longer than any run may; so is an ad hoc run, which may be in any process.
    """
    return _close(SCHEDULED, timedelta() if alone else _LONGEST) + _close((AD_HOC,), _LONGEST)


def _close(flows: Sequence[str], after: timedelta) -> int:
    unfinished = FlowRunFilter(
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[*_UNFINISHED])),
        deployment_id=FlowRunFilterDeploymentId(is_null_=False),
    )
    ours = FlowFilter(name=FlowFilterName(any_=[*flows]))
    latest, closed = clock() - after, 0
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
