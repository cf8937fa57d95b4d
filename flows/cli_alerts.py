"""The commands about what is told: history, messages, channels, silences, the digest. Registered by `flows/cli.py`."""

from datetime import datetime
from typing import Annotated

import typer

from flows.cli_options import JsonOption, LimitOption

Because = Annotated[str, typer.Option("--because", help="Why, for whoever finds it muted.")]
By = Annotated[str, typer.Option("--by", help="Who; the account that runs the command when left out.")]


def register(app: typer.Typer, channels_app: typer.Typer) -> None:
    """Add the commands of this room to the command line."""
    for command in (verdicts, messages, ack, silence, silences, unsilence, digest):
        app.command()(command)
    channels_app.callback(invoke_without_command=True)(channels)


def _now() -> datetime:
    from flows.running import clock

    return clock()


def verdicts(
    claim: Annotated[str, typer.Argument(help="One claim's id, or as much of it as is clear: its history.")] = "",
    history: Annotated[bool, typer.Option("--history", help="Every change and what moved it.")] = False,
    limit: LimitOption = None,
    as_json: JsonOption = False,
) -> None:
    """How each claim stands, one line each: as judged when it went on record, with hindsight, and now.

    With --history every change, what moved it, the cells, what was told of it, and the distance to the next flip.
    """
    if history or claim:
        from flows import verdict_history

        verdict_history.history(claim, limit, as_json=as_json)
        return
    from flows import verdict_list

    verdict_list.verdicts(limit, as_json=as_json)


def messages(
    key: Annotated[str, typer.Argument(help="A message's key, or as much of it as is clear; else all.")] = "",
    limit: LimitOption = None,
    as_json: JsonOption = False,
) -> None:
    """Every message: to whom, what became of it, every attempt and answer, what was muted and what was undone."""
    from flows import outbox

    outbox.messages(key, limit, as_json=as_json)


def channels(
    context: typer.Context,
    enable: Annotated[str, typer.Option("--enable", help="Let a disabled channel be tried again.")] = "",
    limit: LimitOption = None,
    as_json: JsonOption = False,
) -> None:
    """How each channel stands, and what waits for it. A channel that refused us for good is disabled until enabled."""
    from flows import outbox

    if context.invoked_subcommand is None:
        raise typer.Exit(outbox.channels(enable, _now(), limit, as_json=as_json))


def ack(
    claim: Annotated[str, typer.Argument(help="A claim's id.")],
    because: Because,
    until: Annotated[
        datetime | None, typer.Option(help="The last day; without it, until it recovers or moves.")
    ] = None,
    by: By = "",
) -> None:
    """Acknowledge where a claim stands: no more is told of it until it recovers, moves further, or the day is over."""
    from flows import muting

    raise typer.Exit(muting.ack(claim, because, until, by, _now()))


def silence(
    matcher: Annotated[str, typer.Argument(help="seed-4*, series=ice.removals*, speaker=*Miller*; joined by &.")],
    because: Because,
    until: Annotated[datetime, typer.Option(help="The last day.")],
    by: By = "",
) -> None:
    """Mute the news of claims until a day. It is judged and kept all the same: onrecord messages."""
    from flows import muting

    raise typer.Exit(muting.silence(matcher, because, until, by, _now()))


def silences(
    everything: Annotated[bool, typer.Option("--all", help="Also those that have ended.")] = False,
    limit: LimitOption = None,
    as_json: JsonOption = False,
) -> None:
    """The silences and acknowledgements in force: whose, why, until when, and how much they muted."""
    from flows import muting

    muting.silences(_now(), limit, everything=everything, as_json=as_json)


def unsilence(
    number: Annotated[int, typer.Argument(help="As `onrecord silences` lists it.")],
    by: By = "",
) -> None:
    """End a silence or an acknowledgement. Exit 1 when none of this number is in force."""
    from flows import muting

    raise typer.Exit(muting.unsilence(number, by, _now()))


def digest() -> None:
    """Write and send the week's digest, once: claims nearest to flipping, what was muted, and that we looked."""
    from flows import digest as weekly

    raise typer.Exit(weekly.run())
