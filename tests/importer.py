"""A process that imports files one by one in the order given: python -m tests.importer HOME DATABASE FILE..."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from flows.importing import Stated, import_files
from flows.ingest import Line
from flows.judge import judge
from flows.running import open_line, usable_claims
from flows.settings import load_settings
from scrapers.registry import ICE
from storage.engine import open_database, upgrade

NOW = datetime(2026, 9, 1, tzinfo=UTC)


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


if __name__ == "__main__":
    home, url, *files = sys.argv[1:]
    taken_by = line_to(Path(home), url)
    take(taken_by, [Path(file) for file in files])
    judge(taken_by.database, usable_claims(load_settings(Path(home))), NOW, NOW, ["screen"])
