"""Eight processes at once into one PostgreSQL: `python -m benchmarks.together [--workbooks DIR]`.

Each imports all workbooks in an order of its own. What the database says then is compared with what one process
leaves, and the time is given as a ratio to that of the one.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.__main__ import workbooks
from storage.engine import open_database
from tests.content import content
from tests.importer import line_to, together
from tests.postgres import administer, cluster

PROCESSES = 8


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    shared = Path(__file__).resolve().parents[2] / "shared" / "data" / "ice" / "workbooks"
    parser.add_argument("--workbooks", type=Path, default=shared)
    with tempfile.TemporaryDirectory() as name, cluster() as server:
        paths = workbooks(parser.parse_args().workbooks, Path(name))
        said, took = [], []
        for processes in (1, PROCESSES):
            administer(server, f"CREATE DATABASE of_{processes}")
            home = Path(name) / f"of_{processes}"
            home.mkdir()
            line = line_to(home, f"{server}/of_{processes}")
            start = time.perf_counter()
            cried = together(home, f"{server}/of_{processes}", paths, processes)
            took.append(time.perf_counter() - start)
            if cried:
                print(cried)
                return 1
            database = open_database(f"{server}/of_{processes}")
            said.append(content(database))
            for engine in (line.database, database):
                engine.dispose()
    same = said[0] == said[1]
    print(f"{len(paths)} workbooks, {len(said[0]['figures']):,} figures")
    print(f"one process      {took[0]:7.1f} s   1.0")
    words = "the same content" if same else "ANOTHER content"
    print(f"{PROCESSES} processes      {took[1]:7.1f} s   {took[1] / took[0]:.2f} x, {words}")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
