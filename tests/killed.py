"""Kills an import or a run at its n-th step, starts it again and says what the database holds then.

python -m tests.killed import|run FOLDER ADDRESS POINTS. Steps are counted in this process alone, by wrapping what makes
something last: statements and commits of the database, fsync and rename of files. Each try is a fork, so that nothing
but the disk outlives it. Prints one JSON line for the uninterrupted run and one for each point.
"""

import hashlib
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from checks.sources.landing_page import PAGE_CHECKS
from figures.registry import BORDER, ICE, TRAC
from flows.configuration.settings import Settings, load_settings
from flows.importing import import_files
from flows.pipeline import open_line, run_line, usable_claims
from storage.engine import open_database, reading
from storage.write import ledger
from tests.content import content
from tests.importer import NOW

CONFIGURATION = """\
[fetch]
contact = "test@localhost"
attempts = 1
private_hosts = ["{host}"]
[sources.ice]
address = "{address}/detain/detention-management"
# Three claims of one day: each is judged after each edition, again after each kill.
[claims]
shipped = ["seed-1-*", "seed-4-*", "seed-6-*"]
[[channels]]
name = "screen"
kind = "console"
""" + "".join(f"[sources.{source.id}]\nenabled = false\n" for source in (*TRAC, *BORDER))


def take_editions(folder: Path, home: Path, at: datetime) -> None:
    """Import two editions with the claims judged after each."""
    settings = load_settings(home)
    line = open_line(settings, lambda: at)
    paths = sorted(folder.glob("*.xlsx"))
    claims = usable_claims(settings)
    for _ in import_files(ICE, paths, {}, claims, line, ["screen"], alert=True, on_error=_refuse):
        pass


def _refuse(error: Exception) -> None:
    raise error


def run_once(_: Path, home: Path, at: datetime) -> None:
    """Look at the stand-in publisher, judge, deliver."""
    settings = load_settings(home)
    line = replace(open_line(settings, lambda: at), sleep=lambda seconds: None)
    run_line(settings, line, ["ice"])


def count_steps(kill_at: int) -> list[str]:
    """Count each step from here on; at the given one the process is gone."""
    seen: list[str] = []

    def step(name: str) -> None:
        seen.append(name)
        if len(seen) == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def wrapped(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def instead(*arguments: Any, **options: Any) -> Any:
            step(name)
            return call(*arguments, **options)

        return instead

    os.fsync = wrapped("fsync", os.fsync)
    os.rename = wrapped("rename", os.rename)
    event.listen(Engine, "before_cursor_execute", lambda *_: step("execute"))
    event.listen(Engine, "commit", lambda *_: step("commit"))
    return seen


def in_a_fork(work: Callable[[], int]) -> int:
    """What waitpid says of a child that does this and nothing else."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            sys.stdout.flush()
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            code = work()
        finally:
            os._exit(code)
    return os.waitpid(child, 0)[1]


def said(home: Path, *, timeless: bool) -> str:
    """All that the database holds, but for rows' numbers, times of its own work and the record of looking."""
    database = open_database(f"sqlite:///{home / 'onrecord.db'}")
    found: dict[str, Any] = dict(content(database))
    with reading(database) as connection:
        verdicts = ledger.verdicts(connection, history=True)
        messages = ledger.messages(connection)
    database.dispose()
    clocks = {"known_at", "as_of"} if timeless else set()
    unsaid = {"id", "recorded_at", "created_at", "attempts", "next_try_at", "answer"} | clocks
    found["verdicts"] = [{k: v for k, v in row.items() if k not in unsaid} for row in verdicts]
    found["messages"] = [{k: v for k, v in row.items() if k not in unsaid} for row in messages]
    if timeless:
        # A fetch that was lost is made again later: then the release is known since then, and has its place then.
        found["releases"] = sorted(repr((*row[:5], *row[8:-2])) for row in found["releases"])
        found["figures"] = sorted(found["figures"], key=repr)
        found["held"] = sorted(found["held"])
        found["names"] = [row[:4] for row in found["names"]]
        # How a page stands is said against the look before: a run that died before it saw the page has one look less.
        found["findings"] = [row for row in found["findings"] if row[3] not in PAGE_CHECKS]
        for row in found["verdicts"]:
            row["evidence"] = [{k: v for k, v in piece.items() if k not in clocks} for piece in row["evidence"]]
        for row in found["messages"]:
            row["body"] = row["key"] = ""
    # By part, so that a difference says where it lies.
    return json.dumps(
        {
            part: hashlib.sha256(json.dumps(rows, default=str, sort_keys=True).encode()).hexdigest()
            for part, rows in found.items()
        }
    )


def prepare(settings_in: Path, address: str) -> Settings:
    settings_in.mkdir(parents=True)
    text = CONFIGURATION.format(host=address.removeprefix("http://"), address=address)
    (settings_in / "onrecord.toml").write_text(text)
    open_line(load_settings(settings_in), lambda: NOW).database.dispose()
    return load_settings(settings_in)


def _say(found: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()  # what is not written yet, each fork would write as well


def main(what: str, folder: Path, address: str, points: int) -> None:
    work = {"import": take_editions, "run": run_once}[what]
    fresh = folder / "fresh"
    prepare(fresh, address)

    def attempt(home: Path, at: datetime, kill_at: int) -> int:
        def child() -> int:
            seen = count_steps(kill_at)
            work(folder, home, at)
            (home / "steps").write_text(json.dumps(seen))
            return 0

        return in_a_fork(child)

    whole = folder / "whole"
    shutil.copytree(fresh, whole)
    # After a kill the lock of a run ends by itself; the undisturbed one is looked at again at the same time.
    later = NOW + timedelta(hours=2) if what == "run" else NOW
    assert attempt(whole, NOW, 0) == 0
    steps = json.loads((whole / "steps").read_text())
    assert attempt(whole, later, 0) == 0
    expected = said(whole, timeless=what == "run")
    _say({"steps": len(steps), "said": expected})
    for number in sorted({1 + i * (len(steps) - 1) // (points - 1) for i in range(points)}):
        home = folder / f"killed{number}"
        shutil.copytree(fresh, home)
        died = attempt(home, NOW, number)
        ended = attempt(home, later, 0)
        _say(
            {
                "point": number,
                "step": steps[number - 1],
                "killed": os.WIFSIGNALED(died) and os.WTERMSIG(died) == signal.SIGKILL,
                "ended": ended,
                "said": said(home, timeless=what == "run"),
            }
        )
        shutil.rmtree(home)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
