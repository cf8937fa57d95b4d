"""`onrecord serve` as it runs on a machine: who may speak to its Prefect server, and what a power cut leaves behind."""

import os
import pwd
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from figures.registry import BORDER, TRAC
from flows.configuration.settings import SettingsError, load_settings
from flows.exclusive import LASTS
from flows.scheduling.ports import free_port, is_anothers
from flows.scheduling.prefect_home import LOGIN, prefect_login
from flows.scheduling.server import PrefectServer
from replica.editions import edition
from replica.publisher import PAGE, Publisher
from storage import locks
from storage.engine import open_database, writing

PROGRAM = Path(sys.executable).with_name("onrecord")
NEVER = "0 0 1 1 *"
CONFIGURATION = """\
[fetch]
contact = "test@localhost"
attempts = 1
private_hosts = ["{host}"]
[schedule]
cron = "{cron}"
prefect_port = {port}
[sources.ice]
address = "http://{host}{page}"
""" + "".join(f"[sources.{source.id}]\nenabled = false\n" for source in (*TRAC, *BORDER))


@dataclass(frozen=True)
class Served:
    home: Path
    port: int

    def configure(self, host: str, cron: str = NEVER) -> None:
        text = CONFIGURATION.format(host=host, cron=cron, port=self.port, page=PAGE)
        (self.home / "onrecord.toml").write_text(text, encoding="utf-8")

    @contextmanager
    def running(self) -> Iterator["subprocess.Popen[bytes]"]:
        """`onrecord serve` in a process group of its own, once its deployments are there."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT", "ONRECORD"))}
        # As short as Prefect allows: thirty seconds.
        small = {"PREFECT_SERVER_CONCURRENCY_INITIAL_DEPLOYMENT_LEASE_DURATION": "30"}
        environment = {**kept, **small, "ONRECORD_HOME": str(self.home), "HOME": str(self.home)}
        with (self.home / "said").open("ab") as said:
            process = subprocess.Popen(
                [str(PROGRAM), "serve"], env=environment, stdout=said, stderr=said, start_new_session=True
            )
        try:
            wait_for(lambda: self.deployments() if self.is_up() else None, 120)
            yield process
        finally:
            power_cut(process)

    def is_up(self) -> bool:
        try:
            return requests.get(f"http://127.0.0.1:{self.port}/api/health", timeout=5).ok
        except requests.ConnectionError:
            return False

    def ask(self, what: str, **content: Any) -> Any:
        """The API's answer to whoever has the password."""
        login = (self.home / LOGIN).read_text().strip().partition(":")
        url = f"http://127.0.0.1:{self.port}/api/{what}"
        for _ in range(20):
            answer = requests.post(url, json=content, auth=(login[0], login[2]), timeout=30)
            if answer.status_code != 503:  # its SQLite has one writer, and on a busy machine it gives up waiting
                break
            time.sleep(1)
        answer.raise_for_status()
        return answer.json()

    def deployments(self) -> dict[str, str]:
        return {found["name"]: found["id"] for found in self.ask("deployments/filter")}

    def runs(self, state: str) -> list[dict[str, Any]]:
        """The runs of `watch` that Prefect says are in this state."""
        watch = {"flows": {"name": {"any_": ["watch"]}}, "flow_runs": {"state": {"name": {"any_": [state]}}}}
        return list(self.ask("flow_runs/filter", **watch))


def wait_for(what: Callable[[], Any], seconds: float) -> Any:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = what()
        if found:
            return found
        time.sleep(0.5)
    raise AssertionError(f"it did not come about within {seconds} s")


def power_cut(process: "subprocess.Popen[bytes]") -> None:
    """All at once, and nobody is told: the process, its group, and Prefect's server, which has a group of its own."""
    if process.poll() is None:
        groups = {process.pid, *(child for child, _ in _children(process.pid))}
        for group in groups:
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
        process.wait()


