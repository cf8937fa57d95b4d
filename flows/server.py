"""A Prefect server of our own, for a machine that has none: the one that Prefect starts by itself runs no schedules."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import requests

from flows.settings import SettingsError

# The first start makes Prefect's tables, which takes tens of seconds on a small machine.
LONGEST_START = 120.0


@contextmanager
def prefect_server(port: int) -> Iterator[str]:
    """Run a Prefect server on this machine's loopback address and give its API's URL; end it on leaving.

    Raises SettingsError when the port is taken or the server does not come up.
    """
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise SettingsError(
                f"port {port} on this machine is taken. If a Prefect server runs there, set "
                f"PREFECT_API_URL=http://127.0.0.1:{port}/api; otherwise set schedule.prefect_port to a free one."
            )
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603 - our own interpreter, no outside text
    before = signal.signal(signal.SIGTERM, _leave)  # systemd's stop must end the server too
    try:
        _wait(process, f"http://127.0.0.1:{port}/api/health")
        yield f"http://127.0.0.1:{port}/api"
    finally:
        signal.signal(signal.SIGTERM, before)
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _leave(_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def _wait(process: subprocess.Popen[bytes], health: str) -> None:
    deadline = time.monotonic() + LONGEST_START
    session = requests.Session()
    session.trust_env = False
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SettingsError(f"the Prefect server ended at once (exit {process.returncode}); what it said is above")
        try:
            if session.get(health, timeout=2).ok:
                return
        except requests.RequestException:
            time.sleep(0.5)
    raise SettingsError(f"the Prefect server did not answer within {LONGEST_START:.0f} s at {health}")
