"""The test run itself: what it leaves out is said, and a run that ends or is killed leaves no server behind."""

import os
import re
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from signal import SIGKILL
from urllib.parse import urlsplit

import pytest

from tests import conftest
from tests.postgres import NotInstalledError

ROOT = Path(__file__).parents[1]
HANGING = """\
import os, pathlib, time

def test_that_does_not_end(postgres, run_folder):
    said = pathlib.Path(os.environ["SAID"])
    said.with_suffix(".part").write_text(f"{postgres} {run_folder}")
    said.with_suffix(".part").rename(said)
    time.sleep(600)
"""


def test_what_is_left_out_is_said_with_the_reason(
    pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said = conftest.pytest_report_header(pytestconfig)
    assert any("marked real" in line for line in said) != conftest.SHARED_DATA.is_dir()

    def nowhere() -> Path:
        raise NotInstalledError("PostgreSQL is not installed: no initdb")

    missing = tmp_path / "data"
    monkeypatch.setattr(conftest, "SHARED_DATA", missing)
    monkeypatch.setattr(conftest, "programs", nowhere)
    monkeypatch.setattr(conftest.installed, "program", lambda: None)
    monkeypatch.setattr(pytestconfig.option, "markexpr", "not slow and not browser")
    assert conftest.pytest_report_header(pytestconfig) == [
        f"Skipped: tests on the publishers' own files (marked real), because there is no folder {missing}.",
        "Skipped: tests on PostgreSQL (marked postgres), because PostgreSQL is not installed: no initdb.",
        f"Skipped: the site in a browser (tests marked browser), because {conftest.installed.MISSING}.",
        "Left out: the site in a browser (marked browser); `make browser` runs it.",
        "Left out: the long harnesses (marked slow); `make harness` runs them.",
    ]


def test_each_test_is_run_by_one_of_four_targets_and_all_but_the_soak_by_ci() -> None:
    pattern = r"^(\w+): \$\(READY\)\n\t(?:\$\(PYTEST\)|.* pytest) -m (.+)$"
    rules = re.findall(pattern, (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert rules == [
        ("test", '"not slow and not browser"'),
        ("harness", '"slow and not soak"'),
        ("soak", "soak"),
        ("browser", '"browser and not soak"'),
    ]
    assert {"make test", "make harness", "make browser"} <= set((ROOT / ".ci" / "run").read_text().splitlines())


def test_a_test_is_marked_by_what_it_asks_for(request: pytest.FixtureRequest, postgres: str) -> None:
    for item in request.session.items:
        asked = getattr(item, "fixturenames", ())
        marks = {mark.name for mark in item.iter_markers()}
        assert ("real" in marks) == ("shared_data" in asked), item.nodeid
        assert ("postgres" in marks) == ("postgres" in asked or "postgresql" in item.nodeid), item.nodeid
    assert request.node.get_closest_marker("postgres")


def _listens(port: int) -> bool:
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.parametrize("processes", ["0", "2"])
def test_a_run_that_is_killed_leaves_no_server_behind(tmp_path: Path, postgres: str, processes: str) -> None:
    said, file = tmp_path / "said", tmp_path / "test_hanging.py"
    file.write_text(HANGING)
    plugins = ["-p", "tests.run", "-p", "no:cacheprovider", "-n", processes]
    run = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), *plugins, str(file)],
        cwd=ROOT,
        env={**os.environ, "SAID": str(said)},
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while not said.exists():
            assert run.poll() is None
            time.sleep(0.05)
        address, folder = said.read_text().split()
        port = urlsplit(address).port or 0
        assert address != postgres
        assert _listens(port)
        run.kill()
        run.wait()
        latest = time.monotonic() + 60
        while (_listens(port) or Path(folder).exists()) and time.monotonic() < latest:
            time.sleep(0.05)
        assert not _listens(port)
        assert not Path(folder).exists()
    finally:
        with suppress(ProcessLookupError):
            os.killpg(run.pid, SIGKILL)  # a process of xdist goes on until its test has ended
        run.wait()


def test_a_run_that_ends_waits_until_its_server_is_gone(tmp_path: Path, postgres: str) -> None:
    file = tmp_path / "test_short.py"
    file.write_text("def test_short(postgres):\n    print(postgres)\n")
    words = ["-c", str(ROOT / "pyproject.toml"), "-p", "tests.run", "-p", "no:cacheprovider", "-s", "-q"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words, str(file)], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout
    port = urlsplit(done.stdout.splitlines()[0]).port or 0
    assert not _listens(port)
