"""Options and names that several commands share."""

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer

from figures.naming import or_nearest
from figures.registry import PUBLISHERS, SOURCES

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
LimitOption = Annotated[
    int | None,
    typer.Option("--limit", min=1, help="At most so many of each table; where it is in order of time, the newest."),
]
ProfileOption = Annotated[
    str, typer.Option("--profile", help="A profile of the AWS SDK for the other place: its keys and its endpoint_url.")
]
# A source by its id, or all sources of a publisher by its name.
NAMES = tuple(dict.fromkeys((*SOURCES, *PUBLISHERS)))
IMPORTED = tuple(source.id for source in SOURCES.values() if source.dated is not None)
CAPTURED = tuple(source.id for source in SOURCES.values() if source.captures)

BecauseOption = Annotated[str, typer.Option("--because", help="Why; it is kept, for whoever reads it later.")]
ByOption = Annotated[
    str, typer.Option("--by", help="Who decides; the account that runs the command when left out, and it is said.")
]
# What `--by` was called; it goes with version 0.2.
AuthorOption = Annotated[str, typer.Option("--author", hidden=True)]


def now() -> datetime:
    """The clock of every command; everything below takes the time as an argument."""
    return datetime.now(UTC)


def who(by: str, author: str) -> str:
    """Who decides, by the option or by its old name, which still works and says that it is old."""
    if author:
        renamed("--author", "--by")
    return by or author


def renamed(old: str, new: str) -> None:
    """Say that an old name was used. It works for one version more."""
    sys.stderr.write(f"{old} is now {new}; the old name stops working in version 0.2.\n")


def _one_of(known: Sequence[str]) -> Callable[[str], str]:
    """Takes one of some names. The registry says which there are, so that no list here has to be kept beside it."""

    def name(value: str) -> str:
        if value not in known:
            raise typer.BadParameter(f"{value!r} is none of {', '.join(known)}{or_nearest(value, known)}.")
        return value

    return name


which = _one_of(NAMES)
source_id = _one_of(tuple(SOURCES))
imported_source = _one_of(IMPORTED)


def captured_source(value: str) -> str:
    """Takes a source whose past editions the Internet Archive holds. Of another it says why nothing is taken."""
    if value in SOURCES and value not in CAPTURED:
        own = f" `onrecord import --source {value}` takes files that you hold." if value in IMPORTED else ""
        raise typer.BadParameter(
            f"no past editions of {value!r} are taken from the Internet Archive: its entry names no addresses there. "
            f"They are taken of {', '.join(CAPTURED)}.{own}"
        )
    return _one_of(CAPTURED)(value)


def completing(known: Sequence[str]) -> Callable[[str], list[str]]:
    """What a shell may offer for the beginning of a name."""
    return lambda incomplete: [name for name in known if name.startswith(incomplete)]  # typer asks for that name
