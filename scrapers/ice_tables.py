"""The tables of ICE's `Detention FYnn` sheet, declared. A renamed label or a new variant is a line here.

Layouts since FY2019; the titles carry a year or date that is dropped before they are compared.
"""

from figures.periods import MONTHS
from scrapers.workbook import Column, Row, Table

_DETAINED = "ice.detained"
_SHARE = "ice.detained_share"
_FACILITY_TYPES = {
    # FRC (family residential center) was renamed FSC (family staging center) in June 2021.
    "FRC": Column("ice.detained_by_disposition", (("facility_type", "family_center"),)),
    "FSC": Column("ice.detained_by_disposition", (("facility_type", "family_center"),)),
    "Adult": Column("ice.detained_by_disposition", (("facility_type", "adult"),)),
    "Total": Column("ice.detained_by_disposition", (("facility_type", "all"),)),
}


def _row(dimension: str, value: str) -> Row:
    return Row(((dimension, value),))


DETAINED_BY_DISPOSITION = Table(
    id="detained_by_disposition",
    titles=(
        "ICE Currently Detained by Processing Disposition and Detention Facility Type",
        "ICE Currently Detained by Processing Disposition and Facility Type",  # FY2019
        "ICE Currently Detained by Processing Disposition",  # December 2023 to April 2025: no families held
    ),
    label_headers=("Processing Disposition",),
    headers=(
        frozenset({"FRC", "Adult", "Total"}),
        frozenset({"FSC", "Adult", "Total"}),
        frozenset({"Adult", "Total"}),
    ),
    columns=_FACILITY_TYPES,
    rows={
        "Total": _row("disposition", "all"),
        "Expedited Removal (I-860)": _row("disposition", "expedited_removal"),
        "Notice to Appear (I-862)": _row("disposition", "notice_to_appear"),
        "Reinstatement of Deport Order (I-871)": _row("disposition", "reinstatement"),
        "Reinstatment of Deport Order (I-871)": _row("disposition", "reinstatement"),
        "Other": _row("disposition", "other"),
    },
    clock="docket",
    kind="instant",
    new_row_dim="disposition",
    required=("Total", "Expedited Removal (I-860)", "Notice to Appear (I-862)", "Other"),
)

DETAINED_BY_CRIMINALITY = Table(
    id="detained_by_criminality",
    titles=("ICE Currently Detained by Criminality and Arresting Agency",),
    label_headers=("Criminality",),
    headers=(frozenset({"ICE", "Percent ICE", "CBP", "Percent CBP", "Total"}),),
    columns={
        "ICE": Column(_DETAINED, (("agency", "ICE"),)),
        "Percent ICE": Column(_SHARE, (("agency", "ICE"),)),
        "CBP": Column(_DETAINED, (("agency", "CBP"),)),
        "Percent CBP": Column(_SHARE, (("agency", "CBP"),)),
        "Total": Column(_DETAINED, (("agency", "all"),)),
    },
    rows={
        "Total": _row("criminality", "all"),
        "Convicted Criminal": _row("criminality", "convicted"),
        "Pending Criminal Charges": _row("criminality", "pending"),
        "Other Immigration Violator": _row("criminality", "other"),
    },
    clock="docket",
    kind="instant",
    new_row_dim="criminality",
    required=("Total", "Convicted Criminal", "Pending Criminal Charges", "Other Immigration Violator"),
)

BOOK_INS_BY_MONTH = Table(
    id="book_ins_by_month",
    titles=("ICE Initial Book-Ins by Arresting Agency and Month",),
    label_headers=("Agency",),
    headers=(frozenset({*MONTHS, "Total"}),),
    columns={
        **{month: Column("ice.book_ins", span="month") for month in MONTHS},
        "Total": Column("ice.book_ins"),
    },
    rows={
        "Total": _row("agency", "all"),
        "CBP": _row("agency", "CBP"),
        "ICE": _row("agency", "ICE"),
    },
    clock="book_ins",
    kind="fiscal_year_to_date",
    new_row_dim="agency",
    required=("Total", "CBP", "ICE"),
)

_FAMILY_CENTER = Row((("group", "family_center"),), "ice.removals_family_center")

REMOVALS = Table(
    id="removals",
    titles=("ICE Removals",),
    # Until September 2023 the only header was `Removals`, over the figures.
    label_headers=("", "Removals"),
    headers=(frozenset({"Removals"}), frozenset({"Total"})),
    columns={"Removals": Column("ice.removals"), "Total": Column("ice.removals")},
    rows={
        "Total": _row("group", "all"),
        "Removals with a FRC Detention": _FAMILY_CENTER,
        "Removals with an FRC Detention": _FAMILY_CENTER,
        "Removals with a FSC Detention": _FAMILY_CENTER,
        "Removals with an FSC Detention": _FAMILY_CENTER,
        "Removals with a FAMU Identifier": Row((("group", "famu"),), "ice.removals_famu"),
    },
    clock="removals",
    kind="fiscal_year_to_date",
    new_row_dim="group",
)

TABLES = (DETAINED_BY_DISPOSITION, DETAINED_BY_CRIMINALITY, BOOK_INS_BY_MONTH, REMOVALS)

# Other blocks of the sheet whose titles end a block beside or above them. Not read yet.
OTHER_TITLES = (
    "Average Time from USCIS Fear Decision Service Date to ICE Release (In Days)",
    "Aliens with USCIS-Established Fear Decisions in an ICE Detention Facility by Facility Type",
    "Aliens with USCIS-Established Fear Decisions in an ICE Detention Facility",
    "Noncitizens with USCIS-Established Fear Decisions in an ICE Detention Facility by Facility Type",
    "Noncitizens with USCIS-Established Fear Decisions in an ICE Detention Facility",
    "ICE Initial Book-Ins by Facility Type and Criminality",
    "ICE Initial Book-Ins by Criminality",
    "ICE Final Releases by Facility Type",
    "ICE Final Releases",
    "ICE Final Book Outs",
    "ICE Final Book Outs by Facility Type",
)
ALL_TITLES = frozenset(OTHER_TITLES).union(*(table.titles for table in TABLES))
