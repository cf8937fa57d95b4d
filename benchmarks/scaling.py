"""What grows with editions, claims, looks, channels and readers: `python -m benchmarks.scaling [--workbooks DIR]`.

Each is measured at 1, 10 and 100 times what there is now, and given as a ratio to once. Editions are moved back in time
as in `benchmarks.storing`: up to ten times each is stored by our own code; a hundred times is that database copied ten
times by SQL, and only read. `--copies 1` leaves that out: with the published workbooks it takes minutes and gigabytes.
Ratios are of the processor's work, but for readers, who share the processors.
"""

import argparse
import hashlib
import multiprocessing
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import product
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import func, insert, select, text, update

from alerts.claims.model import Claim, load_claims
from alerts.claims.shipped import shipped_claims
from alerts.delivery import deliver, enqueue
from alerts.messages.message import Item, Message
from benchmarks.__main__ import workbooks
from benchmarks.judging import varied
from benchmarks.storing import INSTANTS, SERIES, YEARS, middle, moved, spent, sqlite, store_moved
from figures.registry import ICE
from flows.configuration.settings import load_settings
from flows.importing import PastFile, place, read_manifest
from flows.judging.judge import judge
from flows.pipeline import open_line, run_line
from replica.editions import editions
from replica.publisher import PAGE, Publisher
from scrapers.ice.workbook import parse
from storage import schema as t
from storage.engine import Database, open_database, reading, writing
from storage.read import reads, vintages
from storage.write import ledger

NOW = datetime(2026, 9, 1, tzinfo=UTC)
TIMES = (1, 3, 10)
COPIES = 10
MANY = (1, 10, 100)
SECONDS_OF_READING = 3.0


def say(what: str, times: int, value: float, unit: str, once: float, more: str = "") -> None:
    print(f"{what:34} {times:4} x  {value:10.2f} {unit:4} {value / once:7.2f} x once{more}", flush=True)


class Grown(NamedTuple):
    """A database of so many times the editions, whose newest is so many years back; milliseconds of work an edition."""

    times: int
    database: Database
    back: int
    each: float


def grown(files: Sequence[PastFile], folder: Path, most: int) -> Iterator[Grown]:
    """Editions in order of time, from long ago to now: at once, three and ten times of them, if `most` is so many."""
    with sqlite(folder) as database:
        read = [parse(file.content, file.name) for file in files]
        for step in range(most):
            back = YEARS * (most - 1 - step)
            took = [spent(partial(store_moved, database, f, p, back)) for f, p in zip(files, read, strict=True)]
            if step + 1 in TIMES:
                yield Grown(step + 1, database, back, middle(took).work * 1000)


def copied(database: Database, copies: int) -> None:
    """The database `copies` times over, each copy as far back in time as the whole of it reaches."""
    back = YEARS * max(TIMES)
    with writing(database) as connection:
        releases = connection.execute(select(t.release)).mappings().all()
        top, periods = (
            connection.execute(select(func.max(table.c.id))).scalar_one() for table in (t.release, t.period)
        )
        connection.execute(update(t.release).values(position=t.release.c.position + (copies - 1) * len(releases)))
        for copy in range(1, copies):
            years, shift, slots = copy * back, copy * top, copy * back * 10_000
            rows = [
                {
                    **row,
                    "id": row["id"] + shift,
                    "sha256": hashlib.sha256(b"%d" % copy + row["sha256"].encode()).hexdigest(),
                    "position": row["position"] + (copies - 1 - copy) * len(releases),
                    "known_at": row["known_at"].replace(year=row["known_at"].year - years, day=1),
                    "years": [year - years for year in row["years"]],
                    "fiscal_year": row["fiscal_year"] and row["fiscal_year"] - years,
                    "run_date": moved(row["run_date"], years),
                }
                for row in releases
            ]
            papers = [{"sha256": r["sha256"], "size": 1, "media": "xlsx", "archived_at": NOW} for r in rows]
            connection.execute(insert(t.document), papers)
            connection.execute(insert(t.release), rows)
            for statement in (
                f"INSERT INTO period SELECT id + {copy * periods}, id + {copy * periods}, kind, "
                f"date(start_day, '-{years} years'), date(end_day, '-{years} years') FROM period WHERE id <= {periods}",
                f"INSERT INTO observation SELECT fiscal_year - {years}, series_id, slot - {slots}, "
                f"release_id + {shift}, block_id, row, col, period_id + {copy * periods}, value, status, text_id, last "
                f"FROM observation WHERE release_id <= {top}",
                f"INSERT INTO coverage SELECT table_id, fiscal_year - {years}, kind, release_id + {shift}, "
                f"first - {slots}, last - {slots}, cells FROM coverage WHERE release_id <= {top}",
            ):
                connection.execute(text(statement))


