"""Made once in a test run, by the process that asks first: what several processes need and what is slow to make."""

import fcntl
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Made = TypeVar("Made")


def once(path: Path, make: Callable[[Path], object]) -> Path:
    """The file at `path`: made by the process that asks first, while the others wait."""
    with path.with_name(f"{path.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            part = path.with_name(f"{path.name}.part")
            make(part)
            part.rename(path)
    return path


def remembered(path: Path, make: Callable[[], Made]) -> Made:
    """What `make` gives, made once in a run and kept at `path`. For frozen records only: each process has its own."""
    once(path, lambda part: part.write_bytes(pickle.dumps(make(), pickle.HIGHEST_PROTOCOL)))
    found: Made = pickle.loads(path.read_bytes())
    return found
