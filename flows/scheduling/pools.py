"""Who runs the deployments of a Prefect server: `onrecord serve`, or the workers of a work pool. Never both, or each
takes runs of the other.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from prefect.client.orchestration import get_client
from prefect.client.schemas.responses import DeploymentResponse

from flows.configuration.settings import SettingsError, load_settings
from flows.pipeline import clock
from flows.scheduling.prefect_flows import VERSION

# Our flows among those of others on the same server, by where they lie.
_OURS = "flows.scheduling."
# A runner asks for what is due every ten seconds.
_ASKS_WITHIN = timedelta(seconds=60)


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
            "both. Stop it (`systemctl disable --now onrecord`), wait for a minute, and deploy again."
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
        return [each for each in client.read_deployments() if (each.entrypoint or "").startswith(_OURS)]


def _is_served(deployment: DeploymentResponse) -> bool:
    """Whether a runner has asked for its runs just now; workers ask by their pool."""
    asked = deployment.last_polled
    return not deployment.work_pool_name and asked is not None and asked > clock() - _ASKS_WITHIN


def _names(deployments: Iterable[DeploymentResponse]) -> str:
    """Each as Prefect's commands take it: flow and name."""
    return ", ".join(sorted(f"{(each.entrypoint or '').rpartition('.')[2]}/{each.name}" for each in deployments))
