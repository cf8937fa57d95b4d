"""The commands about what is held back, and about silence. Registered in `flows/cli.py`, which is the program."""

from datetime import datetime
from typing import Annotated

import typer

from flows.cli_options import JsonOption, LimitOption

Because = Annotated[str, typer.Option("--because", help="The reason; it is kept with the decision.")]
Author = Annotated[str, typer.Option("--author", help="Who decides; the name you are logged in by when left out.")]


def held(
    everything: Annotated[bool, typer.Option("--all", help="Also the holds that were lifted.")] = False,
    limit: LimitOption = None,
    as_json: JsonOption = False,
) -> None:
    """What is held back: its number, release, what of it, why, since when, and the claims that rest on it."""
    from flows import held as commands

    raise typer.Exit(commands.held(limit, everything=everything, as_json=as_json))


def unhold(
    number: Annotated[int, typer.Argument(metavar="ID", help="The hold's number, as `onrecord held` lists it.")],
    because: Because,
    until: Annotated[datetime | None, typer.Option("--until", help="The last day; then the hold stands again.")] = None,
    author: Author = "",
) -> None:
    """Lift a hold, recorded with author and reason, and judge again what rests on it."""
    from flows import holding as commands

    raise typer.Exit(commands.unhold(number, because, until.date() if until else None, author))


def acknowledge(
    numbers: Annotated[list[int], typer.Argument(metavar="ID...", help="Holds or findings, by their numbers.")],
    because: Because,
    author: Author = "",
) -> None:
    """Mark findings as seen: they stay as they are and ask for attention no more."""
    from flows import holding as commands

    raise typer.Exit(commands.acknowledge(numbers, because, author))


def takeback(
    number: Annotated[int, typer.Argument(metavar="ID", help="The number that was lifted or acknowledged.")],
    because: Because,
    author: Author = "",
) -> None:
    """Take back the newest decision about a finding: a lifted hold stands again, a seen one asks for attention."""
    from flows import holding as commands

    raise typer.Exit(commands.take_back(number, because, author))


def due(
    source: Annotated[str, typer.Argument(help="ice or trac; both when left out.")] = "",
    daily: Annotated[bool, typer.Option("--daily", help="Days of silence day by day, not by silence.")] = False,
    limit: LimitOption = None,
    as_json: JsonOption = False,
) -> None:
    """How long publishers were silent between their releases, and when the next one is due."""
    from flows import silence as commands

    raise typer.Exit(commands.silence(source, limit, daily=daily, as_json=as_json))


COMMANDS = (held, unhold, acknowledge, takeback, due)
