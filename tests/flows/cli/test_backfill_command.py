"""`onrecord backfill` as it is typed: the plan without a trace, the run, its summary, and one at a time."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from figures.registry import SOURCES
from flows.cli.app import app
from flows.configuration.settings import load_settings
from flows.context import BusyError
from flows.pipeline import open_line
from replica.editions import edition
from replica.wayback import FILES, PAGE, Wayback
from storage import locks
from storage.engine import reading, writing
from storage.read import reads
from tests.flows.test_backfill import captured_at

PROGRAM = Path(sys.executable).with_name("onrecord")
NAME = edition("05232025").file_name


@pytest.fixture
def wayback() -> Iterator[Wayback]:
    with Wayback() as running:
        running.capture(edition("05232025"), captured_at("05232025"))
        running.capture_bytes(PAGE, captured_at("05232025"), b"<html><a href='x.pdf'>x</a></html>", "text/html")
        running.redirect(FILES + "FY25_detentionStats06052025.xlsx", captured_at("06052025"), PAGE)
        yield running


@pytest.fixture
def home(tmp_path: Path, wayback: Wayback, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "home"
    made.mkdir()
    (made / "onrecord.toml").write_text(
        f'[fetch]\ncontact = "test@localhost"\nattempts = 1\nprivate_hosts = ["{wayback.address[7:]}"]\n'
        f'[backfill]\naddress = "{wayback.address}"\npause_seconds = 0\n'
    )
    monkeypatch.setenv("ONRECORD_HOME", str(made))
    return made


def _type(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_the_sources_that_it_takes_are_those_whose_entries_name_captures_and_others_are_refused_with_the_reason(
    home: Path,
) -> None:
    captured = [source.id for source in SOURCES.values() if source.captures]
    assert f"Whose past is taken: {', '.join(captured)}." in " ".join(_type("backfill", "--help").output.split())
    for name, own in (("ohss", "`onrecord import --source ohss` takes files that you hold."), ("trac_atd", "")):
        done = _type("backfill", name, "--dry-run")
        assert done.exit_code == 2
        said = " ".join(re.sub(r"[│╭╮╰╯─]", " ", done.output).split())
        assert f"no past editions of '{name}' are taken from the Internet Archive: its entry names no addresses" in said
        assert said.endswith(f"They are taken of {', '.join(captured)}. {own}".strip())
    assert "'icee' is none of ice; nearest: ice." in " ".join(_type("backfill", "icee").output.split())


def test_a_dry_run_says_what_would_be_fetched_and_leaves_no_trace(home: Path, wayback: Wayback) -> None:
    before = sorted(home.rglob("*"))
    done = _type("backfill", "ice", "--dry-run")
    assert done.exit_code == 0, done.output
    assert f"2025-05-24 03:00 UTC  {NAME}" in done.stdout
    assert "1 workbooks and 1 captures of the page would be fetched" in done.stdout
    assert "Captures left out: 1 redirects." in done.stdout
    assert sorted(home.rglob("*")) == before
    assert {path.partition("?")[0] for path in wayback.requests} == {"/cdx/search/cdx"}


def test_a_backfill_tells_each_capture_and_sums_up(home: Path) -> None:
    done = _type("backfill", "--direct")
    assert done.exit_code == 0, done.output
    assert f"2/2 {NAME} of 23 May 2025" in done.stderr
    assert "1 new editions from the archive, 0 captures of editions known already" in done.stdout
    assert "149 known editions the archive does not have." in done.stdout
    assert "  with other bytes only: FY25_detentionStats05232025.xlsx (edition of 23 May 2025)\n" in done.stdout
    assert done.stdout.endswith("Next: onrecord verdicts, onrecord status\n")
    with reading(open_line(load_settings()).database) as connection:
        assert [(r.name, r.known_by) for r in reads.releases(connection)] == [(NAME, "wayback")]
    traced = _type("trace", "xlsx:Detention FY25!F20")
    assert "2025-05-24 03:00 UTC (captured by the Internet Archive)" in traced.stdout
    assert f"id_/{FILES}{NAME}" in traced.stdout


def test_days_that_cannot_be_are_refused(home: Path, wayback: Wayback) -> None:
    done = _type("backfill", "--from", "2025-06-01", "--until", "2025-05-01")
    assert "--from 2025-06-01 is after --until 2025-05-01" in str(done.exception)
    assert wayback.requests == []


def test_an_archive_without_an_index_is_one_line_and_exit_1(home: Path, wayback: Wayback) -> None:
    (home / "onrecord.toml").write_text(
        (home / "onrecord.toml").read_text().replace(f'"{wayback.address}"\npause', f'"{wayback.address}/none"\npause')
    )
    done = _type("backfill", "--direct")
    assert done.exit_code == 1
    assert "The archive's index cannot be had" in done.stderr
    assert "404" in done.stderr


def _hold(pid: int) -> None:
    line = open_line(load_settings())
    with writing(line.database) as connection:
        holder = replace(locks.Holder.here(), pid=pid, began="")
        locks.take(connection, "backfill:ice", holder, line.clock(), timedelta(minutes=10))


def test_a_second_backfill_is_kept_away(home: Path, wayback: Wayback) -> None:
    _hold(os.getppid())
    done = _type("backfill", "--direct")
    assert isinstance(done.exception, BusyError)
    assert f"a backfill is under way in process {os.getppid()} on {socket.gethostname()}" in str(done.exception)
    assert wayback.requests == []


def test_a_backfill_that_was_killed_is_gone_on_with_at_once(home: Path, wayback: Wayback) -> None:
    text = (home / "onrecord.toml").read_text()
    (home / "onrecord.toml").write_text(text.replace("pause_seconds = 0", "pause_seconds = 0.5"))
    wayback.capture(edition("06202025"), captured_at("06202025"))
    running = subprocess.Popen([str(PROGRAM), "backfill", "--direct"], stderr=subprocess.PIPE, text=True)
    assert running.stderr is not None
    for line in running.stderr:
        if line.startswith("3/3"):
            running.kill()
    running.wait()
    running.stderr.close()
    asked = len(wayback.requests)
    done = _type("backfill", "--direct")
    assert done.exit_code == 0, done.output
    assert "1 new editions from the archive, 1 captures of editions known already" in done.stdout
    assert len(wayback.requests) == asked + 3  # the index twice, and the capture that was not had


@pytest.mark.slow  # test_prefect.py has a quicker flow run
@pytest.mark.prefect
def test_a_backfill_is_a_flow_run(home: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT")}
    done = subprocess.run([str(PROGRAM), "backfill"], env=kept, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "1 new editions from the archive" in done.stdout
    assert (home / "prefect").is_dir()
