"""How long one waits for a command that only reads: as a ratio to importing the libraries that it cannot do without.

Processor time of the command and of the import in turn: what else the machine does weighs on both alike.
"""

import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

# Nothing that checks its settings, reads a database and prints a table does without these.
FLOOR = (sys.executable, "-c", "import sqlalchemy, typer, rich, pydantic_settings")
PROGRAM = str(Path(sys.executable).with_name("onrecord"))
COMMANDS = ("status", "verdicts", "held", "due", "messages", "series", "trace seed-4")
ROUNDS = 7


def report(paths: Sequence[Path], scratch: Path) -> None:
    """Import the editions into an installation of their own, then measure each command on it."""
    environment = {**os.environ, "ONRECORD_HOME": str(scratch / "reading")}
    environment.pop("ONRECORD_DATABASE_URL", None)
    manifest = paths[0].parent.parent / "manifest.csv"
    dated = ["--manifest", str(manifest)] if manifest.exists() else []
    _seconds([PROGRAM, "init", "--contact", "bench@localhost"], environment)
    _seconds([PROGRAM, "import", *map(str, paths), *dated], environment)
    for command in COMMANDS:
        pairs = [
            (_seconds(FLOOR, environment), _seconds([PROGRAM, *command.split()], environment)) for _ in range(ROUNDS)
        ]
        floor, taken = (statistics.median(times) for times in zip(*pairs, strict=True))
        print(f"onrecord {command:14} {taken:7.3f} s   {taken / floor:.2f} x importing its libraries")


def _seconds(words: Sequence[str], environment: dict[str, str]) -> float:
    """The processor time that a command takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(words, env=environment, check=False, capture_output=True, text=True)
    if done.returncode not in (0, 1):  # `status` exits with 1 where something needs attention
        raise RuntimeError(f"{' '.join(words)} ended with {done.returncode}: {done.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
