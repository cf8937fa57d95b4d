"""The command line. Each command imports what it needs when it runs: help and reading commands feel instant."""

import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="onrecord",
    help="Watches public immigration-detention figures and tells when they leave the claims on record.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
)
channels_app = typer.Typer(help="The ways out: Slack, mail, console.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(channels_app, name="channels")

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


class Format(StrEnum):
    csv = "csv"
    json = "json"


class Which(StrEnum):
    """A source, or `trac` for all of TRAC's."""

    ice = "ice"
    trac = "trac"
    trac_population = "trac_population"
    trac_book_ins = "trac_book_ins"
    trac_facilities = "trac_facilities"
    trac_atd = "trac_atd"
    trac_quickfacts = "trac_quickfacts"


class Parsable(StrEnum):
    """A source whose bare file can be read."""

    ice = "ice"
    trac_population = "trac_population"
    trac_book_ins = "trac_book_ins"
    trac_facilities = "trac_facilities"
    trac_atd = "trac_atd"
    trac_quickfacts = "trac_quickfacts"


def now() -> datetime:
    """The clock of every command; everything below takes the time as an argument."""
    return datetime.now(UTC)


@app.command()
def init(
    contact: Annotated[str, typer.Option(help="Your address; it goes into the User-Agent of every request.")] = "",
) -> None:
    """Write a commented configuration, make or upgrade the database, and say what to do next. Safe to repeat."""
    from flows import operate

    operate.init(contact)


@app.command()
def run(
    sources: Annotated[
        list[Which] | None, typer.Argument(help="ice, trac (all of TRAC's) or one of TRAC's; all when left out.")
    ] = None,
    direct: Annotated[bool, typer.Option("--direct", help="Without Prefect: the same line as a plain call.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Also ask for files that were asked for today.")] = False,
) -> None:
    """Look at the sources now: fetch, archive, check, store, judge, deliver. Exit 1 when a source failed."""
    from flows import operate

    raise typer.Exit(operate.run([source.value for source in sources or []], direct=direct, again=again))


@app.command()
def serve() -> None:
    """Run on a schedule until stopped: one look at each source a day, deliveries every few minutes."""
    from flows import operate

    operate.serve()


@app.command(name="import")
def import_(
    files: Annotated[list[Path], typer.Argument(help="Workbooks of past editions.")],
    manifest: Annotated[Path | None, typer.Option(help="CSV with file, edition_date, sha256, published_name.")] = None,
    alert: Annotated[bool, typer.Option("--alert", help="Deliver what is found; otherwise it is only kept.")] = False,
) -> None:
    """Take past editions of ICE's workbook from local files, in order of publication. Exit 1 when one was refused."""
    from flows import operate

    raise typer.Exit(operate.import_files(files, manifest, alert=alert))


@app.command()
def parse(
    file: Annotated[Path, typer.Argument(help="A workbook, payload or page as published.")],
    source: Annotated[Parsable, typer.Option(help="Whose file it is.")] = Parsable.ice,
    format_: Annotated[Format, typer.Option("--format")] = Format.csv,
    leftovers: Annotated[bool, typer.Option("--leftovers", help="Print what nobody understood.")] = False,
) -> None:
    """Print every figure of a file with its cell. Needs no database and no network.

    Exit 0 when all was read, 3 when something is held (rows are still printed), 2 when nothing could be read.
    """
    from flows import parsing

    raise typer.Exit(parsing.parse_file(file, source.value, format_.value, leftovers=leftovers))


@app.command()
def status(as_json: JsonOption = False) -> None:
    """Last look, last change, newest data, days of silence, what is held, what is not delivered."""
    from flows import reading

    reading.status(now(), as_json=as_json)


@app.command()
def series(
    key: Annotated[str, typer.Argument(help="A series, or part of its name; all are listed when left out.")] = "",
    as_of: Annotated[datetime | None, typer.Option(help="Only what was public by the end of this day.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List the series, or print every vintage of one."""
    from flows import reading

    reading.series(key, as_of, as_json=as_json)


@app.command()
def claims(as_json: JsonOption = False) -> None:
    """The claims on record. Exit 1 when a claim file cannot be used."""
    from flows import reading

    raise typer.Exit(reading.claims(as_json=as_json))


@app.command()
def verdicts(
    history: Annotated[bool, typer.Option("--history", help="Every change, not only the latest.")] = False,
    as_json: JsonOption = False,
) -> None:
    """How each claim stands: as judged when it went on record, with hindsight, and now."""
    from flows import reading

    reading.verdicts(history=history, as_json=as_json)


@app.command()
def trace(
    what: Annotated[str, typer.Argument(help="A cell (xlsx:Detention FY25!F20), an alert's key, or a claim's id.")],
    sha256: Annotated[str, typer.Option(help="Only the file whose hash begins so.")] = "",
    as_json: JsonOption = False,
) -> None:
    """From a figure or an alert to the cell, the archived file and its sha256. Exit 1 when there is none."""
    from flows import reading

    raise typer.Exit(reading.trace(what, sha256, as_json=as_json))


@app.command()
def deliver(
    everything: Annotated[bool, typer.Option("--all", help="Also what waits for its next try.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Send what is in the outbox. Exit 1 when something could not be delivered."""
    from flows import operate

    raise typer.Exit(operate.deliver_now(everything=everything, as_json=as_json))


@app.command()
def doctor() -> None:
    """Check the installation, the archive's folder, the database, the claims and the channels. Exit 1 on a fault."""
    from flows import doctor as checks

    raise typer.Exit(checks.report())


@app.command()
def demo(
    home: Annotated[Path, typer.Option(help="Where the demo keeps its files.")] = Path(".demo"),
) -> None:
    """The real line against stand-in publishers on this machine: eight months of 2025 in a minute, offline."""
    from flows import demo as play

    raise typer.Exit(play.run(home))


@channels_app.command("test")
def channels_test(
    name: Annotated[str, typer.Argument(help="One channel; all when left out.")] = "",
) -> None:
    """Send a test message through the configured channels. Exit 1 when one does not take it."""
    from flows import operate

    raise typer.Exit(operate.test_channels(name))


def main() -> None:
    """Run a command; a fault that the user can mend is one line on stderr and exit 2, never a traceback."""
    from flows.faults import told

    sys.exit(told(lambda: app(standalone_mode=False)))
