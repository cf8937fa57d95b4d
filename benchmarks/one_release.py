"""What one release costs in statements and calls: `python -m benchmarks.one_release [--workbooks DIR] [--list]`.

Two editions are in the store, and the shipped claims are judged on them. Then a third one, whose bytes are archived
already, is taken in and the claims are judged again. Counted are

- the SQL statements given to the database; one for many rows counts once;
- the modules of ours that run;
- the module-to-module calls, as distinct pairs of the module that calls and the module that is called. Where a library
  lies between the two, as with a key that `sorted` asks for, the pair is that of the two modules of ours.
"""

import argparse
import hashlib
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any

from sqlalchemy import event

from alerts.claims.model import Claim, load_claims
from alerts.claims.shipped import shipped_claims
from benchmarks.__main__ import workbooks
from benchmarks.storing import sqlite
from figures.mishaps import OUR_PACKAGES
from figures.records import Target
from figures.registry import ICE
from flows.context import Line
from flows.importing import PastFile, place, read_manifest
from flows.intake import Document, take
from flows.judging.judge import judge
from scrapers.web.fetch import Policy
from storage.archive import FolderArchive
from storage.engine import Database, writing
from storage.write import releases

# In May 2025 six of the claims were on record; by February 2026 all were.
EDITIONS = (
    ("FY25_detentionStats05092025.xlsx", "FY25_detentionStats05122025.xlsx", "FY25_detentionStats05232025.xlsx"),
    (
        "FY26_detentionStats11202025__f0a3e97f.xlsx",
        "FY26_detentionStats12222025__abcf57f7.xlsx",
        "FY26_detentionStats02022026__e55ce6a5.xlsx",
    ),
)


@dataclass
class Counted:
    """How often each statement was given, which modules ran, and how often one called another."""

    statements: Counter[str] = field(default_factory=Counter)
    modules: set[str] = field(default_factory=set)
    calls: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __add__(self, other: "Counted") -> "Counted":
        return Counted(self.statements + other.statements, self.modules | other.modules, self.calls + other.calls)


@contextmanager
def counting(database: Database) -> Iterator[Counted]:
    """Counts until the block ends."""
    counted = Counted()

    def said(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        counted.statements[" ".join(statement.split())] += 1

    def called(frame: FrameType, what: str, _argument: object) -> None:
        module = _ours(frame) if what == "call" else ""
        if not module:
            return
        counted.modules.add(module)
        caller, before = "", frame.f_back
        while before is not None and not caller:
            caller, before = _ours(before), before.f_back
        if caller not in ("", module):
            counted.calls[caller, module] += 1

    event.listen(database, "before_cursor_execute", said)
    sys.setprofile(called)
    try:
        yield counted
    finally:
        sys.setprofile(None)
        event.remove(database, "before_cursor_execute", said)


def _ours(frame: FrameType) -> str:
    name = str(frame.f_globals.get("__name__", ""))
    return name if name.partition(".")[0] in OUR_PACKAGES else ""


def steps(database: Database, folder: Path, claims: Sequence[Claim]) -> Iterator[Callable[[PastFile], None]]:
    """What is done with an edition, in order: it is taken in, and the claims are judged. Its bytes are archived."""
    now = [datetime(2025, 1, 1, tzinfo=UTC)]
    policy = Policy("bench", 1, 1, frozenset())
    line = Line(
        database,
        FolderArchive(folder / "archive"),
        policy,
        ("ops",),
        lambda: now[0],
        source_channels=("sources",),
        claims=lambda: claims,
    )

    def archive(file: PastFile) -> None:
        now[0] = file.known.at
        sha256 = line.archive.put(file.content)
        with writing(database) as connection:
            releases.record_document(connection, sha256, len(file.content), ICE.media, now[0])

    def take_in(file: PastFile) -> None:
        sha256 = hashlib.sha256(file.content).hexdigest()
        take(Document(ICE, sha256, file.content, Target("", file.name, "current"), file.known), line)

    def judge_claims(_: PastFile) -> None:
        judge(database, claims, now[0], now[0], ["desk"])

    yield from (archive, take_in, judge_claims)


def measured(files: Sequence[PastFile], claims: Sequence[Claim], folder: Path) -> tuple[Counted, Counted]:
    """What the last of some editions costs: (taking it in, judging)."""
    with sqlite(folder) as database:
        archive, take_in, judge_claims = steps(database, folder, claims)
        for file in files[:-1]:
            for step in (archive, take_in, judge_claims):
                step(file)
        archive(files[-1])
        with counting(database) as taking:
            take_in(files[-1])
        with counting(database) as judging:
            judge_claims(files[-1])
    return taking, judging


def _told(name: str, counted: Counted) -> None:
    print(
        f"{name:<12} {sum(counted.statements.values()):4} statements of {len(counted.statements):3} shapes   "
        f"{len(counted.modules):3} modules   {len(counted.calls):3} module-to-module calls"
    )


def _parts(counted: Counted) -> None:
    """Where the calls go: within a package, into the nouns of `figures`, and the rest."""
    packages = Counter((a.partition(".")[0], b.partition(".")[0]) for a, b in counted.calls)
    within = {name: packages[name, name] for name in ("scrapers", "checks", "alerts", "storage", "flows")}
    nouns = sum(n for pair, n in packages.items() if "figures" in pair)
    across = len(counted.calls) - sum(within.values()) - nouns
    print(f"within {within}, with figures {nouns}, across {across}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    shared = Path(__file__).resolve().parents[2] / "shared" / "data" / "ice" / "workbooks"
    parser.add_argument("--workbooks", type=Path, default=shared)
    parser.add_argument("--list", action="store_true", help="list every statement and every pair of modules")
    chosen = parser.parse_args()
    claims, _ = load_claims([shipped_claims()])
    with tempfile.TemporaryDirectory() as name:
        paths = {path.name: path for path in workbooks(chosen.workbooks, Path(name))}
        manifest = chosen.workbooks.parent / "manifest.csv"
        stated = read_manifest(manifest) if manifest.exists() else {}
        for editions in EDITIONS:
            if not paths.keys() >= set(editions):
                print(f"{editions[-1]} is not here")
                continue
            home = Path(name) / Path(editions[-1]).stem
            home.mkdir()
            files = [place(ICE, paths[each], stated) for each in editions]
            _report(files, claims, measured(files, claims, home), full=chosen.list)


def _report(
    files: Sequence[PastFile], claims: Sequence[Claim], counted: tuple[Counted, Counted], *, full: bool
) -> None:
    on_record = sum(claim.on_record_at <= files[-1].known.at for claim in claims)
    print(f"{files[-1].name} into a store of two editions, {on_record} claims on record")
    taking, judging = counted
    both = taking + judging
    for label, part in (("taking in", taking), ("judging", judging), ("together", both)):
        _told(label, part)
    _parts(both)
    if full:
        for statement, times in both.statements.most_common():
            print(f"{times:4}  {statement[:300]}")
        for (caller, called), times in sorted(both.calls.items()):
            print(f"{caller} -> {called}  {times}")


if __name__ == "__main__":
    main()
