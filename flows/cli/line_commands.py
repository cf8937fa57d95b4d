"""The commands that run the line: begin, look, keep looking, take past editions, deliver, and show how it goes."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.options import CAPTURED, IMPORTED, NAMES, JsonOption, captured_source, completing, imported_source, which

commands = typer.Typer(rich_markup_mode=None)


@commands.command()
def init(
    contact: Annotated[str, typer.Option(help="Your address; it goes into the User-Agent of every request.")] = "",
) -> None:
    """Write a commented configuration, make or upgrade the database, and say what to do next. Safe to repeat."""
    from flows.cli import run_commands

    run_commands.init(contact)


@commands.command()
def run(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            parser=which,
            autocompletion=completing(NAMES),
            metavar="SOURCE",
            help=f"{', '.join(NAMES)}; all when left out.",
        ),
    ] = None,
    direct: Annotated[bool, typer.Option("--direct", help="Without Prefect: the same line as a plain call.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Also ask for files that were asked for today.")] = False,
) -> None:
    """Look at the sources now: fetch, archive, check, store, judge, deliver. Exit 1 when a source failed."""
    from flows.cli import run_commands

    raise typer.Exit(run_commands.run(sources or [], direct=direct, again=again))


@commands.command()
def serve() -> None:
    """Run on a schedule until stopped: one look at each source a day, deliveries every few minutes."""
    from flows.cli import run_commands

    run_commands.serve()


@commands.command(name="import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="Files of past editions, as published.")],
    source: Annotated[
        str,
        typer.Option(
            parser=imported_source,
            autocompletion=completing(IMPORTED),
            metavar="SOURCE",
            help=f"Whose: {', '.join(IMPORTED)}.",
        ),
    ] = "ice",
    manifest: Annotated[Path | None, typer.Option(help="CSV with file, edition_date, sha256, published_name.")] = None,
    alert: Annotated[bool, typer.Option("--alert", help="Deliver what is found; otherwise it is only kept.")] = False,
) -> None:
    """Take past editions of one source from local files, in order of publication: also where a publisher refuses us.

    Exit 1 when one was refused, or a check of ours could not run on one.
    """
    from flows.cli import run_commands

    raise typer.Exit(run_commands.import_files(source, files, manifest, alert=alert))


@commands.command()
def backfill(
    source: Annotated[
        str,
        typer.Argument(
            parser=captured_source,
            autocompletion=completing(CAPTURED),
            metavar="SOURCE",
            help=f"Whose past is taken: {', '.join(CAPTURED)}.",
        ),
    ] = "ice",
    since: Annotated[datetime | None, typer.Option("--from", help="Only captures of this day or later.")] = None,
    until: Annotated[datetime | None, typer.Option("--until", help="Only captures of this day or earlier.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be fetched.")] = False,
    direct: Annotated[bool, typer.Option("--direct", help="Without Prefect: the same as a plain call.")] = False,
) -> None:
    """Take past editions from the Internet Archive: the first step of a new installation. Safe to stop and repeat.

    Exit 1 when the archive did not give all that it lists; run it again and it goes on.
    """
    from flows.cli import backfill_command

    days = (since.date() if since else None, until.date() if until else None)
    raise typer.Exit(backfill_command.run(source, *days, dry_run=dry_run, direct=direct))


@commands.command()
def deliver(
    everything: Annotated[bool, typer.Option("--all", help="Also what waits for its next try.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Send what is in the outbox. Exit 1 when something could not be delivered."""
    from flows.cli import run_commands

    raise typer.Exit(run_commands.deliver_now(everything=everything, as_json=as_json))


@commands.command()
def demo(
    home: Annotated[Path, typer.Option(help="Where the demo keeps its files.")] = Path(".demo"),
) -> None:
    """The real line against stand-in publishers on this machine: eight months of 2025 offline, in under a minute."""
    from flows import demo as play

    raise typer.Exit(play.run(home))
