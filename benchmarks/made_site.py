"""The static site against its budgets: `python -m benchmarks.made_site [--home DIR] [--workbooks DIR]`.

Without a home whose database is there, the workbooks are imported first. A claim page is counted compressed and without
its picture, as a reader gets it; facilities have a budget of their own.
"""

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks.__main__ import workbooks
from benchmarks.demo import work_of_children

PROGRAM = Path(sys.executable).with_name("onrecord")
# In seconds of work, and in bytes.
MADE_WITHIN = 20
CLAIM_PAGE, ANY_PAGE, FACILITY, WHOLE = 15_000, 30_000, 15_000, 20_000_000


def _typed(home: Path, *words: str) -> None:
    environment = {**os.environ, "ONRECORD_HOME": str(home)}
    subprocess.run([str(PROGRAM), *words], env=environment, check=True, capture_output=True)


def _work(home: Path, folder: Path) -> float:
    before = work_of_children()
    _typed(home, "site", "--to", str(folder))
    return work_of_children() - before


def _report(what: str, found: float, most: float, unit: str) -> None:
    print(f"{what:44} {found:12,.1f} {unit:3} at most {most:10,.0f}{'' if found <= most else '   MORE THAN ALLOWED'}")


def _compressed(folder: Path, names: list[str]) -> tuple[float, str]:
    sizes = ((len(gzip.compress((folder / name).read_bytes(), 6)) / 1000, name) for name in names)
    return max(sizes, default=(0.0, "none"))


def report(home: Path, scratch: Path) -> None:
    """Make the site twice and print what it took."""
    folder = scratch / "site"
    first, second = _work(home, folder), _work(home, folder)
    listed: Mapping[str, Mapping[str, int]] = json.loads((folder / "manifest.json").read_text())["files"]
    pages = [name for name in listed if name.endswith(".html")]
    places = [name for name in pages if "facilities/" in name]
    claims = [name for name in pages if "claims/" in name]
    whole = sum(entry["bytes"] for name, entry in listed.items() if "facilities/" not in name)
    _report("made for the first time", first, MADE_WITHIN, "s")
    _report("made again, nothing changed", second, MADE_WITHIN, "s")
    _report("all files but facilities", whole / 1e6, WHOLE / 1e6, "MB")
    for what, names, most in (
        ("largest claim page, compressed", claims, CLAIM_PAGE),
        ("largest facility page, compressed", places, FACILITY),
        ("largest page, compressed", pages, ANY_PAGE),
    ):
        size, name = _compressed(folder, names)
        _report(what, size, most / 1000, "KB")
        print(f"    {name}")
    print(f"{len(listed)} files, {len(pages)} pages, {len(claims)} of claims, {len(places)} of facilities")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(__file__).resolve().parents[2] / "shared" / "data" / "ice" / "workbooks"
    parser.add_argument("--workbooks", type=Path, default=default)
    parser.add_argument("--home", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        home = given.home or scratch / "home"
        if given.home is None:
            _typed(home, "init", "--contact", "bench@localhost")
            files = [str(path) for path in workbooks(given.workbooks, scratch)]
            manifest = given.workbooks.parent / "manifest.csv"
            _typed(home, "import", *files, *(["--manifest", str(manifest)] if manifest.is_file() else []))
        report(home, scratch)


if __name__ == "__main__":
    main()
