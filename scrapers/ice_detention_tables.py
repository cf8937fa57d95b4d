"""The tables of ICE's `Detention FYnn` sheet, declared. A renamed label or a new variant is a line here.

Layouts since FY2019. FRC (family residential center) was renamed FSC (family staging center) in June 2021.
"""

from collections.abc import Mapping

from figures.periods import MONTHS
from scrapers.declared import Column, Labels, Row, Span, Table


def _is(dimension: str, value: str) -> Row:
    return Row(((dimension, value),))


def _columns(metric: str, dimension: str, values: Mapping[str, str]) -> dict[str, Column]:
    return {text: Column(metric, ((dimension, value),)) for text, value in values.items()}


def _months(metric: str, overall: str, span: Span = "month") -> dict[str, Column]:
    return {**{month: Column(metric, span=span) for month in MONTHS}, overall: Column(metric)}


MONTHS_TOTAL = frozenset({*MONTHS, "Total"})
MONTHS_OVERALL = frozenset({*MONTHS, "FY Overall"})
CRIMINALITY = {
    "Total": "all",
    "Convicted Criminal": "convicted",
    "Pending Criminal Charges": "pending",
    "Other Immigration Violator": "other",
    "Non-Criminal": "pending_or_other",  # FY2019 only
}
FACILITY_TYPE = {"Total": "all", "FRC": "family_center", "FSC": "family_center", "Adult": "adult"}
AGENCY = {"Total": "all", "CBP": "CBP", "ICE": "ICE"}
FACILITY_ROWS = {text: _is("facility_type", value) for text, value in FACILITY_TYPE.items()}
AGENCY_ROWS = {text: _is("agency", value) for text, value in AGENCY.items()}
CRIMINALITY_ROWS = {text: _is("criminality", value) for text, value in CRIMINALITY.items()}
FAMILIES = (frozenset({"FRC", "Adult", "Total"}), frozenset({"FSC", "Adult", "Total"}), frozenset({"Adult", "Total"}))
_FACILITY_LABELS = Labels(("Facility Type",), FACILITY_ROWS, required=("Total",), new="facility_type")

DETAINED_BY_DISPOSITION = Table(
    id="detained_by_disposition",
    titles=(
        "ICE Currently Detained by Processing Disposition and Detention Facility Type",
        "ICE Currently Detained by Processing Disposition and Facility Type",  # FY2019
        "ICE Currently Detained by Processing Disposition",  # December 2023 to April 2025: no families held
    ),
    labels=(
        Labels(
            ("Processing Disposition",),
            {
                "Total": _is("disposition", "all"),
                "Expedited Removal (I-860)": _is("disposition", "expedited_removal"),
                "Notice to Appear (I-862)": _is("disposition", "notice_to_appear"),
                "Reinstatement of Deport Order (I-871)": _is("disposition", "reinstatement"),
                "Reinstatment of Deport Order (I-871)": _is("disposition", "reinstatement"),
                "Other": _is("disposition", "other"),
            },
            required=("Total", "Expedited Removal (I-860)", "Notice to Appear (I-862)", "Other"),
            new="disposition",
        ),
    ),
    headers=FAMILIES,
    columns=_columns("ice.detained_by_disposition", "facility_type", FACILITY_TYPE),
    clock="docket",
    kind="instant",
    always=True,
)

DETAINED_BY_CRIMINALITY = Table(
    id="detained_by_criminality",
    titles=("ICE Currently Detained by Criminality and Arresting Agency",),
    labels=(
        Labels(
            ("Criminality",),
            CRIMINALITY_ROWS,
            required=("Total", "Convicted Criminal", "Pending Criminal Charges", "Other Immigration Violator"),
            new="criminality",
        ),
    ),
    headers=(frozenset({"ICE", "Percent ICE", "CBP", "Percent CBP", "Total"}),),
    columns={
        **_columns("ice.detained", "agency", AGENCY),
        "Percent ICE": Column("ice.detained_share", (("agency", "ICE"),)),
        "Percent CBP": Column("ice.detained_share", (("agency", "CBP"),)),
    },
    clock="docket",
    kind="instant",
    always=True,
)

BOOK_INS_BY_MONTH = Table(
    id="book_ins_by_month",
    titles=("ICE Initial Book-Ins by Arresting Agency and Month",),
    labels=(Labels(("Agency",), AGENCY_ROWS, required=("Total", "CBP", "ICE"), new="agency"),),
    headers=(MONTHS_TOTAL,),
    columns=_months("ice.book_ins", "Total"),
    clock="book_ins",
    kind="fiscal_year_to_date",
    always=True,
)

