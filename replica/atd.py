"""The sheet on Alternatives to Detention: three tables one below the other, two on court appearances beside them."""

from collections.abc import Mapping
from dataclasses import dataclass

from replica.blocks import Block
from replica.editions import Edition
from replica.grids import Cells, Rows, put, write
from replica.layouts import AGENCY, STATUTE


@dataclass(frozen=True, slots=True)
class AtdLayout:
    """Where the court tables stand, and what follows the table by status.

    `blanks` are the blank rows before the sentence on releases and before the table by area; `released` is that
    sentence, empty before May 2025.
    """

    court: int
    final: int
    blanks: tuple[int, int]
    released: str = ""


_TO = "From {first} to {last}, {count} FAMU individuals were released from ICE custody. "
_AND = "From '{first}' and '{last}', {count} FAMU individuals were released from ICE custody. "
# By the first edition laid out so.
ATD_LAYOUTS: Mapping[str, AtdLayout] = {
    "eofy2024": AtdLayout(8, 19, (0, 2)),
    "05092025": AtdLayout(8, 19, (0, 1)),
    "05232025": AtdLayout(7, 16, (0, 1), _TO),
    "06202025": AtdLayout(7, 18, (1, 0), _AND),
    "07312025": AtdLayout(7, 19, (1, 0), _AND),
}
_A, _B, _E, _F = 1, 2, 5, 6
_TOP = 7
_TECHNOLOGY = Block(
    "atd_technology", _TOP, _A, "ATD Active Population Counts and Daily Cost by Technology", "Technology", _B
)
_STATUS = Block(
    "atd_status",
    0,
    _A,
    "ATD Active Population by Status, Extended Case Management Service, Count and ALIP, {fy}",
    "FAMU Status",
    _B,
)
_AREAS = Block(
    "atd_areas",
    0,
    _A,
    "Active ATD Participants and Average Length in Program, {fy},  as of {as_of}, by AOR and Technology",
    "AOR/Technology",
    _B,
    nested=True,
)
_COURT = Block("court_all", 0, _E, "{fy} thru {through} Court Appearance: Total Hearings*", "Metric", _F)
_FINAL = Block("court_final", 0, _E, "{fy} thru {through} Court Appearance: Final Hearings*", "Metric", _F)
BLOCKS = (_TECHNOLOGY, _STATUS, _AREAS, _COURT, _FINAL)
# One number inside a sentence: table, row and column under which it is on record.
RELEASED = ("atd_released", "FAMU individuals", "Released")
_PARTICIPANTS = "Data from BI Inc. Participants Report, {day}"
_OBP = "Data from OBP Report, {day}"
_COSTS = (
    "Costs listed above are only related to technology costs, and do not include other associated contract and case "
    "management costs that are a part of the ATD program. Average daily participant cost is greater than those listed "
    "in the table above."
)
_TRACKED = "*Only Participants with court tracking assigned"


def title(edition: Edition) -> str:
    """`ATD FY25 YTD`, or `ATD EOFY24` when the year is closed."""
    year = f"{edition.fiscal_year % 100:02d}"
    return f"ATD EOFY{year}" if edition.year_end else f"ATD FY{year} YTD"


def cells(edition: Edition, tables: Mapping[str, Rows]) -> Cells:
    """The filled cells of the sheet. Raises KeyError when the edition's layout is not declared."""
    layout = ATD_LAYOUTS[edition.atd.layout]
    filled: Cells = {(1, _A): AGENCY, (2, _A): STATUTE}
    filled[4, _A] = f"ICE ALTERNATIVES TO DETENTION DATA, {_fy(edition)}"
    _left(filled, edition, tables, layout)
    for block, top, source in (
        (_COURT, layout.court, "Court Data from BI Inc. "),
        (_FINAL, layout.final, "Court Data from BI Inc."),
    ):
        below = _table(filled, edition, tables, block, top)
        if below > top:
            put(filled, below, _E, source)
            put(filled, below + 1, _E, _TRACKED)
    return filled


def _left(filled: Cells, edition: Edition, tables: Mapping[str, Rows], layout: AtdLayout) -> None:
    participants = _PARTICIPANTS.format(day=edition.atd.participants_report)
    at = _table(filled, edition, tables, _TECHNOLOGY, _TOP)
    put(filled, at, _A, participants)
    put(filled, at + 1, _A, _COSTS)
    at = _table(filled, edition, tables, _STATUS, at + 3)
    put(filled, at, _A, participants)
    put(filled, at + 1, _A, _OBP.format(day=edition.atd.obp_report))
    at += 2
    count = edition.figures.get(RELEASED)
    if layout.released and count is not None:
        first, last = edition.atd.released
        at += layout.blanks[0]
        put(filled, at, _A, layout.released.format(first=first, last=last, count=count))
        at += 1
    _table(filled, edition, tables, _AREAS, at + layout.blanks[1])


def _table(filled: Cells, edition: Edition, tables: Mapping[str, Rows], block: Block, top: int) -> int:
    """The row below the table; `top` itself when the edition has no figures for it."""
    if block.table not in tables:
        return top
    words = block.title.format(fy=_fy(edition), as_of=edition.atd.areas_as_of, through=edition.atd.court_through)
    return write(filled, block, tables[block.table], words, top)


def _fy(edition: Edition) -> str:
    return f"FY{edition.fiscal_year % 100:02d}"
