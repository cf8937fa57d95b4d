"""Fingerprints lie in databases: a program that computes others would find no copy of what is stored."""

from datetime import date

from figures.fingerprints import edition_print
from figures.periods import fiscal_year_to_date, instant
from figures.records import Observation

DAY = date(2025, 5, 18)
FIGURES = (
    Observation(
        "ice.detained",
        (("agency", "ICE"), ("criminality", "all")),
        instant(DAY),
        48870.0,
        "people",
        "reported",
        "48870",
        "xlsx:Detention FY25!F20",
        "detained_by_criminality",
        2025,
        date(2025, 5, 19),
    ),
    Observation(
        "ice.alos", (("agency", "ICE"),), fiscal_year_to_date(2025, DAY), 46.25, "days", "reported", "46.25", "", "alos"
    ),
    Observation(
        "ice.facility_area", (("facility", "A | B | GA"),), instant(None), None, "text", "text", " ATL\n1 ", "", "list"
    ),
)


def test_the_fingerprint_of_an_edition_is_the_one_that_databases_hold() -> None:
    assert edition_print(FIGURES) == "82b0709a3a1cf625fbabbf4618932f37ca3662466fbfef8640d3e8b9807a5aa4"