BOOK_INS_BY_CRIMINALITY = Table(
    id="book_ins_by_criminality",
    titles=(
        "ICE Initial Book-Ins by Facility Type and Criminality",
        "ICE Initial Book-Ins by Criminality",
    ),
    labels=(_FACILITY_LABELS,),
    headers=(frozenset(CRIMINALITY) - {"Non-Criminal"},),
    columns=_columns("ice.book_ins_by_criminality", "criminality", CRIMINALITY),
    clock="book_ins",
    kind="fiscal_year_to_date",
    always=True,
)

FINAL_RELEASES = Table(
    id="final_releases",
    titles=("ICE Final Releases by Facility Type", "ICE Final Releases"),
    labels=(_FACILITY_LABELS,),
    headers=(frozenset({"Total"}),),
    columns={"Total": Column("ice.final_releases")},
    clock="final_outs",
    kind="fiscal_year_to_date",
    either="final_outs",
    spill=True,
)

FINAL_BOOK_OUTS = Table(
    id="final_book_outs",
    titles=("ICE Final Book Outs by Facility Type", "ICE Final Book Outs"),
    labels=(_FACILITY_LABELS,),
    headers=(frozenset({"Total"}),),
    columns={"Total": Column("ice.final_book_outs")},
    clock="final_outs",
    kind="fiscal_year_to_date",
    either="final_outs",
    spill=True,
)

_FAMILY_CENTER = Row((("group", "family_center"),), "ice.removals_family_center")

REMOVALS = Table(
    id="removals",
    titles=("ICE Removals",),
    labels=(
        Labels(
            # Until September 2023 the only header was `Removals`, over the figures.
            ("", "Removals"),
            {
                "Total": _is("group", "all"),
                "Removals with a FRC Detention": _FAMILY_CENTER,
                "Removals with an FRC Detention": _FAMILY_CENTER,
                "Removals with a FSC Detention": _FAMILY_CENTER,
                "Removals with an FSC Detention": _FAMILY_CENTER,
                "Removals with a FAMU Identifier": Row((("group", "famu"),), "ice.removals_famu"),
            },
            required=("Total",),
            new="group",
        ),
    ),
    headers=(frozenset({"Removals"}), frozenset({"Total"})),
    columns={"Removals": Column("ice.removals"), "Total": Column("ice.removals")},
    clock="removals",
    kind="fiscal_year_to_date",
    always=True,
)


def _reason(value: str, part_of: str = "all") -> Row:
    return Row((("part_of", part_of), ("reason", value)))


_REASONS = {
    "Total": _reason("all"),
    "Bonded Out": _reason("bonded_out"),
    # Sub-rows of Bonded Out: adding them would count people twice.
    "Bond Set by ICE": _reason("bond_set_by_ice", "bonded_out"),
    "Bond Set by IJ": _reason("bond_set_by_immigration_judge", "bonded_out"),
    "Order of Recognizance": _reason("order_of_recognizance"),
    "Order of Supervision": _reason("order_of_supervision"),
    "Order of supervision": _reason("order_of_supervision"),
    "Paroled": _reason("paroled"),
    "Prosecutorial Discretion": _reason("prosecutorial_discretion"),
    "Proceedings Terminated": _reason("proceedings_terminated"),
    "Release to Remove": _reason("release_to_remove"),
    "Relief Granted by IJ": _reason("relief_granted_by_immigration_judge"),
    "Relief Granted by IJ Total": _reason("relief_granted_by_immigration_judge"),
    "Transfer to U.S. Marshals or other agency": _reason("transfer_to_marshals_or_other_agency"),
    "Transfer to U.S. Marshals or other agency Total": _reason("transfer_to_marshals_or_other_agency"),
    "Transferred": _reason("transferred"),
    "Transferred Total": _reason("transferred"),
    "Other": _reason("other"),
    "Other Total": _reason("other"),
}
_REASON_LABELS = Labels(("Release Reason",), _REASONS, required=("Total", "Bonded Out"), new="reason", carried=True)
# The Total row of the monthly table gives no criminality: it is for all.
_REASON_CRIMINALITY = Labels(("Criminality",), {"": _is("criminality", "all"), **CRIMINALITY_ROWS}, new="criminality")

