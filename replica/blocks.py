"""The tables of ICE's detention sheet, declared: which stands in which cell under which words.

Rows and columns count from 1. In a title `{year}` is the year as titles write it (`FY2025`, `EOFY2024`) and `{first}`
the fiscal year two before.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Block:
    """A table: its title's cell, the words over its row labels, where its figures begin.

    `shares` names columns after which their share of `Total` is printed; `spelling` says how ICE writes a label
    that the figures on record write plainly. Rows of two levels are on record as `Reason / Criminality`: with
    `second`, the words over a second column of labels, the levels stand side by side; with `nested`, rows of the
    second level stand below their own first.
    """

    table: str
    row: int
    column: int
    title: str
    corner: str
    figures_column: int
    shares: tuple[str, ...] = ()
    spelling: Mapping[str, str] = field(default_factory=dict)
    second: str = ""
    nested: bool = False


_A, _B, _C, _G, _H, _I, _J, _M, _N, _O, _P = 1, 2, 3, 7, 8, 9, 10, 13, 14, 15, 16

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
_AVERAGES = {"ICE Average": "ICE Average  ", "Average": "Average "}
_BOOK_OUTS_BY_REASON = Block(
    "book_outs_by_reason",
    35,
    _A,
    "ICE Final Book Outs by Release Reason, Month and Criminality: {year}",
    "Release Reason",
    _C,
    second="Criminality",
)
_ADP = Block(
    "adp",
    89,
    _A,
    "ICE Average Daily Population by Arresting Agency, Month and Criminality: {year}",
    "Agency",
    _B,
    spelling=_AVERAGES,
    nested=True,
)
_ALOS = Block(
    "alos",
    106,
    _A,
    "ICE Average Length of Stay by Arresting Agency, Month and Criminality: {year}",
    "Agency",
    _B,
    spelling=_AVERAGES,
    nested=True,
)
_ADP_BY_TYPE = Block(
    "adp_by_facility_type", 123, _A, "ICE Average Daily Population by Month: {year}", "Facility Type", _B
)
_ALOS_BY_TYPE = Block(
    "alos_by_facility_type", 128, _A, "ICE Average Length of Stay by Month: {year}", "Facility Type", _B
)
_ALOS_ADULT = Block(
    "alos_adult",
    133,
    _A,
    "ICE Average Length of Stay Adult Facility Type by Month and Arresting Agency: {year}",
    "Arresting Agency",
    _B,
)
_PAROLE_REQUESTED = Block(
    "parole_requested",
    139,
    _A,
    "Aliens with Positive Credible Fear Determination Parole Requested: {first} - {year}",
    "Fiscal Year",
    _B,
)
_PAROLE_STATUS = Block(
    "parole_status",
    145,
    _A,
    "Aliens with Positive Credible Fear Determination Parole Status: {first} - {year}",
    "Fiscal Year",
    _C,
    second="Parole Status",
)
# The codes of the facilities are labels here: they identify a row, they count nothing.
_STATELESS = Block(
    "stateless",
    156,
    _A,
    "ICE Currently Detained of Stateless Aliens by Detention Facility",
    "Detention Facility",
    _C,
    second="Detention Facility Code",
)

# Until 16 April 2025 no families were held.
ADULTS = (
    _DISPOSITION,
    _FEAR_DETAINED,
    _BOOK_INS,
    _BOOK_OUTS,
    *_UNCHANGED,
    _BOOK_OUTS_BY_REASON,
    _ADP,
    _ALOS,
    _ADP_BY_TYPE,
    _ALOS_BY_TYPE,
    _ALOS_ADULT,
    _PAROLE_REQUESTED,
    _PAROLE_STATUS,
    _STATELESS,
)
# Until January 2025 the titles did not say aliens.
_BEFORE_ALIENS = {"fear_detained": "Noncitizens", "stateless": "Noncitizens"}
ADULTS_NONCITIZENS = tuple(
    replace(block, title=block.title.replace("Aliens", _BEFORE_ALIENS.get(block.table, "Individuals")))
    for block in ADULTS
)
# Families were detained again from April 2025: the facility types came back, what stood below moved down.
FAMILIES = (
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
    replace(_BOOK_OUTS_BY_REASON, row=36),
    replace(_ADP, row=90),
    replace(_ALOS, row=107),
    replace(_ADP_BY_TYPE, row=124, title="ICE Average Daily Population by Facility Type and Month: {year}"),
    replace(_ALOS_BY_TYPE, row=130, title="ICE Average Length of Stay by Facility Type and Month: {year}"),
    replace(_ALOS_ADULT, row=136),
    replace(_PAROLE_REQUESTED, row=142),
    replace(_PAROLE_STATUS, row=148),
    replace(_STATELESS, row=159),
)
