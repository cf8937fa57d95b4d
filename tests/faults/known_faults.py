"""The publisher's faults on record, each with the checks that find it on the day it appears, or why none can.

The facts are those of the register and of `../shared/data/ice/known_errors.csv`; what a check is called is ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass

FACILITIES = (
    "facility_beds",
    "facility_criminality",
    "facility_description",
    "facility_inspections",
    "facility_levels",
    "facility_mandatory",
    "facility_stay",
    "facility_threat",
)
DETENTION = (
    "adp",
    "adp_by_facility_type",
    "alos",
    "alos_adult",
    "alos_by_facility_type",
    "book_ins_by_criminality",
    "book_ins_by_month",
    "detained_by_criminality",
    "detained_by_disposition",
    "fear_days",
    "fear_detained",
    "final_releases",
    "releases_by_reason",
    "removals",
)
ATD = ("atd_areas", "atd_status", "atd_technology")


@dataclass(frozen=True)
class Fault:
    """`edition` begins the file's name, `row` names the line of known_errors.csv (its day and block). `found_by` are
    the checks that find it; where there are none, `missed` says why.
    """

    edition: str
    row: tuple[str, str]
    what: str
    tables: Sequence[str]
    found_by: Sequence[str] = ()
    missed: str = ""


FAULTS = (
    Fault(
        "FY19-detentionstats",
        ("2019-FY", "rows 30 and 65"),
        "two rows of facilities without a number",
        FACILITIES,
        ("facility_without_numbers",),
    ),
    Fault(
        "FY21-detentionstats__c049a757",
        ("2021-01-06", "whole sheet"),
        "every facility ever used",
        FACILITIES,
        ("facility_count", "facility_sum"),
    ),
    Fault(
        "FY21_detentionStats060921",
        ("2021-06-09", "whole sheet"),
        "detention sheet of FY2020",
        DETENTION,
        ("no_current_sheet", "wrong_year_sheet"),
    ),
    Fault(
        "FY21_detentionStats10012021",
        ("2021-10-01", "whole sheets"),
        "ATD and facilities of May 2021",
        (*ATD, *FACILITIES),
        ("bed_days_shrink", "facility_sum", "facility_day", "left_over_block"),
    ),
    Fault(
        "FY21_detentionStats10282021",
        ("2021-10-28", "whole sheet"),
        "detention sheet of FY2020",
        DETENTION,
        ("no_current_sheet", "wrong_year_sheet"),
    ),
    Fault(
        "FY21_detentionStats11122021",
        ("2021-11-12", "whole sheet"),
        "detention sheet of 16 September",
        DETENTION,
        ("run_date_back", "left_over_block"),
    ),
    Fault(
        "FY22_detentionStats01102022",
        ("2022-01-10", "ICLOS as-of / ATD AOR title"),
        "days left from December",
        ATD,
        ("report_days_differ", "footnote_without_sheet"),
    ),
    Fault(
        "FY22_detentionStats_03022022",
        ("2022-03-02", "status table"),
        "ATD total below its parts",
        ("atd_status",),
        ("parts_total",),
    ),
    Fault(
        "FY22_detentionStats07082022",
        ("2022-07-08", "Level A-D"),
        "82 blank levels",
        ("facility_levels", "facility_stay"),
        ("facility_splits",),
    ),
    Fault(
        "FY22_detentionStats08192022",
        ("2022-08-19", "Guaranteed Minimum"),
        "closing zeros lost",
        ("facility_beds",),
        ("guaranteed_minimum_zeros",),
    ),
    Fault(
        "FY22_detentionStats09152022",
        ("2022-09-15", "whole sheets"),
        "ATD of May 2021, facilities of February 2020",
        (*ATD, *FACILITIES),
        ("same_as_before", "undated_block", "facility_sum"),
    ),
    Fault(
        "FY23_detentionStats01192022",
        ("2023-01-19", "source line"),
        "the day of the facilities a year back",
        FACILITIES,
        ("undated_block",),
    ),
    Fault(
        "FY24_detentionStats03292024",
        ("2024-03-29", "layout"),
        "a row of headings missing",
        (),
        missed="no figure is touched: columns are found by their own labels",
    ),
    Fault(
        "FY24_detentionStats06062024",
        ("2024-06-06", "whole sheet"),
        "facilities unchanged since 24 May",
        FACILITIES,
        ("facility_day",),
    ),
    Fault("FY24_detentionStats11152024", ("2024-11-15", ""), "FY2025 under a name of FY2024", (), ("name_year",)),
    Fault(
        "FY25_detentionStats12112024",
        ("2024-12-11", "months before Oct 2024"),
        "bonds of FY2024 are zeros",
        ("bond",),
        ("history_overwritten",),
    ),
    Fault(
        "FY25_detentionStats07312025",
        ("2025-07-31", "Pending FY26 Inspection"),
        "25 pending inspections blank",
        (),
        missed="most cells of that column are blank in every edition; nothing says which should not be",
    ),
    Fault(
        "FY25_detentionStats08292025",
        ("2025-08-29", "removals through-date"),
        "removals moved under an old day",
        ("removals",),
        ("block_behind", "stock_and_flow"),
    ),
    Fault(
        "FY26_detentionStats11202025",
        ("2025-11-20", "ADP"),
        "averages of facilities rounded",
        FACILITIES,
        ("facility_rounded",),
    ),
    Fault(
        "FY26_detentionStats11202025",
        ("2025-11-20", "FY2025 months"),
        "FY2025 is zeros in bonds, ICLOS, parole, semiannual",
        ("bond", "iclos", "iclos_detainees", "parole_requested", "parole_status"),
        ("history_overwritten",),
    ),
)
