"""Two facilities for tests of pages: one that is listed, with all that a page shows, one that TRAC alone has."""

from dataclasses import replace
from datetime import UTC, date, datetime

from pages.facts.facility_facts import Cell, Edition, FacilityFacts, Listed, Restated, Wording
from pages.facts.release_facts import ReleaseFacts
from pages.places.facility_words import LEVELS, SEXES, THREATS

FILE = Edition("ice", "FY25_detentionStats06202025.xlsx", "ab" * 32, datetime(2025, 6, 21, 2, tzinfo=UTC), 4)
BEFORE = Edition("ice", "FY25_detentionStats06052025.xlsx", "cd" * 32, datetime(2025, 6, 5, 22, tzinfo=UTC), 3)
TABLE = Edition("trac_facilities", "facilities.json", "ef" * 32, datetime(2025, 6, 22, 22, tzinfo=UTC), 1)
RELEASE = ReleaseFacts(
    address=f"releases/{FILE.sha256}/",
    source=FILE.source,
    title="ICE detention statistics",
    publisher="U.S. Immigration and Customs Enforcement",
    attribution="ICE",
    name=FILE.name,
    names=(FILE.name,),
    url="https://www.ice.gov/doclib/detention/FY25_detentionStats06202025.xlsx",
    sha256=FILE.sha256,
    size=90_000,
    known_at=FILE.known_at,
    known_by="fetched",
    known_detail="",
    fiscal_year=2025,
    run_date=date(2025, 6, 16),
    held=False,
    repeats=False,
)
FIGURES = {
    "alos": 31.5,
    **dict.fromkeys(LEVELS, 50.25),
    **dict.fromkeys(SEXES, 50.25),
    **dict.fromkeys(THREATS, 50.25),
    "mandatory": 80.0,
    "minimum": 1436.0,
}


def _cells(columns: str) -> dict[str, Cell]:
    return {
        name: Cell(value, f"{value:g}", column, False)
        for (name, value), column in zip(FIGURES.items(), columns, strict=True)
    }


COLUMNS = "IJKLMNOPQRSTUVW"
NEWEST = Listed(FILE, "Facilities FY25", 157, date(2024, 10, 1), date(2025, 6, 9), _cells(COLUMNS))
OLDER = Listed(
    BEFORE,
    "Facilities FY25",
    150,
    date(2024, 10, 1),
    date(2025, 5, 27),
    {name: cell._replace(held=name in SEXES, value=40.0) for name, cell in _cells(COLUMNS).items()},
)
QUAY = FacilityFacts(
    id="QUAY CENTRE | NOWHERE | TX",
    name="QUAY HOLDING CENTRE",
    city="NOWHERE",
    state="TX",
    place="tx/quay-centre-nowhere/",
    newest=date(2025, 6, 9),
    on_newest=True,
    listed=(NEWEST, OLDER),
    said={
        "name": (
            Wording(("QUAY HOLDING CENTRE",), NEWEST, NEWEST, "the same address, never both in one sheet"),
            Wording(("QUAY CENTRE",), OLDER, OLDER),
        ),
        "type": (Wording(("DIGSA",), OLDER, NEWEST),),
        "sex": (Wording(("Female/Male",), OLDER, NEWEST),),
    },
    inspections={"last": (Wording(("ODO", "NDS 2019", "Pass", "", "2025-02-27", ""), OLDER, NEWEST),)},
    restated=(Restated(date(2025, 6, 9), 201.0, 1436.0, TABLE, "json:/12/count"),),
)
GONE = replace(QUAY, id="GONE | NOWHERE | TX", name="GONE", place="tx/gone-nowhere/", on_newest=False, restated=())
ALONE = FacilityFacts(
    id="PIER | THERE | PA",
    name="PIER",
    city="THERE",
    state="PA",
    place="pa/pier-there/",
    newest=date(2025, 6, 9),
    on_newest=False,
    listed=(),
    said={},
    inspections={},
    restated=(Restated(date(2025, 6, 9), 12.0, None, TABLE, "json:/99/count"),),
)
FACILITIES = (ALONE, GONE, QUAY)
