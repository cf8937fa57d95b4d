"""The sentences of ICE's footnotes that date something, and a few definitions in words of our own, declared.

Rows count from 1. `{year}` is the year as titles write it (`FY2025`, `EOFY2024`), `{fy}` the fiscal year of either,
`{prior}` the one before.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

Dated = Literal["docket", "book_ins", "removals", "iclos", "bond", "parole"]
# ICE defines its terms in these cells too, in other words.
OWN = "In our words: "


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence of the footnotes (column B), and the section or term it stands under (column A).

    `section` is empty where the section began further up. `dates` names the dates of the edition that fill the
    sentence; None when it has none, or keeps dates of its own.
    """

    row: int
    section: str
    sentence: str
    dates: Dated | None = None


@dataclass(frozen=True, slots=True)
class _Wording:
    """What changed from layout to layout: the rows of the sections, and the words."""

    rows: Mapping[str, int]
    lead: str
    docket_lead: str
    iclos_lead: str
    book_outs: str
    fear: str
    fear_released: str
    who: str
    families: str
    semiannual: str


_TAIL = "{through} (IIDS Run Date {run}; EID as of {eid})."
_UPDATED = f"data are updated through {_TAIL}"
_STATIC = "{year} data are historic and static. "
_YTD = "{year} YTD "
_BULLET = "\N{MIDDLE DOT}" + "\N{NO-BREAK SPACE}" * 6 + " "
_TERMS = (
    Note(5, "ADP", f"{OWN}how many people were held on an average day."),
    Note(6, "ALIP", f"{OWN}how many days people have been in the program, on average."),
    Note(7, "ALOS", f"{OWN}how many days people stayed in detention, on average."),
    Note(14, "Credible Fear", f"{OWN}an officer or a judge found that a claim to asylum may well succeed."),
)
_NO_FAMILIES = f"{OWN}no families have been held in family centers since 31 March 2022."
_FAMILIES = f"{OWN}families are held in family centers again since 7 April 2025; the three years before, none were."


def _notes(wording: _Wording) -> tuple[Note, ...]:
    return (*_TERMS, *_detention(wording), *_matched(wording))


def _detention(wording: _Wording) -> tuple[Note, ...]:
    at, lead = wording.rows, wording.lead
    average = "{fy} ICE Average Daily Population and ICE Average Length of Stay"
    return (
        Note(at["average"], average, f"{lead}ICE Detention {_UPDATED}", "book_ins"),
        Note(at["average"] + 2, "", f"{OWN}everyone in a facility at midnight counts as one person for one day."),
        Note(at["average"] + 9, "", wording.families),
        Note(at["outs"], wording.book_outs, f"{lead}ICE Final Book Out {_UPDATED}", "book_ins"),
        Note(at["removals"], "{fy} ICE Removals", f"{lead}ICE Removals {_UPDATED}", "removals"),
        Note(
            at["docket"],
            "ICE Currently Detained Population Breakdown",
            f"{wording.docket_lead}ICE National Docket data are a snapshot as of {_TAIL}",
            "docket",
        ),
        Note(at["docket"] + 6, "", f"{OWN}stateless are those whom no country holds to be its citizens."),
        Note(
            at["book_ins"],
            "{fy} ICE Initial Book-Ins",
            f"{lead}ICE Book-ins data is updated through {_TAIL}",
            "book_ins",
        ),
    )


def _matched(wording: _Wording) -> tuple[Note, ...]:
    """The sections below book-ins: figures that were matched with other data, each with days of its own."""
    at, lead = wording.rows, wording.lead
    fear = (
        "USCIS Average Time from USCIS Fear Decision Service Date to ICE Release (In Days) & "
        f"{wording.fear} with USCIS-Established Fear Decisions in an ICE Detention Facility"
    )
    snapshot = f"{wording.who} Currently in ICE Detention Facilities data are a snapshot as {_TAIL}"
    iclos = f"{wording.iclos_lead}ICE ICLOS and Detainees Data are updated through {_TAIL}"
    encounters = f"{lead}Encounters data is updated through {_TAIL}"
    return (
        Note(at["fear"], fear, snapshot, "docket"),
        Note(at["fear"] + 1, "", f"{lead}ICE {wording.fear_released} {_UPDATED}", "book_ins"),
        Note(at["iclos"], "ICLOS and Detainees ", ""),
        Note(at["iclos"] + 5, "", iclos, "iclos"),
        Note(at["bond"], "Monthly Bond Statistics", f"{lead}ICE Final Book Out {_UPDATED}", "bond"),
        Note(at["parole"], "Individuals with Credible Fear Parole", encounters, "parole"),
        Note(at["parole"] + 4, "", f"{OWN}a request for parole may be decided in a later month."),
        # The semiannual tables are dated apart, in the words of the removals block: a reader must not mix the two.
        Note(at["semiannual"], "Semiannual Arrests, Bookins and Removals", ""),
        Note(at["semiannual"] + 3, "", wording.semiannual),
    )


_CLOSED = (
    "EOFY2024 data are historic and static. ICE Removals data are updated through 09/30/2024 "
    "(IIDS Run Date 10/04/2024; EID as of 10/03/2024)."
)
_APRIL = (
    f"{_BULLET}FY2025 ICE Removals data are updated through 04/22/2025 "
    "(IIDS Run Date 04/23/2025; EID as of 04/22/2025)."
)
_FLOWS = {"average": 50, "outs": 60}
_YEAR_END_ROWS = {
    **_FLOWS,
    **{"removals": 69, "docket": 75, "book_ins": 83, "fear": 93},
    **{"iclos": 103, "bond": 109, "parole": 121, "semiannual": 126},
}
_JANUARY_ROWS = {
    **_FLOWS,
    **{"removals": 65, "docket": 71, "book_ins": 79, "fear": 89},
    **{"iclos": 99, "bond": 105, "parole": 117, "semiannual": 122},
}
_FEBRUARY_ROWS = {**_JANUARY_ROWS, "parole": 115, "semiannual": 120}

NOTES_EOFY2024 = _notes(
    _Wording(
        _YEAR_END_ROWS,
        lead=_STATIC,
        docket_lead=_STATIC,
        # So published: no blank between the two sentences.
        iclos_lead=_STATIC.rstrip(),
        book_outs="{fy} ICE Final Book Outs",
        fear="Non-Citizens",
        fear_released="Final Releases",
        who="Non Citizens",
        families=_NO_FAMILIES,
        semiannual=_CLOSED,
    )
)
_JANUARY = _Wording(
    _JANUARY_ROWS,
    lead=_YTD,
    docket_lead="",
    iclos_lead="",
    book_outs="{fy} and {prior} ICE Final Book Outs",
    fear="Non-Citizens",
    fear_released="Final Book Out",
    who="Non Citizens",
    families=_NO_FAMILIES,
    semiannual=_CLOSED,
)
_FEBRUARY = replace(_JANUARY, rows=_FEBRUARY_ROWS, fear="Aliens", who="Aliens")
NOTES_2025_01 = _notes(_JANUARY)
NOTES_2025_02 = _notes(_FEBRUARY)
NOTES_2025_05 = _notes(replace(_FEBRUARY, families=_FAMILIES, semiannual=_APRIL))
