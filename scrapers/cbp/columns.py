"""The three layouts of CBP's encounter files, and every value that their columns have had since FY2020.

https://www.cbp.gov/document/stats/nationwide-encounters: files by area of responsibility (AOR) and by state;
https://www.cbp.gov/document/stats/southwest-land-border-encounters: files of the southwest border (SBO) by component.
The headers were the same in every edition from FY2020 to August 2026; copies that rename columns are other files.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Kind = Literal["aor", "state", "sbo"]

YEAR, GROUPING, MONTH, COUNT = "Fiscal Year", "Month Grouping", "Month (abbv)", "Encounter Count"
COMPONENT, REGION, AREA = "Component", "Land Border Region", "Area of Responsibility"
DEMOGRAPHIC, AUTHORITY = "Demographic", "Title of Authority"
BORDER_PATROL, FIELD_OPERATIONS = "U.S. Border Patrol", "Office of Field Operations"
RUNNING = " (FYTD)"
# `Remaining` stands beside the months of past years that the running year has not reached yet. No row is left out by
# it: of FY2024's 2,901,142 encounters only 617,629 stand beside `FYTD` in a file that runs to November.
REACHED, REMAINING = "FYTD", "Remaining"
MONTHS = ("OCT", "NOV", "DEC", "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP")

_SECTORS = {
    "Big Bend Sector": "BBT",
    "Blaine Sector": "BLW",
    "Buffalo Sector": "BUN",
    "Del Rio Sector": "DRT",
    "Detroit Sector": "DTM",
    "El Centro Sector": "ELC",
    "El Paso Sector": "EPT",
    "Grand Forks Sector": "GFN",
    "Havre Sector": "HVM",
    "Houlton Sector": "HLT",
    "Laredo Sector": "LRT",
    "Miami Sector": "MIP",
    "New Orleans Sector": "NLL",
    "Ramey Sector": "RMY",
    "Rio Grande Valley Sector": "RGV",
    "San Diego Sector": "SDC",
    "Spokane Sector": "SPW",
    "Swanton Sector": "SWB",
    "Tucson Sector": "TCA",
    "Yuma Sector": "YUM",
}
_OFFICES = (
    "Atlanta",
    "Baltimore",
    "Boston",
    "Buffalo",
    "Chicago",
    "Detroit",
    "El Paso",
    "Houston",
    "Laredo",
    "Los Angeles",
    "Miami",
    "New Orleans",
    "New York",
    "Portland",
    "Preclearance",
    "San Diego",
    "San Francisco",
    "San Juan",
    "Seattle",
    "Tampa",
    "Tucson",
)
SECTORS: Mapping[str, str] = MappingProxyType(
    {label: label.removesuffix(" Sector").replace(" ", "_").lower() for label in _SECTORS}
)
AREAS = frozenset({*_SECTORS, *(f"{office} Field Office" for office in _OFFICES)})
# Postal codes of the states, the District of Columbia and the territories.
_STATES = """
    AK AL AR AZ CA CO CT DC DE FL GA HI IA ID
    IL IN KS KY LA MA MD ME MI MN MO MS MT NC
    ND NE NH NJ NM NV NY OH OK OR PA RI SC SD
    TN TX UT VA VT WA WI WV WY AS GU MP PR VI
"""
CITIZENSHIPS = frozenset(
    {
        "BRAZIL",
        "CANADA",
        "CHINA, PEOPLES REPUBLIC OF",
        "COLOMBIA",
        "CUBA",
        "ECUADOR",
        "EL SALVADOR",
        "GUATEMALA",
        "HAITI",
        "HONDURAS",
        "INDIA",
        "MEXICO",
        "MYANMAR (BURMA)",
        "NICARAGUA",
        "OTHER",
        "PERU",
        "PHILIPPINES",
        "ROMANIA",
        "RUSSIA",
        "TURKEY",
        "UKRAINE",
        "VENEZUELA",
    }
)
_GROUPS_OF_CITIZENSHIP = frozenset({"El Salvador", "Guatemala", "Honduras", "Mexico", "Other"})

# What a label of a column is called in our dimensions; two labels of one name are never in one file.
MEANINGS: Mapping[str, Mapping[str, str]] = {
    COMPONENT: {BORDER_PATROL: "usbp", FIELD_OPERATIONS: "ofo"},
    REGION: {"Northern Land Border": "northern", "Southwest Land Border": "southwest", "Other": "other"},
    DEMOGRAPHIC: {
        "Accompanied Minors": "accompanied",
        "FMUA": "family",
        "Single Adults": "single_adult",
        "UAC": "unaccompanied",
        "UC / Single Minors": "unaccompanied",  # until FY2024's files
    },
    AUTHORITY: {"Title 8": "title_8", "Title 42": "title_42"},
    AREA: SECTORS,
}
# Every value that a column may have. Citizenships are open: a new one is said and read on, since none is kept.
KNOWN: Mapping[str, frozenset[str]] = {
    GROUPING: frozenset({REACHED, REMAINING}),
    MONTH: frozenset(MONTHS),
    COMPONENT: frozenset(MEANINGS[COMPONENT]),
    REGION: frozenset(MEANINGS[REGION]),
    AREA: AREAS,
    "AOR (Abbv)": frozenset({*_SECTORS.values(), *_OFFICES}),
    "State": frozenset(_STATES.split()),
    DEMOGRAPHIC: frozenset(MEANINGS[DEMOGRAPHIC]),
    AUTHORITY: frozenset(MEANINGS[AUTHORITY]),
    "Encounter Type": frozenset({"Apprehensions", "Inadmissibles", "Expulsions"}),
}
OPEN: Mapping[str, frozenset[str]] = {"Citizenship": CITIZENSHIPS, "Citizenship Grouping": _GROUPS_OF_CITIZENSHIP}


@dataclass(frozen=True, slots=True)
class Layout:
    """`region` is the one region that a file without a column of regions is about. `table` names it in observations."""

    kind: Kind
    header: tuple[str, ...]
    region: str = "all"

    @property
    def table(self) -> str:
        return f"cbp_{self.kind}"


LAYOUTS = (
    Layout(
        "aor",
        (
            YEAR,
            GROUPING,
            MONTH,
            COMPONENT,
            REGION,
            AREA,
            "AOR (Abbv)",
            DEMOGRAPHIC,
            "Citizenship",
            AUTHORITY,
            "Encounter Type",
            COUNT,
        ),
    ),
    Layout("state", (YEAR, GROUPING, MONTH, REGION, "State", DEMOGRAPHIC, "Citizenship", AUTHORITY, COUNT)),
    Layout(
        "sbo",
        (YEAR, GROUPING, MONTH, COMPONENT, DEMOGRAPHIC, "Citizenship Grouping", AUTHORITY, "Encounter Type", COUNT),
        region="southwest",
    ),
)
