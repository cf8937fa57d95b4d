"""The commands that look after an installation: how it stands, what is wrong with it, whether its files are whole."""

from typing import Annotated

import typer

from flows.cli.options import JsonOption, LimitOption, ProfileOption, now

commands = typer.Typer(rich_markup_mode=None)


@commands.command()
def status(limit: LimitOption = None, as_json: JsonOption = False) -> None:
    """How all stands. Exit 0 when nothing needs attention, 1 when something does, 2 when it cannot be told."""
    from flows.show import status

    raise typer.Exit(status.status(now(), limit, as_json=as_json))


@commands.command()
def doctor(
    online: Annotated[bool, typer.Option("--online", help="Also say what can be reached; nothing is sent.")] = False,
) -> None:
    """Check the installation, the archive's folder, the database, the claims and the channels. Exit 1 on a fault."""
    from flows.cli.care import doctor as checks

    raise typer.Exit(checks.report(online=online))


@commands.command()
def verify(
    at: Annotated[
        str,
        typer.Option("--at", help="A copy of the archive: a folder or s3://bucket/prefix; the archive if left out."),
    ] = "",
    profile: ProfileOption = "",
    as_json: JsonOption = False,
) -> None:
    """Hash every archived file anew and name what is missing or altered. Exit 1 when something is."""
    from flows.cli.care import verify_and_rebuild

    raise typer.Exit(verify_and_rebuild.verify(at, profile, as_json=as_json))


@commands.command()
def rebuild() -> None:
    """Derive figures and findings anew from the archived files, with today's parsers. Verdicts and messages stay."""
    from flows.cli.care import verify_and_rebuild

    verify_and_rebuild.rebuild()
