"""How ICE laid out its workbook, declared: which block stands in which cell under which words.

Rows and columns count from 1. `{year}` is the year as titles write it (`FY2025`, `EOFY2024`), `{fy}`
the fiscal year of either, `{prior}` the one before.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

AGENCY = "U.S. Immigration and Customs Enforcement"
STATUTE = (
    "These statistics are made available to the public pursuant to the Fiscal Year 2020 "
    "Department of Homeland Security Appropriations Bill."
)


@dataclass(frozen=True, slots=True)
class Block:
    """A table of the detention sheet: its title's cell, the words over its row labels, where its figures begin.

    `shares` names columns after which their share of `Total` is printed; `spelling` says how ICE writes a label
    that the figures on record write plainly.
    """

    table: str
    row: int
    column: int
    title: str
    corner: str
    figures_column: int
    shares: tuple[str, ...] = ()
    spelling: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence of the footnotes (column B) that dates something, and the section it stands in (column A).

    `section` is empty where the section began further up. `dates` names the dates of the edition that fill the
    sentence; None when the sentence keeps dates of its own.
    """

    row: int
    section: str
    sentence: str
    dates: Literal["docket", "book_ins", "removals"] | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    blocks: tuple[Block, ...]
    notes: tuple[Note, ...]


_A, _B, _G, _H, _I, _J, _M, _N, _O, _P = 1, 2, 7, 8, 9, 10, 13, 14, 15, 16

_DISPOSITION = Block(
    "detained_by_disposition",
    8,
    _A,
    "ICE Currently Detained by Processing Disposition: {year}",
    "Processing Disposition",
    _B,
)
_FEAR_DETAINED = Block(
    "fear_detained",
    8,
    _M,
    "Aliens with USCIS-Established Fear Decisions in an ICE Detention Facility: {year}",
    "Detention Facility Type",
    _O,
)
_BOOK_INS = Block("book_ins_by_criminality", 27, _A, "ICE Initial Book-Ins by Criminality: {year}", "Facility Type", _B)
_BOOK_OUTS = Block("book_outs", 27, _H, "ICE Final Book Outs : {year}", "Facility Type", _J)
_UNCHANGED = (
    Block(
        "fear_release_days",
        8,
        _G,
        "Average Time from USCIS Fear Decision Service Date to ICE Release (In Days)",
        "ICE Release Fiscal Year",
        _I,
    ),
    Block(
        "detained_by_criminality",
        18,
        _A,
        "ICE Currently Detained by Criminality and Arresting Agency: {year}",
        "Criminality",
        _B,
        shares=("ICE", "CBP"),
    ),
    Block(
        "book_ins_by_month",
        18,
        _I,
        "ICE Initial Book-Ins by Arresting Agency and Month: {year}",
        "Agency",
        _J,
        spelling={"ICE": "ICE  "},
    ),
    Block("removals", 27, _N, "ICE Removals: {year}", "Removals", _P),
)
_ADULTS = (_DISPOSITION, _FEAR_DETAINED, _BOOK_INS, _BOOK_OUTS, *_UNCHANGED)
_ADULTS_NONCITIZENS = (
    replace(_FEAR_DETAINED, title=_FEAR_DETAINED.title.replace("Aliens", "Noncitizens")),
    *(block for block in _ADULTS if block is not _FEAR_DETAINED),
)
# Families were detained again from April 2025: the facility types came back, one block moved a column.
_FAMILIES = (
    replace(_DISPOSITION, title="ICE Currently Detained by Processing Disposition and Detention Facility Type: {year}"),
    replace(
        _FEAR_DETAINED,
        title="Aliens with USCIS-Established Fear Decisions in an ICE Detention Facility by Facility Type",
        column=_N,
        figures_column=_P,
    ),
    replace(_BOOK_INS, title="ICE Initial Book-Ins by Facility Type and Criminality: {year}"),
    replace(_BOOK_OUTS, title="ICE Final Book Outs by Facility Type: {year}"),
    *_UNCHANGED,
)

