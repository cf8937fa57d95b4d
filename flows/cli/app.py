"""The command line. Each command imports what it needs when it runs: help and reading commands feel instant."""

import os
import sys
from datetime import datetime
from enum import StrEnum
from importlib.metadata import version
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from flows.cli import alert_commands, figure_commands, held_commands
from flows.cli.claim_commands import claims_app
from flows.cli.options import (
    IMPORTED,
    NAMES,
    JsonOption,
    LimitOption,
    completing,
    imported_source,
    now,
    source_id,
    which,
)
from flows.cli.replay_commands import replay
from flows.cli.site_command import site

app = typer.Typer(
    name="onrecord",
    help="Watches public immigration-detention figures and tells when they leave the claims on record.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
channels_app = typer.Typer(help="The ways out: Slack, mail, console.", rich_markup_mode=None)
app.add_typer(channels_app, name="channels")
alert_commands.register(app, channels_app)
app.add_typer(claims_app, name="claims")


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


class Format(StrEnum):
    csv = "csv"
    json = "json"


@app.command()
def init(
    contact: Annotated[str, typer.Option(help="Your address; it goes into the User-Agent of every request.")] = "",
) -> None:
    """Write a commented configuration, make or upgrade the database, and say what to do next. Safe to repeat."""
    from flows.cli import run_commands

    run_commands.init(contact)


@app.command()
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


@app.command()
def serve() -> None:
    """Run on a schedule until stopped: one look at each source a day, deliveries every few minutes."""
    from flows.cli import run_commands

    run_commands.serve()


@app.command(name="import")
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


class History(StrEnum):
    ice = "ice"


@app.command()
def backfill(
    source: Annotated[History, typer.Argument(help="ice: the one source whose past an archive holds.")] = History.ice,
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
    raise typer.Exit(backfill_command.run(source.value, *days, dry_run=dry_run, direct=direct))


@app.command()
def parse(
    file: Annotated[Path, typer.Argument(help="A workbook, payload or page as published.")],
    source: Annotated[str, typer.Option(parser=source_id, metavar="SOURCE", help="Whose file it is.")] = "ice",
    format_: Annotated[Format, typer.Option("--format")] = Format.csv,
    leftovers: Annotated[bool, typer.Option("--leftovers", help="Print what nobody understood.")] = False,
) -> None:
    """Print every figure of a file with its cell. Needs no database and no network.

    Exit 0 when all was read, 3 when something is held (rows are still printed), 2 when nothing could be read.
    """
    from flows.show import parse

    raise typer.Exit(parse.parse_file(file, source, format_.value, leftovers=leftovers))


@app.command()
def status(limit: LimitOption = None, as_json: JsonOption = False) -> None:
    """How all stands. Exit 0 when nothing needs attention, 1 when something does, 2 when it cannot be told."""
    from flows.show import status

    raise typer.Exit(status.status(now(), limit, as_json=as_json))


for _command in (*held_commands.COMMANDS, *figure_commands.COMMANDS, replay, site):
    app.command()(_command)


@app.command()
def reconcile(
    limit: LimitOption = None,
    as_json: JsonOption = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the page docs/reconciliation.md.")] = False,
) -> None:
    """Hold ICE against TRAC: every date and every workbook explained. Exit 3 when something is in dispute."""
    from flows.cli import run_commands

    raise typer.Exit(run_commands.reconcile(limit, as_json=as_json, as_markdown=markdown))


@app.command()
def deliver(
    everything: Annotated[bool, typer.Option("--all", help="Also what waits for its next try.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Send what is in the outbox. Exit 1 when something could not be delivered."""
    from flows.cli import run_commands

    raise typer.Exit(run_commands.deliver_now(everything=everything, as_json=as_json))


class Table(StrEnum):
    csv = "csv"
    parquet = "parquet"


@app.command()
def export(
    to: Annotated[Path, typer.Option("--to", help="The folder to write; an earlier export there is replaced.")],
    format_: Annotated[Table, typer.Option("--format", help="parquet needs the extra [parquet].")] = Table.csv,
    sources: Annotated[
        list[str] | None,
        typer.Option(
            "--source",
            parser=which,
            autocompletion=completing(NAMES),
            metavar="SOURCE",
            help="A source or a publisher; all when left out.",
        ),
    ] = None,
    metrics: Annotated[list[str] | None, typer.Option("--metric", help="ice.book_ins; all when left out.")] = None,
    as_of: Annotated[datetime | None, typer.Option(help="What was known by the end of this day.")] = None,
    vintages: Annotated[bool, typer.Option("--vintages", help="Every figure of every release.")] = False,
) -> None:
    """Write the figures as tables, one for each metric, with the dictionary, the licences and where each comes from."""
    from flows.show import export

    day = as_of.date() if as_of else None
    raise typer.Exit(export.run(to, format_.value, sources or [], metrics or [], day, now(), vintages=vintages))


@app.command()
def doctor(
    online: Annotated[bool, typer.Option("--online", help="Also say what can be reached; nothing is sent.")] = False,
) -> None:
    """Check the installation, the archive's folder, the database, the claims and the channels. Exit 1 on a fault."""
    from flows.cli import doctor as checks

    raise typer.Exit(checks.report(online=online))


@app.command()
def verify(as_json: JsonOption = False) -> None:
    """Hash every archived file anew and name what is missing or altered. Exit 1 when something is."""
    from flows.cli import verify_and_rebuild

    raise typer.Exit(verify_and_rebuild.verify(as_json=as_json))


@app.command()
def rebuild() -> None:
    """Derive figures and findings anew from the archived files, with today's parsers. Verdicts and messages stay."""
    from flows.cli import verify_and_rebuild

    verify_and_rebuild.rebuild()


@app.command()
def demo(
    home: Annotated[Path, typer.Option(help="Where the demo keeps its files.")] = Path(".demo"),
) -> None:
    """The real line against stand-in publishers on this machine: eight months of 2025 offline, in under a minute."""
    from flows import demo as play

    raise typer.Exit(play.run(home))


@channels_app.command("test")
def channels_test(
    name: Annotated[str, typer.Argument(help="One channel; all when left out.")] = "",
) -> None:
    """Send a test message through the configured channels. Exit 1 when one does not take it."""
    from flows.cli import run_commands

    raise typer.Exit(run_commands.test_channels(name))


def main() -> None:
    """Run a command; a fault that the user can mend is one line on stderr and exit 2, never a traceback."""
    from flows.cli.user_faults import told

    os.umask(0o077)  # what is made is nobody else's; `flows.configuration.home_folder` closes what is there already
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # what a terminal's encoding has no letter for
    sys.exit(told(lambda: app(standalone_mode=False)))
