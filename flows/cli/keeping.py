"""What the commands that keep our data do and say."""

import sys

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from flows.configuration.archive_settings import archive_at
from flows.configuration.settings import load_settings
from flows.keeping.archive_copy import copy_archive


def copy(from_: str, to: str) -> int:
    """Copy an archive into another; "" is the archive itself. Returns 1 when a file is faulty on one side."""
    settings = load_settings()
    here, there = (archive_at(at, settings.archive) if at else settings.open_archive() for at in (from_, to))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task("Copying", total=None)
        done = copy_archive(here, there, lambda at, total: shown.update(task, completed=at, total=total))
    for fault in done.faults:
        sys.stderr.write(f"{fault}\n")
    sys.stdout.write(
        f"{done.copied} files copied, {done.there_already} were there already, {len(done.faults)} missing or altered.\n"
    )
    if not done.faults:
        again = f"onrecord verify --at {to}" if to else "onrecord verify"
        sys.stdout.write(f"All of them were hashed there. To look again at any time: {again}\n")
    return 1 if done.faults else 0
