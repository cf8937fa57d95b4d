"""The commands about what is held back, and about what is due."""

from datetime import datetime
from typing import Annotated

import typer

from flows.cli.options import AuthorOption, BecauseOption, ByOption, JsonOption, LimitOption, who

commands = typer.Typer(rich_markup_mode=None)


@commands.command()
def held(
    everything: Annotated[bool, typer.Option("--all", help="Also the holds that were lifted.")] = False,
    limit: LimitOption = None,
    as_json: JsonOption = False,
) -> None:
    """What is held back: its number, release, what of it, why, since when, and the claims that rest on it."""
    from flows.show import held as shown

    raise typer.Exit(shown.held(limit, everything=everything, as_json=as_json))


@commands.command()
def unhold(
    number: Annotated[int, typer.Argument(metavar="ID", help="The hold's number, as `onrecord held` lists it.")],
    because: BecauseOption,
    until: Annotated[datetime | None, typer.Option("--until", help="The last day; then the hold stands again.")] = None,
    by: ByOption = "",
    author: AuthorOption = "",
) -> None:
    """Lift a hold, recorded with author and reason, and judge again what rests on it."""
    from flows.cli import decide as shown

    raise typer.Exit(shown.unhold(number, because, until.date() if until else None, who(by, author)))


@commands.command()
def acknowledge(
    what: Annotated[
        list[str], typer.Argument(metavar="WHAT...", help="A claim's id; or holds and findings, by their numbers.")
    ],
    because: BecauseOption,
    until: Annotated[
        datetime | None, typer.Option(help="Of a claim: the last day; without it, until it recovers or moves.")
    ] = None,
    by: ByOption = "",
    author: AuthorOption = "",
) -> None:
    """Mark as seen. Findings stay as they are and ask for attention no more.

    Of a claim no more is told until it recovers, moves further, or the day is over.
    """
    if all(each.isdigit() for each in what):
        from flows.cli import decide

        if until:
            raise typer.BadParameter("a finding is acknowledged for good; --until is for claims")
        raise typer.Exit(decide.acknowledge([int(each) for each in what], because, who(by, author)))
    from flows.cli import mute
    from flows.pipeline import clock

    if len(what) > 1:
        raise typer.BadParameter("one claim at a time, or numbers alone")
    raise typer.Exit(mute.acknowledge(what[0], because, until, who(by, author), clock()))


@commands.command()
def takeback(
    number: Annotated[int, typer.Argument(metavar="ID", help="The number that was lifted or acknowledged.")],
    because: BecauseOption,
    by: ByOption = "",
    author: AuthorOption = "",
) -> None:
    """Take back the newest decision about a finding: a lifted hold stands again, a seen one asks for attention."""
    from flows.cli import decide as shown

    raise typer.Exit(shown.take_back(number, because, who(by, author)))


@commands.command()
def due(
    source: Annotated[str, typer.Argument(help="ice or trac; both when left out.")] = "",
    daily: Annotated[bool, typer.Option("--daily", help="Day by day, not gap by gap.")] = False,
    limit: LimitOption = None,
    as_json: JsonOption = False,
) -> None:
    """How many days lay between the releases of a publisher, and when the next one is due."""
    from flows.show import due as shown

    raise typer.Exit(shown.silence(source, limit, daily=daily, as_json=as_json))