RELEASES_BY_REASON_YEAR = Table(  # to March 2021
    id="releases_by_reason_year",
    titles=("ICE Final Releases by Release Reason and Criminality",),
    labels=(_REASON_LABELS,),
    headers=(frozenset(CRIMINALITY) - {"Non-Criminal"},),
    columns=_columns("ice.final_releases_by_reason", "criminality", CRIMINALITY),
    clock="final_outs",
    kind="fiscal_year_to_date",
    either="outs_by_reason",
)

RELEASES_BY_REASON = Table(  # April 2021 to January 2024
    id="releases_by_reason",
    titles=("ICE Final Releases by Release Reason, Month and Criminality",),
    labels=(_REASON_LABELS, _REASON_CRIMINALITY),
    headers=(MONTHS_TOTAL,),
    columns=_months("ice.final_releases_by_reason", "Total"),
    clock="final_outs",
    kind="fiscal_year_to_date",
    either="outs_by_reason",
)

BOOK_OUTS_BY_REASON = Table(  # from February 2024
    id="book_outs_by_reason",
    titles=("ICE Final Book Outs by Release Reason, Month and Criminality",),
    labels=(_REASON_LABELS, _REASON_CRIMINALITY),
    headers=(MONTHS_TOTAL,),
    columns=_months("ice.final_book_outs_by_reason", "Total"),
    clock="final_outs",
    kind="fiscal_year_to_date",
    either="outs_by_reason",
)

_AGENCY_AVERAGES = Labels(
    ("Agency",),
    {text: row for text, row in CRIMINALITY_ROWS.items() if text != "Total"},
    required=("CBP Average", "ICE Average", "Average"),
    new="criminality",
    groups={
        "CBP Average": _is("agency", "CBP"),
        "ICE Average": _is("agency", "ICE"),
        "Average": _is("agency", "all"),
    },
    group_self=(("criminality", "all"),),
)

ADP = Table(
    id="adp",
    titles=("ICE Average Daily Population by Arresting Agency, Month and Criminality",),
    labels=(_AGENCY_AVERAGES,),
    headers=(MONTHS_OVERALL,),
    columns=_months("ice.adp", "FY Overall"),
    clock="adp",
    kind="fiscal_year_to_date",
    always=True,
)

ALOS = Table(
    id="alos",
    titles=("ICE Average Length of Stay by Arresting Agency, Month and Criminality",),
    labels=(_AGENCY_AVERAGES,),
    headers=(MONTHS_OVERALL,),
    columns=_months("ice.alos", "FY Overall"),
    clock="adp",
    kind="fiscal_year_to_date",
    always=True,
)

ADP_BY_FACILITY_TYPE = Table(
    id="adp_by_facility_type",
    titles=("ICE Average Daily Population by Facility Type and Month", "ICE Average Daily Population by Month"),
    labels=(_FACILITY_LABELS,),
    headers=(MONTHS_OVERALL,),
    columns=_months("ice.adp_by_facility_type", "FY Overall"),
    clock="adp",
    kind="fiscal_year_to_date",
    always=True,
)

ALOS_BY_FACILITY_TYPE = Table(
    id="alos_by_facility_type",
    titles=("ICE Average Length of Stay by Facility Type and Month", "ICE Average Length of Stay by Month"),
    labels=(_FACILITY_LABELS,),
    headers=(MONTHS_OVERALL,),
    columns=_months("ice.alos_by_facility_type", "FY Overall"),
    clock="adp",
    kind="fiscal_year_to_date",
    always=True,
)

ALOS_ADULT = Table(  # from June 2021
    id="alos_adult",
    titles=("ICE Average Length of Stay Adult Facility Type by Month and Arresting Agency",),
    labels=(Labels(("Arresting Agency",), AGENCY_ROWS, required=("Total", "CBP", "ICE"), new="agency"),),
    headers=(MONTHS_OVERALL,),
    columns=_months("ice.alos_adult", "FY Overall"),
    clock="adp",
    kind="fiscal_year_to_date",
)

FEAR_DAYS = Table(  # from FY2020
    id="fear_days",
    titles=("Average Time from USCIS Fear Decision Service Date to ICE Release (In Days)",),
    labels=(Labels(("ICE Release Fiscal Year",), years=True, new="fiscal_year"),),
    headers=FAMILIES,
    columns=_columns("ice.fear_days_to_release", "facility_type", FACILITY_TYPE),
    clock="fear_released",
    kind="fiscal_year_to_date",
)