_TAIL = "{through} (IIDS Run Date {run}; EID as of {eid})."
_STATIC = "{year} data are historic and static. "
_YTD = "{year} YTD "
_FEAR = (
    "USCIS Average Time from USCIS Fear Decision Service Date to ICE Release (In Days) & "
    "%s with USCIS-Established Fear Decisions in an ICE Detention Facility"
)
_NON_CITIZENS = (_FEAR % "Non-Citizens", "Non Citizens Currently")
_ALIENS = (_FEAR % "Aliens", "Aliens Currently")
_BULLET = "\N{MIDDLE DOT}" + "\N{NO-BREAK SPACE}" * 6 + " "


def _notes(
    rows: tuple[int, int, int, int, int, int],
    *,
    lead: str,
    docket_lead: str,
    book_outs: str,
    fear: tuple[str, str],
    semiannual: tuple[Note, Note],
) -> tuple[Note, ...]:
    average, outs, removals, docket, book_ins, fear_row = rows
    return (
        Note(
            average,
            "{fy} ICE Average Daily Population and ICE Average Length of Stay",
            f"{lead}ICE Detention data are updated through {_TAIL}",
            "book_ins",
        ),
        Note(outs, book_outs, f"{lead}ICE Final Book Out data are updated through {_TAIL}", "book_ins"),
        Note(removals, "{fy} ICE Removals", f"{lead}ICE Removals data are updated through {_TAIL}", "removals"),
        Note(
            docket,
            "ICE Currently Detained Population Breakdown",
            f"{docket_lead}ICE National Docket data are a snapshot as of {_TAIL}",
            "docket",
        ),
        Note(
            book_ins,
            "{fy} ICE Initial Book-Ins",
            f"{lead}ICE Book-ins data is updated through {_TAIL}",
            "book_ins",
        ),
        Note(fear_row, fear[0], f"{fear[1]} in ICE Detention Facilities data are a snapshot as {_TAIL}", "docket"),
        *semiannual,
    )


def _semiannual(section_row: int, sentence_row: int, sentence: str) -> tuple[Note, Note]:
    """The semiannual tables are dated apart, in the words of the removals block: a reader must not mix the two."""
    return (
        Note(section_row, "Semiannual Arrests, Bookins and Removals", ""),
        Note(sentence_row, "", sentence),
    )


_CLOSED = (
    "EOFY2024 data are historic and static. ICE Removals data are updated through 09/30/2024 "
    "(IIDS Run Date 10/04/2024; EID as of 10/03/2024)."
)
_APRIL = (
    f"{_BULLET}FY2025 ICE Removals data are updated through 04/22/2025 "
    "(IIDS Run Date 04/23/2025; EID as of 04/22/2025)."
)
_YEAR_END_ROWS = (50, 60, 69, 75, 83, 93)
_CURRENT_ROWS = (50, 60, 65, 71, 79, 89)
_BOTH_YEARS = "{fy} and {prior} ICE Final Book Outs"

# By the edition in which a layout was first seen; `eofy2024` is the year-end file of October 2024.
LAYOUTS: Mapping[str, Layout] = {
    "eofy2024": Layout(
        _ADULTS_NONCITIZENS,
        _notes(
            _YEAR_END_ROWS,
            lead=_STATIC,
            docket_lead=_STATIC,
            book_outs="{fy} ICE Final Book Outs",
            fear=_NON_CITIZENS,
            semiannual=_semiannual(126, 129, _CLOSED),
        ),
    ),
    "2025-01": Layout(
        _ADULTS_NONCITIZENS,
        _notes(
            _CURRENT_ROWS,
            lead=_YTD,
            docket_lead="",
            book_outs=_BOTH_YEARS,
            fear=_NON_CITIZENS,
            semiannual=_semiannual(122, 125, _CLOSED),
        ),
    ),
    "2025-02": Layout(
        _ADULTS,
        _notes(
            _CURRENT_ROWS,
            lead=_YTD,
            docket_lead="",
            book_outs=_BOTH_YEARS,
            fear=_ALIENS,
            semiannual=_semiannual(120, 123, _CLOSED),
        ),
    ),
    "2025-05": Layout(
        _FAMILIES,
        _notes(
            _CURRENT_ROWS,
            lead=_YTD,
            docket_lead="",
            book_outs=_BOTH_YEARS,
            fear=_ALIENS,
            semiannual=_semiannual(120, 123, _APRIL),
        ),
    ),
}
