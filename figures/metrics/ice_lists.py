"""What ICE's smaller sheets hold: length of stay, bond, semiannual tables, transgender detainees, segregation."""

from figures.metrics.metric import Metric

_ICLOS_CAVEAT = (
    "How long those in custody on one day had been there so far, not how long a stay lasts. "
    "People with a positive fear determination are counted apart from the other adults and families."
)
_RELEASES_CAVEAT = "Releases leave out removals and transfers; from fiscal year 2024 ICE counts book-outs instead."
_BOOK_OUTS_CAVEAT = (
    "Every end of a detention counts as a book-out, removals and transfers included; months before fiscal year 2024 "
    "were counted as releases and are kept apart."
)
_BONDED_CAVEAT = (
    "Bonds posted are matched to releases up to January 2024 and to book-outs since; the day of the bond need not be "
    "the day of the release."
)
_SEMIANNUAL_CAVEAT = "Updated twice a year at most; groups rest on flags and alerts set by officers."
_TPS_CAVEAT = "Citizens of a country with Temporary Protected Status, whether or not they hold that status themselves."
_TRANSGENDER_CAVEAT = "People who told ICE that they are transgender. The sheet was last published in January 2025."
_TRANSGENDER_BOOK_IN_CAVEAT = (
    _TRANSGENDER_CAVEAT + " From November 2023 to January 2024 the rows called book-ins did not add to the book-ins."
)
_VULNERABLE_CAVEAT = (
    "Placements in segregation of people with a special vulnerability, as field offices report them: mental or medical "
    "illness, hunger strike, suicide watch, and others over time."
)
_SEGREGATION_CAVEAT = (
    "ICE heads the column Placement Count and explains it as people who spent a day or more of the month in "
    "segregation; which placements must be reported is a matter of ICE's policy."
)

