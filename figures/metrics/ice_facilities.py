"""What ICE's `Facilities FYnn` sheet holds: one row for each place of detention."""

from figures.metrics.metric import Metric

_LIST = (
    "The list leaves out hold rooms, hospitals, hotels and places of other agencies, and since 2023 places that held "
    "nobody on the day of the query; its sum is below the national average."
)
_IDENTITY = (
    "Which published names are one facility is a reviewed list; a name that is not on it is a facility of its own, "
    "unless a place goes on under it."
)
_AVERAGE = "average people"


def _average(name: str, noun: str, meaning: str, dims: tuple[str, ...] = ()) -> Metric:
    words = f"average daily population of a facility since 1 October, {meaning}"
    return Metric(f"ice.facility_{name}", _AVERAGE, noun, words, ("facility", *dims), caveat=_LIST, source="ice")


def _text(name: str, noun: str, meaning: str, dims: tuple[str, ...] = (), caveat: str = _IDENTITY) -> Metric:
    return Metric(f"ice.facility_{name}", "text", noun, meaning, ("facility", *dims), caveat=caveat, source="ice")


def _inspection(name: str, noun: str, meaning: str, caveat: str = "") -> Metric:
    return _text(f"inspection_{name}", noun, meaning, ("inspection",), caveat=caveat or _INSPECTIONS)


_INSPECTIONS = (
    "The publisher's words, kept as they stand: `*`, `N/A` and `Scheduled` among them. Inspectors and scales of "
    "rating changed in 2022 and 2023."
)

METRICS: tuple[Metric, ...] = (
    _average("adp_by_level", "people held on average", "by classification level A (low) to D (high)", ("level",)),
    _average("adp_by_criminality", "people held on average", "by sex and criminality", ("criminality", "sex")),
    _average(
        "adp_by_threat_level",
        "people held on average",
        "by ICE threat level 1 (highest) to 3, or none",
        ("threat_level",),
    ),
    _average(
        "adp_mandatory", "people held on average under mandatory detention", "of people whose detention is mandatory"
    ),
    Metric(
        "ice.facility_alos",
        "days",
        "days held on average",
        "average length of stay in a facility since 1 October",
        ("facility",),
        caveat=_LIST,
        source="ice",
    ),
    Metric(
        "ice.facility_guaranteed_minimum",
        "beds",
        "beds paid for",
        "beds that ICE pays for whether or not they are used",
        ("facility",),
        caveat="Blank, `*` and `N/A` say that the contract guarantees none, or that none is stated; they are not zero.",
        source="ice",
    ),
    _text("name", "name", "name of a facility as published, footnote marks and misspellings included"),
    _text("address", "address", "street address of a facility"),
    _text("city", "city", "city of a facility"),
    _text("state", "state", "state or territory of a facility"),
    _text("zip", "zip code", "zip code; where the file holds a number, leading zeros are lost and not supplied"),
    _text("area", "area of responsibility", "ICE field office that a facility belongs to"),
    _text("type", "type", "type of contract or ownership of a facility"),
    _text("sex", "men or women", "whether a facility holds men, women or both"),
    _inspection("type", "type of inspection", "kind of an inspection"),
    _inspection("standard", "standard", "detention standard that an inspection was held against"),
    _inspection("rating", "rating", "final rating of an inspection"),
    _inspection("date", "day of inspection", "day of an inspection"),
    _inspection(
        "end_date",
        "last day of inspection",
        "day on which an inspection ended",
        "Notes below the sheets of 2023 say that this is the day on which the final report was issued.",
    ),
    _inspection("report_date", "day of report", "day of the final report of an inspection"),
    _text(
        "inspection_pending",
        "inspection to come",
        "whether the inspection of a fiscal year is still to come",
        ("inspection_year",),
        caveat=_INSPECTIONS,
    ),
)
