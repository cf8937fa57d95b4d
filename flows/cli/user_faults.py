"""Faults that a user can mend, as one line. Anything else is a fault of ours and keeps its traceback."""

import os
import sys
from collections.abc import Callable
from typing import Any

import typer

from figures.naming import UnknownNameError

# What typer raises for a wrong call comes from click, or from the copy of it that newer typers bring.
_WRONG_CALL: Any = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")


def told(command: Callable[[], object]) -> int:
    """Run a command line and return its exit code."""
    try:
        result = command()
        sys.stdout.flush()
    except typer.Exit as error:
        return int(error.exit_code)
    except typer.Abort:
        sys.stderr.write("Stopped.\n")
        return 130
    except _WRONG_CALL as error:
        error.show()
        return int(error.exit_code)
    except UnknownNameError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except BrokenPipeError:
        return _read_enough()
    except SystemExit as error:
        # So click ends a command whose output nobody takes; any other exit is meant.
        if isinstance(error.__context__, BrokenPipeError):
            return _read_enough()
        raise
    except _mendable() as error:  # evaluated only when something was raised, so that no command pays for the imports
        sys.stderr.write(_words(error) + "\n")
        return 2
    return result if isinstance(result, int) else 0


def _read_enough() -> int:
    """Whoever read us (`| head`) has enough. Nothing more is written, not at the end of the process either."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return 0


def _mendable() -> tuple[type[Exception], ...]:
    from alerts.claims.model import ClaimError
    from flows.configuration.settings import SettingsError
    from flows.context import BusyError
    from flows.decisions import DecisionError
    from flows.importing import ImportFileError
    from flows.keeping.manifest import BackupError
    from flows.publishing.export_words import ExportError
    from flows.publishing.newest_look import NothingKnownError
    from flows.publishing.placing import PlacingError
    from storage.archive import ArchiveError
    from storage.engine import UNREACHABLE, DatabaseError

    return (
        ArchiveError,
        BackupError,
        BusyError,
        ClaimError,
        DatabaseError,
        DecisionError,
        ExportError,
        ImportFileError,
        NothingKnownError,
        PlacingError,
        SettingsError,
        *UNREACHABLE,
    )


def _words(error: Exception) -> str:
    from storage.engine import UNREACHABLE, explain

    return explain(error) if isinstance(error, UNREACHABLE) else str(error)
