"""The home folder is its owner's alone: folders of mode 700, files of mode 600, whatever is made there later too."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.configuration.settings import Settings, SettingsError

OTHERS = 0o077
OURS = ("onrecord.*", "prefect-login", "archive", "archive-cache", "claims", "prefect")


@contextmanager
def for_others() -> Iterator[None]:
    """What is made within may be read by others: an export is there to be handed on."""
    before = os.umask(0o022)
    try:
        yield
    finally:
        os.umask(before)


def make_private(settings: Settings) -> None:
    """Make the home, and take from others what they may do there with what is ours. What else lies there stays.

    Raises SettingsError when it belongs to somebody else.
    """
    home = settings.home
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        _close(home)
        for pattern in OURS:
            for path in home.glob(pattern):
                _close(path)
                for inner in path.rglob("*"):
                    _close(inner)
    except OSError as error:
        raise SettingsError(
            f"{error.filename} cannot be made its owner's alone: {error.strerror}. Run this as the user it belongs to."
        ) from error


def _close(path: Path) -> None:
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return  # a file of a database comes and goes
    if not stat.S_ISLNK(mode) and mode & OTHERS:
        path.chmod(stat.S_IMODE(mode) & ~OTHERS)


def open_to_others(home: Path) -> str:
    """In words, what others may do in the home; '' when nothing."""
    mode = stat.S_IMODE(home.stat().st_mode)
    return f"{home} is open to others (mode {mode:03o}, expected 700)" if mode & OTHERS else ""
