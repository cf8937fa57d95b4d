"""The catalogue: everything that may be observed, what it counts, and which parts make which totals."""

from collections.abc import Mapping
from dataclasses import dataclass

CRIMINALITY = ("convicted", "pending", "other")
AGENCY = ("ICE", "CBP")
ALL = "all"


@dataclass(frozen=True, slots=True)
class Metric:
    """`noun` is what a number of it is called in a sentence; `parts` names the dimensions along which the
    published parts must add to the figure for `all`.

    `cumulative` figures count from 1 October and cannot fall within a fiscal year.
    """

    id: str
    unit: str
    noun: str
    meaning: str
    dims: tuple[str, ...]
    parts: tuple[str, ...] = ()
    cumulative: bool = False
    caveat: str = ""


_BOOK_IN_CAVEAT = (
    "Initial book-ins are people booked into ICE detention, not arrests: who was released or removed "
    "without a book-in is missing."
)
_REMOVAL_CAVEAT = "ICE removals include returns and expulsions that ICE processed; they are not all deportations."
_DETAINED_CAVEAT = (
    "People held on one day. Criminality is as recorded at the time of the enforcement action; "
    "transfers to ORR and US Marshals prisoners are left out."
)

METRICS: Mapping[str, Metric] = {
    metric.id: metric
    for metric in (
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
            "trac.detained",
            "people",
            "people held, by TRAC",
            "people in ICE detention on one day, as TRAC restates ICE's releases",
            ("agency", "criminality"),
            parts=("agency", "criminality"),
            caveat="Before 15 November 2021 TRAC's dates are mostly days of posting, not days of the count.",
        ),
    )
}


# The total is printed in the disposition table and in the criminality table of the same sheet.
EQUAL_TOTALS = (
    (
        "ice.detained{agency=all, criminality=all}",
        "ice.detained_by_disposition{disposition=all, facility_type=all}",
    ),
)
