"""What TRAC publishes of ICE's releases: four tables and a page of facts. A second witness, never blended with ICE."""

from figures.metrics.metric import Metric

# TRAC asks to be cited; its files and prose are not ours to hand on, the numbers are facts.
CREDIT = "Transactional Records Access Clearinghouse (TRAC), tracreports.org"

_FACT = (
    "A sentence of TRAC's page of quick facts, with the day of that sentence alone; the tables behind it are the "
    "other `trac.` metrics."
)
_AVERAGE = (
    "An average since 1 October, not people held on a day: never to be compared with `trac.detained`. The facility is "
    "known by name, city and state as published; a name that changes is a new facility here."
)
_MONTHS = (
    "TRAC restates months while their fiscal year runs and leaves them when it is over: September 2021, 2022 and 2025 "
    "stayed partial, September 2024 is missing."
)
_RECORD = (
    'The words were "no criminal record" until June 2025. Up to at least 28 February 2025 they counted people without '
    "conviction and without pending charge; by 23 June 2025 also those with a pending charge."
)
_CONVICTION = 'The words are "no criminal conviction" since July 2025; people with a pending charge are among them.'
_PLACE = ("city", "facility", "state")
_ATD = "A row for all technologies of an area is the sum of the others: never to be added to them."


def _fact(name: str, unit: str, noun: str, meaning: str, dims: tuple[str, ...] = (), caveat: str = _FACT) -> Metric:
    return Metric(
        f"trac.facts_{name}", unit, noun, meaning, dims, caveat=caveat, source="trac_quickfacts", credit=CREDIT
    )


POPULATION = (
    Metric(
        "trac.detained",
        "people",
        "people held, by TRAC",
        "people in ICE detention on one day, as TRAC restates ICE's releases",
        ("agency", "criminality"),
        parts=("agency", "criminality"),
        caveat="Before 15 November 2021 TRAC's dates are mostly days of posting, not days of the count.",
        source="trac_population",
        credit=CREDIT,
    ),
)

BOOK_INS = (
    Metric(
        "trac.book_ins",
        "people",
        "people booked in, by TRAC",
        "people booked into ICE detention in a month by arresting agency, as TRAC restates ICE's releases",
        ("agency",),
        parts=("agency",),
        caveat=_MONTHS,
        source="trac_book_ins",
        credit=CREDIT,
    ),
    Metric(
        "trac.book_ins_downloaded",
        "text",
        "day of the release",
        "day of the ICE release that TRAC took a month's book-ins from, as its row states",
        (),
        caveat=_MONTHS,
        source="trac_book_ins",
        credit=CREDIT,
    ),
    Metric(
        "trac.book_ins_latest_complete",
        "text",
        "mark of the latest complete month",
        "whether TRAC marks the month as its latest complete one: 1 in one row, 0 in the others",
        (),
        caveat=_MONTHS,
        source="trac_book_ins",
        credit=CREDIT,
    ),
)

FACILITIES = (
    Metric(
        "trac.facility_population",
        "average people",
        "people held on average, by TRAC",
        "average daily population of a facility since 1 October, as TRAC restates ICE's releases",
        _PLACE,
        caveat=f"{_AVERAGE} The rounded rows need not add to the rounded total.",
        source="trac_facilities",
        credit=CREDIT,
    ),
    Metric(
        "trac.facility_guaranteed_minimum",
        "beds",
        "beds paid for, by TRAC",
        "beds that ICE pays for whether or not they are used, as TRAC restates ICE's releases",
        _PLACE,
        caveat="Blank says that the contract guarantees none, or that none is stated; it is not zero.",
        source="trac_facilities",
        credit=CREDIT,
    ),
    Metric(
        "trac.facility_type",
        "text",
        "type of facility, by TRAC",
        "type of contract or ownership of a facility, as TRAC restates ICE's releases",
        _PLACE,
        caveat="Types move with a facility's contract.",
        source="trac_facilities",
        credit=CREDIT,
    ),
    Metric(
        "trac.facility_zip",
        "text",
        "zip code, by TRAC",
        "zip code of a facility, leading zeros kept",
        _PLACE,
        source="trac_facilities",
        credit=CREDIT,
    ),
)

ATD = (
    Metric(
        "trac.atd_active",
        "people",
        "people monitored, by TRAC",
        "people in Alternatives to Detention on one day by area of responsibility and technology",
        ("area", "technology"),
        caveat=_ATD,
        source="trac_atd",
        credit=CREDIT,
    ),
    Metric(
        "trac.atd_length_in_program",
        "days",
        "days in the program on average, by TRAC",
        "average length in program by area of responsibility and technology",
        ("area", "technology"),
        caveat=_ATD,
        source="trac_atd",
        credit=CREDIT,
    ),
    # The file has a field for family units; every row on record says "All".
    Metric(
        "trac.atd_active_by_family_unit",
        "people",
        "people monitored, by TRAC",
        "people in Alternatives to Detention by area, technology and family unit, in rows that are not for all of them",
        ("area", "family_unit", "technology"),
        caveat=_ATD,
        source="trac_atd",
        credit=CREDIT,
    ),
    Metric(
        "trac.atd_length_in_program_by_family_unit",
        "days",
        "days in the program on average, by TRAC",
        "average length in program by area, technology and family unit, in rows that are not for all of them",
        ("area", "family_unit", "technology"),
        caveat=_ATD,
        source="trac_atd",
        credit=CREDIT,
    ),
)

FACTS = (
    _fact("detained", "people", "people held, says TRAC", "people in ICE detention on one day"),
    _fact(
        "no_criminal_record",
        "people",
        "people held without criminal record, says TRAC",
        'people held who "have no criminal record"',
        caveat=_RECORD,
    ),
    _fact(
        "no_criminal_record_of",
        "people",
        "people held, says TRAC",
        'people held, of whom a number "have no criminal record"',
        caveat=_RECORD,
    ),
    _fact(
        "no_criminal_record_share",
        "fraction",
        "of the people held, says TRAC",
        'share of the people held who "have no criminal record"',
        caveat=_RECORD,
    ),
    _fact(
        "no_criminal_conviction",
        "people",
        "people held without criminal conviction, says TRAC",
        'people held who "have no criminal conviction"',
        caveat=_CONVICTION,
    ),
    _fact(
        "no_criminal_conviction_of",
        "people",
        "people held, says TRAC",
        'people held, of whom a number "have no criminal conviction"',
        caveat=_CONVICTION,
    ),
    _fact(
        "no_criminal_conviction_share",
        "fraction",
        "of the people held, says TRAC",
        'share of the people held who "have no criminal conviction"',
        caveat=_CONVICTION,
    ),
    _fact("top_state", "text", "state", "state whose facilities housed the most people"),
    _fact("book_ins", "people", "people booked in, says TRAC", "people booked into detention in a month", ("agency",)),
    _fact("largest_facility", "text", "facility", "facility that held the largest number so far in the fiscal year"),
    _fact(
        "largest_facility_population",
        "average people",
        "people held on average, says TRAC",
        "average daily population of the facility that held the largest number so far in the fiscal year",
    ),
    _fact("atd_active", "people", "people monitored, says TRAC", "people in Alternatives to Detention on one day"),
    _fact("atd_top_area", "text", "area office", "area office with the most people in Alternatives to Detention"),
)

METRICS: tuple[Metric, ...] = (*POPULATION, *BOOK_INS, *FACILITIES, *ATD, *FACTS)
