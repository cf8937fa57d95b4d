"""The demo against python-calamine's read of the published workbooks: `python -m benchmarks.demo [--workbooks DIR]`.

Wanted is at most 25 times that read, by the clock on the wall. The second number is the processor's work, Prefect's
server included: it says what the demo costs where the machine has other work.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.__main__ import measured, read_every_cell, workbooks


def work_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    default = Path(__file__).resolve().parents[2] / "shared" / "data" / "ice" / "workbooks"
    parser.add_argument("--workbooks", type=Path, default=default)
    folder = parser.parse_args().workbooks
    program = Path(sys.executable).with_name("onrecord")
    with tempfile.TemporaryDirectory() as name:
        paths = workbooks(folder, Path(name))
        floor = measured(lambda: read_every_cell(paths))
        wall, work = time.perf_counter(), work_of_children()
        subprocess.run([str(program), "demo", "--home", f"{name}/demo"], check=True, capture_output=True)
        wall, work = time.perf_counter() - wall, work_of_children() - work
    print(f"{len(paths)} workbooks, python-calamine, all cells {floor:7.3f} s   1.0")
    print(f"demo, by the wall             {wall:7.3f} s   {wall / floor:.1f} x (at most 25, of 65 workbooks)")
    print(f"demo, of work                 {work:7.3f} s   {work / floor:.1f} x")


if __name__ == "__main__":
    main()
