"""The commands about figures and where they come from. Registered in `flows/cli/app.py`, which is the program."""

from datetime import datetime
from typing import Annotated

import typer

from flows.cli.options import NAMES, JsonOption, LimitOption, now


def series(
    key: Annotated[str, typer.Argument(help="A series, or part of its name; the metrics when left out.")] = "",
    as_of: Annotated[datetime | None, typer.Option(help="Only what was public by the end of this day.")] = None,
    find: Annotated[str, typer.Option(help="Words that a series is about, such as: removals a day")] = "",
    limit: LimitOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the metrics, or the series that hold a word or are about some, or print every vintage of one."""
    from flows.show import series as commands

    if find:
        commands.found(find, now(), limit, as_json=as_json)
    else:
        commands.series(key, as_of, now(), limit, as_json=as_json)


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
    compare_releases.diff(source, named, limit, as_json=as_json)


def revisions(
    key: Annotated[str, typer.Argument(help="A series, as `onrecord series` lists it.")],
    limit: LimitOption = None,
    as_json: JsonOption = False,
) -> None:
    """How much a series is usually revised: from first to last, and step by step by age. Exit 1 when there is none."""
    from flows.show import compare_releases

    compare_releases.revisions(key, limit, as_json=as_json)


COMMANDS = (series, trace, diff, revisions)
