"""Processes that import files one by one, each in an order of its own: python -m tests.importer 8 HOME DATABASE FILE...

With `--judge` in the place of the first file the claims are judged at the end. They are forks of one process, which has
loaded the program once.
"""

import os
import random
import subprocess
import sys
import traceback
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from figures.registry import ICE
from flows.configuration.settings import load_settings
from flows.context import Line
from flows.importing import Stated, import_files
from flows.judging.judge import judge
from flows.pipeline import open_line, usable_claims
from storage.engine import open_database, upgrade

NOW = datetime(2026, 9, 1, tzinfo=UTC)
ROOT = Path(__file__).parents[1]
JUDGE = "--judge"
# Each process that judges judges these.
CLAIMS = '[claims]\nshipped = ["seed-1-*", "seed-4-*", "seed-6-*"]\n'


def line_to(home: Path, url: str) -> Line:
    settings = load_settings(home)
    made = open_line(settings, lambda: NOW)
    made.database.dispose()
    database = open_database(url)
    upgrade(database)
    return replace(made, database=database)


def take(line: Line, paths: Sequence[Path], manifest: dict[str, Stated] | None = None) -> None:
    for path in paths:
        for _ in import_files(ICE, [path], manifest or {}, (), line, [], alert=False, on_error=_refuse):
            pass


def _refuse(error: Exception) -> None:
    raise error


def together(home: Path, url: str, paths: Sequence[Path], processes: int, *options: str) -> str:
    """Let processes import the same files into one database at once; what they cried when one of them failed."""
    words = [str(processes), str(home), url, *options, *map(str, paths)]
    done = subprocess.run([sys.executable, "-m", "tests.importer", *words], cwd=ROOT, capture_output=True, check=False)
    return done.stderr.decode() if done.returncode else ""


def _one(number: int, home: Path, url: str, *words: str) -> None:
    home.mkdir()
    (home / "onrecord.toml").write_text(CLAIMS)
    line = line_to(home, url)
    paths = [Path(word) for word in words if word != JUDGE]
    take(line, random.Random(number).sample(paths, len(paths)))
    if JUDGE in words:
        judge(line.database, usable_claims(load_settings(home)), NOW, NOW, ["screen"])


def main(processes: int, home: Path, url: str, *words: str) -> int:
    """How many of the processes failed."""
    children = []
    for number in range(processes):
        if (child := os.fork()) == 0:
            failed = 1
            try:
                _one(number, home / f"home{number}", url, *words)
                failed = 0
            finally:
                if failed:
                    traceback.print_exc()
                sys.stderr.flush()
                os._exit(failed)
        children.append(child)
    return sum(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0 for child in children)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:]))
