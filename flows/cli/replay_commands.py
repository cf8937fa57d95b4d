"""The options of `onrecord replay`. What it does is imported when it runs."""

from datetime import datetime
from typing import Annotated

import typer

from flows.cli.options import JsonOption, LimitOption

commands = typer.Typer(rich_markup_mode=None)


@commands.command()
def replay(
    since: Annotated[datetime, typer.Option("--from", help="The first day.")],
    until: Annotated[datetime | None, typer.Option("--to", help="The last day; today when left out.")] = None,
    claim: Annotated[str, typer.Option("--claim", help="One claim, by its id; all when left out.")] = "",
    sweep: Annotated[bool, typer.Option("--sweep", help="What other tolerances would have changed.")] = False,
    full: Annotated[bool, typer.Option("--full", help="Each message in full.")] = False,
    limit: LimitOption = None,
    as_json: JsonOption = False,
) -> None:
    """The alerts that would have been sent, by day, each on what was known that day. Writes nothing, sends nothing."""
    from flows.pipeline import clock
    from flows.show import replay_report

    days = since.date(), until.date() if until else None
    replay_report.run(*days, claim, clock(), limit, as_sweep=sweep, full=full, as_json=as_json)
