"""What CBP's files cost: `python -m benchmarks.border [--data DIR]`.

The file by area is the one that the written recipe builds, as long as a real one (7.6 MB), and the eleven editions of
its last year are made from it. Without a folder of CBP's files the replica's own are taken, which are shorter. Time is
processor time; the floor is Python's csv module reading the same rows.
"""

import argparse
import csv
import gzip
import io
import resource
import sqlite3
import statistics
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.memory import most_memory
from figures.registry import SOURCES
from flows.context import Line
from flows.importing import ImportFileError, import_files
from replica.cbp_files import FINAL_2025, aor_file
from replica.cbp_months import edition_through, names
from replica.cbp_recipe import area_file
from scrapers.cbp.encounters import parse
from scrapers.web.fetch import Policy
from storage.archive import FolderArchive
from storage.engine import open_database, upgrade

BY_STATE = "nationwide-encounters-fy22-fy25-state.csv.gz"
SOUTHWEST = "sbo-encounters-fy22-fy25-aug.csv"
NOW = datetime(2026, 11, 28, tzinfo=UTC)
ROUNDS = 5
MOST_MEMORY, MOST_SECONDS, MOST_GROWTH = 150, 5, 5


def final_file(data: Path) -> bytes:
    """The final file of FY2025 by area: built from CBP's files where they are, else the replica's."""
    if (data / BY_STATE).exists():
        return area_file(gzip.decompress((data / BY_STATE).read_bytes()), (data / SOUTHWEST).read_bytes())
    return aor_file(FINAL_2025)


def write_editions(final: bytes, folder: Path) -> list[Path]:
    """The eleven editions of the last year, in order."""
    paths = []
    for month, name in names(2022, 2025).items():
        paths.append(folder / name)
        paths[-1].write_bytes(edition_through(final, month))
    return paths


def take_in(home: str, *files: str) -> None:
    """The plain line from a file to the database, in an installation of its own. Raises what keeps a file out."""
    database = open_database(f"sqlite:///{home}/onrecord.db")
    upgrade(database)
    policy = Policy(user_agent="onrecord/bench (+mailto:bench@localhost)")
    line = Line(database, FolderArchive(Path(home) / "archive"), policy, (), lambda: NOW)
    paths = list(map(Path, files))
    for _ in import_files(SOURCES["cbp_encounters"], paths, {}, (), line, [], alert=False, on_error=_fail):
        pass
    database.dispose()


def _fail(error: ImportFileError) -> None:
    raise error


def read_rows(content: bytes) -> int:
    """The floor: every row as Python's csv module gives it."""
    return sum(1 for _ in csv.reader(io.StringIO(content.decode(), newline="")))


def seconds(work: Callable[[], object]) -> float:
    """Processor time of this process, the middle of several rounds."""
    taken = []
    for _ in range(ROUNDS):
        before = resource.getrusage(resource.RUSAGE_SELF)
        work()
        after = resource.getrusage(resource.RUSAGE_SELF)
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(taken)


def megabytes(home: Path) -> float:
    """What an installation's figures take in its database: the pages of the file."""
    connection = sqlite3.connect(home / "onrecord.db")
    ((pages,), (size,)) = (connection.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size"))
    connection.close()
    return float(pages * size) / 1e6


def _homes(scratch: Path, number: int) -> list[Path]:
    made = [scratch / f"home{n}" for n in range(number)]
    for home in made:
        home.mkdir()
    return made


def report(final: bytes, scratch: Path) -> None:
    path = scratch / "nationwide-encounters-fy22-fy25-aor.csv"
    path.write_bytes(final)
    editions = write_editions(final, scratch)
    homes = iter(_homes(scratch, ROUNDS + 3))
    floor = seconds(lambda: read_rows(final))
    parsed = seconds(lambda: parse(final, path.name))
    taken = seconds(lambda: take_in(str(next(homes)), str(path)))
    print(f"file by area: {len(final) / 1e6:.1f} MB, {read_rows(final) - 1:,} rows")
    print(f"csv, all rows       {floor:6.2f} s   1.0")
    print(f"parse               {parsed:6.2f} s   {parsed / floor:.1f} x the floor")
    print(f"import, plain line  {taken:6.2f} s   {taken / floor:.1f} x the floor (at most {MOST_SECONDS} s)")
    one, eleven, empty = next(homes), next(homes), next(homes)
    for home, files in ((one, [path]), (eleven, editions)):
        memory = _memory(home, files)
        print(f"memory of {len(files):2} files  {memory:6.0f} MB   (at most {MOST_MEMORY} for one)")
    take_in(str(empty))
    growth, archive = megabytes(eleven) - megabytes(empty), sum(file.stat().st_size for file in editions) / 1e6
    print(f"eleven vintages     {growth:6.2f} MB   {growth / archive:.3f} x the files (at most {MOST_GROWTH} MB)")


def _memory(home: Path, files: Sequence[Path]) -> float:
    return most_memory("benchmarks.border", "take_in", [str(home), *map(str, files)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(__file__).resolve().parents[2] / "shared" / "data" / "cbp"
    parser.add_argument("--data", type=Path, default=default)
    with tempfile.TemporaryDirectory() as name:
        report(final_file(parser.parse_args().data), Path(name))


if __name__ == "__main__":
    main()
