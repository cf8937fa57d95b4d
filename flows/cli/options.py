"""Options and names that several commands share."""

import sys
from enum import StrEnum
from typing import Annotated

import typer

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
LimitOption = Annotated[
    int | None,
    typer.Option("--limit", min=1, help="At most so many of each table; where it is in order of time, the newest."),
]


BecauseOption = Annotated[str, typer.Option("--because", help="Why; it is kept, for whoever reads it later.")]
ByOption = Annotated[
    str, typer.Option("--by", help="Who decides; the account that runs the command when left out, and it is said.")
]
# What `--by` was called until version 0.2.
AuthorOption = Annotated[str, typer.Option("--author", hidden=True)]


def who(by: str, author: str) -> str:
    """Who decides, by the option or by its old name, which still works and says that it is old."""
    if author:
        renamed("--author", "--by")
    return by or author


def renamed(old: str, new: str) -> None:
    """Say that an old name was used. It works for one version more."""
    sys.stderr.write(f"{old} is now {new}; the old name works until version 0.3.\n")


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
