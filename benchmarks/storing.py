"""Storing and reading, as ratios: `python -m benchmarks.storing [--workbooks DIR]`.

The floor is python-calamine's read of the same workbooks' cells. Ten times the history is made by moving what was read
from the real editions back in time, seven years at a step, so that fiscal years and leap days stay what they are.
"""

import argparse
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from benchmarks.__main__ import measured, parse_all, read_every_cell, workbooks
from checks.document import document
from figures.records import Observation, Parsed, Target
from flows.history import recheck
from flows.importing import PastFile, place, read_manifest
from flows.ingest import Line, ingest
from scrapers.fetch import Policy
from scrapers.ice_workbook import parse
from scrapers.registry import ICE
from storage import vintages, writes
from storage.archive import Archive
from storage.engine import Database, open_database, reading, upgrade, writing
from storage.writes import Known
from tests.postgres import NotInstalledError, administer, cluster

NOW = datetime(2026, 9, 1, tzinfo=UTC)
YEARS, TIMES = 7, 10
INSTANT = datetime(2025, 5, 28, tzinfo=UTC)
SERIES = "ice.book_ins{agency=ICE}"


def line_to(database: Database, folder: Path) -> Line:
    return Line(database, Archive(folder / "archive"), Policy("bench", 1, 1, frozenset()), (), lambda: NOW)


def take(line: Line, files: Sequence[PastFile]) -> None:
    """What `onrecord import` does with each file, without claims: archive, parse, check, store."""
    for file in files:
        sha256 = line.archive.put(file.content)
        with writing(line.database) as connection:
            writes.record_document(connection, sha256, len(file.content), "xlsx", NOW)
        ingest(ICE, sha256, file.content, Target("", file.name, "current"), file.known, line, "bench", file.findings)


@contextmanager
def sqlite(folder: Path) -> Iterator[Database]:
    folder.mkdir(parents=True, exist_ok=True)
    database = open_database(f"sqlite:///{folder / 'onrecord.db'}")
    upgrade(database)
    yield database
    database.dispose()


def seconds(line: Line, files: Sequence[PastFile]) -> float:
    start = time.perf_counter()
    take(line, files)
    return time.perf_counter() - start


def moved(day: date | None, years: int) -> date | None:
    if day is None:
        return None
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def moved_observation(o: Observation, years: int) -> Observation:
    period = o.period._replace(start=moved(o.period.start, years), end=moved(o.period.end, years))
    year = o.fiscal_year - years if o.fiscal_year is not None else None
    return o._replace(period=period, fiscal_year=year, run_date=moved(o.run_date, years))


def store_moved(database: Database, file: PastFile, parsed: Parsed, years: int) -> None:
    """One edition as it would have been some years earlier."""
    sha256 = f"{years:04d}{hash(file.name) & 0xFFFFFFFFFFFFFFFF:060x}"
    known_at = file.known.at.replace(year=file.known.at.year - years, day=min(file.known.at.day, 28))
    past = replace(
        parsed,
        observations=tuple(moved_observation(o, years) for o in parsed.observations),
        fiscal_year=parsed.fiscal_year - years if parsed.fiscal_year is not None else None,
        run_date=moved(parsed.run_date, years),
        modified_at=None,
    )
    with writing(database) as connection:
        writes.record_document(connection, sha256, 1, "xlsx", NOW)
        known = Known(known_at, "stated", "")
        stored = writes.store_release(connection, "ice", sha256, Target("", file.name, "current"), known, past, 1, NOW)
        writes.renew_findings(connection, "ice", stored.release_id, "parse", parsed.findings, NOW)
        writes.renew_findings(connection, "ice", stored.release_id, "document", document(parsed), NOW)
        if stored.since is not None:
            recheck(connection, "ice", stored.since, NOW, {stored.release_id: past.observations})


def import_all(files: Sequence[PastFile], scratch: Path, floor: float, archive: int) -> None:
    with sqlite(scratch / "all") as database:
        line = line_to(database, scratch / "all")
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        third = len(files) // 3
        spent = seconds(line, files[:third])
        after_a_third = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        spent += seconds(line, files[third:])
        at_the_end = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    size = (scratch / "all" / "onrecord.db").stat().st_size
    print(f"import, SQLite             {spent:7.3f} s   {spent / floor:.2f} x the floor (at most 12)")
    print(f"SQLite file                {size / 1e6:7.1f} MB  {size / archive:.2f} x the archive (at most 2)")
    print(
        f"peak memory, MB: {memory // 1024} before, {after_a_third // 1024} after a third, {at_the_end // 1024} at last"
    )
    try:
        with cluster() as server:
            administer(server, "CREATE DATABASE bench")
            database = open_database(f"{server}/bench")
            upgrade(database)
            spent = seconds(line_to(database, scratch / "postgres"), files)
            database.dispose()
        print(f"import, PostgreSQL         {spent:7.3f} s   {spent / floor:.2f} x the floor (at most 20)")
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
    for round_ in range(5):
        with sqlite(scratch / f"empty{round_}") as database:
            empty.append(seconds(line_to(database, scratch / f"empty{round_}"), [file]))
        folder = scratch / f"full{round_}"
        folder.mkdir()
        shutil.copy(scratch / "ten" / "onrecord.db", folder)
        with sqlite(folder) as database:
            full.append(seconds(line_to(database, folder), [file]))
        if round_ < 4:
            shutil.rmtree(folder)
    nothing, history = statistics.median(empty), statistics.median(full)
    print(f"one workbook into nothing  {nothing:7.3f} s   1.0")
    print(f"into {TIMES} times the history {history:7.3f} s   {history / nothing:.2f} x (at most 1.3)")
    with sqlite(scratch / "full4") as database, reading(database) as connection:
        for series in (SERIES, "ice.detained{agency=all, criminality=all}"):
            for name, since in (("two years", date(2023, 10, 1)), ("all years", None)):
                spent = measured(partial(vintages.known, connection, series, INSTANT, since))
                count = len(vintages.known(connection, series, INSTANT, since))
                print(f"{series} as of an instant, {name}: {spent * 1000:.1f} ms, {count} periods (at most 5)")


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
        files = sorted((place(path, stated) for path in paths), key=lambda file: (file.known.at, file.name))
        floor = measured(lambda: read_every_cell(paths), rounds=3)
        print(f"{len(paths)} workbooks")
        print(f"python-calamine, all cells {floor:7.3f} s   1.0")
        ours = measured(lambda: parse_all(paths), rounds=1)
        print(f"parse and static checks    {ours:7.3f} s   {ours / floor:.2f} x the floor")
        import_all(files, scratch, floor, sum(len(file.content) for file in files))
        ten_times(files, scratch)


if __name__ == "__main__":
    main()
