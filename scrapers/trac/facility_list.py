"""TRAC's list of facilities, every release in one file.

https://tracreports.org/immigration/detentionstats/facilities.json: an array, newest release first, inside a release
by name, nine fields, several megabytes. `count` is the average daily population since 1 October, not heads;
`download_date` is the day that ICE's sheet of facilities states as its source's, some days before the day of the
people detained. A release's row `Total` is the sum of the others before rounding: never to be added.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache

from figures.metrics.catalogue import METRICS
from figures.metrics.metric import ALL
from figures.periods import Period, fiscal_year, fiscal_year_to_date
from figures.records import Dims, Finding, Observation, Parsed
from scrapers.errors import DriftError
from scrapers.trac.rows import (
    ANYTHING,
    COUNT,
    DAY,
    PADDED_COUNT,
    TEXT,
    Field,
    Row,
    amount,
    blanks,
    locator,
    raw,
    read_rows,
    us_day,
)

PARSER = 1
TABLE = "trac_facilities"
_CITY, _STATE, _ZIP = "detention_facility_city", "detention_facility_state", "detention_facility_zip"
FIELDS = {
    "name": Field(TEXT, "the facility as named; `Total` for all of a release"),
    _CITY: Field(TEXT, "its city"),
    _STATE: Field(TEXT, "its state or territory; empty where ICE left it so"),
    _ZIP: Field(TEXT, "its zip code, leading zeros kept"),
    "type_detailed": Field(TEXT, "its type of contract or ownership"),
    "count": Field(PADDED_COUNT, "average daily population since 1 October"),
    "guaranteed_min_num": Field(COUNT, "beds paid for in any case; null where none is stated"),
    "download_date": Field(DAY, "the day of ICE's query for the list: period"),
    "order": Field(ANYTHING, "runs on across releases: no rank, no key", ignored=True),
}
_FIGURES = {"count": "trac.facility_population", "guaranteed_min_num": "trac.facility_guaranteed_minimum"}
_TEXTS = {"type_detailed": "trac.facility_type", _ZIP: "trac.facility_zip"}
_TOTAL = (("city", ALL), ("facility", ALL), ("state", ALL))
# ICE's lists of early October closed the year before (7 October 2019 and 2024); its first lists of a new year came
# from 28 October on. A list between is of a year that its date alone does not say.
UNCLEAR_OCTOBER = 27


def parse(content: bytes, name: str) -> Parsed:
    """Every figure with its place; the series is the facility as named, with its city and state.

    Raises NotReadableError when the bytes are no JSON, DriftError when the table is not laid out as declared.
    """
    table = read_rows(content, name, FIELDS, "TRAC's list of facilities")
    seen: Counter[tuple[object, ...]] = Counter()
    observations: list[Observation] = []
    for at, row in enumerate(table.rows):
        day = us_day(row["download_date"]) or date.min
        dims = _dims(row, at)
        seen[day, dims] += 1
        observations.extend(_row(row, at, dims, _since_october(day)))
    days = {day for day, _ in seen}
    blank = blanks(table.rows, ("count",), "TRAC's list of facilities")
    findings = [*table.findings, *blank, *_unclear(sorted(day for day in days if isinstance(day, date)))]
    newest = max(day for day in days if isinstance(day, date))
    return Parsed(tuple(observations), tuple(findings), run_date=newest, leftovers=table.leftovers)


def _dims(row: Row, at: int) -> Dims:
    facility, city, state = (raw(row[field]) for field in ("name", _CITY, _STATE))
    if not facility:
        raise DriftError(locator(at, "name"), "the name of a facility, or Total", "nothing")
    if facility != "Total":
        return (("city", city), ("facility", facility), ("state", state))
    stated = [field for field in (_CITY, _STATE, _ZIP, "type_detailed") if row[field]]
    if stated:
        raise DriftError(locator(at, stated[0]), "nothing in the row Total", repr(row[stated[0]]))
    return _TOTAL


@cache
def _since_october(day: date) -> Period:
    if day.month == 10 and day.day <= UNCLEAR_OCTOBER:
        return Period("fiscal_year_to_date", None, day)
    return fiscal_year_to_date(fiscal_year(day), day)


def _row(row: Row, at: int, dims: Dims, period: Period) -> Iterator[Observation]:
    period_locator = locator(at, "download_date")
    for field, metric in _FIGURES.items():
        value = amount(row[field])
        yield Observation(
            metric=metric,
            dims=dims,
            period=period,
            value=value,
            unit=METRICS[metric].unit,
            status="blank" if value is None else "reported",
            raw=raw(row[field]),
            locator=locator(at, field),
            table=TABLE,
            period_locator=period_locator,
        )
    for field, metric in () if dims is _TOTAL else _TEXTS.items():
        yield Observation(
            metric=metric,
            dims=dims,
            period=period,
            value=None,
            unit="text",
            status="text" if row[field] else "blank",
            raw=raw(row[field]),
            locator=locator(at, field),
            table=TABLE,
            period_locator=period_locator,
        )


def _unclear(days: list[date]) -> Iterator[Finding]:
    for day in days:
        if _since_october(day).start is None:
            words = (
                f"The list of {day} may close the fiscal year before or open a new one; since which October its "
                "averages run is not known."
            )
            yield Finding("year_unclear", "note", "release", (), "a day of a clear fiscal year", f"{day}", words)
