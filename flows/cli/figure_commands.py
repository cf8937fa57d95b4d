"""The commands about figures and where they come from."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from figures.naming import or_nearest
from flows.cli.options import NAMES, JsonOption, LimitOption, completing, now, source_id, which

commands = typer.Typer(rich_markup_mode=None)


@commands.command()
def series(
    key: Annotated[str, typer.Argument(help="A series, or part of its name; the metrics when left out.")] = "",
    as_of: Annotated[datetime | None, typer.Option(help="Only what was public by the end of this day.")] = None,
    find: Annotated[str, typer.Option(help="Words that a series is about, such as: removals a day")] = "",
    limit: LimitOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the metrics, or the series that hold a word or are about some, or print every vintage of one."""
    from flows.show import series as shown

    if find:
        shown.found(find, now(), limit, as_json=as_json)
    else:
        shown.series(key, as_of, now(), limit, as_json=as_json)


@commands.command()
def trace(
    what: Annotated[
        str,
        typer.Argument(help="A cell (xlsx:Detention FY25!F20), a message's key, or a claim's id; short is enough."),
    ],
    sha256: Annotated[str, typer.Option(help="Only the file whose hash begins so.")] = "",
    limit: LimitOption = None,
    as_json: JsonOption = False,
) -> None:
    """From a figure or a message to the cell, the archived file and its sha256. Exit 1 when there is none."""
    from flows.show import trace_figures

    trace_figures.trace(what, sha256, now(), limit, as_json=as_json)


@commands.command()
def diff(
    editions: Annotated[
        list[str] | None,
        typer.Argument(help="Two editions by name, sha256 or day, after a source (ice, trac) if it is not ice."),
    ] = None,
    limit: LimitOption = None,
    as_json: JsonOption = False,
) -> None:
    """What an edition changed against another: new, revised, removed, unchanged, by table. The last two if none named.

    Two served versions of one TRAC table: onrecord diff trac 2026-07-01 2026-07-11
    """
    from flows.show import compare_releases

    named = list(editions or [])
    source = named.pop(0) if named and named[0] in NAMES else "ice"
    if len(named) % 2:
        near = or_nearest(named[0], NAMES)
        raise typer.BadParameter(f"{named[0]!r} is no source{near}; name two editions, after a source or without one.")
    compare_releases.diff(source, named, limit, as_json=as_json)


@commands.command()
def revisions(
    key: Annotated[str, typer.Argument(help="A series, as `onrecord series` lists it.")],
    limit: LimitOption = None,
    as_json: JsonOption = False,
) -> None:
    """How much a series is usually revised: from first to last, and step by step by age. Exit 1 when there is none."""
    from flows.show import compare_releases

    compare_releases.revisions(key, limit, as_json=as_json)


class Format(StrEnum):
    csv = "csv"
    json = "json"


@commands.command()
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


@commands.command()
def reconcile(
    limit: LimitOption = None,
    as_json: JsonOption = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print the page docs/reconciliation.md.")] = False,
) -> None:
    """Hold ICE against TRAC: every date and every workbook explained. Exit 3 when something is in dispute."""
    from flows.cli import run_commands

    raise typer.Exit(run_commands.reconcile(limit, as_json=as_json, as_markdown=markdown))


class Table(StrEnum):
    csv = "csv"
    parquet = "parquet"


@commands.command()
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
