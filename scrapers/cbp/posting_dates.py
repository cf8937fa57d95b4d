"""Since when the public could read a file of CBP's that is handed in: by its name, or by what a page says of itself."""

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

from figures.periods import spoken, washington_day
from figures.records import Dated, Finding
from scrapers.cbp.apprehensions import modified
from scrapers.cbp.encounter_file_names import read_name

# The days that CBP's listing stated on 4 October 2026, by fiscal year and month, "" for the final file of a year.
POSTED: Mapping[tuple[int, str], date] = MappingProxyType(
    {
        (2023, ""): date(2023, 11, 7),
        (2024, ""): date(2024, 10, 17),
        (2025, ""): date(2025, 10, 15),
        (2026, "OCT"): date(2025, 11, 5),
        (2026, "NOV"): date(2025, 12, 3),
        (2026, "DEC"): date(2026, 1, 6),
        (2026, "JAN"): date(2026, 2, 4),
        (2026, "FEB"): date(2026, 3, 5),
        (2026, "MAR"): date(2026, 4, 3),
        (2026, "APR"): date(2026, 5, 5),
        (2026, "MAY"): date(2026, 6, 4),
        (2026, "JUN"): date(2026, 7, 6),
        (2026, "JUL"): date(2026, 8, 5),
        (2026, "AUG"): date(2026, 9, 4),
    }
)
# All eleven editions of FY2026 came between the 3rd and the 6th of the month after their last one.
USUAL_DAY = 5
# The latest of three final files, which came on 15 and 17 October and on 7 November.
FINAL = (11, 7)


def by_name(content: bytes, name: str) -> Dated | None:  # noqa: ARG001 - the files themselves state no day
    """The day that CBP's listing stated of an edition; of others the usual day, which is said. None for a name of no
    known shape.
    """
    file = read_name(name)
    if file is None:
        return None
    if (stated := POSTED.get((file.last_year, file.month))) is not None:
        return Dated(stated, "posted")
    after = file.through + timedelta(days=1)
    day = after.replace(day=USUAL_DAY) if file.month else date(file.last_year, *FINAL)
    words = (
        f"{name}: the day of its posting is not known; {spoken(day)} is taken, as editions come on about that day. A "
        "--manifest with its edition_date says better."
    )
    return Dated(day, "file_name", (Finding("posting_day_taken", "note", "release", (), "a day", f"{day}", words),))


def by_page(content: bytes, name: str) -> Dated | None:  # noqa: ARG001 - pages are all of one name
    """The day on which the page says that it was last modified; None where it says none."""
    stated = modified(content.decode("utf-8", "replace"))
    return Dated(washington_day(stated), "document_properties") if stated else None
