"""The commands that keep what we have: the archive's copy. Registered in `flows/cli/app.py`, which is the program."""

from typing import Annotated

import typer

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
) -> None:
    """Copy the archive to another place, or back, and hash what is there. Safe to stop and repeat.

    Exit 1 when a file is missing or altered on one side.
    """
    from flows.cli import keeping

    if not to and not from_:
        raise typer.BadParameter("Name the other place: --to copies the archive there, --from brings files back.")
    raise typer.Exit(keeping.copy(from_, to))


def register(app: typer.Typer) -> None:
    app.add_typer(archive_app, name="archive")
