"""What ICE's `Detention FYnn` sheet holds."""

from figures.metrics.metric import Metric

_BOOK_IN_CAVEAT = (
    "Initial book-ins are people booked into ICE detention, not arrests: who was released or removed "
    "without a book-in is missing."
)
_REMOVAL_CAVEAT = "ICE removals include returns and expulsions that ICE processed; they are not all deportations."
_DETAINED_CAVEAT = (
    "People held on one day. Criminality is as recorded at the time of the enforcement action; "
    "transfers to ORR and US Marshals prisoners are left out."
)
_RELEASE_CAVEAT = "Final releases leave out removals and transfers; from February 2024 ICE counts book-outs instead."
_BOOK_OUT_CAVEAT = "Every end of a detention counts as a book-out, removals and transfers included; not only releases."
_AVERAGE_CAVEAT = "Months in progress are averaged to date; criminality is as recorded at the time of custody."
_FEAR_CAVEAT = "Fear decisions are USCIS records matched by ICE; a decision need not belong to this detention."
_PAROLE_CAVEAT = "Decisions need not fall into the month of the request."

METRICS: tuple[Metric, ...] = (
    Metric(
        "ice.detained",
        "people",
        "people held",
        "people in ICE detention on one day",
        ("agency", "criminality"),
        parts=("agency", "criminality"),
        caveat=_DETAINED_CAVEAT,
    ),
    Metric(
        "ice.detained_share",
        "fraction",
        "of the people held",
        "share of the people held that this agency arrested, as published beside the counts",
        ("agency", "criminality"),
    ),
    Metric(
        "ice.detained_by_disposition",
        "people",
        "people held",
        "people in ICE detention on one day by how their case is processed",
        ("disposition", "facility_type"),
        parts=("disposition", "facility_type"),
        caveat=_DETAINED_CAVEAT,
    ),
    Metric(
        "ice.book_ins",
        "people",
        "people booked in",
        "initial book-ins into ICE detention",
        ("agency",),
        parts=("agency",),
        cumulative=True,
        caveat=_BOOK_IN_CAVEAT,
    ),
    Metric(
        "ice.removals",
        "people",
        "ICE removals",
        "ICE removals since 1 October",
        ("group",),
        cumulative=True,
        caveat=_REMOVAL_CAVEAT,
    ),
    # The publisher changed what the second row counts on 7 December 2023 (24 became 11,897): two metrics.
    Metric(
        "ice.removals_family_center",
        "people",
        "ICE removals",
        "ICE removals after detention in a family center",
        ("group",),
        caveat=_REMOVAL_CAVEAT,
    ),
    Metric(
        "ice.removals_famu",
        "people",
        "ICE removals of family members",
        "ICE removals with a family-unit identifier",
        ("group",),
        cumulative=True,
        caveat=_REMOVAL_CAVEAT,
    ),
    Metric(
        "ice.book_ins_by_criminality",
        "people",
        "people booked in",
        "initial book-ins since 1 October by facility type and criminality",
        ("criminality", "facility_type"),
        parts=("criminality", "facility_type"),
        cumulative=True,
        caveat=_BOOK_IN_CAVEAT,
    ),
    # Releases became book-outs on 1 February 2024: 33,945 since 1 October became 76,560. Two concepts, two metrics.
    Metric(
        "ice.final_releases",
        "people",
        "final releases",
        "final releases from ICE detention since 1 October, to January 2024",
        ("facility_type",),
        parts=("facility_type",),
        cumulative=True,
        caveat=_RELEASE_CAVEAT,
    ),
    Metric(
        "ice.final_book_outs",
        "people",
        "final book-outs",
        "final book-outs from ICE detention since 1 October, from February 2024",
        ("facility_type",),
        parts=("facility_type",),
        cumulative=True,
        caveat=_BOOK_OUT_CAVEAT,
    ),
    Metric(
        "ice.final_releases_by_reason",
        "people",
        "final releases",
        "final releases by reason and criminality, to January 2024",
        ("criminality", "part_of", "reason"),
        parts=("criminality", "reason"),
        owned="reason",
        partial=("reason",),  # the monthly table gives the total of all reasons for all criminalities together only
        caveat=_RELEASE_CAVEAT,
    ),
    Metric(
        "ice.final_book_outs_by_reason",
        "people",
        "final book-outs",
        "final book-outs by reason and criminality, from February 2024",
        ("criminality", "part_of", "reason"),
        parts=("criminality", "reason"),
        owned="reason",
        partial=("reason",),  # the monthly table gives the total of all reasons for all criminalities together only
        caveat=_BOOK_OUT_CAVEAT,
    ),
    Metric(
        "ice.adp",
        "average people",
        "people held on average",
        "average daily population by arresting agency and criminality",
        ("agency", "criminality"),
        caveat=_AVERAGE_CAVEAT,
    ),
    Metric(
        "ice.alos",
        "days",
        "days in detention on average",
        "average length of stay by arresting agency and criminality",
        ("agency", "criminality"),
        caveat=_AVERAGE_CAVEAT,
    ),
    Metric(
        "ice.adp_by_facility_type",
        "average people",
        "people held on average",
        "average daily population by facility type",
        ("facility_type",),
        caveat=_AVERAGE_CAVEAT,
    ),
    Metric(
        "ice.alos_by_facility_type",
        "days",
        "days in detention on average",
        "average length of stay by facility type",
        ("facility_type",),
        caveat=_AVERAGE_CAVEAT,
    ),
    Metric(
        "ice.alos_adult",
        "days",
        "days in detention on average",
        "average length of stay in adult facilities by arresting agency",
        ("agency",),
        caveat=_AVERAGE_CAVEAT,
    ),
    Metric(
        "ice.fear_days_to_release",
        "days",
        "days to release on average",
        "average time from USCIS's fear decision to release from ICE detention",
        ("facility_type",),
        caveat=_FEAR_CAVEAT,
    ),
    Metric(
        "ice.fear_detained",
        "people",
        "people held with established fear",
        "people in ICE detention on one day with a fear decision established by USCIS",
        ("facility_type",),
        parts=("facility_type",),
        caveat=_FEAR_CAVEAT,
    ),
    Metric(
        "ice.fear_detained_by_days",
        "people",
        "people held with a credible or reasonable fear",
        "people held with a credible or reasonable fear by days in custody (one edition, 24 June 2021)",
        ("days_in_custody",),
        caveat=_FEAR_CAVEAT,
    ),
    Metric(
        "ice.fear_days_in_custody",
        "days",
        "days in custody on average",
        "average days in custody of people held with a credible or reasonable fear (one edition, 24 June 2021)",
        ("days_in_custody",),
        caveat=_FEAR_CAVEAT,
    ),
    Metric(
        "ice.parole_requested",
        "people",
        "people who requested parole",
        "people with a positive credible-fear determination who requested parole",
        ("population",),
        caveat=_PAROLE_CAVEAT,
    ),
    Metric(
        "ice.parole_decided",
        "people",
        "parole decisions",
        "parole granted, denied or (March 2022) requested after a positive credible-fear determination",
        ("status",),
        caveat=_PAROLE_CAVEAT,
    ),
    Metric(
        "ice.stateless_detained",
        "people",
        "stateless people held",
        "stateless people in ICE detention on one day by facility",
        ("facility",),
        parts=("facility",),
    ),
    Metric(
        "ice.stateless_facility_code",
        "text",
        "facility code",
        "the DETLOC code of a facility that holds stateless people",
        ("facility",),
    ),
)
