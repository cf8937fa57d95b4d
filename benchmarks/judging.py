"""Judging, as ratios: `python -m benchmarks.judging [--workbooks DIR]`.

The floor is the import of the same workbooks without claims. Then the import with the shipped claims, judged on every
instant, and with a hundred claims more, made by varying the values of the shipped ones. Process time, median of rounds.
"""

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alerts.claims.model import Claim, load_claims
from alerts.claims.shipped import shipped_claims
from benchmarks.__main__ import workbooks
from benchmarks.storing import line_to, sqlite
from figures.registry import ICE
from flows.importing import import_files, read_manifest
from flows.judging.judge import judge
from storage.engine import open_database

NOW = datetime(2026, 9, 1, tzinfo=UTC)
MORE = 100
ROUNDS = 3


def varied(claims: Sequence[Claim], count: int) -> list[Claim]:
    """Claims as the shipped ones are, each with its values moved by a few per cent."""
    made = []
    for number in range(count):
        claim = claims[number % len(claims)]
        name = f"{claim.id[:80]}-{number}"
        factor = 1 + (number // len(claims) + 1) / 200
        test = claim.words.test
        change: dict[str, Any] = {}
        if hasattr(test, "value"):
            change["value"] = test.value * factor
        if hasattr(test, "yardsticks"):
            change["yardsticks"] = tuple(y.model_copy(update={"value": y.value * factor}) for y in test.yardsticks)
        if getattr(test, "window_tolerance", None) is not None:
            change["window_tolerance"] = test.window_tolerance * factor
        words = claim.words.model_copy(update={"id": name, "test": test.model_copy(update=change)})
        made.append(replace(claim, words=words, sha256=f"{number:064x}"))
    return made


def imported(paths: Sequence[Path], stated: Any, claims: Sequence[Claim], folder: Path) -> float:
    """Process seconds of an import with everything that belongs to it, judging included."""
    with sqlite(folder) as database:
        line = line_to(database, folder)
        start = time.process_time()
        for _ in import_files(ICE, paths, stated, claims, line, ["desk"], alert=False, on_error=_refuse):
            pass
        return time.process_time() - start


def _refuse(error: Exception) -> None:
    raise error


def run_with_nothing_new(folder: Path, claims: Sequence[Claim]) -> float:
    """Process seconds of the judging that every look ends with, when nothing has changed."""
    database = open_database(f"sqlite:///{folder / 'onrecord.db'}")
    judge(database, claims, NOW, NOW, ["desk"])
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        judge(database, claims, NOW, NOW, ["desk"])
        times.append(time.process_time() - start)
    database.dispose()
    return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    shared = Path(__file__).resolve().parents[2] / "shared" / "data" / "ice"
    parser.add_argument("--workbooks", type=Path, default=shared / "workbooks")
    folder = parser.parse_args().workbooks
    claims, _ = load_claims([shipped_claims()])
    more = [*claims, *varied(claims, MORE)]
    spent: dict[str, list[float]] = {"none": [], "shipped": [], "more": []}
    again = 0.0
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        paths = workbooks(folder, scratch)
        manifest = folder.parent / "manifest.csv"
        stated = read_manifest(manifest) if manifest.exists() else {}
        for round_ in range(ROUNDS):
            for which, of in (("none", ()), ("shipped", claims), ("more", more)):
                spent[which].append(imported(paths, stated, of, scratch / which))
                if which == "more" and round_ == ROUNDS - 1:
                    again = run_with_nothing_new(scratch / which, more)
                shutil.rmtree(scratch / which)
    alone, with_shipped, with_more = (statistics.median(times) for times in spent.values())
    print(f"{len(paths)} workbooks, process time")
    print(f"import alone                    {alone:7.3f} s   1.0")
    print(
        f"with {len(claims)} claims judged            {with_shipped:7.3f} s   {with_shipped / alone:.2f} x (at most 2)"
    )
    ratio = with_more / with_shipped
    print(f"with {MORE} claims more            {with_more:7.3f} s   {ratio:.2f} x that (at most 1.33)")
    print(f"a look with nothing new, {len(more)} claims {again:7.3f} s   {again / alone:.3f} x the import")


if __name__ == "__main__":
    main()
