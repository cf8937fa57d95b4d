"""What TRAC's dates mean. Its tables do not say; what was measured against ICE's workbooks is declared here.

TRAC's footnote: "Dates before 11/15/2021 refer to the date ICE posted the data; dates after 11/15/2021 refer to the
date the information was current as of". Held against the workbooks that is not so of every row.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

# `snapshot` the day of the count; `posted` the day on which ICE posted the file, days after the count.
Meaning = Literal["snapshot", "posted", "unclear"]


@dataclass(frozen=True, slots=True)
class Era:
    """What `date` of the table of people detained means from `first` to `last`, both inclusive; None is open.

    The snapshot lies `lag` days before the date: least and most, as measured.
    """

    first: date | None
    last: date | None
    meaning: Meaning
    lag: tuple[int, int] | None
    evidence: str


@dataclass(frozen=True, slots=True)
class Known:
    """One date that is not what its era says; `snapshot` is the day of the count where another source states it."""

    snapshot: date | None
    evidence: str


ERAS: tuple[Era, ...] = (
    Era(
        None,
        date(2020, 8, 20),
        "unclear",
        None,
        "TRAC's footnote says days of posting; 31 dates from 2019-05-04 to 2020-08-08 are mostly Saturdays, the "
        "weekday of ICE's snapshots, and 2020-06-20 equals one. Few workbooks of that time are at hand.",
    ),
    Era(
        date(2020, 8, 21),
        date(2021, 11, 14),
        "posted",
        (4, 16),
        "TRAC's footnote; 25 rows from 2020-08-21 to 2021-10-01 lie 4 to 16 days after the snapshot that the workbook "
        "with the same twelve figures states.",
    ),
    Era(
        date(2021, 11, 15),
        None,
        "snapshot",
        (-2, 3),
        "TRAC's footnote; 90 of 95 rows from 2021-11-21 on equal the workbook's footnote on the National Docket, five "
        "differ by one to three days.",
    ),
)

EXCEPTIONS: Mapping[date, Known] = {
    date(2019, 9, 30): Known(date(2019, 10, 4), "The label of the year's end; ICE's snapshot says 2019-10-04."),
    date(2020, 6, 20): Known(date(2020, 6, 20), "Equals ICE's snapshot, though TRAC's footnote says posting."),
    date(2021, 6, 11): Known(None, "The workbook kept a footnote of June 2020; its own day is not stated."),
    date(2022, 4, 11): Known(date(2022, 4, 10), "The workbook's footnote is a day earlier."),
    date(2022, 5, 7): Known(date(2022, 5, 9), "The workbook's footnote is two days later."),
    date(2022, 9, 10): Known(date(2022, 9, 11), "The workbook's footnote is a day later."),
    date(2022, 10, 31): Known(
        None,
        "Cannot be the day of the count: the workbook has ATD as of 2022-11-05 and stale footnotes; the snapshot is "
        "of about 2022-11-06.",
    ),
    date(2023, 10, 3): Known(date(2023, 9, 30), "The year's end: the label says 9/30, the database 10/03."),
    date(2024, 1, 13): Known(date(2024, 1, 14), "The workbook's footnote is a day later."),
}

# Months whose row states a release later than the last day that it holds: first of the month, last day covered.
PARTIAL_MONTHS: Mapping[date, date] = {
    # The row says 09/30/2021; ICE's workbook of 1 October 2021 gives the same 28,344 through 25 September.
    date(2021, 9, 1): date(2021, 9, 25),
}
# Months that TRAC never loaded: the block of FY2024 stops at the release of 7 September 2024.
MISSING_MONTHS = frozenset({date(2024, 9, 1)})


def era(day: date) -> Era:
    """The era that a date of the table of people detained belongs to."""
    return next(
        each for each in ERAS if (each.first is None or each.first <= day) and (each.last is None or day <= each.last)
    )
