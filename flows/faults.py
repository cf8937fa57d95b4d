"""Faults that a user can mend, as one line. Anything else is a fault of ours and keeps its traceback."""

import sys
from collections.abc import Callable

import click
import typer

# Newer typers bring a click of their own, and raise its exceptions.
_OWN: type[click.ClickException] = next(c for c in typer.BadParameter.__mro__ if c.__name__ == "ClickException")
_WRONG_CALL: tuple[type[click.ClickException], ...] = (click.ClickException, _OWN)


def told(command: Callable[[], object]) -> int:
    """Run a command line and return its exit code."""
    try:
        result = command()
    except click.exceptions.Exit as error:
        return int(error.exit_code)
    except (click.exceptions.Abort, typer.Abort):
        sys.stderr.write("Stopped.\n")
        return 130
    except _WRONG_CALL as error:
        error.show()
        return int(error.exit_code)
    except _mendable() as error:  # evaluated only when something was raised, so that no command pays for the imports
        sys.stderr.write(_words(error) + "\n")
        return 2
    return result if isinstance(result, int) else 0


def _mendable() -> tuple[type[Exception], ...]:
    from alerts.claims import ClaimError
    from flows.decisions import DecisionError
    from flows.export_words import ExportError
    from flows.importing import ImportFileError
    from flows.line import BusyError
    from flows.settings import SettingsError
    from storage.archive import ArchiveError
    from storage.engine import UNREACHABLE, DatabaseError

    return (
        ArchiveError,
        BusyError,
        ClaimError,
        DatabaseError,
        DecisionError,
        ExportError,
        ImportFileError,
        SettingsError,
        *UNREACHABLE,
    )


def _words(error: Exception) -> str:
    from storage.engine import UNREACHABLE, explain

    return explain(error) if isinstance(error, UNREACHABLE) else str(error)
