"""A process killed at any step loses nothing and stores nothing by halves: started again, it ends as if undisturbed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from replica.editions import edition
from replica.publisher import Publisher
from replica.workbooks import build

ROOT = Path(__file__).parents[2]


def _play(what: str, folder: Path, address: str, points: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.killed", what, str(folder), address, str(points)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    whole, *tries = map(json.loads, done.stdout.splitlines())
    assert len(tries) == points
    assert all(each["killed"] for each in tries)
    assert {each["ended"] for each in tries} == {0}, done.stderr
    assert len({each["point"] for each in tries}) == points
    expected = json.loads(whole["said"])
    differ = [
        (each["point"], each["step"], part)
        for each in tries
        for part, found in json.loads(each["said"]).items()
        if found != expected[part]
    ]
    assert differ == []


@pytest.mark.parametrize("points", [3, pytest.param(26, marks=pytest.mark.slow)])
def test_an_import_that_is_killed(tmp_path: Path, points: int) -> None:
    for key in ("05232025", "08292025"):
        (tmp_path / edition(key).file_name).write_bytes(build(edition(key)))
    _play("import", tmp_path, "http://127.0.0.1:1", points)


@pytest.mark.slow
def test_a_run_that_is_killed(tmp_path: Path) -> None:
    with Publisher() as publisher:
        publisher.publish(edition("05232025"))
        _play("run", tmp_path, publisher.address, 25)
