"""Workers of a pool on a Prefect server with a password: `onrecord serve` keeps apart, and a kill stops nothing."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from flows.scheduling.ports import free_port
from replica.editions import edition
from replica.publisher import PAGE, Publisher
from tests.flows.scheduling.test_serving import CONFIGURATION, NEVER, PROGRAM, wait_for

pytestmark = [pytest.mark.prefect, pytest.mark.slow]
DEPLOY = Path(__file__).parents[3] / "deploy"
PREFECT = PROGRAM.with_name("prefect")
LOGIN = ("onrecord", "a password of this test, and of no other")
TEN_MINUTES = 600
# What a deployment is to whoever runs it; the numbers that Prefect gives are left out.
SAME = (
    "entrypoint",
    "parameters",
    "tags",
    "version",
    "concurrency_limit",
    "concurrency_options",
    "parameter_openapi_schema",
)


@dataclass
class Site:
    """A Prefect server, and hosts that speak to it. Each process has a group of its own and is killed as one."""

    home: Path
    port: int
    started: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT", "ONRECORD"))}
        login = ":".join(LOGIN)
        return {
            **kept,
            "HOME": str(self.home),
            "ONRECORD_HOME": str(self.home),
            "PREFECT_HOME": str(self.home / "prefect"),
            "PREFECT_UI_STATIC_DIRECTORY": str(self.home / "page"),
            "PREFECT_API_URL": f"http://127.0.0.1:{self.port}/api",
            "PREFECT_API_AUTH_STRING": login,
            "PREFECT_SERVER_API_AUTH_STRING": login,
            "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
            # As short as Prefect allows: thirty seconds.
            "PREFECT_SERVER_CONCURRENCY_INITIAL_DEPLOYMENT_LEASE_DURATION": "30",
            "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "DO_NOT_TRACK": "1",
        }

    def start(self, *command: str) -> "subprocess.Popen[bytes]":
        with (self.home / "said").open("ab") as said:
            process = subprocess.Popen(
                command, env=self.environment, cwd=self.home, stdout=said, stderr=said, start_new_session=True
            )
        self.started.append(process)
        return process

    def start_server(self) -> "subprocess.Popen[bytes]":
        process = self.start(str(PREFECT), "server", "start", "--host", "127.0.0.1", "--port", str(self.port))
        wait_for(self.is_up, 180)
        return process

    def start_worker(self) -> "subprocess.Popen[bytes]":
        return self.start(str(PREFECT), "worker", "start", "--pool", "onrecord")

    def run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            command, env=self.environment, cwd=self.home, capture_output=True, text=True, timeout=300, check=False
        )

    def deploy(self) -> "subprocess.CompletedProcess[str]":
        return self.run(str(PREFECT), "--no-prompt", "deploy", "--all", "--prefect-file", str(DEPLOY / "prefect.yaml"))

    def is_up(self) -> bool:
        try:
            return requests.get(f"http://127.0.0.1:{self.port}/api/health", auth=LOGIN, timeout=5).ok
        except requests.RequestException:
            return False

    def ask(self, what: str, **content: Any) -> Any:
        for _ in range(20):
            answer = requests.post(f"http://127.0.0.1:{self.port}/api/{what}", json=content, auth=LOGIN, timeout=30)
            if answer.status_code != 503:  # its SQLite has one writer, and on a busy machine it gives up waiting
                break
            time.sleep(1)
        answer.raise_for_status()
        return answer.json()

    def deployments(self) -> dict[str, dict[str, Any]]:
        return {found["name"]: found for found in self.ask("deployments/filter")}

    def looks(self, *states: str) -> list[dict[str, Any]]:
        """The runs of `watch/ice` in these states, in order."""
        wanted = {"deployments": {"name": {"any_": ["ice"]}}, "flow_runs": {"state": {"name": {"any_": [*states]}}}}
        return list(self.ask("flow_runs/filter", sort="EXPECTED_START_TIME_ASC", **wanted))

    def configure(self, host: str, cron: str) -> None:
        text = CONFIGURATION.format(host=host, cron=cron, port=self.port, page=PAGE)
        (self.home / "onrecord.toml").write_text(text, encoding="utf-8")


def kill(process: "subprocess.Popen[bytes]") -> None:
    """All at once: the process and what it has started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    for child in _descendants(process.pid):
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
    process.wait()


def _descendants(parent: int) -> list[int]:
    found: list[int] = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            fields = path.read_text().rpartition(")")[2].split()
            if int(fields[3]) == parent or int(fields[1]) == parent:  # of its session, or its child
                found.append(int(path.parent.name))
    return found


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    home = tmp_path / "home"
    home.mkdir()
    made = Site(home, free_port())
    try:
        yield made
    finally:
        for process in made.started:
            kill(process)


@contextmanager
def _in_mid_look(site: Site) -> Iterator[None]:
    """A look that waits for its publisher's answer until this is left."""
    with socket.create_server(("127.0.0.1", 0)) as mute:
        mute.settimeout(180)
        site.configure(f"127.0.0.1:{mute.getsockname()[1]}", NEVER)
        site.ask(f"deployments/{site.deployments()['ice']['id']}/create_flow_run", state={"type": "SCHEDULED"})
        connection, _ = mute.accept()
        with connection:
            wait_for(lambda: site.looks("Running"), 60)
            yield


