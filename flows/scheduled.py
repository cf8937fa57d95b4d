"""The Prefect wrapping: flows, their schedule, nothing else. The work is in `flows/running.py`."""

from collections.abc import Sequence
from typing import Any

from prefect import flow, serve
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron, Interval
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.types.entrypoint import EntrypointType

from alerts.claims import Claim
from flows.backfill import Backfilled, Job
from flows.backfill import backfill as take_captures
from flows.delivering import drain
from flows.digest import make_digest
from flows.line import Line, Outcome
from flows.running import clock, look, open_line, run_sources
from flows.settings import Settings, load_settings
from scrapers.registry import PUBLISHERS

# Longer than any run; a run that hangs is ended and said to have failed.
LONGEST_RUN = 3600


_COMMON: dict[str, Any] = {
    "concurrency_limit": ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW),
    "entrypoint_type": EntrypointType.MODULE_PATH,
}


class SourceFailedError(Exception):
    """A source could not be looked at as it should; Prefect shows the run as failed."""


@flow(name="watch", timeout_seconds=LONGEST_RUN)
def watch(source: str) -> None:
    """One look at each source of one publisher (`ice` or `trac`), then judging and delivery: the scheduled flow."""
    settings = load_settings()
    outcomes = run_sources(settings, open_line(settings), settings.chosen([source]), look)
    failed = [f"{outcome.source}: {'; '.join(outcome.notes)}" for outcome in outcomes if outcome.state == "failed"]
    if failed:
        raise SourceFailedError(" ".join(failed))


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


@flow(name="run", timeout_seconds=LONGEST_RUN, validate_parameters=False)
def run(settings: Settings, line: Line, sources: Sequence[str]) -> list[Outcome]:
    """Every source once, as `onrecord run` does it."""
    return run_sources(settings, line, sources, _look_as_flow)


@flow(name="look", timeout_seconds=LONGEST_RUN, validate_parameters=False)
def _look(settings: Settings, line: Line, source: str) -> Outcome:
    return look(settings, line, source)


def _look_as_flow(settings: Settings, line: Line, source: str) -> Outcome:
    return _look(settings, line, source)


def run_as_flow(settings: Settings, line: Line, sources: Sequence[str]) -> list[Outcome]:
    """An ad hoc flow run in this process, on the configured Prefect server or on one that Prefect starts for it."""
    # Every flow waits up to a second for its heartbeat thread to end; a run that somebody watches needs none.
    with temporary_settings(updates={PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        return run(settings, line, sources)


@flow(name="backfill", validate_parameters=False)
def _backfill(job: Job, claims: Sequence[Claim], desk_channels: Sequence[str]) -> Backfilled:
    return take_captures(job, claims, desk_channels)


def backfill_as_flow(job: Job, claims: Sequence[Claim], desk_channels: Sequence[str]) -> Backfilled:
    """History from the archive as a flow run in this process, without a limit of time: it pauses for minutes."""
    with temporary_settings(updates={PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        return _backfill(job, claims, desk_channels)


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


def serve_forever(settings: Settings) -> None:
    """Serve the deployments until the process is stopped."""
    serve(*deployments(settings))
