"""Judging, as ratios to the import alone: `python -m benchmarks.judging [--workbooks DIR]`.

The workbooks are imported three times: without a claim, with the claims on record, and with a hundred more of the same
forms. Process time is compared, since the machine is shared.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from alerts.claims import Claim, load_claims
from alerts.yardsticks import shipped_claims
from benchmarks.__main__ import workbooks
from flows.importing import Stated, import_files, read_manifest
from flows.ingest import Line
from scrapers.fetch import Policy
from scrapers.registry import ICE
from storage.archive import Archive
from storage.engine import open_database, upgrade

NOW = datetime(2026, 9, 1, tzinfo=UTC)
MORE = 100


def with_more(claims: Sequence[Claim]) -> list[Claim]:
    """A hundred more claims of the forms and series on record, under other ids."""
    more = []
    for number in range(MORE):
        claim = claims[number % len(claims)]
        words = claim.words.model_copy(update={"id": f"more-{number}-{claim.id}"[:100]})
        more.append(replace(claim, words=words))
    return [*claims, *more]


def importing(paths: Sequence[Path], stated: dict[str, Stated], claims: Sequence[Claim], folder: Path) -> float:
    """Seconds of processor that an import takes, judged after each edition."""
    folder.mkdir()
    database = open_database(f"sqlite:///{folder / 'onrecord.db'}")
    upgrade(database)
    line = Line(database, Archive(folder / "archive"), Policy("bench", 1, 1, frozenset()), (), lambda: NOW)
    start = time.process_time()
    for _ in import_files(ICE, paths, stated, claims, line, [], alert=False, on_error=_refuse):
        pass
    taken = time.process_time() - start
    database.dispose()
    return taken


def _refuse(error: Exception) -> None:
    raise error


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(__file__).resolve().parents[2] / "shared" / "data" / "ice" / "workbooks"
    parser.add_argument("--workbooks", type=Path, default=default)
    folder = parser.parse_args().workbooks
    claims, _ = load_claims([shipped_claims()])
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        paths = workbooks(folder, scratch)
        manifest = folder.parent / "manifest.csv"
        stated = dict(read_manifest(manifest)) if folder.is_dir() and manifest.is_file() else {}
        floor = importing(paths, stated, [], scratch / "none")
        registry = importing(paths, stated, claims, scratch / "registry")
        more = importing(paths, stated, with_more(claims), scratch / "more")
    print(f"{len(paths)} workbooks, import alone      {floor:7.2f} s   1.0")
    print(f"with {len(claims)} claims, judged after each {registry:7.2f} s   {registry / floor:.2f} x the import alone")
    print(f"with {MORE} more                    {more:7.2f} s   {more / registry:.2f} x that with those on record")


if __name__ == "__main__":
    main()
