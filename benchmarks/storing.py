"""Storing and reading, as ratios: `python -m benchmarks.storing [--workbooks DIR]`.

The floor is python-calamine's read of the same workbooks' cells. Ten times the history is made by moving what was read
from the real editions back in time, seven years at a step, so that fiscal years and leap days stay what they are.

Each ratio is given twice: by the clock on the wall, which waits for the disk and for whoever else uses the machine, and
by the time that the processor worked for this process. The second is the one to compare between machines; PostgreSQL
works in processes of its own, so that only the first counts there.
"""

import argparse
import hashlib
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from itertools import product
from pathlib import Path
from typing import NamedTuple

from benchmarks.__main__ import parse_and_check, read_every_cell, workbooks
from checks.document.document_suite import document
from figures.records import Observation, Parsed, Target
from figures.registry import ICE
from figures.values import shown
from flows import intake
from flows.context import Line
from flows.history.recheck import recheck
from flows.importing import PastFile, place, read_manifest
from scrapers.ice.workbook import parse
from scrapers.web.fetch import Policy
from storage.archive import FolderArchive
from storage.engine import Database, open_database, reading, upgrade, writing
from storage.read import vintages
from storage.write import releases
from storage.write.findings import renew_findings
from storage.write.releases import Known
from tests.postgres import NotInstalledError, administer, cluster

NOW = datetime(2026, 9, 1, tzinfo=UTC)
YEARS, TIMES = 7, 10
ROUNDS = 7
INSTANTS = (datetime(2025, 5, 28, tzinfo=UTC), datetime(2021, 6, 10, tzinfo=UTC), datetime(1990, 3, 1, tzinfo=UTC))
SERIES = (
    "ice.book_ins{agency=ICE}",
    "ice.adp{agency=all, criminality=all}",
    "ice.detained{agency=all, criminality=all}",
    "ice.facility_alos{facility=STEWART DETENTION CENTER | LUMPKIN | GA}",
)


def line_to(database: Database, folder: Path) -> Line:
    return Line(database, FolderArchive(folder / "archive"), Policy("bench", 1, 1, frozenset()), (), lambda: NOW)


def take(line: Line, files: Sequence[PastFile]) -> None:
    """What `onrecord import` does with each file, without claims: archive, parse, check, store."""
    for file in files:
        sha256 = line.archive.put(file.content)
        with writing(line.database) as connection:
            releases.record_document(connection, sha256, len(file.content), "xlsx", NOW)
        document = intake.Document(ICE, sha256, file.content, Target("", file.name, "current"), file.known)
        intake.take(document, line, "bench", file.findings)


@contextmanager
def sqlite(folder: Path) -> Iterator[Database]:
    folder.mkdir(parents=True, exist_ok=True)
    database = open_database(f"sqlite:///{folder / 'onrecord.db'}")
    upgrade(database)
    yield database
    database.dispose()


class Spent(NamedTuple):
    """Seconds on the wall, and of the processor's work for this process."""

    wall: float
    work: float

    def times(self, other: "Spent") -> str:
        return f"{self.wall / other.wall:6.2f} x by the wall, {self.work / other.work:6.2f} x of work"


def spent(work: Callable[[], object]) -> Spent:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Spent(time.perf_counter() - wall, time.process_time() - cpu)


def middle(all_spent: Sequence[Spent]) -> Spent:
    return Spent(statistics.median(s.wall for s in all_spent), statistics.median(s.work for s in all_spent))


def moved(day: date | None, years: int) -> date | None:
    if day is None:
        return None
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def moved_observation(o: Observation, years: int) -> Observation:
    """What a cell would have shown some years earlier: a little less, for what is the same to the digit is held."""
    if o.value and o.raw == shown(o.value):
        less = o.value * (1 - years / 1000)
        value = float(round(less)) if o.value.is_integer() else less
        o = o._replace(value=value, raw=shown(value))
    period = o.period._replace(start=moved(o.period.start, years), end=moved(o.period.end, years))
    year = o.fiscal_year - years if o.fiscal_year is not None else None
    return o._replace(period=period, fiscal_year=year, run_date=moved(o.run_date, years))


def store_moved(database: Database, file: PastFile, parsed: Parsed, years: int) -> None:
    """One edition as it would have been some years earlier."""
    sha256 = hashlib.sha256(b"%d" % years + file.content).hexdigest()
    known_at = file.known.at.replace(year=file.known.at.year - years, day=min(file.known.at.day, 28))
    past = replace(
        parsed,
        observations=tuple(moved_observation(o, years) for o in parsed.observations),
        fiscal_year=parsed.fiscal_year - years if parsed.fiscal_year is not None else None,
        run_date=moved(parsed.run_date, years),
        modified_at=None,
    )
    with writing(database) as connection:
        releases.record_document(connection, sha256, 1, "xlsx", NOW)
        known = Known(known_at, "stated", "")
        stored = releases.store_release(
            connection, "ice", sha256, Target("", file.name, "current"), known, past, 1, NOW
        )
        renew_findings(connection, "ice", stored.release_id, "parse", parsed.findings, NOW)
        renew_findings(connection, "ice", stored.release_id, "document", document(parsed), NOW)
        if stored.since is not None:
            recheck(connection, "ice", stored.since, NOW, {stored.release_id: past.observations})


