"""The commands about what is told: history, messages, channels, silences, the digest."""

from datetime import datetime
from typing import Annotated

import typer

from flows.cli.options import BecauseOption, ByOption, JsonOption, LimitOption, now, renamed


def register(app: typer.Typer, channels_app: typer.Typer) -> None:
    """Add the commands of this room to the command line."""
    for command in (verdicts, messages, silence, silences, unsilence, digest):
        app.command()(command)
    app.command(hidden=True)(ack)
    channels_app.callback(invoke_without_command=True)(channels)


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
        from flows.show import verdict_history

        verdict_history.history(claim, now(), limit, as_json=as_json)
        return
    from flows.show import verdict_list

    verdict_list.verdicts(now(), limit, as_json=as_json)


def messages(
    key: Annotated[str, typer.Argument(help="A message's key, or as much of it as is clear; else all.")] = "",
    limit: LimitOption = None,
    as_json: JsonOption = False,
) -> None:
    """Every message: to whom, what became of it, every attempt and answer, what was muted and what was undone."""
    from flows.show import messages as outbox

    outbox.messages(key, limit, as_json=as_json)


def channels(
    context: typer.Context,
    enable: Annotated[str, typer.Option("--enable", help="Let a disabled channel be tried again.")] = "",
    limit: LimitOption = None,
    as_json: JsonOption = False,
) -> None:
    """How each channel stands, and what waits for it. A channel that refused us for good is disabled until enabled."""
    from flows.show import messages as outbox

    if context.invoked_subcommand is None:
        raise typer.Exit(outbox.channels(enable, now(), limit, as_json=as_json))


def ack(
    claim: Annotated[str, typer.Argument(help="A claim's id.")],
    because: BecauseOption,
    until: Annotated[
        datetime | None, typer.Option(help="The last day; without it, until it recovers or moves.")
    ] = None,
    by: ByOption = "",
) -> None:
    """The old name of `onrecord acknowledge CLAIM`."""
    from flows.cli import mute

    renamed("onrecord ack", "onrecord acknowledge")

    raise typer.Exit(mute.acknowledge(claim, because, until, by, now()))


def silence(
    matcher: Annotated[str, typer.Argument(help="seed-4*, series=ice.removals*, speaker=*Miller*; joined by &.")],
    because: BecauseOption,
    until: Annotated[datetime, typer.Option(help="The last day.")],
    by: ByOption = "",
) -> None:
    """Mute the news of claims until a day. It is judged and kept all the same: onrecord messages."""
    from flows.cli import mute

    raise typer.Exit(mute.silence(matcher, because, until, by, now()))


def silences(
    everything: Annotated[bool, typer.Option("--all", help="Also those that have ended.")] = False,
    limit: LimitOption = None,
    as_json: JsonOption = False,
) -> None:
    """The silences and acknowledgements in force: whose, why, until when, and how much they muted."""
    from flows.cli import mute

    mute.silences(now(), limit, everything=everything, as_json=as_json)


def unsilence(
    number: Annotated[int, typer.Argument(help="As `onrecord silences` lists it.")],
    by: ByOption = "",
) -> None:
    """End a silence or an acknowledgement. Exit 1 when none of this number is in force."""
    from flows.cli import mute

    raise typer.Exit(mute.unsilence(number, by, now()))


def digest() -> None:
    """Write and send the week's digest, once: claims nearest to flipping, what was muted, and that we looked."""
    from flows.notifying import digest as weekly

    raise typer.Exit(weekly.run())