def read_all(database: Database, back: int) -> dict[str, float]:
    """Milliseconds of work for what people and the line ask most."""
    instants = [at.replace(year=at.year - back) for at in INSTANTS[:2]]
    with reading(database) as connection:
        asked = [
            partial(vintages.known, connection, series, at, at.date().replace(year=at.year - 2))
            for series, at in product(SERIES, instants)
        ]
        history = partial(vintages.known, connection, SERIES[2], NOW)
        listed = partial(reads.releases, connection)
        for work in (*asked, history, listed):
            work()
        return {
            "one series, two years": middle([spent(ask) for ask in asked for _ in range(3)]).work * 1000,
            "one series, all years": middle([spent(history) for _ in range(5)]).work * 1000,
            "every release listed": middle([spent(listed) for _ in range(5)]).work * 1000,
        }


def of_editions(files: Sequence[PastFile], scratch: Path, copies: int) -> None:
    once: dict[str, float] = {}

    def show(times: int, database: Database, back: int, more: dict[str, float]) -> None:
        database.dispose()  # what was written is in the file
        size = (scratch / "editions" / "onrecord.db").stat().st_size / 1e6
        with reading(database) as connection:
            figures = connection.execute(select(func.count()).select_from(t.observation)).scalar_one()
        found = {"file": size, **more, **read_all(database, back)}
        for what, value in found.items():
            unit = "MB" if what == "file" else "ms"
            say(
                what, times, value, unit, once.setdefault(what, value), f", {figures:,} figures" if unit == "MB" else ""
            )

    for now in grown(files, scratch / "editions", max(TIMES)):
        show(now.times, now.database, now.back, {"an edition stored": now.each})
    if copies > 1:
        database = open_database(f"sqlite:///{scratch / 'editions' / 'onrecord.db'}")
        took = spent(lambda: copied(database, copies))
        show(max(TIMES) * copies, database, 0, {})
        print(f"(copied in {took.wall:.0f} s)")
        database.dispose()


def of_claims(database: Database, claims: Sequence[Claim], folder: Path) -> None:
    once: dict[str, float] = {}
    database.dispose()  # what was written is in the file
    for times in MANY:
        path = folder / f"claims{times}.db"
        shutil.copy(str(database.url.database), path)
        some = varied(claims, times * len(claims))
        copy = open_database(f"sqlite:///{path}")
        for what in ("claims judged first", "claims judged, nothing new"):
            took = spent(lambda: judge(copy, some, NOW, NOW, ["desk"])).work * 1000  # noqa: B023
            say(what, times, took, "ms", once.setdefault(what, took), f", {len(some)} claims")
        with reading(copy) as connection:
            took = spent(lambda: ledger.verdicts(connection, history=False)).work * 1000
        say("verdicts listed", times, took, "ms", once.setdefault("list", took))
        copy.dispose()


class _Taker:
    """A channel that takes everything at once: what is measured is our own part."""

    def __init__(self, name: str) -> None:
        self.name = name

    def send(self, message: Message) -> None:
        """It is taken."""


def of_channels(scratch: Path) -> None:
    once: dict[str, float] = {}
    for times in MANY:
        names = [f"channel-{number}" for number in range(times)]
        with sqlite(scratch / f"channels{times}") as database:
            with writing(database) as connection:
                for number in range(10):
                    item = Item("Moved far", "We hold 50,000.", "", "", (("Now", "48,870."),), (), "")
                    message = Message(f"claim:{number}", "desk", "Moved far", (item,), "As known.", "alert")
                    enqueue(connection, message, NOW, NOW, names)
            channels = {name: _Taker(name) for name in names}
            took = spent(lambda: deliver(database, channels, lambda: NOW)).work * 1000 / 10  # noqa: B023
        say("a message to every channel", times, took, "ms", once.setdefault("send", took), f", {times} channels")


