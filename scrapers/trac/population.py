"""TRAC's table of people detained by arresting agency and criminality, the whole history in one file.

https://tracreports.org/immigration/detentionstats/pop_agen_table.json: an array, one object for each release of
ICE's, newest first, thirteen fields. TRAC restates ICE's workbooks: its figures are a second witness, not ICE's.
What `date` means has changed over the years: `figures.trac_dates`.
"""

from collections.abc import Iterator
from datetime import date

from figures.metrics.catalogue import METRICS
from figures.periods import instant
from figures.records import Observation, Parsed
from scrapers.errors import DriftError
from scrapers.trac.rows import COUNT, DAY, Field, Row, amount, locator, raw, read_rows, repeated, us_day

PARSER = 2
TABLE = "trac_population"
SHOWN_TWICE = 5
_METRIC = "trac.detained"
_AGENCIES = {"ice": "ICE", "cbp": "CBP", "total": "all"}
_CRIMINALITY = {"all": "all", "other": "other", "pend": "pending", "conv": "convicted"}
_DIMS = {
    f"{agency}_{kind}": (("agency", _AGENCIES[agency]), ("criminality", _CRIMINALITY[kind]))
    for kind in _CRIMINALITY
    for agency in _AGENCIES
}
FIELDS = {
    "date": Field(DAY, "the day of the row: period"),
    **{field: Field(COUNT, f"people held, {dims[0][1]}, {dims[1][1]}") for field, dims in _DIMS.items()},
}


def parse(content: bytes, name: str) -> Parsed:
    """Every figure with its place, `json:/<row>/<field>`; the period is the date that TRAC gives the row.

    Raises NotReadableError when the bytes are no JSON, DriftError when the table is not laid out as declared.
    """
    table = read_rows(content, name, FIELDS, "TRAC's table")
    days = [us_day(row["date"]) or date.min for row in table.rows]
    if len(set(days)) != len(days):
        twice = [day.isoformat() for day in repeated(days)]
        raise DriftError(name, "each date once", ", ".join(twice[:SHOWN_TWICE]))
    observations = tuple(
        observation
        for at, (row, day) in enumerate(zip(table.rows, days, strict=True))
        for observation in _row(row, at, day)
    )
    return Parsed(observations, table.findings, run_date=max(days), leftovers=table.leftovers)


def _row(row: Row, at: int, day: date) -> Iterator[Observation]:
    for field, dims in _DIMS.items():
        value = row[field]
        yield Observation(
            metric=_METRIC,
            dims=dims,
            period=instant(day),
            value=amount(value),
            unit=METRICS[_METRIC].unit,
            status="blank" if value is None else "reported",
            raw=raw(value),
            locator=locator(at, field),
            table=TABLE,
            period_locator=locator(at, "date"),
        )