FEAR_DETAINED = Table(
    id="fear_detained",
    titles=tuple(
        f"{who} with USCIS-Established Fear Decisions in an ICE Detention Facility{by}"
        for who in ("Aliens", "Noncitizens", "Non Citizens")
        for by in (" by Facility Type", "")
    ),
    labels=(Labels(("Detention Facility Type",), FACILITY_ROWS, required=("Total",), new="facility_type"),),
    headers=(frozenset({"Total Detained"}),),
    columns={"Total Detained": Column("ice.fear_detained")},
    clock="fear_snapshot",
    kind="instant",
)

FEAR_BY_DAYS = Table(  # one edition, 24 June 2021
    id="fear_by_days",
    titles=("Currently Detained Credible and Reasonable Fear Average Length of Days in Custody",),
    labels=(
        Labels(
            ("Group of Days In Custody",),
            {
                days: _is("days_in_custody", days)
                for days in ("0-180 Days", "181-365 Days", "366-730 Days", "More than 730 Days")
            },
            free="days_in_custody",
        ),
    ),
    headers=(frozenset({"Average Length of Days in Custody", "Currently Detained"}),),
    columns={
        "Average Length of Days in Custody": Column("ice.fear_days_in_custody"),
        "Currently Detained": Column("ice.fear_detained_by_days"),
    },
    clock="fear_snapshot",
    kind="instant",
)

_WHO = ("Individuals", "Aliens", "Noncitizens")

PAROLE_REQUESTED = Table(  # from April 2022
    id="parole_requested",
    titles=tuple(f"{who} with Positive Credible Fear Determination Parole Requested" for who in _WHO),
    labels=(Labels(("Fiscal Year",), years=True, new="fiscal_year"),),
    headers=(MONTHS_OVERALL,),
    columns={
        text: Column(c.metric, (("population", "all"),), c.span)
        for text, c in _months("ice.parole_requested", "FY Overall").items()
    },
    clock="parole",
    kind="fiscal_year_to_date",
)

PAROLE_STATUS = Table(  # from March 2022
    id="parole_status",
    titles=tuple(f"{who} with Positive Credible Fear Determination Parole Status" for who in _WHO),
    labels=(
        Labels(("Fiscal Year",), years=True, new="fiscal_year", carried=True),
        Labels(
            ("Parole Status",),
            {
                "Parole Granted": _is("status", "granted"),
                "Parole Denied": _is("status", "denied"),
                "Parole Requested": _is("status", "requested"),
            },
            new="status",
        ),
    ),
    headers=(MONTHS_OVERALL,),
    columns=_months("ice.parole_decided", "FY Overall"),
    clock="parole",
    kind="fiscal_year_to_date",
)

STATELESS = Table(  # from April 2024; the only place with DETLOC codes
    id="stateless",
    titles=tuple(
        f"ICE Currently Detained of Stateless {who} by Detention Facility" for who in ("Aliens", "Noncitizens")
    ),
    labels=(
        Labels(
            ("Detention Facility",),
            {"Total": _is("facility", "all")},
            required=("Total",),
            free="facility",
            names=True,
        ),
    ),
    headers=(frozenset({"Detention Facility Code", "Total"}), frozenset({"Detention Facility Code (DETLOC)", "Total"})),
    columns={
        "Detention Facility Code": Column("ice.stateless_facility_code"),
        "Detention Facility Code (DETLOC)": Column("ice.stateless_facility_code"),
        "Total": Column("ice.stateless_detained"),
    },
    clock="docket",
    kind="instant",
)

TABLES = (
    DETAINED_BY_DISPOSITION,
    DETAINED_BY_CRIMINALITY,
    BOOK_INS_BY_MONTH,
    BOOK_INS_BY_CRIMINALITY,
    FINAL_RELEASES,
    FINAL_BOOK_OUTS,
    REMOVALS,
    RELEASES_BY_REASON_YEAR,
    RELEASES_BY_REASON,
    BOOK_OUTS_BY_REASON,
    ADP,
    ALOS,
    ADP_BY_FACILITY_TYPE,
    ALOS_BY_FACILITY_TYPE,
    ALOS_ADULT,
    FEAR_DAYS,
    FEAR_DETAINED,
    FEAR_BY_DAYS,
    PAROLE_REQUESTED,
    PAROLE_STATUS,
    STATELESS,
)
