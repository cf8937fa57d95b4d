"""Who runs the deployments of a Prefect server: `onrecord serve`, or the workers of a work pool. Never both, or each
takes runs of the other.
"""

from collections.abc import Iterable
from typing import Any

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowFilter, FlowFilterName
from prefect.client.schemas.objects import DeploymentStatus
from prefect.client.schemas.responses import DeploymentResponse

from flows.configuration.settings import SettingsError, load_settings
from flows.scheduling.prefect_flows import FLOWS, VERSION

# Others may have flows of the same names on the same server: ours lie here.
_OURS = "flows.scheduling."


class ServedError(Exception):
    """`onrecord serve` runs the deployments; the message says what to do."""


def require_no_pool() -> None:
    """Raises SettingsError when a work pool owns one of our deployments."""
    pooled = [each for each in _deployed() if each.work_pool_name]
    if pooled:
        pool = pooled[0].work_pool_name
        raise SettingsError(
            f"the work pool {pool!r} owns {_names(pooled)}. Either workers run these or `onrecord serve` does, never "
            f"both. Start a worker: `prefect worker start --pool {pool}`, deploy/onrecord-worker.service. Or, to serve "
            "from here, stop the workers and delete each with `prefect deployment delete NAME`. Past runs stay."
        )


def ready_for_workers() -> dict[str, Any]:
    """The first step of deploy/prefect.yaml: what its templates take from the configuration.

    Raises ServedError when `onrecord serve` runs the deployments now.
    """
    served = [each for each in _deployed() if _is_served(each)]
    if served:
        raise ServedError(
            f"`onrecord serve` runs {_names(served)} now. Either workers run these or `onrecord serve` does, never "
            "both. Stop it (`systemctl disable --now onrecord`), wait for two minutes, and deploy again."
        )
    schedule = load_settings().schedule
    return {
        "version": VERSION,
        "cron": schedule.cron,
        "timezone": schedule.timezone,
        "digest_cron": schedule.digest_cron,
    }


def _deployed() -> list[DeploymentResponse]:
    with get_client(sync_client=True) as client:
        found = client.read_deployments(flow_filter=FlowFilter(name=FlowFilterName(any_=[*FLOWS])))
    return [each for each in found if (each.entrypoint or "").startswith(_OURS)]


def _is_served(deployment: DeploymentResponse) -> bool:
    """Whether a runner asks for its runs: Prefect's server calls it ready until a minute after the last time."""
    return not deployment.work_pool_name and deployment.status == DeploymentStatus.READY


def _names(deployments: Iterable[DeploymentResponse]) -> str:
    """Each as Prefect's commands take it: flow and name."""
    return ", ".join(sorted(f"{(each.entrypoint or '').rpartition('.')[2]}/{each.name}" for each in deployments))
