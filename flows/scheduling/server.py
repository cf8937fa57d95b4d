"""A Prefect server of our own, for a machine that has none: the one that Prefect starts by itself runs no schedules."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

import requests

from flows.configuration.settings import SettingsError
from flows.scheduling.ports import is_anothers, is_taken

# The first start makes Prefect's tables, which takes tens of seconds on a small machine.
LONGEST_START = 120.0
# The server of a process that was killed ends within seconds: `flows.scheduling.server_process`.
PORT_IS_FREED_WITHIN = 6.0
LAST_SECONDS = 10.0


@dataclass(slots=True)
class PrefectServer:
    """A Prefect server that is starting, or runs, on this machine's loopback address."""

    port: int
    process: subprocess.Popen[bytes]
    _is_ending: bool = field(default=False, init=False)

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    @property
    def is_lost(self) -> bool:
        """Whether it ended without our asking."""
        return not self._is_ending and self.process.poll() is not None

    def wait(self) -> None:
        """Return when it answers. Raises SettingsError when it does not come up."""
        deadline = time.monotonic() + LONGEST_START
        session = requests.Session()
        session.trust_env = False
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise SettingsError(
                    f"the Prefect server ended at once (exit {self.process.returncode}); what it said is above"
                )
            try:
                if session.get(f"{self.api}/health", timeout=2).ok:
                    break
            except requests.RequestException:
                pass  # not yet
            time.sleep(0.2)
        else:
            raise SettingsError(f"the Prefect server did not answer within {LONGEST_START:.0f} s at {self.api}")
        if is_anothers(self.port):  # it was quicker than ours
            raise SettingsError(
                f"a process of another user answers on port {self.port}, in the place of our Prefect server; it was "
                "told nothing. Find out who it is, or set schedule.prefect_port to another port."
            )

    def end(self) -> None:
        self._is_ending = True
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdin is not None:
            self.process.stdin.close()


@contextmanager
def prefect_server(port: int, *options: str) -> Iterator[PrefectServer]:
    """Start a Prefect server on the loopback address, without waiting for it; end it on leaving.

    It ends with this process, even if that is killed; and should it end by itself this process ends with exit 1, so
    that whoever watches over it starts both anew. Raises SettingsError when the port is taken.
    """
    _require_free(port)
    # No secret is among the arguments. -P: what lies in the folder one stands in is not run as ours.
    command = [sys.executable, "-P", "-m", "flows.scheduling.server_process", "server", "start"]
    command += ["--host", "127.0.0.1", "--port", str(port), *options]
    process = subprocess.Popen(  # noqa: S603 - our own words
        command,
        stdin=subprocess.PIPE,  # ends with this process: `flows.scheduling.server_process`
        stdout=subprocess.DEVNULL,
        process_group=0,  # Ctrl-C is for us; the runner still needs its server to take leave
    )
    server = PrefectServer(port, process)
    before = signal.signal(signal.SIGTERM, _leave)  # systemd's stop must end the server too
    threading.Thread(target=_watch, args=(server,), daemon=True).start()
    try:
        yield server
    except SystemExit as leaving:
        raise SystemExit(1 if server.is_lost else leaving.code) from None
    finally:
        signal.signal(signal.SIGTERM, before)
        server.end()


def _leave(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def _watch(server: PrefectServer) -> None:
    code = server.process.wait()
    if server.is_lost:
        sys.stderr.write(f"The Prefect server ended by itself (exit {code}); what it served ends too.\n")
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(LAST_SECONDS)  # Prefect's runner would go on asking the server that is gone
        os._exit(1)


def _require_free(port: int) -> None:
    deadline = time.monotonic() + PORT_IS_FREED_WITHIN
    while is_taken(port):
        if time.monotonic() > deadline:
            raise SettingsError(
                f"port {port} on this machine is taken. If a Prefect server runs there, set "
                f"PREFECT_API_URL=http://127.0.0.1:{port}/api; otherwise set schedule.prefect_port to a free one."
            )
        time.sleep(0.2)