def _children(parent: int) -> Iterator[tuple[int, str]]:
    """(number, arguments) of the processes that a process started."""
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):
            if int((path / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                yield int(path.name), (path / "cmdline").read_text()


@pytest.fixture
def served(tmp_path: Path, used_before: Callable[[Path], None]) -> Served:
    home = tmp_path / "home %41 ? #"
    used_before(home)
    return Served(home, free_port())


@pytest.mark.prefect
def test_the_prefect_server_lets_nobody_in_without_its_password_and_no_page_of_another_origin(served: Served) -> None:
    served.configure("127.0.0.1:9")
    with served.running():
        api, evil = f"http://127.0.0.1:{served.port}/api", {"Origin": "http://evil.example"}
        deployment = served.deployments()["ice"]
        entry = {"entrypoint": "os.system"}
        for login in (None, ("onrecord", "guess"), ("", "")):
            for method, path in (
                ("POST", "/deployments/filter"),
                ("GET", "/admin/settings"),
                ("GET", "/admin/version"),
            ):
                assert requests.request(method, api + path, auth=login, json={}, timeout=10).status_code == 401
            changed = requests.patch(f"{api}/deployments/{deployment}", json=entry, auth=login, timeout=10)
            assert changed.status_code == 401
        # What a page elsewhere can send without being asked for leave, and what its browser asks for leave to send.
        plain = requests.post(f"{api}/deployments/filter", data="{}", headers=evil, timeout=10)
        wanted = {**evil, "Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "authorization"}
        leave = requests.options(f"{api}/deployments/{deployment}", headers=wanted, timeout=10)
        assert plain.status_code == 401
        assert leave.status_code == 400
        for answer in (plain, leave):
            assert "access-control-allow-origin" not in answer.headers
        own = {**wanted, "Origin": f"http://127.0.0.1:{served.port}"}
        assert requests.options(f"{api}/deployments/{deployment}", headers=own, timeout=10).status_code == 200
        assert requests.get(f"http://127.0.0.1:{served.port}/ui-settings", timeout=10).json()["api_url"] == api

        with closing(sqlite3.connect(served.home / "prefect" / "prefect.db")) as connection:
            assert connection.execute("SELECT count(*) FROM deployment").fetchone() > (0,)
        assert [path.name for path in served.home.parent.iterdir()] == [served.home.name]
        password = (served.home / LOGIN).read_text().strip().partition(":")[2]
        arguments = b"".join(path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists())
        assert password.encode() not in arguments
        assert password not in (served.home / "said").read_text()


def test_the_password_is_made_once_and_is_no_one_elses_to_read(tmp_path: Path) -> None:
    login = prefect_login(tmp_path / "home")
    file = tmp_path / "home" / LOGIN
    assert file.stat().st_mode & 0o777 == 0o600
    assert prefect_login(tmp_path / "home") == login == file.read_text().strip()
    assert sorted(path.name for path in file.parent.iterdir()) == [LOGIN]
    file.chmod(0o644)
    with pytest.raises(SettingsError, match="can be read by others"):
        prefect_login(tmp_path / "home")
    file.unlink()
    file.touch(0o600)
    with pytest.raises(SettingsError, match="does not hold user:password"):
        prefect_login(tmp_path / "home")
    file.unlink()
    assert prefect_login(tmp_path / "home") != login


SQUATTER = """
import encodings.idna, http.server, os, sys
os.setuid(int(sys.argv[2]))
class Answers(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
http.server.HTTPServer((sys.argv[3], int(sys.argv[1])), Answers).serve_forever()
"""


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
def test_who_answers_in_the_place_of_our_server_is_told_nothing(address: str) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can start a process of another user")
    port = free_port()
    for user, words in ((pwd.getpwnam("nobody").pw_uid, "a process of another user answers"), (0, "")):
        squatter = subprocess.Popen(
            [sys.executable, "-c", SQUATTER, str(port), str(user), address], stderr=subprocess.DEVNULL
        )
        try:
            server = PrefectServer(port, squatter)  # it runs, and what answers may be somebody else
            if words:
                with pytest.raises(SettingsError, match=words):
                    server.wait()
            else:
                server.wait()
            assert is_anothers(port) == bool(words)
        finally:
            squatter.kill()
            squatter.wait()


@pytest.mark.prefect
@pytest.mark.slow
def test_the_server_ends_with_a_serve_that_was_killed_and_a_serve_with_its_server(served: Served) -> None:
    served.configure("127.0.0.1:9")
    with served.running() as process:
        os.kill(process.pid, signal.SIGKILL)  # it alone
        wait_for(lambda: not served.is_up(), 15)
    with served.running() as process:
        (server,) = [
            child for child, arguments in _children(process.pid) if "flows.scheduling.server_process" in arguments
        ]
        os.kill(server, signal.SIGKILL)
        assert process.wait(60) == 1
    assert "The Prefect server ended by itself (exit -9)" in (served.home / "said").read_text()


@pytest.mark.prefect
@pytest.mark.slow
def test_a_power_cut_in_mid_run_does_not_stop_the_schedule(served: Served) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        mute.settimeout(120)
        served.configure(f"127.0.0.1:{mute.getsockname()[1]}")
        with served.running() as process:
            served.ask(f"deployments/{served.deployments()['ice']}/create_flow_run", state={"type": "SCHEDULED"})
            connection, _ = mute.accept()  # the look is under way, and waits for an answer
            wait_for(lambda: served.runs("Running"), 30)
            power_cut(process)
            connection.close()
    locked = subprocess.run(
        [str(PROGRAM), "doctor"], env={**os.environ, "ONRECORD_HOME": str(served.home)}, capture_output=True, text=True
    )
    assert "watch:ice: held by process" in locked.stdout
    assert "which is gone: the lock is free" in locked.stdout
    with Publisher() as publisher:
        publisher.publish(edition("05232025"))
        served.configure(publisher.address.removeprefix("http://"), cron="* * * * *")
        with served.running():
            crashed = wait_for(lambda: served.runs("Crashed"), 60)
            assert [run["state"]["message"] for run in crashed] == [
                "The process of this run was cut off; onrecord serve closed it at its next start."
            ]
            completed = wait_for(lambda: served.runs("New"), 600)
            assert completed[0]["auto_scheduled"]
            assert served.runs("Cancelled") == []
            # While this process, which lives, looks at the source, a run makes way for it and is no failure.
            database = open_database(load_settings(served.home).database_url.get_secret_value())
            with writing(database) as connection:
                assert locks.take(connection, "watch:ice", locks.Holder.here(), datetime.now(UTC), LASTS) is None
            database.dispose()
            served.ask(f"deployments/{served.deployments()['ice']}/create_flow_run", state={"type": "SCHEDULED"})
            busy = wait_for(lambda: served.runs("Busy"), 120)
            assert f"is under way in process {os.getpid()} on" in busy[0]["state"]["message"]
            assert served.runs("Failed") == []
