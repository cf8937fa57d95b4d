"""Speed as ratios within one run: `python -m benchmarks [--workbooks DIR]`.

Without a folder of workbooks the fourteen that the replica builds are read. Absolute times drift with the machine;
quote the ratios.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import python_calamine

from benchmarks import reading, trac
from benchmarks.memory import most_memory
from checks.document.document_suite import document
from figures.registry import TRAC
from replica.editions import editions
from replica.publisher import PAGE, Publisher
from replica.workbooks import build
from scrapers.ice.workbook import parse

ROUNDS = 5


def measured(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Median seconds of several rounds after one that warms up."""
    work()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def workbooks(folder: Path | None, scratch: Path) -> Sequence[Path]:
    if folder is not None and folder.is_dir():
        return sorted(folder.glob("*.xlsx"))
    paths = []
    for edition in editions():
        path = scratch / edition.file_name
        path.write_bytes(build(edition))
        paths.append(path)
    return paths


def read_every_cell(paths: Sequence[Path]) -> int:
    """The floor: python-calamine reading all cells of all sheets."""
    cells = 0
    for path in paths:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        for name in book.sheet_names:
            for row in book.get_sheet_by_name(name).iter_rows():
                cells += sum(value != "" for value in row)
    return cells


def parse_all(paths: Sequence[Path]) -> int:
    return sum(len(parse(path.read_bytes(), path.name).observations) for path in paths)


def parse_and_check(paths: Sequence[Path]) -> int:
    """As `onrecord parse` does."""
    return sum(len(document(parse(path.read_bytes(), path.name))) for path in paths)


def read_files(*names: str) -> None:
    parse_and_check([Path(name) for name in names])


def command(arguments: Sequence[str], environment: dict[str, str]) -> Callable[[], object]:
    program = Path(sys.executable).with_name("onrecord")

    def work() -> object:
        return subprocess.run([str(program), *arguments], env=environment, check=True, capture_output=True)

    return work


def no_change(scratch: Path) -> None:
    """A run with nothing new: as a plain call, and as a Prefect flow run on a server that Prefect starts for it."""
    home = scratch / "home"
    environment = {**os.environ, "ONRECORD_HOME": str(home)}
    with Publisher() as publisher:
        for edition in editions():
            publisher.publish(edition)
        home.mkdir()
        host = publisher.address.removeprefix("http://")
        (home / "onrecord.toml").write_text(
            f'[fetch]\ncontact = "bench@localhost"\nprivate_hosts = ["{host}"]\n'
            f'[sources.ice]\naddress = "{publisher.address}{PAGE}"\n'
            + "".join(
                f'[sources.{source.id}]\naddress = "{publisher.address}{urlsplit(source.address).path}"\n'
                for source in TRAC
            ),
            encoding="utf-8",
        )
        sources = ["ice", *(source.id for source in TRAC)]  # of the others there is no stand-in here
        floor = measured(command(["--help"], environment))
        plain = measured(command(["run", "--direct", *sources], environment))
        flow = measured(command(["run", *sources], environment), rounds=2)
        series = measured(command(["series"], environment))
    start = measured(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True))
    print(f"python -c pass          {start:7.3f} s   1.0")
    print(f"onrecord --help         {floor:7.3f} s   {floor / start:.1f} x python")
    print(f"onrecord series         {series:7.3f} s   {series / start:.1f} x python")
    print(f"run --direct, no change {plain:7.3f} s   {plain / start:.1f} x python")
    print(f"run, no change          {flow:7.3f} s   Prefect's share {1 - plain / flow:.0%}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(__file__).resolve().parents[2] / "shared" / "data" / "ice" / "workbooks"
    parser.add_argument("--workbooks", type=Path, default=default)
    folder = parser.parse_args().workbooks
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        paths = workbooks(folder, scratch)
        floor = measured(lambda: read_every_cell(paths))
        parsed = measured(lambda: parse_all(paths))
        checked = measured(lambda: parse_and_check(paths))
        memory = most_memory("benchmarks.__main__", "read_files", [str(path) for path in paths])
        print(f"{len(paths)} workbooks")
        print(f"python-calamine, all cells {floor:7.3f} s   1.0")
        print(f"parse                      {parsed:7.3f} s   {parsed / floor:.2f} x the floor")
        print(
            f"parse and static checks    {checked:7.3f} s   {checked / floor:.2f} x the floor, {memory:.0f} MB at most"
        )
        trac.report(measured)
        reading.report(paths, scratch)
        no_change(scratch)


if __name__ == "__main__":
    main()
