"""The most memory that a process held, without that of the process that started it."""

import subprocess
import sys
from collections.abc import Sequence

# Not getrusage: Linux carries the parent's ru_maxrss over exec, and a small child of a large benchmark looks large.
_PROGRAM = """\
import sys
from {module} import {work}
{work}(*sys.argv[1:])
with open("/proc/self/status", encoding="ascii") as file:
    print(next(line for line in file if line.startswith("VmHWM:")).split()[1])
"""


def most_memory(module: str, work: str, arguments: Sequence[str]) -> float:
    """Megabytes that a process of its own held at most, working on these arguments. Linux alone can tell."""
    run = [sys.executable, "-c", _PROGRAM.format(module=module, work=work), *arguments]
    return int(subprocess.run(run, check=True, capture_output=True, text=True).stdout) / 1024
