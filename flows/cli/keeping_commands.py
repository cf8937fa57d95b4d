"""The commands that keep what we have: copies of the archive, backups, a snapshot for readers."""

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.options import ProfileOption

commands = typer.Typer(rich_markup_mode=None)
archive_app = typer.Typer(help="The raw files, in a folder or in object storage.", rich_markup_mode=None)


@archive_app.callback()
def _archive() -> None:
    """A group, also while it has one command."""


@archive_app.command()
def copy(
    to: Annotated[
        str, typer.Option("--to", help="A folder, or s3://bucket/prefix; the archive if left out, to mend it.")
    ] = "",
    from_: Annotated[
        str, typer.Option("--from", help="A folder, or s3://bucket/prefix; the archive if left out.")
    ] = "",
    profile: ProfileOption = "",
) -> None:
    """Copy the archive to another place, or back, and hash what is there. Safe to stop and repeat.

    Exit 1 when a file is missing or altered on one side.
    """
    from flows.cli.care import keeping

    if not to and not from_:
        raise typer.BadParameter("Name the other place: --to copies the archive there, --from brings files back.")
    raise typer.Exit(keeping.copy(from_, to, profile))


@commands.command()
def backup(
    to: Annotated[str, typer.Option("--to", help="A folder, or s3://bucket/prefix; it may hold other backups.")],
    profile: ProfileOption = "",
) -> None:
    """Back up database, archive, configuration and claims, while onrecord runs. Exit 1 when the archive lost a file."""
    from flows.cli.care import keeping

    raise typer.Exit(keeping.backup(to, profile))


@commands.command()
def restore(
    from_: Annotated[str, typer.Option("--from", help="Where the backups are: a folder, or s3://bucket/prefix.")],
    made: Annotated[str, typer.Option("--made", help="Which backup, by its name; the newest if left out.")] = "",
    configuration: Annotated[
        Path | None, typer.Option("--configuration", help="An onrecord.toml to use in place of the backup's.")
    ] = None,
    profile: ProfileOption = "",
) -> None:
    """Restore a backup into an empty ONRECORD_HOME and database. What is there is never replaced. Safe to repeat."""
    from flows.cli.care import keeping

    raise typer.Exit(keeping.restore(from_, made, configuration, profile))


@commands.command()
def snapshot(
    to: Annotated[Path, typer.Option("--to", help="The folder for onrecord.db; an earlier one there is replaced.")],
) -> None:
    """Write a copy of the figures for Datasette: what may be shown to anybody, in a file that nobody writes to."""
    from flows.cli.care import keeping

    keeping.snapshot(to)