def _next_scheduled_look(site: Site, publisher: Publisher) -> dict[str, Any]:
    """The first look that is scheduled from now on, when it has come to its end."""
    site.configure(publisher.address.removeprefix("http://"), "* * * * *")
    assert site.deploy().returncode == 0
    began = time.time()
    wait_for(lambda: [run for run in site.looks("New", "Unchanged", "Held") if run["auto_scheduled"]], TEN_MINUTES)
    assert time.time() - began < TEN_MINUTES
    return min(
        (
            run
            for run in site.looks("New", "Unchanged", "Held", "Cancelled", "Failed", "Crashed")
            if run["auto_scheduled"]
        ),
        key=lambda run: str(run["expected_start_time"]),
    )


def test_serve_and_workers_never_own_the_same_deployments(site: Site) -> None:
    site.configure("127.0.0.1:9", NEVER)
    site.start_server()
    assert site.run(str(PREFECT), "work-pool", "create", "onrecord", "--type", "process").returncode == 0
    serving = site.start(str(PROGRAM), "serve")
    wait_for(lambda: any(each["last_polled"] for each in site.deployments().values()), 120)
    served = site.deployments()
    refused = site.deploy()
    assert refused.returncode != 0
    said = " ".join((refused.stdout + refused.stderr).split())
    assert "`onrecord serve` runs " in said
    assert "watch/ice" in said
    assert {each["work_pool_name"] for each in site.deployments().values()} == {None}
    serving.terminate()
    serving.wait(60)
    wait_for(lambda: site.deploy().returncode == 0, 180)
    pooled = site.deployments()
    assert {each["work_pool_name"] for each in pooled.values()} == {"onrecord"}
    # The same deployments but for those of publishers that this configuration leaves out.
    assert set(pooled) - set(served) == {"trac", "cbp", "ohss"}
    for name, each in served.items():
        assert {part: pooled[name][part] for part in SAME} == {part: each[part] for part in SAME}, name
        assert [s["schedule"] for s in pooled[name]["schedules"]] == [
            {**s["schedule"], "anchor_date": t["schedule"].get("anchor_date")}
            if "interval" in s["schedule"]
            else s["schedule"]
            for s, t in zip(each["schedules"], pooled[name]["schedules"], strict=True)
        ], name
        assert pooled[name]["pull_steps"] in (None, [])
    refused_too = site.run(str(PROGRAM), "serve")
    assert refused_too.returncode == 2
    assert "the work pool 'onrecord' owns " in refused_too.stderr
    assert "`prefect worker start --pool onrecord`" in refused_too.stderr
    assert {each["work_pool_name"] for each in site.deployments().values()} == {"onrecord"}


@pytest.mark.parametrize("killed", ["worker", pytest.param("server", marks=pytest.mark.soak)])
def test_after_a_kill_in_mid_run_the_next_scheduled_look_completes_within_ten_minutes(site: Site, killed: str) -> None:
    site.configure("127.0.0.1:9", NEVER)
    server = site.start_server()
    assert site.run(str(PREFECT), "work-pool", "create", "onrecord", "--type", "process").returncode == 0
    sooner = site.home / "automations.yaml"
    sooner.write_text((DEPLOY / "automations.yaml").read_text().replace("within: 400", "within: 90"))
    made = site.run(str(PREFECT), "automation", "create", "--from-file", str(sooner))
    assert made.returncode == 0, made.stdout + made.stderr
    assert site.deploy().returncode == 0
    worker = site.start_worker()
    with _in_mid_look(site):
        cut_off = site.looks("Running")[0]["id"]
        kill(worker if killed == "worker" else server)
    if killed == "worker":
        site.start_worker()
    else:
        time.sleep(10)
        site.start_server()
    with Publisher() as publisher:
        publisher.publish(edition("05232025"))
        first = _next_scheduled_look(site, publisher)
        assert first["state"]["name"] == "New", first["state"]
    if killed == "worker":  # nobody told of its end, and its silence did

        def ended() -> bool:
            (run,) = site.ask("flow_runs/filter", flow_runs={"id": {"any_": [cut_off]}})
            return bool(run["state"]["name"] == "Crashed")

        wait_for(ended, 300)


def test_the_automations_fit_the_names_of_our_states_and_flows() -> None:
    found = yaml.safe_load((DEPLOY / "automations.yaml").read_text())["automations"]
    completed, zombies = (each["trigger"] for each in found)
    assert completed["within"] == 36 * 3600
    assert set(completed["expect"]) == {f"prefect.flow-run.{name}" for name in ("New", "Held", "Unchanged")}
    assert zombies["within"] > 2 * 180  # of the signs that a run gives by default
    assert zombies["expect"] == ["prefect.flow-run.*"]  # by its names, a run of ours would end unseen
