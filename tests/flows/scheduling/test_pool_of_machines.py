"""Two workers of a pool on one database and one bucket come to what one machine comes to, whatever is killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from figures.registry import SOURCES
from flows.scheduling.ports import free_port
from flows.scheduling.prefect_home import prefect_login
from replica.editions import editions
from replica.publisher import PAGE, Publisher
from tests.found import differences, found, undelivered
from tests.machines import MAIL, Cluster, Post
from tests.object_storage import Storage

ROOT = Path(__file__).parents[3]
PREFECT = Path(sys.executable).with_name("prefect")
ONRECORD = Path(sys.executable).with_name("onrecord")
# What is killed while two runs work, by the order of the editions.
WHAT_IS_KILLED = ("one", "database", "server", "two", "")
PUBLISHED = editions()[-len(WHAT_IS_KILLED) :]
WITHIN = 300.0
OVER = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


def until(what: str, is_so: Callable[[], Any], within: float = WITHIN) -> Any:
    deadline = time.monotonic() + within
    while not (answer := is_so()):
        assert time.monotonic() < deadline, f"{what}: not within {within:g} s"
        time.sleep(0.1)
    return answer


@dataclass
class Server:
    """A Prefect server with a password, which may be killed and started again on what it has written."""

    folder: Path
    login: str
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    @property
    def environment(self) -> dict[str, str]:
        """What everybody who speaks to it needs."""
        return {"PREFECT_API_URL": self.api, "PREFECT_API_AUTH_STRING": self.login, "DO_NOT_TRACK": "1"}

    def start(self) -> None:
        own = {
            "PREFECT_HOME": str(self.folder),
            "PREFECT_SERVER_API_AUTH_STRING": self.login,
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
        }
        words = [str(PREFECT), "server", "start", "--host", "127.0.0.1", "--port", str(self.port), "--no-ui"]
        with (self.folder / "log").open("a") as log:
            environment = {**os.environ, **own}
            self.process = subprocess.Popen(words, env=environment, stdout=log, stderr=log, start_new_session=True)
        until("the Prefect server answers", self.answers)

    def answers(self) -> bool:
        try:
            return requests.get(f"{self.api}/health", timeout=5).ok
        except requests.RequestException:
            return False

    def kill(self) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def ask(self, method: str, path: str, content: dict[str, Any] | None = None) -> dict[str, Any]:
        user, _, password = self.login.partition(":")
        answer = requests.request(method, f"{self.api}{path}", json=content, auth=(user, password), timeout=30)
        answer.raise_for_status()
        read: dict[str, Any] = answer.json()
        return read

    def run(self) -> str:
        """Have ICE looked at by whichever worker is free; the id of the run."""
        deployment = self.ask("GET", "/deployments/name/run/by-hand")["id"]
        wanted = {"parameters": {"sources": ["ice"], "again": True}}
        return str(self.ask("POST", f"/deployments/{deployment}/create_flow_run", wanted)["id"])

    def state(self, run: str) -> tuple[str, str]:
        """Type and name."""
        state = self.ask("GET", f"/flow_runs/{run}")["state"]
        return str(state["type"]), str(state["name"])


@dataclass
class Worker:
    """A worker of the pool with a home of its own."""

    home: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        words = [str(PREFECT), "worker", "start", "--pool", "onrecord", "--name", self.home.name, "--limit", "1"]
        with (self.home / "log").open("a") as log:
            self.process = subprocess.Popen(
                words,
                env={**os.environ, **self.environment},
                cwd=self.home,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def processes(self) -> list[int]:
        """The worker and the runs that it has started, by the home that each was given."""
        mine = f"ONRECORD_HOME={self.home}\0".encode()
        found = []
        for path in Path("/proc").glob("[0-9]*/environ"):
            try:
                if mine in path.read_bytes():
                    found.append(int(path.parent.name))
            except OSError:
                continue  # it has ended, or is somebody else's
        return found

    def kill(self) -> None:
        """All at once, as a machine that loses its power."""
        for process in self.processes():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        if self.process is not None:
            self.process.wait()
        until("the worker is gone", lambda: not self.processes())

    def onrecord(self, *words: str) -> tuple[int, str]:
        done = subprocess.run(
            [str(ONRECORD), *words],
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            timeout=WITHIN,
        )
        return done.returncode, done.stdout + done.stderr


def configure(home: Path, publisher: Publisher, port: int, archive: str = "") -> None:
    home.mkdir(mode=0o700)
    others = "".join(f"[sources.{name}]\nenabled = false\n" for name in SOURCES if name != "ice")
    host = publisher.address.removeprefix("http://")
    text = f'[fetch]\ncontact = "test@localhost"\nattempts = 2\nprivate_hosts = ["{host}"]\n'
    text += f'[sources.ice]\naddress = "{publisher.address}{PAGE}"\n{others}{archive}{MAIL.format(port=port)}'
    (home / "onrecord.toml").write_text(text)


def on_one_machine(folder: Path) -> dict[str, list[str]]:
    """What one machine comes to, undisturbed."""
    folder.mkdir()
    url = f"sqlite:///{folder}/onrecord.db"
    post = Post()
    with Publisher() as publisher, post.open() as port:
        configure(folder / "home", publisher, port)
        worker = Worker(folder / "home", {"ONRECORD_HOME": str(folder / "home"), "ONRECORD_DATABASE_URL": url})
        for edition in PUBLISHED:
            publisher.publish(edition)
            code, said = worker.onrecord("run", "ice", "--direct")
            assert code == 0, said
    assert undelivered(url, post) == []
    return found(url)


@dataclass
class Pool:
    """What two workers rest on, and how each part of it is killed and started again."""

    cluster: Cluster
    server: Server
    workers: list[Worker]
    publisher: Publisher

    def look_and_kill(self, victim: str) -> None:
        """Two runs are due at once, so that each worker has one; of the two, one looks and one makes way."""
        asked = len(self.publisher.requests)
        for _ in self.workers:
            self.server.run()
        until("a run looks at the publisher", lambda: len(self.publisher.requests) > asked + 1)
        for worker in self.workers:
            if worker.home.name == victim:
                worker.kill()
                worker.start()
        if victim == "database":
            self.cluster.kill()
            time.sleep(1)
            self.cluster.start_again()
        elif victim == "server":
            self.server.kill()
            self.server.start()

    def look(self) -> None:
        """Runs, after whatever was killed, until one has looked: one before it may still be at work."""
        until("a run has looked", self._looked)

    def _looked(self) -> bool:
        try:
            run = self.server.run()
        except requests.RequestException:
            return False  # the server is not there yet
        kind, name = until("a run ends", lambda: (state := self.server.state(run))[0] in OVER and state)
        assert kind == "COMPLETED", name
        return bool(name in ("New", "Unchanged", "Held"))


@contextmanager
def pool(folder: Path, storage: Storage, publisher: Publisher, port: int) -> Iterator[Pool]:
    with Cluster.running() as cluster, ExitStack() as ending:
        archive = f'[archive]\naddress = "s3://{storage.make()}/onrecord"\nendpoint_url = "{storage.endpoint_url}"\n'
        homes = [folder / "one", folder / "two"]
        for home in homes:
            configure(home, publisher, port, archive)
        (folder / "server").mkdir()
        server = Server(folder / "server", prefect_login(homes[0]))
        ending.callback(server.kill)
        server.start()
        workers = [
            Worker(
                home,
                {
                    **server.environment,
                    "ONRECORD_HOME": str(home),
                    "ONRECORD_DATABASE_URL": cluster.url,
                    "PREFECT_HOME": str(home / "prefect"),
                },
            )
            for home in homes
        ]
        deployed = {**os.environ, **workers[0].environment}
        for words in (
            ("work-pool", "create", "onrecord", "--type", "process"),
            ("deploy", "--no-prompt", "--all", "--prefect-file", str(ROOT / "deploy" / "prefect.yaml")),
        ):
            done = subprocess.run([str(PREFECT), *words], env=deployed, cwd=folder, capture_output=True, text=True)
            assert done.returncode == 0, done.stdout + done.stderr
        for worker in workers:
            ending.callback(worker.kill)
            worker.start()
        yield Pool(cluster, server, workers, publisher)


@pytest.mark.slow
@pytest.mark.soak
def test_two_workers_come_to_what_one_machine_comes_to(tmp_path: Path, storage: Storage) -> None:
    expected = on_one_machine(tmp_path / "alone")
    (tmp_path / "pool").mkdir()
    post = Post()
    with (
        Publisher() as publisher,
        post.open() as port,
        pool(tmp_path / "pool", storage, publisher, port) as made,
    ):
        with pytest.raises(requests.HTTPError, match="401"):
            Server(tmp_path, "onrecord:guessed", made.server.port).ask("GET", "/deployments/name/run/by-hand")
        for edition, victim in zip(PUBLISHED, WHAT_IS_KILLED, strict=True):
            publisher.publish(edition)
            if victim:
                made.look_and_kill(victim)
            made.look()
        assert undelivered(made.cluster.url, post) == []
        assert post.unannounced == []
        odd = differences(expected, found(made.cluster.url))
        assert odd == [], "\n".join(map(str, odd))
        for worker in made.workers:
            code, said = worker.onrecord("verify")
            assert code == 0, said
            assert " 0 missing or altered" in said
            assert "no record names it" not in said
