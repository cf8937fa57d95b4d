"""The sheets of OHSS's monthly tables that are kept: their titles, and what the heading of each column means.

A sheet is known by its title (row 2), never by its place; a column by its heading and the heading above it, which spans
several columns. Footnote digits behind a heading (`Withdrawals7`) are no part of it. The other sheets of a workbook, of
citizenships chosen anew each month, of credible fear, of parole, are nobody's claim and are not read.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from figures.records import Dims

# (the heading above, or "" where none is; the heading): what the column counts.
Headings = Mapping[tuple[str, str], Dims]


@dataclass(frozen=True, slots=True)
class Kept:
    """`title` is how the sheet's title begins, before `: Fiscal Years ...`."""

    table: str
    title: str
    metric: str
    headings: Headings


_AGENCIES: Headings = {
    ("", "Total"): (("agency", "all"),),
    ("", "CBP"): (("agency", "CBP"),),
    ("", "ICE"): (("agency", "ICE"),),
}


def _each(dimension: str, values: Mapping[tuple[str, str], str]) -> Headings:
    return {heading: ((dimension, value),) for heading, value in values.items()}


_CRIMINALITY = _each(
    "criminality",
    {
        ("", "Total"): "all",
        ("Convicted Criminals", "Total Convicted"): "convicted",
        ("Convicted Criminals", "Aggravated Felons"): "convicted_aggravated_felony",
        ("Convicted Criminals", "Felons"): "convicted_felony",
        ("Convicted Criminals", "Misdemeanors"): "convicted_misdemeanor",
        ("Convicted Criminals", "Other/ Unknown"): "convicted_other",
        ("Non-Criminal", "Total Non-Criminal"): "non_criminal",
        ("Non-Criminal", "Pending Criminal Charges"): "pending",
        ("Non-Criminal", "Other Immigration Violators"): "other",
    },
)
_REPATRIATIONS, _REMOVALS = "Total Repatriations", "DHS Removals"
_ENFORCEMENT, _ADMINISTRATIVE = "DHS Enforcement Returns", "DHS Administrative Returns"
_TYPES = _each(
    "type",
    {
        (_REPATRIATIONS, "Total Repatriations"): "all",
        (_REPATRIATIONS, "Total Title 8 Repatriations"): "title_8",
        (_REPATRIATIONS, "Title 8 Enforcement Repatriations"): "title_8_enforcement",
        (_REPATRIATIONS, "Title 42 Expulsions"): "title_42_expulsion",
        (_REMOVALS, "Total Removals"): "removal",
        (_REMOVALS, "Expedited Removals"): "expedited_removal",
        (_REMOVALS, "Reinstatements of Removal Orders"): "reinstatement_of_removal",
        (_REMOVALS, "Other Removals"): "other_removal",
        (_ENFORCEMENT, "Total Enforcement Returns"): "enforcement_return",
        (_ENFORCEMENT, "Withdrawals"): "enforcement_withdrawal",
        (_ENFORCEMENT, "Voluntary Returns"): "voluntary_return",
        (_ENFORCEMENT, "Voluntary Departures"): "voluntary_departure",
        (_ENFORCEMENT, "Other Enforcement Returns"): "other_enforcement_return",
        (_ADMINISTRATIVE, "Total Administrative Returns"): "administrative_return",
        (_ADMINISTRATIVE, "Withdrawals"): "administrative_withdrawal",
        (_ADMINISTRATIVE, "Crew Members Detained"): "crew_member_detained",
    },
)
_KINDS = {
    "Total CBP": "all",
    "Enforcement Encounters": "enforcement",
    "Administrative Encounters": "administrative",
}
_REGIONS = {
    "Total": "all",
    "SW Land Border": "southwest",
    "Northern Land Border": "northern",
    "Coastal Border": "coastal",
    "Air Ports of Entry": "air",
}
_ENCOUNTERS: Headings = {
    (above, heading): (("kind", kind), ("region", region))
    for above, kind in _KINDS.items()
    for heading, region in _REGIONS.items()
}

SHEETS = (
    Kept("ohss_arrests", "ERO Administrative Arrests by Criminality", "ohss.arrests", _CRIMINALITY),
    Kept("ohss_book_ins", "Book-Ins to ICE Detention by Initial Arresting Agency", "ohss.book_ins", _AGENCIES),
    Kept(
        "ohss_removals_and_returns",
        "ICE ERO Removals and Returns by Initial Arresting Agency",
        "ohss.removals_and_returns",
        _AGENCIES,
    ),
    Kept("ohss_repatriations", "DHS Repatriations by Type", "ohss.repatriations", _TYPES),
    Kept("ohss_dhs_removals", "DHS Removals by Initial Arresting Agency", "ohss.dhs_removals", _AGENCIES),
    Kept("ohss_encounters", "Nationwide CBP Encounters by Encounter Type and Region", "ohss.encounters", _ENCOUNTERS),
)
