"""Options and names that several commands share."""

from enum import StrEnum
from typing import Annotated

import typer

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
LimitOption = Annotated[
    int | None,
    typer.Option("--limit", min=1, help="At most so many of each table; where it is in order of time, the newest."),
]


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
    cbp_encounters = "cbp_encounters"
    cbp_apprehensions = "cbp_apprehensions"
    ohss = "ohss"
