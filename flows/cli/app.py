"""The command line. Each command is one function in the module of its group, registered there by `@commands.command()`.

It imports what it needs when it runs: help and reading commands feel instant.
"""

import os
import sys
from importlib.metadata import version
from io import TextIOWrapper
from typing import Annotated

import typer

from figures.registry_faults import registry_faults
from flows.cli import (
    alert_commands,
    care_commands,
    figure_commands,
    held_commands,
    keeping_commands,
    line_commands,
    replay_commands,
    site_command,
)
from flows.cli.claim_commands import claims_app

app = typer.Typer(
    name="onrecord",
    help="Watches public immigration-detention figures and tells when they leave the claims on record.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for _group in (
    line_commands,
    figure_commands,
    held_commands,
    alert_commands,
    replay_commands,
    care_commands,
    keeping_commands,
    site_command,
):
    app.add_typer(_group.commands)  # without a name, so that its commands stand at the top
app.add_typer(alert_commands.channels_app, name="channels")
app.add_typer(claims_app, name="claims")
app.add_typer(keeping_commands.archive_app, name="archive")


def _print_version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"onrecord {version('onrecord')}\n")
        raise typer.Exit


@app.callback()
def _every_command(
    _: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run a command; a fault that the user can mend is one line on stderr and exit 2, never a traceback."""
    from flows.cli.user_faults import told

    if faults := registry_faults():
        sys.stderr.write("\n".join([*faults, "Nothing was started. The entries stand in figures/registry.py."]) + "\n")
        sys.exit(2)
    os.umask(0o077)  # what is made is nobody else's; `flows.configuration.home_folder` closes what is there already
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # what a terminal's encoding has no letter for
    sys.exit(told(lambda: app(standalone_mode=False)))