def import_all(files: Sequence[PastFile], scratch: Path, floor: Callable[[], Spent]) -> None:
    with sqlite(scratch / "all") as database:
        line = line_to(database, scratch / "all")
        third = len(files) // 3
        memory = [resource.getrusage(resource.RUSAGE_SELF).ru_maxrss]
        before, parts = floor(), []
        for some in (files[:third], files[third:]):
            parts.append(spent(lambda: take(line, some)))  # noqa: B023
            memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
        whole, beside = Spent(*map(sum, zip(*parts, strict=True))), middle([before, floor()])
    size, archive = (scratch / "all" / "onrecord.db").stat().st_size, sum(len(file.content) for file in files)
    print(f"import, SQLite             {whole.wall:7.2f} s   {whole.times(beside)} (at most 12)")
    print(f"SQLite file                {size / 1e6:7.1f} MB  {size / archive:.2f} x the archive (at most 2)")
    print("peak memory, MB: {} before, {} after a third, {} at last".format(*(kb // 1024 for kb in memory)))
    try:
        with cluster() as server:
            administer(server, "CREATE DATABASE bench")
            database = open_database(f"{server}/bench")
            upgrade(database)
            before = floor()
            whole = spent(lambda: take(line_to(database, scratch / "postgres"), files))
            beside = middle([before, floor()])
            database.dispose()
        print(f"import, PostgreSQL         {whole.wall:7.2f} s   {whole.times(beside)} (at most 20 by the wall)")
    except NotInstalledError as error:
        print(error)


def ten_times(files: Sequence[PastFile], scratch: Path) -> None:
    """The last edition of the fiscal year with most editions, into nothing and into ten times what came before it."""
    last = max(i for i, file in enumerate(files) if "FY25" in file.name) if len(files) > 20 else len(files) - 1
    file, earlier = files[last], files[:last]
    with sqlite(scratch / "ten") as database:
        parsed = [parse(past.content, past.name) for past in earlier]
        for step in reversed(range(TIMES)):
            for past, read in zip(earlier, parsed, strict=True):
                store_moved(database, past, read, YEARS * step)
        del parsed
    empty, full = [], []
    for round_ in range(ROUNDS):
        folder = scratch / f"empty{round_}"
        with sqlite(folder) as database:
            empty.append(spent(lambda: take(line_to(database, folder), [file])))  # noqa: B023
        folder = scratch / f"full{round_}"
        folder.mkdir()
        shutil.copy(scratch / "ten" / "onrecord.db", folder)
        with sqlite(folder) as database:
            full.append(spent(lambda: take(line_to(database, folder), [file])))  # noqa: B023
        if round_ < ROUNDS - 1:
            shutil.rmtree(folder)
    print(f"one workbook into nothing  {middle(empty).wall:7.3f} s   1.0")
    print(
        f"into {TIMES} times the history {middle(full).wall:7.3f} s   {middle(full).times(middle(empty))} (at most 1.3)"
    )
    with sqlite(scratch / f"full{ROUNDS - 1}") as database:
        read_as_of(database)


def read_as_of(database: Database) -> None:
    """One series as of an instant, on an open connection: what stood of two years, and all that was ever published."""
    print("one series as of an instant (at most 5 ms)")
    with reading(database) as connection:
        for name, years in (("two years", 2), ("all years", 0)):
            by_series = []
            for series, instant in product(SERIES, INSTANTS):
                since = instant.date().replace(year=instant.year - years) if years else None
                ask = partial(vintages.known, connection, series, instant, since)
                figures = len(ask())
                by_series.append((middle([spent(ask) for _ in range(ROUNDS)]), figures))
                one = by_series[-1][0]
                print(f"  {name} {series:70} {instant:%Y-%m}: {one.wall * 1000:5.1f} ms, {figures} periods")
            both = middle([one for one, _ in by_series])
            print(f"  {name}, median: {both.wall * 1000:.1f} ms by the wall, {both.work * 1000:.1f} ms of work")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    shared = Path(__file__).resolve().parents[2] / "shared" / "data" / "ice"
    parser.add_argument("--workbooks", type=Path, default=shared / "workbooks")
    folder = parser.parse_args().workbooks
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        paths = workbooks(folder, scratch)
        manifest = folder.parent / "manifest.csv"
        stated = read_manifest(manifest) if manifest.exists() else {}
        files = sorted((place(ICE, path, stated) for path in paths), key=lambda file: (file.known.at, file.name))
        read_every_cell(paths)  # the files are in memory from here on

        def floor() -> Spent:
            return middle([spent(lambda: read_every_cell(paths)) for _ in range(3)])

        print(f"{len(paths)} workbooks")
        print(f"python-calamine, all cells {(before := floor()).wall:7.3f} s   1.0")
        ours = spent(lambda: parse_and_check(paths))
        print(f"parse and static checks    {ours.wall:7.3f} s   {ours.times(middle([before, floor()]))}")
        import_all(files, scratch, floor)
        ten_times(files, scratch)


if __name__ == "__main__":
    main()
