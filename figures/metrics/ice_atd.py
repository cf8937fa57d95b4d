"""What ICE's `ATD FYnn` sheet (Alternatives to Detention) holds."""

from figures.metrics.metric import Metric

_CAVEAT = "Active participants of ICE's Alternatives to Detention, as BI Inc. reports them; they are not detained."
_COURT_CAVEAT = "Only participants whose court dates are tracked; counted to the end of the month in the title."

METRICS: tuple[Metric, ...] = (
    Metric(
        "ice.atd",
        "people",
        "people monitored",
        "people in Alternatives to Detention on one day by technology",
        ("technology",),
        parts=("technology",),
        caveat=_CAVEAT,
        source="ice",
    ),
    Metric(
        "ice.atd_daily_cost",
        "dollars a day",
        "dollars a day",
        "daily cost of the technology; other costs of the program are left out",
        ("technology",),
        caveat=_CAVEAT,
        source="ice",
    ),
    Metric(
        "ice.atd_by_status",
        "people",
        "people monitored",
        "people in Alternatives to Detention on one day by status",
        ("status",),
        parts=("status",),
        caveat=_CAVEAT,
        source="ice",
    ),
    Metric(
        "ice.atd_days_by_status",
        "days",
        "days in the program on average",
        "average length in program of active participants by status",
        ("status",),
        caveat=_CAVEAT,
        source="ice",
    ),
    Metric(
        "ice.atd_by_area",
        "people",
        "people monitored",
        "people in Alternatives to Detention on one day by area of responsibility and technology",
        ("area", "technology"),
        parts=("area", "technology"),
        partial=("area", "technology"),  # nationally only the sum of all technologies is given
        caveat=_CAVEAT,
        source="ice",
    ),
    Metric(
        "ice.atd_days_by_area",
        "days",
        "days in the program on average",
        "average length in program by area of responsibility and technology",
        ("area", "technology"),
        caveat=_CAVEAT,
        source="ice",
    ),
    Metric(
        "ice.court_appearance",
        "people",
        "court appearances",
        "court appearances of people in Alternatives to Detention, attended or not",
        ("hearings", "outcome"),
        parts=("outcome",),
        caveat=_COURT_CAVEAT,
        source="ice",
    ),
    Metric(
        "ice.court_appearance_share",
        "fraction",
        "of court appearances",
        "share of court appearances attended or not, as published beside the counts",
        ("hearings", "outcome"),
        caveat=_COURT_CAVEAT,
        source="ice",
    ),
    Metric(
        "ice.famu_released",
        "people",
        "family members released",
        "people in family units released from ICE custody over about two weeks",
        ("group",),
        source="ice",
    ),
)
