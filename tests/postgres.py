"""A PostgreSQL of our own for tests and benchmarks, in a folder that is thrown away.

The server is kept by a process of its own, which ends it as soon as nobody holds the lease any more. The system drops a
lease when its holder dies, however it dies: a test run that is killed leaves no server behind.
"""

import fcntl
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
# Nothing here has to survive a power cut.
OPTIONS = (
    "fsync=off",
    "full_page_writes=off",
    "autovacuum=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_connections=100",
)
START_SECONDS = 60


class NotInstalledError(Exception):
    """There is no PostgreSQL on this machine."""


def programs() -> Path:
    """Where PostgreSQL's own programs are: Debian keeps them off the path. Raises NotInstalledError."""
    found = shutil.which("initdb")
    kept = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found is None and not kept:
        raise NotInstalledError("PostgreSQL is not installed: no initdb on the path or in /usr/lib/postgresql/*/bin")
    return Path(found).parent if found else kept[-1].parent


@contextmanager
def lease(folder: Path) -> Iterator[None]:
    """Let the server that was started for this folder live; wait for its end afterwards."""
    with (folder / "server").open("w") as server:  # opened now: the keeper removes the folder
        try:
            with (folder / "lease").open("w") as file:
                fcntl.flock(file, fcntl.LOCK_SH)
                yield
        finally:
            fcntl.flock(server, fcntl.LOCK_EX)


def start(folder: Path) -> str:
    """The address of a new server, without the name of a database; it lives while somebody holds the folder's lease.

    Raises NotInstalledError when there is no PostgreSQL, RuntimeError when it does not start.
    """
    programs()
    words = [sys.executable, "-m", "tests.postgres", str(folder)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True) as keeper:
        address = keeper.stdout.readline().strip() if keeper.stdout else ""
    if not address:
        raise RuntimeError("PostgreSQL did not start; what it said stands above")
    return address


@contextmanager
def cluster() -> Iterator[str]:
    """A server for as long as the block runs. Raises NotInstalledError when there is none."""
    with tempfile.TemporaryDirectory(prefix="onrecord-lease-", ignore_cleanup_errors=True) as name, lease(Path(name)):
        yield start(Path(name))


def administer(server: str, statement: str) -> None:
    import psycopg  # not at the top: the keeper has no use for it

    with psycopg.connect(f"{server.replace('+psycopg', '')}/postgres", autocommit=True) as connection:
        connection.execute(statement)


def as_account() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then it is given to an account without rights."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    account = "postgres" if "postgres" in names else "nobody"
    return {"user": account, "group": pwd.getpwnam(account).pw_gid, "extra_groups": []}


def prepare(data: Path, account: dict[str, Any]) -> None:
    made = ("-A", "trust", "-U", "onrecord", "-E", "UTF8", "--locale=C", "--no-sync")
    words = [str(programs() / "initdb"), "-D", str(data / "data"), *made]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, cwd=data, **account)


def launch(data: Path, port: int, account: dict[str, Any]) -> subprocess.Popen[bytes]:
    """A server that answers, in a folder that `prepare` made. Raises RuntimeError when it does not start."""
    options = [word for option in OPTIONS for word in ("-c", option)]
    where = ("-D", str(data / "data"), "-h", "127.0.0.1", "-p", str(port), "-k", str(data))
    words = [str(programs() / "postgres"), *where, *options]
    with (data / "log").open("w") as log:
        server = subprocess.Popen(words, stdout=log, stderr=log, cwd=data, **account)
    latest = time.monotonic() + START_SECONDS
    while not _is_ready(data / "data" / "postmaster.pid", server.pid):
        if server.poll() is not None or time.monotonic() > latest:
            end(server)
            raise RuntimeError((data / "log").read_text())
        time.sleep(0.02)
    return server


def _is_ready(state: Path, server: int) -> bool:
    """Whether the server has written who it is into the first line of this file, and into the last that it is ready,
    as `pg_ctl -w` knows too; the file of one that was killed is still there.
    """
    written = state.read_text().split() if state.exists() else []
    return bool(written) and written[0] == str(server) and written[-1] == "ready"


def end(server: subprocess.Popen[bytes]) -> None:
    """At once, as after a fault of its own; what was committed is there at the next start."""
    server.send_signal(signal.SIGQUIT)
    server.wait()


def _keep(folder: Path) -> None:
    """Start a server, print its address, and end it when the lease is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    account = as_account()
    data = Path(tempfile.mkdtemp(prefix="onrecord-postgres-"))
    try:
        if account:
            shutil.chown(data, account["user"])
        prepare(data, account)
        server = launch(data, port, account)
        try:
            print(f"postgresql+psycopg://onrecord@127.0.0.1:{port}", flush=True)  # noqa: T201 - this is the answer
            _let_go_of_streams()
            with (folder / "lease").open("w") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
        finally:
            end(server)
        shutil.rmtree(folder, ignore_errors=True)  # whoever made it may have been killed
    finally:
        shutil.rmtree(data, ignore_errors=True)


def _let_go_of_streams() -> None:
    """Whoever waits for the end of what a test run prints is not to wait for us."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)


def main(folder: Path) -> None:
    # Whoever started us goes on when we have said the address; the keeper is nobody's child.
    if os.fork() == 0:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # whoever ends the keeper ends the server
        with (folder / "server").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            _keep(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
