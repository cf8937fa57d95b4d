"""Machines that share a database and an archive, each a host with a name and a home of its own, and what they rest on:
a PostgreSQL that may be killed and started again, and a mail server that keeps what it got.

python -m tests.machines CLOCK reads a number a line, and for each runs the line once in ONRECORD_HOME, at the time that
the file CLOCK holds: in a fork, which is gone at that step of what makes something last (`tests.killed.count_steps`; 0:
it comes to its end). It prints the number of the fork's process, then how that ended.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from alerts.messages.words.channel_faults import AGAIN
from flows.configuration.settings import load_settings
from flows.pipeline import open_line, run_line
from flows.scheduling.ports import free_port
from storage.engine import open_database, upgrade
from tests.killed import count_steps
from tests.postgres import NotInstalledError, administer, as_account, end, launch, prepare, programs

ROOT = Path(__file__).parents[1]
STARTED_WITHIN = 60.0
ENDED_WITHIN = 240.0
MAIL = """
[[channels]]
name = "post"
kind = "mail"
host = "127.0.0.1"
port = {port}
security = "none"
sender = "onrecord@example.org"
to = ["desk@example.org"]
audience = ["desk", "sources", "ops"]
"""


@dataclass
class Cluster:
    """A PostgreSQL that may be killed; what was committed is there when it is started again."""

    data: Path
    port: int = field(default_factory=free_port)
    account: dict[str, Any] = field(default_factory=as_account)
    process: subprocess.Popen[bytes] = field(init=False)

    @classmethod
    @contextmanager
    def running(cls) -> Iterator["Cluster"]:
        """One with a database of our tables. Skips where there is no PostgreSQL."""
        try:
            programs()
        except NotInstalledError as error:
            pytest.skip(str(error))
        data = Path(tempfile.mkdtemp(prefix="onrecord-cluster-"))  # the server's account cannot enter pytest's folders
        made = cls(data)
        if made.account:
            shutil.chown(data, made.account["user"])
        prepare(data, made.account)
        made.process = launch(data, made.port, made.account)
        try:
            administer(made.server, "CREATE DATABASE newsroom")
            database = open_database(made.url)
            upgrade(database)
            database.dispose()
            yield made
        finally:
            end(made.process)
            shutil.rmtree(data, ignore_errors=True)

    @property
    def server(self) -> str:
        return f"postgresql+psycopg://onrecord@127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.server}/newsroom"

    def kill(self) -> None:
        """The server and all that it has started, as a machine that loses its power."""
        self.process.kill()
        self.process.wait()

    def start_again(self) -> None:
        deadline = time.monotonic() + STARTED_WITHIN
        while True:
            try:
                self.process = launch(self.data, self.port, self.account)
                return
            except RuntimeError:  # what the killed one had started is still ending
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)


@dataclass
class Post:
    """A mail server's record. `taken` is called when a mail has been taken and the sender does not know it yet."""

    mails: list[tuple[str, str, str]] = field(default_factory=list)  # (key, subject, text), in order
    taken: Callable[[str], None] = lambda key: None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        mail = message_from_bytes(envelope.content, policy=policy.default)
        body = mail.get_body(("plain",))  # type: ignore[attr-defined]
        self.mails.append((str(mail["X-Onrecord-Key"]), str(mail["Subject"]), body.get_content()))
        self.taken(self.mails[-1][0])
        return "250 OK"

    @contextmanager
    def open(self) -> Iterator[int]:
        """The port that it listens on."""
        controller = Controller(self, hostname="127.0.0.1", port=free_port())
        controller.start()
        try:
            yield controller.port
        finally:
            controller.stop()

    @property
    def twice(self) -> dict[str, list[str]]:
        """The texts of the mails that came more than once, by key."""
        counts = Counter(key for key, _, _ in self.mails)
        return {key: [text for k, _, text in self.mails if k == key] for key, n in counts.items() if n > 1}

    @property
    def unannounced(self) -> list[str]:
        """Keys of mails that came again and did not say that they may have come before."""
        return [key for key, texts in self.twice.items() if any(AGAIN not in " ".join(t.split()) for t in texts[1:])]


@dataclass
class Machine:
    """A host with a name and a home of its own, which looks when it is told to."""

    name: str
    home: Path
    environment: Mapping[str, str]
    clock: Path
    _host: subprocess.Popen[str] = field(init=False)
    _looks: int | None = None  # the process that looks now

    def __post_init__(self) -> None:
        self._host = self._command(sys.executable, "-m", "tests.machines", str(self.clock))

    def _command(self, *words: str) -> subprocess.Popen[str]:
        """A process on this host, which has a name of its own for the kernel: by it locks are told apart."""
        environment = {**os.environ, **self.environment, "ONRECORD_HOME": str(self.home)}
        named = ["unshare", "--uts", "sh", "-c", 'hostname "$0" && exec "$@"', self.name]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        with self.log.open("a") as log:
            return subprocess.Popen([*named, *words], env=environment, cwd=ROOT, stderr=log, text=True, **pipes)

    @property
    def log(self) -> Path:
        return self.home / "log"

    def look(self, step: int = 0) -> None:
        """Begin to look at every source; at the given step the process is gone."""
        assert self._host.stdin is not None
        self._host.stdin.write(f"{step}\n")
        self._host.stdin.flush()
        self._looks = int(self._answer())

    def end_of_look(self) -> int:
        """Wait for the end of the look; its exit code, negative where it was killed."""
        hangs = threading.Timer(ENDED_WITHIN, self.kill)
        hangs.start()
        code = int(self._answer())
        hangs.cancel()
        self._looks = None
        return code

    @property
    def steps(self) -> int:
        """How many steps the last look had that came to its end."""
        return int((self.home / "steps").read_text())

    def _answer(self) -> str:
        assert self._host.stdout is not None
        return self._host.stdout.readline()

    def kill(self) -> None:
        """What looks now; the host itself can be told to look again."""
        if self._looks is not None:
            with suppress(ProcessLookupError):
                os.kill(self._looks, signal.SIGKILL)

    def onrecord(self, *words: str) -> tuple[int, str]:
        """The exit code of a command and what it said."""
        process = self._command(sys.executable, "-m", "onrecord", *words)
        said, _ = process.communicate(timeout=ENDED_WITHIN)
        return process.returncode, said

    def close(self) -> None:
        self.kill()
        self._host.kill()
        self._host.communicate()


def need_own_host_names() -> None:
    """Skip where a process cannot be given a host's name of its own."""
    if shutil.which("unshare") is None or subprocess.run(["unshare", "--uts", "true"], capture_output=True).returncode:
        pytest.skip("processes cannot be given a host name of their own here (unshare --uts)")


def _look(clock: Path, step: int) -> None:
    seen = count_steps(step)

    def now() -> datetime:
        return datetime.fromisoformat(clock.read_text())

    settings = load_settings()
    line = replace(open_line(settings, now), sleep=lambda seconds: None)
    for outcome in run_line(settings, line, settings.enabled()):
        sys.stderr.write(f"{now()} {outcome}\n")
    (settings.home / "steps").write_text(str(len(seen)))


def main(clock: Path) -> None:
    for step in sys.stdin:
        child = os.fork()
        if child == 0:
            code = 1
            try:
                _look(clock, int(step))
                code = 0
            except Exception:  # noqa: BLE001 - whatever it is, it is said and the look has failed
                traceback.print_exc()
            finally:
                sys.stderr.flush()
                os._exit(code)
        _say(child)
        _say(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


def _say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