@contextmanager
def quiet_publisher(home: Path) -> Iterator[None]:
    """A home whose ICE is a stand-in that has nothing new after the first look."""
    home.mkdir()
    with Publisher() as publisher:
        for edition in editions()[:3]:
            publisher.publish(edition)
        host = publisher.address.removeprefix("http://")
        text = f'[fetch]\ncontact = "bench@localhost"\nprivate_hosts = ["{host}"]\n'
        text += f'[sources.ice]\naddress = "{publisher.address}{PAGE}"\n'
        (home / "onrecord.toml").write_text(text)
        yield


def of_looks(scratch: Path) -> None:
    """As many looks in a row at a source with nothing new as there would be sources."""
    once: dict[str, float] = {}
    with quiet_publisher(scratch / "looks"):
        settings = load_settings(scratch / "looks")
        line = open_line(settings)
        run_line(settings, line, ["ice"])
        for times in MANY:
            took = spent(lambda: run_line(settings, line, ["ice"] * times)).work * 1000  # noqa: B023
            say("looks, nothing new", times, took, "ms", once.setdefault("look", took), f", {times} sources")


def _reads(path: str, ready: "multiprocessing.Queue[int]", go: Event, counted: "multiprocessing.Queue[int]") -> None:
    database = open_database(f"sqlite:///{path}")
    done = 0
    ready.put(1)
    go.wait()
    until = time.monotonic() + SECONDS_OF_READING
    while time.monotonic() < until:
        with reading(database) as connection:
            vintages.known(connection, SERIES[done % 4], INSTANTS[0], INSTANTS[0].date().replace(year=2023))
        done += 1
    counted.put(done)


def of_readers(path: Path) -> None:
    """Processes that read while one writes a small transaction after the other: answers and writes a second."""
    once: dict[str, float] = {}
    database = open_database(f"sqlite:///{path}")
    with writing(database) as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS bench (i int)"))
    database.dispose()  # nothing is open when the readers are forked
    for readers in MANY:
        ready: multiprocessing.Queue[int] = multiprocessing.Queue()
        counted: multiprocessing.Queue[int] = multiprocessing.Queue()
        go = multiprocessing.Event()
        some = [multiprocessing.Process(target=_reads, args=(str(path), ready, go, counted)) for _ in range(readers)]
        for process in some:
            process.start()
        for _ in some:
            ready.get()
        go.set()
        until, writes = time.monotonic() + SECONDS_OF_READING, 0
        while time.monotonic() < until:
            with writing(database) as connection:
                connection.execute(text("INSERT INTO bench VALUES (1)"))
            writes += 1
        answers = sum(counted.get() for _ in some) / SECONDS_OF_READING
        for process in some:
            process.join()
        database.dispose()
        a_second = writes / SECONDS_OF_READING
        say("answers a second", readers, answers, "", once.setdefault("answers", answers), f", {readers} readers")
        say("  transactions meanwhile a second", readers, a_second, "", once.setdefault("writes", a_second))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    shared = Path(__file__).resolve().parents[2] / "shared" / "data" / "ice"
    parser.add_argument("--workbooks", type=Path, default=shared / "workbooks")
    parser.add_argument("--copies", type=int, default=COPIES)
    given = parser.parse_args()
    claims, _ = load_claims([shipped_claims()])
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        paths = workbooks(given.workbooks, scratch)
        manifest = given.workbooks.parent / "manifest.csv"
        stated = read_manifest(manifest) if manifest.exists() else {}
        files = sorted((place(ICE, path, stated) for path in paths), key=lambda file: (file.known.at, file.name))
        print(f"{len(files)} workbooks, {len(claims)} claims")
        of_channels(scratch)
        of_looks(scratch)
        for once in grown(files, scratch / "base", 1):
            of_claims(once.database, claims, scratch)
            of_readers(scratch / "base" / "onrecord.db")
        of_editions(files, scratch, given.copies)


if __name__ == "__main__":
    main()