METRICS: tuple[Metric, ...] = (
    Metric(
        "ice.iclos",
        "days",
        "days in custody so far on average",
        "average time in custody so far of the people held on one day by population",
        ("population",),
        caveat=_ICLOS_CAVEAT,
        source="ice",
    ),
    Metric(
        "ice.iclos_detainees",
        "people",
        "people held",
        "people held on one day by population and time in custody so far",
        ("length", "population"),
        caveat=_ICLOS_CAVEAT,
        source="ice",
    ),
    Metric(
        "ice.bond_final_releases",
        "people",
        "people released",
        "final releases of a month, all of them or with a bond posted",
        ("bond",),
        caveat=_RELEASES_CAVEAT,
        source="ice",
    ),
    Metric(
        "ice.bond_final_book_outs",
        "people",
        "final book-outs",
        "final book-outs of a month, all of them or with a bond posted",
        ("bond",),
        caveat=_BOOK_OUTS_CAVEAT,
        source="ice",
    ),
    Metric(
        "ice.bond_share_of_releases",
        "fraction",
        "of final releases",
        "share of the final releases of a month with a bond posted, as published beside the counts",
        ("bond",),
        caveat=_RELEASES_CAVEAT,
        source="ice",
    ),
    Metric(
        "ice.bond_share_of_book_outs",
        "fraction",
        "of final book-outs",
        "share of the final book-outs of a month with a bond posted, as published beside the counts",
        ("bond",),
        caveat=_BOOK_OUTS_CAVEAT,
        source="ice",
    ),
    Metric(
        "ice.bond_amount",
        "dollars",
        "dollars of bond on average",
        "average bond of a month's bonded releases",
        ("bond",),
        caveat=_BONDED_CAVEAT,
        source="ice",
    ),
    Metric(
        "ice.bond_days",
        "days",
        "days in detention on average",
        "average length of stay of a month's bonded releases",
        ("bond",),
        caveat=_BONDED_CAVEAT,
        source="ice",
    ),
    Metric(
        "ice.semiannual_arrests",
        "people",
        "people arrested",
        "administrative arrests by ICE of a group over a fiscal year",
        ("group",),
        caveat=_SEMIANNUAL_CAVEAT,
        source="ice",
    ),
    Metric(
        "ice.semiannual_book_ins",
        "people",
        "people booked in",
        "book-ins into ICE detention of a group over a fiscal year",
        ("group",),
        caveat=_SEMIANNUAL_CAVEAT,
        source="ice",
    ),
    Metric(
        "ice.semiannual_removals",
        "people",
        "ICE removals",
        "ICE removals of a group over a fiscal year",
        ("group",),
        caveat=_SEMIANNUAL_CAVEAT,
        source="ice",
    ),
    Metric(
        "ice.tps_arrests",
        "people",
        "people arrested",
        "administrative arrests by ICE of citizens of countries with Temporary Protected Status over a fiscal year",
        ("country",),
        caveat=_TPS_CAVEAT,
        source="ice",
    ),
    Metric(
        "ice.tps_book_ins",
        "people",
        "people booked in",
        "book-ins into ICE detention of citizens of countries with Temporary Protected Status over a fiscal year",
        ("country",),
        caveat=_TPS_CAVEAT,
        source="ice",
    ),
    Metric(
        "ice.tps_removals",
        "people",
        "ICE removals",
        "ICE removals of citizens of countries with Temporary Protected Status over a fiscal year",
        ("country",),
        caveat=_TPS_CAVEAT,
        source="ice",
    ),
    Metric(
        "ice.transgender_book_ins",
        "people",
        "transgender people booked in",
        "book-ins of transgender people since 1 October, with or without a final order",
        ("final_order",),
        caveat=_TRANSGENDER_BOOK_IN_CAVEAT,
        source="ice",
    ),
    Metric(
        "ice.transgender_book_ins_by_area",
        "people",
        "transgender people booked in",
        "book-ins of transgender people since 1 October by area of responsibility",
        ("area",),
        caveat=_TRANSGENDER_BOOK_IN_CAVEAT,
        source="ice",
    ),
    Metric(
        "ice.transgender_detained",
        "people",
        "transgender people held",
        "transgender people in ICE custody on one day, with or without a final order",
        ("final_order",),
        caveat=_TRANSGENDER_CAVEAT,
        source="ice",
    ),
    Metric(
        "ice.transgender_detained_by_area",
        "people",
        "transgender people held",
        "transgender people in ICE custody on one day by area of responsibility",
        ("area",),
        caveat=_TRANSGENDER_CAVEAT,
        source="ice",
    ),
    Metric(
        "ice.vulnerable_placements",
        "placements",
        "placements in segregation",
        "placements in segregation of vulnerable people over a quarter by reason",
        ("reason",),
        caveat=_VULNERABLE_CAVEAT,
        source="ice",
    ),
    Metric(
        "ice.vulnerable_days_consecutive",
        "days",
        "days in a row in segregation on average",
        "average number of consecutive days in segregation of vulnerable people by reason of placement",
        ("reason",),
        caveat=_VULNERABLE_CAVEAT,
        source="ice",
    ),
    Metric(
        "ice.vulnerable_days_cumulative",
        "days",
        "days in all in segregation on average",
        "average number of cumulative days in segregation of vulnerable people by reason of placement",
        ("reason",),
        caveat=_VULNERABLE_CAVEAT,
        source="ice",
    ),
    Metric(
        "ice.vulnerable_detainees",
        "people",
        "vulnerable people placed in segregation",
        "vulnerable people placed in segregation over a quarter, each counted once",
        ("reason",),
        caveat=_VULNERABLE_CAVEAT,
        source="ice",
    ),
    Metric(
        "ice.segregation",
        "placements",
        "placements in segregation",
        "placements in segregation over a month by facility",
        ("facility",),
        caveat=_SEGREGATION_CAVEAT,
        source="ice",
    ),
    Metric(
        "ice.header",
        "text",
        "header text",
        "a text of the Header sheet: what the workbook is and when its figures are final",
        ("place",),
        source="ice",
    ),
)
