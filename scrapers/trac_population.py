"""TRAC's table of people detained by arresting agency and criminality, the whole history in one file.

https://tracreports.org/immigration/detentionstats/pop_agen_table.json: an array, one object for each release of
ICE's, newest first, thirteen fields. TRAC restates ICE's workbooks: its figures are a second witness, not ICE's.
"""

import json
import re
from collections.abc import Iterator
from datetime import date

from figures.metrics import METRICS
from figures.periods import instant, us_dates
from figures.records import Finding, Observation, Parsed
from scrapers.errors import DriftError, NotReadableError

PARSER = 1
TABLE = "trac_population"
# JSON as Python reads it also knows NaN, Infinity and numbers of any length; a count of people is none of these.
MOST_PEOPLE = 1_000_000_000
_METRIC = "trac.detained"
_AGENCIES = {"ice": "ICE", "cbp": "CBP", "total": "all"}
_CRIMINALITY = {"all": "all", "other": "other", "pend": "pending", "conv": "convicted"}
FIELDS = {
    f"{agency}_{kind}": (("agency", _AGENCIES[agency]), ("criminality", _CRIMINALITY[kind]))
    for kind in _CRIMINALITY
    for agency in _AGENCIES
}
_DATE = re.compile(r"\d{2}/\d{2}/\d{4}")


def parse(content: bytes, name: str) -> Parsed:
    """Every figure with its place, `json:/<row>/<field>`; the period is the date that TRAC gives the row.

    Raises NotReadableError when the bytes are no JSON, DriftError when the table is not laid out as declared.
    """
    rows = _rows(content, name)
    days = [_day(row, at) for at, row in enumerate(rows)]
    if len(set(days)) != len(days):
        twice = sorted({day.isoformat() for day in days if days.count(day) > 1})
        raise DriftError(name, "each date once", ", ".join(twice))
    observations = tuple(
        observation for at, (row, day) in enumerate(zip(rows, days, strict=True)) for observation in _row(row, at, day)
    )
    return Parsed(observations, tuple(_new_fields(rows)), run_date=max(days))


def _rows(content: bytes, name: str) -> list[dict[str, object]]:
    try:
        rows = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise NotReadableError(f"{name} is not JSON: {error}") from error
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise DriftError(name, "a list of at least one object", type(rows).__name__)
    missing = [f"/{at}/{field}" for at, row in enumerate(rows) for field in ("date", *FIELDS) if field not in row]
    if missing:
        raise DriftError(name, f"the fields {', '.join(('date', *FIELDS))}", f"without {', '.join(missing[:5])}")
    return rows


def _day(row: dict[str, object], at: int) -> date:
    text = row["date"]
    found = list(us_dates(text)) if isinstance(text, str) and _DATE.fullmatch(text) else []
    if not found:
        raise DriftError(f"json:/{at}/date", "MM/DD/YYYY", repr(text))
    return found[0]


def _row(row: dict[str, object], at: int, day: date) -> Iterator[Observation]:
    for field, dims in FIELDS.items():
        value = row[field]
        if value is not None and not _countable(value):
            raise DriftError(f"json:/{at}/{field}", f"a number from 0 to {MOST_PEOPLE:,}", repr(value)[:80])
        yield Observation(
            metric=_METRIC,
            dims=tuple(sorted(dims)),
            period=instant(day),
            value=float(value) if isinstance(value, int | float) else None,
            unit=METRICS[_METRIC].unit,
            status="blank" if value is None else "reported",
            raw="" if value is None else str(value),
            locator=f"json:/{at}/{field}",
            table=TABLE,
            period_locator=f"json:/{at}/date",
        )


def _countable(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= MOST_PEOPLE


def _new_fields(rows: list[dict[str, object]]) -> Iterator[Finding]:
    declared = {"date", *FIELDS}
    for field in sorted({field for row in rows for field in row} - declared):
        at = next(i for i, row in enumerate(rows) if field in row)
        where = f"json:/{at}/{field}"
        words = f"{where}: the field {field!r} is new in TRAC's table and is not read."
        yield Finding("new_field", "warn", "cells", (where,), ", ".join(sorted(declared)), repr(field), words)
