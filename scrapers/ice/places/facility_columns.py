"""What each column of the `Facilities FYnn` sheet holds, the sets of inspection columns it has had, and its notes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from figures.records import Dims

DESCRIPTION = "facility_description"
STAY = "facility_stay"
LEVELS = "facility_levels"
CRIMINALITY = "facility_criminality"
THREAT = "facility_threat"
MANDATORY = "facility_mandatory"
BEDS = "facility_beds"
INSPECTIONS = "facility_inspections"
CORE_TABLES = (DESCRIPTION, STAY, LEVELS, CRIMINALITY, THREAT, MANDATORY, BEDS)

NAME, CITY, STATE, ADDRESS = "Name", "City", "State", "Address"


@dataclass(frozen=True, slots=True)
class FacilityColumn:
    """`kind` is `instant` for what is so on the day of the query, else the average since 1 October."""

    metric: str
    table: str
    dims: Dims = ()
    kind: Literal["instant", "fiscal_year_to_date"] = "instant"


def _text(name: str) -> FacilityColumn:
    return FacilityColumn(f"ice.facility_{name}", DESCRIPTION)


def _average(name: str, table: str, *dims: tuple[str, str]) -> FacilityColumn:
    return FacilityColumn(f"ice.facility_{name}", table, dims, "fiscal_year_to_date")


def _split(sex: str, criminality: str) -> FacilityColumn:
    return _average("adp_by_criminality", CRIMINALITY, ("sex", sex), ("criminality", criminality))


def _inspection(name: str, which: str) -> FacilityColumn:
    return FacilityColumn(f"ice.facility_inspection_{name}", INSPECTIONS, (("inspection", which),))


# Labels with their fiscal year written `FYnn`. The order of columns is not relied on.
CORE: Mapping[str, FacilityColumn] = {
    NAME: _text("name"),
    ADDRESS: _text("address"),
    CITY: _text("city"),
    STATE: _text("state"),
    "Zip": _text("zip"),
    "AOR": _text("area"),
    "Type Detailed": _text("type"),
    "Male/Female": _text("sex"),
    "FYnn ALOS": _average("alos", STAY),
    **{f"Level {level}": _average("adp_by_level", LEVELS, ("level", level)) for level in "ABCD"},
    "Male Crim": _split("male", "criminal"),
    "Male Non-Crim": _split("male", "non_criminal"),
    "Female Crim": _split("female", "criminal"),
    "Female Non-Crim": _split("female", "non_criminal"),
    "ICE Threat Level 1": _average("adp_by_threat_level", THREAT, ("threat_level", "1")),
    "ICE Threat Level 2": _average("adp_by_threat_level", THREAT, ("threat_level", "2")),
    "ICE Threat Level 3": _average("adp_by_threat_level", THREAT, ("threat_level", "3")),
    "No ICE Threat Level": _average("adp_by_threat_level", THREAT, ("threat_level", "none")),
    "Mandatory": _average("adp_mandatory", MANDATORY),
    "Guaranteed Minimum": FacilityColumn("ice.facility_guaranteed_minimum", BEDS),
}
PENDING = "Pending FYnn Inspection"
INSPECTION: Mapping[str, FacilityColumn] = {
    "Last Inspection Type": _inspection("type", "last"),
    "Last Inspection Standard": _inspection("standard", "last"),
    "Last Inspection Rating - Final": _inspection("rating", "last"),
    "Last Final Rating": _inspection("rating", "last"),  # so called since May 2024
    "Last Inspection Date": _inspection("date", "last"),
    "Last Inspection End Date": _inspection("end_date", "last"),
    "Second to Last Inspection Type": _inspection("type", "second_to_last"),
    "Second to Last Inspection Standard": _inspection("standard", "second_to_last"),
    "Second to Last Inspection Rating": _inspection("rating", "second_to_last"),
    "Second to Last Inspection Date": _inspection("date", "second_to_last"),
    "ODO Last Inspection Standard": _inspection("standard", "last_odo"),
    "ODO Final Rating": _inspection("rating", "last_odo"),
    "ODO Inspection End Date": _inspection("end_date", "last_odo"),
    "ODO Final Report Date": _inspection("report_date", "last_odo"),
    "Last Nakamoto Inspection Standard": _inspection("standard", "last_nakamoto"),
    "Last Nakamoto Inspection Rating - Final": _inspection("rating", "last_nakamoto"),
    "Last Nakamoto Inspection Date": _inspection("date", "last_nakamoto"),
    "Second to Last Nakamoto Inspection Type": _inspection("type", "second_to_last_nakamoto"),
    "Second to Last Nakamoto Inspection Standard": _inspection("standard", "second_to_last_nakamoto"),
    "Second to Last Nakamoto Inspection Date": _inspection("date", "second_to_last_nakamoto"),
    PENDING: FacilityColumn("ice.facility_inspection_pending", INSPECTIONS),
}
_ODO = ("Last Inspection Type", "ODO Last Inspection Standard", "ODO Final Rating")
_NAKAMOTO = tuple(text for text in INSPECTION if "Nakamoto" in text)
_TO_2022 = tuple(
    text for text in INSPECTION if re.match("(Second to )?Last Inspection (Type|Standard|Rating|Date)", text)
)
_LAST = ("Last Inspection Type", "Last Inspection End Date", "Last Inspection Standard", "Last Final Rating")
INSPECTION_SETS = (
    frozenset(_TO_2022),  # to February 2022
    frozenset(_TO_2022) - {"Second to Last Inspection Rating"},  # to February 2023
    frozenset((*_ODO, "ODO Inspection End Date", *_NAKAMOTO)),  # to October 2023
    frozenset((*_ODO, "ODO Final Report Date", *_NAKAMOTO)),  # July 2023
    frozenset((*_ODO, "ODO Inspection End Date")),  # to April 2024
    frozenset((*_LAST, PENDING)),  # to September 2025
    frozenset(_LAST),
)
DATE_METRICS = frozenset(c.metric for c in INSPECTION.values() if c.metric.endswith("_date"))
SEXES = frozenset({"Female/Male", "Male", "Female"})
# A row that sums the list has no city; none has been published yet.
TOTALS = frozenset({"total", "totals", "grand total", "all facilities"})


def _rule(name: str, pattern: str) -> tuple[str, re.Pattern[str]]:
    return name, re.compile(pattern, re.IGNORECASE | re.DOTALL)


# Text above the table, in any column. Cells that hold only blanks are ignored wherever they stand.
ABOVE: tuple[tuple[str, re.Pattern[str]], ...] = (
    _rule("agency_heading", r"U\.S\. Immigration and Customs Enforcement\s*$"),
    _rule("statute", r"These statistics are made available to the public pursuant to"),
    _rule("sheet_heading", r"ICE (Enforcement and Removal Operations )?(FACILITIES )?DATA, (EO)?Y?FY"),
    _rule("list_limit", r"This list is limited to facilities that have a population count of"),
    _rule("group_heading", r"(Facility Information|Facility Average Length of Stay)\s*$"),
    _rule(
        "group_heading", r"FY\s*\d{2,4} ADP: (Detainee Classification Level|Criminality|ICE Threat Level|Mandatory)\s*$"
    ),
    _rule("group_heading", r"Contract Facility Inspections Information\s*$"),
)
# Rows below the table that hold nothing but one sentence.
NOTES: tuple[tuple[str, re.Pattern[str]], ...] = (
    _rule("footnote", r"\s*\[\d{1,2}\]\s*\S"),
    _rule("mark_explained", r"\s*\(\*{1,4}\)\s*\S"),
    _rule("blank_explained", r"\s*\*?Blank space in the"),
    _rule("inspections_in_change", r"\s*\*?Please note that the ICE inspection process"),
    _rule("inspections_explained", r"\s*\*?ODO Inspections? (are conducted|end date (is|reflects))"),
    _rule(
        "usms_facility",
        r"[^:]{1,80}:\s+(This is a USMS contracted facility|ICE is an authorized user of this facility)",
    ),
    _rule("subject_to_change", r"\s*\*?The info(\.|rmation) in this report is subject to change"),
    _rule("list_limit", r"\s*\*?This list is limited to facilities that have a population count of"),
)
